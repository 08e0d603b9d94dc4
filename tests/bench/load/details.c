#include "tests/bench/load/details.h"

#include <stdint.h>
#include <string.h>

enum { BYTES_MAX = 4096 };

static int digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

bool details_have(const char *value, size_t size, const char *type)
{
    char bytes[BYTES_MAX];
    const size_t wanted = strlen(type);
    size_t count = 0;
    uint32_t bits = 0;
    int held = 0;
    for (size_t i = 0; i < size && digit(value[i]) >= 0 && count < BYTES_MAX; i++) {
        bits = bits << 6 | (uint32_t)digit(value[i]);
        held += 6;
        if (held < 8)
            continue;
        held -= 8;
        bytes[count++] = (char)(bits >> held);
    }
    for (size_t i = 0; i + wanted <= count; i++)
        if (memcmp(bytes + i, type, wanted) == 0)
            return true;
    return false;
}
