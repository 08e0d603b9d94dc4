#include "sim/flow/capacities.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MOST = 65536, LINE_MOST = 400 };

static const char *const element_names[CAPACITY_ELEMENTS] = { "door",    "stairs-up", "stairs-down",
                                                              "turn-up", "turn-down", "aisle",
                                                              "gate",    "turnstiles" };

const char *capacity_element_name(enum capacity_element element)
{
    return element_names[element];
}

/* ---- In -------------------------------------------------------------------------------------- */

struct reading {
    const char *name;
    int line;
    struct capacities *out;
    uint32_t seen; /* A bit for each element. */
    bool titled;
    char *why;
    size_t why_size;
};

__attribute__((format(printf, 2, 3))) static bool refuse(const struct reading *r,
                                                         const char *sentence, ...)
{
    va_list arguments;
    int used = snprintf(r->why, r->why_size, "%s:%d: ", r->name, r->line);
    va_start(arguments, sentence);
    if (used > 0 && (size_t)used < r->why_size)
        vsnprintf(r->why + used, r->why_size - (size_t)used, sentence, arguments);
    va_end(arguments);
    return false;
}

/* CAPACITY_ELEMENTS: there is none of that name. */
static int element_named(const char *name)
{
    int element = 0;
    while (element < CAPACITY_ELEMENTS && strcmp(name, element_names[element]) != 0)
        element++;
    return element;
}

static bool read_element(struct reading *r, const char *text)
{
    char name[16];
    struct capacity_fit fit;
    if (sscanf(text, "element %15s %lf %lf %lf %lf %lf %lf %lf %" SCNu32, name, &fit.per_width,
               &fit.at_zero, &fit.from, &fit.to, &fit.r2, &fit.spread, &fit.held_out,
               &fit.runs) != 9)
        return refuse(r, "\"element\" wants a name and eight numbers");
    int element = element_named(name);
    if (element == CAPACITY_ELEMENTS)
        return refuse(r, "there is no element \"%s\"", name);
    if (r->seen & 1u << element)
        return refuse(r, "\"%s\" is there twice", name);
    bool finite = isfinite(fit.per_width) && isfinite(fit.at_zero) && isfinite(fit.r2) &&
                  isfinite(fit.spread) && isfinite(fit.held_out) && isfinite(fit.to);
    if (!finite || !(fit.per_width > 0) || !(fit.from > 0) || !(fit.to > fit.from) ||
        !(fit.per_width * fit.from + fit.at_zero > 0) || fit.spread < 0 || fit.held_out < 0)
        return refuse(r, "the flow of \"%s\" must be above 0 and grow with the width", name);
    r->seen |= 1u << element;
    r->out->fits[element] = fit;
    return true;
}

static bool read_mean(struct reading *r, const char *text)
{
    char name[16];
    struct capacity_mean mean;
    if (sscanf(text, "mean %15s %lf %lf", name, &mean.width, &mean.ps) != 3)
        return refuse(r, "\"mean\" wants a name and two numbers");
    int element = element_named(name);
    if (element == CAPACITY_ELEMENTS)
        return refuse(r, "there is no element \"%s\"", name);
    size_t count = r->out->mean_count[element];
    double before = count > 0 ? r->out->means[element][count - 1].width : 0;
    if (count == CAPACITY_MEANS || !isfinite(mean.width) || !(mean.width > before) ||
        !isfinite(mean.ps) || !(mean.ps > 0))
        return refuse(r, "means of \"%s\" are at rising widths, at most %d, and above 0", name,
                      CAPACITY_MEANS);
    r->out->means[element][count] = mean;
    r->out->mean_count[element] = count + 1;
    return true;
}

static bool read_error(struct reading *r, const char *text)
{
    struct capacity_error error;
    if (r->out->error_count == CAPACITY_ERRORS)
        return refuse(r, "there are more than %d errors", CAPACITY_ERRORS);
    if (sscanf(text, "error %15s %" SCNu32 " %" SCNu32 " %lf %lf %lf", error.kind, &error.variants,
               &error.runs, &error.bias, &error.mean, &error.worst) != 6 ||
        !isfinite(error.bias) || !(error.mean >= 0) || !(error.worst >= error.mean))
        return refuse(r, "\"error\" wants a kind and five numbers");
    r->out->errors[r->out->error_count++] = error;
    return true;
}

static bool read_line(struct reading *r, const char *text)
{
    int format;
    if (text[strspn(text, " \t")] == '\0' || text[0] == '#')
        return true;
    if (!r->titled) {
        r->titled = sscanf(text, "tifo-capacities %d", &format) == 1 && format == 1;
        return r->titled || refuse(r, "it does not begin with \"tifo-capacities 1\"");
    }
    if (strncmp(text, "element ", 8) == 0)
        return read_element(r, text);
    if (strncmp(text, "mean ", 5) == 0)
        return read_mean(r, text);
    if (strncmp(text, "error ", 6) == 0)
        return read_error(r, text);
    if (sscanf(text, "engine %31s", r->out->engine) == 1 ||
        sscanf(text, "set %31s", r->out->set) == 1 ||
        sscanf(text, "seeds %" SCNu32, &r->out->seeds) == 1)
        return true;
    return refuse(r, "\"%.40s\" is not known here", text);
}

bool capacities_parse(const char *text, const char *name, struct capacities *out, char *why,
                      size_t why_size)
{
    struct reading r = { .name = name, .out = out, .why = why, .why_size = why_size };
    *out = (struct capacities){ .seeds = 0 };
    while (*text != '\0') {
        char line[LINE_MOST];
        size_t length = strcspn(text, "\n");
        r.line++;
        if (length >= sizeof line)
            return refuse(&r, "the line is too long");
        memcpy(line, text, length);
        line[length] = '\0';
        if (!read_line(&r, line))
            return false;
        text += length + (text[length] == '\n');
    }
    for (int element = 0; element < CAPACITY_ELEMENTS; element++)
        if (!(r.seen & 1u << element))
            return refuse(&r, "element \"%s\" is missing; tifo-sim calibrate measures it",
                          element_names[element]);
    return true;
}

bool capacities_read(const char *path, struct capacities *out, char *why, size_t why_size)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(FILE_MOST + 1, 1);
    bool good = file != NULL && text != NULL && fread(text, 1, FILE_MOST, file) < FILE_MOST &&
                !ferror(file);
    if (!good)
        snprintf(why, why_size, "%s: cannot be read: %s", path,
                 file != NULL ? "it is no file of capacities" : strerror(errno));
    good = good && capacities_parse(text, path, out, why, why_size);
    if (file != NULL)
        fclose(file);
    free(text);
    return good;
}

/* ---- Out ------------------------------------------------------------------------------------- */

bool capacities_print(const struct capacities *c, FILE *file)
{
    fprintf(file,
            "tifo-capacities 1\nengine %s\nset %s\nseeds %" PRIu32 "\n"
            "# people a second = per-width x width + at-zero, one way; widths in m; of turnstiles\n"
            "# the width is the rate of all lanes in people a second\n"
            "#       name        per-width  at-zero     from       to      r2  spread held-out"
            "  runs\n",
            c->engine, c->set, c->seeds);
    for (int e = 0; e < CAPACITY_ELEMENTS; e++) {
        const struct capacity_fit *f = &c->fits[e];
        fprintf(file, "element %-11s %9.4f %8.4f %8.4f %8.4f %7.4f %7.4f %8.4f %5" PRIu32 "\n",
                element_names[e], f->per_width, f->at_zero, f->from, f->to, f->r2, f->spread,
                f->held_out, f->runs);
    }
    for (int e = 0; e < CAPACITY_ELEMENTS; e++)
        for (size_t i = 0; i < c->mean_count[e]; i++)
            fprintf(file, "mean %-14s %7.4f %8.4f\n", element_names[e], c->means[e][i].width,
                    c->means[e][i].ps);
    if (c->error_count > 0)
        fputs("# the network model's clearances against the engine's, as shares\n"
              "#     kind    variants  runs     bias    mean   worst\n",
              file);
    for (size_t i = 0; i < c->error_count; i++) {
        const struct capacity_error *e = &c->errors[i];
        fprintf(file, "error %-9s %6" PRIu32 " %5" PRIu32 " %8.4f %7.4f %7.4f\n", e->kind,
                e->variants, e->runs, e->bias, e->mean, e->worst);
    }
    return !ferror(file);
}

/* ---- Asked ----------------------------------------------------------------------------------- */

static double on_line_ps(const struct capacity_fit *f, double width)
{
    double least = f->per_width * f->from + f->at_zero;
    return width < f->from ? fmax(0, least * width / f->from)
                           : fmax(0, f->per_width * width + f->at_zero);
}

double capacity_ps(const struct capacities *c, enum capacity_element element, double width)
{
    const struct capacity_fit *f = &c->fits[element];
    const struct capacity_mean *means = c->means[element];
    const size_t count = c->mean_count[element];
    if (count == 0)
        return on_line_ps(f, width);
    if (width <= means[0].width)
        return fmax(0, means[0].ps * width / means[0].width);
    size_t i = 1;
    while (i < count && means[i].width < width)
        i++;
    if (i == count)
        return means[i - 1].ps + f->per_width * (width - means[i - 1].width);
    const double part = (width - means[i - 1].width) / (means[i].width - means[i - 1].width);
    return means[i - 1].ps + part * (means[i].ps - means[i - 1].ps);
}

double capacity_most_ps(const struct capacities *c, enum capacity_element element, double width)
{
    const struct capacity_fit *f = &c->fits[element];
    return on_line_ps(f, width) * (1 + 3 * f->spread + f->held_out);
}

const struct capacity_error *capacities_error(const struct capacities *c, const char *kind)
{
    for (size_t i = 0; i < c->error_count; i++)
        if (strcmp(c->errors[i].kind, kind) == 0)
            return &c->errors[i];
    return NULL;
}
