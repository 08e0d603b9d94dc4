#include "tests/support/play_join.h"

#include "server/core/id_map.h"
#include "tests/support/play_tickets.h"

#include <stdio.h>

static uint32_t index_of(const struct play *play, struct id event)
{
    uint32_t count;
    return (uint32_t)(stadium_event_find(play->stadium, event) -
                      stadium_events(play->stadium, &count));
}

static void name(char to[PERSON_BYTES + 1], const char *person)
{
    snprintf(to, PERSON_BYTES + 1, "%s", person);
}

enum status play_set_joining(struct play *play, struct id event, uint32_t capacity)
{
    struct command command = { .kind = COMMAND_SET_JOINING };
    command.as.set_joining = (struct set_joining){ .event = event, .capacity = capacity };
    return play_command(play, command);
}

enum status play_join(struct play *play, struct id event, const char *person)
{
    struct command command = { .kind = COMMAND_JOIN_EVENT };
    command.as.join_event = (struct join_event){ .id = play_id(play), .event = event };
    name(command.as.join_event.person, person);
    return play_command(play, command);
}

static enum status end(struct play *play, struct id event, const char *person, bool kick)
{
    struct command command = { .kind = COMMAND_END_JOIN };
    command.as.end_join = (struct end_join){ .event = event, .kick = kick };
    name(command.as.end_join.person, person);
    if (kick)
        snprintf(command.as.end_join.reason, sizeof(command.as.end_join.reason), "flares");
    return play_command(play, command);
}

enum status play_unjoin(struct play *play, struct id event, const char *person)
{
    return end(play, event, person, false);
}

enum status play_kick(struct play *play, struct id event, const char *person)
{
    return end(play, event, person, true);
}

static enum status ban(struct play *play, enum command_kind kind, struct id event,
                       const char *person, int64_t until_ms)
{
    struct command command = { .kind = kind };
    command.as.ban_person =
        (struct ban_person){ .event = event, .until_ms = until_ms, .reason = "flares" };
    name(command.as.ban_person.person, person);
    return play_command(play, command);
}

enum status play_ban(struct play *play, struct id event, const char *person, int64_t until_ms)
{
    return ban(play, COMMAND_BAN_PERSON, event, person, until_ms);
}

enum status play_unban(struct play *play, struct id event, const char *person)
{
    return ban(play, COMMAND_UNBAN_PERSON, event, person, 0);
}

enum join_state play_join_state(const struct play *play, struct id event, const char *person)
{
    const uint32_t index = stadium_join_find(play->stadium, index_of(play, event), person);
    return index == ID_MAP_NONE ? 0 : stadium_join(play->stadium, index)->state;
}

const struct joining *play_joining(const struct play *play, struct id event)
{
    return stadium_joining(play->stadium, index_of(play, event));
}
