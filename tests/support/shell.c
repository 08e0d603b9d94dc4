#include "tests/support/shell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

char shell_said[1 << 20];

int shell(const char *line)
{
    FILE *pipe = popen(line, "r");
    assert_non_null(pipe);
    size_t size = fread(shell_said, 1, sizeof shell_said - 1, pipe);
    shell_said[size] = '\0';
    int status = pclose(pipe);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

void assert_said(const char *part)
{
    if (!strstr(shell_said, part))
        fail_msg("\"%s\" is not in: %s", part, shell_said);
}
