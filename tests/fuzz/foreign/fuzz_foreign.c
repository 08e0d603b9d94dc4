/*
 * Any bytes as another simulator's scenario: no crash, a sentence for every refusal, and what is
 * accepted makes a ground, or words why not, and walks. The first byte says the format: V a Vadere
 * scenario, J a JuPedSim config with its geometry before the first newline, Z (or P of PK) a ZIP.
 */
#include "sim/foreign/walkers.h"

#include <stdlib.h>
#include <string.h>

enum { BYTES_MOST = 1 << 16, PEOPLE_MOST = 500, STEPS = 5 };
#define SIDE_MOST_M 200 /* Larger floors only cost time. */

static void check(bool holds)
{
    if (!holds)
        abort();
}

static bool is_small(const struct foreign *f)
{
    for (size_t i = 0; i < f->area_count; i++)
        for (uint32_t k = 0; k < f->areas[i].outline.count; k++) {
            struct point a = f->areas[i].outline.points[k], b = f->areas[i].outline.points[0];
            if (!(a.x - b.x < SIDE_MOST_M && b.x - a.x < SIDE_MOST_M && a.y - b.y < SIDE_MOST_M &&
                  b.y - a.y < SIDE_MOST_M))
                return false;
        }
    return f->area_count < 4 && f->spot_count < 10 && foreign_people(f) < PEOPLE_MOST;
}

static void walk(const struct foreign *f)
{
    struct ground_error error = { "" };
    struct ground *ground = foreign_ground(f, &error);
    check(ground != NULL || error.text[0] != '\0');
    if (ground == NULL)
        return;
    struct crowd *crowd = crowd_create(ground, &(struct crowd_def){ .seed = f->seed });
    struct walkers *walkers = walkers_create(f, ground, crowd, f->seed);
    walkers_step(walkers);
    for (int i = 0; i < STEPS; i++) {
        crowd_step(crowd);
        walkers_step(walkers);
    }
    walkers_destroy(walkers);
    crowd_destroy(crowd);
    ground_destroy(ground);
}

static bool read_any(const char *data, size_t size, struct foreign *out, char *why, size_t room)
{
    struct foreign_text text = { "fuzz", data, size };
    if (data[0] == 'P')
        return foreign_read_zip(text, out, why, room);
    text = (struct foreign_text){ "fuzz", data + 1, size - 1 };
    if (data[0] != 'J')
        return foreign_read_vadere(text, out, why, room);
    const char *newline = memchr(text.data, '\n', text.size);
    if (newline == NULL)
        return foreign_read_jupedsim(text, (struct foreign_text){ "", NULL, 0 }, out, why, room);
    struct foreign_text wkt = { "wkt", text.data, (size_t)(newline - text.data) };
    text.size -= wkt.size;
    text.data = newline;
    return foreign_read_jupedsim(text, wkt, out, why, room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > BYTES_MOST)
        return 0;
    struct foreign foreign;
    char why[600] = "";
    if (!read_any((const char *)data, size, &foreign, why, sizeof why)) {
        check(why[0] != '\0');
        return 0;
    }
    if (is_small(&foreign))
        walk(&foreign);
    foreign_fini(&foreign);
    return 0;
}
