#include "server/app/registry.h"

#include "server/base/sha256.h"
#include "server/ports/clock.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void credential_key(const char *secret, uint64_t key[DEVICE_KEY_WORDS])
{
    uint8_t hash[SHA256_BYTES];
    sha256(secret, strlen(secret), hash);
    memset(key, 0, DEVICE_KEY_WORDS * sizeof *key);
    for (int i = 0; i < SHA256_BYTES; i++)
        key[i / 8] = key[i / 8] << 8 | hash[i];
}

void registry_fini(struct registry *registry)
{
    free(registry->rows);
    free(registry->slots);
    *registry = (struct registry){ 0 };
}

static uint32_t *slot_of(const struct registry *registry, const char *id)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (const char *c = id; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    uint32_t at = hash & (registry->slot_count - 1);
    while (registry->slots[at] && strcmp(registry->rows[registry->slots[at] - 1].id, id) != 0)
        at = (at + 1) & (registry->slot_count - 1);
    return &registry->slots[at];
}

static void grow(struct registry *registry)
{
    const uint32_t room = registry->room ? 2 * registry->room : 64;
    struct registered *rows = base_alloc(room * sizeof *rows);
    if (registry->count)
        memcpy(rows, registry->rows, registry->count * sizeof *rows);
    free(registry->rows);
    free(registry->slots);
    registry->rows = rows;
    registry->room = room;
    registry->slot_count = 4 * room;
    registry->slots = base_alloc(registry->slot_count * sizeof *registry->slots);
    for (uint32_t i = 0; i < registry->count; i++)
        *slot_of(registry, rows[i].id) = i + 1;
}

void registry_put(struct registry *registry, uint32_t index, const struct device *device,
                  int64_t now_ms)
{
    assert(index <= registry->count);
    if (index == registry->room)
        grow(registry);
    struct registered *row = &registry->rows[index];
    if (index == registry->count) {
        registry->count++;
        snprintf(row->id, sizeof row->id, "%s", device->is.id);
        *slot_of(registry, row->id) = index + 1;
        row->retired = true;
    }
    if (row->retired && !device->retired) {
        row->seen_ms = 0;
        row->wait_ms = now_ms;
    }
    if (row->interval_ms != device->is.interval_ms)
        row->wait_ms = now_ms;
    if (device->retired) {
        registry->heard -= row->heard;
        row->heard = false;
    }
    memcpy(row->key, device->key, sizeof row->key);
    row->gateway = device->is.gateway;
    row->kind = device->is.kind;
    row->interval_ms = device->is.interval_ms;
    row->retired = device->retired != 0;
    row->online = device->state == DEVICE_ONLINE;
}

/* NULL: nobody of this id is registered. */
static struct registered *find(const struct registry *registry, const char *id)
{
    const uint32_t slot = registry->count ? *slot_of(registry, id) : 0;
    return slot && !registry->rows[slot - 1].retired ? &registry->rows[slot - 1] : NULL;
}

/* Whatever the keys, in the same time. */
static bool is_key(const uint64_t a[DEVICE_KEY_WORDS], const uint64_t b[DEVICE_KEY_WORDS])
{
    uint64_t different = 0;
    for (int i = 0; i < DEVICE_KEY_WORDS; i++)
        different |= a[i] ^ b[i];
    return different == 0;
}

enum status registry_admits(const struct registry *registry, const char *id,
                            const struct credential *credential)
{
    if (!registry->required)
        return STATUS_OK;
    const struct registered *row = find(registry, id);
    if (!row)
        return STATUS_DEVICE_NOT_REGISTERED;
    if (credential && credential->trusted)
        return STATUS_OK;
    if (!credential)
        return STATUS_DEVICE_KEY_WRONG;
    const struct registered *gateway = row->gateway ? &registry->rows[row->gateway - 1] : NULL;
    const bool its = is_key(row->key, credential->key);
    const bool of_gateway = gateway && !gateway->retired && is_key(gateway->key, credential->key);
    return its || of_gateway ? STATUS_OK : STATUS_DEVICE_KEY_WRONG;
}

static void hear(struct registry *registry, struct registered *row, int64_t now_ms)
{
    row->seen_ms = now_ms;
    row->wait_ms = now_ms;
    if (row->online || row->heard)
        return;
    row->heard = true;
    registry->heard++;
}

void registry_hear(struct registry *registry, const char *id, int64_t now_ms)
{
    struct registered *row = find(registry, id);
    if (!row)
        return;
    hear(registry, row, now_ms);
    if (row->gateway)
        hear(registry, &registry->rows[row->gateway - 1], now_ms);
}

/* INT64_MAX: nobody waits for it. */
static int64_t silent_at_ms(const struct registered *row)
{
    const struct device_set is = { .interval_ms = row->interval_ms };
    if (!row->online || row->retired || row->interval_ms == 0)
        return INT64_MAX;
    return device_silent_at_ms(&is, row->wait_ms);
}

int64_t registry_due_ms(const struct registry *registry)
{
    int64_t due_ms = registry->heard ? 0 : INT64_MAX;
    for (uint32_t i = 0; due_ms && i < registry->count; i++) {
        const int64_t at_ms = silent_at_ms(&registry->rows[i]);
        due_ms = at_ms < due_ms ? at_ms : due_ms;
    }
    return due_ms;
}

void registry_drain(struct registry *registry, int64_t now_ms, struct arena *arena,
                    struct tick *tick)
{
    const uint32_t count = registry->count;
    uint32_t *silent = arena_array(arena, count, sizeof *silent);
    int64_t *seen_ms = arena_array(arena, count, sizeof *seen_ms);
    uint32_t *heard = arena_array(arena, count, sizeof *heard);
    for (uint32_t i = 0; i < count; i++) {
        struct registered *row = &registry->rows[i];
        /* What was heard before anybody set the clock was heard now. */
        if (row->wait_ms <= CLOCK_UNSET_MS && now_ms > CLOCK_UNSET_MS)
            row->wait_ms = now_ms;
        if (row->heard) {
            heard[tick->heard.count++] = i;
            row->heard = false;
            row->online = true;
        } else if (now_ms >= silent_at_ms(row)) {
            seen_ms[tick->silent.count] = row->wait_ms;
            silent[tick->silent.count++] = i;
            row->online = false;
        }
    }
    registry->heard = 0;
    tick->heard.v = heard;
    tick->silent.v = silent;
    tick->silent_seen_ms = seen_ms;
}
