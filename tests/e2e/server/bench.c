#include "tests/e2e/server/bench.h"

#include "api/rpc/channel.h"
#include "tests/support/ground.h"
#include "tests/support/shell.h"

#include "tifo/v1/venue.pb-c.h"

#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    strcpy(b->folder, "/tmp/tifod-test-XXXXXX");
    if (!mkdtemp(b->folder))
        return -1;
    snprintf(b->data, sizeof b->data, "%s/data", b->folder);
    snprintf(b->port_file, sizeof b->port_file, "%s/port", b->folder);
    *state = b;
    return 0;
}

int tear_down(void **state)
{
    struct bench *b = *state;
    char line[128];
    snprintf(line, sizeof line, "rm -r '%s'", b->folder);
    const int removed = shell(line);
    free(b);
    return removed;
}

static void start(struct bench *b, const char *clock)
{
    /* Few facts: tests that kill servers kill them and their snapshots in all states. */
    const char *const arguments[] = { "--listen",
                                      "127.0.0.1:0",
                                      "--data",
                                      b->data,
                                      "--clock",
                                      clock,
                                      "--port-file",
                                      b->port_file,
                                      "--snapshot-facts",
                                      "150",
                                      b->sensors ? "--sensors" : NULL,
                                      b->sensors,
                                      NULL };
    remove(b->port_file);
    if (!process_serve(&b->server, TIFOD, arguments, b->port_file))
        fail_msg("tifod did not serve: %s", b->server.said);
    b->channel = rpc_channel_create(b->server.address);
}

void serve(struct bench *b)
{
    start(b, "driven");
}

void serve_real(struct bench *b)
{
    start(b, "real");
}

int end_server(struct bench *b, int signal_number)
{
    kill(b->server.pid, signal_number);
    const int code = process_wait(&b->server);
    rpc_channel_destroy(b->channel);
    b->channel = NULL;
    return code;
}

void *ask(struct bench *b, const ProtobufCServiceDescriptor *service, const char *method,
          const void *request, struct rpc_status *status)
{
    const struct rpc_client_options options = { .timeout_ms = 20000 };
    ProtobufCMessage *reply = NULL;
    rpc_unary(b->channel, service, method, &options, request, &reply, status);
    return reply;
}

void drop(void *message)
{
    protobuf_c_message_free_unpacked(message, NULL);
}

void import_ground(struct bench *b)
{
    Tifo__V1__ImportVenueRequest request = TIFO__V1__IMPORT_VENUE_REQUEST__INIT;
    struct rpc_status status = { 0 };
    request.venue = ground_venue("ground");
    void *reply = ask(b, &tifo__v1__venues__descriptor, "ImportVenue", &request, &status);
    if (!reply)
        fail_msg("%s", status.message);
    ground_free(request.venue);
    drop(reply);
}

int run_tifod(const char *const *arguments)
{
    struct process process;
    assert_false(process_serve(&process, TIFOD, arguments, NULL));
    const int code = process_wait(&process);
    if (code != 0)
        print_message("tifod said: %s\n", process.said);
    return code;
}

/* ---- records.db -------------------------------------------------------------------------------
 */

static void print_table(sqlite3 *db, const char *name, FILE *out)
{
    char sql[160];
    sqlite3_stmt *rows;
    /* Keys have one or two columns; `applied` is one. */
    snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY %s", name,
             strcmp(name, "applied") == 0 ? "1" : "1, 2");
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &rows, NULL), SQLITE_OK);
    while (sqlite3_step(rows) == SQLITE_ROW) {
        fprintf(out, "%s", name);
        for (int i = 0; i < sqlite3_column_count(rows); i++)
            fprintf(out, "|%s", (const char *)sqlite3_column_text(rows, i));
        fputc('\n', out);
    }
    sqlite3_finalize(rows);
}

char *records_text(const struct bench *b)
{
    char path[128], *text = NULL;
    size_t size;
    sqlite3 *db;
    sqlite3_stmt *tables;
    FILE *out = open_memstream(&text, &size);
    snprintf(path, sizeof path, "%s/records.db", b->data);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT name FROM sqlite_master WHERE type = 'table' "
                                        "AND name <> 'boot_mark' "
                                        "ORDER BY name",
                                        -1, &tables, NULL),
                     SQLITE_OK);
    while (sqlite3_step(tables) == SQLITE_ROW)
        print_table(db, (const char *)sqlite3_column_text(tables, 0), out);
    sqlite3_finalize(tables);
    sqlite3_close(db);
    fclose(out);
    return text;
}

void check_records(const struct bench *b)
{
    const char *const rebuild[] = { "records", "rebuild", "--data", b->data, NULL };
    char *followed = records_text(b);
    assert_int_equal(run_tifod(rebuild), 0);
    char *made_anew = records_text(b);
    assert_true(strlen(followed) > 500);
    assert_string_equal(followed, made_anew);
    free(followed);
    free(made_anew);
}
