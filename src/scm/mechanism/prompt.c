/* prompt.c: see prompt.h for the rules of blanks and order. */
#include "scm/mechanism/prompt.h"

#include "scm/model/internal.h"

#include <assert.h>
#include <string.h>

static bool ends_in_blank(const wrt_buf *text) {
    return text->len > 0 && strchr(" \t\r\n", text->ptr[text->len - 1]) != NULL;
}

/* Room between what is there and the next part. */
static void add_joint(wrt_buf *text, wrt_scm_rule rule) {
    if (rule == WRT_SCM_REFERENCE || (text->len > 0 && !ends_in_blank(text)))
        wrt_buf_add_char(text, ' ');
}

static void add_parent(wrt_buf *text, const wrt_scm *scm, const wrt_scm_ask *ask, size_t at) {
    const wrt_scm_variable *v = wrt_scm_variable_at(scm, ask->variable);
    const wrt_scm_variable *parent = wrt_scm_variable_at(scm, v->parents[at]);
    const char *value = parent->values[ask->values[at]];
    add_joint(text, ask->rule);
    if (parent->n_phrasings == 0) {
        wrt_buf_printf(text, "%s: %s.", parent->name, value);
        return;
    }
    const wrt_scm_phrasing *p = &parent->phrasings[ask->phrasings[v->parents[at]]];
    wrt_buf_printf(text, "%s%s%s", p->before, value, p->after);
}

/* The place among the parents of the one that comes after variable `last` in the model's order. */
static size_t next_parent(const wrt_scm_variable *v, size_t last) {
    size_t best = WRT_SCM_NONE;
    for (size_t j = 0; j < v->n_parents; j++)
        if ((last == WRT_SCM_NONE || v->parents[j] > last) &&
            (best == WRT_SCM_NONE || v->parents[j] < v->parents[best]))
            best = j;
    return best;
}

static void add_text(wrt_buf *text, const wrt_scm *scm, const wrt_scm_ask *ask) {
    const wrt_scm_variable *v = wrt_scm_variable_at(scm, ask->variable);
    size_t last = WRT_SCM_NONE;
    wrt_buf_add_c(text, wrt_scm_intro(scm));
    for (size_t i = 0; ask->values != NULL && i < v->n_parents; i++) {
        size_t at = next_parent(v, last);
        add_parent(text, scm, ask, at);
        last = v->parents[at];
    }
    add_joint(text, ask->rule);
    wrt_buf_add_c(text, v->phrasings[ask->phrasings[ask->variable]].before);
}

static size_t count_end_spaces(const wrt_buf *text) {
    size_t n = 0;
    while (n < text->len && text->ptr[text->len - 1 - n] == ' ')
        n++;
    return n;
}

static void set_candidates(wrt_scm_prompt *out, wrt_arena *arena, const wrt_scm *scm,
                           const wrt_scm_ask *ask, int blanks) {
    const wrt_scm_variable *v = wrt_scm_variable_at(scm, ask->variable);
    bool bare = ask->rule == WRT_SCM_SUM_VALUE || ask->rule == WRT_SCM_REFERENCE;
    const char *after = bare ? "" : v->phrasings[ask->phrasings[ask->variable]].after;
    wrt_str *candidates = wrt_arena_calloc(arena, v->n_values, sizeof *candidates);
    for (size_t k = 0; k < v->n_values; k++)
        candidates[k] =
            wrt_str_of(wrt_arena_printf(arena, "%*s%s%s", blanks, "", v->values[k], after));
    out->candidates = candidates;
    out->n = v->n_values;
}

wrt_status wrt_scm_prompt_make(wrt_scm_prompt *out, wrt_arena *arena, const wrt_scm *scm,
                               const wrt_scm_ask *ask, wrt_err *err) {
    const wrt_scm_variable *v = wrt_scm_variable_at(scm, ask->variable);
    size_t phrasing = ask->phrasings[ask->variable];
    assert(phrasing < v->n_phrasings);
    wrt_status status = wrt_scm_check_values_apart(v, phrasing, ask->rule, err);
    if (status != WRT_OK)
        return status;
    wrt_buf text = wrt_buf_make(WRT_SCM_PROMPT_MAX);
    add_text(&text, scm, ask);
    size_t blanks = ask->rule == WRT_SCM_REFERENCE ? 0 : count_end_spaces(&text);
    if (text.overflow)
        status = wrt_fail(err, WRT_E_LIMIT,
                          "variable \"%s\": the phrases of its parents are longer than %d bytes",
                          v->name, WRT_SCM_PROMPT_MAX);
    else if (text.len == blanks)
        status = wrt_fail(err, WRT_E_INPUT,
                          "variable \"%s\": phrasing %zu has no text before the value, so nothing "
                          "stands in front of it without parents; give \"before\" or an \"intro\"",
                          v->name, phrasing);
    if (status == WRT_OK) {
        size_t len = text.len - blanks;
        out->text = (wrt_str){wrt_arena_strdup(arena, text.ptr, len), len};
        set_candidates(out, arena, scm, ask, (int)blanks);
    }
    wrt_buf_free(&text);
    return status;
}

wrt_json *wrt_scm_prompt_json(const wrt_scm_prompt *prompt) {
    wrt_json *out = wrt_json_new_object(), *list = wrt_json_new_array();
    for (size_t k = 0; k < prompt->n; k++)
        wrt_json_push(list, wrt_json_new_text(prompt->candidates[k]));
    wrt_json_set(out, "text", wrt_json_new_text(prompt->text));
    wrt_json_set(out, "candidates", list);
    return out;
}
