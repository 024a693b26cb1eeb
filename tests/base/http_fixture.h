/* http_fixture.h: one loopback server and one client of it, for the tests of http.c; what such
 * servers send, and a reader of streams. */
#ifndef WRT_TESTS_HTTP_FIXTURE_H
#define WRT_TESTS_HTTP_FIXTURE_H

#include "base/http.h"
#include "tests/support/loopback.h"

#include <stdatomic.h>

typedef struct {
    loopback *server;
    wrt_http *http;
    char url[160];
    wrt_http_response answer;
    wrt_err err;
    int64_t took_ms;
} fixture;

/* Starts both; f->url has a query that no message may hold. */
void begin(fixture *f, loopback_handler handler, void *ctx);
void end(fixture *f);

/* Performs request, at f->url unless it names one; the last answer is in f->answer. Asserts on the
 * way what holds for every failure: the answer is empty, and the message does not hold the word
 * SECRET, which all tests put into whatever must stay secret. */
wrt_status perform(fixture *f, wrt_http_request request);
void assert_says(const fixture *f, const char *words);
/* The last request had this header, or none of this name when value is NULL. */
void assert_sent(fixture *f, const char *name, const char *value);

/* A group's set-up: variables of whoever runs the tests would change what is tested. */
int clear_environment(void **state);

/* What a raw server sends, and what it does then. */
typedef enum { THEN_CLOSE, THEN_KEEP, THEN_STALL, THEN_RESET } then_what;
typedef struct {
    const char *text;
    then_what then;
} raw;

enum { SOCKET_BUFFERS = 8 << 20 }; /* what two sockets of this system hold between them */

typedef struct {
    size_t body_bytes; /* exactly, or 0: without end */
    int status;
    _Atomic size_t sent;
    atomic_bool is_over;
} flood;

/* Handlers. What ctx is stands beside each. */
void send_hello(loopback_conn *conn, const loopback_request *request, void *ctx);  /* ignored */
void send_slowly(loopback_conn *conn, const loopback_request *request, void *ctx); /* ignored */
void send_raw(loopback_conn *conn, const loopback_request *request, void *ctx);    /* raw */
void send_flood(loopback_conn *conn, const loopback_request *request, void *ctx);  /* flood */
/* "METHOD target" into char[200]; answers ok. */
void note_target(loopback_conn *conn, const loopback_request *request, void *ctx);

/* The server notices a closed connection a moment after the client closed it. */
void wait_for_flag(atomic_bool *flag);

/* Collects the pieces of a stream. */
typedef struct {
    wrt_buf text;
    size_t pieces;
    size_t stop_at; /* refuse the piece of this number, from 1; 0: take all */
    wrt_err *err;
} sink;

wrt_status take_piece(wrt_str piece, void *ctx); /* an on_data; ctx: sink */

#endif
