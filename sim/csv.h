/* The series of runs as tables for a spreadsheet: one line a sample, one column a figure. */
#ifndef SIM_CSV_H
#define SIM_CSV_H

#include "sim/record.h"

/* One run. False: `why` says what went wrong. */
bool csv_write_series(const struct record *record, const char *path, char *why, size_t why_size);
/* Both runs, each line saying which ("with", "without"); either may be NULL. */
bool csv_write_report(const struct record *with, const struct record *without, const char *path,
                      char *why, size_t why_size);

#endif
