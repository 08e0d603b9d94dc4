#include "sim/parameters.h"

#include <stddef.h>
#include <string.h>

const char parameters_usual[] = "experiment";

const struct walking *parameters_find(const char *name)
{
    static const struct walking *const sets[] = { &walking_experiment, &walking_weidmann };
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
        if (strcmp(sets[i]->name, name != NULL ? name : parameters_usual) == 0)
            return sets[i];
    return NULL;
}
