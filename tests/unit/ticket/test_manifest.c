/* Manifests: written, signed, read; and everything that is none. */
#include "tests/support/gate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct gate_event event;

static int set_up(void **state)
{
    (void)state;
    gate_event_init(&event);
    return 0;
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    uint8_t range[8];
    size_t size;
    struct manifest out;
    struct manifest_ticket ticket;
    gate_event_key(&event, 2);
    gate_event_set(&event, 3, 65535, MANIFEST_IN | MANIFEST_BLOCKED);
    manifest_ticket_read(event.rows, &ticket);
    ticket.seat = MANIFEST_NO_SEAT;
    manifest_ticket_write(&ticket, event.rows);
    manifest_range_write((struct manifest_range){ 5, UINT32_MAX }, range);
    event.manifest.ranges = range;
    event.manifest.range_count = 1;
    event.manifest.reentry = event.manifest.codes_only = true;
    memcpy(event.manifest.name, "Lounge", 7);
    uint8_t *bytes = gate_event_bytes(&event, &size);
    assert_null(manifest_read(bytes, size, &out));
    assert_string_equal(out.title, "Derby");
    assert_string_equal(out.name, "Lounge");
    assert_true(out.reentry && out.codes_only && !out.checks_id && !out.cancelled);
    assert_int_equal(out.key_count, 2);
    assert_int_equal(out.key_id, 2);
    assert_int_equal(out.made_ms, GATE_NOW_MS);
    assert_int_equal(manifest_range_read(out.ranges).end, UINT32_MAX);
    assert_int_equal(out.ticket_count, GATE_TICKETS);
    const uint8_t *row =
        manifest_find(out.tickets, out.ticket_count, event.rows + (size_t)3 * MANIFEST_ROW_BYTES);
    manifest_ticket_read(row, &ticket);
    assert_int_equal(ticket.seat, 3);
    manifest_ticket_read(out.tickets, &ticket);
    assert_true(ticket.seat == MANIFEST_NO_SEAT);
    manifest_ticket_read(row, &ticket);
    assert_int_equal(ticket.generation, 65535);
    assert_int_equal(ticket.flags, MANIFEST_IN | MANIFEST_BLOCKED);
    assert_null(manifest_find(out.tickets, out.ticket_count, event.manifest.event));
    free(bytes);
}

static void media_are_found_by_what_is_read_from_them(void **state)
{
    (void)state;
    uint8_t key[MANIFEST_KEY_BYTES];
    size_t size, without;
    struct manifest out;
    free(gate_event_bytes(&event, &without));
    for (uint32_t i = 0; i < 4; i++) {
        const char name[] = { 'b', 'a', 'n', 'd', (char)('0' + i), 0 };
        gate_event_exchange(&event, i, name);
    }
    uint8_t *bytes = gate_event_bytes(&event, &size);
    assert_int_equal(size, without + 4 + 4 * 32);
    assert_null(manifest_read(bytes, size, &out));
    assert_true(out.has_media);
    assert_int_equal(out.medium_count, 4);
    manifest_medium_key("band2", key);
    assert_memory_equal(manifest_medium_find(&out, key),
                        event.rows + (size_t)2 * MANIFEST_ROW_BYTES, TICKET_ID_BYTES);
    manifest_medium_key("band4", key);
    assert_null(manifest_medium_find(&out, key));
    free(bytes);
    memcpy(event.media, event.media + MANIFEST_MEDIUM_BYTES, MANIFEST_MEDIUM_BYTES);
    bytes = gate_event_bytes(&event, &size);
    assert_non_null(strstr(manifest_read(bytes, size, &out), "values that none can have"));
    bytes[7] = '3';
    assert_non_null(strstr(manifest_read(bytes, size, &out), "version"));
    free(bytes);
}

/* Written by the tifod that knew of no media. */
static void the_first_layout_is_read(void **state)
{
    (void)state;
    uint8_t bytes[4096];
    struct manifest out;
    FILE *file = fopen(FIRST_LAYOUT, "rb");
    assert_non_null(file);
    const size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_null(manifest_read(bytes, size, &out));
    assert_false(out.has_media);
    assert_int_equal(out.medium_count, 0);
    assert_int_equal(out.ticket_count, GATE_TICKETS);
    uint8_t again[sizeof bytes] = { 0 };
    assert_int_equal(manifest_size(&out), size);
    manifest_write(&out, again);
    assert_memory_equal(again, bytes, size - 64); /* Also for who asks for it today. */
}

static void any_bit_that_differs_is_found(void **state)
{
    (void)state;
    size_t size;
    gate_event_exchange(&event, 1, "band");
    struct manifest out;
    uint8_t *bytes = gate_event_bytes(&event, &size);
    for (size_t i = 0; i < size; i++) {
        bytes[i] ^= 0x10;
        assert_non_null(manifest_read(bytes, size, &out));
        bytes[i] ^= 0x10;
    }
    for (size_t i = 0; i < size; i++)
        assert_non_null(manifest_read(bytes, i, &out));
    assert_null(manifest_read(bytes, size, &out));
    free(bytes);
}

static void rows_that_do_not_ascend_are_refused(void **state)
{
    (void)state;
    size_t size;
    struct manifest out;
    memcpy(event.rows, event.rows + MANIFEST_ROW_BYTES, MANIFEST_ROW_BYTES);
    uint8_t *bytes = gate_event_bytes(&event, &size);
    assert_non_null(strstr(manifest_read(bytes, size, &out), "values that none can have"));
    free(bytes);
}

/* Our public key is public: who lists it has not signed with it. */
static void a_strangers_manifest_is_not_known(void **state)
{
    (void)state;
    struct manifest ours, theirs;
    struct gate_event other;
    size_t size;
    uint8_t *bytes = gate_event_bytes(&event, &size);
    manifest_read(bytes, size, &ours);
    gate_event_init(&other);
    gate_event_key(&other, 9);
    uint8_t *forged = gate_event_bytes(&other, &size);
    assert_null(manifest_read(forged, size, &theirs));
    assert_false(manifest_is_known(&theirs, ours.keys, ours.key_count));
    assert_true(manifest_is_known(&ours, ours.keys, ours.key_count));
    free(forged);
    free(bytes);
}

static void tickets_are_pinned_to_gates_of_the_list(void **state)
{
    (void)state;
    uint8_t id[TICKET_ID_BYTES] = { 0 };
    event.manifest.gates[0] = 0xa; /* Gates 1 and 3. */
    for (uint8_t i = 0; i < 8; i++) {
        id[7] = i;
        assert_int_equal(manifest_pinned(&event.manifest, id), i % 2 ? 3 : 1);
    }
    event.manifest.gates[0] = 0;
    assert_int_equal(manifest_pinned(&event.manifest, id), UINT32_MAX);
}

static void sixty_thousand_tickets_are_below_one_and_a_half_megabytes(void **state)
{
    (void)state;
    event.manifest.ticket_count = 60000;
    assert_true(manifest_size(&event.manifest) < 1500000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_written_is_read, set_up),
        cmocka_unit_test_setup(media_are_found_by_what_is_read_from_them, set_up),
        cmocka_unit_test_setup(the_first_layout_is_read, set_up),
        cmocka_unit_test_setup(any_bit_that_differs_is_found, set_up),
        cmocka_unit_test_setup(rows_that_do_not_ascend_are_refused, set_up),
        cmocka_unit_test_setup(a_strangers_manifest_is_not_known, set_up),
        cmocka_unit_test_setup(tickets_are_pinned_to_gates_of_the_list, set_up),
        cmocka_unit_test_setup(sixty_thousand_tickets_are_below_one_and_a_half_megabytes, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
