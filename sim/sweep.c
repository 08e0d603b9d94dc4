#include "sim/sweep.h"

#include "sim/foreign/foreign.h"
#include "sim/memory.h"
#include "sim/output.h"
#include "sim/record.h"
#include "sim/runs.h"
#include "sim/sweep_page.h"
#include "sim/variants.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sweeping {
    const struct sweep_options *options;
    bool foreign; /* Another simulator's scenario. */
    struct variants variants;
    struct sweep_result result;
    struct output output;
    char why[500];
};

/* ---- Variants -------------------------------------------------------------------------------- */

static bool make_variants(struct sweeping *s)
{
    struct sweep_result *r = &s->result;
    if (!variants_read(&s->variants, s->options->sets, s->options->set_count, s->why,
                       sizeof s->why))
        return false;
    r->variant_count = s->variants.count;
    r->seeds = (size_t)s->options->seeds;
    if (r->variant_count * r->seeds > SWEEP_RUNS_MOST) {
        snprintf(s->why, sizeof s->why, "%zu variants with %zu seeds are more than %d runs",
                 r->variant_count, r->seeds, SWEEP_RUNS_MOST);
        return false;
    }
    r->variants = memory_array(r->variant_count, sizeof *r->variants);
    bool one_axis = s->variants.axis_count == 1;
    for (size_t v = 0; v < r->variant_count; v++) {
        struct sweep_variant *variant = &r->variants[v];
        variants_name(&s->variants, v, variant->name, sizeof variant->name);
        variant->x = one_axis ? atof(variants_value(&s->variants, v, 0)) : (double)v + 1;
        for (int f = 0; f < SWEEP_FIGURES; f++)
            variant->values[f] = memory_array(r->seeds, sizeof(double));
    }
    r->x_label = one_axis ? s->variants.axes[0].key : "variant";
    return true;
}

/* ---- Runs ------------------------------------------------------------------------------------ */

static void ask(void *ctx, size_t run, struct run_request *request)
{
    const struct sweeping *s = ctx;
    size_t variant = run / s->result.seeds, seed = run % s->result.seeds + 1;
    request->scenario = s->options->scenario;
    request->venue = s->options->venue;
    request->parameters = s->options->parameters;
    request->seed = seed;
    snprintf(request->folder, sizeof request->folder, "%.500s/runs/%zu-%zu", s->output.folder,
             variant + 1, seed);
    for (size_t a = 0; a < s->variants.axis_count; a++)
        variants_setting(&s->variants, variant, a, request->settings[request->setting_count++],
                         RUNS_SETTING);
}

static bool take_record(const char *folder, double figures[SWEEP_FIGURES], char *why,
                        size_t why_size)
{
    char path[RUNS_PATH + 40];
    struct record record;
    snprintf(path, sizeof path, "%s/run.json", folder);
    if (!record_read(path, &record, why, why_size))
        return false;
    figures[SWEEP_CLEARANCE] = record.clearance_s;
    figures[SWEEP_DENSITY] = record.peak_density;
    figures[SWEEP_GATE_WAIT] = record.longest_gate_wait_s;
    figures[SWEEP_WAITING] = record.waiting_person_minutes;
    figures[SWEEP_CROWDED] = record.person_minutes_f;
    figures[SWEEP_STANDS] = record.returns ? NAN : record.stands_left_s - record.clock_zero_s;
    record_fini(&record);
    return true;
}

static double number_at(const json_t *root, const char *key)
{
    const json_t *value = json_object_get(root, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static bool take_summary(const char *folder, double figures[SWEEP_FIGURES], char *why,
                         size_t why_size)
{
    char path[RUNS_PATH + 40];
    json_error_t error;
    snprintf(path, sizeof path, "%s/summary.json", folder);
    json_t *root = json_load_file(path, 0, &error);
    if (root == NULL) {
        snprintf(why, why_size, "%s:%d:%d: %s", path, error.line, error.column, error.text);
        return false;
    }
    const json_t *density = json_object_get(root, "density");
    bool all_out = json_is_true(json_object_get(root, "all_out"));
    figures[SWEEP_CLEARANCE] = all_out ? number_at(root, "last_out_s") : NAN;
    figures[SWEEP_DENSITY] = number_at(density, "peak_p_m2");
    figures[SWEEP_TRAVEL_MEAN] = number_at(root, "travel_mean_s");
    figures[SWEEP_TRAVEL_P95] = number_at(root, "travel_p95_s");
    figures[SWEEP_FLOOR_2] = number_at(density, "floor_once_above_2_m2");
    figures[SWEEP_FIRST_OUT] = number_at(root, "first_out_s");
    json_decref(root);
    return true;
}

static bool take(void *ctx, size_t run, const char *folder, char *why, size_t why_size)
{
    struct sweeping *s = ctx;
    double figures[SWEEP_FIGURES];
    if (!(s->foreign ? take_summary : take_record)(folder, figures, why, why_size))
        return false;
    for (int f = 0; f < SWEEP_FIGURES; f++)
        s->result.variants[run / s->result.seeds].values[f][run % s->result.seeds] = figures[f];
    return true;
}

static bool run_all(struct sweeping *s)
{
    struct runs runs = { .count = s->result.variant_count * s->result.seeds,
                         .jobs = (size_t)s->options->jobs,
                         .visible = !s->options->quiet,
                         .stop = s->options->stop,
                         .ctx = s,
                         .ask = ask,
                         .take = take };
    return runs_do(&runs, s->why, sizeof s->why);
}

/* ---- The whole ------------------------------------------------------------------------------- */

static bool write_results(struct sweeping *s)
{
    char path[OUTPUT_PATH];
    output_path(&s->output, "sweep.json", path);
    if (!sweep_json(&s->result, path, s->why, sizeof s->why))
        return false;
    output_path(&s->output, "sweep.html", path);
    if (!sweep_page(&s->result, path, s->why, sizeof s->why) ||
        !output_keep(&s->output, s->why, sizeof s->why))
        return false;
    return s->options->json == NULL ||
           sweep_json(&s->result, s->options->json, s->why, sizeof s->why);
}

static void fini(struct sweeping *s)
{
    output_drop(&s->output);
    for (size_t v = 0; v < s->result.variant_count && s->result.variants != NULL; v++)
        for (int f = 0; f < SWEEP_FIGURES; f++)
            free(s->result.variants[v].values[f]);
    free(s->result.variants);
}

int sweep(const struct sweep_options *options)
{
    struct sweeping *s = memory_array(1, sizeof *s);
    s->options = options;
    s->foreign = foreign_is(options->scenario);
    s->result.scenario = options->scenario;
    s->result.figures = s->foreign ? sweep_foreign_figures : sweep_figures;
    bool good = make_variants(s) && output_open(&s->output, options->out, s->why, sizeof s->why) &&
                run_all(s) && write_results(s);
    if (good && !options->quiet)
        sweep_table(&s->result, stdout);
    if (!good)
        fprintf(stderr, "tifo-sim: %s\n",
                *options->stop ? "stopped; no results were written" : s->why);
    fini(s);
    free(s);
    return good ? 0 : 1;
}
