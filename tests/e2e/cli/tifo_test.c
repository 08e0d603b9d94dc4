/*
 * `tifo` against a running tifod: an operator's words, end to end.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "api/rpc/channel.h"
#include "tests/support/by_hand.h"
#include "tifo/v1/clock.pb-c.h"
#include "tifo/v1/telemetry.pb-c.h"

static int start(void **state)
{
    (void)state;
    return by_hand_start((const char *const[]){ "--clock", "driven", NULL });
}

static void before_an_import_there_is_no_venue(void **state)
{
    (void)state;
    assert_int_equal(tifo("clock"), 0);
    assert_said("driven clock");
    assert_said("records.db: ");
    assert_int_equal(tifo("crowd"), 1);
    assert_said("UNKNOWN_VENUE");
}

static void a_venue_is_imported_once(void **state)
{
    (void)state;
    assert_int_equal(tifo("venue import " TIFO_VENUES "bowl-5000.geojson"), 0);
    assert_said("bowl-5000 imported");
    assert_int_equal(tifo("venue import " TIFO_VENUES "bowl-5000.geojson"), 0);
    assert_said("is already there");
    assert_int_equal(tifo("venue import " TIFO_VENUES "four-gates.geojson"), 1);
    assert_said("VENUE_EXISTS");
}

static void a_flash_sale_ends_with_a_verdict(void **state)
{
    (void)state;
    assert_int_equal(tifo("sale simulate Cup --buyers 10"), 1);
    assert_said("there is no event");
    assert_int_equal(tifo("event create Cup --starts 2040-01-01T15:00 --price 25.00"), 0);
    assert_int_equal(tifo("event publish Cup"), 0);
    assert_int_equal(tifo("sale simulate Cup --buyers 300 --at-once 8"), 0);
    assert_said("300 buyers in ");
    assert_said("verdict: fine");
    assert_int_equal(tifo("sale simulate Cup --buyers 20 --seats 3 --json"), 0);
    assert_said("\"seats_sold\": 60,");
    assert_said("\"fine\": true");
}

static void the_crowd_is_shown_and_told_as_json(void **state)
{
    (void)state;
    assert_int_equal(tifo("crowd"), 0);
    assert_said("Nordpark Arena, ");
    assert_said("G6       open");
    assert_int_equal(tifo("crowd --json"), 0);
    assert_said("\"gate_mode\":[\"GATE_MODE_OPEN\"");
    assert_int_equal(tifo("crowd --venue elsewhere"), 1);
    assert_said("UNKNOWN_VENUE");
}

static void a_gate_is_closed_and_opened(void **state)
{
    (void)state;
    assert_int_equal(tifo("gate close G4 --reason 'a vehicle'"), 0);
    assert_said("G4 is closed");
    assert_int_equal(tifo("crowd"), 0);
    assert_said("G4       closed");
    assert_int_equal(tifo("gate open G4"), 0);
    assert_int_equal(tifo("crowd"), 0);
    assert_said("G4       open");
    assert_int_equal(tifo("gate close G9"), 1);
    assert_said("bowl-5000 has no gate G9; it has G1 G2");
}

static void guidance_is_overridden_and_a_passage_shut(void **state)
{
    (void)state;
    assert_int_equal(tifo("guidance override 101 --fix G1=60,G2=40 --dry-run"), 0);
    assert_said("if an operator said so; nothing has changed");
    assert_int_equal(tifo("guidance override 101 --fix G2=40,G1=60 --reason police"), 0);
    assert_said("101: so it is");
    assert_int_equal(tifo("guidance"), 0);
    assert_said("goes to G1 60.0 % G2 40.0 %: police");
    assert_int_equal(tifo("guidance override 101 --back"), 0);
    assert_said("101: taken back");
    assert_int_equal(tifo("guidance override 101 --forbid G9"), 2);
    assert_said("no gate or facility G9");
    assert_int_equal(tifo("guidance override 101 --fix G1"), 2);
    assert_said("share in percent");
    assert_int_equal(tifo("guidance override 101 --fix G1=60"), 1);
    assert_said("must total 1000");
    assert_int_equal(tifo("guidance override 101"), 2);
    assert_said("one of --fix, --forbid and --back");
    assert_int_equal(tifo("guidance override nowhere --back"), 1);
    assert_said("no zone or block nowhere");
    assert_int_equal(tifo("opening close o225 --dry-run"), 0);
    assert_said("if o225 were shut");
    assert_int_equal(tifo("opening close o225 --reason 'a fall'"), 0);
    assert_said("o225 is closed");
    assert_int_equal(tifo("guidance"), 0);
    assert_said("o225 is shut");
    assert_int_equal(tifo("opening open o225"), 0);
    assert_int_equal(tifo("opening close o999"), 1);
    assert_said("no opening o999");
}

/* Calls the server as a sensor or a clock would. */
static void call(const ProtobufCServiceDescriptor *service, const char *method,
                 const ProtobufCMessage *request)
{
    struct rpc_channel *channel = rpc_channel_create(by_hand_server.address);
    const struct rpc_client_options options = { .timeout_ms = 10000 };
    ProtobufCMessage *reply = NULL;
    assert_int_equal(rpc_unary(channel, service, method, &options, request, &reply, NULL), RPC_OK);
    protobuf_c_message_free_unpacked(reply, NULL);
    rpc_channel_destroy(channel);
}

static void advance(int64_t to_ms)
{
    Tifo__V1__AdvanceRequest request = TIFO__V1__ADVANCE_REQUEST__INIT;
    request.to_ms = to_ms;
    call(&tifo__v1__clock__descriptor, "Advance", &request.base);
}

/* 40 people are in the first zone, and gate 1 is shut. */
static void raise_alarm(void)
{
    enum { NOON_MS = 12 * 60 * 60 * 1000 };
    Tifo__V1__ZoneCounts zones = TIFO__V1__ZONE_COUNTS__INIT;
    uint32_t place = 0, people = 40;
    zones.n_place = zones.n_people = 1;
    zones.place = &place;
    zones.people = &people;
    Tifo__V1__Readings readings = TIFO__V1__READINGS__INIT;
    readings.source = "camera";
    readings.sequence = 1;
    readings.at_ms = NOON_MS;
    readings.zones = &zones;
    Tifo__V1__ReportRequest request = TIFO__V1__REPORT_REQUEST__INIT;
    request.readings = &readings;
    advance(NOON_MS);
    call(&tifo__v1__telemetry__descriptor, "Report", &request.base);
    advance(NOON_MS + 250);
    assert_int_equal(tifo("gate close G1"), 0);
}

/* A gate that is closed with people inside is an alarm; the readings come over the same wire. */
static void an_alarm_is_listed_acknowledged_and_shelved(void **state)
{
    (void)state;
    assert_int_equal(tifo("alarm list"), 0);
    assert_said("no alarm is open");
    assert_int_equal(tifo("alarm ack 1"), 1);
    assert_said("UNKNOWN_ALARM");
    assert_int_equal(tifo("alarm ack first"), 2);
    assert_said("tifo alarm list");
    raise_alarm();
    assert_int_equal(tifo("alarm list"), 0);
    assert_said("unacknowledged");
    assert_said("G1 is closed with 40 people inside");
    assert_int_equal(tifo("alarm ack 1"), 0);
    assert_said("alarm 1 is acknowledged");
    assert_int_equal(tifo("alarm shelve 1"), 1);
    assert_said("BAD_FIELD, reason");
    assert_int_equal(tifo("alarm shelve 1 --minutes 5 --reason 'works there'"), 0);
    assert_said("alarm 1 is shelved for 5 min");
    assert_int_equal(tifo("alarm list"), 0);
    assert_said(": works there");
    assert_int_equal(tifo("alarm unshelve 1"), 0);
    assert_int_equal(tifo("alarm list --json"), 0);
    assert_said("\"shelved_until_ms\":0");
    assert_int_equal(tifo("alarm summary --minutes 5"), 0);
    assert_said(": 1 raised, ");
    assert_said("now: 1 open, 0 of them for more than an hour, 0 shelved, ");
    assert_said("1 acknowledged, after ");
    assert_int_equal(tifo("alarm summary --minutes 1441"), 2);
    assert_int_equal(tifo("alarm summary --json"), 0);
    assert_said("\"raised\":1,");
}

/* Refused readings can be seen, corrected and taken after all; all of them are counted. */
static void telemetry_is_looked_after(void **state)
{
    enum { ONE_MS = 13 * 60 * 60 * 1000 };
    (void)state;
    Tifo__V1__ZoneCount zones[2] = { TIFO__V1__ZONE_COUNT__INIT, TIFO__V1__ZONE_COUNT__INIT };
    Tifo__V1__Reading rows[2] = { TIFO__V1__READING__INIT, TIFO__V1__READING__INIT };
    Tifo__V1__Reading *list[2] = { &rows[0], &rows[1] };
    Tifo__V1__ReportBatchRequest request = TIFO__V1__REPORT_BATCH_REQUEST__INIT;
    advance(ONE_MS);
    for (int i = 0; i < 2; i++) {
        zones[i].place = i ? 60000 : 1;
        zones[i].people = 7;
        rows[i].device = "counter-1";
        rows[i].sequence = (uint64_t)i + 1;
        rows[i].at_ms = ONE_MS;
        rows[i].what_case = TIFO__V1__READING__WHAT_ZONE;
        rows[i].zone = &zones[i];
    }
    request.readings = list;
    request.n_readings = 2;
    call(&tifo__v1__telemetry__descriptor, "ReportBatch", &request.base);
    assert_int_equal(tifo("telemetry counters"), 0);
    assert_said("BAD_FIELD            1");
    assert_int_equal(tifo("telemetry sources"), 0);
    assert_said("counter-1");
    assert_int_equal(tifo("telemetry dead --reason BAD_FIELD"), 0);
    assert_said("counter-1 2, 1 readings");
    assert_said("BAD_FIELD zone.place");
    assert_int_equal(tifo("telemetry dead --json"), 0);
    assert_said("\"field\":\"zone.place\"");
    assert_int_equal(tifo("telemetry replay 1"), 1);
    assert_said("zone.place");
    assert_int_equal(tifo("telemetry replay 1 --index 2"), 0);
    assert_said("letter 1 is taken: 1 readings");
    assert_int_equal(tifo("telemetry drop 1"), 1);
    assert_said("UNKNOWN_LETTER");
    assert_int_equal(tifo("telemetry dead"), 0);
    assert_said("no refused readings are kept");
    assert_int_equal(tifo("telemetry series place/2/people --step second"), 0);
    assert_said("1970-01-01 13:00:00 UTC");
    assert_int_equal(tifo("telemetry series place/2/people --step day"), 2);
    assert_int_equal(tifo("telemetry occupancy --json"), 0);
    assert_said("\"devices\":0");
}

static void devices_are_registered_and_looked_after(void **state)
{
    (void)state;
    assert_int_equal(tifo("device list"), 0);
    assert_int_equal(tifo("device add gw-1 --kind gateway"), 0);
    assert_int_equal(tifo("device add cam-1 --kind camera --gate G1 --at 12.5,-3,1 --gateway gw-1 "
                          "--every 2.5"),
                     0);
    assert_said("cam-1                    camera     new      G1");
    assert_said("every 2.5 s, behind gw-1");
    assert_said("secret: ");
    assert_int_equal(tifo("device add cam-1"), 1);
    assert_said("DEVICE_EXISTS");
    assert_int_equal(tifo("device add cam-2 --kind eye"), 2);
    assert_said("turnstile camera");
    assert_int_equal(tifo("device set cam-1 --every 60"), 0);
    assert_said("G1"); /* What is not said stays. */
    assert_said("every 60 s, behind gw-1");
    assert_int_equal(tifo("device rotate cam-1"), 0);
    assert_said("secret: ");
    assert_int_equal(tifo("device registration required"), 0);
    assert_int_equal(tifo("device list --state new"), 0);
    assert_said("only registered devices are heard");
    assert_said("gw-1");
    assert_int_equal(tifo("device registration perhaps"), 2);
    assert_int_equal(tifo("device registration open"), 0);
    assert_int_equal(tifo("device list --json"), 0);
    assert_said("\"x_cm\":1250");
    assert_int_equal(tifo("device retire gw-1"), 1);
    assert_said("DEVICE_STATE");
    assert_int_equal(tifo("device retire cam-1"), 0);
    assert_int_equal(tifo("device retire gw-1"), 0);
    assert_int_equal(tifo("device set gw-1 --every 1"), 1);
    assert_said("UNKNOWN_DEVICE");
}

static void rules_are_made_and_deleted(void **state)
{
    (void)state;
    assert_int_equal(tifo("rule list"), 0);
    assert_said("there are no rules");
    assert_int_equal(tifo("rule set heat --what measured --device cam-1 --quantity temperature_c "
                          "--above 40.5 --clear 35 --for 30 --priority low --text 'Too hot' "
                          "--action 'Look after its fan'"),
                     0);
    assert_said("temperature_c of cam-1 >= 40.5, clear at 35, for 30 s");
    assert_int_equal(tifo("rule set slow --what wait --gate G1 --above 300 --text 'G1 is slow' "
                          "--action 'Open lanes'"),
                     0);
    assert_said("wait at G1 >= 300");
    assert_int_equal(tifo("rule set x --what heat --above 1"), 2);
    assert_said("measured");
    assert_int_equal(tifo("rule set x --what inside"), 2);
    assert_said("--above VALUE or --below VALUE");
    assert_int_equal(tifo("rule set x --what inside --above 100 --action a"), 1);
    assert_said("BAD_FIELD, rule.text");
    assert_int_equal(tifo("rule list"), 0);
    assert_said("Too hot. Look after its fan.");
    assert_int_equal(tifo("rule delete heat"), 0);
    assert_int_equal(tifo("rule delete slow"), 0);
    assert_int_equal(tifo("rule delete slow"), 1);
    assert_said("UNKNOWN_RULE");
}

static void guidance_names_gates(void **state)
{
    (void)state;
    assert_int_equal(tifo("guidance --json"), 0);
    assert_said("\"splits\":");
    assert_int_equal(tifo("guidance"), 0);
    assert_said("Nordpark Arena: ");
}

/* Starts `tifo crowd --watch`; *lines is what it says. Its first one is there. */
static pid_t start_watch(FILE **lines)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t watch = fork();
    assert_true(watch >= 0);
    if (watch == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        execl(TIFO, TIFO, "crowd", "--watch", "--json", "--server", by_hand_server.address,
              (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    *lines = fdopen(ends[0], "r");
    assert_non_null(fgets(shell_said, sizeof(shell_said), *lines));
    return watch;
}

/* A watch has no end of its own, so it is ended once its first line is there. */
static void a_watch_prints_the_state_now(void **state)
{
    (void)state;
    FILE *lines;
    pid_t watch = start_watch(&lines);
    assert_said("{\"from_seq\":0,");
    assert_said("\"gate_mode\":[");
    kill(watch, SIGTERM);
    int status;
    assert_int_equal(waitpid(watch, &status, 0), watch);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    fclose(lines);
}

/* The last: the server is gone afterwards. */
static void the_past_is_listed_played_and_counted(void **state)
{
    (void)state;
    assert_int_equal(tifo("history --facts gate_set --newest --limit 1 --json"), 0);
    assert_said("\"kind\":21");
    assert_said("\"gate_set\":{\"gate\":");
    assert_int_equal(tifo("history --facts gate_sat"), 2);
    assert_said("no fact is called gate_sat");
    assert_int_equal(tifo("replay --facts gate_set,phase_set"), 0);
    assert_said("gate_set");
    assert_int_equal(tifo("replay --picture --kinds gate --gates G4 --json"), 0);
    assert_said("\"from_seq\":0,");
    assert_said("\"gates\":[{\"gate\":3,");
    assert_int_equal(tifo("replay --speed 2000"), 2);
    assert_said("from 0.001 to 1000");
    assert_int_equal(tifo("summary --window 3600 --json"), 0);
    assert_said("\"first_seq\":1,");
    assert_int_equal(tifo("summary --window 5"), 2);
}

static void who_follows_is_counted(void **state)
{
    (void)state;
    assert_int_equal(tifo("viewers"), 0);
    assert_said("0 streams of 0 callers");
    assert_int_equal(tifo("viewers --list --json"), 0);
    assert_int_equal(tifo("live --gates G99"), 2);
    assert_said("there is no G99");
}

static void a_watch_fails_when_the_server_stops(void **state)
{
    (void)state;
    FILE *lines;
    pid_t watch = start_watch(&lines);
    assert_int_equal(by_hand_end(), 0);
    while (shell_said[0] == '{')
        assert_non_null(fgets(shell_said, sizeof(shell_said), lines));
    assert_said("The server is stopping; watch again when it is back. (UNAVAILABLE)");
    int status;
    assert_int_equal(waitpid(watch, &status, 0), watch);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    fclose(lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(before_an_import_there_is_no_venue),
        cmocka_unit_test(a_venue_is_imported_once),
        cmocka_unit_test(a_flash_sale_ends_with_a_verdict),
        cmocka_unit_test(the_crowd_is_shown_and_told_as_json),
        cmocka_unit_test(a_gate_is_closed_and_opened),
        cmocka_unit_test(guidance_is_overridden_and_a_passage_shut),
        cmocka_unit_test(an_alarm_is_listed_acknowledged_and_shelved),
        cmocka_unit_test(telemetry_is_looked_after),
        cmocka_unit_test(devices_are_registered_and_looked_after),
        cmocka_unit_test(rules_are_made_and_deleted),
        cmocka_unit_test(guidance_names_gates),
        cmocka_unit_test(a_watch_prints_the_state_now),
        cmocka_unit_test(the_past_is_listed_played_and_counted),
        cmocka_unit_test(who_follows_is_counted),
        cmocka_unit_test(a_watch_fails_when_the_server_stops),
    };
    return cmocka_run_group_tests(tests, start, by_hand_stop);
}
