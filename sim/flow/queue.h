/*
 * A doorway over time as those find it who come there: who comes when, and how long each waits.
 *
 * Time runs from 0 in bins of QUEUE_BIN_S seconds, QUEUE_BINS of them; what comes later counts into
 * the last one. People are a fluid, first come, first served; those of one bin come mixed. Unlike a
 * channel's, its people can be taken back: whoever came after them is then through sooner.
 */
#ifndef SIM_FLOW_QUEUE_H
#define SIM_FLOW_QUEUE_H

#include <stdint.h>

#define QUEUE_BIN_S 4.0
#define QUEUE_BINS 256 /* 17 minutes */

struct queue {
    double capacity_ps; /* People a second, > 0. */
    double first;       /* Stand there at 0. */
    double *change;     /* By bin: how many more come in it than in the one before; owned. */
    float *come;        /* By bin: who comes in it; owned. */
    float *wait;        /* By bin: who stands there as it begins; owned. */
    uint32_t bins;      /* Of these three. */
    uint32_t known;     /* `come` and `wait` hold before this bin. */
};

/* A zeroed queue with its capacity set is ready; fini frees what adding allocated. */
void queue_fini(struct queue *queue);

/* So many more come, evenly from one time to the other; less, if they are negative and were added
 * so. */
void queue_add(struct queue *queue, double from_s, double to_s, double people);

/* When the first is through of those who come at that time, and the last of them, if there were
 * `people` more. */
double queue_first_s(struct queue *queue, double at_s);
double queue_last_s(struct queue *queue, double at_s, double people);

#endif
