/* Random commands about doors: few tickets, few lists, every reason to be refused. */
#include "tests/support/play_random.h"
#include "tests/support/play_tickets.h"

#include <stdio.h>

static struct id random_event(const struct play *play, const struct dice *dice)
{
    const struct ticket_model *model = &play->model;
    return model->event_count ? model->events[roll(dice, model->event_count)].id
                              : (struct id){ 1, 1 };
}

static struct id random_ticket(const struct play *play, const struct dice *dice)
{
    const struct ticket_model *model = &play->model;
    return model->ticket_count ? model->tickets[roll(dice, model->ticket_count)].id
                               : (struct id){ 1, 3 };
}

static const char *const bands[] = { "band-1", "band-2", "band-3", "band-4", "" };

static void random_medium(struct play *play, const struct dice *dice)
{
    const enum medium_change change = roll(dice, 2) ? MEDIUM_ISSUE : 1 + roll(dice, 4);
    play_medium(play, change, bands[roll(dice, roll(dice, 20) ? 4 : 5)], random_ticket(play, dice),
                roll(dice, 10) ? "lost" : NULL);
}

static void random_scan(struct play *play, const struct dice *dice)
{
    const struct ticket_model *model = &play->model;
    struct scan_ticket form =
        play_scan_form(play, random_ticket(play, dice), roll(dice, SMALL_GATES), 1 + roll(dice, 4));
    const struct model_ticket *ticket = model_ticket_find(model, form.ticket);
    if (ticket)
        form.generation = ticket->generation;
    form.list = roll(dice, 3);
    form.exit = roll(dice, 4) == 0;
    form.id_checked = roll(dice, 2);
    form.forced = roll(dice, 8) == 0;
    form.by_hand = roll(dice, 6) == 0;
    if (form.by_hand && model->order_count && roll(dice, 2))
        form.ticket = model->orders[roll(dice, model->order_count)].id;
    if (!form.by_hand && roll(dice, 4) == 0) {
        snprintf(form.medium, sizeof(form.medium), "%s", bands[roll(dice, 4)]);
        if (roll(dice, 2)) /* Else as a gate that was offline took it. */
            form.ticket = (struct id){ 0 };
    }
    switch (roll(dice, 16)) {
    case 0:
        form.forged = true;
        break;
    case 1:
        form.event = random_event(play, dice);
        break;
    case 2:
        form.generation += roll(dice, 3) - 1;
        break;
    case 3:
        form.ticket_event = (struct id){ 1, 4 };
        break;
    case 4:
        form.nonce = 0;
        break;
    case 5:
        form.gate = SMALL_GATES;
        break;
    case 6:
        form.list = CHECKIN_LISTS + 1;
        break;
    default:
        break;
    }
    play_scan(play, &form);
}

static void random_reissue(struct play *play, const struct dice *dice)
{
    static const char *const people[] = { "ann", "bob", "cyd" };
    const struct id id = random_ticket(play, dice);
    const struct model_ticket *ticket = model_ticket_find(&play->model, id);
    char person[PERSON_BYTES + 1] = "ann";
    for (size_t i = 0; ticket && i < sizeof(person); i++)
        person[i] = ticket->person[i];
    play_reissue(play, id, roll(dice, 10) ? person : "bob",
                 roll(dice, 3) ? people[roll(dice, 3)] : NULL);
}

static void random_rules(struct play *play, const struct dice *dice)
{
    struct set_door_rules form = play_rules_form(random_event(play, dice));
    form.sealed_s = roll(dice, 1000);
    form.transfers = roll(dice, 4) > 0;
    form.reentry = roll(dice, 2);
    form.offline = 1 + roll(dice, 3);
    play_rules(play, &form);
}

static void random_list(struct play *play, const struct dice *dice)
{
    const uint32_t one = roll(dice, 2);
    struct set_checkin_list form = { .event = random_event(play, dice), .name = "west" };
    form.number = roll(dice, 3);
    form.name[0] = roll(dice, 20) ? 'w' : 0;
    form.blocks = (struct u32s){ &one, roll(dice, 3) == 0 };
    form.gates = (struct u32s){ &one, roll(dice, 3) == 0 };
    form.from_ms = roll(dice, 3) ? 0 : play->now_ms;
    form.until_ms = roll(dice, 3) ? 0 : play->now_ms + 1000 * (roll(dice, 100) - 5);
    form.reentry = roll(dice, 2);
    form.checks_id = roll(dice, 3) == 0;
    form.codes_only = roll(dice, 3) == 0;
    play_list(play, &form);
}

static void random_upload(struct play *play, const struct dice *dice)
{
    static const char *const scanners[] = { "one", "two" };
    struct scan_ticket scans[6];
    struct scan results[6];
    uint32_t index, count = 1 + roll(dice, 6);
    const char *name = scanners[roll(dice, 2)];
    const struct scanner *known = stadium_scanner_find(play->stadium, name, &index);
    for (uint32_t i = 0; i < count; i++) {
        scans[i] = play_scan_form(play, random_ticket(play, dice), roll(dice, SMALL_GATES),
                                  1 + roll(dice, 4));
        scans[i].exit = roll(dice, 4) == 0;
        scans[i].forged = roll(dice, 10) == 0;
        scans[i].by_hand = roll(dice, 6) == 0;
        if (scans[i].by_hand && play->model.order_count && roll(dice, 2))
            scans[i].ticket = play->model.orders[roll(dice, play->model.order_count)].id;
        if (!scans[i].by_hand && roll(dice, 4) == 0)
            snprintf(scans[i].medium, sizeof(scans[i].medium), "%s", bands[roll(dice, 4)]);
        scans[i].at_ms = play->now_ms - 1000 * roll(dice, 100);
    }
    play_upload(play, name, (known ? known->last_sequence : 0) + 1 - (known && roll(dice, 4) == 0),
                scans, count, results);
}

void play_random_doors(struct play *play, const struct dice *dice)
{
    switch (roll(dice, 14)) {
    case 0:
    case 1:
        random_reissue(play, dice);
        break;
    case 2:
        play_block(play, random_ticket(play, dice), roll(dice, 3) == 0 ? "stolen" : NULL);
        break;
    case 3:
        random_rules(play, dice);
        break;
    case 4:
        random_list(play, dice);
        break;
    case 6:
    case 7:
        random_medium(play, dice);
        break;
    case 5:
        random_upload(play, dice);
        break;
    default:
        random_scan(play, dice);
    }
}
