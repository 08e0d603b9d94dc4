/* Holds and seat maps as messages. */
#ifndef WIRE_SEATS_H
#define WIRE_SEATS_H

#include "server/base/arena.h"
#include "server/core/stadium.h"
#include "server/wire/check.h"
#include "tifo/v1/seats.pb-c.h"

/* Lines that are wanted; `seats` are of type 0. Columns are in the arena. Refused is what could not
 * be lines at all. */
bool wire_wanted(const uint32_t *seats, size_t n_seats, Tifo__V1__NewLines *const *rows,
                 size_t n_rows, struct arena *arena, struct wanted_lines *to,
                 struct refusal *refusal);
/* Of a hold or its order, in the arena. */
Tifo__V1__Line **wire_lines(const struct stadium *stadium, const struct seathold *hold,
                            struct arena *arena);

/* In the arena. A hold whose time is over is EXPIRED whether or not a tick has seen it. */
/* The tax id of who owes the tax of a hold (its index); "": nobody. */
char *wire_buyer(const struct stadium *stadium, uint32_t hold, struct arena *arena);
Tifo__V1__Hold *wire_hold(const struct stadium *stadium, const struct seathold *hold,
                          int64_t now_ms, struct arena *arena);

/* What the seats of an event were when it was last looked at: one byte a seat, as SeatBlock has
 * them, kept so that a message of any blocks only points to it. Zeroed is empty. */
struct seat_map {
    uint8_t *states;
    uint32_t count;
    uint64_t seats_seq; /* As the event's then. */
    uint32_t *changed;  /* Seats that the last update found changed; room for all. */
    uint32_t changed_count;
};
/* Compares with the stadium; without change of any seat it costs nothing. */
void seat_map_update(struct seat_map *map, const struct stadium *stadium, uint32_t event);
void seat_map_fini(struct seat_map *map);

/* Blocks by their index, which the venue has; NULL: all of them. Pointers are into the map. */
Tifo__V1__SeatBlock **wire_seat_blocks(const struct seat_map *map, const struct stadium *stadium,
                                       const uint32_t *blocks, size_t count, struct arena *arena);
/* The whole map; or what the last update changed. */
Tifo__V1__WatchSeatsResponse *wire_seats_whole(const struct seat_map *map,
                                               const struct stadium *stadium, struct arena *arena);
Tifo__V1__WatchSeatsResponse *wire_seats_changed(const struct seat_map *map, uint64_t from_seq,
                                                 uint64_t to_seq, struct arena *arena);

#endif
