#include "server/app/state.h"

#include <stddef.h>

static struct feed *of(struct request *request)
{
    return (struct feed *)((char *)request - offsetof(struct feed, request));
}

static void look(struct request *request, const struct app *app)
{
    struct feed *feed = of(request);
    if (feed->look)
        feed->look(feed, app);
}

static void answer(struct request *request)
{
    struct feed *feed = of(request);
    feed->busy = false;
    if (request->refusal.status == STATUS_OK)
        feed->publish(feed);
}

void app_add_feed(struct app *app, struct feed *feed)
{
    feed->next = app->feeds;
    app->feeds = feed;
}

static bool changed(const struct feed *feed, const struct app *app)
{
    const uint64_t version = feed->version(feed, app);
    const bool is_new =
        feed->repeats ? app_is_timed(app) : !(feed->shown && version == feed->shown_version);
    return !feed->busy && version != 0 && is_new;
}

static int64_t due_ms(const struct feed *feed, const struct app *app)
{
    if (!feed->shown || !app->options.monotonic_ms)
        return 0;
    return feed->shown_ms + (app->driven ? feed->driven_interval_ms : feed->interval_ms);
}

void feeds_turn(struct app *app)
{
    const int64_t now_ms = app_monotonic_ms(app);
    for (struct feed *feed = app->feeds; feed; feed = feed->next) {
        if (!changed(feed, app) || due_ms(feed, app) > now_ms)
            continue;
        feed->busy = true;
        feed->shown = true;
        feed->shown_version = feed->version(feed, app);
        feed->shown_ms = now_ms;
        feed->request = (struct request){ .kind = REQUEST_READ, .look = look, .answer = answer };
        look(&feed->request, app);
        app_done(app, &feed->request);
    }
}

int64_t feeds_due_ms(const struct app *app)
{
    int64_t first_ms = INT64_MAX;
    for (const struct feed *feed = app->feeds; feed; feed = feed->next)
        if (changed(feed, app) && due_ms(feed, app) < first_ms)
            first_ms = due_ms(feed, app);
    return first_ms;
}
