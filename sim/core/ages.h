/* How fast people of an age walk. */
#ifndef SIM_CORE_AGES_H
#define SIM_CORE_AGES_H

/* Mean free speed on the level, by years (below 20 and above 70 as those), after Weidmann 1993 as
 * RiMEA 4.1.1 (test 7) and those who implement it read his curve. */
double age_speed_mps(double years);

#endif
