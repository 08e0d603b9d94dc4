#include "tests/support/play.h"

#include "server/core/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void play_init(struct play *play, const struct limits *limits)
{
    struct limits defaults = limits_default();
    *play = (struct play){ .now_ms = 1000 * 1000 };
    play->stadium = stadium_create(limits ? limits : &defaults);
}

void play_fini(struct play *play)
{
    stadium_destroy(play->stadium);
    facts_fini(&play->facts);
    arena_fini(&play->arena);
}

static void keep(struct play *play, const struct fact *fact)
{
    if (play->journal_count == play->journal_room) {
        uint32_t room = play->journal_room ? play->journal_room * 2 : 256;
        struct bytes *journal = arena_array(&play->arena, room, sizeof(*journal));
        if (play->journal_count > 0)
            memcpy(journal, play->journal, play->journal_count * sizeof(*journal));
        play->journal = journal;
        play->journal_room = room;
    }
    play->journal[play->journal_count++] = fact_encode(fact, &play->arena);
}

enum status play_command(struct play *play, struct command command)
{
    command.time_ms = play->now_ms;
    enum status status = stadium_decide(play->stadium, &command, &play->facts);
    for (uint32_t i = 0; i < play->facts.count; i++) {
        keep(play, &play->facts.items[i]);
        stadium_evolve(play->stadium, &play->facts.items[i]);
    }
    return status;
}

void play_answered(struct play *play, const struct answered *answered)
{
    const struct fact fact = { FACT_ANSWERED, play->now_ms, .as.answered = *answered };
    keep(play, &fact);
    stadium_evolve(play->stadium, &fact);
}

static void tick(struct play *play)
{
    struct command command = { .kind = COMMAND_TICK };
    play_command(play, command);
}

void play_settle(struct play *play)
{
    while (stadium_due(play->stadium) <= play->now_ms)
        tick(play);
}

void play_wait(struct play *play, int64_t ms)
{
    for (int64_t end = play->now_ms + ms; play->now_ms < end;) {
        play->now_ms += 250;
        play_settle(play);
    }
}

void play_import(struct play *play)
{
    struct small_venue small;
    small_venue_init(&small);
    struct command command = { .kind = COMMAND_IMPORT_VENUE };
    command.as.import_venue.venue = small.venue;
    play_command(play, command);
    play_settle(play);
}

enum status play_phase(struct play *play, enum phase_kind kind)
{
    struct command command = { .kind = COMMAND_SET_PHASE };
    command.as.set_phase.phase = (struct phase){ .kind = kind, .started_ms = play->now_ms };
    return play_command(play, command);
}

enum status play_gate(struct play *play, uint32_t gate, enum gate_mode mode)
{
    struct command command = { .kind = COMMAND_SET_GATE };
    command.as.set_gate = (struct set_gate){ .gate = gate, .mode = mode, .reason = "test" };
    return play_command(play, command);
}

enum status play_people(struct play *play, uint32_t place, uint32_t people)
{
    struct command command = { .kind = COMMAND_TICK };
    command.as.tick = (struct tick){ .measured_ms = play->now_ms,
                                     .place = { &place, 1 },
                                     .people = { &people, 1 } };
    return play_command(play, command);
}

enum status play_passed(struct play *play, uint32_t gate, uint32_t in, uint32_t out)
{
    struct command command = { .kind = COMMAND_TICK };
    command.as.tick = (struct tick){ .measured_ms = play->now_ms,
                                     .gate = { &gate, 1 },
                                     .gate_in = { &in, 1 },
                                     .gate_out = { &out, 1 } };
    return play_command(play, command);
}

enum status play_queue(struct play *play, uint32_t queue, uint32_t waiting, uint32_t served)
{
    struct command command = { .kind = COMMAND_TICK };
    command.as.tick = (struct tick){ .measured_ms = play->now_ms,
                                     .queue = { &queue, 1 },
                                     .waiting = { &waiting, 1 },
                                     .served = { &served, 1 } };
    return play_command(play, command);
}

enum status play_acknowledge(struct play *play, uint32_t number)
{
    struct command command = { .kind = COMMAND_ACKNOWLEDGE_ALARM };
    command.as.acknowledge_alarm = (struct acknowledge_alarm){ number, "desk 1" };
    return play_command(play, command);
}

enum status play_shelve(struct play *play, uint32_t number, uint32_t for_ms)
{
    struct command command = { .kind = COMMAND_SHELVE_ALARM };
    command.as.shelve_alarm = (struct shelve_alarm){ number, for_ms, "desk 2", "known" };
    return play_command(play, command);
}

const struct fact *play_fact(const struct play *play, enum fact_kind kind)
{
    for (uint32_t i = 0; i < play->facts.count; i++) {
        if (play->facts.items[i].kind == kind)
            return &play->facts.items[i];
    }
    return NULL;
}

/* ---- What is always true ----------------------------------------------------------------- */

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "stadium_check: %s\n", what);
    abort();
}

static void add_row(void *ctx, enum row_kind kind, uint32_t key, const void *row)
{
    *(uint64_t *)ctx += row_hash(kind, key, row);
}

uint64_t stadium_digest_anew(const struct stadium *stadium)
{
    uint64_t digest = 0;
    stadium_each_row(stadium, add_row, &digest);
    return digest;
}

static void check_splits(const struct stadium *stadium)
{
    uint32_t count;
    const struct split *splits = stadium_splits(stadium, &count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t total = 0;
        for (uint32_t k = 0; k < splits[i].count; k++) {
            total += splits[i].share_milli[k];
            must(splits[i].share_milli[k] > 0, "a destination has a share");
            must(k == 0 || splits[i].destination[k] > splits[i].destination[k - 1],
                 "destinations ascend");
        }
        must(splits[i].count == 0 || total == SHARE_WHOLE_MILLI, "shares total 1000");
    }
}

static void check_crowd(const struct stadium *stadium)
{
    const struct venue *venue = stadium_venue(stadium);
    uint32_t inside = 0;
    uint64_t windowed = 0;
    for (uint32_t i = 0; i < venue_places(venue); i++)
        inside += venue_place_is_inside(venue, i) ? stadium_places(stadium)[i].people : 0;
    must(inside == stadium_inside(stadium), "the people inside are those in the places");
    for (int k = 0; k < WINDOW_BUCKETS; k++) {
        for (uint32_t i = 0; i < venue->gate_count; i++)
            windowed += stadium_gates(stadium)[i].in_buckets[k] +
                        (uint64_t)stadium_gates(stadium)[i].out_buckets[k];
        for (uint32_t i = 0; i < venue->facility_count; i++)
            windowed += stadium_facilities(stadium)[i].served_buckets[k];
    }
    must(windowed == stadium->head.windowed, "the windows hold what was counted");
}

static void check_alarms(const struct stadium *stadium)
{
    uint32_t count;
    const struct alarm *alarms = stadium_alarms(stadium, &count);
    char text[200];
    for (uint32_t i = 0; i < count; i++) {
        must(i == 0 || alarms[i - 1].priority >= alarms[i].priority, "worst alarms come first");
        alarm_cause(stadium, &alarms[i], text, sizeof(text));
        must(text[0], "an alarm has a cause");
        alarm_action(stadium, &alarms[i], text, sizeof(text));
        must(text[0], "an alarm has an action");
    }
    must(stadium->answer_count <= count, "only open alarms were answered");
    for (uint32_t i = 0; i < stadium->answer_count; i++) {
        const struct alarm_answer *answer = &stadium->answers[i];
        must(alarm_find(stadium, answer->number), "an alarm that was answered is open");
        must(answer->acknowledged_ms || answer->shelved_until_ms, "an answer says something");
        must(!answer->shelved_until_ms == !answer->shelved_reason[0], "a shelf has a reason");
    }
}

void stadium_check(const struct stadium *stadium)
{
    must(stadium_digest(stadium) == stadium_digest_anew(stadium), "the digest is that of the rows");
    if (!stadium_venue(stadium))
        return;
    check_splits(stadium);
    check_crowd(stadium);
    check_alarms(stadium);
}

uint64_t play_replayed_digest(const struct play *play)
{
    struct limits limits = limits_default();
    struct stadium *stadium = stadium_create(&limits);
    struct arena arena = { 0 };
    for (uint32_t i = 0; i < play->journal_count; i++) {
        struct fact fact;
        arena_reset(&arena);
        must(fact_decode(play->journal[i], &arena, &fact), "a fact that was kept can be read");
        stadium_evolve(stadium, &fact);
    }
    stadium_check(stadium);
    must(stadium_seq(stadium) == play->journal_count, "seq counts facts");
    must(stadium_due(stadium) == stadium_due(play->stadium), "a replayed stadium wants the same");
    uint64_t digest = stadium_digest(stadium);
    stadium_destroy(stadium);
    arena_fini(&arena);
    return digest;
}

/* ---- Random commands --------------------------------------------------------------------- */

static uint32_t roll(const struct dice *dice, uint32_t bound)
{
    return dice->draw(dice->ctx, bound);
}

enum { ROWS = 4 };

static enum status random_tick(struct play *play, const struct dice *dice)
{
    uint32_t columns[8][ROWS];
    for (uint32_t i = 0; i < ROWS; i++) {
        columns[0][i] = roll(dice, SMALL_PLACES);
        columns[1][i] = roll(dice, 4) ? roll(dice, 500) : roll(dice, 2);
        columns[2][i] = roll(dice, SMALL_GATES);
        columns[3][i] = roll(dice, 20);
        columns[4][i] = roll(dice, 20);
        columns[5][i] = roll(dice, SMALL_GATES + SMALL_FACILITIES);
        columns[6][i] = roll(dice, 3) ? roll(dice, 300) : 0;
        columns[7][i] = roll(dice, 10);
    }
    struct source source = { .last_sequence = 1 };
    snprintf(source.name, sizeof(source.name), "camera-%u", roll(dice, 5));
    const struct source *known = stadium_source_find(play->stadium, source.name);
    source.last_sequence += known ? known->last_sequence : 0;
    uint32_t places = roll(dice, ROWS), gates = roll(dice, ROWS), queues = roll(dice, ROWS);
    struct command command = { .kind = COMMAND_TICK };
    command.as.tick = (struct tick){
        .measured_ms = play->now_ms,
        .place = { columns[0], places },
        .people = { columns[1], places },
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

static enum status random_plan(struct play *play, const struct dice *dice)
{
    struct proposed_split splits[SMALL_PLACES * PURPOSE_COUNT];
    uint32_t count = 0;
    for (uint32_t i = 0; i < SMALL_PLACES * PURPOSE_COUNT; i++) {
        if (roll(dice, 3) > 0)
            random_split(dice, &splits[count++], i);
    }
    struct command command = { .kind = COMMAND_ADOPT_PLAN };
    command.as.adopt_plan = (struct adopt_plan){
        .wanted = stadium_plan(play->stadium)->wanted - (roll(dice, 10) == 0),
        .clearance_s = roll(dice, 1000),
        .splits = splits,
        .split_count = count,
    };
    return play_command(play, command);
}

void play_random(struct play *play, const struct dice *dice)
{
    play->now_ms += roll(dice, 3) ? 250 * roll(dice, 8) : 0;
    switch (roll(dice, 19)) {
    case 0:
        play_import(play);
        break;
    case 1:
        play_phase(play, roll(dice, 7));
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
    default:
        random_tick(play, dice);
    }
    stadium_check(play->stadium);
    if (stadium_due(play->stadium) <= play->now_ms) {
        tick(play);
        must(play->facts.count > 0, "a tick that is due has something to say");
        stadium_check(play->stadium);
    }
}
