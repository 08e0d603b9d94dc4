#include "api/rpc/descriptors.h"

#include <stdlib.h>
#include <string.h>

/* ---- The wire format ------------------------------------------------------------------------ */

enum wire_type { VARINT = 0, FIXED64 = 1, BYTES = 2, FIXED32 = 5 };

struct field {
    uint64_t number;
    enum wire_type type;
    struct rpc_span value; /* BYTES only. */
};

static bool take_varint(struct rpc_span *from, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0; shift < 64 && from->size > 0; shift += 7) {
        uint8_t byte = *from->bytes++;
        from->size--;
        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return true;
    }
    return false;
}

static bool take_bytes(struct rpc_span *from, uint64_t size, struct rpc_span *value)
{
    if (size > from->size)
        return false;
    *value = (struct rpc_span){ from->bytes, (size_t)size };
    from->bytes += size;
    from->size -= (size_t)size;
    return true;
}

/* False: the end, or no well-formed field; in the latter case from->bytes is NULL. */
static bool take_field(struct rpc_span *from, struct field *field)
{
    uint64_t key, number;
    if (from->size == 0)
        return false;
    bool is_good = take_varint(from, &key);
    field->number = key >> 3;
    field->type = (enum wire_type)(key & 7);
    field->value = (struct rpc_span){ 0 };
    if (is_good && field->type == VARINT)
        is_good = take_varint(from, &number);
    else if (is_good && field->type == BYTES)
        is_good = take_varint(from, &number) && take_bytes(from, number, &field->value);
    else if (is_good && (field->type == FIXED64 || field->type == FIXED32))
        is_good = take_bytes(from, field->type == FIXED64 ? 8 : 4, &field->value);
    else
        is_good = false; /* Groups: descriptors have none. */
    if (!is_good)
        *from = (struct rpc_span){ 0 };
    return is_good;
}

/* The next field of that number that holds bytes. False: as take_field(). */
static bool take_field_of(struct rpc_span *from, uint64_t number, struct rpc_span *value)
{
    struct field field;
    while (take_field(from, &field)) {
        if (field.number != number || field.type != BYTES)
            continue;
        *value = field.value;
        return true;
    }
    return false;
}

/* ---- Files (numbers: descriptor.proto) ------------------------------------------------------- */

enum { SET_FILE = 1, FILE_NAME = 1, FILE_PACKAGE = 2, FILE_DEPENDENCY = 3, NAME = 1 };

/* The size of both is compared: neither has a NUL. */
static bool is_same(struct rpc_span span, const char *text, size_t size)
{
    return span.size == size && (size == 0 || memcmp(span.bytes, text, size) == 0);
}

static bool read_file(struct rpc_span proto, struct rpc_descriptor_file *file)
{
    *file = (struct rpc_descriptor_file){ .proto = proto };
    struct field field;
    while (take_field(&proto, &field)) {
        if (field.type == BYTES && field.number == FILE_NAME)
            file->name = field.value;
        else if (field.type == BYTES && field.number == FILE_PACKAGE)
            file->package = field.value;
    }
    return proto.bytes && file->name.size > 0;
}

bool rpc_descriptors_init(struct rpc_descriptors *descriptors, const uint8_t *set, size_t size)
{
    *descriptors = (struct rpc_descriptors){ 0 };
    struct rpc_span rest = { set, size };
    struct rpc_span proto;
    size_t room = 0;
    bool is_good = true;
    while (is_good && take_field_of(&rest, SET_FILE, &proto)) {
        if (descriptors->count == room) {
            room = room ? 2 * room : 16;
            void *grown = realloc(descriptors->files, room * sizeof *descriptors->files);
            is_good = grown != NULL;
            if (!is_good)
                break;
            descriptors->files = grown;
        }
        is_good = read_file(proto, &descriptors->files[descriptors->count]);
        descriptors->count += is_good;
    }
    if (is_good && rest.bytes && rest.size == 0 && descriptors->count > 0)
        return true;
    rpc_descriptors_fini(descriptors);
    return false;
}

void rpc_descriptors_fini(struct rpc_descriptors *descriptors)
{
    free(descriptors->files);
    *descriptors = (struct rpc_descriptors){ 0 };
}

static const struct rpc_descriptor_file *find(const struct rpc_descriptors *descriptors,
                                              const char *name, size_t size)
{
    for (size_t i = 0; i < descriptors->count; i++)
        if (is_same(descriptors->files[i].name, name, size))
            return &descriptors->files[i];
    return NULL;
}

const struct rpc_descriptor_file *rpc_descriptors_find_file(
    const struct rpc_descriptors *descriptors, const char *name)
{
    return find(descriptors, name, strlen(name));
}

/* ---- Symbols -------------------------------------------------------------------------------- */

enum scope { FILE_SCOPE, MESSAGE, ENUM, SERVICE, METHOD, FIELD, ONEOF };

/* What is declared where, each with its name in field 1. */
static const struct {
    enum scope in;
    uint64_t number;
    enum scope declares;
} declarations[] = {
    { FILE_SCOPE, 4, MESSAGE }, { FILE_SCOPE, 5, ENUM }, { FILE_SCOPE, 6, SERVICE },
    { FILE_SCOPE, 7, FIELD },   { MESSAGE, 2, FIELD },   { MESSAGE, 3, MESSAGE },
    { MESSAGE, 4, ENUM },       { MESSAGE, 6, FIELD },   { MESSAGE, 8, ONEOF },
    { SERVICE, 2, METHOD },
};

static bool declares(enum scope in, const struct field *field, enum scope *declared)
{
    for (size_t i = 0; i < sizeof declarations / sizeof *declarations; i++) {
        if (declarations[i].in != in || declarations[i].number != field->number)
            continue;
        *declared = declarations[i].declares;
        return field->type == BYTES;
    }
    return false;
}

/* Whether `name`, such as "Venue.Zone.id", is declared inside. Each level takes a word of it, so
 * the depth is the name's. */
static bool defines(struct rpc_span inside, enum scope scope, const char *name)
{
    size_t word = strcspn(name, ".");
    struct field field;
    while (take_field(&inside, &field)) {
        enum scope declared;
        struct rpc_span rest = field.value, own_name;
        if (!declares(scope, &field, &declared) || !take_field_of(&rest, NAME, &own_name) ||
            !is_same(own_name, name, word))
            continue;
        if (name[word] == '\0' || defines(field.value, declared, name + word + 1))
            return true;
    }
    return false;
}

const struct rpc_descriptor_file *rpc_descriptors_find_symbol(
    const struct rpc_descriptors *descriptors, const char *symbol)
{
    for (size_t i = 0; i < descriptors->count; i++) {
        const struct rpc_descriptor_file *file = &descriptors->files[i];
        size_t size = file->package.size;
        const char *name = symbol;
        if (size > 0) {
            if (strlen(symbol) <= size || !is_same(file->package, symbol, size) ||
                symbol[size] != '.')
                continue;
            name += size + 1;
        }
        if (defines(file->proto, FILE_SCOPE, name))
            return file;
    }
    return NULL;
}

/* ---- What a file needs ---------------------------------------------------------------------- */

static bool is_listed(const struct rpc_descriptor_file *const *list, size_t count,
                      const struct rpc_descriptor_file *file)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == file)
            return true;
    return false;
}

size_t rpc_descriptors_closure(const struct rpc_descriptors *descriptors,
                               const struct rpc_descriptor_file *file,
                               const struct rpc_descriptor_file **out)
{
    size_t count = 0;
    out[count++] = file;
    for (size_t i = 0; i < count; i++) {
        struct rpc_span rest = out[i]->proto, name;
        while (take_field_of(&rest, FILE_DEPENDENCY, &name)) {
            const struct rpc_descriptor_file *needed =
                find(descriptors, (const char *)name.bytes, name.size);
            if (needed && !is_listed(out, count, needed))
                out[count++] = needed;
        }
    }
    return count;
}
