/* Rules and lists of doors, as messages. */
#ifndef WIRE_DOOR_H
#define WIRE_DOOR_H

#include "server/core/stadium.h"
#include "server/wire/check.h"
#include "tifo/v1/doors.pb-c.h"

/* Everything but the event, unchecked: the core does that. Columns stay the message's. */
void wire_door_rules_read(const Tifo__V1__DoorRules *from, struct set_door_rules *to);
bool wire_list_read(const Tifo__V1__CheckinList *from, struct set_checkin_list *to,
                    struct refusal *refusal);

Tifo__V1__DoorRules *wire_door_rules(const struct stadium *stadium, uint32_t event,
                                     struct arena *arena);
/* With its counts. NULL: there is no list of this number. */
Tifo__V1__CheckinList *wire_list(const struct stadium *stadium, uint32_t event, uint32_t number,
                                 struct arena *arena);

#endif
