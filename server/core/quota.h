/* A capacity that several types of ticket share, or that a place of general admission has. Always:
 * held + sold + reserved <= capacity. */
#ifndef CORE_QUOTA_H
#define CORE_QUOTA_H

#include "server/core/limits.h"

#include <stdint.h>

struct quota {
    uint32_t event, index; /* The index is within the event. */
    char name[TYPE_NAME_BYTES + 1];
    uint32_t capacity;
    uint64_t version; /* Seq of the fact that set it. */
};

#endif
