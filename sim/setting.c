#include "sim/setting.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY = 80 };

static const struct scenario_key {
    const char *name;
    size_t offset;
    double least, most;
} scenario_keys[] = {
    { "occupancy", offsetof(struct scenario, occupancy), 0.01, 1 },
    { "people.compliance", offsetof(struct scenario, people.compliance), 0, 1 },
    { "people.reporting", offsetof(struct scenario, people.reporting), 0, 1 },
    { "people.nearest-gate", offsetof(struct scenario, people.nearest_gate), 0, 1 },
    { "people.hesitation", offsetof(struct scenario, people.hesitation_s), 0, 3600 },
};

/* Of "gates.ID.": lanes are turnstiles; exits are people a minute, and hold even when people push.
 */
static const struct gate_key {
    const char *name;
    double least, most;
} gate_keys[] = {
    { "lanes", 0, 1000 },
    { "entry-rate", 1, 660 },
    { "exit-rate", 1, 100000 },
};
enum { GATE_LANES, GATE_ENTRY_RATE, GATE_EXIT_RATE, GATE_KEYS };

static bool refuse(char *why, size_t why_size, const char *text, const char *what)
{
    snprintf(why, why_size, "--set %.100s: %s", text, what);
    return false;
}

static bool set_gate(const char *text, const char *rest, double value, Tifo__V1__Venue *venue,
                     char *why, size_t why_size)
{
    const char *dot = strrchr(rest, '.');
    int key = 0;
    while (key < GATE_KEYS && (dot == NULL || strcmp(gate_keys[key].name, dot + 1) != 0))
        key++;
    if (key == GATE_KEYS)
        return refuse(why, why_size, text, "of a gate there are lanes, entry-rate and exit-rate");
    if (!(value >= gate_keys[key].least && value <= gate_keys[key].most) ||
        (key == GATE_LANES && value != floor(value)))
        return refuse(why, why_size, text, "that number is out of bounds");
    for (size_t g = 0; venue != NULL && g < venue->n_gates; g++) {
        Tifo__V1__Gate *gate = venue->gates[g];
        if (strlen(gate->gate_id) != (size_t)(dot - rest) ||
            strncmp(gate->gate_id, rest, (size_t)(dot - rest)) != 0)
            continue;
        if (key == GATE_LANES)
            gate->turnstiles = (uint32_t)value;
        if (key == GATE_ENTRY_RATE)
            gate->entry_rate_pph = value;
        if (key == GATE_EXIT_RATE)
            gate->exit_capacity_ppm = value;
        gate->exit_limited |= key == GATE_EXIT_RATE;
        return true;
    }
    return venue == NULL || refuse(why, why_size, text, "the ground has no such gate");
}

bool setting_apply(const char *text, struct scenario *scenario, Tifo__V1__Venue *venue, char *why,
                   size_t why_size)
{
    char key[KEY], *end;
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals - text >= KEY)
        return refuse(why, why_size, text, "is to be KEY=NUMBER");
    snprintf(key, sizeof key, "%.*s", (int)(equals - text), text);
    double value = strtod(equals + 1, &end);
    if (end == equals + 1 || *end != '\0' || !isfinite(value))
        return refuse(why, why_size, text, "is to be KEY=NUMBER");
    if (strncmp(key, "gates.", 6) == 0)
        return set_gate(text, key + 6, value, venue, why, why_size);
    for (size_t i = 0; i < sizeof scenario_keys / sizeof scenario_keys[0]; i++) {
        const struct scenario_key *known = &scenario_keys[i];
        if (strcmp(known->name, key) != 0)
            continue;
        if (!(value >= known->least && value <= known->most))
            return refuse(why, why_size, text, "that number is out of bounds");
        if (scenario != NULL)
            *(double *)((char *)scenario + known->offset) = value;
        return true;
    }
    return refuse(why, why_size, text,
                  "there are occupancy, people.compliance, people.reporting, people.nearest-gate, "
                  "people.hesitation, gates.ID.lanes, gates.ID.entry-rate, gates.ID.exit-rate");
}
