#include "sim/plot.h"

#include "sim/paper.h"

#include <math.h>

/* Where the data lie, in px. */
static const double left = 46, top = 26, width = 420, height = 240;
static const double page_width = 486, page_height = 340;

static double x_of(const struct plot *plot, double x)
{
    return left + fmin(fmax(x / plot->x_to, 0), 1) * width;
}

static double y_of(const struct plot *plot, double y)
{
    return top + (1 - fmin(fmax(y / plot->y_to, 0), 1)) * height;
}

/* 1, 2 or 5 times a power of ten, for five steps or so. */
static double step_of(double to)
{
    double power = pow(10, floor(log10(to / 5)));
    double share = to / 5 / power;
    return power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
}

static int decimals_of(double step)
{
    return step < 0.1 ? 2 : step < 1 ? 1 : 0;
}

static void scales(const struct plot *plot, const char *x_label, const char *y_label)
{
    double dx = step_of(plot->x_to), dy = step_of(plot->y_to);
    for (double y = 0; y <= plot->y_to * 1.001; y += dy)
        fprintf(plot->file,
                "<line x1=\"%.0f\" x2=\"%.0f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>"
                "<text x=\"%.0f\" y=\"%.1f\" class=\"axis\" text-anchor=\"end\">%.*f</text>\n",
                left, left + width, y_of(plot, y), y_of(plot, y), y > 0 ? PAPER_LINE1 : PAPER_WALL,
                left - 6, y_of(plot, y) + 4, decimals_of(dy), y);
    for (double x = 0; x <= plot->x_to * 1.001; x += dx)
        fprintf(plot->file,
                "<text x=\"%.1f\" y=\"%.0f\" class=\"axis\" text-anchor=\"middle\">%.*f</text>\n",
                x_of(plot, x), top + height + 16, decimals_of(dx), x);
    fprintf(plot->file,
            "<text x=\"%.0f\" y=\"%.0f\" class=\"axis\" text-anchor=\"end\">%s</text>"
            "<text x=\"%.0f\" y=\"%.0f\" class=\"axis\">%s</text>\n",
            left + width, top + height + 32, x_label, 4.0, top - 10, y_label);
}

void plot_begin(struct plot *plot, const char *title, const char *x_label, double x_to,
                const char *y_label, double y_to)
{
    plot->x_to = x_to;
    plot->y_to = y_to;
    plot->names = 0;
    fprintf(plot->file, "<div class=\"cell\"><h3>%s</h3><svg width=\"%.0f\" height=\"%.0f\">\n",
            title, page_width, page_height);
    scales(plot, x_label, y_label);
}

static const char *stroke_of(enum plot_style style)
{
    static const char *const strokes[] = {
        "stroke=\"" PAPER_FORCE "\" stroke-width=\"2\" stroke-dasharray=\"6 4\"",
        "stroke=\"" PAPER_VOICE "\" stroke-width=\"2\"",
        "stroke=\"" PAPER_TEXT2 "\" stroke-width=\"1\"",
    };
    return strokes[style];
}

/* Two names a line below the scales; returns where the next one's sign goes. */
static void name_next(struct plot *plot, const char *name, double *x, double *y)
{
    *x = left + (plot->names % 2) * 215;
    *y = top + height + 44 + (plot->names / 2) * 14;
    plot->names++;
    fprintf(plot->file, "<text x=\"%.0f\" y=\"%.0f\" class=\"axis\">%s</text>", *x + 26, *y + 4,
            name);
}

void plot_curve(struct plot *plot, enum plot_style style, const char *name, const double *x,
                const double *y, size_t count)
{
    const char *move = "M";
    fprintf(plot->file, "<path fill=\"none\" %s d=\"", stroke_of(style));
    for (size_t i = 0; i < count; i++) {
        if (isnan(x[i]) || isnan(y[i])) {
            move = "M";
            continue;
        }
        fprintf(plot->file, "%s%.1f %.1f", move, x_of(plot, x[i]), y_of(plot, y[i]));
        move = "L";
    }
    fputs("\"/>\n", plot->file);
    double at_x, at_y;
    name_next(plot, name, &at_x, &at_y);
    fprintf(plot->file, "<path %s d=\"M%.0f %.0fh20\"/>\n", stroke_of(style), at_x, at_y);
}

static void point(const struct plot *plot, enum plot_style style, double x, double y)
{
    fprintf(plot->file, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\" fill=\"%s\" stroke=\"%s\"/>", x,
            y, style == PLOT_OURS ? PAPER_VOICE : "#FFFFFF",
            style == PLOT_REFERENCE ? PAPER_FORCE : PAPER_TEXT2);
}

void plot_points(struct plot *plot, enum plot_style style, const char *name, const double *x,
                 const double *y, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isnan(x[i]) && !isnan(y[i]))
            point(plot, style, x_of(plot, x[i]), y_of(plot, y[i]));
    double at_x, at_y;
    name_next(plot, name, &at_x, &at_y);
    point(plot, style, at_x + 10, at_y);
    fputc('\n', plot->file);
}

void plot_band(struct plot *plot, const char *name, const double *x, const double *low,
               const double *high, size_t count)
{
    fputs("<polygon fill=\"" PAPER_SEAT "\" points=\"", plot->file);
    for (size_t i = 0; i < count; i++)
        fprintf(plot->file, "%.1f,%.1f ", x_of(plot, x[i]), y_of(plot, high[i]));
    for (size_t i = count; i-- > 0;)
        fprintf(plot->file, "%.1f,%.1f ", x_of(plot, x[i]), y_of(plot, low[i]));
    double at_x, at_y;
    fputs("\"/>\n", plot->file);
    name_next(plot, name, &at_x, &at_y);
    fprintf(plot->file,
            "<rect x=\"%.0f\" y=\"%.0f\" width=\"20\" height=\"8\" fill=\"" PAPER_SEAT "\"/>\n",
            at_x, at_y - 4);
}

void plot_note(struct plot *plot, const char *text)
{
    double x, y;
    name_next(plot, text, &x, &y);
    fputc('\n', plot->file);
}

void plot_end(struct plot *plot)
{
    fputs("</svg></div>\n", plot->file);
}
