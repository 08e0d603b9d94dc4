/* A venue from the server, before anything is drawn of it. */
#ifndef TWIN_VENUE_CHECK_H
#define TWIN_VENUE_CHECK_H

#include "tifo/v1/venue.pb-c.h"

/* What is wrong with a venue, as words that follow "has", such as "a gate that joins no two zones";
 * NULL: nothing. After that every index in it points at something and every line has its points. */
const char *venue_wrong(const Tifo__V1__Venue *venue);

#endif
