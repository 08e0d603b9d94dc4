#include "server/core/voucher.h"

#include "server/base/hash.h"
#include "server/core/price.h"
#include "server/core/state.h"

#include <assert.h>
#include <string.h>

enum { USES_MAX = 1000 * 1000 };

struct voucher *voucher_get(const struct stadium *s, uint32_t index)
{
    return pool_get(&s->booking.vouchers, index);
}

uint32_t *voucher_used(const struct stadium *s, uint32_t index)
{
    return pool_get(&s->booking.voucher_used, index);
}

bool voucher_covers(const struct voucher *voucher, uint32_t type)
{
    return voucher->types == 0 || (voucher->types >> type & 1);
}

/* In upper case, zero-filled; false: it is no code. */
static bool code_read(const char *text, char code[VOUCHER_CODE_BYTES + 1])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    const size_t length = strnlen(text, VOUCHER_CODE_BYTES + 1);
    memset(code, 0, VOUCHER_CODE_BYTES + 1);
    if (length < 1 || length > VOUCHER_CODE_BYTES)
        return false;
    for (size_t i = 0; i < length; i++)
        code[i] = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 'a' + 'A') : text[i];
    return strspn(code, letters) == length;
}

/* Two hashes of event and code: what two codes share by bad luck finds the one that came first. */
static struct id key_of(uint32_t event, const char *code)
{
    const size_t length = strlen(code);
    return (struct id){ hash_end(hash_bytes(event, code, length)),
                        hash_end(hash_bytes(~(uint64_t)event, code, length)) };
}

uint32_t voucher_find(const struct stadium *s, uint32_t event, const char *text)
{
    char code[VOUCHER_CODE_BYTES + 1];
    if (!code_read(text, code))
        return ID_MAP_NONE;
    const uint32_t index = id_map_find(&s->booking.voucher_codes, key_of(event, code));
    return index != ID_MAP_NONE && strcmp(voucher_get(s, index)->code, code) == 0 ? index
                                                                                  : ID_MAP_NONE;
}

/* ---- decide ------------------------------------------------------------------------------ */

static enum status check_effect(const struct voucher *voucher, struct facts *out)
{
    const bool percent = voucher->effect == VOUCHER_PERCENT;
    const bool value = voucher->effect == VOUCHER_FIXED || voucher->effect == VOUCHER_AMOUNT;
    if (voucher->effect < VOUCHER_NONE || voucher->effect > VOUCHER_PERCENT)
        return facts_refuse(out, STATUS_BAD_FIELD, "voucher.effect",
                            "voucher.effect: %u is no effect", voucher->effect);
    if (percent ? voucher->percent_milli < 1 || voucher->percent_milli > PERCENT_WHOLE
                : voucher->percent_milli != 0)
        return facts_refuse(out, STATUS_BAD_FIELD, "voucher.percent_milli",
                            "voucher.percent_milli: %u; %s", voucher->percent_milli,
                            percent ? "1 to 100000 are possible, in 0.001 %"
                                    : "only VOUCHER_EFFECT_PERCENT has one");
    if (value ? voucher->value_minor > PRICE_MAX_MINOR : voucher->value_minor != 0)
        return facts_refuse(out, STATUS_BAD_FIELD, "voucher.value_minor",
                            "voucher.value_minor: %u; %s", voucher->value_minor,
                            value ? "0 to 10000000 are possible, in the currency's minor unit"
                                  : "this effect has none");
    return STATUS_OK;
}

static enum status check_terms(const struct voucher *voucher, struct facts *out)
{
    if (voucher->uses < 1 || voucher->uses > USES_MAX)
        return facts_refuse(out, STATUS_BAD_FIELD, "voucher.uses",
                            "voucher.uses: %u; 1 to %d are possible", voucher->uses, USES_MAX);
    if (voucher->from_ms < 0 || voucher->from_ms > TIME_MAX_MS || voucher->until_ms < 0 ||
        voucher->until_ms > TIME_MAX_MS ||
        (voucher->until_ms && voucher->until_ms <= voucher->from_ms))
        return facts_refuse(out, STATUS_BAD_FIELD, "voucher.until_ms",
                            "voucher.until_ms: %lld is no time after the beginning, which is %lld; "
                            "0 is no bound",
                            (long long)voucher->until_ms, (long long)voucher->from_ms);
    if (voucher->reserve && voucher->until_ms)
        return facts_refuse(
            out, STATUS_BAD_FIELD, "voucher.until_ms",
            "voucher.until_ms: what is reserved has no end; take uses away instead");
    return STATUS_OK;
}

static enum status check_types(const struct stadium *s, uint32_t event,
                               const struct voucher *voucher, struct facts *out)
{
    const struct sale *sale = &s->booking.sales[event];
    if (voucher->types >> 1 >> (sale->type_count - 1))
        return facts_refuse(out, STATUS_UNKNOWN_TICKET_TYPE, "voucher.types",
                            "voucher.types: the event has types 0 to %u", sale->type_count - 1);
    if (voucher->reserve == 0)
        return STATUS_OK;
    if (voucher->reserve > sale->quota_count)
        return facts_refuse(out, STATUS_UNKNOWN_QUOTA, "voucher.quota",
                            "voucher.quota: the event has %u quotas", sale->quota_count);
    for (uint32_t i = 0; i < sale->type_count; i++) {
        const struct ticket_type *type = ticket_type_get(s, event, i);
        if (voucher_covers(voucher, i) && !(type->quotas >> (voucher->reserve - 1) & 1))
            return facts_refuse(out, STATUS_BAD_FIELD, "voucher.types",
                                "voucher.types: \"%s\" does not count against the quota that is "
                                "reserved",
                                type->name);
    }
    return STATUS_OK;
}

/* `more` uses are to be reserved. */
static enum status check_reserve(const struct stadium *s, uint32_t event,
                                 const struct voucher *voucher, int64_t more, int64_t now_ms,
                                 struct facts *out)
{
    if (voucher->reserve == 0 || more <= 0)
        return STATUS_OK;
    if (more > quota_left(s, event, voucher->reserve - 1, out))
        booking_expire(s, event, now_ms, out);
    const uint32_t left = quota_left(s, event, voucher->reserve - 1, out);
    if (more <= left)
        return STATUS_OK;
    return facts_refuse(out, STATUS_SOLD_OUT, "voucher.uses",
                        "voucher.uses: %lld more are to be reserved, %u are left", (long long)more,
                        left);
}

static void voucher_set(const struct voucher *voucher, int64_t now_ms, struct facts *out)
{
    struct voucher *to = &facts_add(out, FACT_VOUCHER_SET, now_ms)->as.voucher_set;
    *to = *voucher;
    to->version = 0;
}

static enum status update_decide(const struct stadium *s, uint32_t event, uint32_t index,
                                 const struct voucher *ask, int64_t now_ms, struct facts *out)
{
    const struct voucher *now = voucher_get(s, index);
    struct voucher to = *now;
    to.uses = ask->uses;
    to.from_ms = ask->from_ms;
    to.until_ms = ask->until_ms;
    if (now->version != ask->version)
        return facts_refuse(out, STATUS_EVENT_CHANGED, "voucher.version",
                            "voucher.version: it has version %llu by now, not %llu",
                            (unsigned long long)now->version, (unsigned long long)ask->version);
    enum status status = check_terms(&to, out);
    if (status != STATUS_OK)
        return status;
    struct takings ended = { 0 };
    if (*voucher_used(s, index) > to.uses)
        booking_expire(s, event, now_ms, out);
    lines_count_ended(s, event, out, "", index + 1, &ended);
    const int64_t used = *voucher_used(s, index) + ended.voucher;
    if (used > to.uses)
        return facts_refuse(out, STATUS_VOUCHER_USED_UP, "voucher.uses",
                            "voucher.uses: it was used %lld times; %u is less", (long long)used,
                            to.uses);
    status = check_reserve(s, event, &to, (int64_t)to.uses - now->uses, now_ms, out);
    if (status == STATUS_OK)
        voucher_set(&to, now_ms, out);
    return status;
}

static enum status add_decide(const struct stadium *s, uint32_t event, struct voucher *voucher,
                              int64_t now_ms, struct facts *out)
{
    if (s->booking.vouchers.count == s->limits.vouchers)
        return facts_refuse(out, STATUS_VOUCHERS_FULL, NULL, "%s",
                            status_sentence(STATUS_VOUCHERS_FULL));
    enum status status = check_effect(voucher, out);
    if (status == STATUS_OK)
        status = check_terms(voucher, out);
    if (status == STATUS_OK)
        status = check_types(s, event, voucher, out);
    if (status == STATUS_OK)
        status = check_reserve(s, event, voucher, voucher->uses, now_ms, out);
    if (status == STATUS_OK)
        voucher_set(voucher, now_ms, out);
    return status;
}

enum status voucher_decide(const struct stadium *s, const struct command *command,
                           struct facts *out)
{
    const struct set_voucher *set = &command->as.set_voucher;
    struct voucher voucher = set->voucher;
    const uint32_t event = event_to_change(s, set->event, &set->by, command->time_ms, out);
    if (event == ID_MAP_NONE)
        return out->refusal.status;
    if (!code_read(set->voucher.code, voucher.code))
        return facts_refuse(out, STATUS_BAD_FIELD, "voucher.code",
                            "voucher.code: a code has 1 to %d of A-Z, 0-9, - and _",
                            VOUCHER_CODE_BYTES);
    voucher.event = event;
    const uint32_t index = voucher_find(s, event, voucher.code);
    if (set->update)
        return index == ID_MAP_NONE
                   ? facts_refuse(out, STATUS_UNKNOWN_VOUCHER, "voucher.code", "voucher.code: %s",
                                  status_sentence(STATUS_UNKNOWN_VOUCHER))
                   : update_decide(s, event, index, &voucher, command->time_ms, out);
    if (id_map_find(&s->booking.voucher_codes, key_of(event, voucher.code)) != ID_MAP_NONE)
        return facts_refuse(out, STATUS_VOUCHER_EXISTS, "voucher.code", "voucher.code: %s",
                            status_sentence(STATUS_VOUCHER_EXISTS));
    return add_decide(s, event, &voucher, command->time_ms, out);
}

/* ---- evolve ------------------------------------------------------------------------------ */

/* Uses that are left are reserved; `more` of them come or go. */
static void reserve(struct stadium *s, const struct voucher *voucher, uint32_t more)
{
    if (voucher->reserve)
        quota_stock(s, voucher->event, voucher->reserve - 1)->reserved += more;
}

void voucher_evolve(struct stadium *s, const struct fact *fact)
{
    const struct voucher *set = &fact->as.voucher_set;
    struct booking *b = &s->booking;
    uint32_t index = voucher_find(s, set->event, set->code);
    if (index == ID_MAP_NONE) {
        index = b->vouchers.count;
        pool_add(&b->vouchers);
        pool_add(&b->voucher_used);
        pool_add(&b->voucher_links);
        chain_add(&b->sales[set->event].vouchers, &b->voucher_links, index);
        id_map_add(&b->voucher_codes, key_of(set->event, set->code), index);
    } else {
        row_remove(s, ROW_VOUCHER, index, voucher_get(s, index));
    }
    struct voucher *voucher = voucher_get(s, index);
    reserve(s, set, set->uses - voucher->uses);
    *voucher = *set;
    voucher->version = s->head.seq;
    row_add(s, ROW_VOUCHER, index, voucher);
}
