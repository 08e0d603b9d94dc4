#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/fields.h"

#include <stdlib.h>
#include <string.h>

struct sample {
    uint32_t count;
    int32_t level;
    uint64_t big;
    int64_t time_ms;
    char name[8];
    struct bytes blob;
    struct u32s column;
    struct u64s wide;
    uint32_t buckets[3];
    uint64_t times[2];
};
static const struct field sample_rows[] = {
    FIELD(struct sample, count, 1, U32),
    FIELD(struct sample, level, 2, I32),
    FIELD(struct sample, big, 3, U64),
    FIELD(struct sample, time_ms, 4, I64),
    FIELD(struct sample, name, 5, TEXT),
    FIELD(struct sample, blob, 6, BYTES),
    FIELD(struct sample, column, 7, U32S),
    FIELD(struct sample, wide, 8, U64S),
    FIELD(struct sample, buckets, 200, U32_ARRAY),
    FIELD(struct sample, times, 201, U64_ARRAY),
};
static const struct fields sample_fields = FIELDS("sample", struct sample, sample_rows);

static const uint32_t column[] = { 0, 1, 127, 128, UINT32_MAX };
static const uint64_t wide[] = { 0, UINT64_MAX, 7 };
static const struct sample full = {
    .count = UINT32_MAX,
    .level = INT32_MIN,
    .big = UINT64_MAX,
    .time_ms = -1,
    .name = "7 bytes",
    .blob = { (const uint8_t *)"a\0b", 3 },
    .column = { column, 5 },
    .wide = { wide, 3 },
    .buckets = { 0, 5, 0 },
    .times = { UINT64_MAX, 0 },
};

static struct bytes encode(const struct sample *sample, struct arena *arena)
{
    size_t size = fields_encoded_size(&sample_fields, sample);
    uint8_t *data = arena_alloc(arena, size);
    assert_ptr_equal(fields_encode(&sample_fields, sample, data), data + size);
    return (struct bytes){ data, size };
}

static bool decode(const char *data, size_t size, struct arena *arena, struct sample *out)
{
    memset(out, 0, sizeof(*out));
    return fields_decode(&sample_fields, (struct bytes){ (const uint8_t *)data, size }, arena, out);
}

static void a_row_survives_its_encoding(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct bytes bytes = encode(&full, &arena);
    struct sample back = { 0 };
    assert_true(fields_decode(&sample_fields, bytes, &arena, &back));
    assert_int_equal(fields_hash(&sample_fields, &back, 1), fields_hash(&sample_fields, &full, 1));
    assert_string_equal(back.name, "7 bytes");
    assert_int_equal(back.level, INT32_MIN);
    assert_memory_equal(back.blob.data, "a\0b", 3);
    assert_int_equal(back.column.v[4], UINT32_MAX);
    assert_int_equal(back.buckets[1], 5);
    arena_fini(&arena);
}

static void numbers_lie_as_protobuf_says(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    const struct sample sample = { .count = 300, .level = -1, .name = "hi" };
    struct bytes bytes = encode(&sample, &arena);
    assert_int_equal(bytes.size, 9);
    assert_memory_equal(bytes.data, "\x08\xac\x02\x10\x01\x2a\x02hi", 9);
    const struct sample empty = { 0 };
    assert_int_equal(encode(&empty, &arena).size, 0);
    arena_fini(&arena);
}

static void what_is_not_ours_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        const char *data;
        size_t size;
    } cases[] = {
        { "an unknown field", "\x48\x01", 2 },
        { "another wire type", "\x0a\x01\x00", 3 },
        { "a field twice", "\x08\x01\x08\x01", 4 },
        { "fields out of order", "\x10\x01\x08\x01", 4 },
        { "a number cut off", "\x08\x80", 2 },
        { "a number beyond 32 bits", "\x08\x80\x80\x80\x80\x10", 6 },
        { "a number beyond 64 bits", "\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 11 },
        { "text that is too long",
          "\x2a\x08"
          "8 bytes!",
          10 },
        { "text with a zero", "\x2a\x02\0a", 4 },
        { "a length beyond the end", "\x32\x05zz", 4 },
        { "a column cut off", "\x3a\x01\x80", 3 },
        { "an array that is too short", "\xc2\x0c\x02\x01\x01", 5 },
        { "field number 0", "\x00\x01", 2 },
    };
    struct arena arena = { 0 };
    struct sample out;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (decode(cases[i].data, cases[i].size, &arena, &out))
            fail_msg("%s was taken", cases[i].what);
    }
    arena_fini(&arena);
}

static void a_row_cut_anywhere_is_refused_or_shorter(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    struct bytes bytes = encode(&full, &arena);
    uint64_t whole = fields_hash(&sample_fields, &full, 0);
    for (size_t size = 0; size < bytes.size; size++) {
        /* A copy of exactly that size: a read beyond it is seen by the sanitizer. */
        char *cut = malloc(size ? size : 1);
        memcpy(cut, bytes.data, size);
        struct sample out;
        if (decode(cut, size, &arena, &out))
            assert_int_not_equal(fields_hash(&sample_fields, &out, 0), whole);
        free(cut);
    }
    arena_fini(&arena);
}

static void later_fields_that_are_empty_leave_the_hash_as_it_was(void **state)
{
    (void)state;
    struct field rows[sizeof(sample_rows) / sizeof(sample_rows[0])];
    const struct fields before = { "sample", sample_rows, 1, sizeof(struct sample) };
    const struct fields after = { "sample", rows, sizeof(rows) / sizeof(rows[0]),
                                  sizeof(struct sample) };
    const struct sample old = { .count = 5 };
    memcpy(rows, sample_rows, sizeof(rows));
    for (size_t i = 1; i < after.count; i++)
        rows[i].later = true;
    assert_true(fields_hash(&before, &old, 0) == fields_hash(&after, &old, 0));
    uint64_t seen[sizeof(rows) / sizeof(rows[0])];
    for (size_t i = 1; i < after.count; i++) {
        struct sample one = old;
        memcpy((char *)&one + rows[i].offset, (const char *)&full + rows[i].offset, rows[i].size);
        seen[i] = fields_hash(&after, &one, 0);
        assert_true(seen[i] != fields_hash(&before, &old, 0));
        for (size_t k = 1; k < i; k++)
            assert_true(seen[i] != seen[k]);
    }
    /* The same number in another field is another row. */
    const struct sample big = { .count = 5, .big = 7 }, time = { .count = 5, .time_ms = 7 };
    assert_true(fields_hash(&after, &big, 0) != fields_hash(&after, &time, 0));
}

static void every_field_and_the_seed_change_the_hash(void **state)
{
    (void)state;
    uint64_t hash = fields_hash(&sample_fields, &full, 0);
    assert_int_not_equal(fields_hash(&sample_fields, &full, 1), hash);
    for (size_t i = 0; i < sample_fields.count; i++) {
        struct sample other = full;
        ((unsigned char *)&other)[sample_rows[i].offset +
                                  (i == 5 ? offsetof(struct bytes, size) : 0) +
                                  (i == 6 ? offsetof(struct u32s, count) : 0) +
                                  (i == 7 ? offsetof(struct u64s, count) : 0)] ^= 1;
        assert_int_not_equal(fields_hash(&sample_fields, &other, 0), hash);
    }
}

static void a_row_prints_as_json(void **state)
{
    (void)state;
    struct sample sample = { .count = 1, .level = -2, .name = "\"\n", .column = { column, 3 } };
    char text[256] = "";
    FILE *out = fmemopen(text, sizeof(text), "w");
    fields_print_json(&sample_fields, &sample, out);
    fclose(out);
    assert_string_equal(
        text, "{\"count\":1,\"level\":-2,\"big\":0,\"time_ms\":0,\"name\":\"\\\"\\u000a\","
              "\"blob\":0,\"column\":[0,1,127],\"wide\":[],\"buckets\":[],\"times\":[]}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_survives_its_encoding),
        cmocka_unit_test(numbers_lie_as_protobuf_says),
        cmocka_unit_test(what_is_not_ours_is_refused),
        cmocka_unit_test(a_row_cut_anywhere_is_refused_or_shorter),
        cmocka_unit_test(later_fields_that_are_empty_leave_the_hash_as_it_was),
        cmocka_unit_test(every_field_and_the_seed_change_the_hash),
        cmocka_unit_test(a_row_prints_as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
