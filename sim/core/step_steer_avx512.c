/* The model of walking for machines that have AVX-512; compiled for these alone. */
#define STEER_PART steer_part_avx512
#include "sim/core/step_steer_lanes.h"
