/*
 * The waiting room of an event: who stands in line, in which order, and who is let in. What its
 * draw is made of says api/tifo/v1/waitroom.proto. Kinds have the numbers of the API.
 */
#ifndef CORE_WAITROOM_H
#define CORE_WAITROOM_H

#include "server/base/slice.h"
#include "server/core/crowd.h"
#include "server/core/id.h"
#include "server/core/limits.h"

enum waitroom_mode {
    WAITROOM_NORMAL = 1,
    WAITROOM_PAUSED,
    WAITROOM_QUEUE_ALL,
    WAITROOM_PASS,
    WAITROOM_REJECT,
};
enum waitroom_setting {
    SETTING_MODE,
    SETTING_OPENS,
    SETTING_RATE,
    SETTING_ACTIVE,
    SETTING_CLAIM,
    SETTING_SESSION,
    SETTING_PROOF,
    SETTING_DEVICE,
};
enum waiter_state {
    WAITER_WAITING = 1,
    WAITER_ADMITTED,
    WAITER_DONE,
    WAITER_LEFT,
    WAITER_EXPIRED,
};

enum {
    SEED_WORDS = 8,
    SEED_BYTES = 4 * SEED_WORDS,
    WAITROOM_BUCKET_MS = 2000,
    RATE_PPM_FIRST = 600,
    RATE_PPM_MAX = 600000,
    ACTIVE_FIRST = 1000,
    ACTIVE_MAX = 1000000,
    CLAIM_S = 120,
    SESSION_S = 600,
    ADMISSION_MIN_S = 10,
    ADMISSION_MAX_S = 86400,
    PROOF_BITS_MAX = 32,
    DEVICE_WAITERS_MAX = 1000,
};

/* Somebody's place in line. Known by its entry, from 1. Who enters again gets another one. */
struct waiter {
    uint64_t person_high, person_low; /* Of SHA-256 of the name, the first 16 bytes. */
    uint64_t nonce;
    int64_t until_ms; /* ADMITTED: the admission ends, by the room's clock. */
    uint32_t state;   /* enum waiter_state */
};

struct waitroom {
    uint32_t event;            /* Index. */
    uint32_t mode;             /* enum waitroom_mode */
    uint32_t seed[SEED_WORDS]; /* Big-endian. Nobody hears it before the room is open. */
    int64_t opens_ms;
    uint32_t rate_ppm, max_active, claim_s, session_s, proof_bits, device_waiters;
    uint32_t open;    /* 1: the draw was held, */
    uint32_t drawn;   /* of the entries up to this one. */
    uint32_t entered; /* Entries so far. */
    uint32_t served;  /* Number up to which the line has been served. */
    uint32_t waiting, active;
    uint32_t admitted; /* So far. */
    /* The inlet: what it may let in, in 60,000ths of a person, as of a time; when it did last. */
    uint64_t credit;
    int64_t credit_ms, served_ms;
    /* The room's clock, by which admissions end, stands still during QUEUE_ALL: for so long so far,
     * and since when now; 0: it goes. */
    int64_t stood_ms, stands_since_ms;
    uint64_t version;
    uint32_t served_buckets[WINDOW_BUCKETS]; /* Numbers served lately; rolls with each service. */
};

/* The first 16 bytes of SHA-256. */
struct id waitroom_person(const char *name);
/* The seed, and its SHA-256. */
void waitroom_seed(const struct waitroom *room, uint8_t seed[SEED_BYTES],
                   uint8_t commitment[SEED_BYTES]);
/* Numbers that are served a minute; before there is one, the rate. */
uint32_t waitroom_served_ppm(const struct waitroom *room, int64_t now_ms);
/* Who is ADMITTED: when that ends by stadium time, unless the room stands still or a hold renews
 * it. */
int64_t waiter_until_ms(const struct waitroom *room, const struct waiter *waiter, int64_t now_ms);

#endif
