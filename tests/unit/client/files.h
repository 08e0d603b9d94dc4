/*
 * The shipped venue files, and text that tests change.
 */
#ifndef TESTS_UNIT_CLIENT_FILES_H
#define TESTS_UNIT_CLIENT_FILES_H

#include <stdbool.h>
#include <stddef.h>

/* A file of scenarios/venues as text, ended by '\0'; the caller frees. Ends the program when it is
 * not there. */
char *venue_file(const char *name, size_t *size);
/* Its path, until the next call. */
const char *venue_path_of(const char *name);

/* The first, or every, `from` becomes `to`; `to` NULL: the lines with it vanish, and the comma that
 * would be left over. The caller frees. NULL when there is no `from`. */
char *text_replace(const char *text, const char *from, const char *to, bool every);

#endif
