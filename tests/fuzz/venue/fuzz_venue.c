/*
 * Any bytes as a venue file: no crash, a sentence for every refusal, and what is accepted can be
 * written and read again without a change.
 */
#include <stdlib.h>
#include <string.h>

#include "clients/c/tifo.h"

#define TEXT_MAX 65536 /* Overlaps are checked pair by pair; larger files only cost time. */

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void write_and_read_again(const Tifo__V1__Venue *venue)
{
    size_t size;
    char *text = tifo_venue_text(venue, &size);
    Tifo__V1__Venue *again;
    struct tifo_problems problems;
    check(tifo_venue_parse("again", text, size, &again, &problems));
    check(tifo__v1__venue__get_packed_size(venue) == tifo__v1__venue__get_packed_size(again));
    check(tifo_seat_count(venue) == tifo_seat_count(again));
    tifo_venue_free(again);
    tifo_problems_fini(&problems);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > TEXT_MAX)
        return 0;
    Tifo__V1__Venue *venue;
    struct tifo_problems problems;
    if (tifo_venue_parse("fuzz", (const char *)data, size, &venue, &problems)) {
        check(problems.count == 0);
        write_and_read_again(venue);
    } else {
        check(problems.count > 0 && problems.rows[0].sentence[0]);
    }
    tifo_venue_free(venue);
    tifo_problems_fini(&problems);
    return 0;
}
