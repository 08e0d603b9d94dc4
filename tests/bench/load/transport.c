#include "tests/bench/load/transport.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

SSL_CTX *transport_tls(void)
{
    static const unsigned char h2[] = { 2, 'h', '2' };
    SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
    if (!tls || SSL_CTX_set_alpn_protos(tls, h2, sizeof h2) != 0)
        abort();
    SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return tls;
}

static int connect_to(uint16_t port)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(port),
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    if (fd < 0)
        return -1;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

bool transport_open(struct transport *transport, uint16_t port, SSL_CTX *tls)
{
    *transport = (struct transport){ .fd = connect_to(port) };
    if (transport->fd < 0)
        return false;
    errno = 0;
    if (tls) {
        transport->tls = SSL_new(tls);
        if (!transport->tls || SSL_set_fd(transport->tls, transport->fd) != 1 ||
            SSL_connect(transport->tls) != 1)
            return false;
    }
    return fcntl(transport->fd, F_SETFL, O_NONBLOCK) == 0;
}

void transport_close(struct transport *transport)
{
    SSL_free(transport->tls);
    close(transport->fd);
}

/* recv()'s and send()'s answer for one of SSL_read() and SSL_write(). */
static ssize_t answer(struct transport *transport, int said)
{
    if (said > 0)
        return said;
    int error = SSL_get_error(transport->tls, said);
    if (error == SSL_ERROR_ZERO_RETURN)
        return 0;
    errno = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? EAGAIN : EPROTO;
    return -1;
}

ssize_t transport_recv(struct transport *transport, void *buffer, size_t size)
{
    if (!transport->tls)
        return recv(transport->fd, buffer, size, 0);
    return answer(transport, SSL_read(transport->tls, buffer, (int)size));
}

ssize_t transport_send(struct transport *transport, const void *bytes, size_t size)
{
    if (!transport->tls)
        return send(transport->fd, bytes, size, MSG_NOSIGNAL);
    return answer(transport, SSL_write(transport->tls, bytes, (int)size));
}
