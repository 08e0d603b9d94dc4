/*
 * Seats of an event that are kept for a channel: a sponsor, the away club, members. Until they are
 * released only a hold that names the allocation's code gets them; who is offered the best seats,
 * and the waitlist, finds them taken. What is held or sold of them stays so.
 */
#ifndef CORE_ALLOCATION_H
#define CORE_ALLOCATION_H

#include "server/base/slice.h"
#include "server/base/status.h"
#include "server/core/limits.h"

#include <stdbool.h>
#include <stdint.h>

struct allocation {
    uint32_t event, number; /* From 1. */
    char name[ALLOCATION_NAME_BYTES + 1];
    char code[VOUCHER_CODE_BYTES + 1]; /* Capitals. */
    struct u32s first, count;          /* Ranges of seats, ascending. */
    int64_t release_ms;                /* 0: never. */
    uint32_t released;                 /* 1: its seats are for all. */
    uint32_t seats;                    /* How many it names. */
    uint64_t version;
};

/* Of an event that has any. */
struct allocations {
    uint32_t count;
    struct allocation rows[EVENT_ALLOCATIONS]; /* Number 1 first. */
    uint8_t *of_seat;   /* One a seat of the venue: the number that keeps it; 0: none. */
    uint32_t kept_free; /* Seats that are kept and free. */
};

/* For whom a seat is looked at, beside the numbers of allocations. */
enum { ALLOCATION_NONE = 0, ALLOCATION_ANY = UINT32_MAX };

struct stadium;
struct command;
struct fact;
struct facts;

void allocations_init(struct stadium *);
void allocations_fini(struct stadium *);
enum status allocation_decide(const struct stadium *, const struct command *, struct facts *);
void allocation_evolve(struct stadium *, const struct fact *); /* set, released */
/* What a tick does: those whose time has come are released; and when that is. */
void allocations_tick(const struct stadium *, int64_t now_ms, struct facts *);
int64_t allocations_due(const struct stadium *);
/* Kept for others than this allocation. */
bool allocation_keeps(const struct stadium *, uint32_t event, uint32_t seat, uint32_t allocation);
/* One of an allocation that is not released; any, when that is. */
bool allocation_has(const struct stadium *, uint32_t event, uint32_t seat, uint32_t allocation);
/* Its number by its code, in whatever case; NONE for "". False, and the refusal: there is none. */
bool allocation_find(const struct stadium *, uint32_t event, const char *code, uint32_t *allocation,
                     struct facts *);
/* How many seats are free, but kept. */
uint32_t allocation_kept_free(const struct stadium *, uint32_t event);
/* A seat was free and is not any more, or the other way round. */
void allocation_seat_moved(struct stadium *, uint32_t event, uint32_t seat, bool is_free);

#endif
