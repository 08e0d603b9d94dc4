/*
 * Which seats are the best that are left, and which choice would strand one.
 *
 * Seats side by side are neighbours of one row with no aisle between them. An *orphan* is a free
 * seat with no free seat at its side that has one before the choice: nobody buys it alone. The plan
 * of the seats comes with each question, made once from the venue; everything here is in whole
 * numbers.
 */
#ifndef CORE_SEAT_CHOICE_H
#define CORE_SEAT_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

enum { SEAT_CHOICE_MOST = 16 }; /* Seats of one choice. */

enum seat_use { SEAT_FOR_ALL, SEAT_ACCESSIBLE, SEAT_COMPANION };

/* One row as people see it: `count` seats from `first` on, all of one block. */
struct row_of_seats {
    uint32_t first, count, block;
    uint32_t near_cm; /* The smallest distance of its seats. */
};

/* Never changes: any thread. Rows are in the order of their seats and tile them. */
struct seat_plan {
    uint32_t row_count, seat_count;
    const struct row_of_seats *rows;
    const uint32_t *row_of;      /* By seat. */
    const uint32_t *nearest;     /* Rows, ascending by near_cm, then by index. */
    const uint32_t *distance_cm; /* By seat: to where everybody looks; below 2^27. */
    const uint8_t *aisle_after;  /* By seat: 1, the next of its row is not at its side. */
    const uint8_t *use;          /* By seat: enum seat_use */
};

/* Which seats may be taken by whoever asks; all others count as taken. */
struct seat_view {
    bool (*is_open)(const void *ctx, uint32_t seat);
    const void *ctx;
};

enum seat_fit {
    SEAT_FIT_NONE,     /* There are not so many. */
    SEAT_FIT_TOGETHER, /* Side by side, and no orphan is left. */
    SEAT_FIT_ORPHANS,  /* Side by side, but one or two orphans are left: there is no other way. */
    SEAT_FIT_BLOCK,    /* In one block, nobody alone. */
    SEAT_FIT_APART,    /* Across blocks, nobody alone. */
    SEAT_FIT_ALONE,    /* As few alone as can be. */
};

/* What is best: the first fit of the list that can be had; in it the least sum of distances; then
 * the seats with the lowest indices. `accessible` of the `count` (1..SEAT_CHOICE_MOST) are
 * SEAT_ACCESSIBLE, and the others then sit at their side (SEAT_FIT_TOGETHER or SEAT_FIT_ORPHANS, or
 * none); seats that are not SEAT_FOR_ALL are given to nobody else. Ascending into `seats`. */
enum seat_fit seat_choice_best(const struct seat_plan *plan, struct seat_view view, uint32_t count,
                               uint32_t accessible, uint32_t seats[SEAT_CHOICE_MOST]);

/* True when taking the seats (each once, all open) makes an orphan in a row in which as many could
 * sit side by side without making one; `orphan` is then the first. */
bool seat_choice_strands(const struct seat_plan *plan, struct seat_view view, const uint32_t *seats,
                         uint32_t count, uint32_t *orphan);

#endif
