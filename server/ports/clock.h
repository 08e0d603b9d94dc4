/* What time it is in the stadium: by itself, or by the hand of a test or a simulator. */
#ifndef PORTS_CLOCK_H
#define PORTS_CLOCK_H

#include "server/base/status.h"

#include <stdbool.h>
#include <stdint.h>

/* What a driven clock shows until somebody moves it: the earliest time that a stadium knows. */
#define CLOCK_UNSET_MS 1

struct clock;

struct clock_ops {
    /* Unix ms; never goes back, whatever happens to the machine's clock. */
    int64_t (*now_ms)(struct clock *clock);
    /* Driven: moves it. STATUS_CLOCK_BACKWARDS for an earlier time. Real: STATUS_CLOCK_NOT_DRIVEN.
     */
    enum status (*advance)(struct clock *clock, int64_t to_ms);
    void (*close)(struct clock *clock);
};

/* Adapters embed this first. */
struct clock {
    const struct clock_ops *ops;
    bool driven;
};

#endif
