/* between.c: the grammar of what stands between two names. */
#include "agent/literature/between.h"

#include "policies/gate_cues.h"

#include <string.h>

enum {
    OBJECT_MAX = 10,   /* cells between the word of direction and the outcome */
    COMPARED_MAX = 8,  /* cells behind "than" in which the control must be named */
    UNTREATED_MAX = 4, /* the same for "than in those who did not" */
    LINK_MAX = 12      /* cells between the word of direction and the treatment */
};

bool wrt_between_is_small(const wrt_pair *p, size_t i) {
    const wrt_cell *cell = &p->clause->cells[i];
    bool is_small_mark = cell->kind == WRT_CELL_MARK && !wrt_pair_is(p, i, ", ; : -");
    return cell->kind == WRT_CELL_NUMBER || is_small_mark || wrt_cue_is_adverb(cell->word) ||
           wrt_clause_is_negation(p->clause, i);
}

bool wrt_between_is_unknown_verb(const wrt_pair *p, size_t i) {
    const char *word = wrt_clause_word(p->clause, i);
    size_t len = strlen(word);
    bool is_compound = i > 0 && wrt_pair_is(p, i - 1, "-"); /* "drug-loaded" */
    return len > 4 && !is_compound && strcmp(word + len - 2, "ed") == 0 &&
           !wrt_pair_in(p, i, WRT_SET_FILLER) && !wrt_pair_in(p, i, WRT_SET_PREDICATE) &&
           !wrt_pair_in(p, i, WRT_SET_AUXILIARY) && !wrt_pair_in(p, i, WRT_SET_LINK) &&
           !wrt_pair_in(p, i, WRT_SET_GROUP) && !wrt_pair_in(p, i, WRT_SET_COMPARED);
}

bool wrt_between_is_subject(const wrt_pair *p, size_t from, size_t to) {
    size_t commas = 0, loose = 0;
    bool in_phrase = false, in_predicate = false;
    for (size_t i = from; i < to; i++) {
        commas += wrt_pair_is(p, i, ",");
        if (wrt_pair_in(p, i, WRT_SET_RELATIVE) || wrt_pair_in(p, i, WRT_SET_BREAK))
            return false;
        if (wrt_between_is_unknown_verb(p, i))
            return false;
        in_predicate = in_predicate || (commas % 2 == 0 && wrt_pair_in(p, i, WRT_SET_AUXILIARY));
        in_phrase = in_phrase || wrt_pair_in(p, i, WRT_SET_PREPOSITION) ||
                    wrt_pair_is(p, i, "and or - nor");
        if (commas % 2 != 0 || wrt_between_is_small(p, i) || wrt_pair_is(p, i, ",") ||
            wrt_pair_in(p, i, WRT_SET_AUXILIARY))
            continue;
        if (in_predicate && !wrt_pair_in(p, i, WRT_SET_PREDICATE))
            return false;
        loose += !in_phrase && !wrt_pair_in(p, i, WRT_SET_FILLER) &&
                 !wrt_pair_in(p, i, WRT_SET_PREDICATE) && !wrt_pair_in(p, i, WRT_SET_GROUP) &&
                 !wrt_pair_in(p, i, WRT_SET_MEASURE);
    }
    return commas % 2 == 0 && loose == 0;
}

static bool is_protected_from(const wrt_pair *p, size_t cue, size_t i) {
    return i <= cue + 2 && wrt_pair_is_protection(p, cue) && wrt_pair_is(p, i, "against from");
}

bool wrt_between_is_object(const wrt_pair *p, size_t cue, wrt_reading_cue said, size_t outcome) {
    for (size_t i = cue + 1; i < outcome; i++) {
        bool after_noun = i == cue + 1 && said.says != WRT_SAYS_MORE;
        if (i == cue + 1 && said.says == WRT_SAYS_MORE && wrt_pair_is(p, i, "with after"))
            return false; /* "A was higher with B" */
        if ((wrt_pair_is(p, i, "to with from into as against") && i > cue + 1 &&
             !is_protected_from(p, cue, i)) ||
            wrt_pair_in(p, i, WRT_SET_AUXILIARY))
            return false;
        if (is_protected_from(p, cue, i))
            continue;
        if (wrt_pair_is(p, i, "of for") && i > cue + 1 && !wrt_pair_in(p, i - 1, WRT_SET_MEASURE))
            return false;
        if ((wrt_pair_is(p, i, "in among on during at") && !after_noun) ||
            wrt_pair_in(p, i, WRT_SET_OTHER_THING) || wrt_pair_in(p, i, WRT_SET_BREAK) ||
            p->clause->cells[i].kind == WRT_CELL_TREATMENT)
            return false;
    }
    return outcome - cue <= OBJECT_MAX;
}

bool wrt_between_is_loosely_linked(const wrt_pair *p, size_t from, size_t to) {
    for (size_t i = from; i < to; i++)
        if (wrt_pair_in(p, i, WRT_SET_BREAK) || wrt_pair_in(p, i, WRT_SET_RELATIVE) ||
            wrt_pair_in(p, i, WRT_SET_AUXILIARY) ||
            p->clause->cells[i].cue.says != WRT_SAYS_NOTHING || wrt_between_is_unknown_verb(p, i))
            return false;
    for (size_t i = from + 1; i < to; i++)
        if (wrt_pair_is(p, i, "after following in with during under"))
            return false;
    return wrt_pair_in(p, from, WRT_SET_LINK) &&
           !(to == from + 1 && wrt_pair_is(p, from, "to of for in")) && to - from <= LINK_MAX;
}

/* "in A", "of A" and "to A" are no words of a treatment; "in the A group", "the use of A" and
 * "randomised to A" are. */
static bool is_place(const wrt_pair *p) {
    size_t at = p->treatment;
    while (at > 0 && wrt_pair_is(p, at - 1, "the a an both all"))
        at--;
    if (at == 0 || !wrt_pair_is(p, at - 1, "in among of to for"))
        return false;
    if (wrt_pair_is(p, at - 1, "in among"))
        return !wrt_pair_in(p, p->treatment + 1, WRT_SET_GROUP);
    return at < 2 ||
           !wrt_pair_is(p, at - 2,
                        "use administration intake dose doses days weeks months course initiation "
                        "receipt exposure exposed addition randomized randomised assigned "
                        "allocated treatment therapy association associated linked related effect "
                        "effects due attributable");
}

bool wrt_between_is_linked(const wrt_pair *p, size_t from, size_t treatment) {
    bool has_link = false;
    for (size_t i = from; i < treatment; i++) {
        has_link = has_link || wrt_pair_in(p, i, WRT_SET_LINK);
        if (!wrt_pair_in(p, i, WRT_SET_LINK) && !wrt_pair_in(p, i, WRT_SET_FILLER) &&
            !wrt_between_is_small(p, i) && p->clause->cells[i].kind != WRT_CELL_OUTCOME &&
            !wrt_pair_cue(p, i).says)
            return false;
    }
    return has_link && treatment - from <= LINK_MAX && !is_place(p);
}

/* ---- names that are no longer what they name */

/* "withdrawal of A", "than with A", "compared with the A group" */
static bool is_inverse_at(const wrt_pair *p, size_t i) {
    if ((i + 1 == p->treatment && wrt_pair_is(p, i, "over - / regardless")) ||
        wrt_pair_is(p, i, "regard respect terms regarding concerning including") ||
        (wrt_pair_is(p, i, "addition") && wrt_pair_is(p, i + 1, "to")))
        return true;
    bool is_next = i + 1 == p->treatment || wrt_pair_is(p, i + 1, "of to -");
    return wrt_pair_in(p, i, WRT_SET_INVERSE) || (is_next && wrt_pair_in(p, i, WRT_SET_LESS)) ||
           (wrt_pair_in(p, i, WRT_SET_COMPARED) && wrt_pair_is(p, i + 1, "with to the")) ||
           (wrt_pair_is(p, i, "superior inferior equivalent comparable similar") &&
            wrt_pair_is(p, i + 1, "to"));
}

bool wrt_pair_names_another_treatment(const wrt_pair *p) {
    size_t a = p->treatment, behind = wrt_pair_is(p, a + 1, "-") ? a + 2 : a + 1;
    for (size_t i = a; i > wrt_clause_back(p->clause, a, 4); i--) {
        if (p->clause->cells[i - 1].kind == WRT_CELL_OUTCOME)
            break;
        if (is_inverse_at(p, i - 1))
            return true;
    }
    bool is_compound = behind == a + 2 && p->clause->cells[a + 1].is_joined; /* "A-related" */
    bool is_change =
        wrt_pair_is_change_noun(p, a + 1) && !wrt_pair_is(p, a + 1,
                                                          "increase increases decrease decreases "
                                                          "decline declines fall falls drop "
                                                          "drops rise rises");
    return wrt_pair_in(p, behind, WRT_SET_OPPONENT) || is_change ||
           (is_compound && wrt_clause_word(p->clause, behind)[0] != '\0' &&
            !wrt_pair_in(p, behind, WRT_SET_GROUP));
}

bool wrt_pair_names_another_outcome(const wrt_pair *p) {
    size_t b = p->outcome;
    const wrt_cell *next = &p->clause->cells[b + 1];
    bool before = b > 0 && wrt_pair_is(p, b - 1, "anti non - free without");
    if (b + 1 >= p->clause->n)
        return before;
    return before || !(next->kind == WRT_CELL_NUMBER || next->kind == WRT_CELL_TREATMENT ||
                       next->kind == WRT_CELL_OUTCOME || wrt_pair_in(p, b + 1, WRT_SET_BESIDE) ||
                       wrt_cue_is_adverb(next->word) || next->cue.says != WRT_SAYS_NOTHING ||
                       wrt_pair_in(p, b + 1, WRT_SET_AUXILIARY));
}

bool wrt_clause_names_control(const wrt_clause *clause, size_t at) {
    for (size_t i = at + 1; i < clause->n && i <= at + COMPARED_MAX; i++)
        if (wrt_clause_in(clause, i, WRT_SET_CONTROL) ||
            (i <= at + UNTREATED_MAX && wrt_clause_is_negation(clause, i)))
            return true;
    return at + 1 < clause->n && clause->cells[at + 1].kind == WRT_CELL_NUMBER;
}

bool wrt_clause_names_rival(const wrt_clause *clause) {
    for (size_t i = 0; i < clause->n; i++)
        if (wrt_clause_in(clause, i, WRT_SET_COMPARED) && !wrt_clause_names_control(clause, i))
            return true;
    return false;
}
