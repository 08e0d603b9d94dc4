/*
 * What a record is about, written down before the run begins: scenario, venue, and empty series
 * with room for every sample.
 */
#ifndef SIM_RECORD_SUBJECT_H
#define SIM_RECORD_SUBJECT_H

#include "sim/record.h"
#include "sim/scenario.h"
#include "tifo/v1/venue.pb-c.h"

struct record_subject {
    const struct scenario *scenario;
    const Tifo__V1__Venue *venue;
    uint64_t seed;
    double sample_s;
    size_t samples; /* Room. */
};

/* Fills a zeroed record; levels and maps stay empty. Nothing of the subject is kept. */
void record_describe(struct record *record, const struct record_subject *subject);

/* Empty, with room for so many values. */
struct series series_with_room(size_t room);

#endif
