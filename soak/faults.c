/* Faults of the system, below the program: preloaded, it answers some calls on non-blocking sockets
 * and pipes with an error or with less than was asked for.
 *
 * Nothing happens until faults_arm(). Descriptors that are open then, and those given to
 * faults_spare(), are left alone until they are closed; so is a forked child.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { AGAIN = 1, INTERRUPTED = 2, SHORT = 4, NO_BUFFERS = 8, ACCEPT = 16, POLL = 32, BROKEN = 64 };

#define DESCRIPTORS 65536

static int armed;
static uint32_t odds, kinds;
static uint64_t state = 1;
static unsigned long count;
static unsigned char spared[DESCRIPTORS];

#define REAL(name)                                                                                 \
    static __typeof__(name) *real;                                                                 \
    if (!real)                                                                                     \
        real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static uint32_t draw(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 33) % below;
}

static void disarm(void) { armed = 0; }

__attribute__((constructor)) static void prepare(void) { pthread_atfork(0, 0, disarm); }

void faults_arm(uint64_t seed, uint32_t one_in, uint32_t which) {
    for (int fd = 0; fd < 1024; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            spared[fd] = 1;
    state = seed * 2 + 1;
    odds = one_in;
    kinds = which;
    armed = one_in > 0;
}

void faults_disarm(void) { armed = 0; }

void faults_spare(int fd) {
    if (fd >= 0 && fd < DESCRIPTORS)
        spared[fd] = 1;
}

unsigned long faults_count(void) { return count; }

/* Which of the possible kinds a call on this descriptor may meet now; 0 nearly always. */
static uint32_t strikes(int fd, uint32_t possible) {
    struct stat status;
    if (!armed || !(possible & kinds) || draw(odds))
        return 0;
    if (fd < 0 || fd >= DESCRIPTORS || spared[fd])
        return 0;
    int saved = errno;
    int flags = fcntl(fd, F_GETFL);
    int known = flags >= 0 && (flags & O_NONBLOCK) && !fstat(fd, &status);
    errno = saved;
    if (known && S_ISSOCK(status.st_mode))
        return possible & kinds;
    /* A pipe that has bytes gives them, and breaks only when it is closed. */
    if (known && S_ISFIFO(status.st_mode))
        return possible & kinds & (possible & NO_BUFFERS ? AGAIN | SHORT : SHORT);
    return 0;
}

/* One of the possible kinds, of which there is at least one. */
static uint32_t pick(uint32_t possible) {
    for (;;) {
        uint32_t kind = 1u << draw(7);
        if (kind & possible) {
            count++;
            return kind;
        }
    }
}

#define IN (AGAIN | INTERRUPTED | SHORT | BROKEN)
#define OUT (AGAIN | INTERRUPTED | SHORT | NO_BUFFERS | BROKEN)

/* What a transfer of *size bytes meets: 0, with *size perhaps less, or -1 with errno. */
static int meet(int fd, uint32_t possible, size_t *size) {
    uint32_t kind = strikes(fd, possible);
    if (!kind)
        return 0;
    switch (pick(kind)) {
    case AGAIN:
        errno = EAGAIN;
        return -1;
    case INTERRUPTED:
        errno = EINTR;
        return -1;
    case NO_BUFFERS:
        errno = ENOBUFS;
        return -1;
    case BROKEN:
        errno = possible == OUT ? EPIPE : ECONNRESET;
        return -1;
    default:
        if (*size > 1)
            *size = 1 + draw(*size > 4096 ? 4096 : (uint32_t)*size);
        return 0;
    }
}

/* A transfer of several parts; what shortens it leaves some of the first one. */
static ssize_t transfer_parts(__typeof__(readv) *real, uint32_t possible, int fd,
                              const struct iovec *parts, int number) {
    struct iovec first;
    if (number < 1)
        return real(fd, parts, number);
    first = parts[0];
    if (meet(fd, possible, &first.iov_len))
        return -1;
    if (first.iov_len == parts[0].iov_len)
        return real(fd, parts, number);
    return real(fd, &first, 1);
}

ssize_t read(int fd, void *buffer, size_t size) {
    REAL(read);
    return meet(fd, IN, &size) ? -1 : real(fd, buffer, size);
}

ssize_t recv(int fd, void *buffer, size_t size, int flags) {
    REAL(recv);
    return meet(fd, IN, &size) ? -1 : real(fd, buffer, size, flags);
}

ssize_t recvfrom(int fd, void *buffer, size_t size, int flags, struct sockaddr *address,
                 socklen_t *length) {
    REAL(recvfrom);
    return meet(fd, IN, &size) ? -1 : real(fd, buffer, size, flags, address, length);
}

ssize_t readv(int fd, const struct iovec *parts, int number) {
    REAL(readv);
    return transfer_parts(real, IN, fd, parts, number);
}

ssize_t write(int fd, const void *data, size_t size) {
    REAL(write);
    return meet(fd, OUT, &size) ? -1 : real(fd, data, size);
}

ssize_t send(int fd, const void *data, size_t size, int flags) {
    REAL(send);
    return meet(fd, OUT, &size) ? -1 : real(fd, data, size, flags);
}

ssize_t sendto(int fd, const void *data, size_t size, int flags, const struct sockaddr *address,
               socklen_t length) {
    REAL(sendto);
    return meet(fd, OUT, &size) ? -1 : real(fd, data, size, flags, address, length);
}

ssize_t writev(int fd, const struct iovec *parts, int number) {
    REAL(writev);
    return transfer_parts(real, OUT, fd, parts, number);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    REAL(sendmsg);
    struct msghdr first;
    struct iovec part;
    size_t size;
    if (message->msg_iovlen < 1)
        return real(fd, message, flags);
    size = message->msg_iov[0].iov_len;
    if (meet(fd, OUT, &size))
        return -1;
    if (size == message->msg_iov[0].iov_len)
        return real(fd, message, flags);
    first = *message;
    part.iov_base = message->msg_iov[0].iov_base;
    part.iov_len = size;
    first.msg_iov = &part;
    first.msg_iovlen = 1;
    return real(fd, &first, flags);
}

ssize_t sendfile64(int fd, int source, off64_t *offset, size_t size) {
    REAL(sendfile64);
    return meet(fd, OUT, &size) ? -1 : real(fd, source, offset, size);
}

ssize_t splice(int source, off64_t *from, int fd, off64_t *to, size_t size, unsigned int flags) {
    REAL(splice);
    if (meet(source, AGAIN | INTERRUPTED | SHORT, &size))
        return -1;
    if (meet(fd, AGAIN | INTERRUPTED | SHORT, &size))
        return -1;
    return real(source, from, fd, to, size, flags);
}

static int meet_accept(int fd) {
    static const int errors[] = {EAGAIN, EINTR, ECONNABORTED, EPROTO, EMFILE, ENFILE, ENOBUFS,
                                 ENOMEM, ENETDOWN, EHOSTUNREACH};
    if (!strikes(fd, ACCEPT))
        return 0;
    count++;
    errno = errors[draw(sizeof errors / sizeof *errors)];
    return -1;
}

int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags) {
    REAL(accept4);
    return meet_accept(fd) ? -1 : real(fd, address, length, flags);
}

int accept(int fd, struct sockaddr *address, socklen_t *length) {
    REAL(accept);
    return meet_accept(fd) ? -1 : real(fd, address, length);
}

static int meet_poll(void) {
    if (!armed || !(kinds & POLL) || draw(odds))
        return 0;
    count++;
    errno = EINTR;
    return -1;
}

int epoll_wait(int fd, struct epoll_event *events, int most, int timeout) {
    REAL(epoll_wait);
    return meet_poll() ? -1 : real(fd, events, most, timeout);
}

int epoll_pwait(int fd, struct epoll_event *events, int most, int timeout, const sigset_t *mask) {
    REAL(epoll_pwait);
    return meet_poll() ? -1 : real(fd, events, most, timeout, mask);
}

int close(int fd) {
    REAL(close);
    if (fd >= 0 && fd < DESCRIPTORS)
        spared[fd] = 0;
    return real(fd);
}
