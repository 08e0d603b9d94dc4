/* Types of ticket, quotas and vouchers: what is asked for as the core has it, and what there is as
 * the API has it. */
#ifndef WIRE_TICKET_TYPE_H
#define WIRE_TICKET_TYPE_H

#include "server/base/arena.h"
#include "server/core/stadium.h"
#include "server/wire/check.h"
#include "tifo/v1/events.pb-c.h"
#include "tifo/v1/vouchers.pb-c.h"

/* Refused is what the core has no room for; whether the values make sense is for the core to say.
 */
bool wire_set_ticket_type(const Tifo__V1__TicketType *from, struct set_ticket_type *to,
                          struct refusal *refusal);
bool wire_set_quota(const Tifo__V1__Quota *from, struct set_quota *to, struct refusal *refusal);
bool wire_set_voucher(const Tifo__V1__Voucher *from, struct set_voucher *to,
                      struct refusal *refusal);

/* In the arena. */
Tifo__V1__TicketType *wire_ticket_type(const struct stadium *stadium, uint32_t event,
                                       uint32_t index, struct arena *arena);
Tifo__V1__Quota *wire_quota(const struct stadium *stadium, uint32_t event, uint32_t index,
                            struct arena *arena);
Tifo__V1__Voucher *wire_voucher(const struct voucher *voucher, uint32_t used, struct arena *arena);

#endif
