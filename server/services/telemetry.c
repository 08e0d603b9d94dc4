/* tifo.v1.Telemetry: readings in. They are folded on the thread that received them; nothing of this
 * passes the inbox. */
#include "server/services/telemetry.h"
#include "server/services/columns.h"
#include "server/services/work.h"

#include <stdio.h>
#include <string.h>

enum {
    BATCH_MOST = 10000,  /* Single readings of one message. */
    REFUSALS_MOST = 100, /* Told of one stream. */
    TTL_S = 60,
    TTL_MOST_S = DEVICE_KEPT_MS / 1000,
};

/* Positions are shown more often than ticks are made. */
static void show_positions(struct services *services)
{
    if (atomic_load(&services->attached) &&
        rpc_topic_subscribers(services->positions.stream.topic) > 0)
        app_wake(services->app);
}

static void add_outcome(struct taken *taken, const struct intake_outcome *outcome)
{
    taken->accepted += outcome->accepted;
    taken->duplicates += outcome->duplicates;
    taken->late += outcome->late;
}

/* ---- Columns ----------------------------------------------------------------------------------
 */

void telemetry_take_columns(struct services *services, const Tifo__V1__Readings *from, bool replay,
                            const struct credential *credential, struct taken *taken)
{
    struct intake *intake = app_intake(services->app);
    struct readings readings;
    struct intake_outcome outcome;
    struct arena arena = { 0 };
    columns_readings(from, &readings);
    readings.replay = replay;
    readings.credential = credential;
    if (from->positions && from->positions->n_level && intake_venue(intake))
        taken->outside +=
            columns_place(from->positions, services_geofence(services), &arena, &readings);
    intake_take(intake, from->venue_id, &readings, app_now_ms(services->app), &outcome);
    arena_fini(&arena);
    add_outcome(taken, &outcome);
    taken->refusal = outcome.refusal;
    if (outcome.accepted && readings.device.count)
        show_positions(services);
}

/* ---- Rows -------------------------------------------------------------------------------------
 */

/* Once for all rows of a message. */
bool telemetry_venue(struct services *services, const char *venue_id, uint64_t rows,
                     struct refusal *refusal)
{
    const struct venue *venue = intake_venue(app_intake(services->app));
    if (venue && (venue_id[0] == 0 || strcmp(venue_id, venue->id) == 0))
        return true;
    *refusal = (struct refusal){ .status = STATUS_UNKNOWN_VENUE, .field = "venue_id" };
    snprintf(refusal->message, sizeof refusal->message, "%s",
             status_sentence(STATUS_UNKNOWN_VENUE));
    intake_count_refused(app_intake(services->app), STATUS_UNKNOWN_VENUE, rows);
    return false;
}

void telemetry_take_row(struct services *services, const Tifo__V1__Reading *from, bool replay,
                        const struct credential *credential, struct taken *taken)
{
    struct reading reading;
    struct intake_outcome outcome;
    columns_reading(from, &reading);
    reading.replay = replay;
    reading.credential = credential;
    intake_take_one(app_intake(services->app), &reading, services_geofence(services),
                    app_now_ms(services->app), &outcome);
    add_outcome(taken, &outcome);
    taken->refusal = outcome.refusal;
    if (outcome.accepted && reading.kind == READING_POSITION)
        show_positions(services);
}

/* ---- Either, of a call: what is refused is kept ------------------------------------------------
 */

/* The call's, if it shows a secret; else NULL. */
static const struct credential *credential_of(struct rpc_call *call, struct credential *room)
{
    const char *secret = rpc_metadata(call, "tifo-device-key");
    if (!secret)
        return NULL;
    room->trusted = false;
    credential_key(secret, room->key);
    return room;
}

static void take_columns(struct rpc_call *call, struct services *services,
                         const Tifo__V1__Readings *from, struct taken *taken)
{
    struct credential room;
    telemetry_take_columns(services, from, false, credential_of(call, &room), taken);
    if (taken->refusal.status != STATUS_OK)
        telemetry_bury_columns(services, call, from, &taken->refusal);
}

static void take_row(struct rpc_call *call, struct services *services, const char *venue_id,
                     const Tifo__V1__Reading *from, const struct credential *credential,
                     struct taken *taken)
{
    telemetry_take_row(services, from, false, credential, taken);
    if (taken->refusal.status != STATUS_OK)
        telemetry_bury_row(services, call, venue_id, from, &taken->refusal);
}

/* In the call's memory. */
static Tifo__V1__RefusedReading *refused_row(struct rpc_call *call, const char *device,
                                             uint64_t sequence, uint32_t index,
                                             const struct refusal *refusal)
{
    Tifo__V1__RefusedReading *row = rpc_alloc(call, sizeof *row);
    struct refusal *kept = rpc_alloc(call, sizeof *kept);
    char *name = rpc_alloc(call, strlen(device) + 1);
    *kept = *refusal;
    strcpy(name, device);
    tifo__v1__refused_reading__init(row);
    row->index = index;
    row->device = name;
    row->sequence = sequence;
    row->field = kept->field;
    row->reason = (char *)status_reason(kept->status);
    row->message = kept->message;
    return row;
}

/* ---- Report -----------------------------------------------------------------------------------
 */

static void report(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ReportRequest *input = (const void *)rpc_request(call);
    struct services *services = ctx;
    struct credential room;
    struct taken taken = { 0 };
    if (!input->readings == !input->reading) {
        taken.refusal = (struct refusal){ .status = STATUS_BAD_FIELD,
                                          .field = "readings",
                                          .message = "give readings or reading, one of them" };
        intake_count_refused(app_intake(services->app), STATUS_BAD_FIELD, 1);
    } else if (input->readings) {
        take_columns(call, services, input->readings, &taken);
    } else if (telemetry_venue(services, input->venue_id, 1, &taken.refusal)) {
        take_row(call, services, input->venue_id, input->reading, credential_of(call, &room),
                 &taken);
    }
    if (taken.refusal.status != STATUS_OK) {
        refuse_call(call, &taken.refusal);
        return;
    }
    Tifo__V1__ReportResponse reply = TIFO__V1__REPORT_RESPONSE__INIT;
    reply.accepted = taken.accepted;
    reply.duplicates = taken.duplicates;
    reply.late = taken.late;
    reply.outside = taken.outside;
    rpc_reply(call, &reply.base);
}

/* ---- ReportBatch ------------------------------------------------------------------------------
 */

static bool batch_fits(struct services *services, size_t rows, size_t least,
                       struct refusal *refusal)
{
    if (rows >= least && rows <= BATCH_MOST)
        return true;
    *refusal = (struct refusal){ .status = STATUS_BAD_FIELD, .field = "readings" };
    snprintf(refusal->message, sizeof refusal->message,
             "%zu readings, 1 to %d go into one message; send several", rows, BATCH_MOST);
    intake_count_refused(app_intake(services->app), STATUS_BAD_FIELD, rows);
    return false;
}

static void report_batch(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ReportBatchRequest *input = (const void *)rpc_request(call);
    struct services *services = ctx;
    struct taken taken = { 0 };
    if (!batch_fits(services, input->n_readings, 1, &taken.refusal) ||
        !telemetry_venue(services, input->venue_id, input->n_readings, &taken.refusal)) {
        refuse_call(call, &taken.refusal);
        return;
    }
    Tifo__V1__ReportBatchResponse reply = TIFO__V1__REPORT_BATCH_RESPONSE__INIT;
    struct credential room;
    const struct credential *credential = credential_of(call, &room);
    reply.refused = rpc_alloc(call, input->n_readings * sizeof *reply.refused);
    for (size_t i = 0; i < input->n_readings; i++) {
        take_row(call, services, input->venue_id, input->readings[i], credential, &taken);
        if (taken.refusal.status == STATUS_OK)
            continue;
        if (taken.refusal.status == STATUS_TELEMETRY_SHED && taken.accepted == 0 &&
            reply.n_refused == 0) {
            /* Nothing was taken: the rest has to wait, too. */
            intake_count_refused(app_intake(services->app), STATUS_TELEMETRY_SHED,
                                 input->n_readings - i - 1);
            refuse_call(call, &taken.refusal);
            return;
        }
        reply.refused[reply.n_refused++] =
            refused_row(call, input->readings[i]->device, input->readings[i]->sequence, (uint32_t)i,
                        &taken.refusal);
    }
    reply.accepted = taken.accepted;
    reply.duplicates = taken.duplicates;
    reply.late = taken.late;
    rpc_reply(call, &reply.base);
}

/* ---- Stream -----------------------------------------------------------------------------------
 */

/* What a stream has counted so far, in the call's memory. */
struct tally {
    Tifo__V1__StreamResponse reply;
    Tifo__V1__RefusedReading *refusals[REFUSALS_MOST];
    uint32_t rows;
};

static struct tally *tally_of(struct rpc_call *call)
{
    void **slot = rpc_slot(call);
    if (!*slot) {
        struct tally *tally = rpc_alloc(call, sizeof *tally);
        tifo__v1__stream_response__init(&tally->reply);
        tally->reply.refusals = tally->refusals;
        *slot = tally;
    }
    return *slot;
}

static void note_refused(struct rpc_call *call, struct tally *tally, const char *device,
                         uint64_t sequence, const struct refusal *refusal)
{
    Tifo__V1__StreamResponse *reply = &tally->reply;
    reply->refused++;
    if (reply->n_refusals == REFUSALS_MOST)
        return;
    reply->refusals[reply->n_refusals++] =
        refused_row(call, device, sequence, tally->rows, refusal);
    reply->first_refusal = reply->refusals[0]->message;
}

/* False: it was shed, and has ended the call. */
static bool stream_taken(struct rpc_call *call, struct tally *tally, const char *device,
                         uint64_t sequence, const struct taken *taken)
{
    if (taken->refusal.status == STATUS_TELEMETRY_SHED) {
        refuse_call(call, &taken->refusal);
        return false;
    }
    tally->reply.accepted += taken->accepted;
    tally->reply.duplicates += taken->duplicates;
    tally->reply.late += taken->late;
    if (taken->refusal.status != STATUS_OK)
        note_refused(call, tally, device, sequence, &taken->refusal);
    return true;
}

static bool stream_columns(struct rpc_call *call, struct services *services, struct tally *tally,
                           const Tifo__V1__Readings *from)
{
    struct taken taken = { 0 };
    take_columns(call, services, from, &taken);
    return stream_taken(call, tally, from->source, from->sequence, &taken);
}

static void stream_rows(struct rpc_call *call, struct services *services, struct tally *tally,
                        const Tifo__V1__StreamRequest *input)
{
    struct refusal refusal;
    struct credential room;
    const struct credential *credential = credential_of(call, &room);
    if (!batch_fits(services, input->n_batch, 0, &refusal) ||
        !telemetry_venue(services, input->venue_id, input->n_batch, &refusal)) {
        note_refused(call, tally, "", 0, &refusal);
        tally->reply.refused += input->n_batch - 1;
        tally->rows += (uint32_t)input->n_batch;
        return;
    }
    for (size_t i = 0; i < input->n_batch; i++, tally->rows++) {
        const Tifo__V1__Reading *from = input->batch[i];
        struct taken taken = { 0 };
        take_row(call, services, input->venue_id, from, credential, &taken);
        if (!stream_taken(call, tally, from->device, from->sequence, &taken))
            return;
    }
}

static void stream(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__StreamRequest *input = (const void *)rpc_request(call);
    struct services *services = ctx;
    struct tally *tally = tally_of(call);
    static const struct refusal empty = { .status = STATUS_BAD_FIELD,
                                          .field = "readings",
                                          .message = "readings are missing" };
    if (!input) {
        rpc_reply(call, &tally->reply.base);
        return;
    }
    if (!input->readings && input->n_batch == 0) {
        note_refused(call, tally, "", 0, &empty);
        intake_count_refused(app_intake(services->app), STATUS_BAD_FIELD, 1);
    }
    if (input->readings && !stream_columns(call, services, tally, input->readings))
        return;
    if (input->n_batch)
        stream_rows(call, services, tally, input);
}

/* ---- GetIngest --------------------------------------------------------------------------------
 */

static void tell_kept(struct recorder *recorder, Tifo__V1__GetIngestResponse *to)
{
    struct recorder_stats stats;
    recorder_stats(recorder, &stats);
    to->series_points = stats.points;
    to->series_dropped = stats.points_dropped;
    to->letters = stats.letters;
    to->letters_dropped = stats.letters_dropped;
    if (stats.status != STATUS_OK)
        to->recording_problem = (char *)status_reason(stats.status);
}

static void get_ingest(struct rpc_call *call, void *ctx)
{
    struct services *services = ctx;
    struct intake_stats stats;
    Tifo__V1__GetIngestResponse reply = TIFO__V1__GET_INGEST_RESPONSE__INIT;
    Tifo__V1__IngestCause causes[STATUS_COUNT], *list[STATUS_COUNT];
    intake_stats(app_intake(services->app), &stats);
    reply.accepted = stats.accepted;
    reply.duplicates = stats.duplicates;
    reply.late = stats.late;
    reply.shed = stats.refused[STATUS_TELEMETRY_SHED];
    reply.retry_after_s = stats.back_off_ms / 1000;
    reply.sources = stats.sources;
    reply.devices = stats.devices;
    if (services->recorder)
        tell_kept(services->recorder, &reply);
    reply.causes = list;
    for (enum status status = STATUS_OK + 1; status < STATUS_COUNT; status++) {
        if (stats.refused[status] == 0)
            continue;
        Tifo__V1__IngestCause *cause = list[reply.n_causes] = &causes[reply.n_causes];
        tifo__v1__ingest_cause__init(cause);
        cause->reason = (char *)status_reason(status);
        cause->readings = stats.refused[status];
        reply.refused += status == STATUS_TELEMETRY_SHED ? 0 : stats.refused[status];
        reply.n_causes++;
    }
    rpc_reply(call, &reply.base);
}

/* ---- ListSources ------------------------------------------------------------------------------
 */

static void list_sources(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListSourcesRequest *input = (const void *)rpc_request(call);
    struct services *services = ctx;
    struct arena arena = { 0 };
    uint32_t count;
    const struct source_news *news = intake_sources(app_intake(services->app), &arena, &count);
    Tifo__V1__ListSourcesResponse reply = TIFO__V1__LIST_SOURCES_RESPONSE__INIT;
    Tifo__V1__Source *sources = arena_array(&arena, count, sizeof *sources);
    reply.at_ms = app_now_ms(services->app);
    reply.sources = arena_array(&arena, count, sizeof *reply.sources);
    const int64_t before_ms = reply.at_ms - (int64_t)input->silent_s * 1000;
    for (uint32_t i = 0; i < count; i++) {
        Tifo__V1__Source *source = &sources[reply.n_sources];
        if (input->silent_s && news[i].seen_ms > before_ms)
            continue;
        tifo__v1__source__init(source);
        source->name = (char *)news[i].source.name;
        source->last_sequence = news[i].source.last_sequence;
        source->seen_ms = news[i].seen_ms;
        source->last_at_ms = news[i].last_at_ms;
        source->accepted = news[i].accepted;
        source->duplicates = news[i].duplicates;
        source->late = news[i].late;
        reply.sources[reply.n_sources++] = source;
    }
    rpc_reply(call, &reply.base);
    arena_fini(&arena);
}

/* ---- GetOccupancy -----------------------------------------------------------------------------
 */

static void get_occupancy(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__GetOccupancyRequest *input = (const void *)rpc_request(call);
    struct services *services = ctx;
    const struct venue *venue = call_venue(call, services, input->venue_id);
    if (!venue)
        return;
    if (input->ttl_s > TTL_MOST_S) {
        struct refusal refusal = { .status = STATUS_BAD_FIELD, .field = "ttl_s" };
        snprintf(refusal.message, sizeof refusal.message,
                 "ttl_s is %u; devices are remembered for %d s", input->ttl_s, TTL_MOST_S);
        refuse_call(call, &refusal);
        return;
    }
    const uint32_t places = venue_places(venue);
    const int64_t ttl_ms = (int64_t)(input->ttl_s ? input->ttl_s : TTL_S) * 1000;
    Tifo__V1__GetOccupancyResponse reply = TIFO__V1__GET_OCCUPANCY_RESPONSE__INIT;
    reply.at_ms = app_now_ms(services->app);
    reply.place_devices = rpc_alloc(call, places * sizeof *reply.place_devices);
    reply.n_place_devices = places;
    reply.devices = intake_occupancy(app_intake(services->app), reply.at_ms, ttl_ms,
                                     reply.place_devices, places);
    rpc_reply(call, &reply.base);
}

struct rpc_service telemetry_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "Report", RPC_UNARY, report, NULL },
        { "ReportBatch", RPC_UNARY, report_batch, NULL },
        { "Stream", RPC_CLIENT_STREAM, stream, NULL },
        { "GetIngest", RPC_UNARY, get_ingest, NULL },
        { "ListSources", RPC_UNARY, list_sources, NULL },
        { "GetOccupancy", RPC_UNARY, get_occupancy, NULL },
        { "GetSeries", RPC_UNARY, get_series, NULL },
        { "ListDeadLetters", RPC_UNARY, list_dead_letters, NULL },
        { "ReplayDeadLetter", RPC_UNARY, replay_dead_letter, NULL },
        { "DropDeadLetter", RPC_UNARY, drop_dead_letter, NULL },
    };
    return (struct rpc_service){ &tifo__v1__telemetry__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
