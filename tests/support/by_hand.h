/*
 * What a person does at a keyboard: `tifo` against a tifod on SQLite that may be killed and started
 * again. One server at a time, its data in a folder of its own. Built with TIFO and TIFOD, the
 * programs' paths.
 */
#ifndef TESTS_SUPPORT_BY_HAND_H
#define TESTS_SUPPORT_BY_HAND_H

#include "tests/support/process.h"
#include "tests/support/shell.h"

extern struct process by_hand_server;
extern char by_hand_folder[32]; /* The server's data is in data/. */

/* Makes the folder and serves on a free port. `more`: arguments beside these, NULL-ended; or NULL.
 * For cmocka's group setup: 0, or fails the test. */
int by_hand_start(const char *const *more);
void by_hand_kill(void); /* SIGKILL. */
/* With the data that it left: where it served before, or killed first and on a free port. */
void by_hand_serve_again(void);
void by_hand_kill_and_serve(void);
/* Ends the server, if there still is one, as an operator does; returns its exit code. */
int by_hand_end(void);
/* The same, and removes the folder. 0, or not: for cmocka's group teardown. */
int by_hand_stop(void **state);

/* Runs `tifo ARGUMENTS --server ...` as ann, or as another; returns the exit code, and what was
 * written to both outputs is in shell_said. */
int tifo(const char *arguments);
int tifo_as(const char *who, const char *arguments);

#endif
