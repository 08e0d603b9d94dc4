/* Jams: how many people want through each door, as those see it who are in the same place, and who
 * takes another door for it. */
#ifndef SIM_CORE_JAMS_H
#define SIM_CORE_JAMS_H

#include <stdbool.h>
#include <stdint.h>

struct crowd;

/* Of a door, from one side: who walks to it there, within each of the metres before it. */
enum { JAMS_REACH_M = 64 };

void jams_init(struct crowd *crowd);
void jams_fini(struct crowd *crowd);
/* Counts anew who walks where; `leavers`: those before the gate that they leave by, too. */
void jams_look(struct crowd *crowd, bool leavers);
/* So many walk to the door within `metres` before it, in its place 0 or 1; all of them within
 * JAMS_REACH_M - 1. */
uint32_t jams_ahead(const struct crowd *crowd, uint32_t door, int side, double metres);
/* Before everybody's way: who sees a jam before the next door takes another one, if that is sooner.
 * Every few seconds; nobody turns back for it, and who follows a sign goes on following. */
void jams_avoid(struct crowd *crowd);

#endif
