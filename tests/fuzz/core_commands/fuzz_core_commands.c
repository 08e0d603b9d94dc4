/* Any sequence of commands, drawn from the input: the stadium's invariants hold after each, and the
 * facts replay to the same digest. */
#include "tests/support/play.h"

#include <stdlib.h>

struct input {
    const uint8_t *data;
    size_t size;
};

/* Two bytes a number; 0 when the input is used up. */
static uint32_t draw(void *ctx, uint32_t bound)
{
    struct input *input = ctx;
    uint32_t number = 0;
    for (int i = 0; i < 2 && input->size > 0; i++, input->data++, input->size--)
        number = number << 8 | *input->data;
    return number % bound;
}

static uint64_t replayed(const struct play *play)
{
    struct limits limits = limits_default();
    struct stadium *stadium = stadium_create(&limits);
    struct arena arena = { 0 };
    for (uint32_t i = 0; i < play->journal_count; i++) {
        struct fact fact;
        arena_reset(&arena);
        if (!fact_decode(play->journal[i], &arena, &fact))
            abort();
        stadium_evolve(stadium, &fact);
    }
    uint64_t digest = stadium_digest(stadium);
    stadium_destroy(stadium);
    arena_fini(&arena);
    return digest;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = { data, size };
    const struct dice dice = { draw, &input };
    struct play play;
    play_init(&play, NULL);
    play_import(&play);
    while (input.size > 0)
        play_random(&play, &dice);
    if (replayed(&play) != stadium_digest(play.stadium))
        abort();
    play_fini(&play);
    return 0;
}
