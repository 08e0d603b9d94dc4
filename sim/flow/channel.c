#include "sim/flow/channel.h"
#include "sim/flow/problem.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* Less than this of a person is rounding, not room: `used` is kept as float. */
#define ROOM_MIN 1e-4

static void *resized(void *memory, size_t size)
{
    void *resized_memory = realloc(memory, size);
    if (!resized_memory) {
        fprintf(stderr, "flow: out of memory for a channel of %zu bytes\n", size);
        abort();
    }
    return resized_memory;
}

static void grow(struct channel *channel, uint32_t bins)
{
    uint32_t wanted = channel->bins ? channel->bins : 32;
    while (wanted < bins)
        wanted *= 2;
    channel->used = resized(channel->used, wanted * sizeof *channel->used);
    channel->next = resized(channel->next, wanted * sizeof *channel->next);
    for (uint32_t bin = channel->bins; bin < wanted; bin++) {
        channel->used[bin] = 0;
        channel->next[bin] = bin;
    }
    channel->bins = wanted;
}

void channel_fini(struct channel *channel)
{
    free(channel->used);
    free(channel->next);
    channel->used = NULL;
    channel->next = NULL;
    channel->bins = 0;
}

/* The first bin from `bin` on that has room (disjoint sets, the ways halved as they are walked). */
static uint32_t with_room(struct channel *channel, uint32_t bin)
{
    while (bin < channel->bins && channel->next[bin] != bin) {
        const uint32_t next = channel->next[bin];
        if (next < channel->bins)
            channel->next[bin] = channel->next[next];
        bin = next;
    }
    return bin;
}

/* Walks the bins from `from_s` on and fills them; `take` also writes it down. */
static double pass(struct channel *channel, double from_s, double people, bool take)
{
    const double capacity_ps = channel->capacity_ps;
    const double bin_people = capacity_ps * CHANNEL_BIN_S;
    const double horizon_s = CHANNEL_BINS_MAX * CHANNEL_BIN_S;
    assert(capacity_ps > 0 && from_s >= 0 && people >= 0);

    double left = people;
    uint32_t bin = from_s < horizon_s ? (uint32_t)(from_s / CHANNEL_BIN_S) : CHANNEL_BINS_MAX;
    for (bin = with_room(channel, bin); bin < CHANNEL_BINS_MAX; bin = with_room(channel, bin + 1)) {
        const double start_s = bin * CHANNEL_BIN_S;
        const double used = bin < channel->bins ? (double)channel->used[bin] : 0.0;
        /* Nobody passes before he comes, nor before those who are already planned for the bin. */
        const double begin_s = flow_max(from_s, start_s + used / capacity_ps);
        const double room =
            flow_min(bin_people - used, capacity_ps * (start_s + CHANNEL_BIN_S - begin_s));
        if (room < ROOM_MIN)
            continue;
        const double taken = flow_min(room, left);
        if (take) {
            if (bin >= channel->bins)
                grow(channel, bin + 1);
            channel->used[bin] = (float)(used + taken);
            if (bin_people - (double)channel->used[bin] < ROOM_MIN)
                channel->next[bin] = bin + 1;
        }
        left -= taken;
        if (left < ROOM_MIN)
            return begin_s + taken / capacity_ps;
    }
    const double begin_s = flow_max(from_s, horizon_s + channel->tail_people / capacity_ps);
    if (take)
        channel->tail_people = (begin_s - horizon_s) * capacity_ps + left;
    return begin_s + left / capacity_ps;
}

double channel_passed_s(struct channel *channel, double from_s, double people)
{
    return pass(channel, from_s, people, false);
}

double channel_reserve(struct channel *channel, double from_s, double people)
{
    return pass(channel, from_s, people, true);
}
