#include "server/adapters/sqlite/own_file.h"

#include <fcntl.h>
#include <unistd.h>

/* What is there already is not opened: closing it would drop the locks that this process has on it.
 */
void own_file_make(const char *path)
{
    const int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0)
        close(file);
}
