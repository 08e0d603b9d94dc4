#include "server/render/qr.h"

#include <qrencode.h>
#include <stddef.h>

/* Level M: a seventh of the symbol may be dirty or creased. */
bool qr_init(struct qr *qr, const char *text)
{
    QRcode *symbol = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    qr->symbol = symbol;
    qr->width = symbol ? (uint32_t)symbol->width : 0;
    return symbol != NULL;
}

void qr_fini(struct qr *qr)
{
    QRcode_free(qr->symbol);
    qr->symbol = NULL;
}

bool qr_is_dark(const struct qr *qr, uint32_t x, uint32_t y)
{
    const QRcode *symbol = qr->symbol;
    return symbol->data[y * qr->width + x] & 1;
}
