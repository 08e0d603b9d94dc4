#include "twin/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALLER_MOST = 64 }; /* Bytes, as the server takes them. */

static const char help[] =
    "tifo-twin shows what a tifod knows of its stadium: people, gates, alarms, guidance.\n"
    "\n"
    "  tifo-twin [--server HOST:PORT] [--theme night|day|paper] [--size WxH] [--scale S]\n"
    "  tifo-twin [--server HOST:PORT] --headless --out DIR [--every SECONDS] [--size WxH] ...\n"
    "  tifo-twin --play FILE [--speed N] ...                       a run's trajectories.tape\n"
    "\n"
    "  --server HOST:PORT  the tifod to follow (127.0.0.1:7040)\n"
    "  --tls-ca FILE       PEM CAs that its certificate may come from (plaintext)\n"
    "  --tls-cert FILE     PEM certificate of yours, for a tifod that asks who you are\n"
    "  --tls-key FILE      its PEM key\n"
    "  --caller NAME       who sits here: what is done is recorded under it ($USER)\n"
    "  --play FILE         plays what tifo-sim run recorded; headless: a second a step\n"
    "  --speed N           of --play, 0.1 to 100 stadium seconds a second (1)\n"
    "  --theme NAME        night, day or paper (night)\n"
    "  --size WxH          pixels of the window or the pictures (1920x1080)\n"
    "  --scale S           size of everything, 0.75 to 3 (1)\n"
    "  --reduce-motion     nothing glides, eases or blinks\n"
    "  --headless          no window: renders pictures until the server ends, or SIGTERM\n"
    "  --out DIR           where they go: twin-HHMMSS.png, twin-worst.png, twin-last.png\n"
    "  --every SECONDS     of stadium time between two pictures (60)\n"
    "  --wait SECONDS      headless: how long to wait for a server, also for one that is gone (5)\n"
    "  --until HH:MM:SS    headless: ends when the stadium's clock shows this\n"
    "  --gate ID           headless: the last picture is this gate's page\n"
    "  --ago SECONDS       headless: the last picture is a replay of so long ago\n"
    "  --help, --version\n"
    "\n"
    "Exit codes: 0 done, 1 failed, 2 asked for something impossible.\n";

static bool parse_number(const char *words, double least, double most, double *out)
{
    char *end;
    double value = strtod(words, &end);
    if (end == words || *end || !(value >= least && value <= most))
        return false;
    *out = value;
    return true;
}

static bool parse_size(const char *words, struct options *options)
{
    int width, height;
    char rest;
    if (sscanf(words, "%dx%d%c", &width, &height, &rest) != 2 || width < 320 || height < 240 ||
        width > 8192 || height > 8192)
        return false;
    options->width = width;
    options->height = height;
    return true;
}

static bool parse_time(const char *words, int *seconds)
{
    int hour, minute, second;
    char rest;
    if (sscanf(words, "%2d:%2d:%2d%c", &hour, &minute, &second, &rest) != 3 || hour < 0 ||
        hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return false;
    *seconds = (hour * 60 + minute) * 60 + second;
    return true;
}

static bool set_option(struct options *options, const char *name, const char *value)
{
    double number;
    if (strcmp(name, "--server") == 0) {
        options->server.address = value;
        return strchr(value, ':') != NULL;
    }
    if (strcmp(name, "--caller") == 0) {
        options->caller = value;
        return *value != '\0' && strlen(value) <= CALLER_MOST;
    }
    const struct {
        const char *name;
        const char **path;
    } paths[] = {
        { "--out", &options->out },
        { "--play", &options->play },
        { "--gate", &options->gate },
        { "--tls-ca", &options->server.tls_ca },
        { "--tls-cert", &options->server.tls_cert },
        { "--tls-key", &options->server.tls_key },
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (strcmp(name, paths[i].name) != 0)
            continue;
        *paths[i].path = value;
        return *value != '\0';
    }
    if (strcmp(name, "--theme") == 0)
        return theme_kind_of(value, &options->theme);
    if (strcmp(name, "--size") == 0)
        return parse_size(value, options);
    if (strcmp(name, "--scale") == 0 && parse_number(value, 0.75, 3, &number)) {
        options->scale = (float)number;
        return true;
    }
    if (strcmp(name, "--speed") == 0 && parse_number(value, 0.1, 100, &options->speed))
        return true;
    if (strcmp(name, "--every") == 0 && parse_number(value, 0.25, 86400, &number)) {
        options->every_ms = (int64_t)(number * 1000);
        return true;
    }
    if (strcmp(name, "--wait") == 0 && parse_number(value, 0, 86400, &number)) {
        options->wait_ms = (int64_t)(number * 1000);
        return true;
    }
    if (strcmp(name, "--until") == 0)
        return options->ends = parse_time(value, &options->until_s);
    if (strcmp(name, "--ago") == 0 && parse_number(value, 1, 1800, &number)) {
        options->ago_ms = (int64_t)(number * 1000);
        return true;
    }
    return false;
}

static bool takes_value(const char *name)
{
    static const char *const names[] = { "--server",  "--caller", "--tls-ca", "--tls-cert",
                                         "--tls-key", "--theme",  "--size",   "--scale",
                                         "--out",     "--every",  "--wait",   "--gate",
                                         "--ago",     "--until",  "--play",   "--speed" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

enum options_result options_parse(struct options *options, int argc, char **argv)
{
    const char *user = getenv("USER");
    *options =
        (struct options){ .server.address = TIFO_DEFAULT_ADDRESS,
                          .caller = user && *user && strlen(user) <= CALLER_MOST ? user : "twin",
                          .width = 1920,
                          .height = 1080,
                          .scale = 1,
                          .speed = 1,
                          .every_ms = 60000,
                          .wait_ms = 5000 };
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i];
        if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
            fputs(help, stdout);
            return OPTIONS_DONE;
        }
        if (strcmp(name, "--version") == 0) {
            puts("tifo-twin " TIFO_VERSION);
            return OPTIONS_DONE;
        }
        if (strcmp(name, "--headless") == 0) {
            options->headless = true;
        } else if (strcmp(name, "--reduce-motion") == 0) {
            options->still = true;
        } else if (!takes_value(name)) {
            fprintf(stderr, "tifo-twin: no option is called '%s'; see tifo-twin --help\n", name);
            return OPTIONS_BAD;
        } else if (i + 1 == argc) {
            fprintf(stderr, "tifo-twin: %s needs a value; see tifo-twin --help\n", name);
            return OPTIONS_BAD;
        } else if (!set_option(options, name, argv[++i])) {
            fprintf(stderr, "tifo-twin: '%s' is no value for %s; see tifo-twin --help\n", argv[i],
                    name);
            return OPTIONS_BAD;
        }
    }
    if (options->headless && !options->out) {
        fprintf(stderr, "tifo-twin: --headless needs --out DIR, where the pictures go\n");
        return OPTIONS_BAD;
    }
    return OPTIONS_RUN;
}
