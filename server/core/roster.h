/* The inside of joins and bans, for the files of this folder. */
#ifndef CORE_ROSTER_H
#define CORE_ROSTER_H

#include "server/base/chain.h"
#include "server/base/deadlines.h"
#include "server/base/pool.h"
#include "server/core/id_map.h"
#include "server/core/join.h"

struct stadium;
struct command;
struct fact;
struct facts;

/* Of one event. */
struct roster {
    struct joining joining;    /* Version 0: it cannot be joined. */
    struct chain all, waiting; /* Joins; those WAITLISTED, who waits longest first. */
    struct chain bans;
};

struct rosters {
    struct roster **of; /* By event; NULL: nobody was ever there. */
    struct pool joins, all_links, waiting_links;
    struct pool bans, ban_links;
    struct pool mine;      /* Of uint32_t, one a join: 1 + the person's one before. */
    struct id_map ids;     /* Of joins. */
    struct id_map found;   /* roster_key() to a join, */
    struct id_map banned;  /* or to a ban. */
    struct id_map persons; /* Of each person the newest join. */
    struct deadlines due;  /* Events with people who wait: when somebody may have a place, or none
                              any  more. */
};

/* A person in an event: nobody can make two of them that are equal. */
struct id roster_key(uint32_t event, const char *person);
struct roster *roster_of(const struct stadium *, uint32_t event); /* NULL: there is none. */
void rosters_init(struct stadium *);
void rosters_fini(struct stadium *);

/* join.c */
enum status join_decide(const struct stadium *, const struct command *, struct facts *);
struct join *join_get(const struct stadium *, uint32_t index);
uint32_t join_find(const struct stadium *, uint32_t event, const char *person); /* ID_MAP_NONE */
bool join_is_live(const struct join *);

/* join_evolve.c */
void join_evolve(struct stadium *, const struct fact *);
/* The event was published, cancelled, or has other times. */
void roster_event_changed(struct stadium *, uint32_t event);

/* join_tick.c: who waits gets a place, or loses the hope of it. */
void roster_tick(const struct stadium *, int64_t now_ms, struct facts *);
int64_t roster_due(const struct stadium *);
/* When there is something to do for the event; STADIUM_NEVER: not by itself. */
int64_t roster_event_due(const struct stadium *, uint32_t event);

/* ban.c */
enum status ban_decide(const struct stadium *, const struct command *, struct facts *);
void ban_evolve(struct stadium *, const struct fact *);
struct ban *ban_get(const struct stadium *, uint32_t index);
uint32_t ban_find(const struct stadium *, uint32_t event, const char *person); /* ID_MAP_NONE */
/* OK, or BANNED. Who is banned neither joins nor holds. */
enum status ban_check(const struct stadium *, uint32_t event, const char *person, int64_t now_ms,
                      struct facts *);

#endif
