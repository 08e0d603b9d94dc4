/* Clearances of the network model beside those of the engine, on scenarios and variants of them. */
#ifndef SIM_NETWORK_COMPARE_H
#define SIM_NETWORK_COMPARE_H

#include "sim/network/calibrate.h"

/* Fills capacities->errors. The engine's runs are made in processes, in a folder that is gone
 * afterwards. False: `why`. */
bool compare(const struct calibrate_options *options, struct capacities *capacities, char *why,
             size_t why_size);

#endif
