/*
 * How long one really waited, and how good what was said about it is. Every WAIT_SAMPLE_MS somebody
 * who is not there joins the end of a line: when as many have been served as were before them, they
 * are through, and what was said to them is judged.
 *
 *   mean   of the last WAIT_KEPT such waits, the newest with the largest weight: 1, 2 ... n
 *   queue  people waiting over the rate at which they are served: server/core/queue.c
 *
 * The mean says how long those waited who are through; the queue says it of who joins now.
 * Derived from what is counted, and no row: digests know nothing of it.
 */
#ifndef CORE_WAIT_H
#define CORE_WAIT_H

#include <stdint.h>

enum { WAIT_KEPT = 8, WAIT_JOINED = 128, WAIT_SAMPLE_MS = 5000 };

/* Somebody in the line. */
struct wait_sample {
    int64_t joined_ms;
    uint64_t served;          /* They are through when so many have been served in all. */
    uint32_t queue_s, mean_s; /* What was said to them. */
};
struct wait_meter {
    struct wait_sample joined[WAIT_JOINED]; /* A ring, the oldest at `first`. */
    uint32_t first, count;
    uint32_t observed_s[WAIT_KEPT]; /* Oldest first. */
    uint32_t observed;
    uint64_t judged, queue_error_s, mean_error_s; /* Sums. */
};

/* The mean with weights 1, 2 ... n of `count` waits, oldest first; truncated; 0 of none. */
uint32_t wait_weighted_mean_s(const uint32_t *waits_s, uint32_t count);

/* Time or counts went on: so many have been served in all, so many wait, and who joins now is told
 * `queue_s`; UINT32_MAX: nobody knows, and whoever is in the line is forgotten. */
void wait_observe(struct wait_meter *meter, uint64_t served, uint32_t waiting, uint32_t queue_s,
                  int64_t now_ms);

/* What the mean says now; how far both were off on average, 0: nothing was judged. */
uint32_t wait_mean_s(const struct wait_meter *meter);
uint32_t wait_queue_error_ms(const struct wait_meter *meter);
uint32_t wait_mean_error_ms(const struct wait_meter *meter);

#endif
