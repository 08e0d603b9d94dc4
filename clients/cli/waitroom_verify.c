/* `tifo waitroom verify`: the draw of a waiting room, computed again from what the server
 * published, as waitroom.proto says it, with libsodium's SHA-256. */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/cli/selling.h"
#include "clients/cli/server_link.h"
#include "tifo/v1/waitroom.pb-c.h"

static const struct flag flags[] = {
    { "--commitment", "HEX", "what was published before you entered (default: what it says now)" },
    SERVER_FLAGS,
    VENUE_FLAG,
    { NULL, NULL, NULL },
};

enum { SEED_BYTES = 32, KEY_BYTES = SEED_BYTES + 4 + 8, PAGE = 10000 };

struct row {
    uint64_t key;
    uint32_t entry, number; /* As the server says. */
};

static void put(uint8_t *at, uint64_t value, int size)
{
    for (int i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
}

static uint64_t key_of(const uint8_t seed[SEED_BYTES], uint32_t entry, uint64_t nonce)
{
    uint8_t bytes[KEY_BYTES], hash[crypto_hash_sha256_BYTES];
    uint64_t key = 0;
    memcpy(bytes, seed, SEED_BYTES);
    put(bytes + SEED_BYTES, entry, 4);
    put(bytes + SEED_BYTES + 4, nonce, 8);
    crypto_hash_sha256(hash, bytes, sizeof(bytes));
    for (int i = 0; i < 8; i++)
        key = key << 8 | hash[i];
    return key;
}

static int by_key(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->entry < y->entry ? -1 : x->entry > y->entry;
}

/* All of the list, page by page; NULL after a sentence. */
static struct row *read_draw(struct server_link *link, char *event,
                             const Tifo__V1__WaitingRoom *room)
{
    struct row *rows = calloc((size_t)room->drawn + 1, sizeof(*rows));
    char token[16] = "";
    uint32_t count = 0;
    do {
        Tifo__V1__ListDrawRequest request = TIFO__V1__LIST_DRAW_REQUEST__INIT;
        request.event_id = event;
        request.page_size = PAGE;
        request.page_token = token;
        Tifo__V1__ListDrawResponse *page = (void *)server_link_call(
            link, &tifo__v1__waiting_rooms__descriptor, "ListDraw", &request.base);
        if (!page) {
            free(rows);
            return NULL;
        }
        for (size_t i = 0; i < page->n_nonce && i < page->n_number && count < room->drawn; i++) {
            const uint32_t entry = page->first_entry + (uint32_t)i;
            rows[count++] = (struct row){ key_of(room->seed.data, entry, page->nonce[i]), entry,
                                          page->number[i] };
        }
        snprintf(token, sizeof(token), "%s", page->next_page_token);
        protobuf_c_message_free_unpacked(&page->base, NULL);
    } while (token[0]);
    if (count == room->drawn)
        return rows;
    fprintf(stderr, "tifo: the list has %u entries, the draw had %u\n", count, room->drawn);
    free(rows);
    return NULL;
}

static bool check_commitment(const Tifo__V1__WaitingRoom *room, const char *given)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof(hash) + 1];
    crypto_hash_sha256(hash, room->seed.data, room->seed.len);
    sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
    const bool same = given ? strcmp(given, hex) == 0
                            : room->commitment.len == sizeof(hash) &&
                                  memcmp(room->commitment.data, hash, sizeof(hash)) == 0;
    if (!same)
        fprintf(stderr, "tifo: the seed is not the one that was committed to: its SHA-256 is %s\n",
                hex);
    return same;
}

static enum outcome check(struct server_link *link, char *event, const Tifo__V1__WaitingRoom *room,
                          const char *commitment)
{
    if (!room->open || room->seed.len != SEED_BYTES) {
        fprintf(stderr, "tifo: the room has not opened: there is no draw yet\n");
        return FAILED;
    }
    if (!check_commitment(room, commitment))
        return FAILED;
    struct row *rows = read_draw(link, event, room);
    if (!rows)
        return FAILED;
    qsort(rows, room->drawn, sizeof(*rows), by_key);
    uint32_t wrong = 0;
    for (uint32_t i = 0; i < room->drawn; i++) {
        if (rows[i].number != i + 1 && wrong++ == 0)
            fprintf(stderr, "tifo: entry %u has number %u; the draw gives it %u\n", rows[i].entry,
                    rows[i].number, i + 1);
    }
    free(rows);
    if (wrong) {
        fprintf(stderr, "tifo: %u of %u numbers are not as drawn\n", wrong, room->drawn);
        return FAILED;
    }
    printf("the seed is the one committed to; all %u numbers are as drawn\n", room->drawn);
    return DONE;
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

static enum outcome run(const struct arguments *arguments)
{
    return server_link_do(arguments, verify);
}

const struct command waitroom_verify_command = {
    "waitroom verify", "EVENT", "computes the draw again", 1, flags, run,
};
