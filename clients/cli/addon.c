/*
 * Add-ons, and tickets that bring some.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/money/money.h"
#include "clients/cli/selling.h"
#include "clients/cli/terms.h"
#include "tifo/v1/addons.pb-c.h"

enum { TYPES_MAX = 32, ITEMS_MAX = 8, PER_TICKET_MAX = 15 };

static const struct flag set_flags[] = {
    { "--with", "TYPES", "types of ticket that it goes with, by name or index: Seat,2; needed" },
    { "--min", "N", "at least so many with each such ticket (0)" },
    { "--max", "N", "at most so many (as many as a hold can have)" },
    { "--none", NULL, "it is no add-on any more" },
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};
static const struct flag bundle_flags[] = {
    { "--brings", "LIST",
      "add-ons, how many, and what each takes of the price: Parking:1:10.00,.." },
    { "--none", NULL, "it brings nothing any more" },
    JSON_FLAG,
    KEY_FLAG,
    { NULL, NULL, NULL },
};

/* ---- Telling --------------------------------------------------------------------------------- */

static const char *name_of(const Tifo__V1__Event *event, uint32_t type)
{
    for (size_t i = 0; i < event->n_types; i++)
        if (event->types[i]->index == type)
            return event->types[i]->name;
    return "?";
}

static void print_addon(const ProtobufCMessage *row, const void *ctx)
{
    const Tifo__V1__Addon *addon = (const void *)row;
    const Tifo__V1__Event *event = ctx;
    printf("%2u  %-20s", addon->ticket_type, name_of(event, addon->ticket_type));
    for (size_t i = 0; i < addon->n_goes_with; i++)
        printf("%s%s", i == 0 ? " with " : ", ", name_of(event, addon->goes_with[i]));
    if (addon->n_goes_with == 0)
        printf(" is no add-on");
    if (addon->min_per_ticket)
        printf("; at least %u", addon->min_per_ticket);
    if (addon->max_per_ticket)
        printf("; at most %u", addon->max_per_ticket);
    printf("\n");
}

static void print_bundle(const ProtobufCMessage *row, const void *ctx)
{
    const Tifo__V1__Bundle *bundle = (const void *)row;
    const Tifo__V1__Event *event = ctx;
    printf("%2u  %-20s brings", bundle->ticket_type, name_of(event, bundle->ticket_type));
    for (size_t i = 0; i < bundle->n_items; i++)
        printf("%s %u %s at %s", i ? "," : "", bundle->items[i]->pieces,
               name_of(event, bundle->items[i]->ticket_type),
               money_text(bundle->items[i]->price_minor, event->currency).text);
    printf("%s\n", bundle->n_items ? "" : " nothing");
}

static void print_list(const ProtobufCMessage *reply, const void *event)
{
    const Tifo__V1__ListAddonsResponse *list = (const void *)reply;
    if (list->n_addons == 0)
        printf("nothing goes with the tickets of this event\n");
    for (size_t i = 0; i < list->n_addons; i++)
        print_addon(&list->addons[i]->base, event);
    for (size_t i = 0; i < list->n_bundles; i++)
        print_bundle(&list->bundles[i]->base, event);
}

/* ---- Reading --------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
    const uint32_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

/* "Seat,2" */
static bool read_types(const Tifo__V1__Event *event, const char *text, Tifo__V1__Addon *addon,
                       uint32_t types[TYPES_MAX])
{
    char copy[512];
    snprintf(copy, sizeof(copy), "%s", text);
    addon->goes_with = types;
    for (char *save, *part = strtok_r(copy, ",", &save); part; part = strtok_r(NULL, ",", &save)) {
        const Tifo__V1__TicketType *type = type_find(event, part);
        if (!type || addon->n_goes_with == TYPES_MAX)
            return false;
        types[addon->n_goes_with++] = type->index;
    }
    qsort(types, addon->n_goes_with, sizeof(*types), ascending);
    return true;
}

/* "Parking:1:10.00,Scarf:2:5.00" */
static bool read_items(const Tifo__V1__Event *event, const char *text, Tifo__V1__Bundle *bundle,
                       Tifo__V1__BundleItem items[ITEMS_MAX])
{
    char copy[512];
    snprintf(copy, sizeof(copy), "%s", text);
    for (char *save, *part = strtok_r(copy, ",", &save); part; part = strtok_r(NULL, ",", &save)) {
        char *pieces = strchr(part, ':'), *price = pieces ? strchr(pieces + 1, ':') : NULL, *end;
        if (!price || bundle->n_items == ITEMS_MAX) {
            fprintf(stderr, "tifo: --brings %s: write TYPE:PIECES:AMOUNT, at most %d\n", text,
                    ITEMS_MAX);
            return false;
        }
        *pieces++ = *price++ = '\0';
        Tifo__V1__BundleItem *item = &items[bundle->n_items];
        const Tifo__V1__TicketType *type = type_find(event, part);
        if (!type)
            return false;
        tifo__v1__bundle_item__init(item);
        item->ticket_type = type->index;
        item->pieces = (uint32_t)strtoul(pieces, &end, 10);
        if (*end || !money_read(price, event->currency, &item->price_minor)) {
            fprintf(stderr, "tifo: --brings: \"%s:%s\" is no number and amount in %s\n", pieces,
                    price, event->currency);
            return false;
        }
        bundle->items[bundle->n_items++] = item;
    }
    return true;
}

/* Exactly one of the flag and --none. */
static const char *asked(const struct arguments *arguments, const char *flag, bool *none)
{
    const char *text = arguments_text(arguments, flag);
    *none = arguments_switch(arguments, "--none");
    if ((text != NULL) == *none)
        fprintf(stderr, "tifo: give either %s or --none\n", flag);
    return *none ? "" : text;
}

/* ---- Commands -------------------------------------------------------------------------------- */

static enum outcome set(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments)
{
    Tifo__V1__SetAddonRequest request = TIFO__V1__SET_ADDON_REQUEST__INIT;
    Tifo__V1__Addon addon = TIFO__V1__ADDON__INIT;
    uint32_t types[TYPES_MAX];
    enum outcome outcome = FAILED;
    bool none;
    const char *with = asked(arguments, "--with", &none);
    if (!with || (with[0] && none) || (!with[0] && !none) ||
        !arguments_number(arguments, "--min", 0, PER_TICKET_MAX, &addon.min_per_ticket) ||
        !arguments_number(arguments, "--max", 0, PER_TICKET_MAX, &addon.max_per_ticket))
        return BAD_USAGE;
    Tifo__V1__GetEventResponse *event = event_get(link, venue, arguments->positional[0]);
    const Tifo__V1__TicketType *type =
        event ? type_find(event->event, arguments->positional[1]) : NULL;
    if (type && read_types(event->event, with, &addon, types)) {
        addon.ticket_type = type->index;
        request.event_id = event->event->event_id;
        request.addon = &addon;
        outcome = server_link_show(server_link_write(link, arguments, &tifo__v1__addons__descriptor,
                                                     "SetAddon", &request.base),
                                   arguments, print_addon, event->event);
    }
    if (event)
        protobuf_c_message_free_unpacked(&event->base, NULL);
    return outcome;
}

static enum outcome set_bundle(struct server_link *link, const Tifo__V1__Venue *venue,
                               const struct arguments *arguments)
{
    Tifo__V1__SetBundleRequest request = TIFO__V1__SET_BUNDLE_REQUEST__INIT;
    Tifo__V1__Bundle bundle = TIFO__V1__BUNDLE__INIT;
    Tifo__V1__BundleItem items[ITEMS_MAX], *list[ITEMS_MAX];
    enum outcome outcome = FAILED;
    bool none;
    const char *brings = asked(arguments, "--brings", &none);
    if (!brings || (!brings[0] && !none))
        return BAD_USAGE;
    bundle.items = list;
    Tifo__V1__GetEventResponse *event = event_get(link, venue, arguments->positional[0]);
    const Tifo__V1__TicketType *type =
        event ? type_find(event->event, arguments->positional[1]) : NULL;
    if (type && read_items(event->event, brings, &bundle, items)) {
        bundle.ticket_type = type->index;
        request.event_id = event->event->event_id;
        request.bundle = &bundle;
        outcome = server_link_show(server_link_write(link, arguments, &tifo__v1__addons__descriptor,
                                                     "SetBundle", &request.base),
                                   arguments, print_bundle, event->event);
    }
    if (event)
        protobuf_c_message_free_unpacked(&event->base, NULL);
    return outcome;
}

static enum outcome list(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__ListAddonsRequest request = TIFO__V1__LIST_ADDONS_REQUEST__INIT;
    Tifo__V1__GetEventResponse *event = event_get(link, venue, arguments->positional[0]);
    if (!event)
        return FAILED;
    request.event_id = event->event->event_id;
    const enum outcome outcome = server_link_tell(
        server_link_call(link, &tifo__v1__addons__descriptor, "ListAddons", &request.base),
        arguments, print_list, event->event);
    protobuf_c_message_free_unpacked(&event->base, NULL);
    return outcome;
}

const struct command addon_set_command = {
    "addon set", "EVENT TYPE", "makes a type of ticket an add-on to others",
    2,           set_flags,    .task = set,
};
const struct command addon_bundle_command = {
    "addon bundle", "EVENT TYPE",       "add-ons that a type of ticket brings", 2,
    bundle_flags,   .task = set_bundle,
};
const struct command addon_list_command = {
    "addon list", "EVENT", "add-ons, and what brings them", 1, json_flags, .task = list,
};
