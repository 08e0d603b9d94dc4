/* The example of api/rpc: a server and a client that know each other by certificates. */
#include "tests/support/certificates.h"
#include "tests/support/process.h"
#include "tests/support/shell.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/rpc-example-XXXXXX";
static struct process server;

static void write_file(const char *name, const char *text)
{
    char path[96];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void write_identity(struct test_ca *ca, const char *name, const char *alternative_names)
{
    char file[64];
    struct test_identity identity = test_ca_issue(ca, name, alternative_names);
    snprintf(file, sizeof file, "%s.pem", name);
    write_file(file, identity.certificate);
    snprintf(file, sizeof file, "%s.key", name);
    write_file(file, identity.key);
    test_identity_fini(&identity);
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder) || chdir(folder) != 0)
        return -1;
    struct test_ca *ca = test_ca_create(), *other = test_ca_create();
    write_file("ca.pem", test_ca_pem(ca));
    write_identity(ca, "house", "IP:127.0.0.1");
    write_identity(ca, "butler", NULL);
    write_identity(other, "burglar", NULL);
    test_ca_destroy(ca);
    test_ca_destroy(other);
    const char *const arguments[] = { "127.0.0.1:0", "house.pem", "house.key", "ca.pem", NULL };
    if (!process_serve(&server, SERVER, arguments, NULL))
        return -1;
    const char *port = strstr(server.said, "port ");
    snprintf(server.address, sizeof server.address, "127.0.0.1:%ld",
             strtol(port + strlen("port "), NULL, 10));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char line[64];
    snprintf(line, sizeof line, "cd / && rm -r '%s'", folder);
    return shell(line);
}

/* The line that runs the client as `who`; lives until the next one. */
static const char *as(const char *who, const char *what)
{
    static char line[512];
    snprintf(line, sizeof line, CLIENT " %s ca.pem %s.pem %s.key %s 2>&1", server.address, who, who,
             what);
    return line;
}

static void lamps_are_turned_on_and_watched(void **state)
{
    (void)state;
    char line[128];
    FILE *watch = popen(as("butler", "watch 2"), "r");
    assert_non_null(watch);
    assert_non_null(fgets(line, sizeof line, watch));
    assert_string_equal(line, "hall off, kitchen on, study off\n");

    assert_int_equal(shell(as("butler", "turn hall on")), 0);
    assert_string_equal(shell_said, "hall on\n");
    assert_non_null(fgets(line, sizeof line, watch));
    assert_string_equal(line, "hall on, kitchen on, study off\n");
    assert_int_equal(pclose(watch), 0);

    assert_int_equal(shell(as("butler", "turn attic on")), 1);
    assert_said("NOT_FOUND: there is no such room");
}

static void strangers_are_not_let_in(void **state)
{
    (void)state;
    assert_int_equal(shell(as("burglar", "turn hall off")), 1);
    assert_said("UNAVAILABLE");
    assert_int_equal(shell(as("nobody", "turn hall off")), 1);
    assert_said("cannot read the certificate nobody.pem");
}

static void it_ends_when_told_and_has_logged_its_calls(void **state)
{
    (void)state;
    kill(server.pid, SIGTERM);
    assert_int_equal(process_wait(&server), 0);
    static const char *const lines[] = {
        "/lamps.v1.Lamps/Turn by butler: OK in ",
        "/lamps.v1.Lamps/Turn by butler: NOT_FOUND in ",
        "/lamps.v1.Lamps/Watch by butler: CANCELLED in ",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (!strstr(server.said, lines[i]))
            fail_msg("\"%s\" is not in: %s", lines[i], server.said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lamps_are_turned_on_and_watched),
        cmocka_unit_test(strangers_are_not_let_in),
        cmocka_unit_test(it_ends_when_told_and_has_logged_its_calls),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
