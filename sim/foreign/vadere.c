/* Vadere's scenario files, of release 0.1 to 3: what each key means is from VadereState's attribute
 * classes and the migrations between releases. */
#include "sim/foreign/vadere.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TARGETS_MOST = 1000 };

/* What goes before the path of a note: the id makes an element easier to find than its place. */
static void name_of(char out[FOREIGN_NAME], const char *kind, long id)
{
    snprintf(out, FOREIGN_NAME, "%s %ld", kind, id);
}

/* Calls `read` for every object of topography's list `key`. */
static void each(struct vadere *v, const char *key,
                 void (*read)(struct vadere *, const json_t *element))
{
    const json_t *list = fields_array(&v->fields, v->topography, key);
    size_t outer = fields_enter(&v->fields, key);
    for (size_t i = 0; i < json_array_size(list) && !v->fields.refused; i++) {
        size_t mark = fields_enter_at(&v->fields, i);
        const json_t *element = json_array_get(list, i);
        if (!json_is_object(element))
            fields_refuse(&v->fields, "is to be an object");
        else
            read(v, element);
        fields_leave(&v->fields, mark);
    }
    fields_leave(&v->fields, outer);
}

static struct path shape_of(struct vadere *v, const json_t *element)
{
    const json_t *shape = fields_object_of(&v->fields, element, "shape");
    size_t mark = fields_enter(&v->fields, "shape");
    struct path ring = shape_vadere(&v->fields, shape);
    fields_leave(&v->fields, mark);
    return ring;
}

static void read_obstacle(struct vadere *v, const json_t *element)
{
    struct foreign_area *area = &v->fields.out->areas[0];
    struct path ring = shape_of(v, element);
    if (ring.count == 0)
        return;
    area->holes = foreign_add(area->holes, &area->hole_count, sizeof *area->holes);
    area->holes[area->hole_count - 1] = ring;
}

static void read_bounds(struct vadere *v)
{
    struct fields *f = &v->fields;
    const json_t *attributes = fields_object_of(f, v->topography, "attributes");
    size_t mark = fields_enter(f, "attributes");
    const json_t *bounds = fields_object_of(f, attributes, "bounds");
    double x = fields_number(f, bounds, "x", 0, -1e9, 1e9);
    double y = fields_number(f, bounds, "y", 0, -1e9, 1e9);
    double width = fields_number(f, bounds, "width", 10, 0, 1e6);
    double height = fields_number(f, bounds, "height", 10, 0, 1e6);
    double border = fields_number(f, attributes, "boundingBoxWidth", 0.5, 0, 1e5);
    if (!fields_bool(f, attributes, "bounded", true))
        border = 0;
    if (width - 2 * border < 0.5 || height - 2 * border < 0.5)
        fields_refuse(f, "the bounds leave no room within their border");
    fields_leave(f, mark);
    f->out->areas = foreign_add(f->out->areas, &f->out->area_count, sizeof *f->out->areas);
    f->out->areas[0].outline =
        ring_rectangle(x + border, y + border, width - 2 * border, height - 2 * border);
}

/* ---- Targets --------------------------------------------------------------------------------- */

static void read_waiting(struct vadere *v, const json_t *element, struct foreign_spot *spot)
{
    struct fields *f = &v->fields;
    const json_t *waiter = fields_object(f, element, "waiter");
    size_t mark = fields_enter(f, "waiter");
    if (waiter != NULL && fields_bool(f, waiter, "enabled", false))
        spot->wait = vadere_draw(v, fields_object(f, waiter, "distribution"));
    fields_leave(f, mark);
    if (waiter != NULL)
        return;
    double wait_s = fields_number(f, element, "waitingTime", 0, 0, 1e9);
    if (wait_s > 0)
        spot->wait = draw_constant(wait_s);
    if (!fields_bool(f, element, "individualWaiting", true))
        fields_note(f, "waiting together for a light: everybody waits their own time");
}

static void read_target(struct vadere *v, const json_t *element)
{
    struct fields *f = &v->fields;
    long id = fields_whole(f, element, "id", -1, -1000000000, 1000000000);
    struct path ring = shape_of(v, element);
    size_t number = vadere_target(v, id);
    if (ring.count == 0)
        return;
    if (number == VADERE_NONE) {
        if (v->target_count == TARGETS_MOST) {
            fields_refuse(f, "there are more than %d targets", TARGETS_MOST);
            free((void *)ring.points);
            return;
        }
        f->out->spots = foreign_add(f->out->spots, &f->out->spot_count, sizeof *f->out->spots);
        v->target_ids = foreign_add(v->target_ids, &v->target_count, sizeof *v->target_ids);
        number = v->target_count - 1;
        v->target_ids[number] = id;
        struct foreign_spot *spot = &f->out->spots[number];
        name_of(spot->name, "target", id);
        const json_t *absorber = fields_object(f, element, "absorber");
        spot->absorbs = absorber ? fields_bool(f, absorber, "enabled", true)
                                 : fields_bool(f, element, "absorbing", true);
        spot->reach_m =
            fields_number(f, absorber ? absorber : element, "deletionDistance", 0.1, 0, 100);
        spot->parallel = (uint32_t)fmax(
            0, (double)fields_whole(f, element, "parallelEvents",
                                    fields_whole(f, element, "parallelWaiters", 0, -1, 1000000), -1,
                                    1000000));
        spot->leaving_mps =
            fields_number(f, element, "leavingSpeed",
                          fields_number(f, element, "nextSpeed", -1, -1e3, 10), -1e3, 10);
        spot->spreads = true;
        read_waiting(v, element, spot);
    }
    struct foreign_spot *spot = &f->out->spots[number];
    spot->rings = foreign_add(spot->rings, &spot->ring_count, sizeof *spot->rings);
    spot->rings[spot->ring_count - 1] = ring;
}

size_t vadere_target(const struct vadere *v, long id)
{
    for (size_t i = 0; i < v->target_count; i++)
        if (v->target_ids[i] == id)
            return i;
    return VADERE_NONE;
}

bool vadere_route(struct vadere *v, const json_t *element, const char *key, size_t skip,
                  size_t *route)
{
    struct fields *f = &v->fields;
    const json_t *list = fields_array(f, element, key);
    size_t stops[TARGETS_MOST], count = 0;
    size_t outer = fields_enter(f, key);
    for (size_t i = skip; i < json_array_size(list) && count < TARGETS_MOST; i++) {
        const json_t *id = json_array_get(list, i);
        size_t mark = fields_enter_at(f, i);
        if (!json_is_number(id) || !(fabs(json_number_value(id)) < 1e9)) {
            fields_refuse(f, "is to be a target's id");
            fields_leave(f, mark);
            break;
        }
        size_t target = vadere_target(v, (long)json_number_value(id));
        if (target != VADERE_NONE)
            stops[count++] = target;
        else
            fields_note(f, "there is no target %ld: it is left out", (long)json_number_value(id));
        fields_leave(f, mark);
    }
    fields_leave(f, outer);
    if (count == 0 || f->refused)
        return false;
    *route = foreign_route(f->out, stops, count);
    return true;
}

/* ---- Other elements -------------------------------------------------------------------------- */

static void read_stairs(struct vadere *v, const json_t *element)
{
    struct fields *f = &v->fields;
    struct path ring = shape_of(v, element);
    if (ring.count == 0)
        return;
    f->out->zones = foreign_add(f->out->zones, &f->out->zone_count, sizeof *f->out->zones);
    struct foreign_zone *zone = &f->out->zones[f->out->zone_count - 1];
    name_of(zone->name, "stairs", fields_whole(f, element, "id", -1, -1000000000, 1000000000));
    zone->ring = ring;
    zone->is_stairs = true;
    zone->factor = 1;
    const json_t *up = fields_object(f, element, "upwardDirection");
    double x = fields_number(f, up, "x", 1, -1e6, 1e6), y = fields_number(f, up, "y", 0, -1e6, 1e6);
    double length = sqrt(x * x + y * y);
    zone->up = length > 0 ? (struct point){ x / length, y / length } : (struct point){ 1, 0 };
}

static void read_absorbing(struct vadere *v, const json_t *element)
{
    struct fields *f = &v->fields;
    struct path ring = shape_of(v, element);
    if (ring.count == 0)
        return;
    f->out->zones = foreign_add(f->out->zones, &f->out->zone_count, sizeof *f->out->zones);
    struct foreign_zone *zone = &f->out->zones[f->out->zone_count - 1];
    name_of(zone->name, "absorbing area",
            fields_whole(f, element, "id", -1, -1000000000, 1000000000));
    zone->ring = ring;
    zone->absorbs = true;
    zone->factor = 1;
}

static void read_measure(struct vadere *v, const json_t *element)
{
    struct fields *f = &v->fields;
    struct path ring = shape_of(v, element);
    if (ring.count == 0)
        return;
    f->out->measures =
        foreign_add(f->out->measures, &f->out->measure_count, sizeof *f->out->measures);
    struct foreign_measure *measure = &f->out->measures[f->out->measure_count - 1];
    name_of(measure->name, "measurement area",
            fields_whole(f, element, "id", -1, -1000000000, 1000000000));
    measure->ring = ring;
}

static bool chances_fit(enum change_kind kind, size_t stops, size_t chances)
{
    if (kind == CHANGE_LIST)
        return chances == 1;
    return chances == stops || (kind == CHANGE_ELEMENT && (chances == 0 || chances == stops + 1));
}

static void read_changer(struct vadere *v, const json_t *element)
{
    struct fields *f = &v->fields;
    const char *kind = fields_text(f, element, "changeAlgorithmType", "SELECT_LIST");
    if (strcmp(kind, "FOLLOW_PERSON") == 0) {
        fields_note(f, "following a person: nobody changes their targets here");
        return;
    }
    size_t route;
    const json_t *list = fields_array(f, element, "probabilityToChangeTarget");
    bool has_stops = vadere_route(v, element, "nextTarget", 0, &route);
    struct path ring = shape_of(v, element);
    if (!has_stops || ring.count == 0) {
        if (!f->refused)
            fields_note(f, "no target follows: nobody changes their targets here");
        free((void *)ring.points);
        return;
    }
    f->out->changers =
        foreign_add(f->out->changers, &f->out->changer_count, sizeof *f->out->changers);
    struct foreign_changer *changer = &f->out->changers[f->out->changer_count - 1];
    name_of(changer->name, "target changer",
            fields_whole(f, element, "id", -1, -1000000000, 1000000000));
    changer->ring = ring;
    changer->reach_m = fields_number(f, element, "reachDistance", 0, 0, 1000);
    changer->route = route;
    changer->kind = strcmp(kind, "SELECT_ELEMENT") == 0    ? CHANGE_ELEMENT
                    : strcmp(kind, "SORTED_SUB_LIST") == 0 ? CHANGE_SUBLIST
                                                           : CHANGE_LIST;
    for (size_t i = 0; i < json_array_size(list); i++) {
        changer->chances =
            foreign_add(changer->chances, &changer->chance_count, sizeof *changer->chances);
        changer->chances[i] = json_number_value(json_array_get(list, i));
        if (!(changer->chances[i] >= 0 && changer->chances[i] <= 1e6))
            fields_refuse(f, "a probability is 0 or more");
    }
    size_t stops = f->out->routes[route].count;
    if (!chances_fit(changer->kind, stops, changer->chance_count)) {
        fields_note(f, "%zu probabilities for %zu targets: nobody changes their targets here",
                    changer->chance_count, stops);
        f->out->changer_count--;
        free((void *)changer->ring.points);
        free(changer->chances);
    }
}

static void read_person(struct vadere *v, const json_t *element)
{
    struct fields *f = &v->fields;
    const json_t *at = fields_object_of(f, element, "position");
    const json_t *attributes = fields_object(f, element, "attributes");
    const char *type = fields_text(f, element, "type", "PEDESTRIAN");
    if (strcmp(type, "CAR") == 0) {
        fields_note(f, "a car: it is left out");
        return;
    }
    size_t route,
        skip = (size_t)fmax(0, fields_number(f, element, "nextTargetListIndex", 0, -1, 1e6));
    struct foreign_person person = { .route = VADERE_NONE };
    person.at.x = fields_number(f, at, "x", 0, -1e9, 1e9);
    person.at.y = fields_number(f, at, "y", 0, -1e9, 1e9);
    person.speed_mps = fields_number(f, element, "freeFlowSpeed", 1.34, 0, 10);
    person.radius_m = fields_number(f, attributes, "radius", 0.2, 0, 10);
    if (vadere_route(v, element, "targetIds", skip, &route))
        person.route = route;
    f->out->people = foreign_add(f->out->people, &f->out->people_count, sizeof *f->out->people);
    f->out->people[f->out->people_count - 1] = person;
    if (f->out->people_count > FOREIGN_PEOPLE_MOST)
        fields_refuse(f, "there are more than %d people", FOREIGN_PEOPLE_MOST);
}

static const char *after_dots(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot ? dot + 1 : name;
}

/* Models beside the main one, such as infections; groups are said where they would come. */
static void note_submodels(struct vadere *v, const json_t *scenario)
{
    const char *key;
    json_t *attributes, *name;
    size_t i;
    json_object_foreach(json_object_get(scenario, "attributesModel"), key, attributes)
        json_array_foreach(json_object_get(attributes, "submodels"), i,
                           name) if (json_is_string(name) &&
                                     !strstr(json_string_value(name), "CentroidGroupModel"))
            foreign_note(v->fields.out, "submodel %.60s: it is left out",
                         after_dots(json_string_value(name)));
}

static void note_the_rest(struct vadere *v, const json_t *scenario)
{
    static const struct {
        const char *key, *instead;
    } others[] = {
        { "teleporter", "nobody is moved from place to place: they walk on" },
        { "aerosolClouds", "there are no infections" },
        { "droplets", "there are no infections" },
        { "waitingAreas", "nobody waits there but at targets" },
    };
    struct fields *f = &v->fields;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const json_t *value = json_object_get(v->topography, others[i].key);
        if (json_is_object(value) || json_array_size(value) > 0)
            foreign_note(f->out, "topography.%s: %s", others[i].key, others[i].instead);
    }
    if (json_array_size(json_object_get(scenario, "stimulusInfos")) > 0 ||
        json_array_size(json_object_get(scenario, "eventInfos")) > 0 ||
        json_object_size(json_object_get(scenario, "stimulusInfos")) > 0)
        foreign_note(f->out, "stimulusInfos: nobody hears of events; all go on to their targets");
    const json_t *psychology = json_object_get(scenario, "attributesPsychology");
    if (json_is_true(json_object_get(psychology, "usePsychologyLayer")))
        foreign_note(f->out, "attributesPsychology: there is no psychology layer; all go on to "
                             "their targets");
    const char *model = fields_text(f, scenario, "mainModel", "");
    if (model[0] != '\0')
        foreign_note(f->out, "mainModel %.60s: people walk by Tifo's own model", after_dots(model));
    note_submodels(v, scenario);
}

static void read_simulation(struct vadere *v, const json_t *scenario)
{
    struct fields *f = &v->fields;
    size_t mark = fields_enter(f, "attributesSimulation");
    const json_t *simulation = fields_object(f, scenario, "attributesSimulation");
    f->out->duration_s = fields_number(f, simulation, "finishTime", 500, 0, 1e6);
    bool is_fixed = fields_bool(f, simulation, "useFixedSeed", true);
    const char *key = is_fixed ? "fixedSeed" : "simulationSeed";
    const json_t *seed = json_object_get(simulation, key);
    f->out->seed =
        json_is_integer(seed)
            ? (uint64_t)json_integer_value(seed)
            : (uint64_t)fields_number(
                  f, simulation, json_object_get(simulation, key) ? key : "randomSeed", 1, 0, 9e15);
    fields_leave(f, mark);
}

static void read_scenario(struct vadere *v, const json_t *root)
{
    struct fields *f = &v->fields;
    const char *key = json_object_get(root, "vadere") ? "vadere" : "scenario";
    const json_t *scenario =
        json_object_get(root, "topography") ? root : fields_object_of(f, root, key);
    size_t outer = scenario == root ? 0 : fields_enter(f, key);
    snprintf(f->out->format, sizeof f->out->format, "Vadere %.20s",
             fields_text(f, root, "release", "of no release"));
    snprintf(f->out->title, sizeof f->out->title, "%.90s", fields_text(f, root, "name", ""));
    read_simulation(v, scenario);
    v->topography = fields_object_of(f, scenario, "topography");
    size_t mark = fields_enter(f, "topography");
    v->pedestrian = fields_object(f, v->topography, "attributesPedestrian");
    if (v->pedestrian == NULL)
        v->pedestrian = fields_object(f, scenario, "attributesPedestrian");
    if (!f->refused)
        read_bounds(v);
    each(v, "obstacles", read_obstacle);
    each(v, "targets", read_target);
    each(v, "stairs", read_stairs);
    each(v, "absorbingAreas", read_absorbing);
    each(v, "measurementAreas", read_measure);
    each(v, "targetChangers", read_changer);
    each(v, "sources", vadere_source);
    each(v, "dynamicElements", read_person);
    each(v, "pedestrians", read_person);
    fields_leave(f, mark);
    if (!f->refused)
        note_the_rest(v, scenario);
    if (!f->refused && foreign_people(f->out) == 0)
        foreign_note(f->out, "topography: there are no sources and no people: nobody walks");
    if (!f->refused && foreign_people(f->out) > FOREIGN_PEOPLE_MOST)
        fields_refuse(f, "its sources make %zu people; the most is %d", foreign_people(f->out),
                      FOREIGN_PEOPLE_MOST);
    fields_leave(f, outer);
}

bool foreign_read_vadere(struct foreign_text text, struct foreign *out, char *why, size_t why_size)
{
    *out = (struct foreign){ .area_count = 0 };
    struct vadere v = { .fields = {
                            .file = text.name, .why = why, .why_size = why_size, .out = out } };
    json_t *root = fields_parse(&v.fields, text);
    if (root != NULL && !json_is_object(root))
        fields_refuse(&v.fields, "is to be an object");
    if (!v.fields.refused)
        read_scenario(&v, root);
    json_decref(root);
    free(v.target_ids);
    if (v.fields.refused)
        foreign_fini(out);
    return !v.fields.refused;
}
