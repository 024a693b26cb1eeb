/* reading.c: the direction of effect in one sentence.
 *
 * Every treatment and outcome that stand beside each other are a pair. Of a pair exactly one word
 * of direction is read; what stands between it and either name must be of the kinds that the
 * grammar knows. Pairs that disagree make the sentence unclear. */
#include "agent/literature/reading.h"

#include "agent/literature/clause.h"
#include "agent/literature/stance.h"
#include "policies/gate_cues.h"

#include <string.h>

enum {
    LEAD_MAX = 6,      /* cells before the first name in which a word of direction may stand */
    NEGATION_MAX = 8,  /* the same for a negation */
    OBJECT_MAX = 10,   /* cells between the word of direction and the outcome */
    COMPARED_MAX = 8,  /* cells behind "than" in which the control must be named */
    UNTREATED_MAX = 4, /* the same for "than in those who did not" */
    CAUSED_MAX = 4,    /* cells from "caused" to "a fall in" */
    SPAN_MAX = 60,     /* cells between the two names */
    LINK_MAX = 12      /* cells between the word of direction and the treatment */
};

typedef struct {
    const wrt_clause *clause;
    size_t treatment, outcome; /* cells */
    bool outcome_is_disease;
} pair;

static bool in(const pair *p, size_t i, wrt_reading_set set) {
    return wrt_clause_in(p->clause, i, set);
}

static bool is(const pair *p, size_t i, const char *list) {
    return wrt_clause_is(p->clause, i, list);
}

/* ---- one word of direction */

static bool begins_association(const pair *p, size_t i) {
    return p->clause->cells[i].cue.says == WRT_SAYS_ASSOCIATION;
}

/* -1 or +1 of a benefit for this outcome; 0: nobody knows whether more of it is better. */
static int benefit_of(const pair *p) {
    const char *word = p->clause->cells[p->outcome].word;
    if (wrt_reading_set_has(WRT_SET_GOOD, word))
        return 1;
    return p->outcome_is_disease || wrt_reading_set_has(WRT_SET_BAD, word) ? -1 : 0;
}

static int sign_of(const pair *p, wrt_turn_kind turn) {
    return turn == WRT_TURN_DOWN      ? -1
           : turn == WRT_TURN_BENEFIT ? benefit_of(p)
           : turn == WRT_TURN_HARM    ? -benefit_of(p)
                                      : 1;
}

static bool is_change_noun(const pair *p, size_t i) {
    return i < p->clause->n && p->clause->cells[i].cue.is_noun;
}

/* What "more" may be more of: the outcome, a measure of it, how often or how bad it is. */
static bool is_amount(const pair *p, size_t i) {
    return i == p->outcome || in(p, i, WRT_SET_MEASURE) || is_change_noun(p, i) ||
           is_change_noun(p, i + 1) ||
           is(p, i,
              "frequent frequently common commonly likely often severe severely prevalent "
              "patients of pronounced");
}

/* What the cell says here: "risk factor" is a word of direction, "drug-induced" is none. */
static wrt_reading_cue cue_at(const pair *p, size_t i) {
    static const wrt_reading_cue up = {WRT_SAYS_CHANGE, WRT_TURN_UP, true};
    static const wrt_reading_cue down = {WRT_SAYS_CHANGE, WRT_TURN_DOWN, true};
    wrt_reading_cue cue = p->clause->cells[i].cue;
    bool is_compound = i > 0 && is(p, i - 1, "-") && p->clause->cells[i].is_joined;
    if (is(p, i, "risk") && is(p, i + 1, "factor factors"))
        return up;
    if (is(p, i, "protects protect protected protection protective protecting") &&
        (is(p, i + 1, "against from") || is(p, i + 2, "against from")))
        return down;
    if (cue.says == WRT_SAYS_ASSOCIATION && i > 0 && in(p, i - 1, WRT_SET_POSITIVE))
        return up;
    if (cue.says == WRT_SAYS_ASSOCIATION && i > 0 && in(p, i - 1, WRT_SET_INVERSE_SIGN))
        return down;
    if (cue.says == WRT_SAYS_MORE && is(p, i + 1, "effective efficacious useful beneficial than") &&
        is(p, i, "better worse more less"))
        cue = (wrt_reading_cue){WRT_SAYS_EFFECT, WRT_TURN_NONE, false}; /* "no better than" */
    if (is(p, i, "more less") && !is_amount(p, i + 1))
        cue = (wrt_reading_cue){WRT_SAYS_EFFECT, WRT_TURN_NONE, false}; /* "more favourable" */
    if (cue.says == WRT_SAYS_MORE && i > 0 && is(p, i - 1, "to not did does do will can"))
        cue.says = WRT_SAYS_CHANGE; /* "failed to lower" */
    return is_compound ? (wrt_reading_cue){0} : cue;
}

/* ---- the words of direction of a stretch */

typedef struct {
    size_t signed_cues, neutral_cues, equal_cues;
    size_t signed_at;
    size_t first, last;   /* cells of the first and the last of them */
    wrt_reading_cue said; /* the signed one */
    bool is_mixed;
    bool is_vague; /* an effect on something signed: "affected the rise in" */
} stretch;

static void count_signed(stretch *out, const pair *p, size_t i, wrt_reading_cue cue) {
    bool before_noun =
        cue.says == WRT_SAYS_MORE && (is_change_noun(p, i + 1) || is_change_noun(p, i + 2));
    if (before_noun && cue.turn == WRT_TURN_UP)
        return; /* "a greater reduction" */
    bool names_cause = out->signed_cues == 1 && out->said.turn == WRT_TURN_CAUSE &&
                       i <= out->signed_at + CAUSED_MAX;
    out->is_mixed = out->is_mixed || before_noun || (out->signed_cues > 0 && !names_cause);
    out->signed_cues = 1;
    out->signed_at = i;
    out->said = cue;
}

static void count(stretch *out, const pair *p, size_t i) {
    const wrt_reading_cue cue = cue_at(p, i);
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
                                      !begins_association(p, out->first));
}

static bool is_empty(const stretch *s) {
    return s->signed_cues + s->neutral_cues + s->equal_cues == 0;
}

static void scan(stretch *out, const pair *p, size_t from, size_t to) {
    for (size_t i = from; i < to; i++)
        count(out, p, i);
}

/* Negations of [from, to); two of them, and "not only", are not read. "neither ... nor" is one. */
static size_t negations(bool *is_odd_form, const pair *p, size_t from, size_t to) {
    size_t n = 0;
    for (size_t i = from; i < to; i++) {
        if (!wrt_clause_is_negation(p->clause, i) || (n > 0 && is(p, i, "nor")))
            continue;
        *is_odd_form = *is_odd_form || is(p, i + 1, "only");
        n++;
    }
    *is_odd_form = *is_odd_form || n > 1;
    return n;
}

static wrt_direction conclude(const pair *p, const stretch *found, size_t negated) {
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

/* ---- what stands between */

static bool is_plain(const pair *p, size_t i) {
    const wrt_cell *cell = &p->clause->cells[i];
    bool is_small_mark = cell->kind == WRT_CELL_MARK && !is(p, i, ", ; : -");
    return cell->kind == WRT_CELL_NUMBER || is_small_mark || wrt_cue_is_adverb(cell->word) ||
           wrt_clause_is_negation(p->clause, i);
}

/* "ranged", "activated": a participle that the tables do not know is taken for a verb. */
static bool is_unknown_verb(const pair *p, size_t i) {
    const char *word = wrt_clause_word(p->clause, i);
    size_t len = strlen(word);
    bool is_compound = i > 0 && is(p, i - 1, "-"); /* "drug-loaded" */
    return len > 4 && !is_compound && strcmp(word + len - 2, "ed") == 0 &&
           !in(p, i, WRT_SET_FILLER) && !in(p, i, WRT_SET_PREDICATE) &&
           !in(p, i, WRT_SET_AUXILIARY) && !in(p, i, WRT_SET_LINK) && !in(p, i, WRT_SET_GROUP) &&
           !in(p, i, WRT_SET_COMPARED);
}

/* From a subject to its word of direction: nouns and phrases, then an auxiliary and small words;
 * no second subject. An aside has two commas. */
static bool is_subject(const pair *p, size_t from, size_t to) {
    size_t commas = 0, loose = 0;
    bool in_phrase = false, in_predicate = false;
    for (size_t i = from; i < to; i++) {
        commas += is(p, i, ",");
        if (in(p, i, WRT_SET_RELATIVE) || in(p, i, WRT_SET_BREAK))
            return false;
        if (is_unknown_verb(p, i))
            return false;
        in_predicate = in_predicate || (commas % 2 == 0 && in(p, i, WRT_SET_AUXILIARY));
        in_phrase = in_phrase || in(p, i, WRT_SET_PREPOSITION) || is(p, i, "and or - nor");
        if (commas % 2 != 0 || is_plain(p, i) || is(p, i, ",") || in(p, i, WRT_SET_AUXILIARY))
            continue;
        if (in_predicate && !in(p, i, WRT_SET_PREDICATE))
            return false;
        loose += !in_phrase && !in(p, i, WRT_SET_FILLER) && !in(p, i, WRT_SET_PREDICATE) &&
                 !in(p, i, WRT_SET_GROUP) && !in(p, i, WRT_SET_MEASURE);
    }
    return commas % 2 == 0 && loose == 0;
}

static bool is_protection(const pair *p, size_t i) {
    return is(p, i, "protects protect protected protection protective protecting");
}

static bool is_protected_from(const pair *p, size_t cue, size_t i) {
    return i <= cue + 2 && is_protection(p, cue) && is(p, i, "against from");
}

/* From a word of direction to the outcome that it is about: "reduction in", "lowered the risk of";
 * not "higher in patients with". */
static bool is_object(const pair *p, size_t cue, wrt_reading_cue said, size_t outcome) {
    for (size_t i = cue + 1; i < outcome; i++) {
        bool after_noun = i == cue + 1 && said.says != WRT_SAYS_MORE;
        if (i == cue + 1 && said.says == WRT_SAYS_MORE && is(p, i, "with after"))
            return false; /* "A was higher with B" */
        if ((is(p, i, "to with from into as against") && i > cue + 1 &&
             !is_protected_from(p, cue, i)) ||
            in(p, i, WRT_SET_AUXILIARY))
            return false;
        if (is_protected_from(p, cue, i))
            continue;
        if (is(p, i, "of for") && i > cue + 1 && !in(p, i - 1, WRT_SET_MEASURE))
            return false;
        if ((is(p, i, "in among on during at") && !after_noun) || in(p, i, WRT_SET_OTHER_THING) ||
            in(p, i, WRT_SET_BREAK) || p->clause->cells[i].kind == WRT_CELL_TREATMENT)
            return false;
    }
    return outcome - cue <= OBJECT_MAX;
}

/* Anything but a second predicate: enough where no effect is stated ("no association between
 * episodes of A and B"). */
static bool is_loosely_linked(const pair *p, size_t from, size_t to) {
    for (size_t i = from; i < to; i++)
        if (in(p, i, WRT_SET_BREAK) || in(p, i, WRT_SET_RELATIVE) || in(p, i, WRT_SET_AUXILIARY) ||
            p->clause->cells[i].cue.says != WRT_SAYS_NOTHING || is_unknown_verb(p, i))
            return false;
    for (size_t i = from + 1; i < to; i++)
        if (is(p, i, "after following in with during under"))
            return false;
    return in(p, from, WRT_SET_LINK) && !(to == from + 1 && is(p, from, "to of for in")) &&
           to - from <= LINK_MAX;
}

/* "in A", "of A" and "to A" are no words of a treatment; "in the A group", "the use of A" and
 * "randomised to A" are. */
static bool is_place(const pair *p) {
    size_t at = p->treatment;
    while (at > 0 && is(p, at - 1, "the a an both all"))
        at--;
    if (at == 0 || !is(p, at - 1, "in among of to for"))
        return false;
    if (is(p, at - 1, "in among"))
        return !in(p, p->treatment + 1, WRT_SET_GROUP);
    return at < 2 || !is(p, at - 2,
                         "use administration intake dose doses days weeks months course initiation "
                         "receipt exposure exposed addition randomized randomised assigned "
                         "allocated treatment therapy association associated linked related effect "
                         "effects due attributable");
}

/* From a word of direction to "by A", "in the A group": small words only. */
static bool is_linked(const pair *p, size_t from, size_t treatment) {
    bool has_link = false;
    for (size_t i = from; i < treatment; i++) {
        has_link = has_link || in(p, i, WRT_SET_LINK);
        if (!in(p, i, WRT_SET_LINK) && !in(p, i, WRT_SET_FILLER) && !is_plain(p, i) &&
            p->clause->cells[i].kind != WRT_CELL_OUTCOME && !cue_at(p, i).says)
            return false;
    }
    return has_link && treatment - from <= LINK_MAX && !is_place(p);
}

/* ---- names that are no longer what they name */

/* "withdrawal of A", "than with A", "compared with the A group" */
static bool is_inverse_at(const pair *p, size_t i) {
    if ((i + 1 == p->treatment && is(p, i, "over - / regardless")) ||
        is(p, i, "regard respect terms regarding concerning including") ||
        (is(p, i, "addition") && is(p, i + 1, "to")))
        return true;
    bool is_next = i + 1 == p->treatment || is(p, i + 1, "of to -");
    return in(p, i, WRT_SET_INVERSE) || (is_next && in(p, i, WRT_SET_LESS)) ||
           (in(p, i, WRT_SET_COMPARED) && is(p, i + 1, "with to the")) ||
           (is(p, i, "superior inferior equivalent comparable similar") && is(p, i + 1, "to"));
}

/* The treatment is taken away, less or only what another is compared with ("withdrawal of A", "than
 * with A", "low A", "not A"), or another thing is named by it ("A antagonists"). */
static bool is_other_treatment(const pair *p) {
    size_t a = p->treatment, behind = is(p, a + 1, "-") ? a + 2 : a + 1;
    for (size_t i = a; i > wrt_clause_back(p->clause, a, 4); i--) {
        if (p->clause->cells[i - 1].kind == WRT_CELL_OUTCOME)
            break;
        if (is_inverse_at(p, i - 1))
            return true;
    }
    bool is_compound = behind == a + 2 && p->clause->cells[a + 1].is_joined; /* "A-related" */
    bool is_change = is_change_noun(p, a + 1) && !is(p, a + 1,
                                                     "increase increases decrease decreases "
                                                     "decline declines fall falls drop "
                                                     "drops rise rises");
    return in(p, behind, WRT_SET_OPPONENT) || is_change ||
           (is_compound && wrt_clause_word(p->clause, behind)[0] != '\0' &&
            !in(p, behind, WRT_SET_GROUP));
}

/* The outcome is the head of its phrase ("pain", not "pain relief" or "pain-free"). */
static bool is_other_outcome(const pair *p) {
    size_t b = p->outcome;
    const wrt_cell *next = &p->clause->cells[b + 1];
    bool before = b > 0 && is(p, b - 1, "anti non - free without");
    if (b + 1 >= p->clause->n)
        return before;
    return before || !(next->kind == WRT_CELL_NUMBER || next->kind == WRT_CELL_TREATMENT ||
                       next->kind == WRT_CELL_OUTCOME || in(p, b + 1, WRT_SET_BESIDE) ||
                       wrt_cue_is_adverb(next->word) || next->cue.says != WRT_SAYS_NOTHING ||
                       in(p, b + 1, WRT_SET_AUXILIARY));
}

/* Compared with nothing, placebo or the like: then what is said is said of the treatment. With
 * another treatment it is not. */
static bool is_against_control(const wrt_clause *clause, size_t at) {
    for (size_t i = at + 1; i < clause->n && i <= at + COMPARED_MAX; i++)
        if (wrt_clause_in(clause, i, WRT_SET_CONTROL) ||
            (i <= at + UNTREATED_MAX && wrt_clause_is_negation(clause, i)))
            return true;
    return at + 1 < clause->n && clause->cells[at + 1].kind == WRT_CELL_NUMBER;
}

static bool is_relative(const wrt_clause *clause) {
    for (size_t i = 0; i < clause->n; i++)
        if (wrt_clause_in(clause, i, WRT_SET_COMPARED) && !is_against_control(clause, i))
            return true;
    return false;
}

/* ---- the two orders */

/* A finite verb that is not of the report: "There was no evidence that A" and "We found" may stand
 * before a subject. */
static bool is_verb_before(const pair *p, size_t i) {
    return in(p, i, WRT_SET_AUXILIARY) && !is(p, i, "having leading resulting") &&
           !(i > 0 && is(p, i - 1, "there who that"));
}

/* "and lowered", "but lowered", "without raising": a verb of its own behind a joining word. */
static bool joins_verb(const pair *p, size_t i, size_t to, bool is_negated) {
    size_t verb = wrt_clause_skip_adverbs(p->clause, i + 1);
    const char *word = wrt_clause_word(p->clause, verb);
    if (verb >= to || !is(p, i, is_negated ? "but without nor" : "and but without nor ,"))
        return false;
    const wrt_reading_cue cue = cue_at(p, verb);
    size_t len = strlen(word);
    bool is_finite = len > 2 && (strcmp(word + len - 2, "ed") == 0 || word[len - 1] == 's');
    bool is_gerund = len > 3 && strcmp(word + len - 3, "ing") == 0;
    return (cue.says == WRT_SAYS_CHANGE || cue.says == WRT_SAYS_EFFECT) && !cue.is_noun &&
           (is(p, i, "without") ? is_gerund : is(p, i, "nor") || is_finite);
}

/* Where a further predicate of the same subject begins: "raised C and lowered B". A negation before
 * it may reach over "and". */
static size_t last_predicate(const pair *p, size_t from, size_t to) {
    size_t start = from;
    bool is_odd = false;
    for (size_t i = from; i < to; i++) {
        bool is_negated = negations(&is_odd, p, p->treatment, i) > 0;
        if (joins_verb(p, i, to, is_negated))
            start = is(p, i, "nor without") ? i : i + 1;
    }
    return start;
}

/* "A on B", "A and C or B": one preposition leads from the treatment to the outcome; what follows a
 * second one is another thing ("on C in patients with B"). */
static bool is_led_to(const pair *p) {
    size_t at = p->treatment + 1;
    while (at < p->outcome && !is(p, at, "on and or in with to for upon regarding ,"))
        at++;
    if (at == p->outcome || is(p, at, ",") || p->outcome - p->treatment > OBJECT_MAX)
        return false;
    for (size_t i = at + 1; i < p->outcome; i++)
        if (is(p, i, "in among with for from during at"))
            return false;
    return true;
}

/* "no association between A and B", "no effect of A on B": the word stands before both. */
static wrt_direction read_leading(const pair *p, size_t from) {
    stretch found = {0};
    bool is_odd = false;
    scan(&found, p, from, p->treatment);
    if (is_empty(&found) || is(p, found.last + 1, "in") ||
        !is_loosely_linked(p, found.last + 1, p->treatment) ||
        (found.signed_cues > 0 && !is_linked(p, found.last + 1, p->treatment)) ||
        wrt_clause_holds(p->clause, p->treatment, p->outcome, WRT_SET_BREAK) ||
        wrt_clause_holds(p->clause, p->treatment, p->outcome, WRT_SET_RELATIVE) ||
        wrt_clause_holds(p->clause, p->treatment, p->outcome, WRT_SET_AUXILIARY) || !is_led_to(p))
        return WRT_READS_UNCLEAR;
    size_t negated =
        negations(&is_odd, p, wrt_clause_back(p->clause, found.last, NEGATION_MAX), found.last);
    bool is_between = is(p, found.last + 1, "between");
    if (is_odd || (is_between && !begins_association(p, found.last) &&
                   !is_against_control(p->clause, p->treatment)))
        return WRT_READS_UNCLEAR;
    return conclude(p, &found, negated);
}

/* A negation before the treatment must deny what follows ("no evidence that A", "neither A nor");
 * one in the predicate must not stand before "and lowered", which it may not reach. */
static bool is_ambiguous_negation(const pair *p, size_t start, size_t cue) {
    bool is_odd = false;
    size_t a = p->treatment;
    for (size_t i = wrt_clause_back(p->clause, a, NEGATION_MAX); i < a && start < cue; i++)
        if (wrt_clause_is_negation(p->clause, i) && !is(p, i, "neither") &&
            !is(p, i + 1,
                "find found show showed observe see demonstrate detect support identify "
                "confirm evidence indication proof significant"))
            return true;
    for (size_t i = a + 1; i < cue; i++)
        if (is(p, i, "and ,") && joins_verb(p, i, cue + 1, false) &&
            negations(&is_odd, p, a + 1, i) > 0)
            return true;
    return false;
}

/* "A was reduced in B": what happens to the treatment. */
static bool is_passive(const pair *p, size_t cue) {
    const char *word = wrt_clause_word(p->clause, cue);
    size_t len = strlen(word), before = cue;
    const wrt_says says = p->clause->cells[cue].cue.says;
    while (before > 0 && is_plain(p, before - 1))
        before--;
    return (says == WRT_SAYS_CHANGE || says == WRT_SAYS_EFFECT) && len > 2 &&
           strcmp(word + len - 2, "ed") == 0 && before > 0 &&
           wrt_cue_is_be(wrt_clause_word(p->clause, before - 1));
}

/* "for A", "from A", "with regard to A": not who acts. */
static bool is_object_of(const pair *p) {
    size_t a = p->treatment;
    for (size_t i = a; i > 0 && a - i < LEAD_MAX; i--)
        if (in(p, i - 1, WRT_SET_PREPOSITION))
            return is(p, i - 1, "for by from per before over") ||
                   (is(p, i - 1, "to") &&
                    !is(p, i - 2, "randomized randomised assigned allocated exposed exposure"));
    return false;
}

/* No verb and no change stands before the treatment in its clause: "is raised in A and causes B",
 * "a fall in A and higher B" say nothing of A; "higher A" does. */
static bool begins_clause(const pair *p) {
    size_t a = p->treatment;
    for (size_t i = a; i > 0; i--) {
        const wrt_cell *cell = &p->clause->cells[i - 1];
        if (i == a && is(p, i - 1, "and") && p->clause->cells[a + 1].cue.says == WRT_SAYS_CHANGE)
            return true; /* "and A raised" */
        if (is(p, i - 1, ", who whom whose which where when that") || in(p, i - 1, WRT_SET_BREAK))
            return true;
        bool is_adjective = i == a && cell->cue.turn == WRT_TURN_UP;
        if ((cell->cue.turn != WRT_TURN_NONE && !is_adjective) || is_protection(p, i - 1) ||
            is_unknown_verb(p, i - 1) || is_verb_before(p, i - 1))
            return false;
    }
    return true;
}

/* "A without a loading dose increased B": the negation is not of the verb. */
static bool is_aside_negation(const pair *p, size_t cue) {
    for (size_t i = p->treatment + 1; i < cue; i++) {
        if (!wrt_clause_is_negation(p->clause, i) || is(p, i, "nor"))
            continue;
        for (size_t j = i + 1; j < cue; j++)
            if (!in(p, j, WRT_SET_PREDICATE) && !in(p, j, WRT_SET_AUXILIARY) && !is_plain(p, j))
                return true;
    }
    return false;
}

/* "A lowered B" */
static wrt_direction read_forward(const pair *p) {
    stretch all = {0}, found = {0};
    size_t a = p->treatment, b = p->outcome, from = wrt_clause_back(p->clause, a, NEGATION_MAX);
    bool is_odd = false;
    scan(&all, p, a + 1, b);
    if (is_empty(&all))
        return read_leading(p, from);
    if (!is_subject(p, a + 1, all.first) || is_passive(p, all.first) || is_object_of(p) ||
        !begins_clause(p) || is_aside_negation(p, all.first) ||
        p->clause->cells[b + 1].cue.says != WRT_SAYS_NOTHING)
        return WRT_READS_UNCLEAR;
    size_t start = last_predicate(p, all.first, b);
    if (start == all.first)
        start = a + 1;
    else
        from = start;
    scan(&found, p, start, b);
    if (wrt_clause_holds(p->clause, start, b, WRT_SET_RELATIVE) ||
        wrt_clause_holds(p->clause, start, b, WRT_SET_BREAK))
        return WRT_READS_UNCLEAR;
    if (is_empty(&found) || !is_object(p, found.last, found.said, b))
        return WRT_READS_UNCLEAR;
    bool is_neither = is(p, found.last + 1, "neither"); /* "altered neither C nor B" */
    size_t negated = is_neither ? 1 : negations(&is_odd, p, from, found.last);
    if ((!is_neither && negations(&is_odd, p, found.last + 1, b) > 0) || is_odd ||
        is_ambiguous_negation(p, start, found.last))
        return WRT_READS_UNCLEAR;
    return conclude(p, &found, negated);
}

/* "Improving B with A is a goal" */
static bool is_gerund(const pair *p, size_t i) {
    const char *word = wrt_clause_word(p->clause, i);
    size_t len = strlen(word);
    return len > 4 && strcmp(word + len - 3, "ing") == 0 && !p->clause->cells[i].cue.is_noun;
}

/* "no difference between A and C", "similar with A and C": of A alone nothing is said, unless the
 * other is a control. */
static bool is_beside_another(const pair *p, const stretch *found) {
    size_t a = p->treatment, before = a;
    while (before > 0 && is(p, before - 1, "the a an both"))
        before--;
    bool has_other = (before > 0 && is(p, before - 1, "between")) || is(p, a + 1, "and or") ||
                     is(p, a + 2, "and or");
    return has_other && found->signed_cues == 0 && !begins_association(p, found->last) &&
           !is_against_control(p->clause, a);
}

/* "B was lowered by A", "lower B with A" */
static wrt_direction read_backward(const pair *p) {
    stretch found = {0};
    size_t a = p->treatment, b = p->outcome, from = wrt_clause_back(p->clause, b, LEAD_MAX);
    bool is_odd = false;
    scan(&found, p, from, b);
    if (!is_empty(&found) && !is_object(p, found.last, found.said, b))
        return WRT_READS_UNCLEAR;
    scan(&found, p, b + 1, a);
    if (is_empty(&found))
        return WRT_READS_UNCLEAR;
    bool is_behind = found.last > b;
    if (is_behind && !is_subject(p, b + 1, found.first > b ? found.first : found.last))
        return WRT_READS_UNCLEAR;
    if (is_gerund(p, found.last) || (found.signed_cues > 0 && found.neutral_cues > 0 &&
                                     p->clause->cells[found.last].cue.turn != WRT_TURN_NONE))
        return WRT_READS_UNCLEAR; /* "associated with lower A" */
    size_t link = is_behind ? found.last + 1 : b + 1;
    if (!is_linked(p, link, a) && (found.signed_cues > 0 || !is_loosely_linked(p, link, a)))
        return WRT_READS_UNCLEAR;
    size_t negated =
        negations(&is_odd, p, wrt_clause_back(p->clause, from, NEGATION_MAX), found.last);
    if (negations(&is_odd, p, found.last + 1, a) > 0 || is_odd || is_beside_another(p, &found))
        return WRT_READS_UNCLEAR;
    return conclude(p, &found, negated);
}

/* ---- the sentence */

static wrt_direction read_pair(const pair *p) {
    size_t from = p->treatment < p->outcome ? p->treatment : p->outcome;
    if (p->treatment + p->outcome - 2 * from > SPAN_MAX || is_other_treatment(p) ||
        is_other_outcome(p))
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
    if (is_relative(clause) || wrt_clause_holds(clause, 0, clause->n, WRT_SET_COMBINED))
        return said;
    size_t treatment = SIZE_MAX, outcome = SIZE_MAX;
    for (size_t i = 0; i < clause->n; i++) {
        bool is_treatment = clause->cells[i].kind == WRT_CELL_TREATMENT;
        if (!is_name(&clause->cells[i]))
            continue;
        *(is_treatment ? &treatment : &outcome) = i;
        if (treatment == SIZE_MAX || outcome == SIZE_MAX)
            continue;
        const pair p = {clause, treatment, outcome, outcome_is_disease};
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

void wrt_reading_of(wrt_reading *out, const wrt_sentence *sentence,
                    const wrt_reading_names *names) {
    wrt_clause clause;
    wrt_mention found;
    bool names_treatment = wrt_terms_find(&found, 1, names->treatment, sentence) > 0;
    bool names_outcome = wrt_terms_find(&found, 1, names->outcome, sentence) > 0;
    *out = (wrt_reading){.names_treatment = names_treatment, .names_outcome = names_outcome};
    if (!names_treatment || !names_outcome)
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
