/*
 * The folder that results go into. A file is written under a name of its own, ".NAME.partial", and
 * gets its real name only when all of them are whole: whoever looks into the folder sees the
 * results of a run that ended, or none.
 */
#ifndef SIM_OUTPUT_H
#define SIM_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

enum { OUTPUT_FILES = 8, OUTPUT_PATH = 640 };

struct output {
    char folder[512];
    char names[OUTPUT_FILES][64];
    size_t count;
    bool is_new; /* The folder was made for this run: it goes when nothing is kept. */
};

/* Makes the folder, and those above it, if they are not there. */
bool output_open(struct output *output, const char *folder, char *why, size_t why_size);
/* Where to write the file that will be called `name`. */
void output_path(struct output *output, const char *name, char path[OUTPUT_PATH]);
/* Gives all files their names. False: `why` says which one could not get it. */
bool output_keep(struct output *output, char *why, size_t why_size);
/* Removes what was not kept. */
void output_drop(struct output *output);

#endif
