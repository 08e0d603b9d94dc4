/*
 * The keys that tickets are signed with: files DATA/keys/ID.key, mode 0600, each one line
 *
 *     tifo-signing-key ID SEED      ID decimal, from 1; SEED 64 hex digits
 *
 * The highest id signs; all verify. So a new key is a new file, and tickets that were signed before
 * stay good for as long as their key's file is there. Never changes once it is open: any thread.
 */
#ifndef SIGN_KEYRING_H
#define SIGN_KEYRING_H

#include "api/ticket/admission.h"
#include "api/ticket/manifest.h"

struct keyring;

/* Reads all keys in `directory` (the data directory). If there is none it makes the first, unless
 * `in_use`: tickets have been signed, and another key under the number of the lost one would refuse
 * them all. NULL: `why` is a sentence: which file, what is wrong with it, how to mend it. */
struct keyring *keyring_open(const char *directory, bool in_use, char *why, size_t why_size);
/* One key, known to nobody but the process; for tests a seed of their own. */
struct keyring *keyring_of_seed(const uint8_t seed[TICKET_SEED_BYTES]);
void keyring_close(struct keyring *keyring); /* NULL is accepted. */

/* Makes a further key and says its id; a server that runs signs with it after its next start. */
bool keyring_renew(const char *directory, uint32_t *id, char *why, size_t why_size);

/* Ascending by id. */
const struct ticket_key *keyring_keys(const struct keyring *keyring, size_t *count);
/* Signs with the newest key; claim->key_id is filled in. */
void keyring_sign(const struct keyring *keyring, struct ticket_claim *claim,
                  char code[TICKET_CODE_CHARS + 1]);
void keyring_sign_admission(const struct keyring *keyring, struct admission_claim *claim,
                            char token[ADMISSION_TOKEN_CHARS + 1]);

/* A manifest that manifest_write() wrote, with the id of keyring_newest(). */
void keyring_sign_manifest(const struct keyring *keyring, uint8_t *manifest, size_t size);
uint32_t keyring_newest(const struct keyring *keyring);

#endif
