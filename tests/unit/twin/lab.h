/* Colour as eyes see it, for tests: CIE Lab and the CIEDE2000 difference. */
#ifndef TESTS_UNIT_TWIN_LAB_H
#define TESTS_UNIT_TWIN_LAB_H

#include "twin/vision.h"

#include <stdint.h>

struct lab {
    double l, a, b;
};

struct lab lab_of(uint32_t rgb, enum vision vision);
double lab_chroma(struct lab c);
double lab_difference(struct lab p, struct lab q); /* CIEDE2000 */

#endif
