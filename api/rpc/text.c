#include "api/rpc/text.h"

#include <stddef.h>
#include <stdint.h>

/* Bytes of the character that starts here; 0: it is none (RFC 3629: no surrogates, nothing longer
 * than need be, nothing above U+10FFFF). */
static int character(const uint8_t *c)
{
    static const struct {
        uint8_t first, last; /* Lead bytes ... */
        uint8_t least, most; /* ... and what may come second. */
        uint8_t more;        /* Continuation bytes in all. */
    } rows[] = {
        { 0x01, 0x7f, 0, 0, 0 },       { 0xc2, 0xdf, 0x80, 0xbf, 1 }, { 0xe0, 0xe0, 0xa0, 0xbf, 2 },
        { 0xe1, 0xec, 0x80, 0xbf, 2 }, { 0xed, 0xed, 0x80, 0x9f, 2 }, { 0xee, 0xef, 0x80, 0xbf, 2 },
        { 0xf0, 0xf0, 0x90, 0xbf, 3 }, { 0xf1, 0xf3, 0x80, 0xbf, 3 }, { 0xf4, 0xf4, 0x80, 0x8f, 3 },
    };
    size_t row = 0;
    while (row < sizeof rows / sizeof rows[0] && c[0] > rows[row].last)
        row++;
    if (row == sizeof rows / sizeof rows[0] || c[0] < rows[row].first)
        return 0;
    if (rows[row].more > 0 && (c[1] < rows[row].least || c[1] > rows[row].most))
        return 0;
    for (int i = 2; i <= rows[row].more; i++)
        if (c[i] < 0x80 || c[i] > 0xbf)
            return 0;
    return rows[row].more + 1;
}

/* The terminating zero is no continuation, so nothing behind it is read. */
static bool is_utf8(const char *text)
{
    const uint8_t *c = (const uint8_t *)text;
    int size;
    for (; c && *c; c += size)
        if ((size = character(c)) == 0)
            return false;
    return true;
}

void rpc_text_mend(char *text)
{
    while (*text) {
        const int size = character((const uint8_t *)text);
        if (size == 0)
            *text = '?';
        text += size ? size : 1;
    }
}

static const char *value_fault(const ProtobufCFieldDescriptor *field, const void *value)
{
    if (!value)
        return NULL;
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return rpc_text_fault(value);
    return is_utf8(value) ? NULL : field->name;
}

static bool is_set(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const char *base = (const char *)message;
    return !(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) ||
           *(const uint32_t *)(base + field->quantifier_offset) == field->id;
}

const char *rpc_text_fault(const ProtobufCMessage *message)
{
    const char *base = (const char *)message;
    for (unsigned f = 0; f < message->descriptor->n_fields; f++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[f];
        const void *const *values = (const void *const *)(base + field->offset);
        size_t count = 1;
        if ((field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_MESSAGE) ||
            !is_set(message, field))
            continue;
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            count = *(const size_t *)(base + field->quantifier_offset);
            values = *values;
        }
        for (size_t i = 0; i < count; i++) {
            const char *fault = value_fault(field, values[i]);
            if (fault)
                return fault;
        }
    }
    return NULL;
}
