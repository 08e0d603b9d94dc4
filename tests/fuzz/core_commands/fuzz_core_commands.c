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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = { data, size };
    const struct dice dice = { draw, &input };
    struct play play;
    play_init(&play, NULL);
    play_import(&play);
    while (input.size > 0)
        (draw(&input, 2) ? play_random_crowded : play_random)(&play, &dice);
    if (play_replayed_digest(&play) != stadium_digest(play.stadium))
        abort();
    play_fini(&play);
    return 0;
}
