/* utter.c: deciding sentences. */
#include "agent/claims/utter.h"

#include "agent/claims/utter_internal.h"
#include "agent/claims/wording.h"
#include "base/hash.h"
#include "policies/clinical.h"
#include "policies/gate.h"

#include <stdio.h>
#include <string.h>

static const char left_out[] = WRT_LEFT_OUT;

void wrt_utterances_free(wrt_utterances *counts) {
    wrt_json_free(counts->left_out);
    wrt_json_free(counts->judged);
    *counts = (wrt_utterances){0};
}

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

/* ---- texts that are no claim's sentence */

/* Paths are printed with arrows ("a <- u -> b"), which assert nothing here. */
static void without_arrows(wrt_buf *out, wrt_str text) {
    for (size_t i = 0; i < text.len; i++) {
        const char *at = text.ptr + i;
        bool is_arrow =
            i + 1 < text.len && ((at[0] == '-' && at[1] == '>') || (at[0] == '<' && at[1] == '-'));
        wrt_buf_add_char(out, is_arrow ? '|' : *at);
        i += is_arrow;
    }
}

/* By its hash, so that whoever shows the record can leave the same texts out. */
static void note_left_out(wrt_utterances *counts, const char *text) {
    char hex[WRT_SHA256_HEX + 1];
    wrt_sha256 digest = wrt_sha256_of(wrt_str_of(text));
    wrt_sha256_hex(hex, &digest);
    if (counts->left_out == NULL)
        counts->left_out = wrt_json_new_object();
    wrt_json_set_bool(counts->left_out, hex, true);
}

static void remember(wrt_utterances *counts, const char *text, bool may_say) {
    if (counts->judged == NULL)
        counts->judged = wrt_json_new_object();
    wrt_json_set_bool(counts->judged, text, may_say);
    if (!may_say)
        note_left_out(counts, text);
}

/* What says nothing with its names in it says nothing without them. What is too long to be read is
 * not shown. */
static wrt_status judge_first(bool *may_say, wrt_mouth *m, const char *text, wrt_err *err) {
    wrt_buf plain = wrt_buf_make(WRT_MIB(2)), apart = wrt_buf_make(WRT_MIB(2));
    verdict what = VERDICT_SAY;
    wrt_status status = WRT_OK;
    without_arrows(&plain, wrt_str_of(text));
    bool is_open = plain.overflow || says_something(wrt_buf_str(&plain));
    if (is_open)
        set_apart(&apart, wrt_buf_str(&plain), m->names);
    if (plain.overflow || apart.overflow) {
        what = VERDICT_DROP;
    } else if (is_open && says_something(wrt_buf_str(&apart))) {
        m->counts->sentences++;
        status = decide(&what, m->turn, wrt_buf_str(&apart), NULL, err);
    }
    *may_say = what == VERDICT_SAY;
    if (status == WRT_OK && is_open)
        remember(m->counts, text, *may_say);
    wrt_buf_free(&apart);
    wrt_buf_free(&plain);
    return status;
}

wrt_status wrt_mouth_judge(bool *may_say, wrt_mouth *m, const char *text, wrt_err *err) {
    const wrt_json *known = wrt_json_get(m->counts->judged, text);
    *may_say = wrt_json_bool(known, true);
    return known != NULL ? WRT_OK : judge_first(may_say, m, text, err);
}

static bool holds_unsayable(const wrt_mouth *m, wrt_str text) {
    WRT_JSON_EACH(judged, m->counts->judged)
    for (size_t i = 0; !wrt_json_bool(judged, true) && i < text.len; i++)
        if (match_name(text, i, wrt_json_key(judged)) > 0)
            return true;
    return false;
}

void wrt_mouth_know(wrt_mouth *m, const wrt_json *text) {
    const char *words = wrt_json_text(text);
    if (words == NULL || wrt_json_get(m->counts->judged, words) != NULL)
        return;
    remember(m->counts, words, !holds_unsayable(m, wrt_str_of(words)));
}

/* ---- names */

/* A name in one piece of more than letters ("drug_induced_injury") is a symbol, whatever its parts
 * spell. */
static bool is_symbol(wrt_str name) {
    bool is_more = false;
    for (size_t i = 0; i < name.len; i++) {
        bool is_letter = (name.ptr[i] | 0x20) >= 'a' && (name.ptr[i] | 0x20) <= 'z';
        bool is_digit = name.ptr[i] >= '0' && name.ptr[i] <= '9';
        if (!is_letter && !is_digit && name.ptr[i] != '_' && name.ptr[i] != '.')
            return false;
        is_more |= !is_letter;
    }
    return is_more;
}

/* A name says nothing: one that does has no warrant, whatever the claim's is. */
static wrt_status judge_name(bool *may_say, wrt_utterances *counts, wrt_turn *turn,
                             const char *name, wrt_err *err) {
    wrt_mouth bare = {counts, turn, NULL};
    *may_say = true;
    return is_symbol(wrt_str_of(name)) ? WRT_OK : wrt_mouth_judge(may_say, &bare, name, err);
}

wrt_status wrt_utter_names(wrt_json **out, wrt_utterances *counts, wrt_turn *turn,
                           const wrt_json *nodes, wrt_err *err) {
    wrt_status status = WRT_OK;
    *out = wrt_json_new_array();
    WRT_JSON_EACH(node, nodes) {
        const char *name = wrt_json_get_text(node, "name", "");
        bool may_say = false;
        if (status == WRT_OK)
            status = judge_name(&may_say, counts, turn, name, err);
        if (may_say)
            wrt_json_push(*out, wrt_json_copy(node));
    }
    return status;
}

wrt_status wrt_utter_claim(wrt_json *claim, wrt_utterances *counts, wrt_turn *turn,
                           const wrt_json *nodes, wrt_err *err) {
    verdict what = VERDICT_SAY;
    bool was_reworded = false;
    wrt_json *sayable = NULL;
    counts->sentences++;
    wrt_status status = wrt_utter_names(&sayable, counts, turn, nodes, err);
    if (wrt_json_count(sayable) < wrt_json_count(nodes))
        what = VERDICT_DROP;
    else if (status == WRT_OK)
        status = decide_claim(&what, turn, claim, nodes, err);
    wrt_json_free(sayable);
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

/* ---- what stands beside a claim's sentence */

/* The end of a claim; an id that is made of the name goes with it. */
static wrt_status speak_end(wrt_json *claim, const char *role, wrt_mouth *m, wrt_err *err) {
    wrt_json *end = wrt_json_get_mut(claim, role);
    const char *name = wrt_json_get_text(end, "name", "");
    bool may_say = true, is_in_id = strstr(wrt_json_get_text(end, "id", ""), name) != NULL;
    wrt_status status = judge_name(&may_say, m->counts, m->turn, name, err);
    if (may_say || end == NULL)
        return status;
    wrt_json_set_text(end, "name", left_out);
    if (is_in_id)
        wrt_json_set_text(end, "id", left_out);
    return status;
}

wrt_status wrt_utter_beside(wrt_json *claim, wrt_mouth *m, wrt_err *err) {
    static const char *const members[] = {"limits", "rung_reason", "warrant", "population",
                                          "numbers"};
    wrt_status status = speak_end(claim, "subject", m, err);
    if (status == WRT_OK)
        status = speak_end(claim, "object", m, err);
    for (size_t i = 0; i < sizeof members / sizeof *members && status == WRT_OK; i++)
        status = wrt_mouth_speak(claim, members[i], m, err);
    return status;
}
