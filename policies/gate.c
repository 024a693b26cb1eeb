/* gate.c: the grammar of causal assertion over the cues of gate_cues.h. */
#include "policies/gate.h"

#include "policies/gate_scope.h"

#include <string.h>

const char *wrt_gate_name(wrt_gate_class class) {
    static const char *const names[] = {"none",    "associational", "question", "quoted",
                                        "negated", "hedged",        "unparsed", "asserted"};
    return names[class];
}

bool wrt_gate_needs_warrant(wrt_gate_class class) {
    return class >= WRT_GATE_UNPARSED;
}

static wrt_gate_class judge(wrt_scope scope) {
    if (scope.is_hedged)
        return WRT_GATE_HEDGED;
    if (scope.is_unclear)
        return WRT_GATE_UNPARSED;
    return scope.negations % 2 != 0 ? WRT_GATE_NEGATED : WRT_GATE_ASSERTED;
}

/* ---- what stands around a cue */

enum { ASIDE_MAX = 6, FRAGMENT_MAX = 16, MENTION_MAX = 6, SUBJECT_MAX = 8 };

static size_t skip_adverbs(const wrt_sentence *s, size_t i) {
    while (i < s->n &&
           (wrt_cue_is_adverb(s->tokens[i].word) || wrt_sentence_in(s, i, "* _ \" ( [")))
        i++;
    return i;
}

/* Over ", over days," at i. */
static size_t skip_aside(const wrt_sentence *s, size_t i) {
    if (!wrt_sentence_is(s, i, ","))
        return i;
    for (size_t j = i + 1; j < s->n && j <= i + ASIDE_MAX; j++)
        if (wrt_sentence_is(s, j, ","))
            return j + 1;
    return i;
}

/* Index of the word before i, over adverbs and emphasis; SIZE_MAX when there is none. */
static size_t word_before(const wrt_sentence *s, size_t i) {
    while (i > 0) {
        i--;
        if (!wrt_cue_is_adverb(s->tokens[i].word) && !wrt_sentence_in(s, i, "* _ \""))
            return i;
    }
    return SIZE_MAX;
}

/* Does a noun phrase begin at i? */
static bool begins_object(const wrt_sentence *s, size_t i) {
    i = skip_adverbs(s, i);
    const char *word = wrt_sentence_word(s, i);
    if (i >= s->n || s->tokens[i].kind == WRT_TOKEN_MARK)
        return false;
    if (s->tokens[i].kind == WRT_TOKEN_NUMBER)
        return !wrt_sentence_in(s, i + 1, "% percent fold per - mg");
    return !wrt_cue_is_preposition(word) && !wrt_cue_is_be(word) && !wrt_cue_is_modal(word) &&
           !wrt_cue_is_hedging_modal(word) &&
           !wrt_word_in(word, "and or but have has had that which who when where whether if while "
                              "because although however not only so since whereas until");
}

/* An amount, not an agent, follows "by": "increased by 20 %", "by half". */
static bool is_amount(const wrt_sentence *s, size_t i) {
    return (i < s->n && s->tokens[i].kind == WRT_TOKEN_NUMBER) ||
           wrt_sentence_in(s, i,
                           "half about approximately up almost nearly roughly more less at") ||
           (wrt_sentence_in(s, i, "a an one two three") &&
            wrt_sentence_in(s, i + 1, "factor third quarter half fold tenth mean median total"));
}

static bool is_pronoun(const char *word) {
    return wrt_word_in(word, "this that these those all both some many most several");
}

/* Is the ambiguous word at i ("increase", "results") a noun here? */
static bool is_noun(const wrt_sentence *s, size_t i, wrt_form form) {
    const char *next = wrt_sentence_word(s, i + 1);
    size_t at = word_before(s, i);
    if (strcmp(next, "of") == 0)
        return true;
    if (at == SIZE_MAX)
        return form != WRT_FORM_BASE || !begins_object(s, i + 1);
    const char *before = wrt_sentence_word(s, at);
    size_t len = strlen(before);
    if (is_pronoun(before) && begins_object(s, i + 1))
        return false;
    if (s->tokens[at].kind == WRT_TOKEN_NUMBER || (len > 2 && strcmp(before + len - 2, "'s") == 0))
        return true;
    if (strcmp(before, "to") == 0 && form == WRT_FORM_BASE)
        return false;
    return wrt_cue_is_determiner(before) || wrt_cue_is_preposition(before) ||
           wrt_word_in(before,
                       "major main common leading likely possible probable significant small "
                       "large root primary underlying known unknown important relative "
                       "absolute mean percent direct modest marked first second similar");
}

/* May the words that end at i be the subject of a verb in the plural? "DNA damage" is none; "drug Q
 * and drug R" is one. */
static bool is_plural(const wrt_sentence *s, size_t i) {
    const char *word = wrt_sentence_word(s, i);
    size_t len = strlen(word);
    bool has_s = len > 2 && word[len - 1] == 's' && strchr("sui", word[len - 2]) == NULL;
    for (size_t j = i; j > 0 && i - j < SUBJECT_MAX; j--)
        if (wrt_sentence_in(s, j - 1, "and or both"))
            return true;
    return has_s ||
           wrt_word_in(word, "they people mice data bacteria mitochondria children women men "
                             "which that who these those all both many some most we you i "
                             "and or , ) \" fungi media criteria phenomena feet teeth");
}

static bool is_study_subject(const char *word) {
    return wrt_word_in(word, "we i authors investigators researchers clinicians physicians");
}

/* "with increased risk", "showed reduced uptake": a participle before a noun. */
static bool is_attribute(const wrt_sentence *s, size_t i) {
    size_t at = word_before(s, i);
    if (at == SIZE_MAX)
        return true;
    const char *before = wrt_sentence_word(s, at);
    if (wrt_word_in(before, "that which who"))
        return false; /* "the toxin that killed the cells" */
    return wrt_cue_is_determiner(before) || wrt_cue_is_preposition(before) ||
           s->tokens[at].kind == WRT_TOKEN_NUMBER ||
           wrt_word_in(before, "show shows showed exhibit exhibits exhibited display displayed "
                               "experienced observe observed found report reported saw and or "
                               "significantly more less");
}

/* ---- verbs */

/* A short line without an end: a name or a heading. */
static bool is_fragment(const wrt_sentence *s) {
    return s->n > 0 && s->n <= FRAGMENT_MAX && !wrt_sentence_in(s, s->n - 1, ". ! ?");
}

/* Disease terms whose participle names a kind, not a finding of this sentence. */
static bool is_term(const wrt_sentence *s, size_t i) {
    return wrt_sentence_in(s, i - 2, "drug exercise self age laser well cell time") ||
           (wrt_sentence_is(s, i, "mediated") && wrt_sentence_in(s, i - 2, "cell immune antibody"));
}

static wrt_gate_class judge_past(const wrt_sentence *s, size_t i, const wrt_cue_verb *verb,
                                 size_t behind) {
    size_t before = word_before(s, i);
    size_t next = skip_adverbs(s, behind);
    bool is_by = wrt_sentence_is(s, next, "by");
    bool is_passive = before != SIZE_MAX && (wrt_cue_is_be(wrt_sentence_word(s, before)) ||
                                             wrt_sentence_in(s, before,
                                                             "get gets got become "
                                                             "becomes became"));
    if (i >= 2 && wrt_sentence_is(s, i - 1, "-") && s->tokens[i].is_joined)
        return is_term(s, i) || is_fragment(s) ? WRT_GATE_NONE
                                               : judge(wrt_scope_of_nominal(s, i - 1, i + 1));
    if (is_by && is_amount(s, next + 1))
        return WRT_GATE_NONE;
    if (is_by || (verb->particle != NULL && is_passive))
        return judge(wrt_scope_of_verb(s, i, behind, WRT_FORM_PAST));
    if (is_passive) {
        bool is_unnamed = wrt_sentence_in(s, next, "following after upon through via under") &&
                          strcmp(verb->base, "treat") != 0;
        return is_unnamed ? WRT_GATE_UNPARSED : WRT_GATE_NONE;
    }
    if (verb->particle == NULL && !begins_object(s, behind))
        return WRT_GATE_NONE;
    if (is_attribute(s, i))
        return WRT_GATE_NONE;
    if (wrt_sentence_in(s, before, "have has had having") && (verb->flags & WRT_VERB_CHANGE) &&
        !wrt_cue_is_determiner(wrt_sentence_word(s, behind)))
        return WRT_GATE_UNPARSED; /* "had increased mortality": which of the two? */
    if (before != SIZE_MAX && is_study_subject(wrt_sentence_word(s, before)))
        return WRT_GATE_NONE;
    return judge(wrt_scope_of_verb(s, i, behind, WRT_FORM_PAST));
}

static wrt_gate_class judge_present(const wrt_sentence *s, size_t i, const wrt_cue_verb *verb,
                                    wrt_form form, size_t behind) {
    size_t before = word_before(s, i);
    const char *word = before == SIZE_MAX ? "" : wrt_sentence_word(s, before);
    bool has_object = verb->particle != NULL || begins_object(s, behind);
    bool is_driven = wrt_cue_is_modal(word) || wrt_cue_is_hedging_modal(word) ||
                     wrt_cue_is_negation(word) || s->is_question;
    if ((verb->flags & WRT_VERB_CHANGE) && !has_object)
        return WRT_GATE_NONE;
    if ((verb->flags & WRT_VERB_NOUN) && form != WRT_FORM_GERUND && !is_driven &&
        (!has_object || is_noun(s, i, form) ||
         (form == WRT_FORM_BASE && before != SIZE_MAX && !is_plural(s, before))))
        return WRT_GATE_NONE;
    if ((verb->flags & WRT_VERB_PLAIN) && form == WRT_FORM_BASE && !is_driven &&
        (is_attribute(s, i) || wrt_sentence_in(s, i + 1, "than in or and") ||
         wrt_sentence_in(s, before, "have has had with is are was were be")))
        return WRT_GATE_NONE;
    if (form == WRT_FORM_GERUND &&
        (before == SIZE_MAX || wrt_cue_is_determiner(word) || !has_object))
        return WRT_GATE_NONE; /* a subject, an attribute or a noun */
    if (form == WRT_FORM_BASE && is_study_subject(word))
        return WRT_GATE_NONE;
    return judge(wrt_scope_of_verb(s, i, behind, form));
}

/* (recorded as "positively regulates"): the word of a record is mentioned, not used. */
static bool is_mentioned(const wrt_sentence *s, size_t i) {
    size_t from = i;
    while (from > 0 && i - from < MENTION_MAX && !wrt_sentence_is(s, from - 1, "\""))
        from--;
    if (from < 3 || !wrt_sentence_is(s, from - 1, "\"") || !wrt_sentence_is(s, from - 2, "as") ||
        !wrt_sentence_is(s, from - 3, "recorded"))
        return false;
    for (size_t j = i + 1; j <= from + MENTION_MAX; j++)
        if (wrt_sentence_is(s, j, "\""))
            return true;
    return false;
}

static wrt_gate_class judge_verb(const wrt_sentence *s, size_t i) {
    wrt_form form;
    const wrt_cue_verb *verb = wrt_cue_find_verb(&form, wrt_sentence_word(s, i));
    size_t behind = i + 1;
    bool is_name_like =
        form == WRT_FORM_GERUND || strcmp(verb != NULL ? verb->base : "", "mediate") == 0;
    if (verb == NULL || is_mentioned(s, i) || (is_name_like && is_fragment(s)))
        return WRT_GATE_NONE; /* "T cell mediated immunity", "channel blocking activity" */
    if (verb->particle != NULL) {
        size_t at = skip_aside(s, skip_adverbs(s, behind));
        if (!wrt_sentence_in(s, at, verb->particle))
            return WRT_GATE_NONE;
        behind = at + 1;
    }
    return form == WRT_FORM_PAST ? judge_past(s, i, verb, behind)
                                 : judge_present(s, i, verb, form, behind);
}

/* ---- phrases */

static wrt_gate_class judge_connective(const wrt_sentence *s, size_t i) {
    size_t len = wrt_cue_connective(s, i);
    if (len == 0)
        return WRT_GATE_NONE;
    if (wrt_sentence_is(s, i, "due") &&
        wrt_sentence_in(s, i + len, "be start begin end open close expire arrive return report"))
        return WRT_GATE_NONE;
    return judge(wrt_scope_of_verb(s, i, i + len, WRT_FORM_NONE));
}

static bool has_copula(const wrt_sentence *s) {
    for (size_t i = 0; i < s->n; i++)
        if (wrt_cue_is_be(s->tokens[i].word) ||
            wrt_sentence_in(s, i, "has have had : - plays makes"))
            return true;
    return false;
}

enum { COPULA_REACH = 4 };

/* "was the result of", not "the result of the test"; "cause of death" and "common cause" (of two,
 * which confounds them) are terms. */
static bool is_false_nominal(const wrt_sentence *s, size_t i) {
    if (wrt_sentence_in(s, i, "cause causes"))
        return wrt_sentence_is(s, i + 2, "death") || (i > 0 && wrt_sentence_is(s, i - 1, "common"));
    if (!wrt_sentence_in(s, i, "result treatment remedy therapy medicine"))
        return false;
    for (size_t j = i; j > 0 && j + COPULA_REACH > i; j--)
        if (wrt_cue_is_be(wrt_sentence_word(s, j - 1)))
            return false;
    return true;
}

static wrt_gate_class judge_nominal(const wrt_sentence *s, size_t i) {
    size_t len = wrt_cue_nominal(s, i);
    if (len == 0 || (i + len < s->n && s->tokens[i + len].kind == WRT_TOKEN_NUMBER &&
                     wrt_sentence_is(s, i + len - 1, "by")))
        return WRT_GATE_NONE;
    if (is_false_nominal(s, i) || (is_fragment(s) && !has_copula(s)))
        return WRT_GATE_NONE; /* "molecular mediator of immune response" */
    wrt_scope scope = wrt_scope_of_nominal(s, i, i + len);
    if (wrt_sentence_in(s, i, "would wouldn't"))
        scope.negations = 0; /* "without it they would not have": a counterfactual */
    return judge(scope);
}

/* "Had they not received it, they would have died." */
static bool supposes_otherwise(const wrt_sentence *s) {
    for (size_t i = 1; i < s->n; i++)
        if (wrt_sentence_in(s, i, "would wouldn't could couldn't might"))
            return !s->is_question;
    return false;
}

/* Words that draw a conclusion, of logic or of cause: which one cannot be told; and arrows. */
static bool is_conclusion(const wrt_sentence *s, size_t i) {
    if (wrt_sentence_in(s, i, "therefore hence thus whence ergo"))
        return true;
    if (wrt_sentence_is(s, i, "since"))
        return i == 0 && s->n > 1 && s->tokens[1].kind == WRT_TOKEN_WORD &&
               !wrt_sentence_in(s, 1,
                                "then january february march april may june july august "
                                "september october november december birth its baseline");
    if (i == 0 && wrt_sentence_in(s, i, "had were"))
        return supposes_otherwise(s);
    if (wrt_sentence_is(s, i, "so"))
        return i > 0 && wrt_sentence_is(s, i - 1, ",") && !wrt_sentence_in(s, i + 1, "far called");
    if (wrt_sentence_is(s, i, ">"))
        return i > 0 && wrt_sentence_in(s, i - 1, "- =") && s->tokens[i].is_joined;
    return wrt_str_equal_c(s->tokens[i].text, "→") || wrt_str_equal_c(s->tokens[i].text, "⇒") ||
           wrt_str_equal_c(s->tokens[i].text, "⟶");
}

/* ---- sentences */

static bool asks_at(const wrt_sentence *s, size_t i) {
    return wrt_sentence_in(s, i,
                           "does do did is are was were can could may might will would should "
                           "has have had what which why how whether who when where whose");
}

/* A question has the form of one; "X causes Y, right?" is an assertion with a question mark. */
static bool is_question(const wrt_sentence *s) {
    if (!s->is_question)
        return false;
    for (size_t i = 0; i < s->n; i++) {
        bool begins = i == 0 || wrt_sentence_in(s, i - 1, ", : ; - and");
        if (begins && asks_at(s, i) && (i == 0 || s->n - i > 4))
            return true;
    }
    return false;
}

static bool names_speaker(const wrt_sentence *s) {
    for (size_t i = 0; i < s->n; i++)
        if (!s->tokens[i].is_quoted &&
            wrt_sentence_in(s, i,
                            "said says say wrote writes write states stated state reports "
                            "reported report reads according concluded concludes claims "
                            "claimed notes noted argues argued quote quotes quoted"))
            return true;
    return false;
}

static wrt_gate_class judge_token(const wrt_sentence *s, size_t i) {
    wrt_gate_class class = judge_verb(s, i), other = judge_connective(s, i);
    class = other > class ? other : class;
    other = judge_nominal(s, i);
    class = other > class ? other : class;
    if (class < WRT_GATE_UNPARSED && is_conclusion(s, i))
        class = WRT_GATE_UNPARSED;
    if (class == WRT_GATE_NONE && wrt_cue_is_association(s, i))
        class = WRT_GATE_ASSOCIATIONAL;
    return class;
}

wrt_gate_class wrt_gate_read(const wrt_sentence *s) {
    wrt_gate_class gravest = WRT_GATE_NONE;
    bool has_source = wrt_sentence_is_cited(s) || names_speaker(s);
    for (size_t i = 0; i < s->n; i++) {
        if (s->tokens[i].kind == WRT_TOKEN_NUMBER)
            continue;
        wrt_gate_class class = judge_token(s, i);
        if (class > WRT_GATE_QUOTED && s->tokens[i].is_quoted && has_source)
            class = WRT_GATE_QUOTED;
        gravest = class > gravest ? class : gravest;
    }
    if (s->is_cut || s->is_mixed)
        return gravest == WRT_GATE_ASSERTED ? gravest : WRT_GATE_UNPARSED;
    if (gravest > WRT_GATE_QUOTED && is_question(s))
        return WRT_GATE_QUESTION;
    return gravest;
}

wrt_gate_class wrt_gate_read_text(wrt_str text) {
    wrt_sentences reader;
    wrt_sentence sentence;
    wrt_gate_class gravest = WRT_GATE_NONE;
    wrt_sentences_start(&reader, text);
    while (gravest < WRT_GATE_ASSERTED && wrt_sentences_next(&sentence, &reader)) {
        wrt_gate_class class = wrt_gate_read(&sentence);
        gravest = class > gravest ? class : gravest;
    }
    return gravest;
}
