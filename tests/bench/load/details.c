#include "tests/bench/load/details.h"

#include <string.h>

#include "google/rpc/error_details.pb-c.h"
#include "google/rpc/status.pb-c.h"

enum { BYTES_MAX = 4096 };
static const char retry_info[] = "type.googleapis.com/google.rpc.RetryInfo";

static int digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

static size_t decode(const char *value, size_t size, uint8_t bytes[BYTES_MAX])
{
    size_t count = 0;
    uint32_t bits = 0;
    int held = 0;
    for (size_t i = 0; i < size && digit(value[i]) >= 0 && count < BYTES_MAX; i++) {
        bits = bits << 6 | (uint32_t)digit(value[i]);
        held += 6;
        if (held < 8)
            continue;
        held -= 8;
        bytes[count++] = (uint8_t)(bits >> held);
    }
    return count;
}

static bool read_delay(const Google__Protobuf__Any *detail, uint64_t *retry_us)
{
    if (strcmp(detail->type_url, retry_info) != 0)
        return false;
    Google__Rpc__RetryInfo *info =
        google__rpc__retry_info__unpack(NULL, detail->value.len, detail->value.data);
    const bool says = info && info->retry_delay;
    if (says)
        *retry_us = (uint64_t)info->retry_delay->seconds * 1000000 +
                    (uint64_t)info->retry_delay->nanos / 1000;
    if (info)
        google__rpc__retry_info__free_unpacked(info, NULL);
    return says;
}

bool details_retry_us(const char *value, size_t size, uint64_t *retry_us)
{
    uint8_t bytes[BYTES_MAX];
    bool says = false;
    Google__Rpc__Status *status =
        google__rpc__status__unpack(NULL, decode(value, size, bytes), bytes);
    for (size_t i = 0; status && i < status->n_details && !says; i++)
        says = read_delay(status->details[i], retry_us);
    if (status)
        google__rpc__status__free_unpacked(status, NULL);
    return says;
}
