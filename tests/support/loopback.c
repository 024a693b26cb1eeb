/* loopback.c: the server's threads.
 *
 * Sockets do not block; every wait is a poll on the socket and on one eventfd, which becomes
 * readable for good when the server stops. Invariant: a slot of `conn` is owned by its thread while
 * is_busy, by the accepting thread otherwise; counters and records are guarded by `lock`. */
#include "tests/support/loopback.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { IN_MAX = LOOPBACK_HEAD_MAX + LOOPBACK_BODY_MAX, SEND_BUFFER = 64 << 10 };

struct loopback_conn {
    loopback *server;
    pthread_t thread;
    int fd;
    bool was_started;    /* the thread is to be joined */
    atomic_bool is_busy; /* the thread runs */
    bool is_over;        /* nothing more is sent or read */
    bool has_answered;   /* something was sent for this request */
    char *in;            /* bytes read and not yet consumed, NUL-terminated */
    size_t in_len;
};

typedef struct {
    char *headers;
    char *body;
} record;

struct loopback {
    loopback_handler handler;
    void *ctx;
    int listener;
    int stopper; /* eventfd */
    unsigned port;
    int64_t end_ms;
    pthread_t acceptor;
    loopback_conn conn[LOOPBACK_CONNECTIONS_MAX];
    pthread_mutex_t lock;
    unsigned requests, connections, open, open_max;
    record records[LOOPBACK_RECORDS_MAX];
};

static int64_t now_ms(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

_Noreturn static void die(const char *what) {
    (void)fprintf(stderr, "loopback server: %s: %s\n", what, strerror(errno));
    abort();
}

static void *allocate(size_t size) {
    void *block = calloc(1, size);
    if (block == NULL)
        die("memory");
    return block;
}

static char *copy_text(const char *text, size_t len) {
    char *copy = allocate(len + 1);
    memcpy(copy, text, len);
    return copy;
}

/* ---- waiting */

typedef enum { WAIT_READY, WAIT_TIMEOUT, WAIT_STOPPED } wait_result;

/* Until fd has one of events (0: only a hang-up or an error), ms pass (-1: no limit), or the server
 * ends. */
static wait_result wait_for(const loopback *server, int fd, short events, int ms) {
    int64_t until = ms < 0 ? INT64_MAX : now_ms() + ms;
    for (;;) {
        int64_t now = now_ms();
        int64_t left = (until < server->end_ms ? until : server->end_ms) - now;
        if (now >= server->end_ms)
            return WAIT_STOPPED;
        if (left <= 0)
            return WAIT_TIMEOUT;
        struct pollfd polled[2] = {{.fd = fd, .events = events},
                                   {.fd = server->stopper, .events = POLLIN}};
        int n = poll(polled, 2, (int)left);
        if (n < 0 && errno != EINTR)
            die("poll");
        if (n > 0 && polled[1].revents != 0)
            return WAIT_STOPPED;
        if (n > 0 && polled[0].revents != 0)
            return WAIT_READY;
    }
}

/* ---- for handlers */

bool loopback_send(loopback_conn *conn, const void *bytes, size_t len) {
    size_t done = 0;
    conn->has_answered = true;
    while (!conn->is_over && done < len) {
        ssize_t sent =
            send(conn->fd, (const char *)bytes + done, len - done, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0)
            done += (size_t)sent;
        else if (sent < 0 && (errno == EAGAIN || errno == EINTR))
            conn->is_over = wait_for(conn->server, conn->fd, POLLOUT, -1) == WAIT_STOPPED;
        else
            conn->is_over = true;
    }
    return !conn->is_over;
}

bool loopback_send_text(loopback_conn *conn, const char *text) {
    return loopback_send(conn, text, strlen(text));
}

__attribute__((format(printf, 2, 3))) static bool send_format(loopback_conn *conn,
                                                              const char *format, ...) {
    char text[2048];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (len < 0 || (size_t)len >= sizeof text)
        die("the headers of an answer are too long");
    return loopback_send(conn, text, (size_t)len);
}

bool loopback_respond(loopback_conn *conn, int status, const char *extra, const char *type,
                      const char *body) {
    return send_format(conn,
                       "HTTP/1.1 %d Status\r\nContent-Type: %s\r\nContent-Length: %zu\r\n%s\r\n",
                       status, type, strlen(body), extra != NULL ? extra : "") &&
           loopback_send_text(conn, body);
}

bool loopback_chunks_begin(loopback_conn *conn, int status, const char *type) {
    return send_format(conn,
                       "HTTP/1.1 %d Status\r\nContent-Type: %s\r\n"
                       "Transfer-Encoding: chunked\r\n\r\n",
                       status, type);
}

bool loopback_chunk(loopback_conn *conn, const void *bytes, size_t len) {
    return send_format(conn, "%zx\r\n", len) && loopback_send(conn, bytes, len) &&
           loopback_send_text(conn, "\r\n");
}

bool loopback_chunks_end(loopback_conn *conn) {
    return loopback_send_text(conn, "0\r\n\r\n");
}

bool loopback_pause(loopback_conn *conn, int ms) {
    if (!conn->is_over)
        conn->is_over = wait_for(conn->server, conn->fd, POLLRDHUP, ms) != WAIT_TIMEOUT;
    return !conn->is_over;
}

void loopback_stall(loopback_conn *conn) {
    (void)loopback_pause(conn, -1);
    conn->is_over = true;
}

size_t loopback_send_endless(loopback_conn *conn, const void *bytes, size_t len) {
    size_t total = 0;
    while (loopback_send(conn, bytes, len))
        total += len;
    return total;
}

void loopback_close(loopback_conn *conn) {
    conn->is_over = true;
}

void loopback_reset(loopback_conn *conn) {
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    conn->is_over = true;
}

/* ---- reading requests */

/* Appends what the peer sends to conn->in; false at its end. */
static bool read_more(loopback_conn *conn) {
    if (conn->in_len == IN_MAX)
        return false;
    if (wait_for(conn->server, conn->fd, POLLIN, -1) != WAIT_READY)
        return false;
    ssize_t got = recv(conn->fd, conn->in + conn->in_len, IN_MAX - conn->in_len, MSG_DONTWAIT);
    if (got < 0)
        return errno == EAGAIN || errno == EINTR;
    conn->in_len += (size_t)got;
    conn->in[conn->in_len] = '\0';
    return got > 0;
}

/* Length of the head with its empty line; 0 at the end of the connection. */
static size_t read_head(loopback_conn *conn) {
    for (;;) {
        const char *end = strstr(conn->in, "\r\n\r\n");
        if (end != NULL)
            return (size_t)(end - conn->in) + 4;
        if (conn->in_len > LOOPBACK_HEAD_MAX || !read_more(conn))
            return 0;
    }
}

char *loopback_header(const char *headers, const char *name) {
    size_t len = strlen(name);
    for (const char *line = headers; *line != '\0';) {
        const char *end = strstr(line, "\r\n");
        if (end == NULL)
            end = line + strlen(line);
        if (strncasecmp(line, name, len) == 0 && line[len] == ':') {
            const char *value = line + len + 1;
            value += strspn(value, " ");
            return copy_text(value, (size_t)(end - value));
        }
        line = *end == '\0' ? end : end + 2;
    }
    return NULL;
}

static size_t body_length(const char *headers) {
    char *text = loopback_header(headers, "Content-Length");
    unsigned long long len = text != NULL ? strtoull(text, NULL, 10) : 0;
    free(text);
    return len > LOOPBACK_BODY_MAX ? SIZE_MAX : (size_t)len;
}

/* Cuts the first word off *rest, in place. */
static char *cut_word(char **rest) {
    char *word = *rest;
    size_t len = strcspn(word, " \r");
    *rest = word + len + (word[len] != '\0');
    word[len] = '\0';
    return word;
}

static void record_request(loopback *server, loopback_request *request) {
    pthread_mutex_lock(&server->lock);
    request->number = server->requests++;
    if (request->number < LOOPBACK_RECORDS_MAX) {
        record *kept = &server->records[request->number];
        kept->headers = copy_text(request->headers, strlen(request->headers));
        kept->body = copy_text(request->body, request->body_len);
    }
    pthread_mutex_unlock(&server->lock);
}

/* Reads one request, answers it, and moves what follows to the front; false: close. */
static bool serve_request(loopback_conn *conn) {
    size_t head = read_head(conn);
    if (head == 0)
        return false;
    char *text = copy_text(conn->in, head - 2); /* with the line end of the last header */
    char *rest = text;
    loopback_request request = {.method = cut_word(&rest)};
    request.target = cut_word(&rest);
    char *line_end = strstr(rest, "\r\n");
    request.headers = line_end != NULL ? line_end + 2 : rest + strlen(rest);
    request.body_len = body_length(request.headers);
    bool is_whole = request.body_len != SIZE_MAX;
    while (is_whole && conn->in_len < head + request.body_len)
        is_whole = read_more(conn);
    if (is_whole) {
        char *body = copy_text(conn->in + head, request.body_len);
        request.body = body;
        record_request(conn->server, &request);
        conn->has_answered = false;
        conn->server->handler(conn, &request, conn->server->ctx);
        free(body);
        conn->in_len -= head + request.body_len;
        memmove(conn->in, conn->in + head + request.body_len, conn->in_len + 1);
    }
    free(text);
    return is_whole && conn->has_answered && !conn->is_over;
}

/* ---- threads */

static void count_open(loopback *server, int change) {
    pthread_mutex_lock(&server->lock);
    server->open = change > 0 ? server->open + 1 : server->open - 1;
    if (change > 0)
        server->connections++;
    if (server->open > server->open_max)
        server->open_max = server->open;
    pthread_mutex_unlock(&server->lock);
}

static void *serve(void *ctx) {
    loopback_conn *conn = ctx;
    conn->in = allocate(IN_MAX + 1);
    while (serve_request(conn))
        continue;
    free(conn->in);
    (void)close(conn->fd);
    count_open(conn->server, -1);
    atomic_store(&conn->is_busy, false);
    return NULL;
}

/* A slot that no thread uses, or NULL. */
static loopback_conn *free_slot(loopback *server) {
    for (size_t i = 0; i < LOOPBACK_CONNECTIONS_MAX; i++) {
        loopback_conn *conn = &server->conn[i];
        if (atomic_load(&conn->is_busy))
            continue;
        if (conn->was_started)
            (void)pthread_join(conn->thread, NULL);
        conn->was_started = false;
        return conn;
    }
    return NULL;
}

static void start_connection(loopback *server, int fd) {
    loopback_conn *conn = free_slot(server);
    if (conn == NULL) {
        (void)close(fd);
        return;
    }
    int size = SEND_BUFFER; /* small, so that what was sent says what was read */
    int at_once = 1;        /* a piece leaves when it is sent, not with the next one */
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    conn->server = server;
    conn->fd = fd;
    conn->in_len = 0;
    conn->is_over = false;
    atomic_store(&conn->is_busy, true);
    count_open(server, +1);
    if (pthread_create(&conn->thread, NULL, serve, conn) != 0)
        die("thread");
    conn->was_started = true;
}

static void *accept_all(void *ctx) {
    loopback *server = ctx;
    while (wait_for(server, server->listener, POLLIN, -1) == WAIT_READY) {
        int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd >= 0)
            start_connection(server, fd);
        else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
            die("accept");
    }
    return NULL;
}

static void listen_on_loopback(loopback *server) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    server->stopper = eventfd(0, EFD_CLOEXEC);
    if (server->listener < 0 || server->stopper < 0 ||
        bind(server->listener, (struct sockaddr *)&address, len) != 0 ||
        listen(server->listener, LOOPBACK_CONNECTIONS_MAX) != 0 ||
        getsockname(server->listener, (struct sockaddr *)&address, &len) != 0)
        die("socket");
    server->port = ntohs(address.sin_port);
}

loopback *loopback_start(loopback_handler handler, void *ctx) {
    loopback *server = allocate(sizeof *server);
    server->handler = handler;
    server->ctx = ctx;
    server->end_ms = now_ms() + LOOPBACK_LIFE_MS;
    if (pthread_mutex_init(&server->lock, NULL) != 0)
        die("mutex");
    listen_on_loopback(server);
    if (pthread_create(&server->acceptor, NULL, accept_all, server) != 0)
        die("thread");
    return server;
}

void loopback_stop(loopback *server) {
    if (server == NULL)
        return;
    uint64_t one = 1;
    if (write(server->stopper, &one, sizeof one) != (ssize_t)sizeof one)
        die("eventfd");
    (void)pthread_join(server->acceptor, NULL);
    for (size_t i = 0; i < LOOPBACK_CONNECTIONS_MAX; i++)
        if (server->conn[i].was_started)
            (void)pthread_join(server->conn[i].thread, NULL);
    for (size_t i = 0; i < LOOPBACK_RECORDS_MAX; i++) {
        free(server->records[i].headers);
        free(server->records[i].body);
    }
    (void)close(server->listener);
    (void)close(server->stopper);
    (void)pthread_mutex_destroy(&server->lock);
    free(server);
}

/* ---- what the test reads */

unsigned loopback_port(const loopback *server) {
    return server->port;
}

static unsigned read_count(loopback *server, const unsigned *count) {
    pthread_mutex_lock(&server->lock);
    unsigned value = *count;
    pthread_mutex_unlock(&server->lock);
    return value;
}

unsigned loopback_requests(loopback *server) {
    return read_count(server, &server->requests);
}

unsigned loopback_connections(loopback *server) {
    return read_count(server, &server->connections);
}

unsigned loopback_open(loopback *server) {
    return read_count(server, &server->open);
}

unsigned loopback_open_max(loopback *server) {
    return read_count(server, &server->open_max);
}

static char *copy_record(loopback *server, unsigned n, bool is_body) {
    char *copy = NULL;
    pthread_mutex_lock(&server->lock);
    const char *kept = n >= LOOPBACK_RECORDS_MAX ? NULL
                       : is_body                 ? server->records[n].body
                                                 : server->records[n].headers;
    if (kept != NULL)
        copy = copy_text(kept, strlen(kept));
    pthread_mutex_unlock(&server->lock);
    return copy;
}

char *loopback_body(loopback *server, unsigned n) {
    return copy_record(server, n, true);
}

char *loopback_headers(loopback *server, unsigned n) {
    return copy_record(server, n, false);
}
