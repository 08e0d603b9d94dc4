/*
 * How many requests may be on their way at once: as many as the journal makes durable in
 * PACE_WAIT_MS, as it was seen to do lately. More would only wait longer: they are refused while
 * that is still quick, and who is taken is answered soon, however slow the disk is.
 */
#ifndef APP_PACE_H
#define APP_PACE_H

#include <stdint.h>

/* WAIT: of what is promised, 100 ms for 99 of 100, half; the network and the machine have the rest.
 * FIRST: before anything was seen. */
enum { PACE_WAIT_MS = 50, PACE_LEAST = 256, PACE_FIRST = 1024 };

/* Zeroed is before the first append. */
struct pace {
    int64_t began_ms; /* The append under way. */
    int64_t busy_ms;  /* Spent in appends since the last estimate, */
    uint32_t durable; /* which made so many commands durable. */
};
void pace_append_begins(struct pace *pace, int64_t now_ms);
void pace_append_ends(struct pace *pace, int64_t now_ms);
/* When enough was seen: how many may be on their way from now on. 0: as before. */
uint32_t pace_estimate(struct pace *pace);

#endif
