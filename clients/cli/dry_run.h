/* What the plan would be, printed for people or as JSON: of whatever could change it. */
#ifndef CLIENTS_CLI_DRY_RUN_H
#define CLIENTS_CLI_DRY_RUN_H

#include "clients/cli/server_link.h"
#include "tifo/v1/guidance.pb-c.h"

/* Asks with the request, whose venue it fills in. `what`: "if G4 were shut". */
enum outcome dry_run(struct server_link *link, const Tifo__V1__Venue *venue,
                     const struct arguments *arguments, Tifo__V1__DryRunRequest *request,
                     const char *what);

#endif
