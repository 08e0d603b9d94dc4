#include "sim/form.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <yaml.h>

/* One reading: what every step of it needs. */
struct reading {
    yaml_document_t *document;
    const char *path;
    char *why;
    size_t why_size;
};

static struct form_mark mark_of(const yaml_node_t *node)
{
    return (struct form_mark){ (int)node->start_mark.line + 1, (int)node->start_mark.column + 1 };
}

static bool refuse_at(const char *path, struct form_mark mark, char *why, size_t why_size,
                      const char *sentence, va_list arguments)
{
    int used = snprintf(why, why_size, "%s:%d:%d: ", path, mark.line, mark.column);
    if (used > 0 && (size_t)used < why_size)
        vsnprintf(why + used, why_size - (size_t)used, sentence, arguments);
    return false;
}

bool form_refuse(const char *path, struct form_mark mark, char *why, size_t why_size,
                 const char *sentence, ...)
{
    va_list arguments;
    va_start(arguments, sentence);
    refuse_at(path, mark, why, why_size, sentence, arguments);
    va_end(arguments);
    return false;
}

__attribute__((format(printf, 3, 4))) static bool refuse(const struct reading *r,
                                                         const yaml_node_t *node,
                                                         const char *sentence, ...)
{
    va_list arguments;
    va_start(arguments, sentence);
    refuse_at(r->path, mark_of(node), r->why, r->why_size, sentence, arguments);
    va_end(arguments);
    return false;
}

static const char *text_of(const yaml_node_t *node)
{
    return (const char *)node->data.scalar.value;
}

static const char *node_kind(const yaml_node_t *node)
{
    return node->type == YAML_SEQUENCE_NODE  ? "a list"
           : node->type == YAML_MAPPING_NODE ? "a mapping"
                                             : "a single value";
}

/* ---- Values: each says whether the text is one ---------------------------------------------- */

static bool parse_number(const char *text, double *out)
{
    char *end;
    errno = 0;
    *out = strtod(text, &end);
    return end != text && *end == '\0' && errno == 0 && isfinite(*out);
}

static bool parse_whole(const char *text, uint64_t *out)
{
    char *end;
    errno = 0;
    if (*text < '0' || *text > '9')
        return false;
    *out = strtoull(text, &end, 10);
    return *end == '\0' && errno == 0;
}

/* m:ss or h:mm:ss. The parts after the first have two digits below 60, as on a clock. */
static bool parse_time(const char *text, double *out)
{
    unsigned long total = 0;
    int parts = 0;
    for (const char *at = text;; at++, parts++) {
        char *end;
        if (*at < '0' || *at > '9' || parts == 3)
            return false;
        unsigned long part = strtoul(at, &end, 10);
        if (part > (parts > 0 ? 59 : 100000) || (parts > 0 && end - at != 2))
            return false;
        total = total * 60 + part;
        at = end;
        if (*at == '\0')
            break;
        if (*at != ':')
            return false;
    }
    *out = (double)total;
    return parts >= 1;
}

/* Days since 1970-01-01 of a date in the Gregorian calendar (no timegm() in POSIX). */
static int64_t days_since_epoch(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t m = month <= 2 ? month + 9 : month - 3;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

static bool parse_instant(const char *text, int64_t *out)
{
    static const int month_days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int year, month, day, hour, minute, second, length = 0;
    if (strlen(text) != strlen("2026-05-16T14:41:00Z") ||
        sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2dZ%n", &year, &month, &day, &hour, &minute, &second,
               &length) != 6 ||
        text[length] != '\0')
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (year < 1970 || month < 1 || month > 12 || day < 1 ||
        day > month_days[month - 1] + (month == 2 && leap) || hour < 0 || hour > 23 || minute < 0 ||
        minute > 59 || second < 0 || second > 59)
        return false;
    int64_t seconds =
        days_since_epoch(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
    *out = seconds * 1000;
    return true;
}

static void list_choices(const char *const *choices, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; choices[i] != NULL && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "", choices[i]);
}

/* ---- Fields --------------------------------------------------------------------------------- */

static bool read_map(const struct reading *r, const struct form *form, const yaml_node_t *node,
                     void *out);

static bool in_range(const struct reading *r, const struct form_field *field,
                     const yaml_node_t *node, double value)
{
    if (value >= field->least && value <= field->most)
        return true;
    if (field->kind == FORM_TIME)
        return refuse(r, node, "%s: %s is not between %d:%02d and %d:%02d", field->key,
                      text_of(node), (int)field->least / 60, (int)field->least % 60,
                      (int)field->most / 60, (int)field->most % 60);
    return refuse(r, node, "%s: %s is not between %.15g and %.15g", field->key, text_of(node),
                  field->least, field->most);
}

static bool read_choice(const struct reading *r, const struct form_field *field,
                        const yaml_node_t *node, int *out)
{
    char known[200];
    list_choices(field->choices, known, sizeof known);
    if (node->type != YAML_SCALAR_NODE)
        return refuse(r, node, "%s: this is %s; write one of %s", field->key, node_kind(node),
                      known);
    for (int i = 0; field->choices[i] != NULL; i++)
        if (strcmp(text_of(node), field->choices[i]) == 0) {
            *out = i;
            return true;
        }
    return refuse(r, node, "%s: \"%.60s\" is not known; write one of %s", field->key, text_of(node),
                  known);
}

static bool read_text(const struct reading *r, const struct form_field *field,
                      const yaml_node_t *node, size_t size, char *out)
{
    const char *text = node->type == YAML_SCALAR_NODE ? text_of(node) : "";
    if (text[0] == '\0' || strlen(text) >= size)
        return refuse(r, node, "%s: write 1 to %zu bytes of text", field->key, size - 1);
    memcpy(out, text, strlen(text) + 1);
    return true;
}

static bool read_scalar(const struct reading *r, const struct form_field *field,
                        const yaml_node_t *node, void *out)
{
    if (node->type != YAML_SCALAR_NODE)
        return refuse(r, node, "%s: this is %s where a single value belongs", field->key,
                      node_kind(node));
    const char *text = text_of(node);
    double number;
    uint64_t whole;
    switch (field->kind) {
    case FORM_TEXT:
        return read_text(r, field, node, (size_t)field->most, out);
    case FORM_WHOLE:
        if (!parse_whole(text, &whole))
            return refuse(r, node, "%s: \"%.60s\" is not a whole number", field->key, text);
        *(uint64_t *)out = whole;
        return in_range(r, field, node, (double)whole);
    case FORM_TIME:
        if (!parse_time(text, &number))
            return refuse(r, node, "%s: \"%.60s\" is not a time; write minutes and seconds as 5:00",
                          field->key, text);
        break;
    case FORM_INSTANT:
        if (!parse_instant(text, out))
            return refuse(r, node,
                          "%s: \"%.60s\" is not an instant; write UTC as 2026-05-16T14:41:00Z",
                          field->key, text);
        return true;
    default:
        if (!parse_number(text, &number))
            return refuse(r, node, "%s: \"%.60s\" is not a number", field->key, text);
        break;
    }
    *(double *)out = number;
    return in_range(r, field, node, number);
}

static bool read_entry(const struct reading *r, const struct form_field *field,
                       const yaml_node_t *entry, char *list, size_t index)
{
    switch (field->kind) {
    case FORM_CHOICES:
        return read_choice(r, field, entry, (int *)list + index);
    case FORM_TEXTS:
        return read_text(r, field, entry, field->text_size, list + index * field->text_size);
    default:
        return read_map(r, field->form, entry, list + index * field->form->size);
    }
}

static bool read_list(const struct reading *r, const struct form_field *field,
                      const yaml_node_t *node, char *base)
{
    if (node->type != YAML_SEQUENCE_NODE)
        return refuse(r, node, "%s: this is %s where a list belongs; begin each entry with \"- \"",
                      field->key, node_kind(node));
    size_t count = 0;
    for (const yaml_node_item_t *item = node->data.sequence.items.start;
         item < node->data.sequence.items.top; item++, count++) {
        const yaml_node_t *entry = yaml_document_get_node(r->document, *item);
        if (count >= (size_t)field->most)
            return refuse(r, entry, "%s: more than %d entries; leave some out", field->key,
                          (int)field->most);
        if (!read_entry(r, field, entry, base + field->offset, count))
            return false;
    }
    if (count < (size_t)field->least)
        return refuse(r, node, "%s: at least %d entry is needed", field->key, (int)field->least);
    *(size_t *)(base + field->count_offset) = count;
    return true;
}

static bool read_field(const struct reading *r, const struct form_field *field,
                       const yaml_node_t *node, char *base)
{
    switch (field->kind) {
    case FORM_MAP:
        return read_map(r, field->form, node, base + field->offset);
    case FORM_LIST:
    case FORM_CHOICES:
    case FORM_TEXTS:
        return read_list(r, field, node, base);
    case FORM_CHOICE:
        return read_choice(r, field, node, (int *)(base + field->offset));
    default:
        return read_scalar(r, field, node, base + field->offset);
    }
}

static const struct form_field *find_field(const struct form *form, const char *key)
{
    for (size_t i = 0; i < form->field_count; i++)
        if (strcmp(form->fields[i].key, key) == 0)
            return &form->fields[i];
    return NULL;
}

static bool refuse_key(const struct reading *r, const struct form *form, const yaml_node_t *node)
{
    char known[300] = "";
    size_t used = 0;
    for (size_t i = 0; i < form->field_count && used < sizeof known; i++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                                 form->fields[i].key);
    return refuse(r, node, "%s has no key \"%.60s\"; it has: %s", form->what, text_of(node), known);
}

static bool read_map(const struct reading *r, const struct form *form, const yaml_node_t *node,
                     void *out)
{
    if (node->type != YAML_MAPPING_NODE)
        return refuse(r, node, "%s is %s here; write its keys as \"key: value\"", form->what,
                      node_kind(node));
    struct form_mark mark = mark_of(node);
    memcpy((char *)out + form->mark_offset, &mark, sizeof mark);
    uint64_t seen = 0; /* One bit a field. */
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_document_get_node(r->document, pair->key);
        if (key->type != YAML_SCALAR_NODE)
            return refuse(r, key, "a key is %s here; write a word", node_kind(key));
        const struct form_field *field = find_field(form, text_of(key));
        if (field == NULL)
            return refuse_key(r, form, key);
        uint64_t bit = UINT64_C(1) << (field - form->fields);
        if (seen & bit)
            return refuse(r, key, "%s is written twice; keep one", field->key);
        seen |= bit;
        if (!read_field(r, field, yaml_document_get_node(r->document, pair->value), out))
            return false;
    }
    for (size_t i = 0; i < form->field_count; i++)
        if (form->fields[i].required && !(seen >> i & 1))
            return refuse(r, node, "%s lacks \"%s\"", form->what, form->fields[i].key);
    return true;
}

/* ---- Files ---------------------------------------------------------------------------------- */

static bool read_document(const struct form *form, yaml_parser_t *parser, struct reading *r,
                          void *out)
{
    yaml_document_t document;
    if (!yaml_parser_load(parser, &document)) {
        struct form_mark mark = { (int)parser->problem_mark.line + 1,
                                  (int)parser->problem_mark.column + 1 };
        return form_refuse(r->path, mark, r->why, r->why_size, "not YAML: %s%s%s",
                           parser->problem ? parser->problem : "unreadable",
                           parser->context ? " " : "", parser->context ? parser->context : "");
    }
    r->document = &document;
    const yaml_node_t *root = yaml_document_get_root_node(&document);
    bool good = root != NULL ? read_map(r, form, root, out)
                             : form_refuse(r->path, (struct form_mark){ 1, 1 }, r->why, r->why_size,
                                           "the file is empty; %s belongs here", form->what);
    yaml_document_delete(&document);
    return good;
}

bool form_read(const struct form *form, const char *path, void *out, char *why, size_t why_size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        snprintf(why, why_size, "%s: cannot be read: %s", path, strerror(errno));
        return false;
    }
    struct reading r = { .path = path, .why = why, .why_size = why_size };
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        fclose(file);
        snprintf(why, why_size, "%s: out of memory", path);
        return false;
    }
    yaml_parser_set_input_file(&parser, file);
    bool good = read_document(form, &parser, &r, out);
    yaml_parser_delete(&parser);
    fclose(file);
    return good;
}
