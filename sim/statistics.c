#include "sim/statistics.h"

#include "sim/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Student's t, 97.5 %, by degrees of freedom from 1. */
static const double student[] = { 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306,
                                  2.262,  2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
                                  2.110,  2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064,
                                  2.060,  2.056, 2.052, 2.048, 2.045, 2.042 };

static double student_of(size_t freedom)
{
    size_t rows = sizeof student / sizeof student[0];
    return freedom <= rows ? student[freedom - 1] : 1.96 + 2.4 / (double)freedom;
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

struct statistics statistics_of(const double *values, size_t count)
{
    struct statistics s = { 0, NAN, NAN, NAN, NAN, NAN, NAN };
    double *sorted = memory_array(count + 1, sizeof *sorted), sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            sum += sorted[s.count++] = values[i];
    if (s.count > 0) {
        qsort(sorted, s.count, sizeof *sorted, by_value);
        s.mean = sum / (double)s.count;
        s.least = sorted[0];
        s.most = sorted[s.count - 1];
        s.p95 = sorted[(size_t)ceil(0.95 * (double)s.count) - 1];
    }
    for (size_t i = 0; i < s.count; i++)
        squares += (sorted[i] - s.mean) * (sorted[i] - s.mean);
    if (s.count > 1) {
        s.deviation = sqrt(squares / (double)(s.count - 1));
        s.half = student_of(s.count - 1) * s.deviation / sqrt((double)s.count);
    }
    free(sorted);
    return s;
}
