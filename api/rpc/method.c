#include "api/rpc/method.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/rpc/arena.h"

static const struct rpc_method *find_row(const struct rpc_service *service, const char *name,
                                         size_t *matches)
{
    const struct rpc_method *found = NULL;
    *matches = 0;
    for (size_t i = 0; i < service->method_count; i++) {
        if (strcmp(service->methods[i].name, name) != 0)
            continue;
        found = &service->methods[i];
        (*matches)++;
    }
    return found;
}

/* The rows, each on its own. */
static bool check_rows(const struct rpc_service *service, char *why, size_t why_size)
{
    const ProtobufCServiceDescriptor *descriptor = service->descriptor;
    for (size_t i = 0; i < service->method_count; i++) {
        const struct rpc_method *row = &service->methods[i];
        if (!row->name ||
            !protobuf_c_service_descriptor_get_method_by_name(descriptor, row->name)) {
            snprintf(why, why_size, "service %s: row \"%s\" is no method of the .proto; remove it",
                     descriptor->name, row->name ? row->name : "(null)");
            return false;
        }
        if (!row->handle) {
            snprintf(why, why_size, "service %s: row \"%s\" has no handler; give it one",
                     descriptor->name, row->name);
            return false;
        }
        if (row->kind != RPC_UNARY && row->kind != RPC_CLIENT_STREAM &&
            row->kind != RPC_SERVER_STREAM && !rpc_kind_sends(row->kind)) {
            snprintf(why, why_size, "service %s: row \"%s\" is of no known kind (%d)",
                     descriptor->name, row->name, (int)row->kind);
            return false;
        }
    }
    return true;
}

static void entry_init(struct rpc_method_entry *entry, const struct rpc_service *service,
                       const ProtobufCMethodDescriptor *method, const struct rpc_method *row)
{
    size_t size = strlen(service->descriptor->name) + strlen(method->name) + 3;
    *entry = (struct rpc_method_entry){ .row = row,
                                        .input = method->input,
                                        .output = method->output,
                                        .ctx = service->ctx,
                                        .service = service->descriptor->name,
                                        .path = rpc_new(size) };
    snprintf(entry->path, size, "/%s/%s", service->descriptor->name, method->name);
}

static bool room_for(struct rpc_method_table *table, size_t more)
{
    struct rpc_method_entry *grown =
        realloc(table->entries, (table->count + more) * sizeof *table->entries);
    if (grown)
        table->entries = grown;
    return grown != NULL;
}

bool rpc_method_table_add(struct rpc_method_table *table, const struct rpc_service *service,
                          char *why, size_t why_size)
{
    const ProtobufCServiceDescriptor *descriptor = service->descriptor;
    if (!check_rows(service, why, why_size))
        return false;
    if (!room_for(table, descriptor->n_methods + 1)) {
        snprintf(why, why_size, "service %s: out of memory", descriptor->name);
        return false;
    }
    for (unsigned i = 0; i < descriptor->n_methods; i++) {
        const ProtobufCMethodDescriptor *method = &descriptor->methods[i];
        size_t matches;
        const struct rpc_method *row = find_row(service, method->name, &matches);
        if (matches != 1) {
            snprintf(why, why_size, "service %s: method \"%s\" of the .proto has %s; give it one",
                     descriptor->name, method->name, matches == 0 ? "no row" : "more than one row");
            return false;
        }
        struct rpc_method_entry entry;
        entry_init(&entry, service, method, row);
        if (rpc_method_table_find(table, entry.path)) {
            free(entry.path);
            snprintf(why, why_size, "service %s is listed twice; list it once", descriptor->name);
            return false;
        }
        table->entries[table->count++] = entry;
    }
    return true;
}

void rpc_method_table_fini(struct rpc_method_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        free(table->entries[i].path);
    free(table->entries);
    *table = (struct rpc_method_table){ 0 };
}

const struct rpc_method_entry *rpc_method_table_find(const struct rpc_method_table *table,
                                                     const char *path)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->entries[i].path, path) == 0)
            return &table->entries[i];
    return NULL;
}

bool rpc_method_table_often(struct rpc_method_table *table, const char *const *often, char *why,
                            size_t why_size)
{
    for (size_t i = 0; i < table->count; i++)
        table->entries[i].seldom = table->entries[i].row->kind == RPC_UNARY;
    for (; *often; often++) {
        struct rpc_method_entry *entry =
            (struct rpc_method_entry *)rpc_method_table_find(table, *often);
        if (!entry || !entry->seldom) {
            snprintf(why, why_size, "often: \"%s\" %s; name each unary method once", *often,
                     entry ? "is not unary, or there twice" : "is no method of the server");
            return false;
        }
        entry->seldom = false;
    }
    return true;
}

bool rpc_kind_takes_stream(enum rpc_kind kind)
{
    return kind == RPC_CLIENT_STREAM || kind == RPC_BIDI_STREAM;
}

bool rpc_kind_sends(enum rpc_kind kind)
{
    return kind == RPC_BIDI_STREAM || kind == RPC_SERVER_SEND;
}
