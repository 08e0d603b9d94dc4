/* Random commands: of every kind, mostly sensible. */
#include "tests/support/play_random.h"

#include "tests/support/must.h"
#include "tests/support/play_device.h"
#include "tests/support/play_rule.h"

#include <stdio.h>
#include <string.h>

enum { ROWS = 4 };

static enum status random_tick(struct play *play, const struct dice *dice)
{
    uint32_t columns[11][ROWS];
    int64_t sensed_ms[ROWS];
    for (uint32_t i = 0; i < ROWS; i++) {
        columns[0][i] = roll(dice, SMALL_PLACES);
        columns[1][i] = roll(dice, 4) ? roll(dice, 500) : roll(dice, 2);
        columns[2][i] = roll(dice, SMALL_GATES);
        columns[3][i] = roll(dice, 20);
        columns[4][i] = roll(dice, 20);
        columns[5][i] = roll(dice, SMALL_GATES + SMALL_FACILITIES);
        columns[6][i] = roll(dice, 3) ? roll(dice, 300) : 0;
        columns[7][i] = roll(dice, 10);
        columns[8][i] = roll(dice, SMALL_PLACES);
        columns[9][i] = roll(dice, 8) ? roll(dice, 500) : roll(dice, 1000001);
        columns[10][i] = 1 + roll(dice, 1000);
        sensed_ms[i] = play->now_ms + 1000 - roll(dice, roll(dice, 8) ? 20000 : 2000000);
    }
    struct source source = { .last_sequence = 1 };
    snprintf(source.name, sizeof(source.name), "camera-%u", roll(dice, 5));
    const struct source *known = stadium_source_find(play->stadium, source.name);
    source.last_sequence += known ? known->last_sequence : 0;
    uint32_t places = roll(dice, ROWS), gates = roll(dice, ROWS), queues = roll(dice, ROWS);
    uint32_t sensed = roll(dice, 2) ? roll(dice, ROWS) : 0;
    struct command command = { .kind = COMMAND_TICK };
    command.as.tick = (struct tick){
        .measured_ms = play->now_ms,
        .place = { columns[0], places },
        .people = { columns[1], places },
        .sensed = { columns[8], sensed },
        .sensed_people = { columns[9], sensed },
        .sensed_error = { columns[10], sensed },
        .sensed_ms = sensed_ms,
        .gate = { columns[2], gates },
        .gate_in = { columns[3], gates },
        .gate_out = { columns[4], gates },
        .queue = { columns[5], queues },
        .waiting = { columns[6], queues },
        .served = { columns[7], queues },
        .sources = &source,
        .source_count = roll(dice, 2),
    };
    return play_command(play, command);
}

static void random_split(const struct dice *dice, struct proposed_split *split, uint32_t index)
{
    *split = (struct proposed_split){
        .origin = index / PURPOSE_COUNT,
        .purpose = index % PURPOSE_COUNT + 1,
        .stay_s = roll(dice, 400),
        .move_s = roll(dice, 400),
    };
    uint32_t bound = split->purpose == PURPOSE_EXIT ? SMALL_GATES : SMALL_FACILITIES;
    uint32_t left = SHARE_WHOLE_MILLI;
    for (uint32_t i = 0; i < bound; i++) {
        bool toilets = i == 1;
        if ((split->purpose == PURPOSE_FOOD && toilets) ||
            (split->purpose == PURPOSE_TOILETS && !toilets) || roll(dice, 4) == 0)
            continue;
        uint32_t share = roll(dice, left + 1);
        split->destination[split->count] = i;
        split->next_place[split->count] = roll(dice, SMALL_PLACES);
        split->share_milli[split->count++] = share;
        left -= share;
    }
    if (split->count > 0)
        split->share_milli[split->count - 1] += left;
}

/* About an open alarm, or one that is not there. */
static enum status random_answer(struct play *play, const struct dice *dice)
{
    uint32_t count;
    const struct alarm *alarms = stadium_alarms(play->stadium, &count);
    uint32_t number = count && roll(dice, 8) ? alarms[roll(dice, count)].number : roll(dice, 50);
    if (roll(dice, 2))
        return play_acknowledge(play, number);
    return play_shelve(play, number, roll(dice, 3) ? 1000 * roll(dice, 60) : 0);
}

/* Now and then of a gate that is not there. */
static struct plan_bound random_bound(const struct dice *dice, uint32_t wanted)
{
    static const uint32_t all[] = { 0, 1, 2, 3 };
    return (struct plan_bound){ .wanted = wanted,
                                .people = roll(dice, 500),
                                .fit_ms = roll(dice, 100000),
                                .exact = roll(dice, 2),
                                .bound_ms = roll(dice, 100000),
                                .cut_people = roll(dice, 500),
                                .cut_milli_ppm = roll(dice, 20) * 1000,
                                .cut_gate = { all + roll(dice, 2), roll(dice, SMALL_GATES + 1) },
                                .cut_opening = { all, roll(dice, SMALL_OPENINGS + 1) } };
}

static enum status random_plan(struct play *play, const struct dice *dice)
{
    struct proposed_split splits[SMALL_PLACES * PURPOSE_COUNT];
    uint32_t count = 0;
    for (uint32_t i = 0; i < SMALL_PLACES * PURPOSE_COUNT; i++) {
        if (roll(dice, 3) > 0)
            random_split(dice, &splits[count++], i);
    }
    const uint32_t wanted = stadium_plan(play->stadium)->wanted - (roll(dice, 10) == 0);
    const struct plan_bound bound = random_bound(dice, wanted);
    struct command command = { .kind = COMMAND_ADOPT_PLAN };
    command.as.adopt_plan = (struct adopt_plan){
        .wanted = wanted,
        .clearance_s = roll(dice, 1000),
        .free_clearance_s = roll(dice, 3) ? 0 : roll(dice, 1000),
        .splits = splits,
        .split_count = count,
        .bound = roll(dice, 4) ? &bound : NULL,
        .compliance_milli = roll(dice, 1002),
    };
    enum status status = play_command(play, command);
    if (roll(dice, 2))
        return status;
    command = (struct command){ .kind = COMMAND_BOUND_PLAN };
    command.as.bound_plan.bound = random_bound(dice, wanted);
    return play_command(play, command);
}

/* Mostly one that makes sense. */
static enum status random_override(struct play *play, const struct dice *dice)
{
    struct override rule = { .origin = roll(dice, SMALL_PLACES + 1),
                             .purpose = roll(dice, 8) ? PURPOSE_EXIT : roll(dice, 5),
                             .kind = 1 + roll(dice, 3),
                             .reason = "random" };
    uint32_t left = SHARE_WHOLE_MILLI;
    for (uint32_t i = 0; rule.kind != OVERRIDE_TAKEN_BACK && i < SMALL_GATES; i++)
        if (roll(dice, 2))
            rule.destination[rule.count++] = i;
    for (uint32_t i = 0; rule.kind == OVERRIDE_FIXED && i < rule.count; i++) {
        rule.share_milli[i] = i + 1 < rule.count ? left / 2 : left;
        left -= rule.share_milli[i];
    }
    return play_override(play, &rule);
}

static enum status random_stage(struct play *play, const struct dice *dice)
{
    const uint32_t block = roll(dice, SMALL_BLOCKS + 1);
    return play_stage(play, (struct u32s){ &block, 1 });
}

void play_random(struct play *play, const struct dice *dice)
{
    play->modelled = true;
    play->now_ms += roll(dice, 3) ? 250 * roll(dice, 8) : 0;
    switch (roll(dice, 34)) {
    case 0:
        play_import(play);
        break;
    case 1:
        if (roll(dice, 3))
            play_phase(play, roll(dice, 7));
        else
            random_stage(play, dice);
        break;
    case 2:
        play_gate(play, roll(dice, SMALL_GATES + 1), roll(dice, 3));
        break;
    case 3:
        play_wait(play, 1000 * roll(dice, 40));
        break;
    case 4:
    case 5:
    case 6:
        random_plan(play, dice);
        break;
    case 7:
    case 8:
        random_answer(play, dice);
        break;
    case 9:
        play_answered(play, &(struct answered){ .scope_high = roll(dice, 100), .code = 9 });
        break;
    case 30:
    case 31:
        play_random_rules(play, dice);
        break;
    case 28:
    case 29:
        play_random_devices(play, dice);
        break;
    case 10:
    case 11:
    case 12:
    case 13:
    case 14:
    case 15:
    case 16:
    case 17:
    case 18:
        random_tick(play, dice);
        break;
    case 32:
        play_opening(play, roll(dice, SMALL_OPENINGS + 1), roll(dice, 3));
        break;
    case 33:
        random_override(play, dice);
        break;
    default:
        play_random_tickets(play, dice);
    }
    stadium_check(play->stadium);
    if (stadium_due(play->stadium) <= play->now_ms) {
        play_command(play, (struct command){ .kind = COMMAND_TICK });
        must(play->facts.count > 0, "a tick that is due has something to say");
        stadium_check(play->stadium);
    }
}
