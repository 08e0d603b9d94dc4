/*
 * Any bytes as a set of descriptors: refused, or each of its files is found by its name and lists
 * what it needs, itself first and at most every file.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api/rpc/descriptors.h"

static void check_file(const struct rpc_descriptors *set, const struct rpc_descriptor_file *file,
                       const struct rpc_descriptor_file **list)
{
    char *name = calloc(1, file->name.size + 1);
    memcpy(name, file->name.bytes, file->name.size);
    const struct rpc_descriptor_file *found = rpc_descriptors_find_file(set, name);
    if (strlen(name) == file->name.size && !found)
        abort(); /* Perhaps another of the same name. */
    rpc_descriptors_find_symbol(set, name);
    size_t count = rpc_descriptors_closure(set, file, list);
    if (count > set->count || list[0] != file)
        abort();
    free(name);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const symbols[] = { "rpc.test.EchoRequest.Part", "rpc.test.Echo.Say",
                                           "a.a.a.a", "." };
    struct rpc_descriptors set;
    if (!rpc_descriptors_init(&set, bytes, size))
        return 0;
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
        rpc_descriptors_find_symbol(&set, symbols[i]);
    const struct rpc_descriptor_file **list = calloc(set.count, sizeof *list);
    for (size_t i = 0; i < set.count && i < 64; i++)
        check_file(&set, &set.files[i], list);
    free(list);
    rpc_descriptors_fini(&set);
    return 0;
}
