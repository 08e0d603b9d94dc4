#include "server/core/estimate.h"

#include <assert.h>

/* Searched for on recorded runs of the simulator (evacuation, gate closure, half time), so that the
 * density's error is small and its level right. */
enum {
    RATE_FADES_MS = 2100,
    STALE_MS = 30 * 1000,  /* Longer steps and delays count as this. */
    PEOPLE_NOISE = 560,    /* Variance that a second adds, a thousandth of the people, */
    RATE_NOISE = 31,       /* and to their rate's; */
    PEOPLE_NOISE_MIN = 38, /* at least, in an empty place. */
    RATE_NOISE_MIN = 14,
    COUNT_VAR = 128,       /* Of a reading, beside its relative error: people are whole. */
    COME_AND_GO = 260,     /* Of one that is old: people who came and went since, */
    COME_AND_GO_MS = 1500, /* half of that share when it is so old. */
    PASSING_SHARE = 10, /* A variance of one person in so many: that the 95 % interval is one. */
};

/* So large a variance says nothing any more. */
#define VAR_MAX (INT64_C(1) << 43)

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

uint64_t whole_root(uint64_t square)
{
    uint64_t root = 0, bit = UINT64_C(1) << 62;
    while (bit > square)
        bit >>= 2;
    for (; bit; bit >>= 2) {
        const uint64_t sum = root + bit;
        root >>= 1;
        if (square >= sum) {
            square -= sum;
            root += bit;
        }
    }
    return root;
}

/* The variance of `people_milli` that are known to `error_milli` of themselves; 0.001 people^2. */
static int64_t relative_var(int64_t people_milli, uint32_t error_milli)
{
    const int64_t deviation = people_milli * error_milli / 1000; /* 0.001 people */
    return clamp(deviation * deviation / 1000, 0, VAR_MAX);
}

/* How far a rate carries in `ms`, since it fades on the way: in ms. */
static int64_t reach_ms(int64_t ms)
{
    return ms * RATE_FADES_MS / (RATE_FADES_MS + ms);
}

static void bound(struct estimate *e)
{
    e->people_milli = clamp(e->people_milli, 0, ESTIMATE_PEOPLE_MAX_MILLI);
    e->rate_milli = clamp(e->rate_milli, -ESTIMATE_PEOPLE_MAX_MILLI, ESTIMATE_PEOPLE_MAX_MILLI);
    e->people_var = clamp(e->people_var, 1, VAR_MAX);
    e->rate_var = clamp(e->rate_var, 1, VAR_MAX);
    /* A covariance that two such variances can have. */
    const int64_t most =
        (int64_t)(whole_root((uint64_t)e->people_var) * whole_root((uint64_t)e->rate_var));
    e->cross_var = clamp(e->cross_var, -most, most);
}

void estimate_predict(struct estimate *e, int64_t now_ms)
{
    if (e->at_ms == 0 || now_ms <= e->at_ms)
        return;
    const int64_t step_ms = clamp(now_ms - e->at_ms, 0, STALE_MS), reach = reach_ms(step_ms);
    const int64_t people = e->people_milli / 1000;
    e->people_var += 2 * e->cross_var * reach / 1000 + e->rate_var * reach / 1000 * reach / 1000 +
                     (PEOPLE_NOISE_MIN + people * PEOPLE_NOISE) * step_ms / 1000;
    e->cross_var =
        (e->cross_var + e->rate_var * reach / 1000) * RATE_FADES_MS / (RATE_FADES_MS + step_ms);
    e->rate_var = e->rate_var * RATE_FADES_MS / (RATE_FADES_MS + step_ms) * RATE_FADES_MS /
                      (RATE_FADES_MS + step_ms) +
                  (RATE_NOISE_MIN + people * RATE_NOISE) * step_ms / 1000;
    e->people_milli += e->rate_milli * reach / 1000;
    e->rate_milli = e->rate_milli * RATE_FADES_MS / (RATE_FADES_MS + step_ms);
    e->at_ms = now_ms;
    bound(e);
}

/* Nothing was known: the reading is the state. */
static void begin(struct estimate *e, int64_t people_milli, int64_t var, int64_t now_ms)
{
    e->at_ms = now_ms;
    e->people_milli = people_milli;
    e->rate_milli = 0;
    e->people_var = var;
    e->cross_var = 0;
    e->rate_var = RATE_NOISE_MIN + people_milli / 1000 * RATE_NOISE;
    bound(e);
}

void estimate_read(struct estimate *e, uint32_t people, uint32_t error_milli, int64_t at_ms,
                   int64_t now_ms)
{
    const int64_t seen = (int64_t)people * 1000;
    e->error_milli = error_milli;
    if (e->at_ms == 0) {
        begin(e, seen, COUNT_VAR + relative_var(seen, error_milli), now_ms);
        return;
    }
    estimate_predict(e, now_ms);
    /* What the state says of then; the error is relative to what there was, not to what was seen,
     * or too low readings would weigh more than too high ones. */
    const int64_t back = reach_ms(clamp(now_ms - at_ms, 0, STALE_MS));
    const int64_t then = clamp(e->people_milli - e->rate_milli * back / 1000, 0, INT64_MAX);
    const int64_t most = then > seen ? then : seen;
    const int64_t noise = COUNT_VAR + relative_var(most, error_milli) / 2 +
                          most * COME_AND_GO / 1000 * back / (back + COME_AND_GO_MS);
    const int64_t innovation = seen - then;
    int64_t along = e->people_var - e->cross_var * back / 1000;
    int64_t rate_along = e->cross_var - e->rate_var * back / 1000;
    int64_t sum = along - rate_along * back / 1000 + noise;
    if (innovation / 1000 * innovation > 3 * sum) {
        const int64_t surprise = clamp(innovation / 1000 * innovation / 4, 0, VAR_MAX);
        e->rate_var = clamp(e->rate_var + surprise / 20, 1, VAR_MAX);
        e->people_var = clamp(e->people_var + surprise, 1, VAR_MAX);
        along = e->people_var - e->cross_var * back / 1000;
        rate_along = e->cross_var - e->rate_var * back / 1000;
        sum = along - rate_along * back / 1000 + noise;
    }
    assert(noise > 0);
    sum = clamp(sum, noise, VAR_MAX);
    /* Gains in 1/65536. */
    const int64_t gain = clamp(along, -VAR_MAX, VAR_MAX) * 65536 / sum;
    const int64_t rate_gain = clamp(rate_along, -VAR_MAX, VAR_MAX) * 65536 / sum;
    e->people_milli += clamp(gain, -65536, 65536) * innovation / 65536;
    e->rate_milli += clamp(rate_gain, -65536, 65536) * innovation / 65536;
    e->people_var -= clamp(gain, 0, 65536) * (along / 256) / 256;
    e->cross_var -= clamp(gain, -65536, 65536) * (rate_along / 256) / 256;
    e->rate_var -= clamp(rate_gain, -65536, 65536) * (rate_along / 256) / 256;
    bound(e);
}

int64_t estimate_deviation_milli(const struct estimate *e)
{
    const int64_t own = relative_var(e->people_milli, e->error_milli) / 2;
    if (e->at_ms == 0)
        return 0;
    /* And what people who come and go make of it within a second. */
    const int64_t passing = COUNT_VAR + e->people_milli / PASSING_SHARE;
    return (int64_t)whole_root((uint64_t)(e->people_var + own + passing) * 1000);
}
