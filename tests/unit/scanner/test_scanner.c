/* A scanner at a gate without a network: what it admits, what it keeps, and what it finds in its
 * folder after a crash. */
#include "clients/c/scanner.h"

#include "clients/c/scan_queue.h"
#include "tests/support/gate.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64], why[256];
static struct gate_event event;
static struct tifo_scanner *scanner;
static uint64_t nonce;

static void reopen(uint32_t gate)
{
    tifo_scanner_close(scanner);
    scanner = tifo_scanner_open(
        &(struct tifo_scanner_options){ .folder = folder, .name = "north", .gate = gate }, why,
        sizeof why);
    if (!scanner)
        fail_msg("%s", why);
}

static bool load_as(bool trusted)
{
    size_t size;
    uint8_t *bytes = gate_event_bytes(&event, &size);
    const bool taken = tifo_scanner_load(scanner, bytes, size, trusted, why, sizeof why);
    free(bytes);
    return taken;
}

static int set_up(void **state)
{
    (void)state;
    nonce = 0;
    scanner = NULL;
    strcpy(folder, "/tmp/tifo-scanner-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    gate_event_init(&event);
    reopen(0);
    assert_true(load_as(true));
    return 0;
}

static int tear_down(void **state)
{
    char line[100];
    (void)state;
    tifo_scanner_close(scanner);
    snprintf(line, sizeof line, "rm -r %s", folder);
    return system(line);
}

static struct tifo_scanner_verdict scan_as(const char *code, bool exit)
{
    const struct tifo_scanner_ask ask = {
        .code = code, .now_ms = GATE_NOW_MS + 1000, .nonce = ++nonce, .exit = exit
    };
    return tifo_scanner_scan(scanner, &ask);
}

static enum tifo_scanner_result scan(uint32_t ticket, uint32_t generation)
{
    char code[TICKET_CODE_CHARS + 1];
    gate_event_code(&event, ticket, generation, code);
    return scan_as(code, false).result;
}

static enum tifo_scanner_result leave(uint32_t ticket)
{
    char code[TICKET_CODE_CHARS + 1];
    gate_event_code(&event, ticket, 1, code);
    return scan_as(code, true).result;
}

/* ---- Admitting --------------------------------------------------------------------------------
 */

static void a_ticket_is_admitted_once_also_after_a_restart(void **state)
{
    (void)state;
    assert_int_equal(scan(0, 1), TIFO_SCAN_OK);
    assert_int_equal(scan(0, 1), TIFO_SCAN_ALREADY_REDEEMED);
    reopen(0);
    assert_int_equal(scan(0, 1), TIFO_SCAN_ALREADY_REDEEMED);
    assert_int_equal(scan(1, 1), TIFO_SCAN_OK);
    assert_int_equal(tifo_scanner_info(scanner).pending, 2);
}

static void the_same_nonce_is_the_same_scan(void **state)
{
    (void)state;
    assert_int_equal(scan(0, 1), TIFO_SCAN_OK);
    nonce--;
    assert_int_equal(scan(0, 1), TIFO_SCAN_OK);
    assert_int_equal(tifo_scanner_info(scanner).pending, 1);
}

/* "an offline scan of unsigned JSON: rejected" */
static void what_is_not_signed_by_us_is_invalid(void **state)
{
    (void)state;
    static const uint8_t seed[TICKET_SEED_BYTES] = { 'e' };
    char code[TICKET_CODE_CHARS + 1];
    uint8_t public_key[TICKET_PUBLIC_BYTES];
    struct gate_event forger = event;
    assert_int_equal(
        scan_as("{\"ticket\":\"00000000000000000000000000000000\",\"seat\":1}", false).result,
        TIFO_SCAN_INVALID);
    assert_int_equal(scan_as("", false).result, TIFO_SCAN_INVALID);
    ticket_keys_from_seed(seed, forger.secret, public_key);
    gate_event_code(&forger, 1, 1, code);
    assert_int_equal(scan_as(code, false).result, TIFO_SCAN_INVALID);
    forger = event;
    memset(forger.manifest.event, 'f', sizeof forger.manifest.event);
    gate_event_code(&forger, 1, 1, code);
    assert_int_equal(scan_as(code, false).result, TIFO_SCAN_PRODUCT);
    assert_int_equal(tifo_scanner_info(scanner).pending, 0);
}

static void what_the_manifest_knows_counts(void **state)
{
    (void)state;
    gate_event_set(&event, 0, 2, 0);
    gate_event_set(&event, 1, 1, MANIFEST_BLOCKED);
    gate_event_set(&event, 2, 1, MANIFEST_IN);
    gate_event_set(&event, 3, 1, MANIFEST_CANCELLED);
    gate_event_set(&event, 4, 1, MANIFEST_OUT);
    assert_true(load_as(false));
    assert_int_equal(scan(0, 1), TIFO_SCAN_REVOKED);
    assert_int_equal(scan(0, 2), TIFO_SCAN_OK);
    assert_int_equal(scan(1, 1), TIFO_SCAN_BLOCKED);
    assert_int_equal(scan(2, 1), TIFO_SCAN_ALREADY_REDEEMED);
    assert_int_equal(scan(3, 1), TIFO_SCAN_CANCELLED);
    assert_int_equal(scan(4, 1), TIFO_SCAN_ALREADY_REDEEMED);
    assert_int_equal(leave(5), TIFO_SCAN_RULES);
    event.manifest.reentry = true;
    assert_true(load_as(false));
    assert_int_equal(scan(4, 1), TIFO_SCAN_OK);
    assert_int_equal(leave(4), TIFO_SCAN_OK);
    assert_int_equal(scan(4, 1), TIFO_SCAN_OK);
}

static void a_ticket_that_was_sold_since_is_as_it_was_sold(void **state)
{
    (void)state;
    event.manifest.kind = MANIFEST_REVOKED;
    event.manifest.ticket_count = 1;
    assert_true(load_as(false));
    assert_int_equal(scan(6, 1), TIFO_SCAN_OK);
}

static void lists_times_gates_and_papers(void **state)
{
    (void)state;
    uint8_t range[8];
    struct tifo_scanner_ask ask = { .now_ms = GATE_NOW_MS - 1, .nonce = 1 };
    char code[TICKET_CODE_CHARS + 1];
    gate_event_code(&event, 0, 1, code);
    ask.code = code;
    assert_int_equal(tifo_scanner_scan(scanner, &ask).result, TIFO_SCAN_INVALID_TIME);
    manifest_range_write((struct manifest_range){ 1, 2 }, range);
    event.manifest.ranges = range;
    event.manifest.range_count = 1;
    event.manifest.checks_id = true;
    assert_true(load_as(false));
    assert_int_equal(scan(0, 1), TIFO_SCAN_PRODUCT);
    assert_int_equal(scan(1, 1), TIFO_SCAN_INCOMPLETE);
    event.manifest.gates[0] = 2;
    assert_true(load_as(false));
    assert_int_equal(scan(1, 1), TIFO_SCAN_RULES);
}

static void an_id_that_is_typed_must_be_known(void **state)
{
    (void)state;
    struct tifo_scanner_ask ask = { .by_hand = true, .now_ms = GATE_NOW_MS, .nonce = 1 };
    ask.code = "00000000000000020000000000000000";
    const struct tifo_scanner_verdict verdict = tifo_scanner_scan(scanner, &ask);
    assert_int_equal(verdict.result, TIFO_SCAN_OK);
    assert_int_equal(verdict.seat, 2);
    ask.code = "00000000000000ff0000000000000000";
    assert_int_equal(tifo_scanner_scan(scanner, &ask).result, TIFO_SCAN_INVALID);
    event.manifest.codes_only = true;
    assert_true(load_as(false));
    ask.code = "00000000000000030000000000000000";
    assert_int_equal(tifo_scanner_scan(scanner, &ask).result, TIFO_SCAN_MEDIUM_INVALID);
}

/* ---- Media -------------------------------------------------------------------------------------
 */

static struct tifo_scanner_verdict scan_medium(const char *name)
{
    const struct tifo_scanner_ask ask = {
        .code = name, .now_ms = GATE_NOW_MS + 1000, .nonce = ++nonce, .medium = true
    };
    return tifo_scanner_scan(scanner, &ask);
}

/* A manifest of before, or of a server that was not asked for media. */
static void without_media_an_exchanged_ticket_opens_nothing_and_no_medium_is_known(void **state)
{
    (void)state;
    struct tifo_scanner_ask ask = { .medium = true, .now_ms = GATE_NOW_MS, .nonce = 99 };
    ask.code = "band-1";
    assert_false(tifo_scanner_info(scanner).media);
    assert_int_equal(scan_medium("band-1").result, TIFO_SCAN_MEDIUM_INVALID);
    gate_event_set(&event, 0, 1, MANIFEST_EXCHANGED | MANIFEST_BLOCKED);
    assert_true(load_as(false));
    assert_int_equal(scan(0, 1), TIFO_SCAN_ALREADY_EXCHANGED);
    assert_int_equal(scan(1, 1), TIFO_SCAN_OK);
    tifo_scanner_note(scanner, &ask); /* The server let it in: there is nothing to keep here. */
    assert_int_equal(tifo_scanner_info(scanner).pending, 1);
}

static void a_medium_is_admitted_as_its_ticket(void **state)
{
    (void)state;
    struct tifo_scanner_row row;
    gate_event_exchange(&event, 3, "band-3");
    gate_event_exchange(&event, 4, "band-4");
    gate_event_set(&event, 4, 1, MANIFEST_EXCHANGED | MANIFEST_MEDIUM_BLOCKED);
    gate_event_exchange(&event, 5, "band-5");
    gate_event_set(&event, 5, 1, MANIFEST_EXCHANGED | MANIFEST_BLOCKED);
    assert_true(load_as(false));
    assert_true(tifo_scanner_info(scanner).media);
    const struct tifo_scanner_verdict in = scan_medium("band-3");
    assert_int_equal(in.result, TIFO_SCAN_OK);
    assert_int_equal(in.seat, 3);
    assert_int_equal(scan_medium("band-3").result, TIFO_SCAN_ALREADY_REDEEMED);
    assert_int_equal(scan(3, 1), TIFO_SCAN_ALREADY_EXCHANGED);
    assert_int_equal(scan_medium("band-4").result, TIFO_SCAN_MEDIUM_INVALID);
    assert_true(scan_medium("band-4").known);
    assert_int_equal(scan_medium("band-5").result, TIFO_SCAN_BLOCKED);
    assert_int_equal(scan_medium("band-6").result, TIFO_SCAN_MEDIUM_INVALID);
    assert_int_equal(scan_medium("").result, TIFO_SCAN_MEDIUM_INVALID);
    reopen(0);
    assert_int_equal(scan_medium("band-3").result, TIFO_SCAN_ALREADY_REDEEMED);
    assert_int_equal(tifo_scanner_pending(scanner, &row, 1), 1);
    assert_string_equal(row.medium, "band-3");
    assert_string_equal(row.code, "00000000000000030000000000000000");
    assert_false(row.by_hand);
}

/* Of the longest name nothing is lost on the way. */
static void a_long_name_is_kept_whole(void **state)
{
    (void)state;
    struct tifo_scanner_row row;
    char name[TIFO_SCANNER_MEDIUM_BYTES + 2] = "";
    memset(name, 'b', TIFO_SCANNER_MEDIUM_BYTES);
    gate_event_exchange(&event, 0, name);
    assert_true(load_as(false));
    assert_int_equal(scan_medium(name).result, TIFO_SCAN_OK);
    assert_int_equal(tifo_scanner_pending(scanner, &row, 1), 1);
    assert_string_equal(row.medium, name);
    name[TIFO_SCANNER_MEDIUM_BYTES] = 'b';
    assert_int_equal(scan_medium(name).result, TIFO_SCAN_MEDIUM_INVALID);
}

/* Ticket 3's was handed back; ticket 4 has ticket 5's now, and ticket 5 none. */
static void changes_say_what_media_stand_for_now(void **state)
{
    (void)state;
    struct gate_event base = event;
    base.manifest.tickets = base.rows;
    gate_event_exchange(&base, 3, "band-3");
    gate_event_exchange(&base, 5, "band-5");
    gate_event_exchange(&base, 6, "band-6");
    event = base;
    event.manifest.tickets = event.rows;
    event.manifest.media = event.media;
    assert_true(load_as(false));
    event.manifest.kind = MANIFEST_CHANGES;
    event.manifest.from_seq = 10;
    event.manifest.to_seq = 12;
    event.manifest.medium_count = 0;
    gate_event_set(&event, 3, 1, 0);
    gate_event_set(&event, 5, 1, 0);
    gate_event_exchange(&event, 4, "band-5");
    event.manifest.tickets = event.rows + 3 * MANIFEST_ROW_BYTES;
    event.manifest.ticket_count = 3;
    assert_true(load_as(false));
    assert_int_equal(scan_medium("band-3").result, TIFO_SCAN_MEDIUM_INVALID);
    assert_int_equal(scan(3, 1), TIFO_SCAN_OK);
    const struct tifo_scanner_verdict moved = scan_medium("band-5");
    assert_int_equal(moved.result, TIFO_SCAN_OK);
    assert_int_equal(moved.seat, 4);
    assert_int_equal(scan(5, 1), TIFO_SCAN_OK);
    assert_int_equal(scan_medium("band-6").result, TIFO_SCAN_OK); /* As it was. */
}

static void each_policy(void **state)
{
    (void)state;
    char code[TICKET_CODE_CHARS + 1];
    event.manifest.policy = MANIFEST_CLOSED;
    assert_true(load_as(false));
    assert_int_equal(scan(0, 1), TIFO_SCAN_ERROR);
    event.manifest.policy = MANIFEST_PINNED;
    assert_true(load_as(false));
    assert_int_equal(scan(0, 1), TIFO_SCAN_OK);
    gate_event_code(&event, 2, 1, code);
    const struct tifo_scanner_verdict verdict = scan_as(code, false);
    assert_int_equal(verdict.result, TIFO_SCAN_RULES);
    assert_int_equal(verdict.pinned, 2);
}

static void nothing_is_decided_without_a_manifest(void **state)
{
    (void)state;
    char line[100];
    snprintf(line, sizeof line, "rm %s/manifest", folder);
    assert_int_equal(system(line), 0);
    reopen(0);
    assert_false(tifo_scanner_info(scanner).loaded);
    assert_int_equal(scan(0, 1), TIFO_SCAN_ERROR);
}

/* ---- Manifests ---------------------------------------------------------------------------------
 */

static void changes_lie_over_what_was(void **state)
{
    (void)state;
    event.manifest.kind = MANIFEST_CHANGES;
    event.manifest.from_seq = 10;
    event.manifest.to_seq = 12;
    event.manifest.ticket_count = 1;
    gate_event_set(&event, 0, 1, MANIFEST_BLOCKED);
    assert_true(load_as(false));
    assert_int_equal(tifo_scanner_info(scanner).base_seq, 10);
    assert_int_equal(tifo_scanner_info(scanner).seq, 12);
    reopen(0);
    assert_int_equal(scan(0, 1), TIFO_SCAN_BLOCKED);
    assert_int_equal(scan(1, 1), TIFO_SCAN_OK);
    event.manifest.from_seq = 12;
    event.manifest.to_seq = 13;
    assert_false(load_as(false)); /* They are since the base. */
    event.manifest.from_seq = 10;
    event.manifest.to_seq = 11;
    assert_false(load_as(false)); /* Older. */
    gate_event_set(&event, 0, 1, 0);
    event.manifest.kind = MANIFEST_FULL;
    event.manifest.from_seq = 0;
    event.manifest.to_seq = 14;
    assert_true(load_as(false));
    assert_int_equal(scan(0, 1), TIFO_SCAN_OK); /* The changes of before count no more. */
}

static void what_others_signed_is_not_taken(void **state)
{
    (void)state;
    gate_event_key(&event, 7);
    assert_false(load_as(false));
    assert_non_null(strstr(why, "not known"));
    assert_true(load_as(true)); /* From the server: keys have changed. */
    char code[TICKET_CODE_CHARS + 1];
    gate_event_code(&event, 0, 1, code);
    assert_int_equal(scan_as(code, false).result, TIFO_SCAN_OK);
    memset(event.manifest.event, 'x', sizeof event.manifest.event);
    assert_false(load_as(true));
    assert_non_null(strstr(why, "another event"));
}

/* ---- The queue ---------------------------------------------------------------------------------
 */

static void pending_scans_are_told_as_they_were(void **state)
{
    (void)state;
    struct tifo_scanner_row rows[4];
    char code[TICKET_CODE_CHARS + 1];
    gate_event_code(&event, 0, 1, code);
    scan_as(code, false);
    struct tifo_scanner_ask online = { .code = code, .now_ms = GATE_NOW_MS, .nonce = 99 };
    online.exit = true;
    tifo_scanner_note(scanner, &online);
    scan(1, 1);
    assert_int_equal(tifo_scanner_pending(scanner, rows, 4), 2);
    assert_string_equal(rows[0].code, code);
    assert_int_equal(rows[0].sequence, 1);
    assert_int_equal(rows[0].nonce, 1);
    assert_int_equal(rows[0].at_ms, GATE_NOW_MS + 1000);
    assert_int_equal(rows[1].sequence, 3);
    assert_true(tifo_scanner_taken(scanner, 1));
    assert_int_equal(tifo_scanner_pending(scanner, rows, 4), 1);
    reopen(0);
    assert_int_equal(tifo_scanner_pending(scanner, rows, 4), 1);
    assert_int_equal(rows[0].sequence, 3);
    assert_int_equal(scan(0, 1), TIFO_SCAN_ALREADY_REDEEMED); /* Out, and no re-entry. */
}

static long queue_size(void)
{
    char path[100];
    struct stat about;
    snprintf(path, sizeof path, "%s/queue", folder);
    assert_int_equal(stat(path, &about), 0);
    return (long)about.st_size;
}

static void queue_cut(long size)
{
    char path[100];
    snprintf(path, sizeof path, "%s/queue", folder);
    assert_int_equal(truncate(path, size), 0);
}

/* Whatever part of the last record is there, those before it are, and it works on. */
static void a_record_that_was_cut_off_is_dropped(void **state)
{
    (void)state;
    for (int cut = 1; cut <= QUEUE_RECORD_BYTES; cut += 37) {
        uint32_t a = 0;
        scan(a, 1);
        const long size = queue_size();
        scan(1, 1);
        queue_cut(queue_size() - cut);
        reopen(0);
        assert_int_equal(queue_size(), size);
        assert_int_equal(scan(0, 1), TIFO_SCAN_ALREADY_REDEEMED);
        assert_int_equal(scan(1, 1), TIFO_SCAN_OK);
        queue_cut(0); /* And one that was never begun. */
        reopen(0);
    }
}

static void flip(long at)
{
    char path[100];
    snprintf(path, sizeof path, "%s/queue", folder);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, at, SEEK_SET);
    const int byte = fgetc(file);
    fseek(file, at, SEEK_SET);
    fputc(byte ^ 1, file);
    fclose(file);
}

static void damage_amid_the_queue_is_found(void **state)
{
    (void)state;
    scan(0, 1);
    scan(1, 1);
    tifo_scanner_close(scanner);
    flip(QUEUE_HEAD_BYTES + 50);
    scanner = tifo_scanner_open(&(struct tifo_scanner_options){ .folder = folder, .name = "north" },
                                why, sizeof why);
    assert_null(scanner);
    assert_non_null(strstr(why, "damaged"));
    flip(QUEUE_HEAD_BYTES + 50);
    reopen(0);
    assert_int_equal(tifo_scanner_info(scanner).pending, 2);
}

static void a_full_disk_admits_nobody_and_loses_nothing(void **state)
{
    (void)state;
    struct rlimit old, small;
    assert_int_equal(scan(0, 1), TIFO_SCAN_OK);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    small = old;
    small.rlim_cur = (rlim_t)queue_size() + 10;
    setrlimit(RLIMIT_FSIZE, &small);
    const enum tifo_scanner_result full = scan(1, 1);
    setrlimit(RLIMIT_FSIZE, &old);
    assert_int_equal(full, TIFO_SCAN_ERROR);
    assert_int_equal(scan(1, 1), TIFO_SCAN_OK);
    reopen(0);
    assert_int_equal(tifo_scanner_info(scanner).pending, 2);
}

static void a_folder_is_one_scanners(void **state)
{
    (void)state;
    char id[80];
    snprintf(id, sizeof id, "%s", tifo_scanner_info(scanner).id);
    assert_memory_equal(id, "north.", 6);
    assert_null(tifo_scanner_open(
        &(struct tifo_scanner_options){ .folder = folder, .name = "south" }, why, sizeof why));
    assert_non_null(strstr(why, "another scanner's"));
    reopen(1);
    assert_string_equal(tifo_scanner_info(scanner).id, id);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_ticket_is_admitted_once_also_after_a_restart),
        TEST(the_same_nonce_is_the_same_scan),
        TEST(what_is_not_signed_by_us_is_invalid),
        TEST(what_the_manifest_knows_counts),
        TEST(a_ticket_that_was_sold_since_is_as_it_was_sold),
        TEST(lists_times_gates_and_papers),
        TEST(an_id_that_is_typed_must_be_known),
        TEST(without_media_an_exchanged_ticket_opens_nothing_and_no_medium_is_known),
        TEST(a_medium_is_admitted_as_its_ticket),
        TEST(a_long_name_is_kept_whole),
        TEST(changes_say_what_media_stand_for_now),
        TEST(each_policy),
        TEST(nothing_is_decided_without_a_manifest),
        TEST(changes_lie_over_what_was),
        TEST(what_others_signed_is_not_taken),
        TEST(pending_scans_are_told_as_they_were),
        TEST(a_record_that_was_cut_off_is_dropped),
        TEST(damage_amid_the_queue_is_found),
        TEST(a_full_disk_admits_nobody_and_loses_nothing),
        TEST(a_folder_is_one_scanners),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
