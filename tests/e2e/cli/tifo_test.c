/*
 * `tifo` against a running tifod: an operator's words, end to end.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/process.h"
#include "tests/support/shell.h"

static char folder[] = "/tmp/tifo-e2e-XXXXXX";
static struct process server;

/* Runs `tifo ARGUMENTS --server ...`; both outputs are said. */
static int tifo(const char *arguments)
{
    char line[2048];
    snprintf(line, sizeof(line), "'%s' %s --server %s 2>&1", TIFO, arguments, server.address);
    return shell(line);
}

static int start(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return 1;
    char data[64], port_file[64];
    snprintf(data, sizeof(data), "%s/data", folder);
    snprintf(port_file, sizeof(port_file), "%s/port", folder);
    const char *const arguments[] = { "--listen", "127.0.0.1:0", "--data",  data, "--clock",
                                      "driven",   "--port-file", port_file, NULL };
    return process_serve(&server, TIFOD, arguments, port_file) ? 0 : 1;
}

static int stop(void **state)
{
    (void)state;
    kill(server.pid, SIGTERM);
    int code = process_wait(&server);
    char line[128];
    snprintf(line, sizeof(line), "rm -rf %s", folder);
    return system(line) != 0 || code != 0;
}

static void before_an_import_there_is_no_venue(void **state)
{
    (void)state;
    assert_int_equal(tifo("clock"), 0);
    assert_said("driven clock");
    assert_int_equal(tifo("crowd"), 1);
    assert_said("UNKNOWN_VENUE");
}

static void a_venue_is_imported_once(void **state)
{
    (void)state;
    assert_int_equal(tifo("venue import " TIFO_VENUES "bowl-5000.geojson"), 0);
    assert_said("bowl-5000 imported");
    assert_int_equal(tifo("venue import " TIFO_VENUES "bowl-5000.geojson"), 0);
    assert_said("is already there");
    assert_int_equal(tifo("venue import " TIFO_VENUES "four-gates.geojson"), 1);
    assert_said("VENUE_EXISTS");
}

static void the_crowd_is_shown_and_told_as_json(void **state)
{
    (void)state;
    assert_int_equal(tifo("crowd"), 0);
    assert_said("Nordpark Arena, ");
    assert_said("G6       open");
    assert_int_equal(tifo("crowd --json"), 0);
    assert_said("\"gate_mode\":[\"GATE_MODE_OPEN\"");
    assert_int_equal(tifo("crowd --venue elsewhere"), 1);
    assert_said("UNKNOWN_VENUE");
}

static void a_gate_is_closed_and_opened(void **state)
{
    (void)state;
    assert_int_equal(tifo("gate close G4 --reason 'a vehicle'"), 0);
    assert_said("G4 is closed");
    assert_int_equal(tifo("crowd"), 0);
    assert_said("G4       closed");
    assert_int_equal(tifo("gate open G4"), 0);
    assert_int_equal(tifo("crowd"), 0);
    assert_said("G4       open");
    assert_int_equal(tifo("gate close G9"), 1);
    assert_said("bowl-5000 has no gate G9; it has G1 G2");
}

static void guidance_names_gates(void **state)
{
    (void)state;
    assert_int_equal(tifo("guidance --json"), 0);
    assert_said("\"splits\":");
    assert_int_equal(tifo("guidance"), 0);
    assert_said("Nordpark Arena: ");
}

/* A watch has no end of its own, so it is ended once its first line is there. */
static void a_watch_prints_the_state_now(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t watch = fork();
    assert_true(watch >= 0);
    if (watch == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execl(TIFO, TIFO, "crowd", "--watch", "--json", "--server", server.address, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    FILE *lines = fdopen(ends[0], "r");
    assert_non_null(fgets(shell_said, sizeof(shell_said), lines));
    assert_said("{\"from_seq\":0,");
    assert_said("\"gate_mode\":[");
    kill(watch, SIGTERM);
    int status;
    assert_int_equal(waitpid(watch, &status, 0), watch);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    fclose(lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(before_an_import_there_is_no_venue),
        cmocka_unit_test(a_venue_is_imported_once),
        cmocka_unit_test(the_crowd_is_shown_and_told_as_json),
        cmocka_unit_test(a_gate_is_closed_and_opened),
        cmocka_unit_test(guidance_names_gates),
        cmocka_unit_test(a_watch_prints_the_state_now),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
