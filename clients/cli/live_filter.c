#include "clients/cli/live_filter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/c/tifo.h"
#include "clients/cli/level_text.h"
#include "clients/cli/time_text.h"

static const char *const kind_names[] = { "?",        "phase", "place",   "gate",
                                          "facility", "alarm", "guidance" };
enum { KINDS = sizeof kind_names / sizeof kind_names[0] };

const char *live_kind_name(Tifo__V1__LiveKind kind)
{
    return (uint32_t)kind < KINDS ? kind_names[kind] : kind_names[0];
}

/* ---- Reading ----------------------------------------------------------------------------------
 */

/* The index that a word names; UINT32_MAX: none. */
typedef uint32_t find_row(const Tifo__V1__Venue *venue, const char *word);

static uint32_t as_number(const char *word, size_t limit)
{
    char *end;
    errno = 0;
    const unsigned long number = strtoul(word, &end, 10);
    return word[0] >= '0' && word[0] <= '9' && *end == 0 && errno == 0 && number < limit
               ? (uint32_t)number
               : UINT32_MAX;
}

static uint32_t find_kind(const Tifo__V1__Venue *venue, const char *word)
{
    (void)venue;
    for (uint32_t i = 1; i < KINDS; i++)
        if (strcmp(kind_names[i], word) == 0)
            return i;
    return UINT32_MAX;
}

static uint32_t find_place(const Tifo__V1__Venue *venue, const char *word)
{
    for (size_t i = 0; i < venue->n_zones; i++)
        if (strcmp(venue->zones[i]->zone_id, word) == 0)
            return (uint32_t)i;
    for (size_t i = 0; i < venue->n_blocks; i++)
        if (strcmp(venue->blocks[i]->block_id, word) == 0)
            return (uint32_t)(venue->n_zones + i);
    return as_number(word, venue->n_zones + venue->n_blocks);
}

static uint32_t find_gate(const Tifo__V1__Venue *venue, const char *word)
{
    for (size_t i = 0; i < venue->n_gates; i++)
        if (strcmp(venue->gates[i]->gate_id, word) == 0)
            return (uint32_t)i;
    return as_number(word, venue->n_gates);
}

static uint32_t find_facility(const Tifo__V1__Venue *venue, const char *word)
{
    for (size_t i = 0; i < venue->n_facilities; i++)
        if (strcmp(venue->facilities[i]->facility_id, word) == 0)
            return (uint32_t)i;
    return as_number(word, venue->n_facilities);
}

static bool read_list(const struct arguments *arguments, const char *flag,
                      const Tifo__V1__Venue *venue, find_row *find, uint32_t **rows, size_t *count)
{
    const char *text = arguments_text(arguments, flag);
    *count = 0;
    if (!text)
        return true;
    char *words = strdup(text), *rest = words;
    *rows = malloc((strlen(text) + 1) * sizeof **rows);
    if (!words || !*rows)
        abort();
    for (const char *word; (word = strtok_r(rest, ",", &rest));) {
        const uint32_t row = find(venue, word);
        if (row == UINT32_MAX) {
            fprintf(stderr, "tifo: %s: there is no %s; `tifo venue show` lists what there is\n",
                    flag, word);
            free(words);
            return false;
        }
        (*rows)[(*count)++] = row;
    }
    free(words);
    return true;
}

bool live_choice_read(struct live_choice *choice, const Tifo__V1__Venue *venue,
                      const struct arguments *arguments)
{
    Tifo__V1__LiveFilter *to = &choice->filter;
    uint32_t *kinds = NULL;
    tifo__v1__live_filter__init(to);
    bool read = read_list(arguments, "--kinds", venue, find_kind, &kinds, &to->n_kinds);
    if (kinds) {
        to->kinds = malloc((to->n_kinds + 1) * sizeof *to->kinds);
        if (!to->kinds)
            abort();
        for (size_t i = 0; i < to->n_kinds; i++)
            to->kinds[i] = (Tifo__V1__LiveKind)kinds[i];
    }
    free(kinds);
    read = read &&
           read_list(arguments, "--places", venue, find_place, &to->places, &to->n_places) &&
           read_list(arguments, "--gates", venue, find_gate, &to->gates, &to->n_gates) &&
           read_list(arguments, "--facilities", venue, find_facility, &to->facilities,
                     &to->n_facilities);
    if (!read)
        live_choice_fini(choice);
    return read;
}

void live_choice_fini(struct live_choice *choice)
{
    free(choice->filter.kinds);
    free(choice->filter.places);
    free(choice->filter.gates);
    free(choice->filter.facilities);
}

/* ---- Printing ---------------------------------------------------------------------------------
 */

static void print_wait(uint32_t wait_s)
{
    if (wait_s == UINT32_MAX)
        printf(", wait unknown\n");
    else
        printf(", wait %u:%02u\n", wait_s / 60, wait_s % 60);
}

static void print_places(const Tifo__V1__Venue *venue, const Tifo__V1__WatchLiveResponse *message)
{
    for (size_t i = 0; i < message->n_places; i++) {
        const Tifo__V1__LivePlace *row = message->places[i];
        printf("  %-24s %8u people %6.2f p/m2 %s\n", tifo_place_name(venue, row->place),
               row->people, row->density_milli / 1000.0, level_text(row->los, row->los_scale).text);
    }
}

static void print_gates(const Tifo__V1__Venue *venue, const Tifo__V1__WatchLiveResponse *message)
{
    for (size_t i = 0; i < message->n_gates; i++) {
        const Tifo__V1__LiveGate *row = message->gates[i];
        const bool shut = row->mode == TIFO__V1__GATE_MODE__GATE_MODE_CLOSED;
        printf("  gate %-8s %s, in %u/min, out %u/min, queue %u",
               row->gate < venue->n_gates ? venue->gates[row->gate]->gate_id : "?",
               shut ? "closed" : "open", row->flow_in_ppm, row->flow_out_ppm, row->queue);
        print_wait(row->wait_s);
    }
    for (size_t i = 0; i < message->n_facilities; i++) {
        const Tifo__V1__LiveFacility *row = message->facilities[i];
        printf("  facility %-8s queue %u",
               row->facility < venue->n_facilities ? venue->facilities[row->facility]->facility_id
                                                   : "?",
               row->queue);
        print_wait(row->wait_s);
    }
}

void live_print(const Tifo__V1__Venue *venue, const Tifo__V1__WatchLiveResponse *message)
{
    printf("%s: %u inside, seq %llu%s\n", time_text(message->at_ms).text, message->inside,
           (unsigned long long)message->to_seq, message->from_seq ? "" : ", whole");
    for (size_t i = 0; i < message->n_phases; i++)
        printf("  phase %s\n", message->phases[i]->label);
    print_places(venue, message);
    print_gates(venue, message);
    for (size_t i = 0; i < message->n_alarms; i++)
        printf("  alarm %u: %s. %s\n", message->alarms[i]->number, message->alarms[i]->cause,
               message->alarms[i]->action);
    for (size_t i = 0; i < message->n_cleared_alarms; i++)
        printf("  alarm %u is cleared\n", message->cleared_alarms[i]);
    for (size_t i = 0; i < message->n_plans; i++)
        printf("  plan %u, clearance %u s\n", message->plans[i]->number,
               message->plans[i]->clearance_s);
    if (message->n_splits)
        printf("  %zu splits\n", message->n_splits);
}
