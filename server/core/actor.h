/* Who asks for something that not everybody may. */
#ifndef CORE_ACTOR_H
#define CORE_ACTOR_H

#include "server/core/limits.h"

#include <stdbool.h>

struct actor {
    char person[PERSON_BYTES + 1];
    bool is_operator; /* tifod was told so: may what any organiser may. */
};

#endif
