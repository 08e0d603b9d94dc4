/*
 * What somebody does who sells or buys tickets of a test server. What must not fail fails the test;
 * replies are freed with shop_drop().
 */
#ifndef TESTS_SUPPORT_SHOP_H
#define TESTS_SUPPORT_SHOP_H

#include "tests/support/server.h"
#include "tifo/v1/events.pb-c.h"
#include "tifo/v1/orders.pb-c.h"
#include "tifo/v1/seats.pb-c.h"
#include "tifo/v1/tickets.pb-c.h"

/* 2026-05-16T15:00:00Z; doors open two hours before. */
#define SHOP_STARTS_MS INT64_C(1778943600000)
#define SHOP_ENDS_MS   (SHOP_STARTS_MS + 2 * 3600 * 1000)
/* Three hours before it: when shop_open() leaves a driven clock. */
#define SHOP_NOW_MS (SHOP_STARTS_MS - 3 * 3600 * 1000)

enum { SHOP_PRICE = 2500, SHOP_SEATS = 1200 }; /* A seat; seats of the ground. */

#define SHOP_EVENTS(method)  "/tifo.v1.Events/" method
#define SHOP_SEAT(method)    "/tifo.v1.Seats/" method
#define SHOP_ORDERS(method)  "/tifo.v1.Orders/" method
#define SHOP_TICKETS(method) "/tifo.v1.Tickets/" method

void shop_drop(void *message); /* NULL is accepted. */
/* An Event message to create; `category` (the caller's) becomes its only one. */
void shop_describe(Tifo__V1__Event *event, Tifo__V1__PriceCategory *category,
                   Tifo__V1__PriceCategory **list);

/* The ground of tests/support/ground.h; a driven clock goes to SHOP_NOW_MS. */
void shop_open(struct test_server *server);
void shop_advance(struct test_server *server, int64_t to_ms);
/* A published event, at `price` (0: free); its id lies in *id (33 bytes). */
void shop_sell(struct test_server *server, int64_t price, char *id);
/* NULL: refused, and *status (may be NULL) says why. */
Tifo__V1__HoldSeatsResponse *shop_try_hold(struct test_server *server, const char *caller,
                                           const char *event, const uint32_t *seats, size_t count,
                                           struct rpc_status *status);
Tifo__V1__HoldSeatsResponse *shop_hold(struct test_server *server, const char *caller,
                                       const char *event, const uint32_t *seats, size_t count);
Tifo__V1__ConfirmHoldResponse *shop_try_confirm(struct test_server *server, const char *caller,
                                                const Tifo__V1__Hold *hold, const char *token,
                                                struct rpc_status *status);
/* Holds and pays. */
Tifo__V1__ConfirmHoldResponse *shop_buy(struct test_server *server, const char *caller,
                                        const char *event, const uint32_t *seats, size_t count);
Tifo__V1__GetTicketsResponse *shop_tickets(struct test_server *server, const char *caller,
                                           const char *order);
Tifo__V1__ScanTicketResponse *shop_scan(struct test_server *server, const char *code,
                                        const char *event, uint32_t gate, uint64_t nonce);
Tifo__V1__GetEventResponse *shop_event(struct test_server *server, const char *event);
void shop_cancel(struct test_server *server, const char *event);

/* Fails unless the status has the reason and the field (NULL: none), and frees it. */
void shop_refused(struct rpc_status *status, const char *reason, const char *field);

#endif
