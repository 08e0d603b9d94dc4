/*
 * A flash sale through a waiting room, by `tifo` alone. The clock is the real one: whoever is in
 * line is let in as time goes by.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/by_hand.h"

static int start(void **state)
{
    (void)state;
    return by_hand_start(NULL);
}

static void a_flash_sale_waits_in_the_room_of_its_event(void **state)
{
    (void)state;
    assert_int_equal(tifo("venue import " TIFO_VENUES "bowl-5000.geojson"), 0);
    assert_int_equal(tifo("event create Gala --starts 2040-01-01T15:00 --price 25.00"), 0);
    assert_int_equal(tifo("event publish Gala"), 0);
    assert_int_equal(tifo("waitroom set Gala --mode paused --rate 60000 --active 300 "
                          "--proof-bits 4 --per-device 1"),
                     0);
    assert_said("paused, open since");
    assert_int_equal(tifo("hold Gala best:1"), 1);
    assert_said("ADMISSION_REQUIRED");
    /* What is not named stays. */
    assert_int_equal(tifo("waitroom set Gala --mode normal"), 0);
    assert_said("normal, open since");
    assert_said("60000 a minute, at most 300 at once");
    assert_int_equal(tifo("sale simulate Gala --buyers 600 --at-once 8"), 0);
    assert_said("600 buyers through the waiting room in ");
    assert_said("verdict: fine");
    assert_int_equal(tifo("waitroom show Gala"), 0);
    assert_said("0 waiting, 0 in, 600 let in so far");
    assert_int_equal(tifo("waitroom verify Gala"), 0);
    /* By hand, with the work that the room asks for. */
    assert_int_equal(tifo("waitroom enter Gala --device mine"), 0);
    assert_said("entry 601");
    assert_int_equal(tifo("sale simulate Gala --buyers 20 --seats 3 --json"), 0);
    assert_said("\"waiting_room\": true, \"seats_sold\": 60,");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flash_sale_waits_in_the_room_of_its_event),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, start, by_hand_stop);
}
