#include "server/wire/live.h"

#include <stdio.h>

enum { WORD_BITS = 64 };

#define KIND(name) (1u << TIFO__V1__LIVE_KIND__LIVE_KIND_##name)

struct live_shape live_shape(const struct venue *venue)
{
    struct live_shape shape = {
        .places = venue_places(venue),
        .gates = venue->gate_count,
        .facilities = venue->facility_count,
    };
    shape.first_gate = 1 + shape.places;
    shape.first_facility = shape.first_gate + shape.gates;
    shape.plan = shape.first_facility + shape.facilities;
    shape.first_split = shape.plan + 1;
    shape.count = shape.first_split + shape.places * PURPOSE_COUNT;
    return shape;
}

static size_t words(const struct live_shape *shape)
{
    return (shape->count + WORD_BITS - 1) / WORD_BITS;
}

size_t live_filter_bytes(const struct live_shape *shape)
{
    return sizeof(struct live_filter) + 2 * words(shape) * sizeof(uint64_t);
}

static void set(uint64_t *bits, uint32_t row)
{
    bits[row / WORD_BITS] |= (uint64_t)1 << row % WORD_BITS;
}

static bool is_set(const uint64_t *bits, uint32_t row)
{
    return bits[row / WORD_BITS] >> row % WORD_BITS & 1;
}

/* ---- Reading ----------------------------------------------------------------------------------
 */

static bool read_kinds(const Tifo__V1__LiveFilter *from, const struct check *check, uint32_t *kinds)
{
    for (size_t i = 0; i < from->n_kinds; i++) {
        char field[48];
        const uint32_t kind = (uint32_t)from->kinds[i];
        snprintf(field, sizeof field, "kinds[%zu]", i);
        if (kind < 1 || kind > LIVE_KINDS)
            return check_refuse(check, field, "is %u; there are kinds 1 to %d", kind, LIVE_KINDS);
        if (*kinds & 1u << kind)
            return check_refuse(check, field, "is %u, which is there twice; name each kind once",
                                kind);
        *kinds |= 1u << kind;
    }
    return true;
}

struct list {
    const char *name;
    const uint32_t *rows;
    size_t count;
    uint32_t first, limit;
    uint32_t kinds; /* That it says something about. */
};

static bool read_list(const struct list *list, const struct check *check, uint64_t *lists)
{
    for (size_t i = 0; i < list->count; i++) {
        char field[48];
        snprintf(field, sizeof field, "%s[%zu]", list->name, i);
        if (list->rows[i] >= list->limit)
            return check_refuse(check, field, "is %u; the venue has %u of them, from 0 on",
                                list->rows[i], list->limit);
        if (is_set(lists, list->first + list->rows[i]))
            return check_refuse(check, field, "is %u, which is there twice; name each once",
                                list->rows[i]);
        set(lists, list->first + list->rows[i]);
    }
    return true;
}

static void select_rows(const struct list *list, uint32_t kinds, uint32_t kind,
                        const uint64_t *lists, uint64_t *rows)
{
    for (uint32_t i = 0; i < list->limit && kinds & kind; i++)
        if (list->count == 0 || is_set(lists, list->first + i))
            set(rows, list->first + i);
}

static void select_guidance(const struct list *places, const struct live_shape *shape,
                            const uint64_t *lists, uint64_t *rows)
{
    set(rows, shape->plan);
    for (uint32_t i = 0; i < shape->places * PURPOSE_COUNT; i++)
        if (places->count == 0 || is_set(lists, places->first + i / PURPOSE_COUNT))
            set(rows, shape->first_split + i);
}

bool live_filter_read(const Tifo__V1__LiveFilter *from, const struct live_shape *shape,
                      struct live_filter *to, struct refusal *refusal)
{
    static const Tifo__V1__LiveFilter empty = TIFO__V1__LIVE_FILTER__INIT;
    const struct check check = { .refusal = refusal, .at = "filter" };
    uint64_t *rows = to->rows, *lists = rows + words(shape);
    from = from ? from : &empty;
    const struct list all[] = {
        { "places", from->places, from->n_places, 1, shape->places,
          KIND(PLACE) | KIND(GUIDANCE) | KIND(ALARM) },
        { "gates", from->gates, from->n_gates, shape->first_gate, shape->gates,
          KIND(GATE) | KIND(ALARM) },
        { "facilities", from->facilities, from->n_facilities, shape->first_facility,
          shape->facilities, KIND(FACILITY) | KIND(ALARM) },
    };
    static const uint32_t own_kind[] = { KIND(PLACE), KIND(GATE), KIND(FACILITY) };
    if (!read_kinds(from, &check, &to->kinds))
        return false;
    const bool any_kind = to->kinds != 0;
    for (size_t i = 0; i < 3; i++) {
        if (!read_list(&all[i], &check, lists))
            return false;
        if (all[i].count == 0)
            continue;
        to->listed = 1;
        if (any_kind && !(to->kinds & all[i].kinds))
            return check_refuse(&check, all[i].name,
                                "says nothing about the kinds asked for; leave it out, or add its "
                                "kind");
        if (!any_kind)
            to->kinds |= own_kind[i] | KIND(ALARM);
    }
    if (to->kinds == 0)
        to->kinds =
            KIND(PHASE) | KIND(PLACE) | KIND(GATE) | KIND(FACILITY) | KIND(ALARM) | KIND(GUIDANCE);
    if (to->kinds & KIND(PHASE))
        set(rows, 0);
    for (size_t i = 0; i < 3; i++)
        select_rows(&all[i], to->kinds, own_kind[i], lists, rows);
    if (to->kinds & KIND(GUIDANCE))
        select_guidance(&all[0], shape, lists, rows);
    return true;
}

/* ---- Saying it again --------------------------------------------------------------------------
 */

static uint32_t *named(const uint64_t *lists, uint32_t first, uint32_t limit, struct arena *arena,
                       size_t *count)
{
    uint32_t *rows = arena_array(arena, limit, sizeof *rows);
    for (uint32_t i = 0; i < limit; i++)
        if (is_set(lists, first + i))
            rows[(*count)++] = i;
    return rows;
}

Tifo__V1__LiveFilter *live_filter_message(const struct live_filter *filter,
                                          const struct live_shape *shape, struct arena *arena)
{
    Tifo__V1__LiveFilter *to = arena_alloc(arena, sizeof *to);
    const uint64_t *lists = filter->rows + words(shape);
    tifo__v1__live_filter__init(to);
    to->kinds = arena_array(arena, LIVE_KINDS, sizeof *to->kinds);
    for (uint32_t kind = 1; kind <= LIVE_KINDS; kind++)
        if (filter->kinds & 1u << kind)
            to->kinds[to->n_kinds++] = (Tifo__V1__LiveKind)kind;
    to->places = named(lists, 1, shape->places, arena, &to->n_places);
    to->gates = named(lists, shape->first_gate, shape->gates, arena, &to->n_gates);
    to->facilities =
        named(lists, shape->first_facility, shape->facilities, arena, &to->n_facilities);
    return to;
}
