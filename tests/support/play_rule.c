#include "tests/support/play_rule.h"

#include "tests/support/play_random.h"

#include <stdio.h>

struct rule_set play_rule_form(const char *name, uint32_t place)
{
    struct rule_set form = {
        .metric = RULE_DENSITY,
        .subject = place,
        .threshold_milli = 2000,
        .clear_milli = 1500,
        .hold_ms = 30000,
        .dead_ms = 120000,
        .priority = ALARM_HIGH,
        .text = "Busy",
        .action = "Open the side doors",
        .by = "desk 1",
    };
    snprintf(form.name, sizeof(form.name), "%s", name);
    return form;
}

struct rule_set play_measured_form(const char *name)
{
    struct rule_set form = play_rule_form(name, 0);
    form.metric = RULE_MEASURED;
    form.threshold_milli = 40000;
    form.clear_milli = 35000;
    form.hold_ms = 0;
    form.dead_ms = 0;
    form.priority = ALARM_LOW;
    snprintf(form.device, sizeof(form.device), "cam-1");
    snprintf(form.quantity, sizeof(form.quantity), "temperature_c");
    snprintf(form.text, sizeof(form.text), "Too hot");
    return form;
}

enum status play_set_rule(struct play *play, const struct rule_set *form)
{
    struct command command = { .kind = COMMAND_SET_RULE };
    command.as.set_rule = *form;
    return play_command(play, command);
}

enum status play_delete_rule(struct play *play, const char *name)
{
    struct command command = { .kind = COMMAND_DELETE_RULE };
    command.as.delete_rule = (struct delete_rule){ .by = "desk 2" };
    snprintf(command.as.delete_rule.name, sizeof(command.as.delete_rule.name), "%s", name);
    return play_command(play, command);
}

enum status play_measured(struct play *play, uint32_t rule, int64_t value_milli)
{
    struct command command = { .kind = COMMAND_TICK };
    command.as.tick = (struct tick){ .rule = { &rule, 1 }, .rule_milli = &value_milli };
    return play_command(play, command);
}

enum status play_random_rules(struct play *play, const struct dice *dice)
{
    char name[16];
    uint32_t count;
    stadium_rules(play->stadium, &count);
    snprintf(name, sizeof(name), "rule-%u", roll(dice, 6));
    struct rule_set form = roll(dice, 4) ? play_rule_form(name, 0) : play_measured_form(name);
    switch (roll(dice, 4)) {
    case 0:
    case 1:
        if (form.metric != RULE_MEASURED) {
            form.metric = roll(dice, RULE_MEASURED);
            form.subject = form.metric == RULE_INSIDE ? 0 : roll(dice, SMALL_PLACES + 1);
            form.threshold_milli = roll(dice, 5) * 20000;
        }
        form.below = roll(dice, 4) == 0;
        form.clear_milli =
            form.threshold_milli + (form.below ? 1 : -1) * (int64_t)roll(dice, 10000);
        form.hold_ms = roll(dice, 3) * 5000;
        form.dead_ms = roll(dice, 3) * 10000;
        form.priority = roll(dice, 5);
        return play_set_rule(play, &form);
    case 2:
        return play_delete_rule(play, name);
    default:
        return play_measured(play, roll(dice, count + 1), 1000 * (int64_t)roll(dice, 60) - 5000);
    }
}
