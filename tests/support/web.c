#include "tests/support/web.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS = 16, REQUEST_BYTES = 4096 };

struct client {
    int fd; /* -1: nobody. */
    char request[REQUEST_BYTES];
    size_t size;
};

struct web {
    int listener, port;
    int end[2];
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t asked;
    struct web_page pages[WEB_PAGES];
    uint32_t versions[WEB_PAGES];
    struct web_counts counts;
    struct client clients[CLIENTS];
};

static void answer(struct web *web, struct client *client)
{
    char etag[32], wanted[64], text[WEB_BODY_BYTES + 256];
    unsigned page = WEB_PAGES;
    pthread_mutex_lock(&web->mutex);
    if (sscanf(client->request, "GET /%u ", &page) != 1 || page >= WEB_PAGES)
        abort();
    web->counts.requests[page]++;
    pthread_cond_broadcast(&web->asked);
    snprintf(etag, sizeof etag, "\"v%u\"", web->versions[page]);
    snprintf(wanted, sizeof wanted, "If-None-Match: %s\r\n", etag);
    int length;
    if (web->pages[page].status == 200 && strstr(client->request, wanted)) {
        web->counts.unchanged[page]++;
        length = snprintf(text, sizeof text, "HTTP/1.1 304 Not Modified\r\nETag: %s\r\n\r\n", etag);
    } else {
        length = snprintf(
            text, sizeof text, "HTTP/1.1 %d Said\r\nETag: %s\r\nContent-Length: %zu\r\n\r\n%s",
            web->pages[page].status, etag, strlen(web->pages[page].body), web->pages[page].body);
    }
    const bool silent = web->pages[page].status == 0;
    pthread_mutex_unlock(&web->mutex);
    if (!silent && send(client->fd, text, (size_t)length, MSG_NOSIGNAL) != length)
        client->size = 0;
}

static void hear(struct web *web, struct client *client)
{
    const ssize_t got =
        recv(client->fd, client->request + client->size, REQUEST_BYTES - 1 - client->size, 0);
    if (got <= 0) {
        close(client->fd);
        client->fd = -1;
        return;
    }
    client->size += (size_t)got;
    client->request[client->size] = 0;
    if (!strstr(client->request, "\r\n\r\n"))
        return;
    answer(web, client);
    client->size = 0;
}

static void take_client(struct web *web)
{
    const int fd = accept(web->listener, NULL, NULL);
    int i = 0;
    while (i < CLIENTS && web->clients[i].fd >= 0)
        i++;
    if (fd < 0 || i == CLIENTS)
        abort();
    web->clients[i].fd = fd;
    web->clients[i].size = 0;
    pthread_mutex_lock(&web->mutex);
    web->counts.connections++;
    pthread_mutex_unlock(&web->mutex);
}

static void *work(void *ctx)
{
    struct web *web = ctx;
    struct pollfd wait[CLIENTS + 2];
    for (;;) {
        wait[0] = (struct pollfd){ .fd = web->end[0], .events = POLLIN };
        wait[1] = (struct pollfd){ .fd = web->listener, .events = POLLIN };
        for (int i = 0; i < CLIENTS; i++)
            wait[i + 2] = (struct pollfd){ .fd = web->clients[i].fd, .events = POLLIN };
        poll(wait, CLIENTS + 2, -1);
        if (wait[0].revents)
            return NULL;
        for (int i = 0; i < CLIENTS; i++)
            if (wait[i + 2].revents)
                hear(web, &web->clients[i]);
        if (wait[1].revents)
            take_client(web);
    }
}

struct web *web_start(void)
{
    struct web *web = calloc(1, sizeof *web);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    web->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (web->listener < 0 || bind(web->listener, (struct sockaddr *)&address, size) != 0 ||
        listen(web->listener, CLIENTS) != 0 || pipe(web->end) != 0 ||
        getsockname(web->listener, (struct sockaddr *)&address, &size) != 0) {
        perror("web");
        abort();
    }
    web->port = ntohs(address.sin_port);
    pthread_mutex_init(&web->mutex, NULL);
    pthread_cond_init(&web->asked, NULL);
    for (int i = 0; i < CLIENTS; i++)
        web->clients[i].fd = -1;
    for (uint32_t i = 0; i < WEB_PAGES; i++)
        web_set(web, i, 404, "");
    pthread_create(&web->thread, NULL, work, web);
    return web;
}

void web_stop(struct web *web)
{
    if (write(web->end[1], "", 1) != 1)
        abort();
    pthread_join(web->thread, NULL);
    for (int i = 0; i < CLIENTS; i++)
        if (web->clients[i].fd >= 0)
            close(web->clients[i].fd);
    close(web->listener);
    close(web->end[0]);
    close(web->end[1]);
    pthread_cond_destroy(&web->asked);
    pthread_mutex_destroy(&web->mutex);
    free(web);
}

int web_port(const struct web *web)
{
    return web->port;
}

void web_set(struct web *web, uint32_t page, int status, const char *body)
{
    pthread_mutex_lock(&web->mutex);
    web->versions[page]++;
    web->pages[page].status = status;
    snprintf(web->pages[page].body, WEB_BODY_BYTES, "%s", body);
    pthread_mutex_unlock(&web->mutex);
}

void web_look(struct web *web, struct web_counts *out)
{
    pthread_mutex_lock(&web->mutex);
    *out = web->counts;
    pthread_mutex_unlock(&web->mutex);
}

void web_wait(struct web *web, uint32_t page, uint32_t requests)
{
    pthread_mutex_lock(&web->mutex);
    while (web->counts.requests[page] < requests)
        pthread_cond_wait(&web->asked, &web->mutex);
    pthread_mutex_unlock(&web->mutex);
}
