/* Figures as people read them. Each writes into `out` (>= 24 bytes) and returns it. */
#ifndef TWIN_FORMAT_H
#define TWIN_FORMAT_H

#include <stdint.h>

enum { FORMAT_SIZE = 24 };

char *format_count(char *out, uint64_t value);          /* 59,470 */
char *format_clock(char *out, int64_t unix_ms);         /* 15:50:12, the machine's time zone */
char *format_clock_minutes(char *out, int64_t unix_ms); /* 15:50 */
char *format_duration(char *out, int64_t seconds);      /* 4:12; U+2212 before a negative one */
char *format_density(char *out, float density_pm2);     /* 3.1 */

#endif
