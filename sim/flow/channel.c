#include "sim/flow/channel.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Less than this of a person is rounding, not room. */
#define ROOM_MIN 1e-6

static void grow(struct channel *channel, uint32_t bins)
{
    uint32_t wanted = channel->bins ? channel->bins : 32;
    while (wanted < bins)
        wanted *= 2;
    float *used = realloc(channel->used, wanted * sizeof *used);
    if (!used) {
        fprintf(stderr, "flow: out of memory for a channel of %u bins\n", wanted);
        abort();
    }
    memset(used + channel->bins, 0, (wanted - channel->bins) * sizeof *used);
    channel->used = used;
    channel->bins = wanted;
}

void channel_fini(struct channel *channel)
{
    free(channel->used);
    channel->used = NULL;
    channel->bins = 0;
}

static double used_in(const struct channel *channel, uint32_t bin)
{
    return bin < channel->bins ? (double)channel->used[bin] : 0.0;
}

/* Walks the bins from `from_s` on and fills them; `take` also writes it down. */
static double pass(const struct channel *channel, double from_s, double people,
                   struct channel *take)
{
    const double capacity_ps = channel->capacity_ps;
    const double bin_people = capacity_ps * CHANNEL_BIN_S;
    const double horizon_s = CHANNEL_BINS_MAX * CHANNEL_BIN_S;
    assert(capacity_ps > 0 && from_s >= 0 && people >= 0);

    double left = people;
    uint32_t bin = from_s < horizon_s ? (uint32_t)(from_s / CHANNEL_BIN_S) : CHANNEL_BINS_MAX;
    if (bin < channel->full_bins)
        bin = channel->full_bins;
    for (; bin < CHANNEL_BINS_MAX; bin++) {
        const double start_s = bin * CHANNEL_BIN_S;
        const double used = used_in(channel, bin);
        /* Nobody passes before he comes, nor before those who are already planned for the bin. */
        const double begin_s = fmax(from_s, start_s + used / capacity_ps);
        const double room =
            fmin(bin_people - used, capacity_ps * (start_s + CHANNEL_BIN_S - begin_s));
        if (room < ROOM_MIN)
            continue;
        const double taken = fmin(room, left);
        if (take) {
            if (bin >= take->bins)
                grow(take, bin + 1);
            take->used[bin] = (float)(used + taken);
        }
        left -= taken;
        if (left < ROOM_MIN)
            return begin_s + taken / capacity_ps;
    }
    const double begin_s = fmax(from_s, horizon_s + channel->tail_people / capacity_ps);
    if (take)
        take->tail_people = (begin_s - horizon_s) * capacity_ps + left;
    return begin_s + left / capacity_ps;
}

double channel_passed_s(const struct channel *channel, double from_s, double people)
{
    return pass(channel, from_s, people, NULL);
}

double channel_reserve(struct channel *channel, double from_s, double people)
{
    const double passed_s = pass(channel, from_s, people, channel);
    const double bin_people = channel->capacity_ps * CHANNEL_BIN_S;
    while (channel->full_bins < channel->bins &&
           bin_people - (double)channel->used[channel->full_bins] < ROOM_MIN)
        channel->full_bins++;
    return passed_s;
}
