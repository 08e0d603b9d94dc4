#include "tests/support/play_device.h"

#include "tests/support/play_random.h"

#include <stdio.h>
#include <string.h>

enum { MOST = 64, EVERY_MS = 10000 };

struct set_device play_device_form(const char *id, uint32_t place)
{
    struct set_device form = { .is_new = true, .key = { 1, 2, 3, 4 } };
    form.is.kind = DEVICE_CAMERA;
    form.is.place = place + 1;
    form.is.interval_ms = EVERY_MS;
    snprintf(form.is.id, sizeof(form.is.id), "%s", id);
    snprintf(form.is.by, sizeof(form.is.by), "desk 1");
    return form;
}

enum status play_set_device(struct play *play, const struct set_device *form)
{
    struct command command = { .kind = COMMAND_SET_DEVICE };
    command.as.set_device = *form;
    return play_command(play, command);
}

enum status play_device(struct play *play, const char *id, uint32_t place)
{
    const struct set_device form = play_device_form(id, place);
    return play_set_device(play, &form);
}

enum status play_gateway(struct play *play, const char *id)
{
    struct set_device form = play_device_form(id, 0);
    form.is.kind = DEVICE_GATEWAY;
    form.is.place = 0;
    return play_set_device(play, &form);
}

enum status play_device_behind(struct play *play, const char *id, const char *gateway)
{
    struct set_device form = play_device_form(id, 0);
    snprintf(form.gateway, sizeof(form.gateway), "%s", gateway);
    return play_set_device(play, &form);
}

enum status play_tend_device(struct play *play, enum command_kind kind, const char *id)
{
    struct command command = { .kind = kind };
    command.as.tend_device = (struct tend_device){ .key = { 5, 6, 7, 8 }, .by = "desk 2" };
    snprintf(command.as.tend_device.id, sizeof(command.as.tend_device.id), "%s", id);
    return play_command(play, command);
}

enum status play_registration(struct play *play, bool required)
{
    struct command command = { .kind = COMMAND_SET_REGISTRATION };
    command.as.set_registration = (struct registration_set){ required, "desk 1" };
    return play_command(play, command);
}

static enum status news(struct play *play, uint32_t first, uint32_t count, bool silent)
{
    struct command command = { .kind = COMMAND_TICK };
    uint32_t rows[MOST];
    int64_t seen_ms[MOST];
    for (uint32_t i = 0; i < count && i < MOST; i++) {
        rows[i] = first + i;
        seen_ms[i] = play->now_ms - 3 * EVERY_MS;
    }
    if (silent)
        command.as.tick = (struct tick){ .silent = { rows, count }, .silent_seen_ms = seen_ms };
    else
        command.as.tick.heard = (struct u32s){ rows, count };
    return play_command(play, command);
}

enum status play_silent(struct play *play, uint32_t first, uint32_t count)
{
    return news(play, first, count, true);
}

enum status play_heard(struct play *play, uint32_t first, uint32_t count)
{
    return news(play, first, count, false);
}

enum status play_random_devices(struct play *play, const struct dice *dice)
{
    char id[16];
    uint32_t count;
    stadium_devices(play->stadium, &count);
    const bool gateway = roll(dice, 5) == 0;
    snprintf(id, sizeof(id), gateway ? "gw-%u" : "cam-%u", roll(dice, gateway ? 3 : 8));
    struct set_device form = play_device_form(id, roll(dice, SMALL_PLACES + 1));
    switch (roll(dice, 8)) {
    case 0:
    case 1:
        form.is_new = roll(dice, 4) > 0;
        form.is.kind = gateway ? DEVICE_GATEWAY : roll(dice, DEVICE_OTHER + 2);
        form.is.gate = roll(dice, 3) ? 0 : roll(dice, SMALL_GATES + 2);
        form.is.place = roll(dice, 3) ? form.is.place : 0;
        form.is.interval_ms = roll(dice, 3) * 2000;
        if (!gateway && roll(dice, 2))
            snprintf(form.gateway, sizeof(form.gateway), "gw-%u", roll(dice, 3));
        return play_set_device(play, &form);
    case 2:
        return play_tend_device(play, roll(dice, 2) ? COMMAND_ROTATE_DEVICE : COMMAND_RETIRE_DEVICE,
                                id);
    case 3:
        return play_registration(play, roll(dice, 2));
    case 4:
    case 5:
        return play_heard(play, roll(dice, 4), roll(dice, count + 2));
    default:
        return play_silent(play, roll(dice, 4), roll(dice, count + 2));
    }
}
