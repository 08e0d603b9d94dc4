/* Files that hold who bought what. */
#ifndef ADAPTERS_SQLITE_OWN_FILE_H
#define ADAPTERS_SQLITE_OWN_FILE_H

/* Makes an empty file that its owner alone may read and write (0600), unless there is one already:
 * SQLite would take what the umask leaves of 0644, and gives -wal and -shm the mode of the file.
 * Failing is left to SQLite's open, which says why. */
void own_file_make(const char *path);

#endif
