/* Headless: follows a server to its end and leaves the pictures that it promised. */
#include "tests/unit/twin/check.h"

#include "tests/e2e/twin/stage.h"
#include "twin/headless.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct run {
    struct options options;
    int code;
};

static void *follow(void *ctx)
{
    struct run *run = ctx;
    run->code = headless_run(&run->options);
    return NULL;
}

static void nap(void)
{
    struct timespec pause = { .tv_nsec = 5000000 };
    nanosleep(&pause, NULL);
}

static bool exists(const char *folder, const char *name)
{
    char path[200];
    struct stat info;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return stat(path, &info) == 0 && info.st_size > 100;
}

static void await(const char *folder, const char *name)
{
    for (int tries = 0; tries < 4000 && !exists(folder, name); tries++)
        nap();
    assert_true(exists(folder, name));
}

static void clear(const char *folder, const char *const *names)
{
    char path[200];
    for (; *names; names++) {
        snprintf(path, sizeof path, "%s/%s", folder, *names);
        assert_int_equal(remove(path), 0);
    }
    assert_int_equal(rmdir(folder), 0); /* Nothing half written is left. */
}

static void follows_a_server_to_its_end(void **state)
{
    (void)state;
    char folder[] = "/tmp/twin-headless-XXXXXX";
    struct stage stage;
    assert_non_null(mkdtemp(folder));
    stage_open(&stage);
    struct run run = { .options = { .server.address = stage.address,
                                    .width = 640,
                                    .height = 400,
                                    .scale = 1,
                                    .out = folder,
                                    .every_ms = 60000,
                                    .wait_ms = 5000 } };
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, follow, &run), 0);
    while (stage_watchers(&stage) < 3)
        nap();
    stage_show(&stage, CALM, STATES_START_MS);
    await(folder, "twin-144000.png");
    stage_show(&stage, JAM, STATES_START_MS + 30 * 60000);
    await(folder, "twin-151000.png");
    stage_close(&stage);
    pthread_join(thread, NULL);
    assert_int_equal(run.code, 0);
    static const char *const names[] = { "twin-144000.png", "twin-151000.png", "twin-worst.png",
                                         "twin-last.png", NULL };
    for (int i = 0; names[i]; i++)
        assert_true(exists(folder, names[i]));
    clear(folder, names);
}

static void gives_up_when_nobody_answers(void **state)
{
    (void)state;
    struct options options = { .server.address = "127.0.0.1:1",
                               .width = 640,
                               .height = 400,
                               .scale = 1,
                               .out = "/tmp/twin-never-made",
                               .every_ms = 60000,
                               .wait_ms = 200 };
    assert_int_equal(headless_run(&options), 1);
    assert_int_equal(access(options.out, F_OK), -1);
}

int main(void)
{
    setenv("TZ", "UTC", 1); /* Pictures are named by the clock on them. */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_a_server_to_its_end),
        cmocka_unit_test(gives_up_when_nobody_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
