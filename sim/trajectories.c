#include "sim/trajectories.h"

#include "sim/memory.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The one geometry of a run; frames refer to it by this number. */
static const int64_t geometry_hash = 1;

enum { STEPS_PER_FRAME = 5, PEOPLE_AT_THAT = 6000 };

struct seen {
    double x_m, y_m;
    uint16_t place;
    uint8_t mode;
    bool written; /* Has a row in that frame. */
};

struct trajectories {
    sqlite3 *db;
    sqlite3_stmt *insert_person, *insert_frame;
    int64_t frame;
    struct seen *before; /* By person: in the frame before. */
    uint32_t before_count, before_room;
    char *path;
    char problem[200]; /* The first; empty: none. */
};

/* One writer, one transaction, and a file that only counts when it is whole: no journal needed ...
 */
static const char quick[] = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                            "PRAGMA locking_mode = EXCLUSIVE;";
/* ... unless it is to be gone on with after the process was killed. */
static const char lasting[] = "PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF;";

static const char schema[] =
    "BEGIN;"
    "CREATE TABLE trajectory_data (frame INTEGER NOT NULL, id INTEGER NOT NULL,"
    " pos_x REAL NOT NULL, pos_y REAL NOT NULL, place INTEGER NOT NULL);"
    "CREATE TABLE metadata (key TEXT NOT NULL UNIQUE PRIMARY KEY, value TEXT NOT NULL);"
    "CREATE TABLE geometry (hash INTEGER NOT NULL, wkt TEXT NOT NULL);"
    "CREATE UNIQUE INDEX geometry_hash ON geometry(hash);"
    "CREATE TABLE frame_data (frame INTEGER NOT NULL, geometry_hash INTEGER NOT NULL);";

static bool good(struct trajectories *t, int code)
{
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW)
        return true;
    if (t->problem[0] == '\0')
        snprintf(t->problem, sizeof t->problem, "%s",
                 code == SQLITE_FULL ? "no space left on the disk; free some and run again"
                                     : sqlite3_errmsg(t->db));
    return false;
}

/* ---- Opening --------------------------------------------------------------------------------- */

static bool write_metadata(struct trajectories *t, const struct trajectories_def *def)
{
    char *sql = sqlite3_mprintf(
        "INSERT INTO metadata VALUES ('version', '3'), ('fps', '%.15g'), ('xmin', '%.2f'),"
        " ('xmax', '%.2f'), ('ymin', '%.2f'), ('ymax', '%.2f'), ('venue', %Q);",
        1 / (CROWD_STEP_S * def->steps_per_frame), def->low.x, def->high.x, def->low.y, def->high.y,
        def->venue);
    bool done = good(t, sqlite3_exec(t->db, sql, NULL, NULL, NULL));
    sqlite3_free(sql);
    return done;
}

static bool write_geometry(struct trajectories *t, const char *wkt)
{
    sqlite3_stmt *insert = NULL;
    bool done = good(t, sqlite3_prepare_v2(t->db, "INSERT INTO geometry VALUES (?, ?)", -1, &insert,
                                           NULL)) &&
                good(t, sqlite3_bind_int64(insert, 1, geometry_hash)) &&
                good(t, sqlite3_bind_text(insert, 2, wkt, -1, SQLITE_STATIC)) &&
                good(t, sqlite3_step(insert));
    sqlite3_finalize(insert);
    return done;
}

static bool prepare(struct trajectories *t)
{
    return good(t, sqlite3_prepare_v2(t->db, "INSERT INTO trajectory_data VALUES (?, ?, ?, ?, ?)",
                                      -1, &t->insert_person, NULL)) &&
           good(t, sqlite3_prepare_v2(t->db, "INSERT INTO frame_data VALUES (?, ?)", -1,
                                      &t->insert_frame, NULL));
}

/* Who has come since the last frame was away before. */
static void make_room(struct trajectories *t, uint32_t people)
{
    if (people > t->before_room) {
        struct seen *more = memory_array(2 * people, sizeof *more);
        if (t->before_count > 0)
            memcpy(more, t->before, t->before_count * sizeof *more);
        free(t->before);
        t->before = more;
        t->before_room = 2 * people;
    }
    for (; t->before_count < people; t->before_count++)
        t->before[t->before_count].mode = t->frame == 0 ? PERSON_SEATED : PERSON_AWAY;
}

static bool begin(struct trajectories *t, const struct trajectories_def *def)
{
    return good(t, sqlite3_exec(t->db, schema, NULL, NULL, NULL)) && write_metadata(t, def) &&
           write_geometry(t, def->wkt);
}

/* A file that a run began which was cut off? */
static bool is_begun(struct trajectories *t)
{
    return sqlite3_exec(t->db, "SELECT count(*) FROM frame_data; SELECT value FROM metadata", NULL,
                        NULL, NULL) == SQLITE_OK;
}

struct trajectories *trajectories_open(const char *path, const struct trajectories_def *def,
                                       char *why, size_t why_size)
{
    struct trajectories *t = memory_array(1, sizeof *t);
    t->path = memory_array(strlen(path) + 1, 1);
    strcpy(t->path, path);
    if (!def->resume)
        remove(path);
    bool opened =
        good(t, sqlite3_open_v2(path, &t->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL)) &&
        good(t, sqlite3_exec(t->db, def->lasting ? lasting : quick, NULL, NULL, NULL));
    if (opened && def->resume && is_begun(t))
        opened = good(t, sqlite3_exec(t->db, "BEGIN", NULL, NULL, NULL));
    else
        opened = opened && begin(t, def);
    if (opened && prepare(t))
        return t;
    trajectories_close(t, why, why_size);
    return NULL;
}

bool trajectories_commit(struct trajectories *t)
{
    return good(t, sqlite3_exec(t->db, "COMMIT; BEGIN", NULL, NULL, NULL));
}

void trajectories_archive(struct trajectories *t, struct archive *archive)
{
    uint64_t count = t->before_count;
    ARCHIVE(archive, t->frame);
    ARCHIVE(archive, count);
    if (archive->what == ARCHIVE_LOAD && count <= archive->size)
        make_room(t, (uint32_t)count);
    archive_bytes(archive, t->before, count * sizeof *t->before);
}

bool trajectories_rewind(struct trajectories *t)
{
    char *sql = sqlite3_mprintf("DELETE FROM trajectory_data WHERE frame >= %lld;"
                                "DELETE FROM frame_data WHERE frame >= %lld;",
                                (long long)t->frame, (long long)t->frame);
    bool done = good(t, sqlite3_exec(t->db, sql, NULL, NULL, NULL));
    sqlite3_free(sql);
    return done;
}

/* ---- Frames ---------------------------------------------------------------------------------- */

/* Millimetres are enough, and make a frame's text form short. */
static double rounded(double value_m)
{
    return round(value_m * 1000) / 1000;
}

static bool insert(struct trajectories *t, int64_t frame, uint32_t person, const struct seen *seen)
{
    sqlite3_stmt *row = t->insert_person;
    sqlite3_bind_int64(row, 1, frame);
    sqlite3_bind_int64(row, 2, person);
    sqlite3_bind_double(row, 3, rounded(seen->x_m));
    sqlite3_bind_double(row, 4, rounded(seen->y_m));
    sqlite3_bind_int(row, 5, seen->place);
    bool done = good(t, sqlite3_step(row));
    sqlite3_reset(row);
    return done;
}

/* The rows of one person: this frame's, and the frame before's if they sat there unwritten and have
 * stood up since. */
static bool write_person(struct trajectories *t, uint32_t person, struct seen *before,
                         struct seen *now)
{
    bool sat = before->mode == PERSON_SEATED, sits = now->mode == PERSON_SEATED;
    bool gone = before->mode == PERSON_LEFT && now->mode == PERSON_LEFT;
    if (gone || now->mode == PERSON_AWAY || (sat && sits && t->frame > 0))
        return true;
    if (sat && !sits && !before->written && t->frame > 0 &&
        !insert(t, t->frame - 1, person, before))
        return false;
    now->written = true;
    return insert(t, t->frame, person, now);
}

uint32_t trajectories_steps_per_frame(uint32_t people)
{
    uint32_t crowds = (people + PEOPLE_AT_THAT - 1) / PEOPLE_AT_THAT;
    return STEPS_PER_FRAME * (crowds > 1 ? crowds : 1);
}

bool trajectories_frame(struct trajectories *t, const struct crowd_people *people)
{
    if (t->problem[0] != '\0')
        return false;
    make_room(t, people->count);
    for (uint32_t p = 0; p < t->before_count; p++) {
        struct seen now = { people->x[p], people->y[p], people->place[p], people->mode[p], false };
        if (!write_person(t, p, &t->before[p], &now))
            return false;
        t->before[p] = now;
    }
    sqlite3_bind_int64(t->insert_frame, 1, t->frame);
    sqlite3_bind_int64(t->insert_frame, 2, geometry_hash);
    bool done = good(t, sqlite3_step(t->insert_frame));
    sqlite3_reset(t->insert_frame);
    t->frame++;
    return done;
}

/* Those who sit at the end belong into the last frame. */
static bool write_seated(struct trajectories *t)
{
    for (uint32_t p = 0; p < t->before_count; p++) {
        const struct seen *last = &t->before[p];
        if (last->mode == PERSON_SEATED && !last->written && !insert(t, t->frame - 1, p, last))
            return false;
    }
    return true;
}

void trajectories_abandon(struct trajectories *t)
{
    if (t == NULL)
        return;
    sqlite3_finalize(t->insert_person);
    sqlite3_finalize(t->insert_frame);
    sqlite3_close(t->db);
    free(t->before);
    free(t->path);
    free(t);
}

bool trajectories_close(struct trajectories *t, char *why, size_t why_size)
{
    if (t == NULL)
        return true;
    if (t->insert_frame != NULL && t->problem[0] == '\0' && write_seated(t))
        good(t,
             sqlite3_exec(t->db, "CREATE INDEX frame_id_idx ON trajectory_data(frame, id);COMMIT;",
                          NULL, NULL, NULL));
    bool whole = t->problem[0] == '\0';
    if (!whole)
        snprintf(why, why_size, "%s: cannot be written: %s", t->path, t->problem);
    trajectories_abandon(t);
    return whole;
}
