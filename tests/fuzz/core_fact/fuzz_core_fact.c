/* Any bytes: decoded to a fact that encodes to something that decodes to the same, or refused. */
#include "server/core/fact.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = { 0 };
    struct fact fact, again;
    if (fact_decode((struct bytes){ data, size }, &arena, &fact)) {
        const struct fields *fields = fact_fields(fact.kind);
        struct bytes payload = fact_encode(&fact, &arena);
        if (!fact_decode(payload, &arena, &again) || again.kind != fact.kind ||
            again.time_ms != fact.time_ms ||
            fields_hash(fields, &again.as, 0) != fields_hash(fields, &fact.as, 0))
            abort();
    }
    arena_fini(&arena);
    return 0;
}
