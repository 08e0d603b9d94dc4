#include "server/sign/signer.h"

#include "server/base/arena.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct signer {
    const struct keyring *keyring;
    bool threaded;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct sign_job *first, **end; /* Under the mutex, */
    bool closing;                  /* and this. */
};

static void *work(void *ctx)
{
    struct signer *signer = ctx;
    pthread_mutex_lock(&signer->mutex);
    for (;;) {
        while (!signer->first && !signer->closing)
            pthread_cond_wait(&signer->changed, &signer->mutex);
        struct sign_job *job = signer->first;
        if (!job)
            break;
        signer->first = job->next;
        if (!signer->first)
            signer->end = &signer->first;
        pthread_mutex_unlock(&signer->mutex);
        job->run(job, signer->keyring);
        pthread_mutex_lock(&signer->mutex);
    }
    pthread_mutex_unlock(&signer->mutex);
    return NULL;
}

struct signer *signer_open(const struct keyring *keyring, bool threaded)
{
    struct signer *signer = base_alloc(sizeof *signer);
    signer->keyring = keyring;
    signer->threaded = threaded;
    signer->end = &signer->first;
    pthread_mutex_init(&signer->mutex, NULL);
    pthread_cond_init(&signer->changed, NULL);
    const int error = threaded ? pthread_create(&signer->thread, NULL, work, signer) : 0;
    if (error) {
        fprintf(stderr, "signer: cannot start a thread: %s\n", strerror(error));
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
    pthread_mutex_lock(&signer->mutex);
    *signer->end = job;
    signer->end = &job->next;
    pthread_cond_signal(&signer->changed);
    pthread_mutex_unlock(&signer->mutex);
}

const struct keyring *signer_keyring(const struct signer *signer)
{
    return signer->keyring;
}

void signer_close(struct signer *signer)
{
    if (!signer)
        return;
    if (signer->threaded) {
        pthread_mutex_lock(&signer->mutex);
        signer->closing = true;
        pthread_cond_signal(&signer->changed);
        pthread_mutex_unlock(&signer->mutex);
        pthread_join(signer->thread, NULL);
    }
    pthread_cond_destroy(&signer->changed);
    pthread_mutex_destroy(&signer->mutex);
    free(signer);
}
