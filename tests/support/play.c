#include "tests/support/play.h"

#include "server/core/state.h"
#include "tests/support/must.h"
#include "tests/support/restored.h"

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
    ticket_model_fini(&play->model);
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

static void pack_all(struct stadium *stadium)
{
    stadium->booking.packer.most_bytes = 0;
    stadium_rest(stadium);
}

enum status play_command(struct play *play, struct command command)
{
    command.time_ms = play->now_ms;
    enum status status = stadium_decide(play->stadium, &command, &play->facts);
    for (uint32_t i = 0; i < play->facts.count; i++) {
        keep(play, &play->facts.items[i]);
        stadium_evolve(play->stadium, &play->facts.items[i]);
    }
    if (play->packs)
        pack_all(play->stadium);
    if (play->modelled)
        ticket_model_hear(&play->model, play->stadium, &command, status, &play->facts);
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
    play_import_venue(play, &small);
}

void play_import_venue(struct play *play, const struct small_venue *small)
{
    struct command command = { .kind = COMMAND_IMPORT_VENUE };
    command.as.import_venue.venue = small->venue;
    play_command(play, command);
    play_settle(play);
}

enum status play_phase(struct play *play, enum phase_kind kind)
{
    struct command command = { .kind = COMMAND_SET_PHASE };
    command.as.set_phase.phase = (struct phase){ .kind = kind, .started_ms = play->now_ms };
    return play_command(play, command);
}

enum status play_stage(struct play *play, struct u32s leave_block)
{
    struct command command = { .kind = COMMAND_SET_PHASE };
    command.as.set_phase.phase =
        (struct phase){ .kind = PHASE_EVACUATION, .leave_block = leave_block };
    return play_command(play, command);
}

enum status play_gate(struct play *play, uint32_t gate, enum gate_mode mode)
{
    struct command command = { .kind = COMMAND_SET_GATE };
    command.as.set_gate = (struct set_gate){ .gate = gate, .mode = mode, .reason = "test" };
    return play_command(play, command);
}

enum status play_opening(struct play *play, uint32_t opening, enum gate_mode mode)
{
    struct command command = { .kind = COMMAND_SET_OPENING };
    command.as.set_opening =
        (struct set_opening){ .opening = opening, .mode = mode, .reason = "test" };
    return play_command(play, command);
}

enum status play_override(struct play *play, const struct override *rule)
{
    struct command command = { .kind = COMMAND_SET_OVERRIDE };
    command.as.set_override.rule = *rule;
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

enum status play_sensed(struct play *play, uint32_t place, uint32_t people)
{
    const uint32_t error_milli = 100;
    const int64_t at_ms = play->now_ms - 2000;
    struct command command = { .kind = COMMAND_TICK };
    command.as.tick = (struct tick){ .measured_ms = at_ms,
                                     .sensed = { &place, 1 },
                                     .sensed_people = { &people, 1 },
                                     .sensed_error = { &error_milli, 1 },
                                     .sensed_ms = &at_ms };
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

static uint64_t replayed_digest(const struct play *play, uint32_t restored_at, bool packs)
{
    struct limits limits = limits_default();
    struct stadium *stadium = stadium_create(&limits);
    struct arena arena = { 0 };
    for (uint32_t i = 0; i < play->journal_count; i++) {
        struct fact fact;
        if (i == restored_at)
            stadium = stadium_restored(stadium);
        arena_reset(&arena);
        must(fact_decode(play->journal[i], &arena, &fact), "a fact that was kept can be read");
        stadium_evolve(stadium, &fact);
        if (packs)
            pack_all(stadium);
    }
    stadium_check(stadium);
    must(stadium_seq(stadium) == play->journal_count, "seq counts facts");
    must(stadium_due(stadium) == stadium_due(play->stadium), "a replayed stadium wants the same");
    const struct payment *open = stadium_payment_open(play->stadium);
    const struct payment *again = stadium_payment_open(stadium);
    must(open ? again && again->number == open->number : !again, "and asks for the same payment");
    uint64_t digest = stadium_digest(stadium);
    stadium_destroy(stadium);
    arena_fini(&arena);
    return digest;
}

uint64_t play_replayed_digest(const struct play *play)
{
    const uint64_t digest = replayed_digest(play, play->journal_count, false);
    must(replayed_digest(play, play->journal_count / 2, true) == digest,
         "one that was saved and loaded on the way, and packed, comes to the same");
    return digest;
}
