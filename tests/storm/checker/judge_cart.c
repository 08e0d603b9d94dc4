/* Holds that are carts, and the codes that they are filled with. */
#include "tests/storm/checker/judge.h"

#include "server/wire/ticket_type.h"
#include "tifo/v1/vouchers.pb-c.h"

#include <stdio.h>
#include <string.h>

/* ---- Carts ----------------------------------------------------------------------------------- */

static void ask_change(const struct checker *c, const struct deed *deed, struct command *command)
{
    const Tifo__V1__ChangeHoldRequest *request = (const void *)deed->request;
    struct change_hold *change = &command->as.change_hold;
    command->kind = COMMAND_CHANGE_HOLD;
    change->hold = judge_id(request->hold_id);
    change->version = request->version;
    change->remove = (struct u32s){ request->remove, (uint32_t)request->n_remove };
    judge_lines(c, (struct u32s){ 0 }, request->add, request->n_add, &change->add);
    change->change_voucher =
        request->voucher_change_case == TIFO__V1__CHANGE_HOLD_REQUEST__VOUCHER_CHANGE_VOUCHER;
    if (change->change_voucher)
        snprintf(change->voucher, sizeof change->voucher, "%s", request->voucher);
    snprintf(change->allocation, sizeof change->allocation, "%s", request->allocation_code);
    judge_person(deed, change->person);
}

static bool tell_changed(struct checker *c, const struct deed *deed)
{
    return judge_hold(c, deed, ((const Tifo__V1__ChangeHoldResponse *)deed->reply)->hold);
}

static void ask_extend(const struct checker *c, const struct deed *deed, struct command *command)
{
    (void)c;
    const Tifo__V1__ExtendHoldRequest *request = (const void *)deed->request;
    command->kind = COMMAND_EXTEND_HOLD;
    command->as.extend_hold.hold = judge_id(request->hold_id);
    command->as.extend_hold.version = request->version;
    judge_person(deed, command->as.extend_hold.person);
}

static bool tell_extended(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__Hold *told = ((const Tifo__V1__ExtendHoldResponse *)deed->reply)->hold;
    const struct model_hold *hold = model_hold_find(&c->model, judge_id(told->hold_id));
    return judge_hold(c, deed, told) &&
           (told->expires_ms == hold->expires_ms ||
            mismatch(c, deed, "the hold is said to be theirs until %lld, and is until %lld",
                     (long long)told->expires_ms, (long long)hold->expires_ms));
}

/* ---- Vouchers -------------------------------------------------------------------------------- */

static void ask_voucher(const struct deed *deed, const char *event, const Tifo__V1__Voucher *from,
                        bool update, struct command *command)
{
    struct refusal unused = { 0 };
    struct set_voucher *set = &command->as.set_voucher;
    command->kind = COMMAND_SET_VOUCHER;
    set->event = judge_id(event);
    set->update = update;
    wire_set_voucher(from, set, &unused);
    judge_person(deed, set->by.person);
}

static void ask_add_voucher(const struct checker *c, const struct deed *deed,
                            struct command *command)
{
    (void)c;
    const Tifo__V1__AddVoucherRequest *request = (const void *)deed->request;
    ask_voucher(deed, request->event_id, request->voucher, false, command);
}

static void ask_update_voucher(const struct checker *c, const struct deed *deed,
                               struct command *command)
{
    (void)c;
    const Tifo__V1__UpdateVoucherRequest *request = (const void *)deed->request;
    ask_voucher(deed, request->event_id, request->voucher, true, command);
}

static bool tell_voucher(struct checker *c, const struct deed *deed, const char *id,
                         const Tifo__V1__Voucher *told)
{
    struct model_event *event = model_event_find(&c->model, judge_id(id));
    for (uint32_t i = 0; event && i < event->voucher_count; i++) {
        struct voucher *voucher = &event->vouchers[i];
        if (strcmp(voucher->code, told->code) != 0)
            continue;
        voucher->version = told->version;
        return (told->uses == voucher->uses && told->used <= told->uses) ||
               mismatch(c, deed, "%u of %u uses of a voucher are said to be used; it has %u",
                        told->used, told->uses, voucher->uses);
    }
    return mismatch(c, deed, "there is no such voucher");
}

static bool tell_added_voucher(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__AddVoucherRequest *request = (const void *)deed->request;
    return tell_voucher(c, deed, request->event_id,
                        ((const Tifo__V1__AddVoucherResponse *)deed->reply)->voucher);
}

static bool tell_updated_voucher(struct checker *c, const struct deed *deed)
{
    const Tifo__V1__UpdateVoucherRequest *request = (const void *)deed->request;
    return tell_voucher(c, deed, request->event_id,
                        ((const Tifo__V1__UpdateVoucherResponse *)deed->reply)->voucher);
}

const struct method cart_methods[] = {
    { "/tifo.v1.Seats/ChangeHold", MESSAGES(change_hold), ask_change, FACT_LINES_CHANGED, 0,
      tell_changed },
    { "/tifo.v1.Seats/ExtendHold", MESSAGES(extend_hold), ask_extend, FACT_HOLD_EXTENDED, 0,
      tell_extended },
    { "/tifo.v1.Vouchers/AddVoucher", MESSAGES(add_voucher), ask_add_voucher, FACT_VOUCHER_SET, 0,
      tell_added_voucher },
    { "/tifo.v1.Vouchers/UpdateVoucher", MESSAGES(update_voucher), ask_update_voucher,
      FACT_VOUCHER_SET, 0, tell_updated_voucher },
    { 0 },
};
