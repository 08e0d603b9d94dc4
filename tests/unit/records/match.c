#include "tests/unit/records/match.h"

#include "server/records/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static uint32_t draw(void *ctx, uint32_t bound)
{
    return (uint32_t)prng_below(ctx, bound);
}

void match_init(struct match *match, uint64_t seed)
{
    *match = (struct match){ .prng = { seed } };
    play_init(&match->play, NULL);
    match->play.modelled = true; /* From the first fact on. */
    play_import(&match->play);
}

void match_fini(struct match *match)
{
    play_fini(&match->play);
}

void match_step(struct match *match)
{
    const struct dice dice = { draw, &match->prng };
    if (prng_below(&match->prng, 2))
        play_random(&match->play, &dice);
    else
        play_random_crowded(&match->play, &dice);
}

static void appended(struct journal_append *append, enum status status, const char *why)
{
    (void)why;
    assert_int_equal(status, STATUS_OK);
    *(bool *)append->ctx = true;
}

uint32_t match_append(const struct match *match, struct journal *journal, uint32_t from)
{
    const struct play *play = &match->play;
    const uint32_t count = play->journal_count - from;
    if (count == 0)
        return from;
    struct arena arena = { 0 };
    struct journal_row *rows = arena_array(&arena, count, sizeof *rows);
    for (uint32_t i = 0; i < count; i++) {
        struct fact fact;
        assert_true(fact_decode(play->journal[from + i], &arena, &fact));
        rows[i] = (struct journal_row){ from + i + 1, (uint32_t)fact.kind, fact.time_ms,
                                        play->journal[from + i], 0 };
    }
    bool done = false;
    struct journal_append append = { .rows = rows, .count = count, .done = appended, .ctx = &done };
    assert_int_equal(journal->ops->append(journal, &append), STATUS_OK);
    assert_true(done);
    arena_fini(&arena);
    return play->journal_count;
}

struct dump {
    FILE *out;
    const struct fields *fields;
};

static bool dump_row(void *ctx, const void *row)
{
    const struct dump *dump = ctx;
    fprintf(dump->out, "%s ", dump->fields->name);
    fields_print_json(dump->fields, row, dump->out);
    fputc('\n', dump->out);
    return true;
}

char *records_dump(struct records *records)
{
    char why[RECORDS_WHY_SIZE], *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    for (uint32_t i = 0; i < RECORDS_TABLES; i++) {
        struct dump dump = { out, records_schema.tables[i].fields };
        if (records->ops->each(records, i, NULL, 0, dump_row, &dump, why, sizeof why) != STATUS_OK)
            fail_msg("%s", why);
    }
    fclose(out);
    return text;
}
