/* frame.c: words and exact graph names become a typed question. See frame.h for the rule. */
#include "agent/question/frame.h"

#include "agent/act/lookup.h"
#include "agent/question/needs.h"
#include "agent/question/type.h"
#include "agent/question/words.h"
#include "agent/steer.h"
#include "base/arena.h"
#include "kg/names/resolve.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SPANS_MAX = 64, NEAREST = 3, TERM_BYTES_MAX = 100 };

typedef struct {
    size_t start, end;    /* bytes */
    bool linked;          /* wholly covered by graph names */
    const wrt_json *span; /* the last name in it when linked */
} phrase;

typedef struct {
    wrt_str question;
    wrt_word words[WRT_WORDS_MAX];
    size_t n_words;
    wrt_json *links; /* array of wrt_kg_link */
    phrase phrases[WRT_WORDS_MAX];
    size_t n_phrases;
    size_t n_before_verb;   /* phrases[0..n) stand before the effect verb */
    const wrt_word *verb;   /* NULL when the question has none */
    const wrt_word *turned; /* a word that turns the question round, or NULL */
    bool goes_on;           /* from another question, which may name what this one leaves out */
    bool passive;           /* "is treated by": what stands before the verb is the outcome */
    const wrt_json *needs;  /* of the protocol; NULL: nodes */
} parse;

/* Will the words themselves do where the graph has no node? */
static bool by_words(const parse *p, const char *role) {
    return wrt_need_is(wrt_json_get(p->needs, role), "term");
}

/* ---- phrases */

static const wrt_json *span_over(const parse *p, const wrt_word *word) {
    WRT_JSON_EACH(link, p->links) {
        size_t start = (size_t)wrt_json_get_int(link, "start", 0);
        size_t end = (size_t)wrt_json_get_int(link, "end", 0);
        if (word->start >= start && word->end <= end)
            return link;
    }
    return NULL;
}

static bool belongs_to_phrase(const wrt_word *word, const wrt_json *span) {
    return span != NULL || word->kind == WRT_WORD_CONTENT;
}

static bool word_is(const parse *p, size_t index, const char *text) {
    const wrt_word *word = &p->words[index];
    return word->end - word->start == strlen(text) &&
           strncasecmp(p->question.ptr + word->start, text, strlen(text)) == 0;
}

/* Extends the open phrase by a word, or opens one. */
static void add_word(parse *p, const wrt_word *word, const wrt_json *span, bool *open) {
    if (!*open) {
        p->phrases[p->n_phrases++] = (phrase){word->start, word->end, true, NULL};
        *open = true;
    }
    phrase *current = &p->phrases[p->n_phrases - 1];
    current->end = word->end;
    if (span == NULL)
        current->linked = false;
    else
        current->span = span;
}

/* "is treated by": the verb is a participle after a form of "be" and before "by". */
static bool is_passive(const parse *p, size_t verb) {
    static const char *const be[] = {"is", "are", "was", "were", "be", "been", "being"};
    if (verb + 1 >= p->n_words || !word_is(p, verb + 1, "by"))
        return false;
    for (size_t i = 0; i < verb; i++)
        for (size_t j = 0; j < sizeof be / sizeof *be; j++)
            if (word_is(p, i, be[j]))
                return true;
    return false;
}

static void note_verb(parse *p, size_t index) {
    const wrt_word *word = &p->words[index];
    if (p->verb == NULL && (p->n_phrases > 0 || p->goes_on)) {
        p->verb = word;
        p->n_before_verb = p->n_phrases;
        p->passive = is_passive(p, index);
    } else if (p->verb != NULL && word->verb_sign * p->verb->verb_sign < 0) {
        p->turned = word;
    }
}

static void find_phrases(parse *p) {
    bool open = false;
    for (size_t i = 0; i < p->n_words; i++) {
        const wrt_word *word = &p->words[i];
        const wrt_json *span = span_over(p, word);
        if (belongs_to_phrase(word, span)) {
            add_word(p, word, span, &open);
            if (word->ends_phrase &&
                (span == NULL || (size_t)wrt_json_get_int(span, "end", 0) <= word->end))
                open = false;
            continue;
        }
        open = false;
        if (word->kind == WRT_WORD_VERB)
            note_verb(p, i);
        else if (word->kind == WRT_WORD_INVERTER)
            p->turned = word;
    }
    if (p->verb == NULL)
        p->n_before_verb = p->n_phrases > 0 ? 1 : 0;
}

static wrt_str phrase_text(const parse *p, const phrase *ph) {
    return (wrt_str){p->question.ptr + ph->start, ph->end - ph->start};
}

/* ---- entities */

static const char *const drug_kinds[] = {
    "Drug", "SmallMolecule", "ChemicalEntity", "MolecularMixture", "Compound", NULL};
static const char *const disease_kinds[] = {"Disease", "PhenotypicFeature", "SideEffect", "Symptom",
                                            NULL};

static bool kind_is_one_of(const wrt_json *match, const char *const *kinds) {
    const char *kind = wrt_json_get_text(match, "kind", "");
    for (; *kinds != NULL; kinds++)
        if (strcmp(kind, *kinds) == 0)
            return true;
    return false;
}

/* The matches that were found in the same way as the first one. */
static wrt_json *best_matches(const wrt_json *matches) {
    wrt_json *best = wrt_json_new_array();
    const wrt_json *first = wrt_json_first(matches);
    WRT_JSON_EACH(match, matches)
    if (strcmp(wrt_json_get_text(match, "match", ""), wrt_json_get_text(first, "match", "")) == 0)
        wrt_json_push(best, wrt_json_copy(match));
    return best;
}

/* Drops matches of other kinds when some are of the preferred kinds. */
static void keep_kinds(wrt_json **matches, const char *const *kinds) {
    wrt_json *kept = wrt_json_new_array();
    WRT_JSON_EACH(match, *matches)
    if (kind_is_one_of(match, kinds))
        wrt_json_push(kept, wrt_json_copy(match));
    if (wrt_json_count(kept) == 0) {
        wrt_json_free(kept);
        return;
    }
    wrt_json_free(*matches);
    *matches = kept;
}

static void list_matches(wrt_buf *out, const wrt_json *matches, size_t most) {
    size_t n = 0;
    WRT_JSON_EACH(match, matches) {
        if (n == most)
            break;
        wrt_buf_printf(out, "%s%s (%s)", n++ > 0 ? ", " : "", wrt_json_get_text(match, "name", "?"),
                       wrt_json_get_text(match, "id", "?"));
    }
}

/* The nearest names: like the text, else those that share the most first letters with it. */
static wrt_status look_nearest(wrt_json **out, const wrt_json *query, void *ctx, wrt_err *err) {
    wrt_str text = wrt_str_of(wrt_json_get_text(query, "text", ""));
    wrt_json *near = NULL;
    (void)err;
    for (size_t len = text.len; len > 0; len = len > 6 ? 6 : len - 1) {
        while (len > 1 && ((unsigned char)text.ptr[len] & 0xC0) == 0x80 && len < text.len)
            len--;
        wrt_json_free(near);
        near = NULL;
        wrt_str part = {text.ptr, len};
        if (wrt_kg_resolve(&near, ctx, part, NULL, NEAREST, NULL) == WRT_OK &&
            wrt_json_count(near) > 0)
            break;
    }
    *out = near != NULL ? near : wrt_json_new_array();
    return WRT_OK;
}

static wrt_json *query_text(wrt_str text) {
    wrt_json *query = wrt_json_new_object();
    wrt_json_set(query, "text", wrt_json_new_text(text));
    return query;
}

static wrt_status find_nearest(wrt_buf *names, wrt_turn *turn, wrt_str text, wrt_err *err) {
    wrt_json *near = NULL;
    wrt_status status =
        wrt_lookup(&near, turn, "nearest", query_text(text), look_nearest, turn->config->kg, err);
    if (status == WRT_OK)
        list_matches(names, near, NEAREST);
    wrt_json_free(near);
    return status;
}

static wrt_status unknown_entity(wrt_turn *turn, wrt_str text, const char *role, wrt_err *err) {
    if (text.len == 0)
        return wrt_fail(err, WRT_E_NOT_FOUND,
                        "the question names no %s: name one drug and one disease or outcome", role);
    wrt_buf names = wrt_buf_make(WRT_KIB(64));
    wrt_status status = find_nearest(&names, turn, text, err);
    if (status == WRT_OK)
        status = wrt_fail(err, WRT_E_NOT_FOUND, "\"%.*s\" is not in the graph%s%s", (int)text.len,
                          text.ptr, names.len > 0 ? "; nearest: " : " and nothing is near it",
                          wrt_buf_str(&names).ptr);
    wrt_buf_free(&names);
    return status;
}

/* A phrase that no node covers, as it is worded. Where there is a graph, what is near it is told:
 * it may be a slip of the pen. */
static wrt_status set_words(wrt_json *frame, wrt_turn *turn, const parse *p, const phrase *ph,
                            const char *role, wrt_err *err) {
    wrt_str text = {p->question.ptr + ph->start, ph->end - ph->start};
    if (text.len > TERM_BYTES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "the %s has %zu bytes; at most %d are looked for", role,
                        text.len, TERM_BYTES_MAX);
    wrt_json *entity = wrt_json_new_object();
    wrt_json_set(entity, "text", wrt_json_new_text(text));
    wrt_json_set_int(entity, "start", (int64_t)ph->start);
    wrt_json_set_int(entity, "end", (int64_t)ph->end);
    wrt_json_set(entity, "name", wrt_json_new_text(text));
    wrt_json_set_text(entity, "match", "words");
    wrt_json_set(frame, role, entity);
    if (!wrt_turn_has_graph(turn))
        return WRT_OK;
    wrt_buf names = wrt_buf_make(WRT_KIB(64));
    wrt_status status = find_nearest(&names, turn, text, err);
    if (status == WRT_OK)
        wrt_turn_warn(turn,
                      "\"%.*s\" is looked for as worded: no node of the graph is called so%s%s",
                      (int)text.len, text.ptr, names.len > 0 ? "; nearest: " : "",
                      names.len > 0 ? wrt_buf_str(&names).ptr : "");
    wrt_buf_free(&names);
    return status;
}

/* Picks one of several equally good matches: the model, or nobody. */
static wrt_status pick_match(size_t *index, wrt_turn *turn, wrt_str text, const wrt_json *matches,
                             wrt_str question, wrt_err *err) {
    size_t n = wrt_json_count(matches);
    *index = 0;
    if (n == 1)
        return WRT_OK;
    wrt_str options[SPANS_MAX];
    size_t used = 0;
    for (; used < n && used < SPANS_MAX; used++)
        options[used] = wrt_str_of(wrt_json_get_text(wrt_json_at(matches, used), "id", "?"));
    wrt_buf user = wrt_buf_make(WRT_KIB(512));
    wrt_buf_printf(&user,
                   "Question (quoted): \"%.*s\"\nName: \"%.*s\"\nCandidates: ", (int)question.len,
                   question.ptr, (int)text.len, text.ptr);
    list_matches(&user, matches, SPANS_MAX);
    bool by_model = false;
    wrt_steer_question ask = {"entity", WRT_STR("Answer with the id of the entity that is meant."),
                              wrt_buf_str(&user), options, used};
    wrt_status status = wrt_steer_choose(index, &by_model, turn, &ask, err);
    wrt_buf_free(&user);
    if (status != WRT_OK || by_model)
        return status;
    wrt_buf names = wrt_buf_make(WRT_KIB(64));
    list_matches(&names, matches, 5);
    status = wrt_fail(err, WRT_E_NOT_FOUND, "\"%.*s\" is ambiguous: %s; ask again with an id",
                      (int)text.len, text.ptr, wrt_buf_str(&names).ptr);
    wrt_buf_free(&names);
    return status;
}

static wrt_status make_entity(wrt_json **out, wrt_turn *turn, const parse *p, const wrt_json *span,
                              const char *const *kinds, wrt_err *err) {
    wrt_json *matches = best_matches(wrt_json_get(span, "matches"));
    keep_kinds(&matches, kinds);
    wrt_str text = wrt_str_of(wrt_json_get_text(span, "text", ""));
    size_t index = 0;
    wrt_status status = pick_match(&index, turn, text, matches, p->question, err);
    if (status == WRT_OK) {
        const wrt_json *match = wrt_json_at(matches, index);
        wrt_json *entity = wrt_json_new_object();
        wrt_json_set(entity, "text", wrt_json_new_text(text));
        wrt_json_set_int(entity, "start", wrt_json_get_int(span, "start", 0));
        wrt_json_set_int(entity, "end", wrt_json_get_int(span, "end", 0));
        wrt_json_set_text(entity, "id", wrt_json_get_text(match, "id", ""));
        wrt_json_set_text(entity, "name", wrt_json_get_text(match, "name", ""));
        wrt_json_set_text(entity, "kind", wrt_json_get_text(match, "kind", ""));
        wrt_json_set_text(entity, "match", wrt_json_get_text(match, "match", ""));
        wrt_json_set(entity, "alternatives", wrt_json_copy(wrt_json_get(span, "matches")));
        *out = entity;
    }
    wrt_json_free(matches);
    return status;
}

/* ---- roles */

typedef struct {
    size_t first, end; /* phrases[first..end) */
} side;

static side treatment_side(const parse *p) {
    return p->passive ? (side){p->n_before_verb, p->n_phrases} : (side){0, p->n_before_verb};
}

static side outcome_side(const parse *p) {
    return p->passive ? (side){0, p->n_before_verb} : (side){p->n_before_verb, p->n_phrases};
}

static bool span_has_kind(const wrt_json *span, const char *const *kinds) {
    WRT_JSON_EACH(match, wrt_json_get(span, "matches"))
    if (kind_is_one_of(match, kinds))
        return true;
    return false;
}

/* What the question leaves out is what the question before it was about. */
static wrt_status take_previous(wrt_json *frame, wrt_turn *turn, const parse *p, const char *role,
                                wrt_err *err) {
    const wrt_json *before = wrt_json_get(wrt_json_path(turn->start, "context.previous"), role);
    if (wrt_json_get_text(before, by_words(p, role) ? "name" : "id", NULL) == NULL)
        return unknown_entity(turn, WRT_STR(""), role, err);
    wrt_json *entity = wrt_json_copy(before);
    wrt_json_set(entity, "start", NULL); /* it stands nowhere in this question */
    wrt_json_set(entity, "end", NULL);
    wrt_json_set_text(entity, "by", "previous question");
    wrt_json_set(frame, role, entity);
    return WRT_OK;
}

/* All that stands on the treatment's side must be in the graph, and one drug of it, or else the
 * only name there, is the treatment: "X combined with metformin" is not a question about metformin.
 * Where words will do, a phrase that stands there alone is the treatment. */
static wrt_status frame_treatment(wrt_json *frame, wrt_turn *turn, const parse *p, wrt_err *err) {
    side where = treatment_side(p);
    const phrase *chosen = NULL;
    size_t drugs = 0, names = 0;
    for (size_t i = where.first; i < where.end; i++) {
        const phrase *ph = &p->phrases[i];
        if (!ph->linked && by_words(p, "treatment") && where.end - where.first == 1)
            return set_words(frame, turn, p, ph, "treatment", err);
        if (!ph->linked)
            return unknown_entity(turn, phrase_text(p, ph), "treatment", err);
        bool is_drug = span_has_kind(ph->span, drug_kinds);
        drugs += is_drug;
        names++;
        if (chosen == NULL || (is_drug && drugs == 1))
            chosen = ph;
    }
    if (names == 0)
        return take_previous(frame, turn, p, "treatment", err);
    if (drugs > 1 || (drugs == 0 && names > 1))
        return wrt_fail(err, WRT_E_NOT_FOUND,
                        "the question names several treatments: ask about one");
    wrt_json *entity = NULL;
    wrt_status status = make_entity(&entity, turn, p, chosen->span, drug_kinds, err);
    if (status == WRT_OK)
        wrt_json_set(frame, "treatment", entity);
    return status;
}

/* The verb's own object must be in the graph; a disease or phenotype further on ("in type 2
 * diabetes") is preferred to an object that is neither. Where words will do, the object it is. */
static wrt_status frame_outcome(wrt_json *frame, wrt_turn *turn, const parse *p,
                                const phrase **object, wrt_err *err) {
    side where = outcome_side(p);
    if (where.first == where.end)
        return take_previous(frame, turn, p, "outcome", err);
    const phrase *own = &p->phrases[where.first], *chosen = own;
    bool words_do = by_words(p, "outcome");
    *object = own;
    if (!own->linked && words_do)
        return set_words(frame, turn, p, own, "outcome", err);
    if (!own->linked)
        return unknown_entity(turn, phrase_text(p, own), "outcome", err);
    for (size_t i = where.first; i < where.end && !words_do; i++) {
        const phrase *ph = &p->phrases[i];
        if (ph->linked && !span_has_kind(chosen->span, disease_kinds) &&
            span_has_kind(ph->span, disease_kinds))
            chosen = ph;
    }
    wrt_json *entity = NULL;
    wrt_status status = make_entity(&entity, turn, p, chosen->span, disease_kinds, err);
    if (status == WRT_OK)
        wrt_json_set(frame, "outcome", entity);
    if (chosen != own)
        *object = NULL;
    return status;
}

/* The direction asked about. It is the verb's only when the outcome is the verb's own object, and a
 * verb of benefit says nothing about the direction of anything but a disease. */
static int wanted_sign(const parse *p, const wrt_json *frame, const phrase *own_object) {
    if (p->verb == NULL || own_object == NULL)
        return 0;
    bool is_disease = kind_is_one_of(wrt_json_get(frame, "outcome"), disease_kinds);
    return p->verb->is_benefit && !is_disease ? 0 : p->verb->verb_sign;
}

static wrt_status frame_roles(wrt_json *frame, wrt_turn *turn, const parse *p, wrt_err *err) {
    const phrase *own_object = NULL;
    if (p->n_words == WRT_WORDS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "the question has more than %d words", WRT_WORDS_MAX - 1);
    if (p->turned != NULL)
        return wrt_fail(
            err, WRT_E_NOT_FOUND,
            "\"%.*s\" turns the question round, and it would be answered the wrong way: "
            "ask about one drug and one outcome, in one direction",
            (int)(p->turned->end - p->turned->start), p->question.ptr + p->turned->start);
    wrt_status status = frame_treatment(frame, turn, p, err);
    if (status == WRT_OK)
        status = frame_outcome(frame, turn, p, &own_object, err);
    if (status == WRT_OK)
        wrt_json_set_int(frame, "want_sign", wanted_sign(p, frame, own_object));
    return status;
}

/* Linked phrases that play no role, and phrases the graph does not know. */
static void list_rest(wrt_json *frame, const parse *p) {
    wrt_json *also = wrt_json_new_array(), *unlinked = wrt_json_new_array();
    int64_t treatment = wrt_json_get_int(wrt_json_get(frame, "treatment"), "start", -1);
    int64_t outcome = wrt_json_get_int(wrt_json_get(frame, "outcome"), "start", -1);
    for (size_t i = 0; i < p->n_phrases; i++) {
        const phrase *ph = &p->phrases[i];
        int64_t start = ph->linked ? wrt_json_get_int(ph->span, "start", -2) : (int64_t)ph->start;
        if (start != treatment && start != outcome)
            wrt_json_push(ph->linked ? also : unlinked, wrt_json_new_text(phrase_text(p, ph)));
    }
    wrt_json_set(frame, "also", also);
    wrt_json_set(frame, "unlinked", unlinked);
}

/* ---- all */

static wrt_status check_question(wrt_str question, wrt_err *err) {
    if (question.len == 0)
        return wrt_fail(err, WRT_E_INPUT, "the question is empty");
    if (question.len > WRT_QUESTION_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "the question has %zu bytes; at most %d are read",
                        question.len, WRT_QUESTION_MAX);
    if (!wrt_utf8_valid(question))
        return wrt_fail(err, WRT_E_INPUT, "the question is not valid UTF-8");
    return WRT_OK;
}

static wrt_status look_links(wrt_json **out, const wrt_json *query, void *ctx, wrt_err *err) {
    return wrt_kg_link(out, ctx, wrt_str_of(wrt_json_get_text(query, "text", "")), err);
}

/* Names of the graph in the question; none without a graph. */
static wrt_status find_links(parse *p, wrt_turn *turn, wrt_err *err) {
    if (wrt_turn_has_graph(turn))
        return wrt_lookup(&p->links, turn, "link", query_text(p->question), look_links,
                          turn->config->kg, err);
    p->links = wrt_json_new_array();
    return WRT_OK;
}

/* Treatment and outcome as nodes of the knowledge graph, or as worded. */
static wrt_status frame_nodes(wrt_json *frame, wrt_turn *turn, const wrt_json *needs, wrt_str text,
                              wrt_err *err) {
    parse *p = wrt_calloc(1, sizeof *p);
    p->question = text;
    p->needs = needs;
    p->goes_on = wrt_json_path(turn->start, "context.previous") != NULL;
    wrt_status status = find_links(p, turn, err);
    if (status == WRT_OK) {
        p->n_words = wrt_words_split(p->words, text);
        find_phrases(p);
        wrt_json_set(frame, "verb",
                     p->verb ? wrt_json_new_text((wrt_str){text.ptr + p->verb->start,
                                                           p->verb->end - p->verb->start})
                             : wrt_json_new_null());
        status = frame_roles(frame, turn, p, err);
        list_rest(frame, p);
    }
    wrt_json_free(p->links);
    free(p);
    return status;
}

/* Which ends of a question are to be found in its words, and whether it can do without. A type that
 * states no needs is about nodes. */
typedef struct {
    bool wanted, needed, of_graph;
} ends;

static ends ends_of(const wrt_json *needs) {
    ends e = {needs == NULL, needs == NULL, needs == NULL};
    WRT_JSON_EACH(need, needs) {
        bool is_node = wrt_need_is(need, "node"), is_end = is_node || wrt_need_is(need, "term");
        bool needed = is_end && !wrt_need_is_optional(need);
        e.wanted = e.wanted || is_end;
        e.needed = e.needed || needed;
        e.of_graph = e.of_graph || (is_node && needed);
    }
    return e;
}

/* Where nodes or terms are optional, none is an answer, too. */
static wrt_status frame_ends(wrt_json *frame, wrt_turn *turn, const wrt_json *needs, wrt_str text,
                             wrt_err *err) {
    const ends e = ends_of(needs);
    wrt_err unknown = {0};
    if (!e.wanted || (!e.needed && !wrt_turn_has_graph(turn)))
        return WRT_OK;
    if (e.of_graph && !wrt_turn_has_graph(turn))
        return wrt_fail(err, WRT_E_INPUT,
                        "no knowledge graph: run `warrant kg import FILE...` first");
    wrt_status status = frame_nodes(frame, turn, needs, text, &unknown);
    if (status == WRT_E_NOT_FOUND && !e.needed)
        return WRT_OK;
    if (status != WRT_OK && err != NULL)
        *err = unknown;
    return status;
}

wrt_status wrt_frame_question(wrt_json **frame, wrt_turn *turn, const char *question,
                              wrt_err *err) {
    wrt_json *needs = NULL;
    *frame = wrt_json_new_object();
    wrt_str text = wrt_str_trim(wrt_str_of(question));
    wrt_status status = check_question(text, err);
    if (status == WRT_OK)
        status = wrt_question_type(&needs, *frame, turn, text, err);
    if (status == WRT_OK)
        status = frame_ends(*frame, turn, needs, text, err);
    if (status == WRT_OK && needs != NULL)
        status = wrt_needs_fill(*frame, turn, needs, text, err);
    wrt_json_free(needs);
    return status;
}
