/* Inside of the engine: the crowd's state and its phases. Only sim/core includes this. */
#ifndef SIM_CORE_STATE_H
#define SIM_CORE_STATE_H

#include "sim/core/crowd.h"
#include "sim/core/dice.h"
#include "sim/core/limits.h"
#include "sim/core/parts.h"
#include "sim/core/turns.h"
#include "sim/core/workers.h"

#include <string.h>

/* One column a fact about people, indexed by person id. What a phase writes stands beside it. */
struct people {
    uint32_t count;
    uint32_t capacity;
    double *x, *y;   /* move, rows */
    float *vx, *vy;  /* move: velocity of the last step */
    float *ex, *ey;  /* route: unit vector of the way wanted; zero: stand */
    float *want_mps; /* route */
    float *free_mps; /* level, nobody in the way */
    float *radius;
    uint32_t *next_mate; /* of a group: a ring; oneself: alone */
    /* Of who chooses a gate for themselves (exits.c). */
    float *taste_s, *follow_s, *familiar_weight;
    uint32_t *familiar;   /* gate; NONE: none */
    uint32_t *found_shut; /* gate seen shut last; NONE: none */
    uint8_t *chooses;
    double *start_s; /* does not set off before */
    float *stuck_s;  /* steer: face to face with somebody for so long */
    float *rank;     /* steer: the higher takes, the lower gives way; of those who are stuck */
    float *aside;    /* steer: 1 when somebody comes towards one, fading out after that */
    float *look_x, *look_y; /* steer: direction chosen, in the frame of the way wanted */
    float *wait_s;   /* rows: at the row's end; route: beyond the gate */
    double *row_m;   /* along the row's line, beyond its ends on the lead */
    float *speed_mps;
    double *stand_x, *stand_y; /* of GOAL_POINT */
    double *slower;            /* share of the free speed that is missing now */
    struct goal *goal;
    uint32_t *seat_row, *seat;
    uint32_t *way;   /* of the own row, to leave or to reach the seat by; NONE: to be chosen */
    uint32_t *door;  /* to go through next; NONE: the goal is in this area */
    uint32_t *field; /* followed; NONE: lost, to be chosen */
    uint32_t *sign;  /* place to go on to from here; NONE: none, or it was followed */
    uint32_t *slot;  /* queued: where in the queue; NONE: at its end. Served: the server */
    uint32_t *turn;  /* queued: number of joining */
    uint16_t *place;
    uint16_t *before;     /* the place one came from */
    uint8_t *signed_here; /* the way in this place was told by a sign */
    uint8_t *detours;     /* turned aside for a jam: does not go back there */
    uint8_t *mode;
    uint8_t *rising; /* has just been told to leave the seat */
    uint8_t *told;   /* that the goal's gate is shut */
    void *columns;   /* all of these; see memory.h */
};

/* Being stuck is counted up to this long. */
#define STUCK_MAX_S 10.0f

/* People as neighbours see them, sorted by cell of the grid, ids ascending within; columns of
 * floats, with LANES_BEYOND more beyond the end. Places are metres from the grid's corner. */
struct bodies {
    float *x, *y, *vx, *vy, *ex, *ey, *want_mps, *radius, *squeeze, *rank, *stuck_s;
    float *area;
    float *sill; /* door nearby; people of two areas see each other across it. None: not a number */
    float *stands, *queued; /* 0 or 1 */
    void *columns;          /* all of these and struct grid's step_x and step_y; see memory.h */
};

/* A cell; two cells each way are seen: 1.7 m at least, more than headway x 1.34 m/s and two bodies;
 * one cell each way where it is crowded. */
#define GRID_CELL_M 0.85
enum { LANES_BEYOND = 16 };

enum mark {
    MARK_BY_EDGE = 1, /* a wall or door is within a step's reach */
    MARK_FACED = 2,   /* somebody who wants another way is in the way */
    MARK_PRESSED = 4, /* somebody is in the way at a door */
    MARK_CROSSES = 8, /* the step leads through a door */
    MARK_TURN = 16,   /* route: not to be done beside the others */
    MARK_MOVES = 32,  /* look: walks or queues; was not called to a counter */
    MARK_LOOKS = 64,  /* route: looks around in this step; who does not, goes on as before */
};

/* What step_count() finds in one part of the people. */
struct part_count {
    uint64_t hash;
    uint32_t in_mode[PERSON_AWAY + 1];
};

/* Of whom jams_look() counts: how many metres before which side of a door. */
struct ahead {
    uint32_t jam; /* in crowd.jams; NONE: before none */
    uint32_t metre;
};

/* One thread's people when they are sorted into cells. */
enum { SORT_RUNS_MAX = 8 };
struct sort_run {
    uint32_t *next;     /* by cell: how many; then where the next of them goes */
    uint32_t from, end; /* ids */
    uint32_t active_count, in_row_count;
    uint32_t sum; /* people in this share of the cells */
};

struct grid {
    struct point low;
    uint32_t columns, rows;
    uint32_t *first;           /* by cell, and one more */
    uint32_t *cell;            /* by active person, before sorting */
    struct part_count *counts; /* by part of the people */
    struct ahead *ahead;       /* jams: by active person */
    uint32_t *sorted;          /* ids of active people, by cell */
    struct bodies bodies;
    uint32_t *by_edges; /* look, by sorted person: cell of the area's walls; NO_CELL: none near */
    uint32_t *active;   /* ids of walking and queued people, ascending */
    uint32_t active_count;
    float *step_x, *step_y; /* steer, by sorted person: displacement wanted in this step, m */
    uint8_t *marks;         /* by sorted person: enum mark, or-ed */
    uint32_t *in_row;       /* ids, ascending */
    uint32_t in_row_count;
    struct sort_run runs[SORT_RUNS_MAX];
    uint32_t run_count, runs_now; /* as many as threads; in this step */
    void *run_columns;            /* of the runs, see memory.h */
};

struct gate_state {
    bool open;
    bool freed; /* out as many as push through, whatever its rate */
};

struct server {
    uint32_t person; /* NONE: free */
    uint32_t until;  /* step at which it is done */
};

struct counter {
    struct server *servers;
    uint32_t *in_slot; /* by slot: person or NONE */
    uint32_t *line;    /* people queued, in order of joining */
    uint32_t line_count, line_capacity;
    uint32_t joined;  /* so many have joined: the number of the next */
    uint32_t started; /* services started: the dice's count */
};

/* What is compiled for several instruction sets. */
struct steer_set {
    workers_part *part; /* the model */
    void (*turn)(struct turns *turns);
};

/* The model's numbers, ready for use. */
struct steer {
    float stride_mps, stride_m, per_stride, per_headway, per_creep, creep_rest_m, gap_m;
    float per_wall_headway, anticipation_s, hurry_share;
    float step_s, half_per_step;
    float turn_share;   /* of a turn made in a step */
    uint64_t whim_key;  /* dice_key() */
    uint32_t whim;      /* number of the whim that people have now */
    uint32_t round;     /* of drawing ranks */
    uint32_t looks_each; /* one looks around each so many steps */
    struct steer_set set; /* for this machine */
};

struct crowd {
    const struct ground *ground;
    const struct walking *walking;
    struct workers *workers; /* NULL: one thread */
    uint64_t seed;
    double step_s;
    uint32_t step;
    struct steer steer;
    struct lanes_table *table; /* lanes.h */
    struct people people;
    bool grouped;  /* some people may belong together */
    bool choosers; /* some may choose their gates */
    struct grid grid;
    struct gate_state *gates; /* by door */
    const struct design *design;
    struct door_limit *limits; /* by door */
    struct jams *jams;   /* by door and side: jams.h; looked at anew whenever they are needed */
    double *smoke_per_m; /* by area: extinction */
    struct counter *counters; /* by facility */
    uint32_t *row_people;     /* by row: first person, then chained by next_in_row; NONE ends */
    uint32_t *next_in_row;    /* by person */
    uint32_t *arrived;        /* from the street or a row since people were sorted */
    uint32_t arrived_count, arrived_capacity;
    struct crowd_event *events;
    uint32_t event_count, event_capacity;
    uint32_t *in_place, *door_forward, *door_backward, *waiting_at, *queue_at, *served_by;
    uint32_t in_mode[PERSON_AWAY + 1]; /* recounted at each step, as a check on the rest */
    uint64_t hash;
};

/* The phases of a step, in this order. Each reads what those before it wrote. */
void step_sort(struct crowd *crowd);  /* who is active, where, near whom */
void step_rows(struct crowd *crowd);  /* people in rows move; leave the row, or sit down */
void step_serve(struct crowd *crowd); /* counters finish, call and move up */
void step_route(struct crowd *crowd); /* the way everybody wants */
void step_look(struct crowd *crowd);  /* how everybody looks to the others */
void step_go(
    struct crowd *crowd); /* the step wanted (steer), as far as walls and gates let it (move) */
void step_count(struct crowd *crowd); /* tallies, hash, conservation */

/* people.c: every column of struct people stands in one table. */
size_t people_row_size(void);         /* bytes of one person in all columns */
uint64_t people_columns_digest(void); /* of their sizes and order */
void people_fini(struct people *people);
/* All people, column by column, to and from bytes; returns where they end. */
char *people_write(const struct people *people, char *to);
const char *people_read(struct people *people, const char *from);
void crowd_grid_fini(struct grid *grid);
void sort_init(struct grid *grid, uint32_t threads);
void sort_fini(struct grid *grid);
void crowd_reserve(struct crowd *crowd, uint32_t people); /* new rows are zero */

void exits_choose(struct crowd *crowd); /* before everybody's way: who chooses looks again */
void groups_hold(struct crowd *crowd);  /* after it: who is ahead of their group waits */

/* pace.c: the speed that the person would walk at here, with nobody in the way. */
double pace_here(const struct crowd *crowd, uint32_t person);

/* step_steer.c, and what is compiled for three instruction sets. */
void steer_init(struct crowd *crowd);
void steer_begin(struct crowd *crowd); /* once a step, before c->steer.set.part is called */
/* Those that this machine can run, the fastest last. */
enum { STEER_SETS_MAX = 3 };
uint32_t steer_sets(struct steer_set sets[STEER_SETS_MAX]);
void steer_part_plain(void *ctx, uint32_t from, uint32_t to);
void steer_part_avx2(void *ctx, uint32_t from, uint32_t to);
void steer_part_avx512(void *ctx, uint32_t from, uint32_t to);
void steer_turn_plain(struct turns *turns);
void steer_turn_avx2(struct turns *turns);
void steer_turn_avx512(struct turns *turns);

/* Shared by the phases. */
void crowd_tell(struct crowd *crowd, struct crowd_event event);
uint32_t crowd_goal_number(const struct crowd *crowd,
                           uint32_t person); /* as in struct route; NONE */
/* crowd_set_goal() by the engine itself: who chooses goes on choosing. */
void crowd_head_for(struct crowd *crowd, uint32_t person, struct goal goal);
void crowd_change_place(struct crowd *crowd, uint32_t person, uint32_t door, uint32_t place);
/* Has a body of that radius (up to 0.3 m) room there? */
bool sense_has_room(const struct crowd *crowd, uint32_t area, struct point at, double radius_m);
void sense_look_at(struct crowd *crowd, uint32_t sorted); /* one person, as others will see them */
void sense_note_arrival(struct crowd *crowd, uint32_t person); /* between two sortings */
struct row_choice {
    double seconds;
    uint32_t way;
};
struct row_choice rows_way_out(const struct crowd *crowd, uint32_t person, uint32_t goal_number);
struct row_choice rows_way_in(const struct crowd *crowd, uint32_t person);
bool rows_enter(struct crowd *crowd,
                uint32_t person); /* from the aisle into the own row, if there is room */
void serve_join(struct crowd *crowd, uint32_t person);  /* when near enough to the goal's counter */
bool spots_reach(struct crowd *crowd, uint32_t person); /* stands on the goal: told, and stays */
void serve_quit(struct crowd *crowd, uint32_t person);  /* gives up place or counter */

/* The first at or after k that has the mark, or `end`: few have, so eight are looked at at once. */
static inline uint32_t marked_from(const struct grid *grid, uint32_t k, uint32_t end,
                                   enum mark mark)
{
    uint64_t eight, wanted = 0x0101010101010101u * (uint64_t)mark;
    for (; k < end; k++) {
        while (end - k > sizeof eight) {
            memcpy(&eight, grid->marks + k, sizeof eight);
            if (eight & wanted)
                break;
            k += sizeof eight;
        }
        if (grid->marks[k] & mark)
            break;
    }
    return k;
}

static inline struct point person_at(const struct crowd *crowd, uint32_t person)
{
    return (struct point){ crowd->people.x[person], crowd->people.y[person] };
}

#endif
