#ifndef WIRE_ADDON_H
#define WIRE_ADDON_H

#include "server/core/stadium.h"
#include "server/wire/check.h"
#include "tifo/v1/addons.pb-c.h"

/* In the arena. */
Tifo__V1__Addon *wire_addon(const struct addon *addon, struct arena *arena);
Tifo__V1__Bundle *wire_bundle(const struct bundle *bundle, struct arena *arena);
/* All but the event and who asks. False: refused. */
bool wire_set_addon(const Tifo__V1__Addon *from, struct set_addon *to, struct refusal *refusal);
bool wire_set_bundle(const Tifo__V1__Bundle *from, struct set_bundle *to, struct refusal *refusal);

#endif
