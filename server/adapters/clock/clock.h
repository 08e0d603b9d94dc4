/* The two clocks: one that runs, one that is moved by hand. now_ms may be asked from any thread. */
#ifndef ADAPTERS_CLOCK_CLOCK_H
#define ADAPTERS_CLOCK_CLOCK_H

#include "server/ports/clock.h"

/* The machine's time when it was opened, or `floor_ms` if that is later, and from then on as the
 * monotonic clock goes: setting the machine's clock does not move it. */
struct clock *real_clock_open(int64_t floor_ms);

/* Stands at `now_ms` (0: CLOCK_UNSET_MS) until it is advanced. */
struct clock *driven_clock_open(int64_t now_ms);

#endif
