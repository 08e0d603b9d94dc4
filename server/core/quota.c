#include "server/core/quota.h"

#include "server/core/state.h"

#include <assert.h>

enum { CAPACITY_MAX = 1000 * 1000 };

struct quota *quota_get(const struct stadium *s, uint32_t event, uint32_t index)
{
    const struct sale *sale = &s->booking.sales[event];
    assert(index < sale->quota_count);
    return pool_get(&s->booking.quotas, sale->quotas[index]);
}

struct stock *quota_stock(const struct stadium *s, uint32_t event, uint32_t index)
{
    const struct sale *sale = &s->booking.sales[event];
    assert(index < sale->quota_count);
    return pool_get(&s->booking.quota_stock, sale->quotas[index]);
}

/* What is held, sold or reserved, but for holds that end by facts of the list. */
static uint32_t taken(const struct stadium *s, uint32_t event, uint32_t index,
                      const struct facts *facts)
{
    struct takings ended = { 0 };
    const struct stock *stock = quota_stock(s, event, index);
    lines_count_ended(s, event, facts, "", 0, &ended);
    return (uint32_t)((int64_t)stock->held + stock->sold + stock->reserved + ended.quota[index]);
}

uint32_t quota_left(const struct stadium *s, uint32_t event, uint32_t index,
                    const struct facts *facts)
{
    return quota_get(s, event, index)->capacity - taken(s, event, index, facts);
}

/* ---- decide ------------------------------------------------------------------------------ */

static enum status check_update(const struct stadium *s, uint32_t event, const struct quota *to,
                                int64_t now_ms, struct facts *out)
{
    if (to->index >= s->booking.sales[event].quota_count)
        return facts_refuse(out, STATUS_UNKNOWN_QUOTA, "quota.index", "quota.index: %s",
                            status_sentence(STATUS_UNKNOWN_QUOTA));
    const struct quota *quota = quota_get(s, event, to->index);
    if (quota->version != to->version)
        return facts_refuse(out, STATUS_EVENT_CHANGED, "quota.version",
                            "quota.version: it has version %llu by now, not %llu",
                            (unsigned long long)quota->version, (unsigned long long)to->version);
    if (taken(s, event, to->index, out) > to->capacity)
        booking_expire(s, event, now_ms, out);
    const uint32_t least = taken(s, event, to->index, out);
    if (least > to->capacity)
        return facts_refuse(out, STATUS_QUOTA_BELOW_SOLD, "quota.capacity",
                            "quota.capacity: %u of \"%s\" are held, sold or reserved; %u is less",
                            least, quota->name, to->capacity);
    return STATUS_OK;
}

enum status quota_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    const struct set_quota *set = &command->as.set_quota;
    const struct booking *b = &s->booking;
    const uint32_t event = event_to_change(s, set->event, &set->by, command->time_ms, out);
    if (event == ID_MAP_NONE)
        return out->refusal.status;
    if (!set->quota.name[0])
        return facts_refuse(out, STATUS_BAD_FIELD, "quota.name",
                            "quota.name: say what it is, in 1 to %d bytes", TYPE_NAME_BYTES);
    if (set->quota.capacity > CAPACITY_MAX)
        return facts_refuse(out, STATUS_BAD_FIELD, "quota.capacity",
                            "quota.capacity: %u; 0 to %d are possible", set->quota.capacity,
                            CAPACITY_MAX);
    enum status status = STATUS_OK;
    if (set->update)
        status = check_update(s, event, &set->quota, command->time_ms, out);
    else if (b->sales[event].quota_count == EVENT_QUOTAS || b->quotas.count == s->limits.quotas)
        return facts_refuse(out, STATUS_QUOTAS_FULL, NULL, "%s",
                            status_sentence(STATUS_QUOTAS_FULL));
    if (status != STATUS_OK)
        return status;
    struct quota *to = &facts_add(out, FACT_QUOTA_SET, command->time_ms)->as.quota_set;
    *to = set->quota;
    to->event = event;
    to->index = set->update ? set->quota.index : b->sales[event].quota_count;
    to->version = 0;
    return STATUS_OK;
}

/* ---- evolve ------------------------------------------------------------------------------ */

static void quota_add(struct stadium *s, uint32_t event)
{
    struct booking *b = &s->booking;
    struct sale *sale = &b->sales[event];
    assert(sale->quota_count < EVENT_QUOTAS);
    sale->quotas[sale->quota_count++] = b->quotas.count;
    pool_add(&b->quota_stock);
    pool_add(&b->quotas);
}

void quota_evolve(struct stadium *s, const struct fact *fact)
{
    const struct quota *set = &fact->as.quota_set;
    struct sale *sale = &s->booking.sales[set->event];
    assert(set->event < s->booking.event_count && set->index <= sale->quota_count);
    const bool fresh = set->index == sale->quota_count;
    if (fresh)
        quota_add(s, set->event);
    struct quota *quota = quota_get(s, set->event, set->index);
    if (!fresh)
        row_remove(s, ROW_QUOTA, sale->quotas[set->index], quota);
    *quota = *set;
    quota->version = s->head.seq;
    row_add(s, ROW_QUOTA, sale->quotas[set->index], quota);
    wait_event_changed(s, set->event);
}
