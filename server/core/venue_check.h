/* Shared by the checks of a venue: venue_rows.c (each row) and venue_check.c (all together). */
#ifndef CORE_VENUE_CHECK_H
#define CORE_VENUE_CHECK_H

#include "server/core/state.h"

struct check {
    const struct venue *venue;
    struct facts *out;
    const char *list; /* What is being checked: "zones", row `row`. */
    uint32_t row;
};
/* Refuses the row: `field` of it (may be "") with STATUS_BAD_FIELD. */
enum status wrong(const struct check *check, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* At least one letter, and only these. */
bool only_letters(const char *text, const char *letters);

enum status check_zone(const struct check *check, const void *row);
enum status check_block(const struct check *check, const void *row);
enum status check_opening(const struct check *check, const void *row);
enum status check_gate(const struct check *check, const void *row);
enum status check_facility(const struct check *check, const void *row);
enum status check_link(const struct check *check, const void *row);

#endif
