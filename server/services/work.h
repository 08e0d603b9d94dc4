/*
 * A unary call on its way through the app. The handler makes it, fills the request and posts it;
 * look() copies on the loop thread what the answer needs; reply() answers when that is durable.
 */
#ifndef SERVICES_WORK_H
#define SERVICES_WORK_H

#include "server/services/services.h"

struct work {
    struct request request; /* First: the app hands it back. */
    struct rpc_call *call;
    struct services *services;
    struct arena arena; /* Lives from handler to answer. */
    void *looked;       /* What look() left for reply(). */
    void (*reply)(struct work *work);
};

/* In the call's memory. `look` may be NULL. */
struct work *work_begin(struct rpc_call *call, struct services *services, enum request_kind kind,
                        void (*look)(struct work *work, const struct app *app),
                        void (*reply)(struct work *work));
/* The call is answered in any case, now or later: touch neither any more. */
void work_post(struct work *work);
/* Ends the call with what was refused before it was posted. */
void work_refuse(struct work *work);

/* Who calls: what the metadata `tifo-caller` says if the call comes from this machine, otherwise
 * "anonymous". Never NULL or empty; lives as long as the call. In the handler, before it hands the
 * call on. */
const char *call_caller(struct rpc_call *call);

/* Ends the call with an error. */
void refuse_call(struct rpc_call *call, const struct refusal *refusal);
/* The same with the status' own sentence; `field` NULL: none. */
void refuse_call_with(struct rpc_call *call, enum status status, const char *field);
/* The venue if it is the one that `venue_id` names (empty: the only one); otherwise the call has
 * been refused and it is NULL. */
const struct venue *call_venue(struct rpc_call *call, struct services *services,
                               const char *venue_id);

#endif
