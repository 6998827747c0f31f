/*
 * Load for a stream server: one thread, one epoll set, as little work per message as possible, so
 * that the server is what is measured.
 *
 * The client's life is the same in every mode: connections are opened, each one with a first
 * exchange (request and reply) where the mode has replies; then comes the load, first unmeasured
 * (warm-up), then inside a window of a fixed time or a fixed amount. The CPU clocks of the server's
 * processes (--pid, with commas between several) are read at both ends of that window, here and not by whoever started this program, so that cost and work
 * are of the same moments. One line of JSON on stdout is the result; anything unexpected (a refused
 * connection, a connection that ends, a wrong reply, ten seconds without an event) is one line on
 * stderr and exit status 1.
 *
 * Modes:
 *   echo         closed loop: requests of --size bytes, --depth of them on the way, on --busy of
 *                --connections connections; a reply is --reply bytes (the size, if not given)
 *   stream-in    write --size bytes at a time, as fast as the server reads
 *   stream-out   read whatever the server writes
 *   churn        connect, one exchange, close; --connections in parallel
 *   idle         open up to each of --steps connections, one exchange each, and hold them: one line
 *                of JSON a step, after which a line on stdin is waited for
 *   burst        connect --connections at once, --count times; what is measured is their acceptance
 *   flood        the closed loop, beside --floods connections that echo 64 KiB, 16 on the way each
 *
 * With --proxy 1 or 2 each connection begins with a PROXY header of that version, in one segment with
 * its first request.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
    OPENING_LIMIT = 64,     /* connections being opened at once: well below any listen backlog */
    SOURCE_ADDRESSES = 50,  /* 127.0.0.2 and on: each has its own 28,000 ports */
    STALL_MS = 10000,
    SERVER_PROCESSES = 16,
    RECEIVE_SIZE = 256 * 1024,
    FLOOD_SIZE = 64 * 1024,
    FLOOD_DEPTH = 16,
};

/* What is asked on a connection: requests of `size` bytes, taken from a run of depth + 1 of them. */
struct shape {
    size_t size, reply, depth, split;
    char *bytes;
    bool timed;
};

struct conn {
    int fd;
    bool connecting, wants_out;
    const struct shape *shape;
    size_t unsent;      /* bytes of requests that are due and not yet written */
    size_t position;    /* within the request that is being written */
    size_t awaited;     /* bytes of the current reply still to come */
    uint64_t *started;  /* ring of shape->depth start times */
    unsigned asked, answered;
};

static struct {
    const char *mode, *unix_path;
    int port, connections, busy, floods, proxy;
    int pids[SERVER_PROCESSES], processes;
    size_t size, reply, depth, split;
    double warmup, seconds;
    uint64_t count;
    const char *steps;
    bool verify;
} options = {.connections = 50, .size = 64, .depth = 1, .warmup = 0.5, .seconds = 2, .floods = 4};

static int poller;         /* the epoll set of everything but the floods */
static int flood_poller;   /* the floods' own, watched by `poller`: one of their events a turn */
static struct conn *conns;
static uint64_t units;     /* messages, connections or bytes since the window began */
static int opened;
static char received[RECEIVE_SIZE];

static void (*on_event)(struct conn *, uint32_t events);
static void (*on_replies)(struct conn *, unsigned replies);

static void die(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("loadgen: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    exit(1);
}

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (!memory)
        die("out of memory");
    return memory;
}

/* ---- clocks ---- */

static uint64_t clock_ns(clockid_t clock)
{
    struct timespec t;
    if (clock_gettime(clock, &t))
        die("clock: %s", strerror(errno));
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t now(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

static uint64_t server_cpu(void)
{
    uint64_t total = 0;
    for (int i = 0; i < options.processes; i++) {
        clockid_t clock;
        if (clock_getcpuclockid(options.pids[i], &clock))
            die("the server (process %d) is gone", options.pids[i]);
        total += clock_ns(clock);
    }
    return total;
}

/* Seconds of `pid` in the kernel; the unit is the system's tick. */
static double system_seconds(int pid)
{
    char path[64], line[1024], *fields;
    unsigned long system = 0;
    FILE *file;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    if (!(file = fopen(path, "r")) || !fgets(line, sizeof line, file))
        die("the server (process %d) is gone", pid);
    fclose(file);
    fields = strrchr(line, ')');
    if (!fields || sscanf(fields + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %lu", &system) != 1)
        die("%s: not understood", path);
    return (double)system / (double)sysconf(_SC_CLK_TCK);
}

/* The part of the server's CPU time that was spent in the kernel. */
static double server_system_seconds(void)
{
    double total = 0;
    for (int i = 0; i < options.processes; i++)
        total += system_seconds(options.pids[i]);
    return total;
}

/* Returns when the server has used no CPU time for 50 ms, or after 3 s. */
static void settle(void)
{
    uint64_t before = server_cpu();
    for (int i = 0; i < 60; i++) {
        usleep(50000);
        uint64_t after = server_cpu();
        if (after - before < 200000)
            return;
        before = after;
    }
}

/* ---- latency: a histogram whose buckets are 1/128 of their value wide ---- */

enum { SUB_BITS = 7, SUB = 1 << SUB_BITS, BUCKETS = (64 - SUB_BITS + 1) << SUB_BITS };
static uint64_t histogram[BUCKETS], samples, slowest;

static void record(uint64_t ns)
{
    unsigned index = (unsigned)ns;
    if (ns >= SUB) {
        unsigned shift = 63u - (unsigned)__builtin_clzll(ns) - SUB_BITS;
        index = (shift << SUB_BITS) + (unsigned)(ns >> shift);
    }
    histogram[index]++;
    samples++;
    if (ns > slowest)
        slowest = ns;
}

static double percentile_us(double fraction)
{
    uint64_t rank = (uint64_t)(fraction * (double)samples), seen = 0;
    for (unsigned i = 0; i < BUCKETS; i++) {
        seen += histogram[i];
        if (seen > rank) {
            unsigned shift = i < SUB ? 0 : (i >> SUB_BITS) - 1;
            uint64_t low = i < SUB ? i : (uint64_t)(SUB + (i & (SUB - 1))) << shift;
            return ((double)low + (double)(1ull << shift) / 2) / 1e3;
        }
    }
    return (double)slowest / 1e3;
}

/* ---- the window ---- */

static struct {
    uint64_t wall, server, client;
    double system;
} begun, spent;

static void begin_window(void)
{
    begun.wall = now();
    begun.server = server_cpu();
    begun.client = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    begun.system = server_system_seconds();
}

/* Windows add up: a burst has several, with closing between them that is not measured. */
static void end_window(void)
{
    spent.server += server_cpu() - begun.server;
    spent.wall += now() - begun.wall;
    spent.client += clock_ns(CLOCK_PROCESS_CPUTIME_ID) - begun.client;
    spent.system += server_system_seconds() - begun.system;
}

static void print_result(const char *unit, double amount)
{
    printf("{\"mode\": \"%s\", \"unit\": \"%s\", \"units\": %.3f, \"seconds\": %.6f, "
           "\"server_cpu\": %.6f, \"server_system\": %.2f, \"client_cpu\": %.6f",
           options.mode, unit, amount, (double)spent.wall / 1e9, (double)spent.server / 1e9,
           spent.system, (double)spent.client / 1e9);
    if (samples)
        printf(", \"latency_us\": {\"p50\": %.1f, \"p99\": %.1f, \"p99.9\": %.1f, \"max\": %.1f}",
               percentile_us(0.5), percentile_us(0.99), percentile_us(0.999), (double)slowest / 1e3);
    printf("}\n");
}

/* ---- connections ---- */

static struct shape make_shape(size_t size, size_t reply, size_t depth, size_t split, bool timed)
{
    size_t total = size * (depth + 1);
    struct shape shape = {size, reply, depth, split, allocate(total, 1), timed};
    for (size_t i = 0; i < total; i++)
        shape.bytes[i] = (char)(' ' + i % size % 95); /* text, so that a server may decode it */
    return shape;
}

static int poller_of(const struct conn *conn)
{
    return conn->shape->timed ? poller : flood_poller;
}

static void watch(struct conn *conn, int operation, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = conn};
    if (epoll_ctl(poller_of(conn), operation, conn->fd, &event))
        die("epoll_ctl: %s", strerror(errno));
}

static int connect_unix(void)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        die("socket: %s", strerror(errno));
    strncpy(to.sun_path, options.unix_path, sizeof to.sun_path - 1);
    /* Blocks while the backlog is full, where a non-blocking connect would fail. */
    if (connect(fd, (struct sockaddr *)&to, sizeof to))
        die("connect: %s", strerror(errno));
    if (fcntl(fd, F_SETFL, O_NONBLOCK))
        die("fcntl: %s", strerror(errno));
    return fd;
}

static int connect_tcp(void)
{
    static unsigned turn;
    struct sockaddr_in from = {.sin_family = AF_INET};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options.port)};
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        die("socket: %s", strerror(errno));
    from.sin_addr.s_addr = htonl(0x7f000002u + turn++ % SOURCE_ADDRESSES);
    to.sin_addr.s_addr = htonl(0x7f000001u);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    /* The port is chosen by connect, not by bind: it must be free for this destination only. */
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&from, sizeof from))
        die("bind: %s", strerror(errno));
    if (connect(fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS)
        die("connect: %s", strerror(errno));
    return fd;
}

static void start_connection(struct conn *conn)
{
    conn->fd = options.unix_path ? connect_unix() : connect_tcp();
    conn->connecting = true;
    conn->wants_out = false;
    conn->unsent = conn->position = 0;
    conn->asked = conn->answered = 0;
    conn->awaited = conn->shape->reply;
    watch(conn, EPOLL_CTL_ADD, EPOLLOUT);
}

static void check_connected(struct conn *conn)
{
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(conn->fd, SOL_SOCKET, SO_ERROR, &error, &length) || error)
        die("connect: %s", strerror(error ? error : errno));
    conn->connecting = false;
}

/* One turn of the loop. */
static void turn(void)
{
    struct epoll_event events[64];
    int count = epoll_wait(poller, events, 64, STALL_MS);
    if (count == 0)
        die("nothing happened for %d s", STALL_MS / 1000);
    if (count < 0 && errno != EINTR)
        die("epoll_wait: %s", strerror(errno));
    for (int i = 0; i < count; i++) {
        struct epoll_event event = events[i];
        /* A flood's step is long; the timed connections are looked at after each one. */
        if (event.data.ptr == NULL && epoll_wait(flood_poller, &event, 1, 0) < 1)
            continue;
        on_event(event.data.ptr, event.events);
    }
}

/* ---- exchanges: requests and replies ---- */

static void flush(struct conn *conn)
{
    const struct shape *shape = conn->shape;
    while (conn->unsent) {
        size_t piece = conn->unsent;
        if (shape->split)
            piece = (conn->position < shape->split ? shape->split : shape->size) - conn->position;
        ssize_t sent = send(conn->fd, shape->bytes + conn->position, piece, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno != EAGAIN)
                die("send: %s", strerror(errno));
            break;
        }
        conn->unsent -= (size_t)sent;
        conn->position = (conn->position + (size_t)sent) % shape->size;
    }
    if (conn->wants_out != (conn->unsent > 0)) {
        conn->wants_out = conn->unsent > 0;
        watch(conn, EPOLL_CTL_MOD, conn->wants_out ? EPOLLIN | EPOLLOUT : EPOLLIN);
    }
}

static void ask(struct conn *conn, unsigned requests)
{
    uint64_t time = now();
    for (unsigned i = 0; i < requests; i++)
        conn->started[conn->asked++ % conn->shape->depth] = time;
    conn->unsent += requests * conn->shape->size;
    flush(conn);
}

static void receive(struct conn *conn)
{
    const struct shape *shape = conn->shape;
    /* MSG_TRUNC: TCP discards the bytes without copying them. */
    ssize_t got = recv(conn->fd, received, sizeof received, options.verify ? 0 : MSG_TRUNC);
    if (got < 0 && errno == EAGAIN)
        return;
    if (got < 0)
        die("recv: %s", strerror(errno));
    if (got == 0)
        die("the server ended a connection");
    size_t left = (size_t)got;
    if (options.verify && shape->reply == shape->size) {
        if (left > shape->depth * shape->size)
            die("more was received than was sent");
        if (memcmp(received, shape->bytes + (shape->reply - conn->awaited), left))
            die("a reply differs from its request");
    }
    unsigned replies = 0;
    uint64_t time = now();
    while (left >= conn->awaited) {
        left -= conn->awaited;
        conn->awaited = shape->reply;
        replies++;
        if (shape->timed)
            record(time - conn->started[conn->answered % shape->depth]);
        if (conn->answered++ == conn->asked)
            die("more was received than was asked for");
    }
    conn->awaited -= left;
    if (replies)
        on_replies(conn, replies);
}

static void send_proxy_header(struct conn *conn)
{
    static const char text[] = "PROXY TCP4 192.0.2.1 192.0.2.2 40000 443\r\n";
    static const unsigned char binary[] = {
        0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a, /* signature */
        0x21, 0x11, 0x00, 0x0c,                 /* version 2, PROXY; TCP over IPv4; 12 bytes */
        192, 0, 2, 1, 192, 0, 2, 2, 0x9c, 0x40, 0x01, 0xbb,
    };
    const void *header = options.proxy == 1 ? (const void *)text : binary;
    size_t size = options.proxy == 1 ? sizeof text - 1 : sizeof binary;
    if (send(conn->fd, header, size, MSG_NOSIGNAL | MSG_MORE) != (ssize_t)size)
        die("send: %s", strerror(errno));
}

static void exchange_event(struct conn *conn, uint32_t events)
{
    if (conn->connecting) {
        check_connected(conn);
        if (options.proxy)
            send_proxy_header(conn);
        watch(conn, EPOLL_CTL_MOD, EPOLLIN);
        ask(conn, 1);
        return;
    }
    if (events & EPOLLOUT)
        flush(conn);
    if (events & ~(uint32_t)EPOLLOUT)
        receive(conn);
}

static void count_opened(struct conn *conn, unsigned replies)
{
    (void)conn, (void)replies;
    opened++;
}

static void ask_again(struct conn *conn, unsigned replies)
{
    if (conn->shape->timed)
        units += replies;
    ask(conn, replies);
}

static void connect_again(struct conn *conn, unsigned replies)
{
    units += replies;
    close(conn->fd);
    start_connection(conn);
}

/* Opens connections until there are `target`, each with one exchange, some of them at a time. */
static void open_until(int target)
{
    int started = opened;
    on_event = exchange_event;
    on_replies = count_opened;
    while (opened < target) {
        while (started < target && started - opened < OPENING_LIMIT)
            start_connection(&conns[started++]);
        turn();
    }
}

/* ---- streams ---- */

static void count_connected(struct conn *conn, uint32_t events)
{
    (void)events;
    check_connected(conn);
    watch(conn, EPOLL_CTL_MOD, 0);
    opened++;
}

static void open_silently(int first, int target)
{
    on_event = count_connected;
    opened = first;
    for (int i = first; i < target; i++)
        start_connection(&conns[i]);
    while (opened < target)
        turn();
}

static void stream_in_event(struct conn *conn, uint32_t events)
{
    if (events & ~(uint32_t)EPOLLOUT)
        die("the server answered, or ended a connection");
    ssize_t sent = send(conn->fd, conn->shape->bytes, conn->shape->size, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN)
        die("send: %s", strerror(errno));
    if (sent > 0)
        units += (uint64_t)sent;
}

static void stream_out_event(struct conn *conn, uint32_t events)
{
    (void)events;
    ssize_t got = recv(conn->fd, received, sizeof received, MSG_TRUNC);
    if (got == 0)
        die("the server ended a connection");
    if (got < 0 && errno != EAGAIN)
        die("recv: %s", strerror(errno));
    if (got > 0)
        units += (uint64_t)got;
}

/* ---- modes ---- */

static void forget(void)
{
    memset(histogram, 0, sizeof histogram);
    units = samples = slowest = 0;
}

static void run_window(void)
{
    uint64_t until = now() + (uint64_t)(options.warmup * 1e9);
    while (now() < until)
        turn();
    forget();
    begin_window();
    until = now() + (uint64_t)(options.seconds * 1e9);
    while (options.count ? units < options.count : now() < until)
        turn();
    end_window();
}

static void run_echo(int busy)
{
    open_until(options.connections + (flood_poller ? options.floods : 0));
    on_replies = ask_again;
    for (int i = 0; i < opened; i++) {
        bool floods = !conns[i].shape->timed;
        if (floods || i < busy)
            ask(&conns[i], (unsigned)conns[i].shape->depth);
    }
    run_window();
    /* A server that lets some wait for long answers few of them: those waiting count as well. */
    for (int i = 0; flood_poller && i < busy; i++) {
        if (conns[i].asked != conns[i].answered)
            record(now() - conns[i].started[conns[i].answered % conns[i].shape->depth]);
    }
    print_result("message", (double)units);
}

static void run_stream(void (*stream_event)(struct conn *, uint32_t), uint32_t events)
{
    open_silently(0, options.connections);
    on_event = stream_event;
    for (int i = 0; i < opened; i++)
        watch(&conns[i], EPOLL_CTL_MOD, events);
    run_window();
    print_result("MiB", (double)units / (1 << 20));
}

static void run_churn(void)
{
    on_event = exchange_event;
    on_replies = connect_again;
    for (int i = 0; i < options.connections; i++)
        start_connection(&conns[i]);
    run_window();
    print_result("connection", (double)units);
}

static void run_idle(void)
{
    char line[64];
    for (const char *step = options.steps; step; step = strchr(step, ',')) {
        step += *step == ',';
        open_until(atoi(step));
        printf("{\"connections\": %d}\n", opened);
        fflush(stdout);
        if (!fgets(line, sizeof line, stdin))
            return;
    }
}

/*
 * The kernel completes a connection before the server accepts it. The queue of those is first in,
 * first out, so when one more connection, made last, has had its exchange, all have been accepted.
 */
static void run_burst(void)
{
    int count = options.connections;
    for (uint64_t i = 0; i <= options.count; i++) {
        bool warmup = i == 0;
        settle();
        begin_window();
        open_silently(0, count);
        open_until(count + 1);
        if (!warmup)
            end_window();
        for (int j = 0; j <= count; j++)
            close(conns[j].fd);
    }
    forget();
    print_result("connection", (double)options.count * count);
}

/* ---- the command line ---- */

static void raise_descriptor_limit(rlim_t needed)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_max < needed)
        limit.rlim_max = needed;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit))
        die("%lu descriptors are needed: %s", (unsigned long)needed, strerror(errno));
}

static void parse_pids(const char *list)
{
    for (const char *pid = list; pid; pid = strchr(pid, ',')) {
        pid += *pid == ',';
        if (options.processes == SERVER_PROCESSES)
            die("--pid: at most %d", SERVER_PROCESSES);
        options.pids[options.processes++] = atoi(pid);
    }
}

static void parse(int argc, char **argv)
{
    static const struct option names[] = {
        {"port", 1, 0, 'p'},   {"unix", 1, 0, 'u'},        {"pid", 1, 0, 'P'},
        {"size", 1, 0, 's'},   {"connections", 1, 0, 'c'}, {"busy", 1, 0, 'b'},
        {"reply", 1, 0, 'r'},  {"depth", 1, 0, 'd'},       {"split", 1, 0, 'h'},
        {"warmup", 1, 0, 'w'}, {"seconds", 1, 0, 't'},     {"count", 1, 0, 'n'},
        {"floods", 1, 0, 'f'}, {"steps", 1, 0, 'S'},       {"verify", 0, 0, 'v'},
        {"proxy", 1, 0, 'x'},  {0, 0, 0, 0},
    };
    int option;
    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
        switch (option) {
        case 'p': options.port = atoi(optarg); break;
        case 'u': options.unix_path = optarg; break;
        case 'P': parse_pids(optarg); break;
        case 's': options.size = strtoul(optarg, NULL, 10); break;
        case 'c': options.connections = atoi(optarg); break;
        case 'b': options.busy = atoi(optarg); break;
        case 'r': options.reply = strtoul(optarg, NULL, 10); break;
        case 'd': options.depth = strtoul(optarg, NULL, 10); break;
        case 'h': options.split = strtoul(optarg, NULL, 10); break;
        case 'w': options.warmup = atof(optarg); break;
        case 't': options.seconds = atof(optarg); break;
        case 'n': options.count = strtoull(optarg, NULL, 10); break;
        case 'f': options.floods = atoi(optarg); break;
        case 'S': options.steps = optarg; break;
        case 'v': options.verify = true; break;
        case 'x': options.proxy = atoi(optarg); break;
        default: exit(2);
        }
    }
    if (optind + 1 != argc || (!options.port == !options.unix_path))
        die("usage: loadgen MODE (--port N | --unix PATH) [options]");
    options.mode = argv[optind];
    if (options.connections < 1 || options.size < 1 || options.depth < 1 || options.floods < 0)
        die("--connections, --size and --depth are at least 1, --floods at least 0");
    if (options.split && (options.split >= options.size || options.depth > 1))
        die("--split is less than --size, and has no --depth");
    if (!options.reply)
        options.reply = options.size;
    if (!options.busy || options.busy > options.connections)
        options.busy = options.connections;
}

static bool mode_is(const char *name)
{
    return strcmp(options.mode, name) == 0;
}

int main(int argc, char **argv)
{
    parse(argc, argv);
    if (mode_is("idle")) {
        if (!options.steps)
            die("idle needs --steps");
        for (const char *step = options.steps; step; step = strchr(step, ',')) {
            step += *step == ',';
            options.connections = atoi(step);
        }
    }
    if (mode_is("burst") && (!options.count || !options.processes))
        die("burst needs --count and --pid");

    int floods = mode_is("flood") ? options.floods : 0;
    int total = options.connections + floods + 1; /* one more: the last of a burst */
    raise_descriptor_limit((rlim_t)total + 20);
    poller = epoll_create1(EPOLL_CLOEXEC);
    if (floods) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
        flood_poller = epoll_create1(EPOLL_CLOEXEC);
        if (epoll_ctl(poller, EPOLL_CTL_ADD, flood_poller, &event))
            die("epoll_ctl: %s", strerror(errno));
    }

    struct shape small =
        make_shape(options.size, options.reply, options.depth, options.split, true);
    struct shape flood = make_shape(FLOOD_SIZE, FLOOD_SIZE, FLOOD_DEPTH, 0, false);
    conns = allocate((size_t)total, sizeof *conns);
    for (int i = 0; i < total; i++) {
        bool is_flood = i >= options.connections && i < options.connections + floods;
        conns[i].shape = is_flood ? &flood : &small;
        conns[i].started = allocate(conns[i].shape->depth, sizeof *conns[i].started);
    }

    if (mode_is("echo") || mode_is("flood"))
        run_echo(options.busy);
    else if (mode_is("stream-in"))
        run_stream(stream_in_event, EPOLLOUT);
    else if (mode_is("stream-out"))
        run_stream(stream_out_event, EPOLLIN);
    else if (mode_is("churn"))
        run_churn();
    else if (mode_is("idle"))
        run_idle();
    else if (mode_is("burst"))
        run_burst();
    else
        die("unknown mode: %s", options.mode);
    return 0;
}
