/* `tifo waitroom`: the queue before a sale. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clients/c/draw.h"
#include "clients/cli/message_json.h"
#include "clients/cli/selling.h"
#include "clients/cli/server_link.h"
#include "clients/cli/time_text.h"
#include "tifo/v1/waitroom.pb-c.h"

static const struct flag set_flags[] = {
    { "--mode", "MODE", "normal, paused, queue-all, pass or reject (at first normal)" },
    { "--opens", "TIME", "when the draw is, UTC, 2026-05-16T10:00 (at first: now)" },
    { "--rate", "N", "people let in a minute (at first 600)" },
    { "--active", "N", "people in at once, best 75 % of what the shop can serve (at first 1000)" },
    { "--claim", "S", "seconds to hold seats after being let in (at first 120)" },
    { "--session", "S", "seconds after each hold (at first 600)" },
    { "--proof-bits", "N", "work of entering, 0 to 32; each bit doubles it (at first 0)" },
    { "--per-device", "N", "entries of a device; 0: any number (at first 0)" },
    { "--json", NULL, "the answer as JSON" },
    KEY_FLAG,
    { NULL, NULL, NULL },
};
static const struct flag show_flags[] = {
    { "--json", NULL, "one line of JSON each" },
    { NULL, NULL, NULL },
};
static const struct flag enter_flags[] = {
    { "--nonce", "N",
      "your own number for the draw, or the next that proves work (default: drawn)" },
    { "--device", "ID", "what you use, where the room asks for it" },
    { "--json", NULL, "the answer as JSON" },
    KEY_FLAG,
    { NULL, NULL, NULL },
};
static const struct flag write_flags[] = {
    { "--json", NULL, "the answer as JSON" },
    KEY_FLAG,
    { NULL, NULL, NULL },
};

static const char *const modes[] = { "?", "normal", "paused", "queue-all", "pass", "reject" };
enum { MODES = sizeof(modes) / sizeof(modes[0]) };

#define ROOMS &tifo__v1__waiting_rooms__descriptor

/* ---- The room -------------------------------------------------------------------------------- */

static void print_room(const ProtobufCMessage *row, const void *ctx)
{
    const Tifo__V1__WaitingRoom *room = (const void *)row;
    (void)ctx;
    const Tifo__V1__WaitingRoomSettings *settings = room->settings;
    printf("%s, %s %s, %u a minute, at most %u at once\n",
           modes[(int)settings->mode < (int)MODES ? settings->mode : 0],
           room->open ? "open since" : "opens", time_text(settings->opens_ms).text,
           settings->rate_per_minute, settings->max_active);
    printf("%u waiting, %u in, %u let in so far; now serving %u of %u, %u a minute\n",
           room->waiting, room->active, room->admitted, room->served, room->entered,
           room->served_per_minute);
    printf("commitment ");
    for (size_t i = 0; i < room->commitment.len; i++)
        printf("%02x", room->commitment.data[i]);
    printf("\n");
}

static bool read_mode(const char *text, Tifo__V1__WaitingRoomMode *mode)
{
    for (int i = 1; text && i < MODES; i++) {
        if (strcmp(text, modes[i]) == 0) {
            *mode = (Tifo__V1__WaitingRoomMode)i;
            return true;
        }
    }
    if (text)
        fprintf(stderr, "tifo: --mode: \"%s\"; write normal, paused, queue-all, pass or reject\n",
                text);
    return !text;
}

/* What is not given is not named: it stays as it is. */
static void name_settings(const struct arguments *arguments, Tifo__V1__WaitingRoomSettings *to)
{
#define NAME(flag, which, FIELD)                                                                   \
    if (arguments_text(arguments, flag))                                                           \
    to->which##_case = TIFO__V1__WAITING_ROOM_SETTINGS__##FIELD
    NAME("--mode", has_mode, HAS_MODE_MODE);
    NAME("--opens", has_opens, HAS_OPENS_OPENS_MS);
    NAME("--rate", has_rate, HAS_RATE_RATE_PER_MINUTE);
    NAME("--active", has_active, HAS_ACTIVE_MAX_ACTIVE);
    NAME("--claim", has_claim, HAS_CLAIM_CLAIM_S);
    NAME("--session", has_session, HAS_SESSION_SESSION_S);
    NAME("--proof-bits", has_proof, HAS_PROOF_PROOF_BITS);
    NAME("--per-device", has_device, HAS_DEVICE_DEVICE_WAITERS);
#undef NAME
}

static bool read_settings(const struct arguments *arguments, Tifo__V1__WaitingRoomSettings *to)
{
    name_settings(arguments, to);
    return read_mode(arguments_text(arguments, "--mode"), &to->mode) &&
           arguments_time(arguments, "--opens", &to->opens_ms) &&
           arguments_number(arguments, "--rate", 1, 600000, &to->rate_per_minute) &&
           arguments_number(arguments, "--active", 1, 1000000, &to->max_active) &&
           arguments_number(arguments, "--claim", 10, 86400, &to->claim_s) &&
           arguments_number(arguments, "--session", 10, 86400, &to->session_s) &&
           arguments_number(arguments, "--proof-bits", 0, 32, &to->proof_bits) &&
           arguments_number(arguments, "--per-device", 0, 1000, &to->device_waiters);
}

static enum outcome set(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments)
{
    Tifo__V1__SetWaitingRoomRequest request = TIFO__V1__SET_WAITING_ROOM_REQUEST__INIT;
    Tifo__V1__WaitingRoomSettings settings = TIFO__V1__WAITING_ROOM_SETTINGS__INIT;
    char event[EVENT_ID_SIZE];
    if (!read_settings(arguments, &settings))
        return BAD_USAGE;
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    request.settings = &settings;
    return server_link_show(
        server_link_write(link, arguments, ROOMS, "SetWaitingRoom", &request.base), arguments,
        print_room, NULL);
}

static enum outcome show(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__GetWaitingRoomRequest request = TIFO__V1__GET_WAITING_ROOM_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    return server_link_show(server_link_call(link, ROOMS, "GetWaitingRoom", &request.base),
                            arguments, print_room, NULL);
}

/* The channel's thread. */
static void hear_room(void *ctx, const ProtobufCMessage *message)
{
    const bool *json = ctx;
    if (*json)
        message_json_print(message);
    else
        print_room(&((const Tifo__V1__WatchWaitingRoomResponse *)message)->room->base, NULL);
    fflush(stdout);
}

static enum outcome watch(struct server_link *link, const Tifo__V1__Venue *venue,
                          const struct arguments *arguments)
{
    Tifo__V1__WatchWaitingRoomRequest request = TIFO__V1__WATCH_WAITING_ROOM_REQUEST__INIT;
    bool json = arguments_switch(arguments, "--json");
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    return server_link_follow(link, ROOMS, "WatchWaitingRoom", &request.base, hear_room, &json);
}

/* ---- Somebody in it -------------------------------------------------------------------------- */

static void print_waiter(const ProtobufCMessage *row, const void *ctx)
{
    const Tifo__V1__Waiter *waiter = (const void *)row;
    (void)ctx;
    static const char *const states[] = { "not there", "waiting", "let in",
                                          "bought",    "left",    "let in, and did not come" };
    printf("%s: %s", waiter->person, states[waiter->state <= 5 ? waiter->state : 0]);
    if (waiter->entry)
        printf(", entry %u", waiter->entry);
    if (waiter->number)
        printf(", number %u", waiter->number);
    if (waiter->position)
        printf(", %u ahead or less, about %u s", waiter->position - 1, waiter->wait_s);
    if (waiter->admitted_until_ms)
        printf(", until %s", time_text(waiter->admitted_until_ms).text);
    printf("\n");
    if (waiter->admission_token && waiter->admission_token[0])
        printf("%s\n", waiter->admission_token);
}

/* The next number that is enough work for the room. False after a sentence. */
static bool prove(struct server_link *link, char *event, uint64_t *nonce)
{
    Tifo__V1__GetWaitingRoomRequest request = TIFO__V1__GET_WAITING_ROOM_REQUEST__INIT;
    request.event_id = event;
    Tifo__V1__GetWaitingRoomResponse *reply =
        (void *)server_link_call(link, ROOMS, "GetWaitingRoom", &request.base);
    if (!reply)
        return false;
    *nonce = tifo_draw_nonce(reply->room->commitment.data, server_link_caller(),
                             reply->room->settings->proof_bits, *nonce);
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return true;
}

static enum outcome enter(struct server_link *link, const Tifo__V1__Venue *venue,
                          const struct arguments *arguments)
{
    Tifo__V1__EnterWaitingRoomRequest request = TIFO__V1__ENTER_WAITING_ROOM_REQUEST__INIT;
    char event[EVENT_ID_SIZE], *device = arguments_or(arguments, "--device", "");
    uint32_t given = 0;
    if (!arguments_number(arguments, "--nonce", 0, UINT32_MAX, &given))
        return BAD_USAGE;
    uint64_t nonce = arguments_text(arguments, "--nonce") ? given : random_number();
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    if (!prove(link, event, &nonce))
        return FAILED;
    request.nonce = &nonce;
    request.n_nonce = 1;
    request.device = &device;
    request.n_device = device[0] ? 1 : 0;
    return server_link_show(
        server_link_write(link, arguments, ROOMS, "EnterWaitingRoom", &request.base), arguments,
        print_waiter, NULL);
}

static enum outcome leave(struct server_link *link, const Tifo__V1__Venue *venue,
                          const struct arguments *arguments)
{
    Tifo__V1__LeaveWaitingRoomRequest request = TIFO__V1__LEAVE_WAITING_ROOM_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    return server_link_show(
        server_link_write(link, arguments, ROOMS, "LeaveWaitingRoom", &request.base), arguments,
        print_waiter, NULL);
}

static enum outcome place(struct server_link *link, const Tifo__V1__Venue *venue,
                          const struct arguments *arguments)
{
    Tifo__V1__GetWaitersRequest request = TIFO__V1__GET_WAITERS_REQUEST__INIT;
    char event[EVENT_ID_SIZE];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    return server_link_show(server_link_call(link, ROOMS, "GetWaiters", &request.base), arguments,
                            print_waiter, NULL);
}

static enum outcome admit(struct server_link *link, const Tifo__V1__Venue *venue,
                          const struct arguments *arguments)
{
    Tifo__V1__AdmitPersonsRequest request = TIFO__V1__ADMIT_PERSONS_REQUEST__INIT;
    char event[EVENT_ID_SIZE], *person = (char *)arguments->positional[1];
    if (!event_find(link, venue, arguments->positional[0], event))
        return FAILED;
    request.event_id = event;
    request.persons = &person;
    request.n_persons = 1;
    return server_link_show(
        server_link_write(link, arguments, ROOMS, "AdmitPersons", &request.base), arguments,
        print_waiter, NULL);
}

const struct command waitroom_set_command = {
    "waitroom set", "EVENT",     "makes a waiting room, or changes what is named", 1,
    set_flags,      .task = set,
};
const struct command waitroom_show_command = {
    "waitroom show", "EVENT", "how many wait, how far it is", 1, show_flags, .task = show,
};
const struct command waitroom_watch_command = {
    "waitroom watch", "EVENT", "the same, whenever it changes", 1, show_flags, .task = watch,
};
const struct command waitroom_enter_command = {
    "waitroom enter", "EVENT", "gets you a place in line", 1, enter_flags, .task = enter,
};
const struct command waitroom_leave_command = {
    "waitroom leave", "EVENT", "gives it up", 1, write_flags, .task = leave,
};
const struct command waitroom_place_command = {
    "waitroom place", "EVENT", "where you are; your admission", 1, show_flags, .task = place,
};
const struct command waitroom_admit_command = {
    "waitroom admit", "EVENT PERSON", "lets somebody in ahead", 2, write_flags, .task = admit,
};
