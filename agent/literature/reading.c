/* reading.c: the direction of effect in one sentence.
 *
 * Every treatment and outcome that stand beside each other are a pair. Of a pair exactly one word
 * of direction is read; what stands between it and either name must be of the kinds that the
 * grammar knows (between.h). Pairs that disagree make the sentence unclear. */
#include "agent/literature/reading.h"

#include "agent/literature/between.h"
#include "agent/literature/stance.h"
#include "policies/gate_cues.h"

#include <string.h>

enum {
    MENTIONS_MAX = 16,
    LEAD_MAX = 6,     /* cells before the first name in which a word of direction may stand */
    NEGATION_MAX = 8, /* the same for a negation */
    LEADING_MAX = 10, /* cells between the names of "no effect of A on B" */
    SPAN_MAX = 60 /* cells between the two names, and from the clause's beginning to the first */
};

/* ---- the two orders */

/* A finite verb that is not of the report: "There was no evidence that A" and "We found" may stand
 * before a subject. */
static bool is_verb_before(const wrt_pair *p, size_t i) {
    return wrt_pair_in(p, i, WRT_SET_AUXILIARY) && !wrt_pair_is(p, i, "having leading resulting") &&
           !(i > 0 && wrt_pair_is(p, i - 1, "there who that"));
}

/* "and lowered", "but lowered", "without raising": a verb of its own behind a joining word. */
static bool joins_verb(const wrt_pair *p, size_t i, size_t to, bool is_negated) {
    size_t verb = wrt_clause_skip_adverbs(p->clause, i + 1);
    const char *word = wrt_clause_word(p->clause, verb);
    if (verb >= to || !wrt_pair_is(p, i, is_negated ? "but without nor" : "and but without nor ,"))
        return false;
    const wrt_reading_cue cue = wrt_pair_cue(p, verb);
    size_t len = strlen(word);
    bool is_finite = len > 2 && (strcmp(word + len - 2, "ed") == 0 || word[len - 1] == 's');
    bool is_gerund = len > 3 && strcmp(word + len - 3, "ing") == 0;
    return (cue.says == WRT_SAYS_CHANGE || cue.says == WRT_SAYS_EFFECT) && !cue.is_noun &&
           (wrt_pair_is(p, i, "without") ? is_gerund : wrt_pair_is(p, i, "nor") || is_finite);
}

/* Where a further predicate of the same subject begins: "raised C and lowered B". A negation before
 * it may reach over "and". */
static size_t last_predicate(const wrt_pair *p, size_t from, size_t to) {
    size_t start = from;
    bool is_odd = false;
    for (size_t i = from; i < to; i++) {
        if (!wrt_pair_is(p, i, "and but without nor ,"))
            continue;
        bool is_negated = wrt_pair_negations(&is_odd, p, p->treatment, i) > 0;
        if (joins_verb(p, i, to, is_negated))
            start = wrt_pair_is(p, i, "nor without") ? i : i + 1;
    }
    return start;
}

/* "A on B", "A and C or B": one preposition leads from the treatment to the outcome; what follows a
 * second one is another thing ("on C in patients with B"). */
static bool is_led_to(const wrt_pair *p) {
    size_t at = p->treatment + 1;
    while (at < p->outcome && !wrt_pair_is(p, at, "on and or in with to for upon regarding ,"))
        at++;
    if (at == p->outcome || wrt_pair_is(p, at, ",") || p->outcome - p->treatment > LEADING_MAX)
        return false;
    for (size_t i = at + 1; i < p->outcome; i++)
        if (wrt_pair_is(p, i, "in among with for from during at"))
            return false;
    return true;
}

/* "no association between A and B", "no effect of A on B": the word stands before both. */
static wrt_direction read_leading(const wrt_pair *p, size_t from) {
    wrt_stretch found = {0};
    bool is_odd = false;
    wrt_stretch_scan(&found, p, from, p->treatment);
    if (wrt_stretch_is_empty(&found) || wrt_pair_is(p, found.last + 1, "in") ||
        !wrt_between_is_loosely_linked(p, found.last + 1, p->treatment) ||
        (found.signed_cues > 0 && !wrt_between_is_linked(p, found.last + 1, p->treatment)) ||
        wrt_clause_holds(p->clause, p->treatment, p->outcome, WRT_SET_BREAK) ||
        wrt_clause_holds(p->clause, p->treatment, p->outcome, WRT_SET_RELATIVE) ||
        wrt_clause_holds(p->clause, p->treatment, p->outcome, WRT_SET_AUXILIARY) || !is_led_to(p))
        return WRT_READS_UNCLEAR;
    size_t negated = wrt_pair_negations(
        &is_odd, p, wrt_clause_back(p->clause, found.last, NEGATION_MAX), found.last);
    bool is_between = wrt_pair_is(p, found.last + 1, "between");
    if (is_odd || (is_between && !wrt_pair_says_association(p, found.last) &&
                   !wrt_clause_names_control(p->clause, p->treatment)))
        return WRT_READS_UNCLEAR;
    return wrt_pair_conclude(p, &found, negated);
}

/* A negation before the treatment must deny what follows ("no evidence that A", "neither A nor");
 * one in the predicate must not stand before "and lowered", which it may not reach. */
static bool is_ambiguous_negation(const wrt_pair *p, size_t start, size_t cue) {
    bool is_odd = false;
    size_t a = p->treatment;
    for (size_t i = wrt_clause_back(p->clause, a, NEGATION_MAX); i < a && start < cue; i++)
        if (wrt_clause_is_negation(p->clause, i) && !wrt_pair_is(p, i, "neither") &&
            !wrt_pair_is(p, i + 1,
                         "find found show showed observe see demonstrate detect support identify "
                         "confirm evidence indication proof significant"))
            return true;
    for (size_t i = a + 1; i < cue; i++)
        if (wrt_pair_is(p, i, "and ,") && joins_verb(p, i, cue + 1, false) &&
            wrt_pair_negations(&is_odd, p, a + 1, i) > 0)
            return true;
    return false;
}

/* "A was reduced in B": what happens to the treatment. */
static bool is_passive(const wrt_pair *p, size_t cue) {
    const char *word = wrt_clause_word(p->clause, cue);
    size_t len = strlen(word), before = cue;
    const wrt_says says = p->clause->cells[cue].cue.says;
    while (before > 0 && wrt_between_is_small(p, before - 1))
        before--;
    return (says == WRT_SAYS_CHANGE || says == WRT_SAYS_EFFECT) && len > 2 &&
           strcmp(word + len - 2, "ed") == 0 && before > 0 &&
           wrt_cue_is_be(wrt_clause_word(p->clause, before - 1));
}

/* "for A", "from A", "with regard to A": not who acts. */
static bool is_object_of(const wrt_pair *p) {
    size_t a = p->treatment;
    for (size_t i = a; i > 0 && a - i < LEAD_MAX; i--)
        if (wrt_pair_in(p, i - 1, WRT_SET_PREPOSITION))
            return wrt_pair_is(p, i - 1, "for by from per before over") ||
                   (wrt_pair_is(p, i - 1, "to") &&
                    !wrt_pair_is(p, i - 2,
                                 "randomized randomised assigned allocated exposed exposure"));
    return false;
}

/* No verb and no change stands before the treatment in its clause: "is raised in A and causes B",
 * "a fall in A and higher B" say nothing of A; "higher A" does. */
static bool begins_clause(const wrt_pair *p) {
    size_t a = p->treatment;
    for (size_t i = a; i > 0; i--) {
        if (a - i > SPAN_MAX)
            return false;
        const wrt_cell *cell = &p->clause->cells[i - 1];
        if (i == a && wrt_pair_is(p, i - 1, "and") &&
            wrt_clause_says(p->clause, a + 1) == WRT_SAYS_CHANGE)
            return true; /* "and A raised" */
        if (wrt_pair_is(p, i - 1, ", who whom whose which where when that") ||
            wrt_pair_in(p, i - 1, WRT_SET_BREAK))
            return true;
        bool is_adjective = i == a && cell->cue.turn == WRT_TURN_UP;
        if ((cell->cue.turn != WRT_TURN_NONE && !is_adjective) ||
            wrt_pair_is_protection(p, i - 1) || wrt_between_is_unknown_verb(p, i - 1) ||
            is_verb_before(p, i - 1))
            return false;
    }
    return true;
}

/* "A without a loading dose increased B": the negation is not of the verb. */
static bool is_aside_negation(const wrt_pair *p, size_t cue) {
    for (size_t i = p->treatment + 1; i < cue; i++) {
        if (!wrt_clause_is_negation(p->clause, i) || wrt_pair_is(p, i, "nor"))
            continue;
        for (size_t j = i + 1; j < cue; j++)
            if (!wrt_pair_in(p, j, WRT_SET_PREDICATE) && !wrt_pair_in(p, j, WRT_SET_AUXILIARY) &&
                !wrt_between_is_small(p, j))
                return true;
    }
    return false;
}

/* "A lowered B" */
static wrt_direction read_forward(const wrt_pair *p) {
    wrt_stretch all = {0}, found = {0};
    size_t a = p->treatment, b = p->outcome, from = wrt_clause_back(p->clause, a, NEGATION_MAX);
    bool is_odd = false;
    wrt_stretch_scan(&all, p, a + 1, b);
    if (wrt_stretch_is_empty(&all))
        return read_leading(p, from);
    if (!wrt_between_is_subject(p, a + 1, all.first) || is_passive(p, all.first) ||
        is_object_of(p) || !begins_clause(p) || is_aside_negation(p, all.first) ||
        wrt_clause_says(p->clause, b + 1) != WRT_SAYS_NOTHING)
        return WRT_READS_UNCLEAR;
    size_t start = last_predicate(p, all.first, b);
    if (start == all.first)
        start = a + 1;
    else
        from = start;
    wrt_stretch_scan(&found, p, start, b);
    if (wrt_clause_holds(p->clause, start, b, WRT_SET_RELATIVE) ||
        wrt_clause_holds(p->clause, start, b, WRT_SET_BREAK))
        return WRT_READS_UNCLEAR;
    if (wrt_stretch_is_empty(&found) || !wrt_between_is_object(p, found.last, found.said, b))
        return WRT_READS_UNCLEAR;
    bool is_neither = wrt_pair_is(p, found.last + 1, "neither"); /* "altered neither C nor B" */
    size_t negated = is_neither ? 1 : wrt_pair_negations(&is_odd, p, from, found.last);
    if ((!is_neither && wrt_pair_negations(&is_odd, p, found.last + 1, b) > 0) || is_odd ||
        is_ambiguous_negation(p, start, found.last))
        return WRT_READS_UNCLEAR;
    return wrt_pair_conclude(p, &found, negated);
}

/* "Improving B with A is a goal" */
static bool is_gerund(const wrt_pair *p, size_t i) {
    const char *word = wrt_clause_word(p->clause, i);
    size_t len = strlen(word);
    return len > 4 && strcmp(word + len - 3, "ing") == 0 && !p->clause->cells[i].cue.is_noun;
}

/* "no difference between A and C", "similar with A and C": of A alone nothing is said, unless the
 * other is a control. */
static bool is_beside_another(const wrt_pair *p, const wrt_stretch *found) {
    size_t a = p->treatment, before = a;
    while (before > 0 && wrt_pair_is(p, before - 1, "the a an both"))
        before--;
    bool has_other = (before > 0 && wrt_pair_is(p, before - 1, "between")) ||
                     wrt_pair_is(p, a + 1, "and or") || wrt_pair_is(p, a + 2, "and or");
    return has_other && found->signed_cues == 0 && !wrt_pair_says_association(p, found->last) &&
           !wrt_clause_names_control(p->clause, a);
}

/* "B was lowered by A", "lower B with A" */
static wrt_direction read_backward(const wrt_pair *p) {
    wrt_stretch found = {0};
    size_t a = p->treatment, b = p->outcome, from = wrt_clause_back(p->clause, b, LEAD_MAX);
    bool is_odd = false;
    wrt_stretch_scan(&found, p, from, b);
    if (!wrt_stretch_is_empty(&found) && !wrt_between_is_object(p, found.last, found.said, b))
        return WRT_READS_UNCLEAR;
    wrt_stretch_scan(&found, p, b + 1, a);
    if (wrt_stretch_is_empty(&found))
        return WRT_READS_UNCLEAR;
    bool is_behind = found.last > b;
    if (is_behind && !wrt_between_is_subject(p, b + 1, found.first > b ? found.first : found.last))
        return WRT_READS_UNCLEAR;
    if (is_gerund(p, found.last) || (found.signed_cues > 0 && found.neutral_cues > 0 &&
                                     p->clause->cells[found.last].cue.turn != WRT_TURN_NONE))
        return WRT_READS_UNCLEAR; /* "associated with lower A" */
    size_t link = is_behind ? found.last + 1 : b + 1;
    if (!wrt_between_is_linked(p, link, a) &&
        (found.signed_cues > 0 || !wrt_between_is_loosely_linked(p, link, a)))
        return WRT_READS_UNCLEAR;
    size_t negated =
        wrt_pair_negations(&is_odd, p, wrt_clause_back(p->clause, from, NEGATION_MAX), found.last);
    if (wrt_pair_negations(&is_odd, p, found.last + 1, a) > 0 || is_odd ||
        is_beside_another(p, &found))
        return WRT_READS_UNCLEAR;
    return wrt_pair_conclude(p, &found, negated);
}

/* ---- the sentence */

static wrt_direction read_pair(const wrt_pair *p) {
    size_t from = p->treatment < p->outcome ? p->treatment : p->outcome;
    if (p->treatment + p->outcome - 2 * from > SPAN_MAX || wrt_pair_names_another_treatment(p) ||
        wrt_pair_names_another_outcome(p))
        return WRT_READS_UNCLEAR;
    return p->treatment < p->outcome ? read_forward(p) : read_backward(p);
}

static bool is_name(const wrt_cell *cell) {
    return cell->kind == WRT_CELL_TREATMENT || cell->kind == WRT_CELL_OUTCOME;
}

/* The outcome nearest to each treatment on either side, and on the right those that follow it
 * without another treatment between ("A lowered B and B"). */
static wrt_direction read_pairs(const wrt_clause *clause, bool outcome_is_disease) {
    wrt_direction said = WRT_READS_UNCLEAR;
    if (wrt_clause_names_rival(clause) || wrt_clause_holds(clause, 0, clause->n, WRT_SET_COMBINED))
        return said;
    size_t treatment = SIZE_MAX, outcome = SIZE_MAX;
    for (size_t i = 0; i < clause->n; i++) {
        bool is_treatment = clause->cells[i].kind == WRT_CELL_TREATMENT;
        if (!is_name(&clause->cells[i]))
            continue;
        *(is_treatment ? &treatment : &outcome) = i;
        if (treatment == SIZE_MAX || outcome == SIZE_MAX)
            continue;
        const wrt_pair p = {clause, treatment, outcome, outcome_is_disease};
        wrt_direction read = read_pair(&p);
        if (said != WRT_READS_UNCLEAR && read != WRT_READS_UNCLEAR && read != said)
            return WRT_READS_UNCLEAR;
        said = read != WRT_READS_UNCLEAR ? read : said;
    }
    return said;
}

static bool asserts(wrt_gate_class class) {
    return class == WRT_GATE_ASSERTED || class == WRT_GATE_ASSOCIATIONAL ||
           class == WRT_GATE_NEGATED || class == WRT_GATE_NONE;
}

static bool says_association(const wrt_sentence *s) {
    for (size_t i = 0; i < s->n; i++)
        if (wrt_cue_is_association(s, i) ||
            wrt_reading_cue_of(wrt_sentence_word(s, i)).says == WRT_SAYS_ASSOCIATION)
            return true;
    return false;
}

static bool stand_apart(const wrt_mention *as, size_t n_as, const wrt_mention *bs, size_t n_bs) {
    for (size_t i = 0; i < n_as; i++)
        for (size_t k = 0; k < n_bs; k++)
            if (as[i].end <= bs[k].start || bs[k].end <= as[i].start)
                return true;
    return false;
}

/* Both are named, and not only one inside the other. */
static bool find_names(wrt_reading *out, const wrt_sentence *sentence,
                       const wrt_reading_names *names) {
    wrt_mention as[MENTIONS_MAX], bs[MENTIONS_MAX];
    size_t n_as = wrt_terms_find(as, MENTIONS_MAX, names->treatment, sentence);
    size_t n_bs = wrt_terms_find(bs, MENTIONS_MAX, names->outcome, sentence);
    bool both = stand_apart(as, n_as, bs, n_bs);
    *out = (wrt_reading){.names_treatment = n_as > 0 && (both || n_bs == 0),
                         .names_outcome = n_bs > 0};
    return both;
}

void wrt_reading_of(wrt_reading *out, const wrt_sentence *sentence,
                    const wrt_reading_names *names) {
    wrt_clause clause;
    if (!find_names(out, sentence, names))
        return;
    out->class = wrt_gate_read(sentence);
    out->is_association = says_association(sentence);
    out->is_animal = wrt_stance_names_animals(sentence);
    if (sentence->is_cut || sentence->is_mixed || !asserts(out->class) ||
        !wrt_stance_is_finding(sentence))
        return;
    wrt_clause_of(&clause, sentence, names->treatment, names->outcome);
    out->direction = read_pairs(&clause, names->outcome_is_disease);
    bool has_sign = out->direction == WRT_READS_LOWERS || out->direction == WRT_READS_RAISES;
    if (has_sign && wrt_stance_is_insignificant(sentence))
        out->direction = WRT_READS_UNCLEAR;
}

const char *wrt_direction_name(wrt_direction direction) {
    static const char *const names[] = {"unclear", "no_effect", "lowers", "raises"};
    return names[direction];
}
