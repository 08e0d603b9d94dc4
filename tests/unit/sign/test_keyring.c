/* Key files: made, read again, renewed, and told from what only looks like them. */
#include "server/sign/signer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[40];
static char why[320];

static int set_up(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/tifo-keys-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char line[80];
    snprintf(line, sizeof line, "rm -r %s", folder);
    return system(line);
}

static const char *path_of(const char *name)
{
    static char path[80];
    snprintf(path, sizeof path, "%s/keys/%s", folder, name);
    return path;
}

static void write_key(const char *name, const char *content, mode_t mode)
{
    FILE *file = fopen(path_of(name), "w");
    assert_non_null(file);
    fputs(content, file);
    fclose(file);
    assert_int_equal(chmod(path_of(name), mode), 0);
}

static struct keyring *open_keys(void)
{
    struct keyring *keyring = keyring_open(folder, false, why, sizeof why);
    if (!keyring)
        fail_msg("%s", why);
    return keyring;
}

static void sign(const struct keyring *keyring, char *code)
{
    struct ticket_claim claim = { .generation = 1, .not_after_ms = 1 };
    keyring_sign(keyring, &claim, code);
}

static enum ticket_verdict check(const struct keyring *keyring, const char *code)
{
    size_t count;
    struct ticket_claim claim;
    const struct ticket_key *keys = keyring_keys(keyring, &count);
    return ticket_code_verify(code, keys, count, &claim);
}

static void the_first_key_is_made_and_kept(void **state)
{
    (void)state;
    char code[TICKET_CODE_CHARS + 1];
    struct stat about;
    struct keyring *keyring = open_keys();
    sign(keyring, code);
    assert_int_equal(check(keyring, code), TICKET_GENUINE);
    keyring_close(keyring);
    assert_int_equal(stat(path_of("1.key"), &about), 0);
    assert_int_equal(about.st_mode & 07777, 0600);
    assert_int_equal(stat(path_of(""), &about), 0);
    assert_int_equal(about.st_mode & 07777, 0700);
    keyring = open_keys();
    assert_int_equal(check(keyring, code), TICKET_GENUINE);
    keyring_close(keyring);
}

static void the_newest_signs_and_all_verify(void **state)
{
    (void)state;
    char old[TICKET_CODE_CHARS + 1], new[TICKET_CODE_CHARS + 1];
    uint32_t id = 0;
    size_t count;
    struct keyring *keyring = open_keys();
    sign(keyring, old);
    keyring_close(keyring);
    assert_true(keyring_renew(folder, &id, why, sizeof why));
    assert_int_equal(id, 2);
    keyring = open_keys();
    sign(keyring, new);
    const struct ticket_key *keys = keyring_keys(keyring, &count);
    assert_int_equal(count, 2);
    assert_int_equal(keys[0].id, 1);
    assert_int_equal(keys[1].id, 2);
    assert_int_equal(check(keyring, old), TICKET_GENUINE);
    assert_int_equal(check(keyring, new), TICKET_GENUINE);
    keyring_close(keyring);
    /* The old file goes: what it signed goes with it. */
    assert_int_equal(unlink(path_of("1.key")), 0);
    keyring = open_keys();
    assert_int_equal(check(keyring, old), TICKET_UNKNOWN_KEY);
    assert_int_equal(check(keyring, new), TICKET_GENUINE);
    keyring_close(keyring);
}

static void refused(const char *name, const char *said)
{
    assert_null(keyring_open(folder, true, why, sizeof why));
    if (!strstr(why, name) || !strstr(why, said))
        fail_msg("\"%s\" names not %s, or says not \"%s\"", why, name, said);
}

static void a_lost_key_is_not_made_again(void **state)
{
    (void)state;
    uint32_t id;
    keyring_close(open_keys());
    assert_int_equal(unlink(path_of("1.key")), 0);
    refused("/keys", "restore it from a backup");
    assert_int_equal(access(path_of("1.key"), F_OK), -1);
    assert_true(keyring_renew(folder, &id, why, sizeof why)); /* Whoever wants it can have it. */
    struct keyring *keyring = keyring_open(folder, true, why, sizeof why);
    assert_non_null(keyring);
    keyring_close(keyring);
}

static void a_key_that_others_can_read_is_refused(void **state)
{
    (void)state;
    keyring_close(open_keys());
    assert_int_equal(chmod(path_of("1.key"), 0640), 0);
    refused("1.key", "mode 0640");
    assert_int_equal(chmod(path_of("1.key"), 0600), 0);
    keyring_close(open_keys());
}

static void what_is_no_key_is_refused(void **state)
{
    (void)state;
#define SEED "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
    static const char *const broken[] = {
        "",
        "tifo-signing-key 2 \n",
        "tifo-signing-key 3 " SEED "\n", /* Another's. */
        "tifo-signing-key 2 " SEED,
        "tifo-signing-key 2 " SEED "00\n",
        "tifo-signing-key 2 00 " SEED "\n",
        "tifo-signing-key 2 zz" SEED "\n",
        "tifo-signing-key 02 " SEED "\n",
    };
    keyring_close(open_keys());
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        write_key("2.key", broken[i], 0600);
        refused("2.key", "backup");
    }
    write_key("2.key", "tifo-signing-key 2 " SEED "\n", 0600);
    write_key("notes.txt", "not a key's name", 0644);
    struct keyring *keyring = open_keys();
    size_t count;
    keyring_keys(keyring, &count);
    assert_int_equal(count, 2);
    keyring_close(keyring);
}

struct counted {
    struct sign_job job;
    unsigned *done, place;
    char code[TICKET_CODE_CHARS + 1];
};

static void count(struct sign_job *job, const struct keyring *keyring)
{
    struct counted *own = (struct counted *)job;
    sign(keyring, own->code);
    own->place = ++*own->done;
}

static void jobs_are_done_in_order_and_before_the_close(bool threaded)
{
    enum { JOBS = 100 };
    const uint8_t seed[TICKET_SEED_BYTES] = { 9 };
    static struct counted jobs[JOBS];
    unsigned done = 0;
    struct keyring *keyring = keyring_of_seed(seed);
    struct signer *signer = signer_open(keyring, threaded);
    for (size_t i = 0; i < JOBS; i++) {
        jobs[i] = (struct counted){ .job = { .run = count }, .done = &done };
        signer_start(signer, &jobs[i].job);
        if (!threaded)
            assert_int_equal(done, i + 1);
    }
    signer_close(signer);
    for (size_t i = 0; i < JOBS; i++) {
        assert_int_equal(jobs[i].place, i + 1);
        assert_int_equal(check(keyring, jobs[i].code), TICKET_GENUINE);
    }
    keyring_close(keyring);
}

static void a_thread_signs(void **state)
{
    (void)state;
    jobs_are_done_in_order_and_before_the_close(true);
}

static void without_a_thread_it_signs_at_once(void **state)
{
    (void)state;
    jobs_are_done_in_order_and_before_the_close(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_first_key_is_made_and_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_newest_signs_and_all_verify, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_lost_key_is_not_made_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_key_that_others_can_read_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_key_is_refused, set_up, tear_down),
        cmocka_unit_test(a_thread_signs),
        cmocka_unit_test(without_a_thread_it_signs_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
