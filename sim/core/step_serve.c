/* Serve: counters let go who is done, call who has waited longest, and the queue moves up.
 * Everybody stands in a slot; whoever leaves one makes room for the earliest of those just behind.
 */
#include "sim/core/state.h"

#include "sim/core/memory.h"

#define CALL_M     6.0  /* one hears one's turn from no farther than this beyond the last slot */
#define WAITING_M2 0.35 /* with all slots taken, one waits beyond them, each on so much floor */
#define JOIN_M     1.5  /* one joins this far behind the slot to be taken */

/* Leaves the line or the counter; the way is to be chosen. */
static void go_on(struct crowd *c, uint32_t i)
{
    struct people *p = &c->people;
    p->mode[i] = PERSON_WALKING;
    p->slot[i] = p->door[i] = p->field[i] = p->way[i] = NONE;
    p->vx[i] = p->vy[i] = p->stuck_s[i] = 0;
    p->goal[i] = (struct goal){ p->seat_row[i] != NONE ? GOAL_SEAT : GOAL_STAND, 0 };
}

/* Somebody of the slots just behind a free one moves up, then somebody behind them, to the queue's
 * end. */
static void move_up(struct crowd *c, uint32_t facility, uint32_t hole)
{
    const struct facility *f = &c->ground->facilities[facility];
    struct counter *counter = &c->counters[facility];
    for (;;) {
        const struct slot *slot = &f->slots[hole];
        uint32_t from = NONE, rank = NONE;
        for (uint32_t k = 0; k < slot->behind_count; k++) {
            uint32_t behind = f->slots_behind[slot->first_behind + k];
            uint32_t other = counter->in_slot[behind];
            if (other == NONE || c->people.turn[other] >= rank)
                continue;
            rank = c->people.turn[other];
            from = behind;
        }
        if (from == NONE)
            break;
        counter->in_slot[hole] = counter->in_slot[from];
        c->people.slot[counter->in_slot[hole]] = hole;
        counter->in_slot[from] = NONE;
        hole = from;
    }
}

static void leave_line(struct crowd *c, uint32_t facility, uint32_t i)
{
    struct counter *counter = &c->counters[facility];
    uint32_t slot = c->people.slot[i], kept = 0;
    for (uint32_t place = 0; place < counter->line_count; place++)
        if (counter->line[place] != i)
            counter->line[kept++] = counter->line[place];
    counter->line_count = kept;
    if (slot == NONE)
        return;
    counter->in_slot[slot] = NONE;
    move_up(c, facility, slot);
}

void serve_quit(struct crowd *c, uint32_t i)
{
    uint32_t facility = c->people.goal[i].index;
    if (c->people.mode[i] == PERSON_SERVED)
        c->counters[facility].servers[c->people.slot[i]].person = NONE;
    else
        leave_line(c, facility, i);
    go_on(c, i);
}

static uint32_t best_free_slot(const struct crowd *c, uint32_t facility)
{
    for (uint32_t s = 0; s < c->ground->facilities[facility].slot_count; s++)
        if (c->counters[facility].in_slot[s] == NONE)
            return s;
    return NONE;
}

/* The best free slot that one sees from here, and that is not farther from the counter than
 * oneself. */
static uint32_t slot_in_reach(const struct crowd *c, uint32_t facility, struct point at,
                              double counter_m)
{
    const struct facility *f = &c->ground->facilities[facility];
    const struct walls *walls = &c->ground->areas[f->area].walls;
    for (uint32_t s = 0; s < f->slot_count; s++) {
        struct point slot = f->slots[s].at;
        if (c->counters[facility].in_slot[s] != NONE)
            continue;
        if (counter_m > segment_distance(f->front, slot) + JOIN_M &&
            point_distance(at, slot) > JOIN_M)
            return NONE; /* the queue is shorter than that: come nearer */
        if (!walls_between(walls, at, slot))
            return s;
    }
    return NONE;
}

/* So near to the counter one joins. Those without a slot stand around the others. */
static double join_reach_m(const struct crowd *c, uint32_t facility)
{
    const struct facility *f = &c->ground->facilities[facility];
    uint32_t waiting = c->counters[facility].line_count;
    double beyond = waiting > f->slot_count ? waiting - f->slot_count : 0;
    return sqrt(f->depth_m * f->depth_m + beyond * WAITING_M2) + JOIN_M;
}

void serve_join(struct crowd *c, uint32_t i)
{
    struct people *p = &c->people;
    uint32_t facility = p->goal[i].index;
    const struct facility *f = &c->ground->facilities[facility];
    struct counter *counter = &c->counters[facility];
    struct point at = person_at(c, i);
    double counter_m = ground_distance(c->ground, f->field, at);
    if (counter_m > join_reach_m(c, facility))
        return;
    bool full = best_free_slot(c, facility) == NONE;
    uint32_t slot = full ? NONE : slot_in_reach(c, facility, at, counter_m);
    if (slot == NONE && !full)
        return;
    if (counter->line_count == counter->line_capacity) {
        counter->line_capacity = counter->line_capacity ? 2 * counter->line_capacity : 32;
        counter->line =
            memory_resized(counter->line, counter->line_capacity, sizeof *counter->line);
    }
    counter->line[counter->line_count++] = i;
    if (slot != NONE)
        counter->in_slot[slot] = i;
    p->slot[i] = slot;
    p->turn[i] = counter->joined++;
    p->mode[i] = PERSON_QUEUED;
    crowd_tell(c, (struct crowd_event){ EVENT_JOINED_QUEUE, i, p->place[i], facility, false });
}

/* As its distribution says, or right-skewed about the mean m: m (0.5 + 2 u v), from m / 2 to 2.5 m;
 * standard deviation 0.44 m. */
static uint32_t service_steps(const struct crowd *c, uint32_t facility, uint32_t count)
{
    const struct facility *f = &c->ground->facilities[facility];
    double u = dice_uniform(dice_bits(c->seed, facility, DICE_SERVICE, 2 * count));
    double v = dice_uniform(dice_bits(c->seed, facility, DICE_SERVICE, 2 * count + 1));
    double seconds = f->service_mean_s * (0.5 + 2 * u * v);
    if (f->has_service)
        seconds = fmax(0.1, distribution_draw(&f->service, dice_bits(c->seed, facility,
                                                                     DICE_SERVICE, 2 * count)));
    return (uint32_t)(seconds / c->step_s + 0.5);
}

/* The first in line who is near; almost always the first. */
static uint32_t next_in_line(const struct crowd *c, uint32_t facility)
{
    const struct facility *f = &c->ground->facilities[facility];
    const struct counter *counter = &c->counters[facility];
    for (uint32_t place = 0; place < counter->line_count; place++) {
        uint32_t i = counter->line[place];
        if (c->people.place[i] == f->area &&
            segment_distance(f->front, person_at(c, i)) <= CALL_M + f->depth_m)
            return i;
    }
    return NONE;
}

static struct point service_point(const struct facility *f, uint32_t server)
{
    struct point along = point_between(f->front.a, f->front.b, (server + 0.5) / f->servers);
    return point_add(along, point_scaled(f->into, 0.3));
}

/* Who is called goes to the counter past the others, though not through walls. */
static void step_up(struct crowd *c, uint32_t i, const struct facility *f, uint32_t server)
{
    struct people *p = &c->people;
    struct point at = person_at(c, i), way = point_sub(service_point(f, server), at);
    double distance = point_length(way), step = fmin(distance, 1.0 * c->step_s);
    p->speed_mps[i] = (float)(step / c->step_s);
    if (distance < 0.01)
        return;
    uint32_t crossed;
    struct point to =
        walls_move(&c->ground->areas[f->area].walls, at,
                   point_add(at, point_scaled(way, step / distance)), NO_DOOR, &crossed);
    if (crossed != NO_DOOR)
        return;
    p->x[i] = to.x;
    p->y[i] = to.y;
}

static bool is_working(const struct crowd *c, uint32_t facility)
{
    const struct facility *f = &c->ground->facilities[facility];
    return !f->turnstiles || c->gates[f->gate].open;
}

/* Through this gate and no other. */
static void admit(struct crowd *c, uint32_t i, uint32_t gate)
{
    c->people.door[i] = gate;
    c->people.field[i] = c->ground->doors[gate].field[1];
}

static void serve(struct crowd *c, uint32_t facility, uint32_t server)
{
    struct counter *counter = &c->counters[facility];
    struct server *s = &counter->servers[server];
    if (s->person != NONE && c->step >= s->until) {
        uint32_t done = s->person;
        s->person = NONE;
        go_on(c, done);
        if (c->ground->facilities[facility].turnstiles)
            admit(c, done, c->ground->facilities[facility].gate);
        c->served_by[facility]++;
        crowd_tell(
            c, (struct crowd_event){ EVENT_SERVED, done, c->people.place[done], facility, false });
    }
    if (s->person == NONE && is_working(c, facility) &&
        (s->person = next_in_line(c, facility)) != NONE) {
        leave_line(c, facility, s->person);
        s->until = c->step + service_steps(c, facility, counter->started++);
        c->people.mode[s->person] = PERSON_SERVED;
        c->people.slot[s->person] = server;
        crowd_tell(c, (struct crowd_event){ EVENT_CALLED, s->person, c->people.place[s->person],
                                            facility, false });
    }
    if (s->person != NONE)
        step_up(c, s->person, &c->ground->facilities[facility], server);
}

/* The longest waiting without a slot takes one that has come free at the end. */
static void fill_tail(struct crowd *c, uint32_t facility)
{
    struct counter *counter = &c->counters[facility];
    for (uint32_t place = 0; place < counter->line_count; place++) {
        uint32_t i = counter->line[place];
        if (c->people.slot[i] != NONE)
            continue;
        uint32_t slot = best_free_slot(c, facility);
        if (slot == NONE)
            return;
        counter->in_slot[slot] = i;
        c->people.slot[i] = slot;
    }
}

void step_serve(struct crowd *c)
{
    for (uint32_t facility = 0; facility < c->ground->facility_count; facility++) {
        for (uint32_t server = 0; server < c->ground->facilities[facility].servers; server++)
            serve(c, facility, server);
        fill_tail(c, facility);
    }
}
