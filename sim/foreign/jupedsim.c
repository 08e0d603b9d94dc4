/* Scenarios of JuPedSim's web project, of project_version 2 and 3. What each key means is from the
 * loader of jupedsim-scenarios. Exits, checkpoints and zones are objects by id; people come from
 * "distributions"; journeys say by which stages they go. */
#include "sim/foreign/jupedsim.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Who is nearer to an exit than their own radius has reached it; they are 0.2 m by default. */
#define EXIT_REACH_M 0.2

size_t jupedsim_stage(const struct jupedsim *j, const char *id)
{
    for (size_t i = 0; i < j->id_count; i++)
        if (strcmp(j->ids[i], id) == 0)
            return i;
    return JUPEDSIM_NONE;
}

/* Calls `read` for every member of an object of objects. Older files had lists with an id. */
static void each(struct jupedsim *j, const char *key,
                 void (*read)(struct jupedsim *, const char *id, const json_t *element))
{
    struct fields *f = &j->fields;
    const json_t *all = json_object_get(j->root, key);
    if (all == NULL || json_is_null(all) || f->refused)
        return;
    size_t outer = fields_enter(f, key);
    if (!json_is_object(all) && !(json_is_array(all) && json_array_size(all) == 0))
        fields_refuse(f, "is to be an object of objects by id");
    const char *id;
    json_t *element;
    json_object_foreach((json_t *)all, id, element)
    {
        size_t mark = fields_enter(f, id);
        if (!json_is_object(element))
            fields_refuse(f, "is to be an object");
        if (!f->refused)
            read(j, id, element);
        fields_leave(f, mark);
    }
    fields_leave(f, outer);
}

struct path jupedsim_ring(struct jupedsim *j, const json_t *element)
{
    size_t mark = fields_enter(&j->fields, "coordinates");
    struct path ring = shape_coordinates(&j->fields, json_object_get(element, "coordinates"));
    fields_leave(&j->fields, mark);
    return ring;
}

static struct foreign_spot *add_spot(struct jupedsim *j, const char *id, const json_t *element)
{
    struct foreign *out = j->fields.out;
    struct path ring = jupedsim_ring(j, element);
    if (ring.count == 0)
        return NULL;
    out->spots = foreign_add(out->spots, &out->spot_count, sizeof *out->spots);
    j->ids = foreign_add(j->ids, &j->id_count, sizeof *j->ids);
    j->ids[j->id_count - 1] = id;
    struct foreign_spot *spot = &out->spots[out->spot_count - 1];
    snprintf(spot->name, sizeof spot->name, "%.90s", id);
    spot->leaving_mps = -1;
    spot->rings = foreign_add(NULL, &spot->ring_count, sizeof *spot->rings);
    spot->rings[0] = ring;
    return spot;
}

static void read_throughput(struct jupedsim *j, const json_t *element, struct foreign_spot *spot)
{
    struct fields *f = &j->fields;
    double most_pps = fields_number(f, element, "max_throughput", 0, 0, 1e6);
    if (fields_bool(f, element, "enable_throughput_throttling", false) && most_pps > 0)
        spot->interval_s = 1 / most_pps;
}

static void read_exit(struct jupedsim *j, const char *id, const json_t *element)
{
    struct foreign_spot *spot = add_spot(j, id, element);
    if (spot == NULL)
        return;
    spot->absorbs = spot->is_exit = true;
    spot->reach_m = EXIT_REACH_M;
    read_throughput(j, element, spot);
}

static void add_zone(struct jupedsim *j, const char *id, const json_t *element)
{
    struct fields *f = &j->fields;
    double factor = fields_number(f, element, "speed_factor", 1, 0, 100);
    if (factor == 1)
        return;
    struct path ring = jupedsim_ring(j, element);
    if (ring.count == 0)
        return;
    f->out->zones = foreign_add(f->out->zones, &f->out->zone_count, sizeof *f->out->zones);
    struct foreign_zone *zone = &f->out->zones[f->out->zone_count - 1];
    snprintf(zone->name, sizeof zone->name, "%.90s", id);
    zone->ring = ring;
    zone->factor = fmin(factor, 3);
}

/* One of three: people wait, or pass at a rate, or walk at another speed. */
static void read_checkpoint(struct jupedsim *j, const char *id, const json_t *element)
{
    struct fields *f = &j->fields;
    struct foreign_spot *spot = add_spot(j, id, element);
    if (spot == NULL)
        return;
    double wait_s = fields_number(f, element, "waiting_time", 0, 0, 1e6);
    const char *kind = fields_text(f, element, "waiting_time_distribution", "constant");
    if (wait_s > 0) {
        spot->spreads = true;
        spot->wait = draw_constant(wait_s);
        if (strcmp(kind, "gaussian") == 0)
            spot->wait =
                (struct draw){ .kind = DRAW_NORMAL,
                               .a = wait_s,
                               .b = fields_number(f, element, "waiting_time_std", 1, 0, 1e6),
                               .least = 0.1,
                               .most = 1e9 };
        return;
    }
    read_throughput(j, element, spot);
    if (spot->interval_s == 0)
        add_zone(j, id, element);
}

/* ---- Journeys -------------------------------------------------------------------------------- */

static const char *text_at(const json_t *list, size_t i)
{
    const char *text = json_string_value(json_array_get(list, i));
    return text ? text : "";
}

static bool is_source(const char *id)
{
    return strncmp(id, "jps-distributions_", 18) == 0;
}

/* Stages in their order; those that are no spots are left out, sources silently. */
static size_t read_route(struct jupedsim *j, const json_t *list)
{
    struct fields *f = &j->fields;
    size_t *stops = NULL, count = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *id = text_at(list, i);
        size_t stage = jupedsim_stage(j, id);
        if (stage == JUPEDSIM_NONE) {
            if (!is_source(id))
                fields_note(f, "there is no stage \"%.60s\": it is left out", id);
            continue;
        }
        stops = foreign_add(stops, &count, sizeof *stops);
        stops[count - 1] = stage;
    }
    size_t route = count ? foreign_route(f->out, stops, count) : JUPEDSIM_NONE;
    free(stops);
    return route;
}

/* The weight of an edge: what waypoint_routing says of this journey, or the same for all. */
static double weight_of(struct jupedsim *j, const char *from, const char *to, const char *journey)
{
    const json_t *routing = json_object_get(
        json_object_get(json_object_get(j->root, "waypoint_routing"), from), journey);
    const json_t *list = json_object_get(routing, "destinations");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        const char *target = json_string_value(json_object_get(one, "target"));
        if (target != NULL && strcmp(target, to) == 0)
            return fmax(0, json_number_value(json_object_get(one, "percentage")));
    }
    return json_array_size(list) ? 0 : 1;
}

static void read_edges(struct jupedsim *j, const json_t *list, const char *journey, size_t graph)
{
    struct foreign *out = j->fields.out;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        const char *from = json_string_value(json_object_get(one, "from"));
        const char *to = json_string_value(json_object_get(one, "to"));
        size_t target = to ? jupedsim_stage(j, to) : JUPEDSIM_NONE;
        if (from == NULL || target == JUPEDSIM_NONE)
            continue;
        size_t origin = is_source(from) ? jupedsim_source_node(j, from) : jupedsim_stage(j, from);
        if (origin == JUPEDSIM_NONE)
            continue;
        out->edges = foreign_add(out->edges, &out->edge_count, sizeof *out->edges);
        out->edges[out->edge_count - 1] = (struct foreign_edge){
            .graph = graph, .from = origin, .to = target, .weight = weight_of(j, from, to, journey)
        };
    }
}

static bool has_journey(const json_t *stages, const char *source)
{
    for (size_t i = 0; i < json_array_size(stages); i++)
        if (strcmp(text_at(stages, i), source) == 0)
            return true;
    return false;
}

/* Journeys of the first kind name the sources among their stages. */
static void choices_of_journeys(struct jupedsim *j, const char *id, struct foreign_source *source)
{
    const json_t *journeys = fields_array(&j->fields, j->root, "journeys");
    for (size_t i = 0; i < json_array_size(journeys); i++) {
        const json_t *journey = json_array_get(journeys, i);
        const json_t *stages = json_object_get(journey, "stages");
        if (!has_journey(stages, id))
            continue;
        struct foreign_choice choice = { .weight = 1, .graph = i };
        const json_t *edges = json_object_get(journey, "transitions");
        choice.is_graph = json_array_size(edges) > 0;
        choice.from = jupedsim_source_node(j, id);
        if (!choice.is_graph)
            choice.route = read_route(j, stages);
        if (choice.is_graph || choice.route != JUPEDSIM_NONE) {
            source->choices =
                foreign_add(source->choices, &source->choice_count, sizeof *source->choices);
            source->choices[source->choice_count - 1] = choice;
        }
    }
}

/* Those of the second are named by the sources, with weights. */
static void choices_of_weights(struct jupedsim *j, const json_t *element,
                               struct foreign_source *source)
{
    const json_t *weights = fields_array(&j->fields, element, "journey_weights");
    const json_t *journeys = fields_array(&j->fields, j->root, "journeys_v2");
    for (size_t i = 0; i < json_array_size(weights); i++) {
        const json_t *one = json_array_get(weights, i);
        const char *wanted = json_string_value(json_object_get(one, "journey_id"));
        double weight = json_number_value(json_object_get(one, "weight"));
        for (size_t k = 0; wanted != NULL && weight > 0 && k < json_array_size(journeys); k++) {
            const json_t *journey = json_array_get(journeys, k);
            const char *id = json_string_value(json_object_get(journey, "id"));
            if (id == NULL || strcmp(id, wanted) != 0)
                continue;
            size_t route = read_route(j, json_object_get(journey, "sequence"));
            if (route == JUPEDSIM_NONE)
                continue;
            source->choices =
                foreign_add(source->choices, &source->choice_count, sizeof *source->choices);
            source->choices[source->choice_count - 1] =
                (struct foreign_choice){ .weight = weight, .route = route };
        }
    }
}

/* No journey: by all checkpoints in the file's order, then to the nearest exit. */
static void choice_without_journeys(struct jupedsim *j, struct foreign_source *source)
{
    struct foreign *out = j->fields.out;
    size_t *stops = NULL, count = 0;
    for (size_t i = 0; i < out->spot_count; i++)
        if (!out->spots[i].is_exit) {
            stops = foreign_add(stops, &count, sizeof *stops);
            stops[count - 1] = i;
        }
    source->choices = foreign_add(NULL, &source->choice_count, sizeof *source->choices);
    source->choices[0] = (struct foreign_choice){ .weight = 1,
                                                  .route = foreign_route(out, stops, count),
                                                  .then_nearest = true };
    free(stops);
}

void jupedsim_choices(struct jupedsim *j, const char *id, const json_t *element,
                      struct foreign_source *source)
{
    choices_of_weights(j, element, source);
    if (source->choice_count == 0)
        choices_of_journeys(j, id, source);
    if (source->choice_count == 0)
        choice_without_journeys(j, source);
}

static void read_graphs(struct jupedsim *j)
{
    struct fields *f = &j->fields;
    const json_t *journeys = fields_array(f, j->root, "journeys");
    size_t outer = fields_enter(f, "journeys");
    for (size_t i = 0; i < json_array_size(journeys); i++) {
        const json_t *journey = json_array_get(journeys, i);
        size_t mark = fields_enter_at(f, i);
        const char *id = fields_text(f, journey, "id", "");
        read_edges(j, fields_array(f, journey, "transitions"), id, i);
        fields_leave(f, mark);
    }
    fields_leave(f, outer);
}

/* ---- The whole ------------------------------------------------------------------------------- */

static void read_config(struct jupedsim *j)
{
    struct fields *f = &j->fields;
    const json_t *config = fields_object(f, j->root, "config");
    size_t outer = fields_enter(f, "config");
    const json_t *settings = fields_object(f, config, "simulation_settings");
    size_t mark = fields_enter(f, "simulation_settings");
    const json_t *parameters = fields_object(f, settings, "simulationParams");
    f->out->duration_s = fields_number(f, parameters, "max_simulation_time", 300, 0, 1e6);
    f->out->seed = (uint64_t)fields_number(f, settings, "baseSeed", 42, 0, 9e15);
    const char *model =
        fields_text(f, parameters, "model_type",
                    fields_text(f, j->root, "model_type", "CollisionFreeSpeedModel"));
    fields_leave(f, mark);
    fields_leave(f, outer);
    f->out->seed = (uint64_t)fields_number(f, j->root, "seed", (double)f->out->seed, 0, 9e15);
    snprintf(f->out->format, sizeof f->out->format, "JuPedSim web project");
    foreign_note(f->out, "model_type %.60s: people walk by Tifo's own model", model);
}

static bool read_geometry(struct jupedsim *j, struct foreign_text wkt)
{
    struct fields *f = &j->fields;
    char name[400];
    if (wkt.data == NULL) {
        const json_t *text = json_object_get(j->root, "walkable_area_wkt");
        if (!json_is_string(text)) {
            fields_refuse(f, "no geometry: \"walkable_area_wkt\" is to be here, or a file "
                             "geometry.wkt beside it");
            return false;
        }
        snprintf(name, sizeof name, "%.300s: walkable_area_wkt", f->file);
        wkt = (struct foreign_text){ name, json_string_value(text), json_string_length(text) };
    }
    f->refused = !shape_wkt(wkt, f->out, f->why, f->why_size);
    if (f->out->area_count > 1)
        foreign_note(f->out, "geometry: %zu polygons: nobody walks from one to another",
                     f->out->area_count);
    return !f->refused;
}

static void read_scenario(struct jupedsim *j)
{
    struct fields *f = &j->fields;
    read_config(j);
    each(j, "exits", read_exit);
    each(j, "checkpoints", read_checkpoint);
    if (json_object_size(json_object_get(j->root, "checkpoints")) == 0)
        each(j, "waiting_polygons", read_checkpoint);
    each(j, "zones", add_zone);
    jupedsim_name_sources(j);
    read_graphs(j);
    each(j, "distributions", jupedsim_source);
    if (!f->refused && f->out->spot_count == 0)
        foreign_note(f->out, "exits: there are none; nobody leaves");
    if (!f->refused && foreign_people(f->out) > FOREIGN_PEOPLE_MOST)
        fields_refuse(f, "its distributions make %zu people; the most is %d",
                      foreign_people(f->out), FOREIGN_PEOPLE_MOST);
}

bool foreign_read_jupedsim(struct foreign_text config, struct foreign_text wkt, struct foreign *out,
                           char *why, size_t why_size)
{
    *out = (struct foreign){ .area_count = 0 };
    struct jupedsim j = { .fields = {
                              .file = config.name, .why = why, .why_size = why_size, .out = out } };
    json_t *root = fields_parse(&j.fields, config);
    j.root = root;
    if (root != NULL && !json_is_object(root))
        fields_refuse(&j.fields, "is to be an object");
    if (!j.fields.refused && read_geometry(&j, wkt))
        read_scenario(&j);
    free(j.ids);
    free(j.sources);
    json_decref(root);
    if (j.fields.refused)
        foreign_fini(out);
    return !j.fields.refused;
}
