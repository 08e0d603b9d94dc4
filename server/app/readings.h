/* One message of a telemetry source, as columns that stay the caller's. */
#ifndef APP_READINGS_H
#define APP_READINGS_H

#include "server/base/slice.h"
#include "server/core/fact.h"
#include "server/core/venue.h"

struct i32s {
    const int32_t *v;
    uint32_t count;
};

/* What a sender shows of who it is. */
struct credential {
    uint64_t key[DEVICE_KEY_WORDS]; /* SHA-256 of its secret, or, without one: */
    bool trusted;                   /* It comes over a link that the operator configured. */
};
/* Of a secret, as the registry keeps it. */
void credential_key(const char *secret, uint64_t key[DEVICE_KEY_WORDS]);

struct readings {
    const char *source;
    uint64_t sequence;
    int64_t at_ms;
    struct u32s gate, gate_in, gate_out;
    struct u32s place, people, people_error; /* The last empty: exact. */
    struct u32s queue, waiting, served;
    struct u32s device, device_place;
    struct i32s device_x_cm, device_y_cm;
    /* A position of the sender itself: one row without `device`, told apart by the sender's own
     * sequence, which is no source's. */
    bool sender_is_device;
    /* A measurement of the sender's; it has no other rows. NULL: none. */
    const char *quantity;
    double value;
    /* It was refused before and comes by hand: it is late, whatever its age and sequence. */
    bool replay;
    const struct credential *credential; /* NULL: the sender shows none. */
};

/* Readings at most this far ahead of stadium time, or behind it, are taken. */
enum { READINGS_AHEAD_MS = 60 * 1000, READINGS_BEHIND_MS = 60 * 60 * 1000 };
/* People in one reading: who passed or was served, are in a place, wait. */
enum {
    READINGS_PASSED_MAX = 10000,
    READINGS_PEOPLE_MAX = 1000000,
    READINGS_WAITING_MAX = 100000,
};
/* The end of the year 9999: the core takes no time beyond it, and sums of times cannot overflow. */
#define READINGS_LAST_MS INT64_C(253402300799999)

/* Rows of all four groups. */
uint64_t readings_rows(const struct readings *readings);

/* Who sends, from when: `name` is the field's, behind `path` ("readings."). */
struct readings_sender {
    const char *name, *path;
    const char *source;
    uint64_t sequence;
    int64_t at_ms;
    bool replay; /* However old. */
};
/* As readings_check(). */
bool readings_check_sender(const struct readings_sender *sender, int64_t now_ms,
                           struct refusal *refusal);

/* Checks everything that telemetry.proto promises, against the venue. While `now_ms` is
 * CLOCK_UNSET_MS only a time after the year 9999 is too far ahead, and none too far behind. On
 * false *refusal says what is wrong where. */
bool readings_check(const struct readings *readings, const struct venue *venue, int64_t now_ms,
                    struct refusal *refusal);

#endif
