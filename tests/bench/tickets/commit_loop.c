/*
 * What the disk allows: SQLite in WAL mode, synchronous=FULL, one transaction for all requests that
 * are outstanding, over and over; no network, no decision, no answer.
 *
 *   commit_loop FILE OUTSTANDING REQUESTS ROWS BYTES [STEPS]
 *
 * A request is STEPS commits (default 1) that write ROWS rows of BYTES each; its time is theirs.
 * Prints one line of JSON, as load does.
 */
#include "tests/bench/load/latency.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void check(sqlite3 *db, int code)
{
    if (code == SQLITE_OK || code == SQLITE_DONE)
        return;
    fprintf(stderr, "commit_loop: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static void run(sqlite3 *db, const char *sql)
{
    check(db, sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static void commit(sqlite3 *db, sqlite3_stmt *insert, uint32_t rows, const void *row, int bytes)
{
    run(db, "BEGIN");
    for (uint32_t i = 0; i < rows; i++) {
        check(db, sqlite3_bind_blob(insert, 1, row, bytes, SQLITE_STATIC));
        check(db, sqlite3_step(insert));
        check(db, sqlite3_reset(insert));
    }
    run(db, "COMMIT");
}

int main(int argc, char **argv)
{
    if (argc < 6 || argc > 7) {
        fprintf(stderr, "usage: commit_loop FILE OUTSTANDING REQUESTS ROWS BYTES [STEPS]\n");
        return 2;
    }
    const uint32_t outstanding = (uint32_t)atoi(argv[2]), requests = (uint32_t)atoi(argv[3]);
    const uint32_t rows = (uint32_t)atoi(argv[4]);
    const int bytes = atoi(argv[5]), steps = argc > 6 ? atoi(argv[6]) : 1;
    void *row = calloc(1, (size_t)bytes);
    struct latency latency = { 0 };
    sqlite3 *db;
    sqlite3_stmt *insert;
    check(NULL, sqlite3_open(argv[1], &db));
    run(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "CREATE TABLE journal (seq INTEGER PRIMARY KEY, payload BLOB)");
    check(db,
          sqlite3_prepare_v2(db, "INSERT INTO journal (payload) VALUES (?1)", -1, &insert, NULL));
    const uint64_t begin_us = now_us();
    uint32_t done = 0;
    while (done < requests) {
        const uint64_t began_us = now_us();
        for (int step = 0; step < steps; step++)
            commit(db, insert, outstanding * rows, row, bytes);
        for (uint32_t i = 0; i < outstanding; i++)
            latency_add(&latency, now_us() - began_us);
        done += outstanding;
    }
    const double took_s = (double)(now_us() - begin_us) / 1e6;
    printf("{\"requests\": %u, \"seconds\": %.3f, \"requests_per_s\": %.0f, \"p50_us\": %u, "
           "\"p99_us\": %u}\n",
           done, took_s, done / took_s, latency_quantile_us(&latency, 0.50),
           latency_quantile_us(&latency, 0.99));
    sqlite3_finalize(insert);
    sqlite3_close(db);
    free(latency.each_us);
    free(row);
    return 0;
}
