/*
 * What a run changes of its scenario or ground without another file: `--set gates.G4.lanes=6`.
 */
#ifndef SIM_SETTING_H
#define SIM_SETTING_H

#include "sim/scenario.h"
#include "tifo/v1/venue.pb-c.h"

enum { SETTINGS_MOST = 8 };

/* Applies "KEY=NUMBER". Venue NULL: keys of the ground wait for it and are passed over; scenario
 * NULL: the same of the scenario's. False: `why` names the keys there are, or what is wrong with
 * the number. */
bool setting_apply(const char *text, struct scenario *scenario, Tifo__V1__Venue *venue, char *why,
                   size_t why_size);

#endif
