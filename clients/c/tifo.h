/*
 * The Tifo client library: reads venue files, answers small questions about venues, reaches tifod.
 *
 * A venue file (GeoJSON; scenarios/venues/README.md is its reference) becomes one Tifo__V1__Venue
 * message, checked and completed: areas, centres, capacities, widths and the walkway graph. The
 * definition of every field is api/tifo/v1/venue.proto. A venue that was loaded here holds:
 *
 *   - every index in it points at something;
 *   - every zone and block can be reached from a gate;
 *   - places of one level do not overlap, and both places of an opening touch its line.
 *
 * Nothing here keeps state between calls or takes locks: different threads may use it at once on
 * different venues, and read one venue together.
 */
#ifndef CLIENTS_C_TIFO_H
#define CLIENTS_C_TIFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tifo/v1/venue.pb-c.h"

/* Where programs meet when nobody says otherwise. */
#define TIFO_DEFAULT_ADDRESS "127.0.0.1:7040"

/* ---- Problems ---------------------------------------------------------------------- */

/* What is wrong, where, and how to mend it. Plain values: copy it freely. */
struct tifo_problem {
    char file[256]; /* As it was named by the caller. */
    int line;       /* From 1; 0: unknown. A feature's problems name the line that it starts on. */
    int column;     /* From 1; 0: unknown. */
    int feature;    /* Position in `features`, from 0; -1: the problem is not in a feature. */
    char kind[16];  /* The feature's kind, such as "opening"; empty: none. */
    char id[40];    /* The feature's id, or the block of a row; empty: none. */
    char field[40]; /* The field, such as "level_to"; empty: none. */
    char sentence[320]; /* "width 0.40 m is below 0.60 m; make the line longer" */
};

/* The whole problem on one line without a newline, such as
 *   ground.geojson:12:1: opening "o3" (feature 9), line: width 0.40 m is ...
 * Returns what snprintf() returns. */
int tifo_problem_print(const struct tifo_problem *problem, char *out, size_t size);

/* Problems in the order they were found; reading stops after TIFO_PROBLEMS_MAX. */
#define TIFO_PROBLEMS_MAX 200
struct tifo_problems {
    struct tifo_problem *rows;
    size_t count;
};
void tifo_problems_fini(struct tifo_problems *problems);

/* ---- Venue files ------------------------------------------------------------------- */

/* Reads and checks a venue file. On true *out is the venue, freed with tifo_venue_free(). On false
 * *out is NULL and *problem (may be NULL) is the first thing that is wrong. */
bool tifo_venue_load(const char *path, Tifo__V1__Venue **out, struct tifo_problem *problem);

/* As tifo_venue_load(), but finds everything that is wrong. `problems` is set in every case and the
 * caller's to fini. */
bool tifo_venue_check(const char *path, Tifo__V1__Venue **out, struct tifo_problems *problems);

/* The same from memory; `name` stands for the file in problems. */
bool tifo_venue_parse(const char *name, const char *text, size_t size, Tifo__V1__Venue **out,
                      struct tifo_problems *problems);

/* Writes a venue as a file that reads back to the same message; derived fields are left out. The
 * text is the caller's to free. */
char *tifo_venue_text(const Tifo__V1__Venue *venue, size_t *size);

void tifo_venue_free(Tifo__V1__Venue *venue); /* NULL is accepted. */

/* ---- Places: zones, then blocks ---------------------------------------------------- */

uint32_t tifo_place_count(const Tifo__V1__Venue *venue);
/* Nodes of the walkway graph: places, then facilities. */
uint32_t tifo_node_count(const Tifo__V1__Venue *venue);
bool tifo_place_is_block(const Tifo__V1__Venue *venue, uint32_t place);
bool tifo_place_is_stairs(const Tifo__V1__Venue *venue, uint32_t place);
bool tifo_place_is_outside(const Tifo__V1__Venue *venue, uint32_t place);
const char *tifo_place_id(const Tifo__V1__Venue *venue, uint32_t place);
/* The id when it has no name. */
const char *tifo_place_name(const Tifo__V1__Venue *venue, uint32_t place);
/* Stairs and ramps join two levels: the lower and the upper one. Elsewhere both are the same. */
int32_t tifo_place_level(const Tifo__V1__Venue *venue, uint32_t place);
int32_t tifo_place_level_to(const Tifo__V1__Venue *venue, uint32_t place);
const Tifo__V1__Path *tifo_place_outline(const Tifo__V1__Venue *venue, uint32_t place);
const Tifo__V1__Point *tifo_place_centre(const Tifo__V1__Venue *venue, uint32_t place);
/* True when (x_m, y_m) lies in the place, holes left out; its edge belongs to it. */
bool tifo_place_has(const Tifo__V1__Venue *venue, uint32_t place, double x_m, double y_m);
/* Finds a place, gate or facility by its id; false: there is none. */
bool tifo_place_find(const Tifo__V1__Venue *venue, const char *id, uint32_t *place);
bool tifo_gate_find(const Tifo__V1__Venue *venue, const char *id, uint32_t *gate);
bool tifo_facility_find(const Tifo__V1__Venue *venue, const char *id, uint32_t *facility);

uint32_t tifo_seat_count(const Tifo__V1__Venue *venue);
/* Where a seat is for people: its number is tifo_row_number(row, k). */
struct tifo_seat {
    uint32_t block, row; /* Indices: of the venue's blocks, of the block's rows. */
    uint32_t k;          /* From 0. */
};
/* By seat index, as the API's seats are numbered; false: the venue has no such seat. */
bool tifo_seat_place(const Tifo__V1__Venue *venue, uint32_t seat, struct tifo_seat *out);
/* By the block's id or name, the row's label and the number on the seat; false: there is none. */
bool tifo_seat_find(const Tifo__V1__Venue *venue, const char *block, const char *row,
                    uint32_t number, uint32_t *seat);

struct tifo_spot {
    double x_m, y_m;
};
/* The number on seat k (from 0) of a row; and back, false: no seat has that number. */
uint32_t tifo_row_number(const Tifo__V1__Row *row, uint32_t k);
bool tifo_row_find(const Tifo__V1__Row *row, uint32_t number, uint32_t *k);
/* Where seat k (from 0) of a row is. */
struct tifo_spot tifo_row_seat(const Tifo__V1__Row *row, uint32_t k);
double tifo_path_length_m(const Tifo__V1__Path *path);
/* The middle of a line by length: of an opening, a gate, a counter. */
struct tifo_spot tifo_path_middle(const Tifo__V1__Path *path);

/* ---- Guidance ---------------------------------------------------------------------- */

/* The same number for the same person on every machine and for ever: % 1000 decides which share of
 * a Split a person follows. MurmurHash3's 32-bit finaliser (Appleby) over person + 0x9e3779b9. */
uint32_t tifo_person_hash(uint32_t person);

/* ---- Reaching tifod ---------------------------------------------------------------- */

/* Which tifod, and how: what --server, --tls-ca, --tls-cert and --tls-key of every program say. */
struct tifo_server {
    const char *address; /* host:port */
    /* PEM files: the CAs that the server's certificate may come from, and one's own certificate and
     * key for a server that asks for them. All NULL: plaintext. */
    const char *tls_ca, *tls_cert, *tls_key;
};

struct rpc_channel;
/* A channel, whether anybody is there or not; closed with rpc_channel_destroy(). NULL: `why` (>=
 * 256) says what is wrong with the files. */
struct rpc_channel *tifo_channel(const struct tifo_server *server, char *why, size_t why_size);
/* A channel on which a tifod has answered (grpc.health.v1) within `timeout_ms`. Otherwise NULL, and
 * `why` (>= 256) says what to do. Calls are made with rpc_unary() and rpc_watch_start() of
 * api/rpc/channel.h. */
struct rpc_channel *tifo_connect(const struct tifo_server *server, int64_t timeout_ms, char *why,
                                 size_t why_size);

#endif
