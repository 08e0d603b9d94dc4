/* Where seats are, for people: the block, the row's label, the number on the seat. The core knows
 * seats by their index alone; the rows are in the venue's document. */
#ifndef WIRE_SEATING_H
#define WIRE_SEATING_H

#include "server/core/venue.h"

struct seating;
/* Reads the document once. Never changes afterwards: any thread. */
struct seating *seating_create(const struct venue *venue);
void seating_destroy(struct seating *seating); /* NULL is accepted. */

struct seat_place {
    uint32_t block;  /* Block index. */
    const char *row; /* The seating's. */
    uint32_t number;
};
/* The venue has the seat. */
struct seat_place seating_find(const struct seating *seating, uint32_t seat);

#endif
