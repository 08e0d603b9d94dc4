/* Views of memory that somebody else owns. */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
    const uint8_t *data; /* May be NULL when size is 0. */
    size_t size;
};

/* Columns. */
struct u32s {
    const uint32_t *v;
    uint32_t count;
};
struct u64s {
    const uint64_t *v;
    uint32_t count;
};

#endif
