/* What tifo-twin was asked to do. */
#ifndef TWIN_OPTIONS_H
#define TWIN_OPTIONS_H

#include "clients/c/tifo.h"
#include "twin/theme.h"

struct options {
    struct tifo_server server;
    const char *caller; /* Who sits at this desk: what is done is done in this name. */
    enum theme_kind theme;
    int width, height;
    float scale;      /* 0: by the size. */
    bool still;       /* Reduced motion. */
    const char *play; /* A tape to play; NULL: a server is followed. */
    double speed;     /* Of the tape, stadium seconds a second; not headless. */
    bool headless;
    const char *out;  /* Headless: the folder for pictures. */
    int64_t every_ms; /* Headless: stadium time between pictures. */
    int64_t wait_ms;  /* Headless: for a server to appear, or to come back. */
    const char *gate; /* Headless: whose page the last picture shows; NULL: the whole ground. */
    bool ends;        /* Headless: at `until_s` of the stadium's day; else when the server does. */
    int until_s;
    int64_t ago_ms; /* Headless: how far the last picture looks back; 0: not. */
};

enum options_result { OPTIONS_RUN, OPTIONS_DONE, OPTIONS_BAD };

/* DONE: --help or --version was printed. BAD: a sentence was printed to stderr. */
enum options_result options_parse(struct options *options, int argc, char **argv);

#endif
