/*
 * What passages let through when a crowd wants through them: measured in the engine, fitted over
 * width as a straight line, kept in a text file that `tifo-sim calibrate` writes and that whoever
 * counts on the walkway graph reads. These are mean values, for T*fit and what-ifs: a yardstick,
 * not a bound.
 *
 * The file has a line each: "tifo-capacities 1", "engine VERSION", "set NAME", "seeds N", an
 * "element NAME ..." for each of the elements, a "mean NAME WIDTH FLOW" for widths of them and an
 * "error KIND ..." for what was compared.
 * Words are separated by blanks; lines that begin with # are for people.
 */
#ifndef SIM_FLOW_CAPACITIES_H
#define SIM_FLOW_CAPACITIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum capacity_element {
    CAPACITY_DOOR,        /* An opening on the level; width in m. */
    CAPACITY_STAIRS_UP,   /* Either end of stairs that are gone straight on to; width in m. */
    CAPACITY_STAIRS_DOWN, /* The same. */
    CAPACITY_TURN_UP,     /* Of stairs along a concourse: one turns onto them and off them. */
    CAPACITY_TURN_DOWN,
    CAPACITY_AISLE,      /* Where an aisle that rows empty into ends; width in m. */
    CAPACITY_GATE,       /* Out through a gate that nothing limits; width in m. */
    CAPACITY_TURNSTILES, /* In through a gate; "width": people a second that its lanes are rated
                            at, all together. */
    CAPACITY_ELEMENTS,
};

/* People a second = per_width x width + at_zero, one way. */
struct capacity_fit {
    double per_width, at_zero;
    double from, to; /* Widths it was fitted to; > 0. */
    double r2;
    double spread;   /* Standard deviation of single runs about the line, as a share of it. */
    double held_out; /* Greatest error at widths that the line was not fitted to, as a share. */
    uint32_t runs;
};

/* What was measured at a width, on average: between two of them the straight line is nearer to it
 * than the one through all, because people walk abreast by ones. */
struct capacity_mean {
    double width, ps;
};
enum { CAPACITY_MEANS = 12 };

/* How far clearances of the network model were from the engine's. */
struct capacity_error {
    char kind[16]; /* "leave" or "arrive". */
    uint32_t variants, runs;
    double bias;        /* Mean of (network - engine) / engine. */
    double mean, worst; /* Of its absolute value. */
};
enum { CAPACITY_ERRORS = 4 };

struct capacities {
    char engine[32], set[32]; /* Version of the engine, and its parameter set. */
    uint32_t seeds;
    struct capacity_fit fits[CAPACITY_ELEMENTS];
    struct capacity_mean means[CAPACITY_ELEMENTS][CAPACITY_MEANS]; /* Widths rise. */
    size_t mean_count[CAPACITY_ELEMENTS];                          /* 0: only the line is known. */
    struct capacity_error errors[CAPACITY_ERRORS];
    size_t error_count;
};

/* What was measured when this program was built: the contents of sim/flow/measured.txt. */
extern const char capacities_measured[];

/* "door", "stairs-up" ... */
const char *capacity_element_name(enum capacity_element element);

/* Reads the text of a file; `name` stands before what is wrong with it. False: `why` (size >= 200)
 * has a sentence with the line. Each element must be there exactly once. */
bool capacities_parse(const char *text, const char *name, struct capacities *out, char *why,
                      size_t why_size);
/* Reads a file of at most 64 KiB. */
bool capacities_read(const char *path, struct capacities *out, char *why, size_t why_size);
/* Writes what capacities_parse() reads. False: as ferror(). */
bool capacities_print(const struct capacities *capacities, FILE *file);

/* People a second, one way, >= 0: between the means, or by the line. Beyond the widths that were
 * measured it goes on as the line does; below them it is drawn to 0 at width 0. */
double capacity_ps(const struct capacities *capacities, enum capacity_element element,
                   double width);
/* What it never passes: the line with all that single runs and widths are off it on top. For
 * bounds. */
double capacity_most_ps(const struct capacities *capacities, enum capacity_element element,
                        double width);
/* The error of a kind; NULL: it was not measured. */
const struct capacity_error *capacities_error(const struct capacities *capacities,
                                              const char *kind);

#endif
