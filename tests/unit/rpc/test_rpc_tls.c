/* TLS both ways: who is believed, who is asked, and certificates that change under a server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/rpc/tls.h"
#include "echo_server.h"
#include "tests/support/certificates.h"

#define SERVER_NAMES "DNS:localhost,IP:127.0.0.1"
#define CLIENT_NAMES "URI:tifo:turnstile:7,DNS:t7.example"

static struct test_ca *ca, *other_ca;
static struct test_identity server_id, client_id;
static char directory[] = "/tmp/rpc_tls_XXXXXX";

static int make_certificates(void **state)
{
    (void)state;
    ca = test_ca_create();
    other_ca = test_ca_create();
    server_id = test_ca_issue(ca, "tifod", SERVER_NAMES);
    client_id = test_ca_issue(ca, "turnstile-7", CLIENT_NAMES);
    return mkdtemp(directory) ? 0 : -1;
}

static int drop_certificates(void **state)
{
    (void)state;
    test_ca_destroy(ca);
    test_ca_destroy(other_ca);
    test_identity_fini(&server_id);
    test_identity_fini(&client_id);
    return rmdir(directory);
}

/* ---- Helpers -------------------------------------------------------------------------------- */

static struct rpc_tls server_tls(const char *client_ca)
{
    return (struct rpc_tls){ .certificate.text = server_id.certificate,
                             .key.text = server_id.key,
                             .ca.text = client_ca };
}

static struct rpc_tls client_tls(const char *trusted)
{
    return (struct rpc_tls){ .ca.text = trusted };
}

static struct rpc_tls identified(const struct test_identity *identity)
{
    return (struct rpc_tls){ .ca.text = test_ca_pem(ca),
                             .certificate.text = identity->certificate,
                             .key.text = identity->key };
}

static struct rpc_channel *channel_to(const char *address, const struct rpc_tls *tls)
{
    char why[256] = "";
    struct rpc_channel *channel = rpc_channel_open(
        &(struct rpc_channel_options){ .address = address, .tls = tls }, why, sizeof why);
    if (!channel)
        fail_msg("%s", why);
    return channel;
}

/* What Say answers, in `text`; or why it does not. */
static enum rpc_code say(struct rpc_channel *channel, const char *action, char text[256])
{
    Rpc__Test__EchoReply *reply;
    struct rpc_status status = { 0 };
    enum rpc_code code = echo_say(channel, &(struct rpc_client_options){ .timeout_ms = 20000 },
                                  action, "hello", &reply, &status);
    snprintf(text, 256, "%s", reply ? reply->text : status.message ? status.message : "");
    if (reply)
        echo_reply_free(reply);
    rpc_status_fini(&status);
    return code;
}

/* Over a connection of its own. */
static enum rpc_code say_once(const char *address, const struct rpc_tls *tls, const char *action,
                              char text[256])
{
    struct rpc_channel *channel = channel_to(address, tls);
    enum rpc_code code = say(channel, action, text);
    rpc_channel_destroy(channel);
    return code;
}

static void expect(const char *address, const struct rpc_tls *tls, const char *action,
                   const char *answer)
{
    char text[256];
    enum rpc_code code = say_once(address, tls, action, text);
    if (code != RPC_OK)
        fail_msg("%s: %s", rpc_code_name(code), text);
    assert_string_equal(text, answer);
}

static void expect_no_connection(const char *address, const struct rpc_tls *tls)
{
    char text[256];
    assert_int_equal(say_once(address, tls, "", text), RPC_UNAVAILABLE);
}

static void open_with(struct echo_server *server, const struct rpc_tls *tls)
{
    echo_server_open(server, true, &(struct rpc_server_options){ .tls = tls });
}

/* ---- Who is believed ------------------------------------------------------------------------ */

static void a_client_believes_its_ca_only(void **state)
{
    (void)state;
    struct echo_server server;
    const struct rpc_tls tls = server_tls(NULL);
    const struct rpc_tls good = client_tls(test_ca_pem(ca));
    const struct rpc_tls wrong = client_tls(test_ca_pem(other_ca));
    open_with(&server, &tls);
    expect(server.address, &good, "", "hello");
    expect(server.address, &good, "tell identity", "nobody");
    expect_no_connection(server.address, &wrong);
    expect_no_connection(server.address, NULL);
    echo_server_close(&server);
}

static void a_client_checks_the_servers_name(void **state)
{
    (void)state;
    struct echo_server server;
    struct test_identity elsewhere = test_ca_issue(ca, "tifod", "DNS:tifo.example");
    const struct rpc_tls tls = { .certificate.text = elsewhere.certificate,
                                 .key.text = elsewhere.key };
    struct rpc_tls client = client_tls(test_ca_pem(ca));
    open_with(&server, &tls);
    expect_no_connection(server.address, &client);
    client.server_name = "tifo.example";
    expect(server.address, &client, "", "hello");
    client.server_name = "other.example";
    expect_no_connection(server.address, &client);
    echo_server_close(&server);
    test_identity_fini(&elsewhere);
}

static void a_server_without_tls_is_not_talked_to(void **state)
{
    (void)state;
    struct echo_server server;
    const struct rpc_tls client = client_tls(test_ca_pem(ca));
    open_with(&server, NULL);
    expect_no_connection(server.address, &client);
    expect(server.address, NULL, "tell identity", "nobody");
    echo_server_close(&server);
}

static void a_server_with_a_ca_knows_its_clients(void **state)
{
    (void)state;
    struct echo_server server;
    const struct rpc_tls tls = server_tls(test_ca_pem(ca));
    struct test_identity nameless = test_ca_issue(ca, NULL, CLIENT_NAMES);
    struct test_identity plain = test_ca_issue(ca, "steward", NULL);
    struct test_identity stranger = test_ca_issue(other_ca, "turnstile-7", CLIENT_NAMES);
    const struct rpc_tls by_name = identified(&client_id), by_alternative = identified(&nameless),
                         by_name_alone = identified(&plain), unknown = identified(&stranger),
                         nobody = client_tls(test_ca_pem(ca));
    open_with(&server, &tls);
    expect(server.address, &by_name, "tell identity", "turnstile-7|tifo:turnstile:7|t7.example");
    expect(server.address, &by_alternative, "tell identity",
           "tifo:turnstile:7|tifo:turnstile:7|t7.example");
    expect(server.address, &by_name_alone, "tell identity", "steward");
    expect_no_connection(server.address, &unknown);
    expect_no_connection(server.address, &nobody);
    expect_no_connection(server.address, NULL);
    echo_server_close(&server);
    test_identity_fini(&nameless);
    test_identity_fini(&plain);
    test_identity_fini(&stranger);
}

static void all_kinds_of_calls_go_over_tls(void **state)
{
    (void)state;
    struct echo_server server;
    const struct rpc_tls tls = server_tls(test_ca_pem(ca));
    const struct rpc_tls client = identified(&client_id);
    open_with(&server, &tls);
    struct rpc_channel *channel = channel_to(server.address, &client);

    char large[100001];
    memset(large, 'x', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    const Rpc__Test__EchoRequest request = echo_request("", large);
    struct rpc_upload *upload =
        rpc_upload_start(channel, &rpc__test__echo__descriptor, "Sum", NULL);
    for (int i = 0; i < 10; i++)
        assert_true(rpc_upload_send(upload, &request.base));
    ProtobufCMessage *sum;
    assert_int_equal(rpc_upload_finish(upload, &sum, NULL), RPC_OK);
    assert_int_equal(((Rpc__Test__EchoReply *)sum)->number, 1000000);
    protobuf_c_message_free_unpacked(sum, NULL);

    struct rpc_talk *talk = rpc_talk_start(channel, &rpc__test__echo__descriptor, "Talk", NULL);
    for (int i = 0; i < 3; i++) {
        assert_true(rpc_talk_send(talk, &request.base));
        Rpc__Test__EchoReply *answer = (Rpc__Test__EchoReply *)rpc_talk_next(talk);
        assert_string_equal(answer->text, large);
        echo_reply_free(answer);
    }
    rpc_talk_send_end(talk);
    Rpc__Test__EchoReply *last = (Rpc__Test__EchoReply *)rpc_talk_next(talk);
    assert_string_equal(last->text, "the end");
    echo_reply_free(last);
    assert_null(rpc_talk_next(talk));
    assert_int_equal(rpc_talk_finish(talk, NULL), RPC_OK);
    rpc_channel_destroy(channel);
    echo_server_close(&server);
}

/* ---- Files that change ---------------------------------------------------------------------- */

/* What a server has been told of its files. */
struct news {
    pthread_mutex_t lock;
    size_t good, bad;
    char why[256]; /* Of the last bad one. */
};

static void reloaded(void *ctx, const char *why)
{
    struct news *news = ctx;
    pthread_mutex_lock(&news->lock);
    if (why)
        news->bad++;
    else
        news->good++;
    snprintf(news->why, sizeof news->why, "%s", why ? why : "");
    pthread_mutex_unlock(&news->lock);
}

static void expect_news(struct news *news, size_t good, size_t bad, const char *why)
{
    pthread_mutex_lock(&news->lock);
    assert_int_equal(news->good, good);
    assert_int_equal(news->bad, bad);
    assert_string_equal(news->why, why);
    pthread_mutex_unlock(&news->lock);
}

static const char *in_directory(char path[64], const char *name)
{
    snprintf(path, 64, "%s/%s", directory, name);
    return path;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void a_server_takes_new_certificates_without_a_restart(void **state)
{
    (void)state;
    char certificate[64], key[64], why[256];
    struct news news = { .lock = PTHREAD_MUTEX_INITIALIZER };
    const struct rpc_tls tls = { .certificate.file = in_directory(certificate, "server.pem"),
                                 .key.file = in_directory(key, "server.key"),
                                 .reloaded = reloaded,
                                 .ctx = &news };
    const struct rpc_tls before = client_tls(test_ca_pem(ca));
    const struct rpc_tls after = client_tls(test_ca_pem(other_ca));
    struct test_identity renewed = test_ca_issue(other_ca, "tifod", SERVER_NAMES);
    struct echo_server server;
    char text[256];
    write_file(certificate, server_id.certificate);
    write_file(key, server_id.key);
    open_with(&server, &tls);
    struct rpc_channel *old = channel_to(server.address, &before);
    assert_int_equal(say(old, "", text), RPC_OK);
    expect(server.address, &before, "", "hello");
    expect_no_connection(server.address, &after);
    expect_news(&news, 0, 0, "");

    /* Half of the change: the server goes on as before, and says why, once. */
    write_file(certificate, renewed.certificate);
    expect(server.address, &before, "", "hello");
    expect(server.address, &before, "", "hello");
    snprintf(why, sizeof why, "TLS: the key %s does not belong to the certificate %s", key,
             certificate);
    expect_news(&news, 0, 1, why);

    /* The other half. */
    write_file(key, renewed.key);
    expect(server.address, &after, "", "hello");
    expect_no_connection(server.address, &before);
    expect_news(&news, 1, 1, "");

    /* A file that is gone, and comes back as it was. */
    assert_int_equal(unlink(key), 0);
    expect(server.address, &after, "", "hello");
    snprintf(why, sizeof why, "TLS: cannot read the key %s: No such file or directory", key);
    expect_news(&news, 1, 2, why);
    write_file(key, renewed.key);
    expect(server.address, &after, "", "hello");

    /* Connections go on with what they began with. */
    assert_int_equal(say(old, "", text), RPC_OK);
    rpc_channel_destroy(old);
    echo_server_close(&server);
    test_identity_fini(&renewed);
    unlink(certificate);
    unlink(key);
}

static void a_server_takes_a_new_ca_of_clients(void **state)
{
    (void)state;
    char path[64];
    struct rpc_tls tls = server_tls(NULL);
    tls.ca.file = in_directory(path, "clients.pem");
    struct test_identity later = test_ca_issue(other_ca, "steward", NULL);
    const struct rpc_tls first = identified(&client_id), second = identified(&later);
    struct echo_server server;
    write_file(path, test_ca_pem(ca));
    open_with(&server, &tls);
    expect(server.address, &first, "", "hello");
    expect_no_connection(server.address, &second);
    write_file(path, "no certificate at all\n");
    expect(server.address, &first, "", "hello");
    write_file(path, test_ca_pem(other_ca));
    expect(server.address, &second, "tell identity", "steward");
    expect_no_connection(server.address, &first);
    echo_server_close(&server);
    test_identity_fini(&later);
    unlink(path);
}

/* What a handshake needs is there until the last one is over. */
static void a_server_may_end_while_clients_shake_hands(void **state)
{
    (void)state;
    enum { ROUNDS = 4, CLIENTS = 16 };
    char certificate[64], key[64];
    const struct rpc_tls tls = { .certificate.file = in_directory(certificate, "server.pem"),
                                 .key.file = in_directory(key, "server.key") };
    write_file(certificate, server_id.certificate);
    write_file(key, server_id.key);
    for (int round = 0; round < ROUNDS; round++) {
        struct echo_server server;
        int clients[CLIENTS];
        open_with(&server, &tls);
        struct sockaddr_in to = { .sin_family = AF_INET,
                                  .sin_port = htons(rpc_server_port(server.rpc)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
        for (int i = 0; i < CLIENTS; i++) {
            clients[i] = socket(AF_INET, SOCK_STREAM, 0);
            assert_int_equal(connect(clients[i], (const struct sockaddr *)&to, sizeof to), 0);
        }
        echo_server_close(&server);
        for (int i = 0; i < CLIENTS; i++)
            close(clients[i]);
    }
    unlink(certificate);
    unlink(key);
}

/* ---- Starts that fail ----------------------------------------------------------------------- */

static void expect_refusal(const struct rpc_tls *tls, const char *sentence)
{
    char why[256] = "";
    const struct rpc_server_options options = { .address = "127.0.0.1:0", .tls = tls };
    assert_null(rpc_server_create(&options, why, sizeof why));
    assert_string_equal(why, sentence);
}

static void a_start_error_names_the_file(void **state)
{
    (void)state;
    char pem[64], key[64], why[256];
    write_file(in_directory(pem, "some.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n");
    write_file(in_directory(key, "some.key"), "nothing");

    expect_refusal(&(struct rpc_tls){ 0 },
                   "TLS: a server needs a certificate and its key; give both");
    expect_refusal(&(struct rpc_tls){ .ca.text = test_ca_pem(ca) },
                   "TLS: a server needs a certificate and its key; give both");
    expect_refusal(&(struct rpc_tls){ .certificate.file = "/nowhere/a.pem", .key.file = key },
                   "TLS: cannot read the certificate /nowhere/a.pem: No such file or directory");
    expect_refusal(&(struct rpc_tls){ .certificate.text = server_id.certificate },
                   "TLS: the certificate in memory needs its key beside it");
    expect_refusal(&(struct rpc_tls){ .certificate.text = server_id.certificate,
                                      .key.file = "/nowhere/a.key" },
                   "TLS: cannot read the key /nowhere/a.key: No such file or directory");

    snprintf(why, sizeof why, "TLS: the key %s needs its certificate beside it", key);
    expect_refusal(&(struct rpc_tls){ .key.file = key }, why);
    snprintf(why, sizeof why, "TLS: the certificate %s is not PEM that can be read", pem);
    expect_refusal(&(struct rpc_tls){ .certificate.file = pem, .key.text = server_id.key }, why);
    snprintf(why, sizeof why, "TLS: the key %s is not PEM that can be read", key);
    expect_refusal(&(struct rpc_tls){ .certificate.text = server_id.certificate, .key.file = key },
                   why);
    snprintf(why, sizeof why, "TLS: the CA certificates %s are not PEM that can be read", pem);
    struct rpc_tls bad_ca = server_tls(NULL);
    bad_ca.ca.file = pem;
    expect_refusal(&bad_ca, why);
    expect_refusal(
        &(struct rpc_tls){ .certificate.text = server_id.certificate, .key.text = client_id.key },
        "TLS: the key in memory does not belong to the certificate in memory");
    struct test_identity expired = test_ca_issue_expired(ca, "tifod", SERVER_NAMES);
    expect_refusal(
        &(struct rpc_tls){ .certificate.text = expired.certificate, .key.text = expired.key },
        "TLS: the certificate in memory has expired; nobody takes it, renew it");
    test_identity_fini(&expired);
    unlink(pem);
    unlink(key);
}

static void a_key_with_a_passphrase_is_named(void **state)
{
    (void)state;
    char *encrypted = test_encrypted_key();
    expect_refusal(
        &(struct rpc_tls){ .certificate.text = server_id.certificate, .key.text = encrypted },
        "TLS: the key in memory has a passphrase; take it off with openssl pkey");
    free(encrypted);
}

static void a_channel_says_what_is_wrong(void **state)
{
    (void)state;
    char why[256] = "";
    const struct rpc_tls no_file = { .ca.file = "/nowhere/ca.pem" };
    assert_null(
        rpc_channel_open(&(struct rpc_channel_options){ .address = "127.0.0.1:1", .tls = &no_file },
                         why, sizeof why));
    assert_string_equal(
        why, "TLS: cannot read the CA certificates /nowhere/ca.pem: No such file or directory");
    const struct rpc_tls no_key = { .certificate.text = client_id.certificate };
    assert_null(
        rpc_channel_open(&(struct rpc_channel_options){ .address = "127.0.0.1:1", .tls = &no_key },
                         why, sizeof why));
    assert_string_equal(why, "TLS: the certificate in memory needs its key beside it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_believes_its_ca_only),
        cmocka_unit_test(a_client_checks_the_servers_name),
        cmocka_unit_test(a_server_without_tls_is_not_talked_to),
        cmocka_unit_test(a_server_with_a_ca_knows_its_clients),
        cmocka_unit_test(all_kinds_of_calls_go_over_tls),
        cmocka_unit_test(a_server_takes_new_certificates_without_a_restart),
        cmocka_unit_test(a_server_takes_a_new_ca_of_clients),
        cmocka_unit_test(a_server_may_end_while_clients_shake_hands),
        cmocka_unit_test(a_start_error_names_the_file),
        cmocka_unit_test(a_key_with_a_passphrase_is_named),
        cmocka_unit_test(a_channel_says_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, make_certificates, drop_certificates);
}
