/* Tickets as files: a QR symbol, a page to print, a pass for a phone's wallet. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "clients/cli/selling.h"

static const struct flag flags[] = {
    { "-o", "FILE", "where to; needed" },
    { NULL, NULL, NULL },
};

static bool write_file(const char *path, const ProtobufCBinaryData *data)
{
    FILE *file = fopen(path, "wb");
    bool written = file && fwrite(data->data, 1, data->len, file) == data->len;
    if (file)
        written = fclose(file) == 0 && written;
    if (!written)
        fprintf(stderr, "tifo: %s cannot be written: %s\n", path, strerror(errno));
    return written;
}

static enum outcome render(struct server_link *link, const struct arguments *arguments,
                           Tifo__V1__TicketFormat format)
{
    const char *path = arguments_text(arguments, "-o");
    Tifo__V1__RenderTicketRequest request = TIFO__V1__RENDER_TICKET_REQUEST__INIT;
    request.ticket_id = (char *)arguments->positional[0];
    request.format = format;
    if (!path) {
        fprintf(stderr, "tifo: -o is missing: say which file to write\n");
        return FAILED;
    }
    Tifo__V1__RenderTicketResponse *reply = (void *)server_link_call(
        link, &tifo__v1__tickets__descriptor, "RenderTicket", &request.base);
    if (!reply)
        return FAILED;
    const bool written = write_file(path, &reply->data);
    if (written)
        printf("%s: %zu bytes\n", path, reply->data.len);
    protobuf_c_message_free_unpacked(&reply->base, NULL);
    return written ? DONE : FAILED;
}

static enum outcome qr(struct server_link *link, const Tifo__V1__Venue *venue,
                       const struct arguments *arguments)
{
    const char *path = arguments_text(arguments, "-o");
    const char *end = path ? strrchr(path, '.') : NULL;
    (void)venue;
    return render(link, arguments,
                  end && strcmp(end, ".svg") == 0 ? TIFO__V1__TICKET_FORMAT__TICKET_FORMAT_QR_SVG
                                                  : TIFO__V1__TICKET_FORMAT__TICKET_FORMAT_QR_PNG);
}

static enum outcome pdf(struct server_link *link, const Tifo__V1__Venue *venue,
                        const struct arguments *arguments)
{
    (void)venue;
    return render(link, arguments, TIFO__V1__TICKET_FORMAT__TICKET_FORMAT_PDF);
}

static enum outcome wallet(struct server_link *link, const Tifo__V1__Venue *venue,
                           const struct arguments *arguments)
{
    (void)venue;
    return render(link, arguments, TIFO__V1__TICKET_FORMAT__TICKET_FORMAT_PKPASS);
}

const struct command ticket_qr_command = {
    "ticket qr", "TICKET", "its code as a QR symbol: -o FILE.png or FILE.svg", 1, flags, .task = qr,
};
const struct command ticket_pdf_command = {
    "ticket pdf", "TICKET", "a page to print", 1, flags, .task = pdf,
};
const struct command ticket_wallet_command = {
    "ticket wallet", "TICKET", "a pass for a phone's wallet: -o FILE.pkpass", 1, flags,
    .task = wallet,
};
