/*
 * A scenario of another simulator in our terms: free floor with polygons to come from, to go to and
 * to wait in. Read from
 *
 *   - a Vadere `.scenario` (JSON: topography, sources, targets; Zoennchen, Kleinmeier, Koester
 * 2020),
 *   - a scenario of the JuPedSim web project: a ZIP or a folder of config.json + geometry.wkt, one
 * of the two beside the other, or a JSON file with "walkable_area_wkt" in it.
 *
 * What cannot be honoured is not an error: it becomes a note, "what: what happens instead". Metres
 * and seconds everywhere. All memory is the struct's.
 */
#ifndef SIM_FOREIGN_FOREIGN_H
#define SIM_FOREIGN_FOREIGN_H

#include "sim/core/ground.h"
#include "sim/foreign/draw.h"

#include <stddef.h>

enum { FOREIGN_PEOPLE_MOST = 200000, FOREIGN_NAME = 96 };

/* An area of the floor: the ring around it and what stands in it. Holes may overlap each other and
 * the outline. */
struct foreign_area {
    struct path outline;
    struct path *holes;
    size_t hole_count;
};

/* Where people go. */
struct foreign_spot {
    char name[FOREIGN_NAME];
    struct path *rings;
    size_t ring_count;
    double reach_m;
    bool absorbs;       /* Who is done here has left. */
    bool is_exit;       /* One of those among which the nearest is taken. */
    bool spreads;       /* Who waits here goes to a place of their own in it. */
    struct draw wait;   /* How long one stays; DRAW_NONE: not at all. */
    uint32_t parallel;  /* Wait at once at most, the others before them; 0: any number. */
    double interval_s;  /* From one who is let go to the next at least. */
    double leaving_mps; /* Free speed from here on; negative: as before. */
};

/* A way through spots: `count` numbers in struct foreign's stops. */
struct foreign_route {
    size_t first, count;
};

/* One of the ways that people of a source may take. */
struct foreign_choice {
    double weight;
    bool is_graph; /* Drawn edge by edge of the graph, from `from`; otherwise `route`. */
    size_t route, graph, from;
    bool then_nearest; /* After the route: to the nearest exit. */
};

/* Of a graph of stages: from a node (spots, then sources) to a spot. */
struct foreign_edge {
    size_t graph, from, to;
    double weight;
};

/* People who come at once: `count` at `at_s`. */
struct foreign_batch {
    double at_s;
    uint32_t count;
};

struct foreign_source {
    char name[FOREIGN_NAME];
    struct path ring;
    struct foreign_batch *batches; /* In order of time. */
    size_t batch_count;
    bool lattice; /* Places lie on a lattice; otherwise at random. */
    struct draw speed_mps, radius_m;
    struct draw delay_s; /* Stand still at first. */
    struct foreign_choice *choices;
    size_t choice_count; /* 0: stand still for ever. */
};

/* Somebody who stands there at the start. */
struct foreign_person {
    struct point at;
    double speed_mps, radius_m;
    size_t route;
};

/* Where people walk slower or faster. */
struct foreign_zone {
    char name[FOREIGN_NAME];
    struct path ring;
    double factor;   /* Of the free speed. */
    bool absorbs;    /* Whoever stands in it has left. */
    bool is_stairs;  /* Walked at struct walking's stair speeds instead ... */
    struct point up; /* ... up in this direction (unit), down against it. */
};

enum change_kind { CHANGE_LIST, CHANGE_ELEMENT, CHANGE_SUBLIST };

/* Who comes here for the first time may go elsewhere from now on. */
struct foreign_changer {
    char name[FOREIGN_NAME];
    struct path ring;
    double reach_m;
    enum change_kind kind;
    size_t route;    /* Its stops are what is chosen from. */
    double *chances; /* LIST: one, to take them all. ELEMENT, SUBLIST: by stop. */
    size_t chance_count;
};

/* Where people, density and speed are measured. */
struct foreign_measure {
    char name[FOREIGN_NAME];
    struct path ring;
};

struct foreign {
    char format[40]; /* "Vadere 2.4" */
    char title[FOREIGN_NAME];
    double duration_s;
    uint64_t seed;
    struct foreign_area *areas;
    size_t area_count;
    struct foreign_spot *spots;
    size_t spot_count;
    struct foreign_source *sources;
    size_t source_count;
    struct foreign_person *people;
    size_t people_count;
    struct foreign_zone *zones;
    size_t zone_count;
    struct foreign_changer *changers;
    size_t changer_count;
    struct foreign_measure *measures;
    size_t measure_count;
    struct foreign_edge *edges;
    size_t edge_count;
    struct foreign_route *routes;
    size_t route_count;
    size_t *stops;
    size_t stop_count;
    char **notes;
    size_t note_count;
};

/* Does the file's name or its beginning say that it is one of these? */
bool foreign_is(const char *path);

/* Reads it. False: `why` (size >= 400) says what is wrong, with line and column of bad JSON or WKT,
 * or the path of the value in the JSON. `out` is the caller's to fini on true only. */
bool foreign_read(const char *path, struct foreign *out, char *why, size_t why_size);
void foreign_fini(struct foreign *foreign);

/* The formats, from memory; for foreign_read() and for fuzzing. `name` is said in refusals. */
struct foreign_text {
    const char *name;
    const char *data;
    size_t size;
};
bool foreign_read_vadere(struct foreign_text text, struct foreign *out, char *why, size_t why_size);
/* `wkt.data` NULL: it is in the JSON. */
bool foreign_read_jupedsim(struct foreign_text config, struct foreign_text wkt, struct foreign *out,
                           char *why, size_t why_size);
bool foreign_read_zip(struct foreign_text zip, struct foreign *out, char *why, size_t why_size);

/* Room for one more at the end of an array; zeroed. For the readers. */
void *foreign_add(void *array, size_t *count, size_t size);
/* A note. The same words are kept once. */
void foreign_note(struct foreign *foreign, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
size_t foreign_route(struct foreign *foreign, const size_t *stops, size_t count);
/* The number of people that all sources will make, and who stand there. */
size_t foreign_people(const struct foreign *foreign);

/* The ground that it makes: area = area, spot = spot, each in the area that holds most of it. NULL:
 * `error` says why. */
struct ground *foreign_ground(const struct foreign *foreign, struct ground_error *error);
/* The area that the point is on the floor of. */
bool foreign_area_at(const struct ground *ground, size_t areas, struct point at, uint32_t *area);

#endif
