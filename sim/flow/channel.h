/*
 * A doorway over time: so many people a second, reserved ahead.
 *
 * Time runs from 0 in bins of CHANNEL_BIN_S seconds; a bin holds capacity_ps * CHANNEL_BIN_S
 * people, and what is reserved in it is taken from whoever is planned later. People are a fluid: a
 * group of n that meets no queue takes n / capacity_ps seconds to pass. Whoever comes later never
 * passes earlier (FIFO), which is what lets a Dijkstra search run over channels.
 *
 * After CHANNEL_BINS_MAX bins (34 minutes, longer than any ground takes to empty) the rest queues
 * first come, first served, so that memory and the work of one look are bounded whatever the
 * demand.
 */
#ifndef SIM_FLOW_CHANNEL_H
#define SIM_FLOW_CHANNEL_H

#include <stdint.h>

#define CHANNEL_BIN_S    4.0
#define CHANNEL_BINS_MAX 512

struct channel {
    double capacity_ps; /* People a second, > 0. */
    float *used;        /* People reserved in each bin; owned. */
    uint32_t *next;     /* From each full bin towards the next one with room; owned. */
    uint32_t bins;      /* Length of both; the bins after it are empty. */
    double tail_people; /* Reserved after the last bin. */
};

/* A zeroed channel with its capacity set is ready; fini frees what reserving allocated. */
void channel_fini(struct channel *channel);

/* When the last of `people` has passed, if they come at `from_s` and may use what is left. (It
 * shortens the ways in `next`, and changes nothing else.) */
double channel_passed_s(struct channel *channel, double from_s, double people);

/* The same, and takes that room. */
double channel_reserve(struct channel *channel, double from_s, double people);

#endif
