/* The part of the projection that is about orders, payments and the ledger. */
#ifndef RECORDS_PROJECT_ORDERS_H
#define RECORDS_PROJECT_ORDERS_H

#include "server/records/project_tickets.h"

extern const struct projection order_projections[]; /* Ended by { 0, NULL }. */
extern const struct projection payment_projections[];
extern const struct projection settlement_projections[];

/* Of this number. */
struct order_record records_order(struct records *records, uint32_t number);
/* `state` NULL: as it was. */
void records_order_move(struct records *records, struct order_record *order, const char *state,
                        uint64_t seq);
/* Its tickets are cancelled, and what they cost is taken back, if it has any. */
void records_leave_paid(struct records *records, struct order_record *order,
                        const struct fact *fact, uint64_t seq);
/* What one fact posts, for an order. */
void records_post(struct records *records, const struct order_record *order,
                  const struct ledger_posting *posting, const struct fact *fact, uint64_t seq);
/* How it is paid for; 0: the ledger does not know it. */
enum tender records_tender(const struct order_record *order);

#endif
