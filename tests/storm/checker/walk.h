/* Inside of the check: where it is in the journal, and what it has seen. */
#ifndef TESTS_STORM_WALK_H
#define TESTS_STORM_WALK_H

#include "tests/storm/checker/judge.h"

/* Calls of one key, and what the journal has of it. */
struct scope {
    uint32_t first_call; /* 1 + index; they are chained by next_call. */
    uint64_t seq;        /* Of the answer; 0: none. */
};

/* A call that only looked. */
struct look {
    uint64_t seq;
    uint32_t call;
};

struct row {
    uint64_t seq;
    struct fact fact;
};

struct walk {
    struct checker checker;
    struct scope *scopes;
    uint32_t scope_count;
    struct id_map scope_ids;
    uint32_t *scope_of;  /* By call; NONE: a read. */
    uint32_t *next_call; /* 1 + index. */
    uint64_t *seqs;      /* By call: where it was done; 0: nowhere, or nobody knows. */
    struct look *reads;  /* By seq. */
    uint32_t read_count, next_read;
    struct row *rows; /* Since the last answer. */
    uint32_t row_count, row_room;
    struct arena rows_arena;
    uint32_t *slots; /* Of holds in the stadium: 1 + index in the model. */
    uint32_t slot_room;
    uint64_t last_seq;
};

/* What the fact of a row says, when the command that it begins with has been done. */
bool walk_see(struct walk *walk, const struct deed *deed, uint32_t at);

#endif
