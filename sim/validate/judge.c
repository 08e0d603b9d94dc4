#include "sim/validate/judge.h"

#include "sim/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

double quantile(const double *values, uint32_t count, double share)
{
    if (count == 0)
        return NAN;
    double *sorted = memory_array(count, sizeof *sorted);
    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare);
    double at = share * (count - 1);
    uint32_t low = (uint32_t)at, high = low + 1 < count ? low + 1 : low;
    double value = sorted[low] + (at - low) * (sorted[high] - sorted[low]);
    free(sorted);
    return value;
}

/* Kolmogorov's limiting distribution, with Stephens' correction for small samples (1970). */
static double kolmogorov(double distance, uint32_t count)
{
    double root = sqrt(count), lambda = (root + 0.12 + 0.11 / root) * distance, sum = 0;
    for (int k = 1; k <= 100; k++)
        sum += (k % 2 ? 2 : -2) * exp(-2 * k * k * lambda * lambda);
    return lambda < 0.2 ? 1 : fmin(fmax(sum, 0), 1);
}

double ks_p_value(double *sample, uint32_t count, double (*cdf)(double, const double *),
                  const double *arguments)
{
    double distance = 0;
    qsort(sample, count, sizeof *sample, compare);
    for (uint32_t i = 0; i < count; i++) {
        double share = cdf(sample[i], arguments);
        distance = fmax(distance, fmax(share - (double)i / count, (i + 1.0) / count - share));
    }
    return count > 0 ? kolmogorov(distance, count) : NAN;
}

static bool within(const struct row *row, double figure)
{
    return figure >= row->low && figure <= row->high;
}

static struct finding find_pooled(const struct row *row, const struct harvest *harvest)
{
    double figures[TRIAL_FIGURES];
    for (int i = 0; i < TRIAL_FIGURES; i++)
        figures[i] = NAN;
    harvest->setup->pool(harvest, figures);
    double figure = figures[row->figure];
    return (struct finding){ figure, figure, figure, harvest->trial_count,
                             within(row, figure) ? VERDICT_PASS : VERDICT_FAIL };
}

static struct finding find_over_seeds(const struct row *row, const struct harvest *harvest)
{
    double *figures = memory_array(harvest->trial_count, sizeof *figures);
    uint32_t count = 0;
    bool every = true;
    for (uint32_t i = 0; i < harvest->trial_count; i++) {
        double figure = harvest->trials[i].figures[row->figure];
        every = every && within(row, figure);
        if (!isnan(figure))
            figures[count++] = figure;
    }
    struct finding f = { quantile(figures, count, 0.5), quantile(figures, count, 0.05),
                         quantile(figures, count, 0.95), count, VERDICT_PASS };
    bool good =
        row->asks == MEDIAN ? count == harvest->trial_count && within(row, f.median) : every;
    f.verdict = row->asks == RECORDED ? VERDICT_RECORDED : good ? VERDICT_PASS : VERDICT_FAIL;
    free(figures);
    return f;
}

struct finding judge(const struct row *row, const struct harvest *harvest)
{
    struct finding f =
        row->asks == POOLED ? find_pooled(row, harvest) : find_over_seeds(row, harvest);
    if (row->known != NULL && f.verdict == VERDICT_FAIL)
        f.verdict = VERDICT_KNOWN;
    else if (row->known != NULL && f.verdict == VERDICT_PASS)
        f.verdict = VERDICT_MENDED;
    return f;
}

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[] = { "pass",          "FAIL",
                                         "known failure", "pass (was known to fail)",
                                         "recorded",      "not run" };
    return names[verdict];
}

const char *source_name(enum row_source source)
{
    static const char *const names[] = { "guideline", "practice", "ours" };
    return names[source];
}
