/* How colour-blind people see: Machado, Oliveira and Fernandes (2009), full severity, in linear
 * light. For looking at one's own screen with their eyes, and for the tests of the colours. */
#ifndef TWIN_VISION_H
#define TWIN_VISION_H

#include "twin/draw/canvas.h"

enum vision { NORMAL, PROTAN, DEUTAN, TRITAN, VISIONS };

/* sRGB, 0..1, as linear light. */
double vision_linear(double channel);
/* Linear red, green and blue, 0..1, into what is seen, within the same bounds. */
void vision_see(enum vision vision, const double in[3], double out[3]);
/* A colour as it is seen; its alpha stays. */
colour vision_colour(enum vision vision, colour ink);
/* "protanopia" and so on; NULL for normal vision. */
const char *vision_name(enum vision vision);

#endif
