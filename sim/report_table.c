#include "sim/figures.h"
#include "sim/paper.h"
#include "sim/report_page.h"

#include <math.h>
#include <string.h>

/* ---- Figures ----------------------------------------------------------------------------------
 */

enum unit { UNIT_TIME, UNIT_COUNT, UNIT_DENSITY };

struct figure_row {
    const char *label;
    enum unit unit;
    double (*of)(const struct record *record);
    bool (*shown)(const struct record *record); /* NULL: always. */
};

static double clearance_of(const struct record *r)
{
    return r->clearance_s;
}
static double late_of(const struct record *r)
{
    return r->late_people;
}
static double peak_of(const struct record *r)
{
    return r->peak_density;
}
static double level_f_of(const struct record *r)
{
    return r->person_minutes_f;
}
static double gate_wait_of(const struct record *r)
{
    return r->longest_gate_wait_s;
}
static double facility_wait_of(const struct record *r)
{
    return r->longest_facility_wait_s;
}
static double waiting_of(const struct record *r)
{
    return r->waiting_person_minutes;
}
static double found_shut_of(const struct record *r)
{
    return r->found_shut;
}
static double gave_up_of(const struct record *r)
{
    return r->gave_up;
}
static double mean_entry_wait_of(const struct record *r)
{
    return r->entry_wait_mean_s;
}
static double p95_entry_wait_of(const struct record *r)
{
    return r->entry_wait_p95_s;
}
static double all_in_of(const struct record *r)
{
    return r->all_in_s;
}
static double sold_of(const struct record *r)
{
    return r->sold > 0 ? r->sold : NAN; /* Without a server nobody sells. */
}
static double admitted_of(const struct record *r)
{
    return r->admitted;
}
static double invalid_of(const struct record *r)
{
    return r->refused_invalid;
}
static double redeemed_of(const struct record *r)
{
    return r->refused_redeemed;
}
static double other_refused_of(const struct record *r)
{
    return r->refused_other;
}
static bool comes_back(const struct record *r)
{
    return r->returns && !r->arrives;
}
static bool arrives(const struct record *r)
{
    return r->arrives;
}
static bool sells(const struct record *r)
{
    return r->sold > 0;
}
static bool shows_tickets(const struct record *r)
{
    return r->tickets;
}
static bool refuses_others(const struct record *r)
{
    return r->refused_other > 0;
}
static bool uses_gates(const struct record *r)
{
    for (size_t i = 0; i < r->gates.count; i++)
        if (RECORD_GATES(r)[i].people_out + RECORD_GATES(r)[i].people_in > 0)
            return true;
    return false;
}
static bool uses_facilities(const struct record *r)
{
    for (size_t i = 0; i < r->facilities.count; i++)
        if (RECORD_FACILITIES(r)[i].served > 0)
            return true;
    return false;
}
static bool found_any_shut(const struct record *r)
{
    return r->found_shut > 0;
}

static bool any_gave_up(const struct record *r)
{
    return r->gave_up > 0;
}

static const struct figure_row figure_rows[] = {
    { "clearance", UNIT_TIME, clearance_of, NULL },
    { "everybody in the seat, or not let in", UNIT_TIME, all_in_of, arrives },
    { "people late for the restart", UNIT_COUNT, late_of, comes_back },
    { "people late for kick-off", UNIT_COUNT, late_of, arrives },
    { "tickets sold", UNIT_COUNT, sold_of, sells },
    { "let in", UNIT_COUNT, admitted_of, arrives },
    { "refused: not a ticket of ours", UNIT_COUNT, invalid_of, shows_tickets },
    { "refused: somebody came in with it", UNIT_COUNT, redeemed_of, shows_tickets },
    { "refused for other reasons", UNIT_COUNT, other_refused_of, refuses_others },
    { "wait at the turnstiles, mean", UNIT_TIME, mean_entry_wait_of, arrives },
    { "wait at the turnstiles, 95 % less than", UNIT_TIME, p95_entry_wait_of, arrives },
    { "peak density, p/m\u00b2 over 10 m x 10 m", UNIT_DENSITY, peak_of, NULL },
    { "person-minutes at level F", UNIT_COUNT, level_f_of, NULL },
    { "longest wait at a gate", UNIT_TIME, gate_wait_of, uses_gates },
    { "longest wait for toilets or food", UNIT_TIME, facility_wait_of, uses_facilities },
    { "waiting in all, person-minutes", UNIT_COUNT, waiting_of, NULL },
    { "times that a gate was found shut", UNIT_COUNT, found_shut_of, found_any_shut },
    { "gave up queueing when play went on", UNIT_COUNT, gave_up_of, any_gave_up },
};

static void write_figure(const struct report_page *page, const struct figure_row *row,
                         const struct record *record, const char *class)
{
    char figure[FIGURE];
    double value = row->of(record);
    if (row->unit == UNIT_DENSITY)
        fprintf(page->file, "<td class=\"%s\">%s %c</td>", class, figure_decimal(figure, value, 1),
                paper_level(value));
    else
        fprintf(page->file, "<td class=\"%s\">%s</td>", class,
                row->unit == UNIT_TIME ? figure_time(figure, value) : figure_count(figure, value));
}

void table_figures(const struct report_page *page)
{
    bool both = page->with != NULL && page->without != NULL;
    char change[FIGURE];
    fputs("<table class=\"figures\"><tr><th style=\"width:46%\"></th>", page->file);
    if (page->with != NULL)
        fputs("<th class=\"strong\">with guidance</th>", page->file);
    if (page->without != NULL)
        fputs("<th>without</th>", page->file);
    fprintf(page->file, "%s</tr>\n", both ? "<th>difference</th>" : "");
    for (size_t i = 0; i < sizeof figure_rows / sizeof figure_rows[0]; i++) {
        const struct figure_row *row = &figure_rows[i];
        if (row->shown != NULL && !(page->with != NULL && row->shown(page->with)) &&
            !(page->without != NULL && row->shown(page->without)))
            continue;
        fprintf(page->file, "<tr><td>%s</td>", row->label);
        if (page->with != NULL)
            write_figure(page, row, page->with, "strong");
        if (page->without != NULL)
            write_figure(page, row, page->without, "");
        if (both)
            fprintf(page->file, "<td class=\"grey\">%s</td>",
                    figure_change(change, row->of(page->without), row->of(page->with)));
        fputs("</tr>\n", page->file);
    }
    fputs("</table>\n", page->file);
}

/* ---- Gates and facilities ---------------------------------------------------------------------
 */

/* A column of one figure: with guidance in black, without in grey beside it. */
static void write_pair(const struct report_page *page, const char *with, const char *without)
{
    if (page->with != NULL)
        fprintf(page->file, "<td class=\"strong\">%s</td>", with);
    if (page->without != NULL)
        fprintf(page->file, "<td class=\"%s\">%s</td>", page->with != NULL ? "grey" : "", without);
}

static void write_heads(const struct report_page *page, const char *const heads[], size_t count,
                        const char *const sparks[], size_t spark_count)
{
    int span = page->with != NULL && page->without != NULL ? 2 : 1;
    fputs("<table class=\"figures\"><thead><tr><th></th>", page->file);
    for (size_t i = 0; i < count; i++)
        fprintf(page->file, "<th colspan=\"%d\">%s</th>", span, heads[i]);
    for (size_t i = 0; i < spark_count; i++)
        fprintf(page->file, "<th class=\"spark\" style=\"text-align:left\">%s</th>", sparks[i]);
    fputs("</tr></thead>\n", page->file);
}

static double top_of(const struct series *series, double top)
{
    for (size_t i = 0; i < series->count; i++)
        top = fmax(top, series->values[i]);
    return top;
}

static char *count_of(char out[FIGURE], const struct record *record, double count)
{
    out[0] = '\0';
    return record != NULL ? figure_count(out, count) : out;
}

static char *time_of(char out[FIGURE], const struct record *record, double seconds)
{
    out[0] = '\0';
    return record != NULL && !isnan(seconds) ? figure_time(out, seconds) : out;
}

static void write_name(const struct report_page *page, const char *id, const char *name)
{
    fputs("<tr><td><b class=\"strong\">", page->file);
    page_text(page, id);
    fputs("</b> ", page->file);
    if (strcmp(id, name) != 0)
        page_text(page, name);
    fputs("</td>", page->file);
}

static void write_gate(const struct report_page *page, size_t i, double top_flow, double top_queue)
{
    static const struct record_gate none = { .last_out_s = 0 };
    const struct record *w = page->with, *o = page->without;
    const struct record_gate *with = w != NULL ? &RECORD_GATES(w)[i] : &none;
    const struct record_gate *without = o != NULL ? &RECORD_GATES(o)[i] : &none;
    const struct record_gate *any = w != NULL ? with : without;
    double zero_s = page->any->clock_zero_s;
    char a[FIGURE], b[FIGURE];
    write_name(page, any->id, any->name);
    bool in = page->any->arrives;
    write_pair(page, count_of(a, w, in ? with->people_in : with->people_out),
               count_of(b, o, in ? without->people_in : without->people_out));
    write_pair(page, count_of(a, w, with->longest_queue), count_of(b, o, without->longest_queue));
    write_pair(page, time_of(a, w, with->longest_wait_s), time_of(b, o, without->longest_wait_s));
    write_pair(page, time_of(a, w, (in ? with->last_in_s : with->last_out_s) - zero_s),
               time_of(b, o, (in ? without->last_in_s : without->last_out_s) - zero_s));
    fputs("<td class=\"spark\">", page->file);
    chart_spark(page, in ? &with->in : &with->out, in ? &without->in : &without->out, top_flow);
    fputs("</td><td class=\"spark\">", page->file);
    chart_spark(page, &with->queue, &without->queue, top_queue);
    fputs("</td></tr>\n", page->file);
}

static void note_closings(const struct report_page *page)
{
    for (size_t i = 0; i < page->any->gates.count; i++) {
        const struct record_gate *gate = &RECORD_GATES(page->any)[i];
        char from[FIGURE], to[FIGURE];
        if (isnan(gate->closed_from_s))
            continue;
        fputs("<p class=\"note\">", page->file);
        page_text(page, gate->id);
        fprintf(page->file, " is shut from %s",
                figure_time(from, gate->closed_from_s - page->any->clock_zero_s));
        if (isnan(gate->closed_to_s))
            fputs(" on.</p>\n", page->file);
        else
            fprintf(page->file, " to %s.</p>\n",
                    figure_time(to, gate->closed_to_s - page->any->clock_zero_s));
    }
}

void table_gates(const struct report_page *page)
{
    if (!uses_gates(page->any))
        return;
    bool in = page->any->arrives;
    const char *const heads[] = { in ? "people in" : "people out", "longest queue", "longest wait",
                                  in ? "last one in" : "last one out" };
    double top_flow = 0, top_queue = 0;
    const struct record *runs[] = { page->with, page->without };
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; runs[k] != NULL && i < runs[k]->gates.count; i++) {
            const struct record_gate *gate = &RECORD_GATES(runs[k])[i];
            top_flow = top_of(in ? &gate->in : &gate->out, top_flow);
            top_queue = top_of(&gate->queue, top_queue);
        }
    char flow_head[80], queue_head[80], figure[FIGURE];
    snprintf(flow_head, sizeof flow_head, "flow, to %s a minute",
             figure_count(figure, top_flow * 60 / page->any->sample_s));
    snprintf(queue_head, sizeof queue_head, "queue, to %s", figure_count(figure, top_queue));
    const char *const sparks[] = { flow_head, queue_head };
    fputs("<h2>Gates <span>with guidance in black, without in grey</span></h2>\n", page->file);
    write_heads(page, heads, 4, sparks, 2);
    for (size_t i = 0; i < page->any->gates.count; i++)
        write_gate(page, i, top_flow, top_queue);
    fputs("</table>\n", page->file);
    note_closings(page);
    fprintf(page->file,
            "<p class=\"note\">Waiting: %s. Flow and queue over the same time as the curve "
            "above.</p>\n",
            in ? "from coming to the gate until one's turn at a turnstile"
               : "within 8 m of the gate, wanting out, slower than 0.4 m/s");
}

static void write_facility(const struct report_page *page, size_t i, double top)
{
    static const struct record_facility none = { .served = 0 };
    const struct record *w = page->with, *o = page->without;
    const struct record_facility *with = w != NULL ? &RECORD_FACILITIES(w)[i] : &none;
    const struct record_facility *without = o != NULL ? &RECORD_FACILITIES(o)[i] : &none;
    const struct record_facility *any = w != NULL ? with : without;
    char a[FIGURE], b[FIGURE];
    write_name(page, any->id, any->name);
    write_pair(page, count_of(a, w, with->served), count_of(b, o, without->served));
    write_pair(page, count_of(a, w, with->longest_queue), count_of(b, o, without->longest_queue));
    write_pair(page, time_of(a, w, with->longest_wait_s), time_of(b, o, without->longest_wait_s));
    fputs("<td class=\"spark\">", page->file);
    chart_spark(page, &with->queue, &without->queue, top);
    fputs("</td></tr>\n", page->file);
}

void table_facilities(const struct report_page *page)
{
    if (!uses_facilities(page->any))
        return;
    static const char *const heads[] = { "people served", "longest queue", "longest wait" };
    double top = 0;
    const struct record *runs[] = { page->with, page->without };
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; runs[k] != NULL && i < runs[k]->facilities.count; i++)
            top = top_of(&RECORD_FACILITIES(runs[k])[i].queue, top);
    char queue_head[80], figure[FIGURE];
    snprintf(queue_head, sizeof queue_head, "queue, to %s", figure_count(figure, top));
    const char *const sparks[] = { queue_head };
    fputs("<h2>Toilets and food <span>with guidance in black, without in grey</span></h2>\n",
          page->file);
    write_heads(page, heads, 3, sparks, 1);
    for (size_t i = 0; i < page->any->facilities.count; i++)
        write_facility(page, i, top);
    fputs("</table>\n<p class=\"note\">Wait: from joining the queue to standing at the "
          "counter.</p>\n",
          page->file);
}
