/*
 * A ticket as a pass for a phone's wallet, as Apple lays it out (.pkpass): a zip of pass.json, icons,
 * manifest.json with the SHA-1 of each of these, and a signature of the manifest.
 */
#ifndef RENDER_PASS_H
#define RENDER_PASS_H

#include "server/render/render.h"
#include "server/render/wallet.h"

/* The bytes lie in the arena. Size 0: there was no memory, or the title is no UTF-8. Takes
 * milliseconds. */
struct bytes pass_make(const struct wallet *wallet, const struct ticket_face *face,
                       struct arena *arena);

#endif
