/*
 * Stadium time for people.
 */
#ifndef CLIENTS_CLI_TIME_TEXT_H
#define CLIENTS_CLI_TIME_TEXT_H

#include <stdint.h>

struct time_text {
    char text[32];
};
/* "2026-05-16 15:50:12 UTC" */
struct time_text time_text(int64_t unix_ms);

#endif
