/* Sense: lists who is active and sorts them into a grid (counting sort by cell, ids ascending
 * within). Each thread has a run of the ids: it counts its people by cell, and when all know where
 * theirs go, it fills them in. The outcome is the same for any number of runs. */
#include "sim/core/memory.h"
#include "sim/core/state.h"

#include <stdlib.h>
#include <string.h>

/* Fewer people are one run. */
#define WORTH_RUNS 1024

static uint32_t cell_count(const struct grid *g)
{
    return g->columns * g->rows;
}

void sort_init(struct grid *g, uint32_t threads)
{
    size_t column = memory_column(cell_count(g), sizeof(uint32_t));
    g->run_count = threads < SORT_RUNS_MAX ? threads : SORT_RUNS_MAX;
    g->first = memory_zeroed((size_t)cell_count(g) + 2, sizeof *g->first);
    g->run_columns = memory_columns(g->run_count * column);
    for (uint32_t r = 0; r < g->run_count; r++)
        g->runs[r].next = (uint32_t *)((char *)g->run_columns + r * column);
}

void sort_fini(struct grid *g)
{
    free(g->first);
    free(g->run_columns);
}

static uint32_t cell_of(const struct grid *g, struct point at)
{
    uint32_t column = (uint32_t)((at.x - g->low.x) / GRID_CELL_M);
    uint32_t row = (uint32_t)((at.y - g->low.y) / GRID_CELL_M);
    return row * g->columns + column;
}

/* Lists from the run's first id's place on, and counts. */
static void list_run(struct crowd *c, struct sort_run *run)
{
    struct grid *g = &c->grid;
    uint32_t active = run->from, in_row = run->from;
    memset(run->next, 0, cell_count(g) * sizeof *run->next);
    for (uint32_t i = run->from; i < run->end; i++) {
        uint8_t mode = c->people.mode[i];
        if (mode == PERSON_WALKING || mode == PERSON_QUEUED) {
            uint32_t cell = cell_of(g, person_at(c, i));
            run->next[cell]++;
            g->cell[active] = cell;
            g->active[active++] = i;
        } else if (mode == PERSON_IN_ROW || (mode == PERSON_SEATED && c->people.rising[i])) {
            g->in_row[in_row++] = i;
        }
    }
    run->active_count = active - run->from;
    run->in_row_count = in_row - run->from;
}

static void list_runs(void *ctx, uint32_t from, uint32_t to)
{
    struct crowd *c = ctx;
    for (uint32_t r = from; r < to; r++)
        list_run(c, &c->grid.runs[r]);
}

/* The cells are shared out as well, to as many as there are runs. */
static uint32_t cells_before(const struct grid *g, uint32_t share)
{
    return (uint32_t)((uint64_t)cell_count(g) * share / g->runs_now);
}

static void sum_cells(void *ctx, uint32_t from, uint32_t to)
{
    struct grid *g = &((struct crowd *)ctx)->grid;
    for (uint32_t share = from; share < to; share++) {
        uint32_t sum = 0, end = cells_before(g, share + 1);
        for (uint32_t r = 0; r < g->runs_now; r++)
            for (uint32_t cell = cells_before(g, share); cell < end; cell++)
                sum += g->runs[r].next[cell];
        g->runs[share].sum = sum;
    }
}

/* Where each cell starts, and in it each run's people. */
static void place_cells(void *ctx, uint32_t from, uint32_t to)
{
    struct grid *g = &((struct crowd *)ctx)->grid;
    uint32_t end = cells_before(g, to), place = 0;
    for (uint32_t share = 0; share < from; share++)
        place += g->runs[share].sum;
    for (uint32_t cell = cells_before(g, from); cell < end; cell++) {
        g->first[cell] = place;
        for (uint32_t r = 0; r < g->runs_now; r++) {
            uint32_t count = g->runs[r].next[cell];
            g->runs[r].next[cell] = place;
            place += count;
        }
    }
}

static void fill_runs(void *ctx, uint32_t from, uint32_t to)
{
    struct grid *g = &((struct crowd *)ctx)->grid;
    for (uint32_t r = from; r < to; r++) {
        uint32_t *next = g->runs[r].next;
        uint32_t begin = g->runs[r].from, end = begin + g->runs[r].active_count;
        for (uint32_t k = begin; k < end; k++)
            g->sorted[next[g->cell[k]]++] = g->active[k];
    }
}

/* Closes the gaps between what the runs have listed. */
static void join_runs(struct grid *g)
{
    g->active_count = g->in_row_count = 0;
    for (uint32_t r = 0; r < g->runs_now; r++) {
        const struct sort_run *run = &g->runs[r];
        memmove(g->active + g->active_count, g->active + run->from,
                run->active_count * sizeof *g->active);
        memmove(g->in_row + g->in_row_count, g->in_row + run->from,
                run->in_row_count * sizeof *g->in_row);
        g->active_count += run->active_count;
        g->in_row_count += run->in_row_count;
    }
}

void step_sort(struct crowd *c)
{
    struct grid *g = &c->grid;
    uint32_t people = c->people.count;
    g->runs_now = people < WORTH_RUNS ? 1 : g->run_count;
    for (uint32_t r = 0; r < g->runs_now; r++) {
        g->runs[r].from = (uint32_t)((uint64_t)people * r / g->runs_now);
        g->runs[r].end = (uint32_t)((uint64_t)people * (r + 1) / g->runs_now);
    }
    workers_each(c->workers, list_runs, c, g->runs_now);
    if (g->runs_now > 1)
        workers_each(c->workers, sum_cells, c, g->runs_now);
    workers_each(c->workers, place_cells, c, g->runs_now);
    workers_each(c->workers, fill_runs, c, g->runs_now);
    join_runs(g);
    g->first[cell_count(g)] = g->first[cell_count(g) + 1] = g->active_count;
}
