/* What a run assumes, in words: so that whoever reads its report need not read its scenario. */
#include "sim/record_subject.h"

#include "clients/c/tifo.h"
#include "sim/figures.h"
#include "sim/memory.h"
#include "sim/places.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    ROWS_MOST =
        13 + SCENARIO_TRIPS + SCENARIO_CHANGES + SCENARIO_SMOKE + SCENARIO_STANDS + SCENARIO_BLOCKED
};

__attribute__((format(printf, 3, 4))) static void add(struct record *record, const char *label,
                                                      const char *text, ...)
{
    struct record_assumption *row = &RECORD_ASSUMPTIONS(record)[record->assumptions.count++];
    va_list arguments;
    snprintf(row->label, sizeof row->label, "%s", label);
    va_start(arguments, text);
    vsnprintf(row->text, sizeof row->text, text, arguments);
    va_end(arguments);
}

static const char *spell_words(const struct spell *spell, char out[96])
{
    static const char *const shapes[] = { "evenly from %.4g to %.4g s",
                                          "normal, mean %.4g s, deviation %.4g s",
                                          "lognormal, of the logarithm mean %.4g, deviation %.4g",
                                          "gamma, shape %.4g, scale %.4g s",
                                          "Weibull, shape %.4g, scale %.4g s" };
    double a = spell->a, b = spell->b;
    switch (spell->kind) {
    case DISTRIBUTION_EVEN:
        snprintf(out, 96, shapes[0], a, b);
        break;
    case DISTRIBUTION_NORMAL:
        snprintf(out, 96, shapes[1], a, b);
        break;
    case DISTRIBUTION_LOGNORMAL:
        snprintf(out, 96, shapes[2], a, b);
        break;
    case DISTRIBUTION_GAMMA:
        snprintf(out, 96, shapes[3], a, b);
        break;
    default:
        snprintf(out, 96, shapes[4], a, b);
    }
    return out;
}

static const char *moment_words(const struct moment *moment, char out[96])
{
    char from[FIGURE], peak[FIGURE], to[FIGURE];
    snprintf(out, 96, "from %s to %s, most of them at %s", figure_time(from, moment->from_s),
             figure_time(to, moment->to_s), figure_time(peak, moment->peak_s));
    return out;
}

static void add_trip(struct record *record, const struct trip *trip)
{
    char stops[80] = "", when[96], later[96];
    size_t used = 0;
    for (size_t i = 0; i < trip->stop_count && used < sizeof stops; i++)
        used += (size_t)snprintf(stops + used, sizeof stops - used, "%s%s", i ? ", then " : "",
                                 stop_name(trip->stops[i]));
    add(record, "Trip", "%.0f %% of the people%s%s: %s. They stand up %s%s%s", trip->share * 100,
        trip->stand[0] != '\0' ? " of " : "", trip->stand, stops, moment_words(&trip->leave, when),
        trip->premovement.mark.line > 0 ? "; later by " : "",
        trip->premovement.mark.line > 0 ? spell_words(&trip->premovement, later) : "");
}

static void add_people(struct record *record, const struct scenario *s)
{
    add(record, "Choice of gate",
        "%.0f %% take the nearest, the others their usual one (drawn by width over the square of "
        "the way, Huff 1963); %.0f %% change on the way to what looks quickest. Before a shut gate "
        "they stand for %.0f s on average, then take the nearest that they have not found shut",
        s->people.nearest_gate * 100, s->people.choosing * 100, s->people.hesitation_s);
    add(record, "Guidance",
        "%.0f %% follow it where there is any; %.0f %% carry a device that "
        "reports its position",
        s->people.compliance * 100, s->people.reporting * 100);
    if (s->people.in_groups > 0)
        add(record, "Groups", "%.0f %% are with one to three neighbours and stay with them",
            s->people.in_groups * 100);
    if (s->people.impaired > 0)
        add(record, "Impaired",
            "%.0f %% walk at 0.8 m/s and need a disc of 0.4 m (NIST TN 1822, 2.10)",
            s->people.impaired * 100);
}

static void add_step_free(struct record *record, const struct scenario *s)
{
    if (s->people.step_free > 0)
        add(record, "Step-free",
            "%.4g %% of those whose seat has a way without stairs take none, at 0.8 m/s with a "
            "disc "
            "of 0.4 m, and take the nearest gate that they can reach so",
            s->people.step_free * 100);
}

static void add_events(struct record *record, const struct scenario *s,
                       const Tifo__V1__Venue *venue)
{
    char at[FIGURE], why[400];
    uint32_t gates[SCENARIO_CHANGES];
    bool found = places_gates(s, venue, gates, why, sizeof why);
    for (size_t i = 0; i < s->change_count; i++)
        add(record, "Gate", "%s is %s at %s: %s",
            found ? venue->gates[gates[i]]->gate_id : s->changes[i].gate,
            s->changes[i].to == GATE_STATE_OPEN ? "opened" : "shut",
            figure_time(at, s->changes[i].at_s), s->changes[i].reason);
    for (size_t i = 0; i < s->blocked_count; i++)
        add(record, "Blocked", "%s: %s", s->blocked[i].opening, s->blocked[i].reason);
    for (size_t i = 0; i < s->smoke_count; i++)
        add(record, "Smoke", "in %s from %s on, extinction %.4g a metre", s->smoke[i].zone,
            figure_time(at, s->smoke[i].at_s), s->smoke[i].extinction_per_m);
    if (s->tickets.mark.line > 0)
        add(record, "Tickets", "%.4g %% are forged, %.4g %% are copies of somebody else's",
            s->tickets.forged * 100, s->tickets.copied * 100);
}

/* "evacuation of North, East" */
static const char *kind_words(const struct phase *phase, char *out, size_t size)
{
    size_t used = (size_t)snprintf(out, size, "%s", phase_kind_name(phase->kind));
    for (size_t i = 0; i < phase->stand_count && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : " of ",
                                 phase->stands[i]);
    return out;
}

static void add_times(struct record *record, const struct scenario *s)
{
    char text[240] = "", kind[120], from[FIGURE], to[FIGURE];
    size_t used = 0;
    for (size_t i = 0; i < s->phase_count && used < sizeof text; i++)
        used += (size_t)snprintf(
            text + used, sizeof text - used, "%s%s (%s) %s to %s", i ? "; " : "",
            s->phases[i].label, kind_words(&s->phases[i], kind, sizeof kind),
            figure_time(from, s->phases[i].from_s), figure_time(to, s->phases[i].to_s));
    add(record, "Phases", "%s. Clearance is counted from %s", text,
        figure_time(from, s->clock_zero_s));
}

void record_assume(struct record *record, const struct record_subject *subject)
{
    const struct scenario *s = subject->scenario;
    char when[96], seats[FIGURE], zones[FIGURE];
    record->assumptions.data = memory_array(ROWS_MOST, sizeof(struct record_assumption));
    add(record, "Ground", "%s (%s): %s seats in %zu blocks, %s zones, %zu openings, %zu gates",
        subject->venue->name, subject->venue->venue_id,
        figure_count(seats, tifo_seat_count(subject->venue)), subject->venue->n_blocks,
        figure_count(zones, (double)subject->venue->n_zones), subject->venue->n_openings,
        subject->venue->n_gates);
    add(record, "People", "%.4g %% of the seats are taken, seat by seat by chance%s",
        s->occupancy * 100, scenario_arrives(s) ? "; all come from outside" : "; all sit at first");
    for (size_t i = 0; i < s->stand_count; i++)
        add(record, "Stand", "in %s %.4g %% of the seats are taken", s->stands[i].stand,
            s->stands[i].occupancy * 100);
    for (size_t i = 0; i < s->trip_count; i++)
        add_trip(record, &s->trips[i]);
    if (scenario_arrives(s))
        add(record, "Arrival", "they come to the gates %s", moment_words(&s->arrivals, when));
    if (s->turnstile_service.mark.line > 0)
        add(record, "Turnstiles", "take a person %s", spell_words(&s->turnstile_service, when));
    else if (scenario_arrives(s))
        add(record, "Turnstiles", "work at about the rate that the ground's file gives");
    add_people(record, s);
    add_step_free(record, s);
    add_events(record, s, subject->venue);
    add_times(record, s);
}
