/*
 * The twin's colours: tokens by name, and the fixed scale of density.
 *
 * Grey is the ground as it is; colour is density from level C up; red is an alarm and nothing else;
 * `voice` is the twin talking to the operator. The density scale is absolute: 256 entries of 0.02
 * people a m2, straight lines between stops derived from cividis, so that lightness always moves
 * away from the background as density grows, for every kind of colour vision and in a grey print.
 */
#ifndef TWIN_THEME_H
#define TWIN_THEME_H

#include "twin/draw/canvas.h"
#include "twin/level.h"
#include "twin/vision.h"

enum theme_kind { THEME_NIGHT, THEME_DAY, THEME_PAPER, THEMES };

enum { DENSITY_STEPS = 256, DENSITY_STOPS = 6 };
#define DENSITY_STEP 0.02f /* p/m2 */

struct theme {
    const char *name;
    colour bg, panel, raise, line, line2;
    colour t1, t2, t3;
    colour bar, track, wall, seat0, seat1;
    colour voice, on_voice, force, alarm, on_alarm;
    colour ink_dense, ink_sparse; /* Marks on floors of level D and up, and below. */
    colour stops[DENSITY_STOPS];  /* A to F. */
    colour density[DENSITY_STEPS];
};

void theme_init(struct theme *theme, enum theme_kind kind);
/* All its colours as they are seen. */
void theme_see(struct theme *theme, enum vision vision);
/* False for an unknown name. */
bool theme_kind_of(const char *name, enum theme_kind *out);

/* By densities on the walkway scale: see level_shade() for others. */
colour theme_density(const struct theme *theme, float density_pm2);
/* Marks and letters on a floor of that colour. */
colour theme_ink(const struct theme *theme, float density_pm2);

#endif
