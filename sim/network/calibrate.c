#include "sim/network/calibrate.h"

#include "sim/memory.h"
#include "sim/network/compare.h"
#include "sim/network/elements.h"
#include "sim/parameters.h"
#include "sim/validate/work.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- The line -------------------------------------------------------------------------------- */

struct sums {
    double n, x, y, xx, xy, yy;
};

static double line(const struct capacity_fit *fit, double width)
{
    return fit->per_width * width + fit->at_zero;
}

/* The greatest distance of a width's mean flow from the line. */
static double worst_held_out(const double *widths, const double *flows, const bool *held_out,
                             size_t count, const struct capacity_fit *fit)
{
    double worst = 0;
    for (size_t i = 0; i < count; i++) {
        double sum = 0, n = 0;
        for (size_t k = 0; k < count; k++)
            if (held_out[k] && widths[k] == widths[i] && !isnan(flows[k])) {
                sum += flows[k];
                n++;
            }
        if (n > 0)
            worst = fmax(worst, fabs(sum / n / line(fit, widths[i]) - 1));
    }
    return worst;
}

bool calibrate_fit(const double *widths, const double *flows, const bool *held_out, size_t count,
                   struct capacity_fit *fit)
{
    struct sums s = { 0 };
    *fit = (struct capacity_fit){ .from = INFINITY };
    for (size_t i = 0; i < count; i++) {
        if (held_out[i] || isnan(flows[i]))
            continue;
        s.n++;
        s.x += widths[i];
        s.y += flows[i];
        s.xx += widths[i] * widths[i];
        s.xy += widths[i] * flows[i];
        s.yy += flows[i] * flows[i];
        fit->from = fmin(fit->from, widths[i]);
        fit->to = fmax(fit->to, widths[i]);
    }
    double wide = s.n * s.xx - s.x * s.x, across = s.n * s.xy - s.x * s.y;
    if (!(fit->to > fit->from) || !(across > 0))
        return false;
    fit->per_width = across / wide;
    fit->at_zero = (s.y - fit->per_width * s.x) / s.n;
    fit->r2 = across * across / wide / (s.n * s.yy - s.y * s.y);
    fit->runs = (uint32_t)s.n;
    if (!(line(fit, fit->from) > 0))
        return false;
    double squares = 0;
    for (size_t i = 0; i < count; i++)
        if (!held_out[i] && !isnan(flows[i]))
            squares += pow(flows[i] / line(fit, widths[i]) - 1, 2);
    fit->spread = s.n > 2 ? sqrt(squares / (s.n - 2)) : 0;
    fit->held_out = worst_held_out(widths, flows, held_out, count, fit);
    return true;
}

/* ---- Runs ------------------------------------------------------------------------------------ */

struct calibration {
    const struct calibrate_options *options;
    const struct walking *walking;
    struct capacities capacities;
    struct setup *setups; /* One a width. */
    struct harvest *harvests;
    char (*names)[64];
    const struct element_width **widths; /* By harvest. */
    int *element_of;                     /* By harvest. */
    uint32_t harvest_count, task_count;
    struct task *tasks;
    char why[600];
};

static bool wanted(const struct calibration *c, int element)
{
    return !c->options->no_elements &&
           (c->options->element == NULL ||
            strcmp(c->options->element, capacity_element_name((enum capacity_element)element)) ==
                0);
}

static void add_width(struct calibration *c, int element, const struct element_width *width)
{
    uint32_t h = c->harvest_count++, seeds = (uint32_t)c->options->seeds;
    snprintf(c->names[h], sizeof c->names[h], "%s %.2f",
             capacity_element_name((enum capacity_element)element), width->width);
    c->setups[h] = (struct setup){ .name = c->names[h],
                                   .run = elements[element].run,
                                   .arguments = { width->width },
                                   .walking = c->walking,
                                   .seeds = seeds };
    c->harvests[h] = (struct harvest){ .setup = &c->setups[h],
                                       .trials = memory_array(seeds, sizeof(struct trial)),
                                       .trial_count = seeds };
    for (uint32_t i = 0; i < seeds; i++) {
        c->harvests[h].trials[i] = (struct trial){ .seed = i + 1, .setup = &c->setups[h] };
        c->tasks[c->task_count++] = (struct task){ &c->harvests[h], i };
    }
    c->widths[h] = width;
    c->element_of[h] = element;
}

static void plan(struct calibration *c)
{
    enum { MOST = CAPACITY_ELEMENTS * ELEMENT_WIDTHS };
    c->setups = memory_array(MOST, sizeof *c->setups);
    c->harvests = memory_array(MOST, sizeof *c->harvests);
    c->names = memory_array(MOST, sizeof *c->names);
    c->widths = memory_array(MOST, sizeof *c->widths);
    c->element_of = memory_array(MOST, sizeof *c->element_of);
    c->tasks = memory_array(MOST * c->options->seeds, sizeof *c->tasks);
    for (int element = 0; element < CAPACITY_ELEMENTS; element++)
        for (uint32_t i = 0; wanted(c, element) && i < elements[element].width_count; i++)
            add_width(c, element, &elements[element].widths[i]);
}

static bool measure(struct calibration *c)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    struct work work = { .tasks = c->tasks,
                         .task_count = c->task_count,
                         .jobs = c->options->jobs ? (uint32_t)c->options->jobs
                                 : cores > 0      ? (uint32_t)cores
                                                  : 1,
                         .progress = !c->options->quiet && isatty(STDERR_FILENO) ? PROGRESS_OVER
                                                                                 : PROGRESS_NONE,
                         .stop = c->options->stop };
    return work_do(&work, c->why, sizeof c->why);
}

/* ---- Fits ------------------------------------------------------------------------------------ */

static bool fit_element(struct calibration *c, int element)
{
    size_t most = ELEMENT_WIDTHS * (size_t)c->options->seeds, count = 0;
    double *widths = memory_array(most, sizeof *widths);
    double *flows = memory_array(most, sizeof *flows);
    bool *held_out = memory_array(most, sizeof *held_out);
    for (uint32_t h = 0; h < c->harvest_count; h++)
        for (uint32_t i = 0; c->element_of[h] == element && i < c->harvests[h].trial_count; i++) {
            widths[count] = c->widths[h]->width;
            held_out[count] = c->widths[h]->held_out;
            flows[count++] = c->harvests[h].trials[i].figures[0];
        }
    bool good = calibrate_fit(widths, flows, held_out, count, &c->capacities.fits[element]);
    if (!good)
        snprintf(c->why, sizeof c->why,
                 "%s: no line can be drawn through what the engine lets through",
                 capacity_element_name((enum capacity_element)element));
    free(widths);
    free(flows);
    free(held_out);
    return good;
}

/* By width, in the order in which an element has them: it rises. */
static void take_means(struct calibration *c, int element)
{
    size_t *count = &c->capacities.mean_count[element];
    *count = 0;
    for (uint32_t h = 0; h < c->harvest_count; h++) {
        if (c->element_of[h] != element)
            continue;
        double sum = 0;
        uint32_t runs = 0;
        for (uint32_t i = 0; i < c->harvests[h].trial_count; i++) {
            double ps = c->harvests[h].trials[i].figures[0];
            sum += isfinite(ps) ? ps : 0;
            runs += isfinite(ps);
        }
        if (runs > 0)
            c->capacities.means[element][(*count)++] =
                (struct capacity_mean){ c->widths[h]->width, sum / runs };
    }
}

static bool fit_all(struct calibration *c)
{
    snprintf(c->capacities.engine, sizeof c->capacities.engine, "%s", TIFO_VERSION);
    snprintf(c->capacities.set, sizeof c->capacities.set, "%s", c->walking->name);
    c->capacities.seeds = (uint32_t)c->options->seeds;
    for (int element = 0; element < CAPACITY_ELEMENTS; element++)
        if (wanted(c, element)) {
            if (!fit_element(c, element))
                return false;
            take_means(c, element);
        }
    return true;
}

/* ---- The whole ------------------------------------------------------------------------------- */

/* What stays as it was. */
static bool begin(struct calibration *c)
{
    const struct calibrate_options *o = c->options;
    bool element_known = o->element == NULL;
    for (int e = 0; e < CAPACITY_ELEMENTS; e++)
        element_known |= o->element != NULL &&
                         strcmp(o->element, capacity_element_name((enum capacity_element)e)) == 0;
    c->walking = parameters_find(o->parameters);
    if (!element_known || c->walking == NULL) {
        snprintf(c->why, sizeof c->why, "there is no %s \"%s\"",
                 element_known ? "set of parameters" : "element",
                 element_known ? o->parameters : o->element);
        return false;
    }
    bool partly = o->element != NULL || o->no_elements;
    if (partly && access(o->out, R_OK) == 0)
        return capacities_read(o->out, &c->capacities, c->why, sizeof c->why);
    return capacities_parse(capacities_measured, "measured.txt", &c->capacities, c->why,
                            sizeof c->why);
}

/* Written beside and then renamed, so that nobody reads half of it. */
static bool write_file(struct calibration *c)
{
    char partial[700];
    snprintf(partial, sizeof partial, "%s.partial", c->options->out);
    FILE *file = fopen(partial, "wb");
    bool good = file != NULL &&
                fprintf(file, "# Made by tifo-sim calibrate; see sim/README.md.\n") > 0 &&
                capacities_print(&c->capacities, file);
    good = (file == NULL || fclose(file) == 0) && good && rename(partial, c->options->out) == 0;
    if (!good)
        snprintf(c->why, sizeof c->why, "%s: cannot be written: %s", c->options->out,
                 strerror(errno));
    return good;
}

static void fini(struct calibration *c)
{
    for (uint32_t h = 0; h < c->harvest_count; h++) {
        for (uint32_t i = 0; i < c->harvests[h].trial_count; i++)
            free(c->harvests[h].trials[i].dots);
        free(c->harvests[h].trials);
    }
    free(c->setups);
    free(c->harvests);
    free(c->names);
    free(c->widths);
    free(c->element_of);
    free(c->tasks);
}

int calibrate(const struct calibrate_options *options)
{
    struct calibration *c = memory_array(1, sizeof *c);
    c->options = options;
    bool good = begin(c);
    if (good) {
        plan(c);
        good = measure(c) && fit_all(c);
    }
    if (good && (options->against_count > 0 || options->element == NULL))
        c->capacities.error_count = 0;
    good = good && compare(options, &c->capacities, c->why, sizeof c->why) && write_file(c);
    if (!good)
        fprintf(stderr, "tifo-sim: %s\n", *options->stop ? "stopped; nothing was written" : c->why);
    else if (!options->quiet)
        capacities_print(&c->capacities, stdout);
    fini(c);
    free(c);
    return good ? 0 : 1;
}
