#include "server/services/services.h"

#include "server/services/live.h"
#include "server/services/room_watch.h"
#include "server/services/wait_watch.h"
#include "server/wire/geofence.h"
#include "server/wire/seating.h"

#include <assert.h>
#include <sodium.h>

const char *const services_often[] = {
    "/tifo.v1.Orders/ConfirmHold",
    "/tifo.v1.Seats/HoldSeats",
    "/tifo.v1.Seats/ReleaseHold",
    "/tifo.v1.Telemetry/Report",
    "/tifo.v1.Telemetry/ReportBatch",
    "/tifo.v1.Tickets/ScanTicket",
    NULL,
};

void services_init(struct services *services, const struct services_options *options)
{
    const int ready = sodium_init();
    assert(ready >= 0);
    (void)ready;
    *services = (struct services){
        .app = options->app,
        .version = options->version,
        .payment = options->payment,
        .signer = options->signer,
        .renderer = options->renderer,
        .wallet = options->wallet,
        .follower = options->follower,
        .recorder = options->recorder,
        .historian = options->historian,
        .operators = options->operators,
        .look_sensors = options->look_sensors,
        .sensors = options->sensors,
    };
    atomic_init(&services->attached, false);
    atomic_init(&services->pictures, 0);
    crowd_feeds_init(services);
    guidance_feeds_init(services);
    services->live = live_create(services);
    services->interceptor = overload_interceptor(services);
    const struct rpc_service rows[] = {
        venues_service(services),    clock_service(services),    telemetry_service(services),
        crowd_service(services),     guidance_service(services), events_service(services),
        seats_service(services),     orders_service(services),   tickets_service(services),
        doors_service(services),     waitroom_service(services), vouchers_service(services),
        joins_service(services),     terms_service(services),    ledger_service(services),
        waitlist_service(services),  resale_service(services),   allocations_service(services),
        live_service(services),      history_service(services),  sensors_service(services),
        devices_service(services),   rules_service(services),    addons_service(services),
        questions_service(services), payments_service(services),
    };
    static_assert(sizeof rows / sizeof rows[0] == SERVICES, "one row a service");
    for (size_t i = 0; i < SERVICES; i++) {
        services->rows[i] = rows[i];
        services->list[i] = &services->rows[i];
    }
}

void services_attach(struct services *services, struct rpc_server *server)
{
    struct channel_feed *feeds[] = { &services->crowd, &services->positions, &services->guidance };
    services->server = server;
    stream_review_init(services);
    app_add_feed(services->app, &services->stream_review);
    for (size_t i = 0; i < sizeof feeds / sizeof feeds[0]; i++) {
        stream_open(&feeds[i]->stream, services, feeds[i]->stream.fields, false);
        app_add_feed(services->app, &feeds[i]->feed);
    }
    live_attach(services->live);
    services->wait_watches = wait_watches_create(services);
    atomic_store(&services->attached, true);
}

void services_fini(struct services *services)
{
    struct channel_feed *feeds[] = { &services->crowd, &services->positions, &services->guidance };
    for (size_t i = 0; i < sizeof feeds / sizeof feeds[0]; i++) {
        stream_close(&feeds[i]->stream, services);
        arena_fini(&feeds[i]->arena);
    }
    overload_fini(services);
    live_destroy(services->live);
    seat_watches_fini(services);
    room_watches_fini(services);
    wait_watches_destroy(services->wait_watches);
    seating_destroy(services->seating);
    geofence_destroy(atomic_load(&services->geofence));
}

const struct seating *services_seating(struct services *services, const struct app *app)
{
    if (!services->seating)
        services->seating = seating_create(stadium_venue(app_stadium(app)));
    return services->seating;
}

const struct geofence *services_geofence(struct services *services)
{
    struct geofence *there = atomic_load(&services->geofence);
    if (there)
        return there;
    struct geofence *made = wire_geofence(intake_venue(app_intake(services->app)));
    if (atomic_compare_exchange_strong(&services->geofence, &there, made))
        return made;
    geofence_destroy(made); /* Somebody else was first. */
    return there;
}
