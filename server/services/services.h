/*
 * The gRPC services of tifod, one file each: what a method is called, what it asks of the app, and
 * how the answer is said. Handlers run on rpc threads; all they do there is check and copy.
 */
#ifndef SERVICES_SERVICES_H
#define SERVICES_SERVICES_H

#include "api/rpc/rpc.h"
#include "server/app/app.h"
#include "server/history/historian.h"
#include "server/records/follower.h"
#include "server/records/recorder.h"
#include "server/sensors/reader.h"
#include "server/services/stream.h"
#include "server/sign/signer.h"

#include <stdatomic.h>

/* A feed of the app whose messages tell everything. */
struct channel_feed {
    struct feed feed; /* First. */
    struct services *services;
    struct stream stream;
    struct arena arena;              /* What look() copied. */
    const ProtobufCMessage *message; /* In the arena, */
    uint64_t seq;                    /* and its to_seq. */
};

/* Its publish(). */
void channel_feed_publish(struct feed *feed);
/* A call for what is told of a venue. */
void channel_feed_follow(struct channel_feed *feed, struct rpc_call *call, const char *venue_id,
                         uint64_t after_seq, const char *epoch);

enum { SERVICES = 26 };

/* Everything outlives the services. */
struct services_options {
    struct app *app;
    const char *version;                    /* What GetClock says is running. */
    const struct payment_provider *payment; /* As the app's. */
    struct signer *signer;
    struct signer *renderer;      /* Draws tickets: takes longer than signing. */
    const struct wallet *wallet;  /* Signs passes; NULL: nobody does. */
    struct follower *follower;    /* Of the records, for GetClock; NULL: none. */
    struct recorder *recorder;    /* Of time series and dead letters; NULL: none are kept. */
    struct historian *historian;  /* For History; NULL: none. */
    const char *const *operators; /* Callers, NULL-ended; NULL: none. */
    sensor_look *look_sensors;    /* For ListSensors; NULL: there are none. */
    void *sensors;                /* Its ctx. */
};

struct services {
    struct app *app;
    const char *version;
    const struct payment_provider *payment;
    struct signer *signer, *renderer;
    const struct wallet *wallet;
    struct follower *follower;
    struct recorder *recorder;
    const char *const *operators;
    sensor_look *look_sensors;
    void *sensors;
    struct rpc_server *server; /* Once `attached`. */
    atomic_bool attached;
    struct channel_feed crowd, positions, guidance;
    _Atomic(struct geofence *) geofence; /* NULL: nobody has told a position yet. */

    struct live *live; /* live.h */
    struct historian *historian;
    atomic_uint pictures; /* That are being replayed. */
    struct rpc_error full; /* overload.c */

    /* The loop thread's. */
    struct feed stream_review;
    struct stream *streams;
    uint64_t streams_made;
    uint64_t started;                 /* Drawn by this process: the first part of every epoch. */
    struct seating *seating;          /* NULL: nobody has asked for a seat's place yet. */
    struct seat_watch **seat_watches; /* By event index; NULL: nobody has asked for its map yet. */
    uint32_t seat_watch_room;
    struct room_watch **room_watches; /* By event index; NULL: nobody has followed it yet. */
    uint32_t room_watch_count;
    struct wait_watches *wait_watches;

    struct rpc_service rows[SERVICES];
    /* For rpc_server_options: NULL-ended, and one. */
    const struct rpc_service *list[SERVICES + 1];
    struct rpc_interceptor interceptor;
};

/* What everybody asks for at once, for struct rpc_server_options. Each more is 144 bytes a
 * connection. */
extern const char *const services_often[];

/* Fills `list` and `interceptor`. */
void services_init(struct services *services, const struct services_options *options);
/* Between the server's start and the app's first turn: streams have topics from here on. */
void services_attach(struct services *services, struct rpc_server *server);
/* After the app's last turn, before the server is destroyed. */
void services_fini(struct services *services);

/* ---- One service a file -----------------------------------------------------------------------
 */

struct rpc_service venues_service(struct services *services);
struct rpc_service clock_service(struct services *services);
struct rpc_service telemetry_service(struct services *services);
struct rpc_service devices_service(struct services *services);
struct rpc_service rules_service(struct services *services);
struct rpc_service sensors_service(struct services *services);
struct rpc_service crowd_service(struct services *services);
struct rpc_service guidance_service(struct services *services);
struct rpc_service events_service(struct services *services);
struct rpc_service seats_service(struct services *services);
struct rpc_service vouchers_service(struct services *services);
struct rpc_service orders_service(struct services *services);
struct rpc_service tickets_service(struct services *services);
struct rpc_service terms_service(struct services *services);
struct rpc_service questions_service(struct services *services);
struct rpc_service payments_service(struct services *services);
struct rpc_service addons_service(struct services *services);
struct rpc_service allocations_service(struct services *services);
struct rpc_service resale_service(struct services *services);
struct rpc_service ledger_service(struct services *services);
struct rpc_service doors_service(struct services *services);

/* Any thread: made when it is first asked for. The venue must be there. */
const struct geofence *services_geofence(struct services *services);
/* Loop thread: made when somebody first asks for a seat's place. */
const struct seating *services_seating(struct services *services, const struct app *app);
struct rpc_service waitroom_service(struct services *services);
struct rpc_service joins_service(struct services *services);
struct rpc_service waitlist_service(struct services *services);
struct rpc_service live_service(struct services *services);
struct rpc_service history_service(struct services *services);

/* Refuses what there is no room for (overload.c). */
struct rpc_interceptor overload_interceptor(struct services *services);
void overload_fini(struct services *services);

/* The feeds of crowd.c and guidance.c. */
void crowd_feeds_init(struct services *services);
void guidance_feeds_init(struct services *services);
/* The entry that a token admits, if it is genuine, the person's and for the event; 0: it does not.
 * Any thread. */
uint32_t admission_entry(const struct services *services, const char *token, struct id event,
                         const char *person);
/* Maps and topics of seats.c, one an event. */
void seat_watches_fini(struct services *services);

#endif
