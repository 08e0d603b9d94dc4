/* Gates on the ground: gatemarks.c draws their marks, gatenames.c what is written beside them. */
#ifndef TWIN_VIEWS_GATESPOTS_H
#define TWIN_VIEWS_GATESPOTS_H

#include "twin/views/scene.h"

/* A gate's place on the canvas, px: middle of its mark, along it, and out of the ground. */
struct gate_spot {
    struct point middle, along, out;
    float half; /* Of its length. */
};
struct gate_spot gate_spot_of(const struct scene *scene, const Tifo__V1__Gate *gate);

/* Names, with the tags of alarms. */
void gate_names(struct scene *scene);

#endif
