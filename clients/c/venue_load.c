#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/c/draft.h"
#include "clients/c/memory.h"

#define FILE_MAX_BYTES (64L * 1024 * 1024)

static void draft_fini(struct draft *draft)
{
    size_t blocks = draft->venue ? draft->venue->n_blocks : 0;
    for (size_t i = 0; i < blocks; i++)
        free(draft->row_at[i]);
    free(draft->row_at);
    free(draft->zone_at);
    free(draft->block_at);
    free(draft->opening_at);
    free(draft->gate_at);
    free(draft->facility_at);
    json_decref(draft->document);
    tifo_venue_free(draft->venue);
}

bool tifo_venue_parse(const char *name, const char *text, size_t size, Tifo__V1__Venue **out,
                      struct tifo_problems *problems)
{
    *problems = (struct tifo_problems){ 0 };
    struct draft draft = { .log = { name, problems } };
    draft.venue = memory_cleared(1, sizeof(*draft.venue));
    tifo__v1__venue__init(draft.venue);
    bool ok = venue_read(&draft, text, size) && venue_draft_check(&draft) && venue_graph(&draft);
    *out = NULL;
    if (ok) {
        /* The block count is needed to free the draft's rows, so only the message moves out. */
        *out = draft.venue;
        for (size_t i = 0; i < (*out)->n_blocks; i++)
            free(draft.row_at[i]);
        draft.venue = NULL;
    }
    draft_fini(&draft);
    return ok;
}

/* The whole file; NULL with a problem added when it cannot be read. */
static char *read_file(const char *path, size_t *size, struct problem_log *log)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        problem_add(log, NULL, NULL, "cannot be opened: %s; check the path", strerror(errno));
        return NULL;
    }
    char *text = NULL;
    size_t have = 0, room = 0;
    for (size_t got = 1; got > 0 && have <= (size_t)FILE_MAX_BYTES; have += got) {
        if (room < have + 65536) {
            room = 2 * room + 65536;
            char *larger = realloc(text, room);
            if (!larger)
                abort();
            text = larger;
        }
        got = fread(text + have, 1, room - have, file);
    }
    bool failed = ferror(file) != 0;
    fclose(file);
    if (failed || have > (size_t)FILE_MAX_BYTES) {
        problem_add(log, NULL, NULL,
                    failed ? "cannot be read; is it a file?"
                           : "is larger than 64 MiB; this is not a venue");
        free(text);
        return NULL;
    }
    *size = have;
    return text;
}

bool tifo_venue_check(const char *path, Tifo__V1__Venue **out, struct tifo_problems *problems)
{
    *problems = (struct tifo_problems){ 0 };
    *out = NULL;
    struct problem_log log = { path, problems };
    size_t size = 0;
    char *text = read_file(path, &size, &log);
    bool ok = text && tifo_venue_parse(path, text, size, out, problems);
    free(text);
    return ok;
}

bool tifo_venue_load(const char *path, Tifo__V1__Venue **out, struct tifo_problem *problem)
{
    struct tifo_problems problems;
    bool ok = tifo_venue_check(path, out, &problems);
    if (problem && problems.count > 0)
        *problem = problems.rows[0];
    tifo_problems_fini(&problems);
    return ok;
}

void tifo_venue_free(Tifo__V1__Venue *venue)
{
    if (venue)
        tifo__v1__venue__free_unpacked(venue, NULL);
}
