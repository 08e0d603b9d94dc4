/* A ticket as a picture or a page. Takes milliseconds: not for the loop thread. Keeps no state: any
 * thread. */
#ifndef RENDER_RENDER_H
#define RENDER_RENDER_H

#include "server/base/arena.h"
#include "server/base/slice.h"

#include <stdint.h>

/* The numbers of the API. A PASS is made by pass_make(). */
enum render_format { RENDER_QR_PNG = 1, RENDER_QR_SVG, RENDER_PDF, RENDER_PASS };

/* UTF-8 texts. What is empty is left out. */
struct ticket_face {
    int64_t starts_ms, doors_ms, ends_ms; /* Unix ms, for those who write times themselves. */
    const char *code;               /* What the symbol says. */
    const char *title, *venue;      /* Of the event; where it is. */
    const char *starts, *doors;     /* When. */
    const char *block, *row, *seat; /* Where one sits. */
    const char *gate;               /* Which entrance, when tickets are pinned to one. */
    const char *holder, *id;
};

/* The bytes lie in the arena. Size 0: there was no memory. */
struct bytes render_ticket(const struct ticket_face *face, enum render_format format,
                           struct arena *arena);

#endif
