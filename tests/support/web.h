/* A sensor that is asked over HTTP, on a free port of loopback: it says what a test wants, or not.
 */
#ifndef TESTS_SUPPORT_WEB_H
#define TESTS_SUPPORT_WEB_H

#include <stdbool.h>
#include <stdint.h>

struct web;
struct web *web_start(void);
void web_stop(struct web *web);
int web_port(const struct web *web);

enum { WEB_PAGES = 4, WEB_BODY_BYTES = 1024 };

/* What /0 to /3 answer from now on. A new body has a new ETag. */
struct web_page {
    int status; /* 0: no answer at all, however long anybody waits. */
    char body[WEB_BODY_BYTES];
};
void web_set(struct web *web, uint32_t page, int status, const char *body);

/* Since the start. */
struct web_counts {
    uint32_t connections;
    uint32_t requests[WEB_PAGES];
    uint32_t unchanged[WEB_PAGES]; /* Answered with 304. */
};
void web_look(struct web *web, struct web_counts *out);
/* Waits until a page was asked for so often. */
void web_wait(struct web *web, uint32_t page, uint32_t requests);

#endif
