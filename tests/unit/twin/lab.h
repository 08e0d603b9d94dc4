/* Colour as eyes see it, for tests: CIE Lab, the CIEDE2000 difference, and how colour-blind people
 * see (Machado, Oliveira and Fernandes 2009, full severity, in linear light). */
#ifndef TESTS_UNIT_TWIN_LAB_H
#define TESTS_UNIT_TWIN_LAB_H

#include <stdint.h>

enum vision { NORMAL, PROTAN, DEUTAN, TRITAN, VISIONS };

struct lab {
    double l, a, b;
};

struct lab lab_of(uint32_t rgb, enum vision vision);
double lab_chroma(struct lab c);
double lab_difference(struct lab p, struct lab q); /* CIEDE2000 */

#endif
