/*
 * `tifo`: the command line client. Every command is a row here and a file beside this one.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "clients/cli/server_link.h"

const struct command *const commands[] = {
    &venue_make_command,
    &venue_check_command,
    &venue_show_command,
    &venue_import_command,
    &crowd_command,
    &live_command,
    &viewers_command,
    &history_command,
    &replay_command,
    &summary_command,
    &phase_command,
    &guidance_override_command,
    &guidance_command,
    &gate_open_command,
    &gate_close_command,
    &opening_open_command,
    &opening_close_command,
    &clock_command,
    &sensors_command,
    &alarm_list_command,
    &alarm_ack_command,
    &alarm_shelve_command,
    &alarm_unshelve_command,
    &alarm_summary_command,
    &telemetry_counters_command,
    &telemetry_sources_command,
    &telemetry_occupancy_command,
    &telemetry_series_command,
    &telemetry_dead_command,
    &telemetry_replay_command,
    &telemetry_drop_command,
    &device_add_command,
    &device_set_command,
    &device_list_command,
    &device_rotate_command,
    &device_retire_command,
    &device_registration_command,
    &rule_set_command,
    &rule_list_command,
    &rule_delete_command,
    &event_create_command,
    &event_publish_command,
    &event_cancel_command,
    &event_list_command,
    &event_show_command,
    &event_update_command,
    &event_unpublish_command,
    &type_add_command,
    &type_set_command,
    &type_list_command,
    &quota_add_command,
    &quota_set_command,
    &quota_list_command,
    &voucher_add_command,
    &voucher_set_command,
    &voucher_list_command,
    &question_add_command,
    &question_withdraw_command,
    &question_list_command,
    &question_answers_command,
    &addon_set_command,
    &addon_bundle_command,
    &addon_list_command,
    &allocation_set_command,
    &allocation_list_command,
    &seats_show_command,
    &seats_watch_command,
    &hold_command,
    &release_command,
    &cart_list_command,
    &cart_show_command,
    &cart_add_command,
    &cart_remove_command,
    &cart_voucher_command,
    &cart_extend_command,
    &cart_buyer_command,
    &buy_command,
    &sale_simulate_command,
    &order_show_command,
    &order_list_command,
    &order_quote_command,
    &order_cancel_command,
    &order_exchange_command,
    &order_approve_command,
    &order_reject_command,
    &order_import_command,
    &terms_show_command,
    &terms_set_command,
    &ledger_entries_command,
    &ledger_command,
    &payment_list_command,
    &payment_ask_command,
    &settlement_record_command,
    &settlement_void_command,
    &settlement_list_command,
    &resale_show_command,
    &resale_set_command,
    &resale_offer_command,
    &resale_withdraw_command,
    &resale_list_command,
    &ticket_show_command,
    &ticket_list_command,
    &ticket_qr_command,
    &ticket_pdf_command,
    &ticket_wallet_command,
    &ticket_transfer_command,
    &ticket_reissue_command,
    &ticket_block_command,
    &ticket_unblock_command,
    &ticket_find_command,
    &medium_issue_command,
    &medium_block_command,
    &medium_unblock_command,
    &medium_return_command,
    &medium_show_command,
    &doors_show_command,
    &doors_rules_command,
    &doors_list_command,
    &doors_conflicts_command,
    &scan_command,
    &waitroom_set_command,
    &waitroom_show_command,
    &waitroom_watch_command,
    &waitroom_enter_command,
    &waitroom_leave_command,
    &waitroom_place_command,
    &waitroom_admit_command,
    &waitroom_verify_command,
    &waitlist_open_command,
    &waitlist_enter_command,
    &waitlist_leave_command,
    &waitlist_show_command,
    &waitlist_watch_command,
    &waitlist_list_command,
    &join_open_command,
    &join_event_command,
    &join_cancel_command,
    &join_list_command,
    &kick_command,
    &ban_command,
    &unban_command,
    &completion_command,
};
const size_t command_count = sizeof(commands) / sizeof(commands[0]);

/* Whether its first word, of two or more, is this one; NULL: any. */
static bool is_of(const struct command *command, const char *group)
{
    const size_t length = group ? strlen(group) : 0;
    return !group || (strncmp(command->words, group, length) == 0 && command->words[length] == ' ');
}

static bool is_group(const char *word)
{
    for (size_t i = 0; i < command_count; i++)
        if (is_of(commands[i], word))
            return true;
    return false;
}

/* Of all commands, or of a group. */
static void print_help(FILE *out, const char *group)
{
    if (!group)
        fprintf(out, "tifo: makes and checks venues, sells tickets, asks and tells a tifod.\n\n");
    fprintf(out, "usage: tifo %s%sCOMMAND [OPTION...]\n\n", group ? group : "", group ? " " : "");
    for (size_t i = 0; i < command_count; i++) {
        char synopsis[64];
        if (!is_of(commands[i], group))
            continue;
        snprintf(synopsis, sizeof(synopsis), "%s %s", commands[i]->words, commands[i]->arguments);
        fprintf(out, "  %-27s %s\n", synopsis, commands[i]->summary);
    }
    fprintf(out, "\n  tifo COMMAND --help    its options\n  tifo --version\n\n"
                 "exit codes: 0 done, 1 failed, 2 bad usage\n");
}

static void print_command_help(const struct command *command)
{
    printf("usage: tifo %s %s%s[OPTION...]\n%s\n\n", command->words, command->arguments,
           command->arguments[0] ? " " : "", command->summary);
    struct flag flags[FLAGS_MAX + 1];
    command_flags(command, flags);
    for (const struct flag *flag = flags; flag->name; flag++) {
        char synopsis[64];
        snprintf(synopsis, sizeof(synopsis), "%s %s", flag->name, flag->value ? flag->value : "");
        printf("  %-32s %s\n", synopsis, flag->help);
    }
}

void command_flags(const struct command *command, struct flag out[FLAGS_MAX + 1])
{
    static const struct flag implied[] = { SERVER_FLAGS, VENUE_FLAG, { NULL, NULL, NULL } };
    const struct flag *const tables[] = { command->flags, command->task ? implied : NULL };
    size_t count = 0;
    for (int i = 0; i < 2; i++)
        for (const struct flag *flag = tables[i]; flag && flag->name; flag++) {
            assert(count < FLAGS_MAX);
            out[count++] = *flag;
        }
    out[count] = (struct flag){ NULL, NULL, NULL };
}

/* How many words of argv name the command; 0: another one. */
static int matches(const struct command *command, int argc, char **argv)
{
    char said[64];
    if (argc >= 2) {
        snprintf(said, sizeof(said), "%s %s", argv[0], argv[1]);
        if (strcmp(command->words, said) == 0)
            return 2;
    }
    return argc >= 1 && strcmp(command->words, argv[0]) == 0 ? 1 : 0;
}

static enum outcome run(const struct command *command, int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            print_command_help(command);
            return DONE;
        }
    }
    struct arguments arguments;
    struct flag flags[FLAGS_MAX + 1];
    command_flags(command, flags);
    if (!arguments_read(&arguments, flags, argc, argv))
        return BAD_USAGE;
    if (arguments.positional_count != command->positional_count) {
        fprintf(stderr, "tifo: usage: tifo %s %s; see --help\n", command->words,
                command->arguments);
        return BAD_USAGE;
    }
    return command->task ? server_link_do(&arguments, command->task) : command->run(&arguments);
}

/* Of what names no command; the list of all is long, and who asked for something else wants to see
 * the sentence. */
static void complain(int argc, char **argv)
{
    if (argc > 0 && argv[0][0] == '-')
        fprintf(stderr, "tifo: %s comes after the command: tifo COMMAND %s; see tifo --help\n",
                argv[0], argv[0]);
    else if (argc > 0)
        fprintf(stderr, "tifo: there is no command \"%s%s%s\"; tifo --help lists all\n", argv[0],
                argc > 1 ? " " : "", argc > 1 ? argv[1] : "");
}

int main(int argc, char **argv)
{
    argc--;
    argv++;
    if (argc > 0 && strcmp(argv[0], "--version") == 0) {
        printf("tifo %s\n", TIFO_VERSION);
        return DONE;
    }
    if (argc > 0 && strcmp(argv[0], "--help") == 0) {
        print_help(stdout, NULL);
        return DONE;
    }
    for (size_t i = 0; i < command_count; i++) {
        int words = matches(commands[i], argc, argv);
        if (words > 0)
            return run(commands[i], argc - words, argv + words);
    }
    const char *group = argc > 0 && is_group(argv[0]) ? argv[0] : NULL;
    if (group && argc > 1 && strcmp(argv[1], "--help") == 0) {
        print_help(stdout, group);
        return DONE;
    }
    complain(argc, argv);
    if (group || argc == 0)
        print_help(stderr, group);
    return BAD_USAGE;
}
