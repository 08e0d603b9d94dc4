#include "sim/scenario.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const char *const phase_kinds[] = { "entry", "play", "break", "egress", "evacuation", NULL };
static const char *const stops[] = { "toilets", "food", "exit", NULL };
static const char *const gate_states[] = { "open", "closed", NULL };

static const char *const design_names[] = { "none", "sfpe", "green-guide", "imo", NULL };
static const struct design *const designs[] = { NULL, &design_sfpe, &design_green_guide,
                                                &design_imo };
static const char *const distributions[] = {
    "even", "normal", "lognormal", "gamma", "weibull", NULL
};

static const double longest_s = 6 * 3600;

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

static const struct form_field moment_fields[] = {
    { "from", FORM_TIME, offsetof(struct moment, from_s), .required = true, .most = longest_s },
    { "peak", FORM_TIME, offsetof(struct moment, peak_s), .required = true, .most = longest_s },
    { "to", FORM_TIME, offsetof(struct moment, to_s), .required = true, .most = longest_s },
};
static const struct form moment_form = { "\"leave\"", sizeof(struct moment),
                                         offsetof(struct moment, mark), moment_fields,
                                         COUNT(moment_fields) };

static const struct form_field spell_fields[] = {
    { "distribution", FORM_CHOICE, offsetof(struct spell, kind), .required = true,
      .choices = distributions },
    { "a", FORM_NUMBER, offsetof(struct spell, a), .required = true, .most = 1e5 },
    { "b", FORM_NUMBER, offsetof(struct spell, b), .required = true, .most = 1e5 },
};
static const struct form premovement_form = { "\"premovement\"", sizeof(struct spell),
                                              offsetof(struct spell, mark), spell_fields,
                                              COUNT(spell_fields) };
static const struct form service_form = { "\"turnstile-service\"", sizeof(struct spell),
                                          offsetof(struct spell, mark), spell_fields,
                                          COUNT(spell_fields) };

static const struct form_field smoke_fields[] = {
    { "zone", FORM_TEXT, offsetof(struct smoke, zone), .required = true, .most = 33 },
    { "at", FORM_TIME, offsetof(struct smoke, at_s), .required = true, .most = longest_s },
    { "extinction", FORM_NUMBER, offsetof(struct smoke, extinction_per_m), .required = true,
      .most = 20 },
};
static const struct form smoke_form = { "smoke", sizeof(struct smoke), offsetof(struct smoke, mark),
                                        smoke_fields, COUNT(smoke_fields) };

static const struct form_field stand_fields[] = {
    { "stand", FORM_TEXT, offsetof(struct stand_filled, stand), .required = true,
      .most = STAND_BYTES + 1 },
    { "occupancy", FORM_NUMBER, offsetof(struct stand_filled, occupancy), .required = true,
      .most = 1 },
};
static const struct form stand_form = { "a stand", sizeof(struct stand_filled),
                                        offsetof(struct stand_filled, mark), stand_fields,
                                        COUNT(stand_fields) };

static const struct form_field blocked_fields[] = {
    { "opening", FORM_TEXT, offsetof(struct blocked_opening, opening), .required = true,
      .most = 33 },
    { "reason", FORM_TEXT, offsetof(struct blocked_opening, reason), .required = true,
      .most = 201 },
};
static const struct form blocked_form = { "a blocked opening", sizeof(struct blocked_opening),
                                          offsetof(struct blocked_opening, mark), blocked_fields,
                                          COUNT(blocked_fields) };

static const struct form_field trip_fields[] = {
    { "share", FORM_NUMBER, offsetof(struct trip, share), .required = true, .most = 1 },
    { "stand", FORM_TEXT, offsetof(struct trip, stand), .most = STAND_BYTES + 1 },
    { "stops", FORM_CHOICES, offsetof(struct trip, stops), .required = true, .least = 1,
      .most = SCENARIO_STOPS, .choices = stops, .count_offset = offsetof(struct trip, stop_count) },
    { "leave", FORM_MAP, offsetof(struct trip, leave), .required = true, .form = &moment_form },
    { "premovement", FORM_MAP, offsetof(struct trip, premovement), .form = &premovement_form },
};
static const struct form trip_form = { "a trip", sizeof(struct trip), offsetof(struct trip, mark),
                                       trip_fields, COUNT(trip_fields) };

static const struct form_field phase_fields[] = {
    { "kind", FORM_CHOICE, offsetof(struct phase, kind), .required = true, .choices = phase_kinds },
    { "label", FORM_TEXT, offsetof(struct phase, label), .required = true, .most = 41 },
    { "from", FORM_TIME, offsetof(struct phase, from_s), .required = true, .most = longest_s },
    { "to", FORM_TIME, offsetof(struct phase, to_s), .required = true, .most = longest_s },
    { "stands", FORM_TEXTS, offsetof(struct phase, stands), .least = 1, .most = SCENARIO_STANDS,
      .count_offset = offsetof(struct phase, stand_count), .text_size = STAND_BYTES + 1 },
};
static const struct form phase_form = { "a phase", sizeof(struct phase),
                                        offsetof(struct phase, mark), phase_fields,
                                        COUNT(phase_fields) };

static const struct form_field change_fields[] = {
    { "gate", FORM_TEXT, offsetof(struct gate_change, gate), .required = true, .most = 33 },
    { "to", FORM_CHOICE, offsetof(struct gate_change, to), .required = true,
      .choices = gate_states },
    { "at", FORM_TIME, offsetof(struct gate_change, at_s), .required = true, .most = longest_s },
    { "reason", FORM_TEXT, offsetof(struct gate_change, reason), .required = true, .most = 201 },
};
static const struct form change_form = { "a gate change", sizeof(struct gate_change),
                                         offsetof(struct gate_change, mark), change_fields,
                                         COUNT(change_fields) };

static const struct form arrivals_form = { "\"arrivals\"", sizeof(struct moment),
                                           offsetof(struct moment, mark), moment_fields,
                                           COUNT(moment_fields) };

static const struct form_field tickets_fields[] = {
    { "price-minor", FORM_WHOLE, offsetof(struct ticketing, price_minor), .required = true,
      .most = 10000000 },
    { "forged", FORM_NUMBER, offsetof(struct ticketing, forged), .most = 0.2 },
    { "copied", FORM_NUMBER, offsetof(struct ticketing, copied), .most = 0.2 },
};
static const struct form tickets_form = { "\"tickets\"", sizeof(struct ticketing),
                                          offsetof(struct ticketing, mark), tickets_fields,
                                          COUNT(tickets_fields) };

static const struct form_field people_fields[] = {
    { "compliance", FORM_NUMBER, offsetof(struct people, compliance), .required = true, .most = 1 },
    { "reporting", FORM_NUMBER, offsetof(struct people, reporting), .required = true, .most = 1 },
    { "nearest-gate", FORM_NUMBER, offsetof(struct people, nearest_gate), .required = true,
      .most = 1 },
    { "hesitation", FORM_TIME, offsetof(struct people, hesitation_s), .required = true,
      .most = 120 },
    { "choosing", FORM_NUMBER, offsetof(struct people, choosing), .most = 1 },
    { "in-groups", FORM_NUMBER, offsetof(struct people, in_groups), .most = 1 },
    { "impaired", FORM_NUMBER, offsetof(struct people, impaired), .most = 0.2 },
    { "step-free", FORM_NUMBER, offsetof(struct people, step_free), .most = 1 },
};
static const struct form people_form = { "\"people\"", sizeof(struct people),
                                         offsetof(struct people, mark), people_fields,
                                         COUNT(people_fields) };

static const struct form_field scenario_fields[] = {
    { "title", FORM_TEXT, offsetof(struct scenario, title), .required = true, .most = 121 },
    { "venue", FORM_TEXT, offsetof(struct scenario, venue), .required = true, .most = 256 },
    { "start", FORM_INSTANT, offsetof(struct scenario, start_ms), .required = true },
    { "duration", FORM_TIME, offsetof(struct scenario, duration_s), .required = true, .least = 1,
      .most = longest_s },
    { "count-from", FORM_TIME, offsetof(struct scenario, clock_zero_s), .required = true,
      .most = longest_s },
    { "seed", FORM_WHOLE, offsetof(struct scenario, seed), .required = true,
      .most = 9007199254740992.0 },
    { "occupancy", FORM_NUMBER, offsetof(struct scenario, occupancy), .required = true,
      .least = 0.01, .most = 1 },
    { "stands", FORM_LIST, offsetof(struct scenario, stands), .most = SCENARIO_STANDS,
      .count_offset = offsetof(struct scenario, stand_count), .form = &stand_form },
    { "people", FORM_MAP, offsetof(struct scenario, people), .required = true,
      .form = &people_form },
    { "phases", FORM_LIST, offsetof(struct scenario, phases), .required = true, .least = 1,
      .most = SCENARIO_PHASES, .count_offset = offsetof(struct scenario, phase_count),
      .form = &phase_form },
    { "trips", FORM_LIST, offsetof(struct scenario, trips), .least = 1, .most = SCENARIO_TRIPS,
      .count_offset = offsetof(struct scenario, trip_count), .form = &trip_form },
    { "arrivals", FORM_MAP, offsetof(struct scenario, arrivals), .form = &arrivals_form },
    { "tickets", FORM_MAP, offsetof(struct scenario, tickets), .form = &tickets_form },
    { "gates", FORM_LIST, offsetof(struct scenario, changes), .most = SCENARIO_CHANGES,
      .count_offset = offsetof(struct scenario, change_count), .form = &change_form },
    { "smoke", FORM_LIST, offsetof(struct scenario, smoke), .most = SCENARIO_SMOKE,
      .count_offset = offsetof(struct scenario, smoke_count), .form = &smoke_form },
    { "blocked", FORM_LIST, offsetof(struct scenario, blocked), .most = SCENARIO_BLOCKED,
      .count_offset = offsetof(struct scenario, blocked_count), .form = &blocked_form },
    { "turnstile-service", FORM_MAP, offsetof(struct scenario, turnstile_service),
      .form = &service_form },
    { "design", FORM_CHOICE, offsetof(struct scenario, design), .choices = design_names },
};
static const struct form scenario_form = { "a scenario", sizeof(struct scenario),
                                           offsetof(struct scenario, mark), scenario_fields,
                                           COUNT(scenario_fields) };

/* ---- What one value alone cannot show -------------------------------------------------------- */

static bool check_phases(const struct scenario *s, char *why, size_t why_size)
{
    double expected_s = 0;
    for (size_t i = 0; i < s->phase_count; i++) {
        const struct phase *phase = &s->phases[i];
        if (phase->from_s != expected_s)
            return form_refuse(s->path, phase->mark, why, why_size,
                               "this phase begins at %d:%02d; phases follow each other without a "
                               "gap, so it begins at %d:%02d",
                               (int)phase->from_s / 60, (int)phase->from_s % 60,
                               (int)expected_s / 60, (int)expected_s % 60);
        if (phase->to_s <= phase->from_s)
            return form_refuse(s->path, phase->mark, why, why_size,
                               "this phase ends before it begins; \"to\" is later than \"from\"");
        if (phase->stand_count > 0 && phase->kind != PHASE_EVACUATION)
            return form_refuse(s->path, phase->mark, why, why_size,
                               "only an evacuation is by \"stands\"; leave them out");
        expected_s = phase->to_s;
    }
    return true;
}

/* Of the people of a trip's stand, or of all: who goes on this trip or one before it. */
static double shares_to(const struct scenario *s, size_t last)
{
    double total = 0;
    for (size_t i = 0; i <= last; i++)
        if (trip_is_of(&s->trips[i], s->trips[last].stand) ||
            trip_is_of(&s->trips[last], s->trips[i].stand))
            total += s->trips[i].share;
    return total;
}

static bool check_trips(const struct scenario *s, char *why, size_t why_size)
{
    for (size_t i = 0; i < s->trip_count; i++) {
        const struct trip *trip = &s->trips[i];
        const struct moment *leave = &trip->leave;
        if (leave->from_s > leave->peak_s || leave->peak_s > leave->to_s)
            return form_refuse(s->path, leave->mark, why, why_size,
                               "\"leave\" is out of order; from <= peak <= to");
        if (leave->from_s > s->duration_s)
            return form_refuse(s->path, leave->mark, why, why_size,
                               "nobody of this trip leaves before the scenario ends; make "
                               "\"from\" earlier or \"duration\" longer");
        for (size_t k = 0; k + 1 < trip->stop_count; k++)
            if (trip->stops[k] == STOP_EXIT)
                return form_refuse(s->path, trip->mark, why, why_size,
                                   "exit is not the last stop of this trip; nothing can follow it");
        if (shares_to(s, i) > 1 + 1e-9)
            return form_refuse(s->path, trip->mark, why, why_size,
                               "with this trip the shares total %.4g; they may total 1 at most",
                               shares_to(s, i));
    }
    return true;
}

static bool check_arrivals(const struct scenario *s, char *why, size_t why_size)
{
    const struct moment *a = &s->arrivals;
    if (scenario_arrives(s) == (s->trip_count > 0))
        return form_refuse(s->path, s->mark, why, why_size,
                           "a scenario has either \"trips\" or \"arrivals\"; write one of them");
    if (s->tickets.mark.line > 0 && !scenario_arrives(s))
        return form_refuse(s->path, s->tickets.mark, why, why_size,
                           "tickets are looked at when people arrive; add \"arrivals\"");
    if (a->from_s > a->peak_s || a->peak_s > a->to_s)
        return form_refuse(s->path, a->mark, why, why_size,
                           "\"arrivals\" is out of order; from <= peak <= to");
    if (a->from_s > s->duration_s)
        return form_refuse(s->path, a->mark, why, why_size,
                           "nobody arrives before the scenario ends; make \"from\" earlier or "
                           "\"duration\" longer");
    return true;
}

static bool check_smoke(const struct scenario *s, char *why, size_t why_size)
{
    for (size_t i = 1; i < s->smoke_count; i++)
        if (s->smoke[i].at_s < s->smoke[i - 1].at_s)
            return form_refuse(s->path, s->smoke[i].mark, why, why_size,
                               "this smoke is earlier than the one before it; sort them by \"at\"");
    return true;
}

static bool check_spell(const struct scenario *s, const struct spell *spell, const char *what,
                        char *why, size_t why_size)
{
    if (spell->mark.line == 0)
        return true;
    if (spell->kind == DISTRIBUTION_EVEN && spell->a > spell->b)
        return form_refuse(s->path, spell->mark, why, why_size,
                           "\"%s\" is from a to b; make a the smaller", what);
    if (spell->kind == DISTRIBUTION_LOGNORMAL && spell->a + 4 * spell->b > 20)
        return form_refuse(s->path, spell->mark, why, why_size,
                           "\"%s\" is lognormal: a and b are of the logarithm of the seconds, "
                           "such as 4.6 and 1",
                           what);
    if (spell->kind >= DISTRIBUTION_GAMMA && (spell->a < 0.05 || spell->b <= 0))
        return form_refuse(s->path, spell->mark, why, why_size,
                           "\"%s\": a is its shape, 0.05 at least, and b its scale, above 0", what);
    return true;
}

static bool check_spells(const struct scenario *s, char *why, size_t why_size)
{
    for (size_t i = 0; i < s->trip_count; i++)
        if (!check_spell(s, &s->trips[i].premovement, "premovement", why, why_size))
            return false;
    if (s->turnstile_service.mark.line > 0 && !scenario_arrives(s))
        return form_refuse(s->path, s->turnstile_service.mark, why, why_size,
                           "turnstiles are passed when people arrive; add \"arrivals\"");
    return check_spell(s, &s->turnstile_service, "turnstile-service", why, why_size);
}

static bool check_changes(const struct scenario *s, char *why, size_t why_size)
{
    for (size_t i = 1; i < s->change_count; i++)
        if (s->changes[i].at_s < s->changes[i - 1].at_s)
            return form_refuse(s->path, s->changes[i].mark, why, why_size,
                               "this gate change is earlier than the one before it; list them in "
                               "order of time");
    return true;
}

static bool check_times(const struct scenario *s, char *why, size_t why_size)
{
    if (s->clock_zero_s >= s->duration_s)
        return form_refuse(s->path, s->mark, why, why_size,
                           "\"count-from\" is not before the end; it is less than \"duration\"");
    return true;
}

/* "dir/halftime.yaml" -> "halftime" */
static void name_after(const char *path, char *name, size_t size)
{
    const char *slash = strrchr(path, '/');
    snprintf(name, size, "%s", slash != NULL ? slash + 1 : path);
    char *dot = strrchr(name, '.');
    if (dot != NULL && dot != name)
        *dot = '\0';
}

/* A path in a scenario is relative to the scenario's own folder. */
static void resolve(const char *beside, char *path, size_t size)
{
    const char *slash = strrchr(beside, '/');
    if (path[0] == '/' || slash == NULL)
        return;
    size_t folder = (size_t)(slash - beside) + 1, name = strlen(path) + 1;
    assert(folder + name <= size);
    memmove(path + folder, path, name);
    memcpy(path, beside, folder);
}

bool scenario_read(const char *path, struct scenario *out, char *why, size_t why_size)
{
    memset(out, 0, sizeof *out);
    if (strlen(path) >= sizeof out->path - 256) {
        snprintf(why, why_size, "%.80s...: the path is longer than %zu bytes", path,
                 sizeof out->path - 257);
        return false;
    }
    snprintf(out->path, sizeof out->path, "%s", path);
    name_after(path, out->name, sizeof out->name);
    if (!form_read(&scenario_form, path, out, why, why_size))
        return false;
    resolve(path, out->venue, sizeof out->venue);
    return check_times(out, why, why_size) && check_phases(out, why, why_size) &&
           check_trips(out, why, why_size) && check_arrivals(out, why, why_size) &&
           check_changes(out, why, why_size) && check_smoke(out, why, why_size) &&
           check_spells(out, why, why_size);
}

const struct phase *scenario_phase(const struct scenario *scenario, double at_s)
{
    size_t i = 0;
    while (i + 1 < scenario->phase_count && at_s >= scenario->phases[i].to_s)
        i++;
    return &scenario->phases[i];
}

const struct design *scenario_design(const struct scenario *scenario)
{
    return designs[scenario->design];
}

bool scenario_frees_gates(const struct phase *phase)
{
    return phase->kind == PHASE_EVACUATION;
}

bool scenario_arrives(const struct scenario *scenario)
{
    return scenario->arrivals.mark.line > 0;
}

bool scenario_returns(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->trip_count; i++) {
        const struct trip *trip = &scenario->trips[i];
        if (trip->stops[trip->stop_count - 1] == STOP_EXIT)
            return false;
    }
    return true;
}

bool stand_begins(const char *stand, const char *with)
{
    return strncmp(stand, with, strlen(with)) == 0;
}

bool trip_is_of(const struct trip *trip, const char *stand)
{
    return stand_begins(stand, trip->stand);
}

bool phase_calls(const struct phase *phase, const char *stand)
{
    for (size_t i = 0; i < phase->stand_count; i++)
        if (stand_begins(stand, phase->stands[i]))
            return true;
    return phase->stand_count == 0;
}

double scenario_occupancy(const struct scenario *scenario, const char *stand)
{
    for (size_t i = 0; i < scenario->stand_count; i++)
        if (stand_begins(stand, scenario->stands[i].stand))
            return scenario->stands[i].occupancy;
    return scenario->occupancy;
}

const char *phase_kind_name(int kind)
{
    return phase_kinds[kind];
}

const char *stop_name(int stop)
{
    return stops[stop];
}
