/* What an authority asks first: is it within the limits, and how many may come in. */
#include "sim/figures.h"
#include "sim/paper.h"
#include "sim/report_page.h"
#include "sim/scenario.h"

#include <math.h>
#include <stdio.h>

/* Green Guide, 6th edition, 10.7. */
#define EGRESS_LIMIT_S 480.0
/* IMO MSC.1/Circ.1533: congestion is significant where it is denser than 4 people a m2 for more
 * than a tenth of the time. Cells beside walls may be so dense for a moment. */
#define CONGESTED_PART 0.1

/* ---- Checks ---------------------------------------------------------------------------------- */

enum verdict { MET, NOT_MET, CANNOT_SAY };

struct checked {
    enum verdict verdict;
    char figure[64];
};

struct check {
    const char *question, *limit, *source;
    bool (*asked)(const struct record *record); /* NULL: always. */
    struct checked (*of)(const struct record *record);
};

static bool leaves(const struct record *r)
{
    return !r->returns;
}

static bool comes_back(const struct record *r)
{
    return r->returns && !r->arrives;
}

static bool comes_in(const struct record *r)
{
    return r->arrives;
}

static struct checked stands_left(const struct record *r)
{
    struct checked c = { isnan(r->stands_left_s)                                ? NOT_MET
                         : r->stands_left_s - r->clock_zero_s <= EGRESS_LIMIT_S ? MET
                                                                                : NOT_MET,
                         "" };
    char time[FIGURE];
    if (isnan(r->stands_left_s))
        snprintf(c.figure, sizeof c.figure, "not all");
    else
        snprintf(c.figure, sizeof c.figure, "%s",
                 figure_time(time, r->stands_left_s - r->clock_zero_s));
    return c;
}

static struct checked all_done(const struct record *r)
{
    struct checked c = { isnan(r->clearance_s) ? NOT_MET : MET, "" };
    double part = r->travellers > 0 ? (double)r->done / r->travellers : 1;
    snprintf(c.figure, sizeof c.figure, "%.1f %%", floor(part * 1000) / 10);
    return c;
}

static struct checked on_time(const struct record *r)
{
    struct checked c = { isnan(r->late_people)                    ? CANNOT_SAY
                         : r->late_people <= 0.02 * r->travellers ? MET
                                                                  : NOT_MET,
                         "" };
    char late[FIGURE];
    snprintf(c.figure, sizeof c.figure, "%s late", figure_count(late, r->late_people));
    return c;
}

static struct checked congestion(const struct record *r)
{
    double floor_m2 = 0;
    char figure[FIGURE];
    for (size_t i = 0; i < r->loads.count; i++)
        floor_m2 += RECORD_LOADS(r)[i].congested_m2;
    struct checked c = { floor_m2 > 0 ? NOT_MET : MET, "" };
    snprintf(c.figure, sizeof c.figure, "%s m\u00b2", figure_count(figure, floor_m2));
    return c;
}

static struct checked densest(const struct record *r)
{
    struct checked c = { r->peak_density < 4 ? MET : NOT_MET, "" };
    snprintf(c.figure, sizeof c.figure, "%.1f p/m\u00b2", r->peak_density);
    return c;
}

static struct checked doors_over(const struct record *r)
{
    size_t over = 0, used = 0;
    char a[FIGURE], b[FIGURE];
    for (size_t i = 0; i < r->doors.count; i++) {
        const struct record_door *door = &RECORD_DOORS(r)[i];
        double busiest_ppm = record_busiest_ppm(&door->passed, r->sample_s);
        used += busiest_ppm > 0;
        over += busiest_ppm > door->code_ppm * 1.005;
    }
    struct checked c = { over > 0 ? NOT_MET : MET, "" };
    snprintf(c.figure, sizeof c.figure, "%s of %s", figure_count(a, (double)over),
             figure_count(b, (double)used));
    return c;
}

static const struct check checks[] = {
    { "All have left the viewing areas", "within 8:00", "Green Guide 10.7", leaves, stands_left },
    { "Are done before the scenario ends", "98 %", "ours", NULL, all_done },
    { "Come back too late for the restart", "2 % at most", "ours", comes_back, on_time },
    { "Are too late for kick-off", "2 % at most", "ours", comes_in, on_time },
    { "Densest 10 m \u00d7 10 m, mean of 10 s", "below 4 p/m\u00b2", "Green Guide", NULL, densest },
    { "Floor above 4 p/m\u00b2 for > 10 % of the time", "none", "IMO Circ.1533", NULL, congestion },
    { "Doors in use that pass more than the code", "none", "82, 66 p/m/min", NULL, doors_over },
};

static void write_checked(const struct report_page *page, const struct check *check,
                          const struct record *record)
{
    static const char *const words[] = { "met", "not met", "cannot be said" };
    if (record == NULL)
        return;
    struct checked c = check->of(record);
    fprintf(page->file, "<td>%s</td><td class=\"verdict-%s\">%s</td>", c.figure,
            c.verdict == MET ? "met" : "not", words[c.verdict]);
}

void table_checks(const struct report_page *page)
{
    fputs("<h2>Against the limits</h2>\n<table class=\"figures checks\"><tr><th></th><th>limit</th>"
          "<th>source</th>",
          page->file);
    if (page->with != NULL)
        fputs("<th colspan=\"2\" class=\"strong\">with guidance</th>", page->file);
    if (page->without != NULL)
        fputs("<th colspan=\"2\">without</th>", page->file);
    fputs("</tr>\n", page->file);
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        if (checks[i].asked != NULL && !checks[i].asked(page->any))
            continue;
        fprintf(page->file, "<tr><td>%s</td><td>%s</td><td class=\"grey\">%s</td>",
                checks[i].question, checks[i].limit, checks[i].source);
        write_checked(page, &checks[i], page->with);
        write_checked(page, &checks[i], page->without);
        fputs("</tr>\n", page->file);
    }
    fputs("</table>\n<p class=\"note\">A verdict is about this run alone; a door that passes more "
          "than its code value lets through what people push through, which a plan must not count "
          "on.</p>\n",
          page->file);
}

/* ---- Capacity -------------------------------------------------------------------------------- */

struct capacity_row {
    const char *name, *how;
    double people;
};

void table_capacity(const struct report_page *page)
{
    const struct record *r = page->any;
    const struct capacity_row rows[] = {
        { "Holding", "seats of all blocks", r->capacity_seats },
        { "Entry", "turnstiles at their rate, 660 an hour at most, in one hour",
          r->capacity_entry },
        { "Exit from the viewing areas", "82 p/m/min level and 66 stepped, in 8 minutes",
          r->capacity_stands },
        { "Exit through the gates", "82 p/m/min or the gate's own limit, in 8 minutes",
          r->capacity_gates },
    };
    enum { ROWS = sizeof rows / sizeof rows[0] };
    double lowest = INFINITY;
    char people[FIGURE], share[FIGURE];
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].people > 0)
            lowest = fmin(lowest, rows[i].people);
    fputs("<h2>Capacity <span>after the Green Guide, P and S factors of 1; from the ground's file, "
          "not from a run</span></h2>\n<table class=\"figures capacity\"><tr><th></th><th>how</th>"
          "<th>people</th><th></th></tr>\n",
          page->file);
    for (size_t i = 0; i < ROWS; i++) {
        bool least = rows[i].people > 0 && rows[i].people <= lowest;
        fprintf(page->file,
                "<tr><td>%s</td><td class=\"grey\">%s</td><td class=\"%s\">%s</td><td "
                "class=\"strong\">%s</td></tr>"
                "\n",
                rows[i].name, rows[i].how, least ? "strong" : "",
                rows[i].people > 0 ? figure_count(people, rows[i].people) : "none given",
                least ? "the lowest: the capacity" : "");
    }
    fprintf(page->file,
            "</table>\n<p class=\"note\">This run has %s people in it, %.0f %% of that "
            "capacity.</p>\n",
            figure_count(share, r->people), isfinite(lowest) ? r->people / lowest * 100 : 0);
}
