#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/prng.h"
#include "server/core/fact.h"
#include "tests/support/seed.h"
#include "tifo/v1/journal.pb-c.h"

#include <string.h>

/* ---- The tables and journal.proto -------------------------------------------------------- */

static void compare_field(const struct field *field, const ProtobufCFieldDescriptor *proto)
{
    static const struct {
        ProtobufCType type;
        bool repeated;
    } expected[] = {
        [FIELD_U32] = { PROTOBUF_C_TYPE_UINT32, false },
        [FIELD_I32] = { PROTOBUF_C_TYPE_SINT32, false },
        [FIELD_U64] = { PROTOBUF_C_TYPE_UINT64, false },
        [FIELD_I64] = { PROTOBUF_C_TYPE_INT64, false },
        [FIELD_TEXT] = { PROTOBUF_C_TYPE_STRING, false },
        [FIELD_BYTES] = { PROTOBUF_C_TYPE_BYTES, false },
        [FIELD_U32S] = { PROTOBUF_C_TYPE_UINT32, true },
        [FIELD_U64S] = { PROTOBUF_C_TYPE_UINT64, true },
        [FIELD_U32_ARRAY] = { PROTOBUF_C_TYPE_UINT32, true },
        [FIELD_U64_ARRAY] = { PROTOBUF_C_TYPE_UINT64, true },
    };
    assert_string_equal(field->name, proto->name);
    assert_int_equal(field->number, proto->id);
    assert_int_equal(proto->type, expected[field->type].type);
    assert_int_equal(proto->label == PROTOBUF_C_LABEL_REPEATED, expected[field->type].repeated);
    if (proto->label == PROTOBUF_C_LABEL_REPEATED)
        assert_true(proto->flags & PROTOBUF_C_FIELD_FLAG_PACKED);
}

static void journal_proto_says_what_the_tables_say(void **state)
{
    (void)state;
    const ProtobufCMessageDescriptor *fact = &tifo__v1__fact__descriptor;
    unsigned kinds = 0;
    for (enum fact_kind kind = fact_kind_next(0); kind; kind = fact_kind_next(kind), kinds++) {
        const struct fields *fields = fact_fields(kind);
        const ProtobufCFieldDescriptor *what = protobuf_c_message_descriptor_get_field(fact, kind);
        assert_non_null(what);
        assert_string_equal(what->name, fields->name);
        const ProtobufCMessageDescriptor *message = what->descriptor;
        assert_int_equal(message->n_fields, fields->count);
        for (size_t i = 0; i < fields->count; i++)
            compare_field(&fields->rows[i], &message->fields[i]);
    }
    /* All of them, and time_ms. */
    assert_int_equal(fact->n_fields, kinds + 1);
    assert_string_equal(protobuf_c_message_descriptor_get_field(fact, 1)->name, "time_ms");
}

/* ---- Random facts ------------------------------------------------------------------------ */

static uint64_t random_number(struct prng *prng)
{
    /* All lengths of varint, and 0. */
    uint32_t bits = prng_below(prng, 65);
    return bits ? prng_next(prng) >> (64 - bits) : 0;
}

static void random_field(struct prng *prng, const struct field *field, void *row,
                         struct arena *arena)
{
    char *at = (char *)row + field->offset;
    uint32_t count = prng_below(prng, 5);
    switch (field->type) {
    case FIELD_U32:
    case FIELD_I32:
        *(uint32_t *)at = (uint32_t)random_number(prng);
        break;
    case FIELD_U64:
    case FIELD_I64:
        *(uint64_t *)at = random_number(prng);
        break;
    case FIELD_TEXT:
        for (uint32_t i = prng_below(prng, (uint32_t)field->size); i > 0; i--)
            at[i - 1] = (char)('a' + prng_below(prng, 26));
        break;
    case FIELD_BYTES: {
        uint8_t *data = arena_alloc(arena, 4);
        memcpy(data, "\0\xff\x80z", 4);
        *(struct bytes *)at = (struct bytes){ data, count < 4 ? count : 4 };
        break;
    }
    case FIELD_U32S: {
        uint32_t *v = arena_array(arena, 3, sizeof(*v));
        for (uint32_t i = 0; i < 3; i++)
            v[i] = (uint32_t)random_number(prng);
        *(struct u32s *)at = (struct u32s){ v, 3 };
        break;
    }
    case FIELD_U32_ARRAY:
        for (size_t i = 0; i < field->size / sizeof(uint32_t); i++)
            ((uint32_t *)at)[i] = (uint32_t)random_number(prng);
        break;
    case FIELD_U64_ARRAY:
        for (size_t i = 0; i < field->size / sizeof(uint64_t); i++)
            ((uint64_t *)at)[i] = random_number(prng);
        break;
    default: {
        assert_int_equal(field->type, FIELD_U64S);
        uint64_t *v = arena_array(arena, 3, sizeof(*v));
        for (uint32_t i = 0; i < 3; i++)
            v[i] = random_number(prng);
        *(struct u64s *)at = (struct u64s){ v, 3 };
    }
    }
}

static struct fact random_fact(struct prng *prng, enum fact_kind kind, struct arena *arena)
{
    const struct fields *fields = fact_fields(kind);
    struct fact fact = { .kind = kind, .time_ms = (int64_t)random_number(prng) };
    for (size_t i = 0; i < fields->count; i++)
        random_field(prng, &fields->rows[i], &fact.as, arena);
    if (kind == FACT_PLAN_ADOPTED) { /* Three splits, one destination each: columns agree. */
        static const uint32_t ones[3] = { 1, 1, 1 };
        fact.as.plan_adopted.count = (struct u32s){ ones, 3 };
    }
    if (kind == FACT_WAITROOM_SET)
        fact.as.waitroom_set.seed =
            (struct bytes){ (const uint8_t *)"0123456789abcdef0123456789abcdef", 32 };
    if (kind == FACT_WAITERS_ENTERED) /* A name each. */
        fact.as.waiters_entered.persons = (struct bytes){ (const uint8_t *)"ann\0bob\0cyd", 12 };
    return fact;
}

static void random_facts_survive_their_encoding(void **state)
{
    (void)state;
    struct prng prng = { test_seed() };
    struct arena arena = { 0 };
    for (int round = 0; round < 500; round++) {
        for (enum fact_kind kind = fact_kind_next(0); kind; kind = fact_kind_next(kind)) {
            arena_reset(&arena);
            struct fact fact = random_fact(&prng, kind, &arena), back;
            struct bytes payload = fact_encode(&fact, &arena);
            assert_true(fact_decode(payload, &arena, &back));
            assert_int_equal(back.kind, kind);
            assert_true(back.time_ms == fact.time_ms);
            const struct fields *fields = fact_fields(kind);
            assert_true(fields_hash(fields, &back.as, 0) == fields_hash(fields, &fact.as, 0));
        }
    }
    arena_fini(&arena);
}

static void protobuf_reads_what_we_write(void **state)
{
    (void)state;
    struct prng prng = { test_seed() };
    struct arena arena = { 0 };
    for (int round = 0; round < 100; round++) {
        for (enum fact_kind kind = fact_kind_next(0); kind; kind = fact_kind_next(kind)) {
            arena_reset(&arena);
            struct fact fact = random_fact(&prng, kind, &arena), back;
            struct bytes payload = fact_encode(&fact, &arena);
            Tifo__V1__Fact *message = tifo__v1__fact__unpack(NULL, payload.size, payload.data);
            assert_non_null(message);
            assert_int_equal(message->what_case, kind);
            assert_true(message->time_ms == fact.time_ms);
            assert_int_equal(message->base.n_unknown_fields, 0);
            /* What protobuf writes of it, we read again: nothing was lost on the way. */
            uint8_t *again = arena_alloc(&arena, tifo__v1__fact__get_packed_size(message));
            size_t size = tifo__v1__fact__pack(message, again);
            if (fact.time_ms != 0) { /* protobuf leaves a zero out. */
                assert_true(fact_decode((struct bytes){ again, size }, &arena, &back));
                const struct fields *fields = fact_fields(kind);
                assert_true(fields_hash(fields, &back.as, 0) == fields_hash(fields, &fact.as, 0));
            }
            tifo__v1__fact__free_unpacked(message, NULL);
        }
    }
    arena_fini(&arena);
}

static void what_is_no_fact_is_refused(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    static const struct {
        const char *what;
        const char *data;
        size_t size;
    } cases[] = {
        { "nothing", "", 0 },
        { "a time alone", "\x08\x01", 2 },
        { "an unknown kind", "\x08\x01\xc2\x3e\x00", 5 },
        { "kind 0", "\x08\x01\x02\x00", 4 },
        { "two kinds", "\x08\x01\x92\x01\x00\x92\x01\x00", 8 },
        { "a field that its kind has not", "\x08\x01\xa2\x03\x02\x18\x01", 7 },
        { "columns of unequal length", "\x08\x01\xfa\x01\x03\x12\x01\x01", 8 },
        { "a split with too many destinations",
          "\x08\x01\xca\x02\x09\x22\x01\x01\x2a\x01\x01\x32\x01\x11", 14 },
    };
    struct fact out;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct bytes payload = { (const uint8_t *)cases[i].data, cases[i].size };
        if (fact_decode(payload, &arena, &out))
            fail_msg("%s was taken", cases[i].what);
    }
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(journal_proto_says_what_the_tables_say),
        cmocka_unit_test(random_facts_survive_their_encoding),
        cmocka_unit_test(protobuf_reads_what_we_write),
        cmocka_unit_test(what_is_no_fact_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
