/* The crowd's state as messages. Everything is in the arena and lives as long. */
#ifndef WIRE_CROWD_H
#define WIRE_CROWD_H

#include "server/base/arena.h"
#include "server/core/stadium.h"
#include "tifo/v1/crowd.pb-c.h"

/* The whole state; the stadium has a venue. `now_ms` is stadium time; `simulated`: the clock is
 * driven. Copies what changes, so it may be packed later. */
Tifo__V1__CrowdState *wire_crowd(const struct stadium *stadium, int64_t now_ms, bool simulated,
                                 struct arena *arena);
/* An open alarm. */
Tifo__V1__Alarm *wire_alarm(const struct stadium *stadium, const struct alarm *from,
                            struct arena *arena);

/* The fields of a summary; operators >= 1. */
void wire_alarm_summary(const struct stadium *stadium, const struct alarm_summary *from,
                        int64_t now_ms, uint32_t operators, struct arena *arena,
                        Tifo__V1__GetAlarmSummaryResponse *to);

#endif
