/* Figures of several runs. NANs are runs that did not come to a figure; they are not counted. */
#ifndef SIM_STATISTICS_H
#define SIM_STATISTICS_H

#include <stddef.h>

struct statistics {
    size_t count;
    double mean, deviation; /* Of the sample; NAN for fewer than two. */
    double half;            /* The mean's 95 % confidence interval is mean +- half (Student's t). */
    double least, most, p95; /* p95: nearest rank, IMO MSC.1/Circ.1238. */
};

struct statistics statistics_of(const double *values, size_t count);

#endif
