#include "sim/variants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    char *why;
    size_t why_size;
};

static bool fail(struct reading *r, const char *set, const char *what)
{
    snprintf(r->why, r->why_size, "--set %.100s: %s", set, what);
    return false;
}

static bool add_range(struct reading *r, struct axis *axis, const char *set, const char *text)
{
    char first[VARIANT_TEXT], *end;
    const char *dots = strstr(text, ".."), *second = dots + 2;
    double step = 1;
    snprintf(first, sizeof first, "%.*s", (int)(dots - text), text); /* "2." is a number, too. */
    double from = strtod(first, &end);
    if (end == first || *end != '\0')
        return fail(r, set, "is to be KEY=FROM..TO, KEY=FROM..TO:STEP or KEY=A,B,C");
    double to = strtod(second, &end);
    if (end != second && *end == ':')
        step = strtod(end + 1, &end);
    if (end == second || *end != '\0' || !(step > 0) || !(to >= from))
        return fail(r, set, "a range goes up from the first number to the second");
    for (size_t i = 0; from + step * (double)i <= to + step * 1e-9; i++) {
        if (axis->count == VARIANT_VALUES)
            return fail(r, set, "has more than 200 values");
        snprintf(axis->values[axis->count++], VARIANT_TEXT, "%.10g", from + step * (double)i);
    }
    return true;
}

static bool add_list(struct reading *r, struct axis *axis, const char *set, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, ",");
        if (axis->count == VARIANT_VALUES || length == 0 || length >= VARIANT_TEXT)
            return fail(r, set, "is to be KEY=A,B,C with at most 200 numbers");
        snprintf(axis->values[axis->count++], VARIANT_TEXT, "%.*s", (int)length, text);
        text += length + (text[length] == ',');
    }
    return axis->count > 0 || fail(r, set, "has no values");
}

static bool read_axis(struct reading *r, struct axis *axis, const char *set)
{
    const char *equals = strchr(set, '=');
    if (equals == NULL || (size_t)(equals - set) >= sizeof axis->key)
        return fail(r, set, "is to be KEY=VALUES");
    snprintf(axis->key, sizeof axis->key, "%.*s", (int)(equals - set), set);
    bool read = strstr(equals, "..") != NULL ? add_range(r, axis, set, equals + 1)
                                             : add_list(r, axis, set, equals + 1);
    for (size_t i = 0; i < axis->count && read; i++) {
        char one[VARIANT_KEY + VARIANT_TEXT];
        snprintf(one, sizeof one, "%s=%s", axis->key, axis->values[i]);
        read = setting_apply(one, NULL, NULL, r->why, r->why_size);
    }
    return read;
}

bool variants_read(struct variants *v, const char *const *sets, size_t set_count, char *why,
                   size_t why_size)
{
    struct reading r = { why, why_size };
    v->axis_count = set_count;
    v->count = 1;
    for (size_t a = 0; a < set_count; a++) {
        v->axes[a].count = 0;
        if (!read_axis(&r, &v->axes[a], sets[a]))
            return false;
        v->count *= v->axes[a].count;
        if (v->count > VARIANTS_MOST)
            return fail(&r, sets[a], "makes more than 500 variants");
    }
    return true;
}

const char *variants_value(const struct variants *v, size_t variant, size_t axis)
{
    for (size_t a = v->axis_count; a-- > axis + 1;)
        variant /= v->axes[a].count;
    return v->axes[axis].values[variant % v->axes[axis].count];
}

char *variants_setting(const struct variants *v, size_t variant, size_t axis, char *out,
                       size_t size)
{
    snprintf(out, size, "%s=%s", v->axes[axis].key, variants_value(v, variant, axis));
    return out;
}

void variants_name(const struct variants *v, size_t variant, char *out, size_t size)
{
    size_t used = (size_t)snprintf(out, size, "%s", v->axis_count ? "" : "as it is");
    for (size_t a = 0; a < v->axis_count && used < size; a++)
        used += (size_t)snprintf(out + used, size - used, "%s%s=%s", a ? " " : "", v->axes[a].key,
                                 variants_value(v, variant, a));
}
