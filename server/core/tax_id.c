#include "server/core/tax_id.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* 9: a digit, A: a letter, X: either; other letters are themselves. One form after the other. */
static const struct {
    char country[3];
    const char *forms;
} countries[] = {
    { "AT", "U99999999" },
    { "BE", "9999999999" },
    { "BG", "999999999|9999999999" },
    { "CY", "99999999A" },
    { "CZ", "99999999|999999999|9999999999" },
    { "DE", "999999999" },
    { "DK", "99999999" },
    { "EE", "999999999" },
    { "EL", "999999999" },
    { "ES", "X9999999X" },
    { "FI", "99999999" },
    { "FR", "XX999999999" },
    { "HR", "99999999999" },
    { "HU", "99999999" },
    { "IE", "9X99999A|9999999AA" },
    { "IT", "99999999999" },
    { "LT", "999999999|999999999999" },
    { "LU", "99999999" },
    { "LV", "99999999999" },
    { "MT", "99999999" },
    { "NL", "999999999B99" },
    { "PL", "9999999999" },
    { "PT", "999999999" },
    { "RO", "99|999|9999|99999|999999|9999999|99999999|999999999|9999999999" },
    { "SE", "999999999999" },
    { "SI", "99999999" },
    { "SK", "9999999999" },
    { "XI", "999999999|999999999999|GD999|HA999" },
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool fits(char form, char c)
{
    return form == '9'   ? is_digit(c)
           : form == 'A' ? is_letter(c)
           : form == 'X' ? is_digit(c) || is_letter(c)
                         : form == c;
}

static bool has_form(const char *text, const char *form, size_t size)
{
    if (strlen(text) != size)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (!fits(form[i], text[i]))
            return false;
    }
    return true;
}

static const char *forms_of(const char *letters)
{
    for (size_t i = 0; i < sizeof(countries) / sizeof(countries[0]); i++) {
        if (memcmp(countries[i].country, letters, 2) == 0)
            return countries[i].forms;
    }
    return NULL;
}

static uint32_t number_of(const char *letters)
{
    return (uint32_t)letters[0] << 8 | (uint32_t)letters[1];
}

uint32_t tax_country(const char *letters)
{
    return strlen(letters) == 2 && forms_of(letters) ? number_of(letters) : 0;
}

uint32_t tax_id_read(const char *text, char out[TAX_ID_BYTES + 1])
{
    size_t size = 0;
    for (; *text; text++) {
        if (*text == ' ' || *text == '.' || *text == '-')
            continue;
        if (size == TAX_ID_BYTES)
            return 0;
        out[size++] = *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text;
    }
    memset(out + size, 0, TAX_ID_BYTES + 1 - size);
    const char *form = size > 2 ? forms_of(out) : NULL;
    while (form) {
        const char *end = strchr(form, '|');
        if (has_form(out + 2, form, end ? (size_t)(end - form) : strlen(form)))
            return number_of(out);
        form = end ? end + 1 : NULL;
    }
    return 0;
}
