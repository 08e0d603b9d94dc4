/*
 * What becomes of a snapshot's file: any bytes as one (first byte 0), or a genuine one with bytes
 * changed (1) or cut off (2) as the rest of the input says, three bytes for where and one for what.
 * It is believed only if it is as it was written.
 */
#include "server/adapters/files/snapshot_file.h"
#include "tests/support/play.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SEQ = 7, IMAGE_MOST = 1 << 24 };

static uint8_t genuine[IMAGE_MOST], bytes[IMAGE_MOST];
static size_t genuine_size;

static int scratch(void)
{
    static char path[] = "/tmp/fuzz-snapshot-XXXXXX";
    static int file = -1;
    if (file < 0 && ((file = mkstemp(path)) < 0 || unlink(path) != 0))
        abort();
    return file;
}

static void genuine_make(int file)
{
    struct play play;
    struct snapshot_writer writer;
    play_init(&play, NULL);
    play_import(&play);
    play_gate(&play, 0, GATE_CLOSED);
    snapshot_writer_init(&writer, file, SEQ);
    if (!stadium_save(play.stadium, &writer.sink) || snapshot_writer_end(&writer) != 0)
        abort();
    const ssize_t size = pread(file, genuine, sizeof genuine, 0);
    if (size <= 0 || (size_t)size == sizeof genuine)
        abort();
    genuine_size = (size_t)size;
    play_fini(&play);
}

static bool is_believed(int file)
{
    const struct limits limits = limits_default();
    struct stadium *stadium = stadium_create(&limits);
    struct snapshot_reader reader;
    char why[160];
    lseek(file, 0, SEEK_SET);
    const bool believed = snapshot_reader_init(&reader, file, SEQ) &&
                          stadium_load(stadium, &reader.source, why, sizeof why) &&
                          snapshot_reader_end(&reader);
    snapshot_reader_fini(&reader);
    stadium_destroy(stadium);
    return believed;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const int file = scratch();
    const uint8_t *left = data + 1;
    if (genuine_size == 0)
        genuine_make(file);
    if (size == 0 || size > sizeof bytes)
        return 0;
    size_t length = data[0] == 0 ? size - 1 : genuine_size;
    memcpy(bytes, data[0] == 0 ? left : genuine, length);
    for (; data[0] != 0 && left + 4 <= data + size; left += 4) {
        const size_t at = ((size_t)left[0] << 16 | (size_t)left[1] << 8 | left[2]) % genuine_size;
        if (data[0] == 1)
            bytes[at] ^= left[3];
        else
            length = at;
    }
    if (ftruncate(file, 0) != 0 || pwrite(file, bytes, length, 0) != (ssize_t)length)
        abort();
    if (is_believed(file) != (length == genuine_size && memcmp(bytes, genuine, length) == 0))
        abort();
    return 0;
}
