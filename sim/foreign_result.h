/*
 * What a run of a foreign scenario came to: gathered while it runs, written as summary.json,
 * series.csv and report.html.
 */
#ifndef SIM_FOREIGN_RESULT_H
#define SIM_FOREIGN_RESULT_H

#include "sim/archive.h"
#include "sim/foreign/walkers.h"
#include "sim/loads.h"

/* One second. */
struct foreign_sample {
    uint32_t present, left;
    float mean_speed_mps; /* Of those present: as the crow flies over FOREIGN_SPEED_STEPS. */
};

/* Of one measurement area over all seconds with somebody in it. */
struct foreign_measured {
    double floor_m2;
    double seconds, people_sum, most_people;
    double speed_sum; /* m/s, a person and second. */
};

struct foreign_result {
    const struct foreign *foreign;
    const struct ground *ground;
    const struct crowd *crowd;
    const struct walkers *walkers;
    const char *path; /* Of the scenario. */
    uint64_t seed;
    struct foreign_sample *samples;
    size_t sample_count;
    struct foreign_measured *measured;
    struct point *before; /* By person, where they were FOREIGN_SPEED_STEPS ago. */
    uint32_t before_count;
    struct loads loads;
};

/* Speed is taken over so many steps, as PedPy does: over one, how people sway counts too. */
enum { FOREIGN_SPEED_STEPS = 2 };

/* All are kept by pointer; foreign, ground, crowd, walkers, path and seed are filled in. */
void foreign_result_init(struct foreign_result *result);
void foreign_result_fini(struct foreign_result *result);
/* So many steps before a second. */
void foreign_result_before(struct foreign_result *result);
/* Once a second. */
void foreign_result_second(struct foreign_result *result);

/* For a checkpoint. */
void foreign_result_archive(struct foreign_result *result, struct archive *archive);

/* Figures that are asked for in several places. */
struct foreign_figures {
    uint32_t planned, came, left, standing, no_room;
    double travel_mean_s, travel_p95_s; /* From coming to leaving; NAN: nobody left. */
    double first_out_s, last_out_s;
    bool all_out; /* Everybody who was planned has come and left. */
};
struct foreign_figures foreign_result_figures(const struct foreign_result *result);

bool foreign_result_json(const struct foreign_result *result, const char *path, char *why,
                         size_t why_size);
bool foreign_result_csv(const struct foreign_result *result, const char *path, char *why,
                        size_t why_size);
/* foreign_page.c */
bool foreign_result_page(const struct foreign_result *result, const char *path, char *why,
                         size_t why_size);

#endif
