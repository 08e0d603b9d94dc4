/*
 * What options about the terms of an event are read with. Complaints go to stderr.
 */
#ifndef CLIENTS_CLI_TERMS_H
#define CLIENTS_CLI_TERMS_H

#include "clients/cli/arguments.h"

enum { LIST_MAX = 32 };

/* "0,2,5": indices, ascending. */
bool list_read(const char *flag, const char *text, uint32_t list[LIST_MAX], size_t *count);
/* "7.7" in thousandths; *out stays as it is when the flag is not given. */
bool percent_read(const struct arguments *arguments, const char *flag, uint32_t max, uint32_t *out);

#endif
