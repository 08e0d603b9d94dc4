#include "tests/support/partly.h"

#include "tests/support/must.h"

#include <string.h>

static void not_here(struct rpc_call *call, void *ctx)
{
    (void)ctx;
    rpc_fail(call, &(struct rpc_error){ .code = RPC_UNIMPLEMENTED, .message = "not here" });
}

void partly_init(struct partly *partly, const ProtobufCServiceDescriptor *descriptor,
                 const struct rpc_method *methods, size_t count, void *ctx)
{
    size_t known = 0;
    must(descriptor->n_methods <= PARTLY_METHODS, "the service has no more methods than fit");
    for (unsigned i = 0; i < descriptor->n_methods; i++) {
        const char *name = descriptor->methods[i].name;
        partly->methods[i] = (struct rpc_method){ name, RPC_UNARY, not_here, NULL };
        for (size_t k = 0; k < count; k++) {
            if (strcmp(methods[k].name, name) != 0)
                continue;
            partly->methods[i] = methods[k];
            known++;
        }
    }
    must(known == count, "the service has all methods that the test plays");
    partly->service =
        (struct rpc_service){ descriptor, partly->methods, descriptor->n_methods, ctx };
}
