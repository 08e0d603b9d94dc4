#include "sim/archive.h"

#include "sim/memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const too_short = "it is damaged";

void archive_bytes(struct archive *a, void *data, size_t size)
{
    if (a->what == ARCHIVE_LOAD && a->done + size > a->size)
        a->problem = too_short;
    if (size > 0 && a->problem == NULL) {
        if (a->what == ARCHIVE_SAVE)
            memcpy(a->bytes + a->done, data, size);
        else if (a->what == ARCHIVE_LOAD)
            memcpy(data, a->bytes + a->done, size);
    }
    a->done += size;
}

void archive_fixed(struct archive *a, void *data, size_t count, size_t size)
{
    uint64_t number = count;
    ARCHIVE(a, number);
    if (number != count && a->problem == NULL)
        a->problem = "it was written of another run";
    archive_bytes(a, data, count * size);
}

void archive_crowd(struct archive *a, struct crowd *crowd)
{
    uint64_t size = a->what == ARCHIVE_LOAD ? 0 : crowd_save(crowd, NULL, 0);
    ARCHIVE(a, size);
    if (a->what == ARCHIVE_SAVE)
        crowd_save(crowd, a->bytes + a->done, size);
    if (a->what == ARCHIVE_LOAD && a->problem == NULL && size > a->size - a->done)
        a->problem = too_short;
    if (a->what == ARCHIVE_LOAD && a->problem == NULL)
        crowd_restore(crowd, a->bytes + a->done, size, &a->problem);
    a->done += size;
}

uint64_t checkpoint_key(uint64_t key, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    if (key == 0)
        key = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < size; i++)
        key = (key ^ bytes[i]) * UINT64_C(0x100000001b3);
    return key;
}

struct head {
    char magic[16]; /* With the version: another one may keep other things. */
    uint64_t key, size, check;
};

static struct head head_of(uint64_t key, const char *bytes, size_t size)
{
    struct head head = { "tifo " TIFO_VERSION, key, size, checkpoint_key(0, bytes, size) };
    return head;
}

static bool refuse(char *why, size_t why_size, const char *path, const char *what)
{
    snprintf(why, why_size, "the checkpoint %.300s: %s", path, what);
    return false;
}

bool checkpoint_write(const char *path, uint64_t key, archive_walk *walk, void *ctx, char *why,
                      size_t why_size)
{
    struct archive measure = { .what = ARCHIVE_MEASURE };
    walk(&measure, ctx);
    struct archive save = { .what = ARCHIVE_SAVE,
                            .bytes = memory_array(measure.done, 1),
                            .size = measure.done };
    walk(&save, ctx);
    struct head head = head_of(key, save.bytes, save.done);
    char partial[700];
    snprintf(partial, sizeof partial, "%s.partial", path);
    FILE *file = fopen(partial, "wb");
    bool good = file != NULL && fwrite(&head, sizeof head, 1, file) == 1 &&
                fwrite(save.bytes, 1, save.done, file) == save.done;
    good = (file == NULL || fclose(file) == 0) && good;
    free(save.bytes);
    return (good && rename(partial, path) == 0) || refuse(why, why_size, path, strerror(errno));
}

static char *read_body(FILE *file, uint64_t key, struct head *head, const char **problem)
{
    struct head none = head_of(0, "", 0);
    *problem = "it is no checkpoint of this version of tifo-sim";
    if (fread(head, sizeof *head, 1, file) != 1 ||
        memcmp(head->magic, none.magic, sizeof none.magic) != 0)
        return NULL;
    *problem = "it was written of another scenario, ground or seed";
    if (head->key != key)
        return NULL;
    *problem = "it is damaged";
    long begin = ftell(file);
    if (fseek(file, 0, SEEK_END) != 0 || (uint64_t)(ftell(file) - begin) != head->size ||
        fseek(file, begin, SEEK_SET) != 0)
        return NULL;
    char *bytes = memory_array(head->size, 1);
    if (fread(bytes, 1, head->size, file) == head->size &&
        checkpoint_key(0, bytes, head->size) == head->check)
        return bytes;
    free(bytes);
    return NULL;
}

bool checkpoint_read(const char *path, uint64_t key, archive_walk *walk, void *ctx, char *why,
                     size_t why_size)
{
    struct head head;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return refuse(why, why_size, path, strerror(errno));
    struct archive load = { .what = ARCHIVE_LOAD };
    load.bytes = read_body(file, key, &head, &load.problem);
    fclose(file);
    if (load.bytes == NULL)
        return refuse(why, why_size, path, load.problem);
    load.problem = NULL;
    load.size = head.size;
    walk(&load, ctx);
    if (load.problem == NULL && load.done != load.size)
        load.problem = "it is damaged";
    free(load.bytes);
    return load.problem == NULL || refuse(why, why_size, path, load.problem);
}
