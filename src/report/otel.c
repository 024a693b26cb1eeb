/* otel.c: a run as spans of OpenTelemetry.
 *
 * Names and attributes follow the semantic conventions for generative AI (open-telemetry/
 * semantic-conventions-genai, development status, as of 2026): invoke_agent for the run, plan,
 * execute_tool for each call, chat for each question to the model that chooses; inside a call,
 * exchanges with the network as HTTP client spans and batches of a model that scores as "score".
 * Decisions of the policy are events of the span that they are about, claims events of the run.
 * What the conventions have no name for stands under "warrant.". */
#include "report/export.h"

#include "report/otlp.h"
#include "report/run_view.h"

#include <stdio.h>
#include <string.h>

enum { NAME_MAX_BYTES = 160 };

typedef struct {
    const wrt_report_run *run;
    const wrt_run_view *view;
    const char *provider, *model;
    const char *last_time;
    wrt_json *list; /* spans */
    wrt_json *root;
    wrt_json *call; /* the open span of a tool, or NULL; borrowed from list, as the next two */
    wrt_json *exchange, *chat;
    bool with_content;
    char trace[WRT_TRACE_ID_HEX + 1];
} trace;

static const char *time_of(const wrt_json *event) {
    return wrt_json_get_text(wrt_json_get(event, "meta"), "ts", NULL);
}

static wrt_json *attributes_of(wrt_json *span) {
    return wrt_json_get_mut(span, "attributes");
}

/* ---- spans */

/* Opens a span; it ends with the run until close_span says otherwise. */
static wrt_json *open_span(trace *t, const wrt_json *event, const wrt_json *parent,
                           const char *name, wrt_span_kind kind) {
    char id[WRT_SPAN_ID_HEX + 1], nanos[24];
    wrt_json *span = wrt_json_new_object();
    wrt_otlp_span_id(id, t->view->run, wrt_json_get_int(event, "seq", -1));
    wrt_json_set_text(span, "traceId", t->trace);
    wrt_json_set_text(span, "spanId", id);
    if (parent != NULL)
        wrt_json_set_text(span, "parentSpanId", wrt_json_get_text(parent, "spanId", ""));
    wrt_json_set_text(span, "name", name);
    wrt_json_set_int(span, "kind", kind);
    wrt_otlp_nanos(nanos, time_of(event));
    wrt_json_set_text(span, "startTimeUnixNano", nanos);
    wrt_otlp_nanos(nanos, t->last_time);
    wrt_json_set_text(span, "endTimeUnixNano", nanos);
    wrt_json_set(span, "attributes", wrt_json_new_array());
    wrt_otlp_int(attributes_of(span), "warrant.seq", wrt_json_get_int(event, "seq", -1));
    wrt_json_push(t->list, span);
    return span;
}

static void close_span(wrt_json *span, const wrt_json *event) {
    char nanos[24];
    wrt_otlp_nanos(nanos, time_of(event));
    wrt_json_set_text(span, "endTimeUnixNano", nanos);
}

static void fail_span(wrt_json *span, const char *type, const char *message) {
    wrt_otlp_text(attributes_of(span), "error.type", type);
    wrt_otlp_status(span, WRT_SPAN_ERROR, message);
}

/* ---- the run */

static void open_root(trace *t) {
    const wrt_json *start = t->view->start;
    t->root = open_span(t, t->view->first, NULL, "invoke_agent warrant", WRT_SPAN_INTERNAL);
    wrt_json *list = attributes_of(t->root);
    wrt_otlp_text(list, "gen_ai.operation.name", "invoke_agent");
    wrt_otlp_text(list, "gen_ai.provider.name", t->provider);
    wrt_otlp_text(list, "gen_ai.agent.name", "warrant");
    wrt_otlp_text(list, "gen_ai.agent.version", wrt_json_get_text(start, "program", NULL));
    wrt_otlp_text(list, "gen_ai.conversation.id", t->view->run);
    wrt_otlp_text(list, "gen_ai.request.model", t->model);
    wrt_otlp_int(list, "gen_ai.request.seed", wrt_json_get_int(start, "seed", 0));
    wrt_otlp_text(list, "warrant.policy.sha256",
                  wrt_json_get_text(wrt_json_get(start, "policy"), "sha256", NULL));
    wrt_otlp_text(list, "warrant.kg.snapshot", wrt_json_get_text(start, "kg_snapshot", NULL));
    if (t->with_content)
        wrt_otlp_text(list, "warrant.question", wrt_json_get_text(start, "question", NULL));
}

static void close_root(trace *t, const wrt_json *event, const wrt_json *body) {
    const char *outcome = wrt_json_get_text(body, "outcome", "?");
    wrt_otlp_text(attributes_of(t->root), "warrant.outcome", outcome);
    close_span(t->root, event);
    if (strcmp(outcome, "failed") == 0)
        fail_span(t->root, outcome, wrt_json_get_text(t->view->answer, "reason", NULL));
    else
        wrt_otlp_status(t->root, WRT_SPAN_OK, NULL);
}

static void add_plan(trace *t, const wrt_json *event, const wrt_json *body) {
    wrt_json *span = open_span(t, event, t->root, "plan", WRT_SPAN_INTERNAL);
    wrt_json *list = attributes_of(span);
    wrt_otlp_text(list, "gen_ai.operation.name", "plan");
    wrt_otlp_text(list, "gen_ai.agent.name", "warrant");
    wrt_otlp_text(list, "warrant.plan.protocol", wrt_json_get_text(body, "protocol", NULL));
    wrt_otlp_text(list, "warrant.plan.made_by", wrt_json_get_text(body, "made_by", NULL));
    wrt_otlp_int(list, "warrant.plan.steps", (int64_t)wrt_json_count(wrt_json_get(body, "steps")));
    if (t->with_content)
        wrt_otlp_json(list, "warrant.plan.document", body);
    close_span(span, event);
}

/* ---- tools */

static void open_call(trace *t, const wrt_json *event, const wrt_json *body) {
    char name[NAME_MAX_BYTES], id[40];
    const char *tool = wrt_json_get_text(body, "tool", "?");
    snprintf(name, sizeof name, "execute_tool %.100s", tool);
    snprintf(id, sizeof id, "call-%lld", (long long)wrt_json_get_int(event, "seq", -1));
    t->call = open_span(t, event, t->root, name, WRT_SPAN_INTERNAL);
    wrt_json *list = attributes_of(t->call);
    wrt_otlp_text(list, "gen_ai.operation.name", "execute_tool");
    wrt_otlp_text(list, "gen_ai.tool.name", tool);
    wrt_otlp_text(list, "gen_ai.tool.type", "function");
    wrt_otlp_text(list, "gen_ai.tool.call.id", id);
    wrt_otlp_text(list, "warrant.step", wrt_json_get_text(body, "step", NULL));
    wrt_otlp_text(list, "warrant.decision", wrt_json_get_text(body, "decision", NULL));
    if (t->with_content)
        wrt_otlp_json(list, "gen_ai.tool.call.arguments", wrt_json_get(body, "args"));
}

static wrt_status add_result_text(trace *t, const wrt_json *body, wrt_err *err) {
    const char *hex = wrt_json_get_text(wrt_json_get(body, "blob"), "sha256", NULL);
    wrt_json *list = attributes_of(t->call);
    wrt_otlp_json(list, "gen_ai.tool.call.result", wrt_json_get(body, "result"));
    if (hex == NULL || t->run->get_blob == NULL)
        return WRT_OK;
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    wrt_status status = t->run->get_blob(&text, hex, t->run->ctx, err);
    if (status == WRT_OK && wrt_utf8_valid(wrt_buf_str(&text)) &&
        strlen(wrt_buf_str(&text).ptr) == text.len)
        wrt_otlp_text(list, "gen_ai.tool.call.result", wrt_buf_str(&text).ptr);
    wrt_buf_free(&text);
    return status;
}

static wrt_status close_call(trace *t, const wrt_json *event, const wrt_json *body, wrt_err *err) {
    const char *status = wrt_json_get_text(body, "status", "?");
    wrt_status read = WRT_OK;
    if (t->call == NULL)
        return WRT_OK;
    wrt_otlp_text(attributes_of(t->call), "warrant.status", status);
    if (t->with_content)
        read = add_result_text(t, body, err);
    close_span(t->call, event);
    if (strcmp(status, "error") == 0)
        fail_span(t->call,
                  wrt_json_get_text(wrt_json_path(body, "result.error"), "code", "tool_error"),
                  wrt_json_get_text(wrt_json_path(body, "result.error"), "message", NULL));
    t->call = NULL;
    return read;
}

/* ---- inside a call */

static void open_exchange(trace *t, const wrt_json *event, const wrt_json *body) {
    const char *method = wrt_json_get_text(body, "method", "GET");
    t->exchange = open_span(t, event, t->call != NULL ? t->call : t->root, method, WRT_SPAN_CLIENT);
    wrt_json *list = attributes_of(t->exchange);
    wrt_otlp_text(list, "http.request.method", method);
    if (t->with_content)
        wrt_otlp_text(list, "url.full", wrt_json_get_text(body, "url", NULL));
}

static void close_exchange(trace *t, const wrt_json *event, const wrt_json *body) {
    const char *refused = wrt_json_get_text(body, "refused", NULL);
    if (t->exchange == NULL)
        return;
    if (wrt_json_get(body, "status") != NULL)
        wrt_otlp_int(attributes_of(t->exchange), "http.response.status_code",
                     wrt_json_get_int(body, "status", 0));
    close_span(t->exchange, event);
    if (refused != NULL)
        fail_span(t->exchange, refused, wrt_json_get_text(body, "message", NULL));
    t->exchange = NULL;
}

static void open_model(trace *t, const wrt_json *event, const char *operation) {
    char name[NAME_MAX_BYTES];
    snprintf(name, sizeof name, "%s %.100s", operation, t->model != NULL ? t->model : t->provider);
    t->chat = open_span(t, event, t->call != NULL ? t->call : t->root, name, WRT_SPAN_CLIENT);
    wrt_json *list = attributes_of(t->chat);
    wrt_otlp_text(list, "gen_ai.operation.name", operation);
    wrt_otlp_text(list, "gen_ai.provider.name", t->provider);
    wrt_otlp_text(list, "gen_ai.request.model", t->model);
    wrt_otlp_text(list, "gen_ai.conversation.id", t->view->run);
}

static void open_scoring(trace *t, const wrt_json *event, const wrt_json *body) {
    open_model(t, event, "score");
    wrt_otlp_int(attributes_of(t->chat), "warrant.questions", wrt_json_get_int(body, "count", 0));
    if (t->with_content)
        wrt_otlp_json(attributes_of(t->chat), "gen_ai.input.messages",
                      wrt_json_get(body, "questions"));
}

/* One message in the form of the conventions: {"role","parts":[{"type":"text","content"}]}. */
static void push_message(wrt_json *list, const char *role, const char *text) {
    wrt_json *message = wrt_json_new_object(), *parts = wrt_json_new_array();
    wrt_json *part = wrt_json_new_object();
    wrt_json_set_text(part, "type", "text");
    wrt_json_set_text(part, "content", text);
    wrt_json_push(parts, part);
    wrt_json_set_text(message, "role", role);
    wrt_json_set(message, "parts", parts);
    wrt_json_push(list, message);
}

static void open_chat(trace *t, const wrt_json *event, const wrt_json *body) {
    open_model(t, event, "chat");
    wrt_json *list = attributes_of(t->chat);
    wrt_otlp_text(list, "warrant.purpose", wrt_json_get_text(body, "purpose", NULL));
    wrt_otlp_int(list, "warrant.options", (int64_t)wrt_json_count(wrt_json_get(body, "options")));
    if (!t->with_content)
        return;
    wrt_json *messages = wrt_json_new_array();
    push_message(messages, "system", wrt_json_get_text(body, "system", ""));
    push_message(messages, "user", wrt_json_get_text(body, "user", ""));
    wrt_otlp_json(list, "gen_ai.input.messages", messages);
    wrt_json_free(messages);
}

static void close_model(trace *t, const wrt_json *event, const wrt_json *body) {
    const char *error = wrt_json_get_text(body, "error", NULL);
    const char *refused = wrt_json_get_text(body, "refused", NULL);
    const wrt_json *meta = wrt_json_get(event, "meta");
    if (t->chat == NULL)
        return;
    wrt_json *list = attributes_of(t->chat);
    wrt_otlp_text(list, "gen_ai.response.model", t->model);
    if (wrt_json_get(meta, "prompt_tokens") != NULL)
        wrt_otlp_int(list, "gen_ai.usage.input_tokens", wrt_json_get_int(meta, "prompt_tokens", 0));
    if (wrt_json_get(body, "choice") != NULL)
        wrt_otlp_int(list, "warrant.choice", wrt_json_get_int(body, "choice", 0));
    wrt_otlp_text(list, "warrant.chosen_by", wrt_json_get_text(body, "by", NULL));
    if (t->with_content)
        wrt_otlp_json(list, "gen_ai.output.messages", wrt_json_get(body, "detail"));
    close_span(t->chat, event);
    if (error != NULL || refused != NULL)
        fail_span(t->chat,
                  refused != NULL ? refused : wrt_json_get_text(body, "status", "model_error"),
                  error != NULL ? error : wrt_json_get_text(body, "message", NULL));
    t->chat = NULL;
}

/* ---- events of spans */

static void add_decision(trace *t, const wrt_json *event, const wrt_json *body) {
    wrt_json *list = wrt_json_new_array();
    wrt_otlp_text(list, "warrant.decision", wrt_json_get_text(body, "id", NULL));
    wrt_otlp_text(list, "warrant.phase", wrt_json_get_text(body, "phase", NULL));
    wrt_otlp_text(list, "warrant.verdict", wrt_json_get_text(body, "decision", NULL));
    wrt_otlp_json(list, "warrant.rules", wrt_json_get(body, "determining"));
    wrt_otlp_event(t->call != NULL ? t->call : t->root, "warrant.policy.decision", time_of(event),
                   list);
}

static void add_claim(trace *t, const wrt_json *event, const wrt_json *body) {
    wrt_json *list = wrt_json_new_array();
    wrt_otlp_text(list, "warrant.claim", wrt_json_get_text(body, "id", NULL));
    wrt_otlp_int(list, "warrant.rung", wrt_json_get_int(body, "rung", 0));
    wrt_otlp_text(list, "warrant.certainty", wrt_json_get_text(body, "certainty", NULL));
    if (t->with_content)
        wrt_otlp_text(list, "warrant.text", wrt_json_get_text(body, "text", NULL));
    wrt_otlp_event(t->root, "warrant.claim", time_of(event), list);
}

static const struct {
    const char *type;
    void (*add)(trace *t, const wrt_json *event, const wrt_json *body);
} kinds[] = {
    {"plan", add_plan},
    {"tool.call", open_call},
    {"http.request", open_exchange},
    {"http.response", close_exchange},
    {"llm.request", open_scoring},
    {"llm.response", close_model},
    {"model.request", open_chat},
    {"model.response", close_model},
    {"policy.decision", add_decision},
    {"claim", add_claim},
    {"run.end", close_root},
};

static wrt_status add_event(trace *t, const wrt_json *event, wrt_err *err) {
    const char *type = wrt_json_get_text(event, "type", "");
    const wrt_json *body = wrt_json_get(event, "body");
    if (strcmp(type, "tool.result") == 0)
        return close_call(t, event, body, err);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].type, type) == 0)
            kinds[i].add(t, event, body);
    return WRT_OK;
}

/* ---- the document */

/* Consumes the spans. */
static wrt_json *wrap(const trace *t) {
    const char *program = wrt_json_get_text(t->view->start, "program", "");
    const char *version = strchr(program, ' ');
    wrt_json *resource = wrt_json_new_object(), *about = wrt_json_new_array();
    wrt_json *scope = wrt_json_new_object(), *group = wrt_json_new_object();
    wrt_json *groups = wrt_json_new_array(), *whole = wrt_json_new_object();
    wrt_json *list = wrt_json_new_array(), *document = wrt_json_new_object();
    wrt_otlp_text(about, "service.name", "warrant");
    wrt_otlp_text(about, "service.version", version != NULL ? version + 1 : NULL);
    wrt_json_set(resource, "attributes", about);
    wrt_json_set_text(scope, "name", "warrant");
    wrt_json_set(group, "scope", scope);
    wrt_json_set(group, "spans", t->list);
    wrt_json_push(groups, group);
    wrt_json_set(whole, "resource", resource);
    wrt_json_set(whole, "scopeSpans", groups);
    wrt_json_push(list, whole);
    wrt_json_set(document, "resourceSpans", list);
    return document;
}

wrt_status wrt_report_spans(wrt_json **out, const wrt_report_run *run, bool with_content,
                            wrt_err *err) {
    wrt_run_view view;
    *out = NULL;
    wrt_status status = wrt_run_view_make(&view, run->events, err);
    if (status != WRT_OK)
        return status;
    const wrt_json *model = wrt_json_get(view.start, "model");
    trace t = {.run = run,
               .view = &view,
               .provider = wrt_json_get_text(model, "kind", "none"),
               .model = wrt_json_get_text(model, "model", NULL),
               .list = wrt_json_new_array(),
               .with_content = with_content};
    wrt_otlp_trace_id(t.trace, view.run);
    WRT_JSON_EACH(event, run->events)
    t.last_time = time_of(event);
    open_root(&t);
    WRT_JSON_EACH(event, run->events)
    if (status == WRT_OK)
        status = add_event(&t, event, err);
    wrt_json *document = wrap(&t);
    if (status == WRT_OK)
        *out = document;
    else
        wrt_json_free(document);
    return status;
}
