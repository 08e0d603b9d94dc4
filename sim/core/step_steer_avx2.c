/* The model of walking for machines that have AVX2; compiled for these alone. */
#define STEER_PART steer_part_avx2
#include "sim/core/step_steer_lanes.h"
