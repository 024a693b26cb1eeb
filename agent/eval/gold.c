/* gold.c: see gold.h. */
#include "agent/eval/gold.h"

#include "agent/eval/stage.h"

#include <inttypes.h>
#include <string.h>

/* ---- what a run came to */

static const wrt_json *frame_of(const wrt_json *report) {
    return wrt_stage_event(report, "frame");
}

static bool is_entity(const wrt_json *entity, const char *text) {
    return strcmp(wrt_json_get_text(entity, "id", ""), text) == 0 ||
           strcmp(wrt_json_get_text(entity, "name", ""), text) == 0;
}

static const wrt_json *with_id(const wrt_json *list, const char *id) {
    WRT_JSON_EACH(item, list)
    if (strcmp(wrt_json_get_text(item, "id", ""), id) == 0)
        return item;
    return NULL;
}

/* The sentence of the first hypothesis, which names its route; "" when there is none. */
static const char *first_route(const wrt_json *answer) {
    const wrt_json *first = wrt_json_first(wrt_json_get(answer, "hypotheses"));
    const char *claim = wrt_json_get_text(first, "claim", "");
    return wrt_json_get_text(with_id(wrt_json_get(answer, "claims"), claim), "text", "");
}

/* The sentence that this evidence quotes, or NULL. */
static const char *quote_of(const wrt_json *evidence) {
    return strcmp(wrt_json_get_text(evidence, "kind", ""), "publication_quote") == 0
               ? wrt_json_get_text(evidence, "text", NULL)
               : NULL;
}

static bool is_quoted(const wrt_json *answer, const char *text) {
    WRT_JSON_EACH(evidence, wrt_json_get(answer, "evidence"))
    if (quote_of(evidence) != NULL && strstr(quote_of(evidence), text) != NULL)
        return true;
    return false;
}

/* ---- against gold */

static void tell(wrt_buf *out, const char *what, const char *is, const char *gold) {
    wrt_buf_printf(out, "%s is \"%s\", not \"%s\"\n", what, is, gold);
}

static void differ_frame(wrt_buf *out, const wrt_json *gold, const wrt_json *frame) {
    static const char *const roles[] = {"treatment", "outcome"};
    const char *type = wrt_json_get_text(gold, "type", NULL);
    const char *read = wrt_json_get_text(frame, "type", "");
    if (type != NULL && strcmp(type, read) != 0)
        tell(out, "type", read, type);
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        const char *want = wrt_json_get_text(gold, roles[i], NULL);
        const wrt_json *entity = wrt_json_get(frame, roles[i]);
        if (want != NULL && !is_entity(entity, want))
            tell(out, roles[i],
                 wrt_json_get_text(entity, "id", wrt_json_get_text(entity, "name", "none")), want);
    }
}

static void differ_answer(wrt_buf *out, const wrt_json *gold, const wrt_json *answer) {
    const char *says = wrt_json_get_text(gold, "says", ""), *first = first_route(answer);
    const char *route = wrt_json_get_text(gold, "first", "");
    const char *quote = wrt_json_get_text(gold, "quote", NULL);
    if (strstr(wrt_json_get_text(answer, "reason", ""), says) == NULL)
        tell(out, "the reason", wrt_json_get_text(answer, "reason", ""), says);
    if (strstr(first, route) == NULL)
        tell(out, "the first route", first, route);
    if (quote != NULL && !is_quoted(answer, quote))
        wrt_buf_printf(out, "\"%s\" is not quoted\n", quote);
}

void wrt_gold_differ(wrt_buf *out, const wrt_json *gold, const wrt_json *report) {
    const wrt_json *plan = wrt_stage_event(report, "plan"), *want = wrt_json_get(gold, "exit");
    int64_t code = wrt_json_get_int(report, "exit", -1);
    if (want != NULL && (int64_t)wrt_json_number(want, 0) != code)
        wrt_buf_printf(out, "exit is %" PRId64 ", not %" PRId64 "\n", code,
                       (int64_t)wrt_json_number(want, 0));
    differ_frame(out, gold, frame_of(report));
    WRT_JSON_EACH(step, wrt_json_get(gold, "takes"))
    if (with_id(wrt_json_get(plan, "steps"), wrt_json_key(step)) == NULL)
        wrt_buf_printf(out, "step \"%s\" is not taken\n", wrt_json_key(step));
    differ_answer(out, gold, wrt_json_get(report, "answer"));
}

/* Steps that the model added: it said yes to an optional one, or to one more call. */
static size_t count_added(const wrt_json *report) {
    bool is_about_step = false;
    size_t n = 0;
    WRT_JSON_EACH(event, wrt_json_get(report, "events")) {
        const wrt_json *body = wrt_json_get(event, "body");
        const char *type = wrt_json_get_text(event, "type", "");
        const char *purpose = wrt_json_get_text(body, "purpose", "");
        if (strcmp(type, "model.request") == 0)
            is_about_step = strcmp(purpose, "optional") == 0 || strcmp(purpose, "more") == 0;
        if (strcmp(type, "model.response") == 0)
            n += is_about_step && wrt_json_get_int(body, "choice", 0) > 0;
    }
    return n;
}

size_t wrt_gold_needless(const wrt_json *gold, const wrt_json *report) {
    const wrt_json *steps = wrt_json_get(wrt_stage_event(report, "plan"), "steps");
    size_t added = count_added(report), wanted = 0;
    WRT_JSON_EACH(step, wrt_json_get(gold, "takes"))
    wanted += with_id(steps, wrt_json_key(step)) != NULL;
    return added > wanted ? added - wanted : 0;
}

void wrt_gold_describe(wrt_buf *out, const wrt_json *report) {
    const wrt_json *frame = frame_of(report), *answer = wrt_json_get(report, "answer");
    wrt_buf_printf(out, "read %s: %s, %s\n", wrt_json_get_text(frame, "type", "nothing"),
                   wrt_json_get_text(wrt_json_get(frame, "treatment"), "name", "-"),
                   wrt_json_get_text(wrt_json_get(frame, "outcome"), "name", "-"));
    if (first_route(answer)[0] != '\0')
        wrt_buf_printf(out, "first %s\n", first_route(answer));
    WRT_JSON_EACH(evidence, wrt_json_get(answer, "evidence"))
    if (quote_of(evidence) != NULL)
        wrt_buf_printf(out, "quote %s\n", quote_of(evidence));
}
