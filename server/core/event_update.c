/* What is said of an event, whose it is, and what its organiser changes. */
#include "server/core/state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- Whose it is ------------------------------------------------------------------------- */

bool stadium_is_organiser(const struct stadium *s, uint32_t event, const struct actor *who)
{
    const char *organiser = stadium_event_detail(s, event)->organiser;
    return !organiser[0] || who->is_operator || strcmp(organiser, who->person) == 0;
}

enum status event_check_actor(const struct stadium *s, uint32_t event, const struct actor *by,
                              struct facts *out)
{
    if (stadium_is_organiser(s, event, by))
        return STATUS_OK;
    return facts_refuse(out, STATUS_NOT_ORGANISER, "event_id", "event_id: %s",
                        status_sentence(STATUS_NOT_ORGANISER));
}

uint32_t event_to_change(const struct stadium *s, struct id id, const struct actor *by,
                         int64_t now_ms, struct facts *out)
{
    const uint32_t index = event_index(s, id, out);
    if (index == ID_MAP_NONE || event_check_actor(s, index, by, out) != STATUS_OK)
        return ID_MAP_NONE;
    const struct event *event = &s->booking.events[index];
    if (event->state == EVENT_CANCELLED) {
        facts_refuse(out, STATUS_EVENT_CANCELLED, "event_id", "event_id: %s",
                     status_sentence(STATUS_EVENT_CANCELLED));
        return ID_MAP_NONE;
    }
    if (now_ms >= event->ends_ms) {
        facts_refuse(out, STATUS_EVENT_OVER, "event_id",
                     "event_id: it ended at %lld; it stays as it was", (long long)event->ends_ms);
        return ID_MAP_NONE;
    }
    return index;
}

enum status event_series(const struct stadium *s, struct id series, const struct actor *by,
                         struct id *first, struct facts *out)
{
    *first = (struct id){ 0, 0 };
    if (id_is_none(series))
        return STATUS_OK;
    const uint32_t index = id_map_find(&s->booking.event_ids, series);
    if (index == ID_MAP_NONE)
        return facts_refuse(out, STATUS_UNKNOWN_EVENT, "event.series_id", "event.series_id: %s",
                            status_sentence(STATUS_UNKNOWN_EVENT));
    const struct event_detail *detail = &s->booking.details[index];
    *first = id_is_none(detail->series) ? series : detail->series;
    return event_check_actor(s, index, by, out);
}

/* ---- Updating ---------------------------------------------------------------------------- */

enum status event_check_words(const struct event_words *words, struct facts *out)
{
    if (words->description.size > EVENT_DESCRIPTION_BYTES)
        return facts_refuse(out, STATUS_BAD_FIELD, "event.description",
                            "event.description: %zu bytes long, at most %d fit; shorten it",
                            words->description.size, EVENT_DESCRIPTION_BYTES);
    return STATUS_OK;
}

static enum status update_decide(const struct stadium *s, const struct command *command,
                                 struct facts *out)
{
    const struct update_event *ask = &command->as.update_event;
    const uint32_t index = event_to_change(s, ask->event, &ask->by, command->time_ms, out);
    if (index == ID_MAP_NONE)
        return out->refusal.status;
    const struct event *event = &s->booking.events[index];
    if (event->version != ask->version)
        return facts_refuse(out, STATUS_EVENT_CHANGED, "event.version",
                            "event.version: it has version %llu by now, not %llu",
                            (unsigned long long)event->version, (unsigned long long)ask->version);
    if (!ask->title[0])
        return facts_refuse(out, STATUS_BAD_FIELD, "event.title",
                            "event.title: say what it is, in 1 to %d bytes", EVENT_TITLE_BYTES);
    enum status status = event_check_times(ask->starts_ms, ask->ends_ms, ask->doors_ms, out);
    if (status == STATUS_OK && ask->ends_ms <= command->time_ms)
        return facts_refuse(out, STATUS_BAD_FIELD, "event.ends_ms",
                            "event.ends_ms: %lld has passed; an event that did not take place is "
                            "cancelled",
                            (long long)ask->ends_ms);
    if (status == STATUS_OK)
        status = event_check_ttl(ask->hold_ttl_s, out);
    if (status == STATUS_OK)
        status = event_check_words(&ask->words, out);
    if (status != STATUS_OK)
        return status;
    struct event_updated *fact =
        &facts_add(out, FACT_EVENT_UPDATED, command->time_ms)->as.event_updated;
    fact->event = index;
    memcpy(fact->title, ask->title, sizeof(fact->title));
    fact->starts_ms = ask->starts_ms;
    fact->ends_ms = ask->ends_ms;
    fact->doors_ms = event_doors_ms(ask->starts_ms, ask->doors_ms);
    fact->hold_ttl_s = ask->hold_ttl_s ? ask->hold_ttl_s : event->hold_ttl_s;
    memcpy(fact->city, ask->words.city, sizeof(fact->city));
    memcpy(fact->kind, ask->words.kind, sizeof(fact->kind));
    fact->description = ask->words.description;
    fact->refuse_orphans = ask->words.refuse_orphans;
    return STATUS_OK;
}

static enum status unpublish_decide(const struct stadium *s, const struct command *command,
                                    struct facts *out)
{
    const struct unpublish_event *ask = &command->as.unpublish_event;
    const uint32_t index = event_to_change(s, ask->event, &ask->by, command->time_ms, out);
    if (index == ID_MAP_NONE)
        return out->refusal.status;
    const struct sale *sale = &s->booking.sales[index];
    if (s->booking.events[index].state == EVENT_DRAFT)
        return STATUS_OK;
    struct takings ended = { 0 };
    booking_expire(s, index, command->time_ms, out);
    lines_count_ended(s, index, out, "", 0, &ended);
    int64_t live = (int64_t)sale->lines_held + sale->lines_sold;
    for (uint32_t i = 0; i < sale->type_count; i++)
        live += ended.type[i];
    if (live > 0)
        return facts_refuse(out, STATUS_EVENT_SOLD, "event_id",
                            "event_id: %lld tickets are held or sold; cancel it instead",
                            (long long)live);
    facts_add(out, FACT_EVENT_UNPUBLISHED, command->time_ms)->as.event_unpublished.event = index;
    return STATUS_OK;
}

enum status event_update_decide(const struct stadium *s, const struct command *command,
                                struct facts *out)
{
    if (command->kind == COMMAND_UPDATE_EVENT)
        return update_decide(s, command, out);
    assert(command->kind == COMMAND_UNPUBLISH_EVENT);
    return unpublish_decide(s, command, out);
}

/* ---- evolve ------------------------------------------------------------------------------ */

/* The row leaves the digest, for what it says now. */
static struct event_detail *detail_open(struct stadium *s, uint32_t event)
{
    struct event_detail *detail = &s->booking.details[event];
    assert(event < s->booking.event_count);
    if (detail->version)
        row_remove(s, ROW_EVENT_DETAIL, event, detail);
    detail->version = s->head.seq;
    return detail;
}

static void words_put(struct event_detail *detail, const char *city, const char *kind,
                      struct bytes description)
{
    memcpy(detail->city, city, sizeof(detail->city));
    memcpy(detail->kind, kind, sizeof(detail->kind));
    free((void *)detail->description.data);
    detail->description = (struct bytes){ 0 };
    if (description.size == 0)
        return;
    uint8_t *text = base_alloc(description.size);
    memcpy(text, description.data, description.size);
    detail->description = (struct bytes){ text, description.size };
}

static void described_evolve(struct stadium *s, const struct event_described *described)
{
    struct event_detail *detail = detail_open(s, described->event);
    memcpy(detail->organiser, described->organiser, sizeof(detail->organiser));
    detail->series = (struct id){ described->series_high, described->series_low };
    detail->refuse_orphans = described->refuse_orphans;
    words_put(detail, described->city, described->kind, described->description);
    row_add(s, ROW_EVENT_DETAIL, described->event, detail);
    if (id_is_none(detail->series))
        return;
    const uint32_t first = id_map_find(&s->booking.event_ids, detail->series);
    chain_add(&s->booking.sales[first].series, &s->booking.series_links, described->event);
}

static void updated_evolve(struct stadium *s, const struct event_updated *updated)
{
    struct event *event = &s->booking.events[updated->event];
    struct event_detail *detail = detail_open(s, updated->event);
    detail->refuse_orphans = updated->refuse_orphans;
    words_put(detail, updated->city, updated->kind, updated->description);
    row_add(s, ROW_EVENT_DETAIL, updated->event, detail);
    row_remove(s, ROW_EVENT, updated->event, event);
    memcpy(event->title, updated->title, sizeof(event->title));
    event->starts_ms = updated->starts_ms;
    event->ends_ms = updated->ends_ms;
    event->doors_ms = updated->doors_ms;
    event->hold_ttl_s = updated->hold_ttl_s;
    event->version = s->head.seq;
    row_add(s, ROW_EVENT, updated->event, event);
    event_moved(s, updated->event);
}

void event_update_evolve(struct stadium *s, const struct fact *fact)
{
    if (fact->kind == FACT_EVENT_DESCRIBED) {
        described_evolve(s, &fact->as.event_described);
    } else if (fact->kind == FACT_EVENT_UPDATED) {
        updated_evolve(s, &fact->as.event_updated);
    } else {
        assert(fact->kind == FACT_EVENT_UNPUBLISHED);
        const uint32_t index = fact->as.event_unpublished.event;
        struct event *event = &s->booking.events[index];
        assert(event->state == EVENT_PUBLISHED);
        row_remove(s, ROW_EVENT, index, event);
        event->state = EVENT_DRAFT;
        event->version = s->head.seq;
        row_add(s, ROW_EVENT, index, event);
        event_moved(s, index);
    }
}
