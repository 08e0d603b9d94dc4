#include "server/core/state.h"

uint64_t window_roll(uint32_t *buckets, uint32_t bucket_ms, int64_t from_ms, int64_t to_ms)
{
    int64_t from = from_ms / bucket_ms, to = to_ms / bucket_ms;
    if (to - from > WINDOW_BUCKETS)
        from = to - WINDOW_BUCKETS;
    uint64_t gone = 0;
    for (int64_t i = from + 1; i <= to; i++) {
        uint32_t *bucket = &buckets[i % WINDOW_BUCKETS];
        gone += *bucket;
        *bucket = 0;
    }
    return gone;
}

uint64_t window_count(uint32_t *buckets, uint32_t bucket_ms, int64_t now_ms, uint32_t people)
{
    uint32_t *bucket = &buckets[now_ms / bucket_ms % WINDOW_BUCKETS];
    if (people > UINT32_MAX - *bucket)
        people = UINT32_MAX - *bucket;
    *bucket += people;
    return people;
}

uint32_t window_ppm(const uint32_t *buckets, uint32_t bucket_ms)
{
    uint64_t people = 0;
    for (int i = 0; i < WINDOW_BUCKETS; i++)
        people += buckets[i];
    uint64_t ppm = people * 60000 / (WINDOW_BUCKETS * (uint64_t)bucket_ms);
    return ppm < UINT32_MAX ? (uint32_t)ppm : UINT32_MAX;
}
