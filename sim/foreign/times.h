/* When people come: batches of a source from the distribution of the times between them. */
#ifndef SIM_FOREIGN_TIMES_H
#define SIM_FOREIGN_TIMES_H

#include "sim/foreign/foreign.h"

/* Times between batches; several parts after one another, each until its `until_s`. */
struct times_part {
    struct draw gap_s;
    double until_s;
};

struct times {
    struct times_part *parts;
    size_t part_count;
    double from_s, to_s; /* The first is at from_s; equal: it is the only one. */
    uint32_t count;      /* Of a batch. */
    long most;           /* People in all; negative: any number. */
    uint64_t seed, subject;
};

/* Adds the batches. False: they are more than FOREIGN_PEOPLE_MOST people. */
bool times_add(const struct times *times, struct foreign_source *source);
/* `number` people evenly from `from_s` on, before `to_s`. */
bool times_add_flow(struct foreign_source *source, double from_s, double to_s, long number);
/* One batch. */
void times_add_batch(struct foreign_source *source, double at_s, uint32_t count);
void times_sort(struct foreign_source *source);

#endif
