/* loopback.h: an HTTP/1.1 server on 127.0.0.1 for tests, which misbehaves as its handler tells it.
 *
 * One thread accepts, one thread serves each connection and calls the handler for each request; the
 * handler answers through the functions below, or sends nothing, which closes the connection. It
 * runs beside the test: it must not assert, it records what the test asserts afterwards. Every wait
 * ends when the peer closes, when loopback_stop is called or LOOPBACK_LIFE_MS after the start, so a
 * test that goes wrong ends by itself. Shares no code with src. */
#ifndef WRT_TESTS_LOOPBACK_H
#define WRT_TESTS_LOOPBACK_H

#include <stdbool.h>
#include <stddef.h>

enum {
    LOOPBACK_LIFE_MS = 120000,
    LOOPBACK_HEAD_MAX = 64 << 10,  /* request line and headers; longer: the connection is closed */
    LOOPBACK_BODY_MAX = 4 << 20,   /* body of a request; longer: the connection is closed */
    LOOPBACK_CONNECTIONS_MAX = 64, /* at one time; one more is closed at once */
    LOOPBACK_RECORDS_MAX = 1024    /* requests whose bodies are kept */
};

typedef struct loopback loopback;
typedef struct loopback_conn loopback_conn;

typedef struct {
    unsigned number;     /* from 0, in order of arrival */
    const char *method;  /* "GET" */
    const char *target;  /* as sent: "/path?query", or a whole URL when this is the proxy */
    const char *headers; /* "Name: value\r\n" each, as sent */
    const char *body;    /* NUL-terminated after body_len bytes */
    size_t body_len;
} loopback_request;

typedef void (*loopback_handler)(loopback_conn *conn, const loopback_request *request, void *ctx);

/* Starts a server; ends the program with a message when there is no socket to be had. */
loopback *loopback_start(loopback_handler handler, void *ctx);
void loopback_stop(loopback *server); /* joins every thread and frees; accepts NULL */

unsigned loopback_port(const loopback *server);
unsigned loopback_requests(loopback *server);    /* whole requests read so far */
unsigned loopback_connections(loopback *server); /* accepted so far */
unsigned loopback_open(loopback *server);        /* connections being served now */
unsigned loopback_open_max(loopback *server);    /* most of them at one time */
/* Copies of what request number n sent, for free(); NULL when there was none. */
char *loopback_body(loopback *server, unsigned n);
char *loopback_headers(loopback *server, unsigned n);

/* The value of the header of that name in a block of headers, for free(); NULL when absent. */
char *loopback_header(const char *headers, const char *name);

/* ---- for handlers. Each returns false once the peer is gone or the server stops. */

bool loopback_send(loopback_conn *conn, const void *bytes, size_t len);
bool loopback_send_text(loopback_conn *conn, const char *text);
/* A whole answer with Content-Length; the connection stays open for the next request. extra: NULL
 * or further header lines, each ended by \r\n. */
bool loopback_respond(loopback_conn *conn, int status, const char *extra, const char *type,
                      const char *body);
/* An answer in chunks: begin, any number of chunks, end. */
bool loopback_chunks_begin(loopback_conn *conn, int status, const char *type);
bool loopback_chunk(loopback_conn *conn, const void *bytes, size_t len);
bool loopback_chunks_end(loopback_conn *conn);

bool loopback_pause(loopback_conn *conn, int ms); /* lets time pass; notices a peer that closes */
void loopback_stall(loopback_conn *conn);         /* until the peer closes or the server stops */
/* Sends bytes again and again until the peer closes; returns how many bytes the system took. */
size_t loopback_send_endless(loopback_conn *conn, const void *bytes, size_t len);
void loopback_close(loopback_conn *conn); /* after what was sent */
void loopback_reset(loopback_conn *conn); /* RST: the peer loses what it has not read */

#endif
