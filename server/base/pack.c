#include "server/base/pack.h"

#include <assert.h>
#include <string.h>

enum compared { WITH_NOTHING, WITH_ROW_BEFORE, WITH_COLUMN };
/* The header of a column: enum compared, and what follows it. */
enum { HAS_BASE = 4, HAS_WIDTH = 8, HAS_APART = 16 };
enum { WORTH_COMPARING_BITS = 3 }; /* A row; columns with fewer are left as they are. */
/* Header, back, first, base, width, how many stand apart; never more than the values themselves. */
enum { COLUMN_BYTES_MOST = 1 + 1 + 10 + 10 + 1 + 1 + 8 * PACK_ROWS };
enum { DIGITS_MOST = 18 };

/* The columns of a page of rows. Some have values for some rows alone: they are zero elsewhere. */
struct page {
    uint64_t v[PACK_COLUMNS][PACK_ROWS];
    uint32_t columns;
    uint32_t count; /* Rows. */
};

/* Rows that have a value in a column, ascending. */
struct members {
    uint8_t row[PACK_ROWS];
    uint32_t count;
};

static struct members members_all(uint32_t count)
{
    struct members all = { .count = count };
    for (uint32_t i = 0; i < count; i++)
        all.row[i] = (uint8_t)i;
    return all;
}

/* ---- One column -------------------------------------------------------------------------- */

struct plan {
    enum compared with;
    uint32_t back; /* WITH_COLUMN: so many columns before. */
    uint64_t base;
    uint32_t width;             /* Bits. */
    uint64_t cost;              /* Bits, about. */
    uint64_t first;             /* WITH_ROW_BEFORE: value of the first row. */
    uint64_t offset[PACK_ROWS]; /* Above the base, by member. */
};

static uint32_t bits_of(uint64_t value)
{
    return value ? 64 - (uint32_t)__builtin_clzll(value) : 0;
}

static uint64_t compared_with(const struct page *page, uint32_t column, const struct members *m,
                              uint32_t i, const struct plan *plan)
{
    switch (plan->with) {
    case WITH_ROW_BEFORE:
        return i ? page->v[column][m->row[i - 1]] : plan->first;
    case WITH_COLUMN:
        return page->v[column - plan->back][m->row[i]];
    default:
        return 0;
    }
}

/* The width with which all of it takes the fewest bits, rows that stand apart included. */
static void plan_width(struct plan *plan, uint32_t count)
{
    uint32_t of_bits[65] = { 0 };
    uint64_t apart_bits = 0;
    for (uint32_t i = 0; i < count; i++)
        of_bits[bits_of(plan->offset[i])]++;
    uint32_t most = 64;
    while (most > 0 && of_bits[most] == 0)
        most--;
    plan->width = most;
    plan->cost = (uint64_t)most * count;
    for (uint32_t width = most; width-- > 0;) {
        apart_bits += (uint64_t)of_bits[width + 1] * (8 + 8 * ((width + 1) / 7 + 1));
        const uint64_t cost = (uint64_t)width * count + apart_bits + 8;
        if (cost < plan->cost) {
            plan->cost = cost;
            plan->width = width;
        }
    }
    plan->cost += 8 * varint_size(plan->base) + 8;
}

static struct plan plan_column(const struct page *page, uint32_t column, const struct members *m,
                               enum compared with, uint32_t back)
{
    struct plan plan = { .with = with, .back = back };
    if (with == WITH_ROW_BEFORE)
        plan.first = page->v[column][m->row[0]];
    int64_t least = INT64_MAX;
    for (uint32_t i = 0; i < m->count; i++) {
        plan.offset[i] = page->v[column][m->row[i]] - compared_with(page, column, m, i, &plan);
        if ((int64_t)plan.offset[i] < least && !(with == WITH_ROW_BEFORE && i == 0))
            least = (int64_t)plan.offset[i];
    }
    if (with == WITH_ROW_BEFORE)
        plan.offset[0] = m->count > 1 ? (uint64_t)least : 0;
    plan.base = m->count > 1 || with != WITH_ROW_BEFORE ? (uint64_t)least : 0;
    for (uint32_t i = 0; i < m->count; i++)
        plan.offset[i] -= plan.base;
    plan_width(&plan, m->count);
    if (with == WITH_ROW_BEFORE)
        plan.cost += 8 * varint_size(plan.first);
    return plan;
}

static uint64_t zigzag(uint64_t value)
{
    return value << 1 ^ (value >> 63 ? UINT64_MAX : 0);
}

static uint64_t unzigzag(uint64_t value)
{
    return value >> 1 ^ (value & 1 ? UINT64_MAX : 0);
}

/* Bits are put into zeroed bytes, the lowest first. */
static void bits_put(uint8_t *out, size_t at, uint64_t value, uint32_t width)
{
    for (uint32_t done = 0; done < width;) {
        const uint32_t shift = (at + done) % 8, some = 8 - shift;
        out[(at + done) / 8] |= (uint8_t)(value >> done << shift);
        done += some;
    }
}

static uint64_t bits_get(const uint8_t *in, size_t at, uint32_t width)
{
    uint64_t value = 0;
    for (uint32_t done = 0; done < width;) {
        const uint32_t shift = (at + done) % 8, some = 8 - shift;
        value |= (uint64_t)(in[(at + done) / 8] >> shift) << done;
        done += some;
    }
    return width < 64 ? value & ((UINT64_C(1) << width) - 1) : value;
}

static uint8_t *column_put(uint8_t *out, const struct plan *plan, uint32_t count)
{
    const uint64_t top = plan->width < 64 ? UINT64_C(1) << plan->width : 0;
    uint32_t apart = 0;
    for (uint32_t i = 0; i < count; i++)
        apart += top && plan->offset[i] >= top;
    *out++ = (uint8_t)(plan->with | (plan->base ? HAS_BASE : 0) | (plan->width ? HAS_WIDTH : 0) |
                       (apart ? HAS_APART : 0));
    if (plan->with == WITH_COLUMN)
        *out++ = (uint8_t)plan->back;
    if (plan->with == WITH_ROW_BEFORE)
        out = varint_put(out, plan->first);
    if (plan->base)
        out = varint_put(out, zigzag(plan->base));
    if (plan->width)
        *out++ = (uint8_t)plan->width;
    if (apart) {
        *out++ = (uint8_t)apart;
        for (uint32_t i = 0; i < count; i++) {
            if (plan->offset[i] < top)
                continue;
            *out++ = (uint8_t)i;
            out = varint_put(out, plan->offset[i]);
        }
    }
    const size_t bytes = ((size_t)plan->width * count + 7) / 8;
    memset(out, 0, bytes);
    for (uint32_t i = 0; i < count; i++)
        if (!top || plan->offset[i] < top)
            bits_put(out, (size_t)i * plan->width, plan->offset[i], plan->width);
    return out + bytes;
}

/* The page's next column. */
static uint8_t *column_pack(uint8_t *out, struct page *page, const struct members *m)
{
    const uint32_t column = page->columns++;
    if (m->count == 0)
        return out;
    struct plan best = plan_column(page, column, m, WITH_NOTHING, 0);
    if (best.cost > (uint64_t)WORTH_COMPARING_BITS * m->count) {
        const struct plan plan = plan_column(page, column, m, WITH_ROW_BEFORE, 0);
        if (plan.cost < best.cost)
            best = plan;
    }
    for (uint32_t back = 1;
         back <= column && best.cost > (uint64_t)WORTH_COMPARING_BITS * m->count + 32; back++) {
        const struct plan plan = plan_column(page, column, m, WITH_COLUMN, back);
        if (plan.cost + 8 < best.cost)
            best = plan;
    }
    return column_put(out, &best, m->count);
}

static uint64_t varint_next(const uint8_t **in)
{
    uint64_t value = 0;
    for (uint32_t shift = 0;; shift += 7) {
        const uint8_t byte = *(*in)++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return value;
    }
}

static const uint8_t *column_unpack(const uint8_t *in, struct page *page, const struct members *m)
{
    const uint32_t column = page->columns++;
    if (m->count < page->count)
        memset(page->v[column], 0, page->count * sizeof(page->v[column][0]));
    if (m->count == 0)
        return in;
    const uint8_t header = *in++;
    struct plan plan = { .with = header & 3 };
    plan.back = plan.with == WITH_COLUMN ? *in++ : 0;
    plan.first = plan.with == WITH_ROW_BEFORE ? varint_next(&in) : 0;
    plan.base = header & HAS_BASE ? unzigzag(varint_next(&in)) : 0;
    plan.width = header & HAS_WIDTH ? *in++ : 0;
    const uint32_t apart = header & HAS_APART ? *in++ : 0;
    const uint8_t *apart_at = in;
    for (uint32_t i = 0; i < apart; i++) {
        in++;
        varint_next(&in);
    }
    for (uint32_t i = 0; plan.width && i < m->count; i++)
        plan.offset[i] = bits_get(in, (size_t)i * plan.width, plan.width);
    in += ((size_t)plan.width * m->count + 7) / 8;
    for (uint32_t i = 0; i < apart; i++) {
        const uint32_t at = *apart_at++;
        plan.offset[at] = varint_next(&apart_at);
    }
    for (uint32_t i = 0; i < m->count; i++)
        page->v[column][m->row[i]] =
            plan.with == WITH_ROW_BEFORE && i == 0
                ? plan.first
                : compared_with(page, column, m, i, &plan) + plan.base + plan.offset[i];
    return in;
}

/* ---- Fields ------------------------------------------------------------------------------ */

static uint32_t array_length(const struct field *field)
{
    return (uint32_t)(field->size / sizeof(uint32_t));
}

bool pack_can(const struct fields *fields)
{
    uint32_t columns = 0;
    for (size_t i = 0; i < fields->count; i++) {
        const struct field *field = &fields->rows[i];
        switch (field->type) {
        case FIELD_U32:
        case FIELD_U64:
        case FIELD_I64:
            columns++;
            break;
        case FIELD_TEXT:
            columns += 2;
            break;
        case FIELD_U32_ARRAY:
            columns += 1 + array_length(field);
            break;
        default:
            return false;
        }
    }
    return columns <= PACK_COLUMNS;
}

size_t pack_bound(const struct fields *fields)
{
    size_t columns = 0;
    for (size_t i = 0; i < fields->count; i++)
        columns += fields->rows[i].type == FIELD_U32_ARRAY ? 1 + array_length(&fields->rows[i]) : 2;
    return columns * COLUMN_BYTES_MOST;
}

/* Where the number begins that a text ends with: no zero before it, few enough digits. */
static size_t number_begin(const char *text, size_t size)
{
    size_t begin = size;
    while (begin > 0 && size - begin < DIGITS_MOST && text[begin - 1] >= '0' &&
           text[begin - 1] <= '9')
        begin--;
    while (begin + 1 < size && text[begin] == '0')
        begin++;
    return begin;
}

static void text_take(struct texts *texts, const char *text, uint64_t *head, uint64_t *number)
{
    const size_t size = strlen(text), begin = number_begin(text, size);
    *head = texts_take(texts, text, begin);
    *number = 0;
    for (size_t i = begin; i < size; i++)
        *number = *number * 10 + (uint64_t)(text[i] - '0');
    *number += begin < size; /* 0: there is none. */
}

static void text_put(const struct texts *texts, char *text, uint64_t head, uint64_t number)
{
    size_t size;
    const char *from = texts_get(texts, (uint32_t)head, &size);
    memcpy(text, from, size);
    if (number == 0)
        return;
    char digits[DIGITS_MOST + 1];
    size_t count = 0;
    for (number--; count == 0 || number; number /= 10)
        digits[count++] = (char)('0' + number % 10);
    while (count > 0)
        text[size++] = digits[--count];
}

static const void *cell(const struct field *field, const void *rows, size_t size, uint32_t row)
{
    return (const char *)rows + row * size + field->offset;
}

/* Lengths first, then element by element of the rows that are long enough. */
static uint8_t *array_pack(uint8_t *out, struct page *page, const struct field *field,
                           const void *rows, size_t size)
{
    const struct members all = members_all(page->count);
    uint64_t *lengths = page->v[page->columns];
    uint64_t longest = 0;
    for (uint32_t i = 0; i < page->count; i++) {
        const uint32_t *from = cell(field, rows, size, i);
        lengths[i] = array_length(field);
        while (lengths[i] > 0 && from[lengths[i] - 1] == 0)
            lengths[i]--;
        longest = lengths[i] > longest ? lengths[i] : longest;
    }
    out = column_pack(out, page, &all);
    for (uint32_t k = 0; k < longest; k++) {
        struct members some = { .count = 0 };
        for (uint32_t i = 0; i < page->count; i++) {
            const uint32_t *from = cell(field, rows, size, i);
            page->v[page->columns][i] = lengths[i] > k ? from[k] : 0;
            if (lengths[i] > k)
                some.row[some.count++] = (uint8_t)i;
        }
        out = column_pack(out, page, &some);
    }
    return out;
}

static const uint8_t *array_unpack(const uint8_t *in, struct page *page, const struct field *field,
                                   void *rows, size_t size)
{
    const struct members all = members_all(page->count);
    const uint64_t *lengths = page->v[page->columns];
    uint64_t longest = 0;
    in = column_unpack(in, page, &all);
    for (uint32_t i = 0; i < page->count; i++)
        longest = lengths[i] > longest ? lengths[i] : longest;
    for (uint32_t k = 0; k < longest; k++) {
        struct members some = { .count = 0 };
        for (uint32_t i = 0; i < page->count; i++)
            if (lengths[i] > k)
                some.row[some.count++] = (uint8_t)i;
        const uint64_t *values = page->v[page->columns];
        in = column_unpack(in, page, &some);
        for (uint32_t i = 0; i < some.count; i++)
            ((uint32_t *)cell(field, rows, size, some.row[i]))[k] = (uint32_t)values[some.row[i]];
    }
    return in;
}

static uint8_t *text_pack(uint8_t *out, struct page *page, const struct field *field,
                          struct texts *texts, const void *rows, size_t size)
{
    const struct members all = members_all(page->count);
    uint64_t *heads = page->v[page->columns], *numbers = page->v[page->columns + 1];
    for (uint32_t i = 0; i < page->count; i++)
        text_take(texts, cell(field, rows, size, i), &heads[i], &numbers[i]);
    out = column_pack(out, page, &all);
    return column_pack(out, page, &all);
}

static const uint8_t *text_unpack(const uint8_t *in, struct page *page, const struct field *field,
                                  struct texts *texts, bool leave, void *rows, size_t size)
{
    const struct members all = members_all(page->count);
    const uint64_t *heads = page->v[page->columns], *numbers = page->v[page->columns + 1];
    in = column_unpack(in, page, &all);
    in = column_unpack(in, page, &all);
    for (uint32_t i = 0; i < page->count; i++) {
        text_put(texts, (char *)cell(field, rows, size, i), heads[i], numbers[i]);
        if (leave)
            texts_drop(texts, (uint32_t)heads[i]);
    }
    return in;
}

/* ---- Rows -------------------------------------------------------------------------------- */

size_t pack_rows(const struct fields *fields, struct texts *texts, const void *rows, uint32_t count,
                 uint8_t *out)
{
    const uint8_t *begin = out;
    const struct members all = members_all(count);
    struct page page;
    page.columns = 0;
    page.count = count;
    assert(count > 0 && count <= PACK_ROWS);
    for (size_t k = 0; k < fields->count; k++) {
        const struct field *field = &fields->rows[k];
        uint64_t *values = page.v[page.columns];
        if (field->type == FIELD_TEXT) {
            out = text_pack(out, &page, field, texts, rows, fields->size);
            continue;
        }
        if (field->type == FIELD_U32_ARRAY) {
            out = array_pack(out, &page, field, rows, fields->size);
            continue;
        }
        for (uint32_t i = 0; i < count; i++) {
            const void *at = cell(field, rows, fields->size, i);
            values[i] = field->type == FIELD_U32 ? *(const uint32_t *)at : *(const uint64_t *)at;
        }
        out = column_pack(out, &page, &all);
    }
    return (size_t)(out - begin);
}

void unpack_rows(const struct fields *fields, struct texts *texts, const uint8_t *in, bool leave,
                 void *rows, uint32_t count)
{
    const struct members all = members_all(count);
    struct page page;
    page.columns = 0;
    page.count = count;
    for (size_t k = 0; k < fields->count; k++) {
        const struct field *field = &fields->rows[k];
        const uint64_t *values = page.v[page.columns];
        if (field->type == FIELD_TEXT) {
            in = text_unpack(in, &page, field, texts, leave, rows, fields->size);
            continue;
        }
        if (field->type == FIELD_U32_ARRAY) {
            in = array_unpack(in, &page, field, rows, fields->size);
            continue;
        }
        in = column_unpack(in, &page, &all);
        for (uint32_t i = 0; i < count; i++) {
            void *at = (void *)cell(field, rows, fields->size, i);
            if (field->type == FIELD_U32)
                *(uint32_t *)at = (uint32_t)values[i];
            else
                *(uint64_t *)at = values[i];
        }
    }
}
