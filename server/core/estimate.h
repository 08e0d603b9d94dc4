/*
 * How many people are in a place, when who counts them errs and is late: a Kalman filter for each
 * place, in whole numbers so that every machine computes the same.
 *
 *   state     people, and their change a second, which fades with RATE_FADES_MS
 *   noise     people come and go by chance: both variances grow with how many there are
 *   reading   so many at a time that lies a little back, +- a relative standard error; a picture of
 *             what the state says of that time: late ones count as much as they are worth
 *   surprise  a reading beyond 1.7 standard deviations makes the filter unsure of what it knows, so
 *             that it follows a surge at once
 *
 * Half of the variance that a sensor states is taken for its own, constant error, which no number
 * of readings takes away: the published deviation never falls below it.
 */
#ifndef CORE_ESTIMATE_H
#define CORE_ESTIMATE_H

#include <stdint.h>

struct estimate {
    int64_t at_ms;        /* What it is true of; 0: nothing but exact counts so far. */
    int64_t people_milli; /* 0.001 people, >= 0. */
    int64_t rate_milli;   /* 0.001 people a second. */
    /* Variances and covariance: 0.001 people^2, people^2 a second, (people a second)^2. */
    int64_t people_var, cross_var, rate_var;
    uint32_t error_milli; /* Of its sensor: the relative standard error, a thousandth. */
};

/* So many, 0.001 people, more than a place can hold. */
#define ESTIMATE_PEOPLE_MAX_MILLI INT64_C(1000000000)

/* A reading of `at_ms` that came by `now_ms`; the state is of `now_ms` afterwards. */
void estimate_read(struct estimate *estimate, uint32_t people, uint32_t error_milli, int64_t at_ms,
                   int64_t now_ms);
/* Time goes on without a reading. */
void estimate_predict(struct estimate *estimate, int64_t now_ms);
/* Standard deviation, 0.001 people, the sensor's own error included. */
int64_t estimate_deviation_milli(const struct estimate *estimate);

/* The whole part of a square root. */
uint64_t whole_root(uint64_t square);

#endif
