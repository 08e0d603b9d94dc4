/* The window: software pixels, drawn when something changed and at most 60 times a second. */
#ifndef TWIN_WINDOW_H
#define TWIN_WINDOW_H

#include "twin/options.h"

/* Until it is shut, or SIGTERM or SIGINT comes. Returns the exit code. */
int window_run(const struct options *options);

#endif
