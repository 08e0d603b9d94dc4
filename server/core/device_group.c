/* Devices that fail together, as one matter: how many of a gateway or a place are silent. */
#include "server/core/device.h"
#include "server/core/state.h"

enum { NONE = UINT32_MAX };

uint32_t device_group_of(const struct stadium *s, uint32_t index)
{
    const struct device *device = &s->devices[index];
    if (device->is.kind == DEVICE_GATEWAY)
        return s->limits.places + index;
    if (device->is.gateway)
        return s->limits.places + device->is.gateway - 1;
    return device_place(s, device);
}

/* So many are silent that it is one matter. */
static bool is_one_matter(const struct stadium *s, uint32_t group)
{
    const struct device_group *row = &s->device_groups[group];
    const bool led =
        group >= s->limits.places && s->devices[group - s->limits.places].state == DEVICE_OFFLINE;
    return row->silent >= (led ? 2 : GROUP_SILENT_LEAST);
}

static bool is_there(const struct device_group *group)
{
    return group->devices || group->alarm || group->eased_ms;
}

void device_group_open(struct stadium *s, uint32_t group)
{
    if (is_there(&s->device_groups[group]))
        row_remove(s, ROW_DEVICE_GROUP, group, &s->device_groups[group]);
}

void device_group_close(struct stadium *s, uint32_t group)
{
    if (is_there(&s->device_groups[group]))
        row_add(s, ROW_DEVICE_GROUP, group, &s->device_groups[group]);
}

void device_group_count(struct stadium *s, uint32_t index, int by)
{
    const struct device *device = &s->devices[index];
    const uint32_t group = device_group_of(s, index);
    if (group == NONE || device->retired)
        return;
    device_group_open(s, group);
    s->device_groups[group].devices += (uint32_t)by;
    s->device_groups[group].silent += device->state == DEVICE_OFFLINE ? (uint32_t)by : 0;
    device_group_close(s, group);
}

void device_group_refresh(struct stadium *s, uint32_t group, int64_t now_ms)
{
    if (group == NONE)
        return;
    struct device_group *row = &s->device_groups[group];
    device_group_open(s, group);
    row->since_ms = held_since(row->since_ms, is_one_matter(s, group), now_ms);
    row->eased_ms = held_since(row->eased_ms, row->silent < 2, now_ms);
    device_group_close(s, group);
}

bool device_is_grouped(const struct stadium *s, uint32_t index)
{
    const uint32_t group = device_group_of(s, index);
    return group != NONE && (s->device_groups[group].since_ms || s->device_groups[group].alarm);
}
