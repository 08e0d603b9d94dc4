/* The code on a ticket, against one that another implementation of Ed25519 signed (Node's OpenSSL),
 * with the first key of RFC 8032, section 7.1. */
#include "api/ticket/code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t seed[TICKET_SEED_BYTES] = {
    0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
    0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
};
static const uint8_t public_key[TICKET_PUBLIC_BYTES] = {
    0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a,
    0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a,
};
static const struct ticket_claim vector = {
    .key_id = 7,
    .ticket = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
    .event = { 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd,
               0xfe, 0xff },
    .seat = 59999,
    .generation = 2,
    .not_before_ms = INT64_C(1778935260000),
    .not_after_ms = INT64_C(1778949660000),
};
static const char vector_code[] =
    "AQAAAAcAAQIDBAUGBwgJCgsMDQ4P8PHy8_T19vf4-fr7_P3-_wAA6l8AAAACAAABnjDN42AAAAGeMamdYKR--izKL9q7"
    "z376PKErRAMF_NPCFRAPjuNPD0Gm1VJ9g3X7kuAHSoYzXjdDZMdfMBV89wvFfWZ6g0Za6lQaAQk";

static uint8_t secret[TICKET_SECRET_BYTES];
static struct ticket_key key = { .id = 7 };

static int set_up(void **state)
{
    (void)state;
    if (!ticket_code_init())
        return -1;
    ticket_keys_from_seed(seed, secret, key.public_key);
    return 0;
}

static enum ticket_verdict verify(const char *code, struct ticket_claim *claim)
{
    *claim = (struct ticket_claim){ 0 };
    return ticket_code_verify(code, &key, 1, claim);
}

static void the_vector_is_written_and_read(void **state)
{
    (void)state;
    char code[TICKET_CODE_CHARS + 1];
    struct ticket_claim claim;
    assert_memory_equal(key.public_key, public_key, sizeof public_key);
    ticket_code_write(&vector, secret, code);
    assert_string_equal(code, vector_code);
    assert_int_equal(verify(vector_code, &claim), TICKET_GENUINE);
    assert_int_equal(claim.key_id, 7);
    assert_memory_equal(claim.ticket, vector.ticket, TICKET_ID_BYTES);
    assert_memory_equal(claim.event, vector.event, TICKET_ID_BYTES);
    assert_int_equal(claim.seat, 59999);
    assert_int_equal(claim.generation, 2);
    assert_int_equal(claim.not_before_ms, vector.not_before_ms);
    assert_int_equal(claim.not_after_ms, vector.not_after_ms);
}

/* Another character anywhere is another code: never a genuine one. */
static void every_character_counts(void **state)
{
    (void)state;
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    struct ticket_claim claim;
    char code[sizeof vector_code];
    for (size_t i = 0; i < TICKET_CODE_CHARS; i++) {
        memcpy(code, vector_code, sizeof code);
        for (size_t k = 0; k < 64; k++) {
            code[i] = alphabet[k];
            if (code[i] == vector_code[i])
                continue;
            const enum ticket_verdict verdict = verify(code, &claim);
            if (verdict == TICKET_GENUINE)
                fail_msg("'%c' at %zu is taken", code[i], i);
            /* Bytes 1 to 4 are the key id; the rest but the scheme is covered by the signature. */
            if (i >= 8 && i < TICKET_CODE_CHARS - 1 && verdict == TICKET_UNKNOWN_KEY)
                fail_msg("'%c' at %zu changes the key", code[i], i);
        }
    }
}

static void only_one_spelling_is_taken(void **state)
{
    (void)state;
    struct ticket_claim claim;
    char code[2 * sizeof vector_code];
    assert_int_equal(verify("", &claim), TICKET_UNREADABLE);
    for (size_t size = 1; size < TICKET_CODE_CHARS; size++) {
        memcpy(code, vector_code, size);
        code[size] = 0;
        assert_int_equal(verify(code, &claim), TICKET_UNREADABLE);
    }
    static const char *const after[] = { "A", "=", "==", " ", "\n" };
    for (size_t i = 0; i < sizeof after / sizeof after[0]; i++) {
        memcpy(code, vector_code, sizeof vector_code);
        strcat(code, after[i]);
        assert_int_equal(verify(code, &claim), TICKET_UNREADABLE);
        /* In place of the last characters, too. */
        strcpy(code + TICKET_CODE_CHARS - strlen(after[i]), after[i]);
        assert_int_not_equal(verify(code, &claim), TICKET_GENUINE);
    }
    /* The plain alphabet of base64, and bits behind the last byte. */
    memcpy(code, vector_code, sizeof vector_code);
    *strchr(code, '_') = '/';
    assert_int_equal(verify(code, &claim), TICKET_UNREADABLE);
    memcpy(code, vector_code, sizeof vector_code);
    code[TICKET_CODE_CHARS - 1] = 'l'; /* 'k' and one bit more. */
    assert_int_equal(verify(code, &claim), TICKET_UNREADABLE);
}

static void other_schemes_and_bounds_are_unreadable(void **state)
{
    (void)state;
    struct ticket_claim claim;
    char code[sizeof vector_code];
    memcpy(code, vector_code, sizeof code);
    code[1] = 'g'; /* Scheme 2. */
    assert_int_equal(verify(code, &claim), TICKET_UNREADABLE);
    memcpy(code, vector_code, sizeof code);
    code[59] = 'A'; /* Generation 0: the low bits of its last byte. */
    assert_int_equal(verify(code, &claim), TICKET_UNREADABLE);
    memcpy(code, vector_code, sizeof code);
    code[60] = 'g'; /* Not before 1970. */
    assert_int_equal(verify(code, &claim), TICKET_UNREADABLE);
}

static void keys_are_found_by_their_id(void **state)
{
    (void)state;
    uint8_t other_seed[TICKET_SEED_BYTES] = { 1 }, other_secret[TICKET_SECRET_BYTES];
    struct ticket_key keys[2] = { { .id = 3 }, key };
    struct ticket_claim claim = vector;
    char code[TICKET_CODE_CHARS + 1];
    ticket_keys_from_seed(other_seed, other_secret, keys[0].public_key);
    assert_int_equal(ticket_code_verify(vector_code, keys, 2, &claim), TICKET_GENUINE);
    assert_int_equal(ticket_code_verify(vector_code, keys, 1, &claim), TICKET_UNKNOWN_KEY);
    assert_int_equal(ticket_code_verify(vector_code, NULL, 0, &claim), TICKET_UNKNOWN_KEY);
    ticket_code_write(&vector, other_secret, code); /* Says key 7, signed with key 3. */
    assert_int_equal(ticket_code_verify(code, keys, 2, &claim), TICKET_FORGED);
    claim = vector;
    claim.key_id = 3;
    ticket_code_write(&claim, other_secret, code);
    assert_int_equal(ticket_code_verify(code, keys, 2, &claim), TICKET_GENUINE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vector_is_written_and_read),
        cmocka_unit_test(every_character_counts),
        cmocka_unit_test(only_one_spelling_is_taken),
        cmocka_unit_test(other_schemes_and_bounds_are_unreadable),
        cmocka_unit_test(keys_are_found_by_their_id),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
