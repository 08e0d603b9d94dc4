#include "server/core/seat_choice.h"

#include "server/base/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define NO_COST    INT64_MAX
#define ALONE_COST ((int64_t)1 << 40) /* More than any sum of distances. */

/* ---- Rows */

static bool joined(const struct seat_plan *plan, const struct row_of_seats *row, uint32_t seat)
{
    return seat + 1 < row->first + row->count && !plan->aisle_after[seat];
}

/* What a row looks like to whoever asks: one byte a seat, 1 where it can be taken, and a zero on
 * both sides. */
struct look {
    uint8_t *open; /* open[1 + k] is the row's seat k. */
    const struct seat_plan *plan;
    const struct row_of_seats *row;
};

static void look_at(struct look *look, const struct seat_plan *plan, struct seat_view view,
                    const struct row_of_seats *row)
{
    look->plan = plan;
    look->row = row;
    look->open[0] = look->open[1 + row->count] = 0;
    for (uint32_t k = 0; k < row->count; k++)
        look->open[1 + k] = view.is_open(view.ctx, row->first + k);
}

static uint32_t longest_row(const struct seat_plan *plan)
{
    uint32_t longest = 0;
    for (uint32_t r = 0; r < plan->row_count; r++)
        longest = plan->rows[r].count > longest ? plan->rows[r].count : longest;
    return longest;
}

enum { OPEN = 1, WANTED = 2 }; /* WANTED: about to be taken. */

static void want(struct look *look, uint32_t k, uint32_t count, uint8_t mark)
{
    memset(look->open + 1 + k, mark, count);
}

/* Seat k has lost the last free seat at its side to those that are wanted. */
static bool is_stranded(const struct look *look, uint32_t k)
{
    const uint8_t *at = look->open + 1 + k;
    uint32_t seat = look->row->first + k;
    uint8_t left = k > 0 && joined(look->plan, look->row, seat - 1) ? at[-1] : 0;
    uint8_t right = joined(look->plan, look->row, seat) ? at[1] : 0;
    return *at == OPEN && (left == WANTED || right == WANTED) && left != OPEN && right != OPEN;
}

static bool makes_orphan(struct look *look, uint32_t k, uint32_t count)
{
    want(look, k, count, WANTED);
    bool makes = (k > 0 && is_stranded(look, k - 1)) ||
                 (k + count < look->row->count && is_stranded(look, k + count));
    want(look, k, count, OPEN);
    return makes;
}

/* ---- Side by side */

struct best {
    int64_t cost;
    uint32_t first;
};

static bool suits(const struct look *look, uint32_t k, uint32_t count, uint32_t accessible)
{
    uint32_t found = 0;
    for (uint32_t i = k; i < k + count; i++) {
        enum seat_use use = look->plan->use[look->row->first + i];
        if (use == SEAT_COMPANION && !accessible)
            return false;
        found += use == SEAT_ACCESSIBLE;
    }
    return found == accessible;
}

static bool side_by_side(const struct look *look, uint32_t k, uint32_t count)
{
    for (uint32_t i = k; i < k + count; i++)
        if (!look->open[1 + i] ||
            (i + 1 < k + count && !joined(look->plan, look->row, look->row->first + i)))
            return false;
    return true;
}

static void take_if_better(struct best *best, int64_t cost, uint32_t first)
{
    if (cost < best->cost || (cost == best->cost && first < best->first))
        *best = (struct best){ cost, first };
}

/* The best of the row: without an orphan, and with one. */
static void search_row(struct look *look, uint32_t count, uint32_t accessible, struct best best[2])
{
    const struct row_of_seats *row = look->row;
    for (uint32_t k = 0; k + count <= row->count; k++) {
        if (!side_by_side(look, k, count) || !suits(look, k, count, accessible))
            continue;
        int64_t cost = 0;
        for (uint32_t i = k; i < k + count; i++)
            cost += look->plan->distance_cm[row->first + i];
        take_if_better(&best[makes_orphan(look, k, count)], cost, row->first + k);
    }
}

static enum seat_fit search_together(const struct seat_plan *plan, struct seat_view view,
                                     struct look *look, uint32_t count, uint32_t accessible,
                                     uint32_t *seats)
{
    struct best best[2] = { { NO_COST, 0 }, { NO_COST, 0 } };
    for (uint32_t i = 0; i < plan->row_count; i++) {
        const struct row_of_seats *row = &plan->rows[plan->nearest[i]];
        if ((int64_t)row->near_cm * count > best[0].cost) /* All that come are farther. */
            break;
        if (row->count < count)
            continue;
        look_at(look, plan, view, row);
        search_row(look, count, accessible, best);
    }
    for (uint32_t orphans = 0; orphans < 2; orphans++) {
        if (best[orphans].cost == NO_COST)
            continue;
        for (uint32_t i = 0; i < count; i++)
            seats[i] = best[orphans].first + i;
        return orphans ? SEAT_FIT_ORPHANS : SEAT_FIT_TOGETHER;
    }
    return SEAT_FIT_NONE;
}

/* ---- Apart
 *
 * The cheapest `count` seats of a range of rows, where a seat alone costs more than any distance.
 * Seat after seat, by how many are taken and how the last one ended: not taken, taken alone so far,
 * taken with one before it.
 */

enum end { END_FREE, END_ONE, END_MORE, ENDS };

struct table {
    int64_t cost[SEAT_CHOICE_MOST + 1][ENDS];
};

/* How it came to be so: the end before it. Two bits would do. */
typedef uint8_t trail[SEAT_CHOICE_MOST + 1][ENDS];

static void offer(struct table *to, trail from, uint32_t taken, enum end end, int64_t cost,
                  enum end before)
{
    if (cost < to->cost[taken][end]) {
        to->cost[taken][end] = cost;
        from[taken][end] = (uint8_t)before;
    }
}

static void clear(struct table *table)
{
    for (uint32_t taken = 0; taken <= SEAT_CHOICE_MOST; taken++)
        for (int end = 0; end < ENDS; end++)
            table->cost[taken][end] = NO_COST;
}

static int64_t closed(int64_t cost, enum end end)
{
    return cost == NO_COST ? NO_COST : cost + (end == END_ONE ? ALONE_COST : 0);
}

/* One seat more. `side` is whether the one before is at its side. */
static void step(const struct table *now, struct table *next, trail from, uint32_t count, bool side,
                 int64_t price)
{
    clear(next);
    for (uint32_t taken = 0; taken <= count; taken++) {
        for (enum end end = END_FREE; end < ENDS; end++) {
            int64_t cost = now->cost[taken][end];
            if (cost == NO_COST)
                continue;
            offer(next, from, taken, END_FREE, closed(cost, end), end);
            if (taken == count)
                continue;
            if (side && end != END_FREE)
                offer(next, from, taken + 1, END_MORE, cost + price, end);
            else
                offer(next, from, taken + 1, END_ONE, closed(cost, end) + price, end);
        }
    }
}

/* Seats that can be had, ascending. */
struct supply {
    uint32_t *seats;
    uint32_t count;
    trail *trails; /* One a seat. */
};

static void take_stock(struct supply *supply, const struct seat_plan *plan, struct seat_view view)
{
    supply->seats = base_alloc(plan->seat_count * sizeof *supply->seats);
    for (uint32_t seat = 0; seat < plan->seat_count; seat++)
        if (plan->use[seat] == SEAT_FOR_ALL && view.is_open(view.ctx, seat))
            supply->seats[supply->count++] = seat;
    supply->trails = base_alloc(supply->count * sizeof *supply->trails);
}

static void walk_back(const struct supply *supply, uint32_t begin, uint32_t end, uint32_t count,
                      enum end how, uint32_t *seats)
{
    for (uint32_t i = end; i-- > begin;) {
        enum end before = (enum end)supply->trails[i][count][how];
        if (how != END_FREE)
            seats[--count] = supply->seats[i];
        how = before;
    }
    assert(count == 0);
}

/* Of seats `begin` to `end` - 1 of the supply. The cost; NO_COST: there are not so many. */
static int64_t search_apart(const struct seat_plan *plan, const struct supply *supply,
                            uint32_t begin, uint32_t end, uint32_t count, uint32_t *seats)
{
    struct table tables[2];
    clear(&tables[begin % 2]);
    tables[begin % 2].cost[0][END_FREE] = 0;
    for (uint32_t i = begin; i < end; i++) {
        uint32_t seat = supply->seats[i];
        bool side = i > begin && supply->seats[i - 1] == seat - 1 &&
                    joined(plan, &plan->rows[plan->row_of[seat - 1]], seat - 1);
        step(&tables[i % 2], &tables[(i + 1) % 2], supply->trails[i], count, side,
             plan->distance_cm[seat]);
    }
    enum end best = END_FREE;
    int64_t least = NO_COST;
    for (enum end how = END_FREE; how < ENDS; how++) {
        int64_t cost = closed(tables[end % 2].cost[count][how], how);
        if (cost < least) {
            least = cost;
            best = how;
        }
    }
    if (least != NO_COST)
        walk_back(supply, begin, end, count, best, seats);
    return least;
}

static uint32_t block_of(const struct seat_plan *plan, uint32_t seat)
{
    return plan->rows[plan->row_of[seat]].block;
}

/* In one block with nobody alone: the cost; ALONE_COST: there is none. */
static int64_t search_blocks(const struct seat_plan *plan, const struct supply *supply,
                             uint32_t count, uint32_t *seats)
{
    uint32_t found[SEAT_CHOICE_MOST];
    int64_t least = ALONE_COST;
    for (uint32_t begin = 0, end; begin < supply->count; begin = end) {
        uint32_t block = block_of(plan, supply->seats[begin]);
        for (end = begin + 1; end < supply->count; end++)
            if (block_of(plan, supply->seats[end]) != block)
                break;
        int64_t cost = search_apart(plan, supply, begin, end, count, found);
        if (cost < least) {
            least = cost;
            memcpy(seats, found, count * sizeof *seats);
        }
    }
    return least;
}

static enum seat_fit search_everywhere(const struct seat_plan *plan, struct seat_view view,
                                       uint32_t count, uint32_t *seats)
{
    struct supply supply = { 0 };
    enum seat_fit fit = SEAT_FIT_BLOCK;
    take_stock(&supply, plan, view);
    if (search_blocks(plan, &supply, count, seats) == ALONE_COST) {
        int64_t least = search_apart(plan, &supply, 0, supply.count, count, seats);
        fit = least == NO_COST      ? SEAT_FIT_NONE
              : least >= ALONE_COST ? SEAT_FIT_ALONE
                                    : SEAT_FIT_APART;
    }
    free(supply.trails);
    free(supply.seats);
    return fit;
}

enum seat_fit seat_choice_best(const struct seat_plan *plan, struct seat_view view, uint32_t count,
                               uint32_t accessible, uint32_t seats[SEAT_CHOICE_MOST])
{
    assert(count > 0 && count <= SEAT_CHOICE_MOST && accessible <= count);
    struct look look = { .open = base_alloc(longest_row(plan) + 2) };
    enum seat_fit fit = search_together(plan, view, &look, count, accessible, seats);
    free(look.open);
    if (fit == SEAT_FIT_NONE && accessible == 0)
        fit = search_everywhere(plan, view, count, seats);
    return fit;
}

/* ---- Orphans */

static bool can_sit_without(struct look *look, uint32_t count)
{
    for (uint32_t k = 0; k + count <= look->row->count; k++)
        if (side_by_side(look, k, count) && !makes_orphan(look, k, count))
            return true;
    return false;
}

/* The first seat of the row that the choice strands; the number of its seats: none. */
static uint32_t first_stranded(const struct look *look)
{
    uint32_t k = 0;
    while (k < look->row->count && !is_stranded(look, k))
        k++;
    return k;
}

bool seat_choice_strands(const struct seat_plan *plan, struct seat_view view, const uint32_t *seats,
                         uint32_t count, uint32_t *orphan)
{
    struct look look = { .open = base_alloc(longest_row(plan) + 2) };
    bool strands = false;
    for (uint32_t i = 0; i < count && !strands; i++) {
        const struct row_of_seats *row = &plan->rows[plan->row_of[seats[i]]];
        uint32_t in_row = 0;
        look_at(&look, plan, view, row);
        for (uint32_t k = 0; k < count; k++) {
            if (plan->row_of[seats[k]] != plan->row_of[seats[i]])
                continue;
            want(&look, seats[k] - row->first, 1, WANTED);
            in_row++;
        }
        uint32_t k = first_stranded(&look);
        *orphan = row->first + k;
        if (k == row->count)
            continue;
        look_at(&look, plan, view, row);
        strands = can_sit_without(&look, in_row);
    }
    free(look.open);
    return strands;
}
