#include "sim/output.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool made = mkdir(path, 0777) == 0 || errno == EEXIST;
        *slash = '/';
        if (!made)
            return false;
    }
    struct stat status;
    if (mkdir(path, 0777) == 0)
        return true;
    if (errno == EEXIST && stat(path, &status) == 0 && !S_ISDIR(status.st_mode))
        errno = ENOTDIR;
    return errno == EEXIST;
}

bool output_open(struct output *output, const char *folder, char *why, size_t why_size)
{
    *output = (struct output){ .count = 0 };
    if (folder[0] == '\0' || strlen(folder) >= sizeof output->folder) {
        snprintf(why, why_size, "the output folder's name has 1 to %zu bytes",
                 sizeof output->folder - 1);
        return false;
    }
    strcpy(output->folder, folder);
    struct stat status;
    output->is_new = stat(folder, &status) != 0;
    if (make_folders(output->folder))
        return true;
    snprintf(why, why_size, "%s: cannot be made a folder: %s", folder, strerror(errno));
    return false;
}

static void partial_path(const struct output *output, size_t i, char path[OUTPUT_PATH])
{
    snprintf(path, OUTPUT_PATH, "%s/.%s.partial", output->folder, output->names[i]);
}

void output_path(struct output *output, const char *name, char path[OUTPUT_PATH])
{
    assert(output->count < OUTPUT_FILES && strlen(name) < sizeof output->names[0]);
    strcpy(output->names[output->count], name);
    partial_path(output, output->count++, path);
}

bool output_keep(struct output *output, char *why, size_t why_size)
{
    while (output->count > 0) {
        char from[OUTPUT_PATH], to[OUTPUT_PATH];
        partial_path(output, output->count - 1, from);
        snprintf(to, sizeof to, "%s/%s", output->folder, output->names[output->count - 1]);
        if (rename(from, to) != 0) {
            snprintf(why, why_size, "%s: cannot be named so: %s", to, strerror(errno));
            return false;
        }
        output->count--;
    }
    output->is_new = false;
    return true;
}

void output_drop(struct output *output)
{
    while (output->count > 0) {
        char path[OUTPUT_PATH];
        partial_path(output, --output->count, path);
        remove(path);
    }
    if (output->is_new)
        rmdir(output->folder);
    output->is_new = false;
}
