#include "tests/e2e/onsale/onsale.h"

#include "api/rpc/channel.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { CALL_TIMEOUT_MS = 20000, TRIES = 5 };

void onsale_drop(void *message)
{
    protobuf_c_message_free_unpacked(message, NULL);
}

double onsale_now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void onsale_person(char name[PERSON_ID], uint32_t person)
{
    snprintf(name, PERSON_ID, "buyer-%u", person);
}

void onsale_complain(struct onsale *sale, const char *who, const char *what)
{
    if (atomic_fetch_add(&sale->wrong, 1) == 0)
        fprintf(stderr, "onsale: %s: %s\n", who, what);
}

static uint32_t note_call(struct onsale *sale, const char *path, const char *caller,
                          const char *key, const void *request)
{
    pthread_mutex_lock(&sale->mutex);
    const uint32_t record = history_call(&sale->history, path, caller, key, request, INT64_MIN);
    pthread_mutex_unlock(&sale->mutex);
    return record;
}

static void note_return(struct onsale *sale, uint32_t record, const ProtobufCMessage *reply,
                        const struct rpc_status *status)
{
    pthread_mutex_lock(&sale->mutex);
    history_return(&sale->history, record, reply, status, INT64_MAX);
    pthread_mutex_unlock(&sale->mutex);
}

static void wait_ms(uint32_t ms)
{
    const struct timespec pause = { ms / 1000, 1000000 * (long)(ms % 1000) };
    nanosleep(&pause, NULL);
}

void *onsale_call(const struct caller *caller, const ProtobufCServiceDescriptor *service,
                  const char *method, const char *key, const void *request, char *why)
{
    struct onsale *sale = caller->sale;
    char path[96];
    ProtobufCMessage *reply = NULL;
    struct rpc_status status = { 0 };
    const struct rpc_metadata_entry metadata[] = { { .key = "tifo-caller", .value = caller->name },
                                                   { .key = "idempotency-key", .value = key } };
    const struct rpc_client_options options = { .metadata = metadata,
                                                .metadata_count = key ? 2 : 1,
                                                .timeout_ms = CALL_TIMEOUT_MS };
    snprintf(path, sizeof path, "/%s/%s", service->name, method);
    /* Without a reason of ours nobody knows what happened. */
    for (int i = 0; !reply && (i == 0 || status.retry_after_ms || (!status.reason && i < TRIES));
         i++) {
        if (i > 0)
            atomic_fetch_add(&sale->retries, 1);
        wait_ms(status.retry_after_ms);
        rpc_status_fini(&status);
        status = (struct rpc_status){ 0 };
        const uint32_t record = note_call(sale, path, caller->name, key, request);
        rpc_unary(caller->channel, service, method, &options, request, &reply, &status);
        note_return(sale, record, reply, &status);
        atomic_fetch_add(&sale->calls, 1);
    }
    if (!reply && !status.reason)
        atomic_fetch_add(&sale->unknown, 1);
    if (why)
        snprintf(why, 40, "%s", reply ? "" : status.reason ? status.reason : "no answer");
    rpc_status_fini(&status);
    return reply;
}
