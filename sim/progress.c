#include "sim/progress.h"

#include "sim/figures.h"

#include <math.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static double monotonic_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void sleep_s(double seconds)
{
    struct timespec pause = { (time_t)seconds, (long)((seconds - floor(seconds)) * 1e9) };
    nanosleep(&pause, NULL);
}

void progress_begin(struct progress *progress, double duration_s, double speed, bool show)
{
    *progress = (struct progress){ .duration_s = duration_s,
                                   .speed = speed,
                                   .began_s = monotonic_s(),
                                   .visible = show && isatty(STDERR_FILENO) };
}

void progress_show(struct progress *progress, double at_s, const struct crowd_tally *tally)
{
    double now_s = monotonic_s();
    if (progress->speed > 0 && progress->began_s + at_s / progress->speed > now_s) {
        sleep_s(progress->began_s + at_s / progress->speed - now_s);
        now_s = monotonic_s();
    }
    if (!progress->visible || now_s - progress->shown_s < 0.25)
        return;
    progress->shown_s = now_s;
    double elapsed_s = now_s - progress->began_s;
    char at[FIGURE], end[FIGURE], walking[FIGURE], out[FIGURE], left[FIGURE];
    fprintf(stderr, "\r\033[K%s of %s  %s walking  %s out  %.0fx  %s to go", figure_time(at, at_s),
            figure_time(end, progress->duration_s),
            figure_count(walking, tally->walking + tally->in_rows + tally->queued),
            figure_count(out, tally->left), elapsed_s > 0 ? at_s / elapsed_s : 0,
            figure_time(left, elapsed_s / at_s * (progress->duration_s - at_s)));
}

void progress_end(struct progress *progress)
{
    if (progress->visible)
        fputs("\r\033[K", stderr);
    progress->visible = false;
}
