#include "server/wire/id.h"

char *wire_id_text(struct id id, struct arena *arena)
{
    char *text = arena_alloc(arena, ID_DIGITS + 1);
    if (!id_is_none(id))
        id_write(id, text);
    return text;
}

static bool digit(char c, uint64_t *value)
{
    if (c >= '0' && c <= '9')
        *value = (uint64_t)(c - '0');
    else if (c >= 'a' && c <= 'f')
        *value = (uint64_t)(c - 'a' + 10);
    else
        return false;
    return true;
}

bool wire_id_read(const char *text, struct id *id)
{
    struct id read = { 0 };
    for (size_t i = 0; i < ID_DIGITS; i++) {
        uint64_t value;
        if (!digit(text[i], &value))
            return false;
        read.high = read.high << 4 | read.low >> 60;
        read.low = read.low << 4 | value;
    }
    *id = read;
    return text[ID_DIGITS] == 0 && !id_is_none(read);
}

bool check_id(const struct check *check, const char *field, const char *text, struct id *id)
{
    return wire_id_read(text, id) ||
           check_refuse(check, field, "is \"%.40s\"; an id has %d lower-case hex digits", text,
                        ID_DIGITS);
}

void wire_id_to_bytes(struct id id, uint8_t *bytes)
{
    for (int i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(id.high >> (56 - 8 * i));
        bytes[8 + i] = (uint8_t)(id.low >> (56 - 8 * i));
    }
}

struct id wire_id_from_bytes(const uint8_t *bytes)
{
    struct id id = { 0 };
    for (int i = 0; i < 8; i++) {
        id.high = id.high << 8 | bytes[i];
        id.low = id.low << 8 | bytes[8 + i];
    }
    return id;
}
