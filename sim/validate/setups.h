/* Set-ups that several suites ask about, and which of their figures is what. */
#ifndef SIM_VALIDATE_SETUPS_H
#define SIM_VALIDATE_SETUPS_H

#include "sim/validate/trial.h"

/* ---- walks.c: one person alone ---- */
enum { WALK_TIME_S, WALK_SPEED_MPS, WALK_ERROR_PERCENT };
extern const struct setup walk_40m_133, walk_40m_100;
/* Stairs, 10 m along the slope, 8 m in plan; speeds are along the slope. */
extern const struct setup stairs_up_050, stairs_down_065, stairs_up_100, stairs_down_100;
extern const struct setup stairs_100m_up, stairs_100m_down;
extern const struct setup stairs_half; /* 10 m, as half as fast as on the level */
extern const struct setup stairs_own_up, stairs_own_down; /* the set's own speed, in plan */

/* ---- crowds.c ---- */
enum { CORNER_CLEAR_S, CORNER_OUTSIDE_MM };
extern const struct setup corner_20;
enum { SPEEDS_MEAN, SPEEDS_SD, SPEEDS_KS_P };
extern const struct setup speeds_n12_02;
enum { HALL_OPEN_S, HALL_SHUT_S, HALL_RATIO };
extern const struct setup hall_20x20, hall_30x20;
enum { ROOMS_ASSIGNED_PERCENT, ROOMS_CLEAR_S };
extern const struct setup rooms_assigned;
enum {
    COUNTER_0_S,
    COUNTER_10_S,
    COUNTER_50_S,
    COUNTER_100_S,
    COUNTER_CROSSED,
    COUNTER_RISE_S,
    COUNTER_OVERLAP_PERCENT
};
extern const struct setup counter_flow;
enum { JAM_ROOM, JAM_MIDDLE, JAM_STAIRS, JAM_ROOM_MORE, JAM_STAIRS_MORE, JAM_ROOM_FIRST_S };
extern const struct setup jam_100, jam_150;

/* ---- persons.c ---- */
enum { START_ERROR_S, START_KS_P };
extern const struct setup starts_even, starts_normal, starts_lognormal, starts_gamma,
    starts_weibull;
enum { AGES_RIGHT_PERCENT, AGES_30_50_SLOWEST_MPS, AGES_30_50_FASTEST_MPS };
extern const struct setup ages_50;
enum { SLOW_CONTROL_S, SLOW_CLEAR_S, SLOW_LATER_S, SLOW_OVERTAKEN };
extern const struct setup slow_and_large;
enum { SMOKE_S };
extern const struct setup smoke_1;

/* ---- choices.c ---- */
enum { CHOICE_NEAR, CHOICE_FAR, CHOICE_NEARER_BY, CHOICE_CLEAR_S };
extern const struct setup exits_1000;
/* Pooled: share that goes east alone, after one and after two others; in points of per cent. */
enum { FOLLOW_ALONE_PERCENT, FOLLOW_ONE_PERCENT, FOLLOW_TWO_PERCENT, FOLLOW_THIRD_RAISES };
extern const struct setup social_influence;
enum { KNOWN_EVEN_DIFFERENCE, KNOWN_80_PERCENT };
extern const struct setup familiar_exits;
enum { CLOSED_BY_SECOND, CLOSED_CLEAR_S };
extern const struct setup exit_closes;
enum { GROUP_SPREAD_S, GROUP_OVERTOOK, GROUP_ALL_OUT };
extern const struct setup group_of_five;

/* ---- buildings.c ---- */
enum { STUDY_050_S, STUDY_075_S, STUDY_100_S, STUDY_FALL_S, STUDY_WIDE_S };
extern const struct setup storeys_448;
enum { ROUTE_SHORT_PERCENT, ROUTE_CLEAR_S };
extern const struct setup route_over_stairs;
enum { LARGE_SHORT_S, LARGE_CORNER_S, LARGE_LONG_S, LARGE_PLACE_PERCENT };
extern const struct setup large_corner;

/* ---- flows.c: doors, bottlenecks, stairs ---- */
enum { DOOR_FLOW_PM, DOOR_CLEAR_S };
extern const struct setup door_100_people, door_100_design;
enum { BEHIND_0_S, BEHIND_2_S, BEHIND_5_S, BEHIND_10_S, BEHIND_RISE_S, BEHIND_LEVEL_S };
extern const struct setup bottleneck_goal;
enum { LENGTH_SHORT_S, LENGTH_LONG_S, LENGTH_MORE_S };
extern const struct setup bottleneck_length;
enum { TWICE_FIRST_PS, TWICE_SECOND_PS, TWICE_LESS_PS };
extern const struct setup bottleneck_twice;
/* RISE: the least from one width to the next. */
enum { BOTTLENECK_SLOPE, BOTTLENECK_R2, BOTTLENECK_RISE_PS };
extern const struct setup bottleneck_rimea_widths, bottleneck_widths, stairs_widths;

/* ---- diagrams.c: fundamental diagrams ---- */
enum { DIAGRAM_ERROR_MPS };
extern const struct setup diagram_corridor, diagram_1000m;
enum { FAST_EXCESS_MPS };
extern const struct setup corridor_one_speed;
enum { RING_IN_BAND_PERCENT, RING_MEDIAN_ERROR_MPS };
extern const struct setup ring_single_file; /* ring.c */
enum { STAIRS_IN_BAND_PERCENT, STAIRS_DOWN_FASTER_BINS_PERCENT };
extern const struct setup diagram_stairs;

#endif
