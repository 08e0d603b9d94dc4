/*
 * Draws a planned bowl as a venue message; derived fields stay empty, because the venue is meant to
 * be written to a file and read again.
 *
 * From the inside out: lower tier, upper tier (level 2), concourse of level 2, stairs, concourse of
 * level 1, outer wall, plazas. The lower aisles run under the upper tier as vomitories. So nothing
 * but those hides another level in plan.
 */
#ifndef CLIENTS_CLI_BOWL_LAYOUT_H
#define CLIENTS_CLI_BOWL_LAYOUT_H

#include "clients/c/tifo.h"
#include "clients/cli/bowl_plan.h"

struct bowl_names {
    const char *id, *name;
    const Tifo__V1__Anchor *anchor; /* NULL: local metres. */
};

Tifo__V1__Venue *bowl_layout(const struct bowl_plan *plan, const struct bowl_names *names);

#endif
