/* `tifo waitroom verify`: the draw of a waiting room, computed again from what the server
 * published, as waitroom.proto says it, with libsodium's SHA-256. */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/c/draw.h"
#include "clients/cli/selling.h"
#include "clients/cli/server_link.h"
#include "tifo/v1/waitroom.pb-c.h"

static const struct flag flags[] = {
    { "--commitment", "HEX", "what was published before you entered (default: what it says now)" },
    { NULL, NULL, NULL },
};

enum { PAGE = 10000 };

/* By entry. */
struct list {
    uint64_t *nonces;
    uint32_t *numbers, count; /* As the server says. */
    uint32_t drawn;           /* Room for so many. */
};

static void list_fini(struct list *list)
{
    free(list->nonces);
    free(list->numbers);
}

static void read_page(const ProtobufCMessage *message, void *ctx)
{
    const Tifo__V1__ListDrawResponse *page = (const void *)message;
    struct list *list = ctx;
    for (size_t i = 0; i < page->n_nonce && i < page->n_number && list->count < list->drawn; i++) {
        list->nonces[list->count] = page->nonce[i];
        list->numbers[list->count++] = page->number[i];
    }
}

/* All of it. False after a sentence. */
static bool read_draw(struct server_link *link, char *event, const Tifo__V1__WaitingRoom *room,
                      struct list *list)
{
    Tifo__V1__ListDrawRequest request = TIFO__V1__LIST_DRAW_REQUEST__INIT;
    list->drawn = room->drawn;
    list->nonces = calloc((size_t)room->drawn + 1, sizeof(*list->nonces));
    list->numbers = calloc((size_t)room->drawn + 1, sizeof(*list->numbers));
    request.event_id = event;
    request.page_size = PAGE;
    if (server_link_pages(link, &tifo__v1__waiting_rooms__descriptor, "ListDraw", &request.base,
                          read_page, list) != DONE)
        return false;
    if (list->count != room->drawn)
        fprintf(stderr, "tifo: the list has %u entries, the draw had %u\n", list->count,
                room->drawn);
    return list->count == room->drawn;
}

static bool check_commitment(const Tifo__V1__WaitingRoom *room, const char *given)
{
    uint8_t hash[TIFO_SEED_BYTES];
    char hex[2 * sizeof(hash) + 1];
    bool same = room->commitment.len == sizeof(hash) &&
                tifo_draw_is_committed(room->seed.data, room->commitment.data, hash);
    sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
    if (given)
        same = strcmp(given, hex) == 0;
    if (!same)
        fprintf(stderr, "tifo: the seed is not the one that was committed to: its SHA-256 is %s\n",
                hex);
    return same;
}

static enum outcome check_numbers(const Tifo__V1__WaitingRoom *room, const struct list *list)
{
    uint32_t *drawn = calloc((size_t)list->count + 1, sizeof(*drawn)), wrong = 0;
    tifo_draw_numbers(room->seed.data, list->nonces, list->count, drawn);
    for (uint32_t i = 0; i < list->count; i++) {
        if (list->numbers[i] != drawn[i] && wrong++ == 0)
            fprintf(stderr, "tifo: entry %u has number %u; the draw gives it %u\n", i + 1,
                    list->numbers[i], drawn[i]);
    }
    free(drawn);
    if (wrong) {
        fprintf(stderr, "tifo: %u of %u numbers are not as drawn\n", wrong, list->count);
        return FAILED;
    }
    printf("the seed is the one committed to; all %u numbers are as drawn\n", list->count);
    return DONE;
}

static enum outcome check(struct server_link *link, char *event, const Tifo__V1__WaitingRoom *room,
                          const char *commitment)
{
    if (!room->open || room->seed.len != TIFO_SEED_BYTES) {
        fprintf(stderr, "tifo: the room has not opened: there is no draw yet\n");
        return FAILED;
    }
    struct list list = { 0 };
    const enum outcome outcome =
        check_commitment(room, commitment) && read_draw(link, event, room, &list)
            ? check_numbers(room, &list)
            : FAILED;
    list_fini(&list);
    return outcome;
}

static enum outcome verify(struct server_link *link, const Tifo__V1__Venue *venue,
                           const struct arguments *arguments)
{
    Tifo__V1__GetWaitingRoomRequest request = TIFO__V1__GET_WAITING_ROOM_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (sodium_init() < 0 || !event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    Tifo__V1__GetWaitingRoomResponse *reply = (void *)server_link_call(
        link, &tifo__v1__waiting_rooms__descriptor, "GetWaitingRoom", &request.base);
    if (!reply)
        return FAILED;
    const enum outcome outcome =
        check(link, event, reply->room, arguments_text(arguments, "--commitment"));
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return outcome;
}

const struct command waitroom_verify_command = {
    "waitroom verify", "EVENT", "computes the draw again", 1, flags, .task = verify,
};
