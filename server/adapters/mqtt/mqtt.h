/*
 * Sensors' messages from an MQTT broker, over libmosquitto. MQTT 5, QoS 1, a session that the
 * broker keeps while we are away: what is published meanwhile comes when we are back.
 *
 * Acknowledging. A message is acknowledged when what became of it is durable, not when it was read.
 * libmosquitto queues the PUBACK before it shows a message, and sends what is queued when it is
 * told to write. So the thread reads what belongs to one mark of the sink, stops reading until that
 * mark is durable, and writes then: 4 times a second, however many messages that are. `window`
 * bounds how many are on their way meanwhile (the receive maximum of MQTT 5): the rest waits in the
 * broker. After a crash of ours the broker brings again what was not acknowledged.
 */
#ifndef ADAPTERS_MQTT_MQTT_H
#define ADAPTERS_MQTT_MQTT_H

#include "server/base/log.h"
#include "server/ports/sensors.h"

#include <stdbool.h>

enum { MQTT_WINDOW_MOST = 65535 };

/* Copied, but for `log` and `name`, which outlive the source. */
struct mqtt_options {
    const char *name;
    const char *host;
    int port;
    const char *client_id;              /* Always the same: it names the session. */
    const char *user, *password;        /* NULL: none. */
    bool tls;                           /* Whether the connection is encrypted. */
    const char *ca, *certificate, *key; /* PEM files; NULL: the system's CAs; none. */
    const char *const *filters;         /* Topic filters, NULL-ended; at least one. */
    uint32_t window;                    /* Messages that are not acknowledged, 1..65,535. */
    uint32_t session_s;                 /* The broker keeps the session so long. */
    const struct log *log;
};

/* NULL: `why` is a sentence. Whether the broker is there does not matter yet. */
struct sensor_source *mqtt_sensors_open(const struct mqtt_options *options, char *why,
                                        size_t why_size);

#endif
