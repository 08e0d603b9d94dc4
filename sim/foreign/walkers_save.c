#include "sim/foreign/walkers_state.h"

#include <stdlib.h>
#include <string.h>

struct part {
    void *data;
    size_t size;
};

/* Everything that changes, but the lists with a length of their own. */
static size_t parts_of(const struct walkers *w, struct part parts[8])
{
    const struct foreign *f = w->foreign;
    size_t n = 0;
    parts[n++] = (struct part){ w->people, w->count * sizeof *w->people };
    parts[n++] = (struct part){ w->stops, w->stop_count * sizeof *w->stops };
    parts[n++] = (struct part){ w->line, w->line_count * sizeof *w->line };
    parts[n++] = (struct part){ w->spots, f->spot_count * sizeof *w->spots };
    parts[n++] = (struct part){ w->inside, f->spot_count * sizeof *w->inside };
    parts[n++] = (struct part){ w->free_at_s, f->spot_count * sizeof *w->free_at_s };
    parts[n++] = (struct part){ w->sources, f->source_count * sizeof *w->sources };
    parts[n++] = (struct part){ w->batch, f->source_count * sizeof *w->batch };
    return n;
}

/* Lattices are made again; where each had got to is kept. */
struct head {
    uint64_t count, stop_count, line_count, active, spots, sources;
};

size_t walkers_save(const struct walkers *w, void *buffer, size_t size)
{
    struct head head = { w->count,  w->stop_count,          w->line_count,
                         w->active, w->foreign->spot_count, w->foreign->source_count };
    struct part parts[8];
    size_t count = parts_of(w, parts), lattices = w->foreign->source_count * sizeof(uint64_t);
    size_t whole = sizeof head + lattices;
    for (size_t i = 0; i < count; i++)
        whole += parts[i].size;
    if (size < whole)
        return whole;
    char *to = buffer;
    memcpy(to, &head, sizeof head);
    to += sizeof head;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].size)
            memcpy(to, parts[i].data, parts[i].size);
        to += parts[i].size;
    }
    for (size_t i = 0; i < w->foreign->source_count; i++, to += sizeof(uint64_t)) {
        uint64_t at = w->lattices[i].made ? w->lattices[i].at + 1 : 0;
        memcpy(to, &at, sizeof at);
    }
    return whole;
}

bool walkers_load(struct walkers *w, const void *buffer, size_t size)
{
    struct head head;
    const char *from = buffer;
    if (size < sizeof head)
        return false;
    memcpy(&head, from, sizeof head);
    if (head.count > w->room || head.line_count > w->room ||
        head.stop_count > size / sizeof *w->stops || head.spots != w->foreign->spot_count ||
        head.sources != w->foreign->source_count)
        return false;
    w->count = head.count;
    w->stop_count = w->stop_room = head.stop_count;
    w->line_count = head.line_count;
    w->active = (uint32_t)head.active;
    free(w->stops);
    w->stops = walkers_room(w->stop_room, sizeof *w->stops);
    if (walkers_save(w, NULL, 0) != size)
        return false;
    struct part parts[8];
    size_t count = parts_of(w, parts);
    from += sizeof head;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].size)
            memcpy(parts[i].data, from, parts[i].size);
        from += parts[i].size;
    }
    return spawn_load(w, from);
}
