#include "tests/support/restored.h"

#include "server/core/state.h"
#include "tests/support/must.h"

#include <stdlib.h>
#include <string.h>

static bool put(struct byte_sink *sink, const void *data, size_t size)
{
    struct saved *saved = (struct saved *)((char *)sink - offsetof(struct saved, sink));
    while (saved->size + size > saved->room) {
        saved->room = saved->room ? saved->room * 2 : 1 << 16;
        saved->data = realloc(saved->data, saved->room);
        must(saved->data != NULL, "there is memory");
    }
    memcpy(saved->data + saved->size, data, size);
    saved->size += size;
    return true;
}

static bool take(struct byte_source *source, void *data, size_t size)
{
    struct saved *saved = (struct saved *)((char *)source - offsetof(struct saved, source));
    if (saved->size - saved->taken < size)
        return false;
    memcpy(data, saved->data + saved->taken, size);
    saved->taken += size;
    return true;
}

void saved_begin(struct saved *saved)
{
    *saved = (struct saved){ .sink.put = put, .source.take = take };
}

void saved_init(struct saved *saved, const struct stadium *stadium)
{
    saved_begin(saved);
    must(stadium_save(stadium, &saved->sink), "a stadium can be saved");
}

void saved_fini(struct saved *saved)
{
    free(saved->data);
}

struct stadium *stadium_restored(struct stadium *stadium)
{
    struct saved saved;
    char why[100] = "";
    saved_init(&saved, stadium);
    struct stadium *again = stadium_create(&stadium->limits);
    must(stadium_load(again, &saved.source, why, sizeof(why)), why);
    must(saved.taken == saved.size, "all of it was taken");
    must(stadium_digest(again) == stadium_digest(stadium), "its digest is the same");
    must(stadium_due(again) == stadium_due(stadium), "it wants the same");
    saved_fini(&saved);
    stadium_destroy(stadium);
    return again;
}
