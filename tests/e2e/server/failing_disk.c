/*
 * Preloaded into tifod: as soon as the file $TIFO_FAULT_FILE is there, the disk under journal.db
 * fails as $TIFO_FAULT says: "fsync" (what was written may be lost: EIO), "checkpoint" (the same,
 * of the file itself, while its log is fine) or "full" (ENOSPC).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool fails(int fd, const char *fault)
{
    char link[64], path[512];
    const char *wanted = getenv("TIFO_FAULT"), *file = getenv("TIFO_FAULT_FILE");
    if (!wanted || !file || strcmp(wanted, fault) != 0 || access(file, F_OK) != 0)
        return false;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t size = readlink(link, path, sizeof path - 1);
    path[size > 0 ? size : 0] = 0;
    const char *name = strstr(path, "journal.db");
    return name && (strcmp(fault, "checkpoint") != 0 || !name[sizeof "journal.db" - 1]);
}

int fsync(int fd);
int fdatasync(int fd);
ssize_t pwrite(int fd, const void *data, size_t size, off_t at);
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at);

static int sync_with(int fd, const char *name)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    if (!fails(fd, "fsync") && !fails(fd, "checkpoint"))
        return real(fd);
    errno = EIO;
    return -1;
}

int fsync(int fd)
{
    return sync_with(fd, "fsync");
}

int fdatasync(int fd)
{
    return sync_with(fd, "fdatasync");
}

static ssize_t write_at(int fd, const void *data, size_t size, off64_t at)
{
    ssize_t (*real)(int, const void *, size_t, off64_t) =
        (ssize_t(*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
    if (!fails(fd, "full"))
        return real(fd, data, size, at);
    errno = ENOSPC;
    return -1;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
{
    return write_at(fd, data, size, at);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at)
{
    return write_at(fd, data, size, at);
}
