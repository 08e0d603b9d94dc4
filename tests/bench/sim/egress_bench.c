/* The engine in a dense egress: halls of 30 x 20 m with 1,300 people each, who leave by two gates;
 * walls, ways, and turnstiles at which others come in.
 *
 *   egress_bench PEOPLE THREADS SECONDS STEP_S
 *
 * Prints, after a second of the crowd's time to settle: ns of CPU a person and step, person-steps a
 * second of CPU and of the clock, times real time, people a m2 where they walk, the 99th percentile
 * of a step over its median (CPU), memory, allocations, and the hash. */
#include "sim/core/crowd.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { PER_HALL = 1300, COME_IN = 20, ACROSS = 8 };
#define WIDTH_M 30.0
#define DEPTH_M 20.0

static uint64_t allocations;
void *__real_memory_zeroed(size_t count, size_t size);
void *__real_memory_resized(void *old, size_t count, size_t size);
void *__wrap_memory_zeroed(size_t count, size_t size);
void *__wrap_memory_resized(void *old, size_t count, size_t size);
void *__real_memory_columns(size_t bytes);
void *__wrap_memory_columns(size_t bytes);

void *__wrap_memory_zeroed(size_t count, size_t size)
{
    allocations++;
    return __real_memory_zeroed(count, size);
}

void *__wrap_memory_resized(void *old, size_t count, size_t size)
{
    allocations++;
    return __real_memory_resized(old, count, size);
}

void *__wrap_memory_columns(size_t bytes)
{
    allocations++;
    return __real_memory_columns(bytes);
}

/* A rectangle's corners. */
static struct path room(struct point *corners, double x0, double y0, double x1, double y1)
{
    corners[0] = (struct point){ x0, y0 };
    corners[1] = (struct point){ x1, y0 };
    corners[2] = (struct point){ x1, y1 };
    corners[3] = (struct point){ x0, y1 };
    return (struct path){ corners, 4 };
}

static struct point hall_at(uint32_t hall)
{
    return (struct point){ hall % ACROSS * 45.0, hall / ACROSS * 22.0 };
}

/* Areas 2 h (hall) and 2 h + 1 (outside); doors 3 h, 3 h + 1 (out) and 3 h + 2 (in). */
static struct ground *make_ground(uint32_t halls)
{
    struct area_def *areas = calloc(2 * halls, sizeof *areas);
    struct door_def *doors = calloc(3 * halls, sizeof *doors);
    struct facility_def *facilities = calloc(halls, sizeof *facilities);
    struct point(*corners)[4] = calloc(2 * halls, sizeof *corners);
    static const double gates_m[3][2] = { { 1, 5 }, { 13, 15 }, { 8, 10 } };
    for (uint32_t h = 0; h < halls; h++) {
        struct point at = hall_at(h);
        double x1 = at.x + WIDTH_M, y1 = at.y + DEPTH_M;
        areas[2 * h].outline = room(corners[2 * h], at.x, at.y, x1, y1);
        areas[2 * h + 1].outline = room(corners[2 * h + 1], x1, at.y, x1 + 8, y1);
        areas[2 * h + 1].outside = true;
        for (int g = 0; g < 3; g++)
            doors[3 * h + g] = (struct door_def){ .place_a = 2 * h,
                                                  .place_b = 2 * h + 1,
                                                  .gate = true,
                                                  .ends = { { x1, at.y + gates_m[g][0] },
                                                            { x1, at.y + gates_m[g][1] } } };
        facilities[h] =
            (struct facility_def){ .area = 2 * h + 1,
                                   .front = { doors[3 * h + 2].ends[0], doors[3 * h + 2].ends[1] },
                                   .servers = 2,
                                   .service_mean_s = 5.45,
                                   .turnstiles = true,
                                   .gate = 3 * h + 2 };
    }
    struct ground_error error;
    struct ground *ground = ground_create(&(struct ground_def){ .areas = areas,
                                                                .area_count = 2 * halls,
                                                                .doors = doors,
                                                                .door_count = 3 * halls,
                                                                .facilities = facilities,
                                                                .facility_count = halls },
                                          &error);
    if (ground == NULL) {
        fprintf(stderr, "%s\n", error.text);
        exit(1);
    }
    free(areas);
    free(doors);
    free(facilities);
    free(corners);
    return ground;
}

static void fill(struct crowd *crowd, uint32_t hall, uint32_t people)
{
    struct point at = hall_at(hall);
    for (uint32_t k = 0; k < people; k++) {
        struct person_def def = { .seat_block = NO_SEAT, .area = 2 * hall };
        def.at = (struct point){ at.x + 0.4 + k / 29 * 0.65, at.y + 0.4 + k % 29 * 0.68 };
        uint32_t gate = 3 * hall + (k % 29 > 17); /* By the nearer gate. */
        crowd_set_goal(crowd, crowd_add(crowd, &def), (struct goal){ GOAL_GATE, gate });
    }
    for (uint32_t k = 0; k < COME_IN; k++) {
        struct person_def def = { .seat_block = NO_SEAT, .area = 2 * hall + 1 };
        def.at = (struct point){ at.x + WIDTH_M + 5 + k / 10 * 0.6, at.y + 6 + k % 10 * 0.6 };
        crowd_set_goal(crowd, crowd_add(crowd, &def), (struct goal){ GOAL_FACILITY, hall });
    }
}

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Mean over walkers of the people in their square of 2 x 2 m. */
static double density(const struct crowd *crowd)
{
    enum { SIDE = 1024 };
    static uint16_t squares[SIDE * SIDE];
    struct crowd_people p = crowd_people(crowd);
    double sum = 0, walkers = 0;
    for (uint32_t i = 0; i < SIDE * SIDE; i++)
        squares[i] = 0;
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < p.count; i++) {
            if (p.mode[i] != PERSON_WALKING)
                continue;
            uint32_t square = (uint32_t)(p.y[i] / 2) * SIDE + (uint32_t)(p.x[i] / 2);
            if (pass == 0)
                squares[square]++;
            sum += pass * squares[square] / 4.0;
            walkers += pass;
        }
    return sum / walkers;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static uint32_t walking(const struct crowd *crowd)
{
    struct crowd_tally t = crowd_tally(crowd);
    return t.walking + t.queued;
}

static void measure(struct crowd *crowd, double length_s)
{
    enum { STEPS_MAX = 100000 };
    static double each_s[STEPS_MAX];
    double step_s = crowd_step_s(crowd), person_steps = 0, dense = density(crowd);
    uint64_t before = allocations;
    double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID), clock = seconds(CLOCK_MONOTONIC), last = cpu;
    uint32_t steps = 0;
    for (; steps < STEPS_MAX && steps * step_s < length_s; steps++) {
        crowd_step(crowd);
        person_steps += walking(crowd);
        double now = seconds(CLOCK_PROCESS_CPUTIME_ID);
        each_s[steps] = (now - last) / walking(crowd);
        last = now;
    }
    cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    clock = seconds(CLOCK_MONOTONIC) - clock;
    qsort(each_s, steps, sizeof *each_s, by_size);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("ns %.1f\nperson_steps_s %.0f\nperson_steps_clock_s %.0f\nreal_time %.2f\n",
           cpu / person_steps * 1e9, person_steps / cpu, person_steps / clock,
           steps * step_s / clock);
    printf("density %.2f\np99 %.2f\nmemory_mb %.0f\nallocations %" PRIu64 "\nhash %016" PRIx64 "\n",
           dense, each_s[steps * 99 / 100] / each_s[steps / 2], (double)usage.ru_maxrss / 1024,
           allocations - before, crowd_hash(crowd));
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    uint32_t people = (uint32_t)strtoul(argv[1], NULL, 10);
    uint32_t halls = (people + PER_HALL - 1) / PER_HALL;
    struct ground *ground = make_ground(halls);
    struct crowd *crowd =
        crowd_create(ground, &(struct crowd_def){ .seed = 1,
                                                  .threads = (uint32_t)strtoul(argv[2], NULL, 10),
                                                  .step_s = strtod(argv[4], NULL) });
    for (uint32_t h = 0; h < halls; h++)
        fill(crowd, h, h + 1 < halls ? PER_HALL : people - h * PER_HALL);
    while (crowd_time_s(crowd) < 1)
        crowd_step(crowd);
    measure(crowd, strtod(argv[3], NULL));
    crowd_destroy(crowd);
    ground_destroy(ground);
    return 0;
}
