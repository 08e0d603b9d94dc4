/* What an error says besides its status: the metadata grpc-status-details-bin. */
#ifndef LOAD_DETAILS_H
#define LOAD_DETAILS_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a detail of this type is in it: `value` is base64, with or without its padding. */
bool details_have(const char *value, size_t size, const char *type);

#endif
