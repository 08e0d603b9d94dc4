/* The part of the model that is about seats that are kept for a channel. Written from what the API
 * promises: until they are released only who names the code gets them. */
#include "tests/support/must.h"
#include "tests/support/ticket_model.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

bool allocation_model_knows(enum command_kind kind)
{
    return kind == COMMAND_SET_ALLOCATION;
}

uint32_t model_allocation_find(const struct model_event *event, const char *code)
{
    for (uint32_t i = 0; i < event->allocation_count; i++) {
        if (strcasecmp(event->allocations[i].code, code) == 0)
            return i + 1;
    }
    return 0;
}

bool model_seat_is_kept(const struct model_event *event, uint32_t seat, uint32_t allocation)
{
    const uint32_t kept = event->seats[seat].kept;
    return kept && kept != allocation && allocation != ALLOCATION_ANY;
}

/* ---- Setting ------------------------------------------------------------------------------ */

static enum status check_words(const struct model_event *event, const struct set_allocation *ask)
{
    if (ask->number > event->allocation_count)
        return STATUS_UNKNOWN_ALLOCATION;
    if (ask->number == 0 && event->allocation_count == EVENT_ALLOCATIONS)
        return STATUS_ALLOCATIONS_FULL;
    if (!ask->name[0] || !ask->code[0])
        return STATUS_BAD_FIELD;
    const uint32_t same = model_allocation_find(event, ask->code);
    if (same && same != ask->number)
        return STATUS_ALLOCATION_EXISTS;
    return ask->release_ms < 0 ? STATUS_BAD_FIELD : STATUS_OK;
}

static enum status check_seats(const struct ticket_model *m, const struct model_event *event,
                               const struct set_allocation *ask)
{
    uint64_t end = 0;
    for (uint32_t i = 0; i < ask->first.count; i++) {
        const uint64_t first = ask->first.v[i], behind = first + ask->count.v[i];
        if (first < end || behind == first || behind > m->seat_count)
            return STATUS_BAD_FIELD;
        end = behind;
        for (uint64_t seat = first; seat < behind; seat++) {
            if (model_seat_is_kept(event, (uint32_t)seat, ask->number))
                return STATUS_ALLOCATION_EXISTS;
        }
    }
    return ask->first.count ? STATUS_OK : STATUS_BAD_FIELD;
}

static void forget(const struct ticket_model *m, struct model_event *event, uint32_t number)
{
    for (uint32_t i = 0; i < m->seat_count; i++) {
        if (event->seats[i].kept == number)
            event->seats[i].kept = 0;
    }
}

static void keep(struct model_event *event, uint32_t number)
{
    const struct model_allocation *row = &event->allocations[number - 1];
    for (uint32_t i = 0; i < row->range_count; i++) {
        for (uint32_t k = 0; k < row->ranges[i].count; k++)
            event->seats[row->ranges[i].first + k].kept = number;
    }
}

enum status allocation_model_do(struct ticket_model *m, const struct command *command)
{
    const struct set_allocation *ask = &command->as.set_allocation;
    const int64_t now_ms = command->time_ms;
    struct model_event *event;
    must(command->kind == COMMAND_SET_ALLOCATION, "a command about what is kept");
    enum status status = sale_model_changeable(m, ask->event, &ask->by, now_ms, &event);
    if (status == STATUS_OK)
        status = check_words(event, ask);
    if (status == STATUS_OK)
        status = check_seats(m, event, ask);
    if (status != STATUS_OK || m->only_says)
        return status;
    const uint32_t number = ask->number ? ask->number : ++event->allocation_count;
    struct model_allocation *row = &event->allocations[number - 1];
    must(ask->first.count <= MODEL_RANGES, "the model has room for the allocation");
    forget(m, event, number);
    *row = (struct model_allocation){ .range_count = ask->first.count,
                                      .release_ms = ask->release_ms,
                                      .released = ask->release_ms && ask->release_ms <= now_ms };
    snprintf(row->code, sizeof(row->code), "%s", ask->code);
    for (uint32_t i = 0; i < ask->first.count; i++) {
        row->ranges[i].first = ask->first.v[i];
        row->ranges[i].count = ask->count.v[i];
    }
    if (!row->released)
        keep(event, number);
    return STATUS_OK;
}

/* ---- What time does ----------------------------------------------------------------------- */

const char *allocation_model_see(struct ticket_model *m, const struct allocation_released *released,
                                 int64_t now_ms)
{
    if (released->event >= m->event_count ||
        released->number - 1 >= m->events[released->event].allocation_count)
        return "what is released was kept";
    struct model_event *event = &m->events[released->event];
    struct model_allocation *row = &event->allocations[released->number - 1];
    if (row->released || !row->release_ms || now_ms < row->release_ms)
        return "seats are not released before their time, and once";
    row->released = true;
    forget(m, event, released->number);
    return NULL;
}
