/* The engine's parameter sets by name: what `--set-of-parameters` takes. */
#ifndef SIM_PARAMETERS_H
#define SIM_PARAMETERS_H

#include "sim/core/walking.h"

/* What everything but validation walks with. */
extern const char parameters_usual[];

/* NULL: there is no such set. A NULL name: the usual one. */
const struct walking *parameters_find(const char *name);

#endif
