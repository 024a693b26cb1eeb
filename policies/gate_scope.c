/* gate_scope.c: negations and hedges around a cue. */
#include "policies/gate_scope.h"

#include <string.h>

enum { NEAR = 5, GOVERNOR_REACH = 3, ASIDE_MAX = 6 };

static const char *at(const wrt_sentence *s, size_t i) {
    return wrt_sentence_word(s, i);
}

static bool begins_with_any(const char *word, const char *const *stems) {
    for (; *stems != NULL; stems++)
        if (strncmp(word, *stems, strlen(*stems)) == 0)
            return true;
    return false;
}

/* "not only", "not always": the statement still stands. */
static bool is_pseudo_negation(const wrt_sentence *s, size_t i) {
    return wrt_sentence_in(s, i + 1,
                           "only just merely simply solely exclusively always invariably "
                           "alone doubt question wonder longer less small little");
}

static bool negates(const wrt_sentence *s, size_t i) {
    return wrt_cue_is_negation(at(s, i)) && !is_pseudo_negation(s, i);
}

/* ---- where a scope begins */

/* The comma that ends a clause in front: "Although ..., X causes Y". */
static bool ends_front_clause(const wrt_sentence *s, size_t comma) {
    for (size_t i = comma; i > 0 && !wrt_sentence_is(s, i - 1, ","); i--)
        if (wrt_sentence_in(s, i - 1, "although though while whereas despite unlike besides"))
            return true;
    return false;
}

static bool turns(const wrt_sentence *s, size_t i) {
    if (wrt_sentence_in(s, i,
                        "but however although though whereas while yet nevertheless "
                        "nonetheless because since ;"))
        return true;
    return wrt_sentence_is(s, i, ",") &&
           (wrt_sentence_in(s, i + 1, "and so which who") || ends_front_clause(s, i));
}

static size_t scope_start(const wrt_sentence *s, size_t i) {
    while (i > 0 && !turns(s, i - 1))
        i--;
    return i;
}

/* ---- governing phrases */

/* "no longer unclear", "not unknown" */
static bool is_undone(const wrt_sentence *s, size_t i) {
    return i > 0 && (negates(s, i - 1) || (i > 1 && wrt_sentence_is(s, i - 1, "longer") &&
                                           wrt_sentence_is(s, i - 2, "no")));
}

/* "Whether or not one smokes, ..." governs its own clause only. */
static bool is_closed_whether(const wrt_sentence *s, size_t i, size_t cue) {
    if (i > 0 || !wrt_sentence_is(s, i, "whether"))
        return false;
    for (size_t j = i; j < cue; j++)
        if (wrt_sentence_is(s, j, ","))
            return true;
    return false;
}

static bool is_hedge_word(const wrt_sentence *s, size_t i) {
    static const char *const stems[] = {"hypothes", "speculat", "conjectur", "postulat", NULL};
    const char *word = at(s, i);
    bool before_that = wrt_sentence_is(s, i + 1, "that");
    if (begins_with_any(word, stems))
        return true;
    if (wrt_word_in(word,
                    "whether perhaps possibly maybe conceivably presumably potentially "
                    "allegedly unclear unknown uncertain unproven unconfirmed suggest suggests "
                    "suggesting suspects suspect possibility assuming suppose supposing"))
        return true;
    return before_that &&
           wrt_word_in(word, "possible suggested proposed propose proposes appears "
                             "seems believe believes believed think thinks thought "
                             "assume assumes assumed suspected conceivable plausible "
                             "said");
}

/* "if" governs up to the comma or "then" that ends its clause. */
static bool is_open_condition(const wrt_sentence *s, size_t from, size_t i) {
    if (!wrt_sentence_in(s, from, "if unless supposing assuming"))
        return false;
    for (size_t j = from + 1; j < i; j++)
        if (wrt_sentence_in(s, j, ", then"))
            return false;
    return true;
}

static bool is_confirmed(const wrt_sentence *s, size_t start) {
    for (size_t i = start; i < s->n; i++)
        if (wrt_sentence_in(s, i,
                            "confirm confirms confirmed confirming proved proven proves prove "
                            "established verified validated true correct certain right") &&
            !(i > 0 && (negates(s, i - 1) || wrt_sentence_is(s, i - 1, "be"))))
            return true;
    return false;
}

/* A negated statement about knowledge: "no evidence that", "was not shown that". */
static void read_denial(wrt_scope *out, const wrt_sentence *s, size_t i, size_t cue) {
    static const char *const proofs =
        "evidence proof indication support reason show shown find found demonstrate demonstrated "
        "prove proven proved true case established confirm confirmed think believe supports "
        "support "
        "conclude mean imply suggest indicate follow observed observe detect detected";
    bool is_no = wrt_sentence_in(s, i, "no little insufficient without lack lacks");
    if (!is_no && !negates(s, i))
        return;
    for (size_t j = i + 1; j <= i + GOVERNOR_REACH + 1 && j + 1 < cue; j++) {
        if (wrt_sentence_in(s, j, "known clear certain obvious understood"))
            out->is_hedged = true;
        bool governs_infinitive = wrt_sentence_is(s, j + 1, "to") && !is_no;
        if (!wrt_sentence_in(s, j, proofs) || governs_infinitive)
            continue; /* "not found to": the auxiliaries see it */
        if (strcmp(at(s, j), "suggest") == 0)
            out->is_hedged = false;
        out->negations++;
        return;
    }
}

/* "denies that", "ruled out that"; negated themselves they cancel or hedge. */
static void read_refutation(wrt_scope *out, const wrt_sentence *s, size_t i, size_t start) {
    static const char *const stems[] = {"denie",  "deny",       "refut", "disprov",
                                        "reject", "contradict", NULL};
    bool excludes = wrt_sentence_in(s, i, "exclude excludes excluded") ||
                    (wrt_sentence_in(s, i, "rule rules ruled") && wrt_sentence_is(s, i + 1, "out"));
    bool undone = false;
    size_t that = wrt_sentence_is(s, i + 1, "out") ? i + 2 : i + 1;
    if ((!excludes && !begins_with_any(at(s, i), stems)) || !wrt_sentence_is(s, that, "that"))
        return;
    for (size_t j = i; j > start && j + GOVERNOR_REACH > i; j--)
        undone = undone || negates(s, j - 1);
    if (undone)
        out->is_hedged = out->is_hedged || excludes;
    else
        out->negations++;
}

/* "No drug", "None of them", at the start of the scope or of a clause in it. */
static bool is_empty_subject(const wrt_sentence *s, size_t i, size_t start) {
    bool begins = i == start || wrt_sentence_in(s, i - 1, "that , : and ( \" but");
    return begins && wrt_sentence_in(s, i, "no none neither nothing nobody") &&
           !is_pseudo_negation(s, i) &&
           !wrt_sentence_in(s, i + 1,
                            "matter sooner evidence proof indication support reason doubts "
                            "disputes questions denies");
}

static void read_governors(wrt_scope *out, const wrt_sentence *s, size_t start, size_t cue) {
    for (size_t i = start; i < cue; i++) {
        if ((is_hedge_word(s, i) && !is_undone(s, i) && !is_closed_whether(s, i, cue)) ||
            is_open_condition(s, i, cue))
            out->is_hedged = true;
        read_denial(out, s, i, cue);
        read_refutation(out, s, i, start);
        if (is_empty_subject(s, i, start))
            out->negations++;
    }
    if (out->is_hedged && is_confirmed(s, start))
        out->is_hedged = false;
}

/* ---- the verb group */

static const char *const hedging_governors =
    "thought believed suspected hypothesized hypothesised appears appear appeared seems seem "
    "seemed "
    "potential proposed supposed said assumed presumed alleged reported postulated likelihood "
    "expected predicted tendency";
static const char *const purpose_governors =
    "aims aim aimed aiming designed intended intends intend wants want hope hopes hoped try tries "
    "tried trying order need needed needs efforts effort strategies strategy measures way ways "
    "attempt attempts attempted plan plans planned goal sought seek seeks how likely willing";
static const char *const sure_governors =
    "known shown found proven proved demonstrated used able tends tend continues continue helps "
    "help "
    "established seen observed serves serve acts act starts began begins suffices enough "
    "sufficient "
    "confirmed bound certain sure goes capable ability capacity power";

/* What "to" before the verb hangs on. Returns where to go on reading backwards. */
static size_t read_infinitive(wrt_scope *out, const wrt_sentence *s, size_t to) {
    size_t i = to;
    while (i > 0 && wrt_cue_is_adverb(at(s, i - 1)))
        i--;
    if (i == 0) {
        out->is_hedged = true; /* "To prevent stroke, ...": a purpose */
        return 0;
    }
    const char *word = at(s, i - 1);
    if (wrt_word_in(word, hedging_governors) || wrt_word_in(word, purpose_governors))
        out->is_hedged = true;
    else if (wrt_word_in(word, "fail fails failed failing unable unlikely"))
        out->negations++;
    else if (!wrt_word_in(word, sure_governors))
        out->is_unclear = true;
    return i - 1;
}

/* An infinitive behind "and" shares the auxiliaries of the verb before: where those end. */
static size_t find_shared(const wrt_sentence *s, size_t i, size_t start) {
    for (size_t j = i; j > start; j--)
        if (wrt_cue_is_hedging_modal(at(s, j - 1)) || wrt_cue_is_modal(at(s, j - 1)) ||
            wrt_cue_is_negation(at(s, j - 1)))
            return j;
    return i;
}

/* The comma that opens the aside which the comma at i closes; i when there is none. */
static size_t aside_start(const wrt_sentence *s, size_t start, size_t i) {
    for (size_t j = i; j > start + 1 && j + ASIDE_MAX > i; j--)
        if (wrt_sentence_is(s, j - 1, ",") && (wrt_cue_is_hedging_modal(at(s, j - 2)) ||
                                               negates(s, j - 2) || wrt_cue_is_be(at(s, j - 2))))
            return j - 1;
    return i;
}

static bool is_transparent(const char *word) {
    return wrt_cue_is_adverb(word) || wrt_cue_is_be(word) || wrt_cue_is_modal(word) ||
           wrt_word_in(word, "have has had having * _ \" ,") || wrt_cue_is_determiner(word);
}

static void read_auxiliaries(wrt_scope *out, const wrt_sentence *s, size_t start, size_t cue,
                             wrt_form form) {
    bool is_shared = false;
    for (size_t i = cue; i > start; i--) {
        const char *word = at(s, i - 1);
        if (negates(s, i - 1)) {
            out->negations++;
        } else if (wrt_cue_is_hedging_modal(word) ||
                   wrt_word_in(word, "possibly perhaps potentially maybe presumably conceivably "
                                     "putatively necessarily")) {
            out->is_hedged = true;
        } else if (strcmp(word, "to") == 0 && form == WRT_FORM_BASE) {
            i = read_infinitive(out, s, i - 1) + 1;
            form = WRT_FORM_NONE;
        } else if (strcmp(word, ",") == 0 && aside_start(s, start, i - 1) < i - 1) {
            i = aside_start(s, start, i - 1) + 1; /* "might, in part, be caused" */
        } else if (form == WRT_FORM_BASE && !is_shared && wrt_word_in(word, "and or nor ,")) {
            size_t shared = find_shared(s, i - 1, start);
            if (strcmp(word, "nor") != 0 && shared == i - 1)
                return;
            is_shared = true;
            i = shared + 1;
        } else if (!is_transparent(word) ||
                   (wrt_cue_is_determiner(word) && form != WRT_FORM_NONE) ||
                   (strcmp(word, ",") == 0 && i != cue)) {
            return;
        }
    }
}

wrt_scope wrt_scope_of_verb(const wrt_sentence *s, size_t i, size_t behind, wrt_form form) {
    wrt_scope scope = {0};
    size_t start = scope_start(s, i);
    read_governors(&scope, s, start, i);
    read_auxiliaries(&scope, s, start, i, form);
    if (wrt_sentence_in(s, behind, "no neither nothing none zero") &&
        !is_pseudo_negation(s, behind))
        scope.negations++;
    return scope;
}

/* ---- noun phrases */

static bool is_study_verb(const wrt_sentence *s, size_t i) {
    static const char *const stems[] = {
        "studied", "studying", "examin",  "investigat", "assess",   "evaluat",    "estimat",
        "measur",  "tested",   "testing", "explor",     "analys",   "analyz",     "compar",
        "quantif", "research", "identif", "discuss",    "question", "understand", "model",
        "asked",   "consider", "debat",   NULL};
    if (wrt_sentence_in(s, i, "estimate measure study test") && i > 0)
        return wrt_sentence_in(s, i - 1, "we to i they can cannot not would will");
    if (!begins_with_any(at(s, i), stems) || wrt_sentence_in(s, i, "estimates measures models"))
        return false;
    return i == 0 || !wrt_cue_is_determiner(at(s, i - 1));
}

static void read_near(wrt_scope *out, const wrt_sentence *s, size_t start, size_t cue) {
    for (size_t i = cue; i > start && i + NEAR > cue; i--) {
        const char *word = at(s, i - 1);
        if (negates(s, i - 1) ||
            (wrt_word_in(word, "no without lack lacks lacked lacking absence none neither zero") &&
             !is_pseudo_negation(s, i - 1)))
            out->negations++;
        if (wrt_cue_is_hedging_modal(word) ||
            wrt_word_in(word, "possible potential putative suspected hypothesized hypothesised "
                              "proposed presumed alleged conjectured supposed"))
            out->is_hedged = true;
    }
    for (size_t i = start; i < cue; i++)
        if (is_study_verb(s, i))
            out->is_hedged = true;
}

/* What is said of it afterwards: "is unknown", "was not identified", "was studied", "is null". */
static void read_predicate(wrt_scope *out, const wrt_sentence *s, size_t behind) {
    for (size_t i = behind; i < s->n && !turns(s, i); i++) {
        if (!wrt_cue_is_be(at(s, i)) &&
            !wrt_sentence_in(s, i, "remains remain has have cannot can"))
            continue;
        for (size_t j = i + 1; j <= i + GOVERNOR_REACH && j < s->n; j++) {
            if (wrt_sentence_in(s, j,
                                "unknown unclear uncertain unidentified unidentifiable "
                                "unproven undetermined unsettled") ||
                is_study_verb(s, j) ||
                (negates(s, j - 1) &&
                 wrt_sentence_in(s, j,
                                 "identified identifiable known clear significant understood "
                                 "established estimable found seen observed detected "
                                 "supported shown studied possible")))
                out->is_hedged = true;
            if (wrt_sentence_in(s, j, "absent null zero excluded nil"))
                out->negations++;
        }
        return;
    }
}

wrt_scope wrt_scope_of_nominal(const wrt_sentence *s, size_t i, size_t behind) {
    wrt_scope scope = {0};
    size_t start = scope_start(s, i);
    read_governors(&scope, s, start, i);
    read_near(&scope, s, start, i);
    read_predicate(&scope, s, behind);
    return scope;
}
