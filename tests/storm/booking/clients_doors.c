/* Stewards who give out wristbands for tickets, block them and take them back. */
#include "tests/storm/booking/world.h"

#include "tests/support/shop.h"
#include "tifo/v1/doors.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOORS(method) "/tifo.v1.Doors/" method

static char *name_of(uint32_t number, char to[MEDIUM_NAME])
{
    snprintf(to, MEDIUM_NAME, "band-%u", number);
    return to;
}

/* Mostly one that stands for a ticket, as far as anybody knows, or (free) for none. */
static uint32_t some_medium(struct world *w, bool free)
{
    uint32_t number = world_roll(w, MEDIA);
    for (uint32_t i = 0; i < MEDIA && (w->media[number].event[0] == 0) != free; i++)
        number = (number + 1) % MEDIA;
    return world_roll(w, 8) ? number : world_roll(w, MEDIA);
}

/* Its ticket's organiser, mostly. */
static uint32_t steward(struct world *w, const char *event)
{
    const struct known_terms *terms = client_terms(w, event);
    return client_organiser(w, &w->events[terms - w->terms]);
}

static void issue(struct world *w)
{
    Tifo__V1__IssueMediumRequest request = TIFO__V1__ISSUE_MEDIUM_REQUEST__INIT;
    char name[MEDIUM_NAME];
    const struct known_code *code = KNOWN(w, code);
    for (int i = 0; i < 12 && client_terms(w, code->event)->cancelled; i++)
        code = KNOWN(w, code);
    request.ticket_id = (char *)code->ticket;
    request.medium = name_of(some_medium(w, true), name);
    client_ask(w, DOORS("IssueMedium"), steward(w, code->event), true, &request.base);
}

static void change(struct world *w)
{
    Tifo__V1__BlockMediumRequest block = TIFO__V1__BLOCK_MEDIUM_REQUEST__INIT;
    Tifo__V1__ReturnMediumRequest back = TIFO__V1__RETURN_MEDIUM_REQUEST__INIT;
    Tifo__V1__GetMediumRequest look = TIFO__V1__GET_MEDIUM_REQUEST__INIT;
    char name[MEDIUM_NAME];
    const uint32_t number = some_medium(w, false), roll = world_roll(w, 8);
    const uint32_t client = steward(w, w->media[number].event);
    block.medium = back.medium = look.medium = name_of(number, name);
    block.blocked = !w->media[number].blocked;
    block.reason = block.blocked ? "Storm" : "";
    if (w->media[number].event[0] == 0 && world_roll(w, 8))
        return;
    if (roll < 3)
        client_ask(w, DOORS("BlockMedium"), client, true, &block.base);
    else if (roll < 6)
        client_ask(w, DOORS("ReturnMedium"), client, true, &back.base);
    else
        client_ask(w, DOORS("GetMedium"), client, false, &look.base);
}

void doors_ask(struct world *w)
{
    if (world_roll(w, 2))
        issue(w);
    else
        change(w);
}

char *doors_medium(struct world *w, char name[MEDIUM_NAME])
{
    const uint32_t number = some_medium(w, false);
    return w->media[number].event[0] || world_roll(w, 20) == 0 ? name_of(number, name) : NULL;
}

static void know_medium(struct world *w, const Tifo__V1__Medium *told)
{
    struct known_medium *medium = &w->media[atoi(told->medium + strlen("band-")) % MEDIA];
    snprintf(medium->event, sizeof medium->event, "%s", told->ticket ? told->ticket->event_id : "");
    medium->blocked = told->blocked;
}

void doors_know(struct world *w, const struct operation *operation, const void *reply)
{
    if (strcmp(operation->method, DOORS("IssueMedium")) == 0)
        know_medium(w, ((const Tifo__V1__IssueMediumResponse *)reply)->medium);
    else if (strcmp(operation->method, DOORS("BlockMedium")) == 0)
        know_medium(w, ((const Tifo__V1__BlockMediumResponse *)reply)->medium);
    else if (strcmp(operation->method, DOORS("ReturnMedium")) == 0)
        know_medium(w, ((const Tifo__V1__ReturnMediumResponse *)reply)->medium);
    else if (strcmp(operation->method, DOORS("GetMedium")) == 0)
        know_medium(w, ((const Tifo__V1__GetMediumResponse *)reply)->medium);
}
