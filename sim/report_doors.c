/* What each door passed in its busiest minute, beside what a code counts on. */
#include "sim/figures.h"
#include "sim/memory.h"
#include "sim/paper.h"
#include "sim/report_page.h"

#include <math.h>
#include <stdlib.h>

enum { FIRST_DOORS = 12 };

/* A door of either run, and how busy it was. */
struct busy {
    size_t door;
    double with_ppm, without_ppm, share; /* Of the code value, in the run where it was busier. */
};

static int by_share(const void *left, const void *right)
{
    const struct busy *a = left, *b = right;
    if (a->share != b->share)
        return a->share < b->share ? 1 : -1;
    return (a->door > b->door) - (a->door < b->door);
}

static double busiest(const struct record *record, size_t door)
{
    return record != NULL ? record_busiest_ppm(&RECORD_DOORS(record)[door].passed, record->sample_s)
                          : 0;
}

static size_t used_doors(const struct report_page *page, struct busy *out)
{
    size_t count = 0;
    for (size_t i = 0; i < page->any->doors.count; i++) {
        struct busy b = { i, busiest(page->with, i), busiest(page->without, i), 0 };
        b.share = fmax(b.with_ppm, b.without_ppm) / RECORD_DOORS(page->any)[i].code_ppm;
        if (b.share > 0)
            out[count++] = b;
    }
    qsort(out, count, sizeof *out, by_share);
    return count;
}

/* A bar from 0 to twice the code value, with a tick at it. */
static void write_bar(const struct report_page *page, double share)
{
    enum { WIDTH = 130 };
    fprintf(page->file,
            "<td class=\"bar\"><svg width=\"%d\" height=\"14\"><rect x=\"0\" y=\"2\" width=\"%d\" "
            "height=\"10\" fill=\"" PAPER_PANEL "\"/><rect x=\"0\" y=\"2\" width=\"%.1f\" "
            "height=\"10\" fill=\"%s\"/><line x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"14\" "
            "stroke=\"%s\" stroke-width=\"1.5\"/></svg></td>",
            WIDTH, WIDTH, fmin(share / 2, 1) * WIDTH, share > 1.005 ? PAPER_VOICE : PAPER_FORCE,
            WIDTH / 2.0, WIDTH / 2.0, share > 1.005 ? "#FFFFFF" : PAPER_TEXT2);
}

static void write_flow(const struct report_page *page, const struct record *record,
                       const struct record_door *door, double ppm, bool strong)
{
    char flow[FIGURE];
    if (record == NULL)
        return;
    fprintf(page->file, "<td class=\"%s\">%s</td><td class=\"%s\">%.0f</td>",
            strong ? "strong" : "", figure_count(flow, ppm), strong ? "strong" : "grey",
            ppm / door->width_m);
}

static void write_door(const struct report_page *page, const struct busy *busy)
{
    const struct record_door *door = &RECORD_DOORS(page->any)[busy->door];
    char code[FIGURE];
    fputs("<tr><td><b class=\"strong\">", page->file);
    page_text(page, door->id);
    fputs("</b> ", page->file);
    page_text(page, door->from);
    fputs(" \u2013 ", page->file);
    page_text(page, door->to);
    fprintf(page->file, "</td><td>%.2f</td><td>%s%s</td>", door->width_m,
            figure_count(code, door->code_ppm), door->stepped ? " stepped" : "");
    write_flow(page, page->with, door, busy->with_ppm, true);
    write_flow(page, page->without, door, busy->without_ppm, page->with == NULL);
    fprintf(page->file, "<td class=\"%s\">%.0f %%</td>", busy->share > 1.005 ? "strong" : "",
            busy->share * 100);
    write_bar(page, busy->share);
    fputs("</tr>\n", page->file);
}

static void write_doors(const struct report_page *page, const struct busy *busy, size_t count)
{
    fputs("<table class=\"figures doors\"><thead><tr><th></th><th>width, m</th><th>code, a "
          "minute</th>",
          page->file);
    if (page->with != NULL)
        fputs("<th colspan=\"2\" class=\"strong\">with: a minute, a m</th>", page->file);
    if (page->without != NULL)
        fputs("<th colspan=\"2\">without: a minute, a m</th>", page->file);
    fputs("<th>of the code</th><th class=\"bar\">0 to 200 %</th></tr></thead>\n", page->file);
    for (size_t i = 0; i < count; i++)
        write_door(page, &busy[i]);
    fputs("</table>\n", page->file);
}

void table_doors(const struct report_page *page)
{
    struct busy *busy = memory_array(page->any->doors.count, sizeof *busy);
    size_t count = used_doors(page, busy), over = 0;
    while (over < count && busy[over].share > 1.005)
        over++;
    size_t first = count < FIRST_DOORS ? count : FIRST_DOORS;
    char a[FIGURE], b[FIGURE];
    if (count > 0) {
        fprintf(page->file,
                "<h2>Flow at the doors <span>people in the busiest minute, both ways, beside the "
                "code value; %s of %s doors in use are above it</span></h2>\n",
                figure_count(a, (double)over), figure_count(b, (double)count));
        write_doors(page, busy, first);
        fprintf(page->file,
                "<p class=\"note\">Code values: 82 people a metre and minute on the level, 66 "
                "where either side is stairs, a gate's own limit where it has one (Green Guide). "
                "The tick is the code value.%s</p>\n",
                count > first ? " The other doors are in the appendix." : "");
    }
    free(busy);
}

void table_other_doors(const struct report_page *page)
{
    struct busy *busy = memory_array(page->any->doors.count, sizeof *busy);
    size_t count = used_doors(page, busy);
    if (count > FIRST_DOORS) {
        fputs("<h2 class=\"new-page\">Appendix: flow at the other doors</h2>\n", page->file);
        write_doors(page, busy + FIRST_DOORS, count - FIRST_DOORS);
    }
    free(busy);
}
