#include "tests/bench/load/buy.h"

#include <string.h>

#include "tifo/v1/orders.pb-c.h"
#include "tifo/v1/seats.pb-c.h"

enum { HEAD_BYTES = 5 };

static size_t confirm(const uint8_t *reply, size_t size, uint8_t *request, size_t room)
{
    Tifo__V1__HoldSeatsResponse *held = tifo__v1__hold_seats_response__unpack(NULL, size, reply);
    Tifo__V1__ConfirmHoldRequest ask = TIFO__V1__CONFIRM_HOLD_REQUEST__INIT;
    size_t packed = 0;
    if (held && held->hold) {
        ask.hold_id = held->hold->hold_id;
        ask.version = held->hold->version;
        ask.payment_token = "tok_ok";
        packed = tifo__v1__confirm_hold_request__get_packed_size(&ask);
        if (packed > UINT8_MAX || HEAD_BYTES + packed > room)
            packed = 0;
    }
    if (packed) {
        memset(request, 0, HEAD_BYTES);
        request[HEAD_BYTES - 1] = (uint8_t)packed;
        tifo__v1__confirm_hold_request__pack(&ask, request + HEAD_BYTES);
    }
    if (held)
        tifo__v1__hold_seats_response__free_unpacked(held, NULL);
    return packed ? HEAD_BYTES + packed : 0;
}

const struct follow buy = { "/tifo.v1.Orders/ConfirmHold", confirm };
