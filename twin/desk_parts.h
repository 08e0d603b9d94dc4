/* The desk's inside, shared by desk.c, desk_pick.c and desk_act.c alone. All return true when there
 * is something to draw. */
#ifndef TWIN_DESK_PARTS_H
#define TWIN_DESK_PARTS_H

#include "twin/desk.h"

enum { SHELVE_USUAL = 10 }; /* Minutes. */

/* ---- desk_pick.c: in the order of the lists; a step is 1 or -1 */
bool desk_step_alarm(struct desk *desk, const struct model *live, int step);
bool desk_step_gate(struct desk *desk, const struct model *live, int step);
/* An order of the page, else a gate or an alarm. */
bool desk_step_row(struct desk *desk, const struct model *live, int step);
/* The page of the gate that wants somebody most. */
bool desk_open_gates(struct desk *desk, const struct model *live);
/* Shuts what was opened last; false: nothing is open. */
bool desk_go_back(struct desk *desk, const struct model *live);

/* ---- desk_act.c */
/* Of the picked alarm, or of all that are told as one with it. */
bool desk_acknowledge(struct desk *desk, const struct model *live);
bool desk_begin_shelve(struct desk *desk, const struct model *live);
bool desk_hold(struct desk *desk, const struct model *live, uint32_t now_ms);
/* Nothing is under way, and there is somebody to hear it. */
bool desk_can_act(const struct desk *desk, const struct model *live);
void desk_send(struct desk *desk, const struct model *live, const struct order *order);
/* While a line is open the keys are its. */
bool desk_line_key(struct desk *desk, const struct model *live, enum desk_key key);

#endif
