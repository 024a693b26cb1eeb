/* pair.c: what the words of direction of a stretch come to. */
#include "agent/literature/pair.h"

enum { CAUSED_MAX = 4 }; /* cells from "caused" to "a fall in" */

bool wrt_pair_in(const wrt_pair *p, size_t i, wrt_reading_set set) {
    return wrt_clause_in(p->clause, i, set);
}

bool wrt_pair_is(const wrt_pair *p, size_t i, const char *list) {
    return wrt_clause_is(p->clause, i, list);
}

/* ---- one word of direction */

bool wrt_pair_says_association(const wrt_pair *p, size_t i) {
    return p->clause->cells[i].cue.says == WRT_SAYS_ASSOCIATION;
}

/* -1 or +1 of a benefit for this outcome; 0: nobody knows whether more of it is better. */
static int benefit_of(const wrt_pair *p) {
    const char *word = p->clause->cells[p->outcome].word;
    if (wrt_reading_set_has(WRT_SET_GOOD, word))
        return 1;
    return p->outcome_is_disease || wrt_reading_set_has(WRT_SET_BAD, word) ? -1 : 0;
}

static int sign_of(const wrt_pair *p, wrt_turn_kind turn) {
    return turn == WRT_TURN_DOWN      ? -1
           : turn == WRT_TURN_BENEFIT ? benefit_of(p)
           : turn == WRT_TURN_HARM    ? -benefit_of(p)
                                      : 1;
}

bool wrt_pair_is_change_noun(const wrt_pair *p, size_t i) {
    return i < p->clause->n && p->clause->cells[i].cue.is_noun;
}

/* What "more" may be more of: the outcome, a measure of it, how often or how bad it is. */
static bool is_amount(const wrt_pair *p, size_t i) {
    return i == p->outcome || wrt_pair_in(p, i, WRT_SET_MEASURE) || wrt_pair_is_change_noun(p, i) ||
           wrt_pair_is_change_noun(p, i + 1) ||
           wrt_pair_is(p, i,
                       "frequent frequently common commonly likely often severe severely prevalent "
                       "patients of pronounced");
}

bool wrt_pair_is_protection(const wrt_pair *p, size_t i) {
    return wrt_pair_is(p, i, "protects protect protected protection protective protecting");
}

wrt_reading_cue wrt_pair_cue(const wrt_pair *p, size_t i) {
    static const wrt_reading_cue up = {WRT_SAYS_CHANGE, WRT_TURN_UP, true};
    static const wrt_reading_cue down = {WRT_SAYS_CHANGE, WRT_TURN_DOWN, true};
    wrt_reading_cue cue = p->clause->cells[i].cue;
    bool is_compound = i > 0 && wrt_pair_is(p, i - 1, "-") && p->clause->cells[i].is_joined;
    if (wrt_pair_is(p, i, "risk") && wrt_pair_is(p, i + 1, "factor factors"))
        return up;
    if (wrt_pair_is_protection(p, i) &&
        (wrt_pair_is(p, i + 1, "against from") || wrt_pair_is(p, i + 2, "against from")))
        return down;
    if (cue.says == WRT_SAYS_ASSOCIATION && i > 0 && wrt_pair_in(p, i - 1, WRT_SET_POSITIVE))
        return up;
    if (cue.says == WRT_SAYS_ASSOCIATION && i > 0 && wrt_pair_in(p, i - 1, WRT_SET_INVERSE_SIGN))
        return down;
    if (cue.says == WRT_SAYS_MORE &&
        wrt_pair_is(p, i + 1, "effective efficacious useful beneficial than") &&
        wrt_pair_is(p, i, "better worse more less"))
        cue = (wrt_reading_cue){WRT_SAYS_EFFECT, WRT_TURN_NONE, false}; /* "no better than" */
    if (wrt_pair_is(p, i, "more less") && !is_amount(p, i + 1))
        cue = (wrt_reading_cue){WRT_SAYS_EFFECT, WRT_TURN_NONE, false}; /* "more favourable" */
    if (cue.says == WRT_SAYS_MORE && i > 0 && wrt_pair_is(p, i - 1, "to not did does do will can"))
        cue.says = WRT_SAYS_CHANGE; /* "failed to lower" */
    return is_compound ? (wrt_reading_cue){0} : cue;
}

/* ---- the words of direction of a stretch */

static void count_signed(wrt_stretch *out, const wrt_pair *p, size_t i, wrt_reading_cue cue) {
    bool before_noun = cue.says == WRT_SAYS_MORE &&
                       (wrt_pair_is_change_noun(p, i + 1) || wrt_pair_is_change_noun(p, i + 2));
    if (before_noun && cue.turn == WRT_TURN_UP)
        return; /* "a greater reduction" */
    bool names_cause = out->signed_cues == 1 && out->said.turn == WRT_TURN_CAUSE &&
                       i <= out->signed_at + CAUSED_MAX;
    out->is_mixed = out->is_mixed || before_noun || (out->signed_cues > 0 && !names_cause);
    out->signed_cues = 1;
    out->signed_at = i;
    out->said = cue;
}

static void count(wrt_stretch *out, const wrt_pair *p, size_t i) {
    const wrt_reading_cue cue = wrt_pair_cue(p, i);
    if (cue.says == WRT_SAYS_NOTHING)
        return;
    if (out->signed_cues + out->neutral_cues + out->equal_cues == 0)
        out->first = i;
    out->last = i;
    if (cue.says == WRT_SAYS_EQUAL)
        out->equal_cues++;
    else if (cue.turn == WRT_TURN_NONE)
        out->neutral_cues++;
    else
        count_signed(out, p, i, cue);
    /* "affected the rise in": of what it says nothing is known */
    out->is_vague = out->is_vague || (cue.turn != WRT_TURN_NONE && out->neutral_cues > 0 &&
                                      !wrt_pair_says_association(p, out->first));
}

bool wrt_stretch_is_empty(const wrt_stretch *s) {
    return s->signed_cues + s->neutral_cues + s->equal_cues == 0;
}

void wrt_stretch_scan(wrt_stretch *out, const wrt_pair *p, size_t from, size_t to) {
    for (size_t i = from; i < to; i++)
        count(out, p, i);
}

size_t wrt_pair_negations(bool *is_odd_form, const wrt_pair *p, size_t from, size_t to) {
    size_t n = 0;
    for (size_t i = from; i < to; i++) {
        if (!wrt_clause_is_negation(p->clause, i) || (n > 0 && wrt_pair_is(p, i, "nor")))
            continue;
        *is_odd_form = *is_odd_form || wrt_pair_is(p, i + 1, "only");
        n++;
    }
    *is_odd_form = *is_odd_form || n > 1;
    return n;
}

wrt_direction wrt_pair_conclude(const wrt_pair *p, const wrt_stretch *found, size_t negated) {
    if (found->is_mixed || (found->equal_cues > 0 && found->signed_cues > 0))
        return WRT_READS_UNCLEAR;
    if (negated > 0)
        return found->signed_cues + found->neutral_cues > 0 ? WRT_READS_NO_EFFECT
                                                            : WRT_READS_UNCLEAR;
    if (found->equal_cues > 0)
        return WRT_READS_NO_EFFECT;
    if (found->is_vague)
        return WRT_READS_UNCLEAR;
    int sign = found->signed_cues > 0 ? sign_of(p, found->said.turn) : 0;
    return sign < 0 ? WRT_READS_LOWERS : sign > 0 ? WRT_READS_RAISES : WRT_READS_UNCLEAR;
}
