/*
 * Idempotency keys that were used, and the journal row that holds each one's answer.
 *
 * A key is 32 bytes here, in hourly generations of stadium time: one that was used in some hour is
 * known until that hour lies more than 24 hours back, then the whole generation is forgotten. None
 * is forgotten before: when all or one caller's share are used up, no more are taken. What is here
 * follows from the journal's FACT_ANSWEREDs alone. Hashes are those of the fact.
 */
#ifndef APP_KEYS_H
#define APP_KEYS_H

#include "server/base/image.h"
#include "server/core/fact.h"
#include "server/core/limits.h"

enum { KEYS_KEPT_HOURS = 24 };

struct keys;
struct keys *keys_create(const struct limits *limits);
void keys_destroy(struct keys *keys); /* NULL is accepted. */

/* Forgets what is old enough. Time never goes back. */
void keys_expire(struct keys *keys, int64_t now_ms);

/* The row of the answer to a scope, 0: it is not known; *body gets the request's low hash. */
uint64_t keys_find(const struct keys *keys, uint64_t scope_high, uint64_t scope_low,
                   uint64_t *body);

enum keys_room { KEYS_ROOM, KEYS_CALLER_FULL, KEYS_ALL_FULL };
/* Whether another key of this caller may be used. */
enum keys_room keys_room(const struct keys *keys, uint64_t caller);

/* Remembers an answer, whether there is room or not. Its scope is not known, its time not before
 * the last one's. */
void keys_add(struct keys *keys, const struct answered *answered, int64_t time_ms, uint64_t seq);

/* All of them as bytes, and back into new ones. */
void keys_image(struct image *image, struct keys *keys);

/* Known at the moment. */
uint64_t keys_count(const struct keys *keys);

#endif
