/* Writes with an idempotency key, as a client sends and hears them. */
#include "tests/support/ground.h"
#include "tests/support/server.h"

#include "server/adapters/memory/journal.h"
#include "tifo/v1/clock.pb-c.h"
#include "tifo/v1/crowd.pb-c.h"
#include "tifo/v1/events.pb-c.h"
#include "tifo/v1/guidance.pb-c.h"
#include "tifo/v1/venue.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SET_GATE  "/tifo.v1.Guidance/SetGate"
#define SET_PHASE "/tifo.v1.Venues/SetPhase"
#define IMPORT    "/tifo.v1.Venues/ImportVenue"
#define GET_CLOCK "/tifo.v1.Clock/GetClock"

/* A call and what came of it. */
struct heard {
    ProtobufCMessage *reply; /* NULL: refused. */
    struct rpc_status status;
};

static struct heard call(struct test_server *server, const char *path, const void *request,
                         const char *caller, const char *key)
{
    struct heard heard = { 0 };
    heard.reply = test_server_call_as(server, path, request, caller, key, &heard.status);
    assert_int_equal(heard.status.code == RPC_OK, heard.reply != NULL);
    return heard;
}

static void forget(struct heard *heard)
{
    protobuf_c_message_free_unpacked(heard->reply, NULL);
    rpc_status_fini(&heard->status);
}

static bool is_replay(const struct heard *heard)
{
    const struct rpc_metadata_entry *entry =
        rpc_metadata_find(&heard->status.trailer, "idempotent-replayed");
    assert_true(!entry || strcmp(entry->value, "true") == 0);
    return entry != NULL;
}

static void same_text(const char *a, const char *b)
{
    assert_string_equal(a ? a : "", b ? b : "");
}

static void assert_same(const struct heard *a, const struct heard *b)
{
    assert_int_equal(a->status.code, b->status.code);
    same_text(a->status.message, b->status.message);
    same_text(a->status.reason, b->status.reason);
    same_text(a->status.domain, b->status.domain);
    same_text(a->status.field, b->status.field);
    if (!a->reply)
        return;
    const size_t size = protobuf_c_message_get_packed_size(a->reply);
    assert_int_equal(protobuf_c_message_get_packed_size(b->reply), size);
    uint8_t *bytes = malloc(2 * size);
    protobuf_c_message_pack(a->reply, bytes);
    protobuf_c_message_pack(b->reply, bytes + size);
    assert_memory_equal(bytes, bytes + size, size);
    free(bytes);
}

static struct heard set_gate(struct test_server *server, uint32_t gate, bool open,
                             const char *caller, const char *key)
{
    Tifo__V1__SetGateRequest request = TIFO__V1__SET_GATE_REQUEST__INIT;
    request.gate = gate;
    request.mode =
        open ? TIFO__V1__GATE_MODE__GATE_MODE_OPEN : TIFO__V1__GATE_MODE__GATE_MODE_CLOSED;
    request.reason = "test";
    return call(server, SET_GATE, &request, caller, key);
}

static struct heard import_ground(struct test_server *server, const char *key)
{
    Tifo__V1__ImportVenueRequest request = TIFO__V1__IMPORT_VENUE_REQUEST__INIT;
    request.venue = ground_venue("ground");
    struct heard heard = call(server, IMPORT, &request, NULL, key);
    ground_free(request.venue);
    return heard;
}

static void start(struct test_server *server, struct journal *journal)
{
    test_server_open(server, journal);
    struct heard heard = import_ground(server, NULL);
    forget(&heard);
}

static bool is_open(const struct test_server *server, uint32_t gate)
{
    return stadium_gates(server->stadium)[gate].mode == GATE_OPEN;
}

static void a_retry_gets_the_first_answer_and_changes_nothing(void **state)
{
    (void)state;
    struct journal *journal = memory_journal_open(NULL);
    struct test_server server;
    start(&server, journal);
    struct heard first = set_gate(&server, 1, false, NULL, "k1");
    assert_false(is_replay(&first));
    struct heard open = set_gate(&server, 1, true, NULL, "k2");
    const uint64_t digest = stadium_digest(server.stadium);
    for (int crash = 0; crash < 2; crash++) {
        struct heard retry = set_gate(&server, 1, false, NULL, "k1");
        assert_true(is_replay(&retry));
        assert_same(&first, &retry);
        assert_true(is_open(&server, 1));
        assert_true(stadium_digest(server.stadium) == digest);
        forget(&retry);
        test_server_close(&server);
        test_server_open(&server, journal);
    }
    forget(&first);
    forget(&open);
    test_server_close(&server);
    journal->ops->close(journal);
}

static void a_refusal_is_replayed_with_its_details(void **state)
{
    (void)state;
    struct test_server server;
    start(&server, NULL);
    struct heard first = set_gate(&server, 99, false, NULL, "k1");
    struct heard retry = set_gate(&server, 99, false, NULL, "k1");
    assert_string_equal(first.status.reason, "UNKNOWN_GATE");
    assert_string_equal(first.status.field, "gate");
    assert_true(!is_replay(&first) && is_replay(&retry));
    assert_same(&first, &retry);
    forget(&first);
    forget(&retry);
    test_server_close(&server);
}

static void a_key_belongs_to_a_caller_and_a_method(void **state)
{
    (void)state;
    struct test_server server;
    Tifo__V1__SetPhaseRequest phase = TIFO__V1__SET_PHASE_REQUEST__INIT;
    Tifo__V1__Phase evacuation = TIFO__V1__PHASE__INIT;
    evacuation.kind = TIFO__V1__PHASE_KIND__PHASE_KIND_EVACUATION;
    phase.phase = &evacuation;
    start(&server, NULL);
    struct heard heard[] = {
        set_gate(&server, 1, false, "ann", "k1"), set_gate(&server, 1, true, "bob", "k1"),
        set_gate(&server, 1, false, NULL, "k1"),  call(&server, SET_PHASE, &phase, "ann", "k1"),
        set_gate(&server, 1, true, "ann", "k1"),
    };
    for (int i = 0; i < 4; i++)
        assert_true(heard[i].status.code == RPC_OK && !is_replay(&heard[i]));
    assert_string_equal(heard[4].status.reason, "KEY_REUSED");
    assert_int_equal(heard[4].status.code, RPC_FAILED_PRECONDITION);
    assert_false(is_open(&server, 1));
    for (int i = 0; i < 5; i++)
        forget(&heard[i]);
    test_server_close(&server);
}

static struct heard create_event(struct test_server *server, const char *key)
{
    Tifo__V1__CreateEventRequest request = TIFO__V1__CREATE_EVENT_REQUEST__INIT;
    Tifo__V1__Event event = TIFO__V1__EVENT__INIT;
    Tifo__V1__PriceCategory category = TIFO__V1__PRICE_CATEGORY__INIT, *categories = &category;
    category.name = "Everywhere";
    event.title = "Derby";
    event.currency = "EUR";
    event.starts_ms = INT64_C(1778943600000);
    event.ends_ms = event.starts_ms + 1;
    event.n_categories = 1;
    event.categories = &categories;
    request.event = &event;
    return call(server, "/tifo.v1.Events/CreateEvent", &request, NULL, key);
}

static void want_of_room_is_no_answer_for_a_day(void **state)
{
    (void)state;
    struct test_server server;
    char key[16];
    start(&server, NULL);
    for (uint32_t i = 0; i < limits_default().events; i++) {
        snprintf(key, sizeof key, "k%u", i);
        struct heard heard = create_event(&server, key);
        assert_int_equal(heard.status.code, RPC_OK);
        forget(&heard);
    }
    const uint64_t seq = stadium_seq(server.stadium);
    for (int i = 0; i < 2; i++) {
        struct heard full = create_event(&server, "k-full");
        assert_string_equal(full.status.reason, "EVENTS_FULL");
        assert_false(is_replay(&full));
        forget(&full);
    }
    assert_int_equal(stadium_seq(server.stadium), seq);
    struct heard retry = create_event(&server, "k0");
    assert_true(is_replay(&retry) && retry.reply);
    forget(&retry);
    test_server_close(&server);
}

static void a_twin_hears_what_the_first_hears(void **state)
{
    (void)state;
    struct test_server server;
    start(&server, NULL);
    Tifo__V1__SetGateRequest request = TIFO__V1__SET_GATE_REQUEST__INIT;
    request.mode = TIFO__V1__GATE_MODE__GATE_MODE_CLOSED;
    const struct rpc_metadata_entry key = { .key = "idempotency-key", .value = "k1" };
    struct rpc_memory_call *calls[2];
    struct heard heard[2] = { 0 };
    for (int i = 0; i < 2; i++)
        calls[i] = rpc_memory_start(server.rpc, SET_GATE, &key, 1, &request.base);
    test_server_run(&server);
    for (int i = 0; i < 2; i++) {
        assert_true(rpc_memory_ended(calls[i], &heard[i].status));
        heard[i].reply = rpc_memory_next(calls[i]);
        rpc_memory_destroy(calls[i]);
    }
    assert_true(!is_replay(&heard[0]) && is_replay(&heard[1]));
    assert_same(&heard[0], &heard[1]);
    forget(&heard[0]);
    forget(&heard[1]);
    test_server_close(&server);
}

static void an_import_that_is_sent_again_is_the_import(void **state)
{
    (void)state;
    struct test_server server;
    test_server_open(&server, NULL);
    struct heard first = import_ground(&server, "k1");
    struct heard retry = import_ground(&server, "k1");
    struct heard other = import_ground(&server, "k2");
    assert_same(&first, &retry);
    assert_false(((Tifo__V1__ImportVenueResponse *)retry.reply)->already_known);
    assert_true(((Tifo__V1__ImportVenueResponse *)other.reply)->already_known);
    /* An answer of its own, even if nothing happened: seqs tell which came first. */
    assert_true(((Tifo__V1__ImportVenueResponse *)other.reply)->seq >
                ((Tifo__V1__ImportVenueResponse *)first.reply)->seq);
    forget(&first);
    forget(&retry);
    forget(&other);
    test_server_close(&server);
}

static void keys_that_will_not_do_are_refused(void **state)
{
    (void)state;
    struct test_server server;
    start(&server, NULL);
    char longest[257];
    memset(longest, 'k', sizeof longest);
    longest[256] = 0;
    const char *wrong[] = { "", "a\tb", "caf\xc3\xa9", longest };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct heard heard = set_gate(&server, 1, false, NULL, wrong[i]);
        assert_string_equal(heard.status.reason, "BAD_FIELD");
        assert_string_equal(heard.status.field, "idempotency-key");
        forget(&heard);
    }
    assert_true(is_open(&server, 1));
    struct heard heard = set_gate(&server, 1, false, NULL, longest + 1);
    assert_int_equal(heard.status.code, RPC_OK);
    forget(&heard);
    test_server_close(&server);
}

static void reads_have_no_use_for_keys(void **state)
{
    (void)state;
    struct test_server server;
    start(&server, NULL);
    Tifo__V1__GetClockRequest request = TIFO__V1__GET_CLOCK_REQUEST__INIT;
    struct heard before = call(&server, GET_CLOCK, &request, NULL, "k1");
    struct heard shut = set_gate(&server, 1, false, NULL, "k1");
    struct heard after = call(&server, GET_CLOCK, &request, NULL, "k1");
    assert_true(((Tifo__V1__GetClockResponse *)after.reply)->seq >
                ((Tifo__V1__GetClockResponse *)before.reply)->seq);
    assert_false(is_replay(&after));
    forget(&before);
    forget(&shut);
    forget(&after);
    test_server_close(&server);
}

/* The number in a reply's field. */
static uint64_t number_in(const ProtobufCMessage *reply, const char *name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(reply->descriptor, name);
    assert_non_null(field);
    return *(const uint64_t *)((const char *)reply + field->offset);
}

static void seqs_tell_what_came_before_what(void **state)
{
    (void)state;
    struct test_server server;
    start(&server, NULL);
    Tifo__V1__GetCrowdRequest crowd = TIFO__V1__GET_CROWD_REQUEST__INIT;
    Tifo__V1__GetGuidanceRequest guidance = TIFO__V1__GET_GUIDANCE_REQUEST__INIT;
    Tifo__V1__GetVenueRequest venue = TIFO__V1__GET_VENUE_REQUEST__INIT;
    const struct {
        const char *path;
        const void *request;
    } reads[] = { { "/tifo.v1.Crowd/GetCrowd", &crowd },
                  { "/tifo.v1.Guidance/GetGuidance", &guidance },
                  { "/tifo.v1.Venues/GetVenue", &venue } };
    uint64_t last = 0;
    for (int i = 0; i < 6; i++) {
        char key[8];
        snprintf(key, sizeof key, "k%d", i);
        /* Every second one finds the gate as it wants it: it has a seq of its own all the same. */
        struct heard write = set_gate(&server, 1, i / 2 % 2, NULL, key);
        const uint64_t seq = number_in(write.reply, "seq");
        assert_true(seq > last);
        struct heard read = call(&server, reads[i % 3].path, reads[i % 3].request, NULL, NULL);
        last = number_in(read.reply, "as_of_seq");
        assert_true(last >= seq);
        forget(&write);
        forget(&read);
    }
    test_server_close(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_retry_gets_the_first_answer_and_changes_nothing),
        cmocka_unit_test(a_refusal_is_replayed_with_its_details),
        cmocka_unit_test(a_key_belongs_to_a_caller_and_a_method),
        cmocka_unit_test(want_of_room_is_no_answer_for_a_day),
        cmocka_unit_test(a_twin_hears_what_the_first_hears),
        cmocka_unit_test(an_import_that_is_sent_again_is_the_import),
        cmocka_unit_test(keys_that_will_not_do_are_refused),
        cmocka_unit_test(reads_have_no_use_for_keys),
        cmocka_unit_test(seqs_tell_what_came_before_what),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
