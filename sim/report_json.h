/* The report's figures for programs: both runs' and their ratios. */
#ifndef SIM_REPORT_JSON_H
#define SIM_REPORT_JSON_H

#include "sim/record.h"

/* Either run may be NULL. False: `why` says what went wrong. */
bool report_json_write(const struct record *with, const struct record *without, const char *path,
                       char *why, size_t why_size);

#endif
