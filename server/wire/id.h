/* Ids as the API writes them: 32 lower-case hex digits; and as a ticket's code has them. */
#ifndef WIRE_ID_H
#define WIRE_ID_H

#include "server/base/arena.h"
#include "server/core/id.h"
#include "server/wire/check.h"

/* Empty when there is no id. */
char *wire_id_text(struct id id, struct arena *arena);
/* False: it is not written so, or is 0. */
bool wire_id_read(const char *text, struct id *id);
/* The same for a field of a request. An id that is not written like one is refused. */
bool check_id(const struct check *check, const char *field, const char *text, struct id *id);

/* Big-endian, 16 bytes. */
void wire_id_to_bytes(struct id id, uint8_t *bytes);
struct id wire_id_from_bytes(const uint8_t *bytes);

#endif
