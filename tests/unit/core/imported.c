#include "tests/unit/core/imported.h"

struct play play;

int start(void **state)
{
    (void)state;
    play_init(&play, NULL);
    play_import(&play);
    return 0;
}

int stop(void **state)
{
    (void)state;
    stadium_check(play.stadium);
    play_fini(&play);
    return 0;
}
