#include <stdio.h>
#include <string.h>

#include "clients/cli/command.h"

static const struct flag flags[] = { { NULL, NULL, NULL } };

/* One of a command's words, by number; NULL: it has not so many. */
static const char *word(const struct command *command, int which, int *length)
{
    const char *first = command->words, *space = strchr(first, ' ');
    *length = space ? (int)(space - first) : (int)strlen(first);
    if (which == 0)
        return first;
    *length = space ? (int)strlen(space + 1) : 0;
    return space ? space + 1 : NULL;
}

/* First words, each once: rows of the table that begin alike follow each other or not. */
static void print_first_words(void)
{
    for (size_t i = 0; i < command_count; i++) {
        int length, other;
        const char *text = word(commands[i], 0, &length);
        bool said = false;
        for (size_t k = 0; k < i && !said; k++) {
            const char *before = word(commands[k], 0, &other);
            said = other == length && strncmp(before, text, (size_t)length) == 0;
        }
        if (!said)
            printf(" %.*s", length, text);
    }
}

static void print_second_words(void)
{
    for (size_t i = 0; i < command_count; i++) {
        int length, second;
        const char *text = word(commands[i], 0, &length);
        const char *next = word(commands[i], 1, &second);
        if (next)
            printf("        %.*s) words+=' %.*s' ;;&\n", length, text, second, next);
    }
}

static void print_flags(void)
{
    for (size_t i = 0; i < command_count; i++) {
        printf("        '%s'*) words+='", commands[i]->words);
        struct flag all[FLAGS_MAX + 1];
        command_flags(commands[i], all);
        for (const struct flag *flag = all; flag->name; flag++)
            printf(" %s", flag->name);
        printf(" --help' ;;&\n");
    }
}

static enum outcome run(const struct arguments *arguments)
{
    if (strcmp(arguments->positional[0], "bash") != 0) {
        fprintf(stderr, "tifo: completion is there for bash\n");
        return BAD_USAGE;
    }
    printf("# eval \"$(tifo completion bash)\"\n"
           "_tifo() {\n"
           "    local current=${COMP_WORDS[COMP_CWORD]} words=''\n"
           "    local before=\"${COMP_WORDS[*]:1:COMP_CWORD-1}\"\n"
           "    case $before in\n"
           "        '') words='");
    print_first_words();
    printf("' ;;&\n");
    print_second_words();
    print_flags();
    printf("    esac\n"
           "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
           "}\n"
           "complete -o default -F _tifo tifo\n");
    return DONE;
}

const struct command completion_command = {
    "completion", "SHELL",    "completion for bash: eval \"$(tifo completion bash)\"", 1,
    flags,        .run = run,
};
