/*
 * Certificates for tests, made when they run: a CA, and what it signs. EC keys (P-256), valid from
 * an hour ago for a day.
 */
#ifndef TESTS_CERTIFICATES_H
#define TESTS_CERTIFICATES_H

struct test_ca;
struct test_ca *test_ca_create(void);
void test_ca_destroy(struct test_ca *ca);
const char *test_ca_pem(const struct test_ca *ca);

/* PEM, from malloc. */
struct test_identity {
    char *certificate, *key;
};
/* `common_name` NULL: none. `alternative_names` as OpenSSL writes them, "DNS:localhost,URI:a:b";
 * NULL: none. */
struct test_identity test_ca_issue(struct test_ca *ca, const char *common_name,
                                   const char *alternative_names);
/* The same, but it expired half an hour ago. */
struct test_identity test_ca_issue_expired(struct test_ca *ca, const char *common_name,
                                           const char *alternative_names);
void test_identity_fini(struct test_identity *identity);

/* The PEM of a key that nobody has the passphrase of; from malloc. */
char *test_encrypted_key(void);

#endif
