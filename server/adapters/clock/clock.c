#include "server/adapters/clock/clock.h"

#include "server/base/arena.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

static int64_t machine_ms(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void free_clock(struct clock *clock)
{
    free(clock);
}

/* ---- Real ------------------------------------------------------------------------------------ */

struct real_clock {
    struct clock clock;
    int64_t anchor_ms; /* Stadium time less monotonic time. */
};

static int64_t real_now_ms(struct clock *clock)
{
    const struct real_clock *real = (const struct real_clock *)clock;
    return real->anchor_ms + machine_ms(CLOCK_MONOTONIC);
}

static enum status real_advance(struct clock *clock, int64_t to_ms)
{
    (void)clock;
    (void)to_ms;
    return STATUS_CLOCK_NOT_DRIVEN;
}

struct clock *real_clock_open(int64_t floor_ms)
{
    static const struct clock_ops ops = { real_now_ms, real_advance, free_clock };
    struct real_clock *real = base_alloc(sizeof *real);
    const int64_t wall_ms = machine_ms(CLOCK_REALTIME);
    real->clock = (struct clock){ &ops, false };
    real->anchor_ms = (wall_ms > floor_ms ? wall_ms : floor_ms) - machine_ms(CLOCK_MONOTONIC);
    return &real->clock;
}

/* ---- Driven ---------------------------------------------------------------------------------- */

struct driven_clock {
    struct clock clock;
    _Atomic int64_t now_ms; /* Moved by the loop thread, read by others. */
};

static int64_t driven_now_ms(struct clock *clock)
{
    return atomic_load(&((struct driven_clock *)clock)->now_ms);
}

static enum status driven_advance(struct clock *clock, int64_t to_ms)
{
    struct driven_clock *driven = (struct driven_clock *)clock;
    if (to_ms < atomic_load(&driven->now_ms))
        return STATUS_CLOCK_BACKWARDS;
    atomic_store(&driven->now_ms, to_ms);
    return STATUS_OK;
}

struct clock *driven_clock_open(int64_t now_ms)
{
    static const struct clock_ops ops = { driven_now_ms, driven_advance, free_clock };
    struct driven_clock *driven = base_alloc(sizeof *driven);
    driven->clock = (struct clock){ &ops, true };
    atomic_init(&driven->now_ms, now_ms > 0 ? now_ms : CLOCK_UNSET_MS);
    return &driven->clock;
}
