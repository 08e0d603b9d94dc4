/*
 * Who came together: neighbours in a row, two to four of them, who stay together all day.
 */
#ifndef SIM_COMPANY_H
#define SIM_COMPANY_H

#include "sim/traveller.h"

/* Puts the share of the people that the scenario says into groups of the crowd; whoever is in one
 * has the first's trip, moment, gate and trust in guidance, and does not look for a
 * gate alone. `seats` is by person, `travellers` have
 * been drawn. */
void company_form(const struct behaviour_def *def, const uint32_t *seats,
                  struct traveller *travellers, uint32_t people);

#endif
