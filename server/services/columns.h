/* Columns of messages as the app's columns, and back. Nothing is copied: they stay the owner's. */
#ifndef SERVICES_COLUMNS_H
#define SERVICES_COLUMNS_H

#include "server/app/devices.h"
#include "server/app/readings.h"
#include "tifo/v1/crowd.pb-c.h"
#include "tifo/v1/telemetry.pb-c.h"

void columns_readings(const Tifo__V1__Readings *from, struct readings *to);
void columns_positions(const struct positions *from, int64_t now_ms,
                       Tifo__V1__WatchPositionsResponse *to);

#endif
