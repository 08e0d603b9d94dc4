/*
 * tifod --sensors as people use it: the example of clients/sensors as it stands, a broker with TLS
 * and passwords, messages that are wrong, and what `tifo sensors` says of it all.
 */
#include "tests/e2e/server/bench.h"
#include "tests/support/broker.h"
#include "tests/support/certificates.h"
#include "tests/support/ground.h"
#include "tests/support/shell.h"
#include "tests/support/web.h"

#include "tifo/v1/crowd.pb-c.h"
#include "tifo/v1/sensors.pb-c.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

struct desk {
    struct bench *bench;
    struct broker broker;
    char file[128], more[1024];
};

static int begin(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    void *bench;
    if (set_up(&bench) != 0)
        return -1;
    desk->bench = bench;
    broker_init(&desk->broker);
    snprintf(desk->file, sizeof desk->file, "%s/sensors.yaml", desk->bench->folder);
    desk->bench->sensors = desk->file;
    *state = desk;
    return 0;
}

static int end(void **state)
{
    struct desk *desk = *state;
    void *bench = desk->bench;
    broker_fini(&desk->broker);
    free(desk);
    return tear_down(&bench);
}

/* A file of clients/sensors, to be freed. */
static char *example(const char *name)
{
    char path[512];
    char *text = calloc(1, 8192);
    snprintf(path, sizeof path, "%s%s", EXAMPLE, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_true(fread(text, 1, 8191, file) > 0);
    fclose(file);
    return text;
}

static void write_text(const char *path, const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    chmod(path, mode);
}

/* `from` is there once; to be freed. */
static char *with(char *text, const char *from, int port)
{
    char *at = strstr(text, from), *made = calloc(1, strlen(text) + 16);
    assert_non_null(at);
    sprintf(made, "%.*s%d%s", (int)(at - text), text, port, at + strlen(from));
    free(text);
    return made;
}

static Tifo__V1__ListSensorsResponse *sensors(struct desk *desk)
{
    Tifo__V1__ListSensorsRequest request = TIFO__V1__LIST_SENSORS_REQUEST__INIT;
    struct rpc_status status = { 0 };
    Tifo__V1__ListSensorsResponse *reply =
        ask(desk->bench, &tifo__v1__sensors__descriptor, "ListSensors", &request, &status);
    if (!reply)
        fail_msg("%s", status.message);
    return reply;
}

/* Until a link has done with so many messages. */
static void wait_for_messages(struct desk *desk, uint32_t link, uint64_t messages)
{
    for (;;) {
        Tifo__V1__ListSensorsResponse *reply = sensors(desk);
        const uint64_t done = reply->links[link]->messages;
        drop(reply);
        if (done >= messages)
            return;
    }
}

static Tifo__V1__GetCrowdResponse *crowd(struct desk *desk)
{
    Tifo__V1__GetCrowdRequest request = TIFO__V1__GET_CROWD_REQUEST__INIT;
    struct rpc_status status = { 0 };
    void *reply = ask(desk->bench, &tifo__v1__crowd__descriptor, "GetCrowd", &request, &status);
    if (!reply)
        fail_msg("%s", status.message);
    return reply;
}

static void tifo(const struct desk *desk, const char *words)
{
    char line[1024];
    snprintf(line, sizeof line, "'%s' %s --server %s", TIFO, words, desk->bench->server.address);
    if (shell(line) != 0)
        fail_msg("%s: %s", line, shell_said);
}

/* ---- The example -------------------------------------------------------------------------------
 */

static uint32_t publish_lines(struct publisher *publisher, char *lines)
{
    uint32_t count = 0;
    for (char *line = strtok(lines, "\n"); line; line = strtok(NULL, "\n"), count++) {
        char *space = strchr(line, ' ');
        *space = 0;
        publisher_send(publisher, line, space + 1, 0);
    }
    return count;
}

static void the_example_works_as_it_stands(void **state)
{
    struct desk *desk = *state;
    struct web *web = web_start();
    char *kiosks = example("kiosks.json"), *messages = example("messages.txt");
    char *config = with(example("mosquitto.conf"), "1883", desk->broker.port);
    char *file =
        with(with(example("sensors.yaml"), "1883", desk->broker.port), "8081", web_port(web));
    web_set(web, 0, 200, kiosks);
    write_text(desk->file, file, 0644);
    desk->broker.config = config;
    broker_start(&desk->broker);
    serve_real(desk->bench);
    tifo(desk, "venue import '" VENUE "'");
    assert_true(process_says(&desk->bench->server, "source=bowl"));
    struct publisher *publisher = publisher_start(desk->broker.port, "example");
    wait_for_messages(desk, 0, publish_lines(publisher, messages));
    wait_for_messages(desk, 1, 1);

    /* The sums of messages.txt, once a tick has taken them. */
    uint32_t in[6] = { 0 }, waiting = 0;
    while (in[3] == 0 || in[4] == 0 || waiting == 0) {
        Tifo__V1__GetCrowdResponse *reply = crowd(desk);
        assert_int_equal(reply->state->n_gate_total_in, 6);
        for (int i = 0; i < 6; i++)
            in[i] = reply->state->gate_total_in[i];
        waiting = reply->state->n_facility_queue ? reply->state->facility_queue[0] : 0;
        drop(reply);
    }
    assert_int_equal(in[3], 5);
    assert_int_equal(in[0], 1);
    assert_int_equal(in[4], 4);
    assert_int_equal(waiting, 12);
    tifo(desk, "sensors");
    assert_said("bowl (mqtt): connected since ");
    assert_said("6 messages, 6 readings, 0 duplicates, 0 refused");
    assert_said("kiosks (http): connected since ");
    publisher_stop(publisher);
    assert_int_equal(end_server(desk->bench, SIGTERM), 0);
    broker_stop(&desk->broker);
    web_stop(web);
    free(kiosks);
    free(messages);
    free(config);
    free(file);
}

/* ---- TLS and passwords -------------------------------------------------------------------------
 */

static void write_in(const struct desk *desk, const char *name, const char *text, mode_t mode)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", desk->bench->folder, name);
    write_text(path, text, mode);
}

static void make_secure_broker(struct desk *desk)
{
    const char *folder = desk->bench->folder;
    char line[256];
    struct test_ca *ca = test_ca_create();
    struct test_identity identity = test_ca_issue(ca, "broker", "DNS:localhost");
    write_in(desk, "ca.pem", test_ca_pem(ca), 0644);
    write_in(desk, "broker.pem", identity.certificate, 0644);
    write_in(desk, "broker.key", identity.key, 0600);
    test_identity_fini(&identity);
    test_ca_destroy(ca);
    snprintf(line, sizeof line, "mosquitto_passwd -b -c '%s/passwords' tifod right 2>&1", folder);
    assert_int_equal(shell(line), 0);
    snprintf(desk->more, sizeof desk->more,
             "cafile %s/ca.pem\ncertfile %s/broker.pem\nkeyfile %s/broker.key\n"
             "allow_anonymous false\npassword_file %s/passwords\n",
             folder, folder, folder, folder);
    desk->broker.more = desk->more;
    broker_start(&desk->broker);
}

static void a_broker_with_tls_and_passwords(void **state)
{
    struct desk *desk = *state;
    char text[512];
    snprintf(text, sizeof text,
             "mqtt:\n  - name: bowl\n    broker: localhost:%d\n    client_id: tifod-test\n"
             "    login: login\n    tls: { ca: ca.pem }\n    topics:\n"
             "      - { topic: 'wifi/{zone}', kind: zone, device: wifi, people: {} }\n",
             desk->broker.port);
    write_text(desk->file, text, 0644);
    write_in(desk, "login", "tifod:wrong\n", 0600);
    make_secure_broker(desk);
    serve_real(desk->bench);
    import_ground(desk->bench);
    assert_true(process_says(&desk->bench->server, "sensors-away"));
    tifo(desk, "sensors");
    assert_said("bowl (mqtt): away");
    assert_said("uthori"); /* "Not authorized", as MQTT spells it. */
    assert_int_equal(end_server(desk->bench, SIGTERM), 0);
    write_in(desk, "login", "tifod:right\n", 0600);
    serve_real(desk->bench);
    assert_true(process_says(&desk->bench->server, "sensors-connected"));
    assert_int_equal(end_server(desk->bench, SIGTERM), 0);
    broker_stop(&desk->broker);
}

/* ---- What is wrong -----------------------------------------------------------------------------
 */

static void what_is_wrong_is_refused_counted_and_held_up_by_nobody(void **state)
{
    static const char *const wrong[][2] = {
        { "wifi/C1N", "{\"people\":" },
        { "wifi/nowhere", "5" },
        { "wifi/C1N", "-5" },
        { "lost/0", "5" },
        { "lost/0", "6" },
    };
    struct desk *desk = *state;
    char text[512];
    snprintf(
        text, sizeof text,
        "mqtt:\n  - name: bowl\n    broker: 127.0.0.1:%d\n    client_id: tifod-test\n"
        "    topics:\n"
        "      - { topic: '+/{zone}/none', kind: zone, device: none, people: {} }\n"
        "      - { topic: 'wifi/{zone}', kind: zone, device: wifi, people: {} }\n"
        "      - { topic: 'lost/#', kind: zone, zone: nowhere-at-all, device: lost, people: {} }\n",
        desk->broker.port);
    write_text(desk->file, text, 0644);
    broker_start(&desk->broker);
    serve_real(desk->bench);
    import_ground(desk->bench);
    assert_true(process_says(&desk->bench->server, "sensors-connected"));
    struct publisher *publisher = publisher_start(desk->broker.port, "wrong");
    enum { WRONG = sizeof wrong / sizeof wrong[0] };
    for (int i = 0; i < WRONG; i++)
        publisher_send(publisher, wrong[i][0], wrong[i][1], WRONG);
    wait_for_messages(desk, 0, WRONG);
    tifo(desk, "sensors");
    assert_said("5 refused");
    assert_said("refused NOT_JSON: 1");
    assert_said("refused UNKNOWN_PLACE: 3");
    assert_said("refused BAD_VALUE: 1");
    assert_said(
        "last refused: lost/0: UNKNOWN_PLACE: the venue has no zone or block nowhere-at-all");
    /* Dead letters are written each second; a list is read after what was waiting. */
    tifo(desk, "telemetry dead");
    assert_said("wifi/nowhere");
    assert_said("UNKNOWN_PLACE");
    publisher_stop(publisher);
    assert_int_equal(end_server(desk->bench, SIGTERM), 0);
    broker_stop(&desk->broker);
}

static void a_file_that_is_wrong_is_said_at_the_start(void **state)
{
    struct desk *desk = *state;
    struct process process;
    write_text(desk->file, "mqtt:\n  - name: bowl\n", 0644);
    const char *const arguments[] = { "--listen",  "127.0.0.1:0", "--data", desk->bench->data,
                                      "--sensors", desk->file,    NULL };
    assert_false(process_serve(&process, TIFOD, arguments, NULL));
    assert_int_equal(process_wait(&process), 1);
    assert_non_null(strstr(process.said, "sensors.yaml:2:5: a broker lacks \"broker\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_example_works_as_it_stands, begin, end),
        cmocka_unit_test_setup_teardown(a_broker_with_tls_and_passwords, begin, end),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_refused_counted_and_held_up_by_nobody,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_file_that_is_wrong_is_said_at_the_start, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
