#include "sim/foreign/foreign.h"
#include "sim/network/calibrate.h"
#include "sim/network/what_if.h"
#include "sim/parameters.h"
#include "sim/report.h"
#include "sim/run.h"
#include "sim/run_foreign.h"
#include "sim/sweep.h"
#include "sim/validate/validate.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_OK = 0, EXIT_USAGE = 2 };

static const char usage_text[] =
    "tifo-sim: a crowd in a stadium, alone or against a live tifod\n"
    "\n"
    "  tifo-sim run SCENARIO --out DIR    simulates a scenario: a YAML file, or another\n"
    "                       simulator's: a Vadere .scenario, or a JuPedSim web project's ZIP, "
    "folder\n"
    "                       or JSON; these run alone, and what cannot be honoured is said\n"
    "      --server ADDR    in lockstep with the tifod there (started with --clock driven);\n"
    "                       without it the crowd is alone and unguided\n"
    "      --tls-ca FILE, --tls-cert FILE, --tls-key FILE\n"
    "                       PEM: the CA of a tifod with TLS; own certificate and key, if it asks\n"
    "      --sensors-err    with --server: report as sensors do in the field, with errors, losses "
    "and\n"
    "                       delays drawn from the seed\n"
    "      --sensors-late   the same, 30 to 120 s late and cameras less exact\n"
    "      --compare        with --server: what it says each second against the truth, in\n"
    "                       truth.json\n"
    "      --no-guidance    report to the server, but ignore its guidance\n"
    "      --seed N         another crowd than the scenario's\n"
    "      --speed N        at most N stadium seconds a second\n"
    "      --venue FILE     another ground than the scenario's\n"
    "      --checkpoint-every S   keeps DIR/checkpoint every S simulated seconds\n"
    "      --set-of-parameters NAME   experiment (usual: what laboratories measured at "
    "bottlenecks) or\n"
    "                       weidmann (his fundamental diagram)\n"
    "      --resume FILE    goes on from a checkpoint of the same scenario, ground and seed\n"
    "      --record-every N trajectories at every Nth step of 0.1 s, 1 to 600 (5)\n"
    "      --quiet          say nothing but errors\n"
    "      --set KEY=N      another number than the scenario's or the ground's, at most eight\n"
    "                       of: occupancy, people.compliance, people.nearest-gate,\n"
    "                       people.hesitation, people.reporting, gates.ID.lanes,\n"
    "                       gates.ID.entry-rate (an hour and lane), gates.ID.exit-rate (a minute)\n"
    "  tifo-sim sweep SCENARIO --out DIR [--set KEY=2..8] [--set KEY=0.1,0.5] ...\n"
    "                       every combination with every seed: table, sweep.html, sweep.json;\n"
    "                       another simulator's scenario as it is, without --set\n"
    "      --seeds N        seeds 1 to N for each variant (10)\n"
    "      --jobs N         processes at once (as many as there are cores)\n"
    "      --venue FILE, --set-of-parameters NAME, --json FILE, --quiet\n"
    "  tifo-sim what-if SCENARIO.yaml [--set KEY=2..8] ...\n"
    "                       from the network model, in milliseconds, with its measured error: "
    "when\n"
    "                       98 % have left or sit, now and with every combination\n"
    "      --capacities FILE   what calibrate wrote (what was measured when this was built)\n"
    "      --exact          T*fit is the quickest flow itself, in seconds, also of trips to one\n"
    "                       facility and back; in the JSON with how many can be out by each "
    "second\n"
    "      --venue FILE, --json FILE\n"
    "  tifo-sim calibrate --out FILE\n"
    "                       measures in the engine what doors, stairs, aisles, gates and "
    "turnstiles\n"
    "                       let through, for what-if and T*fit; some minutes\n"
    "      --element NAME   only door, stairs-up, stairs-down, turn-up, turn-down, aisle,\n"
    "                       gate or turnstiles\n"
    "      --against SCENARIO.yaml   the network model's error on it; up to eight times\n"
    "      --no-elements    measures errors alone, with what FILE has\n"
    "      --seeds N        runs of each width (5)\n"
    "      --jobs N, --set-of-parameters NAME, --quiet\n"
    "  tifo-sim report [--with DIR] [--without DIR] --out DIR\n"
    "                       a page about one run, or two side by side, to print and hand in\n"
    "      --sweep FILE     sweep.json of the scenario as it is: means, intervals and the 95th\n"
    "                       percentile over its seeds\n"
    "  tifo-sim validate    the field's verification cases on this engine, as a table\n"
    "      --case GLOB      only these, such as \"rimea-9*\"\n"
    "      --list           say which there are\n"
    "      --long           as large as the guidelines say, 50 seeds a case\n"
    "      --seeds N        so many seeds a case, 1 to 1000\n"
    "      --jobs N         processes at a time, 1 to 256 (as many as processors)\n"
    "      --json FILE, --html FILE\n"
    "                       the table, and a page of it with diagrams\n"
    "      --reference DIR  where rimea16-reference.csv is, which is not ours to give away\n"
    "      --quiet          say nothing but errors\n"
    "  tifo-sim --help | --version\n"
    "\n"
    "Exit codes: 0 done, 1 failed (validate: a row fails that is not known to), 2 the command "
    "line\n"
    "is wrong.\n";

/* The signal handler's only word to the run. */
static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

/* ---- Command lines ----------------------------------------------------------------------------
 */

enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_TEXTS, OPTION_WHOLE, OPTION_POSITIVE };

struct option {
    const char *name;
    enum option_kind kind;
    size_t offset;      /* bool, const char *, uint64_t or double. */
    size_t said_offset; /* bool of OPTION_WHOLE: it was given; size_t of OPTION_TEXTS: how many. */
};

static int bad_usage(const char *command, const char *sentence, const char *what)
{
    fprintf(stderr, "tifo-sim %s: ", command);
    fprintf(stderr, sentence, what);
    fputs("; see tifo-sim --help\n", stderr);
    return EXIT_USAGE;
}

static bool take_value(const struct option *option, const char *text, char *out)
{
    char *end;
    errno = 0;
    switch (option->kind) {
    case OPTION_TEXT:
        *(const char **)(out + option->offset) = text;
        return text[0] != '\0';
    case OPTION_TEXTS: { /* const char *[SETTINGS_MOST] */
        size_t *count = (size_t *)(out + option->said_offset);
        if (*count == SETTINGS_MOST)
            return false;
        ((const char **)(out + option->offset))[(*count)++] = text;
        return text[0] != '\0';
    }
    case OPTION_WHOLE:
        *(uint64_t *)(out + option->offset) = strtoull(text, &end, 10);
        *(bool *)(out + option->said_offset) = true;
        return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 &&
               *(uint64_t *)(out + option->offset) <= UINT64_C(1) << 53;
    default:
        *(double *)(out + option->offset) = strtod(text, &end);
        return end != text && *end == '\0' && isfinite(*(double *)(out + option->offset)) &&
               *(double *)(out + option->offset) > 0;
    }
}

/* Reads "--name value" pairs, flags, and at most one word without dashes into *word. */
static int read_options(const char *command, char **arguments, const struct option *options,
                        void *out, const char **word)
{
    for (char **at = arguments; *at != NULL; at++) {
        const struct option *option = options;
        while (option->name != NULL && strcmp(option->name, *at) != 0)
            option++;
        if (option->name == NULL && (*at)[0] == '-')
            return bad_usage(command, "there is no option %s", *at);
        if (option->name == NULL) {
            if (word == NULL || *word != NULL)
                return bad_usage(command, "\"%s\" is one word too many", *at);
            *word = *at;
        } else if (option->kind == OPTION_FLAG) {
            *(bool *)((char *)out + option->offset) = true;
        } else if (at[1] == NULL) {
            return bad_usage(command, "%s needs a value", *at);
        } else if (!take_value(option, *++at, out)) {
            return bad_usage(command, "%s has a value that it cannot have", at[-1]);
        }
    }
    return EXIT_OK;
}

static const char no_such_set[] = "there is no set of parameters \"%s\": experiment, weidmann";

/* ---- Commands ---------------------------------------------------------------------------------
 */

static int command_run(char **arguments)
{
    static const struct option options[] = {
        { "--out", OPTION_TEXT, offsetof(struct run_options, out), 0 },
        { "--server", OPTION_TEXT, offsetof(struct run_options, server.address), 0 },
        { "--tls-ca", OPTION_TEXT, offsetof(struct run_options, server.tls_ca), 0 },
        { "--tls-cert", OPTION_TEXT, offsetof(struct run_options, server.tls_cert), 0 },
        { "--tls-key", OPTION_TEXT, offsetof(struct run_options, server.tls_key), 0 },
        { "--venue", OPTION_TEXT, offsetof(struct run_options, venue), 0 },
        { "--seed", OPTION_WHOLE, offsetof(struct run_options, seed),
          offsetof(struct run_options, has_seed) },
        { "--speed", OPTION_POSITIVE, offsetof(struct run_options, speed), 0 },
        { "--no-guidance", OPTION_FLAG, offsetof(struct run_options, no_guidance), 0 },
        { "--sensors-err", OPTION_FLAG, offsetof(struct run_options, sensors_err), 0 },
        { "--sensors-late", OPTION_FLAG, offsetof(struct run_options, sensors_late), 0 },
        { "--compare", OPTION_FLAG, offsetof(struct run_options, compare), 0 },
        { "--record-every", OPTION_WHOLE, offsetof(struct run_options, record_every),
          offsetof(struct run_options, has_record_every) },
        { "--checkpoint-every", OPTION_POSITIVE, offsetof(struct run_options, checkpoint_every),
          0 },
        { "--resume", OPTION_TEXT, offsetof(struct run_options, resume), 0 },
        { "--set-of-parameters", OPTION_TEXT, offsetof(struct run_options, parameters), 0 },
        { "--set", OPTION_TEXTS, offsetof(struct run_options, sets),
          offsetof(struct run_options, set_count) },
        { "--quiet", OPTION_FLAG, offsetof(struct run_options, quiet), 0 },
        { NULL, OPTION_FLAG, 0, 0 },
    };
    struct run_options run = { .stop = &stop };
    int code = read_options("run", arguments, options, &run, &run.scenario);
    if (code != EXIT_OK)
        return code;
    if (run.scenario == NULL)
        return bad_usage("run", "which scenario? Name its %s file", "YAML");
    if (run.out == NULL)
        return bad_usage("run", "where to? Say %s", "--out DIR");
    if (parameters_find(run.parameters) == NULL)
        return bad_usage("run", no_such_set, run.parameters);
    if (run.has_record_every && (run.record_every < 1 || run.record_every > 600))
        return bad_usage("run", "%s is 1 to 600 steps", "--record-every");
    if (run.server.address != NULL && (run.checkpoint_every > 0 || run.resume != NULL))
        return bad_usage("run", "a run with %s has no checkpoints: the server's state is its own",
                         "--server");
    if (run.server.address == NULL && (run.sensors_err || run.sensors_late || run.compare))
        return bad_usage("run", "%s is for a run with --server",
                         run.compare       ? "--compare"
                         : run.sensors_err ? "--sensors-err"
                                           : "--sensors-late");
    if (!foreign_is(run.scenario))
        return run_scenario(&run);
    if (run.server.address != NULL || run.venue != NULL || run.no_guidance || run.set_count > 0)
        return bad_usage("run", "%s is not for another simulator's scenario",
                         run.venue != NULL   ? "--venue"
                         : run.set_count > 0 ? "--set"
                                             : "a server");
    return run_foreign(&run);
}

static int command_report(char **arguments)
{
    static const struct option options[] = {
        { "--with", OPTION_TEXT, offsetof(struct report_options, with), 0 },
        { "--without", OPTION_TEXT, offsetof(struct report_options, without), 0 },
        { "--sweep", OPTION_TEXT, offsetof(struct report_options, sweep), 0 },
        { "--out", OPTION_TEXT, offsetof(struct report_options, out), 0 },
        { NULL, OPTION_FLAG, 0, 0 },
    };
    struct report_options report = { .out = NULL };
    int code = read_options("report", arguments, options, &report, NULL);
    if (code != EXIT_OK)
        return code;
    if (report.with == NULL && report.without == NULL)
        return bad_usage("report", "about which run? Say %s", "--with DIR, --without DIR or both");
    if (report.out == NULL)
        return bad_usage("report", "where to? Say %s", "--out DIR");
    return report_runs(&report);
}

static int command_validate(char **arguments)
{
    static const struct option options[] = {
        { "--case", OPTION_TEXT, offsetof(struct validate_options, cases), 0 },
        { "--json", OPTION_TEXT, offsetof(struct validate_options, json), 0 },
        { "--html", OPTION_TEXT, offsetof(struct validate_options, html), 0 },
        { "--reference", OPTION_TEXT, offsetof(struct validate_options, reference), 0 },
        { "--seeds", OPTION_WHOLE, offsetof(struct validate_options, seeds),
          offsetof(struct validate_options, has_seeds) },
        { "--jobs", OPTION_WHOLE, offsetof(struct validate_options, jobs),
          offsetof(struct validate_options, has_jobs) },
        { "--long", OPTION_FLAG, offsetof(struct validate_options, long_form), 0 },
        { "--list", OPTION_FLAG, offsetof(struct validate_options, list), 0 },
        { "--quiet", OPTION_FLAG, offsetof(struct validate_options, quiet), 0 },
        { NULL, OPTION_FLAG, 0, 0 },
    };
    struct validate_options options_given = { .stop = &stop };
    int code = read_options("validate", arguments, options, &options_given, NULL);
    if (code != EXIT_OK)
        return code;
    if (options_given.has_seeds && (options_given.seeds < 1 || options_given.seeds > 1000))
        return bad_usage("validate", "%s is 1 to 1000", "--seeds");
    if (options_given.has_jobs && (options_given.jobs < 1 || options_given.jobs > 256))
        return bad_usage("validate", "%s is 1 to 256", "--jobs");
    return validate(&options_given);
}

static int command_sweep(char **arguments)
{
    static const struct option options[] = {
        { "--out", OPTION_TEXT, offsetof(struct sweep_options, out), 0 },
        { "--venue", OPTION_TEXT, offsetof(struct sweep_options, venue), 0 },
        { "--set-of-parameters", OPTION_TEXT, offsetof(struct sweep_options, parameters), 0 },
        { "--set", OPTION_TEXTS, offsetof(struct sweep_options, sets),
          offsetof(struct sweep_options, set_count) },
        { "--seeds", OPTION_WHOLE, offsetof(struct sweep_options, seeds),
          offsetof(struct sweep_options, has_seeds) },
        { "--jobs", OPTION_WHOLE, offsetof(struct sweep_options, jobs),
          offsetof(struct sweep_options, has_jobs) },
        { "--json", OPTION_TEXT, offsetof(struct sweep_options, json), 0 },
        { "--quiet", OPTION_FLAG, offsetof(struct sweep_options, quiet), 0 },
        { NULL, OPTION_FLAG, 0, 0 },
    };
    struct sweep_options asked = { .seeds = 10, .stop = &stop };
    int code = read_options("sweep", arguments, options, &asked, &asked.scenario);
    if (code != EXIT_OK)
        return code;
    if (asked.scenario == NULL)
        return bad_usage("sweep", "which scenario? Name its %s file", "YAML");
    if (foreign_is(asked.scenario) && (asked.set_count > 0 || asked.venue != NULL))
        return bad_usage("sweep", "%s is not for another simulator's scenario",
                         asked.set_count > 0 ? "--set" : "--venue");
    if (parameters_find(asked.parameters) == NULL)
        return bad_usage("sweep", no_such_set, asked.parameters);
    if (asked.out == NULL)
        return bad_usage("sweep", "where to? Say %s", "--out DIR");
    if (asked.seeds < 1 || asked.seeds > 1000)
        return bad_usage("sweep", "%s is 1 to 1000", "--seeds");
    if (asked.jobs > 256)
        return bad_usage("sweep", "%s is 1 to 256", "--jobs");
    return sweep(&asked);
}

static int command_what_if(char **arguments)
{
    static const struct option options[] = {
        { "--venue", OPTION_TEXT, offsetof(struct what_if_options, venue), 0 },
        { "--capacities", OPTION_TEXT, offsetof(struct what_if_options, capacities), 0 },
        { "--json", OPTION_TEXT, offsetof(struct what_if_options, json), 0 },
        { "--exact", OPTION_FLAG, offsetof(struct what_if_options, exact), 0 },
        { "--set", OPTION_TEXTS, offsetof(struct what_if_options, sets),
          offsetof(struct what_if_options, set_count) },
        { NULL, OPTION_FLAG, 0, 0 },
    };
    struct what_if_options asked = { .scenario = NULL };
    int code = read_options("what-if", arguments, options, &asked, &asked.scenario);
    if (code != EXIT_OK)
        return code;
    if (asked.scenario == NULL || foreign_is(asked.scenario))
        return bad_usage("what-if", "which scenario? Name its %s file", "YAML");
    return what_if(&asked);
}

static int command_calibrate(char **arguments)
{
    static const struct option options[] = {
        { "--out", OPTION_TEXT, offsetof(struct calibrate_options, out), 0 },
        { "--element", OPTION_TEXT, offsetof(struct calibrate_options, element), 0 },
        { "--set-of-parameters", OPTION_TEXT, offsetof(struct calibrate_options, parameters), 0 },
        { "--against", OPTION_TEXTS, offsetof(struct calibrate_options, against),
          offsetof(struct calibrate_options, against_count) },
        { "--no-elements", OPTION_FLAG, offsetof(struct calibrate_options, no_elements), 0 },
        { "--seeds", OPTION_WHOLE, offsetof(struct calibrate_options, seeds),
          offsetof(struct calibrate_options, has_seeds) },
        { "--jobs", OPTION_WHOLE, offsetof(struct calibrate_options, jobs),
          offsetof(struct calibrate_options, has_jobs) },
        { "--quiet", OPTION_FLAG, offsetof(struct calibrate_options, quiet), 0 },
        { NULL, OPTION_FLAG, 0, 0 },
    };
    struct calibrate_options asked = { .seeds = 5, .stop = &stop };
    int code = read_options("calibrate", arguments, options, &asked, NULL);
    if (code != EXIT_OK)
        return code;
    if (asked.out == NULL)
        return bad_usage("calibrate", "where to? Say %s", "--out FILE");
    if (asked.seeds < 1 || asked.seeds > CALIBRATE_SEEDS_MOST)
        return bad_usage("calibrate", "%s is 1 to 100", "--seeds");
    if (asked.jobs > 256)
        return bad_usage("calibrate", "%s is 1 to 256", "--jobs");
    if (parameters_find(asked.parameters) == NULL)
        return bad_usage("calibrate", no_such_set, asked.parameters);
    return calibrate(&asked);
}

static int command_help(char **arguments)
{
    (void)arguments;
    fputs(usage_text, stdout);
    return EXIT_OK;
}

static int command_version(char **arguments)
{
    (void)arguments;
    puts("tifo-sim " TIFO_VERSION);
    return EXIT_OK;
}

static const struct command {
    const char *name;
    int (*run)(char **arguments);
} commands[] = {
    { "run", command_run },
    { "sweep", command_sweep },
    { "report", command_report },
    { "what-if", command_what_if },
    { "calibrate", command_calibrate },
    { "validate", command_validate },
    { "--help", command_help },
    { "-h", command_help },
    { "--version", command_version },
};

int main(int count, char **arguments)
{
    struct sigaction action = { .sa_handler = on_signal };
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (count < 2) {
        fputs(usage_text, stderr);
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(arguments[1], commands[i].name) == 0)
            return commands[i].run(arguments + 2);
    fprintf(stderr, "tifo-sim: there is no command \"%s\"; see tifo-sim --help\n", arguments[1]);
    return EXIT_USAGE;
}
