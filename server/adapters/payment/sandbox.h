/*
 * The built-in payment provider: no money moves. "tok_ok" pays, "tok_declined" does not, and it
 * answers inside start(). It needs no memory of what it was asked: the same question has the same
 * answer.
 */
#ifndef ADAPTERS_PAYMENT_SANDBOX_H
#define ADAPTERS_PAYMENT_SANDBOX_H

#include "server/ports/payment.h"

struct payment_provider *payment_sandbox_open(void);

#endif
