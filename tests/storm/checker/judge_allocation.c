/* Seats that are kept for a channel until they are released. */
#include "tests/storm/checker/judge.h"

#include "server/wire/allocation.h"
#include "tifo/v1/allocations.pb-c.h"

static void ask_set(const struct checker *c, const struct deed *deed, struct command *command)
{
    struct refusal unused = { 0 };
    const Tifo__V1__SetAllocationRequest *request = (const void *)deed->request;
    command->kind = COMMAND_SET_ALLOCATION;
    wire_set_allocation(request->allocation, (struct arena *)&c->scratch,
                        &command->as.set_allocation, &unused);
    command->as.set_allocation.event = judge_id(request->event_id);
    judge_person(deed, command->as.set_allocation.by.person);
}

/* Of its seats, neither held nor sold, but for those whose hold is over and which a tick has not
 * freed yet. */
static bool tell_free(struct checker *c, const struct deed *deed, const struct model_event *event,
                      const struct model_allocation *row, uint32_t told)
{
    uint32_t least = 0, late = 0;
    for (uint32_t i = 0; i < row->range_count; i++) {
        for (uint32_t k = 0; k < row->ranges[i].count; k++) {
            const uint32_t seat = row->ranges[i].first + k, hold = event->seats[seat].hold;
            const bool is_free =
                model_seat_state(&c->model, event, seat, deed->time_ms) == SEAT_FREE;
            const bool is_late = is_free && hold && c->model.holds[hold - 1].state == HOLD_HELD;
            late += is_late;
            least += is_free && !is_late;
        }
    }
    return (told >= least && told <= least + late) || event->state == EVENT_CANCELLED ||
           mismatch(c, deed, "%u seats of an allocation are said to be free; %u to %u are", told,
                    least, least + late);
}

static bool tell_allocation(struct checker *c, const struct deed *deed,
                            const struct model_event *event, const Tifo__V1__Allocation *told)
{
    if (told->number - 1 >= event->allocation_count)
        return mismatch(c, deed, "there is no allocation %u", told->number);
    const struct model_allocation *row = &event->allocations[told->number - 1];
    if (told->released != row->released || told->release_ms != row->release_ms)
        return mismatch(c, deed, "an allocation is said to be released, or not");
    return tell_free(c, deed, event, row, told->free);
}

static bool tell_set(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__SetAllocationRequest *request = (const void *)deed->request;
    const struct model_event *event = model_event_find(&c->model, judge_id(request->event_id));
    return event
               ? tell_allocation(c, deed, event,
                                 ((const Tifo__V1__SetAllocationResponse *)deed->reply)->allocation)
               : mismatch(c, deed, "there is no such event");
}

static bool tell_list(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__ListAllocationsRequest *request = (const void *)deed->request;
    const Tifo__V1__ListAllocationsResponse *told = (const void *)deed->reply;
    const struct model_event *event = model_event_find(&c->model, judge_id(request->event_id));
    if (!event || told->n_allocations != event->allocation_count)
        return mismatch(c, deed, "%zu allocations are said to be there", told->n_allocations);
    struct actor caller = { .is_operator = false };
    judge_person(deed, caller.person);
    for (size_t i = 0; i < told->n_allocations; i++) {
        if (told->allocations[i]->code[0] && !model_is_organiser(event, &caller))
            return mismatch(c, deed, "a code is told to somebody who is not the organiser");
        if (!tell_allocation(c, deed, event, told->allocations[i]))
            return false;
    }
    return true;
}

const struct method allocation_methods[] = {
    { "/tifo.v1.Allocations/SetAllocation", MESSAGES(set_allocation), ask_set, FACT_ALLOCATION_SET,
      0, tell_set },
    { "/tifo.v1.Allocations/ListAllocations", MESSAGES(list_allocations), NULL, 0, 0, tell_list },
    { 0 },
};
