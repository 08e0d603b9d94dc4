/* The network model on the small ground, against what can be worked out by hand. */
#include "clients/c/tifo.h"
#include "sim/network/network.h"
#include "sim/setting.h"
#include "tests/unit/sim/small.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SETS = 6 };

struct asked {
    struct network_answer answer;
    bool good;
    char why[600];
};

static struct asked ask_so(const char *text, const char *const sets[SETS], bool exact)
{
    struct asked asked = { .good = true };
    struct small small;
    struct scenario scenario;
    struct capacities capacities;
    char path[256];
    Tifo__V1__Venue *venue = small_venue();
    small_init(&small);
    small_write(&small, "s.yaml", text);
    assert_true(
        scenario_read(small_path(&small, "s.yaml", path), &scenario, asked.why, sizeof asked.why));
    assert_true(capacities_parse(capacities_measured, "measured.txt", &capacities, asked.why,
                                 sizeof asked.why));
    for (int i = 0; i < SETS && sets != NULL && sets[i] != NULL; i++)
        assert_true(setting_apply(sets[i], &scenario, venue, asked.why, sizeof asked.why));
    asked.good = network_ask(&scenario, venue, &capacities, exact, &asked.answer, asked.why,
                             sizeof asked.why);
    tifo_venue_free(venue);
    small_fini(&small);
    return asked;
}

/* With up to SETS settings. */
static struct asked ask(const char *text, const char *const sets[SETS])
{
    return ask_so(text, sets, false);
}

static double people_at_gates(const struct network_answer *n)
{
    double people = 0;
    for (size_t g = 0; g < n->gate_count; g++)
        people += n->gates[g].people;
    return people;
}

/* 180 people, G4 is shut by the scenario, the others pass six a minute: 98 % of 180 / 0.3 a second
 * if they are used evenly, and the model must find a way to do that within some walking. */
static void limited_gates_clear_in_people_over_capacity(void **state)
{
    (void)state;
    static const char *const slow[SETS] = { "gates.G1.exit-rate=6", "gates.G2.exit-rate=6",
                                            "gates.G3.exit-rate=6" };
    struct asked asked = ask(small_egress, slow);
    const struct network_answer *n = &asked.answer;
    assert_true(asked.good && !n->arrives);
    double even_s = 0.98 * n->people / 0.3;
    print_message("%.0f people: T*fit %.0f s, evenly %.0f s, as they go %.0f s\n", n->people,
                  n->best_s, even_s, n->clearance_s);
    assert_true(n->people > 170 && n->people < 190);
    assert_true(n->best_s > even_s * 0.99 && n->best_s < even_s * 1.1 + 60);
    assert_true(n->clearance_s > n->best_s && n->last_s >= n->clearance_s);
    /* G4 lets people out until it is shut: for the bound it is open. */
    print_message("T*bound %.0f s: %s\n", n->bound_s, n->bound_doors);
    assert_true(n->bound_s > 0 && n->bound_s <= n->best_s);
    assert_true(fabs(people_at_gates(n) - n->people) < 0.5);
    assert_true(n->gates[3].people == 0 && n->gates[3].capacity_ps == 0);
    assert_true(isnan(n->gates[3].last_s) && isnan(n->wait_mean_s));
    network_answer_fini(&asked.answer);
}

static void more_people_and_narrower_gates_take_longer(void **state)
{
    (void)state;
    static const char *const many[SETS] = { "occupancy=0.9" };
    static const char *const choose[SETS] = { "occupancy=0.9", "people.nearest-gate=1",
                                              "gates.G1.exit-rate=20" };
    struct asked few = ask(small_egress, NULL), full = ask(small_egress, many),
                 narrow = ask(small_egress, choose);
    assert_true(few.good && full.good && narrow.good);
    assert_true(full.answer.clearance_s > few.answer.clearance_s + 10);
    assert_true(narrow.answer.gates[0].capacity_ps < full.answer.gates[0].capacity_ps);
    assert_true(narrow.answer.gates[0].last_s > full.answer.gates[0].last_s);
    network_answer_fini(&few.answer);
    network_answer_fini(&full.answer);
    network_answer_fini(&narrow.answer);
}

/* 180 come within two minutes; four gates of one lane each. */
static void more_lanes_let_people_in_sooner(void **state)
{
    (void)state;
    static const char *const wide[SETS] = { "gates.G1.lanes=4", "gates.G2.lanes=4",
                                            "gates.G3.lanes=4", "gates.G4.lanes=4" };
    static const char *const three[SETS] = { "gates.G1.lanes=0" };
    struct asked one = ask(small_arrival, NULL), four = ask(small_arrival, wide),
                 shut = ask(small_arrival, three);
    assert_true(one.good && four.good && shut.good && one.answer.arrives);
    print_message("mean wait with lanes as they are %.0f s, four each %.0f s\n",
                  one.answer.wait_mean_s, four.answer.wait_mean_s);
    assert_true(one.answer.wait_mean_s > 2 * four.answer.wait_mean_s);
    assert_true(one.answer.clearance_s > four.answer.clearance_s);
    assert_true(one.answer.wait_p95_s > one.answer.wait_mean_s && isnan(one.answer.best_s) &&
                isnan(one.answer.bound_s));
    assert_true(shut.answer.gates[0].people == 0);
    assert_true(fabs(people_at_gates(&shut.answer) - one.answer.people) < 0.5);
    network_answer_fini(&one.answer);
    network_answer_fini(&four.answer);
    network_answer_fini(&shut.answer);
}

static void who_comes_back_is_not_its_question(void **state)
{
    (void)state;
    struct asked asked = ask(small_break, NULL);
    assert_false(asked.good);
    if (strstr(asked.why, "s.yaml:18:") == NULL || strstr(asked.why, "tifo-sim run") == NULL)
        fail_msg("%s", asked.why);
    network_answer_fini(&asked.answer);
}

/* Of the same four gates' worth: the curve rises to everybody, and no plan is sooner than it. */
static void the_exact_best_comes_with_its_curve(void **state)
{
    (void)state;
    static const char *const slow[SETS] = { "gates.G1.exit-rate=6", "gates.G2.exit-rate=6",
                                            "gates.G3.exit-rate=6" };
    struct asked quick = ask(small_egress, slow), exact = ask_so(small_egress, slow, true);
    const struct network_answer *n = &exact.answer;
    assert_true(exact.good && n->best_count > 0 && quick.answer.best_count == 0);
    print_message("T*fit %.0f s, of a plan %.0f s\n", n->best_s, quick.answer.best_s);
    assert_true(n->best_s <= quick.answer.best_s + 3 && n->best_s > 0.98 * n->people / 0.3 - 30);
    for (size_t t = 1; t < n->best_count; t++)
        assert_true(n->best_out[t] >= n->best_out[t - 1]);
    assert_true(fabs(n->best_out[n->best_count - 1] - n->people) < 1);
    const size_t cleared = (size_t)n->best_s;
    assert_true(n->best_out[cleared] >= 0.98 * n->people - 1 &&
                n->best_out[cleared - 1] < 0.98 * n->people);
    network_answer_fini(&quick.answer);
    network_answer_fini(&exact.answer);
}

/* `from` is in the text. */
static struct asked ask_changed(const char *text, const char *from, const char *to)
{
    char changed[4000];
    const char *at = strstr(text, from);
    assert_non_null(at);
    snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    return ask_so(changed, NULL, true);
}

static void stands_and_blocked_openings_are_the_scenarios(void **state)
{
    (void)state;
    struct asked all = ask_so(small_egress, NULL, true);
    struct asked few =
        ask_changed(small_egress, "people:\n", "stands: [{stand: South, occupancy: 0}]\npeople:\n");
    struct asked none =
        ask_changed(small_egress, "people:\n", "stands: [{stand: Sooth, occupancy: 0}]\npeople:\n");
    struct asked some = ask_changed(small_egress, "share: 1\n", "share: 1\n    stand: South\n");
    struct asked where = ask_changed(small_egress, "people:\n",
                                     "blocked: [{opening: nowhere, reason: ice}]\npeople:\n");
    assert_true(all.good && few.good && some.good && !none.good && !where.good);
    assert_true(few.answer.people > 0 && some.answer.people > 0);
    assert_true(fabs(few.answer.people + some.answer.people - all.answer.people) < 0.5);
    assert_non_null(strstr(none.why, "no stand whose name begins with \"Sooth\""));
    assert_non_null(strstr(where.why, "no opening \"nowhere\""));
    struct asked *const asked[] = { &all, &few, &none, &some, &where };
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++)
        network_answer_fini(&asked[i]->answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limited_gates_clear_in_people_over_capacity),
        cmocka_unit_test(more_people_and_narrower_gates_take_longer),
        cmocka_unit_test(more_lanes_let_people_in_sooner),
        cmocka_unit_test(who_comes_back_is_not_its_question),
        cmocka_unit_test(the_exact_best_comes_with_its_curve),
        cmocka_unit_test(stands_and_blocked_openings_are_the_scenarios),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
