#include "server/render/pass.h"

#include "server/render/output.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zip.h>

enum { ICON_POINTS = 29, ICON_CARDS = 4, TIME_SIZE = 24, HASH_BYTES = 20 };

/* A file of the pass. */
struct part {
    const char *name;
    struct bytes bytes;
};
enum { PASS_JSON, ICON, ICON_2X, ICON_3X, MANIFEST, SIGNATURE, PARTS };

/* ---- What it says ------------------------------------------------------------------------- */

static const char *utc(int64_t ms, char to[TIME_SIZE])
{
    const time_t seconds = (time_t)(ms / 1000);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    strftime(to, TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return to;
}

/* Adds one to a list of the pass; none when there is nothing to say. */
static void add_field(json_t *list, const char *key, const char *label, const char *value)
{
    if (value[0])
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s}", "key", key, "label", label, "value", value));
}

/* Phones show it in the time of where they are. */
static void add_time(json_t *list, const char *key, const char *label, int64_t ms)
{
    char text[TIME_SIZE];
    json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s}", "key", key, "label", label,
                                          "value", utc(ms, text), "dateStyle", "PKDateStyleMedium",
                                          "timeStyle", "PKDateStyleShort"));
}

static json_t *fields_of(const struct ticket_face *face)
{
    json_t *event = json_array(), *where = json_array(), *place = json_array(),
           *back = json_array();
    add_field(event, "event", "Event", face->title);
    add_field(where, "venue", "Venue", face->venue);
    add_time(where, "starts", "Starts", face->starts_ms);
    add_field(place, "block", "Block", face->block);
    add_field(place, "row", "Row", face->row);
    add_field(place, "seat", "Seat", face->seat);
    add_field(place, "gate", "Gate", face->gate);
    add_time(back, "doors", "Doors open", face->doors_ms);
    add_field(back, "holder", "For", face->holder);
    add_field(back, "ticket", "Ticket", face->id);
    add_field(back, "note", "Note",
              "Lets one person in. Whoever shows it first is in: do not publish it.");
    return json_pack("{s:o, s:o, s:o, s:o}", "primaryFields", event, "secondaryFields", where,
                     "auxiliaryFields", place, "backFields", back);
}

/* A ticket that is issued again is the same pass: the new one takes the place of the old. */
static json_t *pass_of(const struct wallet *wallet, const struct ticket_face *face)
{
    char starts[TIME_SIZE], ends[TIME_SIZE];
    return json_pack(
        "{s:i, s:s, s:s, s:s, s:s, s:s+, s:s, s:s, s:s, s:s, s:s, s:[{s:s, s:s, s:s}], s:o}",
        "formatVersion", 1, "passTypeIdentifier", wallet_pass_type(wallet), "teamIdentifier",
        wallet_team(wallet), "organizationName", wallet_organisation(wallet), "serialNumber",
        face->id, "description", "Ticket: ", face->title, "relevantDate",
        utc(face->starts_ms, starts), "expirationDate", utc(face->ends_ms, ends),
        "backgroundColor", "rgb(24, 32, 44)", "foregroundColor", "rgb(255, 255, 255)",
        "labelColor", "rgb(176, 190, 208)", "barcodes", "format", "PKBarcodeFormatQR", "message",
        face->code, "messageEncoding", "iso-8859-1", "eventTicket", fields_of(face));
}

/* Takes the value over. Size 0: it is none. */
static struct bytes text_of(json_t *json, struct arena *arena)
{
    char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    struct bytes bytes = { 0 };
    if (text)
        bytes = (struct bytes){ arena_copy(arena, text, strlen(text)), strlen(text) };
    free(text);
    json_decref(json);
    return bytes;
}

/* ---- Icons -------------------------------------------------------------------------------- */

/* People's cards, held up: a field of squares with a mark in it. */
static struct bytes draw_icon(int side, struct arena *arena)
{
    static const char marks[ICON_CARDS][ICON_CARDS + 1] = { "####", ".##.", ".##.", ".##." };
    struct output out = { .arena = arena };
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, side, side);
    cairo_t *cairo = cairo_create(surface);
    const double card = (double)side / ICON_CARDS;
    for (int y = 0; y < ICON_CARDS; y++) {
        for (int x = 0; x < ICON_CARDS; x++) {
            const bool marked = marks[y][x] == '#';
            cairo_set_source_rgb(cairo, marked ? 1 : 0.1, marked ? 0.8 : 0.13, marked ? 0.2 : 0.17);
            cairo_rectangle(cairo, x * card, y * card, card, card);
            cairo_fill(cairo);
        }
    }
    cairo_destroy(cairo);
    const bool drawn = cairo_surface_write_to_png_stream(surface, output_put_cairo, &out) ==
                       CAIRO_STATUS_SUCCESS;
    cairo_surface_destroy(surface);
    return drawn ? (struct bytes){ out.data, out.size } : (struct bytes){ 0 };
}

/* ---- The files together ------------------------------------------------------------------- */

/* SHA-1 as hex digits; NULL: OpenSSL does not do it here. */
static json_t *hash_of(struct bytes bytes)
{
    uint8_t hash[EVP_MAX_MD_SIZE];
    char text[2 * HASH_BYTES + 1];
    if (EVP_Digest(bytes.data, bytes.size, hash, NULL, EVP_sha1(), NULL) != 1)
        return NULL;
    for (int i = 0; i < HASH_BYTES; i++)
        snprintf(text + 2 * i, 3, "%02x", hash[i]);
    return json_string(text);
}

/* Of all parts before it. */
static struct bytes list_hashes(const struct part *parts, struct arena *arena)
{
    json_t *hashes = json_object();
    bool listed = true;
    for (int i = 0; i < MANIFEST; i++)
        listed = json_object_set_new(hashes, parts[i].name, hash_of(parts[i].bytes)) == 0 && listed;
    const struct bytes text = text_of(hashes, arena);
    return listed ? text : (struct bytes){ 0 };
}

static bool add_part(zip_t *zip, const struct part *part)
{
    zip_source_t *source = zip_source_buffer(zip, part->bytes.data, part->bytes.size, 0);
    if (source && zip_file_add(zip, part->name, source, ZIP_FL_ENC_UTF_8) >= 0)
        return true;
    zip_source_free(source);
    return false;
}

/* Writes them to the archive's source. */
static bool zip_parts(zip_source_t *archive, const struct part *parts)
{
    zip_source_keep(archive); /* Whoever closes the archive lets go of it. */
    zip_t *zip = zip_open_from_source(archive, ZIP_TRUNCATE, NULL);
    bool added = zip != NULL;
    if (!zip)
        zip_source_free(archive);
    for (int i = 0; added && i < PARTS; i++)
        added = add_part(zip, &parts[i]);
    if (added && zip_close(zip) == 0)
        return true;
    if (zip)
        zip_discard(zip);
    return false;
}

static struct bytes read_source(zip_source_t *source, struct arena *arena)
{
    zip_stat_t about;
    struct bytes bytes = { 0 };
    if (zip_source_open(source) != 0)
        return bytes;
    if (zip_source_stat(source, &about) == 0 && about.valid & ZIP_STAT_SIZE) {
        uint8_t *data = arena_alloc(arena, about.size);
        if (zip_source_read(source, data, about.size) == (zip_int64_t)about.size)
            bytes = (struct bytes){ data, about.size };
    }
    zip_source_close(source);
    return bytes;
}

static struct bytes zip_all(const struct part *parts, struct arena *arena)
{
    struct bytes bytes = { 0 };
    zip_source_t *archive = zip_source_buffer_create(NULL, 0, 0, NULL);
    if (archive && zip_parts(archive, parts))
        bytes = read_source(archive, arena);
    zip_source_free(archive);
    return bytes;
}

struct bytes pass_make(const struct wallet *wallet, const struct ticket_face *face,
                       struct arena *arena)
{
    struct part parts[PARTS] = {
        [PASS_JSON] = { "pass.json", text_of(pass_of(wallet, face), arena) },
        [ICON] = { "icon.png", draw_icon(ICON_POINTS, arena) },
        [ICON_2X] = { "icon@2x.png", draw_icon(2 * ICON_POINTS, arena) },
        [ICON_3X] = { "icon@3x.png", draw_icon(3 * ICON_POINTS, arena) },
    };
    parts[MANIFEST] = (struct part){ "manifest.json", list_hashes(parts, arena) };
    parts[SIGNATURE] =
        (struct part){ "signature", wallet_sign(wallet, parts[MANIFEST].bytes, arena) };
    for (int i = 0; i < PARTS; i++) {
        if (parts[i].bytes.size == 0)
            return (struct bytes){ 0 };
    }
    return zip_all(parts, arena);
}
