/*
 * The page of a report while it is being written: a file, and one or two runs. Its parts are drawn
 * by report_html.c (text), report_table.c, report_checks.c, report_doors.c, report_method.c
 * (tables), report_chart.c (curves), report_map.c and report_loads.c (maps on the ground of
 * report_ground.c).
 */
#ifndef SIM_REPORT_PAGE_H
#define SIM_REPORT_PAGE_H

#include "sim/record.h"
#include "sim/report_seeds.h"

#include <stdio.h>

enum { PAGE_WIDTH = 996 }; /* px of what is on it. */

struct report_page {
    FILE *file;
    /* With guidance, without; one may be NULL. */
    const struct record *with, *without;
    /* One that is there, for what both have in common. */
    const struct record *any;
    const struct report_seeds *seeds; /* NULL: none. */
    double from_s, to_s;              /* What charts cover, after clock zero. */
    const char *since;                /* "the whistle": what clock zero is. */
};

/* Text with HTML's special characters escaped. */
void page_text(const struct report_page *page, const char *text);

/* The whole page. */
void report_html(const struct report_page *page);

/* What came of it, in figures. */
void table_figures(const struct report_page *page);
/* The same figures over many seeds, if there are any. */
void table_seeds(const struct report_page *page);
/* Against the limits; what the ground may hold. */
void table_checks(const struct report_page *page);
void table_capacity(const struct report_page *page);
/* The busiest doors beside their code values; the others, for an appendix. */
void table_doors(const struct report_page *page);
void table_other_doors(const struct report_page *page);
/* Assumptions, model, seed. */
void table_method(const struct report_page *page);
/* Each gate, and each facility: nothing where none was used. */
void table_gates(const struct report_page *page);
void table_facilities(const struct report_page *page);

/* People outside, or in or away from their seats, over time. */
void chart_people(const struct report_page *page);
/* Density over time in the zones where it came to most. */
void chart_zones(const struct report_page *page);
/* A small curve for a table: both runs on one scale up to `top`. Either series may be NULL. */
void chart_spark(const struct report_page *page, const struct series *with,
                 const struct series *without, double top);

/* A small map for every period and level. */
void map_periods(const struct report_page *page);
/* The ground at each run's densest moment. */
void map_worst(const struct report_page *page);
/* Highest density and time above 2 and 4 people a m2, metre by metre; levels of service. After
 * map_periods(). */
void map_loads(const struct report_page *page);
void map_service(const struct report_page *page);

#endif
