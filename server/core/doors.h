/*
 * The inside of doors and transfers, for the files of this folder. What belongs to a ticket beside
 * its row is kept for those few that have any.
 */
#ifndef CORE_DOORS_H
#define CORE_DOORS_H

#include "server/base/chain.h"
#include "server/base/pool.h"
#include "server/core/door.h"
#include "server/core/id_map.h"
#include "server/core/medium.h"
#include "server/core/ticket.h"
#include "server/core/transfer.h"

/* Of an event. */
struct door {
    struct door_rules rules;
    struct checkin_list lists[CHECKIN_LISTS]; /* Number 1 first. */
    uint32_t first_ticket, last_ticket;       /* 1 + index, as they were issued; 0: none. */
    uint32_t tickets;
};

/* A ticket changed: what offline gates are told since a sequence. */
struct door_change {
    uint64_t seq;
    uint32_t ticket;
};
enum { DOOR_CHANGES = 1 << 18 };

struct doors {
    struct door **events;       /* By event; NULL until there is something to keep. */
    struct pool next_ticket;    /* One a ticket: 1 + the next of its event; 0: none. */
    struct pool holders, links; /* Rows, and who holds which, by person. */
    uint32_t spare;             /* 1 + index of a list of `people` that is free again. */
    struct pool people;         /* Of struct chain, of those rows. */
    struct pool passages;
    struct pool conflicts;
    struct pool scanners;
    struct pool media;
    struct id_map of_ticket;     /* { 0, 1 + ticket } -> holders */
    struct id_map of_person;     /* A hash -> people */
    struct id_map of_passage;    /* { 1 + list, 1 + ticket } -> passages */
    struct id_map of_medium;     /* Hashes of its name -> media */
    struct id_map medium_of;     /* { 0, 1 + ticket } -> the one that stands for it */
    struct door_change *changes; /* A ring of DOOR_CHANGES. */
    uint64_t change_count;
};

struct stadium;
struct command;
struct fact;
struct facts;

/* door.c */
void doors_init(struct stadium *);
void doors_fini(struct stadium *);
enum status door_decide(const struct stadium *, const struct command *, struct facts *);
void door_evolve(struct stadium *, const struct fact *); /* rules, lists */
/* Made when it is not there yet. */
struct door *door_of(struct stadium *, uint32_t event);
/* The row of the event's rules leaves the digest, and comes back; `change` between them. */
struct door_rules *door_rules_open(struct stadium *, uint32_t event);
void door_rules_close(struct stadium *, uint32_t event);
uint32_t door_list_key(uint32_t event, uint32_t number);
/* ticket.c says: a ticket was issued; it is another than it was. */
void door_ticket_issued(struct stadium *, uint32_t ticket);
void door_ticket_changed(struct stadium *, uint32_t ticket);

/* door_scan.c */
enum status scan_decide(const struct stadium *, const struct command *, struct facts *);
enum status upload_decide(const struct stadium *, const struct command *, struct facts *);
void passage_evolve(struct stadium *, const struct fact *); /* passed, conflicts, scanners */

/* transfer.c */
enum status transfer_decide(const struct stadium *, const struct command *, struct facts *);
void transfer_evolve(struct stadium *, const struct fact *); /* reissued, blocked */

#endif
