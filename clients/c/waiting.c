#include "clients/c/waiting.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/rpc/clock.h"
#include "clients/c/memory.h"

/* What is to be done with somebody. */
enum step { STEP_WAITS, STEP_WANTS_TOKEN, STEP_ASKED, STEP_HAS_TOKEN, STEP_SERVED, STEP_GONE };

struct person {
    uint32_t state, entry, number;
    enum step step;
    char *token;
};

struct party {
    uint32_t first, count;
    uint64_t to_seq;  /* Up to where it was told; 0: nothing yet. */
    uint32_t wanting; /* Of its people: STEP_WANTS_TOKEN. */
    enum { STREAM_STARTS, STREAM_REFUSED, STREAM_KNOWN } stream; /* KNOWN: it told or ended. */
    struct timespec until;                                       /* REFUSED: till then. */
};

/* First in, first out; each number is in it once at most. */
struct fifo {
    uint32_t *numbers, first, count, room;
};

struct tifo_waiting {
    struct person *people;
    struct party *parties;
    uint32_t people_count, party_count;
    pthread_mutex_t mutex;
    pthread_cond_t changed, told; /* Something to do; a party's stream is known, or refused. */
    /* Under the mutex: */
    struct fifo want; /* Parties with people who want tokens, */
    struct fifo have; /* and people who have theirs. */
    uint32_t gone, served;
    bool over;
};

static void fifo_init(struct fifo *fifo, uint32_t room)
{
    *fifo = (struct fifo){ .numbers = memory_cleared(room, sizeof(uint32_t)), .room = room };
}

static void fifo_put(struct fifo *fifo, uint32_t number)
{
    fifo->numbers[(fifo->first + fifo->count++) % fifo->room] = number;
}

static uint32_t fifo_take(struct fifo *fifo)
{
    const uint32_t number = fifo->numbers[fifo->first];
    fifo->first = (fifo->first + 1) % fifo->room;
    fifo->count--;
    return number;
}

struct tifo_waiting *tifo_waiting_create(uint32_t people, uint32_t party_size, uint32_t alone)
{
    struct tifo_waiting *waiting = memory_cleared(1, sizeof(*waiting));
    const uint32_t together = people - alone;
    waiting->people_count = people;
    waiting->people = memory_cleared(people + 1, sizeof(*waiting->people));
    waiting->parties = memory_cleared(together / party_size + alone + 1, sizeof(*waiting->parties));
    for (uint32_t first = 0; first < people;) {
        const uint32_t left = together - first;
        const uint32_t count = first >= together ? 1 : left < party_size ? left : party_size;
        waiting->parties[waiting->party_count++] = (struct party){ .first = first, .count = count };
        first += count;
    }
    fifo_init(&waiting->want, waiting->party_count + 1);
    fifo_init(&waiting->have, people + 1);
    pthread_mutex_init(&waiting->mutex, NULL);
    pthread_cond_init(&waiting->changed, NULL);
    pthread_cond_init(&waiting->told, NULL);
    return waiting;
}

void tifo_waiting_destroy(struct tifo_waiting *waiting)
{
    if (!waiting)
        return;
    for (uint32_t i = 0; i < waiting->people_count; i++)
        free(waiting->people[i].token);
    free(waiting->people);
    free(waiting->parties);
    free(waiting->want.numbers);
    free(waiting->have.numbers);
    pthread_cond_destroy(&waiting->told);
    pthread_cond_destroy(&waiting->changed);
    pthread_mutex_destroy(&waiting->mutex);
    free(waiting);
}

uint32_t tifo_waiting_parties(const struct tifo_waiting *waiting)
{
    return waiting->party_count;
}

uint32_t tifo_waiting_party(const struct tifo_waiting *waiting, uint32_t party, uint32_t *first)
{
    *first = waiting->parties[party].first;
    return waiting->parties[party].count;
}

/* ---- Under the mutex ------------------------------------------------------------------------- */

static void want_token(struct tifo_waiting *waiting, uint32_t party, struct person *person)
{
    person->step = STEP_WANTS_TOKEN;
    if (waiting->parties[party].wanting++ == 0) {
        fifo_put(&waiting->want, party);
        pthread_cond_signal(&waiting->changed);
    }
}

static void go(struct tifo_waiting *waiting, struct person *person)
{
    if (person->step == STEP_GONE)
        return;
    free(person->token);
    person->token = NULL;
    person->step = STEP_GONE;
    if (++waiting->gone == waiting->people_count)
        pthread_cond_broadcast(&waiting->changed);
}

/* Whom nobody serves yet: their admission came, or went by. */
static void move(struct tifo_waiting *waiting, uint32_t party, struct person *person)
{
    if (person->state == TIFO__V1__WAITER_STATE__WAITER_STATE_ADMITTED)
        want_token(waiting, party, person);
    else if (person->state != TIFO__V1__WAITER_STATE__WAITER_STATE_WAITING &&
             person->state != TIFO__V1__WAITER_STATE__WAITER_STATE_UNSPECIFIED)
        go(waiting, person);
}

static const char *take_rows(struct tifo_waiting *waiting, uint32_t index,
                             const Tifo__V1__WatchWaitersResponse *message)
{
    struct party *party = &waiting->parties[index];
    if (message->n_state != message->n_person || message->n_entry != message->n_person ||
        message->n_number != message->n_person)
        return "its columns are not of one length";
    if (message->from_seq != 0 && message->from_seq != party->to_seq)
        return "it does not go on where the one before it ended";
    if (message->from_seq == 0 && message->n_person != party->count)
        return "it has not all people";
    party->to_seq = message->to_seq;
    if (message->served > waiting->served)
        waiting->served = message->served;
    for (size_t i = 0; i < message->n_person; i++) {
        if (message->person[i] >= party->count)
            return "it has a row of nobody";
        struct person *person = &waiting->people[party->first + message->person[i]];
        person->state = message->state[i];
        person->entry = message->entry[i];
        person->number = message->number[i];
        if (person->step == STEP_WAITS)
            move(waiting, index, person);
    }
    return NULL;
}

static void know(struct tifo_waiting *waiting, uint32_t party, int stream)
{
    waiting->parties[party].stream = stream;
    pthread_cond_broadcast(&waiting->told);
}

const char *tifo_waiting_hear(struct tifo_waiting *waiting, uint32_t party,
                              const Tifo__V1__WatchWaitersResponse *message)
{
    pthread_mutex_lock(&waiting->mutex);
    const char *why = take_rows(waiting, party, message);
    know(waiting, party, STREAM_KNOWN);
    pthread_mutex_unlock(&waiting->mutex);
    return why;
}

bool tifo_waiting_ended(struct tifo_waiting *waiting, uint32_t party, uint32_t after_ms)
{
    pthread_mutex_lock(&waiting->mutex);
    struct party *own = &waiting->parties[party];
    const bool refused = after_ms > 0 && own->stream != STREAM_KNOWN;
    own->until = rpc_after_ms(after_ms);
    know(waiting, party, refused ? STREAM_REFUSED : STREAM_KNOWN);
    pthread_mutex_unlock(&waiting->mutex);
    return refused;
}

bool tifo_waiting_opened(struct tifo_waiting *waiting, uint32_t party)
{
    struct party *own = &waiting->parties[party];
    pthread_mutex_lock(&waiting->mutex);
    while (own->stream == STREAM_STARTS && !waiting->over)
        pthread_cond_wait(&waiting->told, &waiting->mutex);
    const bool refused = own->stream == STREAM_REFUSED && !waiting->over;
    const struct timespec until = own->until;
    if (refused)
        own->stream = STREAM_STARTS;
    pthread_mutex_unlock(&waiting->mutex);
    while (refused && clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
        ;
    return !refused;
}

/* ---- Serving --------------------------------------------------------------------------------- */

static void take_party(struct tifo_waiting *waiting, struct tifo_waiting_next *out)
{
    out->party = fifo_take(&waiting->want);
    struct party *party = &waiting->parties[out->party];
    for (uint32_t i = party->first; i < party->first + party->count; i++) {
        if (waiting->people[i].step != STEP_WANTS_TOKEN)
            continue;
        waiting->people[i].step = STEP_ASKED;
        out->people[out->count++] = i;
    }
    party->wanting = 0;
}

static void take_person(struct tifo_waiting *waiting, struct tifo_waiting_next *out)
{
    out->people[out->count++] = fifo_take(&waiting->have);
    struct person *person = &waiting->people[out->people[0]];
    person->step = STEP_SERVED;
    snprintf(out->token, sizeof(out->token), "%s", person->token);
    free(person->token);
    person->token = NULL;
}

enum tifo_waiting_task tifo_waiting_next(struct tifo_waiting *waiting,
                                         struct tifo_waiting_next *out)
{
    enum tifo_waiting_task task = TIFO_WAITING_OVER;
    out->count = 0;
    out->token[0] = 0;
    pthread_mutex_lock(&waiting->mutex);
    while (!waiting->over && waiting->gone < waiting->people_count && !waiting->want.count &&
           !waiting->have.count)
        pthread_cond_wait(&waiting->changed, &waiting->mutex);
    if (!waiting->over && waiting->have.count) {
        take_person(waiting, out);
        task = TIFO_WAITING_LET_IN;
    } else if (!waiting->over && waiting->want.count) {
        take_party(waiting, out);
        task = TIFO_WAITING_TOKENS;
    }
    pthread_mutex_unlock(&waiting->mutex);
    return task;
}

static void take_token(struct tifo_waiting *waiting, uint32_t party, uint32_t index,
                       const Tifo__V1__Waiter *waiter)
{
    struct person *person = &waiting->people[index];
    if (person->step != STEP_ASKED)
        return;
    if (!waiter) {
        want_token(waiting, party, person);
    } else if (!waiter->admission_token[0] || strlen(waiter->admission_token) >= TIFO_TOKEN_SIZE) {
        go(waiting, person); /* It ended meanwhile. */
    } else {
        person->token = memory_string(waiter->admission_token);
        person->step = STEP_HAS_TOKEN;
        fifo_put(&waiting->have, index);
    }
}

void tifo_waiting_told(struct tifo_waiting *waiting, const struct tifo_waiting_next *asked,
                       const Tifo__V1__GetWaitersResponse *reply)
{
    pthread_mutex_lock(&waiting->mutex);
    for (uint32_t i = 0; i < asked->count; i++)
        take_token(waiting, asked->party, asked->people[i],
                   reply && i < reply->n_waiters ? reply->waiters[i] : NULL);
    pthread_cond_broadcast(&waiting->changed);
    pthread_mutex_unlock(&waiting->mutex);
}

void tifo_waiting_leave(struct tifo_waiting *waiting, uint32_t person)
{
    pthread_mutex_lock(&waiting->mutex);
    go(waiting, &waiting->people[person]);
    pthread_mutex_unlock(&waiting->mutex);
}

void tifo_waiting_end(struct tifo_waiting *waiting)
{
    pthread_mutex_lock(&waiting->mutex);
    waiting->over = true;
    pthread_cond_broadcast(&waiting->changed);
    pthread_cond_broadcast(&waiting->told);
    pthread_mutex_unlock(&waiting->mutex);
}

/* ---- Looking --------------------------------------------------------------------------------- */

struct tifo_waiter tifo_waiting_person(struct tifo_waiting *waiting, uint32_t person)
{
    pthread_mutex_lock(&waiting->mutex);
    const struct person *row = &waiting->people[person];
    const struct tifo_waiter told = { row->state, row->entry, row->number, row->step == STEP_GONE };
    pthread_mutex_unlock(&waiting->mutex);
    return told;
}

struct tifo_waiting_counts tifo_waiting_counts(struct tifo_waiting *waiting)
{
    struct tifo_waiting_counts counts = { 0 };
    pthread_mutex_lock(&waiting->mutex);
    counts.served = waiting->served;
    counts.gone = waiting->gone;
    for (uint32_t i = 0; i < waiting->people_count; i++) {
        const bool is_in = waiting->people[i].step != STEP_WAITS;
        counts.let_in += is_in && waiting->people[i].step != STEP_GONE;
        counts.waiting += !is_in;
    }
    pthread_mutex_unlock(&waiting->mutex);
    return counts;
}
