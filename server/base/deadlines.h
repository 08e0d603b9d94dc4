/* Small numbers by their time, the earliest first. */
#ifndef BASE_DEADLINES_H
#define BASE_DEADLINES_H

#include <stdint.h>

struct deadline {
    int64_t time;
    uint32_t value;
};

struct deadline_places;

/* Zeroed is empty. entries[0] is the earliest; entry i is not later than 2i + 1 and 2i + 2. */
struct deadlines {
    struct deadline *entries;
    uint32_t count;
    uint32_t room;
    struct deadline_places **places; /* By value, in runs; NULL: none of the run is there. */
    uint32_t runs;                   /* There is room for. */
};
void deadlines_fini(struct deadlines *d);
/* After the entries were filled in: where they are. */
void deadlines_index(struct deadlines *d);

/* A value that is not there. */
void deadlines_add(struct deadlines *d, int64_t time, uint32_t value);
/* A value that is. */
void deadlines_remove(struct deadlines *d, uint32_t value);
/* Whether it is there or not; INT64_MAX: it is not there any more. */
void deadlines_set(struct deadlines *d, int64_t time, uint32_t value);

#endif
