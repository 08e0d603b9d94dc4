#include "server/app/inbox.h"

void inbox_init(struct inbox *inbox, uint32_t room)
{
    *inbox = (struct inbox){ .room = room, .most = UINT32_MAX };
    pthread_mutex_init(&inbox->mutex, NULL);
}

void inbox_fini(struct inbox *inbox)
{
    pthread_mutex_destroy(&inbox->mutex);
}

static void put(struct inbox *inbox, struct request *request)
{
    request->next = NULL;
    if (inbox->last)
        inbox->last->next = request;
    else
        inbox->first = request;
    inbox->last = request;
    inbox->count++;
    inbox->under_way++;
}

static bool fits_one(const struct inbox *inbox)
{
    return inbox->count < inbox->room && inbox->under_way < inbox->most;
}

bool inbox_has_room(struct inbox *inbox)
{
    pthread_mutex_lock(&inbox->mutex);
    const bool fits = fits_one(inbox);
    pthread_mutex_unlock(&inbox->mutex);
    return fits;
}

bool inbox_put(struct inbox *inbox, struct request *request)
{
    pthread_mutex_lock(&inbox->mutex);
    const bool fits = fits_one(inbox);
    if (fits)
        put(inbox, request);
    pthread_mutex_unlock(&inbox->mutex);
    return fits;
}

void inbox_put_back(struct inbox *inbox, struct request *request)
{
    pthread_mutex_lock(&inbox->mutex);
    put(inbox, request);
    pthread_mutex_unlock(&inbox->mutex);
}

struct request *inbox_take(struct inbox *inbox)
{
    pthread_mutex_lock(&inbox->mutex);
    struct request *request = inbox->first;
    if (request) {
        inbox->first = request->next;
        if (!inbox->first)
            inbox->last = NULL;
        inbox->count--;
        request->next = NULL;
    }
    pthread_mutex_unlock(&inbox->mutex);
    return request;
}

void inbox_answered(struct inbox *inbox, uint32_t count)
{
    pthread_mutex_lock(&inbox->mutex);
    inbox->under_way -= count;
    pthread_mutex_unlock(&inbox->mutex);
}

void inbox_allow(struct inbox *inbox, uint32_t most)
{
    pthread_mutex_lock(&inbox->mutex);
    inbox->most = most;
    pthread_mutex_unlock(&inbox->mutex);
}

bool inbox_is_empty(struct inbox *inbox)
{
    pthread_mutex_lock(&inbox->mutex);
    const bool empty = inbox->count == 0;
    pthread_mutex_unlock(&inbox->mutex);
    return empty;
}

uint32_t inbox_load_percent(struct inbox *inbox)
{
    pthread_mutex_lock(&inbox->mutex);
    const uint64_t waiting = (uint64_t)inbox->count * 100 / inbox->room;
    const uint64_t all = (uint64_t)inbox->under_way * 100 / inbox->most;
    pthread_mutex_unlock(&inbox->mutex);
    return (uint32_t)(waiting > all ? waiting : all);
}
