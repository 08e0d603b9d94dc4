/* Lists of rows by index, oldest first, that any row leaves in O(1). A row is in one list at most
 * of those that share its links. */
#ifndef BASE_CHAIN_H
#define BASE_CHAIN_H

#include <stdint.h>

/* Zeroed is empty. */
struct chain {
    uint32_t first, last; /* 1 + index; 0: none. */
    uint32_t count;
};

/* One a row, kept beside it: 1 + index; 0: none. */
struct chained {
    uint32_t before, after;
};

struct fields;
extern const struct fields chained_fields;

struct pool; /* Of struct chained, by the index of the row. */
void chain_add(struct chain *chain, const struct pool *links, uint32_t index);
void chain_remove(struct chain *chain, const struct pool *links, uint32_t index);
/* 1 + the index after `index`, or 0. */
uint32_t chain_after(const struct pool *links, uint32_t index);

#endif
