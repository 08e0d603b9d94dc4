#define _DEFAULT_SOURCE /* struct tcp_info */
#include "api/rpc/guard.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <malloc.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/rpc/arena.h"
#include "api/rpc/clock.h"
#include "api/rpc/core.h"

enum { LOOK_MS = 20, WINDOW_MS = 10000, TRIM_MS = 5000 };
enum { WINDOW_LOOKS = WINDOW_MS / LOOK_MS, TRIM_LOOKS = TRIM_MS / LOOK_MS };
enum { KEPT_BYTES = 16 << 20 };
/* Whoever has sent less since the connection began, or is answered byte for byte, is not where the
 * memory went. */
enum { LEAST_BYTES = 256 << 10, LEAST_BURDEN = 16 };

struct rpc_guard {
    uint16_t port;
    size_t growth_bytes;
    void (*looked)(void *ctx);
    void *ctx;
    size_t least_bytes[2]; /* The process's smallest size: in this window, and in the one before. */
    size_t last_bytes;
    uint32_t looks;

    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool stopping;
};

static size_t process_bytes(void)
{
    char text[64];
    unsigned long size = 0, resident = 0;
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    text[length > 0 ? length : 0] = '\0';
    if (sscanf(text, "%lu %lu", &size, &resident) != 2)
        return 0;
    return resident * (size_t)sysconf(_SC_PAGESIZE);
}

/* ---- Who sends more than is answered */

static uint16_t local_port(int fd)
{
    struct sockaddr_storage address = { 0 };
    socklen_t size = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &size) != 0)
        return 0;
    if (address.ss_family == AF_INET)
        return ntohs(((const struct sockaddr_in *)&address)->sin_port);
    if (address.ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)&address)->sin6_port);
    return 0;
}

/* Bytes it has sent for each that it was sent; 0: it is no connection of the server's, or has
 * hardly said anything. */
static double burden_of(int fd, uint16_t port)
{
    struct tcp_info info = { 0 };
    socklen_t size = sizeof info;
    if (local_port(fd) != port || getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
        info.tcpi_state != 1 /* established */ || info.tcpi_bytes_received < LEAST_BYTES)
        return 0;
    return (double)info.tcpi_bytes_received / (1.0 + (double)info.tcpi_bytes_acked);
}

static int worst_connection(uint16_t port)
{
    DIR *folder = opendir("/proc/self/fd");
    int worst = -1;
    double most = LEAST_BURDEN;
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        int fd = atoi(entry->d_name);
        double burden = burden_of(fd, port);
        if (burden > most) {
            most = burden;
            worst = fd;
        }
    }
    if (folder)
        closedir(folder);
    return worst;
}

/* What has arrived and was not read yet goes, too. gRPC owns the descriptor, hears of the end and
 * closes it. */
static void hang_up_on_worst(uint16_t port)
{
    const struct sockaddr nobody = { .sa_family = AF_UNSPEC };
    int fd = worst_connection(port);
    if (fd >= 0 && local_port(fd) == port)
        connect(fd, &nobody, sizeof nobody);
}

/* ---- The thread */

static void look(struct rpc_guard *guard)
{
    size_t bytes = process_bytes();
    if (guard->looks % WINDOW_LOOKS == 0) {
        guard->least_bytes[1] = guard->looks ? guard->least_bytes[0] : bytes;
        guard->least_bytes[0] = bytes;
    }
    if (bytes < guard->least_bytes[0])
        guard->least_bytes[0] = bytes;
    size_t least = guard->least_bytes[guard->least_bytes[1] < guard->least_bytes[0]];
    if (bytes > least + guard->growth_bytes && bytes > guard->last_bytes)
        hang_up_on_worst(guard->port);
    guard->last_bytes = bytes;
    if (++guard->looks % TRIM_LOOKS == 0 && mallinfo2().fordblks > KEPT_BYTES)
        malloc_trim(0);
}

static void *run(void *arg)
{
    struct rpc_guard *guard = arg;
    pthread_mutex_lock(&guard->lock);
    while (!guard->stopping) {
        pthread_mutex_unlock(&guard->lock);
        look(guard);
        guard->looked(guard->ctx);
        pthread_mutex_lock(&guard->lock);
        struct timespec until = rpc_after_ms(LOOK_MS);
        while (!guard->stopping &&
               pthread_cond_timedwait(&guard->changed, &guard->lock, &until) == 0)
            ;
    }
    pthread_mutex_unlock(&guard->lock);
    return NULL;
}

struct rpc_guard *rpc_guard_start(uint16_t port, size_t growth_bytes, void (*looked)(void *ctx),
                                  void *ctx)
{
    struct rpc_guard *guard = rpc_new(sizeof *guard);
    guard->port = port;
    guard->growth_bytes = growth_bytes;
    guard->looked = looked;
    guard->ctx = ctx;
    pthread_mutex_init(&guard->lock, NULL);
    rpc_cond_init(&guard->changed);
    rpc_core_thread(&guard->thread, run, guard);
    return guard;
}

void rpc_guard_stop(struct rpc_guard *guard)
{
    if (!guard)
        return;
    pthread_mutex_lock(&guard->lock);
    guard->stopping = true;
    pthread_cond_signal(&guard->changed);
    pthread_mutex_unlock(&guard->lock);
    pthread_join(guard->thread, NULL);
    pthread_cond_destroy(&guard->changed);
    pthread_mutex_destroy(&guard->lock);
    free(guard);
}
