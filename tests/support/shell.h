/* A program as it is typed: what it says and with which code it ends. */
#ifndef TESTS_SUPPORT_SHELL_H
#define TESTS_SUPPORT_SHELL_H

/* Runs a line and returns its exit code; what it wrote to its standard output is in shell_said. */
int shell(const char *line);
extern char shell_said[1 << 20];

/* Fails the test if it was not said. */
void assert_said(const char *part);

#endif
