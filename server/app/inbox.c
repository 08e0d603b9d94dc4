#include "server/app/inbox.h"

void inbox_init(struct inbox *inbox, uint32_t room)
{
    *inbox = (struct inbox){ .room = room };
    pthread_mutex_init(&inbox->mutex, NULL);
}

void inbox_fini(struct inbox *inbox)
{
    pthread_mutex_destroy(&inbox->mutex);
}

bool inbox_put(struct inbox *inbox, struct request *request)
{
    pthread_mutex_lock(&inbox->mutex);
    const bool fits = inbox->count < inbox->room;
    if (fits) {
        request->next = NULL;
        if (inbox->last)
            inbox->last->next = request;
        else
            inbox->first = request;
        inbox->last = request;
        inbox->count++;
    }
    pthread_mutex_unlock(&inbox->mutex);
    return fits;
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
    const uint32_t percent = (uint32_t)((uint64_t)inbox->count * 100 / inbox->room);
    pthread_mutex_unlock(&inbox->mutex);
    return percent;
}
