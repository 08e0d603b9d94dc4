/* What keys do: picking, doing, looking back. */
#include "tests/unit/twin/check.h"

#include "tests/unit/twin/states.h"
#include "twin/desk.h"

#include <string.h>

struct room {
    struct model live;
    struct desk desk;
    uint32_t now_ms; /* Steady clock. */
};

static void enter(struct room *room, enum moment moment)
{
    states_model(&room->live, NULL, moment);
    room->live.contact.state = CONTACT_LIVE;
    desk_init(&room->desk, "desk 2");
    room->now_ms = 1000;
}

static void leave(struct room *room)
{
    desk_fini(&room->desk);
    model_fini(&room->live);
}

static bool press(struct room *room, enum desk_key key)
{
    return desk_key(&room->desk, &room->live, key, room->now_ms);
}

static void let_go(struct room *room)
{
    desk_key_up(&room->desk, &room->live, DESK_ENTER, room->now_ms);
}

static void wait_ms(struct room *room, uint32_t ms)
{
    room->now_ms += ms;
    desk_tick(&room->desk, &room->live, room->now_ms);
}

static uint32_t last_gate(const struct room *room)
{
    return (uint32_t)room->live.venue->n_gates - 1;
}

/* ---- Doing */

static void an_order_is_done_by_holding_enter_for_a_second(void **state)
{
    (void)state;
    struct room room;
    struct order order;
    enter(&room, JAM);
    press(&room, DESK_ENTER);
    assert_int_equal(room.desk.act, ACT_HELD);
    wait_ms(&room, 500);
    assert_true(desk_held_part(&room.desk, room.now_ms) == 0.5f);
    wait_ms(&room, 499);
    assert_false(desk_take_order(&room.desk, &order));
    wait_ms(&room, 1);
    assert_int_equal(room.desk.act, ACT_SENT);
    assert_true(desk_take_order(&room.desk, &order));
    /* The jam is in front of the closed gate: that one is opened. */
    assert_int_equal(order.kind, ORDER_OPEN_GATE);
    assert_int_equal(order.subject, last_gate(&room));
    assert_non_null(strstr(order.reason, "alarm "));
    assert_false(desk_take_order(&room.desk, &order));
    leave(&room);
}

static void letting_go_cancels(void **state)
{
    (void)state;
    struct room room;
    struct order order;
    enter(&room, JAM);
    press(&room, DESK_ENTER);
    wait_ms(&room, 900);
    let_go(&room);
    wait_ms(&room, 5000);
    assert_int_equal(room.desk.act, ACT_IDLE);
    assert_false(room.desk.page); /* Nor was it a tap. */
    assert_false(desk_take_order(&room.desk, &order));
    leave(&room);
}

static void what_became_of_it_is_kept(void **state)
{
    (void)state;
    struct room room;
    struct outcome outcome = { .done = false, .why = "the gate is not there" };
    enter(&room, JAM);
    press(&room, DESK_ENTER);
    wait_ms(&room, 1000);
    desk_take_order(&room.desk, &outcome.order);
    /* Nothing else is begun while one is under way. */
    press(&room, DESK_ENTER);
    wait_ms(&room, 2000);
    assert_int_equal(room.desk.act, ACT_SENT);
    assert_false(press(&room, DESK_ACKNOWLEDGE));
    assert_true(desk_outcome(&room.desk, &room.live, &outcome));
    assert_int_equal(room.desk.act, ACT_REFUSED);
    assert_string_equal(room.desk.why, "the gate is not there");
    press(&room, DESK_ENTER);
    wait_ms(&room, 1000);
    desk_take_order(&room.desk, &outcome.order);
    outcome.done = true;
    desk_outcome(&room.desk, &room.live, &outcome);
    assert_int_equal(room.desk.act, ACT_DONE);
    assert_true(room.desk.answered_ms == model_now_ms(&room.live));
    leave(&room);
}

static void a_acknowledges_the_picked_alarm(void **state)
{
    (void)state;
    struct room room;
    struct order order;
    enter(&room, JAM);
    desk_pick(&room.desk, &room.live, (struct pick){ PICK_ALARM, 3 });
    assert_true(press(&room, DESK_ACKNOWLEDGE));
    assert_true(desk_take_order(&room.desk, &order));
    assert_int_equal(order.kind, ORDER_ACKNOWLEDGE);
    assert_int_equal(order.subject, 3);
    leave(&room);
}

static void shelving_needs_a_reason(void **state)
{
    (void)state;
    struct room room;
    struct order order;
    enter(&room, JAM);
    desk_pick(&room.desk, &room.live, (struct pick){ PICK_ALARM, 3 });
    press(&room, DESK_SHELVE);
    assert_int_equal(room.desk.line, LINE_SHELVE);
    assert_false(press(&room, DESK_ENTER));
    desk_write(&room.desk, &room.live, "work");
    desk_write(&room.desk, &room.live, "\xc3\xa9");
    press(&room, DESK_ERASE); /* A whole character. */
    assert_string_equal(room.desk.words, "work");
    press(&room, DESK_UP);
    assert_true(press(&room, DESK_ENTER));
    assert_true(desk_take_order(&room.desk, &order));
    assert_int_equal(order.kind, ORDER_SHELVE);
    assert_int_equal(order.duration_s, 20 * 60);
    assert_string_equal(order.reason, "work");
    assert_int_equal(room.desk.line, LINE_CLOSED);
    leave(&room);
}

static void nothing_is_done_without_contact_or_from_the_past(void **state)
{
    (void)state;
    struct room room;
    struct order orders[ORDERS_MOST];
    enter(&room, JAM);
    assert_true(desk_orders(&room.desk, &room.live, orders) > 0);
    room.live.contact.state = CONTACT_LOST;
    assert_int_equal(desk_orders(&room.desk, &room.live, orders), 0);
    assert_false(press(&room, DESK_ACKNOWLEDGE));
    room.live.contact.state = CONTACT_LIVE;
    press(&room, DESK_EARLIER);
    assert_int_equal(desk_orders(&room.desk, &room.live, orders), 0);
    assert_false(press(&room, DESK_ACKNOWLEDGE));
    assert_false(press(&room, DESK_SHELVE));
    press(&room, DESK_ENTER);
    wait_ms(&room, 2000);
    assert_false(desk_take_order(&room.desk, &orders[0]));
    leave(&room);
}

/* ---- Looking back */

static void left_and_right_step_through_what_was(void **state)
{
    (void)state;
    struct room room;
    enter(&room, JAM);
    int64_t now = model_now_ms(&room.live);
    assert_ptr_equal(desk_model(&room.desk, &room.live), &room.live);
    press(&room, DESK_EARLIER);
    press(&room, DESK_EARLIER);
    const struct model *past = desk_model(&room.desk, &room.live);
    assert_true(past != &room.live && past->live == &room.live);
    assert_true(model_now_ms(past) <= now - 20000 && model_now_ms(past) > now - 40000);
    press(&room, DESK_LATER);
    press(&room, DESK_LATER);
    assert_ptr_equal(desk_model(&room.desk, &room.live), &room.live);
    leave(&room);
}

static void the_past_knows_nothing_that_came_later(void **state)
{
    (void)state;
    struct room room;
    enter(&room, JAM);
    uint32_t gate = last_gate(&room);
    assert_true(model_gate(&room.live, gate).closed);
    assert_true(model_alarm_count(&room.live) > 0);
    desk_scrub(&room.desk, &room.live, STATES_START_MS + 10 * 60000);
    const struct model *past = desk_model(&room.desk, &room.live);
    assert_false(model_gate(past, gate).closed);
    assert_int_equal(model_alarm_count(past), 0);
    for (size_t i = 0; i < past->mark_count; i++)
        assert_true(past->marks[i].at_ms <= model_now_ms(past));
    assert_true(history_time(&past->history, past->history.count - 1) <= model_now_ms(past));
    assert_null(past->positions);
    assert_true(past->totals.in_seats > room.live.totals.in_seats);
    /* The live model still knows all of it. */
    assert_true(model_gate(&room.live, gate).closed);
    assert_true(room.live.history.count > past->history.count);
    leave(&room);
}

static void a_replay_runs_until_it_is_live(void **state)
{
    (void)state;
    struct room room;
    enter(&room, JAM);
    int64_t from = model_now_ms(&room.live) - 60000;
    desk_scrub(&room.desk, &room.live, from);
    press(&room, DESK_PAUSE);
    wait_ms(&room, 1000);
    assert_true(room.desk.at_ms == from + 8000);
    press(&room, DESK_PAUSE);
    wait_ms(&room, 1000);
    assert_true(room.desk.at_ms == from + 8000);
    press(&room, DESK_PAUSE);
    wait_ms(&room, 7000);
    assert_false(room.desk.replay);
    press(&room, DESK_EARLIER);
    press(&room, DESK_LIVE);
    assert_false(room.desk.replay);
    leave(&room);
}

static void the_reel_forgets_the_oldest_but_never_the_plan(void **state)
{
    (void)state;
    static struct reel reel; /* As large as a model's. */
    Tifo__V1__Venue *venue = states_venue();
    Tifo__V1__Plan *plan = states_plan(venue, JAM);
    Tifo__V1__CrowdState *crowd = states_crowd(venue, CALM, STATES_START_MS), *then;
    Tifo__V1__Plan *in_force;
    for (int i = 0; i < REEL_ROWS + 100; i++) {
        crowd->at_ms = STATES_START_MS + i * 500; /* Every other one is too soon. */
        reel_add(&reel, crowd, plan);
    }
    assert_int_equal(reel.count, (REEL_ROWS + 100) / 2);
    for (int i = 0; i < REEL_ROWS; i++) {
        crowd->at_ms += 1000;
        reel_add(&reel, crowd, plan);
    }
    assert_int_equal(reel.count, REEL_ROWS);
    assert_true(reel_last_ms(&reel) - reel_first_ms(&reel) == (REEL_ROWS - 1) * 1000);
    assert_true(reel.bytes > 0 && reel.bytes <= REEL_BYTES);
    size_t row = reel_find(&reel, reel_first_ms(&reel) + 2500);
    assert_int_equal(row, 2);
    assert_int_equal(reel_find(&reel, 0), 0);
    assert_int_equal(reel_find(&reel, INT64_MAX), REEL_ROWS - 1);
    reel_take(&reel, row, &then, &in_force);
    assert_true(then->at_ms == reel_first_ms(&reel) + 2000);
    assert_non_null(in_force);
    assert_int_equal(in_force->number, plan->number);
    crowd->at_ms = STATES_START_MS; /* Another day. */
    reel_add(&reel, crowd, NULL);
    assert_int_equal(reel.count, 1);
    reel_fini(&reel);
    assert_int_equal(reel.bytes, 0);
    protobuf_c_message_free_unpacked(&then->base, NULL);
    protobuf_c_message_free_unpacked(&in_force->base, NULL);
    protobuf_c_message_free_unpacked(&crowd->base, NULL);
    protobuf_c_message_free_unpacked(&plan->base, NULL);
    protobuf_c_message_free_unpacked(&venue->base, NULL);
}

/* ---- Picking */

static void tab_goes_through_the_alarms_worst_first(void **state)
{
    (void)state;
    struct room room;
    enter(&room, JAM);
    const Tifo__V1__Alarm *ranked[8];
    size_t count = model_alarms_ranked(&room.live, ranked, 8);
    assert_int_equal(count, 3);
    assert_int_equal(ranked[0]->kind, TIFO__V1__ALARM_KIND__ALARM_KIND_DENSITY);
    for (size_t i = 0; i <= count; i++) {
        press(&room, DESK_NEXT_ALARM);
        assert_int_equal(room.desk.pick.kind, PICK_ALARM);
        assert_int_equal(room.desk.pick.index, ranked[i % count]->number);
    }
    leave(&room);
}

static void a_tap_opens_what_an_alarm_is_about_and_escape_goes_back(void **state)
{
    (void)state;
    struct room room;
    enter(&room, JAM);
    press(&room, DESK_NEXT_ALARM);
    press(&room, DESK_ENTER);
    wait_ms(&room, 100);
    let_go(&room);
    assert_true(room.desk.page);
    assert_int_equal(room.desk.pick.kind, PICK_ZONE);
    assert_int_equal(room.desk.pick.index, states_jam_zone(room.live.venue));
    assert_true(press(&room, DESK_BACK));
    assert_false(room.desk.page);
    assert_true(press(&room, DESK_BACK));
    assert_int_equal(room.desk.pick.kind, PICK_NOTHING);
    assert_false(press(&room, DESK_BACK)); /* Now it is the camera's. */
    leave(&room);
}

static void g_opens_the_gate_that_wants_somebody(void **state)
{
    (void)state;
    struct room room;
    enter(&room, JAM);
    press(&room, DESK_GATES);
    assert_true(room.desk.page);
    assert_int_equal(room.desk.pick.kind, PICK_GATE);
    assert_int_equal(room.desk.pick.index, last_gate(&room));
    press(&room, DESK_NEXT_GATE);
    assert_int_equal(room.desk.pick.index, 0);
    press(&room, DESK_PREVIOUS_GATE);
    assert_int_equal(room.desk.pick.index, last_gate(&room));
    assert_true(room.desk.page);
    leave(&room);
}

static void what_is_found_is_picked(void **state)
{
    (void)state;
    struct room room;
    enter(&room, CALM);
    const Tifo__V1__Zone *zone = room.live.venue->zones[3];
    press(&room, DESK_FIND);
    desk_write(&room.desk, &room.live, *zone->name ? zone->name : zone->zone_id);
    assert_int_equal(room.desk.pick.kind, PICK_ZONE);
    press(&room, DESK_ENTER);
    assert_int_equal(room.desk.line, LINE_CLOSED);
    assert_false(desk_pick(&room.desk, &room.live, (struct pick){ PICK_GATE, 1000 }));
    leave(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_is_done_by_holding_enter_for_a_second),
        cmocka_unit_test(letting_go_cancels),
        cmocka_unit_test(what_became_of_it_is_kept),
        cmocka_unit_test(a_acknowledges_the_picked_alarm),
        cmocka_unit_test(shelving_needs_a_reason),
        cmocka_unit_test(nothing_is_done_without_contact_or_from_the_past),
        cmocka_unit_test(left_and_right_step_through_what_was),
        cmocka_unit_test(the_past_knows_nothing_that_came_later),
        cmocka_unit_test(a_replay_runs_until_it_is_live),
        cmocka_unit_test(the_reel_forgets_the_oldest_but_never_the_plan),
        cmocka_unit_test(tab_goes_through_the_alarms_worst_first),
        cmocka_unit_test(a_tap_opens_what_an_alarm_is_about_and_escape_goes_back),
        cmocka_unit_test(g_opens_the_gate_that_wants_somebody),
        cmocka_unit_test(what_is_found_is_picked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
