#include "server/sensing.h"

#include "server/adapters/http/http.h"
#include "server/adapters/mqtt/mqtt.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SOURCES = SENSOR_BROKERS + 1 };

struct stream {
    const char *kind;
    struct sensor_source *source;
    struct reader *reader;
    struct sensor_sink sink;
    struct reader_link links[SENSOR_POLLS];
    uint32_t link_count;
};

struct sensing {
    struct sensor_config *config;
    const struct log *log;
    struct app *app;
    atomic_bool started; /* Readers are there. */
    struct stream streams[SOURCES];
    size_t count;
};

static const char *given(const char *text)
{
    return text[0] ? text : NULL;
}

static bool open_broker(struct sensing *sensing, const struct sensor_broker *broker, char *why,
                        size_t why_size)
{
    struct stream *stream = &sensing->streams[sensing->count];
    char topics[SENSOR_ROUTES][TOPIC_BYTES + 1];
    const char *filters[SENSOR_ROUTES + 1] = { NULL };
    struct sensor_login login = { 0 };
    if (broker->login[0] && !sensor_login_read(broker->login, &login, why, why_size))
        return false;
    for (size_t i = 0; i < broker->route_count; i++) {
        topic_filter(broker->routes[i].topic, topics[i]);
        filters[i] = topics[i];
    }
    stream->kind = "mqtt";
    stream->links[0] = (struct reader_link){ broker->name, broker->routes, broker->route_count };
    stream->link_count = 1;
    stream->source =
        mqtt_sensors_open(&(struct mqtt_options){ .name = broker->name,
                                                  .host = broker->host,
                                                  .port = broker->port,
                                                  .client_id = broker->client_id,
                                                  .user = given(login.user),
                                                  .password = login.password,
                                                  .tls = broker->tls.mark.line != 0,
                                                  .ca = given(broker->tls.ca),
                                                  .certificate = given(broker->tls.certificate),
                                                  .key = given(broker->tls.key),
                                                  .filters = filters,
                                                  .window = (uint32_t)broker->window,
                                                  .session_s = (uint32_t)broker->session_s,
                                                  .log = sensing->log },
                          why, why_size);
    if (stream->source)
        sensing->count++;
    return stream->source != NULL;
}

static bool open_polls(struct sensing *sensing, char *why, size_t why_size)
{
    struct stream *stream = &sensing->streams[sensing->count];
    const struct sensor_config *config = sensing->config;
    struct http_poll polls[SENSOR_POLLS];
    struct sensor_login logins[SENSOR_POLLS];
    memset(logins, 0, sizeof logins);
    for (size_t i = 0; i < config->poll_count; i++) {
        const struct sensor_poll *poll = &config->polls[i];
        if (poll->login[0] && !sensor_login_read(poll->login, &logins[i], why, why_size))
            return false;
        polls[i] = (struct http_poll){ .name = poll->name,
                                       .url = poll->url,
                                       .user = given(logins[i].user),
                                       .password = logins[i].password,
                                       .ca = given(poll->ca),
                                       .every_ms = (int64_t)poll->every_ms,
                                       .timeout_ms = (int64_t)poll->timeout_ms };
        stream->links[i] = (struct reader_link){ poll->name, &poll->reading, 1 };
    }
    stream->kind = "http";
    stream->link_count = (uint32_t)config->poll_count;
    stream->source = http_sensors_open(polls, stream->link_count, sensing->log);
    sensing->count++;
    return true;
}

struct sensing *sensing_open(const char *file, const struct log *log, char *why, size_t why_size)
{
    struct sensing *sensing = base_alloc(sizeof *sensing);
    sensing->log = log;
    sensing->config = sensor_config_read(file, why, why_size);
    bool fine = sensing->config != NULL;
    for (size_t i = 0; fine && i < sensing->config->broker_count; i++)
        fine = open_broker(sensing, &sensing->config->brokers[i], why, why_size);
    if (fine && sensing->config->poll_count)
        fine = open_polls(sensing, why, why_size);
    if (fine)
        return sensing;
    sensing_close(sensing);
    return NULL;
}

static int64_t now_ms(void *ctx)
{
    const struct sensing *sensing = ctx;
    return app_now_ms(sensing->app);
}

static bool keep_letter(void *recorder, const struct letter *letter)
{
    return recorder_letter(recorder, letter);
}

bool sensing_start(struct sensing *sensing, struct app *app, struct recorder *recorder)
{
    sensing->app = app;
    for (size_t i = 0; i < sensing->count; i++) {
        struct stream *stream = &sensing->streams[i];
        stream->reader =
            reader_create(&(struct reader_options){ .intake = app_intake(app),
                                                    .now_ms = now_ms,
                                                    .ctx = sensing,
                                                    .links = stream->links,
                                                    .link_count = stream->link_count,
                                                    .keep_letter = recorder ? keep_letter : NULL,
                                                    .letters = recorder,
                                                    .log = sensing->log });
        stream->sink = reader_sink(stream->reader);
    }
    atomic_store(&sensing->started, true);
    for (size_t i = 0; i < sensing->count; i++)
        if (!sensing->streams[i].source->ops->start(sensing->streams[i].source,
                                                    &sensing->streams[i].sink))
            return false;
    return true;
}

void sensing_durable(struct sensing *sensing, uint64_t mark)
{
    for (size_t i = 0; sensing && i < sensing->count; i++)
        sensing->streams[i].source->ops->durable(sensing->streams[i].source, mark);
}

void sensing_stop(struct sensing *sensing)
{
    for (size_t i = 0; sensing && i < sensing->count; i++)
        sensing->streams[i].source->ops->stop(sensing->streams[i].source);
}

void sensing_close(struct sensing *sensing)
{
    if (!sensing)
        return;
    for (size_t i = 0; i < sensing->count; i++) {
        struct stream *stream = &sensing->streams[i];
        stream->source->ops->close(stream->source);
        reader_destroy(stream->reader);
    }
    free(sensing->config);
    free(sensing);
}

bool sensing_look(void *ctx, uint32_t index, struct sensor_row *out)
{
    struct sensing *sensing = ctx;
    for (size_t i = 0; sensing && i < sensing->count; i++) {
        struct stream *stream = &sensing->streams[i];
        if (index < stream->link_count) {
            out->kind = stream->kind;
            stream->source->ops->look(stream->source, index, &out->link);
            out->counts = (struct reader_counts){ 0 };
            if (atomic_load(&sensing->started))
                reader_look(stream->reader, index, &out->counts);
            return true;
        }
        index -= stream->link_count;
    }
    return false;
}
