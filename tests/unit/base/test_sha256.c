#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/sha256.h"

#include <stdio.h>
#include <string.h>

static void expect(const char *text, size_t size, const char *hex)
{
    uint8_t hash[SHA256_BYTES];
    char said[2 * SHA256_BYTES + 1];
    sha256(text, size, hash);
    for (int i = 0; i < SHA256_BYTES; i++)
        snprintf(said + 2 * i, 3, "%02x", hash[i]);
    assert_string_equal(said, hex);
}

/* The examples of FIPS 180-4, and lengths around the end of a block. */
static void known_hashes(void **state)
{
    (void)state;
    char text[200];
    memset(text, 'a', sizeof(text));
    expect("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
           "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    expect(text, 55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
    expect(text, 64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
    expect(text, 119, "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb");
    expect(text, 120, "2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c");
    expect(text, 200, "c2a908d98f5df987ade41b5fce213067efbcc21ef2240212a41e54b5e7c28ae5");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(known_hashes) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
