#include "clients/c/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/c/memory.h"

static void copy(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%s", text ? text : "");
}

void problem_add(struct problem_log *log, const struct feature_ref *at, const char *field,
                 const char *format, ...)
{
    struct tifo_problems *found = log->found;
    if (problem_log_full(log))
        return;
    found->rows = memory_grow(found->rows, found->count, sizeof(*found->rows));
    struct tifo_problem *problem = &found->rows[found->count++];
    memset(problem, 0, sizeof(*problem));
    problem->feature = -1;
    copy(problem->file, sizeof(problem->file), log->file);
    copy(problem->field, sizeof(problem->field), field);
    if (at) {
        problem->feature = at->index;
        problem->line = at->line;
        problem->column = at->column;
        copy(problem->kind, sizeof(problem->kind), at->kind);
        copy(problem->id, sizeof(problem->id), at->id);
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(problem->sentence, sizeof(problem->sentence), format, arguments);
    va_end(arguments);
}

bool problem_log_full(const struct problem_log *log)
{
    return log->found->count >= TIFO_PROBLEMS_MAX;
}

void tifo_problems_fini(struct tifo_problems *problems)
{
    free(problems->rows);
    *problems = (struct tifo_problems){ 0 };
}

int tifo_problem_print(const struct tifo_problem *problem, char *out, size_t size)
{
    char where[64] = "", what[96] = "", field[48] = "";
    if (problem->line > 0)
        snprintf(where, sizeof(where), ":%d:%d", problem->line, problem->column);
    if (problem->feature >= 0)
        snprintf(what, sizeof(what), "%s%s%s%s (feature %d)%s",
                 problem->kind[0] ? problem->kind : "feature", problem->id[0] ? " \"" : "",
                 problem->id, problem->id[0] ? "\"" : "", problem->feature,
                 problem->field[0] ? ", " : ": ");
    if (problem->field[0])
        snprintf(field, sizeof(field), "%s: ", problem->field);
    return snprintf(out, size, "%s%s: %s%s%s", problem->file, where, what, field,
                    problem->sentence);
}
