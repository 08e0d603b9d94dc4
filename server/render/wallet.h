/*
 * Who signs passes for phones' wallets: a certificate that Apple gave an operator for one type of
 * pass, and its key. Never changes once it is open: any thread.
 */
#ifndef RENDER_WALLET_H
#define RENDER_WALLET_H

#include "server/base/arena.h"
#include "server/base/slice.h"

struct wallet;

/* PEM files: the certificate, and behind it those that phones need to know it by (Apple's WWDR);
 * its key, without a passphrase. NULL: `why` (>= 512) says which file, what is wrong with it and how
 * to mend it: also when the certificate is over. */
struct wallet *wallet_open(const char *certificate, const char *key, char *why, size_t why_size);
void wallet_close(struct wallet *wallet); /* NULL is accepted. */

/* What the certificate is for, as its subject says: type of pass (UID), team (OU), organisation (O;
 * without one the team). UTF-8; they live as long as it. */
const char *wallet_pass_type(const struct wallet *wallet);
const char *wallet_team(const struct wallet *wallet);
const char *wallet_organisation(const struct wallet *wallet);

/* A detached CMS (PKCS#7) signature of the bytes as DER, in the arena. Size 0: there was none. */
struct bytes wallet_sign(const struct wallet *wallet, struct bytes bytes, struct arena *arena);

#endif
