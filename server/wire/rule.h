/* Rules over what is measured. */
#ifndef WIRE_RULE_H
#define WIRE_RULE_H

#include "server/core/stadium.h"
#include "server/wire/check.h"
#include "tifo/v1/rules.pb-c.h"

/* False: a field cannot be, and the refusal says which. */
bool wire_set_rule(const Tifo__V1__Rule *from, struct rule_set *to, struct refusal *refusal);
Tifo__V1__Rule *wire_rule(const struct rule *from, struct arena *arena);

#endif
