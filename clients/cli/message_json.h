/*
 * Any protobuf message as JSON, by its descriptor: fields under their .proto names, enums as their
 * names, zero values included, so that readers of columns find every column.
 */
#ifndef CLIENTS_CLI_MESSAGE_JSON_H
#define CLIENTS_CLI_MESSAGE_JSON_H

#include <protobuf-c/protobuf-c.h>

void message_json_print(const ProtobufCMessage *message);

#endif
