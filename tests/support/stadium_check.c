#include "tests/support/stadium_check.h"

#include "tests/support/check_booking.h"
#include "tests/support/must.h"

static void check_splits(const struct stadium *stadium)
{
    uint32_t count;
    const struct split *splits = stadium_splits(stadium, &count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t total = 0;
        for (uint32_t k = 0; k < splits[i].count; k++) {
            total += splits[i].share_milli[k];
            must(splits[i].share_milli[k] > 0, "a destination has a share");
            must(k == 0 || splits[i].destination[k] > splits[i].destination[k - 1],
                 "destinations ascend");
        }
        must(splits[i].count == 0 || total == SHARE_WHOLE_MILLI, "shares total 1000");
    }
}

static void check_crowd(const struct stadium *stadium)
{
    const struct venue *venue = stadium_venue(stadium);
    uint32_t inside = 0;
    uint64_t windowed = 0;
    for (uint32_t i = 0; i < venue_places(venue); i++)
        inside += venue_place_is_inside(venue, i) ? stadium_places(stadium)[i].people : 0;
    must(inside == stadium_inside(stadium), "the people inside are those in the places");
    for (int k = 0; k < WINDOW_BUCKETS; k++) {
        for (uint32_t i = 0; i < venue->gate_count; i++)
            windowed += stadium_gates(stadium)[i].in_buckets[k] +
                        (uint64_t)stadium_gates(stadium)[i].out_buckets[k];
        for (uint32_t i = 0; i < venue->facility_count; i++)
            windowed += stadium_facilities(stadium)[i].served_buckets[k];
    }
    must(windowed == stadium->head.windowed, "the windows hold what was counted");
}

static void check_estimates(const struct stadium *stadium)
{
    const struct estimate *estimates = stadium_estimates(stadium);
    for (uint32_t i = 0; i < venue_places(stadium_venue(stadium)); i++) {
        const struct interval interval = crowd_interval(stadium, i);
        const uint32_t density = stadium_places(stadium)[i].density_milli;
        must(interval.low_milli <= density && density <= interval.high_milli,
             "the density lies in its interval");
        if (estimates[i].at_ms == 0)
            continue;
        must(estimates[i].people_milli >= 0 &&
                 estimates[i].people_milli <= ESTIMATE_PEOPLE_MAX_MILLI,
             "so many people can be there");
        must(estimates[i].people_var > 0 && estimates[i].rate_var > 0, "variances are positive");
        must((estimates[i].people_milli + 500) / 1000 == stadium_places(stadium)[i].people,
             "what is shown is what is estimated");
    }
}

static void check_alarms(const struct stadium *stadium)
{
    uint32_t count;
    const struct alarm *alarms = stadium_alarms(stadium, &count);
    char text[200];
    for (uint32_t i = 0; i < count; i++) {
        must(i == 0 || alarms[i - 1].priority >= alarms[i].priority, "worst alarms come first");
        alarm_cause(stadium, &alarms[i], text, sizeof(text));
        must(text[0], "an alarm has a cause");
        alarm_action(stadium, &alarms[i], text, sizeof(text));
        must(text[0], "an alarm has an action");
    }
    must(stadium->answer_count <= count, "only open alarms were answered");
    for (uint32_t i = 0; i < stadium->answer_count; i++) {
        const struct alarm_answer *answer = &stadium->answers[i];
        must(alarm_find(stadium, answer->number), "an alarm that was answered is open");
        must(answer->acknowledged_ms || answer->shelved_until_ms, "an answer says something");
        must(!answer->shelved_until_ms == !answer->shelved_reason[0], "a shelf has a reason");
    }
}

static void check_devices(const struct stadium *stadium)
{
    uint32_t count, devices = 0, silent = 0, grouped = 0;
    const struct device *list = stadium_devices(stadium, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct device *device = &list[i];
        const bool in_group = !device->retired && device_group_of(stadium, i) != UINT32_MAX;
        must(device->is.device == i, "a device knows its index");
        must(device->retired || stadium_device_find(stadium, device->is.id) == i, "ids are found");
        must(!device->alarm || alarm_find(stadium, device->alarm), "its alarm is open");
        grouped += in_group;
        silent += in_group && device->state == DEVICE_OFFLINE;
    }
    for (uint32_t i = 0; count && i < stadium->limits.places + stadium->limits.devices; i++) {
        const struct device_group *group = &stadium->device_groups[i];
        must(group->silent <= group->devices, "no more are silent than are there");
        must(!group->alarm || alarm_find(stadium, group->alarm), "its alarm is open");
        devices += group->devices;
        silent -= group->silent;
    }
    must(devices == grouped && silent == 0, "groups hold the devices that are registered");
}

static void check_rules(const struct stadium *stadium)
{
    uint32_t count;
    const struct rule *rules = stadium_rules(stadium, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct rule *rule = &rules[i];
        if (!rule->is.name[0])
            continue;
        must(stadium_rule_find(stadium, rule->is.name) == i, "names are found");
        must(!rule->since_ms || !rule->eased_ms, "a value does not cross and clear");
        must(!rule->alarm || alarm_find(stadium, rule->alarm), "its alarm is open");
    }
}

void stadium_check(const struct stadium *stadium)
{
    must(stadium_digest(stadium) == stadium_digest_anew(stadium), "the digest is that of the rows");
    if (!stadium_venue(stadium))
        return;
    check_splits(stadium);
    check_crowd(stadium);
    check_estimates(stadium);
    check_alarms(stadium);
    check_devices(stadium);
    check_rules(stadium);
    check_booking(stadium);
}
