#include "clients/cli/scan_gate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tifo/v1/doors.pb-c.h"

enum { MEET_TIMEOUT_MS = 5000, UPLOAD_ROWS = 200 };

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t scan_gate_now_ms(const struct scan_gate *gate)
{
    return clock_ms() + gate->ahead_ms;
}

/* ---- Where it stands: kept for a start without the server ------------------------------------ */

static bool place_write(const struct scan_gate *gate)
{
    char path[300];
    snprintf(path, sizeof(path), "%s/place", gate->folder);
    FILE *file = fopen(path, "w");
    if (!file)
        return false;
    fprintf(file, "gate %" PRIu32 "\nahead_ms %" PRId64 "\n", gate->gate, gate->ahead_ms);
    return fclose(file) == 0;
}

static bool place_read(struct scan_gate *gate)
{
    char path[300];
    snprintf(path, sizeof(path), "%s/place", gate->folder);
    FILE *file = fopen(path, "r");
    const bool read = file && fscanf(file, "gate %" SCNu32 " ahead_ms %" SCNd64, &gate->gate,
                                     &gate->ahead_ms) == 2;
    if (file)
        fclose(file);
    return read;
}

bool scan_gate_open(struct scan_gate *gate, const char *folder, const char *name,
                    const uint32_t *index)
{
    char why[512];
    *gate = (struct scan_gate){ 0 };
    snprintf(gate->folder, sizeof(gate->folder), "%s", folder);
    const bool known = place_read(gate);
    if (!index && !known) {
        fprintf(stderr,
                "tifo: the server cannot be reached, and %s knows of no gate yet; start once "
                "while it can be\n",
                folder);
        return false;
    }
    if (index)
        gate->gate = *index;
    gate->scanner = tifo_scanner_open(
        &(struct tifo_scanner_options){ .folder = folder, .name = name, .gate = gate->gate }, why,
        sizeof(why));
    if (!gate->scanner) {
        fprintf(stderr, "tifo: %s\n", why);
        return false;
    }
    place_write(gate);
    return true;
}

void scan_gate_close(struct scan_gate *gate)
{
    tifo_scanner_close(gate->scanner);
    gate->scanner = NULL;
}

/* ---- Deciding -------------------------------------------------------------------------------- */

static const char *const sentences[] = {
    [TIFO_SCAN_OK] = "Welcome.",
    [TIFO_SCAN_INVALID] = "Not one of our tickets. Send them to the ticket office.",
    [TIFO_SCAN_PRODUCT] = "For another event, or not for here.",
    [TIFO_SCAN_INVALID_TIME] = "Not valid at this time.",
    [TIFO_SCAN_CANCELLED] = "Cancelled; the money goes back.",
    [TIFO_SCAN_REVOKED] = "A newer ticket was issued for this seat; ask for that one.",
    [TIFO_SCAN_ALREADY_REDEEMED] = "Somebody is in with it already.",
    [TIFO_SCAN_RULES] = "Not through this gate.",
    [TIFO_SCAN_INCOMPLETE] = "Look at their papers first, then scan again.",
    [TIFO_SCAN_BLOCKED] = "Blocked. Send them to the ticket office.",
    [TIFO_SCAN_ALREADY_EXCHANGED] = "It was exchanged for a wristband or the like: scan that.",
    [TIFO_SCAN_MEDIUM_INVALID] = "Only codes are taken here: scan the ticket.",
    [TIFO_SCAN_ERROR] = "This cannot be decided without the server.",
};

static struct tifo_scanner_ask ask_of(const struct scan_gate *gate,
                                      const Tifo__V1__ScanTicketRequest *request)
{
    return (struct tifo_scanner_ask){
        .code = request->medium[0] ? request->medium : request->code,
        .now_ms = scan_gate_now_ms(gate),
        .nonce = request->nonce,
        .exit = request->exit,
        .id_checked = request->id_checked,
        .by_hand = request->by_hand,
        .medium = request->medium[0] != 0,
    };
}

/* Of MEDIUM_INVALID: what is wrong with it. */
static const char *unfit(const struct tifo_scanner_ask *ask, bool known)
{
    if (!ask->medium)
        return sentences[TIFO_SCAN_MEDIUM_INVALID];
    return known ? "It is blocked. Send them to the ticket office."
                 : "It stands for no ticket that is known here. Ask for the ticket, and scan that.";
}

void scan_gate_decide(struct scan_gate *gate, const Tifo__V1__ScanTicketRequest *request,
                      Tifo__V1__ScanTicketResponse *reply, char text[160])
{
    const struct tifo_scanner_ask ask = ask_of(gate, request);
    const struct tifo_scanner_verdict verdict = tifo_scanner_scan(gate->scanner, &ask);
    tifo__v1__scan_ticket_response__init(reply);
    reply->result = (Tifo__V1__ScanResult)verdict.result;
    reply->sentence = (char *)(verdict.result == TIFO_SCAN_MEDIUM_INVALID
                                   ? unfit(&ask, verdict.known)
                                   : sentences[verdict.result]);
    if (verdict.pinned != UINT32_MAX) {
        snprintf(text, 120, "Without the server this ticket is admitted at gate %u alone.",
                 verdict.pinned);
        reply->sentence = text;
    }
    if (!verdict.known)
        return;
    char *id = text + 120; /* 33 bytes of it. */
    for (size_t i = 0; i < sizeof(verdict.ticket); i++)
        snprintf(id + 2 * i, 3, "%02x", verdict.ticket[i]);
    reply->ticket_id = id;
    reply->seat = verdict.seat;
    reply->first_ms = verdict.first_ms;
    reply->first_gate = gate->gate;
}

void scan_gate_note(struct scan_gate *gate, const Tifo__V1__ScanTicketRequest *request)
{
    const struct tifo_scanner_ask ask = ask_of(gate, request);
    tifo_scanner_note(gate->scanner, &ask);
}

/* ---- Meeting the server ---------------------------------------------------------------------- */

static bool upload(struct scan_gate *gate, struct server_link *link, uint64_t *uploaded)
{
    const struct tifo_scanner_info info = tifo_scanner_info(gate->scanner);
    struct tifo_scanner_row rows[UPLOAD_ROWS];
    Tifo__V1__OfflineScan scans[UPLOAD_ROWS], *list[UPLOAD_ROWS];
    bool unreachable;
    size_t count;
    while ((count = tifo_scanner_pending(gate->scanner, rows, UPLOAD_ROWS)) > 0) {
        Tifo__V1__UploadScansRequest request = TIFO__V1__UPLOAD_SCANS_REQUEST__INIT;
        request.scanner = (char *)info.id;
        request.scans = list;
        for (size_t i = 0; i < count; i++) {
            tifo__v1__offline_scan__init(&scans[i]);
            scans[i].sequence = rows[i].sequence;
            scans[i].code = rows[i].code;
            scans[i].gate = rows[i].gate;
            scans[i].list = info.list;
            scans[i].at_ms = rows[i].at_ms;
            scans[i].nonce = rows[i].nonce;
            scans[i].exit = rows[i].exit;
            scans[i].id_checked = rows[i].id_checked;
            scans[i].by_hand = rows[i].by_hand;
            scans[i].medium = rows[i].medium;
            list[request.n_scans++] = &scans[i];
        }
        Tifo__V1__UploadScansResponse *reply =
            (void *)server_link_try(link, &tifo__v1__doors__descriptor, "UploadScans",
                                    &request.base, MEET_TIMEOUT_MS, &unreachable);
        if (!reply)
            return false;
        const uint64_t taken = reply->taken_sequence;
        protobuf_c_message_free_unpacked(&reply->base, NULL);
        if (taken < rows[0].sequence || !tifo_scanner_taken(gate->scanner, taken))
            return false;
        for (size_t i = 0; i < count && rows[i].sequence <= taken; i++)
            ++*uploaded;
    }
    return true;
}

static void event_text(const uint8_t event[16], char out[33])
{
    for (size_t i = 0; i < 16; i++)
        snprintf(out + 2 * i, 3, "%02x", event[i]);
}

static bool fetch(struct scan_gate *gate, struct server_link *link, const char *event,
                  uint32_t list)
{
    const struct tifo_scanner_info info = tifo_scanner_info(gate->scanner);
    Tifo__V1__GetManifestRequest request = TIFO__V1__GET_MANIFEST_REQUEST__INIT;
    char own[33], why[512];
    bool unreachable;
    event_text(info.event, own);
    request.event_id = event ? (char *)event : own;
    request.list = list;
    request.since_seq = info.media ? info.base_seq : 0;
    request.media = true;
    Tifo__V1__GetManifestResponse *reply =
        (void *)server_link_try(link, &tifo__v1__doors__descriptor, "GetManifest", &request.base,
                                MEET_TIMEOUT_MS, &unreachable);
    if (!reply)
        return false;
    const bool taken = tifo_scanner_load(gate->scanner, reply->manifest.data, reply->manifest.len,
                                         true, why, sizeof(why));
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    if (!taken) {
        fprintf(stderr, "tifo: %s\n", why);
        return false;
    }
    gate->ahead_ms = tifo_scanner_info(gate->scanner).made_ms - clock_ms();
    return place_write(gate);
}

bool scan_gate_meet(struct scan_gate *gate, struct server_link *link, const char *event,
                    uint32_t list, uint64_t *uploaded)
{
    return upload(gate, link, uploaded) && fetch(gate, link, event, list);
}
