/* Unary calls that are tried again. */
#include <assert.h>
#include <errno.h>

#include "api/rpc/client.h"

enum {
    ATTEMPTS = 4,
    ATTEMPTS_MOST = 10,
    BACKOFF_MS = 100,
    BACKOFF_MAX_MS = 5000,
    PAUSE_MOST_MS = 3600 * 1000,
    TOKENS = 10,
    TOKEN = 1000, /* In thousandths. */
    SUCCESS = TOKEN / 10,
};

/* ---- The budget: with the channel's lock held ------------------------------------------------ */

void rpc_retry_budget_init(struct rpc_retry_budget *budget, uint32_t tokens)
{
    budget->tokens = budget->most = (tokens ? tokens : TOKENS) * TOKEN;
    budget->random = rpc_monotonic_ns() | 1;
}

/* False: too much has failed of late. */
static bool take_token(struct rpc_retry_budget *budget)
{
    budget->tokens -= budget->tokens < TOKEN ? budget->tokens : TOKEN;
    return budget->tokens > budget->most / 2;
}

static void give_back(struct rpc_retry_budget *budget)
{
    uint32_t room = budget->most - budget->tokens;
    budget->tokens += room < SUCCESS ? room : SUCCESS;
}

/* Marsaglia's xorshift64: enough to keep clients apart. */
static uint32_t draw(struct rpc_retry_budget *budget, uint32_t limit)
{
    budget->random ^= budget->random << 13;
    budget->random ^= budget->random >> 7;
    budget->random ^= budget->random << 17;
    return (uint32_t)(budget->random >> 32) % limit;
}

/* ---- A call --------------------------------------------------------------------------------- */

struct retrying {
    struct rpc_channel *channel;
    const struct rpc_retry *retry;
    uint32_t attempts; /* Made. */
    uint32_t backoff_ms;
    uint64_t deadline_ns; /* 0: none. */
};

static bool may_help(const struct rpc_status *status)
{
    return status->code == RPC_UNAVAILABLE ||
           (status->code == RPC_RESOURCE_EXHAUSTED && status->retry_after_ms > 0);
}

static int64_t left_ms(const struct retrying *own)
{
    uint64_t now_ns = rpc_monotonic_ns();
    if (own->deadline_ns == 0)
        return INT64_MAX;
    return own->deadline_ns > now_ns ? (int64_t)((own->deadline_ns - now_ns) / 1000000) : 0;
}

/* The next pause, with the lock held. */
static int64_t pause_ms(struct retrying *own, uint32_t retry_after_ms)
{
    const uint32_t most_ms =
        own->retry->backoff_max_ms ? own->retry->backoff_max_ms : BACKOFF_MAX_MS;
    const uint32_t half_ms = (own->backoff_ms < most_ms ? own->backoff_ms : most_ms) / 2;
    own->backoff_ms = own->backoff_ms < most_ms ? own->backoff_ms * 2 : most_ms;
    return (int64_t)retry_after_ms + half_ms + draw(&own->channel->budget, half_ms + 1);
}

/* Waits until the call is to be tried again. False: it is not. */
static bool wait_for_next(struct retrying *own, const struct rpc_status *status)
{
    struct rpc_channel *channel = own->channel;
    const uint32_t most = own->retry->attempts ? own->retry->attempts : ATTEMPTS;
    if (!may_help(status)) {
        if (status->code == RPC_OK) {
            pthread_mutex_lock(&channel->lock);
            give_back(&channel->budget);
            pthread_mutex_unlock(&channel->lock);
        }
        return false;
    }
    pthread_mutex_lock(&channel->lock);
    const bool is_affordable = take_token(&channel->budget);
    const int64_t ms = pause_ms(own, status->retry_after_ms);
    bool goes_on =
        is_affordable && own->attempts < most && ms <= PAUSE_MOST_MS && ms < left_ms(own);
    if (goes_on) {
        const struct timespec until = rpc_after_ms((uint32_t)ms);
        while (!channel->closing &&
               pthread_cond_timedwait(&channel->changed, &channel->lock, &until) != ETIMEDOUT)
            ;
        goes_on = !channel->closing;
    }
    pthread_mutex_unlock(&channel->lock);
    return goes_on;
}

enum rpc_code rpc_client_retry(struct rpc_channel *channel,
                               const ProtobufCServiceDescriptor *service, const char *method,
                               const struct rpc_client_options *options,
                               const ProtobufCMessage *request, ProtobufCMessage **reply,
                               struct rpc_status *status)
{
    struct rpc_client_options each = *options;
    struct retrying own = { .channel = channel, .retry = options->retry };
    assert(own.retry->attempts <= ATTEMPTS_MOST && own.retry->attempts != 1);
    assert(own.retry->backoff_ms <= PAUSE_MOST_MS && own.retry->backoff_max_ms <= PAUSE_MOST_MS);
    own.backoff_ms = own.retry->backoff_ms ? own.retry->backoff_ms : BACKOFF_MS;
    if (options->timeout_ms > 0)
        own.deadline_ns = rpc_monotonic_ns() + (uint64_t)options->timeout_ms * 1000000;
    each.retry = NULL;
    struct rpc_status said = { 0 };
    atomic_fetch_add_explicit(&channel->holders, 1, memory_order_relaxed);
    for (;;) {
        rpc_client_attempt(channel, service, method, &each, request, reply, &said);
        own.attempts++;
        if (!wait_for_next(&own, &said))
            break;
        rpc_status_fini(&said);
        if (options->timeout_ms > 0)
            each.timeout_ms = left_ms(&own) > 0 ? left_ms(&own) : 1;
    }
    rpc_channel_release(channel);
    enum rpc_code code = said.code;
    if (status)
        *status = said;
    else
        rpc_status_fini(&said);
    return code;
}
