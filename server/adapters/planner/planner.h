/*
 * The planner that asks sim/flow: for every place inside and every purpose, shares over open gates
 * or facilities by capacity and walking time.
 *
 * Who is planned for. EXIT: the people of each place as measured; while nobody has been measured
 * inside, every seat of every block, so that there is always a plan to leave by. FOOD and TOILETS:
 * the parts of a place's people below, as if they set out together. A place that is empty is
 * planned for nearly nobody: whoever walks in finds guidance. A block that an evacuation has not
 * called yet is left out for every purpose: its people stay, and are in nobody's way.
 */
#ifndef ADAPTERS_PLANNER_PLANNER_H
#define ADAPTERS_PLANNER_PLANNER_H

#include "server/ports/planner.h"

/* Part of a place's people who want it at one time (engineering judgement, not measured). */
#define PLANNER_FOOD_PART    0.20
#define PLANNER_TOILETS_PART 0.30

/* Part of the people who do as they are told, until it is seen (comply.h); the others go to the
 * nearest open gate or facility, and the plan is made around them (crowd literature: 20 to 80 %).
 */
#define PLANNER_COMPLIANCE 0.7

/* What a second of walking costs beside its time, so that people who wait anyway wait near by
 * (measured in guidance_network_test: with less, unbalanced stands are out later, with more, those
 * who have a shut gate or stairs). Whoever comes back to the seat walks every metre twice. */
#define PLANNER_EXIT_WALK_COST 0.15
#define PLANNER_BACK_WALK_COST 1.0

/* A plan counts on gates that are narrower by so much at either side, or half as wide. Where stairs
 * bring as many as the gate below them passes, a line that has once become too long never gets
 * shorter; and who presses on a gate from beside it jams at its post (the width is that of SFPE's
 * boundary layer; measured in guidance_network_test and e2e/guidance_optimum). */
#define PLANNER_GATE_SIDE_M 0.15

/* `threaded`: jobs run on threads of the planner's, exact ones on one that makes way for all
 * others; otherwise inside start(). `compliance_milli`: so many of a thousand do as they are told.
 * 0: that is learnt from what is seen (comply.h), in this process alone: after a crash it is learnt
 * anew, so a driven run that is to come to the same digest whatever happens is told. */
struct planner *flow_planner_open(bool threaded, uint32_t compliance_milli);

/* The simple rule of threshold.h instead: what plans are compared with. */
struct planner *threshold_planner_open(bool threaded);

#endif
