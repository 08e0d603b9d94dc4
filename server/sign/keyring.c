#include "server/sign/keyring.h"

#include "server/base/arena.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    KEYS_MAX = 64,
    LINE_SIZE = 160,
    PATH_SIZE = 4096,
    SEED_HEX = 2 * TICKET_SEED_BYTES,
};
#define LINE_WORD "tifo-signing-key"

struct keyring {
    size_t count;
    struct ticket_key keys[KEYS_MAX];
    uint8_t secret[TICKET_SECRET_BYTES]; /* Of the last of them. */
};

/* ---- One file ---------------------------------------------------------------------------------
 */

/* "12.key" is 12; 0: another file's name. */
static uint32_t id_of(const char *name)
{
    char again[24];
    const uint32_t id = (uint32_t)strtoul(name, NULL, 10);
    snprintf(again, sizeof again, "%" PRIu32 ".key", id);
    return strcmp(name, again) == 0 ? id : 0;
}

static bool read_line(const char *path, char line[LINE_SIZE], char *why, size_t why_size)
{
    struct stat about;
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0 || fstat(file, &about) != 0) {
        snprintf(why, why_size, "cannot read the signing key %.160s: %s", path, strerror(errno));
        if (file >= 0)
            close(file);
        return false;
    }
    if (!S_ISREG(about.st_mode) || (about.st_mode & 077) != 0) {
        snprintf(why, why_size,
                 "the signing key %.160s has mode %04o, so that others can read it; chmod 600 it",
                 path, (unsigned)(about.st_mode & 07777));
        close(file);
        return false;
    }
    const ssize_t size = read(file, line, LINE_SIZE - 1);
    line[size > 0 ? size : 0] = 0;
    close(file);
    return true;
}

static bool read_seed(const char *path, uint32_t id, uint8_t seed[TICKET_SEED_BYTES], char *why,
                      size_t why_size)
{
    char line[LINE_SIZE], start[40];
    if (!read_line(path, line, why, why_size))
        return false;
    snprintf(start, sizeof start, LINE_WORD " %" PRIu32 " ", id);
    const size_t at = strlen(start);
    size_t size = 0;
    const bool good =
        strncmp(line, start, at) == 0 && strlen(line) == at + SEED_HEX + 1 &&
        line[at + SEED_HEX] == '\n' &&
        sodium_hex2bin(seed, TICKET_SEED_BYTES, line + at, SEED_HEX, NULL, &size, NULL) == 0 &&
        size == TICKET_SEED_BYTES;
    sodium_memzero(line, sizeof line);
    if (!good)
        snprintf(why, why_size,
                 "%.160s is not the line \"" LINE_WORD " %" PRIu32
                 " SEED\"; restore it from a backup, or move it away: then what it has signed is "
                 "refused",
                 path, id);
    return good;
}

/* Under its name only once it is whole and on the disk. */
static bool write_seed(const char *folder, uint32_t id, const uint8_t seed[TICKET_SEED_BYTES],
                       char *why, size_t why_size)
{
    char part[PATH_SIZE], path[PATH_SIZE], hex[SEED_HEX + 1], line[LINE_SIZE];
    snprintf(part, sizeof part, "%s/.%" PRIu32 ".%ld", folder, id, (long)getpid());
    snprintf(path, sizeof path, "%s/%" PRIu32 ".key", folder, id);
    sodium_bin2hex(hex, sizeof hex, seed, TICKET_SEED_BYTES);
    const int size = snprintf(line, sizeof line, LINE_WORD " %" PRIu32 " %s\n", id, hex);
    unlink(part);
    const int file = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool written = file >= 0 && write(file, line, (size_t)size) == size && fsync(file) == 0;
    sodium_memzero(line, sizeof line);
    sodium_memzero(hex, sizeof hex);
    if (file >= 0)
        written = close(file) == 0 && written;
    const int directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    written = written && rename(part, path) == 0 && directory >= 0 && fsync(directory) == 0;
    if (!written) {
        snprintf(why, why_size, "cannot write the signing key %.160s: %s", path, strerror(errno));
        unlink(part);
    }
    if (directory >= 0)
        close(directory);
    return written;
}

/* ---- The folder -------------------------------------------------------------------------------
 */

struct ids {
    uint32_t id[KEYS_MAX]; /* Ascending. */
    size_t count;
};

static int ascending(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* The keys that are there, by their files' names. Makes the folder if need be. */
static bool list(const char *directory, char folder[PATH_SIZE], struct ids *ids, char *why,
                 size_t why_size)
{
    ids->count = 0;
    if (!ticket_code_init()) {
        snprintf(why, why_size, "this machine gives no random numbers; tickets cannot be signed");
        return false;
    }
    snprintf(folder, PATH_SIZE, "%s/keys", directory);
    DIR *files = mkdir(folder, 0700) == 0 || errno == EEXIST ? opendir(folder) : NULL;
    if (!files) {
        snprintf(why, why_size, "cannot open the folder of signing keys %.160s: %s", folder,
                 strerror(errno));
        return false;
    }
    bool all = true;
    for (struct dirent *file; (file = readdir(files));) {
        const uint32_t id = id_of(file->d_name);
        if (id && ids->count < KEYS_MAX)
            ids->id[ids->count++] = id;
        else if (id)
            all = false;
    }
    closedir(files);
    if (!all)
        snprintf(why, why_size, "%.160s has more than %d keys; move the oldest away", folder,
                 KEYS_MAX);
    qsort(ids->id, ids->count, sizeof ids->id[0], ascending);
    return all;
}

static bool make(const char *folder, struct ids *ids, char *why, size_t why_size)
{
    uint8_t seed[TICKET_SEED_BYTES];
    const uint32_t id = ids->count ? ids->id[ids->count - 1] + 1 : 1;
    if (ids->count == KEYS_MAX || id == 0) {
        snprintf(why, why_size, "%.160s has as many keys as there can be; move the oldest away",
                 folder);
        return false;
    }
    randombytes_buf(seed, sizeof seed);
    const bool made = write_seed(folder, id, seed, why, why_size);
    sodium_memzero(seed, sizeof seed);
    ids->id[ids->count++] = id;
    return made;
}

static void add(struct keyring *keyring, uint32_t id, const uint8_t seed[TICKET_SEED_BYTES])
{
    struct ticket_key *key = &keyring->keys[keyring->count++];
    key->id = id;
    ticket_keys_from_seed(seed, keyring->secret, key->public_key);
}

struct keyring *keyring_open(const char *directory, bool in_use, char *why, size_t why_size)
{
    char folder[PATH_SIZE], path[PATH_SIZE + 20];
    struct ids ids;
    if (!list(directory, folder, &ids, why, why_size))
        return NULL;
    if (ids.count == 0 && in_use) {
        snprintf(why, why_size,
                 "%.160s has no key, but tickets have been sold; restore it from a backup, or make "
                 "another with tifod new-key: then tickets must be fetched again",
                 folder);
        return NULL;
    }
    if (ids.count == 0 && !make(folder, &ids, why, why_size))
        return NULL;
    struct keyring *keyring = base_alloc(sizeof *keyring);
    bool read = true;
    for (size_t i = 0; read && i < ids.count; i++) {
        uint8_t seed[TICKET_SEED_BYTES];
        snprintf(path, sizeof path, "%s/%" PRIu32 ".key", folder, ids.id[i]);
        if ((read = read_seed(path, ids.id[i], seed, why, why_size)))
            add(keyring, ids.id[i], seed);
        sodium_memzero(seed, sizeof seed);
    }
    if (read)
        return keyring;
    keyring_close(keyring);
    return NULL;
}

bool keyring_renew(const char *directory, uint32_t *id, char *why, size_t why_size)
{
    char folder[PATH_SIZE];
    struct ids ids;
    if (!list(directory, folder, &ids, why, why_size) || !make(folder, &ids, why, why_size))
        return false;
    *id = ids.id[ids.count - 1];
    return true;
}

struct keyring *keyring_of_seed(const uint8_t seed[TICKET_SEED_BYTES])
{
    struct keyring *keyring = base_alloc(sizeof *keyring);
    add(keyring, 1, seed);
    return keyring;
}

void keyring_close(struct keyring *keyring)
{
    if (keyring)
        sodium_memzero(keyring, sizeof *keyring);
    free(keyring);
}

const struct ticket_key *keyring_keys(const struct keyring *keyring, size_t *count)
{
    *count = keyring->count;
    return keyring->keys;
}

void keyring_sign(const struct keyring *keyring, struct ticket_claim *claim,
                  char code[TICKET_CODE_CHARS + 1])
{
    claim->key_id = keyring->keys[keyring->count - 1].id;
    ticket_code_write(claim, keyring->secret, code);
}

void keyring_sign_admission(const struct keyring *keyring, struct admission_claim *claim,
                            char token[ADMISSION_TOKEN_CHARS + 1])
{
    claim->key_id = keyring->keys[keyring->count - 1].id;
    admission_token_write(claim, keyring->secret, token);
}

uint32_t keyring_newest(const struct keyring *keyring)
{
    return keyring->keys[keyring->count - 1].id;
}

void keyring_sign_manifest(const struct keyring *keyring, uint8_t *manifest, size_t size)
{
    manifest_sign(manifest, size, keyring->secret);
}
