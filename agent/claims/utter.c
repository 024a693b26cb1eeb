/* utter.c: deciding sentences. */
#include "agent/claims/utter.h"

#include "agent/claims/wording.h"
#include "policies/clinical.h"
#include "policies/gate.h"

#include <stdio.h>
#include <string.h>

static const char left_out[] = "[left out: it asserts a cause without a warrant]";

/* ---- the text that is decided */

static bool is_word_byte(char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
           (unsigned char)c >= 0x80;
}

/* Bytes of the name at `at`, when it stands there as a whole. */
static size_t match_name(wrt_str text, size_t at, const char *name) {
    size_t len = strlen(name);
    if (len == 0 || len > text.len - at || memcmp(text.ptr + at, name, len) != 0)
        return 0;
    bool begins = at == 0 || !is_word_byte(text.ptr[at - 1]) || !is_word_byte(name[0]);
    bool ends =
        at + len == text.len || !is_word_byte(text.ptr[at + len]) || !is_word_byte(name[len - 1]);
    return begins && ends ? len : 0;
}

/* The longest name at `at`; *which is its place in the list. */
static size_t match_names(size_t *which, wrt_str text, size_t at, const wrt_json *nodes) {
    size_t best = 0, i = 0;
    WRT_JSON_EACH(node, nodes) {
        size_t len = match_name(text, at, wrt_json_get_text(node, "name", ""));
        if (len > best) {
            best = len;
            *which = i;
        }
        i++;
    }
    return best;
}

/* "N0 is linked to N1" */
static void set_apart(wrt_buf *out, wrt_str text, const wrt_json *nodes) {
    for (size_t i = 0; i < text.len;) {
        size_t which = 0, len = match_names(&which, text, i, nodes);
        if (len > 0)
            wrt_buf_printf(out, "N%zu", which);
        else
            wrt_buf_add_char(out, text.ptr[i]);
        i += len > 0 ? len : 1;
    }
}

/* ---- one sentence */

typedef enum { VERDICT_SAY, VERDICT_REWORD, VERDICT_DROP } verdict;

static bool obliges_downgrade(const wrt_json *decision) {
    WRT_JSON_EACH(obligation, wrt_json_get(decision, "obligations"))
    if (strcmp(wrt_json_get_text(obligation, "type", ""), "downgrade") == 0)
        return true;
    return false;
}

static wrt_json *describe_claim(const wrt_json *claim) {
    static const char *const members[] = {"id", "relation", "rung", "warrant"};
    wrt_json *about = wrt_json_new_object();
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (wrt_json_get(claim, members[i]) != NULL)
            wrt_json_set(about, members[i], wrt_json_copy(wrt_json_get(claim, members[i])));
    return about;
}

/* claim is NULL for what is no claim's. */
static wrt_status decide(verdict *out, wrt_turn *turn, wrt_str text, const wrt_json *claim,
                         wrt_err *err) {
    wrt_json *request = wrt_json_new_object(), *decision = NULL;
    wrt_err denial = {0};
    wrt_json_set_text(request, "part", "sentence");
    wrt_json_set(request, "text", wrt_json_new_text(text));
    if (claim != NULL)
        wrt_json_set(request, "claim", describe_claim(claim));
    wrt_status status = wrt_turn_decide(&decision, turn, "output", request,
                                        wrt_json_get_text(claim, "id", NULL), &denial);
    *out = status == WRT_E_DENIED                            ? VERDICT_DROP
           : status == WRT_OK && obliges_downgrade(decision) ? VERDICT_REWORD
                                                             : VERDICT_SAY;
    wrt_json_free(decision);
    if (status == WRT_E_DENIED)
        return WRT_OK;
    if (status != WRT_OK && err != NULL)
        *err = denial;
    return status;
}

static wrt_status decide_claim(verdict *out, wrt_turn *turn, const wrt_json *claim,
                               const wrt_json *nodes, wrt_err *err) {
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    set_apart(&text, wrt_str_of(wrt_json_get_text(claim, "text", "")), nodes);
    wrt_status status = decide(out, turn, wrt_buf_str(&text), claim, err);
    wrt_buf_free(&text);
    return status;
}

static void reword(wrt_json *claim) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_buf_printf(&text, "%s %s %s",
                   wrt_json_get_text(wrt_json_get(claim, "subject"), "name", "?"),
                   wrt_word_relation("associated_with"),
                   wrt_json_get_text(wrt_json_get(claim, "object"), "name", "?"));
    wrt_json_set(claim, "text", wrt_json_new_text(wrt_buf_str(&text)));
    wrt_buf_free(&text);
}

static void withhold(wrt_json *claim) {
    wrt_json_set_text(claim, "text", left_out);
    wrt_json_set_bool(claim, "withheld", true);
}

/* Asserts a cause, or tells a person what to take, stop or have. Other texts of the graph and of
 * tools are not put before policy one by one. */
static bool says_something(wrt_str text) {
    const unsigned directives =
        1u << WRT_CLINICAL_DOSING | 1u << WRT_CLINICAL_START_STOP | 1u << WRT_CLINICAL_DIAGNOSIS;
    return wrt_gate_needs_warrant(wrt_gate_read_text(text)) ||
           (wrt_clinical_read_text(text) & directives) != 0;
}

/* A name says nothing: one that does has no warrant, whatever the claim's is. */
static wrt_status decide_names(verdict *out, wrt_turn *turn, const wrt_json *nodes, wrt_err *err) {
    wrt_status status = WRT_OK;
    *out = VERDICT_SAY;
    WRT_JSON_EACH(node, nodes) {
        wrt_str name = wrt_str_of(wrt_json_get_text(node, "name", ""));
        if (status == WRT_OK && *out == VERDICT_SAY && says_something(name))
            status = decide(out, turn, name, NULL, err);
    }
    return status;
}

wrt_status wrt_utter_claim(wrt_json *claim, wrt_utterances *counts, wrt_turn *turn,
                           const wrt_json *nodes, wrt_err *err) {
    verdict what = VERDICT_SAY;
    bool was_reworded = false;
    counts->sentences++;
    wrt_status status = decide_names(&what, turn, nodes, err);
    if (what != VERDICT_SAY)
        what = VERDICT_DROP;
    else if (status == WRT_OK)
        status = decide_claim(&what, turn, claim, nodes, err);
    if (status == WRT_OK && what == VERDICT_REWORD) {
        reword(claim);
        was_reworded = true;
        status = decide_claim(&what, turn, claim, nodes, err);
    }
    if (status == WRT_OK && what != VERDICT_SAY) {
        withhold(claim);
        counts->dropped++;
    } else if (was_reworded) {
        counts->reworded++;
    }
    return status;
}

/* ---- the rest of an answer */

/* Paths are printed with arrows ("a <- u -> b"), which assert nothing here. */
static void without_arrows(wrt_buf *out, const char *text) {
    for (const char *at = text; *at != '\0'; at++) {
        bool is_arrow = (at[0] == '-' && at[1] == '>') || (at[0] == '<' && at[1] == '-');
        wrt_buf_add_char(out, is_arrow ? '|' : *at);
        at += is_arrow;
    }
}

/* NULL when the text may be shown, else what stands in its place (the caller's). Texts without a
 * causal word are not put before policy: the whole answer is, in the end. */
static wrt_status judge_text(wrt_json **instead, wrt_utterances *counts, wrt_turn *turn,
                             const char *text, wrt_err *err) {
    verdict what = VERDICT_SAY;
    wrt_status status = WRT_OK;
    wrt_buf plain = wrt_buf_make(WRT_MIB(1));
    *instead = NULL;
    without_arrows(&plain, text != NULL ? text : "");
    if (plain.overflow || says_something(wrt_buf_str(&plain))) {
        counts->sentences++;
        status = decide(&what, turn, wrt_buf_str(&plain), NULL, err);
    }
    if (status == WRT_OK && what != VERDICT_SAY) {
        counts->dropped++;
        *instead = wrt_json_new_c(left_out);
    }
    wrt_buf_free(&plain);
    return status;
}

static wrt_status judge_member(wrt_json *object, const char *key, wrt_utterances *counts,
                               wrt_turn *turn, wrt_err *err) {
    wrt_json *instead = NULL;
    wrt_status status =
        judge_text(&instead, counts, turn, wrt_json_get_text(object, key, NULL), err);
    if (instead != NULL)
        wrt_json_set(object, key, instead);
    return status;
}

/* Texts of an array; the array is built anew. */
static wrt_status judge_list(wrt_json *object, const char *key, wrt_utterances *counts,
                             wrt_turn *turn, wrt_err *err) {
    const wrt_json *list = wrt_json_get(object, key);
    wrt_json *kept = wrt_json_new_array();
    wrt_status status = WRT_OK;
    WRT_JSON_EACH(item, list) {
        wrt_json *instead = NULL;
        if (status == WRT_OK)
            status = judge_text(&instead, counts, turn, wrt_json_text(item), err);
        wrt_json_push(kept, instead != NULL ? instead : wrt_json_copy(item));
    }
    if (wrt_json_is(list, WRT_JSON_ARRAY))
        wrt_json_set(object, key, kept);
    else
        wrt_json_free(kept);
    return status;
}

static wrt_status judge_source(wrt_json *evidence, wrt_utterances *counts, wrt_turn *turn,
                               wrt_err *err) {
    static const char *const members[] = {"license", "primary_knowledge_source", "record_id",
                                          "journal"};
    wrt_json *source = wrt_json_get_mut(evidence, "source");
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < sizeof members / sizeof *members && status == WRT_OK; i++)
        status = judge_member(source, members[i], counts, turn, err);
    if (status == WRT_OK)
        status = judge_list(source, "record_id", counts, turn, err);
    if (status == WRT_OK)
        status = judge_list(source, "publications", counts, turn, err);
    return status;
}

/* A text of a paper goes before policy as a quotation with its source, as it is shown. */
static wrt_status judge_quoted(wrt_json *object, const char *key, const char *pmid,
                               wrt_utterances *counts, wrt_turn *turn, wrt_err *err) {
    wrt_json *instead = NULL;
    wrt_buf text = wrt_buf_make(WRT_KIB(256));
    wrt_word_quotation(&text, wrt_json_get_text(object, key, ""), pmid);
    wrt_status status = judge_text(&instead, counts, turn, wrt_buf_str(&text).ptr, err);
    if (instead != NULL)
        wrt_json_set(object, key, instead);
    wrt_buf_free(&text);
    return status;
}

static wrt_status judge_quotation(wrt_json *evidence, wrt_utterances *counts, wrt_turn *turn,
                                  wrt_err *err) {
    wrt_json *source = wrt_json_get_mut(evidence, "source");
    const char *pmid = wrt_json_get_text(source, "pmid", "?");
    wrt_status status = judge_quoted(evidence, "text", pmid, counts, turn, err);
    return status == WRT_OK ? judge_quoted(source, "title", pmid, counts, turn, err) : status;
}

static wrt_status judge_evidence(wrt_json *answer, wrt_utterances *counts, wrt_turn *turn,
                                 wrt_err *err) {
    wrt_json *list = wrt_json_new_array();
    wrt_status status = WRT_OK;
    WRT_JSON_EACH(item, wrt_json_get(answer, "evidence")) {
        wrt_json *copy = wrt_json_copy(item);
        if (status == WRT_OK && wrt_json_get(copy, "source") != NULL)
            status = judge_source(copy, counts, turn, err);
        if (status == WRT_OK &&
            strcmp(wrt_json_get_text(copy, "kind", ""), "publication_quote") == 0)
            status = judge_quotation(copy, counts, turn, err);
        wrt_json_push(list, copy);
    }
    if (wrt_json_get(answer, "evidence") != NULL)
        wrt_json_set(answer, "evidence", list);
    else
        wrt_json_free(list);
    return status;
}

/* What a tool said begins with the step that it said it in; all else is the program's. */
static bool is_of_tool(const char *text) {
    return text != NULL && strncmp(text, "step ", 5) == 0;
}

static wrt_status judge_warnings(wrt_json *answer, wrt_utterances *counts, wrt_turn *turn,
                                 wrt_err *err) {
    wrt_json *kept = wrt_json_new_array();
    wrt_status status = WRT_OK;
    WRT_JSON_EACH(item, wrt_json_get(answer, "warnings")) {
        wrt_json *instead = NULL;
        if (status == WRT_OK && is_of_tool(wrt_json_text(item)))
            status = judge_text(&instead, counts, turn, wrt_json_text(item), err);
        wrt_json_push(kept, instead != NULL ? instead : wrt_json_copy(item));
    }
    wrt_json_set(answer, "warnings", kept);
    return status;
}

/* ---- about a graph */

/* A name in one piece ("drug_induced_injury") is a symbol, whatever its parts spell. */
static bool is_symbol(wrt_str name) {
    for (size_t i = 0; i < name.len; i++)
        if (!is_word_byte(name.ptr[i]) && strchr("_.-", name.ptr[i]) == NULL)
            return false;
    return name.len > 0;
}

/* The nodes whose names may stand in a sentence. */
static wrt_status list_sayable(wrt_json *out, wrt_turn *turn, const wrt_json *nodes, wrt_err *err) {
    wrt_status status = WRT_OK;
    WRT_JSON_EACH(node, nodes) {
        verdict what = VERDICT_SAY;
        wrt_str name = wrt_str_of(wrt_json_get_text(node, "name", ""));
        if (status == WRT_OK && !is_symbol(name) && says_something(name))
            status = decide(&what, turn, name, NULL, err);
        if (what == VERDICT_SAY)
            wrt_json_push(out, wrt_json_copy(node));
    }
    return status;
}

/* The sentence with its names set apart is what is judged. */
static wrt_status judge_note(wrt_json **instead, wrt_utterances *counts, wrt_turn *turn,
                             const char *text, const wrt_json *sayable, wrt_err *err) {
    wrt_buf apart = wrt_buf_make(WRT_MIB(1));
    set_apart(&apart, wrt_str_of(text), sayable);
    wrt_status status = judge_text(instead, counts, turn, wrt_buf_str(&apart).ptr, err);
    wrt_buf_free(&apart);
    return status;
}

/* In a tool's own words a node called "causes" would be a verb: names in one piece are left out. */
static wrt_status list_phrases(wrt_json *out, wrt_turn *turn, const wrt_json *nodes, wrt_err *err) {
    wrt_json *phrases = wrt_json_new_array();
    WRT_JSON_EACH(node, nodes)
    if (!is_symbol(wrt_str_of(wrt_json_get_text(node, "name", ""))))
        wrt_json_push(phrases, wrt_json_copy(node));
    wrt_status status = list_sayable(out, turn, phrases, err);
    wrt_json_free(phrases);
    return status;
}

/* Names of the nodes that it is about are judged apart; they were carried here for that alone. */
static wrt_status judge_observation(wrt_json *item, wrt_utterances *counts, wrt_turn *turn,
                                    wrt_err *err) {
    wrt_json *sayable = wrt_json_new_array(), *instead = NULL;
    const char *digest = wrt_json_get_text(item, "digest", NULL);
    wrt_status status = list_phrases(sayable, turn, wrt_json_get(item, "nodes"), err);
    if (status == WRT_OK && digest != NULL)
        status = judge_note(&instead, counts, turn, digest, sayable, err);
    if (instead != NULL)
        wrt_json_set(item, "digest", instead);
    wrt_json_set(item, "nodes", NULL);
    wrt_json_free(sayable);
    return status;
}

static wrt_status judge_observations(wrt_json *answer, wrt_utterances *counts, wrt_turn *turn,
                                     wrt_err *err) {
    wrt_json *list = wrt_json_new_array();
    wrt_status status = WRT_OK;
    WRT_JSON_EACH(item, wrt_json_get(answer, "observations")) {
        wrt_json *copy = wrt_json_copy(item);
        bool is_shown = wrt_json_get_bool(copy, "shown", false);
        if (status == WRT_OK && is_shown)
            status = judge_observation(copy, counts, turn, err);
        if (!is_shown)
            wrt_json_set(copy, "digest", NULL);
        wrt_json_push(list, copy);
    }
    if (wrt_json_get(answer, "observations") != NULL)
        wrt_json_set(answer, "observations", list);
    else
        wrt_json_free(list);
    return status;
}

static wrt_status judge_notes(wrt_json *identification, wrt_utterances *counts, wrt_turn *turn,
                              const wrt_json *sayable, wrt_err *err) {
    wrt_json *kept = wrt_json_new_array();
    wrt_status status = WRT_OK;
    WRT_JSON_EACH(item, wrt_json_get(identification, "notes")) {
        wrt_json *instead = NULL;
        const char *text = wrt_json_text(item) != NULL ? wrt_json_text(item) : "";
        if (status == WRT_OK)
            status = judge_note(&instead, counts, turn, text, sayable, err);
        wrt_json_push(kept, instead != NULL ? instead : wrt_json_copy(item));
    }
    wrt_json_set(identification, "notes", kept);
    return status;
}

wrt_status wrt_utter_identification(wrt_json *identification, wrt_utterances *counts,
                                    wrt_turn *turn, const wrt_json *nodes, wrt_err *err) {
    wrt_json *sayable = wrt_json_new_array(), *instead = NULL;
    wrt_status status = list_sayable(sayable, turn, nodes, err);
    if (status == WRT_OK)
        status = judge_note(&instead, counts, turn, wrt_json_get_text(identification, "text", ""),
                            sayable, err);
    if (instead != NULL)
        wrt_json_set(identification, "text", instead);
    if (status == WRT_OK)
        status = judge_notes(identification, counts, turn, sayable, err);
    wrt_json_free(sayable);
    return status;
}

/* Names of what the question was linked to. */
static wrt_status judge_frame(wrt_json *answer, wrt_utterances *counts, wrt_turn *turn,
                              wrt_err *err) {
    static const char *const ends[] = {"treatment", "outcome"};
    wrt_json *frame = wrt_json_get_mut(answer, "frame");
    wrt_status status = WRT_OK;
    for (size_t i = 0; frame != NULL && i < sizeof ends / sizeof *ends && status == WRT_OK; i++)
        if (wrt_json_get(frame, ends[i]) != NULL)
            status = judge_member(wrt_json_get_mut(frame, ends[i]), "name", counts, turn, err);
    if (frame != NULL && status == WRT_OK)
        status = judge_list(frame, "also", counts, turn, err);
    return status;
}

wrt_status wrt_utter_answer(wrt_json *answer, wrt_utterances *counts, wrt_turn *turn,
                            wrt_err *err) {
    wrt_status status = judge_frame(answer, counts, turn, err);
    if (status == WRT_OK)
        status = judge_warnings(answer, counts, turn, err);
    if (status == WRT_OK)
        status = judge_list(answer, "neighbours", counts, turn, err);
    if (status == WRT_OK)
        status = judge_observations(answer, counts, turn, err);
    if (status == WRT_OK)
        status = judge_member(wrt_json_get_mut(answer, "not_computed"), "why", counts, turn, err);
    if (status == WRT_OK)
        status = judge_evidence(answer, counts, turn, err);
    if (status == WRT_OK && is_of_tool(wrt_json_get_text(answer, "reason", NULL)))
        status = judge_member(answer, "reason", counts, turn, err);
    wrt_json *gate = wrt_json_new_object();
    wrt_json_set_int(gate, "sentences", counts->sentences);
    wrt_json_set_int(gate, "reworded", counts->reworded);
    wrt_json_set_int(gate, "dropped", counts->dropped);
    wrt_json_set(answer, "gate", gate);
    return status;
}
