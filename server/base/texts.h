/* Texts that are kept once, by number, as long as somebody refers to them. */
#ifndef BASE_TEXTS_H
#define BASE_TEXTS_H

#include <stddef.h>
#include <stdint.h>

struct text {
    char *text;
    uint32_t size; /* Bytes; without a zero behind. */
    uint32_t uses; /* 0: the row is spare, and size is 1 + the next spare one. */
};

/* Zeroed is empty. Numbers count from 1; 0 is the empty text. */
struct texts {
    struct text *rows;
    uint32_t count, room;
    uint32_t spare;      /* 1 + index; 0: none. */
    uint32_t *slots;     /* Numbers by text. Open addressing, at most half full. */
    uint32_t slots_room; /* A power of two, or 0. */
    uint32_t used;       /* Texts that are there. */
};
void texts_fini(struct texts *texts);

/* Its number, and one use more. */
uint32_t texts_take(struct texts *texts, const char *text, size_t size);
/* One use less: with the last one the text goes. */
void texts_drop(struct texts *texts, uint32_t number);
/* The texts' own; valid until the next change. */
const char *texts_get(const struct texts *texts, uint32_t number, size_t *size);

#endif
