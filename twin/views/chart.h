/*
 * A measured value over the last minutes: absolute scale, limits as lines, nothing after now. The
 * service makes no forecast.
 */
#ifndef TWIN_VIEWS_CHART_H
#define TWIN_VIEWS_CHART_H

#include "twin/model.h"
#include "twin/pen.h"

enum { CHART_LINES = 3 };

struct chart {
    struct area area; /* Without what stands beside and below. */
    int minutes;
    bool times; /* Write them below. */
    float top;  /* Value at its upper edge. */
    struct chart_line {
        float value;
        char mark[12];  /* Beside it; may be empty. A value of 0 after the first ends the list. */
        char words[24]; /* On it; empty: no line. */
        bool alarm;     /* An alarm's limit. */
    } lines[CHART_LINES];
    size_t column; /* Of the history. */
};

void view_chart(struct pen *pen, const struct chart *chart, const struct model *model);
/* Where a time stands; may be outside. */
float chart_x(const struct chart *chart, const struct model *model, int64_t at_ms);

/* The usual charts, without their area: a zone's density, a facility's wait, a gate's flow and
 * queue. */
struct chart chart_of_density(const struct model *model, uint32_t zone);
struct chart chart_of_wait(const struct model *model, uint32_t facility);
struct chart chart_of_flow(const struct model *model, uint32_t gate);
struct chart chart_of_queue(const struct model *model, uint32_t gate);

#endif
