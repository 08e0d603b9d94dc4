/* Registered devices, for tests that play. */
#ifndef TESTS_SUPPORT_PLAY_DEVICE_H
#define TESTS_SUPPORT_PLAY_DEVICE_H

#include "tests/support/play.h"

/* A camera of this id at the place that is heard every ten seconds; the test changes it. */
struct set_device play_device_form(const char *id, uint32_t place);
enum status play_set_device(struct play *play, const struct set_device *form);
/* The form as it is: registered. */
enum status play_device(struct play *play, const char *id, uint32_t place);
enum status play_gateway(struct play *play, const char *id);
/* One behind a gateway. */
enum status play_device_behind(struct play *play, const char *id, const char *gateway);
enum status play_tend_device(struct play *play, enum command_kind kind, const char *id);
enum status play_registration(struct play *play, bool required);
/* A tick that says so of the devices from `first` on, `count` of them. */
enum status play_silent(struct play *play, uint32_t first, uint32_t count);
enum status play_heard(struct play *play, uint32_t first, uint32_t count);

/* Any of that, and what cannot be. */
enum status play_random_devices(struct play *play, const struct dice *dice);

#endif
