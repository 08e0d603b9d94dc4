/* Devices of the registry. */
#ifndef WIRE_DEVICE_H
#define WIRE_DEVICE_H

#include "server/core/command.h"
#include "server/core/stadium.h"
#include "server/wire/check.h"
#include "tifo/v1/devices.pb-c.h"

/* What is said of one; false: a field cannot be, and the refusal says which. */
bool wire_set_device(const Tifo__V1__Device *from, struct set_device *to, struct refusal *refusal);
/* Its state at `now_ms`, when `seen_ms` is the last that was heard of it since the start (0:
 * nothing). */
Tifo__V1__DeviceState wire_device_state(const struct device *device, int64_t seen_ms,
                                        int64_t now_ms);
Tifo__V1__Device *wire_device(const struct stadium *stadium, const struct device *from,
                              int64_t seen_ms, int64_t now_ms, struct arena *arena);

#endif
