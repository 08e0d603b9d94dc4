#include "api/ticket/manifest.h"

#include "api/ticket/sealed.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

/* The last is the number of the layout. */
enum { MAGIC_BYTES = 8, WITHOUT_MEDIA = '1', WITH_MEDIA = '2' };
static const char MAGIC[MAGIC_BYTES - 1] = { 'T', 'I', 'F', 'O', 'M', 'A', 'N' };

enum {
    GATES_BYTES = MANIFEST_GATES / 8,
    KEY_BYTES = 4 + TICKET_PUBLIC_BYTES,
    RANGE_BYTES = 8,
    SIGNATURE = crypto_sign_BYTES,
    REENTRY = 1,
    CHECKS_ID = 2,
    CODES_ONLY = 4,
    CLOSED = 8,
    NO_SEAT = (1 << 24) - 1,
};

/* ---- Writing ------------------------------------------------------------------------------ */

size_t manifest_size(const struct manifest *m)
{
    return MAGIC_BYTES + 1 + 4 + TICKET_ID_BYTES + 8 * 3 + 3 + 4 + 8 * 2 + 2 + GATES_BYTES + 1 +
           strlen(m->title) + 1 + strlen(m->name) + 1 + m->key_count * (size_t)KEY_BYTES + 2 +
           m->range_count * (size_t)RANGE_BYTES + 4 + m->ticket_count * (size_t)MANIFEST_ROW_BYTES +
           (m->has_media ? 4 + m->medium_count * (size_t)MANIFEST_MEDIUM_BYTES : 0) + SIGNATURE;
}

static uint8_t *number(uint8_t *at, uint64_t value, size_t size)
{
    sealed_put(at, value, size);
    return at + size;
}

static uint8_t *raw(uint8_t *at, const void *from, size_t size)
{
    if (size > 0)
        memcpy(at, from, size);
    return at + size;
}

static uint8_t *text(uint8_t *at, const char *from)
{
    return raw(number(at, strlen(from), 1), from, strlen(from));
}

void manifest_write(const struct manifest *m, uint8_t *out)
{
    assert(m->key_count <= MANIFEST_KEYS && m->range_count <= MANIFEST_RANGES &&
           m->ticket_count <= MANIFEST_TICKETS && m->medium_count <= MANIFEST_TICKETS);
    uint8_t *at = raw(out, MAGIC, sizeof MAGIC);
    at = number(at, m->has_media ? WITH_MEDIA : WITHOUT_MEDIA, 1);
    at = number(at, m->kind, 1);
    at = number(at, m->key_id, 4);
    at = raw(at, m->event, TICKET_ID_BYTES);
    at = number(at, m->from_seq, 8);
    at = number(at, m->to_seq, 8);
    at = number(at, (uint64_t)m->made_ms, 8);
    at = number(at, m->cancelled, 1);
    at = number(at, m->policy, 1);
    at = number(at,
                (m->reentry ? REENTRY : 0) | (m->checks_id ? CHECKS_ID : 0) |
                    (m->codes_only ? CODES_ONLY : 0) | (m->closed ? CLOSED : 0),
                1);
    at = number(at, m->list, 4);
    at = number(at, (uint64_t)m->from_ms, 8);
    at = number(at, (uint64_t)m->until_ms, 8);
    at = number(at, m->gate_count, 2);
    at = raw(at, m->gates, GATES_BYTES);
    at = text(text(at, m->title), m->name);
    at = number(at, m->key_count, 1);
    for (uint32_t i = 0; i < m->key_count; i++)
        at = raw(number(at, m->keys[i].id, 4), m->keys[i].public_key, TICKET_PUBLIC_BYTES);
    at = number(at, m->range_count, 2);
    at = raw(at, m->ranges, m->range_count * (size_t)RANGE_BYTES);
    at = number(at, m->ticket_count, 4);
    at = raw(at, m->tickets, m->ticket_count * (size_t)MANIFEST_ROW_BYTES);
    if (m->has_media) {
        at = number(at, m->medium_count, 4);
        at = raw(at, m->media, m->medium_count * (size_t)MANIFEST_MEDIUM_BYTES);
    }
    assert((size_t)(at - out) + SIGNATURE == manifest_size(m));
    memset(at, 0, SIGNATURE);
}

void manifest_sign(uint8_t *out, size_t size, const uint8_t secret[TICKET_SECRET_BYTES])
{
    crypto_sign_detached(out + size - SIGNATURE, NULL, out, size - SIGNATURE, secret);
}

/* ---- Reading ------------------------------------------------------------------------------ */

struct input {
    const uint8_t *at;
    size_t left;
    bool cut; /* There was less than was asked for. */
};

static const uint8_t *take(struct input *in, size_t size)
{
    static const uint8_t nothing[MANIFEST_GATES];
    if (in->cut || in->left < size) {
        in->cut = true;
        in->left = 0;
        return nothing;
    }
    in->at += size;
    in->left -= size;
    return in->at - size;
}

static uint64_t take_number(struct input *in, size_t size)
{
    return sealed_get(take(in, size), size);
}

static bool take_text(struct input *in, char *to, size_t most)
{
    const size_t size = take_number(in, 1);
    if (size > most || in->left < size)
        return false;
    memcpy(to, take(in, size), size);
    to[size] = 0;
    return memchr(to, 0, size) == NULL;
}

static void take_head(struct input *in, struct manifest *m)
{
    m->kind = (enum manifest_kind)take_number(in, 1);
    m->key_id = (uint32_t)take_number(in, 4);
    memcpy(m->event, take(in, TICKET_ID_BYTES), TICKET_ID_BYTES);
    m->from_seq = take_number(in, 8);
    m->to_seq = take_number(in, 8);
    m->made_ms = (int64_t)take_number(in, 8);
    m->cancelled = take_number(in, 1) != 0;
    m->policy = (enum manifest_policy)take_number(in, 1);
    const uint64_t flags = take_number(in, 1);
    m->reentry = flags & REENTRY;
    m->checks_id = flags & CHECKS_ID;
    m->codes_only = flags & CODES_ONLY;
    m->closed = flags & CLOSED;
    m->list = (uint32_t)take_number(in, 4);
    m->from_ms = (int64_t)take_number(in, 8);
    m->until_ms = (int64_t)take_number(in, 8);
    m->gate_count = (uint32_t)take_number(in, 2);
    memcpy(m->gates, take(in, GATES_BYTES), GATES_BYTES);
}

static bool take_keys(struct input *in, struct manifest *m)
{
    m->key_count = (uint32_t)take_number(in, 1);
    if (m->key_count > MANIFEST_KEYS)
        return false;
    for (uint32_t i = 0; i < m->key_count; i++) {
        m->keys[i].id = (uint32_t)take_number(in, 4);
        memcpy(m->keys[i].public_key, take(in, TICKET_PUBLIC_BYTES), TICKET_PUBLIC_BYTES);
    }
    return true;
}

static bool head_is_sound(const struct manifest *m)
{
    return m->kind >= MANIFEST_FULL && m->kind <= MANIFEST_CHANGES &&
           m->policy >= MANIFEST_CLOSED && m->policy <= MANIFEST_OPEN && m->from_seq <= m->to_seq &&
           m->gate_count <= MANIFEST_GATES;
}

/* Tickets and media begin with what they are found by. */
static_assert((int)MANIFEST_KEY_BYTES == TICKET_ID_BYTES, "rows are found by 16 bytes");

static bool rows_ascend(const uint8_t *rows, uint32_t count, size_t size)
{
    for (uint32_t i = 1; i < count; i++) {
        const uint8_t *row = rows + i * size;
        if (memcmp(row - size, row, TICKET_ID_BYTES) >= 0)
            return false;
    }
    return true;
}

/* Tickets, and media where the layout has them: all that is left. */
static bool take_rows(struct input *in, struct manifest *m)
{
    m->ticket_count = (uint32_t)take_number(in, 4);
    if (m->ticket_count > MANIFEST_TICKETS)
        return false;
    m->tickets = take(in, (size_t)m->ticket_count * MANIFEST_ROW_BYTES);
    m->medium_count = m->has_media ? (uint32_t)take_number(in, 4) : 0;
    if (m->medium_count > MANIFEST_TICKETS)
        return false;
    m->media = take(in, (size_t)m->medium_count * MANIFEST_MEDIUM_BYTES);
    return !in->cut && in->left == 0;
}

static const struct ticket_key *key_of(const struct ticket_key *keys, uint32_t count, uint32_t id)
{
    for (uint32_t i = 0; i < count; i++) {
        if (keys[i].id == id)
            return &keys[i];
    }
    return NULL;
}

static bool is_signed(const uint8_t *bytes, size_t size, const struct manifest *m)
{
    const struct ticket_key *key = key_of(m->keys, m->key_count, m->key_id);
    return key && crypto_sign_verify_detached(bytes + size - SIGNATURE, bytes, size - SIGNATURE,
                                              key->public_key) == 0;
}

const char *manifest_read(const uint8_t *bytes, size_t size, struct manifest *m)
{
    *m = (struct manifest){ 0 };
    if (size < MAGIC_BYTES + SIGNATURE || memcmp(bytes, MAGIC, sizeof MAGIC) != 0 ||
        (bytes[sizeof MAGIC] != WITHOUT_MEDIA && bytes[sizeof MAGIC] != WITH_MEDIA))
        return "it is no manifest of a version that is known here";
    m->has_media = bytes[sizeof MAGIC] == WITH_MEDIA;
    struct input in = { bytes + MAGIC_BYTES, size - MAGIC_BYTES - SIGNATURE, false };
    take_head(&in, m);
    if (!take_text(&in, m->title, MANIFEST_TITLE_BYTES) ||
        !take_text(&in, m->name, MANIFEST_NAME_BYTES) || !take_keys(&in, m))
        return "it is damaged: a text or a list is too long";
    m->range_count = (uint32_t)take_number(&in, 2);
    m->ranges = take(&in, (size_t)m->range_count * RANGE_BYTES);
    if (m->range_count > MANIFEST_RANGES || !take_rows(&in, m))
        return "it is damaged: its length is not what it says";
    if (!head_is_sound(m) || !rows_ascend(m->tickets, m->ticket_count, MANIFEST_ROW_BYTES) ||
        !rows_ascend(m->media, m->medium_count, MANIFEST_MEDIUM_BYTES))
        return "it is damaged: it has values that none can have";
    return is_signed(bytes, size, m) ? NULL : "it is not signed by any of its keys";
}

bool manifest_is_known(const struct manifest *m, const struct ticket_key *keys, uint32_t key_count)
{
    const struct ticket_key *own = key_of(m->keys, m->key_count, m->key_id);
    const struct ticket_key *known = key_of(keys, key_count, m->key_id);
    return own && known && memcmp(own->public_key, known->public_key, TICKET_PUBLIC_BYTES) == 0;
}

/* ---- Rows --------------------------------------------------------------------------------- */

void manifest_ticket_write(const struct manifest_ticket *ticket, uint8_t out[MANIFEST_ROW_BYTES])
{
    const bool seated = ticket->seat != MANIFEST_NO_SEAT;
    assert((!seated || ticket->seat < NO_SEAT) && ticket->generation < 1 << 16);
    uint8_t *at = raw(out, ticket->id, TICKET_ID_BYTES);
    at = number(at, seated ? ticket->seat : NO_SEAT, 3);
    at = number(at, ticket->generation, 2);
    *at = ticket->flags;
}

void manifest_ticket_read(const uint8_t in[MANIFEST_ROW_BYTES], struct manifest_ticket *ticket)
{
    memcpy(ticket->id, in, TICKET_ID_BYTES);
    ticket->seat = (uint32_t)sealed_get(in + TICKET_ID_BYTES, 3);
    if (ticket->seat == NO_SEAT)
        ticket->seat = MANIFEST_NO_SEAT;
    ticket->generation = (uint32_t)sealed_get(in + TICKET_ID_BYTES + 3, 2);
    ticket->flags = in[MANIFEST_ROW_BYTES - 1];
}

void manifest_range_write(struct manifest_range range, uint8_t out[8])
{
    number(number(out, range.first, 4), range.end, 4);
}

struct manifest_range manifest_range_read(const uint8_t in[8])
{
    return (struct manifest_range){ (uint32_t)sealed_get(in, 4), (uint32_t)sealed_get(in + 4, 4) };
}

/* In ascending rows of this size. */
static const uint8_t *row_find(const uint8_t *rows, uint32_t count, size_t size,
                               const uint8_t id[TICKET_ID_BYTES])
{
    uint32_t low = 0, high = count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const uint8_t *row = rows + middle * size;
        const int order = memcmp(row, id, TICKET_ID_BYTES);
        if (order == 0)
            return row;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const uint8_t *manifest_find(const uint8_t *rows, uint32_t count, const uint8_t id[TICKET_ID_BYTES])
{
    return row_find(rows, count, MANIFEST_ROW_BYTES, id);
}

void manifest_medium_key(const char *name, uint8_t key[MANIFEST_KEY_BYTES])
{
    crypto_generichash(key, MANIFEST_KEY_BYTES, (const uint8_t *)name, strlen(name), NULL, 0);
}

void manifest_medium_write(const char *name, const uint8_t ticket[TICKET_ID_BYTES],
                           uint8_t out[MANIFEST_MEDIUM_BYTES])
{
    manifest_medium_key(name, out);
    raw(out + MANIFEST_KEY_BYTES, ticket, TICKET_ID_BYTES);
}

const uint8_t *manifest_medium_find(const struct manifest *m, const uint8_t key[MANIFEST_KEY_BYTES])
{
    const uint8_t *row = row_find(m->media, m->medium_count, MANIFEST_MEDIUM_BYTES, key);
    return row ? row + MANIFEST_KEY_BYTES : NULL;
}

bool manifest_has_gate(const struct manifest *m, uint32_t gate)
{
    return gate < m->gate_count && (m->gates[gate / 8] >> gate % 8 & 1);
}

uint32_t manifest_pinned(const struct manifest *m, const uint8_t id[TICKET_ID_BYTES])
{
    uint32_t gates = 0, gate = 0;
    for (uint32_t i = 0; i < m->gate_count; i++)
        gates += manifest_has_gate(m, i);
    if (gates == 0)
        return UINT32_MAX;
    for (uint32_t nth = ticket_pin(id, gates);; gate++) {
        if (manifest_has_gate(m, gate) && nth-- == 0)
            return gate;
    }
}
