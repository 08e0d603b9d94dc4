#include "sim/network/what_if.h"

#include "clients/c/tifo.h"
#include "sim/figures.h"
#include "sim/json_values.h"
#include "sim/memory.h"
#include "sim/network/network.h"
#include "sim/variants.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct answered {
    char name[400];
    struct network_answer answer;
    double took_ms;
};

struct asking {
    const struct what_if_options *options;
    struct capacities capacities;
    struct scenario scenario;
    struct variants variants;
    struct answered *answers; /* The first: as it is. */
    size_t answer_count;
    char why[600];
};

/* ---- Answers --------------------------------------------------------------------------------- */

static double monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* The ground is read once for each: settings change it. */
static bool answer(struct asking *a, const char *const *settings, size_t count,
                   struct answered *out)
{
    struct scenario scenario = a->scenario;
    const char *path = a->options->venue != NULL ? a->options->venue : scenario.venue;
    Tifo__V1__Venue *venue;
    struct tifo_problem problem;
    if (!tifo_venue_load(path, &venue, &problem)) {
        tifo_problem_print(&problem, a->why, sizeof a->why);
        return false;
    }
    bool good = true;
    for (size_t i = 0; i < count && good; i++)
        good = setting_apply(settings[i], &scenario, venue, a->why, sizeof a->why);
    double began_ms = monotonic_ms();
    good = good && network_ask(&scenario, venue, &a->capacities, a->options->exact, &out->answer,
                               a->why, sizeof a->why);
    out->took_ms = monotonic_ms() - began_ms;
    tifo_venue_free(venue);
    return good;
}

static bool answer_all(struct asking *a)
{
    size_t changed = a->variants.axis_count > 0 ? a->variants.count : 0;
    a->answers = memory_array(1 + changed, sizeof *a->answers);
    for (size_t v = 0; v < 1 + changed; v++) {
        char settings[SETTINGS_MOST][VARIANT_KEY + VARIANT_TEXT + 1];
        const char *list[SETTINGS_MOST];
        struct answered *one = &a->answers[a->answer_count++];
        size_t count = v > 0 ? a->variants.axis_count : 0;
        for (size_t i = 0; i < count; i++)
            list[i] = variants_setting(&a->variants, v - 1, i, settings[i], sizeof settings[i]);
        if (v > 0)
            variants_name(&a->variants, v - 1, one->name, sizeof one->name);
        else
            snprintf(one->name, sizeof one->name, "as it is");
        if (!answer(a, list, count, one))
            return false;
    }
    return true;
}

/* ---- Said ------------------------------------------------------------------------------------ */

static const char *time_or_dash(char out[FIGURE], double seconds)
{
    return isnan(seconds) ? "-" : figure_time(out, seconds);
}

static void say_variants(const struct asking *a)
{
    const struct network_answer *first = &a->answers[0].answer;
    char clearance[FIGURE], change[FIGURE], last[FIGURE], third[FIGURE], bound[FIGURE],
        people[FIGURE];
    printf("%s: %s people %s, by the network model\n", a->scenario.name,
           figure_count(people, first->people), first->arrives ? "come in" : "leave");
    printf("%-44s %9s %8s %9s %9s %9s\n", "", "98 %", "change",
           first->arrives ? "wait, mean" : "all", first->arrives ? "95 %" : "T*fit",
           first->arrives ? "" : "T*bound");
    for (size_t i = 0; i < a->answer_count; i++) {
        const struct network_answer *n = &a->answers[i].answer;
        figure_change(change, first->clearance_s, i > 0 ? n->clearance_s : NAN);
        /* A minus is three bytes and one column. */
        printf("%-44.200s %9s %*s %9s %9s %9s\n", a->answers[i].name,
               time_or_dash(clearance, n->clearance_s),
               8 + (strncmp(change, "\u2212", 3) == 0 ? 2 : 0), change,
               time_or_dash(last, n->arrives ? n->wait_mean_s : n->last_s),
               time_or_dash(third, n->arrives ? n->wait_p95_s : n->best_s),
               n->arrives ? "" : time_or_dash(bound, n->bound_s));
    }
}

/* Why nothing can be sooner. */
static void say_bound(const struct asking *a)
{
    const struct network_answer *n = &a->answers[a->answer_count - 1].answer;
    char people[FIGURE];
    if (a->answer_count <= 2 && n->bound_people > 0)
        printf("\nT*bound: %s people behind doors that together pass %.1f a second at most: %s\n",
               figure_count(people, n->bound_people), n->bound_ps, n->bound_doors);
}

static void say_gates(const struct asking *a)
{
    const struct network_answer *n = &a->answers[a->answer_count - 1].answer;
    struct tifo_problem problem;
    Tifo__V1__Venue *venue;
    const char *path = a->options->venue != NULL ? a->options->venue : a->scenario.venue;
    if (a->answer_count > 2 || !tifo_venue_load(path, &venue, &problem))
        return;
    printf("\n%-20s %9s %12s %9s\n", "gate", "people", "a minute", "last one");
    for (size_t g = 0; g < n->gate_count && g < venue->n_gates; g++) {
        char people[FIGURE], flow[FIGURE], last[FIGURE];
        printf("%-20s %9s %12s %9s\n", venue->gates[g]->gate_id,
               figure_count(people, n->gates[g].people),
               n->gates[g].capacity_ps > 0 ? figure_count(flow, n->gates[g].capacity_ps * 60)
                                           : "shut",
               time_or_dash(last, n->gates[g].last_s));
    }
    tifo_venue_free(venue);
}

static const struct capacity_error *error_of(const struct asking *a)
{
    return capacities_error(&a->capacities, a->answers[0].answer.arrives ? "arrive" : "leave");
}

static void say_error(const struct asking *a)
{
    const struct capacity_error *error = error_of(a);
    double slowest_ms = 0;
    for (size_t i = 0; i < a->answer_count; i++)
        slowest_ms = fmax(slowest_ms, a->answers[i].took_ms);
    if (error != NULL)
        printf("\nerror: against the engine (set %s, %u variants, %u runs) the 98 %% was %.0f %% "
               "off on average, %.0f %% at most; mean deviation %+.0f %%\n",
               a->capacities.set, error->variants, error->runs, error->mean * 100,
               error->worst * 100, error->bias * 100);
    else
        puts("\nerror: not measured with these capacities; tifo-sim calibrate --against does it");
    printf("at most %.1f ms a variant, reading the ground apart\n", slowest_ms);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static json_t *answer_json(const struct answered *answered)
{
    const struct network_answer *n = &answered->answer;
    json_t *one = json_object(), *gates = json_array();
    json_object_set_new(one, "variant", json_string(answered->name));
    json_object_set_new(one, "people", json_rounded(n->people));
    json_object_set_new(one, "clearance_s", json_rounded(n->clearance_s));
    json_object_set_new(one, "last_s", json_rounded(n->last_s));
    json_object_set_new(one, "t_fit_s", json_rounded(n->best_s));
    json_object_set_new(one, "t_bound_s", json_rounded(n->bound_s));
    json_object_set_new(one, "t_bound_people", json_rounded(n->bound_people));
    json_object_set_new(one, "t_bound_doors", json_string(n->bound_doors));
    json_object_set_new(one, "wait_mean_s", json_rounded(n->wait_mean_s));
    json_object_set_new(one, "wait_p95_s", json_rounded(n->wait_p95_s));
    for (size_t g = 0; g < n->gate_count; g++) {
        json_t *gate = json_object();
        json_object_set_new(gate, "people", json_rounded(n->gates[g].people));
        json_object_set_new(gate, "capacity_ppm", json_rounded(n->gates[g].capacity_ps * 60));
        json_object_set_new(gate, "last_s", json_rounded(n->gates[g].last_s));
        json_array_append_new(gates, gate);
    }
    json_object_set_new(one, "gates", gates);
    if (n->best_count > 0) {
        json_t *curve = json_array();
        for (size_t t = 0; t < n->best_count; t++)
            json_array_append_new(curve, json_rounded(n->best_out[t]));
        json_object_set_new(one, "t_fit_out", curve);
    }
    json_object_set_new(one, "took_ms", json_rounded(answered->took_ms));
    return one;
}

static bool write_json(struct asking *a)
{
    const struct capacity_error *error = error_of(a);
    json_t *root = json_object(), *variants = json_array();
    if (a->options->json == NULL) {
        json_decref(root);
        json_decref(variants);
        return true;
    }
    for (size_t i = 0; i < a->answer_count; i++)
        json_array_append_new(variants, answer_json(&a->answers[i]));
    json_object_set_new(root, "version", json_string(TIFO_VERSION));
    json_object_set_new(root, "scenario", json_string(a->options->scenario));
    json_object_set_new(root, "set", json_string(a->capacities.set));
    json_object_set_new(root, "error_mean", json_rounded(error != NULL ? error->mean : NAN));
    json_object_set_new(root, "error_worst", json_rounded(error != NULL ? error->worst : NAN));
    json_object_set_new(root, "variants", variants);
    bool good = json_dump_file(root, a->options->json, JSON_INDENT(1)) == 0;
    if (!good)
        snprintf(a->why, sizeof a->why, "%s: cannot be written: %s", a->options->json,
                 strerror(errno));
    json_decref(root);
    return good;
}

/* ---- The whole ------------------------------------------------------------------------------- */

static bool read_capacities(struct asking *a)
{
    return a->options->capacities != NULL
               ? capacities_read(a->options->capacities, &a->capacities, a->why, sizeof a->why)
               : capacities_parse(capacities_measured, "measured.txt", &a->capacities, a->why,
                                  sizeof a->why);
}

int what_if(const struct what_if_options *options)
{
    struct asking *a = memory_array(1, sizeof *a);
    a->options = options;
    bool good =
        read_capacities(a) &&
        scenario_read(options->scenario, &a->scenario, a->why, sizeof a->why) &&
        variants_read(&a->variants, options->sets, options->set_count, a->why, sizeof a->why) &&
        answer_all(a) && write_json(a);
    if (good) {
        say_variants(a);
        say_gates(a);
        say_bound(a);
        say_error(a);
    } else {
        fprintf(stderr, "tifo-sim: %s\n", a->why);
    }
    for (size_t i = 0; i < a->answer_count; i++)
        network_answer_fini(&a->answers[i].answer);
    free(a->answers);
    free(a);
    return good ? 0 : 1;
}
