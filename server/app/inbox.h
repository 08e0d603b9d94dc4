/* Requests on their way to the loop: any thread puts, one takes, and it holds so many at most. */
#ifndef APP_INBOX_H
#define APP_INBOX_H

#include "server/app/request.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct inbox {
    pthread_mutex_t mutex;
    struct request *first, *last;
    uint32_t count, room;
};

void inbox_init(struct inbox *inbox, uint32_t room);
void inbox_fini(struct inbox *inbox);
bool inbox_put(struct inbox *inbox, struct request *request); /* False: it is full. */
struct request *inbox_take(struct inbox *inbox);              /* The oldest, or NULL. */
uint32_t inbox_load_percent(struct inbox *inbox);             /* How full it is. */
bool inbox_is_empty(struct inbox *inbox);

#endif
