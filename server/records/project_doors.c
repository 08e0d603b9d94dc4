/* Scans, rules of doors, and tickets that change hands. */
#include "server/records/project_doors.h"

#include "server/core/door.h"
#include "server/core/ticket.h"
#include "server/records/rows.h"
#include "server/records/words.h"

static const char *const scan_results[] = {
    "",
    "ok",
    "invalid",
    "product",
    "invalid_time",
    "cancelled",
    "revoked",
    "already_redeemed",
    "rules",
    "incomplete",
    "unpaid",
    "blocked",
    "ambiguous",
    "unapproved",
    "already_exchanged",
    "medium_invalid",
    "error",
};

static void put(struct records *records, uint32_t table, const void *row)
{
    records->ops->put(records, table, row);
}

static struct ticket_record ticket_get(struct records *records, uint32_t number)
{
    struct ticket_record ticket = { .number = number };
    records->ops->get(records, RECORDS_TICKET, &ticket);
    return ticket;
}

static void ticket_put(struct records *records, struct ticket_record *ticket, uint64_t seq)
{
    ticket->version = seq;
    put(records, RECORDS_TICKET, ticket);
}

/* ---- Scans ------------------------------------------------------------------------------------
 */

static struct admission_record admission_of(const struct ticket_record *ticket, uint64_t seq,
                                            const struct fact *fact, uint32_t gate, uint32_t result)
{
    struct admission_record to = {
        .seq = seq, .at_ms = fact->time_ms, .gate = gate, .scanned_ms = fact->time_ms
    };
    SET_TEXT(to.ticket_id, ticket->id);
    SET_WORD(to.result, scan_results, result);
    return to;
}

static void set_state(struct ticket_record *ticket, const char *state)
{
    snprintf(ticket->state, sizeof ticket->state, "%s", state);
}

static void ticket_admitted(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct ticket_admitted *from = &fact->as.ticket_admitted;
    struct ticket_record ticket = ticket_get(records, from->ticket);
    set_state(&ticket, "checked_in");
    ticket.admitted_ms = fact->time_ms;
    ticket.gate = from->gate;
    ticket_put(records, &ticket, seq);
    struct admission_record to = admission_of(&ticket, seq, fact, from->gate, SCAN_OK);
    snprintf(to.direction, sizeof to.direction, "in");
    put(records, RECORDS_ADMISSION, &to);
}

static void ticket_refused(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct ticket_refused *from = &fact->as.ticket_refused;
    struct ticket_record ticket = { 0 };
    if (from->ticket > 0)
        ticket = ticket_get(records, from->ticket - 1);
    const struct admission_record to = admission_of(&ticket, seq, fact, from->gate, from->result);
    put(records, RECORDS_ADMISSION, &to);
}

/* Of a scanner: 1 + its number; 0: none. */
static void set_scanner(struct records *records, uint32_t scanner,
                        char name[SCANNER_NAME_BYTES + 1])
{
    struct scanner_record row = { .number = scanner - 1 };
    if (scanner > 0 && records->ops->get(records, RECORDS_SCANNER, &row))
        memcpy(name, row.name, sizeof row.name);
}

static void ticket_passed(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct ticket_passed *from = &fact->as.ticket_passed;
    struct ticket_record ticket = ticket_get(records, from->ticket);
    if (from->list == 0) {
        set_state(&ticket, from->left ? "checked_out" : "checked_in");
        if (ticket.admitted_ms == 0) {
            ticket.admitted_ms = from->at_ms;
            ticket.gate = from->gate;
        }
        ticket_put(records, &ticket, seq);
    }
    struct admission_record to =
        admission_of(&ticket, seq, fact, from->gate, from->forced ? from->forced : SCAN_OK);
    snprintf(to.direction, sizeof to.direction, "%s", from->left ? "out" : "in");
    to.list = from->list;
    to.forced = from->forced != 0;
    to.scanned_ms = from->at_ms;
    set_scanner(records, from->scanner, to.scanner);
    put(records, RECORDS_ADMISSION, &to);
}

static void scan_conflicted(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct scan_conflicted *from = &fact->as.scan_conflicted;
    const struct ticket_record ticket = ticket_get(records, from->ticket);
    struct scan_conflict_record to = {
        .seq = seq,
        .at_ms = fact->time_ms,
        .scanned_ms = from->at_ms,
        .list = from->list,
        .gate = from->gate,
        .first_gate = from->first_gate,
        .first_ms = from->first_ms,
    };
    SET_TEXT(to.ticket_id, ticket.id);
    SET_WORD(to.result, scan_results, from->result);
    set_scanner(records, from->scanner, to.scanner);
    put(records, RECORDS_SCAN_CONFLICT, &to);
}

static void scans_taken(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct scans_taken *from = &fact->as.scans_taken;
    struct scanner_record to = { .number = from->scanner,
                                 .last_sequence = from->sequence,
                                 .last_ms = fact->time_ms };
    (void)seq;
    SET_TEXT(to.name, from->name);
    put(records, RECORDS_SCANNER, &to);
}

/* ---- Rules, lists -----------------------------------------------------------------------------
 */

static void door_rules_set(struct records *records, uint64_t seq, const struct fact *fact)
{
    static const char *const policies[] = { "", "closed", "pinned", "open" };
    const struct door_rules_set *from = &fact->as.door_rules_set;
    struct door_rule_record to = {
        .event = from->event,
        .sealed_s = from->sealed_s,
        .transfers = from->transfers,
        .reentry = from->reentry,
        .version = seq,
    };
    SET_WORD(to.offline, policies, from->offline);
    put(records, RECORDS_DOOR_RULE, &to);
}

static void checkin_list_set(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct checkin_list_set *from = &fact->as.checkin_list_set;
    struct checkin_list_record to = {
        .event = from->event,
        .number = from->number,
        .blocks = from->blocks.count,
        .gates = from->gates.count,
        .from_ms = from->from_ms,
        .until_ms = from->until_ms,
        .reentry = from->reentry,
        .checks_id = from->checks_id,
        .codes_only = from->codes_only,
        .version = seq,
    };
    SET_TEXT(to.name, from->name);
    put(records, RECORDS_CHECKIN_LIST, &to);
}

/* ---- Tickets ----------------------------------------------------------------------------------
 */

static void ticket_reissued(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct ticket_reissued *from = &fact->as.ticket_reissued;
    struct ticket_record ticket = ticket_get(records, from->ticket);
    ticket.generation++;
    if (from->holder[0])
        SET_TEXT(ticket.holder, from->holder);
    ticket_put(records, &ticket, seq);
}

static void ticket_blocked(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct ticket_blocked *from = &fact->as.ticket_blocked;
    struct ticket_record ticket = ticket_get(records, from->ticket);
    ticket.blocked = from->blocked;
    SET_TEXT(ticket.blocked_reason, from->reason);
    ticket_put(records, &ticket, seq);
}

static void medium_set(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct medium_set *from = &fact->as.medium_set;
    struct medium_record to = { .medium = from->medium,
                                .blocked = from->blocked,
                                .changed_ms = fact->time_ms,
                                .version = seq };
    SET_TEXT(to.name, from->name);
    SET_TEXT(to.reason, from->reason);
    SET_TEXT(to.changed_by, from->caller);
    if (from->ticket) {
        const struct ticket_record ticket = ticket_get(records, from->ticket - 1);
        SET_TEXT(to.ticket_id, ticket.id);
    }
    put(records, RECORDS_MEDIUM, &to);
}

const struct projection door_projections[] = {
    { FACT_TICKET_ADMITTED, ticket_admitted },   { FACT_TICKET_REFUSED, ticket_refused },
    { FACT_TICKET_PASSED, ticket_passed },       { FACT_SCAN_CONFLICTED, scan_conflicted },
    { FACT_SCANS_TAKEN, scans_taken },           { FACT_DOOR_RULES_SET, door_rules_set },
    { FACT_CHECKIN_LIST_SET, checkin_list_set }, { FACT_TICKET_REISSUED, ticket_reissued },
    { FACT_TICKET_BLOCKED, ticket_blocked },     { FACT_MEDIUM_SET, medium_set },
    { 0, NULL },
};
