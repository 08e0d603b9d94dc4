/* tifo.v1.Devices: the registry, its secrets, and who is heard. */
#include "server/services/work.h"
#include "server/wire/device.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECRET_BYTES = 32, PAGE = 200, PAGE_MOST = 1000 };

/* ---- Writes -----------------------------------------------------------------------------------
 */

/* Draws a secret: the answer shows it once, the command has what is kept of it. */
static void draw_secret(struct work *work, uint64_t key[DEVICE_KEY_WORDS], uint32_t field)
{
    enum {
        TEXT = sodium_base64_ENCODED_LEN(SECRET_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING)
    };
    uint8_t bytes[SECRET_BYTES];
    char *text = rpc_alloc(work->call, TEXT);
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(text, TEXT, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(bytes, sizeof bytes);
    credential_key(text, key);
    work_show_once(work, field, text);
}

/* As it is now. */
static Tifo__V1__Device *device_now(struct work *work, const struct app *app, const char *id)
{
    uint32_t count, heard;
    const struct stadium *stadium = app_stadium(app);
    const struct device *devices = stadium_devices(stadium, &count);
    const int64_t *seen_ms =
        intake_devices_seen(app_intake((struct app *)app), &work->arena, &heard);
    const uint32_t index = stadium_device_find(stadium, id);
    return wire_device(stadium, &devices[index], index < heard ? seen_ms[index] : 0,
                       app_now_ms(app), &work->arena);
}

static const ProtobufCMessage *build_registered(struct work *work, const struct app *app)
{
    Tifo__V1__RegisterDeviceResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__register_device_response__init(reply);
    reply->device = device_now(work, app, work->request.command.as.set_device.is.id);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void register_device(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__RegisterDeviceRequest *input = (const void *)rpc_request(call);
    if (!call_by_operator(call, ctx, input->venue_id))
        return;
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_registered);
    struct set_device *ask = &work->request.command.as.set_device;
    work->request.command.kind = COMMAND_SET_DEVICE;
    ask->is_new = true;
    draw_secret(work, ask->key, 3);
    work_post_if(work, wire_set_device(input->device, ask, &work->request.refusal) &&
                           work_caller(work, ask->is.by, sizeof ask->is.by));
}

static const ProtobufCMessage *build_updated(struct work *work, const struct app *app)
{
    Tifo__V1__UpdateDeviceResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__update_device_response__init(reply);
    reply->device = device_now(work, app, work->request.command.as.set_device.is.id);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void update_device(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__UpdateDeviceRequest *input = (const void *)rpc_request(call);
    if (!call_by_operator(call, ctx, input->venue_id))
        return;
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_updated);
    struct set_device *ask = &work->request.command.as.set_device;
    work->request.command.kind = COMMAND_SET_DEVICE;
    work_post_if(work, wire_set_device(input->device, ask, &work->request.refusal) &&
                           work_caller(work, ask->is.by, sizeof ask->is.by));
}

/* Who it is about, and who asks. */
static bool take_tended(struct work *work, const char *id, enum command_kind kind)
{
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    struct tend_device *ask = &work->request.command.as.tend_device;
    work->request.command.kind = kind;
    return check_text(&check, "device_id", id, ask->id, sizeof ask->id) &&
           work_caller(work, ask->by, sizeof ask->by);
}

static const ProtobufCMessage *build_rotated(struct work *work, const struct app *app)
{
    Tifo__V1__RotateDeviceKeyResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__rotate_device_key_response__init(reply);
    reply->device = device_now(work, app, work->request.command.as.tend_device.id);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void rotate_device_key(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__RotateDeviceKeyRequest *input = (const void *)rpc_request(call);
    if (!call_by_operator(call, ctx, input->venue_id))
        return;
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_rotated);
    draw_secret(work, work->request.command.as.tend_device.key, 3);
    work_post_if(work, take_tended(work, input->device_id, COMMAND_ROTATE_DEVICE));
}

static const ProtobufCMessage *build_retired(struct work *work, const struct app *app)
{
    Tifo__V1__RetireDeviceResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    (void)app;
    tifo__v1__retire_device_response__init(reply);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void retire_device(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__RetireDeviceRequest *input = (const void *)rpc_request(call);
    if (!call_by_operator(call, ctx, input->venue_id))
        return;
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_retired);
    work_post_if(work, take_tended(work, input->device_id, COMMAND_RETIRE_DEVICE));
}

static const ProtobufCMessage *build_registration(struct work *work, const struct app *app)
{
    Tifo__V1__SetRegistrationResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    (void)app;
    tifo__v1__set_registration_response__init(reply);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void set_registration(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__SetRegistrationRequest *input = (const void *)rpc_request(call);
    if (!call_by_operator(call, ctx, input->venue_id))
        return;
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_registration);
    struct registration_set *ask = &work->request.command.as.set_registration;
    work->request.command.kind = COMMAND_SET_REGISTRATION;
    ask->required = input->required;
    work_post_if(work, work_caller(work, ask->by, sizeof ask->by));
}

/* ---- ListDevices ------------------------------------------------------------------------------
 */

struct list_asked {
    Tifo__V1__DeviceState state;
    const char *id;
    uint32_t most, after; /* Index of the first that is looked at. */
};

static const ProtobufCMessage *build_list(struct work *work, const struct app *app)
{
    const struct list_asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    const int64_t now_ms = app_now_ms(app);
    uint32_t count, heard, i = asked->after;
    const struct device *devices = stadium_devices(stadium, &count);
    const int64_t *seen_ms =
        intake_devices_seen(app_intake((struct app *)app), &work->arena, &heard);
    if (asked->id[0] && stadium_device_find(stadium, asked->id) == STADIUM_NONE)
        return work_deny(work, STATUS_UNKNOWN_DEVICE, "device_id");
    Tifo__V1__ListDevicesResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__list_devices_response__init(reply);
    reply->devices = arena_array(&work->arena, asked->most, sizeof *reply->devices);
    for (; i < count && reply->n_devices < asked->most; i++) {
        const int64_t seen = i < heard ? seen_ms[i] : 0;
        if (devices[i].retired || (asked->id[0] && strcmp(devices[i].is.id, asked->id) != 0) ||
            (asked->state && wire_device_state(&devices[i], seen, now_ms) != asked->state))
            continue;
        reply->devices[reply->n_devices++] =
            wire_device(stadium, &devices[i], seen, now_ms, &work->arena);
    }
    if (i < count) {
        reply->next_page_token = arena_alloc(&work->arena, 16);
        snprintf(reply->next_page_token, 16, "%u", i);
    }
    reply->at_ms = now_ms;
    reply->registration_required = stadium_registration_required(stadium);
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

static bool read_list(const Tifo__V1__ListDevicesRequest *input, struct list_asked *asked,
                      struct refusal *refusal)
{
    const struct check check = { .refusal = refusal, .at = "" };
    char *end;
    const unsigned long after = strtoul(input->page_token, &end, 10);
    if (*end || input->page_token[0] == '-' || after > UINT32_MAX)
        return check_refuse(&check, "page_token", "is not one of ours; take next_page_token");
    if (input->page_size > PAGE_MOST)
        return check_refuse(&check, "page_size", "is above %d; ask for further pages", PAGE_MOST);
    *asked = (struct list_asked){ .state = input->state,
                                  .id = input->device_id,
                                  .most = input->page_size ? input->page_size : PAGE,
                                  .after = (uint32_t)after };
    return true;
}

static void list_devices(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListDevicesRequest *input = (const void *)rpc_request(call);
    if (!call_venue(call, ctx, input->venue_id))
        return;
    struct work *work = work_begin(call, ctx, REQUEST_READ, build_list);
    struct list_asked *asked = rpc_alloc(call, sizeof *asked);
    work->asked = asked;
    work_post_if(work, read_list(input, asked, &work->request.refusal));
}

struct rpc_service devices_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "RegisterDevice", RPC_UNARY, register_device, NULL },
        { "UpdateDevice", RPC_UNARY, update_device, NULL },
        { "RotateDeviceKey", RPC_UNARY, rotate_device_key, NULL },
        { "RetireDevice", RPC_UNARY, retire_device, NULL },
        { "ListDevices", RPC_UNARY, list_devices, NULL },
        { "SetRegistration", RPC_UNARY, set_registration, NULL },
    };
    return (struct rpc_service){ &tifo__v1__devices__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
