#include "server/adapters/mqtt/mqtt.h"

#include "server/adapters/link/link.h"
#include "server/base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    KEEPALIVE_S = 30,
    CONNECT_MS = 5000,
    BACK_OFF_LEAST_MS = 100,
    BACK_OFF_MOST_MS = 5 * 1000,
    LOOK_AGAIN_MS = 100, /* Whether there is room by now; keepalive. */
    BURST = 256,         /* Messages that are read before anything else is looked at. */
    FLUSH_ROUNDS = 100,
};

struct mqtt_source {
    struct sensor_source source;
    struct link_state state;
    const struct sensor_sink *sink;
    struct mosquitto *mosquitto;
    mosquitto_property *session;
    char *host;
    int port;
    char **filters;
    int filter_count;
    uint32_t window;
    pthread_t thread;
    bool started;
    int wake[2]; /* A byte: something of what follows has changed. */
    int end[2];  /* A byte: closing. */
    atomic_bool stopping, closing;
    atomic_uint_fast64_t durable_mark;
    pthread_mutex_t taking; /* Held while the sink works: stop() waits for it. */

    /* The thread's. */
    bool connected, resumed, subscribed, lost;
    bool torn;                      /* A message was shown and not taken: nothing may be written. */
    uint32_t held;                  /* Messages that are read and not acknowledged, */
    uint64_t first_mark, last_mark; /* and marks: now, at the first; the highest. */
    uint64_t shown;
    char why[SENSOR_WHY_BYTES];
};

static void wake_up(struct mqtt_source *own)
{
    /* Full: it is awake. */
    if (write(own->wake[1], "", 1) < 0 && errno != EAGAIN)
        abort();
}

/* Waits until it is woken, or `timeout_ms`. */
static void wait_for_wake(struct mqtt_source *own, int timeout_ms)
{
    struct pollfd wait = { .fd = own->wake[0], .events = POLLIN };
    char bytes[64];
    if (poll(&wait, 1, timeout_ms) > 0)
        while (read(own->wake[0], bytes, sizeof bytes) == sizeof bytes)
            ;
}

/* ---- What the library calls, on our thread -----------------------------------------------------
 */

static void on_connect(struct mosquitto *mosquitto, void *ctx, int code, int flags,
                       const mosquitto_property *properties)
{
    struct mqtt_source *own = ctx;
    (void)properties;
    if (code != 0) {
        snprintf(own->why, sizeof own->why, "the broker refuses: %s",
                 mosquitto_reason_string(code));
        own->lost = true;
        return;
    }
    own->connected = true;
    own->resumed = flags & 1;
    /* What is subscribed already stays so, and does not bring what the broker keeps again. */
    const int error = mosquitto_subscribe_multiple(mosquitto, NULL, own->filter_count, own->filters,
                                                   1, MQTT_SUB_OPT_SEND_RETAIN_NEW, NULL);
    if (error) {
        snprintf(own->why, sizeof own->why, "cannot subscribe: %s", mosquitto_strerror(error));
        own->lost = true;
    }
}

static void on_subscribe(struct mosquitto *mosquitto, void *ctx, int mid, int count,
                         const int *granted, const mosquitto_property *properties)
{
    struct mqtt_source *own = ctx;
    (void)mosquitto, (void)mid, (void)properties;
    for (int i = 0; i < count; i++) {
        if (granted[i] == 1)
            continue;
        snprintf(own->why, sizeof own->why, "the broker does not grant %.80s with QoS 1: %s",
                 i < own->filter_count ? own->filters[i] : "",
                 granted[i] < 128 ? "only QoS 0" : mosquitto_reason_string(granted[i]));
        own->lost = true;
    }
    own->subscribed = !own->lost;
    if (own->subscribed)
        link_up(&own->state, own->resumed ? "session=resumed" : "session=new");
}

static void on_disconnect(struct mosquitto *mosquitto, void *ctx, int code,
                          const mosquitto_property *properties)
{
    struct mqtt_source *own = ctx;
    (void)mosquitto, (void)properties;
    own->lost = true;
    if (!own->why[0])
        snprintf(own->why, sizeof own->why, "the connection ended: %s",
                 code >= 128 ? mosquitto_reason_string(code) : mosquitto_strerror(code));
}

/* False: the source stops, and the message stays the broker's. */
static bool bring(struct mqtt_source *own, const struct sensor_message *message, uint64_t *mark)
{
    for (;;) {
        pthread_mutex_lock(&own->taking);
        const bool stopped = atomic_load(&own->stopping);
        const enum sensor_taken taken =
            stopped ? SENSOR_LATER : own->sink->take(own->sink->ctx, message, mark);
        pthread_mutex_unlock(&own->taking);
        if (stopped || taken == SENSOR_TAKEN)
            return !stopped;
        wait_for_wake(own, LOOK_AGAIN_MS);
    }
}

static void on_message(struct mosquitto *mosquitto, void *ctx,
                       const struct mosquitto_message *message,
                       const mosquitto_property *properties)
{
    struct mqtt_source *own = ctx;
    const struct sensor_message brought = { .topic = message->topic,
                                            .payload = message->payload ? message->payload : "",
                                            .size = (size_t)message->payloadlen,
                                            .kept = message->retain };
    uint64_t mark = 0;
    (void)mosquitto, (void)properties;
    own->shown++;
    if (own->torn)
        return;
    if (!bring(own, &brought, &mark)) {
        own->torn = true;
        return;
    }
    if (message->qos == 0)
        return;
    if (own->held++ == 0)
        own->first_mark = own->sink->mark(own->sink->ctx);
    if (mark > own->last_mark)
        own->last_mark = mark;
}

/* ---- A connection ------------------------------------------------------------------------------
 */

/* Writes what is queued, as far as the socket takes it. */
static void write_queued(struct mqtt_source *own)
{
    if (mosquitto_want_write(own->mosquitto))
        mosquitto_loop_write(own->mosquitto, 1);
}

/* False: what is held is not durable yet, and nothing may be written. */
static bool release(struct mqtt_source *own)
{
    if (own->torn || own->last_mark > atomic_load(&own->durable_mark))
        return false;
    own->held = 0;
    own->first_mark = own->last_mark = 0;
    return true;
}

/* What is held belongs to one mark, so that it is durable soon after the sink went on. */
static bool may_read(struct mqtt_source *own)
{
    if (atomic_load(&own->stopping) || own->torn)
        return false;
    return own->held == 0 ||
           (own->held < own->window && own->sink->mark(own->sink->ctx) == own->first_mark);
}

static void read_burst(struct mqtt_source *own)
{
    for (int i = 0; i < BURST && !own->lost && may_read(own); i++) {
        const uint64_t before = own->shown;
        errno = 0;
        if (mosquitto_loop_read(own->mosquitto, 1) != MOSQ_ERR_SUCCESS || own->shown == before)
            return;
    }
}

static void serve(struct mqtt_source *own)
{
    while (!own->lost && !atomic_load(&own->closing)) {
        const bool writes = release(own);
        if (writes)
            write_queued(own);
        if (own->lost)
            break;
        const short events =
            (short)((may_read(own) ? POLLIN : 0) |
                    (writes && mosquitto_want_write(own->mosquitto) ? POLLOUT : 0));
        struct pollfd wait[] = { { .fd = own->wake[0], .events = POLLIN },
                                 { .fd = events ? mosquitto_socket(own->mosquitto) : -1,
                                   .events = events } };
        if (poll(wait, 2, LOOK_AGAIN_MS) > 0 && wait[0].revents)
            wait_for_wake(own, 0);
        if (wait[1].revents & (POLLIN | POLLERR | POLLHUP))
            read_burst(own);
        if (!own->lost)
            mosquitto_loop_misc(own->mosquitto);
    }
}

/* Once more for what is durable by now; a goodbye only when nothing else is queued before it. */
static void say_goodbye(struct mqtt_source *own)
{
    if (own->lost || !own->connected || !release(own))
        return;
    mosquitto_disconnect_v5(own->mosquitto, 0, NULL);
    for (int i = 0; i < FLUSH_ROUNDS && !own->lost && mosquitto_want_write(own->mosquitto); i++) {
        struct pollfd wait = { .fd = mosquitto_socket(own->mosquitto), .events = POLLOUT };
        poll(&wait, 1, 10);
        write_queued(own);
    }
}

static void begin(struct mqtt_source *own)
{
    own->connected = own->subscribed = own->lost = own->torn = false;
    own->held = 0;
    own->first_mark = own->last_mark = 0;
    own->why[0] = 0;
}

static void hold_connection(struct mqtt_source *own)
{
    begin(own);
    if (!link_reachable(own->host, own->port, CONNECT_MS, own->end[0], own->why, sizeof own->why))
        return;
    const int error = mosquitto_connect_bind_v5(own->mosquitto, own->host, own->port, KEEPALIVE_S,
                                                NULL, own->session);
    if (error) {
        snprintf(own->why, sizeof own->why, "%.80s:%d: %s", own->host, own->port,
                 error == MOSQ_ERR_ERRNO ? strerror(errno) : mosquitto_strerror(error));
        return;
    }
    serve(own);
    if (atomic_load(&own->closing))
        say_goodbye(own);
}

static void *work(void *ctx)
{
    struct mqtt_source *own = ctx;
    int back_off_ms = BACK_OFF_LEAST_MS;
    while (!atomic_load(&own->closing)) {
        if (atomic_load(&own->stopping) || !own->sink->ready(own->sink->ctx)) {
            wait_for_wake(own, LOOK_AGAIN_MS);
            continue;
        }
        hold_connection(own);
        if (atomic_load(&own->closing))
            break;
        link_down(&own->state, own->why);
        /* One that took us and let us go at once is not asked more often than one that is away. */
        if (own->subscribed)
            back_off_ms = BACK_OFF_LEAST_MS;
        wait_for_wake(own, back_off_ms);
        back_off_ms = 2 * back_off_ms < BACK_OFF_MOST_MS ? 2 * back_off_ms : BACK_OFF_MOST_MS;
    }
    return NULL;
}

/* ---- The port ----------------------------------------------------------------------------------
 */

static bool start(struct sensor_source *source, const struct sensor_sink *sink)
{
    struct mqtt_source *own = (struct mqtt_source *)source;
    own->sink = sink;
    own->started = pthread_create(&own->thread, NULL, work, own) == 0;
    return own->started;
}

static void durable(struct sensor_source *source, uint64_t mark)
{
    struct mqtt_source *own = (struct mqtt_source *)source;
    atomic_store(&own->durable_mark, mark);
    wake_up(own);
}

static bool look(struct sensor_source *source, uint32_t link, struct sensor_link *out)
{
    struct mqtt_source *own = (struct mqtt_source *)source;
    if (link > 0)
        return false;
    link_look(&own->state, out);
    return true;
}

static void stop(struct sensor_source *source)
{
    struct mqtt_source *own = (struct mqtt_source *)source;
    pthread_mutex_lock(&own->taking);
    atomic_store(&own->stopping, true);
    pthread_mutex_unlock(&own->taking);
    wake_up(own);
}

static void close_mqtt(struct sensor_source *source)
{
    struct mqtt_source *own = (struct mqtt_source *)source;
    stop(source);
    atomic_store(&own->closing, true);
    wake_up(own);
    if (write(own->end[1], "", 1) < 0)
        abort();
    if (own->started)
        pthread_join(own->thread, NULL);
    mosquitto_destroy(own->mosquitto);
    mosquitto_property_free_all(&own->session);
    mosquitto_lib_cleanup();
    for (int i = 0; i < own->filter_count; i++)
        free(own->filters[i]);
    free(own->filters);
    free(own->host);
    for (int i = 0; i < 2; i++) {
        close(own->wake[i]);
        close(own->end[i]);
    }
    pthread_mutex_destroy(&own->taking);
    link_fini(&own->state);
    free(own);
}

static char *copy(const char *text)
{
    return strcpy(base_alloc(strlen(text) + 1), text);
}

static int set_up(struct mqtt_source *own, const struct mqtt_options *options)
{
    struct mosquitto *mosquitto = own->mosquitto;
    int error = mosquitto_int_option(mosquitto, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    if (!error && options->user)
        error = mosquitto_username_pw_set(mosquitto, options->user, options->password);
    if (!error && options->tls) {
        error = options->ca ? mosquitto_tls_set(mosquitto, options->ca, NULL, options->certificate,
                                                options->key, NULL)
                            : mosquitto_tls_set(mosquitto, NULL, "/etc/ssl/certs",
                                                options->certificate, options->key, NULL);
    }
    if (!error)
        error = mosquitto_property_add_int32(&own->session, MQTT_PROP_SESSION_EXPIRY_INTERVAL,
                                             options->session_s);
    if (!error)
        error = mosquitto_property_add_int16(&own->session, MQTT_PROP_RECEIVE_MAXIMUM,
                                             (uint16_t)options->window);
    if (error)
        return error;
    /* Queued packets are written when we say so, and only then. */
    mosquitto_threaded_set(mosquitto, true);
    mosquitto_connect_v5_callback_set(mosquitto, on_connect);
    mosquitto_subscribe_v5_callback_set(mosquitto, on_subscribe);
    mosquitto_disconnect_v5_callback_set(mosquitto, on_disconnect);
    mosquitto_message_v5_callback_set(mosquitto, on_message);
    return 0;
}

struct sensor_source *mqtt_sensors_open(const struct mqtt_options *options, char *why,
                                        size_t why_size)
{
    static const struct sensor_source_ops ops = { start, durable, look, stop, close_mqtt };
    struct mqtt_source *own = base_alloc(sizeof *own);
    own->source.ops = &ops;
    link_init(&own->state, options->name, options->log);
    pthread_mutex_init(&own->taking, NULL);
    own->host = copy(options->host);
    own->port = options->port;
    own->window = options->window;
    while (options->filters[own->filter_count])
        own->filter_count++;
    own->filters = base_alloc((size_t)own->filter_count * sizeof *own->filters);
    for (int i = 0; i < own->filter_count; i++)
        own->filters[i] = copy(options->filters[i]);
    if (pipe(own->wake) != 0 || pipe(own->end) != 0) {
        perror("mqtt");
        abort();
    }
    for (int i = 0; i < 2; i++)
        fcntl(own->wake[i], F_SETFL, O_NONBLOCK);
    mosquitto_lib_init();
    own->mosquitto = mosquitto_new(options->client_id, false, own);
    const int error = own->mosquitto ? set_up(own, options) : MOSQ_ERR_NOMEM;
    if (!error)
        return &own->source;
    snprintf(why, why_size, "%s: %s; check the files of its tls", options->name,
             mosquitto_strerror(error));
    close_mqtt(&own->source);
    return NULL;
}
