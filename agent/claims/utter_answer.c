/* utter_answer.c: deciding what an answer shows beside the sentences of its claims. */
#include "agent/claims/utter.h"

#include "agent/claims/utter_internal.h"
#include "agent/claims/verdict.h"
#include "agent/claims/wording.h"

#include <stdio.h>
#include <string.h>

/* ---- any value */

static wrt_status speak_text(wrt_json **out, wrt_mouth *m, const wrt_json *value, wrt_err *err) {
    bool may_say = true;
    wrt_status status = wrt_mouth_judge(&may_say, m, wrt_json_text(value), err);
    *out = may_say ? wrt_json_copy(value) : wrt_json_new_c(WRT_LEFT_OUT);
    m->counts->dropped += !may_say;
    return status;
}

/* A member's name is shown, too; what stands in its place keeps the members apart. */
static wrt_status speak_key(char out[], size_t room, wrt_mouth *m, const char *key, size_t place,
                            wrt_err *err) {
    bool may_say = true;
    wrt_status status = wrt_mouth_judge(&may_say, m, key, err);
    if (may_say)
        *out = '\0';
    else
        (void)snprintf(out, room, "%s %zu", WRT_LEFT_OUT, place);
    return status;
}

/* The value with all its texts decided. Values are at most WRT_JSON_DEPTH_MAX deep. */
static wrt_status speak(wrt_json **out, wrt_mouth *m, const wrt_json *value, wrt_err *err) {
    char key[80] = "";
    size_t place = 0;
    bool is_object = wrt_json_is(value, WRT_JSON_OBJECT);
    wrt_status status = WRT_OK;
    if (wrt_json_text(value) != NULL)
        return speak_text(out, m, value, err);
    if (!is_object && !wrt_json_is(value, WRT_JSON_ARRAY)) {
        *out = wrt_json_copy(value);
        return WRT_OK;
    }
    *out = is_object ? wrt_json_new_object() : wrt_json_new_array();
    WRT_JSON_EACH(item, value) {
        wrt_json *said = NULL;
        if (status == WRT_OK)
            status = speak(&said, m, item, err);
        if (status == WRT_OK && is_object)
            status = speak_key(key, sizeof key, m, wrt_json_key(item), ++place, err);
        if (said == NULL)
            break;
        if (is_object)
            wrt_json_set(*out, *key != '\0' ? key : wrt_json_key(item), said);
        else
            wrt_json_push(*out, said);
    }
    return status;
}

wrt_status wrt_mouth_speak(wrt_json *object, const char *key, wrt_mouth *m, wrt_err *err) {
    const wrt_json *value = wrt_json_get(object, key);
    wrt_json *said = NULL;
    if (value == NULL)
        return WRT_OK;
    wrt_status status = speak(&said, m, value, err);
    if (status == WRT_OK)
        wrt_json_set(object, key, said);
    else
        wrt_json_free(said);
    return status;
}

static wrt_status speak_members(wrt_json *object, const char *const *members, size_t n,
                                wrt_mouth *m, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < n && status == WRT_OK; i++)
        status = wrt_mouth_speak(object, members[i], m, err);
    return status;
}

/* ---- evidence */

/* A text of a paper goes before policy as a quotation with its source, as it is shown. */
static wrt_status speak_quoted(wrt_json *object, const char *key, const char *pmid, wrt_mouth *m,
                               wrt_err *err) {
    bool may_say = true;
    wrt_buf text = wrt_buf_make(WRT_KIB(256));
    wrt_word_quotation(&text, wrt_json_get_text(object, key, ""), pmid);
    wrt_status status = wrt_mouth_judge(&may_say, m, wrt_buf_str(&text).ptr, err);
    if (!may_say)
        wrt_json_set_text(object, key, WRT_LEFT_OUT);
    m->counts->dropped += !may_say;
    wrt_buf_free(&text);
    return status;
}

static wrt_status speak_quotation(wrt_json *evidence, wrt_mouth *m, wrt_err *err) {
    wrt_json *source = wrt_json_get_mut(evidence, "source");
    const char *pmid = wrt_json_get_text(source, "pmid", "?");
    wrt_status status = speak_quoted(evidence, "text", pmid, m, err);
    return status == WRT_OK ? speak_quoted(source, "title", pmid, m, err) : status;
}

/* Of a row and of a paper, what their sources say of themselves; the row's predicate is said in the
 * claim's sentence only. */
static wrt_status speak_source(wrt_json *evidence, wrt_mouth *m, wrt_err *err) {
    static const char *const members[] = {
        "license", "primary_knowledge_source", "record_id", "journal", "publications", "known_by"};
    return speak_members(wrt_json_get_mut(evidence, "source"), members,
                         sizeof members / sizeof *members, m, err);
}

/* What the program's own engine says of a graph is its own words and the graph's names: it is left
 * out where one of these must not be said. */
static void speak_own(wrt_json *evidence, wrt_mouth *m) {
    static const char *const members[] = {"text", "estimand", "steps", "used"};
    wrt_json *verdict = wrt_json_get_mut(evidence, "verdict");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const wrt_json *value = wrt_json_get(verdict, members[i]);
        wrt_mouth_know(m, value);
        WRT_JSON_EACH(item, value)
        wrt_mouth_know(m, item);
    }
}

/* What was computed holds names of files, columns and variables, and words of tools. */
static wrt_status speak_computed(wrt_json *evidence, wrt_mouth *m, wrt_err *err) {
    static const char *const members[] = {"source", "locator", "estimate", "simulation",
                                          "values", "verdict", "check",    "sets"};
    if (strcmp(wrt_json_get_text(evidence, "kind", ""), "identification") == 0)
        speak_own(evidence, m);
    return speak_members(evidence, members, sizeof members / sizeof *members, m, err);
}

static wrt_status speak_evidence(wrt_json *answer, wrt_mouth *m, wrt_err *err) {
    wrt_json *list = wrt_json_new_array();
    wrt_status status = WRT_OK;
    WRT_JSON_EACH(item, wrt_json_get(answer, "evidence")) {
        wrt_json *copy = wrt_json_copy(item);
        const char *kind = wrt_json_get_text(copy, "kind", "");
        bool is_quote = strcmp(kind, "publication_quote") == 0;
        bool is_cited = is_quote || strcmp(kind, "kg_edge") == 0 || *kind == '\0';
        if (status == WRT_OK)
            status = is_cited ? speak_source(copy, m, err) : speak_computed(copy, m, err);
        if (status == WRT_OK && is_quote)
            status = speak_quotation(copy, m, err);
        wrt_json_push(list, copy);
    }
    if (wrt_json_get(answer, "evidence") != NULL)
        wrt_json_set(answer, "evidence", list);
    else
        wrt_json_free(list);
    return status;
}

/* ---- graphs */

/* A graph is shown whole or not at all: with names taken out it would be another one. */
static wrt_status speak_graph(wrt_json *object, wrt_mouth *m, wrt_err *err) {
    wrt_json *nodes = wrt_verdict_nodes(wrt_json_get(object, "graph")), *sayable = NULL;
    wrt_status status = wrt_utter_names(&sayable, m->counts, m->turn, nodes, err);
    if (wrt_json_count(sayable) < wrt_json_count(nodes))
        wrt_json_set_text(object, "graph", WRT_LEFT_OUT);
    wrt_json_free(nodes);
    wrt_json_free(sayable);
    return status;
}

wrt_status wrt_utter_identification(wrt_json *identification, wrt_utterances *counts,
                                    wrt_turn *turn, const wrt_json *nodes, wrt_err *err) {
    static const char *const members[] = {"text", "notes", "treatment", "outcome", "check", "sets"};
    wrt_json *sayable = NULL;
    wrt_status status = wrt_utter_names(&sayable, counts, turn, nodes, err);
    wrt_mouth m = {counts, turn, sayable};
    if (status == WRT_OK)
        status = speak_members(identification, members, sizeof members / sizeof *members, &m, err);
    if (status == WRT_OK)
        status = speak_graph(identification, &m, err);
    wrt_json_free(sayable);
    return status;
}

/* ---- the rest */

/* What the question was linked to, by names of graphs, tables and models. The user's own words
 * ("text", "unlinked") and files stand there as they were given. */
static wrt_status speak_frame(wrt_json *answer, wrt_mouth *m, wrt_err *err) {
    static const char *const members[] = {"also", "columns", "do", "patient", "adjust"};
    static const char *const ends[] = {"treatment", "outcome"};
    static const char *const of_end[] = {"name", "id", "kind", "alternatives"};
    wrt_json *frame = wrt_json_get_mut(answer, "frame");
    wrt_status status = speak_members(frame, members, sizeof members / sizeof *members, m, err);
    for (size_t i = 0; i < 2 && status == WRT_OK; i++)
        status = speak_members(wrt_json_get_mut(frame, ends[i]), of_end,
                               sizeof of_end / sizeof *of_end, m, err);
    if (status == WRT_OK && wrt_json_path(frame, "inputs.graph") != NULL)
        status = speak_graph(wrt_json_get_mut(frame, "inputs"), m, err);
    return status;
}

static bool begins(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

/* Why policy refused is said in policy's own words. */
static wrt_status speak_reason(wrt_json *answer, wrt_mouth *m, wrt_err *err) {
    bool is_of_policy = strcmp(wrt_json_get_text(answer, "status", ""), "denied") == 0 &&
                        !begins(wrt_json_get_text(answer, "reason", ""), "step ");
    return is_of_policy ? WRT_OK : wrt_mouth_speak(answer, "reason", m, err);
}

/* The same of a claim that was withheld; no tool's warning begins so (loop.c). */
static wrt_status speak_warnings(wrt_json *answer, wrt_mouth *m, wrt_err *err) {
    wrt_json *list = wrt_json_new_array();
    wrt_status status = WRT_OK;
    WRT_JSON_EACH(item, wrt_json_get(answer, "warnings")) {
        const char *text = wrt_json_text(item) != NULL ? wrt_json_text(item) : "";
        wrt_json *said = NULL;
        if (status == WRT_OK && !begins(text, "claim withheld: "))
            status = speak(&said, m, item, err);
        wrt_json_push(list, said != NULL ? said : wrt_json_copy(item));
    }
    wrt_json_set(answer, "warnings", list);
    return status;
}

/* What was not shown of an observation is not there. */
static void hide_observations(wrt_json *answer) {
    wrt_json *list = wrt_json_new_array();
    WRT_JSON_EACH(item, wrt_json_get(answer, "observations")) {
        wrt_json *copy = wrt_json_copy(item);
        if (!wrt_json_get_bool(copy, "shown", false))
            wrt_json_set(copy, "digest", NULL);
        wrt_json_push(list, copy);
    }
    if (wrt_json_get(answer, "observations") != NULL)
        wrt_json_set(answer, "observations", list);
    else
        wrt_json_free(list);
}

static void tell_gate(wrt_json *answer, const wrt_utterances *counts) {
    wrt_json *gate = wrt_json_new_object();
    wrt_json_set_int(gate, "sentences", counts->sentences);
    wrt_json_set_int(gate, "reworded", counts->reworded);
    wrt_json_set_int(gate, "dropped", counts->dropped);
    if (wrt_json_count(counts->left_out) > 0) {
        wrt_json *hashes = wrt_json_new_array();
        WRT_JSON_EACH(item, counts->left_out)
        wrt_json_push_text(hashes, wrt_json_key(item));
        wrt_json_set(gate, "left_out", hashes);
    }
    wrt_json_set(answer, "gate", gate);
}

/* ---- what a report shows of the record */

static bool has_chapter(const char *tool) {
    static const char *const prefixes[] = {"effect_", "scm_", "causal_"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(tool, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

static wrt_status hear_results(const wrt_json *results, const wrt_json *observations, wrt_mouth *m,
                               wrt_err *err) {
    wrt_status status = WRT_OK;
    const int64_t dropped = m->counts->dropped; /* the answer shows none of it */
    WRT_JSON_EACH(item, observations) {
        wrt_json *said = NULL;
        const wrt_json *result = wrt_json_get(results, wrt_json_get_text(item, "step", "?"));
        if (status == WRT_OK && result != NULL && has_chapter(wrt_json_get_text(item, "tool", "")))
            status = speak(&said, m, result, err);
        wrt_json_free(said);
    }
    m->counts->dropped = dropped;
    return status;
}

/* ---- all of it */

wrt_status wrt_utter_answer(wrt_json *answer, const wrt_json *results, wrt_mouth *m, wrt_err *err) {
    static const char *const members[] = {"neighbours", "observations", "not_computed",
                                          "clarify",    "recheck",      "literature",
                                          "pubmed",     "change",       "model"};
    hide_observations(answer);
    wrt_status status = speak_frame(answer, m, err);
    if (status == WRT_OK)
        status = speak_members(answer, members, sizeof members / sizeof *members, m, err);
    if (status == WRT_OK)
        status = speak_reason(answer, m, err);
    if (status == WRT_OK)
        status = speak_warnings(answer, m, err);
    if (status == WRT_OK)
        status = speak_evidence(answer, m, err);
    if (status == WRT_OK)
        status = hear_results(results, wrt_json_get(answer, "observations"), m, err);
    tell_gate(answer, m->counts);
    return status;
}

/* ---- for whoever holds what was shown against what was recorded */

static bool is_mark(const char *text) {
    return text != NULL && strncmp(text, WRT_LEFT_OUT, sizeof WRT_LEFT_OUT - 1) == 0;
}

wrt_json *wrt_utter_masked(const wrt_json *whole, const wrt_json *shown) {
    bool is_object = wrt_json_is(whole, WRT_JSON_OBJECT);
    const wrt_json *other = wrt_json_first(shown);
    if (is_mark(wrt_json_text(shown)))
        return wrt_json_copy(shown);
    if (wrt_json_typeof(whole) != wrt_json_typeof(shown) ||
        (!is_object && !wrt_json_is(whole, WRT_JSON_ARRAY)))
        return wrt_json_copy(whole);
    wrt_json *out = is_object ? wrt_json_new_object() : wrt_json_new_array();
    WRT_JSON_EACH(item, whole) {
        const char *key = wrt_json_key(item);
        const wrt_json *same =
            is_object && wrt_json_get(shown, key) != NULL ? wrt_json_get(shown, key) : other;
        wrt_json *masked = wrt_utter_masked(item, same);
        if (is_object)
            wrt_json_set(out, is_mark(wrt_json_key(same)) ? wrt_json_key(same) : key, masked);
        else
            wrt_json_push(out, masked);
        other = other != NULL ? wrt_json_next(other) : NULL;
    }
    return out;
}
