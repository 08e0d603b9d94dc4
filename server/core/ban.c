#include "server/core/roster.h"
#include "server/core/state.h"

#include <assert.h>
#include <string.h>

struct ban *ban_get(const struct stadium *s, uint32_t index)
{
    return pool_get(&s->booking.rosters.bans, index);
}

uint32_t ban_find(const struct stadium *s, uint32_t event, const char *person)
{
    const struct roster *roster = roster_of(s, event);
    return roster && roster->bans.count
               ? id_map_find(&s->booking.rosters.banned, roster_key(event, person))
               : ID_MAP_NONE;
}

enum status ban_check(const struct stadium *s, uint32_t event, const char *person, int64_t now_ms,
                      struct facts *out)
{
    const uint32_t index = ban_find(s, event, person);
    if (index == ID_MAP_NONE || now_ms >= ban_get(s, index)->until_ms)
        return STATUS_OK;
    return facts_refuse(out, STATUS_BANNED, "event_id", "event_id: %s%s%s",
                        status_sentence(STATUS_BANNED), ban_get(s, index)->reason[0] ? " " : "",
                        ban_get(s, index)->reason);
}

static enum status ban(const struct stadium *s, const struct command *command, uint32_t event,
                       struct facts *out)
{
    const struct ban_person *ask = &command->as.ban_person;
    const uint32_t index = ban_find(s, event, ask->person), join = join_find(s, event, ask->person);
    if (!ask->person[0])
        return facts_refuse(out, STATUS_BAD_FIELD, "person", "person: say who, in 1 to %d bytes",
                            PERSON_BYTES);
    if (ask->until_ms != 0 && ask->until_ms <= command->time_ms)
        return facts_refuse(out, STATUS_BAD_FIELD, "until_ms",
                            "until_ms: %lld is over; a later time, or 0 for ever",
                            (long long)ask->until_ms);
    if (index == ID_MAP_NONE && s->booking.rosters.bans.count == s->limits.bans)
        return facts_refuse(out, STATUS_BANS_FULL, NULL, "%s", status_sentence(STATUS_BANS_FULL));
    struct person_banned *fact =
        &facts_add(out, FACT_PERSON_BANNED, command->time_ms)->as.person_banned;
    fact->ban = index == ID_MAP_NONE ? s->booking.rosters.bans.count : index;
    fact->event = event;
    fact->until_ms = ask->until_ms ? ask->until_ms : INT64_MAX;
    memcpy(fact->person, ask->person, sizeof(fact->person));
    memcpy(fact->reason, ask->reason, sizeof(fact->reason));
    if (join == ID_MAP_NONE || !join_is_live(join_get(s, join)))
        return STATUS_OK;
    struct join_ended *ended = &facts_add(out, FACT_JOIN_ENDED, command->time_ms)->as.join_ended;
    ended->join = join;
    ended->state = JOIN_REJECTED;
    memcpy(ended->reason, ask->reason, sizeof(ended->reason));
    return STATUS_OK;
}

/* Who is not banned: accepted, no facts. */
enum status ban_decide(const struct stadium *s, const struct command *command, struct facts *out)
{
    const struct ban_person *ask = &command->as.ban_person;
    const uint32_t event = event_index(s, ask->event, out);
    if (event == ID_MAP_NONE)
        return STATUS_UNKNOWN_EVENT;
    if (event_check_actor(s, event, &ask->by, out) != STATUS_OK)
        return out->refusal.status;
    if (command->kind == COMMAND_BAN_PERSON)
        return ban(s, command, event, out);
    assert(command->kind == COMMAND_UNBAN_PERSON);
    const uint32_t index = ban_find(s, event, ask->person);
    if (index != ID_MAP_NONE && command->time_ms < ban_get(s, index)->until_ms)
        facts_add(out, FACT_PERSON_UNBANNED, command->time_ms)->as.person_unbanned.ban = index;
    return STATUS_OK;
}
