/* Inside of the reader of Vadere's files: sources have a file of their own. */
#ifndef SIM_FOREIGN_VADERE_H
#define SIM_FOREIGN_VADERE_H

#include "sim/foreign/shape.h"

#define VADERE_NONE SIZE_MAX

struct vadere {
    struct fields fields;
    const json_t *topography;
    const json_t *pedestrian; /* Attributes of everybody; NULL: none. */
    long *target_ids;         /* By spot. */
    size_t target_count;
};

/* The spot with this id; VADERE_NONE. */
size_t vadere_target(const struct vadere *vadere, long id);
/* A list of targets' ids, the first `skip` of them left out, as a route. False: it is empty. */
bool vadere_route(struct vadere *vadere, const json_t *element, const char *key, size_t skip,
                  size_t *route);
/* A distribution; DRAW_NONE with a note when it is none that can be drawn from. */
struct draw vadere_draw(struct vadere *vadere, const json_t *distribution);
void vadere_source(struct vadere *vadere, const json_t *element);

#endif
