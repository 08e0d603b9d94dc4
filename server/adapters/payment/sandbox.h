/*
 * The built-in payment provider: no money moves. It answers inside start(), and needs no memory of
 * what it was asked: an answer follows from the token, the time and how often it was asked.
 *
 *      tok_ok                pays
 *      tok_ok_CARD           pays, by another card (1 to 16 letters or digits)
 *      tok_declined          does not
 *      tok_timeout_then_ok   times out; when it is asked again it has paid
 *      tok_pay_late_SECONDS  pays so long after it was asked (1..86400), and is pending until then
 *      tok_pay_twice         pays twice as much as was asked for
 *      tok_refund_declined   pays; what goes back of it is declined twice before it is taken
 *
 * The fingerprint of tok_ok_CARD is that of the card, so is that of any other token its own.
 */
#ifndef ADAPTERS_PAYMENT_SANDBOX_H
#define ADAPTERS_PAYMENT_SANDBOX_H

#include "server/ports/payment.h"

struct payment_provider *payment_sandbox_open(void);

#endif
