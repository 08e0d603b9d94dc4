/* Which messages of a sender were taken: the newest sequence, and which of the SEQUENCE_WINDOW up
 * to it. So what was sent twice is found, and what arrives out of order is still taken. */
#ifndef APP_SEQUENCE_H
#define APP_SEQUENCE_H

#include <stdint.h>

enum { SEQUENCE_WINDOW = 64 };

/* Zeroed: nothing was taken. */
struct sequence {
    uint64_t newest;
    uint64_t taken; /* Bit i: newest - i was. */
};

enum sequence_news { SEQUENCE_NEW, SEQUENCE_LATE, SEQUENCE_SEEN };

/* What is further behind than the window counts as seen. */
static inline enum sequence_news sequence_news(const struct sequence *sequence, uint64_t number)
{
    if (number > sequence->newest)
        return SEQUENCE_NEW;
    const uint64_t behind = sequence->newest - number;
    if (behind >= SEQUENCE_WINDOW || sequence->taken >> behind & 1)
        return SEQUENCE_SEEN;
    return SEQUENCE_LATE;
}

static inline void sequence_take(struct sequence *sequence, uint64_t number)
{
    if (number > sequence->newest) {
        const uint64_t ahead = number - sequence->newest;
        sequence->taken = ahead < SEQUENCE_WINDOW ? sequence->taken << ahead | 1 : 1;
        sequence->newest = number;
    } else if (sequence->newest - number < SEQUENCE_WINDOW) {
        sequence->taken |= UINT64_C(1) << (sequence->newest - number);
    }
}

/* All up to `newest` counts as taken. */
static inline struct sequence sequence_restored(uint64_t newest)
{
    return (struct sequence){ newest, UINT64_MAX };
}

#endif
