/* The file of --sensors: what is right in it, and where it says that something is wrong. */
#include "server/sensors/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char path[64];

static void write_file(const char *text, mode_t mode)
{
    strcpy(path, "/tmp/sensors-test-XXXXXX");
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    fchmod(fd, mode);
    close(fd);
}

static void a_whole_file_is_read(void **state)
{
    char why[400] = "";
    (void)state;
    write_file("mqtt:\n"
               "  - name: bowl\n"
               "    broker: broker.example:8883\n"
               "    client_id: tifod\n"
               "    login: secret/login\n"
               "    tls: { ca: /etc/ca.pem }\n"
               "    window: 500\n"
               "    topics:\n"
               "      - topic: bowl/{gate}/{device}\n"
               "        kind: turnstile\n"
               "        at: { field: time, unit: s }\n"
               "        in: { field: a.in, counts: total }\n"
               "        out: { field: a.out, factor: 2 }\n"
               "http:\n"
               "  - name: food-2\n"
               "    url: http://127.0.0.1/queue\n"
               "    reading:\n"
               "      kind: queue\n"
               "      counter: F2\n"
               "      waiting: {}\n",
               0600);
    struct sensor_config *config = sensor_config_read(path, why, sizeof why);
    if (!config)
        fail_msg("%s", why);
    assert_int_equal(config->broker_count, 1);
    assert_string_equal(config->brokers[0].host, "broker.example");
    assert_int_equal(config->brokers[0].port, 8883);
    assert_string_equal(config->brokers[0].login, "/tmp/secret/login");
    assert_string_equal(config->brokers[0].tls.ca, "/etc/ca.pem");
    assert_int_equal(config->brokers[0].window, 500);
    const struct sensor_route *route = &config->brokers[0].routes[0];
    assert_string_equal(route->device, "{device}");
    assert_string_equal(route->gate, "{gate}");
    assert_int_equal(route->in.counts, COUNTS_TOTAL);
    assert_true(route->out.factor == 2 && route->in.factor == 1);
    assert_int_equal(route->at.unit, UNIT_S);
    assert_int_equal(config->poll_count, 1);
    assert_int_equal(config->polls[0].every_ms, 100);
    assert_string_equal(config->polls[0].reading.device, "food-2");
    free(config);
    unlink(path);
}

#define BROKER "mqtt:\n  - name: a\n    broker: h:1\n    client_id: c\n"

static void what_is_wrong_is_said_with_its_place(void **state)
{
    static const struct {
        const char *text, *place, *part;
    } cases[] = {
        { "", ":1:1: ", "empty" },
        { "mqtt: []\n", ":1:1: ", "no sensors" },
        { "mqtts: []\n", ":1:1: ", "mqtts" },
        { "mqtt:\n  - name: a\n    broker: nowhere\n    client_id: c\n    topics:\n"
          "      - { topic: a, kind: zone, zone: A, device: d, people: {} }\n",
          ":2:5: ", "host:port" },
        { BROKER "    topics:\n      - { topic: 'a/#/b', kind: zone, zone: A, people: {} }\n",
          ":6:9: ", "# stands at the end" },
        { BROKER "    topics:\n      - { topic: a, kind: zone, zone: A, people: {} }\n",
          ":6:9: ", "which device?" },
        { BROKER "    topics:\n      - { topic: '{device}', kind: zone, people: {} }\n",
          ":6:9: ", "which zone?" },
        { BROKER
          "    topics:\n      - { topic: '{device}', kind: turnstile, gate: '{zone}', in: {} }\n",
          ":6:9: ", "{zone}" },
        { BROKER "    topics:\n      - { topic: '{device}', kind: zone, zone: A, in: {} }\n",
          ":6:55: ", "kind turnstile" },
        { BROKER "    topics:\n      - { topic: '{device}', kind: zone, zone: A }\n",
          ":6:9: ", "\"people\"" },
        { BROKER "    topics:\n      - { topic: '{device}', kind: turnstile, gate: G, in: "
                 "{ counts: total } }\n",
          ":6:60: ", "\"sequence\" or \"at\"" },
        { BROKER "    topics:\n      - { topic: '{device}', kind: zones, zone: A }\n",
          ":6:36: ", "zone" },
        { BROKER "    window: 70000\n    topics:\n      - { topic: a, kind: zone }\n",
          ":5:13: ", "65535" },
        { "http:\n  - name: a\n    url: ftp://x\n    reading: { kind: zone, zone: A, people: {} "
          "}\n",
          ":2:5: ", "http://" },
        { "http:\n  - name: a\n    url: http://x\n    reading: { kind: zone, topic: t, people: {} "
          "}\n",
          ":4:14: ", "no topic" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char why[400] = "", wanted[80];
        write_file(cases[i].text, 0600);
        assert_null(sensor_config_read(path, why, sizeof why));
        unlink(path);
        snprintf(wanted, sizeof wanted, "%s%s", path, cases[i].place);
        if (strncmp(why, wanted, strlen(wanted)) != 0 || !strstr(why, cases[i].part))
            fail_msg("case %zu: %s", i, why);
    }
}

static void a_login_is_the_owners_alone(void **state)
{
    struct sensor_login login;
    char why[400] = "";
    (void)state;
    write_file("tifod:pass:word\n", 0600);
    assert_true(sensor_login_read(path, &login, why, sizeof why));
    assert_string_equal(login.user, "tifod");
    assert_string_equal(login.password, "pass:word");
    chmod(path, 0640);
    assert_false(sensor_login_read(path, &login, why, sizeof why));
    assert_non_null(strstr(why, "chmod 600"));
    unlink(path);
    assert_false(sensor_login_read(path, &login, why, sizeof why));
    assert_non_null(strstr(why, "cannot be read"));
    write_file("nobody\n", 0600);
    assert_false(sensor_login_read(path, &login, why, sizeof why));
    assert_non_null(strstr(why, "user:password"));
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_file_is_read),
        cmocka_unit_test(what_is_wrong_is_said_with_its_place),
        cmocka_unit_test(a_login_is_the_owners_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
