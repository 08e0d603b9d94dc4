#include "clients/cli/message_json.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *message_json(const ProtobufCMessage *message);

static json_t *enum_json(const ProtobufCEnumDescriptor *descriptor, int value)
{
    const ProtobufCEnumValue *row = protobuf_c_enum_descriptor_get_value(descriptor, value);
    return row ? json_string(row->name) : json_integer(value);
}

/* Bytes as base64, as protobuf's own JSON has them (RFC 4648, with padding). */
static json_t *bytes_json(const ProtobufCBinaryData *bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *text = malloc(bytes->len / 3 * 4 + 5), *to = text;
    for (size_t i = 0; text && i < bytes->len; i += 3) {
        const size_t left = bytes->len - i;
        const uint32_t three = (uint32_t)bytes->data[i] << 16 |
                               (left > 1 ? (uint32_t)bytes->data[i + 1] << 8 : 0) |
                               (left > 2 ? (uint32_t)bytes->data[i + 2] : 0);
        *to++ = digits[three >> 18];
        *to++ = digits[three >> 12 & 63];
        *to++ = left > 1 ? digits[three >> 6 & 63] : '=';
        *to++ = left > 2 ? digits[three & 63] : '=';
    }
    json_t *value = text ? json_stringn(text, (size_t)(to - text)) : NULL;
    free(text);
    return value;
}

/* One value at `at`, and how far the next element of an array is. */
static json_t *value_json(const ProtobufCFieldDescriptor *field, const void *at, size_t *size)
{
    *size = 4;
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        return json_integer(*(const int32_t *)at);
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return json_integer(*(const uint32_t *)at);
    case PROTOBUF_C_TYPE_BOOL:
        return json_boolean(*(const protobuf_c_boolean *)at);
    case PROTOBUF_C_TYPE_ENUM:
        return enum_json(field->descriptor, *(const int *)at);
    case PROTOBUF_C_TYPE_FLOAT:
        return json_real((double)*(const float *)at);
    default:
        break;
    }
    *size = 8;
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64: {
        /* As text above 2^53, where readers of JSON lose digits. */
        uint64_t value = *(const uint64_t *)at;
        if (value <= (UINT64_C(1) << 53))
            return json_integer((json_int_t)value);
        bool is_signed =
            field->type != PROTOBUF_C_TYPE_UINT64 && field->type != PROTOBUF_C_TYPE_FIXED64;
        return is_signed ? json_sprintf("%" PRId64, (int64_t)value)
                         : json_sprintf("%" PRIu64, value);
    }
    case PROTOBUF_C_TYPE_DOUBLE:
        return json_real(*(const double *)at);
    case PROTOBUF_C_TYPE_STRING:
        *size = sizeof(char *);
        return json_string(*(char *const *)at);
    case PROTOBUF_C_TYPE_MESSAGE: {
        *size = sizeof(ProtobufCMessage *);
        const ProtobufCMessage *message = *(ProtobufCMessage *const *)at;
        return message ? message_json(message) : json_null();
    }
    case PROTOBUF_C_TYPE_BYTES:
        *size = sizeof(ProtobufCBinaryData);
        return bytes_json(at);
    default:
        return json_null();
    }
}

static json_t *field_json(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const char *base = (const char *)message;
    size_t size;
    if (field->label != PROTOBUF_C_LABEL_REPEATED)
        return value_json(field, base + field->offset, &size);
    size_t count;
    const char *elements;
    memcpy(&count, base + field->quantifier_offset, sizeof(count));
    memcpy(&elements, base + field->offset, sizeof(elements));
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(array, value_json(field, elements, &size));
        elements += size;
    }
    return array;
}

/* Of a oneof another field is set: what lies there is that one's. */
static bool is_other(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    uint32_t set;
    if (!(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF))
        return false;
    memcpy(&set, (const char *)message + field->quantifier_offset, sizeof(set));
    return set != 0 && set != field->id;
}

static json_t *message_json(const ProtobufCMessage *message)
{
    json_t *object = json_object();
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        if (is_other(message, field))
            continue;
        json_object_set_new(object, field->name, field_json(message, field));
    }
    return object;
}

void message_json_print(const ProtobufCMessage *message)
{
    json_t *object = message_json(message);
    json_dumpf(object, stdout, JSON_COMPACT | JSON_REAL_PRECISION(12));
    putchar('\n');
    json_decref(object);
}
