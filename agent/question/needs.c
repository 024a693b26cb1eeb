/* needs.c: documents first, then names in them, then what is to be asked back. */
#include "agent/question/needs.h"

#include "agent/question/filling.h"
#include "agent/question/sources.h"
#include "agent/steer.h"

#include <stdio.h>
#include <string.h>

enum { OPTIONS_MAX = 64 };

/* ---- kinds */

static const struct {
    const char *kind;
    bool is_document;
} kinds[] = {
    {"file", true},  {"graph", true},       {"column", false},  {"variable", false},
    {"name", false}, {"node", false},       {"columns", false}, {"names", false},
    {"text", false}, {"assignment", false}, {"term", false},
};

/* Index of the kind, or the number of kinds. */
static size_t kind_of(const wrt_json *need) {
    size_t i = 0;
    while (i < sizeof kinds / sizeof *kinds && !wrt_need_is(need, kinds[i].kind))
        i++;
    return i;
}

bool wrt_need_is(const wrt_json *need, const char *kind) {
    const char *text = wrt_json_text(need);
    size_t len = strlen(kind);
    return text != NULL && strncmp(text, kind, len) == 0 &&
           (text[len] == '\0' || strcmp(text + len, "|none") == 0);
}

bool wrt_need_is_optional(const wrt_json *need) {
    const char *text = wrt_json_text(need);
    const char *bar = text != NULL ? strchr(text, '|') : NULL;
    return bar != NULL && strcmp(bar, "|none") == 0;
}

bool wrt_need_is_document(const wrt_json *need) {
    size_t i = kind_of(need);
    return i < sizeof kinds / sizeof *kinds && kinds[i].is_document;
}

const wrt_json *wrt_needs_unknown(const wrt_json *needs) {
    WRT_JSON_EACH(need, needs)
    if (kind_of(need) == sizeof kinds / sizeof *kinds)
        return need;
    return NULL;
}

bool wrt_needs_kind(const wrt_json *needs, const char *kind) {
    WRT_JSON_EACH(need, needs)
    if (wrt_need_is(need, kind))
        return true;
    return false;
}

/* ---- asking back, asking the model */

const wrt_json *wrt_filling_source(const wrt_filling *f, const wrt_json *need) {
    if (wrt_need_is(need, "column") || wrt_need_is(need, "columns"))
        return f->columns;
    if (wrt_need_is(need, "name") || wrt_need_is(need, "names"))
        return f->nodes;
    return wrt_need_is(need, "variable") ? f->variables : NULL;
}

void wrt_filling_ask(wrt_filling *f, const char *need, const char *why, wrt_json *options) {
    wrt_json *item = wrt_json_new_object(), *shown = wrt_json_new_array();
    size_t n = 0;
    WRT_JSON_EACH(option, options)
    if (n++ < OPTIONS_MAX)
        wrt_json_push(shown, wrt_json_copy(option));
    wrt_json_set_text(item, "need", need);
    wrt_json_set_text(item, "why", why);
    wrt_json_set(item, "options", shown);
    wrt_json_push(f->clarify, item);
    wrt_json_free(options);
}

wrt_status wrt_filling_choose(size_t *index, wrt_filling *f, const char *purpose,
                              const wrt_json *options, wrt_err *err) {
    wrt_str texts[OPTIONS_MAX];
    size_t n = 0;
    bool by_model = false;
    *index = SIZE_MAX;
    WRT_JSON_EACH(option, options)
    if (n < OPTIONS_MAX && wrt_json_text(option) != NULL)
        texts[n++] = wrt_str_of(wrt_json_text(option));
    if (n < 2 || n < wrt_json_count(options)) /* an option that is not shown cannot be chosen */
        return WRT_OK;
    wrt_buf system = wrt_buf_make(WRT_KIB(1)), user = wrt_buf_make(WRT_KIB(16));
    wrt_buf_printf(&system, "Answer with the name that is the %s of the question.", purpose);
    wrt_buf_printf(&user, "Question (quoted): \"%.*s\"", (int)f->question.len, f->question.ptr);
    wrt_steer_question ask = {purpose, wrt_buf_str(&system), wrt_buf_str(&user), texts, n};
    size_t chosen = 0;
    wrt_status status = wrt_steer_choose(&chosen, &by_model, f->turn, &ask, err);
    if (status == WRT_OK && by_model)
        *index = chosen;
    wrt_buf_free(&user);
    wrt_buf_free(&system);
    return status;
}

/* ---- documents */

static void ask_document(wrt_filling *f, const wrt_json *need) {
    static const struct {
        const char *name, *why;
    } known[] = {
        {"data", "a table with one row per unit is needed: --data FILE"},
        {"graph", "a causal graph is needed: --graph FILE or its text"},
        {"scm", "a structural causal model is needed: --scm FILE"},
        {"patient", "what is seen of the patient is needed: --patient FILE"},
    };
    const char *name = wrt_json_key(need);
    char why[160];
    snprintf(why, sizeof why, "the file \"%.60s\" is needed", name);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, name) == 0)
            snprintf(why, sizeof why, "%s", known[i].why);
    wrt_filling_ask(f, name, why, NULL);
}

static wrt_status check_documents(wrt_filling *f, wrt_err *err) {
    WRT_JSON_EACH(need, f->needs) {
        const wrt_json *given = wrt_json_get(f->inputs, wrt_json_key(need));
        if (!wrt_need_is_document(need))
            continue;
        if (given == NULL && !wrt_need_is_optional(need))
            ask_document(f, need);
        if (given != NULL && wrt_need_is(need, "file") && wrt_json_text(given) == NULL)
            return wrt_fail(err, WRT_E_INPUT, "the input \"%s\" must be the path of a file",
                            wrt_json_key(need));
    }
    return WRT_OK;
}

static const char *given_path(const wrt_filling *f, const char *name) {
    return wrt_json_get_text(f->inputs, name, NULL);
}

static wrt_status read_patient(wrt_filling *f, wrt_err *err) {
    const char *scm = given_path(f, "scm"), *patient = given_path(f, "patient");
    if (wrt_json_get(f->needs, "patient") == NULL || scm == NULL || patient == NULL)
        return WRT_OK;
    wrt_json *found = NULL;
    wrt_status status = wrt_source_patient(&found, f->turn, scm, patient, err);
    if (status == WRT_OK)
        wrt_json_set(f->frame, "patient", wrt_json_copy(wrt_json_get(found, "values")));
    WRT_JSON_EACH(name, wrt_json_get(found, "unused"))
    wrt_turn_warn(f->turn, "the patient's column \"%s\" is no variable of the model",
                  wrt_json_text(name));
    wrt_json_free(found);
    return status;
}

static wrt_status read_sources(wrt_filling *f, wrt_err *err) {
    const char *data = given_path(f, "data"), *scm = given_path(f, "scm");
    const wrt_json *graph = wrt_json_get(f->inputs, "graph");
    bool of_table = wrt_needs_kind(f->needs, "column") || wrt_needs_kind(f->needs, "columns");
    bool of_model = wrt_needs_kind(f->needs, "variable") || wrt_needs_kind(f->needs, "assignment");
    bool of_graph = wrt_needs_kind(f->needs, "name") || wrt_needs_kind(f->needs, "names");
    wrt_status status = WRT_OK;
    if (of_table && data != NULL)
        status = wrt_source_columns(&f->columns, f->turn, data, err);
    if (wrt_json_get(f->columns, "names") != NULL) /* what was measured */
        wrt_json_set(f->frame, "columns", wrt_json_copy(wrt_json_get(f->columns, "names")));
    if (status == WRT_OK && of_model && scm != NULL)
        status = wrt_source_variables(&f->variables, f->turn, scm, err);
    if (status == WRT_OK && of_graph && graph != NULL)
        status = wrt_source_nodes(&f->nodes, graph, err);
    return status == WRT_OK ? read_patient(f, err) : status;
}

/* ---- all */

static void set_texts(wrt_filling *f) {
    WRT_JSON_EACH(need, f->needs) {
        const char *name = wrt_json_key(need), *given = wrt_json_get_text(f->inputs, name, NULL);
        if (!wrt_need_is(need, "text"))
            continue;
        wrt_json_set(f->frame, name,
                     given != NULL ? wrt_json_new_c(given) : wrt_json_new_text(f->question));
    }
}

static wrt_status fail_unclear(const wrt_json *clarify, wrt_err *err) {
    wrt_buf line = wrt_buf_make(WRT_KIB(64));
    WRT_JSON_EACH(item, clarify) {
        size_t n = 0;
        wrt_buf_printf(&line, "%s%s", line.len > 0 ? "; " : "",
                       wrt_json_get_text(item, "why", "?"));
        WRT_JSON_EACH(option, wrt_json_get(item, "options"))
        if (n++ < 8)
            wrt_buf_printf(&line, "%s%s", n == 1 ? ": " : ", ", wrt_json_text(option));
        if (n > 8)
            wrt_buf_printf(&line, " and %zu more", n - 8);
    }
    wrt_fail(err, WRT_E_NOT_FOUND, "%s", wrt_buf_str(&line).ptr);
    wrt_buf_free(&line);
    return WRT_E_NOT_FOUND;
}

static wrt_status fill(wrt_filling *f, wrt_err *err) {
    wrt_status status = check_documents(f, err);
    if (status == WRT_OK)
        status = read_sources(f, err);
    WRT_JSON_EACH(need, f->needs)
    if (status == WRT_OK && wrt_need_is(need, "assignment"))
        status = wrt_filling_assignment(f, need, err);
    if (status == WRT_OK)
        status = wrt_filling_roles(f, err);
    if (status == WRT_OK)
        set_texts(f);
    return status;
}

wrt_status wrt_needs_fill(wrt_json *frame, wrt_turn *turn, const wrt_json *needs, wrt_str question,
                          wrt_err *err) {
    const wrt_json *inputs = wrt_json_get(turn->start, "inputs");
    wrt_filling f = {.turn = turn,
                     .frame = frame,
                     .needs = needs,
                     .inputs = inputs,
                     .question = question,
                     .clarify = wrt_json_new_array()};
    wrt_json_set(frame, "inputs", inputs != NULL ? wrt_json_copy(inputs) : wrt_json_new_object());
    wrt_status status = fill(&f, err);
    if (status == WRT_OK && wrt_json_count(f.clarify) > 0) {
        status = fail_unclear(f.clarify, err);
        wrt_json_set(frame, "clarify", f.clarify);
        f.clarify = NULL;
    }
    wrt_json_free(f.columns);
    wrt_json_free(f.variables);
    wrt_json_free(f.nodes);
    wrt_json_free(f.clarify);
    wrt_json_free(f.acting);
    return status;
}
