/* The inside of render: a code as a symbol. */
#ifndef RENDER_QR_H
#define RENDER_QR_H

#include <stdbool.h>
#include <stdint.h>

enum { QR_QUIET = 4 }; /* Modules that stay white around it. */

struct qr {
    void *symbol; /* libqrencode's. */
    uint32_t width;
};
/* False: no memory, or more text than a symbol holds. */
bool qr_init(struct qr *qr, const char *text);
void qr_fini(struct qr *qr);
bool qr_is_dark(const struct qr *qr, uint32_t x, uint32_t y);

#endif
