/* A reference to measure the engine against: the social force of Helbing and Molnar (1995) in one
 * plain loop over neighbours, sorted into cells at each step. One thread, scalar code; no walls, no
 * ways to find, random goals in a box that nobody leaves.
 *
 *   force_bench PEOPLE DENSITY RADIUS_M SECONDS      prints person-steps a second of CPU */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STEP_S 0.05f
#define TAU_S  0.5f
#define FREE   1.34f

struct columns {
    float *x, *y, *vx, *vy, *goal_x, *goal_y;
};

static uint32_t people, side; /* cells along the box */
static float box_m, reach_m;
static struct columns now, sorted;
static uint32_t *cell, *first;

static float *column(void)
{
    return calloc(people, sizeof(float));
}

static struct columns columns(void)
{
    return (struct columns){ column(), column(), column(), column(), column(), column() };
}

static float draw(void)
{
    static uint64_t state = 1;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (float)(state >> 40) * 0x1p-24f;
}

static void sort(void)
{
    memset(first, 0, (side * side + 1) * sizeof *first);
    for (uint32_t i = 0; i < people; i++) {
        cell[i] = (uint32_t)(now.y[i] / reach_m) * side + (uint32_t)(now.x[i] / reach_m);
        first[cell[i] + 1]++;
    }
    for (uint32_t c = 0; c < side * side; c++)
        first[c + 1] += first[c];
    for (uint32_t i = people; i-- > 0;) {
        uint32_t k = --first[cell[i] + 1];
        sorted.x[k] = now.x[i];
        sorted.y[k] = now.y[i];
        sorted.vx[k] = now.vx[i];
        sorted.vy[k] = now.vy[i];
        sorted.goal_x[k] = now.goal_x[i];
        sorted.goal_y[k] = now.goal_y[i];
    }
    memmove(first, first + 1, side * side * sizeof *first);
    first[side * side] = people;
    struct columns swap = now;
    now = sorted;
    sorted = swap;
}

static void repel(uint32_t i, uint32_t from, uint32_t end, float *fx, float *fy)
{
    float x = now.x[i], y = now.y[i], sum_x = 0, sum_y = 0;
    for (uint32_t j = from; j < end; j++) {
        float dx = x - now.x[j], dy = y - now.y[j], d2 = dx * dx + dy * dy;
        float d = sqrtf(d2 + 1e-6f);
        /* exp() by its first terms' reciprocal, as fast loops do. */
        float u = (d - 0.4f) * (1 / 0.3f), e = 1 / (1 + u * (1 + u * (0.5f + u * 0.1667f)));
        float f = d2 < reach_m * reach_m && j != i ? 5 * e / d : 0;
        sum_x += f * dx;
        sum_y += f * dy;
    }
    *fx += sum_x;
    *fy += sum_y;
}

static void step(void)
{
    sort();
    for (uint32_t i = 0; i < people; i++) {
        uint32_t column = (uint32_t)(now.x[i] / reach_m), row = (uint32_t)(now.y[i] / reach_m);
        float to_x = now.goal_x[i] - now.x[i], to_y = now.goal_y[i] - now.y[i];
        float per = FREE / sqrtf(to_x * to_x + to_y * to_y + 1e-6f);
        float fx = (to_x * per - now.vx[i]) / TAU_S, fy = (to_y * per - now.vy[i]) / TAU_S;
        for (uint32_t r = row ? row - 1 : 0; r <= row + 1 && r < side; r++) {
            uint32_t last = column + 1 < side ? column + 1 : column;
            repel(i, first[r * side + (column ? column - 1 : 0)], first[r * side + last + 1], &fx,
                  &fy);
        }
        sorted.vx[i] = now.vx[i] + fx * STEP_S;
        sorted.vy[i] = now.vy[i] + fy * STEP_S;
    }
    for (uint32_t i = 0; i < people; i++) {
        float speed = sqrtf(sorted.vx[i] * sorted.vx[i] + sorted.vy[i] * sorted.vy[i]);
        float share = speed > 2 ? 2 / speed : 1;
        now.vx[i] = sorted.vx[i] * share;
        now.vy[i] = sorted.vy[i] * share;
        now.x[i] = fminf(fmaxf(now.x[i] + now.vx[i] * STEP_S, 0), box_m * 0.9999f);
        now.y[i] = fminf(fmaxf(now.y[i] + now.vy[i] * STEP_S, 0), box_m * 0.9999f);
    }
}

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    people = (uint32_t)strtoul(argv[1], NULL, 10);
    box_m = sqrtf((float)people / strtof(argv[2], NULL));
    reach_m = strtof(argv[3], NULL);
    side = (uint32_t)(box_m / reach_m) + 1;
    now = columns();
    sorted = columns();
    cell = calloc(people, sizeof *cell);
    first = calloc(side * side + 1, sizeof *first);
    for (uint32_t i = 0; i < people; i++) {
        now.x[i] = draw() * box_m;
        now.y[i] = draw() * box_m;
        now.goal_x[i] = draw() * box_m;
        now.goal_y[i] = draw() * box_m;
    }
    for (int warm = 0; warm < 20; warm++)
        step();
    double from = cpu_s(), until = from + strtod(argv[4], NULL), at;
    uint64_t steps = 0;
    do {
        step();
        steps++;
    } while ((at = cpu_s()) < until);
    printf("person_steps_s %.0f\n", (double)(steps * people) / (at - from));
    return 0;
}
