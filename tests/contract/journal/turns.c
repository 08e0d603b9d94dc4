#include "tests/contract/journal/turns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void turns_init(struct turns *turns)
{
    *turns = (struct turns){ .in_order = true };
    pthread_mutex_init(&turns->mutex, NULL);
    pthread_cond_init(&turns->moved, NULL);
}

void turns_fini(struct turns *turns)
{
    pthread_cond_destroy(&turns->moved);
    pthread_mutex_destroy(&turns->mutex);
}

uint32_t turn_rows(uint32_t k)
{
    return k * 7 % TURN_ROWS_MAX + 1;
}

uint64_t turn_first_seq(uint32_t k)
{
    uint64_t seq = 1;
    for (uint32_t i = 0; i < k; i++)
        seq += turn_rows(i);
    return seq;
}

static size_t payload_make(uint8_t *payload, uint32_t turn, uint32_t row, uint64_t seq)
{
    size_t size = 12 + seq * 37 % (TURN_PAYLOAD_MAX - 12);
    const uint32_t words[3] = { turn, row, turn_rows(turn) };
    memcpy(payload, words, sizeof(words));
    for (size_t i = 12; i < size; i++)
        payload[i] = (uint8_t)(seq * 131 + i);
    return size;
}

static void turn_done(struct journal_append *append, enum status status, const char *why)
{
    struct turn *turn = append->ctx;
    struct turns *turns = turn->owner;
    turn->status = status;
    if (turns->on_done)
        turns->on_done(turns, turn);
    pthread_mutex_lock(&turns->mutex);
    uint32_t number;
    memcpy(&number, turn->payloads[0], sizeof(number));
    turns->in_order &= number >= turns->done;
    turns->done++;
    turns->status = status;
    snprintf(turns->why, sizeof(turns->why), "%s", why);
    pthread_cond_signal(&turns->moved);
    pthread_mutex_unlock(&turns->mutex);
}

void turn_make(struct turn *turn, uint32_t k, struct turns *turns)
{
    uint64_t seq = turn_first_seq(k);
    turn->owner = turns;
    for (uint32_t i = 0; i < turn_rows(k); i++, seq++) {
        size_t size = payload_make(turn->payloads[i], k, i, seq);
        turn->rows[i] = (struct journal_row){
            seq, (uint32_t)(seq % 60), (int64_t)seq * 250, { turn->payloads[i], size }, 0
        };
    }
    turn->append = (struct journal_append){
        .rows = turn->rows, .count = turn_rows(k), .done = turn_done, .ctx = turn
    };
}

void turn_check_row(const struct journal_row *row, const uint8_t *payload)
{
    uint8_t expected[TURN_PAYLOAD_MAX];
    uint32_t k = 0;
    while (turn_first_seq(k + 1) <= row->seq)
        k++;
    const size_t size =
        payload_make(expected, k, (uint32_t)(row->seq - turn_first_seq(k)), row->seq);
    assert_int_equal(row->kind, row->seq % 60);
    assert_int_equal(row->payload.size, size);
    assert_memory_equal(payload, expected, size);
}

void turns_wait(struct turns *turns, uint32_t done)
{
    pthread_mutex_lock(&turns->mutex);
    while (turns->done < done)
        pthread_cond_wait(&turns->moved, &turns->mutex);
    pthread_mutex_unlock(&turns->mutex);
}

enum status turns_append(struct journal *journal, struct turns *turns, uint32_t from, uint32_t to)
{
    for (uint32_t k = from; k < to; k++) {
        struct turn turn;
        uint32_t before = turns->done;
        turn_make(&turn, k, turns);
        enum status status = journal->ops->append(journal, &turn.append);
        if (status != STATUS_OK)
            return status;
        turns_wait(turns, before + 1);
        if (turn.status != STATUS_OK)
            return turn.status;
    }
    return STATUS_OK;
}

struct reader {
    uint64_t seq; /* Last one seen. */
    uint32_t turn, row, rows;
};

static bool see_row(void *ctx, const struct journal_row *row)
{
    struct reader *reader = ctx;
    uint8_t expected[TURN_PAYLOAD_MAX];
    if (reader->row == reader->rows) {
        reader->turn += reader->rows > 0;
        reader->row = 0;
        reader->rows = turn_rows(reader->turn);
    }
    size_t size = payload_make(expected, reader->turn, reader->row, row->seq);
    assert_true(row->seq == reader->seq + 1);
    assert_int_equal(row->kind, row->seq % 60);
    assert_true(row->time_ms == (int64_t)row->seq * 250);
    assert_int_equal(row->payload.size, size);
    assert_memory_equal(row->payload.data, expected, size);
    reader->seq = row->seq;
    reader->row++;
    return true;
}

enum status turns_read(struct journal *journal, uint32_t *turn_count, char *why, size_t why_size)
{
    struct reader reader = { 0 };
    enum status status = journal->ops->read(journal, 1, see_row, &reader, why, why_size);
    if (status != STATUS_OK)
        return status;
    assert_int_equal(reader.row, reader.rows); /* The last turn is whole. */
    *turn_count = reader.rows > 0 ? reader.turn + 1 : 0;
    return STATUS_OK;
}

struct fetching {
    struct journal_fetch fetch;
    pthread_mutex_t mutex;
    pthread_cond_t over_cond;
    bool over;
    enum status status;
    char *why;
    size_t why_size;
};

static void fetch_over(struct journal_fetch *fetch, enum status status,
                       const struct journal_row *row, const char *why)
{
    struct fetching *fetching = fetch->ctx;
    if (row)
        turn_check_row(row, row->payload.data);
    pthread_mutex_lock(&fetching->mutex);
    fetching->over = true;
    fetching->status = status;
    snprintf(fetching->why, fetching->why_size, "%s", why);
    pthread_cond_signal(&fetching->over_cond);
    pthread_mutex_unlock(&fetching->mutex);
}

enum status turns_fetch(struct journal *journal, uint64_t seq, char *why, size_t why_size)
{
    struct fetching fetching = { .why = why, .why_size = why_size };
    fetching.fetch = (struct journal_fetch){ .seq = seq, .done = fetch_over, .ctx = &fetching };
    pthread_mutex_init(&fetching.mutex, NULL);
    pthread_cond_init(&fetching.over_cond, NULL);
    journal->ops->fetch(journal, &fetching.fetch);
    pthread_mutex_lock(&fetching.mutex);
    while (!fetching.over)
        pthread_cond_wait(&fetching.over_cond, &fetching.mutex);
    pthread_mutex_unlock(&fetching.mutex);
    pthread_cond_destroy(&fetching.over_cond);
    pthread_mutex_destroy(&fetching.mutex);
    return fetching.status;
}

char *directory_make(void)
{
    const char *base = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
    size_t size = strlen(base) + sizeof("/tifo-journal-XXXXXX");
    char *directory = malloc(size);
    snprintf(directory, size, "%s/tifo-journal-XXXXXX", base);
    assert_non_null(mkdtemp(directory));
    return directory;
}

void directory_check_private(const char *directory, const char *database)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        char path[512];
        struct stat about;
        snprintf(path, sizeof(path), "%s/%s%s", directory, database, ends[i]);
        assert_int_equal(stat(path, &about), 0);
        assert_int_equal(about.st_mode & 07777, 0600);
    }
}

void directory_remove(char *directory)
{
    DIR *dir = opendir(directory);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        char path[512];
        snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
        if (entry->d_name[0] != '.')
            unlink(path);
    }
    closedir(dir);
    rmdir(directory);
    free(directory);
}
