#include "tests/support/play_tickets.h"

#include "tests/support/must.h"

#include <stdio.h>

enum status play_reissue(struct play *play, struct id ticket, const char *person, const char *to)
{
    struct command command = { .kind = COMMAND_REISSUE_TICKET };
    struct reissue_ticket *ask = &command.as.reissue_ticket;
    ask->ticket = ticket;
    snprintf(ask->person, sizeof(ask->person), "%s", person);
    snprintf(ask->to, sizeof(ask->to), "%s", to ? to : "");
    return play_command(play, command);
}

enum status play_block(struct play *play, struct id ticket, const char *reason)
{
    struct command command = { .kind = COMMAND_BLOCK_TICKET };
    struct block_ticket *ask = &command.as.block_ticket;
    ask->ticket = ticket;
    ask->blocked = reason != NULL;
    snprintf(ask->reason, sizeof(ask->reason), "%s", reason ? reason : "");
    return play_command(play, command);
}

enum status play_medium(struct play *play, enum medium_change change, const char *medium,
                        struct id ticket, const char *reason)
{
    struct command command = { .kind = COMMAND_SET_MEDIUM };
    struct set_medium *ask = &command.as.set_medium;
    ask->by = play->by;
    ask->change = change;
    ask->ticket = ticket;
    snprintf(ask->medium, sizeof(ask->medium), "%s", medium);
    snprintf(ask->reason, sizeof(ask->reason), "%s", reason ? reason : "");
    return play_command(play, command);
}

struct set_door_rules play_rules_form(struct id event)
{
    return (struct set_door_rules){ .event = event, .transfers = true, .offline = OFFLINE_OPEN };
}

enum status play_rules(struct play *play, const struct set_door_rules *form)
{
    struct command command = { .kind = COMMAND_SET_DOOR_RULES };
    command.as.set_door_rules = *form;
    return play_command(play, command);
}

enum status play_list(struct play *play, const struct set_checkin_list *form)
{
    struct command command = { .kind = COMMAND_SET_CHECKIN_LIST };
    command.as.set_checkin_list = *form;
    return play_command(play, command);
}

enum status play_upload(struct play *play, const char *scanner, uint64_t sequence,
                        const struct scan_ticket *scans, uint32_t count, struct scan *results)
{
    uint64_t sequences[UPLOAD_SCANS];
    struct command command = { .kind = COMMAND_UPLOAD_SCANS };
    struct upload_scans *ask = &command.as.upload_scans;
    must(count <= UPLOAD_SCANS, "a call can have as many scans");
    for (uint32_t i = 0; i < count; i++)
        sequences[i] = sequence + i;
    snprintf(ask->scanner, sizeof(ask->scanner), "%s", scanner);
    ask->scans = scans;
    ask->sequences = sequences;
    ask->count = count;
    ask->results = results;
    return play_command(play, command);
}
