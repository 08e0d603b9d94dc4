#define _GNU_SOURCE
#include "tests/e2e/twin/pan.h"

#include "tests/e2e/twin/stage.h"
#include "twin/screen.h"
#include "twin/window.h"

#include <SDL.h>
#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- The server, in a process of its own */

static void show_until_told(struct stage *stage, int told)
{
    struct timespec pause = { .tv_nsec = 250000000 };
    char byte;
    for (int64_t at = STATES_START_MS + 30 * 60000;; at += 250) {
        stage_show(stage, JAM, at);
        if (read(told, &byte, 1) == 0) /* The other end is shut. */
            return;
        nanosleep(&pause, NULL);
    }
}

static void use_cores(bool first)
{
    cpu_set_t cores;
    CPU_ZERO(&cores);
    for (long i = 0; i < sysconf(_SC_NPROCESSORS_ONLN); i++)
        if ((i == 0) == first)
            CPU_SET((size_t)i, &cores);
    if (CPU_COUNT(&cores))
        sched_setaffinity(0, sizeof cores, &cores);
}

struct server {
    pid_t pid;
    int stop; /* Shut: it ends. */
    char address[32];
};

static bool server_start(struct server *server, const struct pan *pan)
{
    int stop[2], address[2];
    if (pipe2(stop, O_CLOEXEC | O_NONBLOCK) != 0 || pipe2(address, O_CLOEXEC) != 0)
        return false;
    server->pid = fork();
    if (server->pid == 0) {
        struct stage stage;
        if (pan->pinned)
            use_cores(false);
        close(stop[1]);
        stage_open_on(&stage, states_load(pan->venue));
        ssize_t written = write(address[1], stage.address, sizeof stage.address);
        if (written == (ssize_t)sizeof stage.address)
            show_until_told(&stage, stop[0]);
        stage_close(&stage);
        _exit(0);
    }
    close(stop[0]);
    close(address[1]);
    server->stop = stop[1];
    bool told = read(address[0], server->address, sizeof server->address) ==
                (ssize_t)sizeof server->address;
    close(address[0]);
    return server->pid > 0 && told;
}

static void server_stop(struct server *server)
{
    close(server->stop);
    waitpid(server->pid, NULL, 0);
}

/* ---- Frames, as the window presents them */

static struct pan *running;
static double drawn_ms; /* What the last drawing took. */
static float camera_x, camera_y;
static SDL_sem *presented; /* Posted for every frame; the hand waits for it in lockstep. */
static SDL_atomic_t recording, ready, zoom; /* zoom: 0.01 px/m */

static double now_ms(void)
{
    return (double)SDL_GetPerformanceCounter() * 1000 / (double)SDL_GetPerformanceFrequency();
}

void __real_screen_frame(struct screen *screen, struct canvas *canvas, const struct model *model,
                         uint32_t now, struct damage *damage);
void __wrap_screen_frame(struct screen *screen, struct canvas *canvas, const struct model *model,
                         uint32_t now, struct damage *damage);
int __real_SDL_UpdateWindowSurfaceRects(SDL_Window *window, const SDL_Rect *rects, int count);
int __wrap_SDL_UpdateWindowSurfaceRects(SDL_Window *window, const SDL_Rect *rects, int count);

void __wrap_screen_frame(struct screen *screen, struct canvas *canvas, const struct model *model,
                         uint32_t now, struct damage *damage)
{
    double begun_ms = now_ms();
    __real_screen_frame(screen, canvas, model, now, damage);
    drawn_ms = now_ms() - begun_ms;
    SDL_AtomicSet(&zoom, (int)(screen->ground.camera.px_per_m * 100));
    camera_x = screen->ground.camera.x_m;
    camera_y = screen->ground.camera.y_m;
    if (model->crowd && !ground_moves(&screen->ground))
        SDL_AtomicSet(&ready, 1);
}

/* A sparse digest: all of it would be part of what is measured. */
static unsigned digest_of(SDL_Window *window)
{
    const SDL_Surface *surface = SDL_GetWindowSurface(window);
    unsigned digest = 2166136261u;
    for (int y = surface->h / 10; y < surface->h * 3 / 4; y += 3) {
        const uint32_t *row =
            (const void *)((const uint8_t *)surface->pixels + (ptrdiff_t)y * surface->pitch);
        for (int x = surface->w / 4; x < surface->w * 7 / 10; x += 3)
            digest = (digest ^ (row[x] & 0xffffff)) * 16777619u;
    }
    return digest;
}

int __wrap_SDL_UpdateWindowSurfaceRects(SDL_Window *window, const SDL_Rect *rects, int count)
{
    double begun_ms = now_ms();
    int result = __real_SDL_UpdateWindowSurfaceRects(window, rects, count);
    double at = now_ms();
    const struct pan_frame *last = running->count ? &running->frames[running->count - 1] : NULL;
    bool waits = running->lockstep && last && last->x_m == camera_x && last->y_m == camera_y;
    /* In lockstep a frame counts that has followed the hand; others bring news from the server. */
    if (SDL_AtomicGet(&recording) && !waits && running->count < running->frames_wanted) {
        running->frames[running->count++] = (struct pan_frame){
            at, drawn_ms + at - begun_ms, digest_of(window), camera_x, camera_y,
        };
        SDL_SemPost(presented);
    }
    return result;
}

/* ---- The hand */

static void push_button(Uint32 type)
{
    SDL_Event event = { .type = type };
    event.button.button = SDL_BUTTON_LEFT;
    event.button.x = running->width / 2;
    event.button.y = running->height / 2;
    SDL_PushEvent(&event);
}

static void push_key(SDL_Keycode key)
{
    SDL_Event event = { .type = SDL_KEYDOWN };
    event.key.keysym.sym = key;
    SDL_PushEvent(&event);
}

/* A loop of two and a half seconds, some 700 pixels a second, around where it began. */
static void push_movement(int step, int a_second)
{
    const double turn = 6.283185307179586 / 2.5 / a_second, radius = 280;
    double x0 = radius * sin(turn * step), x1 = radius * sin(turn * (step + 1));
    double y0 = radius * cos(turn * step), y1 = radius * cos(turn * (step + 1));
    SDL_Event event = { .type = SDL_MOUSEMOTION };
    event.motion.xrel = (int)(lround(x1) - lround(x0));
    event.motion.yrel = (int)(lround(y1) - lround(y0));
    SDL_PushEvent(&event);
}

enum { PATIENCE_MS = 20000, HAND_HZ = 125, FRAME_HZ = 60 };

static bool all_recorded(const struct pan *pan)
{
    return SDL_SemValue(presented) >= pan->frames_wanted;
}

static void drag(struct pan *pan)
{
    struct timespec due;
    clock_gettime(CLOCK_MONOTONIC, &due);
    push_button(SDL_MOUSEBUTTONDOWN);
    SDL_AtomicSet(&recording, 1);
    for (int step = 0; pan->lockstep ? step < (int)pan->frames_wanted : !all_recorded(pan);
         step++) {
        push_movement(step, pan->lockstep ? FRAME_HZ : HAND_HZ);
        if (pan->lockstep) {
            if (SDL_SemWaitTimeout(presented, PATIENCE_MS) != 0)
                break;
            continue;
        }
        due.tv_nsec += 1000000000 / HAND_HZ;
        due.tv_sec += due.tv_nsec / 1000000000;
        due.tv_nsec %= 1000000000;
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
    }
    SDL_AtomicSet(&recording, 0);
    push_button(SDL_MOUSEBUTTONUP);
}

/* Until a frame was drawn in which nothing moved, at least so near. */
static void wait_for_rest(int least_zoom)
{
    SDL_AtomicSet(&ready, 0);
    for (int waited = 0; waited < PATIENCE_MS; waited += 10, SDL_Delay(10)) {
        if (SDL_AtomicGet(&zoom) < least_zoom)
            SDL_AtomicSet(&ready, 0);
        else if (SDL_AtomicGet(&ready))
            return;
    }
}

static void *hand(void *ctx)
{
    struct pan *pan = ctx;
    wait_for_rest(0);
    int whole = SDL_AtomicGet(&zoom);
    for (int i = 0; i < 3; i++) /* So near that something comes in at every edge. */
        push_key(SDLK_PLUS);
    wait_for_rest(whole * 19 / 10);
    drag(pan);
    SDL_Event quit = { .type = SDL_QUIT };
    SDL_PushEvent(&quit);
    return NULL;
}

bool pan_run(struct pan *pan)
{
    struct server server;
    pthread_t thread;
    if (!server_start(&server, pan))
        return false;
    if (pan->pinned)
        use_cores(true);
    running = pan;
    pan->count = 0;
    presented = SDL_CreateSemaphore(0);
    SDL_AtomicSet(&ready, 0);
    bool started = pthread_create(&thread, NULL, hand, pan) == 0;
    struct options options = { .server.address = server.address,
                               .caller = "desk 2",
                               .width = pan->width,
                               .height = pan->height,
                               .scale = 1 };
    pan->code = started ? window_run(&options) : 1;
    if (started)
        pthread_join(thread, NULL);
    SDL_DestroySemaphore(presented);
    server_stop(&server);
    return started;
}
