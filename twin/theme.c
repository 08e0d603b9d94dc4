#include "twin/theme.h"

#include <string.h>

/* Where the scale's stops lie, p/m2. A at 0.25 has gone 30 % of the way to B. */
static const float stop_density[DENSITY_STOPS] = { 0.00f, 0.41f, 0.56f, 0.90f, 1.60f, 2.50f };
static const float bend_density = 0.25f, bend_part = 0.30f;

static const struct theme tokens[THEMES] = {
    [THEME_NIGHT] = {
        .name = "night",
        .bg = OPAQUE(0x14171A), .panel = OPAQUE(0x191D21), .raise = OPAQUE(0x22272C),
        .line = OPAQUE(0x2C3238), .line2 = OPAQUE(0x3D444C),
        .t1 = OPAQUE(0xE9EBED), .t2 = OPAQUE(0xA9AFB6), .t3 = OPAQUE(0x7D848C),
        .bar = OPAQUE(0x8C939B), .track = OPAQUE(0x2C3238), .wall = OPAQUE(0x4A525A),
        .seat0 = OPAQUE(0x1B1F23), .seat1 = OPAQUE(0x30363C),
        .voice = OPAQUE(0xFFFFFF), .on_voice = OPAQUE(0x14171A), .force = OPAQUE(0xBEC4CA),
        .alarm = OPAQUE(0xDF3337), .on_alarm = OPAQUE(0xFFFFFF),
        .ink_dense = OPAQUE(0x14171A), .ink_sparse = OPAQUE(0xE9EBED),
        .stops = { OPAQUE(0x1C2024), OPAQUE(0x41474D), OPAQUE(0x3F568F), OPAQUE(0x7B808B),
                   OPAQUE(0xBAAF74), OPAQUE(0xFFEA46) },
    },
    [THEME_DAY] = {
        .name = "day",
        .bg = OPAQUE(0xDCDFE1), .panel = OPAQUE(0xE6E8EA), .raise = OPAQUE(0xD0D4D7),
        .line = OPAQUE(0xC6CACE), .line2 = OPAQUE(0xA6ADB3),
        .t1 = OPAQUE(0x121518), .t2 = OPAQUE(0x3C4349), .t3 = OPAQUE(0x555C63),
        .bar = OPAQUE(0x6A727A), .track = OPAQUE(0xC9CDD1), .wall = OPAQUE(0x858D94),
        .seat0 = OPAQUE(0xCDD1D4), .seat1 = OPAQUE(0xB9BEC3),
        .voice = OPAQUE(0x000000), .on_voice = OPAQUE(0xFFFFFF), .force = OPAQUE(0x454C53),
        .alarm = OPAQUE(0xC4161C), .on_alarm = OPAQUE(0xFFFFFF),
        .ink_dense = OPAQUE(0xFFFFFF), .ink_sparse = OPAQUE(0x121518),
        .stops = { OPAQUE(0xE9EBEC), OPAQUE(0xB9BFC4), OPAQUE(0xB8AD78), OPAQUE(0x857F60),
                   OPAQUE(0x465373), OPAQUE(0x001A45) },
    },
    [THEME_PAPER] = {
        .name = "paper",
        .bg = OPAQUE(0xFFFFFF), .panel = OPAQUE(0xF4F5F6), .raise = OPAQUE(0xE8EAEC),
        .line = OPAQUE(0xD5D9DD), .line2 = OPAQUE(0xB4BAC0),
        .t1 = OPAQUE(0x16191C), .t2 = OPAQUE(0x4A5158), .t3 = OPAQUE(0x6B727A),
        .bar = OPAQUE(0x7A828A), .track = OPAQUE(0xE3E6E8), .wall = OPAQUE(0x9AA1A8),
        .seat0 = OPAQUE(0xF0F1F2), .seat1 = OPAQUE(0xDCDFE2),
        .voice = OPAQUE(0x000000), .on_voice = OPAQUE(0xFFFFFF), .force = OPAQUE(0x3F464D),
        .alarm = OPAQUE(0xC4161C), .on_alarm = OPAQUE(0xFFFFFF),
        .ink_dense = OPAQUE(0xFFFFFF), .ink_sparse = OPAQUE(0x16191C),
        .stops = { OPAQUE(0xF3F4F5), OPAQUE(0xC3C8CC), OPAQUE(0xC2B783), OPAQUE(0x918B68),
                   OPAQUE(0x4F5C7C), OPAQUE(0x00204D) },
    },
};

static colour scale_at(const colour stops[DENSITY_STOPS], float density)
{
    if (density < bend_density)
        return colour_mix(stops[0], stops[1], bend_part * density / bend_density);
    if (density < stop_density[1]) {
        float part = (density - bend_density) / (stop_density[1] - bend_density);
        return colour_mix(stops[0], stops[1], bend_part + (1 - bend_part) * part);
    }
    for (int i = 1; i + 1 < DENSITY_STOPS; i++)
        if (density < stop_density[i + 1])
            return colour_mix(stops[i], stops[i + 1],
                              (density - stop_density[i]) /
                                  (stop_density[i + 1] - stop_density[i]));
    return stops[DENSITY_STOPS - 1];
}

void theme_init(struct theme *theme, enum theme_kind kind)
{
    *theme = tokens[kind];
    for (int i = 0; i < DENSITY_STEPS; i++)
        theme->density[i] = scale_at(theme->stops, (float)i * DENSITY_STEP);
}

void theme_see(struct theme *theme, enum vision vision)
{
    colour *const tokens_seen[] = {
        &theme->bg,    &theme->panel, &theme->raise,    &theme->line,      &theme->line2,
        &theme->t1,    &theme->t2,    &theme->t3,       &theme->bar,       &theme->track,
        &theme->wall,  &theme->seat0, &theme->seat1,    &theme->voice,     &theme->on_voice,
        &theme->force, &theme->alarm, &theme->on_alarm, &theme->ink_dense, &theme->ink_sparse,
    };
    for (size_t i = 0; i < sizeof tokens_seen / sizeof *tokens_seen; i++)
        *tokens_seen[i] = vision_colour(vision, *tokens_seen[i]);
    for (int i = 0; i < DENSITY_STOPS; i++)
        theme->stops[i] = vision_colour(vision, theme->stops[i]);
    for (int i = 0; i < DENSITY_STEPS; i++)
        theme->density[i] = vision_colour(vision, theme->density[i]);
}

bool theme_kind_of(const char *name, enum theme_kind *out)
{
    for (int kind = 0; kind < THEMES; kind++) {
        if (strcmp(name, tokens[kind].name) == 0) {
            *out = (enum theme_kind)kind;
            return true;
        }
    }
    return false;
}

colour theme_density(const struct theme *theme, float density_pm2)
{
    int step = density_pm2 > 0 ? (int)(density_pm2 / DENSITY_STEP + 0.5f) : 0;
    return theme->density[step < DENSITY_STEPS ? step : DENSITY_STEPS - 1];
}

colour theme_ink(const struct theme *theme, float density_pm2)
{
    return density_pm2 >= walkway_scale.limits[2] ? theme->ink_dense : theme->ink_sparse;
}
