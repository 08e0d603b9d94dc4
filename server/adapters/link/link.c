#include "server/adapters/link/link.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

void link_init(struct link_state *state, const char *name, const struct log *log)
{
    *state = (struct link_state){ .link.name = name, .log = log };
    pthread_mutex_init(&state->mutex, NULL);
}

void link_fini(struct link_state *state)
{
    pthread_mutex_destroy(&state->mutex);
}

static int64_t unix_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void link_up(struct link_state *state, const char *what)
{
    pthread_mutex_lock(&state->mutex);
    state->link.up = true;
    state->link.since_ms = unix_ms();
    state->link.connections++;
    pthread_mutex_unlock(&state->mutex);
    log_write(state->log, LOG_INFO, "sensors-connected", "source=%s %s", state->link.name, what);
}

void link_down(struct link_state *state, const char *why)
{
    pthread_mutex_lock(&state->mutex);
    const bool news = state->link.up || strcmp(state->link.why, why) != 0;
    if (state->link.up || state->link.failures == 0)
        state->link.since_ms = unix_ms();
    state->link.up = false;
    state->link.failures++;
    snprintf(state->link.why, sizeof state->link.why, "%s", why);
    pthread_mutex_unlock(&state->mutex);
    if (news)
        log_write(state->log, LOG_WARNING, "sensors-away", "source=%s why=%s", state->link.name,
                  why);
}

void link_look(struct link_state *state, struct sensor_link *out)
{
    pthread_mutex_lock(&state->mutex);
    *out = state->link;
    pthread_mutex_unlock(&state->mutex);
}

/* Starts to connect and waits for the outcome: 0, or an errno. */
static int try_address(const struct addrinfo *address, int timeout_ms, int stop)
{
    const int fd = socket(address->ai_family, SOCK_STREAM, 0);
    int error = 0;
    socklen_t size = sizeof error;
    if (fd < 0)
        return errno;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    if (connect(fd, address->ai_addr, address->ai_addrlen) != 0) {
        error = errno;
        struct pollfd wait[] = { { .fd = fd, .events = POLLOUT },
                                 { .fd = stop, .events = POLLIN } };
        if (error == EINPROGRESS) {
            if (poll(wait, 2, timeout_ms) <= 0)
                error = ETIMEDOUT;
            else if (wait[1].revents)
                error = ECANCELED;
            else
                getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
        }
    }
    close(fd);
    return error;
}

bool link_reachable(const char *host, int port, int timeout_ms, int stop, char *why,
                    size_t why_size)
{
    char service[8];
    struct addrinfo *list, hints = { .ai_socktype = SOCK_STREAM };
    snprintf(service, sizeof service, "%d", port);
    const int found = getaddrinfo(host, service, &hints, &list);
    if (found != 0) {
        snprintf(why, why_size, "%.80s: %s", host, gai_strerror(found));
        return false;
    }
    int error = ECONNREFUSED;
    for (const struct addrinfo *at = list; at && error && error != ECANCELED; at = at->ai_next)
        error = try_address(at, timeout_ms, stop);
    freeaddrinfo(list);
    if (error)
        snprintf(why, why_size, "%.80s:%d: %s", host, port, strerror(error));
    return error == 0;
}
