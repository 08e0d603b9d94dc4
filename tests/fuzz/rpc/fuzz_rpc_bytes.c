/*
 * Bytes from the other side: as the details of an error, which a client reads, and as a request,
 * which a server unpacks into an arena with a limit. The first byte chooses.
 */
#include <stdint.h>

#include "api/rpc/arena.h"
#include "api/rpc/status.h"
#include "google/rpc/status.pb-c.h"

enum { FIRST_BYTES = 64, LIMIT_BYTES = 1 << 16 };

static void read_as_details(const uint8_t *bytes, size_t size)
{
    struct rpc_status status;
    rpc_status_set(&status, RPC_INTERNAL, "", 0, bytes, size);
    rpc_status_fini(&status);
}

static void read_as_request(const uint8_t *bytes, size_t size)
{
    max_align_t first[FIRST_BYTES / sizeof(max_align_t)];
    struct rpc_arena arena;
    rpc_arena_init(&arena, first, sizeof first, LIMIT_BYTES);
    ProtobufCAllocator allocator = rpc_arena_allocator(&arena);
    Google__Rpc__Status *request = google__rpc__status__unpack(&allocator, size, bytes);
    if (request && arena.grown_bytes > LIMIT_BYTES)
        __builtin_trap();
    rpc_arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;
    if (bytes[0] & 1)
        read_as_details(bytes + 1, size - 1);
    else
        read_as_request(bytes + 1, size - 1);
    return 0;
}
