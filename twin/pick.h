/* What an operator points at: something that is drawn, or a key that is written on the screen. */
#ifndef TWIN_PICK_H
#define TWIN_PICK_H

#include "twin/layout.h"

#include <stddef.h>
#include <stdint.h>

enum pick_kind { PICK_NOTHING, PICK_ALARM, PICK_GATE, PICK_ZONE, PICK_FACILITY };
struct pick {
    enum pick_kind kind;
    uint32_t index; /* PICK_ALARM: its number. */
};

/* Where something to pick or to press stands, in layout units. Views tell it as they draw. */
enum { TARGETS_MOST = 96 };
struct targets {
    struct target {
        struct area area;
        struct pick pick;
        int key; /* enum desk_key; 0: a pick. */
    } items[TARGETS_MOST];
    size_t count;
};

#endif
