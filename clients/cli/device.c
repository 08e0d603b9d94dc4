/*
 * The registry of devices: which sensors there are, their secrets, and whether they can be heard.
 */
#include <stdio.h>
#include <string.h>

#include "clients/cli/message_json.h"
#include "clients/cli/server_link.h"
#include "clients/cli/time_text.h"
#include "tifo/v1/devices.pb-c.h"

#define DEVICE_FLAGS                                                                               \
    { "--kind", "KIND", "turnstile, camera, counter, wifi, gateway or other" },                    \
        { "--zone", "ID", "the zone or block that it is in" },                                     \
        { "--gate", "ID", "the gate that it is at" },                                              \
        { "--at", "X,Y,LEVEL", "where exactly, metres in the venue's plane: 12.5,-3,1" },          \
        { "--gateway", "DEVICE", "the gateway that speaks for it" },                               \
    {                                                                                              \
        "--every", "SECONDS", "it is to be heard so often, 0.1 to 86400; 0: nobody waits for it"   \
    }

static const struct flag set_flags[] = {
    DEVICE_FLAGS,
    { "--json", NULL, "the answer as JSON" },
    KEY_FLAG,
    { NULL, NULL, NULL },
};
static const struct flag write_flags[] = {
    { "--json", NULL, "the answer as JSON" },
    KEY_FLAG,
    { NULL, NULL, NULL },
};
static const struct flag list_flags[] = {
    { "--state", "STATE", "only those: new, online, late, offline" },
    { "--json", NULL, "one line of JSON each" },
    { NULL, NULL, NULL },
};

static const char *const kinds[] = { "?",    "turnstile", "camera", "counter",
                                     "wifi", "gateway",   "other" };
static const char *const states[] = { "?", "new", "online", "late", "offline" };
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* 0 is no word; false after a sentence. */
static bool read_word(const char *flag, const char *text, const char *const *words, size_t count,
                      int *out)
{
    for (size_t i = 1; i < count; i++) {
        if (strcmp(words[i], text) == 0) {
            *out = (int)i;
            return true;
        }
    }
    fprintf(stderr, "tifo: %s %s: it is one of", flag, text);
    for (size_t i = 1; i < count; i++)
        fprintf(stderr, " %s", words[i]);
    fputc('\n', stderr);
    return false;
}

/* ---- Telling --------------------------------------------------------------------------------- */

static void print_device(const Tifo__V1__Venue *venue, const Tifo__V1__Device *device)
{
    const char *at = "";
    if (device->at_case == TIFO__V1__DEVICE__AT_GATE && device->gate < venue->n_gates)
        at = venue->gates[device->gate]->gate_id;
    else if (device->at_case == TIFO__V1__DEVICE__AT_PLACE &&
             device->place < tifo_place_count(venue))
        at = tifo_place_name(venue, device->place);
    printf("%-24s %-9s  %-7s  %-20s  heard %s", device->device_id,
           kinds[(size_t)device->kind < COUNT(kinds) ? device->kind : 0],
           states[(size_t)device->state < COUNT(states) ? device->state : 0], at,
           device->seen_ms ? time_text(device->seen_ms).text : "never");
    if (device->interval_ms)
        printf(", every %g s", device->interval_ms / 1000.0);
    if (device->gateway[0])
        printf(", behind %s", device->gateway);
    if (device->alarm_number)
        printf(", alarm %u", device->alarm_number);
    printf("\n");
}

static void print_secret(const char *secret)
{
    if (secret[0])
        printf("secret: %s\nIt is shown this once; the device sends it as metadata "
               "tifo-device-key.\n",
               secret);
    else
        printf("its secret was shown before; tifo device rotate draws another\n");
}

static void print_registered(const ProtobufCMessage *reply, const void *venue)
{
    const Tifo__V1__RegisterDeviceResponse *said = (const void *)reply;
    print_device(venue, said->device);
    print_secret(said->secret);
}

static void print_updated(const ProtobufCMessage *reply, const void *venue)
{
    print_device(venue, ((const Tifo__V1__UpdateDeviceResponse *)reply)->device);
}

static void print_rotated(const ProtobufCMessage *reply, const void *venue)
{
    const Tifo__V1__RotateDeviceKeyResponse *said = (const void *)reply;
    print_device(venue, said->device);
    print_secret(said->secret);
}

static void print_done(const ProtobufCMessage *reply, const void *what)
{
    (void)reply;
    printf("%s\n", (const char *)what);
}

/* ---- device add, set ------------------------------------------------------------------------- */

/* What the flags say of it; what they do not stays as it is. */
static bool read_device(const struct arguments *arguments, const Tifo__V1__Venue *venue,
                        Tifo__V1__Device *device, Tifo__V1__DeviceSpot *spot)
{
    const char *kind = arguments_text(arguments, "--kind");
    const char *zone = arguments_text(arguments, "--zone");
    const char *gate = arguments_text(arguments, "--gate");
    const char *at = arguments_text(arguments, "--at");
    const char *gateway = arguments_text(arguments, "--gateway");
    const char *every = arguments_text(arguments, "--every");
    int number, end = 0;
    double x, y, seconds;
    if (kind) {
        if (!read_word("--kind", kind, kinds, COUNT(kinds), &number))
            return false;
        device->kind = (Tifo__V1__DeviceKind)number;
    }
    if (zone && !tifo_place_find(venue, zone, &device->place)) {
        fprintf(stderr, "tifo: --zone %s: the venue has no such zone or block\n", zone);
        return false;
    }
    if (zone)
        device->at_case = TIFO__V1__DEVICE__AT_PLACE;
    if (gate && !gate_find(venue, gate, &device->gate))
        return false;
    if (gate)
        device->at_case = TIFO__V1__DEVICE__AT_GATE;
    if (at && (sscanf(at, "%lf,%lf,%d%n", &x, &y, &number, &end) != 3 || at[end] ||
               !(x > -1e6 && x < 1e6 && y > -1e6 && y < 1e6))) {
        fprintf(stderr, "tifo: --at %s: write X,Y,LEVEL, metres: 12.5,-3,1\n", at);
        return false;
    }
    if (at) {
        spot->x_cm = (int32_t)(x * 100);
        spot->y_cm = (int32_t)(y * 100);
        spot->level = number;
        device->spot = spot;
    }
    if (gateway)
        device->gateway = (char *)gateway;
    end = 0;
    if (every && (sscanf(every, "%lf%n", &seconds, &end) != 1 || every[end] ||
                  !(seconds == 0 || (seconds >= 0.1 && seconds <= 86400)))) {
        fprintf(stderr, "tifo: --every %s: seconds, 0 or 0.1 to 86400\n", every);
        return false;
    }
    if (every)
        device->interval_ms = (uint32_t)(seconds * 1000 + 0.5);
    return true;
}

static ProtobufCMessage *tell(struct server_link *link, const struct arguments *arguments,
                              const char *method, const ProtobufCMessage *request)
{
    return server_link_write(link, arguments, &tifo__v1__devices__descriptor, method, request);
}

static enum outcome add(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments)
{
    Tifo__V1__RegisterDeviceRequest request = TIFO__V1__REGISTER_DEVICE_REQUEST__INIT;
    Tifo__V1__Device device = TIFO__V1__DEVICE__INIT;
    Tifo__V1__DeviceSpot spot = TIFO__V1__DEVICE_SPOT__INIT;
    device.device_id = (char *)arguments->positional[0];
    device.kind = TIFO__V1__DEVICE_KIND__DEVICE_KIND_OTHER;
    request.venue_id = venue->venue_id;
    request.device = &device;
    if (!read_device(arguments, venue, &device, &spot))
        return BAD_USAGE;
    return server_link_tell(tell(link, arguments, "RegisterDevice", &request.base), arguments,
                            print_registered, venue);
}

static enum outcome set(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments)
{
    Tifo__V1__ListDevicesRequest ask = TIFO__V1__LIST_DEVICES_REQUEST__INIT;
    Tifo__V1__UpdateDeviceRequest request = TIFO__V1__UPDATE_DEVICE_REQUEST__INIT;
    Tifo__V1__DeviceSpot spot = TIFO__V1__DEVICE_SPOT__INIT;
    ask.device_id = (char *)arguments->positional[0];
    Tifo__V1__ListDevicesResponse *known =
        (void *)server_link_call(link, &tifo__v1__devices__descriptor, "ListDevices", &ask.base);
    if (!known)
        return FAILED;
    Tifo__V1__Device device = *known->devices[0];
    request.venue_id = venue->venue_id;
    request.device = &device;
    enum outcome outcome = BAD_USAGE;
    if (read_device(arguments, venue, &device, &spot))
        outcome = server_link_tell(tell(link, arguments, "UpdateDevice", &request.base), arguments,
                                   print_updated, venue);
    protobuf_c_message_free_unpacked(&known->base, NULL);
    return outcome;
}

/* ---- device rotate, retire, require, open ---------------------------------------------------- */

static enum outcome rotate(struct server_link *link, const Tifo__V1__Venue *venue,
                           const struct arguments *arguments)
{
    Tifo__V1__RotateDeviceKeyRequest request = TIFO__V1__ROTATE_DEVICE_KEY_REQUEST__INIT;
    request.venue_id = venue->venue_id;
    request.device_id = (char *)arguments->positional[0];
    return server_link_tell(tell(link, arguments, "RotateDeviceKey", &request.base), arguments,
                            print_rotated, venue);
}

static enum outcome retire(struct server_link *link, const Tifo__V1__Venue *venue,
                           const struct arguments *arguments)
{
    Tifo__V1__RetireDeviceRequest request = TIFO__V1__RETIRE_DEVICE_REQUEST__INIT;
    request.venue_id = venue->venue_id;
    request.device_id = (char *)arguments->positional[0];
    return server_link_tell(tell(link, arguments, "RetireDevice", &request.base), arguments,
                            print_done, "it is registered no more");
}

static enum outcome registration(struct server_link *link, const Tifo__V1__Venue *venue,
                                 const struct arguments *arguments)
{
    Tifo__V1__SetRegistrationRequest request = TIFO__V1__SET_REGISTRATION_REQUEST__INIT;
    const char *how = arguments->positional[0];
    request.venue_id = venue->venue_id;
    request.required = strcmp(how, "required") == 0;
    if (!request.required && strcmp(how, "open") != 0) {
        fprintf(stderr, "tifo: registration is \"required\" or \"open\", not \"%s\"\n", how);
        return BAD_USAGE;
    }
    return server_link_tell(
        tell(link, arguments, "SetRegistration", &request.base), arguments, print_done,
        request.required ? "only registered devices are heard" : "everybody is heard");
}

/* ---- device list ----------------------------------------------------------------------------- */

struct device_list {
    const Tifo__V1__Venue *venue;
    bool json, told;
};

static void print_page(const ProtobufCMessage *message, void *ctx)
{
    const Tifo__V1__ListDevicesResponse *page = (const void *)message;
    struct device_list *list = ctx;
    if (page->registration_required && !list->told && !list->json)
        printf("only registered devices are heard\n");
    list->told = true;
    for (size_t i = 0; i < page->n_devices; i++) {
        if (list->json)
            message_json_print(&page->devices[i]->base);
        else
            print_device(list->venue, page->devices[i]);
    }
}

static enum outcome list(struct server_link *link, const Tifo__V1__Venue *venue,
                         const struct arguments *arguments)
{
    Tifo__V1__ListDevicesRequest request = TIFO__V1__LIST_DEVICES_REQUEST__INIT;
    struct device_list list = { venue, arguments_switch(arguments, "--json"), false };
    const char *state = arguments_text(arguments, "--state");
    int number = 0;
    if (state && !read_word("--state", state, states, COUNT(states), &number))
        return BAD_USAGE;
    request.venue_id = venue->venue_id;
    request.state = (Tifo__V1__DeviceState)number;
    return server_link_pages(link, &tifo__v1__devices__descriptor, "ListDevices", &request.base,
                             print_page, &list);
}

const struct command device_add_command = {
    "device add", "ID",        "registers a sensor or gateway; shows its secret", 1,
    set_flags,    .task = add,
};
const struct command device_set_command = {
    "device set", "ID", "where a device is, how often it is to be heard", 1, set_flags, .task = set,
};
const struct command device_rotate_command = {
    "device rotate", "ID", "draws another secret", 1, write_flags, .task = rotate,
};
const struct command device_retire_command = {
    "device retire", "ID", "it is registered no more", 1, write_flags, .task = retire,
};
const struct command device_registration_command = {
    "device registration", "required|open",      "whether only registered devices are heard", 1,
    write_flags,           .task = registration,
};
const struct command device_list_command = {
    "device list", "", "devices, and when each was last heard", 0, list_flags, .task = list,
};
