/*
 * Errors as google.rpc.Status carries them: code and sentence in the status itself, ErrorInfo,
 * BadRequest and RetryInfo as details in the trailer `grpc-status-details-bin`.
 */
#ifndef RPC_STATUS_H
#define RPC_STATUS_H

#include "api/rpc/rpc.h"

#define RPC_DETAILS_KEY "grpc-status-details-bin"

/* Fills `status` (owned by nobody yet) from what came over the wire; `details` may be NULL. Details
 * that cannot be read are left out: code and message stand on their own. */
void rpc_status_set(struct rpc_status *status, enum rpc_code code, const char *message,
                    size_t message_size, const uint8_t *details, size_t details_size);

#endif
