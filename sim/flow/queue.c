#include "sim/flow/queue.h"

#include "sim/flow/problem.h"

/* Less than this of a person does not wait: sums are floats. */
static const double nobody = 1e-3;

void queue_fini(struct queue *queue)
{
    free(queue->change);
    free(queue->come);
    free(queue->wait);
    *queue = (struct queue){ 0 };
}

static uint32_t bin_of(double at_s)
{
    const uint32_t last = QUEUE_BINS - 2; /* queue_add() writes behind it. */
    return at_s < QUEUE_BIN_S * last ? (uint32_t)(at_s / QUEUE_BIN_S) : last;
}

static void make_room(struct queue *queue, uint32_t bin)
{
    uint32_t room = queue->bins ? queue->bins : 32;
    while (room <= bin)
        room *= 2;
    if (room == queue->bins)
        return;
    queue->change = flow_wider(queue->change, queue->bins, room, sizeof *queue->change);
    queue->come = flow_wider(queue->come, queue->bins, room, sizeof *queue->come);
    queue->wait = flow_wider(queue->wait, queue->bins, room, sizeof *queue->wait);
    queue->bins = room;
}

void queue_add(struct queue *queue, double from_s, double to_s, double people)
{
    const uint32_t first = bin_of(from_s), last = bin_of(to_s);
    make_room(queue, last + 1);
    queue->change[first] += people / (last - first + 1);
    queue->change[last + 1] -= people / (last - first + 1);
    queue->known = queue->known < first ? queue->known : first;
}

/* Who comes in a bin, and how many stand there as it begins. */
static void learn(struct queue *queue, uint32_t bin)
{
    const double room = queue->capacity_ps * QUEUE_BIN_S;
    for (; queue->known <= bin; queue->known++) {
        const uint32_t k = queue->known;
        const double before = k > 0 ? (double)queue->come[k - 1] : 0;
        const double wait = k > 0 ? (double)queue->wait[k - 1] + before - room : queue->first;
        queue->come[k] = (float)flow_max(0, before + queue->change[k]);
        queue->wait[k] = (float)(wait > nobody ? wait : 0);
    }
}

double queue_first_s(struct queue *queue, double at_s)
{
    const uint32_t bin = bin_of(at_s);
    make_room(queue, bin);
    learn(queue, bin);
    return flow_max(at_s, bin * QUEUE_BIN_S + (double)queue->wait[bin] / queue->capacity_ps);
}

double queue_last_s(struct queue *queue, double at_s, double people)
{
    const uint32_t bin = bin_of(at_s);
    make_room(queue, bin);
    learn(queue, bin);
    const double before = (double)queue->wait[bin] + (double)queue->come[bin] + people;
    return flow_max(at_s, bin * QUEUE_BIN_S + before / queue->capacity_ps);
}
