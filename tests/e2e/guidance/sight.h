/* What cameras and turnstiles say of the world, in whole people and with an error; late, if so. */
#ifndef TESTS_GUIDANCE_SIGHT_H
#define TESTS_GUIDANCE_SIGHT_H

#include "tests/e2e/guidance/dice.h"
#include "tests/e2e/guidance/world.h"

struct sights;
/* `noise`: relative, of each number; `late_s` < 128: seconds until they are said. */
struct sights *sights_open(const struct world *world, double noise, uint32_t late_s);
void sights_close(struct sights *sights);
/* Looks now, once a second, and returns what is said now; it stays for as long as sights do not
 * look again. */
struct tick sights_look(struct sights *sights, struct dice *seed);
/* The same at once, and nothing of it is said later. */
struct tick sights_first(struct sights *sights, struct dice *seed);

#endif
