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
    ".checks td:nth-child(2),.checks td:nth-child(3),.checks th:nth-child(2),"
    ".checks th:nth-child(3){text-align:left}.checks .verdict-met,.checks .verdict-not{width:5.2em}"
    ".checks td{white-space:nowrap}"
    ".checks .verdict-not{font-weight:600;color:" PAPER_VOICE "}"
    ".doors .bar{width:150px;padding-left:20px;text-align:left}.doors .bar svg{display:inline}"
    ".capacity td:nth-child(2),.capacity th:nth-child(2){text-align:left}"
    ".swatch{display:inline;vertical-align:-2px;margin-right:4px;border:1px solid " PAPER_LINE1 "}"
    ".words{width:100%}.words td{padding:5px 0;border-bottom:1px solid " PAPER_LINE1
    ";vertical-align:top}.words td:first-child{width:150px;color:" PAPER_TEXT2 "}"
    ".maps td{padding:2px 3px;text-align:center}.maps th{font-weight:400;text-align:left;"
    "font-size:14px;width:74px;color:" PAPER_TEXT2 "}"
    ".maps th.strong{font-weight:600;color:" PAPER_TEXT1 "}"
    ".maps th span{font-size:12px;font-weight:400;color:" PAPER_TEXT3 "}"
    ".legend{position:absolute;right:0;top:0;font-weight:400}"
    ".grid{display:flex;flex-wrap:wrap;gap:12px 24px}.cell{width:486px}"
    ".note{color:" PAPER_TEXT3 ";font-size:12px;margin:6px 0}"
    ".foot{border-top:1px solid " PAPER_LINE2 ";margin-top:34px;padding-top:8px}"
    "@page{size:A4;margin:14mm 14mm 16mm;@bottom-right{content:counter(page) ' of ' counter(pages);"
    "font:9px Inter,'DejaVu Sans',sans-serif;color:" PAPER_TEXT3 "}}"
    "@media "
    "print{body{margin:0;zoom:0.69;print-color-adjust:exact;-webkit-print-color-adjust:exact}"
    ".note,.axis{font-size:13px}h2,h3{break-after:avoid}tr,svg,.cell{break-inside:avoid}.new-page{"
    "break-before:page}"
    "thead{display:table-header-group}}";

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

/* "98 % of those who left are back in their seats 12:34 after the whistle"; of those who came, who
 * was not let in has gone. */
static void say_clearance(const struct report_page *page, const struct record *record)
{
    char time[FIGURE], done[FIGURE], travellers[FIGURE];
    figure_time(time, record->clearance_s);
    if (isnan(record->clearance_s))
        fprintf(page->file, "%s of the %s who %s are %s when the scenario ends",
                figure_count(done, record->done), figure_count(travellers, record->travellers),
                record->arrives ? "come" : "set out", record_end(record));
    else if (record->returns)
        fprintf(page->file, "98 %% of those who %s are %s %s after %s",
                record->arrives ? "come" : "left", record_end(record), time, page->since);
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
    if (page->any->arrives)
        fprintf(page->file, "; it waits %s at the turnstiles on average, with guidance %s",
                figure_time(a, page->without->entry_wait_mean_s),
                figure_time(b, page->with->entry_wait_mean_s));
    else if (page->any->returns && !isnan(page->with->late_people))
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
    fprintf(page->file, " \u00b7 %s \u00b7 %s people, %s of them %s \u00b7 one run each, seed %.0f",
            day, figure_count(people, any->people), figure_count(travellers, any->travellers),
            any->arrives ? "come" : "set out", any->seed);
    if (page->with != NULL)
        fprintf(page->file, " \u00b7 %.0f %% follow guidance", page->with->compliance * 100);
    fprintf(page->file, " \u00b7 clearance = 98 %% of them %s</p>\n", record_end(any));
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
        "D &lt; 1.08, E &lt; 2.17 people a m\u00b2, F above. On stairs A &lt; 0.54, B &lt; 0.72, C "
        "&lt; 1.08, D &lt; 1.54, E &lt; 2.70.<br>Reproduce: ./scenarios/play ",
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
    table_checks(page);
    fputs("<h2>In figures</h2>\n", page->file);
    table_figures(page);
    table_seeds(page);
    fprintf(page->file, "<h2>%s <span>against time since %s</span></h2>\n",
            any->arrives   ? "People in their seats"
            : any->returns ? "People away from their seats"
                           : "People outside",
            page->since);
    chart_people(page);
    map_periods(page);
    map_worst(page);
    chart_zones(page);
    map_loads(page);
    map_service(page);
    table_gates(page);
    table_facilities(page);
    table_doors(page);
    table_capacity(page);
    table_method(page);
    table_other_doors(page);
    write_foot(page);
}
