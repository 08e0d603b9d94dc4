/* JuPedSim's "distributions": how many people come from an area, when, and what they are like. */
#include "sim/foreign/jupedsim.h"
#include "sim/foreign/times.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void jupedsim_name_sources(struct jupedsim *j)
{
    const char *id;
    json_t *element;
    json_object_foreach(json_object_get(j->root, "distributions"), id, element)
    {
        j->sources = foreign_add(j->sources, &j->source_count, sizeof *j->sources);
        j->sources[j->source_count - 1] = id;
    }
}

size_t jupedsim_source_node(const struct jupedsim *j, const char *id)
{
    for (size_t i = 0; i < j->source_count; i++)
        if (strcmp(j->sources[i], id) == 0)
            return j->fields.out->spot_count + i;
    return JUPEDSIM_NONE;
}

/* "name" with "name_distribution" and "name_std". */
static struct draw read_draw(struct jupedsim *j, const json_t *at, const char *name,
                             double standard, double least, double most)
{
    struct fields *f = &j->fields;
    char key[64];
    double mean = fields_number(f, at, name, standard, 0, 100);
    snprintf(key, sizeof key, "%s_distribution", name);
    const char *kind = fields_text(f, at, key, "constant");
    snprintf(key, sizeof key, "%s_std", name);
    double std = fields_number(f, at, key, 0, 0, 100);
    if (strcmp(kind, "gaussian") != 0 || std == 0)
        return draw_constant(mean);
    return (struct draw){ .kind = DRAW_NORMAL,
                          .a = fmin(fmax(mean, least), most),
                          .b = std,
                          .least = least,
                          .most = most };
}

/* The parameters that the web project takes where a file gives none: Lovreglio et al. 2019. */
static const struct preset {
    const char *name;
    enum draw_kind kind;
    double a, b;
} presets[] = {
    { "gamma", DRAW_GAMMA, 1.291, 103.901 },     { "lognormal", DRAW_LOGNORMAL, 4.586, 0.967 },
    { "weibull", DRAW_WEIBULL, 139.285, 1.195 }, { "uniform", DRAW_UNIFORM, 0, 60 },
    { "constant", DRAW_CONSTANT, 10, 0 },
};

static struct draw read_delay(struct jupedsim *j, const json_t *at)
{
    struct fields *f = &j->fields;
    if (!fields_bool(f, at, "use_premovement", false))
        return (struct draw){ .kind = DRAW_NONE };
    const char *name = fields_text(f, at, "premovement_distribution", "gamma");
    double a = fields_number(f, at, "premovement_param_a", NAN, -1e6, 1e6);
    double b = fields_number(f, at, "premovement_param_b", NAN, -1e6, 1e6);
    const struct preset *preset = NULL;
    for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++)
        if (strcmp(presets[i].name, name) == 0)
            preset = &presets[i];
    if (preset == NULL) {
        fields_note(f, "premovement \"%.40s\": gamma instead", name);
        preset = &presets[0];
        a = b = NAN;
    }
    bool given = !isnan(a) && (!isnan(b) || preset->kind == DRAW_CONSTANT);
    if (!given) {
        a = preset->a;
        b = preset->b;
    }
    if (preset->kind == DRAW_WEIBULL) /* Its scale comes first. */
        return (struct draw){ .kind = DRAW_WEIBULL, .a = fmax(b, 0.01), .b = a };
    if (preset->kind == DRAW_GAMMA)
        return (struct draw){ .kind = DRAW_GAMMA, .a = fmax(a, 0.01), .b = b };
    return (struct draw){ .kind = preset->kind, .a = a, .b = b };
}

/* People, or as many as half fill the area with circles. */
static long read_number(struct jupedsim *j, const json_t *at, const struct foreign_source *source)
{
    struct fields *f = &j->fields;
    const char *mode = fields_text(f, at, "distribution_mode", "by_number");
    long number = (long)fields_number(f, at, "number", 10, 0, FOREIGN_PEOPLE_MOST);
    bool fills = strcmp(mode, "fill_area") == 0 || strcmp(mode, "until_full") == 0;
    if (!fills && strcmp(mode, "by_percentage") != 0)
        return number;
    double percent = fields_number(f, at, "percentage", fills ? 100 : 50, 0, 1e6);
    double radius = fmax(source->radius_m.a, 0.1);
    double most = fmax(1, floor(0.5 * ring_area_m2(source->ring) / (3.14159265 * radius * radius)));
    return (long)fmax(1, fmin(most * fmin(fmax(percent, 1), 100) / 100, FOREIGN_PEOPLE_MOST));
}

static void refuse_too_many(struct fields *f)
{
    fields_refuse(f, "it makes more than %d people", FOREIGN_PEOPLE_MOST);
}

/* Windows in which people come one by one. */
static void read_schedule(struct jupedsim *j, const json_t *list, struct foreign_source *source)
{
    struct fields *f = &j->fields;
    for (size_t i = 0; i < json_array_size(list) && !f->refused; i++) {
        const json_t *one = json_array_get(list, i);
        size_t mark = fields_enter_at(f, i);
        double from_s = fields_number(f, one, "flow_start_time",
                                      fields_number(f, one, "start_time_s", 0, 0, 1e6), 0, 1e6);
        double to_s = fields_number(f, one, "flow_end_time",
                                    fields_number(f, one, "end_time_s", from_s, 0, 1e6), 0, 1e6);
        long number = (long)fields_number(f, one, "number",
                                          fields_number(f, one, "sim_count", 0, 0, 1e6), 0, 1e6);
        if (to_s < from_s)
            fields_refuse(f, "ends before it begins");
        else if (!times_add_flow(source, from_s, to_s, number))
            refuse_too_many(f);
        fields_leave(f, mark);
    }
}

static void read_times(struct jupedsim *j, const json_t *at, struct foreign_source *source)
{
    struct fields *f = &j->fields;
    const json_t *schedule = fields_array(f, at, "flow_schedule");
    long number = read_number(j, at, source);
    if (json_array_size(schedule) > 0) {
        number = (long)fields_number(f, at, "initial_number", 0, 0, FOREIGN_PEOPLE_MOST);
        times_add_batch(source, 0, (uint32_t)number);
        size_t mark = fields_enter(f, "flow_schedule");
        read_schedule(j, schedule, source);
        fields_leave(f, mark);
        times_sort(source);
    } else if (fields_bool(f, at, "use_flow_spawning", false)) {
        double from_s = fields_number(f, at, "flow_start_time", 0, 0, 1e6);
        double to_s = fields_number(f, at, "flow_end_time", 10, 0, 1e6);
        if (!times_add_flow(source, from_s, fmax(to_s, from_s + 0.1), number))
            refuse_too_many(f);
    } else {
        times_add_batch(source, 0, (uint32_t)number);
    }
}

void jupedsim_source(struct jupedsim *j, const char *id, const json_t *element)
{
    struct fields *f = &j->fields;
    struct foreign_source source = { .ring = jupedsim_ring(j, element) };
    snprintf(source.name, sizeof source.name, "%.90s", id);
    const json_t *given = json_object_get(element, "parameters");
    json_t *parsed = NULL; /* Some files hold the parameters as a text of JSON. */
    if (json_is_string(given))
        given = parsed = json_loads(json_string_value(given), 0, NULL);
    size_t mark = fields_enter(f, "parameters");
    bool renamed = json_object_get(given, "desired_speed") != NULL;
    source.speed_mps = read_draw(j, given, renamed ? "desired_speed" : "v0", 1.2, 0.1, 5);
    source.radius_m = read_draw(j, given, "radius", 0.2, 0.1, 1);
    source.delay_s = read_delay(j, given);
    if (source.ring.count)
        read_times(j, given, &source);
    fields_leave(f, mark);
    if (!f->refused)
        jupedsim_choices(j, id, element, &source);
    f->out->sources = foreign_add(f->out->sources, &f->out->source_count, sizeof *f->out->sources);
    f->out->sources[f->out->source_count - 1] = source;
    json_decref(parsed);
}
