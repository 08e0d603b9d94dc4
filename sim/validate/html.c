#include "sim/paper.h"
#include "sim/plot.h"
#include "sim/report_page.h"
#include "sim/validate/table.h"

#include <string.h>

static const char style[] =
    "body{margin:56px auto;width:1100px;background:#FFFFFF;color:" PAPER_TEXT1 ";"
    "font:15px/1.45 Inter,'DejaVu Sans',sans-serif;font-variant-numeric:tabular-nums}"
    "h1{font-size:34px;line-height:1.2;font-weight:600;margin:14px 0 8px}"
    "h2{font-size:16px;font-weight:600;margin:30px 0 10px}"
    "h3{font-size:14px;font-weight:600;margin:6px 0}"
    "table{border-collapse:collapse;width:100%;font-size:13px}"
    "td,th{padding:4px 10px 4px 0;text-align:left;vertical-align:top;"
    "border-bottom:1px solid " PAPER_LINE1 "}th{color:" PAPER_TEXT3 ";font-weight:400}"
    "td.case{font-weight:600;white-space:nowrap}td.bad{font-weight:600}"
    "td.figure{white-space:nowrap}"
    ".grey,td.grey{color:" PAPER_TEXT3 "}"
    ".axis{font-size:12px;fill:" PAPER_TEXT3 "}"
    ".grid{display:flex;flex-wrap:wrap;gap:12px 24px}.cell{width:486px}"
    ".note{color:" PAPER_TEXT3 ";font-size:13px}"
    "@media print{body{margin:0 auto}}@page{size:A4 landscape;margin:14mm}";

static void cell(const struct report_page *page, const char *class, const char *text)
{
    fprintf(page->file, "<td class=\"%s\">", class);
    page_text(page, text);
    fputs("</td>", page->file);
}

static const char *verdict_class(enum verdict verdict)
{
    return verdict == VERDICT_FAIL || verdict == VERDICT_KNOWN ? "bad" : "";
}

static void write_rows(const struct report_page *page, const struct table *table)
{
    const char *id = "";
    fputs("<table><tr><th>Case</th><th></th><th>Criterion</th><th>Source</th><th>Set</th>"
          "<th>Median (5 to 95 %)</th><th>Verdict</th></tr>\n",
          page->file);
    for (uint32_t i = 0; i < table->result_count; i++) {
        const struct result *r = &table->results[i];
        bool same = strcmp(id, r->row->id) == 0;
        char figure[TABLE_TEXT], set[TABLE_TEXT];
        table_figure(r, figure);
        table_set(r->harvest->setup, set);
        id = r->row->id;
        fputs("<tr>", page->file);
        cell(page, "case", same ? "" : id);
        cell(page, "", same ? "" : r->row->title);
        cell(page, "", r->row->criterion);
        cell(page, "grey", source_name(r->row->source));
        cell(page, "grey", set);
        cell(page, "figure", figure);
        fprintf(page->file, "<td class=\"%s\">", verdict_class(r->finding.verdict));
        page_text(page, verdict_name(r->finding.verdict));
        if (r->finding.verdict == VERDICT_KNOWN) {
            fputs("<div class=\"note\">", page->file);
            page_text(page, r->row->known);
            fputs("</div>", page->file);
        }
        fputs("</td></tr>\n", page->file);
    }
    fputs("</table>\n", page->file);
}

static void write_diagrams(const struct report_page *page, const struct table *table)
{
    fputs("<h2>Diagrams</h2><div class=\"grid\">\n", page->file);
    for (uint32_t i = 0; i < table->harvest_count; i++) {
        struct plot plot = { .file = page->file };
        if (table->harvests[i].setup->draw != NULL && table->harvests[i].trial_count > 0)
            table->harvests[i].setup->draw(&table->harvests[i], &plot);
    }
    fputs("</div>\n", page->file);
}

void table_html(const struct table *table, FILE *out)
{
    struct report_page page = { .file = out };
    char sum[TABLE_TEXT];
    table_sum(table, sum);
    fprintf(out,
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
            "<title>Verification of tifo-sim</title><style>%s</style></head><body>\n"
            "<h1>Verification of tifo-sim " TIFO_VERSION "</h1><p>%s.</p><p class=\"note\">%s "
            "\"Guideline\" criteria are the guideline's own; \"practice\": it gives no number, and "
            "this is what others who implement it ask; \"ours\": what this project asks of "
            "itself.</p>\n",
            style, sum,
            table->long_form ? "Long form."
                             : "Short form: fewer seeds and smaller grounds than --long.");
    write_rows(&page, table);
    write_diagrams(&page, table);
    fputs("</body></html>\n", out);
}
