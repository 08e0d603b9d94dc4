/*
 * Levels of service for people.
 */
#ifndef CLIENTS_CLI_LEVEL_TEXT_H
#define CLIENTS_CLI_LEVEL_TEXT_H

#include "tifo/v1/crowd.pb-c.h"

struct level_text {
    char text[16];
};
/* "D", "D stairs", "D queue": the letter on its scale; "-": none is known. */
struct level_text level_text(Tifo__V1__LevelOfService los, Tifo__V1__LevelScale scale);

#endif
