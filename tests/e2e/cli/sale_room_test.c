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
    assert_int_equal(tifo("sale simulate Gala --buyers 5 --at-once 2"), 1);
    assert_said("its waiting room is paused");
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
    assert_said("entry 606");
    assert_int_equal(tifo("sale simulate Gala --buyers 20 --seats 3 --json"), 0);
    assert_said("\"waiting_room\": true, \"seats_sold\": 60,");
}

/* Nobody drives the clock: the room never opens. */
static void a_clock_that_stands_is_said(void **state)
{
    (void)state;
    char data[64], port_file[64];
    struct process driven;
    snprintf(data, sizeof(data), "%s/driven", by_hand_folder);
    snprintf(port_file, sizeof(port_file), "%s/driven-port", by_hand_folder);
    const char *const arguments[] = { "--listen", "127.0.0.1:0", "--data",  data, "--clock",
                                      "driven",   "--port-file", port_file, NULL };
    assert_true(process_serve(&driven, TIFOD, arguments, port_file));
    const struct process real = by_hand_server;
    by_hand_server = driven;
    assert_int_equal(tifo("venue import " TIFO_VENUES "bowl-5000.geojson"), 0);
    assert_int_equal(tifo("event create Gala --starts 2040-01-01T15:00 --price 25.00"), 0);
    assert_int_equal(tifo("event publish Gala"), 0);
    assert_int_equal(tifo("waitroom set Gala --mode normal --rate 60 --opens 2039-12-01T10:00"), 0);
    assert_int_equal(tifo("sale simulate Gala --buyers 5 --at-once 2"), 1);
    assert_said("clock is driven");
    by_hand_server = real;
    kill(driven.pid, SIGTERM);
    assert_int_equal(process_wait(&driven), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flash_sale_waits_in_the_room_of_its_event),
        cmocka_unit_test(a_clock_that_stands_is_said),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, start, by_hand_stop);
}
