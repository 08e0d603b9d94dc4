#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/hash.h"
#include "server/base/prng.h"

#include <string.h>

/* Journals carry these numbers: they must be the same on every machine, for ever. */
static void hashes_are_the_same_everywhere(void **state)
{
    (void)state;
    assert_true(hash_word(1, 2) == UINT64_C(0xd780b60ddf76237e));
    assert_true(hash_bytes(0, "twelve bytes", 12) == UINT64_C(0xf7aebbf3f394e1ee));
    assert_true(hash_end(hash_bytes(0, "twelve bytes", 12)) == UINT64_C(0x87b53d710f15b8ea));
}

static void one_bit_and_the_length_change_the_hash(void **state)
{
    (void)state;
    uint8_t data[40] = { 0 };
    for (size_t size = 0; size <= sizeof(data); size++) {
        uint64_t hash = hash_bytes(0, data, size);
        if (size > 0)
            assert_true(hash != hash_bytes(0, data, size - 1));
        for (size_t bit = 0; bit < size * 8; bit++) {
            data[bit / 8] ^= (uint8_t)(1u << bit % 8);
            assert_true(hash_bytes(0, data, size) != hash);
            data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
}

static void random_numbers_are_those_of_splitmix64(void **state)
{
    (void)state;
    struct prng prng = { 1234567 };
    /* As the authors' reference gives them. */
    assert_true(prng_next(&prng) == UINT64_C(6457827717110365317));
    assert_true(prng_next(&prng) == UINT64_C(3203168211198807973));
    assert_true(prng_next(&prng) == UINT64_C(9817491932198370423));
    uint32_t seen = 0;
    for (int i = 0; i < 1000; i++) {
        uint32_t number = prng_below(&prng, 7);
        assert_true(number < 7);
        seen |= 1u << number;
    }
    assert_int_equal(seen, 0x7f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_the_same_everywhere),
        cmocka_unit_test(one_bit_and_the_length_change_the_hash),
        cmocka_unit_test(random_numbers_are_those_of_splitmix64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
