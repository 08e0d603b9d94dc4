#include "tests/support/play_addon.h"

#include "server/core/state.h"
#include "tests/support/play_random.h"

#include <stdio.h>

enum status play_addon(struct play *play, struct id event, uint32_t type, uint32_t goes_with,
                       uint32_t min, uint32_t max)
{
    struct command command = { .kind = COMMAND_SET_ADDON };
    command.as.set_addon = (struct set_addon){ event, type, goes_with, min, max, play->by };
    return play_command(play, command);
}

enum status play_bundle(struct play *play, struct id event, uint32_t type, uint32_t addon,
                        uint32_t pieces, uint32_t price_minor)
{
    struct command command = { .kind = COMMAND_SET_BUNDLE };
    command.as.set_bundle = (struct set_bundle){ .event = event,
                                                 .type = type,
                                                 .count = pieces > 0,
                                                 .addon = { addon },
                                                 .pieces = { pieces },
                                                 .price_minor = { price_minor },
                                                 .by = play->by };
    return play_command(play, command);
}

uint32_t play_extra(struct play *play, struct id event, const char *name, uint32_t capacity,
                    uint32_t price_minor)
{
    const uint32_t index = stadium_event_index(play->stadium, event);
    const struct sale *sale = &play->stadium->booking.sales[index];
    struct ticket_type type = { .general = 1,
                                .quotas = UINT32_C(1) << sale->quota_count,
                                .price_minor = { price_minor } };
    snprintf(type.name, sizeof(type.name), "%s", name);
    play_quota(play, event, name, capacity);
    play_type(play, event, &type);
    return sale->type_count - 1;
}

static void hold_some(struct play *play, const struct dice *dice, struct id event, uint32_t types)
{
    static const char *const people[] = { "ann", "bob", "cyd", "dan" };
    const uint32_t first = SMALL_SEATS - 8 + roll(dice, 14), count = 1 + roll(dice, 2);
    uint32_t seat[4], type[4], with[4];
    for (uint32_t i = 0; i < 4; i++) {
        const bool extra = i >= count;
        seat[i] = extra ? NO_SEAT : first + i;
        type[i] = extra ? types - 1 : 0;
        with[i] = extra ? roll(dice, 4) % 3 : 0;
    }
    const struct wanted_lines lines = { .seats = { seat, count + roll(dice, 3) },
                                        .types = { type, count + 2 },
                                        .with = { with, count + 2 } };
    struct id hold;
    if (play_hold_lines(play, event, people[roll(dice, 4)], &lines, "", &hold) != STATUS_OK)
        return;
    if (roll(dice, 3) == 0)
        play_change(play, hold, 1, &(struct wanted_lines){ 0 }, NULL);
    if (roll(dice, 4))
        play_confirm(play, hold, NULL);
}

void play_random_addon(struct play *play, const struct dice *dice)
{
    uint32_t count;
    const struct event *events = stadium_events(play->stadium, &count);
    if (count == 0)
        return;
    const uint32_t index = roll(dice, count);
    const struct id event = events[index].id;
    const uint32_t types = play->stadium->booking.sales[index].type_count;
    switch (types < 3 ? 0 : roll(dice, 10)) {
    case 0:
        if (types < 6)
            play_addon(play, event, play_extra(play, event, "Parking", 4 + roll(dice, 20), 500), 1,
                       0, roll(dice, 3));
        break;
    case 1:
        play_addon(play, event, roll(dice, types), roll(dice, 8), roll(dice, 4) == 0,
                   roll(dice, 3));
        break;
    case 2:
        play_bundle(play, event, 0, types - 1, roll(dice, 4) == 0, roll(dice, 1500));
        break;
    default:
        hold_some(play, dice, event, types);
    }
}
