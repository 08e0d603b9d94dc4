/* The inside of a waiting room, for the files of this folder. */
#ifndef CORE_WAITLINE_H
#define CORE_WAITLINE_H

#include "server/base/deadlines.h"
#include "server/base/pool.h"
#include "server/core/id_map.h"
#include "server/core/waitroom.h"

struct waitline {
    struct waitroom room;
    struct pool waiters; /* By entry - 1. */
    uint32_t *newest;    /* Of each person the last entry; 0: the slot is empty. Open addressing, */
    uint32_t newest_room; /* at most half full: a power of two, or 0. */
    uint32_t persons;
    uint64_t *keys; /* By entry - 1: what the draw will sort them by. NULL afterwards. */
    uint32_t key_room;
    uint32_t *drawn;            /* By number - 1: the entries of the draw. */
    uint32_t *numbers;          /* By entry - 1: the numbers of those. */
    struct deadlines due;       /* Entries that are ADMITTED, by until_ms. */
    struct id_map devices;      /* { 1, hash } -> into `device_entries`. */
    struct pool device_entries; /* uint32_t: entries so far. */
};

struct stadium;
struct command;
struct fact;
struct facts;
struct seathold;

/* waitroom.c */
enum status waitroom_decide(const struct stadium *, const struct command *, struct facts *);
/* A hold needs an admission if its event has a waiting room: `entry` is what a genuine token says
 * that is the person's and for this event; 0: none was shown. */
enum status waitroom_check(const struct stadium *, uint32_t event, const char *person,
                           uint32_t entry, int64_t now_ms, struct facts *);
uint64_t waitroom_device(const struct waitroom *, const char *device); /* As facts have it. */

/* waitroom_line.c */
void waitroom_evolve(struct stadium *, const struct fact *); /* All of its facts. */
/* Somebody held seats, or paid for them, which an admission hears. */
void waitroom_held(struct stadium *, const struct seathold *);
void waitroom_bought(struct stadium *, const struct seathold *);
void waitroom_fini(struct stadium *);
struct waitline *waitline_of(const struct stadium *, uint32_t event); /* NULL: there is none. */
struct waitline *waitline_add(struct stadium *, uint32_t event);      /* Of one that has none. */
struct waiter *waiter_get(const struct waitline *, uint32_t entry);
uint32_t waiter_find(const struct waitline *, struct id person); /* The newest entry; 0: none. */
/* In line, or let in and not over. */
bool waiter_is_live(const struct waitroom *, const struct waiter *, int64_t now_ms);
uint32_t waitroom_entry(const struct waitline *, uint32_t number); /* Who has it in line. */
bool waitroom_serves(const struct waitroom *);                     /* The line moves. */
int64_t waitroom_clock_ms(const struct waitroom *, int64_t now_ms);
uint64_t waitroom_credit(const struct waitroom *, int64_t now_ms);

/* waitroom_tick.c: the draw, the inlet, admissions that end. */
enum { PERSON_CREDIT = 60000 }; /* What letting one in takes of the credit. */
void waitroom_tick(const struct stadium *, int64_t now_ms, uint32_t load_percent, struct facts *);
int64_t waitroom_due(const struct stadium *);
/* Its room, or whether it sells: when the room wants a tick may be another time. */
void waitroom_event_changed(struct stadium *, uint32_t event);
/* The draw, once it is time for it. */
void waitroom_draw(const struct waitroom *, int64_t now_ms, struct facts *);

#endif
