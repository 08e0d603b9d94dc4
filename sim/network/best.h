/*
 * T*fit as the quickest flow itself, and its curve: of those who leave, and of those who go to a
 * facility and come back.
 */
#ifndef SIM_NETWORK_BEST_H
#define SIM_NETWORK_BEST_H

#include "sim/network/network.h"
#include "sim/network/ways.h"

/* Fills best_s, best_out and best_count of *out. A gate that is ever shut for good is so from the
 * start. */
void best_leave(const struct ways *ways, const struct flow_problem *leaving,
                struct network_answer *out);

/* Also fills people. Toilets and food are two flows that do not meet. The way back is walked before
 * one is served, not after it: each link takes twice its time, and being served takes its mean
 * before it begins. Whoever is served is served at the rate that the venue says. */
void best_return(const struct ways *ways, struct network_answer *out);

#endif
