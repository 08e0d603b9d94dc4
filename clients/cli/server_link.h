/*
 * What the commands that talk to a tifod share: connect, find the venue, call, complain.
 */
#ifndef CLIENTS_CLI_SERVER_LINK_H
#define CLIENTS_CLI_SERVER_LINK_H

#include "api/rpc/channel.h"
#include "clients/c/tifo.h"
#include "clients/cli/command.h"

/* Rows that every such command has in its table of flags; one with a task has them without saying
 * so. */
#define SERVER_FLAGS                                                                               \
    { "--server", "HOST:PORT", "which tifod (default 127.0.0.1:7040)" },                           \
        { "--tls-ca", "FILE", "PEM CAs that its certificate may come from (plaintext)" },          \
        { "--tls-cert", "FILE", "PEM certificate of yours, for one that asks who you are" },       \
    {                                                                                              \
        "--tls-key", "FILE", "its PEM key"                                                         \
    }
#define VENUE_FLAG                                                                                 \
    {                                                                                              \
        "--venue", "ID", "which venue (default: the only one)"                                     \
    }

/* Rows that many have. */
#define JSON_FLAG                                                                                  \
    {                                                                                              \
        "--json", NULL, "the answer as JSON"                                                       \
    }
#define KEY_FLAG                                                                                   \
    {                                                                                              \
        "--key", "TEXT", "idempotency key: the same command with the same key is done once"        \
    }
/* The tables of those that have no others. */
extern const struct flag json_flags[], json_key_flags[];

struct server_link {
    struct rpc_channel *channel;
    const char *address;
};

/* Who calls, unless a certificate says it. */
const char *server_link_caller(void);
/* False after a sentence on stderr. */
bool server_link_open(struct server_link *link, const struct arguments *arguments);
void server_link_close(struct server_link *link);

/* A unary call; NULL after a sentence on stderr. Freed with protobuf_c_message_free_unpacked(). */
ProtobufCMessage *server_link_call(struct server_link *link,
                                   const ProtobufCServiceDescriptor *service, const char *method,
                                   const ProtobufCMessage *request);
/* Without a sentence when nobody answers in time; then *unreachable: it may have been done. */
ProtobufCMessage *server_link_try(struct server_link *link,
                                  const ProtobufCServiceDescriptor *service, const char *method,
                                  const ProtobufCMessage *request, int64_t timeout_ms,
                                  bool *unreachable);
/* As server_link_open(), whether anybody is there or not. */
bool server_link_open_lazily(struct server_link *link, const struct arguments *arguments);
Tifo__V1__GetVenueResponse *server_link_venue(struct server_link *link,
                                              const struct arguments *arguments, int64_t timeout_ms,
                                              bool *unreachable);
/* By its id; false after a sentence. */
bool gate_find(const Tifo__V1__Venue *venue, const char *id, uint32_t *gate);

/* The same for what changes something: it carries the key that --key gives, or one that is drawn,
 * and a call without an answer is made again under it, so it is done once. */
ProtobufCMessage *server_link_write(struct server_link *link, const struct arguments *arguments,
                                    const ProtobufCServiceDescriptor *service, const char *method,
                                    const ProtobufCMessage *request);
/* Hears a stream until it ends; `hear` runs on the channel's thread. */
enum outcome server_link_follow(struct server_link *link, const ProtobufCServiceDescriptor *service,
                                const char *method, const ProtobufCMessage *request,
                                rpc_on_message *hear, void *ctx);
/* Frees the reply after `print` or as JSON; NULL: FAILED. */
enum outcome server_link_tell(ProtobufCMessage *reply, const struct arguments *arguments,
                              void (*print)(const ProtobufCMessage *reply, const void *ctx),
                              const void *ctx);
/* The same for a reply whose first field is what is to be seen: a message, or rows of them. */
enum outcome server_link_show(ProtobufCMessage *reply, const struct arguments *arguments,
                              void (*print)(const ProtobufCMessage *row, const void *ctx),
                              const void *ctx);

/* Every page of a list, whose request has a page_token and whose reply a next_page_token. FAILED
 * after a sentence. */
enum outcome server_link_pages(struct server_link *link, const ProtobufCServiceDescriptor *service,
                               const char *method, ProtobufCMessage *request,
                               void (*hear)(const ProtobufCMessage *page, void *ctx), void *ctx);
/* The same by rows, the first field of a page: printed, or each a line of JSON. */
enum outcome server_link_list(struct server_link *link, const struct arguments *arguments,
                              const ProtobufCServiceDescriptor *service, const char *method,
                              ProtobufCMessage *request,
                              void (*print)(const ProtobufCMessage *row, const void *ctx),
                              const void *ctx);

/* Connects, asks for the venue that --venue names, and does the task. */
enum outcome server_link_do(const struct arguments *arguments, server_link_task *task);
/* Drawn anew each time, never 0. */
uint64_t random_number(void);
void server_link_complain(const struct server_link *link, const struct rpc_status *status);

#endif
