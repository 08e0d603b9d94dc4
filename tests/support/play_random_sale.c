/* Random commands about what is sold: few of each, so that they run out. */
#include "tests/support/play_random.h"
#include "tests/support/play_tickets.h"

#include <stdio.h>
#include <string.h>

enum { TYPES = 5, QUOTAS = 2, VOUCHERS = 3 };

/* A late one: others are cancelled or over. */
static struct model_event *some_event(struct play *play, const struct dice *dice)
{
    struct ticket_model *model = &play->model;
    const uint32_t count = model->event_count;
    return count ? &model->events[count - 1 - roll(dice, count < 2 ? count : 2)] : NULL;
}

static struct ticket_type random_terms(struct play *play, const struct dice *dice,
                                       const struct model_event *event)
{
    struct ticket_type type = {
        .name = "Some",
        .general = roll(dice, 3) > 0,
        .rule = roll(dice, 5) ? PRICE_LISTED : PRICE_DONATION,
        .price_minor = { roll(dice, 4) ? roll(dice, 5000) : 0 },
        .min_per_order = roll(dice, 6) ? 0 : 2,
        .max_per_order = roll(dice, 3) ? 0 : 2 + roll(dice, 3),
        .max_per_person = roll(dice, 2) ? 0 : 2 + roll(dice, 4),
        .hidden = roll(dice, 6) == 0,
        .tax_milli_percent = roll(dice, 3) ? roll(dice, 30000) : 0,
        .tax_included = roll(dice, 2),
        .fee_minor = roll(dice, 2) ? roll(dice, 300) : 0,
        .fee_milli_percent = roll(dice, 2) ? roll(dice, 10000) : 0,
        .quotas = roll(dice, 1u << event->quota_count),
    };
    if (roll(dice, 30) == 0)
        type.quotas |= 1u << event->quota_count; /* There is none. */
    if (roll(dice, 3) == 0) {
        type.sale_from_ms = play->now_ms - 5000 + roll(dice, 10000);
        type.sale_until_ms = type.sale_from_ms + 1 + roll(dice, 60000);
    }
    if (roll(dice, 3) == 0) {
        type.tier_off_minor[0] = 1 + roll(dice, 1000);
        type.tier_until_sold[0] = 1 + roll(dice, 4);
        type.tier_off_minor[1] = 1 + roll(dice, 100);
        type.tier_until_ms[1] = (uint64_t)play->now_ms + roll(dice, 60000);
    }
    return type;
}

static void random_type(struct play *play, const struct dice *dice, struct model_event *event)
{
    struct command command = { .kind = COMMAND_SET_TICKET_TYPE };
    struct set_ticket_type *set = &command.as.set_ticket_type;
    set->event = event->id;
    set->update = event->type_count >= TYPES || roll(dice, 3) == 0;
    if (set->update) {
        const uint32_t index = roll(dice, event->type_count + (roll(dice, 10) == 0));
        set->type.index = index;
        set->type.version =
            index < event->type_count ? event->types[index].version + (roll(dice, 10) == 0) : 0;
    }
    const struct ticket_type terms = random_terms(play, dice, event);
    const uint32_t index = set->type.index;
    const uint64_t version = set->type.version;
    set->type = terms;
    set->type.index = index;
    set->type.version = version;
    set->prices = 1;
    play_command(play, command);
}

static void random_quota(struct play *play, const struct dice *dice, struct model_event *event)
{
    struct command command = { .kind = COMMAND_SET_QUOTA };
    struct set_quota *set = &command.as.set_quota;
    set->event = event->id;
    set->update = event->quota_count >= QUOTAS || (event->quota_count && roll(dice, 3));
    set->quota = (struct quota){ .name = "Some", .capacity = roll(dice, 12) };
    if (set->update) {
        set->quota.index = roll(dice, event->quota_count);
        set->quota.version = event->quotas[set->quota.index].version + (roll(dice, 10) == 0);
    }
    play_command(play, command);
}

static void random_voucher(struct play *play, const struct dice *dice, struct model_event *event)
{
    struct command command = { .kind = COMMAND_SET_VOUCHER };
    struct set_voucher *set = &command.as.set_voucher;
    struct voucher *voucher = &set->voucher;
    set->event = event->id;
    set->update = event->voucher_count && roll(dice, 2);
    snprintf(voucher->code, sizeof(voucher->code), "CODE-%u", roll(dice, VOUCHERS));
    voucher->effect = roll(dice, 2)   ? VOUCHER_PERCENT
                      : roll(dice, 2) ? VOUCHER_FIXED
                                      : VOUCHER_NONE;
    voucher->percent_milli = voucher->effect == VOUCHER_PERCENT ? 1 + roll(dice, 100000) : 0;
    voucher->value_minor = voucher->effect == VOUCHER_FIXED ? roll(dice, 3000) : 0;
    voucher->types = roll(dice, 2) ? roll(dice, 1u << event->type_count) : 0;
    voucher->uses = 1 + roll(dice, 5);
    voucher->reserve = voucher->types && event->quota_count && roll(dice, 2)
                           ? 1 + roll(dice, event->quota_count)
                           : 0;
    for (uint32_t i = 0; set->update && i < event->voucher_count; i++) {
        if (strcmp(event->vouchers[i].code, voucher->code) == 0)
            voucher->version = event->vouchers[i].version + (roll(dice, 10) == 0);
    }
    play_command(play, command);
}

/* Up to four lines: seats or places, mostly of the kind that the type has. */
struct lines {
    uint32_t seats[4], types[4], given[4];
    struct wanted_lines wanted;
};
static void random_lines(const struct dice *dice, const struct model_event *event, uint32_t most,
                         struct lines *lines)
{
    const uint32_t count = roll(dice, most + 1), from = SMALL_SEATS - 6 + roll(dice, 12);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t type = i && roll(dice, 3) ? lines->types[i - 1]
                                                 : roll(dice, event->type_count + !roll(dice, 30));
        const bool general = type < event->type_count && event->types[type].general;
        lines->types[i] = type;
        lines->seats[i] = general == (roll(dice, 30) > 0) ? NO_SEAT : from + i;
        lines->given[i] = type < event->type_count &&
                                  (event->types[type].rule == PRICE_DONATION || !roll(dice, 40))
                              ? roll(dice, 4000)
                              : 0;
    }
    lines->wanted = (struct wanted_lines){
        .seats = { lines->seats, count },
        .types = { lines->types, count },
        .given = { lines->given, count },
    };
}

static void random_code(const struct dice *dice, char code[16])
{
    snprintf(code, 16, "CODE-%u", roll(dice, VOUCHERS + 1));
}

static void random_lines_held(struct play *play, const struct dice *dice,
                              const struct model_event *event)
{
    static const char *const people[] = { "ann", "bob", "cyd" };
    struct lines lines;
    char code[16] = "";
    random_lines(dice, event, 4, &lines);
    if (roll(dice, 3) == 0)
        random_code(dice, code);
    play_hold_lines(play, event->id, people[roll(dice, 3)], &lines.wanted, code, NULL);
}

static void random_change(struct play *play, const struct dice *dice)
{
    const struct ticket_model *model = &play->model;
    if (model->hold_count == 0)
        return;
    const uint32_t back = roll(dice, model->hold_count < 5 ? model->hold_count : 5);
    const struct model_hold *hold = &model->holds[model->hold_count - 1 - back];
    struct lines lines;
    char code[16] = "";
    random_lines(dice, model_event_of(model, hold), 2, &lines);
    if (roll(dice, 3))
        random_code(dice, code);
    play_change(play, hold->id, roll(dice, 3), &lines.wanted, roll(dice, 3) ? NULL : code);
}

static void random_extend(struct play *play, const struct dice *dice)
{
    const struct ticket_model *model = &play->model;
    if (model->hold_count == 0)
        return;
    const uint32_t back = roll(dice, model->hold_count < 4 ? model->hold_count : 4);
    play_extend(play, model->holds[model->hold_count - 1 - back].id);
}

void play_random_sale(struct play *play, const struct dice *dice)
{
    struct model_event *event = some_event(play, dice);
    if (!event)
        return;
    switch (roll(dice, 16)) {
    case 0:
        random_type(play, dice, event);
        break;
    case 1:
        random_quota(play, dice, event);
        break;
    case 2:
        random_voucher(play, dice, event);
        break;
    case 3:
        if (roll(dice, 2))
            play_update(play, event->id, "Later");
        else
            play_unpublish(play, event->id);
        break;
    case 4:
        random_extend(play, dice);
        break;
    case 5:
    case 6:
    case 7:
    case 8:
        random_change(play, dice);
        break;
    default:
        random_lines_held(play, dice, event);
    }
}
