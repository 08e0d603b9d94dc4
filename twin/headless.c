#include "twin/headless.h"

#include "twin/desk.h"
#include "twin/draw/png.h"
#include "twin/link.h"
#include "twin/screen.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

enum {
    LOOK_MS = 100, /* Between two looks at the clock while nothing arrives. */
};
static const float notably_worse = 0.1f; /* p/m2 */

struct headless {
    const struct options *options;
    struct model model;
    struct screen screen;
    struct desk desk;
    struct canvas now, worst; /* Pictures; `worst` is written at the end. */
    struct link *link;
    int64_t next_ms; /* Stadium time of the next picture. */
    float severity;  /* Of `worst`; -1: there is none. */
    bool worst_is_new;
    bool folder_made;
    char why[400];

    pthread_mutex_t mutex;
    pthread_cond_t woken;
    bool wake;
};

/* Signals only set this; the loop looks at it at least every LOOK_MS. */
static volatile sig_atomic_t asked_to_stop;

static void on_signal(int number)
{
    (void)number;
    asked_to_stop = 1;
}

static void on_wake(void *ctx)
{
    struct headless *h = ctx;
    pthread_mutex_lock(&h->mutex);
    h->wake = true;
    pthread_cond_signal(&h->woken);
    pthread_mutex_unlock(&h->mutex);
}

static void wait_for_news(struct headless *h)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += LOOK_MS * 1000000l;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&h->mutex);
    int timed_out = 0;
    while (!h->wake && !timed_out && !asked_to_stop)
        timed_out = pthread_cond_timedwait(&h->woken, &h->mutex, &until);
    h->wake = false;
    pthread_mutex_unlock(&h->mutex);
}

static bool make_folder(struct headless *h)
{
    if (h->folder_made)
        return true;
    if (mkdir(h->options->out, 0777) != 0 && errno != EEXIST) {
        snprintf(h->why, sizeof h->why, "cannot make the folder %.200s: %s", h->options->out,
                 strerror(errno));
        return false;
    }
    h->folder_made = true;
    return true;
}

static bool write_picture(struct headless *h, const struct canvas *canvas, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", h->options->out, name);
    return make_folder(h) && png_write(canvas, path, h->why, sizeof h->why);
}

static void draw(struct headless *h)
{
    screen_draw(&h->screen, &h->now, &h->model);
}

/* A gate's page is asked for. False: there is no such gate. */
static bool open_gate(struct headless *h)
{
    const Tifo__V1__Venue *venue = h->model.venue;
    for (uint32_t gate = 0; venue && gate < venue->n_gates; gate++) {
        if (strcmp(venue->gates[gate]->gate_id, h->options->gate) != 0)
            continue;
        desk_pick(&h->desk, &h->model, (struct pick){ PICK_GATE, gate });
        desk_open(&h->desk, &h->model);
        return true;
    }
    snprintf(h->why, sizeof h->why, "the ground has no gate %.40s", h->options->gate);
    return false;
}

/* As an operator sees it who has asked for a gate's page, or for a moment of the past. */
static bool draw_asked(struct headless *h)
{
    if (h->options->gate && !open_gate(h))
        return false;
    if (h->options->ago_ms)
        desk_scrub(&h->desk, &h->model, model_now_ms(&h->model) - h->options->ago_ms);
    const struct model *shown = desk_model(&h->desk, &h->model);
    screen_follow(&h->screen, &h->desk, shown);
    screen_update(&h->screen, shown);
    screen_draw(&h->screen, &h->now, shown);
    return true;
}

/* Stadium time as the pictures are named: of the machine's time zone, as the clock on them. */
static void picture_name(char *out, size_t size, int64_t unix_ms)
{
    time_t seconds = (time_t)(unix_ms / 1000);
    struct tm parts;
    if (!localtime_r(&seconds, &parts) || !strftime(out, size, "twin-%H%M%S.png", &parts))
        snprintf(out, size, "twin.png");
}

static bool follow(struct headless *h)
{
    int64_t now = model_now_ms(&h->model);
    bool due = now >= h->next_ms || now < h->next_ms - h->options->every_ms;
    float severity = model_severity(&h->model);
    bool worse = severity > h->severity + (h->severity < 0 ? 0 : notably_worse);
    if (!now || (!due && !worse))
        return true;
    draw(h);
    if (worse) {
        canvas_copy(&h->worst, &h->now, 0, 0);
        h->severity = severity;
        h->worst_is_new = true;
    }
    if (!due)
        return true;
    char name[64];
    picture_name(name, sizeof name, now);
    h->next_ms = (now / h->options->every_ms + 1) * h->options->every_ms;
    if (h->worst_is_new && !write_picture(h, &h->worst, "twin-worst.png"))
        return false;
    h->worst_is_new = false;
    return write_picture(h, &h->now, name);
}

/* The last moment, and the worst. A server that never measured anything leaves a picture too. */
static bool write_last(struct headless *h)
{
    h->model.contact.state = CONTACT_LIVE; /* It is the state at the end, not after it. */
    h->model.contact.data_age_ms = 0;
    draw(h);
    if (h->severity < 0)
        canvas_copy(&h->worst, &h->now, 0, 0);
    if ((h->options->gate || h->options->ago_ms) && !draw_asked(h))
        return false;
    return write_picture(h, &h->worst, "twin-worst.png") &&
           write_picture(h, &h->now, "twin-last.png");
}

/* Of the stadium's day, as the clock on the pictures. */
static bool reached(const struct headless *h)
{
    const int64_t now_ms = model_now_ms(&h->model);
    const time_t seconds = (time_t)(now_ms / 1000);
    struct tm parts;
    if (!h->options->ends || !now_ms || !localtime_r(&seconds, &parts))
        return false;
    return (parts.tm_hour * 60 + parts.tm_min) * 60 + parts.tm_sec >= h->options->until_s;
}

static int fail(const char *why)
{
    fprintf(stderr, "tifo-twin: %s\n", why);
    return 1;
}

static int run(struct headless *h)
{
    char problem[200];
    for (;;) {
        wait_for_news(h);
        struct link_status status = link_status(h->link);
        if (link_take(h->link, &h->model, problem, sizeof problem)) {
            if (*problem)
                return fail(problem);
            h->model.contact.data_age_ms =
                0; /* Stadium time only: the same run, the same pictures. */
            screen_update(&h->screen, &h->model);
            if (!follow(h))
                return fail(h->why);
        }
        bool gone = status.lost_for_ms > h->options->wait_ms;
        bool over = asked_to_stop || reached(h) || gone;
        if (!status.ever_live && (asked_to_stop || gone)) {
            snprintf(h->why, sizeof h->why,
                     "no tifod answers on %.100s; start one, or name another with --server",
                     h->options->server.address);
            return fail(h->why);
        }
        if (over)
            return write_last(h) ? 0 : fail(h->why);
    }
}

static void catch_signals(void)
{
    struct sigaction action = { .sa_handler = on_signal };
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
}

int headless_run(const struct options *options)
{
    struct headless h = { .options = options, .severity = -1 };
    catch_signals();
    setpriority(PRIO_PROCESS, 0, 10); /* The server and a simulator beside it come first. */
    if (!screen_init(&h.screen, options->width, options->height, options->scale, options->theme,
                     h.why, sizeof h.why))
        return fail(h.why);
    model_init(&h.model);
    desk_init(&h.desk, options->caller);
    canvas_init(&h.now, options->width, options->height);
    canvas_init(&h.worst, options->width, options->height);
    pthread_mutex_init(&h.mutex, NULL);
    pthread_cond_init(&h.woken, NULL);
    h.link = options->play ? link_play(options->play, 0, on_wake, &h, h.why, sizeof h.why)
                           : link_open(&options->server, on_wake, &h);
    int code = h.link ? run(&h) : fail(h.why);
    link_close(h.link);
    pthread_cond_destroy(&h.woken);
    pthread_mutex_destroy(&h.mutex);
    canvas_fini(&h.now);
    canvas_fini(&h.worst);
    screen_fini(&h.screen);
    desk_fini(&h.desk);
    model_fini(&h.model);
    return code;
}
