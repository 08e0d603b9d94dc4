#include "server/core/state.h"

/*
 * The wait of the last in line: people waiting over the rate they are served at. A line that stood
 * for a whole window shows its rate itself; before that the flow says how many came, not how many
 * could pass, so the nominal rate is the better guess. A line that seems stuck is given a tenth of
 * it: the wait stays a number that can be compared.
 */
static uint32_t wait_s(const struct queue_state *queue, const struct service *service,
                       int64_t now_ms)
{
    if (!service->open)
        return WAIT_UNKNOWN_S;
    if (queue->waiting == 0)
        return 0;
    uint64_t rate = service->nominal_milli_ppm;
    if (now_ms - queue->queued_ms >= service->window_ms) {
        rate = service->measured_milli_ppm;
        if (rate < service->nominal_milli_ppm / 10)
            rate = service->nominal_milli_ppm / 10;
    }
    if (rate == 0)
        return WAIT_UNKNOWN_S;
    uint64_t wait = ((uint64_t)queue->waiting * 60 * 1000 + rate - 1) / rate;
    return wait < WAIT_UNKNOWN_S ? (uint32_t)wait : WAIT_UNKNOWN_S - 1;
}

void queue_refresh(struct queue_state *queue, const struct service *service, int64_t now_ms)
{
    queue->queued_ms = held_since(queue->queued_ms, queue->waiting > 0, now_ms);
    queue->wait_s = wait_s(queue, service, now_ms);
    bool known = queue->wait_s != WAIT_UNKNOWN_S;
    bool slow = known && queue->wait_s > service->slow_s;
    bool eased = !known || (uint64_t)queue->wait_s * 10 < (uint64_t)service->slow_s * 8;
    queue->slow_ms = held_since(queue->slow_ms, slow, now_ms);
    queue->eased_ms = held_since(queue->eased_ms, eased, now_ms);
}
