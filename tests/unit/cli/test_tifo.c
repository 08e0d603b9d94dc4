/*
 * `tifo` as it is typed: what it says and with which code it ends.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/shell.h"

static char folder[] = "/tmp/tifo-cli-XXXXXX";

/* Runs `tifo ARGUMENTS` in the test's folder; both outputs are said. */
static int tifo(const char *arguments)
{
    char line[2048];
    snprintf(line, sizeof(line), "cd %s && '%s' %s 2>&1", folder, TIFO_PROGRAM, arguments);
    return shell(line);
}

static char *read_text(const char *name, bool shipped)
{
    char path[1024];
    snprintf(path, sizeof(path), "%s%s%s", shipped ? TIFO_VENUES : folder, shipped ? "" : "/",
             name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = calloc(1, 1 << 20);
    assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

static void the_commands_of_the_readme_make_the_shipped_bowls(void **state)
{
    (void)state;
    static const char *const bowls[] = { "bowl-5000.geojson", "bowl-60000.geojson" };
    char *readme = read_text("README.md", true), *from = readme;
    for (size_t i = 0; i < sizeof(bowls) / sizeof(bowls[0]); i++) {
        char *command = strstr(from, "\ntifo venue make ") + 6;
        from = strchr(command, '\n');
        *from = '\0';
        assert_non_null(strstr(command, bowls[i]));
        assert_int_equal(tifo(command), 0);
        assert_said(bowls[i]);
        *from = '\n';
        char *made = read_text(bowls[i], false);
        char *shipped = read_text(bowls[i], true);
        assert_string_equal(made, shipped);
        free(made);
        free(shipped);
    }
    free(readme);
}

static void a_good_venue_is_sound_and_shown(void **state)
{
    (void)state;
    assert_int_equal(tifo("venue check " TIFO_VENUES "four-gates.geojson"), 0);
    assert_said("sound; four-gates, 600 seats, 20 zones, 4 gates");
    assert_int_equal(tifo("venue show " TIFO_VENUES "four-gates.geojson"), 0);
    assert_said("ok  people out within 8 minutes");
    assert_int_equal(tifo("venue show --json " TIFO_VENUES "four-gates.geojson"), 0);
    assert_said("\"venue_id\":\"four-gates\"");
}

static void a_wrong_venue_fails_with_its_problems(void **state)
{
    (void)state;
    assert_int_equal(tifo("venue check /dev/null"), 1);
    assert_said("/dev/null:1:");
    assert_said("not JSON");
    assert_int_equal(tifo("venue check /dev/null --json"), 1);
    assert_said("{\"file\":\"/dev/null\",\"line\":1,");
    assert_int_equal(tifo("venue show nothing.geojson"), 1);
    assert_said("nothing.geojson: cannot be opened: No such file or directory");
}

static void bad_usage_is_told_and_ends_with_2(void **state)
{
    (void)state;
    static const struct {
        const char *arguments, *part;
    } rows[] = {
        { "", "usage: tifo COMMAND" },
        { "venue burn x", "there is no command \"venue burn\"" },
        { "gates --help", "there is no command \"gates --help\"; tifo --help lists all" },
        { "--server x clock", "--server comes after the command" },
        { "venue check", "usage: tifo venue check FILE" },
        { "venue check a b", "usage: tifo venue check FILE" },
        { "venue check a --loud", "unknown option --loud" },
        { "venue make --gates 4 -o x", "needs --seats N --gates N -o FILE" },
        { "venue make --seats 12 --gates 4 -o x", "--seats 12 is not a whole number from 1000" },
        { "venue make --seats 5k --gates 4 -o x", "--seats 5k is not a whole number" },
        { "venue make --seats 5000 --gates 4 --origin 13 -o x", "--origin 13 is not LON,LAT" },
        { "clock --server", "--server needs a value" },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(tifo(rows[i].arguments), 2);
        assert_said(rows[i].part);
    }
}

static void a_wrong_word_is_not_answered_with_a_page(void **state)
{
    (void)state;
    assert_int_equal(tifo("gates --help"), 2);
    assert_null(strstr(shell_said, "gate close"));
    assert_int_equal(tifo("gate ajar"), 2);
    assert_said("gate close GATE"); /* Those of its group are few. */
}

static void help_and_version_end_with_0(void **state)
{
    (void)state;
    assert_int_equal(tifo("--version"), 0);
    assert_said("tifo " TIFO_VERSION);
    assert_int_equal(tifo("--help"), 0);
    assert_said("venue make");
    assert_int_equal(tifo("gate close --help"), 0);
    assert_said("usage: tifo gate close GATE");
    assert_int_equal(tifo("alarm --help"), 0);
    assert_said("usage: tifo alarm COMMAND");
    assert_said("alarm shelve NUMBER");
    assert_null(strstr(shell_said, "gate close"));
}

static void a_file_that_cannot_be_written_leaves_nothing(void **state)
{
    (void)state;
    assert_int_equal(tifo("venue make --seats 2000 --gates 4 --tiers 1 -o nowhere/x.geojson"), 1);
    assert_said("cannot write nowhere/x.geojson: No such file or directory");
    assert_int_equal(tifo("venue make --seats 2000 --gates 4 --tiers 1 -o /dev/full"), 1);
    assert_said("cannot write /dev/full: No space left on device");
    assert_int_equal(tifo("venue make --seats 1000 --gates 4 -o small.geojson"), 1);
    assert_said("1000 seats in 2 tiers do not come out in whole rows");
    char path[64];
    snprintf(path, sizeof(path), "%s/small.geojson", folder);
    assert_int_not_equal(access(path, F_OK), 0);
}

/* A port that is bound but not listened on refuses, and nobody else can take it meanwhile. */
static void without_a_server_every_command_says_so(void **state)
{
    (void)state;
    int held = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof(address);
    assert_int_equal(bind(held, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(held, (struct sockaddr *)&address, &size), 0);
    char line[256], part[128];
    snprintf(part, sizeof(part), "no tifod answers at 127.0.0.1:%u; start one with",
             ntohs(address.sin_port));
    static const char *const commands[] = { "clock", "gate close G4",
                                            "venue import " TIFO_VENUES "four-gates.geojson" };
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        snprintf(line, sizeof(line), "%s --server 127.0.0.1:%u", commands[i],
                 ntohs(address.sin_port));
        assert_int_equal(tifo(line), 1);
        assert_said(part);
    }
    close(held);
}

/* As bash asks: the words after `tifo`, the last one being typed. */
static void completes(const char *typed, const char *expected)
{
    char line[1024];
    snprintf(line, sizeof(line),
             "bash -c 'source <(\"%s\" completion bash); COMP_WORDS=(tifo %s); "
             "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _tifo; echo ${COMPREPLY[*]}'",
             TIFO_PROGRAM, typed);
    assert_int_equal(shell(line), 0);
    shell_said[strcspn(shell_said, "\n")] = '\0';
    assert_string_equal(shell_said, expected);
}

static void bash_completes_commands_and_their_options(void **state)
{
    (void)state;
    completes("ven", "venue");
    completes("gate c", "close");
    completes("event c", "create cancel");
    completes("event create Cup --pr", "--price --prices");
    completes("buy --k", "--key");
    completes("clock --he", "--help");
    completes("nonsense --he", "");
    assert_int_equal(tifo("completion fish"), 2);
    assert_said("for bash");
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : 1;
}

static int remove_folder(void **state)
{
    (void)state;
    char line[128];
    snprintf(line, sizeof(line), "rm -rf %s", folder);
    return system(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_commands_of_the_readme_make_the_shipped_bowls),
        cmocka_unit_test(a_good_venue_is_sound_and_shown),
        cmocka_unit_test(a_wrong_venue_fails_with_its_problems),
        cmocka_unit_test(bad_usage_is_told_and_ends_with_2),
        cmocka_unit_test(a_wrong_word_is_not_answered_with_a_page),
        cmocka_unit_test(help_and_version_end_with_0),
        cmocka_unit_test(a_file_that_cannot_be_written_leaves_nothing),
        cmocka_unit_test(without_a_server_every_command_says_so),
        cmocka_unit_test(bash_completes_commands_and_their_options),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
