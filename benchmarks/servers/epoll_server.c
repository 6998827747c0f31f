/*
 * The floor: what the system calls alone cost. Echo, sink, source, sixteen and two-writes on epoll,
 * with no buffering beyond one queue per connection. The command line is that of all servers here.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CHUNK = 65536, PIECE = 64, PIECES = 16, HEADER = 100, BODY = 1024 };

struct conn {
    int fd;
    char *queue; /* what the kernel did not take yet; allocated only then */
    size_t start, end;
};

static int poller;
static bool no_delay, is_unix;
static char chunk[CHUNK];
static void (*on_readable)(struct conn *, size_t length);

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void watch(struct conn *conn, int operation, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = conn};
    if (epoll_ctl(poller, operation, conn->fd, &event))
        fail("epoll_ctl");
}

static void finish(struct conn *conn)
{
    close(conn->fd);
    free(conn->queue);
    free(conn);
}

/* While a queue is there, the connection is not read; so a queue never exceeds one reply. */
static void put(struct conn *conn, const char *bytes, size_t length)
{
    ssize_t sent = conn->queue ? 0 : send(conn->fd, bytes, length, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN)
        return; /* the next read tells */
    sent = sent < 0 ? 0 : sent;
    if ((size_t)sent == length)
        return;
    if (!conn->queue) {
        if (!(conn->queue = malloc(CHUNK)))
            fail("malloc");
        conn->start = conn->end = 0;
        watch(conn, EPOLL_CTL_MOD, EPOLLOUT);
    }
    memcpy(conn->queue + conn->end, bytes + sent, length - (size_t)sent);
    conn->end += length - (size_t)sent;
}

static void put_queue(struct conn *conn)
{
    ssize_t sent = send(conn->fd, conn->queue + conn->start, conn->end - conn->start, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) {
        finish(conn);
        return;
    }
    conn->start += sent < 0 ? 0 : (size_t)sent;
    if (conn->start == conn->end) {
        free(conn->queue);
        conn->queue = NULL;
        watch(conn, EPOLL_CTL_MOD, EPOLLIN);
    }
}

static void echo(struct conn *conn, size_t length)
{
    put(conn, chunk, length);
}

static void sink(struct conn *conn, size_t length)
{
    (void)conn, (void)length;
}

static void sixteen(struct conn *conn, size_t length)
{
    (void)length;
    for (int i = 0; i < PIECES; i++)
        put(conn, chunk, PIECE);
}

static void two_writes(struct conn *conn, size_t length)
{
    (void)length;
    put(conn, chunk, HEADER);
    put(conn, chunk, BODY);
}

static void step(struct conn *conn, uint32_t events)
{
    if (conn->queue) {
        put_queue(conn);
        return;
    }
    if (!on_readable && (events & EPOLLOUT)) { /* source */
        if (send(conn->fd, chunk, CHUNK, MSG_NOSIGNAL) < 0 && errno != EAGAIN)
            finish(conn);
        return;
    }
    ssize_t got = recv(conn->fd, chunk, CHUNK, on_readable == sink ? MSG_TRUNC : 0);
    if (got > 0 && on_readable)
        on_readable(conn, (size_t)got);
    else if (got == 0 || (got < 0 && errno != EAGAIN))
        finish(conn);
}

static void accept_all(int listener)
{
    int fd, one = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct conn *conn = calloc(1, sizeof *conn);
        if (!conn)
            fail("calloc");
        conn->fd = fd;
        if (no_delay && !is_unix)
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        watch(conn, EPOLL_CTL_ADD, on_readable ? EPOLLIN : EPOLLIN | EPOLLOUT);
    }
    if (errno != EAGAIN)
        fail("accept");
}

static int listen_on(const char *path, int backlog)
{
    int fd = socket(path ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (path)
        strncpy(local.sun_path, path, sizeof local.sun_path - 1);
    if (fd < 0 ||
        (path ? bind(fd, (struct sockaddr *)&local, sizeof local)
              : bind(fd, (struct sockaddr *)&address, sizeof address)) ||
        listen(fd, backlog))
        fail("listen");
    if (path) {
        puts(path);
    } else {
        getsockname(fd, (struct sockaddr *)&address, &length);
        printf("%d\n", ntohs(address.sin_port));
    }
    fflush(stdout);
    return fd;
}

int main(int argc, char **argv)
{
    const char *path = NULL, *mode = argc > 1 ? argv[1] : "";
    int backlog = 511;
    for (int i = 2; i < argc; i++) {
        if (!strcmp(argv[i], "--no-delay"))
            no_delay = true;
        else if (!strcmp(argv[i], "--unix") && i + 1 < argc)
            path = argv[++i];
        else if (!strcmp(argv[i], "--backlog") && i + 1 < argc)
            backlog = atoi(argv[++i]);
        else
            return fprintf(stderr, "unknown option: %s\n", argv[i]), 2;
    }
    if (!strcmp(mode, "echo"))
        on_readable = echo;
    else if (!strcmp(mode, "sink"))
        on_readable = sink;
    else if (!strcmp(mode, "sixteen"))
        on_readable = sixteen;
    else if (!strcmp(mode, "two-writes"))
        on_readable = two_writes;
    else if (strcmp(mode, "source"))
        return fprintf(stderr, "unknown mode: %s\n", mode), 2;

    is_unix = path != NULL;
    poller = epoll_create1(EPOLL_CLOEXEC);
    int listener = listen_on(path, backlog);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL}, events[64];
    if (epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event))
        fail("epoll_ctl");
    for (;;) {
        int count = epoll_wait(poller, events, 64, -1);
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr == NULL)
                accept_all(listener);
            else
                step(events[i].data.ptr, events[i].events);
        }
    }
}
