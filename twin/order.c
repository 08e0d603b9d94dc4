#include "twin/order.h"

#include <stdio.h>
#include <string.h>

bool order_same(const struct order *a, const struct order *b)
{
    return a->kind == b->kind && a->subject == b->subject;
}

const char *gate_words(const struct model *model, uint32_t gate, char *out, size_t size)
{
    const char *id = gate < model->venue->n_gates ? model->venue->gates[gate]->gate_id : "?";
    bool numbered = id[0] == 'G' && id[1] >= '0' && id[1] <= '9';
    snprintf(out, size, "%s%.40s", numbered ? "gate " : "", numbered ? id + 1 : id);
    return out;
}

const char *order_words(const struct order *order, const struct model *model, char *out,
                        size_t size)
{
    char gate[64];
    switch (order->kind) {
    case ORDER_OPEN_GATE:
        snprintf(out, size, "Open %s", gate_words(model, order->subject, gate, sizeof gate));
        break;
    case ORDER_CLOSE_GATE:
        snprintf(out, size, "Close %s", gate_words(model, order->subject, gate, sizeof gate));
        break;
    case ORDER_ACKNOWLEDGE:
        snprintf(out, size, "Acknowledge alarm %u", order->subject);
        break;
    case ORDER_SHELVE:
        snprintf(out, size, "Shelve alarm %u for %u min", order->subject, order->duration_s / 60);
        break;
    case ORDER_UNSHELVE:
        snprintf(out, size, "Take alarm %u off the shelf", order->subject);
        break;
    default:
        snprintf(out, size, "nothing");
    }
    return out;
}

size_t orders_about_alarm(const struct model *model, const Tifo__V1__Alarm *alarm,
                          struct order out[ORDERS_MOST])
{
    size_t count = 0;
    uint32_t gate = model_alarm_closed_gate(model, alarm);
    if (gate != UNKNOWN) {
        out[count] = (struct order){ .kind = ORDER_OPEN_GATE, .subject = gate };
        snprintf(out[count++].reason, ORDER_REASON_BYTES, "alarm %u", alarm->number);
    }
    if (alarm->shelved_until_ms)
        out[count++] = (struct order){ .kind = ORDER_UNSHELVE, .subject = alarm->number };
    else if (!alarm->acknowledged_ms)
        out[count++] = (struct order){ .kind = ORDER_ACKNOWLEDGE, .subject = alarm->number };
    return count;
}

size_t orders_about_gate(const struct model *model, uint32_t gate, struct order out[ORDERS_MOST])
{
    if (!model->crowd || gate >= model->venue->n_gates)
        return 0;
    bool closed = model_gate(model, gate).closed;
    out[0] = (struct order){ .kind = closed ? ORDER_OPEN_GATE : ORDER_CLOSE_GATE, .subject = gate };
    snprintf(out[0].reason, ORDER_REASON_BYTES, "operator");
    size_t count = 1;
    const Tifo__V1__Alarm *alarm = model_gate_alarm(model, gate);
    if (alarm && !alarm->acknowledged_ms && !alarm->shelved_until_ms)
        out[count++] = (struct order){ .kind = ORDER_ACKNOWLEDGE, .subject = alarm->number };
    return count;
}
