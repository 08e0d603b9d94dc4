#include "server/adapters/files/snapshots.h"

#include "server/adapters/files/snapshot_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "snapshots"
#define ENDING ".snapshot"
#define PART   ".part"

enum { DIGITS = 20, NAME_BYTES = DIGITS + sizeof(ENDING) + 32 };

struct file_snapshots {
    struct snapshots snapshots;
    char folder[PATH_MAX];
};

static void name_of(uint64_t seq, char name[NAME_BYTES])
{
    snprintf(name, NAME_BYTES, "%0*" PRIu64 ENDING, DIGITS, seq);
}

static void path_of(const struct file_snapshots *self, const char *name, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%.*s/%s", PATH_MAX - NAME_BYTES - 2, self->folder, name);
}

/* 0: the name is no snapshot's. */
static uint64_t seq_of(const char *name)
{
    uint64_t seq = 0;
    if (strspn(name, "0123456789") != DIGITS || strcmp(name + DIGITS, ENDING) != 0)
        return 0;
    for (int i = 0; i < DIGITS; i++) {
        if (seq > (UINT64_MAX - 9) / 10)
            return 0;
        seq = seq * 10 + (uint64_t)(name[i] - '0');
    }
    return seq;
}

static uint64_t files_before(struct snapshots *snapshots, uint64_t before)
{
    const struct file_snapshots *self = (struct file_snapshots *)snapshots;
    DIR *folder = opendir(self->folder);
    uint64_t newest = 0;
    for (const struct dirent *entry; folder && (entry = readdir(folder));) {
        const uint64_t seq = seq_of(entry->d_name);
        newest = seq < before && seq > newest ? seq : newest;
    }
    if (folder)
        closedir(folder);
    return newest;
}

/* ---- Writing ----------------------------------------------------------------------------- */

/* Those older than `kept`; and what somebody left who was killed: no process has its number. */
static void clear_away(const struct file_snapshots *self, uint64_t kept)
{
    DIR *folder = opendir(self->folder);
    char path[PATH_MAX];
    for (const struct dirent *entry; folder && (entry = readdir(folder));) {
        const uint64_t seq = seq_of(entry->d_name);
        const char *part = strstr(entry->d_name, PART);
        const long writer = part ? strtol(part + strlen(PART), NULL, 10) : 0;
        const bool left = writer > 0 && kill((pid_t)writer, 0) != 0 && errno == ESRCH;
        if (strlen(entry->d_name) >= NAME_BYTES || !(left || (seq > 0 && seq < kept)))
            continue;
        path_of(self, entry->d_name, path);
        unlink(path);
    }
    if (folder)
        closedir(folder);
}

/* The rename is on the disk. */
static int folder_sync(const struct file_snapshots *self)
{
    const int folder = open(self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return errno;
    const int error = fsync(folder) == 0 ? 0 : errno;
    close(folder);
    return error;
}

/* errno; 0: it is there and synced. ECANCELED: fill() would not. */
static int part_write(const char *path, uint64_t seq, snapshot_fill *fill, void *ctx)
{
    struct snapshot_writer writer;
    const int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return errno;
    snapshot_writer_init(&writer, file, seq);
    const bool filled = fill(ctx, &writer.sink);
    int error = snapshot_writer_end(&writer);
    if (!error && !filled)
        error = ECANCELED;
    if (!error && fsync(file) != 0)
        error = errno;
    if (close(file) != 0 && !error)
        error = errno;
    return error;
}

static enum status files_write(struct snapshots *snapshots, uint64_t seq, snapshot_fill *fill,
                               void *ctx, char *why, size_t why_size)
{
    const struct file_snapshots *self = (struct file_snapshots *)snapshots;
    char name[NAME_BYTES], part_name[NAME_BYTES], path[PATH_MAX], part[PATH_MAX];
    name_of(seq, name);
    snprintf(part_name, sizeof(part_name), "%0*" PRIu64 PART "%ld", DIGITS, seq, (long)getpid());
    path_of(self, name, path);
    path_of(self, part_name, part);
    int error = mkdir(self->folder, 0700) == 0 || errno == EEXIST ? 0 : errno;
    if (!error) {
        unlink(part);
        error = part_write(part, seq, fill, ctx);
    }
    if (!error)
        error = rename(part, path) == 0 ? folder_sync(self) : errno;
    if (!error) {
        const uint64_t before = files_before(snapshots, seq);
        clear_away(self, before ? before : seq);
        return STATUS_OK;
    }
    unlink(part);
    snprintf(why, why_size, "cannot write %.200s: %s; the journal is all that is needed", path,
             error == ECANCELED ? "the state could not be made into bytes" : strerror(error));
    return error == ENOSPC || error == EDQUOT ? STATUS_JOURNAL_FULL : STATUS_JOURNAL_FAILED;
}

/* ---- Reading ----------------------------------------------------------------------------- */

static enum status files_read(struct snapshots *snapshots, uint64_t seq, snapshot_take *take,
                              void *ctx, char *why, size_t why_size)
{
    const struct file_snapshots *self = (struct file_snapshots *)snapshots;
    char name[NAME_BYTES], path[PATH_MAX], reason[160] = "";
    struct snapshot_reader reader;
    name_of(seq, name);
    path_of(self, name, path);
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        snprintf(why, why_size, "cannot open %.200s: %s", path, strerror(errno));
        return STATUS_JOURNAL_CANNOT_OPEN;
    }
    const bool whole = snapshot_reader_init(&reader, file, seq) &&
                       take(ctx, &reader.source, reason, sizeof(reason)) &&
                       snapshot_reader_end(&reader);
    if (!whole)
        snprintf(why, why_size, "%.200s is not used: %s", path,
                 reader.wrong ? reader.wrong : reason);
    snapshot_reader_fini(&reader);
    close(file);
    return whole ? STATUS_OK : STATUS_JOURNAL_CORRUPT;
}

static void files_close(struct snapshots *snapshots)
{
    free(snapshots);
}

struct snapshots *file_snapshots_open(const char *directory)
{
    static const struct snapshots_ops ops = { files_before, files_write, files_read, files_close };
    struct file_snapshots *self = base_alloc(sizeof(*self));
    self->snapshots.ops = &ops;
    snprintf(self->folder, sizeof(self->folder), "%.*s/" FOLDER,
             (int)(sizeof(self->folder) - sizeof(FOLDER) - 1), directory);
    return &self->snapshots;
}
