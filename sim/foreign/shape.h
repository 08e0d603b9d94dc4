/* Rings from the ways in which the formats write them. A ring that is refused has no points. */
#ifndef SIM_FOREIGN_SHAPE_H
#define SIM_FOREIGN_SHAPE_H

#include "sim/foreign/fields.h"

/* Takes over `points`; drops a repeated last point and neighbours that are the same. */
struct path ring_of(struct point *points, size_t count);
struct path ring_rectangle(double x, double y, double width, double height);
double ring_area_m2(struct path ring);

/* Vadere: {"type": "RECTANGLE" | "POLYGON" | "CIRCLE", ...}. */
struct path shape_vadere(struct fields *fields, const json_t *shape);
/* JuPedSim: [[x, y], ...]. */
struct path shape_coordinates(struct fields *fields, const json_t *list);

/* Well-known text: POLYGON, MULTIPOLYGON or a GEOMETRYCOLLECTION of them; Z and M are passed over.
 * Adds the areas. False: `why` says what is wrong, with line and column. */
bool shape_wkt(struct foreign_text text, struct foreign *out, char *why, size_t why_size);

#endif
