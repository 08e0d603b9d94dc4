#include "tests/support/broker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <mosquitto.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void give_up(const char *what)
{
    fprintf(stderr, "broker: %s: %s\n", what, strerror(errno));
    abort();
}

static int free_port(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0)
        give_up("no free port");
    close(fd);
    return ntohs(address.sin_port);
}

void broker_init(struct broker *broker)
{
    *broker = (struct broker){ .port = free_port() };
    strcpy(broker->folder, "/tmp/broker-test-XXXXXX");
    if (!mkdtemp(broker->folder))
        give_up("no folder");
}

void broker_fini(struct broker *broker)
{
    static const char *const files[] = { "mosquitto.conf", "mosquitto.db" };
    char path[128];
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", broker->folder, files[i]);
        unlink(path);
    }
    rmdir(broker->folder);
}

void broker_start(struct broker *broker)
{
    char path[128];
    snprintf(path, sizeof path, "%s/mosquitto.conf", broker->folder);
    FILE *file = fopen(path, "w");
    if (!file)
        give_up(path);
    if (broker->config)
        fputs(broker->config, file);
    else
        fprintf(file,
                "listener %d 127.0.0.1\n%s"
                "persistence true\n"
                "max_queued_messages 0\n"
                "max_inflight_messages 0\n",
                broker->port, broker->more ? broker->more : "allow_anonymous true\n");
    fprintf(file,
            "\npersistence_location %s/\n"
            "log_dest stderr\n"
            "log_type error\n"
            "log_type information\n",
            broker->folder);
    if (geteuid() == 0) /* Or it would not be root for long, and the folder is ours. */
        fprintf(file, "user root\n");
    fclose(file);
    const char *const arguments[] = { "-c", path, NULL };
    if (!process_run(&broker->process, "/usr/sbin/mosquitto", arguments, " running"))
        give_up(broker->process.said);
}

void broker_stop(struct broker *broker)
{
    kill(broker->process.pid, SIGTERM);
    process_wait(&broker->process);
}

/* ---- Publishing -------------------------------------------------------------------------------
 */

struct publisher {
    struct mosquitto *mosquitto;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    uint64_t sent, acknowledged;
    bool connected;
};

static void on_connect(struct mosquitto *mosquitto, void *ctx, int code)
{
    struct publisher *own = ctx;
    (void)mosquitto;
    pthread_mutex_lock(&own->mutex);
    own->connected = code == 0;
    pthread_cond_broadcast(&own->changed);
    pthread_mutex_unlock(&own->mutex);
}

static void on_publish(struct mosquitto *mosquitto, void *ctx, int mid)
{
    struct publisher *own = ctx;
    (void)mosquitto, (void)mid;
    pthread_mutex_lock(&own->mutex);
    own->acknowledged++;
    pthread_cond_broadcast(&own->changed);
    pthread_mutex_unlock(&own->mutex);
}

struct publisher *publisher_start(int port, const char *client_id)
{
    struct publisher *own = calloc(1, sizeof *own);
    mosquitto_lib_init();
    pthread_mutex_init(&own->mutex, NULL);
    pthread_cond_init(&own->changed, NULL);
    own->mosquitto = mosquitto_new(client_id, true, own);
    mosquitto_max_inflight_messages_set(own->mosquitto, 0);
    mosquitto_reconnect_delay_set(own->mosquitto, 1, 1, false);
    mosquitto_connect_callback_set(own->mosquitto, on_connect);
    mosquitto_publish_callback_set(own->mosquitto, on_publish);
    if (mosquitto_connect(own->mosquitto, "127.0.0.1", port, 60) != 0 ||
        mosquitto_loop_start(own->mosquitto) != 0)
        give_up("cannot publish");
    pthread_mutex_lock(&own->mutex);
    while (!own->connected)
        pthread_cond_wait(&own->changed, &own->mutex);
    pthread_mutex_unlock(&own->mutex);
    return own;
}

static void wait_for(struct publisher *own, uint64_t most)
{
    pthread_mutex_lock(&own->mutex);
    while (own->sent > own->acknowledged + most)
        pthread_cond_wait(&own->changed, &own->mutex);
    pthread_mutex_unlock(&own->mutex);
}

/* While the broker is away the library keeps it, says that nobody is connected, and sends it later.
 */
static void publish(struct publisher *own, const char *topic, const char *payload, bool kept)
{
    const int error =
        mosquitto_publish(own->mosquitto, NULL, topic, (int)strlen(payload), payload, 1, kept);
    if (error && error != MOSQ_ERR_NO_CONN && error != MOSQ_ERR_CONN_LOST)
        give_up(mosquitto_strerror(error));
}

void publisher_send(struct publisher *own, const char *topic, const char *payload, uint64_t most)
{
    wait_for(own, most);
    own->sent++;
    publish(own, topic, payload, false);
}

void publisher_send_kept(struct publisher *own, const char *topic, const char *payload)
{
    own->sent++;
    publish(own, topic, payload, true);
    wait_for(own, 0);
}

void publisher_wait(struct publisher *own)
{
    wait_for(own, 0);
}

void publisher_stop(struct publisher *own)
{
    mosquitto_disconnect(own->mosquitto);
    mosquitto_loop_stop(own->mosquitto, false);
    mosquitto_destroy(own->mosquitto);
    mosquitto_lib_cleanup();
    pthread_cond_destroy(&own->changed);
    pthread_mutex_destroy(&own->mutex);
    free(own);
}
