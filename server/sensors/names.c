#include "server/sensors/names.h"

#include "server/base/arena.h"

#include <stdlib.h>
#include <string.h>

static void make_room(struct name_list *list, uint32_t count)
{
    list->names = base_alloc((count + 1) * sizeof *list->names);
}

static void add(struct name_list *list, const char *id, uint32_t index)
{
    list->names[list->count++] = (struct name){ id, index };
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct name *)a)->id, ((const struct name *)b)->id);
}

static void order(struct name_list *list)
{
    qsort(list->names, list->count, sizeof *list->names, compare);
}

void names_init(struct names *names, const struct venue *venue)
{
    *names = (struct names){ 0 };
    make_room(&names->places, venue_places(venue));
    make_room(&names->gates, venue->gate_count);
    make_room(&names->queues, venue->facility_count + venue->gate_count);
    for (uint32_t i = 0; i < venue->zone_count; i++)
        add(&names->places, venue->zones[i].id, i);
    for (uint32_t i = 0; i < venue->block_count; i++)
        add(&names->places, venue->blocks[i].id, venue->zone_count + i);
    for (uint32_t i = 0; i < venue->facility_count; i++)
        add(&names->queues, venue->facilities[i].id, i);
    for (uint32_t i = 0; i < venue->gate_count; i++) {
        add(&names->gates, venue->gates[i].id, i);
        add(&names->queues, venue->gates[i].id, venue->facility_count + i);
    }
    order(&names->places);
    order(&names->gates);
    order(&names->queues);
}

void names_fini(struct names *names)
{
    free(names->places.names);
    free(names->gates.names);
    free(names->queues.names);
}

bool names_find(const struct name_list *list, const char *id, uint32_t *index)
{
    const struct name wanted = { .id = id };
    if (list->count == 0)
        return false;
    const struct name *found =
        bsearch(&wanted, list->names, list->count, sizeof *list->names, compare);
    if (found)
        *index = found->index;
    return found != NULL;
}
