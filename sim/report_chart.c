#include "sim/figures.h"
#include "sim/paper.h"
#include "sim/report_page.h"

#include <math.h>
#include <string.h>

/* Where a chart's data lie on the page. */
struct frame {
    double left, top, width, height; /* px */
    double from_s, to_s;             /* After clock zero. */
    double most;                     /* Top of the scale, which begins at 0. */
};

static double x_of(const struct frame *frame, double after_s)
{
    return frame->left + (after_s - frame->from_s) / (frame->to_s - frame->from_s) * frame->width;
}

static double y_of(const struct frame *frame, double value)
{
    return frame->top + frame->height * (1 - value / frame->most);
}

/* 1, 2 or 5 times a power of ten: at least `least`. */
static double round_step(double least)
{
    double power = pow(10, floor(log10(fmax(least, 1e-6))));
    static const double steps[] = { 1, 2, 5, 10 };
    for (size_t i = 0; i < 4; i++)
        if (power * steps[i] >= least * 0.999)
            return power * steps[i];
    return power * 10;
}

/* "M" and "L"s of a series; `scale` turns its whole numbers into the axis' unit. */
static void draw_curve(const struct report_page *page, const struct frame *frame,
                       const struct record *record, const struct series *series, double scale,
                       const char *style)
{
    const char *move = "M";
    fprintf(page->file, "<path fill=\"none\" %s d=\"", style);
    for (size_t i = 0; i < series->count; i++) {
        double after_s = (double)(i + 1) * record->sample_s - record->clock_zero_s;
        if (after_s < frame->from_s || after_s > frame->to_s)
            continue;
        fprintf(page->file, "%s%.1f %.1f", move, x_of(frame, after_s),
                y_of(frame, series->values[i] * scale));
        move = "L";
    }
    fputs("\"/>\n", page->file);
}

static void draw_grid(const struct report_page *page, const struct frame *frame, double step,
                      int decimals)
{
    char figure[FIGURE];
    for (double value = 0; value <= frame->most * 1.001; value += step) {
        double y = y_of(frame, value);
        fprintf(page->file,
                "<line x1=\"%.0f\" x2=\"%.0f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>"
                "<text x=\"%.0f\" y=\"%.1f\" class=\"axis\" text-anchor=\"end\">%s</text>\n",
                frame->left, frame->left + frame->width, y, y, value > 0 ? PAPER_LINE1 : PAPER_WALL,
                frame->left - 8, y + 4,
                decimals > 0 ? figure_decimal(figure, value, decimals)
                             : figure_count(figure, value));
    }
    double minutes = (frame->to_s - frame->from_s) / 60;
    double every = minutes > 48 ? 10 : minutes > 16 ? 5 : 2;
    double first = ceil(frame->from_s / 60 / every) * every;
    for (double minute = first; minute * 60 <= frame->to_s + 1; minute += every) {
        bool last = (minute + every) * 60 > frame->to_s + 1;
        double x = x_of(frame, minute * 60), y = frame->top + frame->height;
        fprintf(page->file,
                "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.0f\" y2=\"%.0f\" stroke=\"%s\"/>"
                "<text x=\"%.1f\" y=\"%.0f\" class=\"axis\" text-anchor=\"middle\">%s%.0f%s</text>"
                "\n",
                x, x, y, y + 4, PAPER_WALL, x, y + 19, minute < 0 ? "\u2212" : "", fabs(minute),
                last ? " min" : "");
    }
}

static void open_svg(const struct report_page *page, double width, double height)
{
    fprintf(page->file, "<svg width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\">\n", width,
            height, width, height);
}

/* ---- People -----------------------------------------------------------------------------------
 */

static const struct series *people_series(const struct record *record)
{
    return record->arrives ? &record->seated : record->returns ? &record->away : &record->outside;
}

static double most_of(const struct series *series)
{
    double most = 0;
    for (size_t i = 0; i < series->count; i++)
        most = fmax(most, series->values[i]);
    return most;
}

/* The moment of clearance: a point on the curve with its time beside it. */
static void mark_clearance(const struct report_page *page, const struct frame *frame,
                           const struct record *record, double label_y)
{
    if (record == NULL || isnan(record->clearance_s))
        return;
    bool with = record == page->with;
    const struct record *other = with ? page->without : page->with;
    const struct series *series = people_series(record);
    size_t i = (size_t)((record->clearance_s + record->clock_zero_s) / record->sample_s);
    i = i < series->count ? i : series->count - 1;
    double x = x_of(frame, record->clearance_s), y = y_of(frame, series->values[i]);
    /* The earlier one's words end at its mark, the later one's begin there if they fit. */
    const double words = 170;
    bool ends = (other != NULL && !(other->clearance_s < record->clearance_s)) ||
                x + words > frame->left + frame->width;
    char time[FIGURE];
    fprintf(page->file,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>"
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\" fill=\"%s\" stroke=\"%s\" "
            "stroke-width=\"1.5\"/>",
            x, y, x, label_y, PAPER_TEXT2, x, y, with ? PAPER_VOICE : "#FFFFFF",
            with ? PAPER_VOICE : PAPER_TEXT2);
    fprintf(page->file,
            "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\" text-anchor=\"%s\">%s %s</text>\n",
            x + (ends ? -8 : 8), label_y, with ? "mark strong" : "mark", ends ? "end" : "start",
            with ? "with guidance" : "without", figure_time(time, record->clearance_s));
}

void chart_people(const struct report_page *page)
{
    const struct record *runs[] = { page->without, page->with };
    static const char *const styles[] = {
        "stroke=\"" PAPER_TEXT2 "\" stroke-width=\"1.5\" stroke-dasharray=\"6 4\"",
        "stroke=\"" PAPER_VOICE "\" stroke-width=\"2.5\"",
    };
    struct frame frame = { 56, 14, PAGE_WIDTH - 76, 240, page->from_s, page->to_s, 1 };
    for (size_t k = 0; k < 2; k++)
        if (runs[k] != NULL)
            frame.most = fmax(frame.most, most_of(people_series(runs[k])));
    double step = round_step(frame.most / 5);
    frame.most *= 1.06;
    open_svg(page, PAGE_WIDTH, frame.top + frame.height + 26);
    draw_grid(page, &frame, step, 0);
    double zero = x_of(&frame, 0);
    if (page->from_s < 0)
        fprintf(page->file,
                "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.0f\" y2=\"%.0f\" stroke=\"%s\"/>"
                "<text x=\"%.1f\" y=\"%.0f\" class=\"axis\" text-anchor=\"end\">%s</text>\n",
                zero, zero, frame.top, frame.top + frame.height, PAPER_LINE2, zero - 6,
                frame.top + 14, page->since);
    double deadline_s = page->any->deadline_s - page->any->clock_zero_s;
    if (page->any->returns && deadline_s < frame.to_s)
        fprintf(page->file,
                "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.0f\" y2=\"%.0f\" stroke=\"%s\"/>"
                "<text x=\"%.1f\" y=\"%.0f\" class=\"axis\">%s</text>\n",
                x_of(&frame, deadline_s), x_of(&frame, deadline_s), frame.top,
                frame.top + frame.height, PAPER_LINE2, x_of(&frame, deadline_s) + 6, frame.top + 14,
                page->any->arrives ? "kick-off" : "restart");
    for (size_t k = 0; k < 2; k++)
        if (runs[k] != NULL)
            draw_curve(page, &frame, runs[k], people_series(runs[k]), 1, styles[k]);
    double label_y = frame.top + frame.height * (page->any->returns ? 0.6 : 0.4);
    mark_clearance(page, &frame, page->without, label_y);
    mark_clearance(page, &frame, page->with, label_y + 26);
    fputs("</svg>\n", page->file);
}

/* ---- Zones ------------------------------------------------------------------------------------
 */

enum { ZONES_SHOWN = 4 };

static double zone_peak(const struct report_page *page, size_t zone)
{
    double peak = 0;
    if (page->with != NULL)
        peak = fmax(peak, RECORD_ZONES(page->with)[zone].peak_density);
    if (page->without != NULL)
        peak = fmax(peak, RECORD_ZONES(page->without)[zone].peak_density);
    return peak;
}

/* The zones with the highest peaks, highest first; slivers below 20 m2 are no places to stand. */
static size_t worst_zones(const struct report_page *page, size_t worst[ZONES_SHOWN])
{
    static const double least_area_m2 = 20;
    size_t count = 0;
    for (size_t z = 0; z < page->any->zones.count; z++) {
        double peak = zone_peak(page, z);
        if (peak <= 0 || RECORD_ZONES(page->any)[z].area_m2 < least_area_m2)
            continue;
        size_t at = count < ZONES_SHOWN ? count++ : ZONES_SHOWN;
        for (; at > 0 && zone_peak(page, worst[at - 1]) < peak; at--)
            if (at < ZONES_SHOWN)
                worst[at] = worst[at - 1];
        if (at < ZONES_SHOWN)
            worst[at] = z;
    }
    return count;
}

static void chart_zone(const struct report_page *page, size_t zone, double most)
{
    struct frame frame = { 34, 10, PAGE_WIDTH / 2.0 - 34 - 44, 96, page->from_s, page->to_s, most };
    char figure[FIGURE];
    fputs("<div class=\"cell\"><h3>", page->file);
    page_text(page, RECORD_ZONES(page->any)[zone].name);
    fprintf(page->file, " <span>%s m\u00b2</span></h3>\n",
            figure_count(figure, RECORD_ZONES(page->any)[zone].area_m2));
    open_svg(page, PAGE_WIDTH / 2.0 - 12, frame.top + frame.height + 26);
    draw_grid(page, &frame, round_step(most / 4), 1);
    if (page->without != NULL)
        draw_curve(page, &frame, page->without, &RECORD_ZONES(page->without)[zone].density, 0.01,
                   "stroke=\"" PAPER_WALL "\" stroke-width=\"1.5\"");
    if (page->with != NULL)
        draw_curve(page, &frame, page->with, &RECORD_ZONES(page->with)[zone].density, 0.01,
                   "stroke=\"" PAPER_VOICE "\" stroke-width=\"1.5\"");
    fputs("</svg></div>\n", page->file);
}

void chart_zones(const struct report_page *page)
{
    size_t worst[ZONES_SHOWN];
    size_t count = worst_zones(page, worst);
    if (count == 0)
        return;
    double most = ceil(fmax(zone_peak(page, worst[0]), 0.5) * 2) / 2;
    fputs("<h2>Density in the worst zones <span>people a m\u00b2, the highest second of every "
          "10 s; with guidance in black, without in grey</span></h2>\n<div class=\"grid\">\n",
          page->file);
    for (size_t i = 0; i < count; i++)
        chart_zone(page, worst[i], most);
    fputs("</div>\n", page->file);
}

/* ---- Sparklines -------------------------------------------------------------------------------
 */

void chart_spark(const struct report_page *page, const struct series *with,
                 const struct series *without, double top)
{
    struct frame frame = { 0, 2, 150, 22, page->from_s, page->to_s, fmax(top, 1) };
    open_svg(page, frame.width, frame.height + 4);
    if (without != NULL && page->without != NULL)
        draw_curve(page, &frame, page->without, without, 1,
                   "stroke=\"" PAPER_WALL "\" stroke-width=\"1.25\"");
    if (with != NULL && page->with != NULL)
        draw_curve(page, &frame, page->with, with, 1,
                   "stroke=\"" PAPER_VOICE "\" stroke-width=\"1.25\"");
    fputs("</svg>", page->file);
}
