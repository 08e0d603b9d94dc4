/*
 * gRPC sends each answer by a system call of its own, and each is a packet, an interrupt and the
 * waking of a client. It cannot be told to wait for the next one, and owns the sockets. So what a
 * thread sends while it is corked is marked, on its way to the kernel, as having more to come.
 */
#define _DEFAULT_SOURCE /* syscall() */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "api/rpc/rpc.h"

enum { SOCKETS_MOST = 64 }; /* To others it is sent as always. */

static _Thread_local struct {
    bool on;
    int count;
    int sockets[SOCKETS_MOST];
} cork;

void rpc_cork(void)
{
    cork.on = true;
}

/* To set this anew lets go what waits; gRPC has set it before. A socket that was closed meanwhile
 * has sent all, and what has its number now is none the worse for it. */
void rpc_uncork(void)
{
    const int on = 1;
    for (int i = 0; i < cork.count; i++)
        setsockopt(cork.sockets[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    cork.on = false;
    cork.count = 0;
}

/* False: there are too many. */
static bool note(int socket)
{
    int i = 0;
    while (i < cork.count && cork.sockets[i] != socket)
        i++;
    if (i == SOCKETS_MOST)
        return false;
    cork.sockets[i] = socket;
    cork.count += i == cork.count;
    return true;
}

/* In the place of the C library's, for libgrpc as for everybody. */
ssize_t sendmsg(int socket, const struct msghdr *message, int flags)
{
    if (cork.on && note(socket))
        flags |= MSG_MORE;
    return syscall(SYS_sendmsg, socket, message, flags);
}
