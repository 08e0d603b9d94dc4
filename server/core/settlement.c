#include "server/core/settlement.h"

#include "server/core/state.h"

#include <assert.h>
#include <string.h>

void settlements_init(struct stadium *s)
{
    pool_init(&s->booking.settlements, &s->arena, sizeof(struct settlement), s->limits.settlements);
}

/* ---- What readers see -------------------------------------------------------------------- */

const struct settlement *stadium_settlement(const struct stadium *s, uint32_t index)
{
    const struct pool *pool = &s->booking.settlements;
    return index < pool->count ? pool_get(pool, index) : NULL;
}

/* An account is settled once a day or so: they are looked at one by one. */
uint32_t stadium_settlement_find(const struct stadium *s, uint32_t event, uint32_t number)
{
    const struct settlement *row;
    for (uint32_t i = 0; (row = stadium_settlement(s, i)); i++) {
        if (row->event == event && row->number == number)
            return i;
    }
    return STADIUM_NONE;
}

/* ---- decide ------------------------------------------------------------------------------ */

/* Also of one that is over, or cancelled. */
static uint32_t event_of(const struct stadium *s, struct id id, const struct actor *by,
                         struct facts *out)
{
    const struct event *event = stadium_event_find(s, id);
    const uint32_t index = event ? (uint32_t)(event - s->booking.events) : ID_MAP_NONE;
    if (!event) {
        facts_refuse(out, STATUS_UNKNOWN_EVENT, "event_id", "event_id: %s",
                     status_sentence(STATUS_UNKNOWN_EVENT));
        return ID_MAP_NONE;
    }
    return event_check_actor(s, index, by, out) == STATUS_OK ? index : ID_MAP_NONE;
}

static enum status check_amount(const struct stadium *s, uint32_t event,
                                const struct record_settlement *ask, struct facts *out)
{
    const int64_t has_minor = stadium_balances(s, event)[ask->account - 1].balance_minor;
    const int64_t amount_minor = ask->amount_minor;
    const int64_t size_minor = amount_minor < 0 ? -amount_minor : amount_minor;
    if (amount_minor == 0)
        return facts_refuse(out, STATUS_BAD_FIELD, "amount_minor",
                            "amount_minor: say what left the account, before charges");
    if (ask->fee_minor < 0 || ask->fee_minor > size_minor)
        return facts_refuse(out, STATUS_BAD_FIELD, "fee_minor",
                            "fee_minor: %lld is charged; 0 to %lld are possible",
                            (long long)ask->fee_minor, (long long)size_minor);
    if (amount_minor > 0 ? amount_minor > has_minor : amount_minor < has_minor)
        return facts_refuse(out, STATUS_SETTLES_TOO_MUCH, "amount_minor",
                            "amount_minor: %lld are settled, and the account has %lld",
                            (long long)amount_minor, (long long)has_minor);
    return STATUS_OK;
}

/* Its number, from 1; 0 and a refusal: the statement is there. */
static uint32_t next_number(const struct stadium *s, uint32_t event,
                            const struct record_settlement *ask, struct facts *out)
{
    const struct settlement *row;
    uint32_t number = 1;
    for (uint32_t i = 0; (row = stadium_settlement(s, i)); i++) {
        if (row->event != event)
            continue;
        number++;
        if (row->voided || row->account != ask->account ||
            strcmp(row->reference, ask->reference) != 0)
            continue;
        facts_refuse(out, STATUS_SETTLEMENT_EXISTS, "reference",
                     "reference: \"%s\" is settlement %u already; void it to record it anew",
                     row->reference, row->number);
        return 0;
    }
    return number;
}

static enum status record(const struct stadium *s, const struct command *command, struct facts *out)
{
    const struct record_settlement *ask = &command->as.record_settlement;
    const uint32_t event = event_of(s, ask->event, &ask->by, out);
    if (event == ID_MAP_NONE)
        return out->refusal.status;
    if (ask->account < LEDGER_PROVIDER || ask->account > LEDGER_EXTERNAL)
        return facts_refuse(out, STATUS_BAD_FIELD, "account",
                            "account: only PROVIDER, CASH_BOX and EXTERNAL are settled");
    if (!ask->reference[0])
        return facts_refuse(out, STATUS_BAD_FIELD, "reference",
                            "reference: what the statement is called, in 1 to %d bytes",
                            SETTLEMENT_REFERENCE_BYTES);
    const enum status status = check_amount(s, event, ask, out);
    if (status != STATUS_OK)
        return status;
    if (s->booking.settlements.count == s->limits.settlements)
        return facts_refuse(out, STATUS_SETTLEMENTS_FULL, NULL, "%s",
                            status_sentence(STATUS_SETTLEMENTS_FULL));
    const uint32_t number = next_number(s, event, ask, out);
    if (number == 0)
        return STATUS_SETTLEMENT_EXISTS;
    struct settled *fact = &facts_add(out, FACT_SETTLED, command->time_ms)->as.settled;
    *fact = (struct settled){
        .settlement = s->booking.settlements.count,
        .event = event,
        .number = number,
        .account = ask->account,
        .amount_minor = ask->amount_minor,
        .fee_minor = ask->fee_minor,
        .settled_ms = ask->settled_ms ? ask->settled_ms : command->time_ms,
    };
    memcpy(fact->reference, ask->reference, sizeof(fact->reference));
    memcpy(fact->caller, ask->by.person, sizeof(fact->caller));
    return STATUS_OK;
}

static enum status take_back(const struct stadium *s, const struct command *command,
                             struct facts *out)
{
    const struct void_settlement *ask = &command->as.void_settlement;
    const uint32_t event = event_of(s, ask->event, &ask->by, out);
    if (event == ID_MAP_NONE)
        return out->refusal.status;
    const uint32_t index = stadium_settlement_find(s, event, ask->number);
    if (index == STADIUM_NONE)
        return facts_refuse(out, STATUS_UNKNOWN_SETTLEMENT, "number",
                            "number: the event has no settlement %u", ask->number);
    if (!ask->reason[0])
        return facts_refuse(out, STATUS_BAD_FIELD, "reason",
                            "reason: say what was wrong with it, in 1 to %d bytes",
                            SETTLEMENT_REASON_BYTES);
    if (stadium_settlement(s, index)->voided)
        return STATUS_OK;
    struct settlement_voided *fact =
        &facts_add(out, FACT_SETTLEMENT_VOIDED, command->time_ms)->as.settlement_voided;
    fact->settlement = index;
    memcpy(fact->reason, ask->reason, sizeof(fact->reason));
    memcpy(fact->caller, ask->by.person, sizeof(fact->caller));
    return STATUS_OK;
}

enum status settlement_decide(const struct stadium *s, const struct command *command,
                              struct facts *out)
{
    if (command->kind == COMMAND_RECORD_SETTLEMENT)
        return record(s, command, out);
    assert(command->kind == COMMAND_VOID_SETTLEMENT);
    return take_back(s, command, out);
}

/* ---- evolve ------------------------------------------------------------------------------ */

static void settled_evolve(struct stadium *s, const struct settled *from)
{
    struct ledger_posting posting = { .count = 0 };
    assert(from->settlement == s->booking.settlements.count);
    struct settlement *row = pool_add(&s->booking.settlements);
    *row = (struct settlement){
        .event = from->event,
        .number = from->number,
        .account = from->account,
        .amount_minor = from->amount_minor,
        .fee_minor = from->fee_minor,
        .settled_ms = from->settled_ms,
        .version = s->head.seq,
    };
    memcpy(row->reference, from->reference, sizeof(row->reference));
    memcpy(row->caller, from->caller, sizeof(row->caller));
    row_add(s, ROW_SETTLEMENT, from->settlement, row);
    ledger_settle(&posting, from->account, from->amount_minor, from->fee_minor);
    ledger_post(s, from->event, &posting);
}

static void voided_evolve(struct stadium *s, uint32_t index)
{
    struct ledger_posting posting = { .count = 0 };
    struct settlement *row = pool_get(&s->booking.settlements, index);
    assert(!row->voided);
    row_remove(s, ROW_SETTLEMENT, index, row);
    row->voided = 1;
    row->version = s->head.seq;
    row_add(s, ROW_SETTLEMENT, index, row);
    ledger_settle(&posting, row->account, -row->amount_minor, -row->fee_minor);
    ledger_post(s, row->event, &posting);
}

void settlement_evolve(struct stadium *s, const struct fact *fact)
{
    if (fact->kind == FACT_SETTLED)
        settled_evolve(s, &fact->as.settled);
    else
        voided_evolve(s, fact->as.settlement_voided.settlement);
}
