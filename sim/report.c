#include "sim/report.h"

#include "sim/csv.h"
#include "sim/figures.h"
#include "sim/output.h"
#include "sim/report_json.h"
#include "sim/report_page.h"
#include "sim/scenario.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct report {
    struct record with, without;
    struct record *have_with, *have_without; /* NULL: there is none. */
    struct report_seeds seeds, *have_seeds;
    struct output output;
    char why[1024];
};

static bool read_run(struct report *report, const char *folder, struct record *record,
                     struct record **have)
{
    char path[OUTPUT_PATH];
    if (folder == NULL)
        return true;
    snprintf(path, sizeof path, "%s/run.json", folder);
    if (!record_read(path, record, report->why, sizeof report->why))
        return false;
    *have = record;
    return true;
}

static bool read_seeds(struct report *report, const char *path)
{
    const struct record *any = report->have_with != NULL ? report->have_with : report->have_without;
    if (path == NULL)
        return true;
    report->have_seeds = &report->seeds;
    return report_seeds_read(path, any, &report->seeds, report->why, sizeof report->why);
}

/* Side by side stands only what is about the same. */
static bool same_case(struct report *report)
{
    const struct record *a = report->have_with, *b = report->have_without;
    if (a == NULL || b == NULL)
        return true;
    if (strcmp(a->scenario, b->scenario) != 0 || strcmp(a->venue_id, b->venue_id) != 0 ||
        a->zones.count != b->zones.count || a->gates.count != b->gates.count ||
        a->facilities.count != b->facilities.count || a->levels.count != b->levels.count) {
        snprintf(report->why, sizeof report->why,
                 "the two runs are about different grounds or scenarios (%s on %s, %s on %s); "
                 "compare runs of one",
                 a->scenario, a->venue_id, b->scenario, b->venue_id);
        return false;
    }
    if (a->seed != b->seed) {
        snprintf(report->why, sizeof report->why,
                 "the two runs are about different crowds (seeds %.0f and %.0f); run both with one "
                 "--seed",
                 a->seed, b->seed);
        return false;
    }
    return true;
}

static const char *since(const struct record *record)
{
    switch (record->occasion) {
    case PHASE_ENTRY:
        return "the opening of the doors";
    case PHASE_BREAK:
        return "the whistle";
    case PHASE_EGRESS:
        return "the final whistle";
    case PHASE_EVACUATION:
        return "the alarm";
    default:
        return "the start";
    }
}

/* Charts begin a little before clock zero if something happens there, and end two minutes after
 * the last one is done. */
static void choose_span(struct report_page *page)
{
    const struct record *runs[] = { page->with, page->without };
    double zero_s = page->any->clock_zero_s;
    page->from_s = 0;
    page->to_s = 60;
    for (size_t k = 0; k < 2; k++) {
        const struct record *run = runs[k];
        for (size_t i = 0; run != NULL && i < run->away.count; i++) {
            if (run->away.values[i] == 0)
                continue;
            double after_s = (double)(i + 1) * run->sample_s - zero_s;
            page->from_s = fmin(page->from_s, floor(after_s / 120) * 120);
            page->to_s = fmax(page->to_s, ceil(after_s / 60 + 0.5) * 60);
        }
    }
    page->from_s = fmax(page->from_s, -zero_s);
}

static bool write_html(struct report *report, const char *path)
{
    FILE *file = fopen(path, "wb");
    if (file != NULL) {
        struct report_page page = { .file = file,
                                    .with = report->have_with,
                                    .without = report->have_without,
                                    .seeds = report->have_seeds };
        page.any = page.with != NULL ? page.with : page.without;
        page.since = since(page.any);
        choose_span(&page);
        report_html(&page);
        bool good = !ferror(file);
        if (fclose(file) == 0 && good)
            return true;
    }
    snprintf(report->why, sizeof report->why, "%s: cannot be written: %s", path, strerror(errno));
    return false;
}

static bool write_report(struct report *report, const char *folder)
{
    char path[OUTPUT_PATH];
    const struct record *with = report->have_with, *without = report->have_without;
    if (!output_open(&report->output, folder, report->why, sizeof report->why))
        return false;
    output_path(&report->output, "report.html", path);
    if (!write_html(report, path))
        return false;
    output_path(&report->output, "report.json", path);
    if (!report_json_write(with, without, path, report->why, sizeof report->why))
        return false;
    output_path(&report->output, "report.csv", path);
    return csv_write_report(with, without, path, report->why, sizeof report->why) &&
           output_keep(&report->output, report->why, sizeof report->why);
}

static void say_both(const char *what, double with_s, double without_s)
{
    char a[FIGURE], b[FIGURE], change[FIGURE];
    figure_change(change, without_s, with_s);
    printf("%s %s with guidance, %s without%s%s%s\n", what, figure_time(a, with_s),
           figure_time(b, without_s), *change ? " (" : "", change, *change ? ")" : "");
}

/* What the report says first, for whoever waits at the terminal. */
static void say_clearance(const struct report *report)
{
    const struct record *with = report->have_with, *without = report->have_without;
    char a[FIGURE];
    if (with != NULL && without != NULL && with->arrives)
        say_both("wait at the turnstiles", with->entry_wait_mean_s, without->entry_wait_mean_s);
    else if (with != NULL && without != NULL)
        say_both("clearance", with->clearance_s, without->clearance_s);
    else
        printf("clearance %s\n",
               figure_time(a, with != NULL ? with->clearance_s : without->clearance_s));
}

int report_runs(const struct report_options *options)
{
    struct report report = { .have_with = NULL };
    bool good = read_run(&report, options->with, &report.with, &report.have_with) &&
                read_run(&report, options->without, &report.without, &report.have_without) &&
                same_case(&report) && read_seeds(&report, options->sweep) &&
                write_report(&report, options->out);
    if (good)
        say_clearance(&report);
    else
        fprintf(stderr, "tifo-sim: %s\n", report.why);
    output_drop(&report.output);
    if (report.have_with != NULL)
        record_fini(report.have_with);
    if (report.have_without != NULL)
        record_fini(report.have_without);
    return good ? 0 : 1;
}
