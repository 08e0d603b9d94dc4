/* Rules over the API: what devices measure and where people are, raised, explained, cleared. */
#include "server/adapters/memory/journal.h"
#include "tests/support/server.h"
#include "tifo/v1/crowd.pb-c.h"
#include "tifo/v1/rules.pb-c.h"
#include "tifo/v1/telemetry.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* 2026-05-16T14:41:00Z */
#define START_MS      INT64_C(1778942460000)
#define RULES(method) "/tifo.v1.Rules/" method

static void drop(void *message)
{
    protobuf_c_message_free_unpacked(message, NULL);
}

static void open_ground(struct test_server *server, struct journal *journal)
{
    test_server_open(server, journal);
    test_server_import_ground(server);
    test_server_advance(server, START_MS);
}

/* ---- Asking ---------------------------------------------------------------------------------- */

/* temperature_c of cam-1, 40 or more for 5 s, clear at 35. */
struct wish {
    Tifo__V1__Rule rule;
    Tifo__V1__DeviceQuantity measured;
};

static void wish_init(struct wish *form)
{
    tifo__v1__rule__init(&form->rule);
    tifo__v1__device_quantity__init(&form->measured);
    form->measured.device = "cam-1";
    form->measured.quantity = "temperature_c";
    form->rule.name = "heat";
    form->rule.metric = TIFO__V1__RULE_METRIC__RULE_METRIC_MEASURED;
    form->rule.subject_case = TIFO__V1__RULE__SUBJECT_MEASURED;
    form->rule.measured = &form->measured;
    form->rule.direction = TIFO__V1__RULE_DIRECTION__RULE_DIRECTION_ABOVE;
    form->rule.threshold = 40;
    form->rule.clear = 35;
    form->rule.hold_s = 5;
    form->rule.priority = TIFO__V1__ALARM_PRIORITY__ALARM_PRIORITY_MEDIUM;
    form->rule.text = "Too hot";
    form->rule.action = "Look after its fan";
}

/* The field that is wrong; "": none. */
static const char *set_rule(struct test_server *server, const struct wish *form)
{
    static char field[64];
    Tifo__V1__SetRuleRequest request = TIFO__V1__SET_RULE_REQUEST__INIT;
    struct rpc_status status = { 0 };
    request.rule = (Tifo__V1__Rule *)&form->rule;
    void *reply = test_server_call(server, RULES("SetRule"), &request, &status);
    snprintf(field, sizeof field, "%s", reply ? "" : status.field ? status.field : status.reason);
    if (reply)
        drop(reply);
    rpc_status_fini(&status);
    return field;
}

static Tifo__V1__ListRulesResponse *list(struct test_server *server)
{
    Tifo__V1__ListRulesRequest request = TIFO__V1__LIST_RULES_REQUEST__INIT;
    return test_server_must(server, RULES("ListRules"), &request, NULL);
}

static void measure(struct test_server *server, uint64_t sequence, int64_t at_ms, double value)
{
    Tifo__V1__ReportRequest request = TIFO__V1__REPORT_REQUEST__INIT;
    Tifo__V1__Reading reading = TIFO__V1__READING__INIT;
    Tifo__V1__Measurement measurement = TIFO__V1__MEASUREMENT__INIT;
    measurement.quantity = "temperature_c";
    measurement.value = value;
    reading.device = "cam-1";
    reading.sequence = sequence;
    reading.at_ms = at_ms;
    reading.what_case = TIFO__V1__READING__WHAT_MEASUREMENT;
    reading.measurement = &measurement;
    request.reading = &reading;
    test_server_do(server, "/tifo.v1.Telemetry/Report", &request);
}

/* How many are open; the cause of the worst, which is a rule's. */
static uint32_t alarms(struct test_server *server, char *cause, size_t size)
{
    Tifo__V1__GetCrowdRequest request = TIFO__V1__GET_CROWD_REQUEST__INIT;
    Tifo__V1__GetCrowdResponse *reply =
        test_server_must(server, "/tifo.v1.Crowd/GetCrowd", &request, NULL);
    const uint32_t count = (uint32_t)reply->state->n_alarms;
    if (cause)
        snprintf(cause, size, "%s", count ? reply->state->alarms[0]->cause : "");
    if (count)
        assert_int_equal(reply->state->alarms[0]->kind, TIFO__V1__ALARM_KIND__ALARM_KIND_RULE);
    drop(reply);
    return count;
}

/* ---- Tests ----------------------------------------------------------------------------------- */

static void what_a_device_measures_is_an_alarm_that_explains_itself(void **state)
{
    (void)state;
    struct journal *journal = memory_journal_open(NULL);
    struct test_server server;
    struct wish form;
    char cause[400];
    uint64_t sequence = 0;
    int64_t now_ms = START_MS;
    open_ground(&server, journal);
    wish_init(&form);
    assert_string_equal(set_rule(&server, &form), "");
    for (; now_ms < START_MS + 20000; now_ms += 1000) {
        test_server_advance(&server, now_ms);
        measure(&server, ++sequence, now_ms, now_ms < START_MS + 10000 ? 39.9 : 41.25);
        assert_int_equal(alarms(&server, NULL, 0), now_ms >= START_MS + 16000);
    }
    assert_int_equal(alarms(&server, cause, sizeof cause), 1);
    assert_string_equal(cause, "Too hot (rule heat): temperature_c of cam-1 is 41.25, at or above "
                               "40 since 14:41:10 UTC");
    Tifo__V1__ListRulesResponse *rules = list(&server);
    assert_int_equal(rules->n_rules, 1);
    assert_int_equal(rules->rules[0]->alarm_number, 1);
    assert_true(rules->rules[0]->value == 41.25);
    assert_int_equal(rules->rules[0]->since_ms, START_MS + 10250);
    drop(rules);
    /* A crash forgets neither the rule nor that its value is beyond the threshold. */
    test_server_close(&server);
    test_server_open(&server, journal);
    assert_int_equal(alarms(&server, NULL, 0), 1);
    /* A late reading of before says nothing of now; the next one clears it. */
    test_server_advance(&server, now_ms);
    measure(&server, ++sequence, now_ms, 36);
    measure(&server, ++sequence, now_ms - 5000, 20);
    test_server_advance(&server, now_ms + 2000);
    assert_int_equal(alarms(&server, NULL, 0), 1);
    measure(&server, ++sequence, now_ms + 2000, 35);
    test_server_advance(&server, now_ms + 4000);
    assert_int_equal(alarms(&server, NULL, 0), 0);
    test_server_close(&server);
    journal->ops->close(journal);
}

static void a_rule_is_deleted_once(void **state)
{
    (void)state;
    struct test_server server;
    struct wish form;
    struct rpc_status status = { 0 };
    open_ground(&server, NULL);
    wish_init(&form);
    assert_string_equal(set_rule(&server, &form), "");
    Tifo__V1__DeleteRuleRequest gone = TIFO__V1__DELETE_RULE_REQUEST__INIT;
    gone.name = "heat";
    test_server_do(&server, RULES("DeleteRule"), &gone);
    assert_null(test_server_call(&server, RULES("DeleteRule"), &gone, &status));
    assert_string_equal(status.reason, "UNKNOWN_RULE");
    rpc_status_fini(&status);
    Tifo__V1__ListRulesResponse *rules = list(&server);
    assert_int_equal(rules->n_rules, 0);
    drop(rules);
    /* What is measured meets it no more. */
    measure(&server, 1, START_MS, 50);
    test_server_advance(&server, START_MS + 10000);
    assert_int_equal(alarms(&server, NULL, 0), 0);
    test_server_close(&server);
}

/* A sensor that measures twelve times a second, and flutters around both thresholds. */
static void the_journal_bears_what_devices_measure(void **state)
{
    (void)state;
    enum { SECONDS = 60 };
    struct test_server server;
    struct wish form;
    uint64_t sequence = 0;
    open_ground(&server, NULL);
    wish_init(&form);
    form.rule.hold_s = 0;
    set_rule(&server, &form);
    test_server_advance(&server, START_MS + 1000);
    const uint64_t before = stadium_seq(server.stadium);
    for (int tick = 0; tick < SECONDS * 4; tick++) {
        const int64_t now_ms = START_MS + 1000 + tick * 250;
        for (int i = 0; i < 3; i++)
            measure(&server, ++sequence, now_ms, (tick + i) % 2 ? 30 : 50);
        test_server_advance(&server, now_ms + 250);
    }
    const uint64_t told = stadium_seq(server.stadium) - before;
    print_message("%llu measurements: %llu facts\n", (unsigned long long)sequence,
                  (unsigned long long)told);
    /* A tick that took something is a fact, and the source's first; of the rule there is one a
     * second at most, and its alarm goes up or down no more often. */
    assert_true(told <= SECONDS * 4 + 1 + 2 * SECONDS);
    test_server_close(&server);
}

static void the_crowd_has_rules_too(void **state)
{
    (void)state;
    struct test_server server;
    struct wish form;
    char cause[400];
    open_ground(&server, NULL);
    wish_init(&form);
    form.rule.name = "north";
    form.rule.metric = TIFO__V1__RULE_METRIC__RULE_METRIC_PEOPLE;
    form.rule.subject_case = TIFO__V1__RULE__SUBJECT_PLACE;
    form.rule.place = 1;
    assert_string_equal(set_rule(&server, &form), "");
    Tifo__V1__ReportRequest request = TIFO__V1__REPORT_REQUEST__INIT;
    Tifo__V1__Reading reading = TIFO__V1__READING__INIT;
    Tifo__V1__ZoneCount zone = TIFO__V1__ZONE_COUNT__INIT;
    zone.place = 1;
    zone.people = 40;
    reading.device = "cam-1";
    reading.sequence = 1;
    reading.at_ms = START_MS;
    reading.what_case = TIFO__V1__READING__WHAT_ZONE;
    reading.zone = &zone;
    request.reading = &reading;
    test_server_do(&server, "/tifo.v1.Telemetry/Report", &request);
    test_server_advance(&server, START_MS + 5000);
    assert_int_equal(alarms(&server, NULL, 0), 0);
    test_server_advance(&server, START_MS + 5250);
    assert_int_equal(alarms(&server, cause, sizeof cause), 1);
    assert_non_null(strstr(cause, " is 40, at or above 40 since 14:41:00 UTC"));
    test_server_close(&server);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    struct test_server server;
    struct wish form;
    open_ground(&server, NULL);
    wish_init(&form);
    form.rule.metric = TIFO__V1__RULE_METRIC__RULE_METRIC_DENSITY; /* Of a device? */
    assert_string_equal(set_rule(&server, &form), "rule.subject");
    wish_init(&form);
    form.rule.direction = TIFO__V1__RULE_DIRECTION__RULE_DIRECTION_UNSPECIFIED;
    assert_string_equal(set_rule(&server, &form), "rule.direction");
    wish_init(&form);
    form.rule.threshold = 1e300;
    assert_string_equal(set_rule(&server, &form), "rule.threshold");
    wish_init(&form);
    form.rule.hold_s = 3601;
    assert_string_equal(set_rule(&server, &form), "rule.hold_s");
    wish_init(&form);
    form.rule.text = "";
    assert_string_equal(set_rule(&server, &form), "rule.text");
    wish_init(&form);
    form.rule.clear = 41;
    assert_string_equal(set_rule(&server, &form), "rule.clear");
    Tifo__V1__SetRuleRequest request = TIFO__V1__SET_RULE_REQUEST__INIT;
    assert_null(test_server_call(&server, RULES("SetRule"), &request, NULL));
    test_server_close(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_device_measures_is_an_alarm_that_explains_itself),
        cmocka_unit_test(a_rule_is_deleted_once),
        cmocka_unit_test(the_journal_bears_what_devices_measure),
        cmocka_unit_test(the_crowd_has_rules_too),
        cmocka_unit_test(what_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
