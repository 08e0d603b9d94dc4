#include "sim/sweep_page.h"

#include "sim/json_values.h"
#include "sim/memory.h"
#include "sim/paper.h"
#include "sim/plot.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct sweep_figure_name sweep_figures[SWEEP_FIGURES] = {
    { "clearance", "Clearance, 98 % of those who set out", "s" },
    { "peak_density", "Densest 10 m x 10 m", "people a m2" },
    { "longest_gate_wait", "Longest wait at a gate", "s" },
    { "waiting", "Time spent in queues", "person-minutes" },
    { "crowded", "Time spent above 2.17 people a m2", "person-minutes" },
    { "stands_left", "All have left the viewing areas", "s" },
};
const struct sweep_figure_name sweep_foreign_figures[SWEEP_FIGURES] = {
    { "clearance", "All out", "s" },
    { "peak_density", "Highest density in a cell of 1 m", "people a m2" },
    { "travel_mean", "Time on the way, mean", "s" },
    { "travel_p95", "Time on the way, 95 % within", "s" },
    { "floor_above_2", "Floor that was once above 2 people a m2", "m2" },
    { "first_out", "First one out", "s" },
};

static struct statistics of(const struct sweep_result *r, size_t variant, int figure, size_t seeds)
{
    return statistics_of(r->variants[variant].values[figure], seeds);
}

/* "-" where no run, or only one, came to it. */
static const char *said(char out[24], double value, int decimals)
{
    if (!isfinite(value))
        return "-";
    snprintf(out, 24, "%.*f", decimals, value);
    return out;
}

void sweep_table(const struct sweep_result *r, FILE *out)
{
    char mean[24], half[24], p95[24], peak[24];
    fprintf(out, "%-40s %10s %10s %10s %10s  %s\n", "", "clearance", "+- (95 %)", "95th", "densest",
            "runs that");
    fprintf(out, "%-40s %10s %10s %10s %10s  %s\n", "variant", "s", "s", "s", "p/m2", "got there");
    for (size_t v = 0; v < r->variant_count; v++) {
        struct statistics s = of(r, v, SWEEP_CLEARANCE, r->seeds);
        struct statistics density = of(r, v, SWEEP_DENSITY, r->seeds);
        fprintf(out, "%-40.120s %10s %10s %10s %10s  %zu of %zu\n", r->variants[v].name,
                said(mean, s.mean, 1), said(half, s.half, 1), said(p95, s.p95, 1),
                said(peak, density.mean, 2), s.count, r->seeds);
    }
}

/* ---- JSON ------------------------------------------------------------------------------------ */

/* How mean and interval settle: after 1, 2, 3 ... seeds. */
static json_t *convergence(const struct sweep_result *r, size_t variant, int figure)
{
    json_t *list = json_array();
    for (size_t n = 1; n <= r->seeds; n++) {
        struct statistics s = of(r, variant, figure, n);
        json_t *row = json_object();
        json_object_set_new(row, "seeds", json_integer((json_int_t)n));
        json_object_set_new(row, "mean", json_number(s.mean));
        json_object_set_new(row, "half_95", json_number(s.half));
        json_array_append_new(list, row);
    }
    return list;
}

static json_t *figure_json(const struct sweep_result *r, size_t variant, int figure)
{
    struct statistics s = of(r, variant, figure, r->seeds);
    json_t *one = json_object(), *values = json_array();
    for (size_t i = 0; i < r->seeds; i++)
        json_array_append_new(values, json_number(r->variants[variant].values[figure][i]));
    json_object_set_new(one, "unit", json_string(r->figures[figure].unit));
    json_object_set_new(one, "runs", json_integer((json_int_t)s.count));
    json_object_set_new(one, "mean", json_number(s.mean));
    json_object_set_new(one, "half_95", json_number(s.half));
    json_object_set_new(one, "deviation", json_number(s.deviation));
    json_object_set_new(one, "p95", json_number(s.p95));
    json_object_set_new(one, "least", json_number(s.least));
    json_object_set_new(one, "most", json_number(s.most));
    json_object_set_new(one, "by_seed", values);
    json_object_set_new(one, "convergence", convergence(r, variant, figure));
    return one;
}

bool sweep_json(const struct sweep_result *r, const char *path, char *why, size_t why_size)
{
    json_t *root = json_object(), *variants = json_array();
    for (size_t v = 0; v < r->variant_count; v++) {
        json_t *variant = json_object();
        json_object_set_new(variant, "variant", json_string(r->variants[v].name));
        for (int f = 0; f < SWEEP_FIGURES; f++)
            json_object_set_new(variant, r->figures[f].key, figure_json(r, v, f));
        json_array_append_new(variants, variant);
    }
    json_object_set_new(root, "version", json_string(TIFO_VERSION));
    json_object_set_new(root, "scenario", json_string(r->scenario));
    json_object_set_new(root, "seeds", json_integer((json_int_t)r->seeds));
    json_object_set_new(root, "variants", variants);
    bool written = json_dump_file(root, path, JSON_INDENT(1)) == 0;
    if (!written)
        snprintf(why, why_size, "%s: cannot be written: %s", path, strerror(errno));
    json_decref(root);
    return written;
}

/* ---- HTML ------------------------------------------------------------------------------------ */

static const char head[] =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sweep</title><style>"
    "body{font:15px/1.5 Inter,system-ui,sans-serif;color:" PAPER_TEXT1 ";max-width:996px;"
    "margin:32px auto;padding:0 24px}h1{font-size:26px}h2{font-size:18px;margin-top:36px}"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums}td,th{padding:4px 16px 4px 0;"
    "border-bottom:1px solid " PAPER_LINE1 ";text-align:right}td:first-child,th:first-child{"
    "text-align:left}p{color:" PAPER_TEXT2 "}</style>\n";

static void text(FILE *out, const char *words)
{
    for (; *words; words++) {
        if (*words == '<')
            fputs("&lt;", out);
        else if (*words == '&')
            fputs("&amp;", out);
        else
            fputc(*words, out);
    }
}

static void cell(FILE *out, double value)
{
    if (isfinite(value))
        fprintf(out, "<td>%.*f", fabs(value) < 20 ? 2 : 1, value);
    else
        fputs("<td>&ndash;", out);
}

static void table(FILE *out, const struct sweep_result *r, int figure)
{
    fputs("<table><tr><th>Variant<th>mean<th>95 % interval, &plusmn;<th>95th percentile<th>least"
          "<th>most<th>runs\n",
          out);
    for (size_t v = 0; v < r->variant_count; v++) {
        struct statistics s = of(r, v, figure, r->seeds);
        fputs("<tr><td>", out);
        text(out, r->variants[v].name);
        cell(out, s.mean);
        cell(out, s.half);
        cell(out, s.p95);
        cell(out, s.least);
        cell(out, s.most);
        fprintf(out, "<td>%zu of %zu\n", s.count, r->seeds);
    }
    fputs("</table>\n", out);
}

static void over_variants(FILE *out, const struct sweep_result *r, int figure)
{
    size_t n = r->variant_count;
    double *x = memory_array(n, sizeof *x), *mean = memory_array(n, sizeof *mean);
    double *low = memory_array(n, sizeof *low), *high = memory_array(n, sizeof *high);
    double *p95 = memory_array(n, sizeof *p95), top = 0, right = 0;
    for (size_t v = 0; v < n; v++) {
        struct statistics s = of(r, v, figure, r->seeds);
        double half = isfinite(s.half) ? s.half : 0;
        x[v] = r->variants[v].x;
        mean[v] = s.mean;
        low[v] = fmax(s.mean - half, 0);
        high[v] = s.mean + half;
        p95[v] = s.p95;
        top = fmax(top, fmax(high[v], s.p95)); /* fmax() passes NAN over. */
        right = fmax(right, x[v]);
    }
    struct plot plot = { .file = out };
    plot_begin(&plot, r->figures[figure].name, r->x_label, right > 0 ? 1.05 * right : 1,
               r->figures[figure].unit, top > 0 ? 1.1 * top : 1);
    plot_band(&plot, "95 % interval of the mean", x, low, high, n);
    plot_curve(&plot, PLOT_OURS, "mean", x, mean, n);
    plot_points(&plot, PLOT_OTHER, "95th percentile", x, p95, n);
    plot_end(&plot);
    free(x);
    free(mean);
    free(low);
    free(high);
    free(p95);
}

/* Half of the interval as a share of the mean, in the variant where it settles last. */
static void over_seeds(FILE *out, const struct sweep_result *r)
{
    double *x = memory_array(r->seeds, sizeof *x), *share = memory_array(r->seeds, sizeof *share);
    double top = 0;
    for (size_t n = 1; n <= r->seeds; n++) {
        x[n - 1] = (double)n;
        share[n - 1] = NAN;
        for (size_t v = 0; v < r->variant_count; v++) {
            struct statistics s = of(r, v, SWEEP_CLEARANCE, n);
            if (n > 2)
                share[n - 1] = fmax(share[n - 1], 100 * s.half / s.mean);
        }
        top = fmax(top, share[n - 1]);
    }
    struct plot plot = { .file = out };
    plot_begin(&plot, "Convergence over seeds", "seeds", (double)r->seeds, "% of the mean",
               top > 0 ? 1.1 * top : 1);
    plot_curve(&plot, PLOT_OURS, "widest 95 % interval of clearance, +-", x, share, r->seeds);
    plot_end(&plot);
    free(x);
    free(share);
}

bool sweep_page(const struct sweep_result *r, const char *path, char *why, size_t why_size)
{
    FILE *out = fopen(path, "wb");
    if (out != NULL) {
        fputs(head, out);
        fputs("<h1>", out);
        text(out, r->scenario);
        fprintf(out,
                "</h1><p>%zu variants, %zu seeds each, by tifo-sim " TIFO_VERSION
                ". Means with 95 %% confidence intervals (Student's t) over the seeds; the 95th "
                "percentile is the nearest rank. A run that did not come to a figure within the "
                "scenario's time is not in its statistics: see the last column.</p>\n",
                r->variant_count, r->seeds);
        for (int f = 0; f < SWEEP_FIGURES; f++) {
            over_variants(out, r, f);
            table(out, r, f);
        }
        over_seeds(out, r);
    }
    bool good = out != NULL && !ferror(out);
    good = (out == NULL || fclose(out) == 0) && good;
    if (!good)
        snprintf(why, why_size, "%s: cannot be written: %s", path, strerror(errno));
    return good;
}
