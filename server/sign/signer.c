#include "server/sign/signer.h"

#include "server/base/arena.h"
#include "server/base/worker.h"

#include <stdio.h>
#include <stdlib.h>

struct signer {
    const struct keyring *keyring;
    bool threaded;
    struct worker worker;
    struct sign_job *first, **end; /* Under its mutex. */
};

static void *work(void *ctx)
{
    struct signer *signer = ctx;
    worker_lock(&signer->worker);
    for (;;) {
        while (!signer->first && !signer->worker.stopping)
            worker_wait(&signer->worker, WORKER_NEVER);
        struct sign_job *job = signer->first;
        if (!job)
            break;
        signer->first = job->next;
        if (!signer->first)
            signer->end = &signer->first;
        worker_unlock(&signer->worker);
        job->run(job, signer->keyring);
        worker_lock(&signer->worker);
    }
    worker_unlock(&signer->worker);
    return NULL;
}

struct signer *signer_open(const struct keyring *keyring, bool threaded)
{
    struct signer *signer = base_alloc(sizeof *signer);
    signer->keyring = keyring;
    signer->threaded = threaded;
    signer->end = &signer->first;
    worker_init(&signer->worker);
    if (threaded && !worker_start(&signer->worker, "signer", work, signer)) {
        perror("signer: cannot start a thread");
        abort();
    }
    return signer;
}

void signer_start(struct signer *signer, struct sign_job *job)
{
    if (!signer->threaded) {
        job->run(job, signer->keyring);
        return;
    }
    job->next = NULL;
    worker_lock(&signer->worker);
    *signer->end = job;
    signer->end = &job->next;
    worker_wake(&signer->worker);
    worker_unlock(&signer->worker);
}

const struct keyring *signer_keyring(const struct signer *signer)
{
    return signer->keyring;
}

void signer_close(struct signer *signer)
{
    if (!signer)
        return;
    worker_stop(&signer->worker);
    worker_fini(&signer->worker);
    free(signer);
}
