/* egress.h: what leaves this machine on behalf of a tool, and who said it might.
 *
 * A worker cannot open a socket; it asks its host for one HTTP exchange at a time. The host refuses
 * unless, in this order: the tool has WRT_TOOL_NETWORK; the call's budget is not spent; the request
 * is well formed; its URL lies beneath a destination that the plugin declared; the program is not
 * offline; and the guard, which asks the policy about this very exchange, permits it. Then the host
 * adds what it knows of the place (keys, an address for mail), sends, takes secrets out of the
 * answer and has the guard record it. No guard means that nothing may be sent. */
#ifndef WRT_AGENT_HOST_EGRESS_H
#define WRT_AGENT_HOST_EGRESS_H

#include "agent/host/exchange.h"
#include "base/buf.h"
#include "base/cancel.h"
#include "base/http.h"
#include "base/rate.h"

enum {
    WRT_EGRESS_CALLS_MAX = 100,       /* exchanges of one tool call; further ones are refused, */
    WRT_EGRESS_ASKED_MAX = 200,       /* and a worker that goes on asking is killed */
    WRT_EGRESS_BYTES_MAX = 64 << 20,  /* of all answers of one tool call */
    WRT_EGRESS_DESTINATIONS_MAX = 16, /* of one tool */
    WRT_EGRESS_SITES_MAX = 8,
    WRT_EGRESS_PARAMETERS_MAX = 4
};

/* A query parameter that the host adds (with a form as body it is added there) and that a tool
 * must not set. Its value is taken out of answers when is_secret. */
typedef struct {
    const char *name, *value; /* value NULL or "": not added */
    bool is_secret;
} wrt_egress_parameter;

/* What the host knows of a place. */
typedef struct wrt_egress_site {
    const char *prefix; /* "https://eutils.ncbi.nlm.nih.gov/": requests beneath it */
    const char *mirror; /* NULL, or the base that takes the place of prefix */
    wrt_egress_parameter parameters[WRT_EGRESS_PARAMETERS_MAX];
    wrt_rate_options rate; /* n 0: no limit */
    /* Takes out of an answer what else must stay with the host. May be NULL. */
    void (*clean)(wrt_buf *body, const struct wrt_egress_site *site);
} wrt_egress_site;

/* Stands in for the network: recorded exchanges in tests and demonstrations. Flag, destination,
 * policy and budget decide as ever; nothing is added and nothing is sent. */
typedef struct {
    /* Fails as wrt_http_perform does; WRT_E_NOT_FOUND: not recorded. NULL: the network is used. */
    wrt_status (*send)(wrt_http_response *out, const wrt_exchange *exchange, void *ctx,
                       wrt_err *err);
    void (*close)(void *ctx); /* with the host; may be NULL */
    void *ctx;
} wrt_egress_carrier;

typedef struct {
    const wrt_egress_site *sites; /* copied */
    size_t n_sites;
    wrt_egress_carrier carrier; /* copied, and closed with the host */
    bool offline;               /* only this machine may be reached */
    const wrt_cancel *cancel;   /* may be NULL */
} wrt_egress_options;

typedef struct {
    wrt_json *head; /* what the worker is told (exchange.h) */
    wrt_buf body;   /* the frame after it, when not empty */
} wrt_egress_answer;

/* Who decides and records. Both may fail with WRT_E_DENIED, which refuses the exchange; any other
 * failure ends the tool call, since what cannot be recorded must not happen. */
typedef struct {
    /* Before anything is sent. request: {"tool","args","text","taint","dest":{"host","port",
     * "loopback"},"http":{"n","method","url"}}, consumed; "text" is what the exchange says,
     * unescaped, so that rules about content can read it. No key is in it. */
    wrt_status (*decide)(wrt_json *request, const wrt_exchange *exchange, void *ctx, wrt_err *err);
    /* After it. answer: {"n","status","content_type"} or {"n","refused","message"}, consumed; body
     * is what the worker will read. May be NULL. */
    wrt_status (*record)(wrt_json *answer, wrt_str body, void *ctx, wrt_err *err);
    /* Between the two: the answer as an earlier beginning of this run recorded it, so that the
     * exchange is not made twice. WRT_E_NOT_FOUND: there is none. May be NULL. */
    wrt_status (*recall)(wrt_egress_answer *out, const wrt_exchange *exchange, void *ctx,
                         wrt_err *err);
    void *ctx;
    bool is_record; /* recall gives every answer: nothing is sent, so that being offline hinders
                       nothing; what it does not find it fails with, not WRT_E_NOT_FOUND */
} wrt_egress_guard;

typedef struct wrt_egress wrt_egress; /* of one host: its connections and places */

wrt_egress *wrt_egress_new(const wrt_egress_options *options);
void wrt_egress_free(wrt_egress *egress); /* accepts NULL */
/* For the calls that follow; NULL: none. The struct is copied. */
void wrt_egress_set_guard(wrt_egress *egress, const wrt_egress_guard *guard);

/* One tool call: what it may and what it has used. */
typedef struct {
    wrt_egress *egress;
    const wrt_json *tool; /* its description: name, flags, destinations */
    const wrt_json *args;
    int64_t give_up_at_ms; /* monotonic: no exchange goes on beyond it */
    const wrt_json *taint; /* of whatever this worker says */
    int64_t asked;         /* exchanges asked for so far */
    size_t received;       /* bytes of their answers */
} wrt_egress_call;

/* {"labels":[...],"integrity":"plugin"} of what a worker says: it may hold what its tools read, the
 * graph, the literature and, since it was handed one, files. Caller frees. */
wrt_json *wrt_egress_taint(const wrt_json *tool, bool had_files);

/* Makes, or refuses, one exchange; a refusal is WRT_OK, too. WRT_E_INPUT: the worker broke the
 * protocol (the number is not the next one, or it asks without end) and must be stopped. Another
 * failure is the guard's, or WRT_E_INTERRUPTED. The caller frees *out in every case. */
wrt_status wrt_egress_serve(wrt_egress_answer *out, wrt_egress_call *call,
                            const wrt_exchange *exchange, wrt_err *err);
void wrt_egress_answer_free(wrt_egress_answer *answer);

/* ---- the rules of form, in egress_check.c */

/* A destination as a plugin may declare it: https, or http for this machine; no query; a path that
 * ends in '/'. WRT_E_INPUT, "wanted ..., found ...". */
wrt_status wrt_egress_check_destination(const char *destination, wrt_err *err);

/* Method, headers, body and URL. WRT_E_INPUT, one line. */
wrt_status wrt_egress_check_form(const wrt_exchange *exchange, wrt_err *err);

/* True when url lies beneath prefix: the same scheme, host and port, and a path that begins with
 * its path and does not climb out of it. */
bool wrt_egress_is_beneath(const char *url, const char *prefix);

/* What an exchange says, for rules about text: path, query and body, unescaped, on one line:
 * "/api/find?q=a b&id=1". The caller frees. */
char *wrt_egress_text(const wrt_exchange *exchange);

#endif
