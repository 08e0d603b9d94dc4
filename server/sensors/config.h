/*
 * What tifod --sensors reads: which brokers and devices there are, and what their messages mean.
 * The vocabulary is described in server/sensors/README.md.
 *
 * Plain memory, but large: from base_alloc(), and free() is all it needs.
 */
#ifndef SENSORS_CONFIG_H
#define SENSORS_CONFIG_H

#include "server/sensors/topic.h"
#include "sim/form.h"

#include <stdint.h>

enum {
    SENSOR_BROKERS = 8,
    SENSOR_POLLS = 128,
    SENSOR_ROUTES = 32,
    SENSOR_NAME_BYTES = 40,
    SENSOR_TEXT_BYTES = TOPIC_PART_BYTES,
    SENSOR_PATH_BYTES = 511,
};

enum sensor_kind { SENSOR_TURNSTILE, SENSOR_ZONE, SENSOR_QUEUE };
enum sensor_counts { COUNTS_STEP, COUNTS_TOTAL };
enum sensor_unit { UNIT_MS, UNIT_S, UNIT_RFC3339 };

/* A number of a message. */
struct sensor_value {
    struct form_mark mark;             /* line 0: not given. */
    char field[SENSOR_TEXT_BYTES + 1]; /* Empty: the whole payload is the number. */
    double factor;
    int counts; /* enum sensor_counts: since the last message, or since ever. */
};

struct sensor_time {
    struct form_mark mark; /* line 0: not given, it is true when it arrives. */
    char field[SENSOR_TEXT_BYTES + 1];
    int unit; /* enum sensor_unit */
};

/* What the messages of a topic, or of a polled device, mean. Texts may have placeholders of the
 * topic, or be a field of the payload: "$.id". */
struct sensor_route {
    struct form_mark mark;
    char topic[TOPIC_BYTES + 1];
    int kind; /* enum sensor_kind */
    char device[SENSOR_TEXT_BYTES + 1];
    char zone[SENSOR_TEXT_BYTES + 1], gate[SENSOR_TEXT_BYTES + 1], counter[SENSOR_TEXT_BYTES + 1];
    char each[SENSOR_TEXT_BYTES + 1];     /* The list whose rows are read; empty: one row. */
    char sequence[SENSOR_TEXT_BYTES + 1]; /* Field; empty: none. */
    struct sensor_time at;
    struct sensor_value in, out, people, waiting, served;
};

struct sensor_tls {
    struct form_mark mark; /* line 0: not given. */
    char ca[SENSOR_PATH_BYTES + 1], certificate[SENSOR_PATH_BYTES + 1], key[SENSOR_PATH_BYTES + 1];
};

struct sensor_broker {
    struct form_mark mark;
    char name[SENSOR_NAME_BYTES + 1];
    char broker[256]; /* host:port, as written; then */
    char host[256];
    int port;
    char client_id[SENSOR_TEXT_BYTES + 1];
    char login[SENSOR_PATH_BYTES + 1]; /* A file; empty: none. */
    struct sensor_tls tls;
    uint64_t window, session_s;
    struct sensor_route routes[SENSOR_ROUTES];
    size_t route_count;
};

struct sensor_poll {
    struct form_mark mark;
    char name[SENSOR_NAME_BYTES + 1];
    char url[SENSOR_PATH_BYTES + 1];
    char login[SENSOR_PATH_BYTES + 1];
    char ca[SENSOR_PATH_BYTES + 1];
    uint64_t every_ms, timeout_ms;
    struct sensor_route reading; /* Without a topic. */
};

struct sensor_config {
    struct form_mark mark;
    struct sensor_broker brokers[SENSOR_BROKERS];
    size_t broker_count;
    struct sensor_poll polls[SENSOR_POLLS];
    size_t poll_count;
};

/* NULL: `why` (>= 400) says what is wrong, with file, line and column. Paths in it are made
 * relative to the file's own folder. */
struct sensor_config *sensor_config_read(const char *path, char *why, size_t why_size);

struct sensor_login {
    char user[128], password[384];
};
/* A file of one line, user:password, that nobody but its owner may read. */
bool sensor_login_read(const char *path, struct sensor_login *out, char *why, size_t why_size);

#endif
