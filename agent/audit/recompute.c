/* recompute.c: results, verdicts, evidence and claims of a run, made again. */
#include "agent/audit/recompute.h"

#include "agent/act/call.h"
#include "agent/audit/agree.h"
#include "agent/audit/recompute_call.h"
#include "agent/audit/recompute_graph.h"
#include "agent/claims/imagined.h"
#include "agent/claims/measured.h"
#include "agent/claims/utter.h"
#include "agent/claims/verdict.h"

#include <stdio.h>
#include <string.h>

#define TOLERANCE 1e-9

typedef struct {
    wrt_recompute_call call;
    wrt_json *calls;    /* {step: body of its tool.call} */
    wrt_json *results;  /* {step: result computed again} */
    wrt_json *missing;  /* {step: why it was not} */
    wrt_json *evidence; /* {id: body} */
    wrt_json *redacts;  /* {step: decision on its result} */
    wrt_json *graphs;   /* recompute_graph.h */
    size_t n_results, n_evidence, n_claims, n_left_out;
    char left_out[160]; /* the first result that was, and why */
    wrt_audit_finding *out;
} audit;

static bool fail(audit *a, const wrt_json *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool fail(audit *a, const wrt_json *event, const char *format, ...) {
    char text[480];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    a->out->ok = false;
    a->out->seq = wrt_json_get_int(event, "seq", -1);
    snprintf(a->out->detail, sizeof a->out->detail, "event %lld: %s", (long long)a->out->seq, text);
    return false;
}

static const char *step_of(const wrt_json *body) {
    return wrt_json_get_text(body, "step", "?");
}

/* ---- results of tools */

/* How a result was left out: for the report, and for evidence that would rest on it. */
static void leave_out(audit *a, const wrt_json *body, const char *why) {
    if (a->n_left_out++ == 0)
        snprintf(a->left_out, sizeof a->left_out, "%s: %s", step_of(body), why);
    wrt_json_set_text(a->missing, step_of(body), why);
}

/* What is said of a result, without what the host echoes of files and times. */
static wrt_json *essence_of(const wrt_json *result) {
    static const char *const members[] = {"status", "data", "coverage", "warnings", "error"};
    wrt_json *essence = wrt_json_new_object();
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (wrt_json_get(result, members[i]) != NULL)
            wrt_json_set(essence, members[i], wrt_json_copy(wrt_json_get(result, members[i])));
    return essence;
}

static double tolerance_of(const char *tool) {
    return strncmp(tool, "scm_", 4) == 0 ? 0 : TOLERANCE;
}

static bool compare_result(audit *a, const wrt_json *event, const wrt_json *recorded,
                           const wrt_json *again) {
    const wrt_json *body = wrt_json_get(event, "body");
    const char *tool = wrt_json_get_text(body, "tool", "?");
    wrt_json *theirs = essence_of(recorded), *ours = essence_of(again);
    wrt_buf where = wrt_buf_make(WRT_KIB(64));
    bool same = wrt_agree(&where, theirs, ours, tolerance_of(tool));
    if (!same)
        fail(a, event, "%s computed again gives another %.200s", tool,
             where.len > 0 ? wrt_buf_str(&where).ptr : "result");
    wrt_buf_free(&where);
    wrt_json_free(theirs);
    wrt_json_free(ours);
    return same;
}

/* Once per step: the call is there, its result is compared, and kept for evidence. */
static bool compute_again(audit *a, const wrt_json *event, const wrt_json *recorded,
                          const wrt_json *call) {
    const wrt_json *body = wrt_json_get(event, "body");
    wrt_json *again = NULL;
    wrt_err why = {0};
    wrt_status status = wrt_recompute_again(&again, &a->call, call, &why);
    if (status == WRT_E_NOT_FOUND) {
        leave_out(a, body, why.message);
        return true;
    }
    if (status != WRT_OK)
        return fail(a, event, "%s was not computed again: %s", wrt_json_get_text(body, "tool", "?"),
                    why.message);
    wrt_call_redact(again, wrt_json_get(a->redacts, step_of(body)));
    bool same = compare_result(a, event, recorded, again);
    a->n_results++;
    wrt_json_set(a->results, step_of(body), again);
    return same;
}

/* What became of a worker is no function of its arguments: another one may well give a result. */
static bool is_of_host(const wrt_json *result) {
    static const char *const codes[] = {"tool_crashed", "tool_timeout", "bad_result"};
    const char *code = wrt_json_get_text(wrt_json_get(result, "error"), "code", "");
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strcmp(code, codes[i]) == 0)
            return true;
    return false;
}

static bool take_result(audit *a, const wrt_json *event) {
    const wrt_json *body = wrt_json_get(event, "body");
    const wrt_json *call = wrt_json_get(a->calls, step_of(body));
    const char *why = NULL;
    wrt_json *own = NULL;
    const wrt_json *recorded = wrt_recompute_read(&own, &a->call, body, "result");
    bool good = true;
    if (strcmp(wrt_json_get_text(body, "status", ""), "gated") == 0)
        leave_out(a, body, "policy withheld its result");
    else if (!wrt_recompute_is_pure(&why, &a->call, call))
        leave_out(a, body, why);
    else if (recorded == NULL)
        good = fail(a, event, "the result cannot be read");
    else if (is_of_host(recorded))
        leave_out(a, body, "its worker gave no result");
    else
        good = compute_again(a, event, recorded, call);
    wrt_json_free(own);
    return good;
}

static void remember_call(audit *a, const wrt_json *body) {
    wrt_json_set(a->calls, step_of(body), wrt_json_copy(body));
    wrt_recompute_add_graph(a->graphs, wrt_json_path(body, "args.graph"), NULL);
}

static void remember_decision(audit *a, const wrt_json *body) {
    if (strcmp(wrt_json_get_text(body, "phase", ""), "tool_result") == 0 &&
        wrt_json_get_text(body, "step", NULL) != NULL)
        wrt_json_set(a->redacts, step_of(body), wrt_json_copy(body));
}

/* ---- evidence */

/* Evidence made again from the result of its step; NULL: the result gives none. */
static wrt_json *make_evidence(const audit *a, const wrt_json *body, const wrt_json *result) {
    const char *kind = wrt_json_get_text(body, "kind", "");
    const char *step = wrt_json_get_text(wrt_json_get(body, "locator"), "step", "?");
    if (strcmp(kind, "estimate") == 0)
        return wrt_measured_evidence(step, result, NULL);
    if (strcmp(kind, "patient_datum") == 0)
        return wrt_imagined_patient(step, result, NULL);
    const char *tool = wrt_json_get_text(wrt_json_get(a->calls, step), "tool", "?");
    return wrt_imagined_evidence(step, tool, result, NULL);
}

static bool compare_evidence(audit *a, const wrt_json *event, wrt_json *again) {
    static const char *const own[] = {"id", "taint", "sha256"}; /* not of the result's digits */
    wrt_json *theirs = wrt_json_copy(wrt_json_get(event, "body"));
    wrt_buf where = wrt_buf_make(WRT_KIB(64));
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        wrt_json_set(theirs, own[i], NULL);
        wrt_json_set(again, own[i], NULL);
    }
    bool same = wrt_agree(&where, theirs, again, TOLERANCE);
    if (!same)
        fail(a, event, "the evidence does not say what was computed: %.200s",
             where.len > 0 ? wrt_buf_str(&where).ptr : "its members");
    wrt_buf_free(&where);
    wrt_json_free(theirs);
    return same;
}

/* The hash over the content that stands beside it. */
static bool check_digest(audit *a, const wrt_json *event) {
    static const char *const contents[] = {"estimate", "simulation", "values", "verdict"};
    const wrt_json *body = wrt_json_get(event, "body"), *content = NULL;
    char hex[65];
    for (size_t i = 0; i < sizeof contents / sizeof *contents && content == NULL; i++)
        content = wrt_json_get(body, contents[i]);
    if (content == NULL)
        return fail(a, event, "the evidence is empty");
    wrt_verdict_hash(hex, content);
    return strcmp(hex, wrt_json_get_text(body, "sha256", "")) == 0 ||
           fail(a, event, "the evidence does not match its hash");
}

static bool check_computed(audit *a, const wrt_json *event) {
    const wrt_json *body = wrt_json_get(event, "body");
    const char *step = wrt_json_get_text(wrt_json_get(body, "locator"), "step", "?");
    const wrt_json *result = wrt_json_get(a->results, step);
    if (result == NULL)
        return fail(a, event, "not recomputed: step %s: %s", step,
                    wrt_json_get_text(a->missing, step, "there is no such result"));
    wrt_json *again = make_evidence(a, body, result);
    bool same = again != NULL ? compare_evidence(a, event, again)
                              : fail(a, event, "step %s gives no such evidence", step);
    wrt_json_free(again);
    return same;
}

static bool check_verdict(audit *a, const wrt_json *event) {
    wrt_err why = {0};
    return wrt_recompute_verdict(a->graphs, wrt_json_get(event, "body"), &why) == WRT_OK ||
           fail(a, event, "%s", why.message);
}

static bool take_evidence(audit *a, const wrt_json *event) {
    const wrt_json *body = wrt_json_get(event, "body");
    const char *kind = wrt_json_get_text(body, "kind", "");
    bool is_verdict = strcmp(kind, "identification") == 0;
    wrt_json_set(a->evidence, wrt_json_get_text(body, "id", "?"), wrt_json_copy(body));
    if (!is_verdict && strcmp(kind, "estimate") != 0 && strcmp(kind, "simulation") != 0 &&
        strcmp(kind, "patient_datum") != 0)
        return true;
    a->n_evidence++;
    return check_digest(a, event) &&
           (is_verdict ? check_verdict(a, event) : check_computed(a, event));
}

/* ---- claims */

static const wrt_json *basis_evidence(const audit *a, const wrt_json *claim, const char *role) {
    const char *id = wrt_json_get_text(wrt_json_get(claim, "basis"), role, NULL);
    return id != NULL ? wrt_json_get(a->evidence, id) : NULL;
}

/* The claim's content by its rule; NULL: no such rule, or evidence that is not there. */
static wrt_json *make_claim(const audit *a, const wrt_json *claim) {
    const char *rule = wrt_json_get_text(wrt_json_get(claim, "basis"), "rule", "");
    const wrt_measured measured = {.estimate = basis_evidence(a, claim, "estimate"),
                                   .second = basis_evidence(a, claim, "second"),
                                   .naive = basis_evidence(a, claim, "naive"),
                                   .identification = basis_evidence(a, claim, "identification")};
    const wrt_imagined imagined = {
        .simulation = basis_evidence(a, claim, "simulation"),
        .patient = basis_evidence(a, claim, "patient"),
        .value = wrt_json_get_text(wrt_json_get(claim, "basis"), "value", "")};
    if (strcmp(rule, "estimate") == 0 && measured.estimate != NULL)
        return wrt_measured_effect(&measured);
    if (strcmp(rule, "difference") == 0 && measured.estimate != NULL)
        return wrt_measured_difference(measured.estimate, measured.identification, NULL);
    if ((strcmp(rule, "whatif") == 0 || strcmp(rule, "model_effect") == 0) &&
        imagined.simulation != NULL)
        return wrt_imagined_claim(&imagined);
    if (strcmp(rule, "identifiability") == 0 && measured.identification != NULL)
        return wrt_verdict_claim(measured.identification);
    return NULL;
}

/* Policy may have lowered it; then its words are those of an association, or none. */
static bool is_lowered(const wrt_json *claim) {
    return wrt_json_get_text(claim, "downgraded_from", NULL) != NULL;
}

static bool compare_claim(audit *a, const wrt_json *event, const wrt_json *ours) {
    static const char *const always[] = {"numbers",  "grounds", "certainty",     "certainty_by",
                                         "polarity", "basis",   "extrapolation", "population"};
    static const char *const unless_lowered[] = {"relation", "rung", "rung_reason", "warrant"};
    const wrt_json *claim = wrt_json_get(event, "body");
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        if (!wrt_agree(NULL, wrt_json_get(claim, always[i]), wrt_json_get(ours, always[i]),
                       TOLERANCE))
            return fail(a, event, "the claim's %s is not what its evidence gives", always[i]);
    if (wrt_json_get_int(claim, "rung", 9) > wrt_json_get_int(ours, "rung", 0))
        return fail(a, event, "the claim stands on rung %lld, its evidence carries %lld",
                    (long long)wrt_json_get_int(claim, "rung", 9),
                    (long long)wrt_json_get_int(ours, "rung", 0));
    for (size_t i = 0; i < sizeof unless_lowered / sizeof *unless_lowered && !is_lowered(claim);
         i++)
        if (!wrt_agree(NULL, wrt_json_get(claim, unless_lowered[i]),
                       wrt_json_get(ours, unless_lowered[i]), TOLERANCE))
            return fail(a, event, "the claim's %s is not what the rule gives", unless_lowered[i]);
    return true;
}

/* "X is associated with Y": what a lowered or reworded claim may still say. */
static bool is_association(const wrt_json *claim) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_buf_printf(&text, "%s is associated with %s",
                   wrt_json_get_text(wrt_json_get(claim, "subject"), "name", "?"),
                   wrt_json_get_text(wrt_json_get(claim, "object"), "name", "?"));
    bool same = strcmp(wrt_json_get_text(claim, "text", ""), wrt_buf_str(&text).ptr) == 0;
    wrt_buf_free(&text);
    return same;
}

static bool check_words(audit *a, const wrt_json *event, const wrt_json *ours) {
    const wrt_json *claim = wrt_json_get(event, "body");
    const char *text = wrt_json_get_text(claim, "text", "");
    if (wrt_json_get_bool(claim, "withheld", false) || is_association(claim) ||
        strcmp(text, wrt_json_get_text(ours, "text", "?")) == 0)
        return true;
    return fail(a, event, "the claim says something else than its evidence");
}

static bool take_claim(audit *a, const wrt_json *event) {
    const wrt_json *claim = wrt_json_get(event, "body");
    const char *warrant = wrt_json_get_text(wrt_json_get(claim, "warrant"), "kind", "none");
    if (wrt_json_get(claim, "basis") == NULL)
        return (strcmp(warrant, "identified_estimate") != 0 &&
                strcmp(warrant, "model_simulation") != 0) ||
               fail(a, event, "a claim with the warrant %s that no rule makes", warrant);
    wrt_json *made = make_claim(a, claim);
    if (made == NULL)
        return fail(a, event, "the claim's rule or evidence is not there");
    a->n_claims++;
    wrt_json *ours = wrt_utter_masked(made, claim); /* what was left out says nothing */
    bool good = compare_claim(a, event, ours) && check_words(a, event, ours);
    wrt_json_free(ours);
    wrt_json_free(made);
    return good;
}

/* ---- the run */

static bool take_event(audit *a, const wrt_json *event) {
    const char *type = wrt_json_get_text(event, "type", "");
    const wrt_json *body = wrt_json_get(event, "body");
    if (strcmp(type, "tool.call") == 0)
        remember_call(a, body);
    else if (strcmp(type, "policy.decision") == 0)
        remember_decision(a, body);
    else if (strcmp(type, "graph") == 0)
        wrt_recompute_add_graph(a->graphs, wrt_json_path(body, "result.data.graph"),
                                wrt_json_path(body, "result.data"));
    else if (strcmp(type, "frame") == 0)
        wrt_recompute_add_graph(a->graphs, wrt_json_path(body, "inputs.graph"), NULL);
    if (strcmp(type, "tool.result") == 0)
        return take_result(a, event);
    if (strcmp(type, "evidence") == 0)
        return take_evidence(a, event);
    return strcmp(type, "claim") != 0 || take_claim(a, event);
}

static void report(const audit *a) {
    char rest[224] = "";
    if (a->n_left_out > 0)
        snprintf(rest, sizeof rest, "; %zu results not (%s)", a->n_left_out, a->left_out);
    a->out->ok = true;
    a->out->seq = -1;
    snprintf(a->out->detail, sizeof a->out->detail,
             "%zu results computed again, %zu pieces of evidence and %zu claims made again%s",
             a->n_results, a->n_evidence, a->n_claims, rest);
}

/* What tools were told of the model: all that run.start says of it but where it is asked. */
static wrt_json *model_of(const wrt_json *events) {
    const wrt_json *stated = wrt_json_path(wrt_json_first(events), "body.model");
    wrt_json *model = stated != NULL ? wrt_json_copy(stated) : wrt_json_new_object();
    wrt_json_set(model, "destinations", NULL);
    return model;
}

static void check(wrt_audit_finding *out, const wrt_json *events, const wrt_audit_source *source,
                  void *ctx) {
    const wrt_recompute *context = ctx;
    wrt_json *model = model_of(events);
    audit a = {.call = {.tools = context->tools,
                        .files = context->files,
                        .source = source,
                        .events = events,
                        .model = model},
               .calls = wrt_json_new_object(),
               .results = wrt_json_new_object(),
               .missing = wrt_json_new_object(),
               .evidence = wrt_json_new_object(),
               .redacts = wrt_json_new_object(),
               .graphs = wrt_json_new_array(),
               .out = out};
    bool good = true;
    WRT_JSON_EACH(event, events)
    good = good && take_event(&a, event);
    if (good)
        report(&a);
    wrt_json_free(a.calls);
    wrt_json_free(a.results);
    wrt_json_free(a.missing);
    wrt_json_free(a.evidence);
    wrt_json_free(a.redacts);
    wrt_json_free(a.graphs);
    wrt_json_free(model);
}

wrt_audit_hook wrt_recompute_hook(wrt_recompute *context) {
    return (wrt_audit_hook){5, "recomputation", check, context};
}
