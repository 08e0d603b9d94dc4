#include "api/rpc/listen.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* "host:port" or "[v6]:port" into its parts. */
static bool split(const char *address, char host[256], char port[16])
{
    const char *colon = strrchr(address, ':');
    if (!colon || colon == address || colon[1] == '\0' || strlen(colon + 1) >= 16)
        return false;
    const char *begin = address, *end = colon;
    if (*begin == '[' && end[-1] == ']') {
        begin++;
        end--;
    }
    if (end <= begin || end - begin >= 256)
        return false;
    memcpy(host, begin, (size_t)(end - begin));
    host[end - begin] = '\0';
    strcpy(port, colon + 1);
    return strspn(port, "0123456789") == strlen(port);
}

/* The errno of binding to it; 0: it works. */
static int try_bind(const struct addrinfo *address)
{
    int fd = socket(address->ai_family, address->ai_socktype, address->ai_protocol);
    if (fd < 0)
        return errno;
    int on = 1, error = 0;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, address->ai_addr, address->ai_addrlen) != 0 || listen(fd, 1) != 0)
        error = errno;
    close(fd);
    return error;
}

static const char *advice(int error)
{
    static const struct {
        int error;
        const char *text;
    } rows[] = {
        { EADDRINUSE, "address in use; stop the other server or give another --listen" },
        { EADDRNOTAVAIL, "this machine has no such address; give one of its own to --listen" },
        { EACCES, "not allowed; ports below 1024 need privileges, give another --listen" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].error == error)
            return rows[i].text;
    return error ? strerror(error) : "try again";
}

bool rpc_listen_check(const char *address, char *why, size_t why_size)
{
    char host[256], port[16];
    bool is_good = split(address, host, port);
    if (!is_good)
        snprintf(why, why_size,
                 "cannot listen on %.60s: not host:port; give --listen such as 127.0.0.1:7040",
                 address);
    return is_good;
}

void rpc_listen_explain(const char *address, char *why, size_t why_size)
{
    char host[256], port[16];
    if (!split(address, host, port))
        return;
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE }, *found = NULL;
    int looked_up = getaddrinfo(host, port, &hints, &found);
    if (looked_up != 0) {
        snprintf(why, why_size, "cannot listen on %.60s: %s; give another --listen", address,
                 gai_strerror(looked_up));
        return;
    }
    int error = 0;
    for (const struct addrinfo *each = found; each && error == 0; each = each->ai_next)
        error = try_bind(each);
    freeaddrinfo(found);
    snprintf(why, why_size, "cannot listen on %.60s: %s", address, advice(error));
}
