/* Pictures instead of a window: the same screen, rendered into files as stadium time passes. */
#ifndef TWIN_HEADLESS_H
#define TWIN_HEADLESS_H

#include "twin/options.h"

/* Until the server ends or SIGTERM or SIGINT comes. Returns the exit code. */
int headless_run(const struct options *options);

#endif
