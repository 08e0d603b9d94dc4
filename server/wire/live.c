#include "server/wire/live.h"

#include "server/base/fields.h"
#include "server/wire/crowd.h"
#include "server/wire/guidance.h"
#include "server/wire/venue.h"

#include <stdlib.h>
#include <string.h>

enum { WORD_BITS = 64, ROW_ROOM = 32 };

/* Fields of WatchLiveResponse. */
enum {
    FROM_SEQ = 1,
    TO_SEQ = 2,
    AT_MS = 3,
    EPOCH = 5,
    INSIDE = 6,
    MEASURED_MS = 7,
    SIMULATED = 8,
    PHASES = 10,
    PLACES = 11,
    GATES = 12,
    FACILITIES = 13,
    ALARMS = 14,
    CLEARED_ALARMS = 15,
    PLANS = 16,
    SPLITS = 17,
};
enum { VARINT = 0, BYTES = 2 };

struct live_row {
    uint8_t *bytes; /* With tag and size, as it stands in a message. */
    uint32_t size, room;
};

/* A jam that moves on has more of them than it has at once. */
enum { LIVE_MEMBERS = 2 * ALARM_JAM_ZONES };

struct live_alarm {
    struct live_row row;
    uint32_t number, about;         /* The row that it is about. */
    uint32_t members[LIVE_MEMBERS]; /* The rows that were members of it. */
    uint32_t member_count;
    bool changed, open;
};

struct live_rows {
    struct live_shape shape;
    struct live_row *rows;
    uint32_t *changed; /* Rows that the last update changed. */
    uint32_t changed_count;
    struct live_alarm *alarms; /* By number, those that the last update found or missed. */
    uint32_t alarm_count, alarm_room;
    uint64_t seq, guidance_seq;
    int64_t now_ms, measured_ms;
    uint32_t inside;
    bool simulated;
    struct arena scratch;
};

struct live_rows *live_rows_create(const struct venue *venue)
{
    struct live_rows *rows = base_alloc(sizeof *rows);
    rows->shape = live_shape(venue);
    rows->rows = base_alloc(rows->shape.count * sizeof *rows->rows);
    rows->changed = base_alloc(rows->shape.count * sizeof *rows->changed);
    return rows;
}

void live_rows_destroy(struct live_rows *rows)
{
    if (!rows)
        return;
    for (uint32_t i = 0; i < rows->shape.count; i++)
        free(rows->rows[i].bytes);
    for (uint32_t i = 0; i < rows->alarm_room; i++)
        free(rows->alarms[i].row.bytes);
    free(rows->alarms);
    free(rows->changed);
    free(rows->rows);
    arena_fini(&rows->scratch);
    free(rows);
}

uint64_t live_rows_seq(const struct live_rows *rows)
{
    return rows->seq;
}

/* ---- Rows -------------------------------------------------------------------------------------
 */

static void *grown(void *memory, size_t *room, size_t needed, size_t each)
{
    if (needed <= *room)
        return memory;
    const size_t before = *room;
    *room = needed + needed / 2;
    uint8_t *more = base_alloc(*room * each);
    if (before)
        memcpy(more, memory, before * each);
    free(memory);
    return more;
}

/* True: it is another one than it was. */
static bool encode(struct live_row *row, uint32_t field, const ProtobufCMessage *message)
{
    uint8_t small[512], *bytes = small;
    const size_t size = protobuf_c_message_get_packed_size(message);
    const uint64_t tag = (uint64_t)field << 3 | BYTES;
    const size_t total = varint_size(tag) + varint_size(size) + size;
    if (total > sizeof small)
        bytes = base_alloc(total);
    protobuf_c_message_pack(message, varint_put(varint_put(bytes, tag), size));
    const bool differs = total != row->size || memcmp(bytes, row->bytes, total) != 0;
    if (differs) {
        size_t room = row->room;
        row->bytes = grown(row->bytes, &room, total > ROW_ROOM ? total : ROW_ROOM, 1);
        row->room = (uint32_t)room;
        row->size = (uint32_t)total;
        memcpy(row->bytes, bytes, total);
    }
    if (bytes != small)
        free(bytes);
    return differs;
}

static void update_row(struct live_rows *rows, uint32_t index, uint32_t field,
                       const ProtobufCMessage *message)
{
    if (encode(&rows->rows[index], field, message))
        rows->changed[rows->changed_count++] = index;
}

static void update_places(struct live_rows *rows, const struct stadium *stadium)
{
    const struct place_state *from = stadium_places(stadium);
    for (uint32_t i = 0; i < rows->shape.places; i++) {
        Tifo__V1__LivePlace to = TIFO__V1__LIVE_PLACE__INIT;
        to.place = i;
        to.people = from[i].people;
        to.density_milli = from[i].density_milli;
        enum los_scale scale;
        to.los = (Tifo__V1__LevelOfService)crowd_level(stadium, i, &scale);
        to.los_scale = (Tifo__V1__LevelScale)scale;
        update_row(rows, 1 + i, PLACES, &to.base);
    }
}

static void update_gates(struct live_rows *rows, const struct stadium *stadium)
{
    const struct gate_state *from = stadium_gates(stadium);
    for (uint32_t i = 0; i < rows->shape.gates; i++) {
        Tifo__V1__LiveGate to = TIFO__V1__LIVE_GATE__INIT;
        to.gate = i;
        to.mode = (Tifo__V1__GateMode)from[i].mode;
        to.flow_in_ppm = from[i].flow_in_ppm;
        to.flow_out_ppm = from[i].flow_out_ppm;
        to.queue = from[i].queue.waiting;
        to.wait_s = from[i].queue.wait_s;
        to.total_in = from[i].total_in;
        to.total_out = from[i].total_out;
        update_row(rows, rows->shape.first_gate + i, GATES, &to.base);
    }
}

static void update_facilities(struct live_rows *rows, const struct stadium *stadium)
{
    const struct facility_state *from = stadium_facilities(stadium);
    for (uint32_t i = 0; i < rows->shape.facilities; i++) {
        Tifo__V1__LiveFacility to = TIFO__V1__LIVE_FACILITY__INIT;
        to.facility = i;
        to.queue = from[i].queue.waiting;
        to.wait_s = from[i].queue.wait_s;
        to.flow_ppm = from[i].flow_ppm;
        update_row(rows, rows->shape.first_facility + i, FACILITIES, &to.base);
    }
}

static void update_guidance(struct live_rows *rows, const struct stadium *stadium)
{
    const struct plan *plan = stadium_plan(stadium);
    Tifo__V1__LivePlan to = TIFO__V1__LIVE_PLAN__INIT;
    uint32_t count;
    const struct split *splits = stadium_splits(stadium, &count);
    to.number = plan->number;
    to.adopted_ms = plan->adopted_ms;
    to.clearance_s = plan->clearance_s;
    update_row(rows, rows->shape.plan, PLANS, &to.base);
    for (uint32_t i = 0; i < count && i < rows->shape.places * PURPOSE_COUNT; i++) {
        const uint32_t row = rows->shape.first_split + i;
        struct split split = splits[i];
        if (split.count == 0 && rows->rows[row].size == 0)
            continue; /* Never was. */
        split.origin = i / PURPOSE_COUNT;
        split.purpose = i % PURPOSE_COUNT + 1;
        update_row(rows, row, SPLITS, &wire_split(&split, &rows->scratch)->base);
    }
}

/* ---- Alarms -----------------------------------------------------------------------------------
 */

/* Row 0, the venue, when it is about no place. */
static uint32_t row_about_device(const struct live_shape *shape, const struct stadium *stadium,
                                 uint32_t index)
{
    uint32_t count;
    const struct device_set *is = &stadium_devices(stadium, &count)[index].is;
    return is->gate ? shape->first_gate + is->gate - 1 : is->place;
}

static uint32_t row_about_rule(const struct live_shape *shape, const struct stadium *stadium,
                               uint32_t index)
{
    uint32_t count;
    const struct rule_set *is = &stadium_rules(stadium, &count)[index].is;
    switch (is->metric) {
    case RULE_PEOPLE:
    case RULE_DENSITY:
    case RULE_OCCUPANCY:
        return 1 + is->subject;
    case RULE_FLOW_IN:
    case RULE_FLOW_OUT:
        return shape->first_gate + is->subject;
    case RULE_WAITING:
    case RULE_WAIT:
        return is->subject < shape->facilities
                   ? shape->first_facility + is->subject
                   : shape->first_gate + is->subject - shape->facilities;
    case RULE_MEASURED:
        index = stadium_device_find(stadium, is->device);
        return index == STADIUM_NONE ? 0 : row_about_device(shape, stadium, index);
    default:
        return 0;
    }
}

static uint32_t row_about(const struct live_shape *shape, const struct stadium *stadium,
                          const struct alarm *alarm)
{
    if (alarm->kind == ALARM_DENSITY || alarm->kind == ALARM_PLACE_SILENT)
        return 1 + alarm->subject;
    if (alarm->kind == ALARM_DEVICE_SILENT || alarm->kind == ALARM_GATEWAY_SILENT)
        return row_about_device(shape, stadium, alarm->subject);
    if (alarm->kind == ALARM_RULE)
        return row_about_rule(shape, stadium, alarm->subject);
    if (alarm->kind == ALARM_GATE_CLOSED)
        return shape->first_gate + alarm->subject;
    return alarm->subject < shape->facilities
               ? shape->first_facility + alarm->subject
               : shape->first_gate + alarm->subject - shape->facilities;
}

static struct live_alarm *alarm_of(struct live_rows *rows, uint32_t number)
{
    for (uint32_t i = 0; i < rows->alarm_count; i++)
        if (rows->alarms[i].number == number)
            return &rows->alarms[i];
    size_t room = rows->alarm_room;
    rows->alarms = grown(rows->alarms, &room, rows->alarm_count + 1, sizeof *rows->alarms);
    rows->alarm_room = (uint32_t)room;
    struct live_alarm *alarm = &rows->alarms[rows->alarm_count++];
    alarm->row.size = 0;
    alarm->number = number;
    alarm->member_count = 0;
    return alarm;
}

/* Those that the last update found cleared have been told. */
static void forget_cleared(struct live_rows *rows)
{
    for (uint32_t i = 0; i < rows->alarm_count;) {
        struct live_alarm *alarm = &rows->alarms[i];
        if (alarm->open) {
            alarm->open = alarm->changed = false;
            i++;
            continue;
        }
        const struct live_alarm last = rows->alarms[--rows->alarm_count];
        rows->alarms[rows->alarm_count] = *alarm; /* Its bytes are used again. */
        rows->alarms[i] = last;
    }
}

/* Who has seen it sees it until it is cleared. */
static void add_member(struct live_alarm *alarm, uint32_t row)
{
    for (uint32_t i = 0; i < alarm->member_count; i++)
        if (alarm->members[i] == row)
            return;
    if (alarm->member_count < LIVE_MEMBERS)
        alarm->members[alarm->member_count++] = row;
}

static void update_alarms(struct live_rows *rows, const struct stadium *stadium)
{
    uint32_t count;
    const struct alarm *from = stadium_alarms(stadium, &count);
    forget_cleared(rows);
    for (uint32_t i = 0; i < count; i++) {
        struct live_alarm *alarm = alarm_of(rows, from[i].number);
        alarm->open = true;
        alarm->about = row_about(&rows->shape, stadium, &from[i]);
        const Tifo__V1__Alarm *message = wire_alarm(stadium, &from[i], &rows->scratch);
        for (size_t m = 0; m < message->n_members; m++)
            add_member(alarm, 1 + message->members[m]);
        alarm->changed = encode(&alarm->row, ALARMS, &message->base);
    }
}

void live_rows_update(struct live_rows *rows, const struct stadium *stadium, int64_t now_ms,
                      bool simulated)
{
    Tifo__V1__Phase phase;
    struct phase now = *stadium_phase(stadium);
    arena_reset(&rows->scratch);
    rows->changed_count = 0;
    wire_phase_message(&now, &phase);
    update_row(rows, 0, PHASES, &phase.base);
    update_places(rows, stadium);
    update_gates(rows, stadium);
    update_facilities(rows, stadium);
    if (rows->seq == 0 || rows->guidance_seq != stadium_guidance_seq(stadium))
        update_guidance(rows, stadium);
    update_alarms(rows, stadium);
    rows->guidance_seq = stadium_guidance_seq(stadium);
    rows->seq = stadium_seq(stadium);
    rows->now_ms = now_ms;
    rows->measured_ms = stadium_measured_ms(stadium);
    rows->inside = stadium_inside(stadium);
    rows->simulated = simulated;
}

/* ---- Messages ---------------------------------------------------------------------------------
 */

void live_message_fini(struct live_message *message)
{
    free(message->bytes);
    *message = (struct live_message){ 0 };
}

static uint8_t *room_for(struct live_message *message, size_t size)
{
    message->bytes = grown(message->bytes, &message->room, message->size + size, 1);
    return message->bytes + message->size;
}

static void add_row(struct live_message *message, const struct live_row *row)
{
    if (row->size == 0)
        return;
    memcpy(room_for(message, row->size), row->bytes, row->size);
    message->size += row->size;
}

/* Zero, too: in a message that is put together from several the last one counts. */
static void add_number(struct live_message *message, uint32_t field, uint64_t number)
{
    enum { MOST = 12 };
    uint8_t *at = room_for(message, MOST);
    message->size +=
        (size_t)(varint_put(varint_put(at, (uint64_t)field << 3 | VARINT), number) - at);
}

static void add_text(struct live_message *message, uint32_t field, const char *text)
{
    const size_t length = strlen(text);
    uint8_t *at = room_for(message, length + 12);
    uint8_t *end = varint_put(varint_put(at, (uint64_t)field << 3 | BYTES), length);
    memcpy(end, text, length);
    message->size += (size_t)(end - at) + length;
}

static void begin(struct live_message *message, const struct live_rows *rows, uint64_t from_seq)
{
    message->size = 0;
    add_number(message, FROM_SEQ, from_seq);
    add_number(message, TO_SEQ, rows->seq);
    add_number(message, AT_MS, (uint64_t)rows->now_ms);
    add_number(message, INSIDE, rows->inside);
    add_number(message, MEASURED_MS, (uint64_t)rows->measured_ms);
    add_number(message, SIMULATED, rows->simulated);
}

static bool is_set(const uint64_t *bits, uint32_t row)
{
    return bits[row / WORD_BITS] >> row % WORD_BITS & 1;
}

static bool is_about(const struct live_alarm *alarm, const uint64_t *lists)
{
    bool any = is_set(lists, alarm->about);
    for (uint32_t i = 0; i < alarm->member_count; i++)
        any = any || is_set(lists, alarm->members[i]);
    return any;
}

static bool sees(const struct live_filter *filter, const struct live_shape *shape,
                 const struct live_alarm *alarm)
{
    const uint64_t *lists = filter->rows + (shape->count + WORD_BITS - 1) / WORD_BITS;
    return filter->kinds & 1u << TIFO__V1__LIVE_KIND__LIVE_KIND_ALARM &&
           (!filter->listed || is_about(alarm, lists));
}

bool live_message_change(struct live_message *message, const struct live_rows *rows,
                         const struct live_filter *filter, uint64_t from_seq)
{
    begin(message, rows, from_seq);
    const size_t empty = message->size;
    for (uint32_t i = 0; i < rows->changed_count; i++)
        if (is_set(filter->rows, rows->changed[i]))
            add_row(message, &rows->rows[rows->changed[i]]);
    for (uint32_t i = 0; i < rows->alarm_count; i++) {
        const struct live_alarm *alarm = &rows->alarms[i];
        if (!sees(filter, &rows->shape, alarm))
            continue;
        if (!alarm->open)
            add_number(message, CLEARED_ALARMS, alarm->number);
        else if (alarm->changed)
            add_row(message, &alarm->row);
    }
    return message->size > empty;
}

void live_message_whole(struct live_message *message, const struct live_rows *rows,
                        const struct live_filter *filter, const char *epoch)
{
    begin(message, rows, 0);
    add_text(message, EPOCH, epoch);
    for (uint32_t i = 0; i < rows->shape.count; i++)
        if (is_set(filter->rows, i))
            add_row(message, &rows->rows[i]);
    for (uint32_t i = 0; i < rows->alarm_count; i++)
        if (rows->alarms[i].open && sees(filter, &rows->shape, &rows->alarms[i]))
            add_row(message, &rows->alarms[i].row);
}
