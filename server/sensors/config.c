#include "server/sensors/config.h"

#include "server/base/arena.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define COUNT(fields) (sizeof(fields) / sizeof *(fields))
#define TEXT(type, member)                                                                         \
    FORM_TEXT, offsetof(struct type, member), .most = sizeof(((struct type *)0)->member)

static const char *const kinds[] = { "turnstile", "zone", "queue", NULL };
static const char *const counts[] = { "step", "total", NULL };
static const char *const units[] = { "ms", "s", "rfc3339", NULL };

static const struct form_field value_fields[] = {
    { "field", TEXT(sensor_value, field) },
    { "factor", FORM_NUMBER, offsetof(struct sensor_value, factor), .least = 1e-9, .most = 1e9 },
    { "counts", FORM_CHOICE, offsetof(struct sensor_value, counts), .choices = counts },
};
static const struct form value_form = { "a value", sizeof(struct sensor_value),
                                        offsetof(struct sensor_value, mark), value_fields,
                                        COUNT(value_fields) };

static const struct form_field time_fields[] = {
    { "field", TEXT(sensor_time, field), .required = true },
    { "unit", FORM_CHOICE, offsetof(struct sensor_time, unit), .choices = units },
};
static const struct form time_form = { "\"at\"", sizeof(struct sensor_time),
                                       offsetof(struct sensor_time, mark), time_fields,
                                       COUNT(time_fields) };

#define VALUE(name)                                                                                \
    {                                                                                              \
#name, FORM_MAP, offsetof(struct sensor_route, name), .form = &value_form                  \
    }
static const struct form_field route_fields[] = {
    { "topic", TEXT(sensor_route, topic) },
    { "kind", FORM_CHOICE, offsetof(struct sensor_route, kind), .required = true,
      .choices = kinds },
    { "device", TEXT(sensor_route, device) },
    { "zone", TEXT(sensor_route, zone) },
    { "gate", TEXT(sensor_route, gate) },
    { "counter", TEXT(sensor_route, counter) },
    { "each", TEXT(sensor_route, each) },
    { "sequence", TEXT(sensor_route, sequence) },
    { "at", FORM_MAP, offsetof(struct sensor_route, at), .form = &time_form },
    VALUE(in),
    VALUE(out),
    VALUE(people),
    VALUE(waiting),
    VALUE(served),
};
#undef VALUE
static const struct form route_form = { "a mapping of messages", sizeof(struct sensor_route),
                                        offsetof(struct sensor_route, mark), route_fields,
                                        COUNT(route_fields) };

static const struct form_field tls_fields[] = {
    { "ca", TEXT(sensor_tls, ca) },
    { "certificate", TEXT(sensor_tls, certificate) },
    { "key", TEXT(sensor_tls, key) },
};
static const struct form tls_form = { "\"tls\"", sizeof(struct sensor_tls),
                                      offsetof(struct sensor_tls, mark), tls_fields,
                                      COUNT(tls_fields) };

static const struct form_field broker_fields[] = {
    { "name", TEXT(sensor_broker, name), .required = true },
    { "broker", TEXT(sensor_broker, broker), .required = true },
    { "client_id", TEXT(sensor_broker, client_id), .required = true },
    { "login", TEXT(sensor_broker, login) },
    { "tls", FORM_MAP, offsetof(struct sensor_broker, tls), .form = &tls_form },
    { "window", FORM_WHOLE, offsetof(struct sensor_broker, window), .least = 1, .most = 65535 },
    { "session_s", FORM_WHOLE, offsetof(struct sensor_broker, session_s), .least = 60,
      .most = 4e9 },
    { "topics", FORM_LIST, offsetof(struct sensor_broker, routes), .required = true, .least = 1,
      .most = SENSOR_ROUTES, .count_offset = offsetof(struct sensor_broker, route_count),
      .form = &route_form },
};
static const struct form broker_form = { "a broker", sizeof(struct sensor_broker),
                                         offsetof(struct sensor_broker, mark), broker_fields,
                                         COUNT(broker_fields) };

static const struct form_field poll_fields[] = {
    { "name", TEXT(sensor_poll, name), .required = true },
    { "url", TEXT(sensor_poll, url), .required = true },
    { "login", TEXT(sensor_poll, login) },
    { "ca", TEXT(sensor_poll, ca) },
    { "every_ms", FORM_WHOLE, offsetof(struct sensor_poll, every_ms), .least = 20,
      .most = 3600000 },
    { "timeout_ms", FORM_WHOLE, offsetof(struct sensor_poll, timeout_ms), .least = 20,
      .most = 60000 },
    { "reading", FORM_MAP, offsetof(struct sensor_poll, reading), .required = true,
      .form = &route_form },
};
static const struct form poll_form = { "a polled device", sizeof(struct sensor_poll),
                                       offsetof(struct sensor_poll, mark), poll_fields,
                                       COUNT(poll_fields) };

static const struct form_field config_fields[] = {
    { "mqtt", FORM_LIST, offsetof(struct sensor_config, brokers), .most = SENSOR_BROKERS,
      .count_offset = offsetof(struct sensor_config, broker_count), .form = &broker_form },
    { "http", FORM_LIST, offsetof(struct sensor_config, polls), .most = SENSOR_POLLS,
      .count_offset = offsetof(struct sensor_config, poll_count), .form = &poll_form },
};
static const struct form config_form = { "\"mqtt\" or \"http\"", sizeof(struct sensor_config),
                                         offsetof(struct sensor_config, mark), config_fields,
                                         COUNT(config_fields) };

/* ---- What one key cannot tell alone -----------------------------------------------------------
 */

struct check {
    const char *path;
    char *why;
    size_t why_size;
};

#define REFUSE(c, mark, ...) form_refuse((c)->path, mark, (c)->why, (c)->why_size, __VA_ARGS__)

/* A value that another kind has. */
static bool check_values(const struct check *c, const struct sensor_route *route)
{
    const struct {
        const char *name;
        const struct sensor_value *value;
        int kind;
        bool flows;
    } values[] = {
        { "in", &route->in, SENSOR_TURNSTILE, true },
        { "out", &route->out, SENSOR_TURNSTILE, true },
        { "people", &route->people, SENSOR_ZONE, false },
        { "waiting", &route->waiting, SENSOR_QUEUE, false },
        { "served", &route->served, SENSOR_QUEUE, true },
    };
    bool some = false;
    for (size_t i = 0; i < COUNT(values); i++) {
        const struct sensor_value *value = values[i].value;
        if (value->mark.line == 0)
            continue;
        if (values[i].kind != route->kind)
            return REFUSE(c, value->mark, "%s belongs to the kind %s, not to %s", values[i].name,
                          kinds[values[i].kind], kinds[route->kind]);
        if (value->counts == COUNTS_TOTAL && !values[i].flows)
            return REFUSE(c, value->mark, "%s says how many there are now; leave \"counts\" out",
                          values[i].name);
        if (value->counts == COUNTS_TOTAL && route->topic[0] && !route->sequence[0] &&
            route->at.mark.line == 0)
            return REFUSE(c, value->mark,
                          "a total needs \"sequence\" or \"at\": a message that comes again would "
                          "look like a counter that began anew");
        some = true;
    }
    if (some && (route->kind != SENSOR_QUEUE || route->waiting.mark.line))
        return true;
    return REFUSE(c, route->mark, "the kind %s needs %s", kinds[route->kind],
                  route->kind == SENSOR_TURNSTILE ? "\"in\" or \"out\""
                  : route->kind == SENSOR_ZONE    ? "\"people\""
                                                  : "\"waiting\"");
}

/* A text that is not given is the topic's placeholder, if it has one. */
static bool check_text(const struct check *c, const struct sensor_route *route, const char *key,
                       char *text, enum topic_part part)
{
    static const char *const placeholders[] = { "{device}", "{zone}", "{gate}", "{counter}" };
    if (!text[0] && topic_has(route->topic, part))
        snprintf(text, SENSOR_TEXT_BYTES + 1, "%s", placeholders[part]);
    if (!text[0])
        return REFUSE(c, route->mark, "which %s? Write %s into the topic, or add \"%s\"", key,
                      placeholders[part], key);
    for (int p = 0; p < TOPIC_PARTS; p++)
        if (strstr(text, placeholders[p]) && !topic_has(route->topic, (enum topic_part)p))
            return REFUSE(c, route->mark, "\"%s\" has %s, which the topic does not have", key,
                          placeholders[p]);
    return true;
}

static bool check_route(const struct check *c, struct sensor_route *route)
{
    if (!check_text(c, route, "device", route->device, TOPIC_DEVICE))
        return false;
    const bool placed = route->kind == SENSOR_TURNSTILE
                            ? check_text(c, route, "gate", route->gate, TOPIC_GATE)
                        : route->kind == SENSOR_ZONE
                            ? check_text(c, route, "zone", route->zone, TOPIC_ZONE)
                            : check_text(c, route, "counter", route->counter, TOPIC_COUNTER);
    return placed && check_values(c, route);
}

static bool check_broker(const struct check *c, struct sensor_broker *broker)
{
    const char *why;
    char *end;
    const char *colon = strrchr(broker->broker, ':');
    broker->port = colon ? (int)strtol(colon + 1, &end, 10) : 0;
    if (!colon || colon == broker->broker || *end || broker->port < 1 || broker->port > 65535)
        return REFUSE(c, broker->mark, "\"broker\" is host:port, such as 127.0.0.1:1883; not %.60s",
                      broker->broker);
    snprintf(broker->host, sizeof broker->host, "%.*s", (int)(colon - broker->broker),
             broker->broker);
    if (!broker->tls.certificate[0] != !broker->tls.key[0])
        return REFUSE(c, broker->tls.mark, "\"certificate\" and \"key\" belong together");
    for (size_t i = 0; i < broker->route_count; i++) {
        struct sensor_route *route = &broker->routes[i];
        if (!topic_is_pattern(route->topic, &why))
            return REFUSE(c, route->mark, "the topic \"%.80s\": %s", route->topic, why);
        if (!check_route(c, route))
            return false;
    }
    return true;
}

static bool check_poll(const struct check *c, struct sensor_poll *poll)
{
    struct sensor_route *route = &poll->reading;
    if (strncmp(poll->url, "http://", 7) != 0 && strncmp(poll->url, "https://", 8) != 0)
        return REFUSE(c, poll->mark, "\"url\" begins with http:// or https://");
    if (route->topic[0])
        return REFUSE(c, route->mark, "a polled device has no topic");
    if (!route->device[0])
        snprintf(route->device, sizeof route->device, "%s", poll->name);
    return check_route(c, route);
}

static bool check(const struct check *c, struct sensor_config *config)
{
    const struct form_mark top = { 1, 1 };
    if (config->broker_count + config->poll_count == 0)
        return REFUSE(c, top, "no sensors are named; \"mqtt\" or \"http\" belongs here");
    for (size_t i = 0; i < config->broker_count; i++) {
        if (!check_broker(c, &config->brokers[i]))
            return false;
        for (size_t k = 0; k < i; k++)
            if (strcmp(config->brokers[i].client_id, config->brokers[k].client_id) == 0)
                return REFUSE(c, config->brokers[i].mark,
                              "two brokers have the client_id %s; give each its own",
                              config->brokers[i].client_id);
    }
    for (size_t i = 0; i < config->poll_count; i++)
        if (!check_poll(c, &config->polls[i]))
            return false;
    return true;
}

/* ---- Reading it -------------------------------------------------------------------------------
 */

static void set_defaults(struct sensor_route *route)
{
    struct sensor_value *values[] = { &route->in, &route->out, &route->people, &route->waiting,
                                      &route->served };
    for (size_t i = 0; i < COUNT(values); i++)
        values[i]->factor = 1;
}

/* From the file's folder. */
static void resolve(const char *path, char text[SENSOR_PATH_BYTES + 1])
{
    const char *slash = strrchr(path, '/');
    char whole[2 * SENSOR_PATH_BYTES];
    if (!text[0] || text[0] == '/' || !slash)
        return;
    snprintf(whole, sizeof whole, "%.*s/%s", (int)(slash - path), path, text);
    snprintf(text, SENSOR_PATH_BYTES + 1, "%.*s", SENSOR_PATH_BYTES, whole);
}

static void resolve_all(const char *path, struct sensor_config *config)
{
    for (size_t i = 0; i < config->broker_count; i++) {
        resolve(path, config->brokers[i].login);
        resolve(path, config->brokers[i].tls.ca);
        resolve(path, config->brokers[i].tls.certificate);
        resolve(path, config->brokers[i].tls.key);
    }
    for (size_t i = 0; i < config->poll_count; i++) {
        resolve(path, config->polls[i].login);
        resolve(path, config->polls[i].ca);
    }
}

struct sensor_config *sensor_config_read(const char *path, char *why, size_t why_size)
{
    struct sensor_config *config = base_alloc(sizeof *config);
    const struct check c = { path, why, why_size };
    for (size_t i = 0; i < SENSOR_BROKERS; i++) {
        config->brokers[i].window = 20000;
        config->brokers[i].session_s = 24 * 3600;
        for (size_t k = 0; k < SENSOR_ROUTES; k++)
            set_defaults(&config->brokers[i].routes[k]);
    }
    for (size_t i = 0; i < SENSOR_POLLS; i++) {
        config->polls[i].every_ms = 100;
        config->polls[i].timeout_ms = 1000;
        set_defaults(&config->polls[i].reading);
    }
    if (form_read(&config_form, path, config, why, why_size) && check(&c, config)) {
        resolve_all(path, config);
        return config;
    }
    free(config);
    return NULL;
}

bool sensor_login_read(const char *path, struct sensor_login *out, char *why, size_t why_size)
{
    char line[sizeof out->user + sizeof out->password] = "";
    struct stat about;
    FILE *file = fopen(path, "r");
    if (!file || fstat(fileno(file), &about) != 0) {
        snprintf(why, why_size, "%.200s: cannot be read: %s", path, strerror(errno));
        if (file)
            fclose(file);
        return false;
    }
    const bool read = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    if (about.st_mode & 077) {
        snprintf(why, why_size, "%.200s: others may read it; chmod 600 it", path);
        return false;
    }
    line[strcspn(line, "\r\n")] = 0;
    char *colon = strchr(line, ':');
    if (!read || !colon || colon == line || (size_t)(colon - line) >= sizeof out->user ||
        strlen(colon + 1) >= sizeof out->password) {
        snprintf(why, why_size, "%.200s:1:1: one line, user:password, belongs here", path);
        return false;
    }
    snprintf(out->user, sizeof out->user, "%.*s", (int)(colon - line), line);
    snprintf(out->password, sizeof out->password, "%s", colon + 1);
    memset(line, 0, sizeof line);
    return true;
}
