/* How far a run is, on a terminal, and how fast it may go. */
#ifndef SIM_PROGRESS_H
#define SIM_PROGRESS_H

#include "sim/core/crowd.h"

#include <stdbool.h>

struct progress {
    double duration_s, speed;
    double began_s, shown_s; /* Monotonic. */
    bool visible;
};

/* `speed`: stadium seconds a second at most; 0: no bound. Shows itself if `show` and stderr is a
 * terminal. */
void progress_begin(struct progress *progress, double duration_s, double speed, bool show);
/* At stadium time `at_s`: waits until it may be so late, and shows a line now and then. */
void progress_show(struct progress *progress, double at_s, const struct crowd_tally *tally);
/* Clears the line. May be called twice. */
void progress_end(struct progress *progress);

#endif
