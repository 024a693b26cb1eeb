/* declassify.c: which values are of a checked form, and what that changes. */
#include "agent/act/declassify.h"

#include "agent/act/lookup.h"
#include "agent/act/taint.h"
#include "base/arena.h"

#include <string.h>

/* ---- what changes */

static bool is_lifted(const char *label) {
    return strcmp(label, "model") == 0 || strcmp(label, "plugin") == 0;
}

wrt_json *wrt_declassified(const wrt_json *taint) {
    bool reaches = wrt_taint_reaches(taint, "tool_trusted");
    wrt_json *lifted = wrt_taint_new(
        reaches ? wrt_json_get_text(taint, "integrity", "tool_trusted") : "tool_trusted", NULL);
    WRT_JSON_EACH(label, wrt_json_get(taint, "labels"))
    if (wrt_json_text(label) != NULL && !is_lifted(wrt_json_text(label)))
        wrt_taint_add(lifted, wrt_json_text(label));
    return lifted;
}

wrt_json *wrt_declassify_describe(const char *kind, const char *field, const wrt_json *taint) {
    wrt_json *what = wrt_json_new_object();
    wrt_json_set_text(what, "kind", kind);
    wrt_json_set_text(what, "field", field);
    wrt_json_set(what, "from", wrt_json_copy(taint));
    wrt_json_set(what, "to", wrt_declassified(taint));
    return what;
}

wrt_status wrt_declassify(wrt_json *taint, wrt_turn *turn, const wrt_extraction *extraction,
                          wrt_err *err) {
    wrt_json *what = wrt_declassify_describe(extraction->kind, extraction->field, taint);
    wrt_json *decision = NULL;
    wrt_err denial = {0};
    if (wrt_json_equal(wrt_json_get(what, "from"), wrt_json_get(what, "to"))) {
        wrt_json_free(what);
        return WRT_OK;
    }
    wrt_json *request = wrt_json_new_object();
    wrt_json_set_text(request, "tool", extraction->tool);
    wrt_json_set(request, "taint", wrt_json_copy(taint));
    wrt_json_set(request, "declassify", wrt_json_copy(what));
    wrt_status status =
        wrt_turn_decide(&decision, turn, "tool_result", request, extraction->step, &denial);
    if (status == WRT_OK) {
        wrt_json *to = wrt_json_copy(wrt_json_get(what, "to"));
        wrt_json_set(taint, "labels", wrt_json_take(to, "labels"));
        wrt_json_set(taint, "integrity", wrt_json_take(to, "integrity"));
        wrt_json_free(to);
        wrt_json_set_text(what, "decision", wrt_json_get_text(decision, "id", ""));
        wrt_json_set_text(what, "step", extraction->step);
        status = wrt_turn_record(turn, "declassify", what, err);
    } else {
        wrt_json_free(what);
        if (status == WRT_E_DENIED)
            status = WRT_OK;
        else if (err != NULL)
            *err = denial;
    }
    wrt_json_free(decision);
    return status;
}

/* ---- forms */

static bool is_ranged_number(const wrt_json *value, const wrt_json *schema) {
    const wrt_json *least = wrt_json_get(schema, "minimum"),
                   *most = wrt_json_get(schema, "maximum");
    double number = wrt_json_number(value, 0.0);
    return wrt_json_is(value, WRT_JSON_NUMBER) && wrt_json_is(least, WRT_JSON_NUMBER) &&
           wrt_json_is(most, WRT_JSON_NUMBER) && number >= wrt_json_number(least, 0.0) &&
           number <= wrt_json_number(most, 0.0);
}

static bool is_member(const wrt_json *value, const wrt_json *schema) {
    if (wrt_json_is(value, WRT_JSON_BOOL))
        return true;
    WRT_JSON_EACH(item, wrt_json_get(schema, "enum"))
    if (wrt_json_equal(item, value))
        return true;
    return false;
}

/* Asks the graph or the store a question that is answered by true or false. What cannot be read
 * confirms nothing. */
static wrt_status ask(bool *yes, wrt_turn *turn, const char *what, wrt_json *query, wrt_look *look,
                      wrt_err *err) {
    wrt_json *found = NULL;
    wrt_err failure = {0};
    void *ctx = strcmp(what, "is_node") == 0 ? (void *)turn->config->kg : turn->config->pubmed;
    wrt_status status = wrt_lookup(&found, turn, what, query, look, ctx, &failure);
    *yes = wrt_json_bool(found, false);
    wrt_json_free(found);
    return status == WRT_E_INTEGRITY ? wrt_fail(err, status, "%s", failure.message) : WRT_OK;
}

/* The graph's own spelling: a synonym or another case is not it. */
static wrt_status look_node(wrt_json **out, const wrt_json *query, void *ctx, wrt_err *err) {
    const char *id = wrt_json_get_text(query, "id", "");
    wrt_json *node = NULL;
    (void)err;
    bool is_it = wrt_kg_node(&node, ctx, id, NULL) == WRT_OK &&
                 strcmp(wrt_json_get_text(node, "id", ""), id) == 0;
    wrt_json_free(node);
    *out = wrt_json_new_bool(is_it);
    return WRT_OK;
}

static wrt_status is_node(bool *yes, wrt_turn *turn, const wrt_json *value, wrt_err *err) {
    *yes = false;
    if (wrt_json_text(value) == NULL || !wrt_turn_has_graph(turn))
        return WRT_OK;
    wrt_json *query = wrt_json_new_object();
    wrt_json_set(query, "id", wrt_json_copy(value));
    return ask(yes, turn, "is_node", query, look_node, err);
}

static bool is_held(wrt_pubmed_store *store, const char *text) {
    int64_t pmid = 0;
    bool found = false;
    wrt_pubmed_article article;
    if (text == NULL || !wrt_pubmed_pmid_of_text(&pmid, wrt_str_of(text)))
        return false;
    wrt_arena *arena = wrt_arena_new();
    wrt_status status = wrt_pubmed_store_get(&found, &article, store, arena, pmid, NULL);
    wrt_arena_free(arena);
    return status == WRT_OK && found;
}

static wrt_status look_held(wrt_json **out, const wrt_json *query, void *ctx, wrt_err *err) {
    bool all = true;
    (void)err;
    WRT_JSON_EACH(item, wrt_json_get(query, "pmids"))
    all = all && is_held(ctx, wrt_json_text(item));
    *out = wrt_json_new_bool(all);
    return WRT_OK;
}

/* One PMID or a list of them, each of a record that the local copy holds. */
static wrt_status are_pmids(bool *yes, wrt_turn *turn, const wrt_json *value, wrt_err *err) {
    *yes = false;
    int64_t pmid = 0;
    wrt_json *query = wrt_json_new_object(), *pmids = wrt_json_new_array();
    wrt_json_set(query, "pmids", pmids);
    if (wrt_json_text(value) != NULL)
        wrt_json_push(pmids, wrt_json_copy(value));
    bool are_all = wrt_turn_has_pubmed(turn) &&
                   (wrt_json_text(value) != NULL ||
                    (wrt_json_is(value, WRT_JSON_ARRAY) && wrt_json_count(value) > 0));
    if (wrt_json_is(value, WRT_JSON_ARRAY))
        wrt_json_set(query, "pmids", wrt_json_copy(value));
    WRT_JSON_EACH(item, wrt_json_get(query, "pmids")) {
        const char *text = wrt_json_text(item);
        are_all = are_all && text != NULL && wrt_pubmed_pmid_of_text(&pmid, wrt_str_of(text));
    }
    if (are_all)
        return ask(yes, turn, "are_held", query, look_held, err);
    wrt_json_free(query);
    return WRT_OK;
}

wrt_status wrt_declassify_kind(const char **kind, wrt_turn *turn, const wrt_json *value,
                               const wrt_json *schema, wrt_err *err) {
    bool yes = false;
    *kind = is_ranged_number(value, schema) ? "number" : is_member(value, schema) ? "enum" : NULL;
    if (*kind != NULL)
        return WRT_OK;
    wrt_status status = is_node(&yes, turn, value, err);
    if (yes)
        *kind = "curie";
    if (status == WRT_OK && !yes)
        status = are_pmids(&yes, turn, value, err);
    if (*kind == NULL && yes)
        *kind = "pmid";
    return status;
}

wrt_status wrt_declassify_args(wrt_json *args_taint, wrt_turn *turn, const wrt_json *args,
                               const wrt_json *tool, const char *step, wrt_err *err) {
    const wrt_json *schema = wrt_json_get(tool, "args_schema");
    wrt_status status = WRT_OK;
    WRT_JSON_EACH(arg, args) {
        const char *name = wrt_json_key(arg);
        wrt_json *taint = wrt_json_get_mut(args_taint, name);
        if (status != WRT_OK || taint == NULL || wrt_taint_reaches(taint, "tool_trusted"))
            continue;
        const wrt_json *own = wrt_json_get(wrt_json_get(schema, "properties"), name);
        wrt_extraction extraction = {
            .field = name, .step = step, .tool = wrt_json_get_text(tool, "name", "?")};
        status = wrt_declassify_kind(&extraction.kind, turn, arg, own, err);
        if (status == WRT_OK && extraction.kind != NULL)
            status = wrt_declassify(taint, turn, &extraction, err);
    }
    return status;
}
