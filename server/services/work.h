/*
 * A unary call on its way through the app. The handler makes a work, fills its request and posts
 * it; build() makes the answer on the loop thread, where it is packed at once, and it is sent when
 * all that it tells is durable.
 *
 * A read:    work_post(work_begin(call, services, REQUEST_READ, build));
 * A write:   struct work *work = work_begin(call, services, REQUEST_COMMAND, build);
 *            fill work->request.command; what it points to lives in the call or in work->arena
 *            work_post_if(work, CHECKS): checks that fail fill work->request.refusal
 *
 * That is all a new write method does: what is here gives it idempotency. A call with the metadata
 * `idempotency-key` is done once for each (tenant, caller, method, key); sent again it gets the
 * same answer, byte for byte, and the trailer `idempotent-replayed: true`. Kept are replies and
 * refusals by the core or by build(); nothing is kept of what the handler refuses, nor of invalid
 * arguments and what there was no room for (gRPC's INVALID_ARGUMENT, RESOURCE_EXHAUSTED and
 * UNAVAILABLE), whoever finds that. So a handler checks nothing but the request's form: what
 * depends on the stadium's state belongs into decide, or into build().
 *
 * build() runs when the command's facts, and all that could follow at once (ticks that were due,
 * payments that were settled inside), are in the stadium: it tells the outcome. It may refuse, too:
 * it fills work->request.refusal and returns NULL. It sees the stadium as of work->request.seq,
 * which is a write's `seq` and a read's `as_of_seq`; a write's seq is above those of all answers
 * that were sent before it was asked.
 */
#ifndef SERVICES_WORK_H
#define SERVICES_WORK_H

#include "server/services/services.h"

struct work;
/* The answer, a message of the method's output, in work->arena or in what outlives the call. */
typedef const ProtobufCMessage *work_build(struct work *work, const struct app *app);

struct work {
    struct request request; /* First: the app hands it back. */
    struct rpc_call *call;
    struct services *services;
    struct arena arena; /* Lives from handler to answer. */
    work_build *build;
    const void *asked; /* The handler's, for build(): what a read asks for. */
    /* Sends the answer in another way than as what build() made: it takes over the call and the
     * arena. For reads; NULL: the usual way. */
    void (*deliver)(struct work *work);
    void *made; /* build()'s, for deliver(). */
    struct once once;
    struct bytes reply; /* What build() made, packed. */
    struct bytes shown; /* Behind it, as long as it is not kept: work_show_once(). */
};

/* In the call's memory. */
struct work *work_begin(struct rpc_call *call, struct services *services, enum request_kind kind,
                        work_build *build);
/* The call is answered in any case, now or later: touch neither any more. */
void work_post(struct work *work);
/* Ends the call with what was refused before it was posted. */
void work_refuse(struct work *work);
/* The one if what was asked for is in order, the other if it has been refused. */
void work_post_if(struct work *work, bool in_order);

/* The answer has a text more, as its field of this number (1 to 15), that is kept nowhere: who asks
 * again under the same idempotency key gets the answer without it. `text` lives in the call. */
void work_show_once(struct work *work, uint32_t field, const char *text);

/* A read of one thing: `text` is its id as the request's `field` has it, and work->asked a struct
 * asked. The call is answered in any case. */
void work_post_by_id(struct work *work, const char *field, const char *text);
struct asked {
    struct id id;
    const char *person; /* Who calls. */
};

/* Who calls: whom the client's certificate names; without one (no mTLS) what the metadata
 * `tifo-caller` says if the call comes from this machine; otherwise "anonymous". Never NULL or
 * empty; lives as long as the call. In the handler, before it hands the call on. */
const char *call_caller(struct rpc_call *call);

/* Whether who calls may ask about others: an operator; without a certificate anybody on this
 * machine. In the handler. */
bool call_is_operator(struct rpc_call *call, const struct services *services);

/* Copies it into a command's field; false: it does not fit, and work_refuse() says so. */
bool work_caller(struct work *work, char *to, size_t size);

/* Who calls, and whether tifod was told that they are an operator. False as work_caller(). */
bool work_actor(struct work *work, struct actor *to);

/* In build(): refuses with the status' own sentence. Always NULL. `field` NULL: none. */
const ProtobufCMessage *work_deny(struct work *work, enum status status, const char *field);

/* In build(): the event's index; false: there is none, and the answer is refused. */
bool work_event(struct work *work, const struct app *app, struct id id, uint32_t *index);
/* The same; refused, too, when it is not theirs to see as its organiser. */
bool work_own_event(struct work *work, const struct app *app, struct id id, const struct actor *by,
                    uint32_t *index);

/* Ends the call with an error. */
void refuse_call(struct rpc_call *call, const struct refusal *refusal);
/* The same with the status' own sentence; `field` NULL: none. */
void refuse_call_with(struct rpc_call *call, enum status status, const char *field);
/* The error that refuse_call_with(call, status, NULL) ends a call with, its details packed: from
 * malloc, the caller's. For what is said very often. */
struct rpc_error error_packed(enum status status);
/* The venue if it is the one that `venue_id` names (empty: the only one); otherwise the call has
 * been refused and it is NULL. */
const struct venue *call_venue(struct rpc_call *call, struct services *services,
                               const char *venue_id);

/* Whether it is so, and who calls is an operator; otherwise the call has been refused. */
bool call_by_operator(struct rpc_call *call, struct services *services, const char *venue_id);

#endif
