#include "sim/validate/validate.h"

#include "sim/memory.h"
#include "sim/validate/table.h"
#include "sim/validate/work.h"

#include <errno.h>
#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, SEEDS_LONG = 50, WHY = 400 };

static const struct suite *const suites[] = { &suite_rimea, &suite_nist,    &suite_iso,
                                              &suite_imo,   &suite_network, &suite_ours };
enum { SUITES = sizeof suites / sizeof suites[0] };

struct validation {
    const struct validate_options *options;
    struct result *results;
    uint32_t result_count;
    struct harvest *harvests;
    uint32_t harvest_count;
    struct task *tasks;
    uint32_t task_count;
};

static bool chosen(const struct validate_options *options, const struct row *row)
{
    return options->cases == NULL || fnmatch(options->cases, row->id, 0) == 0;
}

static uint32_t seeds_of(const struct validate_options *options, const struct setup *setup)
{
    if (setup->seeds == 0)
        return 1;
    if (setup->long_only && !options->long_form)
        return 0;
    if (options->seeds > 0)
        return (uint32_t)options->seeds;
    if (!options->long_form)
        return setup->seeds;
    return setup->long_seeds > 0 ? setup->long_seeds : SEEDS_LONG;
}

/* The harvest of the row's set-up, which rows share. */
static struct harvest *harvest_for(struct validation *v, const struct setup *setup)
{
    for (uint32_t i = 0; i < v->harvest_count; i++)
        if (v->harvests[i].setup == setup)
            return &v->harvests[i];
    struct harvest *h = &v->harvests[v->harvest_count++];
    h->setup = setup;
    h->reference = v->options->reference;
    h->trial_count = seeds_of(v->options, setup);
    h->trials = memory_array(h->trial_count, sizeof *h->trials);
    for (uint32_t i = 0; i < h->trial_count; i++)
        h->trials[i] =
            (struct trial){ .seed = i + 1, .long_form = v->options->long_form, .setup = setup };
    v->task_count += h->trial_count;
    return h;
}

static void choose(struct validation *v)
{
    uint32_t rows = 0;
    for (uint32_t s = 0; s < SUITES; s++)
        rows += suites[s]->row_count;
    v->results = memory_array(rows, sizeof *v->results);
    v->harvests = memory_array(rows, sizeof *v->harvests);
    for (uint32_t s = 0; s < SUITES; s++)
        for (uint32_t i = 0; i < suites[s]->row_count; i++) {
            const struct row *row = &suites[s]->rows[i];
            if (chosen(v->options, row))
                v->results[v->result_count++] =
                    (struct result){ .row = row, .harvest = harvest_for(v, row->setup) };
        }
    v->tasks = memory_array(v->task_count, sizeof *v->tasks);
    uint32_t task = 0;
    /* The longest first, or the last processor would be at one of them alone. */
    for (int is_long = 1; is_long >= 0; is_long--)
        for (uint32_t h = 0; h < v->harvest_count; h++)
            for (uint32_t i = 0; i < v->harvests[h].trial_count; i++)
                if (v->harvests[h].setup->long_only == is_long)
                    v->tasks[task++] = (struct task){ &v->harvests[h], i };
}

static void fini(struct validation *v)
{
    for (uint32_t h = 0; h < v->harvest_count; h++) {
        for (uint32_t i = 0; i < v->harvests[h].trial_count; i++)
            free(v->harvests[h].trials[i].dots);
        free(v->harvests[h].trials);
    }
    free(v->harvests);
    free(v->results);
    free(v->tasks);
}

static int list(const struct validation *v)
{
    const char *id = "";
    for (uint32_t i = 0; i < v->result_count; i++) {
        const struct row *row = v->results[i].row;
        if (strcmp(id, row->id) != 0)
            printf("%-14s %s\n", row->id, row->title);
        id = row->id;
        printf("%-14s   %s (%s)%s\n", "", row->criterion, source_name(row->source),
               row->setup->long_only ? ", only with --long" : "");
    }
    return EXIT_OK;
}

static uint32_t jobs_of(const struct validate_options *options)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return options->jobs > 0 ? (uint32_t)options->jobs : processors > 0 ? (uint32_t)processors : 1;
}

/* Written beside and then renamed, so that nobody reads half of it. */
static bool write_file(const struct table *table, const char *path,
                       bool (*write)(const struct table *, FILE *), char why[WHY])
{
    char partial[WHY];
    if (snprintf(partial, sizeof partial, "%s.partial", path) >= (int)sizeof partial) {
        snprintf(why, WHY, "%.80s...: the path is too long", path);
        return false;
    }
    FILE *file = fopen(partial, "w");
    bool good = file != NULL && write(table, file) && !ferror(file);
    if (file != NULL && fclose(file) != 0)
        good = false;
    if (good && rename(partial, path) == 0)
        return true;
    snprintf(why, WHY, "%.300s cannot be written: %s", path, strerror(errno));
    remove(partial);
    return false;
}

static bool write_html(const struct table *table, FILE *out)
{
    table_html(table, out);
    return true;
}

static bool write_files(const struct validate_options *options, const struct table *table,
                        char why[WHY])
{
    return (options->json == NULL || write_file(table, options->json, table_json, why)) &&
           (options->html == NULL || write_file(table, options->html, write_html, why));
}

static bool run(struct validation *v, char why[WHY])
{
    struct work work = { .tasks = v->tasks,
                         .task_count = v->task_count,
                         .jobs = jobs_of(v->options),
                         .progress = v->options->quiet       ? PROGRESS_NONE
                                     : isatty(STDERR_FILENO) ? PROGRESS_OVER
                                     : v->options->long_form ? PROGRESS_LINES
                                                             : PROGRESS_NONE,
                         .stop = v->options->stop };
    if (!work_do(&work, why, WHY))
        return false;
    for (uint32_t i = 0; i < v->result_count; i++) {
        struct result *r = &v->results[i];
        bool can = r->harvest->trial_count > 0 && (!r->row->compares || v->options->reference);
        r->finding =
            can ? judge(r->row, r->harvest) : (struct finding){ NAN, NAN, NAN, 0, VERDICT_ABSENT };
    }
    return true;
}

int validate(const struct validate_options *options)
{
    struct validation v = { .options = options };
    char why[WHY] = "";
    choose(&v);
    int code = EXIT_OK;
    if (v.result_count == 0) {
        fprintf(stderr, "tifo-sim validate: no case is called \"%s\"; --list names them all\n",
                options->cases);
        code = EXIT_USAGE;
    } else if (options->list) {
        code = list(&v);
    } else if (run(&v, why)) {
        struct table table = { v.results,       v.result_count,     v.harvests,
                               v.harvest_count, options->long_form, options->reference };
        if (!options->quiet)
            table_print(&table, stdout);
        bool written = write_files(options, &table, why);
        code = written && table_count(&table, VERDICT_FAIL) == 0 ? EXIT_OK : EXIT_FAILED;
    } else {
        code = EXIT_FAILED;
    }
    if (why[0] != '\0')
        fprintf(stderr, "tifo-sim validate: %s\n", why);
    fini(&v);
    return code;
}
