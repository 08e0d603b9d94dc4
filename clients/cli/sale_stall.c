/* `tifo sale simulate` does not wait for what never comes: a waiting room that lets nobody in, a
 * driven clock that nobody drives. */
#include "clients/cli/sale.h"
#include "tifo/v1/clock.pb-c.h"
#include "tifo/v1/waitroom.pb-c.h"

#include <stdio.h>

enum { STALL_S = 2 }; /* Nothing has happened for so long: why is asked. */

static bool is_paused(struct server_link *link, const struct sale *sale)
{
    Tifo__V1__GetWaitingRoomRequest request = TIFO__V1__GET_WAITING_ROOM_REQUEST__INIT;
    request.event_id = (char *)sale->event;
    Tifo__V1__GetWaitingRoomResponse *reply = (void *)server_link_call(
        link, &tifo__v1__waiting_rooms__descriptor, "GetWaitingRoom", &request.base);
    if (!reply)
        return false;
    const Tifo__V1__WaitingRoomMode mode = reply->room->settings->mode;
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return mode == TIFO__V1__WAITING_ROOM_MODE__WAITING_ROOM_MODE_PAUSED ||
           mode == TIFO__V1__WAITING_ROOM_MODE__WAITING_ROOM_MODE_QUEUE_ALL;
}

/* *now_ms: the stadium's time, or 0 when the clock goes by itself. */
static void read_clock(struct server_link *link, int64_t *now_ms)
{
    Tifo__V1__GetClockRequest request = TIFO__V1__GET_CLOCK_REQUEST__INIT;
    Tifo__V1__GetClockResponse *reply =
        (void *)server_link_call(link, &tifo__v1__clock__descriptor, "GetClock", &request.base);
    *now_ms = reply && reply->driven ? reply->now_ms : 0;
    protobuf_c_message_free_unpacked((void *)reply, NULL);
}

static void give_up(struct sale *sale, const char *why)
{
    fprintf(stderr, "tifo: nobody is let in: %s\n", why);
    atomic_fetch_add(&sale->wrong, 1);
    tifo_waiting_end(sale->waiting);
    sale->stall.told = true;
}

void sale_stall_look(struct server_link *link, struct sale *sale)
{
    struct sale_stall *stall = &sale->stall;
    if (!sale->waiting || sale->looks || stall->told)
        return;
    const struct tifo_waiting_counts counts = tifo_waiting_counts(sale->waiting);
    const uint32_t finished = atomic_load(&sale->finished);
    const double now_s = sale_now_s();
    if (stall->since_s == 0 || counts.served != stall->served || counts.let_in != stall->let_in ||
        finished != stall->finished) {
        *stall = (struct sale_stall){
            .since_s = now_s, .served = counts.served, .let_in = counts.let_in, .finished = finished
        };
        return;
    }
    if (counts.waiting == 0 || now_s - stall->since_s < STALL_S)
        return;
    int64_t clock_ms;
    read_clock(link, &clock_ms);
    stall->since_s = now_s; /* Looked at again in a while. */
    if (is_paused(link, sale))
        give_up(sale, "its waiting room is paused; set --mode normal with tifo waitroom set");
    else if (clock_ms > 0 && clock_ms == stall->clock_ms)
        give_up(sale, "the server's clock is driven, and nobody drives it; see tifo clock");
    stall->clock_ms = clock_ms;
}
