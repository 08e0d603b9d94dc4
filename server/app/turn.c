#include "server/app/turn.h"

#include <stdlib.h>
#include <string.h>

void turn_fini(struct turn *turn)
{
    arena_fini(&turn->arena);
    free(turn->rows);
    *turn = (struct turn){ 0 };
}

void turn_reset(struct turn *turn)
{
    arena_reset(&turn->arena);
    turn->count = 0;
    turn->readings_mark = 0;
}

static void make_room(struct turn *turn)
{
    const uint32_t room = turn->room ? 2 * turn->room : 64;
    struct journal_row *rows = base_alloc(room * sizeof *rows);
    if (turn->count)
        memcpy(rows, turn->rows, turn->count * sizeof *rows);
    free(turn->rows);
    turn->rows = rows;
    turn->room = room;
}

void turn_add(struct turn *turn, uint64_t seq, const struct fact *fact)
{
    if (turn->count == turn->room)
        make_room(turn);
    turn->rows[turn->count++] = (struct journal_row){
        .seq = seq,
        .kind = (uint32_t)fact->kind,
        .time_ms = fact->time_ms,
        .payload = fact_encode(fact, &turn->arena),
    };
}
