/*
 * `tifo-sim report`: one or two runs of a scenario, with and without guidance, as a page that needs
 * nothing else (report.html) and as figures (report.json, report.csv).
 *
 * Only what was measured is shown. The look follows the twin's paper colours: grey is the ground,
 * colour is density, black is what matters.
 */
#ifndef SIM_REPORT_H
#define SIM_REPORT_H

struct report_options {
    const char *with, *without; /* Folders of tifo-sim run; one may be NULL. */
    const char *sweep;          /* sweep.json of the scenario as it is; NULL: none. */
    const char *out;            /* Folder. */
};

/* Returns the program's exit code; has said on stderr what went wrong. */
int report_runs(const struct report_options *options);

#endif
