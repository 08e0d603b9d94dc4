#include "clients/c/pretix.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/c/memory.h"

#define SEAT_M        0.5
#define ROW_M         0.9
#define AISLE_M       1.2
#define CONCOURSE_M   5.0
#define GATE_M        3.0
#define PEOPLE_A_GATE 1500
#define ROW_SEATS     500
#define NUMBER_MAX    100000
#define GAP           1.6 /* Of the usual distance of two seats: an aisle. */
#define LABEL_BYTES   16

struct seat {
    double x, y, along;
    int number;
    size_t category;
};

/* Seats of one row and category, side by side or with aisles between. */
struct row {
    char label[LABEL_BYTES + 1];
    struct seat *seats;
    bool *aisle_after;
    size_t count;
};

struct block {
    const char *zone; /* The plan's. */
    size_t category;
    struct row *rows;
    size_t row_count, seats, longest;
};

struct plan {
    struct problem_log *log;
    const json_t *categories;
    struct block *blocks;
    size_t block_count;
    size_t first_of_zone; /* Blocks of the zone that is being read begin here. */
    bool ok;
};

/* Says what is wrong where; "zones[1].rows[0]: ..." */
static void wrong(struct plan *plan, const char *where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void wrong(struct plan *plan, const char *where, const char *format, ...)
{
    char text[240];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    problem_add(plan->log, NULL, NULL, "%s: %s", where, text);
    plan->ok = false;
}

/* ---- Reading */

static size_t find_category(const struct plan *plan, const char *name)
{
    size_t i = 0;
    for (; i < json_array_size(plan->categories); i++) {
        const char *other =
            json_string_value(json_object_get(json_array_get(plan->categories, i), "name"));
        if (other && strcmp(other, name) == 0)
            break;
    }
    return i;
}

/* "17", or the digits that the number ends with: "A-17". */
static bool read_number(const char *text, int *number)
{
    size_t at = strlen(text);
    while (at > 0 && isdigit((unsigned char)text[at - 1]))
        at--;
    if (!text[at] || strlen(text + at) > 6)
        return false;
    *number = atoi(text + at);
    return *number <= NUMBER_MAX;
}

static bool read_seat(struct plan *plan, const json_t *value, const char *where, struct seat *seat)
{
    const char *number = json_string_value(json_object_get(value, "seat_number"));
    const char *category = json_string_value(json_object_get(value, "category"));
    const json_t *position = json_object_get(value, "position");
    const json_t *x = json_object_get(position, "x"), *y = json_object_get(position, "y");
    if (!number || !read_number(number, &seat->number))
        wrong(plan, where, "seat_number is %.40s; give a whole number up to %d",
              number ? number : "missing", NUMBER_MAX);
    else if (!json_is_number(x) || !json_is_number(y))
        wrong(plan, where, "position needs x and y as numbers");
    else if (!category)
        wrong(plan, where, "category is missing; name one of the plan's categories");
    else if ((seat->category = find_category(plan, category)) >= json_array_size(plan->categories))
        wrong(plan, where, "category \"%.60s\" is not one of the plan's categories", category);
    seat->x = json_number_value(x);
    seat->y = json_number_value(y);
    return plan->ok;
}

static int by_place(const void *a, const void *b)
{
    double one = ((const struct seat *)a)->along, other = ((const struct seat *)b)->along;
    return (one > other) - (one < other);
}

static int by_size(const void *a, const void *b)
{
    double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

/* Along the direction in which the row reaches farther. */
static void put_in_order(struct seat *seats, size_t count)
{
    double low_x = INFINITY, high_x = -INFINITY, low_y = INFINITY, high_y = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        low_x = fmin(low_x, seats[i].x);
        high_x = fmax(high_x, seats[i].x);
        low_y = fmin(low_y, seats[i].y);
        high_y = fmax(high_y, seats[i].y);
    }
    for (size_t i = 0; i < count; i++)
        seats[i].along = high_x - low_x >= high_y - low_y ? seats[i].x : seats[i].y;
    qsort(seats, count, sizeof *seats, by_place);
}

static double distance(const struct seat *a, const struct seat *b)
{
    return hypot(b->x - a->x, b->y - a->y);
}

static double usual_distance(const struct seat *seats, size_t count)
{
    double *all = memory_cleared(count, sizeof *all);
    for (size_t i = 0; i + 1 < count; i++)
        all[i] = distance(&seats[i], &seats[i + 1]);
    qsort(all, count - 1, sizeof *all, by_size);
    double usual = count > 1 ? all[(count - 1) / 2] : 0;
    free(all);
    return usual;
}

static struct block *block_of(struct plan *plan, const char *zone, size_t category)
{
    for (size_t i = plan->first_of_zone; i < plan->block_count; i++)
        if (plan->blocks[i].category == category)
            return &plan->blocks[i];
    plan->blocks = memory_grow(plan->blocks, plan->block_count, sizeof *plan->blocks);
    struct block *block = &plan->blocks[plan->block_count++];
    *block = (struct block){ .zone = zone, .category = category };
    return block;
}

/* What several rows of a block are called is numbered: "A", "A 2". */
static void give_label(const struct block *block, struct row *row, const char *label)
{
    size_t same = 1;
    snprintf(row->label, sizeof row->label, "%s", label);
    for (size_t i = 0; i < block->row_count; i++)
        if (strcmp(block->rows[i].label, row->label) == 0) {
            snprintf(row->label, sizeof row->label, "%.12s %zu", label, ++same);
            i = (size_t)-1;
        }
}

static void add_row(struct plan *plan, const char *zone, const char *label,
                    const struct seat *seats, size_t count, size_t category)
{
    struct block *block = block_of(plan, zone, category);
    struct row row = { .seats = memory_cleared(count, sizeof *row.seats),
                       .aisle_after = memory_cleared(count, sizeof *row.aisle_after) };
    double usual = usual_distance(seats, count);
    for (size_t i = 0, last = 0; i < count; i++) {
        if (seats[i].category != category)
            continue;
        if (row.count > 0)
            row.aisle_after[row.count - 1] =
                last + 1 != i || distance(&seats[last], &seats[i]) > GAP * usual;
        row.seats[row.count++] = seats[i];
        last = i;
    }
    give_label(block, &row, label);
    block->rows = memory_grow(block->rows, block->row_count, sizeof *block->rows);
    block->rows[block->row_count++] = row;
    block->seats += row.count;
    block->longest = row.count > block->longest ? row.count : block->longest;
}

static bool each_number_once(struct plan *plan, const char *where, const struct seat *seats,
                             size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = i + 1; k < count; k++)
            if (seats[i].number == seats[k].number) {
                wrong(plan, where, "two seats have the number %d", seats[i].number);
                return false;
            }
    return true;
}

static void read_row(struct plan *plan, const char *zone, const json_t *value, const char *where)
{
    const json_t *list = json_object_get(value, "seats");
    const char *label = json_string_value(json_object_get(value, "row_number"));
    size_t count = json_array_size(list);
    if (!json_is_array(list) || !label) {
        wrong(plan, where, "needs row_number (text) and seats (a list)");
        return;
    }
    if (strlen(label) > LABEL_BYTES || count > ROW_SEATS) {
        wrong(plan, where, "has a row_number of more than %d bytes, or more than %d seats",
              LABEL_BYTES, ROW_SEATS);
        return;
    }
    struct seat *seats = memory_cleared(count + 1, sizeof *seats);
    for (size_t i = 0; i < count && plan->ok; i++) {
        char at[160];
        snprintf(at, sizeof at, "%s.seats[%zu]", where, i);
        read_seat(plan, json_array_get(list, i), at, &seats[i]);
    }
    if (plan->ok && each_number_once(plan, where, seats, count)) {
        put_in_order(seats, count);
        for (size_t c = 0; c < json_array_size(plan->categories); c++)
            for (size_t i = 0; i < count; i++)
                if (seats[i].category == c) {
                    add_row(plan, zone, *label ? label : "-", seats, count, c);
                    break;
                }
    }
    free(seats);
}

static void read_zones(struct plan *plan, const json_t *zones)
{
    for (size_t z = 0; z < json_array_size(zones) && plan->ok; z++) {
        const json_t *zone = json_array_get(zones, z), *rows = json_object_get(zone, "rows");
        const char *name = json_string_value(json_object_get(zone, "name"));
        plan->first_of_zone = plan->block_count;
        if (!json_is_array(rows)) {
            char at[32];
            snprintf(at, sizeof at, "zones[%zu]", z);
            wrong(plan, at, "needs rows (a list)");
        }
        for (size_t r = 0; r < json_array_size(rows) && plan->ok; r++) {
            char at[64];
            snprintf(at, sizeof at, "zones[%zu].rows[%zu]", z, r);
            read_row(plan, name && *name ? name : "Seats", json_array_get(rows, r), at);
        }
    }
    if (plan->ok && plan->block_count == 0)
        wrong(plan, "zones", "have no seats; general admission needs no plan");
}

/* ---- Writing */

static json_t *point(double x, double y)
{
    return json_pack("[f, f]", x, y);
}

static json_t *rectangle(double x0, double y0, double x1, double y1)
{
    return json_pack("{s:s, s:[[o, o, o, o, o]]}", "type", "Polygon", "coordinates", point(x0, y0),
                     point(x1, y0), point(x1, y1), point(x0, y1), point(x0, y0));
}

static json_t *line(double x0, double y0, double x1, double y1)
{
    return json_pack("{s:s, s:[o, o]}", "type", "LineString", "coordinates", point(x0, y0),
                     point(x1, y1));
}

static void add(json_t *features, json_t *properties, json_t *geometry)
{
    json_array_append_new(features, json_pack("{s:s, s:o, s:o}", "type", "Feature", "properties",
                                              properties, "geometry", geometry));
}

/* Letters, digits and dashes of a name, at most `most` of them. */
static void slug(const char *name, char *to, size_t most)
{
    size_t at = 0;
    for (; *name && at < most; name++)
        if (isalnum((unsigned char)*name))
            to[at++] = (char)tolower((unsigned char)*name);
        else if (at > 0 && to[at - 1] != '-')
            to[at++] = '-';
    while (at > 0 && to[at - 1] == '-')
        at--;
    to[at] = '\0';
}

static const char *category_name(const struct plan *plan, const struct block *block)
{
    return json_string_value(
        json_object_get(json_array_get(plan->categories, block->category), "name"));
}

static void add_seats(json_t *features, const char *block_id, const struct row *row, double x,
                      double y)
{
    json_t *numbers = json_array(), *aisles = json_array();
    for (size_t i = 0; i < row->count; i++) {
        json_array_append_new(numbers, json_integer(row->seats[i].number));
        if (row->aisle_after[i])
            json_array_append_new(aisles, json_integer(row->seats[i].number));
    }
    add(features,
        json_pack("{s:s, s:s, s:s, s:i, s:o, s:o}", "kind", "row", "block", block_id, "label",
                  row->label, "seats", (int)row->count, "numbers", numbers, "aisle_after", aisles),
        line(x, y, x + SEAT_M * (double)row->count, y));
}

/* An aisle and the block at its right, from x on; where the next begins. */
static double add_block(const struct plan *plan, json_t *features, size_t index, double x)
{
    const struct block *block = &plan->blocks[index];
    char id[48], aisle[32], name[161], part[16], entry[48], side[48];
    double depth = ROW_M * (double)block->row_count, left = x + AISLE_M,
           right = left + SEAT_M * (double)block->longest + 0.2;
    slug(block->zone, part, 15);
    snprintf(id, sizeof id, "%s%s%zu", part, *part ? "-" : "", index + 1);
    snprintf(aisle, sizeof aisle, "aisle-%zu", index + 1);
    snprintf(entry, sizeof entry, "%s-entry", aisle);
    snprintf(side, sizeof side, "%s-side", aisle);
    snprintf(name, sizeof name, "%.60s %.50s", block->zone, category_name(plan, block));
    add(features,
        json_pack("{s:s, s:s, s:s, s:i}", "kind", "zone", "id", aisle, "use", "aisle", "level", 1),
        rectangle(x, 0, left, depth));
    add(features,
        json_pack("{s:s, s:s, s:s, s:s, s:i}", "kind", "block", "id", id, "name", name, "stand",
                  category_name(plan, block), "level", 1),
        rectangle(left, 0, right, depth));
    add(features,
        json_pack("{s:s, s:s, s:[s, s]}", "kind", "opening", "id", side, "between", aisle, id),
        line(left, 0.1, left, depth - 0.1));
    add(features,
        json_pack("{s:s, s:s, s:[s, s]}", "kind", "opening", "id", entry, "between", aisle,
                  "concourse"),
        line(x + 0.1, 0, left - 0.1, 0));
    for (size_t r = 0; r < block->row_count; r++)
        add_seats(features, id, &block->rows[r], left + 0.1, ROW_M * ((double)r + 0.5));
    return right;
}

static void add_gates(json_t *features, double width, size_t seats)
{
    size_t gates = seats / PEOPLE_A_GATE + 1;
    if ((double)gates > width / (GATE_M + 1))
        gates = (size_t)fmax(1, width / (GATE_M + 1));
    for (size_t i = 0; i < gates; i++) {
        char id[32];
        double at = width * ((double)i + 0.5) / (double)gates, half = fmin(GATE_M, width - 0.2) / 2;
        snprintf(id, sizeof id, "G%zu", i + 1);
        add(features,
            json_pack("{s:s, s:s, s:s, s:s, s:i}", "kind", "gate", "id", id, "inside", "concourse",
                      "outside", "street", "turnstiles", 3),
            line(at - half, -CONCOURSE_M, at + half, -CONCOURSE_M));
    }
}

static json_t *write_venue(const struct plan *plan, const char *name)
{
    json_t *features = json_array();
    char id[65];
    double x = 0;
    size_t seats = 0;
    slug(name, id, 64);
    for (size_t i = 0; i < plan->block_count; i++) {
        x = add_block(plan, features, i, x);
        seats += plan->blocks[i].seats;
    }
    add(features,
        json_pack("{s:s, s:s, s:s, s:s, s:i}", "kind", "zone", "id", "concourse", "name",
                  "Concourse", "use", "concourse", "level", 1),
        rectangle(0, -CONCOURSE_M, x, 0));
    add(features,
        json_pack("{s:s, s:s, s:s, s:s, s:i}", "kind", "zone", "id", "street", "name", "Street",
                  "use", "outside", "level", 1),
        rectangle(0, -2 * CONCOURSE_M, x, -CONCOURSE_M));
    add_gates(features, x, seats);
    return json_pack("{s:s, s:{s:i, s:s, s:s, s:b, s:[{s:i, s:s, s:i}]}, s:o}", "type",
                     "FeatureCollection", "tifo", "format", 1, "id", *id ? id : "seating-plan",
                     "name", name, "local_metres", 1, "levels", "level", 1, "name", "Level 1",
                     "elevation_m", 0, "features", features);
}

bool pretix_is_plan(const json_t *document)
{
    return json_is_array(json_object_get(document, "zones")) &&
           json_is_array(json_object_get(document, "categories")) &&
           !json_object_get(document, "features");
}

json_t *pretix_venue(struct problem_log *log, const json_t *document)
{
    struct plan plan = { log, json_object_get(document, "categories"), NULL, 0, 0, true };
    const char *name = json_string_value(json_object_get(document, "name"));
    json_t *venue = NULL;
    if (!name || !*name)
        wrong(&plan, "name", "is missing; give the plan a name");
    else
        read_zones(&plan, json_object_get(document, "zones"));
    if (plan.ok)
        venue = write_venue(&plan, name);
    for (size_t b = 0; b < plan.block_count; b++) {
        for (size_t r = 0; r < plan.blocks[b].row_count; r++) {
            free(plan.blocks[b].rows[r].seats);
            free(plan.blocks[b].rows[r].aisle_after);
        }
        free(plan.blocks[b].rows);
    }
    free(plan.blocks);
    return venue;
}
