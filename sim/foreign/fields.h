/*
 * JSON read field by field, always knowing where: a refusal says the file and the path of the
 * value, "a.scenario: scenario.topography.sources[2].spawner.type: ...". The first refusal stands;
 * after it every read gives its default, so a reader goes on and looks at `refused` at the end.
 */
#ifndef SIM_FOREIGN_FIELDS_H
#define SIM_FOREIGN_FIELDS_H

#include "sim/foreign/foreign.h"

#include <jansson.h>

enum { FIELDS_PATH = 200, RING_POINTS_MOST = 100000 };

struct fields {
    const char *file;
    char path[FIELDS_PATH];
    char *why;
    size_t why_size;
    bool refused;
    struct foreign *out; /* Gets the notes. */
};

/* Parses the text, saying line and column of what is no JSON. NULL: refused. */
json_t *fields_parse(struct fields *fields, struct foreign_text text);

/* Goes into a member ("": nowhere) or an element; give what it returns to fields_leave(). */
size_t fields_enter(struct fields *fields, const char *key);
size_t fields_enter_at(struct fields *fields, size_t index);
void fields_leave(struct fields *fields, size_t mark);

void fields_refuse(struct fields *fields, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A note about the value that the reader is at. */
void fields_note(struct fields *fields, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Members. null counts as absent. Another type, or a number out of bounds, is refused. */
double fields_number(struct fields *fields, const json_t *at, const char *key, double standard,
                     double least, double most);
long fields_whole(struct fields *fields, const json_t *at, const char *key, long standard,
                  long least, long most);
bool fields_bool(struct fields *fields, const json_t *at, const char *key, bool standard);
const char *fields_text(struct fields *fields, const json_t *at, const char *key,
                        const char *standard);
/* NULL: absent. */
const json_t *fields_object(struct fields *fields, const json_t *at, const char *key);
const json_t *fields_array(struct fields *fields, const json_t *at, const char *key);
/* The same, refused when absent. */
const json_t *fields_object_of(struct fields *fields, const json_t *at, const char *key);

/* A number that stands for itself, within +-1e9. */
double fields_coordinate(struct fields *fields, const json_t *value);

#endif
