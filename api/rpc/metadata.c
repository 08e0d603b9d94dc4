#include "api/rpc/metadata.h"

#include <stdlib.h>
#include <string.h>

#include "api/rpc/arena.h"

void rpc_metadata_list_init(struct rpc_metadata_list *list, size_t count)
{
    *list = (struct rpc_metadata_list){ NULL, count };
    if (count > 0)
        list->entries = rpc_new(count * sizeof *list->entries);
}

void rpc_metadata_list_set(struct rpc_metadata_list *list, size_t at, const void *key,
                           size_t key_size, const void *value, size_t value_size)
{
    char *both = rpc_new(key_size + 1 + value_size + 1);
    char *second = both + key_size + 1;
    memcpy(both, key, key_size);
    memcpy(second, value, value_size);
    list->entries[at] =
        (struct rpc_metadata_entry){ .key = both, .value = second, .size = value_size };
}

void rpc_metadata_list_copy(struct rpc_metadata_list *list, const struct rpc_metadata_list *from)
{
    rpc_metadata_list_init(list, from->count);
    for (size_t i = 0; i < from->count; i++)
        rpc_metadata_list_set(list, i, from->entries[i].key, strlen(from->entries[i].key),
                              from->entries[i].value, from->entries[i].size);
}

void rpc_metadata_list_fini(struct rpc_metadata_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free((char *)list->entries[i].key);
    free(list->entries);
    *list = (struct rpc_metadata_list){ NULL, 0 };
}

size_t rpc_metadata_size(const struct rpc_metadata_entry *entry)
{
    return entry->size ? entry->size : strlen(entry->value);
}

const struct rpc_metadata_entry *rpc_metadata_find(const struct rpc_metadata_list *list,
                                                   const char *key)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->entries[i].key, key) == 0)
            return &list->entries[i];
    return NULL;
}
