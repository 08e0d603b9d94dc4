#include "clients/c/json_fields.h"

#include "clients/c/memory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *json_kind_name(const json_t *value)
{
    switch (value ? json_typeof(value) : JSON_NULL) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
        return "a whole number";
    case JSON_REAL:
        return "a number with a fraction";
    case JSON_TRUE:
    case JSON_FALSE:
        return "true or false";
    case JSON_NULL:
        break;
    }
    return "null";
}

/* The value, or NULL when it is absent; *ok says whether that is all right. */
static const json_t *find(const struct fields *fields, const char *name, enum field_need need,
                          const char *wanted, bool *ok)
{
    const json_t *value = json_object_get(fields->object, name);
    *ok = value || need == FIELD_OPTIONAL;
    if (!*ok)
        problem_add(fields->log, fields->at, name, "is missing; give %s", wanted);
    return value;
}

static bool wrong_type(const struct fields *fields, const char *name, const char *wanted,
                       const json_t *value)
{
    problem_add(fields->log, fields->at, name, "must be %s, not %s", wanted, json_kind_name(value));
    return false;
}

bool field_number(const struct fields *fields, const char *name, enum field_need need, double min,
                  double max, double *out)
{
    bool ok;
    const json_t *value = find(fields, name, need, "a number", &ok);
    if (!value)
        return ok;
    if (!json_is_number(value))
        return wrong_type(fields, name, "a number", value);
    double number = json_number_value(value);
    if (!(number >= min && number <= max)) {
        problem_add(fields->log, fields->at, name, "%g is out of range; give %g to %g", number, min,
                    max);
        return false;
    }
    *out = number;
    return true;
}

bool field_whole(const struct fields *fields, const char *name, enum field_need need, int64_t min,
                 int64_t max, int64_t *out)
{
    bool ok;
    const json_t *value = find(fields, name, need, "a whole number", &ok);
    if (!value)
        return ok;
    if (!json_is_integer(value))
        return wrong_type(fields, name, "a whole number", value);
    int64_t number = json_integer_value(value);
    if (number < min || number > max) {
        problem_add(fields->log, fields->at, name, "%lld is out of range; give %lld to %lld",
                    (long long)number, (long long)min, (long long)max);
        return false;
    }
    *out = number;
    return true;
}

bool field_integers(const struct fields *fields, const char *name, int64_t min, int64_t max,
                    uint32_t **out, size_t *count)
{
    bool ok;
    const json_t *list = find(fields, name, FIELD_OPTIONAL, "a list of whole numbers", &ok);
    *out = NULL;
    *count = 0;
    if (!list)
        return ok;
    if (!json_is_array(list))
        return wrong_type(fields, name, "a list of whole numbers", list);
    *out = memory_cleared(json_array_size(list) + 1, sizeof **out);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *value = json_array_get(list, i);
        int64_t number = json_integer_value(value);
        bool twice = false;
        for (size_t k = 0; k < i; k++)
            twice = twice || (*out)[k] == number;
        if (!json_is_integer(value) || number < min || number > max || twice) {
            problem_add(fields->log, fields->at, name,
                        "entry %zu is wrong; give whole numbers from %lld to %lld, each once", i,
                        (long long)min, (long long)max);
            return false;
        }
        (*out)[(*count)++] = (uint32_t)number;
    }
    return true;
}

bool field_bool(const struct fields *fields, const char *name, enum field_need need, bool *out)
{
    bool ok;
    const json_t *value = find(fields, name, need, "true or false", &ok);
    if (!value)
        return ok;
    if (!json_is_boolean(value))
        return wrong_type(fields, name, "true or false", value);
    *out = json_is_true(value);
    return true;
}

bool field_text(const struct fields *fields, const char *name, enum field_need need,
                size_t max_bytes, const char **out)
{
    bool ok;
    const json_t *value = find(fields, name, need, "a string", &ok);
    if (!value)
        return ok;
    if (!json_is_string(value))
        return wrong_type(fields, name, "a string", value);
    if (json_string_length(value) > max_bytes) {
        problem_add(fields->log, fields->at, name, "has %zu bytes; at most %zu are allowed",
                    json_string_length(value), max_bytes);
        return false;
    }
    *out = json_string_value(value);
    return true;
}

bool field_id(const struct fields *fields, const char *name, size_t max_bytes, const char **out)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
    const char *text;
    if (!field_text(fields, name, FIELD_REQUIRED, max_bytes, &text))
        return false;
    if (!text[0] || strspn(text, allowed) != strlen(text)) {
        problem_add(fields->log, fields->at, name,
                    "\"%.40s\" is not an id; use 1 to %zu letters, digits and dashes", text,
                    max_bytes);
        return false;
    }
    *out = text;
    return true;
}

bool field_choice(const struct fields *fields, const char *name, const struct field_choice *choices,
                  int *out)
{
    char words[160] = "";
    for (const struct field_choice *choice = choices; choice->word; choice++) {
        size_t used = strlen(words);
        snprintf(words + used, sizeof(words) - used, "%s%s", used ? ", " : "", choice->word);
    }
    bool ok;
    const json_t *value = find(fields, name, FIELD_REQUIRED, words, &ok);
    if (!value)
        return ok;
    if (!json_is_string(value))
        return wrong_type(fields, name, "a string", value);
    for (const struct field_choice *choice = choices; choice->word; choice++) {
        if (strcmp(choice->word, json_string_value(value)) == 0) {
            *out = choice->value;
            return true;
        }
    }
    problem_add(fields->log, fields->at, name, "\"%.40s\" is unknown; give one of %s",
                json_string_value(value), words);
    return false;
}
