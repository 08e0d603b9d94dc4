/* What the outside may know of a link, and a look whether a host is there. */
#ifndef ADAPTERS_LINK_LINK_H
#define ADAPTERS_LINK_LINK_H

#include "server/base/log.h"
#include "server/ports/sensors.h"

#include <pthread.h>

struct link_state {
    pthread_mutex_t mutex;
    struct sensor_link link;
    const struct log *log;
};

void link_init(struct link_state *state, const char *name, const struct log *log);
void link_fini(struct link_state *state);
void link_up(struct link_state *state, const char *what);
/* It went down or did not come up. Logged when it was up, and for the first time since. */
void link_down(struct link_state *state, const char *why);
void link_look(struct link_state *state, struct sensor_link *out);

/* Whether host:port takes connections. Waits for at most timeout_ms, or until `stop` (a descriptor)
 * can be read. The system's own connect() may wait for minutes and cannot be ended. */
bool link_reachable(const char *host, int port, int timeout_ms, int stop, char *why,
                    size_t why_size);

#endif
