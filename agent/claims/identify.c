/* identify.c: from tool results to a statement about identification, for the drawn graph only. */
#include "agent/claims/identify.h"

#include "base/buf.h"
#include "causal/adjustment.h"

#include <string.h>

static bool is_ok(const wrt_json *result) {
    return strcmp(wrt_json_get_text(result, "status", ""), "ok") == 0;
}

static void add_note(wrt_json *notes, wrt_buf *text) {
    if (text->len > 0)
        wrt_json_push(notes, wrt_json_new_text(wrt_buf_str(text)));
    wrt_buf_clear(text);
}

static void note_drawing(wrt_json *notes, const wrt_json *drawn) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    size_t routes = wrt_json_count(wrt_json_get(drawn, "drawn"));
    wrt_buf_printf(&text, "the verdict holds for the drawn graph only: %zu route%s", routes,
                   routes == 1 ? "" : "s");
    wrt_buf_add_c(&text, wrt_json_get_bool(drawn, "latent", true)
                             ? ", and an unmeasured common cause of treatment and outcome"
                             : ", and no unmeasured common cause (asserted by the user)");
    add_note(notes, &text);
    size_t assumed = wrt_json_count(wrt_json_get(drawn, "assumed"));
    if (assumed > 0)
        wrt_buf_printf(&text,
                       "%zu link%s no causal statement: the graph draws %s along the route, which "
                       "for \"manifestation of\" and its like is against the causal direction",
                       assumed, assumed == 1 ? " is" : "s are", assumed == 1 ? "it" : "them");
    add_note(notes, &text);
    WRT_JSON_EACH(entry, wrt_json_get(drawn, "left_out")) {
        wrt_buf_printf(&text, "a route was left out of the graph: %s",
                       wrt_json_get_text(entry, "reason", "?"));
        add_note(notes, &text);
    }
    wrt_buf_free(&text);
}

static void list_sets(wrt_buf *out, const wrt_json *sets) {
    size_t n = 0;
    WRT_JSON_EACH(set, sets) {
        size_t member = 0;
        wrt_buf_add_c(out, n++ > 0 ? " or {" : "{");
        WRT_JSON_EACH(name, set)
        wrt_buf_printf(out, "%s%s", member++ > 0 ? ", " : "", wrt_json_text(name));
        wrt_buf_add_char(out, '}');
    }
}

/* What observational data could say, in one clause. */
static void summarise(wrt_buf *out, const wrt_json *check, const wrt_json *sets) {
    const char *verdict = wrt_json_get_text(sets, "verdict", "");
    if (wrt_json_get_bool(check, "valid", false))
        wrt_buf_add_c(out, "identified in the drawn graph without adjustment");
    else if (strcmp(verdict, "no_set") == 0)
        wrt_buf_add_c(out, "not identified by adjustment in the drawn graph");
    else if (strcmp(verdict, "no_causal_path") == 0)
        wrt_buf_add_c(out, "zero in the drawn graph, which holds no causal path");
    else {
        wrt_buf_add_c(out, "identified in the drawn graph only with adjustment for ");
        list_sets(out, wrt_json_get(sets, "sets"));
    }
}

/* The engine's words, and where the open path comes from. */
static void note_verdict(wrt_json *notes, const char *why, bool latent) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_buf_add_c(&text, why);
    if (latent)
        wrt_buf_add_c(&text, "; <-> is the unmeasured common cause that is assumed for a treatment "
                             "nobody randomised (--no-latent drops it)");
    add_note(notes, &text);
    wrt_buf_free(&text);
}

static wrt_json *unchecked(const wrt_json *observations) {
    static const char *const steps[] = {"graph", "check", "sets"};
    wrt_json *out = wrt_json_new_object();
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_buf_add_c(&text, "of unknown identifiability: it was not checked");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        const wrt_json *result = wrt_json_get(observations, steps[i]);
        if (result == NULL || is_ok(result))
            continue;
        wrt_buf_printf(&text, ": step %s was %s (%s)", steps[i],
                       wrt_json_get_text(result, "status", "?"),
                       wrt_json_get_text(wrt_json_get(result, "error"), "message", "no detail"));
        break;
    }
    wrt_json_set_bool(out, "checked", false);
    wrt_json_set_bool(out, "valid", false);
    wrt_json_set_text(out, "verdict", "not_checked");
    wrt_json_set(out, "text", wrt_json_new_text(wrt_buf_str(&text)));
    wrt_json_set(out, "notes", wrt_json_new_array());
    wrt_buf_free(&text);
    return out;
}

/* The empty set's verdict, and why, by the engine of this program: a tool is a plugin and may be
 * anybody's. */
static bool decide_again(bool *valid, wrt_buf *why, const wrt_json *drawn) {
    wrt_graph *graph = NULL;
    wrt_node_set treatment = {0}, outcome = {0}, empty = {0};
    wrt_adjustment_verdict verdict = {0};
    wrt_status status = wrt_graph_parse(&graph, wrt_json_get(drawn, "graph"), NULL);
    if (status == WRT_OK)
        status = wrt_node_set_parse(&treatment, graph, wrt_json_get(drawn, "treatment"),
                                    "treatment", NULL);
    if (status == WRT_OK)
        status =
            wrt_node_set_parse(&outcome, graph, wrt_json_get(drawn, "outcome"), "outcome", NULL);
    const wrt_effect_query query = {graph, &treatment, &outcome, WRT_EFFECT_TOTAL};
    if (status == WRT_OK)
        status = wrt_adjustment_check(&verdict, &query, &empty, NULL);
    *valid = verdict.valid;
    wrt_buf_add_c(why, verdict.text != NULL ? verdict.text : "");
    wrt_adjustment_verdict_free(&verdict);
    wrt_node_set_free(&treatment);
    wrt_node_set_free(&outcome);
    wrt_graph_free(graph);
    return status == WRT_OK;
}

/* Right shape, and the same verdict as ours, whose reason is told. */
static bool is_our_verdict(wrt_buf *why, const wrt_json *drawn, const wrt_json *check,
                           const wrt_json *sets) {
    static const char *const verdicts[] = {"ok", "empty_set_valid", "no_set", "no_causal_path"};
    const wrt_json *valid = wrt_json_get(check, "valid");
    bool ours = false, known = false;
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
        known = known || strcmp(wrt_json_get_text(sets, "verdict", ""), verdicts[i]) == 0;
    return known && wrt_json_is(valid, WRT_JSON_BOOL) &&
           wrt_json_is(wrt_json_get(check, "text"), WRT_JSON_STRING) &&
           wrt_json_is(wrt_json_get(sets, "sets"), WRT_JSON_ARRAY) &&
           decide_again(&ours, why, drawn) && ours == wrt_json_bool(valid, false);
}

static wrt_json *disputed(void) {
    wrt_json *out = wrt_json_new_object();
    wrt_json_set_bool(out, "checked", false);
    wrt_json_set_bool(out, "valid", false);
    wrt_json_set_text(out, "verdict", "not_checked");
    wrt_json_set_text(out, "text",
                      "of unknown identifiability: the tool's verdict is not the program's own");
    wrt_json_set(out, "notes", wrt_json_new_array());
    return out;
}

wrt_json *wrt_identification_read(const wrt_json *observations) {
    const wrt_json *drawn = wrt_json_get(observations, "graph");
    const wrt_json *check = wrt_json_get(observations, "check");
    const wrt_json *sets = wrt_json_get(observations, "sets");
    if (!is_ok(drawn) || !is_ok(check) || !is_ok(sets))
        return unchecked(observations);
    drawn = wrt_json_get(drawn, "data");
    check = wrt_json_get(check, "data");
    sets = wrt_json_get(sets, "data");
    wrt_buf text = wrt_buf_make(WRT_KIB(64)), why = wrt_buf_make(WRT_KIB(64));
    if (!is_our_verdict(&why, drawn, check, sets)) {
        wrt_buf_free(&why);
        return disputed();
    }
    wrt_json *out = wrt_json_new_object(), *notes = wrt_json_new_array();
    summarise(&text, check, sets);
    if (!wrt_json_get_bool(check, "valid", false))
        note_verdict(notes, wrt_buf_str(&why).ptr, wrt_json_get_bool(drawn, "latent", true));
    note_drawing(notes, drawn);
    wrt_json_set_bool(out, "checked", true);
    wrt_json_set_bool(out, "valid", wrt_json_get_bool(check, "valid", false));
    wrt_json_set_text(out, "verdict", wrt_json_get_text(sets, "verdict", "?"));
    wrt_json_set(out, "text", wrt_json_new_text(wrt_buf_str(&text)));
    wrt_json_set(out, "notes", notes);
    wrt_json_set(out, "graph", wrt_json_copy(wrt_json_get(drawn, "graph")));
    wrt_json_set(out, "check", wrt_json_copy(check));
    wrt_json_set(out, "sets", wrt_json_copy(sets));
    wrt_buf_free(&text);
    wrt_buf_free(&why);
    return out;
}
