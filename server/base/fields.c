#include "server/base/fields.h"

#include "server/base/hash.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* Wire types of protobuf. */
enum { WIRE_VARINT = 0, WIRE_BYTES = 2 };

enum { VARINT_BYTES = 10 };

static const struct field number_rows[] = {
    { .name = "number", .number = 1, .type = FIELD_U32, .size = sizeof(uint32_t) },
};
const struct fields number_fields = FIELDS("number", uint32_t, number_rows);

static const void *member(const struct field *field, const void *row)
{
    return (const char *)row + field->offset;
}

static bool is_number(enum field_type type)
{
    return type == FIELD_U32 || type == FIELD_I32 || type == FIELD_U64 || type == FIELD_I64;
}

/* A number as its varint carries it: int64 in two's complement, sint32 in zigzag. */
static uint64_t number_get(const struct field *field, const void *row)
{
    const void *at = member(field, row);
    switch (field->type) {
    case FIELD_U32:
        return *(const uint32_t *)at;
    case FIELD_I32: {
        int32_t value = *(const int32_t *)at;
        return value < 0 ? ~((uint32_t)value << 1) : (uint32_t)value << 1;
    }
    case FIELD_I64:
        return (uint64_t) * (const int64_t *)at;
    default:
        assert(field->type == FIELD_U64);
        return *(const uint64_t *)at;
    }
}

static bool number_set(const struct field *field, void *row, uint64_t value)
{
    void *at = (char *)row + field->offset;
    switch (field->type) {
    case FIELD_U32:
        if (value > UINT32_MAX)
            return false;
        *(uint32_t *)at = (uint32_t)value;
        return true;
    case FIELD_I32: {
        if (value > UINT32_MAX)
            return false;
        uint32_t half = (uint32_t)value >> 1;
        *(int32_t *)at = (int32_t)((value & 1) ? ~half : half);
        return true;
    }
    case FIELD_I64:
        *(int64_t *)at = (int64_t)value;
        return true;
    default:
        assert(field->type == FIELD_U64);
        *(uint64_t *)at = value;
        return true;
    }
}

int64_t field_integer(const struct field *field, const void *row)
{
    if (field->type == FIELD_I32)
        return *(const int32_t *)member(field, row);
    return (int64_t)number_get(field, row);
}

bool field_set_integer(const struct field *field, void *row, int64_t value)
{
    if (field->type != FIELD_I32)
        return number_set(field, row, (uint64_t)value);
    if (value < INT32_MIN || value > INT32_MAX)
        return false;
    *(int32_t *)((char *)row + field->offset) = (int32_t)value;
    return true;
}

/* A column, whatever its type: element i by column_at(). */
struct column {
    const uint32_t *u32;
    const uint64_t *u64;
    uint32_t count;
};

static uint64_t column_at(const struct column *column, uint32_t i)
{
    return column->u32 ? column->u32[i] : column->u64[i];
}

static struct column column_get(const struct field *field, const void *row)
{
    const void *at = member(field, row);
    if (field->type == FIELD_U32S)
        return (struct column){ ((const struct u32s *)at)->v, NULL,
                                ((const struct u32s *)at)->count };
    if (field->type == FIELD_U64S)
        return (struct column){ NULL, ((const struct u64s *)at)->v,
                                ((const struct u64s *)at)->count };
    struct column array = { at, NULL, (uint32_t)(field->size / sizeof(uint32_t)) };
    if (field->type == FIELD_U64_ARRAY)
        array = (struct column){ NULL, at, (uint32_t)(field->size / sizeof(uint64_t)) };
    for (uint32_t i = 0; i < array.count; i++) {
        if (column_at(&array, i) != 0)
            return array;
    }
    return (struct column){ 0 };
}

/* What a text or bytes field holds. */
static struct bytes bytes_get(const struct field *field, const void *row)
{
    const void *at = member(field, row);
    if (field->type == FIELD_BYTES)
        return *(const struct bytes *)at;
    assert(field->type == FIELD_TEXT);
    const char *end = memchr(at, 0, field->size);
    assert(end && "text is zero-ended");
    return (struct bytes){ at, (size_t)(end - (const char *)at) };
}

/* ---- Encoding ---------------------------------------------------------------------------- */

size_t varint_size(uint64_t value)
{
    size_t size = 1;
    while (value >>= 7)
        size++;
    return size;
}

uint8_t *varint_put(uint8_t *out, uint64_t value)
{
    while (value >= 0x80) {
        *out++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *out++ = (uint8_t)value;
    return out;
}

static size_t column_size(const struct column *column)
{
    size_t size = 0;
    for (uint32_t i = 0; i < column->count; i++)
        size += varint_size(column_at(column, i));
    return size;
}

static size_t field_size(const struct field *field, const void *row)
{
    size_t tag = varint_size((uint64_t)field->number << 3);
    size_t body;
    if (is_number(field->type)) {
        uint64_t value = number_get(field, row);
        return value ? tag + varint_size(value) : 0;
    }
    if (field->type == FIELD_TEXT || field->type == FIELD_BYTES) {
        body = bytes_get(field, row).size;
    } else {
        struct column column = column_get(field, row);
        body = column_size(&column);
    }
    return body ? tag + varint_size(body) + body : 0;
}

static uint8_t *field_encode(const struct field *field, const void *row, uint8_t *out)
{
    uint64_t tag = (uint64_t)field->number << 3;
    if (is_number(field->type)) {
        uint64_t value = number_get(field, row);
        return value ? varint_put(varint_put(out, tag | WIRE_VARINT), value) : out;
    }
    if (field->type == FIELD_TEXT || field->type == FIELD_BYTES) {
        struct bytes bytes = bytes_get(field, row);
        if (bytes.size == 0)
            return out;
        out = varint_put(varint_put(out, tag | WIRE_BYTES), bytes.size);
        memcpy(out, bytes.data, bytes.size);
        return out + bytes.size;
    }
    struct column column = column_get(field, row);
    if (column.count == 0)
        return out;
    out = varint_put(varint_put(out, tag | WIRE_BYTES), column_size(&column));
    for (uint32_t i = 0; i < column.count; i++)
        out = varint_put(out, column_at(&column, i));
    return out;
}

size_t fields_encoded_size(const struct fields *fields, const void *row)
{
    size_t size = 0;
    for (size_t i = 0; i < fields->count; i++)
        size += field_size(&fields->rows[i], row);
    return size;
}

uint8_t *fields_encode(const struct fields *fields, const void *row, uint8_t *out)
{
    for (size_t i = 0; i < fields->count; i++)
        out = field_encode(&fields->rows[i], row, out);
    return out;
}

/* ---- Decoding ---------------------------------------------------------------------------- */

bool varint_take(struct bytes *in, uint64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < VARINT_BYTES && i < in->size; i++) {
        uint8_t byte = in->data[i];
        if (i == VARINT_BYTES - 1 && byte > 1)
            return false; /* More than 64 bits. */
        *value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            in->data += i + 1;
            in->size -= i + 1;
            return true;
        }
    }
    return false;
}

bool bytes_take(struct bytes *in, struct bytes *body)
{
    uint64_t size;
    if (!varint_take(in, &size) || size > in->size)
        return false;
    *body = (struct bytes){ in->data, (size_t)size };
    in->data += size;
    in->size -= size;
    return true;
}

static bool column_decode(const struct field *field, struct bytes body, struct arena *arena,
                          void *row)
{
    void *at = (char *)row + field->offset;
    uint32_t count = 0;
    for (size_t i = 0; i < body.size; i++)
        count += body.data[i] < 0x80; /* One last byte each. */
    uint64_t *u64 = NULL;
    uint32_t *u32 = NULL;
    if (field->type == FIELD_U64S) {
        u64 = arena_array(arena, count, sizeof(*u64));
        *(struct u64s *)at = (struct u64s){ u64, count };
    } else if (field->type == FIELD_U32S) {
        u32 = arena_array(arena, count, sizeof(*u32));
        *(struct u32s *)at = (struct u32s){ u32, count };
    } else if (field->type == FIELD_U64_ARRAY) {
        u64 = at;
        if (count != field->size / sizeof(*u64))
            return false;
    } else {
        u32 = at;
        if (count != field->size / sizeof(*u32))
            return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint64_t value;
        if (!varint_take(&body, &value) || (u32 && value > UINT32_MAX))
            return false;
        if (u32)
            u32[i] = (uint32_t)value;
        else
            u64[i] = value;
    }
    return body.size == 0;
}

static bool field_decode(const struct field *field, struct bytes *in, struct arena *arena,
                         void *row)
{
    if (is_number(field->type)) {
        uint64_t value;
        return varint_take(in, &value) && number_set(field, row, value);
    }
    struct bytes body;
    if (!bytes_take(in, &body))
        return false;
    void *at = (char *)row + field->offset;
    switch (field->type) {
    case FIELD_TEXT:
        if (body.size >= field->size || memchr(body.data, 0, body.size))
            return false;
        memcpy(at, body.data, body.size);
        return true;
    case FIELD_BYTES:
        *(struct bytes *)at = body;
        return true;
    default:
        return column_decode(field, body, arena, row);
    }
}

bool fields_decode(const struct fields *fields, struct bytes in, struct arena *arena, void *row)
{
    /* Ascending numbers, as we write them: each field at most once, and one meaning for all bytes.
     */
    size_t i = 0;
    while (in.size > 0) {
        uint64_t tag;
        if (!varint_take(&in, &tag))
            return false;
        while (i < fields->count && fields->rows[i].number != tag >> 3)
            i++;
        if (i == fields->count)
            return false;
        const struct field *field = &fields->rows[i++];
        if ((tag & 7) != (is_number(field->type) ? WIRE_VARINT : WIRE_BYTES))
            return false;
        if (!field_decode(field, &in, arena, row))
            return false;
    }
    return true;
}

/* ---- Hashing and printing ---------------------------------------------------------------- */

static uint64_t field_hash(const struct field *field, const void *row, uint64_t hash)
{
    /* Most fields are one of these. */
    if (field->type == FIELD_U32)
        return hash_word(hash, *(const uint32_t *)member(field, row));
    if (field->type == FIELD_U64 || field->type == FIELD_I64)
        return hash_word(hash, *(const uint64_t *)member(field, row));
    if (is_number(field->type))
        return hash_word(hash, number_get(field, row));
    if (field->type == FIELD_TEXT || field->type == FIELD_BYTES) {
        struct bytes bytes = bytes_get(field, row);
        return hash_bytes(hash, bytes.data, bytes.size);
    }
    struct column column = column_get(field, row);
    for (uint32_t k = 0; k < column.count; k++)
        hash = hash_word(hash, column_at(&column, k));
    return hash_word(hash, column.count);
}

static bool is_empty(const struct field *field, const void *row)
{
    if (is_number(field->type))
        return number_get(field, row) == 0;
    if (field->type == FIELD_TEXT || field->type == FIELD_BYTES)
        return bytes_get(field, row).size == 0;
    return column_get(field, row).count == 0;
}

static uint64_t hash_range(const struct fields *fields, const void *row, uint64_t hash, size_t from,
                           size_t to)
{
    for (size_t i = from; i < to; i++) {
        const struct field *field = &fields->rows[i];
        if (field->later && is_empty(field, row))
            continue;
        if (field->later) /* So that two of them cannot stand for each other. */
            hash = hash_word(hash, field->number);
        hash = field_hash(field, row, hash);
    }
    return hash;
}

uint64_t fields_hash_first(const struct fields *fields, const void *row, uint64_t seed,
                           size_t count)
{
    return hash_range(fields, row, hash_word(UINT64_C(0x7469666f), seed), 0, count);
}

uint64_t fields_hash_rest(const struct fields *fields, const void *row, uint64_t first,
                          size_t count)
{
    return hash_end(hash_range(fields, row, first, count, fields->count));
}

uint64_t fields_hash(const struct fields *fields, const void *row, uint64_t seed)
{
    return fields_hash_rest(fields, row, fields_hash_first(fields, row, seed, 0), 0);
}

static void text_print_json(struct bytes text, FILE *out)
{
    fputc('"', out);
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.data[i];
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 0x20)
            fprintf(out, "\\u%04x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

static void field_print_json(const struct field *field, const void *row, FILE *out)
{
    const void *at = member(field, row);
    switch (field->type) {
    case FIELD_U32:
    case FIELD_U64:
        fprintf(out, "%" PRIu64, number_get(field, row));
        break;
    case FIELD_I32:
        fprintf(out, "%" PRId32, *(const int32_t *)at);
        break;
    case FIELD_I64:
        fprintf(out, "%" PRId64, *(const int64_t *)at);
        break;
    case FIELD_TEXT:
        text_print_json(bytes_get(field, row), out);
        break;
    case FIELD_BYTES:
        fprintf(out, "%zu", bytes_get(field, row).size);
        break;
    default: {
        struct column column = column_get(field, row);
        fputc('[', out);
        for (uint32_t i = 0; i < column.count; i++)
            fprintf(out, "%s%" PRIu64, i ? "," : "", column_at(&column, i));
        fputc(']', out);
    }
    }
}

void fields_print_json(const struct fields *fields, const void *row, FILE *out)
{
    fputc('{', out);
    for (size_t i = 0; i < fields->count; i++) {
        fprintf(out, "%s\"%s\":", i ? "," : "", fields->rows[i].name);
        field_print_json(&fields->rows[i], row, out);
    }
    fputc('}', out);
}
