#include "sim/validate/trial.h"

#include <stdio.h>
#include <stdlib.h>

void trial_dot(struct trial *t, uint32_t series, double x, double y)
{
    if (t->dot_count == t->dot_room) {
        t->dot_room = t->dot_room ? 2 * t->dot_room : 256;
        t->dots = realloc(t->dots, t->dot_room * sizeof *t->dots);
        if (t->dots == NULL) {
            fputs("tifo-sim: out of memory\n", stderr);
            abort();
        }
    }
    t->dots[t->dot_count++] = (struct dot){ series, (float)x, (float)y };
}
