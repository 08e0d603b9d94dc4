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
    const char *parameters; /* The engine's set, by name. */
    uint64_t seed;
    double sample_s;
    size_t samples; /* Room. */
};

/* Fills a zeroed record; levels and maps stay empty. Nothing of the subject is kept. */
void record_describe(struct record *record, const struct record_subject *subject);

/* Its parts: assumptions in words (record_assumptions.c), doors with their code values and the
 * ground's capacity (record_passages.c). */
void record_assume(struct record *record, const struct record_subject *subject);
void record_passages(struct record *record, const struct record_subject *subject);

/* True if who came to a place through that opening of the venue has left blocks and aisles. */
bool record_leaves_stands(const Tifo__V1__Venue *venue, uint32_t door, uint32_t to_place);

/* Empty, with room for so many values. */
struct series series_with_room(size_t room);

#endif
