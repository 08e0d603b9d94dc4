#include "sim/figures.h"
#include "sim/paper.h"
#include "sim/report_page.h"
#include "sim/scenario.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <time.h>

static const char style[] =
    "body{margin:56px auto;width:996px;background:#FFFFFF;color:" PAPER_TEXT1 ";"
    "font:15px/1.45 Inter,'DejaVu Sans',sans-serif;font-variant-numeric:tabular-nums}"
    "svg{display:block}"
    ".head{display:flex;justify-content:space-between;color:" PAPER_TEXT3 ";font-size:14px;"
    "border-bottom:2px solid " PAPER_TEXT2 ";padding-bottom:8px}"
    "h1{font-size:34px;line-height:1.2;font-weight:600;margin:14px 0 8px}"
    ".verdict{font-size:20px;line-height:1.45;margin:0}"
    ".meta{color:" PAPER_TEXT3 ";font-size:13px;margin:10px 0 18px}"
    "h2{font-size:16px;font-weight:600;margin:30px 0 10px;position:relative}"
    "h3{font-size:14px;font-weight:600;margin:6px 0}"
    "h2 span,h3 span{font-weight:400;color:" PAPER_TEXT3 ";font-size:13px;margin-left:8px}"
    "table{border-collapse:collapse}"
    ".figures{width:100%}.figures td,.figures th{padding:5px 0;text-align:right;"
    "font-weight:400;border-bottom:1px solid " PAPER_LINE1 "}"
    ".figures td:first-child,.figures th:first-child{text-align:left;color:" PAPER_TEXT2 "}"
    ".figures th{color:" PAPER_TEXT3 ";font-size:13px}"
    ".figures .grey{color:" PAPER_TEXT3 "}"
    ".figures .spark{width:174px;padding-left:24px}"
    ".figures td.level{text-align:left;width:1.2em;padding-left:6px}"
    ".strong,.figures td.strong,.figures th.strong{font-weight:600;color:" PAPER_TEXT1 "}"
    ".axis{font-size:12px;fill:" PAPER_TEXT3 ";color:" PAPER_TEXT3 "}"
    ".mark{font-size:14px;fill:" PAPER_TEXT2 "}.mark.strong{fill:" PAPER_VOICE ";font-weight:600}"
    ".maps td{padding:2px 3px;text-align:center}.maps th{font-weight:400;text-align:left;"
    "font-size:14px;width:74px;color:" PAPER_TEXT2 "}"
    ".maps th.strong{font-weight:600;color:" PAPER_TEXT1 "}"
    ".maps th span{font-size:12px;font-weight:400;color:" PAPER_TEXT3 "}"
    ".legend{position:absolute;right:0;top:0;font-weight:400}"
    ".grid{display:flex;flex-wrap:wrap;gap:12px 24px}.cell{width:486px}"
    ".note{color:" PAPER_TEXT3 ";font-size:12px;margin:6px 0}"
    ".foot{border-top:1px solid " PAPER_LINE2 ";margin-top:34px;padding-top:8px}"
    "@media print{body{margin:0 auto}}@page{size:A4;margin:14mm}";

void page_text(const struct report_page *page, const char *text)
{
    for (; *text != '\0'; text++)
        switch (*text) {
        case '<':
            fputs("&lt;", page->file);
            break;
        case '>':
            fputs("&gt;", page->file);
            break;
        case '&':
            fputs("&amp;", page->file);
            break;
        case '"':
            fputs("&quot;", page->file);
            break;
        default:
            fputc(*text, page->file);
        }
}

/* ---- The verdict ------------------------------------------------------------------------------
 */

/* "98 % of those who left are back in their seats 12:34 after the whistle" */
static void say_clearance(const struct report_page *page, const struct record *record)
{
    char time[FIGURE], done[FIGURE], travellers[FIGURE];
    figure_time(time, record->clearance_s);
    if (isnan(record->clearance_s))
        fprintf(page->file, "%s of the %s who set out %s when the scenario ends",
                figure_count(done, record->done), figure_count(travellers, record->travellers),
                record->returns ? "are back in their seats" : "are outside");
    else if (record->returns)
        fprintf(page->file, "98 %% of those who left are back in their seats %s after %s", time,
                page->since);
    else
        fprintf(page->file, "the ground is clear %s after %s", time, page->since);
}

static void say_difference(const struct report_page *page)
{
    double with_s = page->with->clearance_s, without_s = page->without->clearance_s;
    char time[FIGURE], difference[FIGURE], a[FIGURE], b[FIGURE];
    if (isnan(with_s) || isnan(without_s)) {
        fputs("Without it ", page->file);
        say_clearance(page, page->without);
    } else if (lround(with_s) == lround(without_s)) {
        fputs("Without it the same crowd takes as long", page->file);
    } else {
        fprintf(page->file, "Without it the same crowd takes %s: %s %s",
                figure_time(time, without_s), figure_time(difference, fabs(without_s - with_s)),
                without_s > with_s ? "longer" : "less");
    }
    if (page->any->returns && !isnan(page->with->late_people))
        fprintf(page->file, "; %s come back late, with guidance %s",
                figure_count(a, page->without->late_people),
                figure_count(b, page->with->late_people));
    else if (page->without->found_shut + page->with->found_shut > 0)
        fprintf(page->file, "; it finds a gate shut %s times, with guidance %s",
                figure_count(a, page->without->found_shut),
                figure_count(b, page->with->found_shut));
    fputs(".", page->file);
}

static void write_verdict(const struct report_page *page)
{
    fputs("<p class=\"verdict\">", page->file);
    fputs(page->with != NULL ? "With guidance " : "Without guidance ", page->file);
    say_clearance(page, page->with != NULL ? page->with : page->without);
    fputs(".", page->file);
    if (page->with != NULL && page->without != NULL) {
        fputs("<br>", page->file);
        say_difference(page);
    }
    fputs("</p>\n", page->file);
}

static void write_head(const struct report_page *page)
{
    const struct record *any = page->any;
    time_t start = (time_t)any->start_unix_s;
    struct tm utc;
    char date[40], people[FIGURE], travellers[FIGURE];
    gmtime_r(&start, &utc);
    strftime(date, sizeof date, "%d %B %Y", &utc);
    const char *day = date[0] == '0' ? date + 1 : date;
    fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>", page->file);
    page_text(page, any->title);
    fprintf(page->file,
            "</title>\n<style>%s</style></head>\n<body>\n<div class=\"head\"><span>Tifo scenario "
            "report</span><span>",
            style);
    page_text(page, any->scenario);
    fputs("</span></div>\n<h1>", page->file);
    page_text(page, any->title);
    fputs("</h1>\n", page->file);
    write_verdict(page);
    fputs("<p class=\"meta\">", page->file);
    page_text(page, any->venue);
    fprintf(page->file,
            " \u00b7 %s \u00b7 %s people, %s of them set out \u00b7 one run each, seed %.0f", day,
            figure_count(people, any->people), figure_count(travellers, any->travellers),
            any->seed);
    if (page->with != NULL)
        fprintf(page->file, " \u00b7 %.0f %% follow guidance", page->with->compliance * 100);
    fprintf(page->file, " \u00b7 clearance = 98 %% of them %s</p>\n",
            any->returns ? "back in their seats" : "outside");
}

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
static bool returns(const struct record *r)
{
    return r->returns;
}
static bool uses_gates(const struct record *r)
{
    for (size_t i = 0; i < r->gates.count; i++)
        if (RECORD_GATES(r)[i].people_out > 0)
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

static const struct figure_row figure_rows[] = {
    { "clearance", UNIT_TIME, clearance_of, NULL },
    { "people late for the restart", UNIT_COUNT, late_of, returns },
    { "peak density, p/m\u00b2 over 10 m x 10 m", UNIT_DENSITY, peak_of, NULL },
    { "person-minutes at level F", UNIT_COUNT, level_f_of, NULL },
    { "longest wait at a gate", UNIT_TIME, gate_wait_of, uses_gates },
    { "longest wait for toilets or food", UNIT_TIME, facility_wait_of, uses_facilities },
    { "waiting in all, person-minutes", UNIT_COUNT, waiting_of, NULL },
    { "times that a gate was found shut", UNIT_COUNT, found_shut_of, found_any_shut },
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

static void write_figures(const struct report_page *page)
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
    fputs("<table class=\"figures\"><tr><th></th>", page->file);
    for (size_t i = 0; i < count; i++)
        fprintf(page->file, "<th colspan=\"%d\">%s</th>", span, heads[i]);
    for (size_t i = 0; i < spark_count; i++)
        fprintf(page->file, "<th class=\"spark\" style=\"text-align:left\">%s</th>", sparks[i]);
    fputs("</tr>\n", page->file);
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

static void write_gate(const struct report_page *page, size_t i, double top_out, double top_queue)
{
    static const struct record_gate none = { .last_out_s = 0 };
    const struct record *w = page->with, *o = page->without;
    const struct record_gate *with = w != NULL ? &RECORD_GATES(w)[i] : &none;
    const struct record_gate *without = o != NULL ? &RECORD_GATES(o)[i] : &none;
    const struct record_gate *any = w != NULL ? with : without;
    double zero_s = page->any->clock_zero_s;
    char a[FIGURE], b[FIGURE];
    write_name(page, any->id, any->name);
    write_pair(page, count_of(a, w, with->people_out), count_of(b, o, without->people_out));
    write_pair(page, count_of(a, w, with->longest_queue), count_of(b, o, without->longest_queue));
    write_pair(page, time_of(a, w, with->longest_wait_s), time_of(b, o, without->longest_wait_s));
    write_pair(page, time_of(a, w, with->last_out_s - zero_s),
               time_of(b, o, without->last_out_s - zero_s));
    fputs("<td class=\"spark\">", page->file);
    chart_spark(page, &with->out, &without->out, top_out);
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

static void write_gates(const struct report_page *page)
{
    static const char *const heads[] = { "people out", "longest queue", "longest wait",
                                         "last one out" };
    double top_out = 0, top_queue = 0;
    const struct record *runs[] = { page->with, page->without };
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; runs[k] != NULL && i < runs[k]->gates.count; i++) {
            top_out = top_of(&RECORD_GATES(runs[k])[i].out, top_out);
            top_queue = top_of(&RECORD_GATES(runs[k])[i].queue, top_queue);
        }
    char flow_head[80], queue_head[80], figure[FIGURE];
    snprintf(flow_head, sizeof flow_head, "flow, to %s a minute",
             figure_count(figure, top_out * 60 / page->any->sample_s));
    snprintf(queue_head, sizeof queue_head, "queue, to %s", figure_count(figure, top_queue));
    const char *const sparks[] = { flow_head, queue_head };
    fputs("<h2>Gates <span>with guidance in black, without in grey</span></h2>\n", page->file);
    write_heads(page, heads, 4, sparks, 2);
    for (size_t i = 0; i < page->any->gates.count; i++)
        write_gate(page, i, top_out, top_queue);
    fputs("</table>\n", page->file);
    note_closings(page);
    fputs("<p class=\"note\">Waiting: within 8 m of the gate, wanting out, slower than 0.4 m/s. "
          "Flow and queue over the same time as the curve above.</p>\n",
          page->file);
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

static void write_facilities(const struct report_page *page)
{
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

/* ---- The end ----------------------------------------------------------------------------------
 */

static void write_run(const struct report_page *page, const struct record *record, const char *name)
{
    if (record == NULL)
        return;
    fprintf(page->file, "%s: trajectory hash %016" PRIx64, name, record->hash);
    if (record->with_server)
        fprintf(page->file, ", journal digest %016" PRIx64 " at %.0f", record->digest,
                record->journal_seq);
    fputs(". ", page->file);
}

static void write_foot(const struct report_page *page)
{
    const struct record *any = page->any;
    fputs(
        "<p class=\"note foot\">Walkway levels after Fruin: A &lt; 0.31, B &lt; 0.43, C &lt; 0.72, "
        "D &lt; 1.08, E &lt; 2.17 people a m\u00b2, F above. People walk after Weidmann (1993); "
        "sensors count without error.<br>Reproduce: ./scenarios/play ",
        page->file);
    page_text(page, any->scenario);
    fprintf(page->file, " --seed %.0f (tifo %s). ", any->seed, any->version);
    write_run(page, page->with, "With guidance");
    write_run(page, page->without, "Without");
    fputs("</p>\n</body></html>\n", page->file);
}

void report_html(const struct report_page *page)
{
    const struct record *any = page->any;
    write_head(page);
    write_figures(page);
    fprintf(page->file, "<h2>%s <span>against time since %s</span></h2>\n",
            any->returns ? "People away from their seats" : "People outside", page->since);
    chart_people(page);
    map_periods(page);
    map_worst(page);
    chart_zones(page);
    if (uses_gates(any))
        write_gates(page);
    if (uses_facilities(any))
        write_facilities(page);
    write_foot(page);
}
