/* The window on a real X server (xvfb-run): it opens, shows the jam, follows the hand, shuts. */
#include "tests/unit/twin/check.h"

#include "tests/e2e/twin/stage.h"
#include "twin/window.h"

#include <SDL.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WIDTH = 1280, HEIGHT = 800, PATIENCE_MS = 20000 };

struct operator
{
    struct stage *stage;
    bool saw_alarm, saw_pan, saw_zoom, saw_day;
};

/* What is on the X server's screen: Xvfb keeps it in a file (-fbdir), an XWD dump: a header of big
 * endian words, a colour map, rows of pixels. */
struct display {
    const uint8_t *pixels;
    size_t row_bytes;
};

static uint32_t word(const uint8_t *dump, int index)
{
    const uint8_t *at = dump + 4 * index;
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static struct display open_display(void)
{
    enum { HEADER_SIZE = 0, ROW_BYTES = 12, COLOURS = 19, COLOUR_BYTES = 12 };
    int file = open(SCREEN_FILE, O_RDONLY);
    struct stat info;
    assert_true(file >= 0 && fstat(file, &info) == 0);
    const uint8_t *dump = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_SHARED, file, 0);
    assert_true(dump != MAP_FAILED);
    close(file);
    return (struct display){ dump + word(dump, HEADER_SIZE) + COLOUR_BYTES * word(dump, COLOURS),
                             word(dump, ROW_BYTES) };
}

/* A check of the screen; polled from the operator's thread, as an eye would. */
typedef bool check(const struct display *display, uint32_t memory);

static const uint32_t *row_of(const struct display *display, int y)
{
    return (const void *)(display->pixels + (size_t)y * display->row_bytes);
}

static uint32_t middle_of(const struct display *display)
{
    uint32_t sum = 2166136261u;
    for (int y = HEIGHT / 3; y < HEIGHT * 2 / 3; y += 2)
        for (int x = WIDTH / 3; x < WIDTH * 2 / 3; x++)
            sum = (sum ^ (row_of(display, y)[x] & 0xffffff)) * 16777619u;
    return sum;
}

static bool differs(const struct display *display, uint32_t memory)
{
    return middle_of(display) != memory;
}

static bool shows(const struct display *display, uint32_t ink)
{
    int found = 0;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            found += (row_of(display, y)[x] & 0xffffff) == ink;
    return found > 300;
}

static bool wait_until(const struct display *display, check *check_screen, uint32_t memory)
{
    for (int waited = 0; waited < PATIENCE_MS; waited += 10) {
        if (check_screen(display, memory))
            return true;
        SDL_Delay(10);
    }
    return false;
}

static void press(SDL_Keycode key)
{
    SDL_Event event = { .type = SDL_KEYDOWN };
    event.key.keysym.sym = key;
    SDL_PushEvent(&event);
}

static void let_go(SDL_Keycode key)
{
    SDL_Event event = { .type = SDL_KEYUP };
    event.key.keysym.sym = key;
    SDL_PushEvent(&event);
}

static void write_words(const char *words)
{
    SDL_Event event = { .type = SDL_TEXTINPUT };
    snprintf(event.text.text, sizeof event.text.text, "%s", words);
    SDL_PushEvent(&event);
}

static void point_at(int x, int y)
{
    SDL_Event down = { .type = SDL_MOUSEBUTTONDOWN }, up = { .type = SDL_MOUSEBUTTONUP };
    down.button.button = up.button.button = SDL_BUTTON_LEFT;
    down.button.x = up.button.x = x;
    down.button.y = up.button.y = y;
    SDL_PushEvent(&down);
    SDL_PushEvent(&up);
}

static void drag(int dx, int dy)
{
    SDL_Event down = { .type = SDL_MOUSEBUTTONDOWN }, move = { .type = SDL_MOUSEMOTION };
    SDL_Event up = { .type = SDL_MOUSEBUTTONUP };
    down.button.button = SDL_BUTTON_LEFT;
    down.button.x = WIDTH / 2;
    down.button.y = HEIGHT / 2;
    move.motion.xrel = dx;
    move.motion.yrel = dy;
    SDL_PushEvent(&down);
    SDL_PushEvent(&move);
    SDL_PushEvent(&up);
}

static void *operate(void *ctx)
{
    struct operator* op = ctx;
    struct theme night, day;
    struct display display = open_display();
    theme_init(&night, THEME_NIGHT);
    theme_init(&day, THEME_DAY);
    op->saw_alarm = wait_until(&display, shows, night.alarm & 0xffffff);
    uint32_t before = middle_of(&display);
    drag(90, 40);
    op->saw_pan = wait_until(&display, differs, before);
    before = middle_of(&display);
    press(SDLK_PLUS);
    op->saw_zoom = wait_until(&display, differs, before);
    press(SDLK_n);
    op->saw_day = wait_until(&display, shows, day.bg & 0xffffff);
    SDL_Event quit = { .type = SDL_QUIT };
    SDL_PushEvent(&quit);
    return NULL;
}

/* ---- Doing something about it */

typedef bool asked(const struct stage *stage);

static bool acknowledged(const struct stage *stage)
{
    return stage->acknowledged == 2;
}
static bool gate_opened(const struct stage *stage)
{
    return stage->gate_mode == TIFO__V1__GATE_MODE__GATE_MODE_OPEN;
}
static bool shelved(const struct stage *stage)
{
    return stage->shelved == 3;
}

static bool wait_for(struct stage *stage, asked *was_asked)
{
    for (int waited = 0; waited < PATIENCE_MS; waited += 10) {
        struct stage so_far = stage_asked(stage);
        if (was_asked(&so_far))
            return true;
        SDL_Delay(10);
    }
    return false;
}

/* The window's left edge in the voice's colour: a replay's frame. */
static bool framed(const struct display *display, uint32_t voice)
{
    int found = 0;
    for (int y = 0; y < HEIGHT; y++)
        found += (row_of(display, y)[1] & 0xffffff) == voice;
    return found > HEIGHT * 9 / 10;
}

static bool not_framed(const struct display *display, uint32_t voice)
{
    return !framed(display, voice);
}

/* Keys that are refused while an order is under way are pressed again, as a hand would. */
static bool press_until(struct stage *stage, SDL_Keycode key, asked *was_asked)
{
    for (int waited = 0; waited < PATIENCE_MS; waited += 200) {
        press(key);
        for (int i = 0; i < 20; i++, SDL_Delay(10)) {
            struct stage so_far = stage_asked(stage);
            if (was_asked(&so_far))
                return true;
        }
    }
    return false;
}

struct doing {
    struct stage *stage;
    bool saw_alarm, acknowledged, opened, framed, dragged, live, shelved;
    struct stage after_gate, after_shelve;
};

static void *act(void *ctx)
{
    struct doing *doing = ctx;
    struct display display = open_display();
    struct theme night;
    theme_init(&night, THEME_NIGHT);
    uint32_t voice = night.voice & 0xffffff;
    doing->saw_alarm = wait_until(&display, shows, night.alarm & 0xffffff);
    doing->acknowledged = press_until(doing->stage, SDLK_a, acknowledged);
    /* Until the answer is there nothing else can be begun: the hold is tried again. */
    for (int tries = 0; tries < 10 && !doing->opened; tries++) {
        press(SDLK_RETURN);
        for (int i = 0; i < 150 && !doing->opened; i++, SDL_Delay(10)) {
            struct stage so_far = stage_asked(doing->stage);
            doing->opened = gate_opened(&so_far);
        }
        let_go(SDLK_RETURN);
    }
    doing->after_gate = stage_asked(doing->stage);
    stage_show(doing->stage, JAM, STATES_START_MS + 30 * 60000 + 5000); /* Now there is a past. */
    for (int tries = 0; tries < PATIENCE_MS / 100 && !doing->framed; tries++) {
        press(SDLK_LEFT);
        SDL_Delay(100);
        doing->framed = framed(&display, voice);
    }
    press(SDLK_l);
    doing->live = wait_until(&display, not_framed, voice);
    /* The same with the hand, on the timeline. */
    point_at(WIDTH / 4, HEIGHT - 100);
    doing->dragged = wait_until(&display, framed, voice);
    press(SDLK_l);
    doing->live &= wait_until(&display, not_framed, voice);
    press(SDLK_3);
    press(SDLK_h);
    write_words("h"); /* As SDL does for the key that opened the line. */
    write_words("works there");
    press(SDLK_RETURN);
    let_go(SDLK_RETURN);
    doing->shelved = wait_for(doing->stage, shelved);
    doing->after_shelve = stage_asked(doing->stage);
    SDL_Event quit = { .type = SDL_QUIT };
    SDL_PushEvent(&quit);
    return NULL;
}

static void alarms_are_answered_and_the_past_is_looked_at(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage);
    stage_show(&stage, CALM, STATES_START_MS + 29 * 60000);
    stage_show(&stage, JAM, STATES_START_MS + 30 * 60000);
    struct doing doing = { .stage = &stage };
    pthread_t hand;
    assert_int_equal(pthread_create(&hand, NULL, act, &doing), 0);
    struct options options = { .server.address = stage.address,
                               .caller = "desk 2",
                               .width = WIDTH,
                               .height = HEIGHT,
                               .scale = 1 };
    int code = window_run(&options);
    pthread_join(hand, NULL);
    stage_close(&stage);
    assert_int_equal(code, 0);
    assert_true(doing.saw_alarm);
    assert_true(doing.acknowledged);
    assert_true(doing.opened);
    assert_int_equal(doing.after_gate.gate, doing.stage->gate);
    assert_string_equal(doing.after_gate.caller, "desk 2");
    assert_string_equal(doing.after_gate.reason, "alarm 2");
    assert_true(doing.framed);
    assert_true(doing.live);
    assert_true(doing.dragged);
    assert_true(doing.shelved);
    assert_int_equal(doing.after_shelve.shelved_s, 600);
    assert_string_equal(doing.after_shelve.reason, "works there");
}

static void opens_follows_the_hand_and_shuts(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage);
    stage_show(&stage, JAM, STATES_START_MS + 30 * 60000);
    struct operator op = { .stage = &stage };
    pthread_t hand;
    assert_int_equal(pthread_create(&hand, NULL, operate, &op), 0);
    struct options options = { .server.address = stage.address,
                               .caller = "desk 2",
                               .width = WIDTH,
                               .height = HEIGHT,
                               .scale = 1 };
    int code = window_run(&options);
    pthread_join(hand, NULL);
    stage_close(&stage);
    assert_int_equal(code, 0);
    assert_true(op.saw_alarm);
    assert_true(op.saw_pan);
    assert_true(op.saw_zoom);
    assert_true(op.saw_day);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_follows_the_hand_and_shuts),
        cmocka_unit_test(alarms_are_answered_and_the_past_is_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
