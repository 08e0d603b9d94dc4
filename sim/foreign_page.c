/* report.html of a foreign scenario: what came of it, what was not honoured, and the floor with the
 * highest densities. One file, no scripts. */
#include "sim/foreign_result.h"

#include "sim/figures.h"
#include "sim/paper.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAP_PX = 960 };

static const char head[] =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>%s</title><style>"
    "body{font:15px/1.5 Inter,system-ui,sans-serif;color:" PAPER_TEXT1 ";max-width:996px;"
    "margin:32px auto;padding:0 24px}h1{font-size:26px}h2{font-size:18px;margin-top:36px}"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums}td,th{padding:4px 16px 4px 0;"
    "border-bottom:1px solid " PAPER_LINE1 ";text-align:right}td:first-child,th:first-child{"
    "text-align:left}p,li{color:" PAPER_TEXT2 "}</style>\n";

static void text(FILE *out, const char *words)
{
    for (; *words; words++) {
        switch (*words) {
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '&':
            fputs("&amp;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            fputc(*words, out);
        }
    }
}

static void row(FILE *out, const char *what, const char *figure)
{
    fprintf(out, "<tr><td>%s<td>%s\n", what, figure);
}

static void figures(FILE *out, const struct foreign_result *r)
{
    struct foreign_figures f = foreign_result_figures(r);
    char words[160], time[FIGURE];
    fputs("<h2>What came of it</h2><table>", out);
    snprintf(words, sizeof words, "%" PRIu32 " of %" PRIu32, f.came, f.planned);
    row(out, "People who came", words);
    snprintf(words, sizeof words, "%" PRIu32, f.left);
    row(out, "People who left", words);
    row(out, f.all_out ? "All out at" : "Last one out at", figure_time(time, f.last_out_s));
    row(out, "Time on the way, mean", figure_time(time, f.travel_mean_s));
    row(out, "Time on the way, 95 % within", figure_time(time, f.travel_p95_s));
    snprintf(words, sizeof words, "%.2f people a m&sup2; at %.0f s, x %.0f m, y %.0f m",
             r->loads.peak_p_m2, r->loads.peak_s, r->loads.peak_at.x, r->loads.peak_at.y);
    row(out, "Highest density", r->loads.peak_p_m2 > 0 ? words : "nobody");
    snprintf(words, sizeof words, "%.0f m&sup2; / %.0f m&sup2;",
             loads_floor_above_m2(&r->loads, 2, 1), loads_floor_above_m2(&r->loads, 4, 1));
    row(out, "Floor that was above 2 / 4 people a m&sup2; for a second or more", words);
    fputs("</table>\n", out);
}

static void spots(FILE *out, const struct foreign_result *r)
{
    char first[FIGURE], last[FIGURE];
    fputs("<h2>Targets</h2><table><tr><th>Target<th>reached<th>done<th>most waiting<th>mean wait"
          "<th>first<th>last\n",
          out);
    for (size_t i = 0; i < r->foreign->spot_count; i++) {
        const struct walkers_spot *s = &walkers_spots(r->walkers)[i];
        fputs("<tr><td>", out);
        text(out, r->foreign->spots[i].name);
        fprintf(out, "<td>%" PRIu32 "<td>%" PRIu32 "<td>%" PRIu32 "<td>%.1f s<td>%s<td>%s\n",
                s->reached, s->served, s->longest, s->served ? s->wait_s / s->served : 0.0,
                figure_time(first, s->first_s), figure_time(last, s->last_s));
    }
    fputs("</table>\n", out);
}

static void measures(FILE *out, const struct foreign_result *r)
{
    if (r->foreign->measure_count == 0)
        return;
    fputs("<h2>Measurement areas</h2><table><tr><th>Area<th>floor<th>mean density<th>peak density"
          "<th>mean speed\n",
          out);
    for (size_t i = 0; i < r->foreign->measure_count; i++) {
        const struct foreign_measured *m = &r->measured[i];
        fputs("<tr><td>", out);
        text(out, r->foreign->measures[i].name);
        fprintf(out, "<td>%.1f m&sup2;", m->floor_m2);
        if (m->seconds > 0)
            fprintf(out, "<td>%.2f p/m&sup2;<td>%.2f p/m&sup2;<td>%.2f m/s\n",
                    m->people_sum / m->seconds / m->floor_m2, m->most_people / m->floor_m2,
                    m->speed_sum / m->people_sum);
        else
            fputs("<td>&ndash;<td>&ndash;<td>&ndash;\n", out);
    }
    fputs("</table>\n", out);
}

/* ---- The floor ------------------------------------------------------------------------------- */

static void ring(FILE *out, struct path path, double top_m)
{
    for (uint32_t i = 0; i < path.count; i++)
        fprintf(out, "%c%.2f %.2f", i ? 'L' : 'M', path.points[i].x, top_m - path.points[i].y);
    fputs("Z", out);
}

/* Cells side by side of the same step are one rectangle. */
static void densities(FILE *out, const struct loads *l, double top_m)
{
    char colour[8];
    for (uint32_t r = 0; r < l->rows; r++)
        for (uint32_t c = 0; c < l->columns;) {
            const struct load *cells = l->cells + (size_t)r * l->columns;
            int step = paper_density_step((double)cells[c].peak_p_m2);
            uint32_t from = c;
            while (c < l->columns && paper_density_step((double)cells[c].peak_p_m2) == step)
                c++;
            if (step > 0)
                fprintf(
                    out,
                    "<rect shape-rendering=\"crispEdges\" x=\"%.0f\" y=\"%.2f\" width=\"%" PRIu32
                    "\" height=\"1\" fill=\"%s\"/>\n",
                    l->low.x + from, top_m - l->low.y - r - 1, c - from,
                    paper_density_colour(step, colour));
        }
}

static void map(FILE *out, const struct foreign_result *r)
{
    const struct foreign *f = r->foreign;
    const struct loads *l = &r->loads;
    double top_m = l->low.y + l->rows, width = l->columns, height = l->rows;
    fprintf(out,
            "<h2>Highest density, cell by cell of 1 m</h2><svg viewBox=\"%.1f 0 %.1f %.1f\" "
            "width=\"%d\" style=\"max-height:900px\">\n<path fill=\"" PAPER_FLOOR
            "\" fill-rule=\"evenodd\" d=\"",
            l->low.x, width, height, MAP_PX);
    for (size_t i = 0; i < f->area_count; i++)
        ring(out, f->areas[i].outline, top_m);
    fputs("\"/>\n", out);
    densities(out, l, top_m);
    fprintf(out, "<g fill=\"#fff\" stroke=\"" PAPER_WALL "\" stroke-width=\"%.2f\">", width / 1000);
    for (size_t i = 0; i < f->area_count; i++)
        for (size_t h = 0; h < f->areas[i].hole_count; h++) {
            fputs("<path d=\"", out);
            ring(out, f->areas[i].holes[h], top_m);
            fputs("\"/>\n", out);
        }
    fprintf(out, "</g><g fill=\"none\" stroke=\"" PAPER_TEXT1 "\" stroke-width=\"%.2f\">",
            width / 700);
    for (size_t i = 0; i < f->spot_count; i++)
        for (size_t k = 0; k < f->spots[i].ring_count; k++) {
            fputs("<path d=\"", out);
            ring(out, f->spots[i].rings[k], top_m);
            fputs("\"/>\n", out);
        }
    fprintf(out,
            "</g><g fill=\"none\" stroke=\"" PAPER_TEXT3 "\" stroke-dasharray=\"%.2f\" "
            "stroke-width=\"%.2f\">",
            width / 200, width / 700);
    for (size_t i = 0; i < f->source_count; i++) {
        fputs("<path d=\"", out);
        ring(out, f->sources[i].ring, top_m);
        fputs("\"/>\n", out);
    }
    fputs("</g></svg><p>Outlined: targets. Dashed: sources. Light to dark: 0.1 to 2.5 and more "
          "people a m&sup2;, smoothed over 3 m.</p>\n",
          out);
}

static void notes(FILE *out, const struct foreign_result *r)
{
    fputs("<h2>Not honoured: what, and what happened instead</h2><ul>", out);
    for (size_t i = 0; i < r->foreign->note_count; i++) {
        fputs("<li>", out);
        text(out, r->foreign->notes[i]);
    }
    fputs("</ul>\n", out);
}

bool foreign_result_page(const struct foreign_result *r, const char *path, char *why,
                         size_t why_size)
{
    FILE *out = fopen(path, "wb");
    if (out != NULL) {
        const char *slash = strrchr(r->path, '/'), *name = slash ? slash + 1 : r->path;
        fprintf(out, head, "A foreign scenario");
        fputs("<h1>", out);
        text(out, r->foreign->title[0] ? r->foreign->title : name);
        fputs("</h1><p>", out);
        text(out, name);
        fprintf(out, " (%s), seed %" PRIu64 ", %.0f s simulated by tifo-sim " TIFO_VERSION "</p>\n",
                r->foreign->format, r->seed, crowd_time_s(r->crowd));
        figures(out, r);
        spots(out, r);
        measures(out, r);
        map(out, r);
        notes(out, r);
    }
    bool good = out != NULL && !ferror(out);
    good = (out == NULL || fclose(out) == 0) && good;
    if (!good)
        snprintf(why, why_size, "%s: cannot be written: %s", path, strerror(errno));
    return good;
}
