/* call.c: cache, tries, waits, one deadline.
 *
 * A fault decides by itself whether it passes (fault.c); this file only decides when to ask again.
 * The jitter need not be the same twice: it keeps programs that failed together from coming back
 * together. */
#include "pubmed/live/call.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/rng.h"
#include "base/url.h"

#define NCBI_URL "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
#define EPMC_URL "https://www.ebi.ac.uk/europepmc/webservices/rest/"

enum { TRIES = 4, TRIES_MAX = 5, TIMEOUT_MS = 120000, BACKOFF_MS = 1000, DAY_MS = 86400000 };

struct wrt_live {
    wrt_live_options options; /* with defaults; the addresses are ours */
    char *ncbi_url, *epmc_url;
    int64_t deadline_ms; /* monotonic */
    int64_t sent;
    wrt_rng rng;
    wrt_live_fault fault;
};

/* ---- making */

static wrt_status check_base(const char *text, const char *name, wrt_err *err) {
    wrt_url url;
    wrt_status status = wrt_url_parse(&url, text, err);
    if (status != WRT_OK) {
        (void)wrt_err_prefix(err, "%s", name);
        return status;
    }
    bool is_safe = strcmp(url.scheme, "https") == 0 || url.is_loopback;
    bool is_base = url.query == NULL && text[strlen(text) - 1] == '/';
    wrt_url_free(&url);
    if (!is_safe)
        return wrt_fail(err, WRT_E_INPUT, "%s: must be https, or a loopback address", name);
    return is_base ? WRT_OK
                   : wrt_fail(err, WRT_E_INPUT, "%s: must end in \"/\" and have no query", name);
}

static wrt_status check_options(const wrt_live_options *options, wrt_err *err) {
    if (options->tries < 0 || options->tries > TRIES_MAX)
        return wrt_fail(err, WRT_E_INPUT, "tries: must be 1 to %d", TRIES_MAX);
    if (options->timeout_ms < 0 || options->timeout_ms > DAY_MS || options->backoff_ms < 0 ||
        options->backoff_ms > DAY_MS)
        return wrt_fail(err, WRT_E_INPUT, "times must be 0 to %d ms", DAY_MS);
    wrt_status status = WRT_OK;
    if (options->ncbi_url != NULL)
        status = check_base(options->ncbi_url, "address of E-utilities", err);
    if (status == WRT_OK && options->epmc_url != NULL)
        status = check_base(options->epmc_url, "address of Europe PMC", err);
    return status;
}

wrt_status wrt_live_new(wrt_live **out, const wrt_live_options *options, wrt_err *err) {
    *out = NULL;
    wrt_status status = check_options(options, err);
    if (status != WRT_OK)
        return status;
    wrt_live *live = wrt_calloc(1, sizeof *live);
    live->options = *options;
    if (live->options.tries == 0)
        live->options.tries = TRIES;
    if (live->options.backoff_ms == 0)
        live->options.backoff_ms = BACKOFF_MS;
    if (live->options.timeout_ms == 0)
        live->options.timeout_ms = TIMEOUT_MS;
    live->ncbi_url = wrt_strdup(options->ncbi_url != NULL ? options->ncbi_url : NCBI_URL);
    live->epmc_url = wrt_strdup(options->epmc_url != NULL ? options->epmc_url : EPMC_URL);
    live->deadline_ms = wrt_clock_monotonic_ms() + live->options.timeout_ms;
    uint64_t seed = (uint64_t)wrt_clock_unix_ms() ^ ((uint64_t)getpid() << 40);
    live->rng = wrt_rng_make(seed, 0, 0);
    *out = live;
    return WRT_OK;
}

void wrt_live_free(wrt_live *live) {
    if (live == NULL)
        return;
    free(live->ncbi_url);
    free(live->epmc_url);
    free(live);
}

const char *wrt_live_ncbi_url(const wrt_live *live) {
    return live->ncbi_url;
}

const char *wrt_live_epmc_url(const wrt_live *live) {
    return live->epmc_url;
}

const wrt_live_fault *wrt_live_last_fault(const wrt_live *live) {
    return &live->fault;
}

int64_t wrt_live_sent(const wrt_live *live) {
    return live->sent;
}

/* ---- the cache */

static int64_t age_of_kind(wrt_live_kind kind) {
    switch (kind) {
    case WRT_LIVE_SEARCH_KIND:
        return DAY_MS;
    case WRT_LIVE_ARTICLE_KIND:
    case WRT_LIVE_LINK_KIND:
        return (int64_t)7 * DAY_MS;
    case WRT_LIVE_WORD_KIND:
        return (int64_t)30 * DAY_MS;
    case WRT_LIVE_SESSION_KIND:
        break;
    }
    return 0;
}

static bool is_offline(const wrt_live *live) {
    return live->options.transport.send == NULL;
}

static void note_origin(wrt_live_work *work, int64_t at_ms, bool is_cached) {
    if (work->at_ms == 0 || at_ms < work->at_ms)
        work->at_ms = at_ms;
    work->is_cached = work->is_cached || is_cached;
}

/* A kept answer was good when it was kept; one that cannot be read now counts as absent. */
static bool ask_cache(wrt_live_work *work, const wrt_live_question *question) {
    wrt_live *live = work->live;
    wrt_live_answer answer = {0};
    bool found = false;
    if (live->options.cache == NULL || question->kind == WRT_LIVE_SESSION_KIND ||
        (work->is_fresh && !is_offline(live)))
        return false;
    int64_t age = is_offline(live) ? -1 : age_of_kind(question->kind);
    if (wrt_live_cache_get(&found, &answer, live->options.cache, &question->request, age, NULL) !=
        WRT_OK)
        found = false;
    if (found) {
        wrt_live_fault ignored = {0};
        found = question->read(&ignored, wrt_buf_str(&answer.body), question->ctx, NULL) == WRT_OK;
        if (found)
            note_origin(work, answer.at_ms, true);
    }
    wrt_live_answer_free(&answer);
    return found;
}

/* ---- one try */

/* What the transport could not do, as a fault. */
static void set_transport_fault(wrt_live_fault *fault, wrt_status status, const wrt_err *err) {
    wrt_live_fault_kind kind = status == WRT_E_UNAVAILABLE ? WRT_LIVE_CONNECTION
                               : status == WRT_E_TIMEOUT   ? WRT_LIVE_SLOW
                               : status == WRT_E_NOT_FOUND ? WRT_LIVE_ABSENT
                                                           : WRT_LIVE_OTHER;
    wrt_live_fault_set(fault, kind, wrt_str_of(err->message));
}

static wrt_status read_answer(wrt_live_fault *fault, const wrt_live_answer *answer,
                              const wrt_live_question *question, wrt_err *err) {
    wrt_live_fault_of_answer(fault, answer, question->format);
    if (fault->kind != WRT_LIVE_NONE)
        return wrt_live_fault_fail(fault, question->service, err);
    wrt_status status = question->read(fault, wrt_buf_str(&answer->body), question->ctx, err);
    if (status == WRT_OK)
        return WRT_OK;
    if (fault->kind == WRT_LIVE_NONE) {
        wrt_live_fault_set(fault, WRT_LIVE_OTHER, WRT_STR(""));
        return status;
    }
    return wrt_live_fault_fail(fault, question->service, err);
}

static wrt_status try_once(wrt_live_work *work, const wrt_live_question *question, wrt_err *err) {
    wrt_live *live = work->live;
    wrt_live_fault *fault = &live->fault;
    wrt_live_answer answer = {.retry_after_ms = -1};
    wrt_live_request request = question->request;
    wrt_err own = {0};
    int tries = fault->tries + 1;
    *fault = (wrt_live_fault){.retry_after_ms = -1, .tries = tries};
    request.deadline_ms = live->deadline_ms;
    request.cancel = live->options.cancel;
    live->sent++;
    wrt_status status =
        live->options.transport.send(&answer, &request, live->options.transport.ctx, &own);
    if (status != WRT_OK) {
        set_transport_fault(fault, status, &own);
        return fault->kind == WRT_LIVE_OTHER ? wrt_fail(err, status, "%s", own.message)
                                             : wrt_live_fault_fail(fault, question->service, err);
    }
    status = read_answer(fault, &answer, question, err);
    if (status == WRT_OK) {
        note_origin(work, answer.at_ms, false);
        if (live->options.cache != NULL && question->kind != WRT_LIVE_SESSION_KIND)
            (void)wrt_live_cache_put(live->options.cache, &question->request, &answer, NULL);
    }
    wrt_live_answer_free(&answer);
    return status;
}

/* ---- waiting */

static int64_t wait_of(wrt_live *live) {
    const wrt_live_fault *fault = &live->fault;
    int64_t base = live->options.backoff_ms << (fault->tries - 1);
    int64_t wait = (int64_t)((double)base * (0.75 + 0.5 * wrt_rng_uniform(&live->rng)));
    return fault->retry_after_ms > wait ? fault->retry_after_ms : wait;
}

/* WRT_E_TIMEOUT at once when the wait would pass the deadline. */
static wrt_status wait_for(wrt_live *live, int64_t wait_ms, wrt_err *err) {
    static const struct timespec tick = {.tv_nsec = 20000000L};
    int64_t until = wrt_clock_monotonic_ms() + wait_ms;
    if (until >= live->deadline_ms)
        return WRT_E_TIMEOUT;
    while (wrt_clock_monotonic_ms() < until) {
        if (wrt_cancel_requested(live->options.cancel))
            return wrt_fail(err, WRT_E_INTERRUPTED, "interrupted");
        (void)nanosleep(&tick, NULL);
    }
    return WRT_OK;
}

static wrt_status try_until_answered(wrt_live_work *work, const wrt_live_question *question,
                                     wrt_err *err) {
    wrt_live *live = work->live;
    for (;;) {
        wrt_status status = try_once(work, question, err);
        if (status == WRT_OK || !live->fault.is_transient ||
            live->fault.tries >= live->options.tries)
            return status;
        int64_t wait_ms = wait_of(live);
        wrt_status waited = wait_for(live, wait_ms, err);
        if (waited == WRT_E_INTERRUPTED)
            return waited;
        if (waited == WRT_E_TIMEOUT) { /* the fault is the news; the wait explains the end */
            if (err != NULL) {
                wrt_err last = *err;
                (void)wrt_fail(err, last.code,
                               "%s; the next try would be %lld s from now, after "
                               "the deadline",
                               last.message, (long long)((wait_ms + 999) / 1000));
            }
            return status;
        }
    }
}

wrt_status wrt_live_ask(wrt_live_work *work, const wrt_live_question *question, wrt_err *err) {
    wrt_live *live = work->live;
    live->fault = (wrt_live_fault){.retry_after_ms = -1};
    if (ask_cache(work, question))
        return WRT_OK;
    if (is_offline(live)) {
        wrt_live_fault_set(&live->fault, WRT_LIVE_ABSENT,
                           WRT_STR("the program is offline and the cache has no answer to this"));
        return wrt_live_fault_fail(&live->fault, question->service, err);
    }
    wrt_status status = try_until_answered(work, question, err);
    if (status == WRT_OK)
        live->fault = (wrt_live_fault){.retry_after_ms = -1, .tries = live->fault.tries};
    return status;
}
