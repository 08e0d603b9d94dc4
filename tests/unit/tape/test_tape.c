/* Tapes: what is written comes back, whatever it is, in little room. */
#include "sim/tape/tape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { FRAMES = 150, MOST = 70, COUNTS = 5 };

static char path[] = "/tmp/tape-XXXXXX";
static int32_t x[MOST], y[MOST];
static uint16_t place[MOST];
static uint8_t state[MOST];
static uint32_t counts[COUNTS];
static struct tape_frame frame = { 0, x, y, place, state, counts };
static uint8_t venue[3] = { 1, 0, 255 };
static const struct tape_head head = { .frame_ms = 500,
                                       .start_ms = -12345678901,
                                       .count_count = COUNTS,
                                       .title = "a test",
                                       .venue = venue,
                                       .venue_size = sizeof venue };

/* A number that depends on all of it. */
static uint32_t noise(uint32_t f, uint32_t p, uint32_t what)
{
    uint32_t z = (f * 2654435761u ^ p * 40503u ^ what * 97u) + 0x9e3779b9u;
    z = (z ^ z >> 15) * 0x85ebca6bu;
    return z ^ z >> 13;
}

/* More and more people; every seventh jumps about, the others walk on evenly. */
static void make(uint32_t f)
{
    frame.people = f < 80 ? 10 + f / 4 : MOST;
    for (uint32_t p = 0; p < frame.people; p++) {
        bool jumps = p % 7 == 0;
        state[p] = (uint8_t)(1 + noise(f / 40, p, 1) % 3);
        place[p] = (uint16_t)(jumps ? noise(f, p, 2) : p);
        x[p] = jumps ? (int32_t)noise(f, p, 3) : (int32_t)(p * 100 + 13 * f);
        y[p] = jumps ? (int32_t)noise(f, p, 4) : -(int32_t)(7 * f);
    }
    for (uint32_t i = 0; i < COUNTS; i++)
        counts[i] = i ? noise(f, i, 5) : f;
}

static int make_path(void **ctx)
{
    (void)ctx;
    int file = mkstemp(path);
    return file < 0 ? -1 : close(file);
}

static int drop_path(void **ctx)
{
    (void)ctx;
    return remove(path);
}

static void write_frames(uint32_t from, uint32_t to, uint64_t kept, bool end, uint64_t *written)
{
    struct tape_writer *writer = tape_create(path, &head, kept);
    assert_non_null(writer);
    for (uint32_t f = from; f < to; f++) {
        make(f);
        assert_true(tape_write(writer, &frame));
    }
    if (written)
        *written = tape_written(writer);
    assert_true(tape_finish(writer, end));
}

static struct tape *open_tape(void)
{
    char why[400] = "";
    struct tape *tape = tape_open(path, why, sizeof why);
    if (tape == NULL)
        fail_msg("%s", why);
    return tape;
}

static void check_frame(struct tape *tape, uint32_t f)
{
    struct tape_frame got;
    assert_true(tape_read(tape, f, &got));
    make(f);
    assert_true(got.people >= frame.people);
    assert_memory_equal(got.x_cm, x, frame.people * sizeof *x);
    assert_memory_equal(got.y_cm, y, frame.people * sizeof *y);
    assert_memory_equal(got.place, place, frame.people * sizeof *place);
    assert_memory_equal(got.state, state, frame.people);
    assert_memory_equal(got.counts, counts, sizeof counts);
    for (uint32_t p = frame.people; p < got.people; p++)
        assert_int_equal(got.state[p], TAPE_ABSENT);
}

static void what_is_written_comes_back_in_any_order(void **ctx)
{
    (void)ctx;
    write_frames(0, FRAMES, 0, true, NULL);
    struct tape *tape = open_tape();
    assert_int_equal(tape_frames(tape), FRAMES);
    assert_true(tape_head(tape)->start_ms == head.start_ms);
    assert_string_equal(tape_head(tape)->title, "a test");
    assert_memory_equal(tape_head(tape)->venue, venue, sizeof venue);
    for (uint32_t f = 0; f < FRAMES; f++)
        check_frame(tape, f);
    for (uint32_t f = FRAMES; f-- > 0;)
        check_frame(tape, f * 67 % FRAMES);
    struct tape_frame none;
    assert_false(tape_read(tape, FRAMES, &none));
    tape_close(tape);
}

static void a_tape_that_was_cut_off_plays_up_to_there_and_goes_on(void **ctx)
{
    (void)ctx;
    uint64_t written;
    write_frames(0, 100, 0, false, &written);
    struct tape *tape = open_tape();
    assert_int_equal(tape_frames(tape), 100);
    tape_close(tape);
    /* What came after that was lost in the middle of a block. */
    FILE *file = fopen(path, "ab");
    fwrite("\5\0\0\0\5\0\0\0\12\0\0\0\24\0\0\0 and no more", 1, 27, file);
    fclose(file);
    tape = open_tape();
    assert_int_equal(tape_frames(tape), 100);
    tape_close(tape);
    write_frames(100, FRAMES, written, true, NULL);
    tape = open_tape();
    assert_int_equal(tape_frames(tape), FRAMES);
    for (uint32_t f = 0; f < FRAMES; f++)
        check_frame(tape, f);
    tape_close(tape);
}

static void who_walks_on_evenly_costs_next_to_nothing(void **ctx)
{
    (void)ctx;
    struct stat status;
    struct tape_writer *writer = tape_create(path, &head, 0);
    for (uint32_t f = 0; f < 1000; f++) {
        frame.people = MOST;
        memset(counts, 0, sizeof counts);
        for (uint32_t p = 0; p < MOST; p++) {
            x[p] = (int32_t)(100 * p + 67 * f);
            y[p] = (int32_t)(5 * p);
            state[p] = TAPE_ON_FOOT;
            place[p] = 1;
        }
        tape_write(writer, &frame);
    }
    assert_true(tape_finish(writer, true));
    assert_int_equal(stat(path, &status), 0);
    assert_true(status.st_size < 1000 * MOST / 5); /* SQLite: about 40 bytes a row. */
}

static void what_is_no_tape_is_refused(void **ctx)
{
    (void)ctx;
    char why[400];
    write_frames(0, FRAMES, 0, true, NULL);
    assert_null(tape_open("/nowhere/a.tape", why, sizeof why));
    assert_non_null(strstr(why, "/nowhere/a.tape: No such file"));
    FILE *file = fopen(path, "r+b");
    fseek(file, 900, SEEK_SET);
    fwrite("damage", 1, 6, file);
    fseek(file, 0, SEEK_SET);
    fclose(file);
    struct tape *tape = open_tape();
    struct tape_frame got;
    assert_false(tape_read(tape, 0, &got)); /* zlib's checksum sees it. */
    tape_close(tape);
    assert_int_equal(truncate(path, 36), 0);
    assert_null(tape_open(path, why, sizeof why));
    assert_non_null(strstr(why, "is no tape"));
    write_frames(0, 0, 0, true, NULL);
    assert_null(tape_open(path, why, sizeof why));
    assert_non_null(strstr(why, "holds nothing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_comes_back_in_any_order),
        cmocka_unit_test(a_tape_that_was_cut_off_plays_up_to_there_and_goes_on),
        cmocka_unit_test(who_walks_on_evenly_costs_next_to_nothing),
        cmocka_unit_test(what_is_no_tape_is_refused),
    };
    return cmocka_run_group_tests(tests, make_path, drop_path);
}
