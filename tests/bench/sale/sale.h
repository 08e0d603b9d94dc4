/* A ground of 60 blocks with 1,000 seats each, and events on it, as commands. For programs that
 * look at the core alone. */
#ifndef TESTS_BENCH_SALE_H
#define TESTS_BENCH_SALE_H

#include "server/core/stadium.h"

enum { SALE_SEATS = 60000 };

/* What it points to lives as long as the program. */
struct command sale_import(void);
/* All seats for one price. It starts and ends days after `now_ms`. */
struct command sale_create(struct id event, int64_t now_ms, uint32_t price_minor);
struct command sale_publish(struct id event);

#endif
