/* build.c: a model from the first variable to the topological order (Kahn 1962: of the variables
 * whose parents are all placed, the first of the file comes next). O(variables^2 + edges). */
#include "scm/model/internal.h"

#include <stdlib.h>
#include <string.h>

wrt_scm *wrt_scm_new(void) {
    wrt_scm *scm = wrt_calloc(1, sizeof *scm);
    scm->arena = wrt_arena_new();
    scm->name = scm->about = scm->intro = "";
    scm->scoring = (wrt_scm_scoring){.rule = WRT_SCM_SUM, .temperature = 1.0};
    scm->treatment = scm->outcome = WRT_SCM_NONE;
    return scm;
}

void wrt_scm_free(wrt_scm *scm) {
    if (scm == NULL)
        return;
    wrt_arena_free(scm->arena);
    wrt_json_free(scm->origin);
    free(scm->variables);
    free(scm);
}

const char *wrt_scm_keep(wrt_scm *scm, wrt_str text) {
    return wrt_arena_strdup(scm->arena, text.ptr, text.len);
}

void wrt_scm_set_origin(wrt_scm *scm, const wrt_json *origin) {
    wrt_json_free(scm->origin);
    scm->origin = origin != NULL ? wrt_json_copy(origin) : wrt_json_new_object();
    wrt_json_set_bool(scm->origin, "model_implied", true);
    wrt_json_set_text(scm->origin, "label", WRT_SCM_LABEL);
}

bool wrt_scm_lookup(size_t *out, const wrt_scm *scm, wrt_str name) {
    for (size_t i = 0; i < scm->n; i++)
        if (wrt_str_equal_c(name, scm->variables[i].name)) {
            *out = i;
            return true;
        }
    return false;
}

wrt_status wrt_scm_add(wrt_scm_variable **out, wrt_scm *scm, wrt_str name, wrt_err *err) {
    size_t other = 0;
    if (name.len == 0 || name.len > WRT_SCM_TEXT_MAX || wrt_scm_lookup(&other, scm, name))
        return wrt_fail(err, WRT_E_INPUT, "variable names must be present and unique: \"%.*s\"",
                        (int)(name.len < 100 ? name.len : 100), name.len > 0 ? name.ptr : "");
    if (scm->n == WRT_SCM_VARIABLES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "more than %d variables", WRT_SCM_VARIABLES_MAX);
    if (scm->n == scm->room) {
        scm->room = scm->room == 0 ? 16 : 2 * scm->room;
        scm->variables = wrt_realloc(scm->variables, scm->room * sizeof *scm->variables);
    }
    *out = &scm->variables[scm->n++];
    **out = (wrt_scm_variable){.name = wrt_scm_keep(scm, name), .role = "endogenous"};
    return WRT_OK;
}

/* ---- order */

typedef struct {
    size_t order[WRT_SCM_VARIABLES_MAX];   /* file index of each place */
    size_t place[WRT_SCM_VARIABLES_MAX];   /* place of each file index */
    bool placed[WRT_SCM_VARIABLES_MAX];    /* by file index */
    size_t missing[WRT_SCM_VARIABLES_MAX]; /* parents that are not placed yet, by file index */
} ordering;

static size_t next_ready(const ordering *o, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!o->placed[i] && o->missing[i] == 0)
            return i;
    return WRT_SCM_NONE;
}

static size_t count_of(const wrt_scm_variable *v, size_t parent) {
    size_t n = 0;
    for (size_t j = 0; j < v->n_parents; j++)
        n += v->parents[j] == parent;
    return n;
}

/* A parent that is not placed: there is one for every variable that is left over. */
static size_t open_parent(const wrt_scm *scm, const ordering *o, size_t i) {
    const wrt_scm_variable *v = &scm->variables[i];
    for (size_t j = 0; j < v->n_parents; j++)
        if (!o->placed[v->parents[j]])
            return v->parents[j];
    return i;
}

/* Walks from what is left over to parents that are, until one comes back: a cycle. */
static wrt_status report_cycle(const wrt_scm *scm, const ordering *o, wrt_err *err) {
    bool seen[WRT_SCM_VARIABLES_MAX] = {false};
    wrt_buf text = wrt_buf_make(400);
    size_t at = 0;
    while (o->placed[at])
        at++;
    for (; !seen[at]; at = open_parent(scm, o, at))
        seen[at] = true;
    size_t start = at;
    do {
        wrt_buf_printf(&text, "%s <- ", scm->variables[at].name);
        at = open_parent(scm, o, at);
    } while (at != start && !text.overflow);
    wrt_fail(err, WRT_E_INPUT, "the variables form a cycle: %s%s", wrt_buf_str(&text).ptr,
             text.overflow ? "..." : scm->variables[start].name);
    wrt_buf_free(&text);
    return WRT_E_INPUT;
}

static wrt_status find_order(ordering *o, const wrt_scm *scm, wrt_err *err) {
    for (size_t i = 0; i < scm->n; i++)
        o->missing[i] = scm->variables[i].n_parents;
    for (size_t at = 0; at < scm->n; at++) {
        size_t i = next_ready(o, scm->n);
        if (i == WRT_SCM_NONE)
            return report_cycle(scm, o, err);
        o->order[at] = i;
        o->place[i] = at;
        o->placed[i] = true;
        for (size_t k = 0; k < scm->n; k++)
            o->missing[k] -= count_of(&scm->variables[k], i);
    }
    return WRT_OK;
}

wrt_status wrt_scm_check_acyclic(const wrt_scm *scm, wrt_err *err) {
    ordering *o = wrt_calloc(1, sizeof *o);
    wrt_status status = find_order(o, scm, err);
    free(o);
    return status;
}

static void apply_order(wrt_scm *scm, const ordering *o) {
    wrt_scm_variable *sorted = wrt_calloc(scm->n + 1, sizeof *sorted);
    for (size_t at = 0; at < scm->n; at++) {
        sorted[at] = scm->variables[o->order[at]];
        size_t *parents = wrt_arena_calloc(scm->arena, sorted[at].n_parents, sizeof *parents);
        for (size_t j = 0; j < sorted[at].n_parents; j++)
            parents[j] = o->place[sorted[at].parents[j]];
        sorted[at].parents = parents;
    }
    free(scm->variables);
    scm->variables = sorted;
    scm->room = scm->n + 1;
    if (scm->treatment != WRT_SCM_NONE)
        scm->treatment = o->place[scm->treatment];
    if (scm->outcome != WRT_SCM_NONE)
        scm->outcome = o->place[scm->outcome];
}

wrt_status wrt_scm_finish(wrt_scm *scm, wrt_err *err) {
    if (scm->n == 0)
        return wrt_fail(err, WRT_E_INPUT, "\"variables\" must list 1 to %d variables",
                        WRT_SCM_VARIABLES_MAX);
    wrt_status status = wrt_scm_scoring_check(&scm->scoring, err);
    for (size_t i = 0; i < scm->n && status == WRT_OK; i++)
        status = wrt_scm_check_variable(scm, &scm->variables[i], err);
    if (status != WRT_OK)
        return status;
    ordering *o = wrt_calloc(1, sizeof *o);
    status = find_order(o, scm, err);
    if (status == WRT_OK)
        apply_order(scm, o);
    free(o);
    return status;
}
