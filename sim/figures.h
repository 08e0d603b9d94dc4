/* Figures as people read them. Each returns `out`, so that it can be printed at once. */
#ifndef SIM_FIGURES_H
#define SIM_FIGURES_H

#include <stddef.h>

enum { FIGURE = 32 };

/* 754 s: "12:34"; 3725 s: "1:02:05"; NAN: "not reached". Rounded to the second. */
char *figure_time(char out[FIGURE], double seconds);
/* 59470: "59,470" */
char *figure_count(char out[FIGURE], double count);
/* With so many decimals: "1.38" */
char *figure_decimal(char out[FIGURE], double value, int decimals);
/* What changed from `from` to `to`, in per cent with its sign (a true minus): "−24 %"; "": cannot
 * be said. */
char *figure_change(char out[FIGURE], double from, double to);

#endif
