/* Columns of messages as the app's columns, and back. Nothing is copied: they stay the owner's. */
#ifndef SERVICES_COLUMNS_H
#define SERVICES_COLUMNS_H

#include "server/app/devices.h"
#include "server/app/reading.h"
#include "server/app/readings.h"
#include "tifo/v1/crowd.pb-c.h"
#include "tifo/v1/telemetry.pb-c.h"

void columns_readings(const Tifo__V1__Readings *from, struct readings *to);
uint64_t columns_rows(const Tifo__V1__Readings *from); /* Readings in it. */
void columns_reading(const Tifo__V1__Reading *from, struct reading *to);
/* Of positions that tell their level: the same with the places that the fence finds. Rows that lie
 * in none are left out; returns how many. Columns of unequal length are left for the check. */
uint32_t columns_place(const Tifo__V1__DevicePositions *from, const struct geofence *fence,
                       struct arena *arena, struct readings *to);
void columns_positions(const struct positions *from, int64_t now_ms,
                       Tifo__V1__WatchPositionsResponse *to);

#endif
