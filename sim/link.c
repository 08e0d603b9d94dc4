#include "sim/link.h"

#include "clients/c/tifo.h"
#include "sim/line.h"
#include "sim/memory.h"
#include "tifo/v1/crowd.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t connect_timeout_ms = 10000;

struct link {
    struct line line;
    struct link_def def;
    uint64_t guidance_seq;
    Tifo__V1__GetGuidanceResponse *guidance; /* Holds the plan; NULL: none read yet. */
    uint32_t guidance_number;
};

bool link_call(struct link *link, const struct link_request *request, void *reply)
{
    const struct rpc_metadata_entry metadata[] = {
        { .key = "tifo-caller", .value = request->caller },
        { .key = "idempotency-key", .value = request->key }
    };
    size_t count = request->key != NULL ? 2 : 1;
    return line_call_as(&link->line, request->service, request->method, metadata, count,
                        request->message, reply);
}

/* ---- Opening --------------------------------------------------------------------------------- */

static bool check_clock(struct link *link)
{
    Tifo__V1__GetClockResponse *clock = NULL;
    if (line_get_clock(&link->line, LINE_TIMEOUT_MS, &clock) != LINE_DONE)
        return false;
    const char *address = link->line.address;
    bool good = clock->driven && clock->now_ms <= link->def.start_ms;
    if (!clock->driven)
        snprintf(link->line.problem, sizeof link->line.problem,
                 "tifod at %s has a clock of its own; start one with --clock driven", address);
    else if (!good)
        snprintf(link->line.problem, sizeof link->line.problem,
                 "tifod at %s is already past the start of this scenario; start one with an empty "
                 "--data folder",
                 address);
    tifo__v1__get_clock_response__free_unpacked(clock, NULL);
    return good;
}

static bool same_venue(const Tifo__V1__Venue *a, const Tifo__V1__Venue *b)
{
    size_t size = tifo__v1__venue__get_packed_size(a);
    if (size != tifo__v1__venue__get_packed_size(b))
        return false;
    uint8_t *bytes = memory_array(2 * size, 1);
    tifo__v1__venue__pack(a, bytes);
    tifo__v1__venue__pack(b, bytes + size);
    bool same = memcmp(bytes, bytes + size, size) == 0;
    free(bytes);
    return same;
}

/* A server that has another venue is somebody else's: it is left as it is. */
static bool check_venue(struct link *link)
{
    Tifo__V1__GetVenueRequest request = TIFO__V1__GET_VENUE_REQUEST__INIT;
    Tifo__V1__GetVenueResponse *reply = NULL;
    if (!line_call(&link->line, &tifo__v1__venues__descriptor, "GetVenue", &request.base, &reply))
        return link->line.code == RPC_NOT_FOUND;
    bool good = reply->venue == NULL || same_venue(reply->venue, link->def.venue);
    if (!good)
        snprintf(link->line.problem, sizeof link->line.problem,
                 "tifod at %s has another venue, %s; start one with an empty --data folder",
                 link->line.address, reply->venue->venue_id);
    tifo__v1__get_venue_response__free_unpacked(reply, NULL);
    return good;
}

static enum line_outcome try_advance(struct link *link, int64_t to_ms)
{
    Tifo__V1__AdvanceRequest request = TIFO__V1__ADVANCE_REQUEST__INIT;
    Tifo__V1__AdvanceResponse *reply = NULL;
    request.to_ms = to_ms;
    enum line_outcome outcome =
        line_try(&link->line, &tifo__v1__clock__descriptor, "Advance", &request.base, &reply);
    if (outcome != LINE_DONE)
        return outcome;
    link->line.now_ms = to_ms;
    link->guidance_seq = reply->guidance_seq;
    tifo__v1__advance_response__free_unpacked(reply, NULL);
    return LINE_DONE;
}

static bool import_venue(struct link *link)
{
    Tifo__V1__ImportVenueRequest request = TIFO__V1__IMPORT_VENUE_REQUEST__INIT;
    Tifo__V1__ImportVenueResponse *reply = NULL;
    request.venue = link->def.venue;
    if (!line_call(&link->line, &tifo__v1__venues__descriptor, "ImportVenue", &request.base,
                   &reply))
        return false;
    tifo__v1__import_venue_response__free_unpacked(reply, NULL);
    return true;
}

struct link *link_open(const struct link_def *def, char *why, size_t why_size)
{
    struct rpc_channel *channel = tifo_connect(&def->server, connect_timeout_ms, why, why_size);
    if (channel == NULL)
        return NULL;
    struct link *link = memory_array(1, sizeof *link);
    link->def = *def;
    link->line =
        (struct line){ .channel = channel,
                       .address = def->server.address,
                       .stop = def->stop,
                       .patience_s = def->patience_s > 0 ? def->patience_s : LINK_PATIENCE_S,
                       .step_ms = LINK_STEP_MS };
    /* The clock before the venue: a venue that is there makes every quarter of a second a tick. */
    if (check_clock(link) && check_venue(link) && try_advance(link, def->start_ms) == LINE_DONE &&
        import_venue(link))
        return link;
    snprintf(why, why_size, "%s", link->line.problem);
    link_close(link);
    return NULL;
}

void link_close(struct link *link)
{
    if (link == NULL)
        return;
    if (link->guidance != NULL)
        tifo__v1__get_guidance_response__free_unpacked(link->guidance, NULL);
    rpc_channel_destroy(link->line.channel);
    free(link);
}

/* ---- Phases and gates -------------------------------------------------------------------------
 */

static Tifo__V1__PhaseKind phase_kind(int kind)
{
    static const Tifo__V1__PhaseKind kinds[] = {
        [PHASE_ENTRY] = TIFO__V1__PHASE_KIND__PHASE_KIND_ENTRY,
        [PHASE_PLAY] = TIFO__V1__PHASE_KIND__PHASE_KIND_PLAY,
        [PHASE_BREAK] = TIFO__V1__PHASE_KIND__PHASE_KIND_BREAK,
        [PHASE_EGRESS] = TIFO__V1__PHASE_KIND__PHASE_KIND_EGRESS,
        [PHASE_EVACUATION] = TIFO__V1__PHASE_KIND__PHASE_KIND_EVACUATION,
    };
    return kinds[kind];
}

static bool has_phase(struct link *link, const Tifo__V1__Phase *phase, bool *has)
{
    Tifo__V1__GetVenueRequest request = TIFO__V1__GET_VENUE_REQUEST__INIT;
    Tifo__V1__GetVenueResponse *reply = NULL;
    request.venue_id = link->def.venue->venue_id;
    if (!line_call(&link->line, &tifo__v1__venues__descriptor, "GetVenue", &request.base, &reply))
        return false;
    *has = reply->phase != NULL && reply->phase->kind == phase->kind &&
           reply->phase->started_ms == phase->started_ms &&
           strcmp(reply->phase->label, phase->label) == 0;
    tifo__v1__get_venue_response__free_unpacked(reply, NULL);
    return true;
}

/* Of an evacuation by stages. */
static void call_blocks(const struct phase *phase, const Tifo__V1__Venue *venue,
                        Tifo__V1__Phase *message)
{
    message->leave_block = memory_array(venue->n_blocks, sizeof *message->leave_block);
    for (uint32_t i = 0; phase->stand_count > 0 && i < venue->n_blocks; i++)
        if (phase_calls(phase, venue->blocks[i]->stand))
            message->leave_block[message->n_leave_block++] = i;
}

static bool send_phase(struct link *link, Tifo__V1__Phase *message)
{
    Tifo__V1__SetPhaseRequest request = TIFO__V1__SET_PHASE_REQUEST__INIT;
    request.venue_id = link->def.venue->venue_id;
    request.phase = message;
    double first_s = 0;
    for (bool has = false; !has;) {
        Tifo__V1__SetPhaseResponse *reply = NULL;
        enum line_outcome outcome =
            line_try(&link->line, &tifo__v1__venues__descriptor, "SetPhase", &request.base, &reply);
        if (outcome == LINE_DONE)
            tifo__v1__set_phase_response__free_unpacked(reply, NULL);
        if (outcome != LINE_LOST)
            return outcome == LINE_DONE;
        if (!line_may_retry(&link->line, "SetPhase", &first_s) || !has_phase(link, message, &has))
            return false;
    }
    return true;
}

bool link_set_phase(struct link *link, const struct phase *phase, const struct phase *next)
{
    Tifo__V1__Phase message = TIFO__V1__PHASE__INIT;
    message.kind = phase_kind(phase->kind);
    message.label = (char *)phase->label;
    message.started_ms = link->def.start_ms + (int64_t)(phase->from_s * 1000);
    message.ends_ms = link->def.start_ms + (int64_t)(phase->to_s * 1000);
    message.next_label = next != NULL ? (char *)next->label : "";
    call_blocks(phase, link->def.venue, &message);
    const bool sent = send_phase(link, &message);
    free(message.leave_block);
    return sent;
}

static bool has_gate(struct link *link, uint32_t gate, Tifo__V1__GateMode mode, bool *has)
{
    Tifo__V1__GetCrowdRequest request = TIFO__V1__GET_CROWD_REQUEST__INIT;
    Tifo__V1__GetCrowdResponse *reply = NULL;
    request.venue_id = link->def.venue->venue_id;
    if (!line_call(&link->line, &tifo__v1__crowd__descriptor, "GetCrowd", &request.base, &reply))
        return false;
    *has = reply->state != NULL && gate < reply->state->n_gate_mode &&
           reply->state->gate_mode[gate] == mode;
    tifo__v1__get_crowd_response__free_unpacked(reply, NULL);
    return true;
}

bool link_set_gate(struct link *link, uint32_t gate, bool open, const char *reason)
{
    Tifo__V1__SetGateRequest request = TIFO__V1__SET_GATE_REQUEST__INIT;
    request.venue_id = link->def.venue->venue_id;
    request.gate = gate;
    request.mode =
        open ? TIFO__V1__GATE_MODE__GATE_MODE_OPEN : TIFO__V1__GATE_MODE__GATE_MODE_CLOSED;
    request.reason = (char *)reason;
    double first_s = 0;
    for (bool has = false; !has;) {
        Tifo__V1__SetGateResponse *reply = NULL;
        enum line_outcome outcome = line_try(&link->line, &tifo__v1__guidance__descriptor,
                                             "SetGate", &request.base, &reply);
        if (outcome == LINE_DONE)
            tifo__v1__set_gate_response__free_unpacked(reply, NULL);
        if (outcome != LINE_LOST)
            return outcome == LINE_DONE;
        if (!line_may_retry(&link->line, "SetGate", &first_s) ||
            !has_gate(link, gate, request.mode, &has))
            return false;
    }
    return true;
}

bool link_block(struct link *link, uint32_t opening, const char *reason)
{
    Tifo__V1__SetOpeningRequest request = TIFO__V1__SET_OPENING_REQUEST__INIT;
    Tifo__V1__SetOpeningResponse *reply = NULL;
    request.venue_id = link->def.venue->venue_id;
    request.opening = opening;
    request.mode = TIFO__V1__GATE_MODE__GATE_MODE_CLOSED;
    request.reason = (char *)reason;
    if (!line_call(&link->line, &tifo__v1__guidance__descriptor, "SetOpening", &request.base,
                   &reply))
        return false;
    tifo__v1__set_opening_response__free_unpacked(reply, NULL);
    return true;
}

/* ---- Lockstep ---------------------------------------------------------------------------------
 */

static enum line_outcome try_report(struct link *link, const Tifo__V1__Readings *readings)
{
    Tifo__V1__ReportRequest request = TIFO__V1__REPORT_REQUEST__INIT;
    Tifo__V1__ReportResponse *reply = NULL;
    request.readings = (Tifo__V1__Readings *)readings;
    enum line_outcome outcome =
        line_try(&link->line, &tifo__v1__telemetry__descriptor, "Report", &request.base, &reply);
    if (outcome == LINE_DONE)
        tifo__v1__report_response__free_unpacked(reply, NULL);
    return outcome;
}

static bool read_guidance(struct link *link)
{
    Tifo__V1__GetGuidanceRequest request = TIFO__V1__GET_GUIDANCE_REQUEST__INIT;
    Tifo__V1__GetGuidanceResponse *reply = NULL;
    request.venue_id = link->def.venue->venue_id;
    if (!line_call(&link->line, &tifo__v1__guidance__descriptor, "GetGuidance", &request.base,
                   &reply))
        return false;
    if (link->guidance != NULL)
        tifo__v1__get_guidance_response__free_unpacked(link->guidance, NULL);
    link->guidance = reply;
    link->guidance_number++;
    return true;
}

static enum line_outcome report_all(struct link *link, const Tifo__V1__Readings *const *readings,
                                    size_t count)
{
    enum line_outcome outcome = LINE_DONE;
    for (size_t i = 0; i < count && outcome == LINE_DONE; i++)
        outcome = try_report(link, readings[i]);
    return outcome;
}

bool link_advance(struct link *link, const Tifo__V1__Readings *const *readings, size_t count,
                  int64_t to_ms)
{
    uint64_t guidance_seq = link->guidance_seq;
    for (double first_s = 0;;) {
        /* Readings live in the server's memory until the clock moves, so a server that was killed
         * in between hears both again. */
        enum line_outcome outcome = report_all(link, readings, count);
        if (outcome == LINE_DONE)
            outcome = try_advance(link, to_ms);
        if (outcome == LINE_DONE)
            break;
        if (outcome == LINE_REFUSED || !line_may_retry(&link->line, "Advance", &first_s))
            return false;
    }
    return link->guidance_seq == guidance_seq || read_guidance(link);
}

const Tifo__V1__Plan *link_plan(const struct link *link, uint32_t *number)
{
    *number = link->guidance_number;
    const Tifo__V1__Plan *plan = link->guidance != NULL ? link->guidance->plan : NULL;
    return plan != NULL && plan->number > 0 ? plan : NULL;
}

bool link_crowd(struct link *link, Tifo__V1__GetCrowdResponse **reply)
{
    Tifo__V1__GetCrowdRequest request = TIFO__V1__GET_CROWD_REQUEST__INIT;
    request.venue_id = link->def.venue->venue_id;
    return line_call(&link->line, &tifo__v1__crowd__descriptor, "GetCrowd", &request.base, reply);
}

bool link_gate_waits(struct link *link, uint32_t *wait_s)
{
    Tifo__V1__GetCrowdResponse *reply = NULL;
    if (!link_crowd(link, &reply))
        return false;
    for (size_t g = 0; g < link->def.venue->n_gates; g++)
        wait_s[g] = reply->state != NULL && g < reply->state->n_gate_wait_s
                        ? reply->state->gate_wait_s[g]
                        : 0;
    tifo__v1__get_crowd_response__free_unpacked(reply, NULL);
    return true;
}

bool link_journal(struct link *link, uint64_t *seq, uint64_t *digest)
{
    Tifo__V1__GetClockRequest request = TIFO__V1__GET_CLOCK_REQUEST__INIT;
    Tifo__V1__GetClockResponse *reply = NULL;
    if (!line_call(&link->line, &tifo__v1__clock__descriptor, "GetClock", &request.base, &reply))
        return false;
    *seq = reply->seq;
    *digest = reply->digest;
    tifo__v1__get_clock_response__free_unpacked(reply, NULL);
    return true;
}

const char *link_problem(const struct link *link)
{
    return link->line.problem;
}
