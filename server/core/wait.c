#include "server/core/wait.h"

#include <string.h>

uint32_t wait_weighted_mean_s(const uint32_t *waits_s, uint32_t count)
{
    uint64_t sum = 0, weights = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += (uint64_t)waits_s[i] * (i + 1);
        weights += i + 1;
    }
    return weights ? (uint32_t)(sum / weights) : 0;
}

static void remember(struct wait_meter *m, uint32_t waited_s)
{
    if (m->observed == WAIT_KEPT)
        memmove(m->observed_s, m->observed_s + 1, (WAIT_KEPT - 1) * sizeof(*m->observed_s));
    else
        m->observed++;
    m->observed_s[m->observed - 1] = waited_s;
}

static uint32_t apart(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

static void let_through(struct wait_meter *m, uint64_t served, int64_t now_ms)
{
    while (m->count && m->joined[m->first].served <= served) {
        const struct wait_sample *sample = &m->joined[m->first];
        const uint32_t waited_s = (uint32_t)((now_ms - sample->joined_ms + 500) / 1000);
        m->judged++;
        m->queue_error_s += apart(sample->queue_s, waited_s);
        m->mean_error_s += apart(sample->mean_s, waited_s);
        remember(m, waited_s);
        m->first = (m->first + 1) % WAIT_JOINED;
        m->count--;
    }
}

void wait_observe(struct wait_meter *m, uint64_t served, uint32_t waiting, uint32_t queue_s,
                  int64_t now_ms)
{
    if (queue_s == UINT32_MAX) {
        m->count = 0;
        return;
    }
    let_through(m, served, now_ms);
    const struct wait_sample *last =
        m->count ? &m->joined[(m->first + m->count - 1) % WAIT_JOINED] : NULL;
    if (waiting == 0 || m->count == WAIT_JOINED ||
        (last && now_ms - last->joined_ms < WAIT_SAMPLE_MS))
        return;
    m->joined[(m->first + m->count++) % WAIT_JOINED] =
        (struct wait_sample){ now_ms, served + waiting, queue_s, wait_mean_s(m) };
}

uint32_t wait_mean_s(const struct wait_meter *m)
{
    return wait_weighted_mean_s(m->observed_s, m->observed);
}

static uint32_t mean_ms(uint64_t sum_s, uint64_t count)
{
    const uint64_t ms = count ? sum_s * 1000 / count : 0;
    return ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX;
}

uint32_t wait_queue_error_ms(const struct wait_meter *m)
{
    return mean_ms(m->queue_error_s, m->judged);
}

uint32_t wait_mean_error_ms(const struct wait_meter *m)
{
    return mean_ms(m->mean_error_s, m->judged);
}
