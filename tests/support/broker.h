/*
 * A mosquitto of a test's own, and somebody who publishes to it. It listens on loopback, keeps
 * sessions and what is queued in its folder when it ends, and never drops a message for want of
 * room.
 */
#ifndef TESTS_SUPPORT_BROKER_H
#define TESTS_SUPPORT_BROKER_H

#include "tests/support/process.h"

#include <stdint.h>

struct broker {
    char folder[64]; /* Made by broker_init(), removed by broker_fini(). */
    int port;
    const char *more;   /* Further lines of its configuration; NULL: anybody may come. */
    const char *config; /* A whole configuration instead, but for where it writes; NULL: none. */
    struct process process;
};

/* A free port is chosen and kept, so that the broker may be started again. */
void broker_init(struct broker *broker);
void broker_fini(struct broker *broker);
void broker_start(struct broker *broker);
void broker_stop(struct broker *broker);

/* Sends with QoS 1, comes back when the broker does, and sends again what was not acknowledged. */
struct publisher;
struct publisher *publisher_start(int port, const char *client_id);
/* Waits while more than `most` messages are not acknowledged. */
void publisher_send(struct publisher *publisher, const char *topic, const char *payload,
                    uint64_t most);
/* The same, and the broker keeps it for who subscribes later. */
void publisher_send_kept(struct publisher *publisher, const char *topic, const char *payload);
/* Waits until the broker has all. */
void publisher_wait(struct publisher *publisher);
void publisher_stop(struct publisher *publisher);

#endif
