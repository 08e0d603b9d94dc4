/* Strings of messages. proto3 wants them to be UTF-8 and every parser but protobuf-c's says so: one
 * that is not would make a message that carries it on unreadable for everybody else. */
#ifndef RPC_TEXT_H
#define RPC_TEXT_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

/* The name of the first field, at any depth, with a string that is no UTF-8; NULL: there is none.
 */
const char *rpc_text_fault(const ProtobufCMessage *message);

/* Writes '?' over each byte that belongs to no character, such as what is left of one that was cut
 * off. */
void rpc_text_mend(char *text);

#endif
