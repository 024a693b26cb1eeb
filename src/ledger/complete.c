/* complete.c: level 2 of an audit, over the events of one run.
 *
 * One pass keeps the decisions seen so far and the tool calls that wait for their result. The rules
 * are those of a run that kept its own order: nothing happens before it was allowed, and nothing
 * that happened goes unanswered. O(n log n) for n events. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "ledger/chain.h"

enum { OPEN_CALLS_MAX = 1024 };

typedef struct {
    const char *id;
    const wrt_json *body;
    size_t seq;
    bool is_used; /* by a tool.call; one decision allows one call */
} decision;

typedef struct {
    const wrt_json *body;
    size_t seq;
    const wrt_json *exchange; /* the http.request of its that waits for an answer, or NULL */
    const wrt_json *batch;    /* the llm.request likewise */
} open_call;

typedef struct {
    decision *decisions; /* of the whole run, sorted by id */
    size_t n_decisions;
    open_call *open;
    size_t n_open;
    const wrt_json *grant; /* the approval.grant that waits to be used, or NULL */
    size_t n_calls;
} audit_state;

static const char *type_of(const wrt_chain *chain, size_t i) {
    return wrt_json_get_text(chain->event[i].object, "type", "");
}

static const wrt_json *body_of(const wrt_chain *chain, size_t i) {
    return wrt_json_get(chain->event[i].object, "body");
}

/* ---- start and end */

static bool check_place(wrt_audit_finding *out, const wrt_chain *chain, size_t i) {
    const char *type = type_of(chain, i);
    bool is_start = strcmp(type, "run.start") == 0;
    bool is_end = strcmp(type, "run.end") == 0;
    if (is_start != (i == 0))
        return wrt_finding_fail(out, (int64_t)i, "event %zu is %s: run.start comes first, once", i,
                                type);
    if (is_end != (i + 1 == chain->n))
        return wrt_finding_fail(out, (int64_t)i, "event %zu is %s: run.end comes last, once", i,
                                type);
    return true;
}

/* ---- decisions */

static int compare_decisions(const void *a, const void *b) {
    const decision *left = a;
    const decision *right = b;
    int order = strcmp(left->id, right->id);
    return order != 0 ? order : (left->seq > right->seq) - (left->seq < right->seq);
}

static void collect_decisions(audit_state *state, const wrt_chain *chain) {
    for (size_t i = 0; i < chain->n; i++) {
        if (strcmp(type_of(chain, i), "policy.decision") != 0)
            continue;
        const char *id = wrt_json_get_text(body_of(chain, i), "id", "");
        state->decisions[state->n_decisions++] = (decision){id, body_of(chain, i), i, false};
    }
    qsort(state->decisions, state->n_decisions, sizeof *state->decisions, compare_decisions);
}

/* The first decision of this id, or NULL. */
static decision *find_decision(const audit_state *state, const char *id) {
    size_t low = 0;
    size_t high = state->n_decisions;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(state->decisions[middle].id, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool is_found = low < state->n_decisions && strcmp(state->decisions[low].id, id) == 0;
    return is_found && id[0] != '\0' ? &state->decisions[low] : NULL;
}

/* A value that was taken away is not compared: the salts of two commitments to it differ. */
static bool is_same(const wrt_json *a, const wrt_json *b) {
    return wrt_is_commitment(a) || wrt_is_commitment(b) || wrt_json_equal(a, b);
}

/* A member that both sides have must be the same; one that the decision lacks is not compared. */
static bool agrees(const wrt_json *theirs, const wrt_json *ours) {
    return theirs == NULL || is_same(theirs, ours);
}

static bool check_allowed(wrt_audit_finding *out, const audit_state *state, const wrt_json *call,
                          size_t seq) {
    const char *id = wrt_json_get_text(call, "decision", "");
    decision *made = find_decision(state, id);
    if (made == NULL || made->seq > seq)
        return wrt_finding_fail(out, (int64_t)seq,
                                "event %zu: a tool.call without an earlier decision (\"%.64s\")",
                                seq, id);
    if (strcmp(wrt_json_get_text(made->body, "decision", ""), "allow") != 0)
        return wrt_finding_fail(
            out, (int64_t)seq, "event %zu: a tool.call that decision %.64s did not allow", seq, id);
    const wrt_json *request = wrt_json_get(made->body, "request");
    if (strcmp(wrt_json_get_text(made->body, "phase", ""), "tool_call") != 0 ||
        !agrees(wrt_json_get(made->body, "step"), wrt_json_get(call, "step")) ||
        wrt_json_get(request, "dest") != NULL || /* about an exchange inside a call */
        !agrees(wrt_json_get(request, "tool"), wrt_json_get(call, "tool")) ||
        !agrees(wrt_json_get(request, "args"), wrt_json_get(call, "args")))
        return wrt_finding_fail(out, (int64_t)seq,
                                "event %zu: decision %.64s is about something else than this "
                                "tool.call",
                                seq, id);
    if (made->is_used)
        return wrt_finding_fail(out, (int64_t)seq, "event %zu: decision %.64s allowed another call",
                                seq, id);
    made->is_used = true;
    return true;
}

/* ---- approvals */

/* True when this grant is for the thing that the decision is about. */
static bool is_granted_by(const audit_state *state, const wrt_json *grant, const decision *made) {
    const decision *held = find_decision(state, wrt_json_get_text(grant, "decision", ""));
    const wrt_json *before = held != NULL ? wrt_json_get(held->body, "request") : NULL;
    const wrt_json *after = wrt_json_get(made->body, "request");
    static const char *const same[] = {"phase", "tool", "args", "dest", "http", "text", "score"};
    if (held == NULL || held->seq >= made->seq ||
        strcmp(wrt_json_get_text(held->body, "decision", ""), "hold") != 0 ||
        !wrt_json_equal(wrt_json_get(held->body, "step"), wrt_json_get(made->body, "step")) ||
        !wrt_json_equal(wrt_json_get(held->body, "determining"),
                        wrt_json_get(after, "approvals")) ||
        !wrt_json_equal(wrt_json_get(grant, "rules"), wrt_json_get(after, "approvals")))
        return false;
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        const wrt_json *was = wrt_json_get(before, same[i]), *is = wrt_json_get(after, same[i]);
        if ((was == NULL) != (is == NULL) || (was != NULL && !is_same(was, is)))
            return false;
    }
    return true;
}

/* Approvals that are there, whatever they are, and are no empty list. */
static bool has_approvals(const wrt_json *body) {
    const wrt_json *approvals = wrt_json_path(body, "request.approvals");
    return approvals != NULL &&
           !(wrt_json_is(approvals, WRT_JSON_ARRAY) && wrt_json_count(approvals) == 0);
}

/* A decision has an id of its own; one that was made with approvals follows the grant of them,
 * which serves no other. */
static bool take_decision(wrt_audit_finding *out, audit_state *state, const wrt_json *body,
                          size_t seq) {
    const decision *made = find_decision(state, wrt_json_get_text(body, "id", ""));
    const decision now = {"", body, seq, false};
    if (made == NULL)
        return wrt_finding_fail(out, (int64_t)seq, "event %zu: a policy.decision without id", seq);
    if (made->seq != seq)
        return wrt_finding_fail(out, (int64_t)seq, "event %zu: a second decision of id %.64s", seq,
                                made->id);
    if (!has_approvals(body))
        return true;
    if (state->grant == NULL || !is_granted_by(state, state->grant, &now))
        return wrt_finding_fail(out, (int64_t)seq,
                                "event %zu: a decision with approvals that nobody granted", seq);
    state->grant = NULL;
    return true;
}

static bool take_grant(wrt_audit_finding *out, audit_state *state, const wrt_json *body,
                       size_t seq) {
    (void)out;
    (void)seq;
    state->grant = body;
    return true;
}

/* ---- calls and results */

static size_t find_open(const audit_state *state, const wrt_json *step) {
    size_t i = 0;
    while (i < state->n_open && !wrt_json_equal(wrt_json_get(state->open[i].body, "step"), step))
        i++;
    return i;
}

static bool has_step(const wrt_json *body) {
    const wrt_json *step = wrt_json_get(body, "step");
    return wrt_json_is(step, WRT_JSON_STRING) || wrt_json_is_integer(step);
}

static bool take_call(wrt_audit_finding *out, audit_state *state, const wrt_json *body,
                      size_t seq) {
    if (!has_step(body) || wrt_json_get_text(body, "tool", NULL) == NULL)
        return wrt_finding_fail(out, (int64_t)seq, "event %zu: a tool.call without step or tool",
                                seq);
    if (!check_allowed(out, state, body, seq))
        return false;
    if (find_open(state, wrt_json_get(body, "step")) < state->n_open)
        return wrt_finding_fail(out, (int64_t)seq,
                                "event %zu: a tool.call while the one before it of its step has "
                                "no result",
                                seq);
    if (state->n_open == OPEN_CALLS_MAX)
        return wrt_finding_fail(out, (int64_t)seq, "event %zu: more than %d tool calls at once",
                                seq, OPEN_CALLS_MAX);
    state->open[state->n_open++] = (open_call){.body = body, .seq = seq};
    state->n_calls++;
    return true;
}

static bool take_result(wrt_audit_finding *out, audit_state *state, const wrt_json *body,
                        size_t seq) {
    size_t at = find_open(state, wrt_json_get(body, "step"));
    if (!has_step(body) || at == state->n_open)
        return wrt_finding_fail(out, (int64_t)seq,
                                "event %zu: a tool.result that no tool.call waits for", seq);
    if (!wrt_json_equal(wrt_json_get(body, "tool"), wrt_json_get(state->open[at].body, "tool")))
        return wrt_finding_fail(out, (int64_t)seq, "event %zu: a tool.result of another tool", seq);
    if (state->open[at].exchange != NULL)
        return wrt_finding_fail(out, (int64_t)seq,
                                "event %zu: a tool.result before the http.response of its call",
                                seq);
    if (state->open[at].batch != NULL)
        return wrt_finding_fail(
            out, (int64_t)seq, "event %zu: a tool.result before the llm.response of its call", seq);
    if ((wrt_json_get(body, "result") == NULL) == (wrt_json_get(body, "blob") == NULL))
        return wrt_finding_fail(out, (int64_t)seq,
                                "event %zu: a tool.result holds either result or blob", seq);
    /* Order is kept, so that the first unanswered call is the one that is named. */
    memmove(&state->open[at], &state->open[at + 1], (state->n_open - at - 1) * sizeof *state->open);
    state->n_open--;
    return true;
}

/* ---- exchanges with the network, inside a call */

/* Nothing was sent but by the open call of the step, under a decision about this very exchange. */
static bool take_request(wrt_audit_finding *out, audit_state *state, const wrt_json *body,
                         size_t seq) {
    size_t at = find_open(state, wrt_json_get(body, "step"));
    decision *made = find_decision(state, wrt_json_get_text(body, "decision", ""));
    if (at == state->n_open || state->open[at].exchange != NULL ||
        !wrt_json_equal(wrt_json_get(body, "tool"), wrt_json_get(state->open[at].body, "tool")))
        return wrt_finding_fail(out, (int64_t)seq,
                                "event %zu: an http.request outside a call of its tool", seq);
    const wrt_json *request = made != NULL ? wrt_json_get(made->body, "request") : NULL;
    const wrt_json *http = wrt_json_get(request, "http");
    if (made == NULL || made->seq > seq || made->is_used || wrt_json_get(request, "dest") == NULL ||
        strcmp(wrt_json_get_text(made->body, "decision", ""), "allow") != 0 ||
        !wrt_json_equal(wrt_json_get(made->body, "step"), wrt_json_get(body, "step")) ||
        !wrt_json_equal(wrt_json_get(request, "tool"), wrt_json_get(body, "tool")) ||
        !wrt_json_equal(wrt_json_get(http, "n"), wrt_json_get(body, "n")) ||
        !wrt_json_equal(wrt_json_get(http, "url"), wrt_json_get(body, "url")))
        return wrt_finding_fail(out, (int64_t)seq,
                                "event %zu: an http.request that no earlier decision allowed", seq);
    made->is_used = true;
    state->open[at].exchange = body;
    return true;
}

static bool take_response(wrt_audit_finding *out, audit_state *state, const wrt_json *body,
                          size_t seq) {
    size_t at = find_open(state, wrt_json_get(body, "step"));
    const wrt_json *asked = at < state->n_open ? state->open[at].exchange : NULL;
    if (asked == NULL || !wrt_json_equal(wrt_json_get(asked, "n"), wrt_json_get(body, "n")))
        return wrt_finding_fail(out, (int64_t)seq,
                                "event %zu: an http.response that no http.request waits for", seq);
    state->open[at].exchange = NULL;
    return true;
}

/* ---- questions to the language model, inside a call */

/* True when this decision allowed this very batch to go to one place. */
static bool allows_batch(audit_state *state, const char *id, const wrt_json *body, size_t seq) {
    decision *made = find_decision(state, id);
    const wrt_json *request = made != NULL ? wrt_json_get(made->body, "request") : NULL;
    const wrt_json *score = wrt_json_get(request, "score");
    if (made == NULL || made->seq > seq || made->is_used || wrt_json_get(request, "dest") == NULL ||
        strcmp(wrt_json_get_text(made->body, "decision", ""), "allow") != 0 ||
        strcmp(wrt_json_get_text(made->body, "phase", ""), "llm_request") != 0 ||
        !wrt_json_equal(wrt_json_get(made->body, "step"), wrt_json_get(body, "step")) ||
        !wrt_json_equal(wrt_json_get(request, "tool"), wrt_json_get(body, "tool")) ||
        !wrt_json_equal(wrt_json_get(score, "n"), wrt_json_get(body, "n")) ||
        !wrt_json_equal(wrt_json_get(score, "questions"), wrt_json_get(body, "count")))
        return false;
    made->is_used = true;
    return true;
}

static bool take_batch(wrt_audit_finding *out, audit_state *state, const wrt_json *body,
                       size_t seq) {
    size_t at = find_open(state, wrt_json_get(body, "step"));
    const wrt_json *decisions = wrt_json_get(body, "decisions");
    if (at == state->n_open || state->open[at].batch != NULL ||
        !wrt_json_equal(wrt_json_get(body, "tool"), wrt_json_get(state->open[at].body, "tool")))
        return wrt_finding_fail(out, (int64_t)seq,
                                "event %zu: an llm.request outside a call of its tool", seq);
    bool is_allowed = wrt_json_is(decisions, WRT_JSON_ARRAY) && wrt_json_count(decisions) > 0;
    WRT_JSON_EACH(id, decisions) {
        const char *text = wrt_json_text(id);
        is_allowed = is_allowed && text != NULL && allows_batch(state, text, body, seq);
    }
    if (!is_allowed)
        return wrt_finding_fail(out, (int64_t)seq,
                                "event %zu: an llm.request that no earlier decision allowed", seq);
    state->open[at].batch = body;
    return true;
}

static bool take_scores(wrt_audit_finding *out, audit_state *state, const wrt_json *body,
                        size_t seq) {
    size_t at = find_open(state, wrt_json_get(body, "step"));
    const wrt_json *asked = at < state->n_open ? state->open[at].batch : NULL;
    if (asked == NULL || !wrt_json_equal(wrt_json_get(asked, "n"), wrt_json_get(body, "n")))
        return wrt_finding_fail(out, (int64_t)seq,
                                "event %zu: an llm.response that no llm.request waits for", seq);
    state->open[at].batch = NULL;
    return true;
}

static bool check_events(wrt_audit_finding *out, audit_state *state, const wrt_chain *chain) {
    static const struct {
        const char *type;
        bool (*take)(wrt_audit_finding *out, audit_state *state, const wrt_json *body, size_t seq);
    } rules[] = {{"policy.decision", take_decision}, {"approval.grant", take_grant},
                 {"tool.call", take_call},           {"tool.result", take_result},
                 {"http.request", take_request},     {"http.response", take_response},
                 {"llm.request", take_batch},        {"llm.response", take_scores}};
    for (size_t i = 0; i < chain->n; i++) {
        if (!check_place(out, chain, i))
            return false;
        for (size_t k = 0; k < sizeof rules / sizeof rules[0]; k++) {
            if (strcmp(type_of(chain, i), rules[k].type) == 0 &&
                !rules[k].take(out, state, body_of(chain, i), i))
                return false;
        }
    }
    if (state->n_open > 0)
        return wrt_finding_fail(out, (int64_t)state->open[0].seq,
                                "event %zu: a tool.call without a tool.result", state->open[0].seq);
    return wrt_finding_pass(out, "%zu tool calls, each allowed before and answered once",
                            state->n_calls);
}

bool wrt_chain_check_complete(wrt_audit_finding *out, wrt_chain *chain) {
    wrt_chain_parse(chain);
    audit_state state = {.decisions = wrt_calloc(chain->n + 1, sizeof *state.decisions),
                         .open = wrt_calloc(OPEN_CALLS_MAX, sizeof *state.open)};
    collect_decisions(&state, chain);
    bool is_good = check_events(out, &state, chain);
    free(state.decisions);
    free(state.open);
    return is_good;
}
