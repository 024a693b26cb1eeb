/* stance.c: aims, hypotheses, earlier work and insignificant results. */
#include "agent/literature/stance.h"

#include "agent/literature/reading_words.h"
#include "policies/gate_cues.h"

#include <stdlib.h>
#include <string.h>

static bool has(const wrt_sentence *s, size_t i, wrt_reading_set set) {
    return wrt_reading_set_has(set, wrt_sentence_word(s, i));
}

static bool in(const wrt_sentence *s, size_t i, const char *list) {
    return wrt_sentence_in(s, i, list);
}

/* ---- findings */

/* "was tested", "we examined", "have been significantly reported": the auxiliary before i. */
static bool follows(const wrt_sentence *s, size_t i, const char *list) {
    while (i > 0 && wrt_cue_is_adverb(wrt_sentence_word(s, i - 1)))
        i--;
    return i > 0 && in(s, i - 1, list);
}

/* "previous animal studies", "studies have shown"; not "these studies". */
static bool cites_studies(const wrt_sentence *s, size_t i) {
    if (!has(s, i, WRT_SET_STUDIES))
        return false;
    bool is_own = false, is_earlier = false;
    for (size_t j = i > 3 ? i - 3 : 0; j < i; j++) {
        is_own = is_own || in(s, j, "this these our present current included eligible pooled both");
        is_earlier = is_earlier || has(s, j, WRT_SET_EARLIER);
    }
    return !is_own && (is_earlier || (in(s, i, "studies reports evidence literature research") &&
                                      in(s, i + 1,
                                         "have has indicate suggest show indicates "
                                         "suggests shows supports support demonstrate "
                                         "demonstrates found reported")));
}

static bool is_no_finding(const wrt_sentence *s, size_t i) {
    return has(s, i, WRT_SET_AIM) || has(s, i, WRT_SET_INSTRUCTION) ||
           (has(s, i, WRT_SET_TENTATIVE) && !in(s, i + 1, "confounders confounding confounder")) ||
           cites_studies(s, i) ||
           (has(s, i, WRT_SET_STUDIED) && follows(s, i, "was were been we is are be")) ||
           (has(s, i, WRT_SET_BELIEVED) && follows(s, i, "been is are")) ||
           in(s, i, "previously formerly traditionally reportedly");
}

bool wrt_stance_is_finding(const wrt_sentence *s) {
    if (s->is_question || in(s, 0, "to does do is are can could"))
        return false;
    for (size_t i = 0; i < s->n; i++)
        if (is_no_finding(s, i))
            return false;
    return true;
}

bool wrt_stance_names_animals(const wrt_sentence *s) {
    for (size_t i = 0; i < s->n; i++)
        if (has(s, i, WRT_SET_ANIMAL))
            return true;
    return false;
}

/* ---- numbers */

typedef struct {
    double value;
    bool is_negative;
    size_t next; /* token behind it; 0: there is no number */
} printed;

/* Reads "0.05", ".05", "-1.2" at i. Numbers beyond the buffer are no p-values. */
static printed read_number(const wrt_sentence *s, size_t i) {
    printed out = {0};
    char text[32];
    size_t len = 0;
    out.is_negative = in(s, i, "- −") || (i < s->n && wrt_str_equal_c(s->tokens[i].text, "−"));
    i += out.is_negative;
    bool has_point = wrt_sentence_is(s, i, ".");
    i += has_point;
    if (i >= s->n || s->tokens[i].kind != WRT_TOKEN_NUMBER || s->tokens[i].text.len > 24)
        return out;
    if (has_point)
        text[len++] = '.';
    for (size_t k = 0; k < s->tokens[i].text.len; k++)
        if (strchr("0123456789.", s->tokens[i].text.ptr[k]) != NULL)
            text[len++] = s->tokens[i].text.ptr[k];
    text[len] = '\0';
    out.value = strtod(text, NULL);
    out.next = i + 1;
    return out;
}

/* "p = 0.07", "P > 0.05", "p = NS" at i */
static bool is_high_p(const wrt_sentence *s, size_t i) {
    if (!in(s, i, "p"))
        return false;
    i += in(s, i + 1, "value values") ? 2 : 1;
    i += in(s, i, "-") && in(s, i + 1, "value values") ? 2 : 0;
    if (!in(s, i, "= > < ≤ ≥ was of ?"))
        return false;
    bool is_above = in(s, i, ">");
    while (in(s, i, "= > < ≤ ≥ or was of ?"))
        i++;
    printed p = read_number(s, i);
    return in(s, i, "ns n.s") || (p.next != 0 && (p.value > 0.05 || (is_above && p.value >= 0.05)));
}

static bool speaks_of_ratio(const wrt_sentence *s, size_t i) {
    for (size_t j = i > 14 ? i - 14 : 0; j < i; j++)
        if (in(s, j, "or rr hr irr aor ahr arr ratio ratios odds hazard hazards relative"))
            return true;
    return false;
}

/* "95% CI 0.85-1.19", "CI: -1.2 to 0.3", "confidence interval, 0.6, 1.4" at i. */
static bool is_open_interval(const wrt_sentence *s, size_t i) {
    size_t at = i + 1;
    if (!in(s, i, "ci cis interval intervals"))
        return false;
    while (at < i + 6 && in(s, at, ": , ; = ( [ ) ci of from was"))
        at++;
    printed low = read_number(s, at);
    if (low.next == 0 || !in(s, low.next, "to - , ; ?"))
        return false;
    printed high = read_number(s, low.next + 1);
    if (high.next == 0)
        return false;
    if (low.is_negative)
        return !high.is_negative;
    return speaks_of_ratio(s, i) && low.value < 1.0 && high.value > 1.0;
}

bool wrt_stance_is_insignificant(const wrt_sentence *s) {
    for (size_t i = 0; i < s->n; i++)
        if (is_high_p(s, i) || is_open_interval(s, i) || in(s, i, "nonsignificant insignificant") ||
            (in(s, i, "not non") && in(s, i + 1, "significant") &&
             !in(s, i + 2, "difference differences")) ||
            (in(s, i, "not") && in(s, i + 1, "statistically") && in(s, i + 2, "significant")))
            return true;
    return false;
}
