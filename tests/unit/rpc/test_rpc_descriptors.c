#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "api/rpc/descriptors.h"
#include "echo_descriptors.h"

static void expect_name(const struct rpc_descriptor_file *file, const char *name)
{
    assert_non_null(file);
    assert_int_equal(file->name.size, strlen(name));
    assert_memory_equal(file->name.bytes, name, strlen(name));
}

static void files_are_found_by_name_and_symbol(void **state)
{
    (void)state;
    struct rpc_descriptors set;
    assert_true(rpc_descriptors_init(&set, echo_descriptors, echo_descriptors_size));
    assert_int_equal(set.count, 3);
    static const struct {
        const char *symbol, *file;
    } rows[] = {
        { "rpc.test.Echo", "echo.proto" },
        { "rpc.test.Echo.Talk", "echo.proto" },
        { "rpc.test.EchoRequest", "echo.proto" },
        { "rpc.test.EchoRequest.Part", "echo.proto" },
        { "rpc.test.EchoRequest.parts", "echo.proto" },
        { "google.rpc.Status", "google/rpc/status.proto" },
        { "google.protobuf.Any", "google/protobuf/any.proto" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        expect_name(rpc_descriptors_find_symbol(&set, rows[i].symbol), rows[i].file);
        expect_name(rpc_descriptors_find_file(&set, rows[i].file), rows[i].file);
    }
    static const char *const unknown[] = {
        "",
        ".",
        "Echo",
        "rpc",
        "rpc.test",
        "rpc.test.",
        "rpc.test.Echo.",
        "rpc.test.Ech",
        "rpc.test.Echos",
        "rpc.test.Echo.Talk.more",
        "rpc.tests.Echo",
        ".rpc.test.Echo",
        "google.rpc.Any",
        "rpc.test.EchoRequest.Part.more",
    };
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        assert_null(rpc_descriptors_find_symbol(&set, unknown[i]));
        assert_null(rpc_descriptors_find_file(&set, unknown[i]));
    }
    rpc_descriptors_fini(&set);
}

static void a_file_comes_with_what_it_needs(void **state)
{
    (void)state;
    struct rpc_descriptors set;
    assert_true(rpc_descriptors_init(&set, echo_descriptors, echo_descriptors_size));
    const struct rpc_descriptor_file *files[3];
    assert_int_equal(rpc_descriptors_closure(
                         &set, rpc_descriptors_find_file(&set, "google/rpc/status.proto"), files),
                     2);
    expect_name(files[0], "google/rpc/status.proto");
    expect_name(files[1], "google/protobuf/any.proto");
    assert_int_equal(
        rpc_descriptors_closure(&set, rpc_descriptors_find_file(&set, "echo.proto"), files), 1);
    rpc_descriptors_fini(&set);
}

static void files_that_need_each_other_are_listed_once(void **state)
{
    (void)state;
    static const uint8_t circle[] = "\x0a\x06\x0a\x01"
                                    "a\x1a\x01"
                                    "b\x0a\x06\x0a\x01"
                                    "b\x1a\x01"
                                    "a";
    struct rpc_descriptors set;
    assert_true(rpc_descriptors_init(&set, circle, sizeof circle - 1));
    const struct rpc_descriptor_file *files[2];
    assert_int_equal(rpc_descriptors_closure(&set, rpc_descriptors_find_file(&set, "b"), files), 2);
    expect_name(files[0], "b");
    expect_name(files[1], "a");
    rpc_descriptors_fini(&set);
}

/* In memory of its own, so that a sanitizer sees each step outside. */
static bool reads(const void *bytes, size_t size)
{
    uint8_t *copy = malloc(size + 1);
    memcpy(copy + 1, bytes, size);
    struct rpc_descriptors set;
    bool is_good = rpc_descriptors_init(&set, copy + 1, size);
    if (is_good) {
        rpc_descriptors_find_symbol(&set, "rpc.test.EchoRequest.Part");
        rpc_descriptors_fini(&set);
    }
    free(copy);
    return is_good;
}

static void other_bytes_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
    } rows[] = {
        { "", 0 },                                              /* No file. */
        { "\x0a\x00", 2 },                                      /* A file without a name. */
        { "\x0a\x05\x0a\x01", 4 },                              /* Longer than all. */
        { "\x0a\x03\x0a\x02n", 5 },                             /* Longer than its file. */
        { "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11 }, /* Nearly endless. */
        { "\x0a\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 13 },
        { "\x0a\x03\x0a\x01n\x0b", 6 },     /* A group. */
        { "\x0a\x03\x0a\x01n\x0d\x00", 7 }, /* Half a fixed32. */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_false(reads(rows[i].bytes, rows[i].size));
    assert_true(reads("\x0a\x03\x0a\x01n", 5));
    size_t cut_at_a_file = 0;
    for (size_t size = 0; size < echo_descriptors_size; size++)
        cut_at_a_file += reads(echo_descriptors, size);
    assert_int_equal(cut_at_a_file, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_found_by_name_and_symbol),
        cmocka_unit_test(a_file_comes_with_what_it_needs),
        cmocka_unit_test(files_that_need_each_other_are_listed_once),
        cmocka_unit_test(other_bytes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
