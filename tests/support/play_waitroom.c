#include "tests/support/play_waitroom.h"

#include "tests/support/play_tickets.h"

#include <stdio.h>
#include <string.h>

static uint32_t index_of(const struct play *play, struct id event)
{
    uint32_t count;
    return (uint32_t)(stadium_event_find(play->stadium, event) -
                      stadium_events(play->stadium, &count));
}

struct set_waitroom play_waitroom_form(struct play *play, struct id event)
{
    return (struct set_waitroom){
        .event = event,
        .opens_ms = play->now_ms + 60 * 1000,
        .rate_ppm = 600,
        .max_active = 50,
        .seed = { play_id(play), play_id(play) },
    };
}

enum status play_set_waitroom(struct play *play, const struct set_waitroom *form)
{
    struct command command = { .kind = COMMAND_SET_WAITROOM };
    command.as.set_waitroom = *form;
    return play_command(play, command);
}

enum status play_enter(struct play *play, struct id event, const char *person, uint64_t nonce)
{
    const char *device = "";
    struct command command = { .kind = COMMAND_ENTER_WAITROOM };
    command.as.enter_waitroom =
        (struct enter_waitroom){ event, &person, 1, { &nonce, 1 }, &device };
    return play_command(play, command);
}

enum status play_enter_many(struct play *play, struct id event, const char *prefix, uint32_t count)
{
    static char names[ENTER_PERSONS][PERSON_BYTES + 1];
    static const char *persons[ENTER_PERSONS], *devices[ENTER_PERSONS];
    static uint64_t nonces[ENTER_PERSONS];
    struct command command = { .kind = COMMAND_ENTER_WAITROOM };
    for (uint32_t i = 0; i < count; i++) {
        snprintf(names[i], sizeof(names[i]), "%s%u", prefix, i);
        persons[i] = names[i];
        devices[i] = "";
        nonces[i] = i;
    }
    command.as.enter_waitroom =
        (struct enter_waitroom){ event, persons, count, { nonces, count }, devices };
    return play_command(play, command);
}

enum status play_leave(struct play *play, struct id event, const char *person)
{
    struct command command = { .kind = COMMAND_LEAVE_WAITROOM };
    command.as.leave_waitroom =
        (struct waitroom_persons){ .event = event, .persons = &person, .count = 1 };
    return play_command(play, command);
}

enum status play_admit(struct play *play, struct id event, const char *person)
{
    struct command command = { .kind = COMMAND_ADMIT_PERSONS };
    command.as.admit_persons =
        (struct waitroom_persons){ .event = event, .persons = &person, .count = 1 };
    return play_command(play, command);
}

const struct waitroom *play_waitroom(const struct play *play, struct id event)
{
    return stadium_waitroom(play->stadium, index_of(play, event));
}

static uint32_t entry_of(const struct play *play, struct id event, const char *person)
{
    return play_waitroom(play, event)
               ? stadium_waiter_find(play->stadium, index_of(play, event), waitroom_person(person))
               : 0;
}

const struct waiter *play_waiter(const struct play *play, struct id event, const char *person)
{
    const uint32_t entry = entry_of(play, event, person);
    return entry ? stadium_waiter(play->stadium, index_of(play, event), entry) : NULL;
}

uint32_t play_number(const struct play *play, struct id event, const char *person)
{
    return stadium_waiter_number(play->stadium, index_of(play, event),
                                 entry_of(play, event, person));
}

enum status play_hold_admitted(struct play *play, struct id event, const char *person,
                               uint32_t seat, struct id *hold)
{
    struct command command = { .kind = COMMAND_HOLD_SEATS };
    command.as.hold_seats = (struct hold_seats){ .id = play_id(play),
                                                 .event = event,
                                                 .lines.seats = { &seat, 1 },
                                                 .admission = entry_of(play, event, person) };
    snprintf(command.as.hold_seats.person, sizeof(command.as.hold_seats.person), "%s", person);
    if (hold)
        *hold = command.as.hold_seats.id;
    return play_command(play, command);
}
