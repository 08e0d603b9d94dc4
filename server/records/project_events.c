/* Events, and what they sell. */
#include "server/records/project_tickets.h"

#include "server/core/event.h"
#include "server/records/rows.h"
#include "server/records/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void set_id(char out[ID_BYTES + 1], uint64_t high, uint64_t low)
{
    id_write((struct id){ high, low }, out);
    out[ID_BYTES] = 0;
}

static void put(struct records *records, uint32_t table, const void *row)
{
    records->ops->put(records, table, row);
}

static bool get(struct records *records, uint32_t table, void *row)
{
    return records->ops->get(records, table, row);
}

/* ---- Events -----------------------------------------------------------------------------------
 */

static const char *const event_states[] = { "", "draft", "published", "cancelled" };

static void put_categories(struct records *records, uint32_t event,
                           const struct event_created *from)
{
    struct bytes names = from->category_names;
    for (uint32_t i = 0; i < from->price_minor.count; i++) {
        struct price_category_record to = { .event = event,
                                            .category = i + 1,
                                            .price_minor = from->price_minor.v[i] };
        const size_t length = strnlen((const char *)names.data, names.size);
        snprintf(to.name, sizeof to.name, "%.*s", (int)length, (const char *)names.data);
        const size_t taken = length < names.size ? length + 1 : length;
        names.data += taken;
        names.size -= taken;
        put(records, RECORDS_PRICE_CATEGORY, &to);
    }
    for (uint32_t i = 0; i < from->block_category.count; i++)
        put(records, RECORDS_EVENT_BLOCK,
            &(struct event_block_record){ event, i, from->block_category.v[i] });
}

/* What it begins with: see ticket_type_begin(). */
static void put_type_0(struct records *records, uint32_t event, const struct event_created *from)
{
    struct ticket_type_record type = {
        .event = event, .name = "Standard", .rule = "listed", .tax_included = 1
    };
    put(records, RECORDS_TICKET_TYPE, &type);
    for (uint32_t i = 0; i < from->price_minor.count; i++)
        put(records, RECORDS_TICKET_PRICE,
            &(struct ticket_price_record){ event, 0, i + 1, from->price_minor.v[i] });
}

static void event_created(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct event_created *from = &fact->as.event_created;
    struct venue_record venue = { 0 };
    get(records, RECORDS_VENUE, &venue);
    struct event_record to = {
        .event = venue.events++,
        .starts_ms = from->starts_ms,
        .ends_ms = from->ends_ms,
        .doors_ms = from->doors_ms,
        .hold_ttl_s = from->hold_ttl_s,
        .created_ms = fact->time_ms,
        .version = seq,
    };
    set_id(to.id, from->id_high, from->id_low);
    SET_TEXT(to.title, from->title);
    SET_TEXT(to.currency, from->currency);
    SET_WORD(to.state, event_states, EVENT_DRAFT);
    to.types = 1;
    put(records, RECORDS_EVENT, &to);
    put(records, RECORDS_VENUE, &venue);
    put_categories(records, to.event, from);
    put_type_0(records, to.event, from);
}

static struct event_record event_of(struct records *records, uint32_t event)
{
    struct event_record row = { .event = event };
    get(records, RECORDS_EVENT, &row);
    return row;
}

static void event_move(struct records *records, struct event_record *event, uint32_t state,
                       uint64_t seq)
{
    SET_WORD(event->state, event_states, state);
    event->version = seq;
    put(records, RECORDS_EVENT, event);
}

static void event_published(struct records *records, uint64_t seq, const struct fact *fact)
{
    struct event_record event = event_of(records, fact->as.event_published.event);
    event_move(records, &event, EVENT_PUBLISHED, seq);
}

static void event_unpublished(struct records *records, uint64_t seq, const struct fact *fact)
{
    struct event_record event = event_of(records, fact->as.event_unpublished.event);
    event_move(records, &event, EVENT_DRAFT, seq);
}

static void event_cancelled(struct records *records, uint64_t seq, const struct fact *fact)
{
    struct event_record event = event_of(records, fact->as.event_cancelled.event);
    SET_TEXT(event.cancel_reason, fact->as.event_cancelled.reason);
    SET_TEXT(event.cancelled_by, fact->as.event_cancelled.by);
    event_move(records, &event, EVENT_CANCELLED, seq);
}

static void put_text(struct records *records, uint32_t event, struct bytes description)
{
    struct event_text_record text = { .event = event };
    if (description.size)
        snprintf(text.description, sizeof text.description, "%.*s", (int)description.size,
                 (const char *)description.data);
    put(records, RECORDS_EVENT_TEXT, &text);
}

static void event_described(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct event_described *from = &fact->as.event_described;
    struct event_record event = event_of(records, from->event);
    (void)seq; /* Of the same turn as the event itself: its version stays. */
    SET_TEXT(event.organiser, from->organiser);
    SET_TEXT(event.city, from->city);
    SET_TEXT(event.kind, from->kind);
    if (from->series_high || from->series_low)
        set_id(event.series_id, from->series_high, from->series_low);
    put(records, RECORDS_EVENT, &event);
    put_text(records, from->event, from->description);
}

static void event_updated(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct event_updated *from = &fact->as.event_updated;
    struct event_record event = event_of(records, from->event);
    SET_TEXT(event.title, from->title);
    event.starts_ms = from->starts_ms;
    event.ends_ms = from->ends_ms;
    event.doors_ms = from->doors_ms;
    event.hold_ttl_s = from->hold_ttl_s;
    SET_TEXT(event.city, from->city);
    SET_TEXT(event.kind, from->kind);
    event.version = seq;
    put(records, RECORDS_EVENT, &event);
    put_text(records, from->event, from->description);
}

/* ---- What it sells ----------------------------------------------------------------------------
 */

static void ticket_type_set(struct records *records, uint64_t seq, const struct fact *fact)
{
    static const char *const rules[] = { "", "listed", "donation" };
    const struct ticket_type *from = &fact->as.ticket_type_set;
    struct event_record event = event_of(records, from->event);
    struct ticket_type_record to = {
        .event = from->event,
        .type = from->index,
        .general = from->general,
        .sale_from_ms = from->sale_from_ms,
        .sale_until_ms = from->sale_until_ms,
        .min_per_order = from->min_per_order,
        .max_per_order = from->max_per_order,
        .max_per_person = from->max_per_person,
        .max_per_means = from->max_per_means,
        .hidden = from->hidden,
        .tax_milli_percent = from->tax_milli_percent,
        .tax_included = from->tax_included,
        .fee_minor = from->fee_minor,
        .fee_milli_percent = from->fee_milli_percent,
        .quotas = from->quotas,
        .version = seq,
    };
    SET_TEXT(to.name, from->name);
    SET_WORD(to.rule, rules, from->rule);
    put(records, RECORDS_TICKET_TYPE, &to);
    struct price_category_record category = { .event = from->event };
    for (uint32_t i = 0; i < EVENT_CATEGORIES; i++) {
        category = (struct price_category_record){ .event = from->event, .category = i + 1 };
        if (from->general ? i > 0 : !get(records, RECORDS_PRICE_CATEGORY, &category))
            break;
        put(records, RECORDS_TICKET_PRICE,
            &(struct ticket_price_record){ from->event, from->index, i + 1, from->price_minor[i] });
    }
    if (from->index < event.types)
        return;
    event.types++;
    put(records, RECORDS_EVENT, &event);
}

static void quota_set(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct quota *from = &fact->as.quota_set;
    struct event_record event = event_of(records, from->event);
    struct quota_record to = {
        .event = from->event, .quota = from->index, .capacity = from->capacity, .version = seq
    };
    SET_TEXT(to.name, from->name);
    put(records, RECORDS_QUOTA, &to);
    if (from->index < event.quotas)
        return;
    event.quotas++;
    put(records, RECORDS_EVENT, &event);
}

static void voucher_set(struct records *records, uint64_t seq, const struct fact *fact)
{
    static const char *const effects[] = { "", "none", "fixed", "amount", "percent" };
    const struct voucher *from = &fact->as.voucher_set;
    struct venue_record venue = { 0 };
    struct voucher_record to = { .event = from->event };
    SET_TEXT(to.code, from->code);
    if (!get(records, RECORDS_VOUCHER, &to)) {
        get(records, RECORDS_VENUE, &venue);
        to.number = venue.vouchers++;
        put(records, RECORDS_VENUE, &venue);
    }
    SET_WORD(to.effect, effects, from->effect);
    to.value_minor = from->value_minor;
    to.percent_milli = from->percent_milli;
    to.types = from->types;
    to.uses = from->uses;
    to.from_ms = from->from_ms;
    to.until_ms = from->until_ms;
    to.reserve = from->reserve;
    to.version = seq;
    put(records, RECORDS_VOUCHER, &to);
}

/* ---- All of them ------------------------------------------------------------------------------
 */

static void allocation_set(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct allocation_set *from = &fact->as.allocation_set;
    struct allocation_record to = {
        .event = from->event,
        .number = from->number,
        .ranges = from->first.count,
        .release_ms = from->release_ms,
        .released = from->release_ms && from->release_ms <= fact->time_ms,
        .version = seq,
    };
    SET_TEXT(to.name, from->name);
    records->ops->put(records, RECORDS_ALLOCATION, &to);
    for (uint32_t i = 0; i < from->first.count; i++)
        records->ops->put(records, RECORDS_ALLOCATION_RANGE,
                          &(struct allocation_range_record){ from->event, from->number, i,
                                                             from->first.v[i], from->count.v[i] });
}

static void allocation_released(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct allocation_released *from = &fact->as.allocation_released;
    struct allocation_record to = { .event = from->event, .number = from->number };
    records->ops->get(records, RECORDS_ALLOCATION, &to);
    to.released = 1;
    to.version = seq;
    records->ops->put(records, RECORDS_ALLOCATION, &to);
}

static void addon_set(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct addon *from = &fact->as.addon_set;
    put(records, RECORDS_ADDON,
        &(struct addon_record){ from->event, from->type, from->goes_with, from->min_per_ticket,
                                from->max_per_ticket, seq });
}

static void bundle_set(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct bundle *from = &fact->as.bundle_set;
    (void)seq;
    for (uint32_t i = 0; i < BUNDLE_ITEMS; i++)
        put(records, RECORDS_BUNDLE_ITEM,
            &(struct bundle_item_record){ from->event, from->type, i, from->addon[i],
                                          from->pieces[i], from->price_minor[i] });
}

static void question_set(struct records *records, uint64_t seq, const struct fact *fact)
{
    static const char *const kinds[] = { "", "yes_no", "choice" };
    const struct question *from = &fact->as.question_set;
    struct question_record to = { .event = from->event,
                                  .number = from->number,
                                  .choices = from->choice_count,
                                  .required = from->required,
                                  .per_ticket = from->per_ticket,
                                  .types = from->types,
                                  .withdrawn = from->withdrawn,
                                  .version = seq };
    SET_TEXT(to.text, from->text);
    SET_WORD(to.kind, kinds, from->kind);
    put(records, RECORDS_QUESTION, &to);
}

static void answers_given(struct records *records, uint64_t seq, const struct fact *fact)
{
    const struct answers_given *from = &fact->as.answers_given;
    (void)seq;
    for (uint32_t i = 0; i < from->question.count; i++)
        put(records, RECORDS_ANSWER,
            &(struct answer_record){ from->order, from->question.v[i], from->line.v[i],
                                     from->value.v[i] });
}

const struct projection event_projections[] = {
    { FACT_EVENT_CREATED, event_created },
    { FACT_EVENT_PUBLISHED, event_published },
    { FACT_EVENT_CANCELLED, event_cancelled },
    { FACT_EVENT_DESCRIBED, event_described },
    { FACT_EVENT_UPDATED, event_updated },
    { FACT_EVENT_UNPUBLISHED, event_unpublished },
    { FACT_TICKET_TYPE_SET, ticket_type_set },
    { FACT_QUOTA_SET, quota_set },
    { FACT_VOUCHER_SET, voucher_set },
    { FACT_ADDON_SET, addon_set },
    { FACT_BUNDLE_SET, bundle_set },
    { FACT_QUESTION_SET, question_set },
    { FACT_ANSWERS_GIVEN, answers_given },
    { FACT_ALLOCATION_SET, allocation_set },
    { FACT_ALLOCATION_RELEASED, allocation_released },
    { 0, NULL },
};
