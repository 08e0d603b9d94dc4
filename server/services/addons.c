/* tifo.v1.Addons: what goes with a ticket, and what tickets bring. */
#include "server/services/work.h"
#include "server/wire/addon.h"
#include "server/wire/id.h"

static const ProtobufCMessage *build_addon(struct work *work, const struct app *app)
{
    const struct set_addon *ask = &work->request.command.as.set_addon;
    struct addon none = { .type = ask->type };
    uint32_t event;
    if (!work_event(work, app, ask->event, &event))
        return NULL;
    const struct addon *addon = stadium_addon(app_stadium(app), event, ask->type);
    Tifo__V1__SetAddonResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__set_addon_response__init(reply);
    reply->addon = wire_addon(addon ? addon : &none, &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void set_addon(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__SetAddonRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_addon);
    struct set_addon *ask = &work->request.command.as.set_addon;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_SET_ADDON;
    work_post_if(work, check_id(&check, "event_id", input->event_id, &ask->event) &&
                           (input->addon || check_refuse(&check, "addon", "is missing")) &&
                           wire_set_addon(input->addon, ask, &work->request.refusal) &&
                           work_actor(work, &ask->by));
}

static const ProtobufCMessage *build_bundle(struct work *work, const struct app *app)
{
    const struct set_bundle *ask = &work->request.command.as.set_bundle;
    struct bundle none = { .type = ask->type };
    uint32_t event;
    if (!work_event(work, app, ask->event, &event))
        return NULL;
    const struct bundle *bundle = stadium_bundle(app_stadium(app), event, ask->type);
    Tifo__V1__SetBundleResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__set_bundle_response__init(reply);
    reply->bundle = wire_bundle(bundle ? bundle : &none, &work->arena);
    reply->seq = work->request.seq;
    return &reply->base;
}

static void set_bundle(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__SetBundleRequest *input = (const void *)rpc_request(call);
    struct work *work = work_begin(call, ctx, REQUEST_COMMAND, build_bundle);
    struct set_bundle *ask = &work->request.command.as.set_bundle;
    const struct check check = { .refusal = &work->request.refusal, .at = "" };
    work->request.command.kind = COMMAND_SET_BUNDLE;
    work_post_if(work, check_id(&check, "event_id", input->event_id, &ask->event) &&
                           (input->bundle || check_refuse(&check, "bundle", "is missing")) &&
                           wire_set_bundle(input->bundle, ask, &work->request.refusal) &&
                           work_actor(work, &ask->by));
}

static const ProtobufCMessage *build_list(struct work *work, const struct app *app)
{
    const struct asked *asked = work->asked;
    const struct stadium *stadium = app_stadium(app);
    uint32_t event;
    if (!work_event(work, app, asked->id, &event))
        return NULL;
    Tifo__V1__ListAddonsResponse *reply = arena_alloc(&work->arena, sizeof *reply);
    tifo__v1__list_addons_response__init(reply);
    reply->addons = arena_array(&work->arena, EVENT_TYPES, sizeof *reply->addons);
    reply->bundles = arena_array(&work->arena, EVENT_TYPES, sizeof *reply->bundles);
    for (uint32_t type = 0; type < EVENT_TYPES; type++) {
        const struct addon *addon = stadium_addon(stadium, event, type);
        const struct bundle *bundle = stadium_bundle(stadium, event, type);
        if (addon)
            reply->addons[reply->n_addons++] = wire_addon(addon, &work->arena);
        if (bundle)
            reply->bundles[reply->n_bundles++] = wire_bundle(bundle, &work->arena);
    }
    reply->as_of_seq = work->request.seq;
    return &reply->base;
}

static void list_addons(struct rpc_call *call, void *ctx)
{
    const Tifo__V1__ListAddonsRequest *input = (const void *)rpc_request(call);
    work_post_by_id(work_begin(call, ctx, REQUEST_READ, build_list), "event_id", input->event_id);
}

struct rpc_service addons_service(struct services *services)
{
    static const struct rpc_method methods[] = {
        { "SetAddon", RPC_UNARY, set_addon, NULL },
        { "SetBundle", RPC_UNARY, set_bundle, NULL },
        { "ListAddons", RPC_UNARY, list_addons, NULL },
    };
    return (struct rpc_service){ &tifo__v1__addons__descriptor, methods,
                                 sizeof methods / sizeof methods[0], services };
}
