#include "twin/reel.h"

#include <stdlib.h>

static struct reel_row *row_at(const struct reel *reel, size_t i)
{
    return (struct reel_row *)&reel->rows[(reel->first + i) % REEL_ROWS];
}

static struct reel_message pack(const ProtobufCMessage *message)
{
    struct reel_message packed = { .size = protobuf_c_message_get_packed_size(message) };
    packed.data = malloc(packed.size + 1);
    if (!packed.data)
        abort();
    protobuf_c_message_pack(message, packed.data);
    return packed;
}

static void drop(struct reel *reel, struct reel_message *message)
{
    reel->bytes -= message->size;
    free(message->data);
    *message = (struct reel_message){ 0 };
}

/* The plan of the oldest row goes on in the next one, unless that has another. */
static void drop_oldest(struct reel *reel)
{
    struct reel_row *oldest = row_at(reel, 0);
    struct reel_row *next = reel->count > 1 ? row_at(reel, 1) : NULL;
    if (next && !next->plan.data) {
        next->plan = oldest->plan;
        oldest->plan = (struct reel_message){ 0 };
    }
    drop(reel, &oldest->crowd);
    drop(reel, &oldest->plan);
    reel->first = (reel->first + 1) % REEL_ROWS;
    reel->count--;
}

void reel_fini(struct reel *reel)
{
    while (reel->count)
        drop_oldest(reel);
    reel->first = 0;
    reel->plan_number = 0;
}

void reel_add(struct reel *reel, const Tifo__V1__CrowdState *crowd, const Tifo__V1__Plan *plan)
{
    if (reel->count && crowd->at_ms < reel_last_ms(reel))
        reel_fini(reel);
    if (reel->count && crowd->at_ms < reel_last_ms(reel) + REEL_STEP_MS)
        return;
    if (reel->count == REEL_ROWS)
        drop_oldest(reel);
    struct reel_row *row = row_at(reel, reel->count++);
    *row = (struct reel_row){ .at_ms = crowd->at_ms, .crowd = pack(&crowd->base) };
    reel->bytes += row->crowd.size;
    if (plan && plan->number && (plan->number != reel->plan_number || reel->count == 1)) {
        row->plan = pack(&plan->base);
        reel->bytes += row->plan.size;
        reel->plan_number = plan->number;
    }
    while (reel->bytes > REEL_BYTES && reel->count > 1)
        drop_oldest(reel);
}

int64_t reel_first_ms(const struct reel *reel)
{
    return reel->count ? row_at(reel, 0)->at_ms : 0;
}

int64_t reel_last_ms(const struct reel *reel)
{
    return reel->count ? row_at(reel, reel->count - 1)->at_ms : 0;
}

size_t reel_find(const struct reel *reel, int64_t at_ms)
{
    size_t low = 0, high = reel->count; /* The row sought is in [low, high). */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (row_at(reel, middle)->at_ms <= at_ms)
            low = middle;
        else
            high = middle;
    }
    return low;
}

void reel_take(const struct reel *reel, size_t i, Tifo__V1__CrowdState **crowd,
               Tifo__V1__Plan **plan)
{
    const struct reel_message *kept = &row_at(reel, i)->crowd;
    *crowd = tifo__v1__crowd_state__unpack(NULL, kept->size, kept->data);
    *plan = NULL;
    for (size_t back = i + 1; back > 0; back--) {
        kept = &row_at(reel, back - 1)->plan;
        if (!kept->data)
            continue;
        *plan = tifo__v1__plan__unpack(NULL, kept->size, kept->data);
        break;
    }
    if (!*crowd)
        abort();
}
