/* Any bytes as a tape: no crash, and every frame is read or refused. */
#include "sim/tape/tape.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FRAMES_MOST = 200, PEOPLE_MOST = 5000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char path[] = "/tmp/fuzz-tape-XXXXXX";
    static int file = -1;
    char why[400] = "";
    if (file < 0 && (file = mkstemp(path)) < 0)
        abort();
    if (ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != (ssize_t)size)
        abort();
    struct tape *tape = tape_open(path, why, sizeof why);
    if (tape == NULL && why[0] == '\0')
        abort();
    struct tape_frame frame;
    for (uint32_t f = 0; tape != NULL && f < tape_frames(tape) && f < FRAMES_MOST; f++)
        if (tape_read(tape, f, &frame) && frame.people > PEOPLE_MOST)
            break;
    tape_close(tape);
    return 0;
}
