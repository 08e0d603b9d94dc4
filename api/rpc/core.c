#include "api/rpc/core.h"

#include <assert.h>
#include <grpc/support/log.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static void drop_log(gpr_log_func_args *args)
{
    (void)args;
}

static sigset_t block_signals(void)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    return before;
}

static void restore_signals(sigset_t before)
{
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void rpc_core_start(void)
{
    if (!getenv("GRPC_VERBOSITY"))
        gpr_set_log_function(drop_log);
    sigset_t before = block_signals(); /* gRPC's own threads inherit it. */
    grpc_init();
    restore_signals(before);
}

void rpc_core_stop(void)
{
    grpc_shutdown_blocking();
}

/* libgrpc's queue orders the start of a batch before its end; ThreadSanitizer cannot see that, as
 * libgrpc is not built with it, and is told. */
#ifdef __SANITIZE_THREAD__ /* gcc's */
#include <sanitizer/tsan_interface.h>
#define HAND_OVER(tag) __tsan_release(tag)
#define TAKE_OVER(tag) __tsan_acquire(tag)
#else
#define HAND_OVER(tag) (void)(tag)
#define TAKE_OVER(tag) (void)(tag)
#endif

void rpc_core_batch(grpc_call *call, const grpc_op *ops, size_t count, struct rpc_tag *tag)
{
    HAND_OVER(tag);
    grpc_call_error error = grpc_call_start_batch(call, ops, count, tag, NULL);
    assert(error == GRPC_CALL_OK);
    (void)error;
}

static void *run(void *arg)
{
    grpc_completion_queue *cq = arg;
    for (;;) {
        grpc_event event =
            grpc_completion_queue_next(cq, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
        if (event.type == GRPC_QUEUE_SHUTDOWN)
            return NULL;
        if (event.type == GRPC_OP_COMPLETE) {
            struct rpc_tag *tag = event.tag;
            TAKE_OVER(tag);
            tag->done(tag, event.success != 0);
        }
    }
}

void rpc_core_thread(pthread_t *thread, void *(*body)(void *arg), void *arg)
{
    sigset_t before = block_signals();
    int error = pthread_create(thread, NULL, body, arg);
    restore_signals(before);
    if (error) {
        fprintf(stderr, "rpc: cannot start a thread; raise the limit of processes\n");
        abort();
    }
}

void rpc_core_run(pthread_t *thread, grpc_completion_queue *cq)
{
    rpc_core_thread(thread, run, cq);
}

void rpc_core_join(pthread_t thread, grpc_completion_queue *cq)
{
    grpc_completion_queue_shutdown(cq);
    pthread_join(thread, NULL);
}

void rpc_bell_init(struct rpc_bell *bell, grpc_completion_queue *cq)
{
    bell->channel = grpc_lame_client_channel_create("bell", GRPC_STATUS_UNAVAILABLE, "a bell");
    bell->call =
        grpc_channel_create_call(bell->channel, NULL, 0, cq, grpc_slice_from_static_string("/bell"),
                                 NULL, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
}

void rpc_bell_fini(struct rpc_bell *bell)
{
    grpc_call_unref(bell->call);
    grpc_channel_destroy(bell->channel);
}

void rpc_bell_ring(struct rpc_bell *bell, struct rpc_tag *tag)
{
    rpc_core_batch(bell->call, NULL, 0, tag);
}
