#include "tests/support/play_wait.h"

#include "server/core/id_map.h"
#include "tests/support/play_tickets.h"

#include <stdio.h>

enum status play_set_waitlist(struct play *play, struct id event, uint32_t capacity,
                              uint32_t claim_s)
{
    struct command command = { .kind = COMMAND_SET_WAITLIST };
    command.as.set_waitlist =
        (struct set_waitlist){ .event = event, .capacity = capacity, .claim_s = claim_s };
    return play_command(play, command);
}

enum status play_enter_waitlist(struct play *play, struct id event, const char *person,
                                uint32_t type, uint32_t party)
{
    struct command command = { .kind = COMMAND_ENTER_WAITLIST };
    struct enter_waitlist *ask = &command.as.enter_waitlist;
    *ask = (struct enter_waitlist){
        .event = event, .id = play_id(play), .hold = play_id(play), .type = type, .party = party
    };
    snprintf(ask->person, sizeof(ask->person), "%s", person);
    return play_command(play, command);
}

enum status play_leave_waitlist(struct play *play, struct id event, const char *person)
{
    struct command command = { .kind = COMMAND_LEAVE_WAITLIST };
    command.as.leave_waitlist = (struct leave_waitlist){ .event = event };
    snprintf(command.as.leave_waitlist.person, sizeof(command.as.leave_waitlist.person), "%s",
             person);
    return play_command(play, command);
}

static uint32_t index_of(const struct play *play, struct id event)
{
    uint32_t count;
    return (uint32_t)(stadium_event_find(play->stadium, event) -
                      stadium_events(play->stadium, &count));
}

enum status play_quota_grows(struct play *play, struct id event, uint32_t capacity)
{
    struct stock stock;
    struct command command = { .kind = COMMAND_SET_QUOTA };
    struct set_quota *set = &command.as.set_quota;
    set->event = event;
    set->update = true;
    set->quota = *stadium_quota(play->stadium, index_of(play, event), 0, &stock);
    set->quota.capacity = capacity;
    return play_command(play, command);
}

const struct wait *play_wait_of(const struct play *play, struct id event, const char *person)
{
    const uint32_t wait = stadium_wait_find(play->stadium, index_of(play, event), person);
    return wait == ID_MAP_NONE ? NULL : stadium_wait(play->stadium, wait);
}
