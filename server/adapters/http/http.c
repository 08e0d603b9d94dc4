#include "server/adapters/http/http.h"

#include "server/adapters/link/link.h"
#include "server/base/arena.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { BACK_OFF_MOST_MS = 30 * 1000, LOOK_AGAIN_MS = 100, ETAG_BYTES = 256, CONNECTIONS = 128 };

struct device {
    struct link_state state;
    CURL *easy;
    struct curl_slist *headers; /* If-None-Match; NULL: none. */
    char error[CURL_ERROR_SIZE];
    char etag[ETAG_BYTES];       /* Of the answer under way, */
    char taken_etag[ETAG_BYTES]; /* and of the last one that was taken. */
    char *body;
    size_t size;
    int64_t every_ms, due_ms;
    uint32_t failures; /* One after the other. */
    bool busy;         /* It is being asked. */
    bool waiting;      /* Its answer waits for room. */
    bool up;
};

struct http_source {
    struct sensor_source source;
    const struct sensor_sink *sink;
    struct device *devices;
    uint32_t count;
    CURLM *multi;
    pthread_t thread;
    bool started;
    atomic_bool stopping, closing;
    pthread_mutex_t taking; /* Held while the sink works: stop() waits for it. */
};

static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- An answer as it comes --------------------------------------------------------------------
 */

static size_t on_body(char *bytes, size_t one, size_t count, void *ctx)
{
    struct device *device = ctx;
    (void)one;
    if (device->size + count > HTTP_BODY_BYTES)
        return 0;
    memcpy(device->body + device->size, bytes, count);
    device->size += count;
    device->body[device->size] = 0;
    return count;
}

static size_t on_header(char *bytes, size_t one, size_t count, void *ctx)
{
    static const char name[] = "etag:";
    struct device *device = ctx;
    (void)one;
    if (count < sizeof name || strncasecmp(bytes, name, sizeof name - 1) != 0)
        return count;
    size_t from = sizeof name - 1, to = count;
    while (from < to && bytes[from] == ' ')
        from++;
    while (to > from && (bytes[to - 1] == '\r' || bytes[to - 1] == '\n' || bytes[to - 1] == ' '))
        to--;
    if (to - from < sizeof device->etag)
        snprintf(device->etag, sizeof device->etag, "%.*s", (int)(to - from), bytes + from);
    return count;
}

/* ---- Asking -----------------------------------------------------------------------------------
 */

static void ask(struct http_source *own, struct device *device, int64_t now_ms)
{
    char line[ETAG_BYTES + 32];
    device->due_ms = now_ms + device->every_ms;
    device->busy = true;
    device->size = 0;
    device->body[0] = device->etag[0] = device->error[0] = 0;
    curl_slist_free_all(device->headers);
    device->headers = NULL;
    if (device->taken_etag[0]) {
        snprintf(line, sizeof line, "If-None-Match: %s", device->taken_etag);
        device->headers = curl_slist_append(NULL, line);
    }
    curl_easy_setopt(device->easy, CURLOPT_HTTPHEADER, device->headers);
    curl_multi_add_handle(own->multi, device->easy);
}

static void failed(struct device *device, const char *why, int64_t now_ms)
{
    int64_t wait_ms = device->every_ms;
    for (uint32_t i = 0; i < device->failures && wait_ms < BACK_OFF_MOST_MS; i++)
        wait_ms *= 2;
    if (wait_ms > BACK_OFF_MOST_MS && wait_ms > device->every_ms)
        wait_ms = device->every_ms > BACK_OFF_MOST_MS ? device->every_ms : BACK_OFF_MOST_MS;
    device->failures++;
    device->due_ms = now_ms + wait_ms;
    device->up = false;
    link_down(&device->state, why);
}

static void answered(struct device *device)
{
    device->failures = 0;
    if (!device->up)
        link_up(&device->state, "");
    device->up = true;
}

static void bring(struct http_source *own, struct device *device)
{
    const struct sensor_message message = { .link = (uint32_t)(device - own->devices),
                                            .topic = device->state.link.name,
                                            .payload = device->body,
                                            .size = device->size };
    uint64_t mark;
    pthread_mutex_lock(&own->taking);
    device->waiting = !atomic_load(&own->stopping) &&
                      own->sink->take(own->sink->ctx, &message, &mark) == SENSOR_LATER;
    pthread_mutex_unlock(&own->taking);
    if (!device->waiting)
        snprintf(device->taken_etag, sizeof device->taken_etag, "%s", device->etag);
}

static void over(struct http_source *own, struct device *device, CURLcode result, int64_t now_ms)
{
    char why[SENSOR_WHY_BYTES];
    long code = 0;
    curl_easy_getinfo(device->easy, CURLINFO_RESPONSE_CODE, &code);
    curl_multi_remove_handle(own->multi, device->easy);
    device->busy = false;
    if (result != CURLE_OK) {
        snprintf(why, sizeof why, "%.150s",
                 result == CURLE_WRITE_ERROR ? "the answer is longer than 256 KiB"
                 : device->error[0]          ? device->error
                                             : curl_easy_strerror(result));
        failed(device, why, now_ms);
    } else if (code == 304) {
        answered(device);
    } else if (code != 200) {
        snprintf(why, sizeof why, "it answers with status %ld instead of 200", code);
        failed(device, why, now_ms);
    } else {
        answered(device);
        bring(own, device);
    }
}

static void collect(struct http_source *own)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(own->multi, &left))) {
        void *device = NULL;
        const CURLcode result = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&device);
        over(own, device, result, monotonic_ms());
    }
}

/* Asks who is due; returns how long nothing else is. */
static int look_around(struct http_source *own)
{
    const int64_t now_ms = monotonic_ms();
    int64_t next_ms = now_ms + LOOK_AGAIN_MS;
    if (atomic_load(&own->stopping) || !own->sink->ready(own->sink->ctx))
        return LOOK_AGAIN_MS;
    for (uint32_t i = 0; i < own->count; i++) {
        struct device *device = &own->devices[i];
        if (device->waiting)
            bring(own, device);
        if (device->busy || device->waiting)
            continue;
        if (device->due_ms <= now_ms)
            ask(own, device, now_ms);
        else if (device->due_ms < next_ms)
            next_ms = device->due_ms;
    }
    return (int)(next_ms - now_ms);
}

static void *work(void *ctx)
{
    struct http_source *own = ctx;
    int running;
    while (!atomic_load(&own->closing)) {
        const int wait_ms = look_around(own);
        curl_multi_perform(own->multi, &running);
        collect(own);
        curl_multi_poll(own->multi, NULL, 0, wait_ms, NULL);
    }
    return NULL;
}

/* ---- The port ---------------------------------------------------------------------------------
 */

static bool start(struct sensor_source *source, const struct sensor_sink *sink)
{
    struct http_source *own = (struct http_source *)source;
    own->sink = sink;
    own->started = pthread_create(&own->thread, NULL, work, own) == 0;
    return own->started;
}

static void durable(struct sensor_source *source, uint64_t mark)
{
    (void)source, (void)mark;
}

static bool look(struct sensor_source *source, uint32_t link, struct sensor_link *out)
{
    struct http_source *own = (struct http_source *)source;
    if (link >= own->count)
        return false;
    link_look(&own->devices[link].state, out);
    return true;
}

static void stop(struct sensor_source *source)
{
    struct http_source *own = (struct http_source *)source;
    pthread_mutex_lock(&own->taking);
    atomic_store(&own->stopping, true);
    pthread_mutex_unlock(&own->taking);
}

static void device_close(struct http_source *own, struct device *device)
{
    if (device->busy)
        curl_multi_remove_handle(own->multi, device->easy);
    curl_easy_cleanup(device->easy);
    curl_slist_free_all(device->headers);
    free(device->body);
    link_fini(&device->state);
}

static void close_http(struct sensor_source *source)
{
    struct http_source *own = (struct http_source *)source;
    stop(source);
    atomic_store(&own->closing, true);
    curl_multi_wakeup(own->multi);
    if (own->started)
        pthread_join(own->thread, NULL);
    for (uint32_t i = 0; i < own->count; i++)
        device_close(own, &own->devices[i]);
    curl_multi_cleanup(own->multi);
    pthread_mutex_destroy(&own->taking);
    free(own->devices);
    free(own);
    curl_global_cleanup();
}

static void device_open(struct device *device, const struct http_poll *poll, const struct log *log)
{
    link_init(&device->state, poll->name, log);
    device->every_ms = poll->every_ms;
    device->body = base_alloc(HTTP_BODY_BYTES + 1);
    CURL *easy = device->easy = curl_easy_init();
    if (!easy)
        abort();
    curl_easy_setopt(easy, CURLOPT_URL, poll->url);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, device);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, device->error);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, device);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, device);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)poll->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "tifod/" TIFO_VERSION);
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    if (poll->ca)
        curl_easy_setopt(easy, CURLOPT_CAINFO, poll->ca);
    if (poll->user) {
        curl_easy_setopt(easy, CURLOPT_USERNAME, poll->user);
        curl_easy_setopt(easy, CURLOPT_PASSWORD, poll->password);
    }
}

struct sensor_source *http_sensors_open(const struct http_poll *polls, uint32_t count,
                                        const struct log *log)
{
    static const struct sensor_source_ops ops = { start, durable, look, stop, close_http };
    struct http_source *own = base_alloc(sizeof *own);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    own->source.ops = &ops;
    own->devices = base_alloc(count * sizeof *own->devices + 1);
    own->count = count;
    own->multi = curl_multi_init();
    if (!own->multi)
        abort();
    curl_multi_setopt(own->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS);
    pthread_mutex_init(&own->taking, NULL);
    for (uint32_t i = 0; i < count; i++)
        device_open(&own->devices[i], &polls[i], log);
    return &own->source;
}
