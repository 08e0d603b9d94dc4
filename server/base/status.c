#include "server/base/status.h"

#include <assert.h>

static const struct {
    const char *reason;
    int code;
    const char *sentence;
} statuses[] = {
#define X(name, code, sentence) { #name, code, sentence },
    STATUS_LIST(X)
#undef X
};

int status_code(enum status status)
{
    assert(status < STATUS_COUNT);
    return statuses[status].code;
}

const char *status_reason(enum status status)
{
    assert(status < STATUS_COUNT);
    return statuses[status].reason;
}

const char *status_sentence(enum status status)
{
    assert(status < STATUS_COUNT);
    return statuses[status].sentence;
}
