/* reading.c: the direction of effect in one sentence. */
#include "agent/literature/reading.h"

#include "agent/question/words.h"
#include "policies/gate_cues.h"

#include <string.h>

enum { MENTIONS_MAX = 16, REACH = 5, NEGATION_REACH = 8 };

/* ---- words */

static const char nouns_down[] = "reduction reductions decrease decreases decline declines fall "
                                 "falls drop drops lowering inhibition suppression attenuation "
                                 "prevention";
static const char nouns_up[] = "increase increases rise rises elevation elevations worsening "
                               "aggravation exacerbation induction stimulation";
static const char comparatives_down[] = "lower less fewer smaller lowest";
static const char comparatives_up[] = "higher greater more larger elevated highest";
static const char intensifiers[] = "greater more larger further";
static const char neutral[] = "effect effects difference differences change changes influence "
                              "impact association differ differed differs";
static const char equal[] = "similar comparable unchanged unaffected equivalent";
static const char negations[] = "no neither nor failed fail fails unable lack lacked without non";
/* Nouns around the outcome that turn the direction round, or make it another thing. */
static const char inverting[] = "clearance resistance loss absence remission resolution recovery "
                                "reversal tolerance inhibitor inhibitors antagonist antagonists "
                                "withdrawal deficiency removal degradation breakdown treatment "
                                "therapy prevention medication medications drugs drug";
static const char before_treatment[] = "than versus vs without withdrawal withdrawing stopping "
                                       "discontinuation discontinuing deficiency lack no except";
static const char combined[] = "plus combined combination combining added or than alone";
static const char breaks[] = "whereas while but although however despite unless except because";
static const char links[] = "by with after under in following during among receiving taking on";
static const char fillers[] = "the a an of was were is are be been seen observed found reported "
                              "noted level levels value values concentration concentrations risk "
                              "rate rates incidence group arm both all patients treated assigned "
                              "randomized randomised and use treatment therapy those who received "
                              "significantly markedly as well";
/* Verbs of words.h whose forms are mostly other words in abstracts. */
static const char not_verbs[] = "treat treats treated treating help helps control controls "
                                "controlled manage work works lead slow cure heal relate related "
                                "change changes effect block heals";

static bool in(const wrt_sentence *s, size_t i, const char *list) {
    return wrt_sentence_in(s, i, list);
}

typedef enum { CUE_NONE, CUE_VERB, CUE_NOUN, CUE_COMPARATIVE, CUE_NEUTRAL, CUE_EQUAL } cue_kind;

typedef struct {
    cue_kind kind;
    int sign;
    bool is_benefit;
} cue;

static bool is_noun_cue(const wrt_sentence *s, size_t i) {
    return in(s, i, nouns_down) || in(s, i, nouns_up);
}

static cue cue_at(const wrt_sentence *s, size_t i) {
    cue found = {CUE_NONE, 0, false};
    const char *word = wrt_sentence_word(s, i);
    if (in(s, i, intensifiers) && (is_noun_cue(s, i + 1) || is_noun_cue(s, i + 2)))
        return found;
    if (in(s, i, neutral))
        return (cue){CUE_NEUTRAL, 0, false};
    if (in(s, i, equal))
        return (cue){CUE_EQUAL, 0, false};
    if (is_noun_cue(s, i))
        return (cue){CUE_NOUN, in(s, i, nouns_down) ? -1 : 1, false};
    if (in(s, i, comparatives_down) || in(s, i, comparatives_up))
        return (cue){CUE_COMPARATIVE, in(s, i, comparatives_down) ? -1 : 1, false};
    if (*word == '\0' || wrt_word_in(word, not_verbs) ||
        !wrt_words_verb(&found.sign, &found.is_benefit, wrt_str_of(word)))
        return found;
    found.kind = found.sign != 0 ? CUE_VERB : CUE_NEUTRAL;
    return found;
}

/* ---- what stands in a stretch of tokens */

typedef struct {
    size_t signed_cues, neutral_cues, equal_cues;
    int sign;      /* of the signed cues; meaningless with is_mixed */
    bool is_mixed; /* they disagree */
    size_t last;   /* token of the last signed or neutral cue */
    cue_kind kind; /* of that one */
    bool is_negated;
    bool is_broken; /* another clause begins */
} stretch;

static void count_cue(stretch *out, cue found, size_t i, bool is_disease) {
    if (found.kind == CUE_NONE)
        return;
    out->last = i;
    out->kind = found.kind;
    if (found.kind == CUE_NEUTRAL || found.kind == CUE_EQUAL) {
        out->neutral_cues += found.kind == CUE_NEUTRAL;
        out->equal_cues += found.kind == CUE_EQUAL;
        return;
    }
    out->is_mixed = out->is_mixed || (found.is_benefit && !is_disease) ||
                    (out->signed_cues > 0 && out->sign != found.sign);
    out->sign = found.sign;
    out->signed_cues++;
}

static bool is_negation(const wrt_sentence *s, size_t i) {
    return wrt_cue_is_negation(wrt_sentence_word(s, i)) || in(s, i, negations);
}

static void scan(stretch *out, const wrt_sentence *s, wrt_mention where, bool is_disease) {
    for (size_t i = where.start; i < where.end; i++) {
        count_cue(out, cue_at(s, i), i, is_disease);
        out->is_broken = out->is_broken || in(s, i, breaks) || wrt_sentence_is(s, i, ";");
    }
}

static void scan_negation(stretch *out, const wrt_sentence *s, size_t from, size_t to) {
    for (size_t i = from; i < to; i++) {
        if (is_negation(s, i) && wrt_sentence_is(s, i + 1, "only"))
            out->is_mixed = true;
        out->is_negated = out->is_negated || is_negation(s, i);
    }
}

static bool holds(const wrt_sentence *s, size_t from, size_t to, const char *list) {
    for (size_t i = from; i < to; i++)
        if (in(s, i, list))
            return true;
    return false;
}

static size_t back(size_t at, size_t reach) {
    return at > reach ? at - reach : 0;
}

/* ---- the two orders */

static wrt_direction conclude(const stretch *found) {
    if (found->is_mixed || found->is_broken)
        return WRT_READS_UNCLEAR;
    if (found->signed_cues == 0 && found->equal_cues > 0 && !found->is_negated)
        return WRT_READS_NO_EFFECT;
    if (found->is_negated && found->signed_cues + found->neutral_cues > 0)
        return WRT_READS_NO_EFFECT;
    if (found->is_negated || found->signed_cues == 0)
        return WRT_READS_UNCLEAR;
    return found->sign < 0 ? WRT_READS_LOWERS : WRT_READS_RAISES;
}

/* Between a word of direction and the outcome that it is about: "reduction in", "lowered the risk
 * of"; not "higher in patients with". */
static bool reaches(const wrt_sentence *s, const stretch *found, size_t outcome) {
    for (size_t i = found->last + 1; i < outcome; i++) {
        bool after_noun = i == found->last + 1 && found->kind != CUE_COMPARATIVE;
        if (in(s, i, "in among on") && !after_noun)
            return false;
        if (in(s, i, "patients people subjects participants who whose than when by") ||
            in(s, i, inverting))
            return false;
    }
    return outcome - found->last <= (size_t)2 * REACH;
}

/* "A lowered B" */
static wrt_direction read_forward(const wrt_sentence *s, wrt_mention a, wrt_mention b,
                                  bool is_disease) {
    stretch found = {.last = a.end};
    scan(&found, s, (wrt_mention){a.end, b.start}, is_disease);
    scan_negation(&found, s, back(a.start, NEGATION_REACH), b.start);
    if (holds(s, a.end, b.start, combined) || !reaches(s, &found, b.start))
        return WRT_READS_UNCLEAR;
    return conclude(&found);
}

/* Only small words between the last word of direction and "by A". */
static bool is_linked(const wrt_sentence *s, size_t from, size_t treatment) {
    size_t link = treatment;
    for (size_t i = back(treatment, REACH); i < treatment; i++)
        if (in(s, i, links))
            link = i;
    if (link == treatment)
        return false;
    for (size_t i = from; i < treatment; i++)
        if (i != link && s->tokens[i].kind == WRT_TOKEN_WORD && !in(s, i, fillers) &&
            !in(s, i, links) && !in(s, i, equal) && !wrt_cue_is_adverb(wrt_sentence_word(s, i)))
            return false;
    return true;
}

/* "B was lowered by A", "lower B with A" */
static wrt_direction read_backward(const wrt_sentence *s, wrt_mention b, wrt_mention a,
                                   bool is_disease) {
    stretch found = {.last = b.end};
    size_t before = back(b.start, REACH);
    scan(&found, s, (wrt_mention){before, b.start}, is_disease);
    bool leads = found.signed_cues + found.neutral_cues > 0;
    if (leads && !reaches(s, &found, b.start))
        return WRT_READS_UNCLEAR;
    scan(&found, s, (wrt_mention){b.end, a.start}, is_disease);
    scan_negation(&found, s, back(b.start, NEGATION_REACH), a.start);
    size_t from = found.last >= b.end ? found.last + 1 : b.end;
    if (!is_linked(s, from > a.start ? a.start : from, a.start))
        return WRT_READS_UNCLEAR;
    return conclude(&found);
}

/* ---- the sentence */

static bool is_turned(const wrt_sentence *s, wrt_mention a, wrt_mention b) {
    bool compared =
        in(s, back(a.start, 2), "compared relative") && in(s, back(a.start, 1), "with to");
    return holds(s, back(a.start, 3), a.start, before_treatment) || compared ||
           in(s, b.end, inverting) || in(s, a.end, "withdrawal discontinuation deficiency");
}

/* Of all pairs the one that stands closest together; names inside the other's do not count. */
static bool closest(wrt_mention *a, wrt_mention *b, const wrt_mention *as, size_t n_as,
                    const wrt_mention *bs, size_t n_bs) {
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < n_as; i++)
        for (size_t k = 0; k < n_bs; k++) {
            bool forward = as[i].end <= bs[k].start, backward = bs[k].end <= as[i].start;
            size_t gap = forward ? bs[k].start - as[i].end : as[i].start - bs[k].end;
            if ((!forward && !backward) || gap >= least)
                continue;
            least = gap;
            *a = as[i];
            *b = bs[k];
        }
    return least != SIZE_MAX;
}

static bool asserts(wrt_gate_class class) {
    return class == WRT_GATE_ASSERTED || class == WRT_GATE_ASSOCIATIONAL ||
           class == WRT_GATE_NEGATED || class == WRT_GATE_NONE;
}

static bool says_association(const wrt_sentence *s) {
    for (size_t i = 0; i < s->n; i++)
        if (wrt_cue_is_association(s, i))
            return true;
    return false;
}

/* An aim is no finding: "To assess the effect of ...", "We studied ...". */
static bool is_aim(const wrt_sentence *s) {
    return in(s, 0, "to aim aims objective purpose whether") ||
           holds(s, 0, s->n < 8 ? s->n : 8,
                 "aimed aim investigated investigate evaluate evaluated assess examine determine "
                 "hypothesized hypothesised sought compare objective purpose whether");
}

void wrt_reading_of(wrt_reading *out, const wrt_sentence *sentence,
                    const wrt_reading_names *names) {
    wrt_mention as[MENTIONS_MAX], bs[MENTIONS_MAX], a = {0}, b = {0};
    size_t n_as = wrt_terms_find(as, MENTIONS_MAX, names->treatment, sentence);
    size_t n_bs = wrt_terms_find(bs, MENTIONS_MAX, names->outcome, sentence);
    *out = (wrt_reading){.names_treatment = n_as > 0, .names_outcome = n_bs > 0};
    if (n_as == 0 || n_bs == 0 || !closest(&a, &b, as, n_as, bs, n_bs)) {
        out->names_treatment = out->names_treatment && n_bs == 0;
        return;
    }
    out->class = wrt_gate_read(sentence);
    out->is_association = says_association(sentence);
    if (sentence->is_cut || sentence->is_mixed || !asserts(out->class) || is_aim(sentence) ||
        is_turned(sentence, a, b))
        return;
    out->direction = a.start < b.start ? read_forward(sentence, a, b, names->outcome_is_disease)
                                       : read_backward(sentence, b, a, names->outcome_is_disease);
}

const char *wrt_direction_name(wrt_direction direction) {
    static const char *const names[] = {"unclear", "no_effect", "lowers", "raises"};
    return names[direction];
}
