#include "sim/validate/table.h"

#include "sim/json_values.h"

#include <math.h>
#include <string.h>

void table_figure(const struct result *r, char out[TABLE_TEXT])
{
    const struct finding *f = &r->finding;
    int decimals = r->row->decimals;
    if (f->verdict == VERDICT_ABSENT)
        snprintf(out, TABLE_TEXT, "-");
    else if (isnan(f->median))
        snprintf(out, TABLE_TEXT, "none");
    else if (r->row->asks == POOLED)
        snprintf(out, TABLE_TEXT, "%.*f%s%s (%u seeds together)", decimals, f->median,
                 r->row->unit[0] ? " " : "", r->row->unit, f->seeds);
    else if (f->seeds == 1)
        snprintf(out, TABLE_TEXT, "%.*f%s%s", decimals, f->median, r->row->unit[0] ? " " : "",
                 r->row->unit);
    else
        snprintf(out, TABLE_TEXT, "%.*f%s%s (%.*f to %.*f, %u seeds)", decimals, f->median,
                 r->row->unit[0] ? " " : "", r->row->unit, decimals, f->p5, decimals, f->p95,
                 f->seeds);
}

void table_set(const struct setup *setup, char out[TABLE_TEXT])
{
    snprintf(out, TABLE_TEXT, "%s%s", setup->walking != NULL ? setup->walking->name : "",
             setup->set_note != NULL ? setup->set_note : "");
}

uint32_t table_count(const struct table *table, enum verdict verdict)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < table->result_count; i++)
        count += table->results[i].finding.verdict == verdict;
    return count;
}

void table_sum(const struct table *table, char out[TABLE_TEXT])
{
    snprintf(
        out, TABLE_TEXT, "%u rows: %u pass, %u recorded, %u known failures, %u not run, %u FAIL",
        table->result_count, table_count(table, VERDICT_PASS) + table_count(table, VERDICT_MENDED),
        table_count(table, VERDICT_RECORDED), table_count(table, VERDICT_KNOWN),
        table_count(table, VERDICT_ABSENT), table_count(table, VERDICT_FAIL));
}

void table_print(const struct table *table, FILE *out)
{
    const char *id = "";
    for (uint32_t i = 0; i < table->result_count; i++) {
        const struct result *r = &table->results[i];
        char figure[TABLE_TEXT], set[TABLE_TEXT];
        table_figure(r, figure);
        table_set(r->harvest->setup, set);
        if (strcmp(id, r->row->id) != 0)
            fprintf(out, "%s  %s\n", r->row->id, r->row->title);
        id = r->row->id;
        fprintf(out, "    %-13s  %-52s  %-9s  %-10s  %s\n", verdict_name(r->finding.verdict),
                r->row->criterion, source_name(r->row->source), set, figure);
        if (r->row->known != NULL && r->finding.verdict == VERDICT_KNOWN)
            fprintf(out, "    %-13s  because %s\n", "", r->row->known);
    }
    char sum[TABLE_TEXT];
    table_sum(table, sum);
    fprintf(out, "\n%s%s\n", sum, table->long_form ? "" : "; fewer seeds than --long's 50");
}

static json_t *row_json(const struct result *r)
{
    const struct row *row = r->row;
    char set[TABLE_TEXT];
    table_set(r->harvest->setup, set);
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "case", row->id, "title", row->title,
                  "criterion", row->criterion, "source", source_name(row->source), "set", set,
                  "unit", row->unit, "verdict", verdict_name(r->finding.verdict));
    json_object_set_new(json, "low", json_number(row->low));
    json_object_set_new(json, "high", json_number(row->high));
    json_object_set_new(json, "median", json_number(r->finding.median));
    json_object_set_new(json, "p5", json_number(r->finding.p5));
    json_object_set_new(json, "p95", json_number(r->finding.p95));
    json_object_set_new(json, "seeds", json_integer(r->finding.seeds));
    json_object_set_new(json, "known", row->known ? json_string(row->known) : json_null());
    return json;
}

bool table_json(const struct table *table, FILE *out)
{
    json_t *rows = json_array();
    for (uint32_t i = 0; i < table->result_count; i++)
        json_array_append_new(rows, row_json(&table->results[i]));
    json_t *json = json_pack("{s:s, s:b, s:o}", "version", TIFO_VERSION, "long", table->long_form,
                             "rows", rows);
    bool good = json_dumpf(json, out, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) == 0 &&
                fputc('\n', out) != EOF;
    json_decref(json);
    return good;
}
