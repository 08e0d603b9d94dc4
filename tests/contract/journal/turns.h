/*
 * Turns for tests of journals. Turn k (from 0) has (k * 7) % 5 + 1 rows; each row's payload says
 * which turn it is, which row of how many, and goes on with filler made from its seq. So a reader
 * can tell whether a journal holds whole turns, unchanged, without gaps.
 */
#ifndef TESTS_TURNS_H
#define TESTS_TURNS_H

#include "server/ports/journal.h"

#include <pthread.h>

enum { TURN_ROWS_MAX = 5, TURN_PAYLOAD_MAX = 256 };

struct turn {
    struct journal_append append;
    struct journal_row rows[TURN_ROWS_MAX];
    uint8_t payloads[TURN_ROWS_MAX][TURN_PAYLOAD_MAX];
    struct turns *owner;
    enum status status;
};

/* What was completed, in order. Appends may be waited for. */
struct turns {
    pthread_mutex_t mutex;
    pthread_cond_t moved;
    uint32_t done;      /* Completed turns. */
    bool in_order;      /* Each completed after the one before. */
    enum status status; /* Of the last one. */
    char why[JOURNAL_WHY_SIZE];
    void (*on_done)(struct turns *turns,
                    const struct turn *turn); /* Optional; on the journal's thread. */
    void *ctx;
};
void turns_init(struct turns *turns);
void turns_fini(struct turns *turns);
uint32_t turn_rows(uint32_t k);
uint64_t turn_first_seq(uint32_t k);
/* Fills turn k; it completes into `turns`. */
void turn_make(struct turn *turn, uint32_t k, struct turns *turns);
/* Fails the test unless `payload` is that of the row with this seq. */
void turn_check_row(const struct journal_row *row, const uint8_t *payload);
void turns_wait(struct turns *turns, uint32_t done); /* Until so many are done. */
/* Appends turns [from, to) one after the other, waiting for each; returns the first bad status. */
enum status turns_append(struct journal *journal, struct turns *turns, uint32_t from, uint32_t to);

/* Reads all and checks every row. STATUS_OK: *turn_count whole turns are there and nothing else.
 * Otherwise what read() said, in `why`. Fails the test when rows are wrong or a turn is cut. */
enum status turns_read(struct journal *journal, uint32_t *turn_count, char *why, size_t why_size);

/* Fetches a row, waits for it and checks it; what fetch() said, in `why`. */
enum status turns_fetch(struct journal *journal, uint64_t seq, char *why, size_t why_size);

/* A new directory for one test; removed with what is in it. */
char *directory_make(void);
/* Fails the test unless the database, its -wal and its -shm are there, and nobody but the owner may
 * read or write them. */
void directory_check_private(const char *directory, const char *database);
void directory_remove(char *directory); /* Frees it. */

#endif
