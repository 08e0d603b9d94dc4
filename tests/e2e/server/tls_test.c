/* tifod with TLS, as a process, and `tifo` as its client: who is served, and new certificates. */
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

#define SERVER_NAMES "DNS:localhost,IP:127.0.0.1"

/* A folder with certificates, and the server that uses them. */
struct bench {
    char folder[64];
    struct test_ca *ca, *other_ca;
    struct process server;
};

static const char *path_of(const struct bench *b, const char *name)
{
    static char paths[8][128];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", b->folder, name);
    return path;
}

static void write_file(const struct bench *b, const char *name, const char *text)
{
    FILE *file = fopen(path_of(b, name), "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void write_identity(const struct bench *b, struct test_ca *ca, const char *name,
                           const char *alternative_names)
{
    char file[64];
    struct test_identity identity = test_ca_issue(ca, name, alternative_names);
    snprintf(file, sizeof file, "%s.pem", name);
    write_file(b, file, identity.certificate);
    snprintf(file, sizeof file, "%s.key", name);
    write_file(b, file, identity.key);
    test_identity_fini(&identity);
}

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    strcpy(b->folder, "/tmp/tifod-tls-XXXXXX");
    if (!mkdtemp(b->folder))
        return -1;
    b->ca = test_ca_create();
    b->other_ca = test_ca_create();
    write_file(b, "ca.pem", test_ca_pem(b->ca));
    write_file(b, "other-ca.pem", test_ca_pem(b->other_ca));
    write_identity(b, b->ca, "tifod", SERVER_NAMES);
    write_identity(b, b->ca, "steward", NULL);
    write_identity(b, b->other_ca, "stranger", NULL);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    char line[128];
    if (b->server.pid > 0) { /* The test has failed. */
        kill(b->server.pid, SIGKILL);
        process_wait(&b->server);
    }
    snprintf(line, sizeof line, "rm -r '%s'", b->folder);
    const int removed = shell(line);
    test_ca_destroy(b->ca);
    test_ca_destroy(b->other_ca);
    free(b);
    return removed;
}

/* `client_ca` NULL: clients show no certificates. */
static void serve(struct bench *b, const char *listen, const char *client_ca)
{
    const char *arguments[16] = { "--listen",    listen,
                                  "--data",      path_of(b, "data"),
                                  "--port-file", path_of(b, "port"),
                                  "--tls-cert",  path_of(b, "tifod.pem"),
                                  "--tls-key",   path_of(b, "tifod.key") };
    if (client_ca) {
        arguments[10] = "--tls-client-ca";
        arguments[11] = path_of(b, client_ca);
    }
    if (!process_serve(&b->server, TIFOD, arguments, path_of(b, "port")))
        fail_msg("tifod did not serve: %s", b->server.said);
}

static void end(struct bench *b)
{
    kill(b->server.pid, SIGTERM);
    const int code = process_wait(&b->server);
    b->server.pid = 0;
    assert_int_equal(code, 0);
}

/* `tifo clock`; "ca" and "who" name files of the folder, NULL: without. */
static int ask(const struct bench *b, const char *ca, const char *who)
{
    char line[1024], part[300] = "", identity[300] = "";
    if (ca)
        snprintf(part, sizeof part, "--tls-ca %s/%s", b->folder, ca);
    if (who)
        snprintf(identity, sizeof identity, "--tls-cert %s/%s.pem --tls-key %s/%s.key", b->folder,
                 who, b->folder, who);
    snprintf(line, sizeof line, "%s clock --server 127.0.0.1:%s %s %s 2>&1", TIFO,
             strrchr(b->server.address, ':') + 1, part, identity);
    return shell(line);
}

static void tls_needs_the_servers_ca(void **state)
{
    struct bench *b = *state;
    serve(b, "127.0.0.1:0", NULL);
    assert_int_equal(ask(b, "ca.pem", NULL), 0);
    assert_int_equal(ask(b, "other-ca.pem", NULL), 1);
    assert_said("no tifod answers");
    assert_said("handshake failed");
    assert_int_equal(ask(b, NULL, NULL), 1);
    assert_int_equal(ask(b, "nowhere.pem", NULL), 1);
    assert_said("nowhere.pem: No such file or directory");
    end(b);
}

/* On every address of the machine, which is allowed only so; asked over loopback. */
static void off_loopback_clients_are_known(void **state)
{
    struct bench *b = *state;
    serve(b, "0.0.0.0:0", "ca.pem");
    assert_int_equal(ask(b, "ca.pem", "steward"), 0);
    assert_int_equal(ask(b, "ca.pem", "stranger"), 1);
    assert_int_equal(ask(b, "ca.pem", NULL), 1);
    assert_said("no tifod answers");
    end(b);
    assert_non_null(strstr(b->server.said, "tls=mutual"));
}

static void new_certificates_need_no_restart(void **state)
{
    struct bench *b = *state;
    serve(b, "127.0.0.1:0", NULL);
    assert_int_equal(ask(b, "ca.pem", NULL), 0);
    write_identity(b, b->other_ca, "tifod", SERVER_NAMES);
    assert_int_equal(ask(b, "other-ca.pem", NULL), 0);
    assert_int_equal(ask(b, "ca.pem", NULL), 1);
    end(b);
    assert_non_null(strstr(b->server.said, "certificates-reloaded"));
}

/* Before anything else happens, and by every program. */
static void files_that_cannot_be_used_are_named(void **state)
{
    (void)state;
    static const char *const lines[] = {
        TIFO " clock --tls-ca /nowhere/ca.pem 2>&1",
        TWIN " --tls-ca /nowhere/ca.pem --headless --out /nowhere 2>&1",
        SIM " run " SCENARIO " --server 127.0.0.1:1 --tls-ca /nowhere/ca.pem --out /nowhere 2>&1",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_int_equal(shell(lines[i]), 1);
        assert_said("TLS: cannot read the CA certificates /nowhere/ca.pem: No such file");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tls_needs_the_servers_ca, set_up, tear_down),
        cmocka_unit_test_setup_teardown(off_loopback_clients_are_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(new_certificates_need_no_restart, set_up, tear_down),
        cmocka_unit_test(files_that_cannot_be_used_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
