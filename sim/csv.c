#include "sim/csv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void write_head(FILE *file, const struct record *record)
{
    fputs("time_s,inside_people,outside_people,seated_people,away_people,done_people,"
          "waiting_people",
          file);
    for (size_t i = 0; i < record->gates.count; i++) {
        const char *id = RECORD_GATES(record)[i].id;
        fprintf(file, ",%s_out_people,%s_in_people,%s_queue_people", id, id, id);
    }
    for (size_t i = 0; i < record->facilities.count; i++)
        fprintf(file, ",%s_queue_people", RECORD_FACILITIES(record)[i].id);
    for (size_t i = 0; i < record->zones.count; i++)
        fprintf(file, ",%s_peak_p_m2", RECORD_ZONES(record)[i].id);
    fputc('\n', file);
}

static int32_t at(const struct series *series, size_t i)
{
    return i < series->count ? series->values[i] : 0;
}

static void write_line(FILE *file, const struct record *record, size_t i)
{
    fprintf(file, "%.0f,%d,%d,%d,%d,%d,%d", (double)(i + 1) * record->sample_s,
            at(&record->inside, i), at(&record->outside, i), at(&record->seated, i),
            at(&record->away, i), at(&record->done_people, i), at(&record->waiting, i));
    for (size_t k = 0; k < record->gates.count; k++) {
        const struct record_gate *gate = &RECORD_GATES(record)[k];
        fprintf(file, ",%d,%d,%d", at(&gate->out, i), at(&gate->in, i), at(&gate->queue, i));
    }
    for (size_t k = 0; k < record->facilities.count; k++)
        fprintf(file, ",%d", at(&RECORD_FACILITIES(record)[k].queue, i));
    for (size_t k = 0; k < record->zones.count; k++)
        fprintf(file, ",%.2f", at(&RECORD_ZONES(record)[k].density, i) / 100.0);
    fputc('\n', file);
}

static bool finish(FILE *file, const char *path, char *why, size_t why_size)
{
    bool good = !ferror(file);
    good = fclose(file) == 0 && good;
    if (!good)
        snprintf(why, why_size, "%s: cannot be written: %s", path, strerror(errno));
    return good;
}

static FILE *start(const char *path, char *why, size_t why_size)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        snprintf(why, why_size, "%s: cannot be written: %s", path, strerror(errno));
    return file;
}

bool csv_write_series(const struct record *record, const char *path, char *why, size_t why_size)
{
    FILE *file = start(path, why, why_size);
    if (file == NULL)
        return false;
    write_head(file, record);
    for (size_t i = 0; i < record->inside.count; i++)
        write_line(file, record, i);
    return finish(file, path, why, why_size);
}

bool csv_write_report(const struct record *with, const struct record *without, const char *path,
                      char *why, size_t why_size)
{
    FILE *file = start(path, why, why_size);
    if (file == NULL)
        return false;
    const struct record *runs[] = { with, without };
    static const char *const names[] = { "with", "without" };
    fputs("guidance,", file);
    write_head(file, with != NULL ? with : without);
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; runs[k] != NULL && i < runs[k]->inside.count; i++) {
            fprintf(file, "%s,", names[k]);
            write_line(file, runs[k], i);
        }
    return finish(file, path, why, why_size);
}
