/*
 * A command of `tifo`: one file, one row of the table in main.c.
 */
#ifndef CLIENTS_CLI_COMMAND_H
#define CLIENTS_CLI_COMMAND_H

#include "clients/cli/arguments.h"

struct Tifo__V1__Venue;
struct server_link;

/* What programs exit with. */
enum outcome { DONE = 0, FAILED = 1, BAD_USAGE = 2 };

/* What a command does once it knows the venue, which is only there during the call. */
typedef enum outcome server_link_task(struct server_link *link, const struct Tifo__V1__Venue *venue,
                                      const struct arguments *arguments);

struct command {
    const char *words;     /* "venue make" */
    const char *arguments; /* "FILE", for the help. */
    const char *summary;
    size_t positional_count; /* Exactly. */
    const struct flag *flags;
    enum outcome (*run)(const struct arguments *arguments);
    server_link_task
        *task; /* Instead of `run`: connects and asks for the venue of --venue first. */
};
/* All its flags, up to the row without a name: its own table's and those that a task implies. */
void command_flags(const struct command *command, struct flag out[FLAGS_MAX + 1]);

extern const struct command addon_set_command, addon_bundle_command, addon_list_command,
    question_add_command, question_withdraw_command, question_list_command,
    question_answers_command;
extern const struct command device_add_command, device_set_command, device_rotate_command,
    device_retire_command, device_registration_command, device_list_command;
extern const struct command rule_set_command, rule_delete_command, rule_list_command;
extern const struct command venue_make_command, venue_check_command, venue_show_command,
    venue_import_command, crowd_command, phase_command, guidance_command, gate_open_command,
    gate_close_command, guidance_override_command, opening_open_command, opening_close_command, clock_command,
    sensors_command, alarm_list_command, alarm_ack_command, alarm_shelve_command,
    alarm_unshelve_command, alarm_summary_command, event_create_command, event_publish_command,
    event_cancel_command, event_list_command, event_show_command, event_update_command,
    event_unpublish_command, type_add_command, type_set_command, type_list_command,
    quota_add_command, quota_set_command, quota_list_command, voucher_add_command,
    voucher_list_command, voucher_set_command, seats_show_command, seats_watch_command,
    hold_command, release_command, cart_list_command, cart_show_command, cart_add_command,
    cart_remove_command, cart_voucher_command, cart_extend_command, cart_buyer_command, buy_command,
    sale_simulate_command, order_quote_command, order_cancel_command, order_exchange_command,
    order_approve_command, order_reject_command, order_import_command, terms_show_command,
    terms_set_command, ledger_entries_command, ledger_command, payment_list_command,
    payment_ask_command, settlement_record_command, settlement_void_command,
    settlement_list_command, order_show_command, order_list_command, ticket_show_command,
    ticket_list_command, ticket_qr_command, ticket_pdf_command, ticket_wallet_command,
    ticket_transfer_command, ticket_reissue_command, ticket_block_command, ticket_unblock_command, ticket_find_command,
    medium_issue_command, medium_block_command, medium_unblock_command, medium_return_command,
    medium_show_command,
    doors_show_command, doors_rules_command, doors_list_command, doors_conflicts_command,
    scan_command, waitroom_set_command, waitroom_show_command, waitroom_watch_command,
    waitroom_enter_command, waitroom_leave_command, waitroom_place_command, waitroom_admit_command,
    waitroom_verify_command, waitlist_open_command, waitlist_enter_command, waitlist_leave_command,
    waitlist_show_command, waitlist_watch_command, waitlist_list_command, join_open_command,
    join_event_command, join_cancel_command, join_list_command, kick_command, ban_command,
    unban_command, allocation_set_command, allocation_list_command, resale_set_command,
    live_command, viewers_command, history_command, replay_command, summary_command,
    resale_show_command, resale_offer_command, resale_withdraw_command, resale_list_command,
    telemetry_counters_command, telemetry_sources_command, telemetry_occupancy_command,
    telemetry_series_command, telemetry_dead_command, telemetry_replay_command,
    telemetry_drop_command, completion_command;

/* All of them, in the order of the help. */
extern const struct command *const commands[];
extern const size_t command_count;

#endif
