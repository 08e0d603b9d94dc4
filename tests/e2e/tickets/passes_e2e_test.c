/*
 * Passes for phones' wallets, by `tifo`: a CA of the test's own makes the certificate that signs
 * them, and other people's programs read what comes out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/by_hand.h"

/* Root, what it lets sign (as Apple's WWDR), and who signs passes. wallet.pem is the chain. */
static const char make_certificates[] =
    "cd %s && exec 2>&1 && set -e\n"
    "ec='-newkey ec -pkeyopt ec_paramgen_curve:P-256'\n"
    "new() { openssl req -new ${3:-$ec} -nodes -keyout $1.key -out $1.csr -subj \"$2\"; }\n"
    "sign() { openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -CAcreateserial -days 2 "
    "-extfile $3 -out $1.pem; }\n"
    "echo basicConstraints=critical,CA:TRUE > ca.ext; : > leaf.ext\n"
    "openssl req -x509 $ec -nodes -keyout root.key -out root.pem -subj /CN=Root "
    "-days 2\n"
    "new middle /CN=Middle; sign middle root ca.ext\n"
    "new leaf '/UID=pass.example.tifo/CN=Pass/OU=TEAM123456/O=Example Stadium' '-newkey rsa:2048'\n"
    "sign leaf middle leaf.ext; cat leaf.pem middle.pem > wallet.pem\n"
    "new nameless /CN=Nobody; sign nameless middle leaf.ext\n"
    "openssl x509 -req -in leaf.csr -CA middle.pem -CAkey middle.key -days 0 -out over.pem\n"
    "openssl pkey -in leaf.key -aes256 -passout pass:secret -out locked.key\n";

static char folder[] = "/tmp/tifo-passes-XXXXXX";
static char certificate[64], key[64], id[40], code[200];

/* A line with the folder's name in all its places. */
static int line(const char *format)
{
    char all[2048];
    snprintf(all, sizeof all, format, folder, folder, folder);
    return shell(all);
}

static int start(void **state)
{
    static const char *more[] = { "--wallet-cert", certificate, "--wallet-key", key, NULL };
    (void)state;
    assert_non_null(mkdtemp(folder));
    if (line(make_certificates) != 0)
        fail_msg("%s", shell_said);
    snprintf(certificate, sizeof certificate, "%s/wallet.pem", folder);
    snprintf(key, sizeof key, "%s/leaf.key", folder);
    by_hand_start(more);
    assert_int_equal(tifo("venue import " TIFO_VENUES "bowl-5000.geojson"), 0);
    assert_int_equal(tifo("event create Derby --price 25.50 "
                          "--starts $(date -u -d '1 hour' +%Y-%m-%dT%H:%M)"),
                     0);
    assert_int_equal(tifo("event create Final --price 25.50 "
                          "--starts $(date -u -d '25 hours' +%Y-%m-%dT%H:%M)"),
                     0);
    assert_int_equal(tifo("event publish Derby"), 0);
    assert_int_equal(tifo("event publish Final"), 0);
    return 0;
}

static int stop(void **state)
{
    return line("rm -r %s") + by_hand_stop(state);
}

/* What ann bought of the event last. */
static void buy(const char *event)
{
    char text[256];
    snprintf(text, sizeof text, "buy %s 101/1/1", event);
    assert_int_equal(tifo(text), 0);
    snprintf(text, sizeof text, "ticket find %s --seats 101/1/1", event);
    assert_int_equal(tifo(text), 0);
    snprintf(id, sizeof id, "%.32s", shell_said);
}

static int pass(const char *who, const char *file)
{
    char text[256];
    snprintf(text, sizeof text, "ticket wallet %s -o %s/%s", id, folder, file);
    return tifo_as(who, text);
}

/* As others read it: with the code that is the ticket's now. */
static void check(const char *file)
{
    char text[1024];
    snprintf(text, sizeof text, "ticket show %s", id);
    assert_int_equal(tifo(text), 0);
    const char *at = strchr(shell_said, '\n');
    assert_non_null(at);
    snprintf(code, sizeof code, "%.*s", (int)strcspn(at + 1, "\n"), at + 1);
    snprintf(text, sizeof text, "python3 -B '%s' %s/%s %s/root.pem %s %s 2>&1", CHECK_PASS, folder,
             file, folder, code, id);
    if (shell(text) != 0)
        fail_msg("%s", shell_said);
}

static void a_pass_is_what_others_take_for_one(void **state)
{
    (void)state;
    char before[sizeof code], text[256];
    buy("Derby");
    assert_int_equal(pass("ann", "derby.pkpass"), 0);
    check("derby.pkpass");
    memcpy(before, code, sizeof before);
    snprintf(text, sizeof text, "ticket reissue %s", id);
    assert_int_equal(tifo(text), 0);
    assert_int_equal(pass("ann", "derby.pkpass"), 0);
    check("derby.pkpass");
    assert_string_not_equal(code, before);
    assert_int_equal(pass("bob", "bob.pkpass"), 1);
    assert_said("UNKNOWN_TICKET");
}

/* One hour before its codes are given out. */
static void a_sealed_ticket_is_no_pass_yet(void **state)
{
    (void)state;
    buy("Final");
    assert_int_equal(pass("ann", "final.pkpass"), 1);
    assert_said("TICKET_SEALED");
    assert_int_equal(tifo("doors rules Final --sealed-hours 26"), 0);
    assert_int_equal(pass("ann", "final.pkpass"), 0);
}

/* A tifod with these would sign passes that no phone takes: it does not start. */
static void what_cannot_sign_is_said_at_the_start(void **state)
{
    (void)state;
#define TIFOD_WITH(cert, key)                                                                      \
    "'" TIFOD "' --listen 127.0.0.1:0 --data %s/none --wallet-cert %s/" cert " --wallet-key %s/"   \
    key " 2>&1"
    static const struct {
        const char *line, *said;
    } cases[] = {
        { TIFOD_WITH("missing.pem", "leaf.key"), "missing.pem cannot be read" },
        { TIFOD_WITH("wallet.pem", "missing.key"), "missing.key cannot be read" },
        { TIFOD_WITH("leaf.key", "leaf.key"), "has no certificate" },
        { TIFOD_WITH("wallet.pem", "locked.key"), "without a passphrase" },
        { TIFOD_WITH("wallet.pem", "root.key"), "is not the key of" },
        { TIFOD_WITH("nameless.pem", "nameless.key"), "Pass Type ID" },
        { TIFOD_WITH("over.pem", "leaf.key"), "is over" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(line(cases[i].line), 1);
        assert_said(cases[i].said);
    }
    assert_int_equal(line("'" TIFOD "' --wallet-cert %s/wallet.pem 2>&1"), 2);
    assert_said("--wallet-key is missing");
}

/* Last: the server goes. */
static void without_a_certificate_there_are_no_passes(void **state)
{
    (void)state;
    assert_int_equal(by_hand_stop(NULL), 0);
    by_hand_start(NULL);
    assert_int_equal(tifo("venue import " TIFO_VENUES "bowl-5000.geojson"), 0);
    assert_int_equal(tifo("event create Derby --price 25.50 "
                          "--starts $(date -u -d '1 hour' +%Y-%m-%dT%H:%M)"),
                     0);
    assert_int_equal(tifo("event publish Derby"), 0);
    buy("Derby");
    assert_int_equal(pass("ann", "none.pkpass"), 1);
    assert_said("NO_WALLET_CERT");
    assert_said("--wallet-cert and --wallet-key");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pass_is_what_others_take_for_one),
        cmocka_unit_test(a_sealed_ticket_is_no_pass_yet),
        cmocka_unit_test(what_cannot_sign_is_said_at_the_start),
        cmocka_unit_test(without_a_certificate_there_are_no_passes),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
