/* Tickets as pictures and pages: the part of tifo.v1.Tickets that draws. */
#ifndef SERVICES_RENDERING_H
#define SERVICES_RENDERING_H

#include "api/rpc/rpc.h"

void render_ticket_call(struct rpc_call *call, void *ctx); /* A handler of tickets.c's table. */

#endif
