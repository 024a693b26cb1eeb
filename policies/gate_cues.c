/* gate_cues.c: the tables behind the gate. */
#include "policies/gate_cues.h"

#include <string.h>

/* ---- verbs */

#define N WRT_VERB_NOUN
#define C WRT_VERB_CHANGE
#define P WRT_VERB_PLAIN

static const wrt_cue_verb verbs[] = {
    {"abolish", NULL, 0},      {"accelerate", NULL, C},     {"account", "for", N},
    {"activate", NULL, 0},     {"affect", NULL, 0},         {"aggravate", NULL, 0},
    {"alleviate", NULL, 0},    {"ameliorate", NULL, 0},     {"antagonize", NULL, 0},
    {"antagonise", NULL, 0},   {"arise", "from", 0},        {"attenuate", NULL, 0},
    {"augment", NULL, 0},      {"avert", NULL, 0},          {"benefit", NULL, N | C},
    {"block", NULL, N},        {"boost", NULL, N},          {"bring", "about on", 0},
    {"cause", NULL, N},        {"contribute", "to", 0},     {"counteract", NULL, 0},
    {"cure", NULL, N},         {"curb", NULL, 0},           {"cut", NULL, N | P},
    {"damage", NULL, N},       {"decrease", NULL, N | C},   {"delay", NULL, N | C},
    {"deplete", NULL, 0},      {"depress", NULL, 0},        {"derive", "from", 0},
    {"destroy", NULL, 0},      {"diminish", NULL, C},       {"disrupt", NULL, 0},
    {"downregulate", NULL, 0}, {"drive", NULL, N},          {"elevate", NULL, 0},
    {"elicit", NULL, 0},       {"eliminate", NULL, 0},      {"engender", NULL, 0},
    {"enhance", NULL, 0},      {"evoke", NULL, 0},          {"exacerbate", NULL, 0},
    {"facilitate", NULL, 0},   {"fuel", NULL, N},           {"generate", NULL, 0},
    {"give", "rise", 0},       {"halt", NULL, N | C},       {"halve", NULL, 0},
    {"harm", NULL, N},         {"hasten", NULL, 0},         {"heal", NULL, C},
    {"hinder", NULL, 0},       {"impact", NULL, N},         {"impair", NULL, 0},
    {"impede", NULL, 0},       {"improve", NULL, C},        {"increase", NULL, N | C},
    {"induce", NULL, 0},       {"influence", NULL, N},      {"inhibit", NULL, 0},
    {"injure", NULL, 0},       {"kill", NULL, 0},           {"lead", "to", N},
    {"lessen", NULL, C},       {"lower", NULL, C | P},      {"mediate", NULL, 0},
    {"minimize", NULL, 0},     {"minimise", NULL, 0},       {"mitigate", NULL, 0},
    {"modify", NULL, 0},       {"modulate", NULL, 0},       {"neutralize", NULL, 0},
    {"neutralise", NULL, 0},   {"perpetuate", NULL, 0},     {"potentiate", NULL, 0},
    {"precipitate", NULL, N},  {"predispose", NULL, 0},     {"prevent", NULL, 0},
    {"produce", NULL, N},      {"prolong", NULL, 0},        {"promote", NULL, 0},
    {"protect", NULL, 0},      {"provoke", NULL, 0},        {"raise", NULL, N},
    {"reduce", NULL, 0},       {"regulate", NULL, 0},       {"relieve", NULL, 0},
    {"render", NULL, 0},       {"restore", NULL, 0},        {"result", "in from", N},
    {"reverse", NULL, N | P},  {"shorten", NULL, C},        {"slow", NULL, C | P},
    {"sensitize", NULL, 0},    {"sensitise", NULL, 0},      {"spur", NULL, N},
    {"stem", "from", N},       {"stimulate", NULL, 0},      {"stop", NULL, N | C},
    {"strengthen", NULL, C},   {"suppress", NULL, 0},       {"sustain", NULL, 0},
    {"treat", NULL, N},        {"trigger", NULL, N},        {"underlie", NULL, 0},
    {"unleash", NULL, 0},      {"upregulate", NULL, 0},     {"weaken", NULL, C},
    {"worsen", NULL, C},       {"double", NULL, N | C | P}, {"save", NULL, 0},
    {"help", NULL, N | C},     {"fight", NULL, N | C},      {"combat", NULL, N},
    {"ease", NULL, N | C},     {"shrink", NULL, C},         {"speed", NULL, N},
    {"confer", NULL, 0},       {"determine", NULL, 0},      {"dampen", NULL, 0},
    {"interfere", "with", 0},  {"translate", "into", 0},    {"culminate", "in", 0},
    {"spark", NULL, N},        {"feed", "into", N},         {"rescue", NULL, N},
    {"compromise", NULL, N},   {"work", "against", N},      {"act", "against", N},
    {"constrict", NULL, 0},    {"dilate", NULL, 0},         {"permit", NULL, N},
    {"enable", NULL, 0},       {"relax", NULL, C},          {"disturb", NULL, 0},
    {"irritate", NULL, 0},     {"inflame", NULL, 0},        {"infect", NULL, 0},
    {"poison", NULL, N},       {"erode", NULL, 0},          {"stabilize", NULL, C},
    {"stabilise", NULL, C},    {"destabilize", NULL, 0},    {"destabilise", NULL, 0},
    {"normalize", NULL, C},    {"normalise", NULL, C},      {"degrade", NULL, 0},
    {"starve", NULL, 0},       {"blunt", NULL, P},          {"dull", NULL, P},
    {"soothe", NULL, 0},       {"sedate", NULL, 0},         {"paralyze", NULL, 0},
    {"paralyse", NULL, 0},     {"clog", NULL, 0},           {"harden", NULL, C},
    {"soften", NULL, C},       {"foster", NULL, 0},         {"encourage", NULL, 0},
    {"deter", NULL, 0},        {"alter", NULL, 0},          {"transform", NULL, 0},
    {"inactivate", NULL, 0},   {"deactivate", NULL, 0},     {"silence", NULL, N},
    {"obstruct", NULL, 0},     {"repair", NULL, N},         {"regenerate", NULL, C},
    {"repress", NULL, 0},      {"derepress", NULL, 0},      {"desensitize", NULL, 0},
    {"ward", "off", N},        {"stave", "off", N},         {"wipe", "out", N},
    {"set", "off", N | P},     {"lengthen", NULL, C},       {"thicken", NULL, C},
    {"intensify", NULL, C},    {"amplify", NULL, 0},        {"magnify", NULL, 0},
    {"thin", NULL, C | P},     {"compress", NULL, 0},       {"incite", NULL, 0},
    {"instigate", NULL, 0},    {"hamper", NULL, 0},         {"thwart", NULL, 0},
    {"quell", NULL, 0},        {"expedite", NULL, 0},       {"revert", NULL, C},
    {"extend", NULL, C},       {"retard", NULL, 0},         {"arrest", NULL, N},
    {"dissolve", NULL, C},     {"widen", NULL, C},          {"narrow", NULL, C | P},
    {"swell", NULL, C},        {"propel", NULL, 0},         {"underpin", NULL, 0},
    {"necessitate", NULL, 0},  {"force", NULL, N},          {"jeopardize", NULL, 0},
    {"endanger", NULL, 0},     {"imperil", NULL, 0},        {"ruin", NULL, 0},
    {"wreck", NULL, 0},        {"undermine", NULL, 0},      {"threaten", NULL, 0},
};

#undef N
#undef C
#undef P

static const struct {
    const char *word;
    const char *base;
    wrt_form form;
} irregular[] = {
    {"arose", "arise", WRT_FORM_PAST},        {"arisen", "arise", WRT_FORM_PAST},
    {"brought", "bring", WRT_FORM_PAST},      {"cut", "cut", WRT_FORM_PAST},
    {"cutting", "cut", WRT_FORM_GERUND},      {"driven", "drive", WRT_FORM_PAST},
    {"drove", "drive", WRT_FORM_PAST},        {"fed", "feed", WRT_FORM_PAST},
    {"fought", "fight", WRT_FORM_PAST},       {"gave", "give", WRT_FORM_PAST},
    {"given", "give", WRT_FORM_PAST},         {"led", "lead", WRT_FORM_PAST},
    {"shrank", "shrink", WRT_FORM_PAST},      {"shrunk", "shrink", WRT_FORM_PAST},
    {"sped", "speed", WRT_FORM_PAST},         {"underlay", "underlie", WRT_FORM_PAST},
    {"underlain", "underlie", WRT_FORM_PAST}, {"underlying", "underlie", WRT_FORM_GERUND},
};

/* "ed" or "ing" after the stem: with the final e dropped, y turned to i, or the consonant doubled.
 */
static wrt_form form_of_ending(const char *ending, bool has_e) {
    if (strcmp(ending, has_e ? "d" : "ed") == 0 || (has_e && strcmp(ending, "ed") == 0))
        return WRT_FORM_PAST;
    return strcmp(ending, "ing") == 0 ? WRT_FORM_GERUND : WRT_FORM_NONE;
}

static wrt_form regular_form(const char *word, const char *base) {
    if (word[0] != base[0]) /* a stem has at least one letter */
        return WRT_FORM_NONE;
    size_t len = strlen(base);
    char last = base[len - 1];
    bool turns_to_i = last == 'y' && strchr("aeou", base[len - 2]) == NULL;
    size_t stem = last == 'e' || turns_to_i ? len - 1 : len;
    if (strncmp(word, base, stem) != 0)
        return WRT_FORM_NONE;
    const char *ending = word + stem;
    if (strcmp(word, base) == 0)
        return WRT_FORM_BASE;
    if (turns_to_i) {
        if (strcmp(ending, "ies") == 0)
            return WRT_FORM_THIRD;
        return strcmp(ending, "ied") == 0    ? WRT_FORM_PAST
               : strcmp(ending, "ying") == 0 ? WRT_FORM_GERUND
                                             : WRT_FORM_NONE;
    }
    if (strcmp(ending, last == 'e' ? "es" : "s") == 0 || (last != 'e' && strcmp(ending, "es") == 0))
        return WRT_FORM_THIRD;
    wrt_form form = form_of_ending(ending, last == 'e');
    if (form == WRT_FORM_NONE && last != 'e' && ending[0] == last)
        form = form_of_ending(ending + 1, false);
    return form;
}

static const wrt_cue_verb *find_base(const char *base) {
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].base, base) == 0)
            return &verbs[i];
    return NULL;
}

const wrt_cue_verb *wrt_cue_find_verb(wrt_form *form, const char *word) {
    *form = WRT_FORM_NONE;
    if (word[0] == '\0')
        return NULL;
    for (size_t i = 0; i < sizeof irregular / sizeof *irregular; i++) {
        if (strcmp(irregular[i].word, word) == 0) {
            *form = irregular[i].form;
            return find_base(irregular[i].base);
        }
    }
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (verbs[i].base[0] != word[0])
            continue;
        *form = regular_form(word, verbs[i].base);
        if (*form != WRT_FORM_NONE)
            return &verbs[i];
    }
    return NULL;
}

/* ---- phrases. "*" stands for one to GAP_MAX + 1 tokens of any kind. */

static const char *const connectives[] = {
    "because",        "due to",           "owing to",           "thanks to",
    "as a result",    "as a consequence", "as a direct result", "as a direct consequence",
    "by virtue of",   "on account of",    "by dint of",         "attributable to",
    "attributed to",  "traceable to",     "secondary to",       "is down to",
    "are down to",    "consequently",     "which is why",       "that is why",
    "this is why",    "is why",           "the reason",         "at the root of",
    "in consequence", "as a sequela of",  "by means of",        "courtesy of",
    "for want of",    "for lack of",      "at the hands of",    "caused from",
};

static const char *const nominals[] = {
    "effect of",
    "effects of",
    "effect on",
    "effects on",
    "impact of",
    "impact on",
    "influence of",
    "influence on",
    "consequence of",
    "consequences of",
    "cause of",
    "causes of",
    "cause for",
    "culprit",
    "culprits",
    "responsible for",
    "driver of",
    "drivers of",
    "trigger of",
    "trigger for",
    "determinant of",
    "determinants of",
    "byproduct of",
    "result of",

    "cure for",
    "an antidote",
    "protective against",
    "effective against",
    "effective in",
    "effective for",
    "effective at",
    "efficacious",
    "beneficial for",
    "beneficial to",
    "beneficial in",
    "harmful to",
    "harmful for",
    "detrimental to",
    "toxic to",
    "toxic for",
    "carcinogenic",
    "teratogenic",
    "hepatotoxic",
    "nephrotoxic",
    "cardiotoxic",
    "neuroprotective",
    "cardioprotective",
    "causal effect",
    "causal effects",
    "causal role",
    "causal factor",
    "causal agent",
    "causal link",
    "causal relationship",
    "causal relation",
    "causal influence",
    "causal impact",
    "causally",
    "causative",
    "etiologic",
    "aetiologic",
    "etiology of",
    "aetiology of",
    "inhibitor of",
    "regulator of",
    "activator of",
    "suppressor of",
    "inducer of",
    "mediator of",
    "modulator of",
    "stimulator of",
    "blocker of",
    "antagonist of",
    "agonist of",
    "treatment for",
    "remedy for",
    "therapy for",
    "medicine for",
    "brought * down",
    "inhibition of * by",
    "activation of * by",
    "induction of * by",
    "suppression of * by",
    "stimulation of * by",
    "reduction of * by",
    "prevention of * by",
    "promotion of * by",
    "improvement of * by",
    "reduction in * by",
    "increase in * by",
    "role in",
    "contributor to",
    "contributors to",
    "instrumental in",
    "makes * worse",
    "makes * better",
    "makes * more",
    "makes * less",
    "makes * higher",
    "makes * lower",
    "make * worse",
    "make * better",
    "make * more",
    "make * less",
    "made * worse",
    "made * better",
    "made * more",
    "made * less",
    "the more * the",
    "the less * the",
    "the higher * the",
    "the lower * the",
    "would not have",
    "wouldn't have",
    "would never have",
    "keeps * from",
    "keep * from",
    "kept * from",
    "puts * at risk",
    "put * at risk",
    "is to blame",
    "are to blame",
    "to blame for",
    "turns * into",
    "the work of",
    "a source of",
    "the source of",
    "the origin of",
    "the root of",
    "therapeutic for",
    "curative",
    "brings * down",
    "drives * up",
    "drives * down",
    "pushes * up",
    "pushes * down",

    "gets rid of",
    "get rid of",
    "takes away",
    "switches * off",
    "switches * on",
    "turns * off",
    "turns * on",

    "knocks out",

    "depends on",
    "depend on",
    "is required for",
    "is necessary for",
    "is sufficient for",
    "is essential for",
};

enum { GAP_MAX = 6 };

/* Tokens of the phrase at i, 0 when it is not there. */
static size_t match_phrase(const wrt_sentence *sentence, size_t i, const char *phrase) {
    size_t at = i;
    wrt_str rest = wrt_str_of(phrase), part;
    bool after_gap = false;
    while (wrt_str_cut(&part, &rest, ' ')) {
        if (wrt_str_equal_c(part, "*")) {
            after_gap = true;
            continue;
        }
        size_t tries = after_gap ? GAP_MAX : 0;
        size_t from = after_gap ? at + 1 : at;
        size_t found = from;
        while (found <= from + tries && !wrt_str_equal_c(part, wrt_sentence_word(sentence, found)))
            found++;
        if (found > from + tries)
            return 0;
        at = found + 1;
        after_gap = false;
    }
    return at - i;
}

static size_t match_any(const wrt_sentence *sentence, size_t i, const char *const *phrases,
                        size_t n) {
    size_t best = 0;
    const char *word = wrt_sentence_word(sentence, i);
    for (size_t j = 0; word[0] != '\0' && j < n; j++) {
        if (phrases[j][0] != word[0])
            continue;
        size_t len = match_phrase(sentence, i, phrases[j]);
        best = len > best ? len : best;
    }
    return best;
}

size_t wrt_cue_connective(const wrt_sentence *sentence, size_t i) {
    return match_any(sentence, i, connectives, sizeof connectives / sizeof *connectives);
}

size_t wrt_cue_nominal(const wrt_sentence *sentence, size_t i) {
    return match_any(sentence, i, nominals, sizeof nominals / sizeof *nominals);
}

bool wrt_cue_is_association(const wrt_sentence *sentence, size_t i) {
    static const char *const words =
        "associated association associations associates correlated correlates correlate "
        "correlation "
        "correlations linked related relationship relation predicts predict predicted "
        "predictor predictors predictive connected connection marker markers biomarker co-occurs "
        "accompanied accompanies likelier odds tracks coincides coincided";
    return wrt_sentence_in(sentence, i, words) ||
           (wrt_sentence_in(sentence, i, "link links") &&
            wrt_sentence_in(sentence, i + 1, "between to with")) ||
           (wrt_sentence_is(sentence, i, "risk") &&
            wrt_sentence_in(sentence, i + 1, "factor factors marker markers")) ||
           (wrt_sentence_in(sentence, i, "more less") &&
            wrt_sentence_in(sentence, i + 1, "common frequent likely prevalent"));
}

/* ---- classes of words */

bool wrt_cue_is_adverb(const char *word) {
    size_t len = strlen(word);
    if (len > 3 && strcmp(word + len - 2, "ly") == 0)
        return true;
    return wrt_word_in(word,
                       "also often always sometimes then thus still even both ever just only "
                       "already further now indeed soon well itself themselves alone quite so");
}

bool wrt_cue_is_determiner(const char *word) {
    return wrt_word_in(word, "the a an this that these those its their his her our your my no any "
                             "some each every such other all both several many most few another");
}

bool wrt_cue_is_preposition(const char *word) {
    return wrt_word_in(word,
                       "of in with by for from on at to between among during after before over "
                       "under within without into through across than as per versus vs via");
}

bool wrt_cue_is_be(const char *word) {
    return wrt_word_in(word, "be is are was were been being am isn't aren't wasn't weren't");
}

bool wrt_cue_is_negation(const char *word) {
    size_t len = strlen(word);
    if (len > 3 && strcmp(word + len - 3, "n't") == 0)
        return true;
    return wrt_word_in(word, "not never cannot neither nor dont doesnt didnt cant wont isnt");
}

bool wrt_cue_is_hedging_modal(const char *word) {
    return wrt_word_in(word, "may might could mightn't couldn't");
}

bool wrt_cue_is_modal(const char *word) {
    return wrt_word_in(word,
                       "do does did can will would shall should must don't doesn't didn't "
                       "can't won't wouldn't cannot to dont doesnt didnt cant wont shouldn't");
}
