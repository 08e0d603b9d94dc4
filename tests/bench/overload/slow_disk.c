/*
 * Preloaded into tifod: a disk that takes $TIFO_DISK_BYTES bytes a second of what is appended to
 * the journal, so that each sync of journal.db-wal takes as long as what was written to it since
 * the last one. Everything else is as fast as it is.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static atomic_size_t unsynced;

static bool is_wal(int fd)
{
    char link[64], path[512];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t size = readlink(link, path, sizeof path - 1);
    path[size > 0 ? size : 0] = 0;
    return strstr(path, "journal.db-wal") != NULL;
}

int fsync(int fd);
int fdatasync(int fd);
ssize_t pwrite(int fd, const void *data, size_t size, off_t at);
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at);

static void take_time(int fd)
{
    const char *rate = getenv("TIFO_DISK_BYTES");
    if (!rate || !is_wal(fd))
        return;
    const double s = (double)atomic_exchange(&unsynced, 0) / atof(rate);
    const struct timespec time = { (time_t)s, (long)((s - (double)(time_t)s) * 1e9) };
    nanosleep(&time, NULL);
}

int fsync(int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    take_time(fd);
    return real(fd);
}

int fdatasync(int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    take_time(fd);
    return real(fd);
}

static ssize_t write_at(int fd, const void *data, size_t size, off64_t at)
{
    ssize_t (*real)(int, const void *, size_t, off64_t) =
        (ssize_t(*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
    if (is_wal(fd))
        atomic_fetch_add(&unsynced, size);
    return real(fd, data, size, at);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
{
    return write_at(fd, data, size, at);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at)
{
    return write_at(fd, data, size, at);
}
