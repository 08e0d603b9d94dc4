/*
 * Tapes: a run's trajectories, several times smaller than the SQLite file, with all that is needed
 * to play them back (`tifo-twin --play FILE`). libc and zlib only.
 *
 * All numbers are little-endian. The file is a head and blocks:
 *
 *   head    "TIFOTAPE", u32 version (1), u32 ms from frame to frame, i64 Unix ms of frame 0,
 *           u32 counts a frame, u32 bytes of title, u32 bytes of venue, title, venue (a packed
 *           tifo.v1.Venue; empty: none)
 *   block   u32 frames (1 to 64), u32 people, u32 bytes unpacked, u32 bytes packed, packed
 *   end     a block of 0 frames; a tape that was cut off has none and plays up to there
 *
 * A packed block is deflated (zlib) columns: state, place, x and y of all people, then the counts.
 * A column is person by person, each frame by frame: the difference to the frame before (0 before
 * the block's first), of x and y the difference to the step before, so who walks on evenly is
 * zeros. A difference is zigzag (0, -1, 1, -2 ... become 0, 1, 2, 3) and a varint of seven bits a
 * byte, low ones first. Positions are whole centimetres.
 */
#ifndef SIM_TAPE_TAPE_H
#define SIM_TAPE_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TAPE_BLOCK_FRAMES = 64, TAPE_PEOPLE_MOST = 1 << 20, TAPE_COUNTS_MOST = 1 << 16 };
enum tape_state { TAPE_ABSENT, TAPE_SEATED, TAPE_ON_FOOT, TAPE_WAITING };

struct tape_head {
    uint32_t frame_ms;
    int64_t start_ms;
    uint32_t count_count; /* Numbers of the run as a whole in every frame, see below. */
    const char *title;    /* The writer's; the reader's until tape_close(). */
    const uint8_t *venue;
    size_t venue_size;
};

/* One frame: columns by person. Who has left or not come yet is ABSENT. */
struct tape_frame {
    uint32_t people;
    int32_t *x_cm, *y_cm;
    uint16_t *place;
    uint8_t *state; /* enum tape_state */
    uint32_t *counts;
};

/* Counts: the phase of the day (tifo.v1.PhaseKind), then four for each gate of the venue, then two
 * for each facility. A venue-less tape has none, or the phase alone. */
enum { TAPE_GATE_OPEN, TAPE_GATE_IN, TAPE_GATE_OUT, TAPE_GATE_QUEUE, TAPE_GATE_COUNTS };
enum { TAPE_FACILITY_QUEUE, TAPE_FACILITY_SERVED, TAPE_FACILITY_COUNTS };
#define TAPE_GATE(gate)              (1 + TAPE_GATE_COUNTS * (size_t)(gate))
#define TAPE_FACILITY(gates, number) (TAPE_GATE(gates) + TAPE_FACILITY_COUNTS * (size_t)(number))

/* ---- Writing */
struct tape_writer;
/* NULL: it cannot be written, see errno. `from` bytes of a file that is there are kept (what
 * tape_written() said of it); 0: a new one. */
struct tape_writer *tape_create(const char *path, const struct tape_head *head, uint64_t from);
/* False: the disk refused. Frames may have more people than those before. */
bool tape_write(struct tape_writer *writer, const struct tape_frame *frame);
/* Ends the block, so that what is written so far is in the file: so many bytes; 0: it failed. */
uint64_t tape_written(struct tape_writer *writer);
/* Frees it; NULL is accepted. With `end` false the tape can be gone on with. */
bool tape_finish(struct tape_writer *writer, bool end);

/* ---- Reading */
struct tape;
/* NULL: `why` says what is wrong. */
struct tape *tape_open(const char *path, char *why, size_t why_size);
void tape_close(struct tape *tape);
const struct tape_head *tape_head(const struct tape *tape);
uint32_t tape_frames(const struct tape *tape);
/* The columns are the tape's until the next call. False: that part of the file is damaged. */
bool tape_read(struct tape *tape, uint32_t frame, struct tape_frame *out);

#endif
