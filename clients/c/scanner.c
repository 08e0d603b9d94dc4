#include "clients/c/scanner.h"

#include "api/ticket/manifest.h"
#include "clients/c/scan_queue.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 512, FILE_MAX = 64 << 20 };

/* A manifest and the bytes that it points into. */
struct known {
    uint8_t *bytes; /* NULL: none. */
    size_t size;
    struct manifest manifest;
};

/* What this scanner let in or out last, by ticket. */
struct seen {
    uint8_t ticket[16];
    bool used, inside;
    int64_t at_ms;
    uint64_t nonce;
};

struct tifo_scanner {
    char folder[PATH_SIZE];
    char id[TIFO_SCANNER_ID_BYTES + 1];
    uint32_t gate;
    struct known base, changes;
    struct scan_queue queue;
    struct queue_record *records; /* All of the queue. */
    size_t record_room, record_count;
    uint64_t taken;
    struct seen *seen; /* Open addressing, at most half full. */
    size_t seen_room, seen_count;
};

/* ---- What was seen here ------------------------------------------------------------------- */

static struct seen *seen_at(const struct tifo_scanner *scanner, const uint8_t ticket[16])
{
    size_t at = ticket_pin(ticket, UINT32_MAX) & (scanner->seen_room - 1);
    while (scanner->seen[at].used && memcmp(scanner->seen[at].ticket, ticket, 16) != 0)
        at = (at + 1) & (scanner->seen_room - 1);
    return &scanner->seen[at];
}

static const struct seen *seen_find(const struct tifo_scanner *scanner, const uint8_t ticket[16])
{
    const struct seen *seen = scanner->seen_room ? seen_at(scanner, ticket) : NULL;
    return seen && seen->used ? seen : NULL;
}

static void *grown(void *rows, size_t size)
{
    void *more = realloc(rows, size);
    if (!more)
        abort();
    return more;
}

static void seen_grow(struct tifo_scanner *scanner)
{
    struct seen *old = scanner->seen;
    const size_t old_room = scanner->seen_room;
    scanner->seen_room = old_room ? old_room * 2 : 1024;
    scanner->seen = grown(NULL, scanner->seen_room * sizeof *scanner->seen);
    memset(scanner->seen, 0, scanner->seen_room * sizeof *scanner->seen);
    for (size_t i = 0; i < old_room; i++) {
        if (old[i].used)
            *seen_at(scanner, old[i].ticket) = old[i];
    }
    free(old);
}

static void remember(void *ctx, const struct queue_record *record)
{
    struct tifo_scanner *scanner = ctx;
    if (scanner->record_count == scanner->record_room) {
        scanner->record_room = scanner->record_room ? scanner->record_room * 2 : 256;
        scanner->records = grown(scanner->records, scanner->record_room * sizeof *scanner->records);
    }
    scanner->records[scanner->record_count++] = *record;
    if (scanner->seen_count * 2 >= scanner->seen_room)
        seen_grow(scanner);
    struct seen *seen = seen_at(scanner, record->ticket);
    scanner->seen_count += !seen->used;
    *seen = (struct seen){
        .used = true, .inside = !record->exit, .at_ms = record->at_ms, .nonce = record->nonce
    };
    memcpy(seen->ticket, record->ticket, 16);
}

/* ---- Files -------------------------------------------------------------------------------- */

static void path_of(const struct tifo_scanner *scanner, const char *name, char out[PATH_SIZE + 16])
{
    snprintf(out, PATH_SIZE + 16, "%s/%s", scanner->folder, name);
}

/* Whole under its name, or not at all. */
static bool keep(const struct tifo_scanner *scanner, const char *name, const void *bytes,
                 size_t size)
{
    char path[PATH_SIZE + 16], part[PATH_SIZE + 16];
    path_of(scanner, name, path);
    path_of(scanner, ".part", part);
    FILE *file = fopen(part, "wb");
    if (!file)
        return false;
    bool written =
        fwrite(bytes, 1, size, file) == size && fflush(file) == 0 && fsync(fileno(file)) == 0;
    written = fclose(file) == 0 && written;
    const int folder = open(scanner->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    written = written && rename(part, path) == 0 && folder >= 0 && fsync(folder) == 0;
    if (folder >= 0)
        close(folder);
    return written;
}

/* NULL: there is none. */
static uint8_t *read_file(const struct tifo_scanner *scanner, const char *name, size_t *size)
{
    char path[PATH_SIZE + 16];
    path_of(scanner, name, path);
    FILE *file = fopen(path, "rb");
    struct stat about;
    uint8_t *bytes = NULL;
    if (file && fstat(fileno(file), &about) == 0 && about.st_size > 0 && about.st_size < FILE_MAX)
        bytes = malloc((size_t)about.st_size + 1);
    *size = bytes ? fread(bytes, 1, (size_t)about.st_size, file) : 0;
    if (bytes)
        bytes[*size] = 0;
    if (file)
        fclose(file);
    return bytes;
}

static bool read_known(struct tifo_scanner *scanner, const char *name, struct known *known,
                       char *why, size_t why_size)
{
    known->bytes = read_file(scanner, name, &known->size);
    const char *wrong =
        known->bytes ? manifest_read(known->bytes, known->size, &known->manifest) : NULL;
    if (wrong)
        snprintf(why, why_size, "%.120s/%s: %s; remove it and fetch it again", scanner->folder,
                 name, wrong);
    return !wrong;
}

static void read_taken(struct tifo_scanner *scanner)
{
    size_t size;
    uint8_t *text = read_file(scanner, "taken", &size);
    if (text)
        scanner->taken = strtoull((const char *)text, NULL, 10);
    free(text);
}

/* The name of the first start, which the server knows it by. */
static bool take_name(struct tifo_scanner *scanner, const char *name)
{
    size_t size;
    uint8_t *kept = read_file(scanner, "name", &size);
    const bool fresh = !kept || size == 0 || size > TIFO_SCANNER_NAME_BYTES;
    snprintf(scanner->id, sizeof scanner->id, "%.40s.%016" PRIx64,
             fresh ? name : (const char *)kept, scanner->queue.device);
    free(kept);
    return !fresh || keep(scanner, "name", name, strlen(name));
}

struct tifo_scanner *tifo_scanner_open(const struct tifo_scanner_options *options, char *why,
                                       size_t why_size)
{
    char path[PATH_SIZE + 16];
    const size_t name = strlen(options->name);
    if (!ticket_code_init() || strlen(options->folder) >= PATH_SIZE || name < 1 ||
        name > TIFO_SCANNER_NAME_BYTES) {
        snprintf(why, why_size, "a scanner has a name of 1 to %d bytes", TIFO_SCANNER_NAME_BYTES);
        return NULL;
    }
    if (mkdir(options->folder, 0700) != 0 && errno != EEXIST) {
        snprintf(why, why_size, "%.120s cannot be made: %s", options->folder, strerror(errno));
        return NULL;
    }
    struct tifo_scanner *scanner = grown(NULL, sizeof *scanner);
    *scanner = (struct tifo_scanner){ .gate = options->gate, .queue = { .file = -1 } };
    snprintf(scanner->folder, sizeof scanner->folder, "%s", options->folder);
    path_of(scanner, "queue", path);
    if (queue_open(&scanner->queue, path, remember, scanner, why, why_size)) {
        read_taken(scanner);
        if (!take_name(scanner, options->name))
            snprintf(why, why_size, "%.120s cannot be written", options->folder);
        else if (read_known(scanner, "manifest", &scanner->base, why, why_size) &&
                 read_known(scanner, "changes", &scanner->changes, why, why_size))
            return scanner;
    }
    tifo_scanner_close(scanner);
    return NULL;
}

void tifo_scanner_close(struct tifo_scanner *scanner)
{
    if (!scanner)
        return;
    queue_close(&scanner->queue);
    free(scanner->base.bytes);
    free(scanner->changes.bytes);
    free(scanner->records);
    free(scanner->seen);
    free(scanner);
}

/* ---- Manifests ---------------------------------------------------------------------------- */

static bool is_changes(const struct manifest *manifest)
{
    return manifest->kind == MANIFEST_CHANGES;
}

/* The newest there is; NULL: none. Of what it says but for its tickets. Changes of an older base,
 * as a crash between the two files leaves them, count no more. */
static const struct manifest *newest(const struct tifo_scanner *scanner)
{
    if (!scanner->base.bytes)
        return NULL;
    return scanner->changes.bytes &&
                   scanner->changes.manifest.from_seq == scanner->base.manifest.to_seq
               ? &scanner->changes.manifest
               : &scanner->base.manifest;
}

static const char *unfit(const struct tifo_scanner *scanner, const struct manifest *next,
                         bool trusted)
{
    const struct manifest *now = newest(scanner);
    if (!now)
        return is_changes(next) ? "it says what changed, and there is nothing before it"
               : trusted        ? NULL
                                : "nothing is known yet that it could be checked with";
    if (memcmp(next->event, now->event, sizeof now->event) != 0 || next->list != now->list)
        return "it is of another event or list; take another folder";
    if (next->to_seq < now->to_seq)
        return "it is older than what is known";
    if (is_changes(next) && next->from_seq != scanner->base.manifest.to_seq)
        return "it does not begin where the last one ends";
    if (!trusted && !manifest_is_known(next, now->keys, now->key_count))
        return "it is signed with a key that is not known here";
    return NULL;
}

bool tifo_scanner_load(struct tifo_scanner *scanner, const uint8_t *bytes, size_t size,
                       bool trusted, char *why, size_t why_size)
{
    struct known next = { .bytes = grown(NULL, size + 1), .size = size };
    memcpy(next.bytes, bytes, size);
    const char *wrong = manifest_read(next.bytes, size, &next.manifest);
    if (!wrong)
        wrong = unfit(scanner, &next.manifest, trusted);
    const bool changes = !wrong && is_changes(&next.manifest);
    if (!wrong && !keep(scanner, changes ? "changes" : "manifest", bytes, size))
        wrong = "it cannot be written to the scanner's folder";
    if (wrong) {
        snprintf(why, why_size, "the manifest is not taken: %s", wrong);
        free(next.bytes);
        return false;
    }
    struct known *known = changes ? &scanner->changes : &scanner->base;
    free(known->bytes);
    *known = next;
    return true;
}

static const uint8_t *row_of_ticket(const struct manifest *of, const uint8_t id[16])
{
    return manifest_find(of->tickets, of->ticket_count, id);
}

/* What is known of a ticket; false: as it was sold, or sold since. */
static bool ticket_find(const struct tifo_scanner *scanner, const uint8_t id[16],
                        struct manifest_ticket *out)
{
    const struct manifest *from = newest(scanner);
    const uint8_t *row = row_of_ticket(from, id);
    if (!row) {
        from = &scanner->base.manifest;
        row = row_of_ticket(from, id);
    }
    if (!row)
        return false;
    manifest_ticket_read(row, out);
    if (!from->has_media && out->flags & MANIFEST_EXCHANGED)
        out->flags &= (uint8_t)~MANIFEST_BLOCKED; /* It came along with that. */
    return true;
}

/* The id of the ticket that a medium stands for; NULL: for none that is known. What changed of a
 * ticket says what stands for it now. */
static const uint8_t *medium_find(const struct tifo_scanner *scanner, const char *name)
{
    uint8_t key[MANIFEST_KEY_BYTES];
    const struct manifest *last = newest(scanner), *base = &scanner->base.manifest;
    manifest_medium_key(name, key);
    const uint8_t *ticket = manifest_medium_find(last, key);
    if (ticket || last == base)
        return ticket;
    ticket = manifest_medium_find(base, key);
    return ticket && !row_of_ticket(last, ticket) ? ticket : NULL;
}

/* ---- Judging: as server/core/door_scan.c -------------------------------------------------- */

static bool id_from_hex(const char *text, uint8_t id[16])
{
    size_t size = 0;
    return strlen(text) == 32 && sodium_hex2bin(id, 16, text, 32, NULL, &size, NULL) == 0 &&
           size == 16;
}

static bool list_has(const struct manifest *manifest, uint32_t seat)
{
    uint32_t i = 0;
    for (; i < manifest->range_count; i++) {
        const struct manifest_range range = manifest_range_read(manifest->ranges + i * 8);
        if (seat >= range.first && seat < range.end)
            return true;
    }
    return manifest->range_count == 0;
}

/* Without its code: only one that is there. */
static bool known_ticket(const struct tifo_scanner *scanner, const uint8_t id[16],
                         struct ticket_claim *claim, struct manifest_ticket *row)
{
    memcpy(claim->ticket, id, sizeof claim->ticket);
    if (!ticket_find(scanner, id, row))
        return false;
    claim->seat = row->seat;
    claim->generation = row->generation;
    return true;
}

/* The ticket that is meant. */
static enum tifo_scanner_result read_ask(const struct tifo_scanner *scanner,
                                         const struct tifo_scanner_ask *ask,
                                         struct ticket_claim *claim, struct manifest_ticket *row)
{
    const struct manifest *now = newest(scanner);
    *claim = (struct ticket_claim){ 0 };
    *row = (struct manifest_ticket){ .generation = 1 };
    if (ask->medium) {
        const uint8_t *ticket = medium_find(scanner, ask->code);
        return ticket && known_ticket(scanner, ticket, claim, row) ? TIFO_SCAN_OK
                                                                   : TIFO_SCAN_MEDIUM_INVALID;
    }
    if (ask->by_hand) {
        uint8_t id[16];
        return id_from_hex(ask->code, id) && known_ticket(scanner, id, claim, row)
                   ? TIFO_SCAN_OK
                   : TIFO_SCAN_INVALID;
    }
    if (ticket_code_verify(ask->code, now->keys, now->key_count, claim) != TICKET_GENUINE)
        return TIFO_SCAN_INVALID;
    if (memcmp(claim->event, now->event, sizeof now->event) != 0)
        return TIFO_SCAN_PRODUCT;
    return ticket_find(scanner, claim->ticket, row) || !now->closed ? TIFO_SCAN_OK
                                                                    : TIFO_SCAN_PRODUCT;
}

static enum tifo_scanner_result judge_ticket(const struct manifest *now,
                                             const struct tifo_scanner_ask *ask,
                                             const struct ticket_claim *claim,
                                             const struct manifest_ticket *row)
{
    if (now->cancelled || row->flags & MANIFEST_CANCELLED)
        return TIFO_SCAN_CANCELLED;
    if (claim->generation < row->generation)
        return TIFO_SCAN_REVOKED;
    if (row->flags & MANIFEST_BLOCKED)
        return TIFO_SCAN_BLOCKED;
    if (ask->medium)
        return row->flags & MANIFEST_MEDIUM_BLOCKED ? TIFO_SCAN_MEDIUM_INVALID : TIFO_SCAN_OK;
    return row->flags & MANIFEST_EXCHANGED ? TIFO_SCAN_ALREADY_EXCHANGED : TIFO_SCAN_OK;
}

static enum tifo_scanner_result judge_list(const struct tifo_scanner *scanner,
                                           const struct manifest *now,
                                           const struct tifo_scanner_ask *ask,
                                           const struct ticket_claim *claim,
                                           const struct manifest_ticket *row)
{
    const struct seen *seen = seen_find(scanner, claim->ticket);
    const bool inside = seen ? seen->inside : row->flags & MANIFEST_IN;
    const bool came = seen || row->flags & (MANIFEST_IN | MANIFEST_OUT);
    if (ask->by_hand && now->codes_only)
        return TIFO_SCAN_MEDIUM_INVALID;
    /* As the manifest has them: the event may have been put off since the code was signed. */
    if (ask->now_ms < now->from_ms || ask->now_ms > now->until_ms)
        return TIFO_SCAN_INVALID_TIME;
    if (!list_has(now, claim->seat))
        return TIFO_SCAN_PRODUCT;
    if (ask->exit && !inside)
        return TIFO_SCAN_RULES;
    if (!ask->exit && came && (inside || !now->reentry))
        return TIFO_SCAN_ALREADY_REDEEMED;
    if (!manifest_has_gate(now, scanner->gate))
        return TIFO_SCAN_RULES;
    if (now->policy == MANIFEST_PINNED && manifest_pinned(now, claim->ticket) != scanner->gate)
        return TIFO_SCAN_RULES;
    return !ask->exit && now->checks_id && !ask->id_checked ? TIFO_SCAN_INCOMPLETE : TIFO_SCAN_OK;
}

static bool append(struct tifo_scanner *scanner, const struct tifo_scanner_ask *ask,
                   const struct ticket_claim *claim, bool online)
{
    struct queue_record record = {
        .sequence = scanner->queue.count + 1,
        .nonce = ask->nonce,
        .at_ms = ask->now_ms,
        .gate = scanner->gate,
        .exit = ask->exit,
        .id_checked = ask->id_checked,
        .by_hand = ask->by_hand,
        .medium = ask->medium,
        .online = online,
    };
    size_t size = 0;
    memcpy(record.ticket, claim->ticket, sizeof record.ticket);
    if (ask->medium)
        memcpy(record.raw, ask->code, strnlen(ask->code, TIFO_SCANNER_MEDIUM_BYTES));
    else if (!ask->by_hand)
        sodium_base642bin(record.raw, sizeof record.raw, ask->code, strlen(ask->code), NULL, &size,
                          NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    if (scanner->queue.file < 0 || !queue_append(&scanner->queue, &record))
        return false;
    remember(scanner, &record);
    return true;
}

struct tifo_scanner_verdict tifo_scanner_scan(struct tifo_scanner *scanner,
                                              const struct tifo_scanner_ask *ask)
{
    const struct manifest *now = newest(scanner);
    struct tifo_scanner_verdict verdict = { .result = TIFO_SCAN_ERROR, .pinned = UINT32_MAX };
    struct ticket_claim claim;
    struct manifest_ticket row;
    if (!now || ask->nonce == 0)
        return verdict;
    verdict.result = read_ask(scanner, ask, &claim, &row);
    if (verdict.result != TIFO_SCAN_OK)
        return verdict;
    verdict.known = true;
    verdict.seat = claim.seat;
    memcpy(verdict.ticket, claim.ticket, sizeof verdict.ticket);
    const struct seen *seen = seen_find(scanner, claim.ticket);
    verdict.result = judge_ticket(now, ask, &claim, &row);
    if (verdict.result != TIFO_SCAN_OK)
        return verdict;
    if (seen && seen->nonce == ask->nonce && seen->inside == !ask->exit)
        return verdict; /* The same scan again. */
    verdict.result = judge_list(scanner, now, ask, &claim, &row);
    if (verdict.result == TIFO_SCAN_ALREADY_REDEEMED && seen)
        verdict.first_ms = seen->at_ms;
    if (verdict.result == TIFO_SCAN_RULES && now->policy == MANIFEST_PINNED)
        verdict.pinned = manifest_pinned(now, claim.ticket);
    if (verdict.result == TIFO_SCAN_OK &&
        (now->policy == MANIFEST_CLOSED || !append(scanner, ask, &claim, false)))
        verdict.result = TIFO_SCAN_ERROR;
    return verdict;
}

void tifo_scanner_note(struct tifo_scanner *scanner, const struct tifo_scanner_ask *ask)
{
    struct ticket_claim claim;
    struct manifest_ticket row;
    if (newest(scanner) && read_ask(scanner, ask, &claim, &row) == TIFO_SCAN_OK)
        append(scanner, ask, &claim, true);
}

/* ---- Uploading ---------------------------------------------------------------------------- */

static void row_of(const struct queue_record *record, struct tifo_scanner_row *row)
{
    *row = (struct tifo_scanner_row){
        .sequence = record->sequence,
        .nonce = record->nonce,
        .at_ms = record->at_ms,
        .gate = record->gate,
        .exit = record->exit,
        .id_checked = record->id_checked,
        .by_hand = record->by_hand,
    };
    if (record->medium)
        memcpy(row->medium, record->raw, TIFO_SCANNER_MEDIUM_BYTES);
    if (record->by_hand || record->medium)
        sodium_bin2hex(row->code, sizeof row->code, record->ticket, sizeof record->ticket);
    else
        sodium_bin2base64(row->code, sizeof row->code, record->raw, sizeof record->raw,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

size_t tifo_scanner_pending(const struct tifo_scanner *scanner, struct tifo_scanner_row *rows,
                            size_t room)
{
    size_t count = 0;
    for (uint64_t i = scanner->taken; i < scanner->record_count && count < room; i++) {
        if (!scanner->records[i].online)
            row_of(&scanner->records[i], &rows[count++]);
    }
    return count;
}

bool tifo_scanner_taken(struct tifo_scanner *scanner, uint64_t sequence)
{
    char text[24];
    if (sequence <= scanner->taken)
        return true;
    scanner->taken = sequence < scanner->queue.count ? sequence : scanner->queue.count;
    const int size = snprintf(text, sizeof text, "%" PRIu64 "\n", scanner->taken);
    return keep(scanner, "taken", text, (size_t)size);
}

struct tifo_scanner_info tifo_scanner_info(const struct tifo_scanner *scanner)
{
    const struct manifest *now = newest(scanner);
    struct tifo_scanner_info info = { .id = scanner->id, .loaded = now != NULL };
    for (uint64_t i = scanner->taken; i < scanner->record_count; i++)
        info.pending += !scanner->records[i].online;
    if (!now)
        return info;
    memcpy(info.event, now->event, sizeof info.event);
    snprintf(info.title, sizeof info.title, "%s", now->title);
    info.list = now->list;
    info.media = scanner->base.manifest.has_media;
    info.base_seq = scanner->base.manifest.to_seq;
    info.seq = now->to_seq;
    info.made_ms = now->made_ms;
    info.tickets = scanner->base.manifest.ticket_count;
    info.policy = now->policy;
    return info;
}
