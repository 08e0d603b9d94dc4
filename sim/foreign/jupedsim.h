/* Inside of the reader of JuPedSim's scenarios: sources have a file of their own. */
#ifndef SIM_FOREIGN_JUPEDSIM_H
#define SIM_FOREIGN_JUPEDSIM_H

#include "sim/foreign/shape.h"

#define JUPEDSIM_NONE SIZE_MAX

struct jupedsim {
    struct fields fields;
    const json_t *root;
    const char **ids; /* By spot; the JSON's. */
    size_t id_count;
    const char **sources; /* The ids of all distributions. */
    size_t source_count;
};

/* The spot with this id, or JUPEDSIM_NONE. */
size_t jupedsim_stage(const struct jupedsim *jupedsim, const char *id);
/* A source's node in the graphs of journeys, or JUPEDSIM_NONE. */
size_t jupedsim_source_node(const struct jupedsim *jupedsim, const char *id);
struct path jupedsim_ring(struct jupedsim *jupedsim, const json_t *element);
void jupedsim_name_sources(struct jupedsim *jupedsim);
void jupedsim_source(struct jupedsim *jupedsim, const char *id, const json_t *element);
/* The ways that people of a source may take. */
void jupedsim_choices(struct jupedsim *jupedsim, const char *id, const json_t *element,
                      struct foreign_source *source);

#endif
