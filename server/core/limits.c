#include "server/core/limits.h"

struct limits limits_default(void)
{
    return (struct limits){
        .places = 4096,
        .openings = 8192,
        .gates = 256,
        .facilities = 1024,
        .links = 16384,
        .document_bytes = 8 << 20,
        .sources = 1024,
        .alarms = 512,
        .keys = 4000000,
        .keys_each = 1000000,
    };
}
