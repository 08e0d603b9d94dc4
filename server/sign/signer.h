/*
 * Signing takes some 30 microseconds a ticket, so it is done on a thread of its own: neither the
 * loop nor the calls wait for it.
 */
#ifndef SIGN_SIGNER_H
#define SIGN_SIGNER_H

#include "server/sign/keyring.h"

/* Something that needs signatures. The caller's until run(), which may free it. */
struct sign_job {
    void (*run)(struct sign_job *job, const struct keyring *keyring);
    struct sign_job *next; /* The signer's. */
};

struct signer;
/* `threaded`: jobs run on the signer's thread, one after the other; otherwise inside
 * signer_start(). The keyring outlives it. */
struct signer *signer_open(const struct keyring *keyring, bool threaded);
void signer_start(struct signer *signer, struct sign_job *job);
const struct keyring *signer_keyring(const struct signer *signer);
/* Runs what is waiting, then gives everything back. NULL is accepted. */
void signer_close(struct signer *signer);

#endif
