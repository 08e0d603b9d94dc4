#include "sim/foreign/fields.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define COORDINATE_MOST 1e9

json_t *fields_parse(struct fields *f, struct foreign_text text)
{
    json_error_t error;
    json_t *root = json_loadb(text.data, text.size, 0, &error);
    if (root == NULL) {
        snprintf(f->why, f->why_size, "%s:%d:%d: this is no JSON: %s", text.name, error.line,
                 error.column, error.text);
        f->refused = true;
    }
    return root;
}

size_t fields_enter(struct fields *f, const char *key)
{
    size_t mark = strlen(f->path);
    if (key[0] != '\0')
        snprintf(f->path + mark, sizeof f->path - mark, "%s%.60s", mark ? "." : "", key);
    return mark;
}

size_t fields_enter_at(struct fields *f, size_t index)
{
    size_t mark = strlen(f->path);
    snprintf(f->path + mark, sizeof f->path - mark, "[%zu]", index);
    return mark;
}

void fields_leave(struct fields *f, size_t mark)
{
    f->path[mark] = '\0';
}

void fields_refuse(struct fields *f, const char *format, ...)
{
    if (f->refused)
        return;
    f->refused = true;
    int used =
        snprintf(f->why, f->why_size, "%s: %s: ", f->file, f->path[0] ? f->path : "the file");
    if (used < 0 || (size_t)used >= f->why_size)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(f->why + used, f->why_size - (size_t)used, format, arguments);
    va_end(arguments);
}

void fields_note(struct fields *f, const char *format, ...)
{
    char words[300];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    foreign_note(f->out, "%s: %s", f->path, words);
}

static const json_t *member(const json_t *at, const char *key)
{
    const json_t *value = json_object_get(at, key);
    return value == NULL || json_is_null(value) ? NULL : value;
}

static void refuse_member(struct fields *f, const char *key, const char *what)
{
    size_t mark = fields_enter(f, key);
    fields_refuse(f, "is to be %s", what);
    fields_leave(f, mark);
}

static double within(struct fields *f, const char *key, double value, double standard, double least,
                     double most)
{
    if (isfinite(value) && value >= least && value <= most)
        return value;
    size_t mark = fields_enter(f, key);
    fields_refuse(f, "%g is not within %g and %g", value, least, most);
    fields_leave(f, mark);
    return standard;
}

double fields_number(struct fields *f, const json_t *at, const char *key, double standard,
                     double least, double most)
{
    const json_t *value = member(at, key);
    if (value == NULL || f->refused)
        return standard;
    if (!json_is_number(value)) {
        refuse_member(f, key, "a number");
        return standard;
    }
    return within(f, key, json_number_value(value), standard, least, most);
}

long fields_whole(struct fields *f, const json_t *at, const char *key, long standard, long least,
                  long most)
{
    double value = fields_number(f, at, key, (double)standard, (double)least, (double)most);
    if (value != floor(value)) {
        refuse_member(f, key, "a whole number");
        return standard;
    }
    return (long)value;
}

bool fields_bool(struct fields *f, const json_t *at, const char *key, bool standard)
{
    const json_t *value = member(at, key);
    if (value == NULL || f->refused)
        return standard;
    if (json_is_boolean(value))
        return json_is_true(value);
    refuse_member(f, key, "true or false");
    return standard;
}

const char *fields_text(struct fields *f, const json_t *at, const char *key, const char *standard)
{
    const json_t *value = member(at, key);
    if (value == NULL || f->refused)
        return standard;
    if (json_is_string(value))
        return json_string_value(value);
    refuse_member(f, key, "a text");
    return standard;
}

const json_t *fields_object(struct fields *f, const json_t *at, const char *key)
{
    const json_t *value = member(at, key);
    if (value == NULL || f->refused || json_is_object(value))
        return f->refused ? NULL : value;
    refuse_member(f, key, "an object");
    return NULL;
}

const json_t *fields_array(struct fields *f, const json_t *at, const char *key)
{
    const json_t *value = member(at, key);
    if (value == NULL || f->refused || json_is_array(value))
        return f->refused ? NULL : value;
    refuse_member(f, key, "a list");
    return NULL;
}

const json_t *fields_object_of(struct fields *f, const json_t *at, const char *key)
{
    const json_t *value = fields_object(f, at, key);
    if (value == NULL)
        refuse_member(f, key, "there");
    return value;
}

double fields_coordinate(struct fields *f, const json_t *value)
{
    if (!json_is_number(value)) {
        fields_refuse(f, "a coordinate is a number");
        return 0;
    }
    double metres = json_number_value(value);
    if (!(fabs(metres) <= COORDINATE_MOST)) {
        fields_refuse(f, "the coordinate %g is out of this world", metres);
        return 0;
    }
    return metres;
}
