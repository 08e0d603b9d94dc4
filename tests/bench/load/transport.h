/*
 * What a connection's bytes go through: a socket, or TLS on it. Both answer as recv() and send() do
 * on a socket that does not block.
 */
#ifndef LOAD_TRANSPORT_H
#define LOAD_TRANSPORT_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct transport {
    int fd;
    SSL *tls; /* NULL: plaintext. */
};

/* For TLS that offers HTTP/2 and believes any certificate: a server of the benchmark's own. */
SSL_CTX *transport_tls(void);
/* Connects to 127.0.0.1 and shakes hands, `tls` not being NULL; false: errno, or 0 for TLS. */
bool transport_open(struct transport *transport, uint16_t port, SSL_CTX *tls);
void transport_close(struct transport *transport);
ssize_t transport_recv(struct transport *transport, void *buffer, size_t size);
ssize_t transport_send(struct transport *transport, const void *bytes, size_t size);

#endif
