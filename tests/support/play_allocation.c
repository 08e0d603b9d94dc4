#include "tests/support/play_allocation.h"

#include "tests/support/play_random.h"

#include <stdio.h>

enum status play_allocation(struct play *play, struct id event, uint32_t number, const char *code,
                            uint32_t first, uint32_t count, int64_t release_ms)
{
    struct command command = { .kind = COMMAND_SET_ALLOCATION };
    struct set_allocation *ask = &command.as.set_allocation;
    *ask = (struct set_allocation){ .event = event,
                                    .number = number,
                                    .name = "Friends",
                                    .first = { &first, 1 },
                                    .count = { &count, 1 },
                                    .release_ms = release_ms,
                                    .by = play->by };
    snprintf(ask->code, sizeof(ask->code), "%s", code);
    return play_command(play, command);
}

enum status play_hold_with(struct play *play, struct id event, const char *person,
                           const struct wanted_lines *lines, const char *code, struct id *hold)
{
    struct command command = { .kind = COMMAND_HOLD_SEATS };
    struct hold_seats *ask = &command.as.hold_seats;
    *ask = (struct hold_seats){ .id = play_id(play), .event = event, .lines = *lines };
    snprintf(ask->person, sizeof(ask->person), "%s", person);
    snprintf(ask->allocation, sizeof(ask->allocation), "%s", code);
    if (hold)
        *hold = ask->id;
    return play_command(play, command);
}

void play_random_allocation(struct play *play, const struct dice *dice)
{
    static const char *const codes[] = { "", "one", "TWO", "three" };
    uint32_t count;
    const struct event *events = stadium_events(play->stadium, &count);
    if (count == 0)
        return;
    const struct id event = events[roll(dice, count)].id;
    const uint32_t seat = SMALL_SEATS - 8 + roll(dice, 14);
    const uint32_t first = SMALL_SEATS - 10 + roll(dice, 18), size = 1 + roll(dice, 4);
    if (roll(dice, 4))
        play_hold_with(play, event, "ann", &(struct wanted_lines){ .seats = { &seat, 1 } },
                       codes[roll(dice, 4)], NULL);
    else
        play_allocation(play, event, roll(dice, 4), codes[1 + roll(dice, 3)], first, size,
                        roll(dice, 3) ? play->now_ms + roll(dice, 3000) : 0);
}
