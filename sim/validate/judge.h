/* What a row's figure is, over the seeds, and whether it is as the criterion asks. */
#ifndef SIM_VALIDATE_JUDGE_H
#define SIM_VALIDATE_JUDGE_H

#include "sim/validate/row.h"

enum verdict {
    VERDICT_PASS,
    VERDICT_FAIL,
    VERDICT_KNOWN,  /* fails, as the table says it does */
    VERDICT_MENDED, /* passes although the table says that it fails: the table is out of date */
    VERDICT_RECORDED,
    VERDICT_ABSENT, /* not run: only in the long form, or no reference data to compare with */
};

struct finding {
    double median, p5, p95; /* over seeds; the pooled figure three times */
    uint32_t seeds;         /* that gave a figure */
    enum verdict verdict;
};

/* Of a row whose set-up was run. */
struct finding judge(const struct row *row, const struct harvest *harvest);
const char *verdict_name(enum verdict verdict); /* "pass" */
const char *source_name(enum row_source source);

/* Of an unordered list, between its values where it falls between two; NAN of none. */
double quantile(const double *values, uint32_t count, double share);

/* P-value of Kolmogorov and Smirnov's test that a sample (which is put in order) has the
 * distribution function `cdf`. */
double ks_p_value(double *sample, uint32_t count, double (*cdf)(double x, const double *arguments),
                  const double *arguments);

#endif
