/* requests.c: one walk over the events; each rule is about one type of event. */
#include "agent/audit/requests.h"

#include "agent/act/approval.h"
#include "agent/act/taint.h"
#include "agent/host/egress.h"
#include "agent/host/score.h"
#include "base/arena.h"
#include "base/clock.h"
#include "llm/llm.h"
#include "policies/phi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOB_MAX = 64 << 20, SCREEN_MAX = 1 << 20 };

typedef struct {
    const wrt_json *event;
} entry;

typedef struct {
    const wrt_audit_source *source;
    wrt_audit_finding *out;
    wrt_requests_seen *seen;
    const wrt_json *start; /* body of run.start */
    wrt_json *tools;       /* as the run began; NULL: not to be read */
    entry *decisions;      /* in order: number k is mostly called dk */
    size_t n_decisions;
    wrt_json *calls;  /* {step: id of the decision that allowed the call} */
    wrt_json *admits; /* {step: id of the decision about its result} */
    wrt_json *nonces; /* {nonce: true} of approvals */
} walk;

static const char *type_of(const wrt_json *event) {
    return wrt_json_get_text(event, "type", "");
}

static const wrt_json *body_of(const wrt_json *event) {
    return wrt_json_get(event, "body");
}

static bool fail(const walk *w, const wrt_json *event, const char *what) {
    w->out->ok = false;
    w->out->seq = wrt_json_get_int(event, "seq", -1);
    snprintf(w->out->detail, sizeof w->out->detail, "event %lld: %s", (long long)w->out->seq, what);
    return false;
}

/* ---- what the run holds */

/* The body of a decision by its id; NULL: none. */
static const wrt_json *find_decision(const walk *w, const char *id) {
    int64_t k = 0;
    if (id[0] == 'd' && wrt_str_to_int64(&k, wrt_str_of(id + 1)) && k >= 1 &&
        (size_t)k <= w->n_decisions &&
        strcmp(wrt_json_get_text(body_of(w->decisions[k - 1].event), "id", ""), id) == 0)
        return body_of(w->decisions[k - 1].event);
    for (size_t i = 0; i < w->n_decisions; i++)
        if (strcmp(wrt_json_get_text(body_of(w->decisions[i].event), "id", ""), id) == 0)
            return body_of(w->decisions[i].event);
    return NULL;
}

static const wrt_json *request_of(const walk *w, const char *id) {
    return wrt_json_get(find_decision(w, id), "request");
}

/* What stands in the blob; a text of no bytes where it cannot be read. */
static wrt_buf read_blob(const walk *w, const wrt_json *reference) {
    wrt_buf bytes = wrt_buf_make((size_t)BLOB_MAX);
    wrt_audit_get_blob(&bytes, w->source, wrt_json_get_text(reference, "sha256", ""), NULL);
    return bytes;
}

/* JSON in the event or in a blob; the caller's, NULL: neither. */
static wrt_json *read_json(const walk *w, const wrt_json *inlined, const wrt_json *reference) {
    wrt_json *value = NULL;
    if (inlined != NULL)
        return wrt_json_copy(inlined);
    if (reference == NULL)
        return NULL;
    wrt_buf bytes = read_blob(w, reference);
    wrt_json_parse(&value, wrt_buf_str(&bytes), NULL);
    wrt_buf_free(&bytes);
    return value;
}

static const wrt_json *tool_of(const walk *w, const char *name) {
    WRT_JSON_EACH(tool, w->tools)
    if (strcmp(wrt_json_get_text(tool, "name", ""), name) == 0)
        return tool;
    return NULL;
}

/* Did the request about the call of this step say that it may do so? */
static bool was_told(const walk *w, const wrt_json *body, const char *effect) {
    const char *step = wrt_json_get_text(body, "step", "");
    const wrt_json *asked = request_of(w, wrt_json_get_text(w->calls, step, ""));
    return wrt_json_get_bool(wrt_json_get(asked, "effects"), effect, false);
}

/* ---- the network */

static bool is_text_sent(const walk *w, const wrt_json *body, const wrt_json *request) {
    const wrt_json *sent = wrt_json_get(body, "body");
    wrt_buf blob = wrt_buf_make(1);
    if (wrt_json_is(sent, WRT_JSON_OBJECT))
        blob = read_blob(w, sent);
    const char *text = blob.len > 0 ? wrt_buf_str(&blob).ptr : wrt_json_text(sent);
    const wrt_exchange exchange = {.url = wrt_json_get_text(body, "url", ""), .body = text};
    char *said = wrt_egress_text(&exchange);
    bool same = strcmp(said, wrt_json_get_text(request, "text", "")) == 0;
    free(said);
    wrt_buf_free(&blob);
    return same;
}

static bool is_declared(const wrt_json *tool, const char *url) {
    WRT_JSON_EACH(place, wrt_json_get(tool, "network"))
    if (wrt_json_text(place) != NULL && wrt_egress_is_beneath(url, wrt_json_text(place)))
        return true;
    return false;
}

static bool check_exchange(walk *w, const wrt_json *event) {
    const wrt_json *body = body_of(event);
    const wrt_json *request = request_of(w, wrt_json_get_text(body, "decision", ""));
    const wrt_json *tool = tool_of(w, wrt_json_get_text(body, "tool", ""));
    if (!was_told(w, body, "network"))
        return fail(w, event, "a call went to the network that policy was told does not");
    if (!is_declared(tool, wrt_json_get_text(body, "url", "")))
        return fail(w, event, "the tool asked a place that its description does not declare");
    if (!wrt_json_equal(wrt_json_get(body, "method"), wrt_json_path(request, "http.method")))
        return fail(w, event, "policy was asked about another method than was used");
    return is_text_sent(w, body, request) ||
           fail(w, event, "policy was asked about another text than was sent");
}

/* ---- the language model */

static bool is_asked_so(const wrt_json *request, const wrt_json *questions, const char *text) {
    int64_t candidates = 0;
    WRT_JSON_EACH(question, questions)
    candidates += (int64_t)wrt_json_count(wrt_json_get(question, "candidates"));
    return strcmp(text, wrt_json_get_text(request, "text", "")) == 0 &&
           wrt_json_number(wrt_json_path(request, "score.candidates"), -1) == (double)candidates;
}

/* One decision a place, in the order in which run.start names them, each about these questions. */
static bool are_places(walk *w, const wrt_json *event, const wrt_json *places,
                       const wrt_json *questions, const char *text) {
    const wrt_json *ids = wrt_json_get(body_of(event), "decisions");
    const wrt_json *place = wrt_json_first(places);
    if (wrt_json_count(ids) != wrt_json_count(places))
        return fail(w, event, "not one decision for each place that the model may send to");
    WRT_JSON_EACH(id, ids) {
        const wrt_json *request = request_of(w, wrt_json_text(id) != NULL ? wrt_json_text(id) : "");
        if (!wrt_json_equal(wrt_json_get(request, "dest"), place))
            return fail(w, event, "policy was asked about another place than the model's");
        if (!is_asked_so(request, questions, text))
            return fail(w, event, "policy was asked about another text than the model");
        place = wrt_json_next(place);
    }
    return true;
}

/* A run without a model asks about this host, and is told that there is none. */
static bool check_places(walk *w, const wrt_json *event, const wrt_json *questions,
                         const char *text) {
    const wrt_json *named = wrt_json_path(w->start, "model.destinations");
    wrt_json *places = named != NULL ? wrt_json_copy(named) : wrt_llm_destinations(NULL);
    bool good = are_places(w, event, places, questions, text);
    wrt_json_free(places);
    return good;
}

static bool check_batch(walk *w, const wrt_json *event) {
    const wrt_json *body = body_of(event);
    wrt_json *questions = read_json(w, wrt_json_get(body, "questions"), wrt_json_get(body, "blob"));
    char *text = NULL;
    bool good = true;
    if (!was_told(w, body, "model"))
        good = fail(w, event, "a call asked the model that policy was told does not");
    else if (questions == NULL || wrt_score_check(questions, NULL) != WRT_OK)
        good = fail(w, event, "its questions cannot be read");
    else if (wrt_json_get_int(body, "count", -1) != (int64_t)wrt_json_count(questions))
        good = fail(w, event, "\"count\" is not how many questions there are");
    if (good) {
        text = wrt_score_text_of(questions);
        good = check_places(w, event, questions, text);
    }
    free(text);
    wrt_json_free(questions);
    return good;
}

/* ---- results */

static bool redacts(const wrt_json *decision) {
    WRT_JSON_EACH(obligation, wrt_json_get(decision, "obligations"))
    if (strcmp(wrt_json_get_text(obligation, "type", ""), "redact") == 0)
        return true;
    return false;
}

/* What a redaction left can hold no identifier that was not there before. */
static bool hides_identifiers(const wrt_json *request, const wrt_json *result) {
    if (wrt_json_get_bool(request, "holds_phi", false) ||
        !wrt_taint_has(wrt_json_get(request, "taint"), "file"))
        return false;
    wrt_buf text = wrt_buf_make((size_t)SCREEN_MAX);
    wrt_json_write(&text, result);
    bool hides = !text.overflow && wrt_phi_classes_of(wrt_buf_str(&text)) != 0;
    wrt_buf_free(&text);
    return hides;
}

static bool check_result(walk *w, const wrt_json *event) {
    const wrt_json *body = body_of(event);
    const char *step = wrt_json_get_text(body, "step", "");
    const wrt_json *decision = find_decision(w, wrt_json_get_text(w->admits, step, ""));
    const wrt_json *request = wrt_json_get(decision, "request");
    if (strcmp(wrt_json_get_text(decision, "decision", ""), "allow") != 0)
        return true; /* what it was is not recorded */
    wrt_json *result = read_json(w, wrt_json_get(body, "result"), wrt_json_get(body, "blob"));
    bool good = true;
    if (!redacts(decision) && strcmp(wrt_json_get_text(result, "status", ""),
                                     wrt_json_get_text(request, "status", "")) != 0)
        good = fail(w, event, "policy was asked about a result of another status");
    else if (hides_identifiers(request, result))
        good = fail(w, event, "policy was not told that the result holds identifiers of persons");
    wrt_json_free(result);
    return good;
}

/* ---- approvals */

/* The digest of the decision that was held, whose number is that of its id. */
static bool is_of_decision(const walk *w, const wrt_json *event) {
    const char *id = wrt_json_get_text(body_of(event), "decision", "");
    const wrt_json *held = find_decision(w, id);
    char digest[WRT_SHA256_HEX + 1];
    int64_t number = 0;
    if (held == NULL || id[0] != 'd' || !wrt_str_to_int64(&number, wrt_str_of(id + 1)))
        return false;
    wrt_json *shown = wrt_approval_request(wrt_json_get(held, "request"));
    const wrt_approval_subject subject = {.request = shown,
                                          .policy = wrt_json_get_text(held, "policy_sha256", ""),
                                          .run = wrt_json_get_text(event, "run", ""),
                                          .seq = number};
    wrt_approval_digest(digest, &subject);
    wrt_json_free(shown);
    const char *stated = wrt_json_get_text(wrt_json_get(event, "meta"), "digest", "");
    return digest[0] != '\0' && strcmp(digest, stated) == 0;
}

/* Times of this form have the order of their texts. */
static bool is_in_time(const wrt_json *meta) {
    const char *when = wrt_json_get_text(meta, "ts", "");
    char issued[25], expires[25];
    wrt_clock_format(issued, wrt_json_get_int(meta, "issued_ms", INT64_MAX));
    wrt_clock_format(expires, wrt_json_get_int(meta, "expires_ms", 0));
    return strcmp(issued, when) <= 0 && strcmp(when, expires) < 0;
}

static bool check_key(walk *w, const wrt_json *event) {
    const wrt_json *meta = wrt_json_get(event, "meta");
    const char *nonce = wrt_json_get_text(meta, "nonce", "");
    if (!wrt_approval_is_signed(meta))
        return fail(w, event, "the approval is not signed by the key that it names");
    if (wrt_json_get(w->nonces, nonce) != NULL)
        return fail(w, event, "the approval was used before");
    if (!is_in_time(meta))
        return fail(w, event, "the approval had expired, or had not begun");
    wrt_json_set_bool(w->nonces, nonce, true);
    if (w->seen->by_key++ == 0)
        snprintf(w->seen->key, sizeof w->seen->key, "%s", wrt_json_get_text(meta, "key", ""));
    return true;
}

static bool check_approval(walk *w, const wrt_json *event) {
    const char *by = wrt_json_get_text(body_of(event), "by", "");
    if (!is_of_decision(w, event))
        return fail(w, event, "its digest is not that of the request that was held");
    if (strcmp(type_of(event), "approval.grant") != 0)
        return true;
    if (strcmp(by, "key") == 0)
        return check_key(w, event);
    w->seen->by_person++;
    return strcmp(by, "person") == 0 ||
           fail(w, event, "wanted an approval by \"person\" or \"key\"");
}

/* ---- the walk */

static void remember(walk *w, const wrt_json *body) {
    const char *step = wrt_json_get_text(body, "step", NULL);
    const char *phase = wrt_json_get_text(body, "phase", "");
    if (step != NULL && strcmp(phase, "tool_result") == 0)
        wrt_json_set_text(w->admits, step, wrt_json_get_text(body, "id", ""));
}

static bool check_event(walk *w, const wrt_json *event) {
    static const struct {
        const char *type;
        bool (*check)(walk *w, const wrt_json *event);
    } rules[] = {{"http.request", check_exchange},   {"llm.request", check_batch},
                 {"tool.result", check_result},      {"approval.request", check_approval},
                 {"approval.grant", check_approval}, {"approval.refuse", check_approval}};
    const wrt_json *body = body_of(event);
    if (strcmp(type_of(event), "policy.decision") == 0)
        remember(w, body);
    if (strcmp(type_of(event), "tool.call") == 0)
        wrt_json_set_text(w->calls, wrt_json_get_text(body, "step", ""),
                          wrt_json_get_text(body, "decision", ""));
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (strcmp(type_of(event), rules[i].type) == 0)
            return rules[i].check(w, event);
    return true;
}

bool wrt_requests_check(wrt_audit_finding *out, wrt_requests_seen *seen, const wrt_json *events,
                        const wrt_audit_source *source) {
    walk w = {.source = source,
              .out = out,
              .seen = seen,
              .start = body_of(wrt_json_first(events)),
              .decisions = wrt_calloc(wrt_json_count(events) + 1, sizeof *w.decisions),
              .calls = wrt_json_new_object(),
              .admits = wrt_json_new_object(),
              .nonces = wrt_json_new_object()};
    bool good = true;
    *seen = (wrt_requests_seen){0};
    w.tools = read_json(&w, NULL, wrt_json_get(w.start, "tool_descriptions"));
    WRT_JSON_EACH(event, events)
    if (strcmp(type_of(event), "policy.decision") == 0)
        w.decisions[w.n_decisions++].event = event;
    WRT_JSON_EACH(event, events)
    good = good && check_event(&w, event);
    free(w.decisions);
    wrt_json_free(w.tools);
    wrt_json_free(w.calls);
    wrt_json_free(w.admits);
    wrt_json_free(w.nonces);
    return good;
}
