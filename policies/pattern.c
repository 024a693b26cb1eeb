/* pattern.c: matching patterns of tokens. */
#include "policies/pattern.h"

#include <string.h>

enum { GAP_MAX = 3 };

/* ---- classes of words */

static const struct {
    const char *name;
    const char *words;
} classes[] = {
    {"should", "should must ought shouldn't mustn't shall can may could might"},
    {"take", "take takes taking inject swallow use apply inhale chew drink administer"},
    {"act", "stop start begin discontinue quit switch continue resume skip restart cease"},
    {"change", "increase decrease reduce double halve lower raise adjust cut taper skip change"},
    {"unit",
     "mg mcg µg ug g ml iu unit units tablet tablets pill pills capsule capsules drop drops "
     "puff puffs dose doses gram grams milligram milligrams teaspoon mgs sachet injection"},
    {"count", "one two three four half a an another 1 2"},
    {"medicine", "dose doses dosage medication medications medicine medicines tablet tablets pill "
                 "pills treatment therapy insulin drug drugs prescription antibiotics"},
    {"kin", "son daughter child baby wife husband partner mother mum mom father dad brother sister "
            "friend patient grandmother grandfather neighbour neighbor colleague roommate toddler"},
    {"one", "he she someone somebody"},
    {"self", "i i'm i've me myself"},
    {"have", "have has having had got"},
    {"disease",
     "diabetes cancer disease syndrome disorder infection asthma depression stroke failure tumour "
     "tumor hypertension flu pneumonia migraine epilepsy dementia sepsis schizophrenia autism gout "
     "angina lupus copd hiv aids malaria tuberculosis lymphoma covid influenza jaundice eczema "
     "measles ulcer ulcers allergy allergies anxiety psoriasis"},
};

/* Endings of international nonproprietary names, and common names without one. */
static bool is_drug(const char *word) {
    static const char *const endings[] = {
        "mab",      "nib",       "pril",   "sartan", "statin",   "azole",  "cillin",  "mycin",
        "floxacin", "oxetine",   "pam",    "lam",    "tide",     "parin",  "xaban",   "formin",
        "gliptin",  "gliflozin", "olol",   "dipine", "prazole",  "setron", "triptan", "vir",
        "cycline",  "thiazide",  "semide", "codone", "morphine", "profen", "coxib",   "sone",
        "solone",   "lukast",    "terol",  "tidine", "zepine",   "apine",  "idone",   "barbital",
        "fibrate",  "glitazone", NULL};
    size_t len = strlen(word);
    if (wrt_word_in(word, "aspirin insulin warfarin lithium paracetamol acetaminophen ibuprofen "
                          "naproxen digoxin heparin levothyroxine methotrexate tamoxifen prozac "
                          "antibiotics antibiotic antidepressants antidepressant steroids steroid "
                          "statin chemotherapy clozapine allopurinol "
                          "colchicine phenytoin valproate theophylline amiodarone statins opioids"))
        return true;
    for (size_t i = 0; endings[i] != NULL; i++) {
        size_t n = strlen(endings[i]);
        if (len > n + 2 && strcmp(word + len - n, endings[i]) == 0)
            return true;
    }
    return false;
}

static bool is_disease(const char *word) {
    static const char *const endings[] = {"itis",   "oma",     "emia",  "aemia", "osis",
                                          "pathy",  "algia",   "iasis", "penia", "uria",
                                          "plegia", "phrenia", NULL};
    size_t len = strlen(word);
    for (size_t i = 0; endings[i] != NULL; i++) {
        size_t n = strlen(endings[i]);
        if (len > n + 1 && strcmp(word + len - n, endings[i]) == 0)
            return true;
    }
    return false;
}

static bool is_of_class(const char *word, const char *name, size_t len) {
    if (len == 4 && strncmp(name, "drug", 4) == 0)
        return is_drug(word);
    if (len == 7 && strncmp(name, "disease", 7) == 0 && is_disease(word))
        return true;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strlen(classes[i].name) == len && strncmp(classes[i].name, name, len) == 0)
            return wrt_word_in(word, classes[i].words);
    return false;
}

/* ---- clauses */

static bool ends_clause(const wrt_sentence *s, size_t i) {
    return wrt_sentence_in(s, i, ". ; : ! ?");
}

/* Plural subjects of reports: what follows "and" in their clause is theirs, no order. */
static bool has_third_subject(const wrt_sentence *s, size_t i) {
    for (; i > 0 && !ends_clause(s, i - 1); i--)
        if (wrt_sentence_in(s, i - 1,
                            "patients participants subjects volunteers adults children "
                            "people men women who they we mice rats he she it those to"))
            return true;
    return false;
}

static bool begins_clause(const wrt_sentence *s, size_t i) {
    if (i == 0)
        return true;
    if (ends_clause(s, i - 1) || wrt_sentence_in(s, i - 1, "\" ( * _ , please just simply now"))
        return !wrt_sentence_is(s, i - 1, ",") || !has_third_subject(s, i - 1);
    if (wrt_sentence_is(s, i - 1, "-"))
        return !s->tokens[i].is_joined || i == 1;
    return wrt_sentence_in(s, i - 1, "and then or but also always") && !has_third_subject(s, i - 1);
}

/* ---- matching */

/* The tokens at i are the words of one alternative, in which "_" parts words. */
static bool are_words(const wrt_sentence *s, size_t i, wrt_str alternative) {
    wrt_str word;
    while (wrt_str_cut(&word, &alternative, '_')) {
        if (word.len == 0 || !wrt_str_equal_c(word, wrt_sentence_word(s, i)))
            return false;
        i++;
    }
    return true;
}

/* An alternative whose first letter is not that of the token is passed over without more. */
static bool is_any_of(const wrt_sentence *s, size_t i, wrt_str alternatives) {
    const char first = wrt_sentence_word(s, i)[0];
    wrt_str one;
    while (alternatives.len > 0 && wrt_str_cut(&one, &alternatives, '|'))
        if (one.len > 0 && one.ptr[0] == first && are_words(s, i, one))
            return true;
    return false;
}

static bool fits(const wrt_sentence *s, size_t i, wrt_str element) {
    if (element.len == 1 && element.ptr[0] == '#')
        return i < s->n && s->tokens[i].kind == WRT_TOKEN_NUMBER;
    if (element.ptr[0] == '<')
        return is_of_class(wrt_sentence_word(s, i), element.ptr + 1, element.len - 2);
    return is_any_of(s, i, element);
}

static bool holds(const wrt_sentence *s, size_t i, wrt_str element) {
    if (element.ptr[0] == '^')
        return begins_clause(s, i);
    if (element.ptr[0] == '$')
        return i >= s->n || ends_clause(s, i) || wrt_sentence_in(s, i, ", \" )");
    return !is_any_of(s, i, (wrt_str){element.ptr + 1, element.len - 1});
}

static bool matches(const wrt_sentence *s, size_t i, wrt_str rest) {
    wrt_str element;
    while (wrt_str_cut(&element, &rest, ' ')) {
        const char kind = element.ptr[0];
        if (kind == '^' || kind == '!' || kind == '$') {
            if (!holds(s, i, element))
                return false;
            continue;
        }
        if (kind == '~') {
            for (size_t gap = 0; gap <= GAP_MAX; gap++) {
                if (matches(s, i + gap, rest))
                    return true;
                if (ends_clause(s, i + gap))
                    return false;
            }
            return false;
        }
        if (!fits(s, i++, element))
            return false;
    }
    return true;
}

bool wrt_pattern_matches(const wrt_sentence *s, size_t i, const char *pattern) {
    return matches(s, i, wrt_str_of(pattern));
}

bool wrt_pattern_find(const wrt_sentence *s, const char *const *patterns, bool skips_quotes) {
    for (; *patterns != NULL; patterns++) {
        const wrt_str pattern = wrt_str_of(*patterns);
        for (size_t i = 0; i < s->n; i++)
            if (!(skips_quotes && s->tokens[i].is_quoted) && matches(s, i, pattern))
                return true;
    }
    return false;
}
