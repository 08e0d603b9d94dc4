#include "sim/report_seeds.h"

#include "sim/figures.h"
#include "sim/report_page.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum unit { SECONDS, DENSITY, MINUTES };

static const struct row {
    const char *key; /* Of sweep.json. */
    const char *label;
    enum unit unit;
} rows[SEEDS_FIGURES] = {
    { "clearance", "clearance", SECONDS },
    { "stands_left", "all have left the viewing areas", SECONDS },
    { "peak_density", "peak density, p/m\u00b2 over 10 m x 10 m", DENSITY },
    { "longest_gate_wait", "longest wait at a gate", SECONDS },
    { "waiting", "waiting in all, person-minutes", MINUTES },
    { "crowded", "person-minutes at level F", MINUTES },
};

static double number_at(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

/* "scenarios/evacuation.yaml" is the scenario "evacuation". */
static bool is_about(const char *path, const char *scenario)
{
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    size_t length = strcspn(name, ".");
    return strlen(scenario) == length && strncmp(name, scenario, length) == 0;
}

static const json_t *as_it_is(const json_t *root)
{
    const json_t *variants = json_object_get(root, "variants");
    const json_t *first = json_array_get(variants, 0);
    const char *name = json_string_value(json_object_get(first, "variant"));
    return name != NULL && strcmp(name, "as it is") == 0 ? first : NULL;
}

static bool read_figures(const json_t *variant, struct report_seeds *out)
{
    for (size_t i = 0; i < SEEDS_FIGURES; i++) {
        const json_t *figure = json_object_get(variant, rows[i].key);
        if (!json_is_object(figure))
            return false;
        out->figures[i] = (struct seeds_figure){
            .mean = number_at(figure, "mean"),
            .half = number_at(figure, "half_95"),
            .p95 = number_at(figure, "p95"),
            .least = number_at(figure, "least"),
            .most = number_at(figure, "most"),
            .runs = (size_t)json_integer_value(json_object_get(figure, "runs")),
        };
    }
    return true;
}

bool report_seeds_read(const char *path, const struct record *record, struct report_seeds *out,
                       char *why, size_t why_size)
{
    json_error_t error;
    json_t *root = json_load_file(path, 0, &error);
    if (root == NULL) {
        if (error.line > 0)
            snprintf(why, why_size, "%s:%d:%d: %s", path, error.line, error.column, error.text);
        else
            snprintf(why, why_size, "%s: cannot be read: %s; tifo-sim sweep writes it", path,
                     strerror(errno));
        return false;
    }
    const char *scenario = json_string_value(json_object_get(root, "scenario"));
    const json_t *variant = as_it_is(root);
    bool good = scenario != NULL && variant != NULL && read_figures(variant, out);
    out->seeds = (size_t)json_integer_value(json_object_get(root, "seeds"));
    if (!good)
        snprintf(
            why, why_size,
            "%s: it is no sweep of a scenario as it is; tifo-sim sweep without --set writes one",
            path);
    else if (!is_about(scenario, record->scenario)) {
        good = false;
        snprintf(why, why_size, "%s: it is about %s, the run about %s", path, scenario,
                 record->scenario);
    }
    json_decref(root);
    return good;
}

static void write_value(const struct report_page *page, enum unit unit, double value, bool strong)
{
    char figure[FIGURE];
    const char *text = isnan(value)      ? "\u2013"
                       : unit == SECONDS ? figure_time(figure, value)
                       : unit == DENSITY ? figure_decimal(figure, value, 2)
                                         : figure_count(figure, value);
    fprintf(page->file, "<td class=\"%s\">%s</td>", strong ? "strong" : "", text);
}

void table_seeds(const struct report_page *page)
{
    const struct report_seeds *s = page->seeds;
    if (s == NULL)
        return;
    fprintf(page->file,
            "<h2>Over %zu seeds <span>without guidance; intervals are Student's t, the 95th "
            "percentile the nearest rank</span></h2>\n<table class=\"figures\"><thead><tr>"
            "<th></th><th>mean</th><th>95 %% interval, \u00b1</th><th class=\"strong\">95th "
            "percentile</th><th>least</th><th>most</th><th>runs</th></tr></thead>\n",
            s->seeds);
    for (size_t i = 0; i < SEEDS_FIGURES; i++) {
        const struct seeds_figure *f = &s->figures[i];
        if (f->runs == 0 && rows[i].unit != SECONDS)
            continue;
        fprintf(page->file, "<tr><td>%s</td>", rows[i].label);
        write_value(page, rows[i].unit, f->mean, false);
        write_value(page, rows[i].unit, f->half, false);
        write_value(page, rows[i].unit, f->p95, true);
        write_value(page, rows[i].unit, f->least, false);
        write_value(page, rows[i].unit, f->most, false);
        fprintf(page->file, "<td class=\"grey\">%zu of %zu</td></tr>\n", f->runs, s->seeds);
    }
    fprintf(page->file,
            "</table>\n<p class=\"note\">%s A run that did not come to a figure before the "
            "scenario's end is not in its statistics.</p>\n",
            s->seeds < 50
                ? "IMO MSC.1/Circ.1238 asks for 50 runs at least and judges by the 95th "
                  "percentile: these are fewer."
                : "IMO MSC.1/Circ.1238 judges by the 95th percentile of 50 runs or more.");
}
