/* live_fixture.h: a loopback server that plays a script, and a client of it. */
#ifndef WRT_TESTS_LIVE_FIXTURE_H
#define WRT_TESTS_LIVE_FIXTURE_H

#include "pubmed/live/call.h"
#include "pubmed/live/sender.h"
#include "tests/support/loopback.h"

/* Secrets of every test: no message, fault, cache or cassette may hold one of them. */
#define TEST_EMAIL "reader+x@example.org"
#define TEST_KEY   "KEYSECRET0123456789abcdef"

typedef enum { STEP_ANSWER, STEP_CLOSE, STEP_RESET, STEP_STALL, STEP_CUT } step_kind;

/* One answer of the server; all zero but body is a 200 of text/xml. STEP_CUT promises more bytes
 * than it sends. */
typedef struct {
    const char *body;
    int status;        /* 0: 200 */
    const char *type;  /* NULL: text/xml */
    const char *extra; /* further header lines */
    step_kind kind;
} step;

typedef struct {
    const step *steps; /* request n gets step n; the last one is repeated */
    size_t n;
    loopback_handler handler; /* instead of steps */
    void *ctx;
    wrt_live_options options; /* transport and addresses are filled in; backoff_ms 0: 1 */
    const wrt_cancel *cancel;
    int64_t stall_timeout_ms;
    wrt_rate *rate;
    bool has_no_identity;
} live_setup;

typedef struct {
    loopback *server;
    wrt_live_sender *sender;
    wrt_live *live;
    wrt_live_work work;
    live_setup setup;
    char base[64];
    wrt_err err;
} live_fixture;

void live_begin(live_fixture *f, const live_setup *setup);
void live_end(live_fixture *f);

/* Asserts what holds for every failure: code and message agree, a fault is set, and neither repeats
 * a secret. */
void assert_failed(live_fixture *f, wrt_status got, wrt_status wanted, wrt_live_fault_kind kind);
void assert_no_secret(const char *text);

/* A set of articles with these PMIDs; for free(). */
char *articles_xml(const int64_t *pmids, size_t n);
/* An esearch answer; for free(). */
char *search_xml(int64_t count, int64_t start, const int64_t *ids, size_t n);

/* The value of a parameter of a request (of its query or its form), decoded; NULL when absent; for
 * free(). nth counts equal names from 0. */
char *parameter_of(const loopback_request *request, const char *name, int nth);

#endif
