#include "clients/cli/time_text.h"

#include <time.h>

struct time_text time_text(int64_t unix_ms)
{
    struct time_text out = { "?" };
    time_t seconds = (time_t)(unix_ms / 1000);
    struct tm parts;
    if (gmtime_r(&seconds, &parts))
        strftime(out.text, sizeof(out.text), "%Y-%m-%d %H:%M:%S UTC", &parts);
    return out;
}
