#include "clients/cli/level_text.h"

#include <stdio.h>

struct level_text level_text(Tifo__V1__LevelOfService los, Tifo__V1__LevelScale scale)
{
    static const char letters[] = "-ABCDEF";
    const uint32_t i = (uint32_t)los;
    const char *word = scale == TIFO__V1__LEVEL_SCALE__LEVEL_SCALE_QUEUE    ? " queue"
                       : scale == TIFO__V1__LEVEL_SCALE__LEVEL_SCALE_STAIRS ? " stairs"
                                                                            : "";
    struct level_text out;
    snprintf(out.text, sizeof(out.text), "%c%s", i < sizeof(letters) - 1 ? letters[i] : '-', word);
    return out;
}
