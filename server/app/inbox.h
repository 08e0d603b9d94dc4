/* Requests on their way to the loop: any thread puts, one takes, and it holds so many at most; with
 * those that were taken and have no answer yet, so many may be on their way. */
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
    uint32_t under_way, most; /* With those that were taken. */
};

void inbox_init(struct inbox *inbox, uint32_t room);
void inbox_fini(struct inbox *inbox);
bool inbox_put(struct inbox *inbox, struct request *request); /* False: it is full. */
bool inbox_has_room(struct inbox *inbox);                     /* One would fit now. */
/* The taker's: it comes again behind all others, however full it is. */
void inbox_put_back(struct inbox *inbox, struct request *request);
struct request *inbox_take(struct inbox *inbox);          /* The oldest, or NULL. */
void inbox_answered(struct inbox *inbox, uint32_t count); /* So many have their answers. */
/* So many may be on their way from now on; UINT32_MAX, as it begins: no bound but the room. */
void inbox_allow(struct inbox *inbox, uint32_t most);
uint32_t inbox_load_percent(struct inbox *inbox); /* How full it is. */
bool inbox_is_empty(struct inbox *inbox);

#endif
