/* What an error says besides its status: the metadata grpc-status-details-bin. */
#ifndef LOAD_DETAILS_H
#define LOAD_DETAILS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether there is a google.rpc.RetryInfo in it, and when it says to come back: `value` is base64,
 * with or without its padding. */
bool details_retry_us(const char *value, size_t size, uint64_t *retry_us);

#endif
