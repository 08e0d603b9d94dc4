/* What the figures stand on: the model, the assumptions, the seed, and what it leaves out. */
#include "sim/figures.h"
#include "sim/report_page.h"

#include <inttypes.h>

static void write_row(const struct report_page *page, const char *label, const char *text)
{
    fputs("<tr><td>", page->file);
    page_text(page, label);
    fputs("</td><td>", page->file);
    page_text(page, text);
    fputs("</td></tr>\n", page->file);
}

/* With guidance and without stand on the same assumptions, but for guidance itself. */
void table_method(const struct report_page *page)
{
    const struct record *r = page->any;
    char line[240];
    fputs("<h2>Assumptions and model</h2>\n<table class=\"words\">\n", page->file);
    for (size_t i = 0; i < r->assumptions.count; i++)
        write_row(page, RECORD_ASSUMPTIONS(r)[i].label, RECORD_ASSUMPTIONS(r)[i].text);
    snprintf(line, sizeof line,
             "tifo-sim %s, microscopic, continuous space, steps of 0.1 s; "
             "parameter set \"%s\"; doors %s%s",
             r->version, r->parameters,
             r->design[0] != '\0' ? "keep the design values of " : "pass what people push through",
             r->design);
    write_row(page, "Model", line);
    snprintf(line, sizeof line,
             "%.0f; one run%s. Results of one seed are one draw: tifo-sim sweep gives means, "
             "confidence intervals and the 95th percentile over many",
             r->seed,
             page->with != NULL && page->without != NULL ? " with guidance, one without" : "");
    write_row(page, "Seed", line);
    snprintf(line, sizeof line,
             "densities: people in cells of 2 m (maps of highest density and of time: 1 m), "
             "smoothed with weights 1-2-1 over the floor there is, means of 10 s (1 s)");
    write_row(page, "Measured as", line);
    write_row(page, "Left out",
              "people who fall or panic, help for those who cannot take stairs, staff, vehicles, "
              "weather; sensors count without error");
    write_row(page, "Verification",
              "tifo-sim validate: RiMEA 4.1.1, NIST TN 1822, ISO 20414 and IMO MSC.1/Circ.1533 "
              "cases of this build, with those it does not pass");
    fputs("</table>\n", page->file);
}
