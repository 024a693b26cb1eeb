/* roles.c: which of the names in a question is the treatment and which the outcome. */
#include "agent/act/lookup.h"
#include "agent/question/filling.h"
#include "agent/question/names.h"
#include "agent/question/needs.h"
#include "agent/question/words.h"
#include "kg/names/resolve.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { SYNONYM_NAMES_MAX = 200 };

typedef struct {
    wrt_word words[WRT_WORDS_MAX];
    size_t n;
    wrt_json *mentions; /* names.h, each name once, those after "adjusting for" apart */
    wrt_json *given;    /* names after "adjusting for" */
    size_t split;       /* byte where the outcome's side begins; SIZE_MAX: nothing tells */
    bool passive;
} reading;

/* ---- the question's form */

static bool word_is(const wrt_filling *f, const wrt_word *word, const char *text) {
    return word->end - word->start == strlen(text) &&
           strncasecmp(f->question.ptr + word->start, text, strlen(text)) == 0;
}

static bool word_is_any(const wrt_filling *f, const wrt_word *word, const char *const *texts) {
    for (; *texts != NULL; texts++)
        if (word_is(f, word, *texts))
            return true;
    return false;
}

static bool is_named(const reading *r, const wrt_word *word) {
    WRT_JSON_EACH(mention, r->mentions)
    if ((int64_t)word->start < wrt_json_get_int(mention, "end", 0) &&
        (int64_t)word->end > wrt_json_get_int(mention, "start", 0))
        return true;
    return false;
}

static bool follows_be(const wrt_filling *f, const reading *r, size_t at) {
    static const char *const be[] = {"is", "are", "was", "were", "be", "been", "being", NULL};
    for (size_t i = 0; i < at; i++)
        if (word_is_any(f, &r->words[i], be))
            return true;
    return false;
}

/* The effect verb parts treatment from outcome, "by" behind it turns them round; "of X on Y" has no
 * verb. A word that is a name itself parts nothing. */
static void read_form(const wrt_filling *f, reading *r) {
    static const char *const on[] = {"on", "onto", "upon", NULL};
    r->split = SIZE_MAX;
    for (size_t i = 0; i < r->n; i++) {
        const wrt_word *word = &r->words[i];
        if (is_named(r, word))
            continue;
        if (word->kind == WRT_WORD_VERB) {
            r->split = word->start;
            r->passive = i + 1 < r->n && word_is(f, &r->words[i + 1], "by") && follows_be(f, r, i);
            return;
        }
        if (r->split == SIZE_MAX && word_is_any(f, word, on))
            r->split = word->start;
    }
}

/* Byte from which names are conditioned on: "adjusting for", "controlling for", "given"; SIZE_MAX.
 */
static size_t conditioned_from(const wrt_filling *f, const reading *r) {
    static const char *const starts[] = {"adjusting",   "adjusted",    "adjust", "controlling",
                                         "conditional", "conditioned", "given",  "stratified",
                                         "stratifying", "accounting",  NULL};
    for (size_t i = 0; i < r->n; i++)
        if (!is_named(r, &r->words[i]) && word_is_any(f, &r->words[i], starts))
            return r->words[i].start;
    return SIZE_MAX;
}

static bool has_name(const wrt_json *list, const char *name) {
    WRT_JSON_EACH(item, list)
    if (strcmp(wrt_json_get_text(item, "name", ""), name) == 0)
        return true;
    return false;
}

/* ---- names that the knowledge graph calls the same */

static wrt_status look_link(wrt_json **found, const wrt_json *query, void *ctx, wrt_err *err) {
    return wrt_kg_link(found, ctx, wrt_str_of(wrt_json_get_text(query, "text", "")), err);
}

static wrt_status link(wrt_json **out, wrt_turn *turn, wrt_str text, wrt_err *err) {
    wrt_json *query = wrt_json_new_object();
    wrt_json_set(query, "text", wrt_json_new_text(text));
    return wrt_lookup(out, turn, "link", query, look_link, turn->config->kg, err);
}

static bool share_node(const wrt_json *a, const wrt_json *b) {
    WRT_JSON_EACH(left, wrt_json_get(a, "matches"))
    WRT_JSON_EACH(right, wrt_json_get(b, "matches"))
    if (strcmp(wrt_json_get_text(left, "id", "?"), wrt_json_get_text(right, "id", "!")) == 0)
        return true;
    return false;
}

/* A name as the graph would have it: "blood_glucose" reads "blood glucose". */
static wrt_status link_name(wrt_json **out, wrt_turn *turn, const char *name, wrt_err *err) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    for (; *name != '\0'; name++)
        wrt_buf_add_char(&text, *name == '_' || *name == '.' ? ' ' : *name);
    wrt_status status = link(out, turn, wrt_buf_str(&text), err);
    wrt_buf_free(&text);
    return status;
}

static void add_synonym(reading *r, const char *name, const wrt_json *span) {
    wrt_json *item = wrt_json_new_object();
    wrt_json_set_text(item, "name", name);
    wrt_json_set_int(item, "start", wrt_json_get_int(span, "start", 0));
    wrt_json_set_int(item, "end", wrt_json_get_int(span, "end", 0));
    wrt_json_set_text(item, "match", "synonym");
    wrt_json_push(r->mentions, item);
}

static wrt_status add_synonyms(wrt_filling *f, reading *r, const wrt_json *names, wrt_err *err) {
    wrt_json *asked = NULL;
    if (!wrt_turn_has_graph(f->turn) || wrt_json_count(names) > SYNONYM_NAMES_MAX)
        return WRT_OK;
    wrt_status status = link(&asked, f->turn, f->question, err);
    WRT_JSON_EACH(name, wrt_json_count(asked) > 0 ? names : NULL) {
        wrt_json *spans = NULL;
        if (status == WRT_OK && !has_name(r->mentions, wrt_json_text(name)))
            status = link_name(&spans, f->turn, wrt_json_text(name), err);
        WRT_JSON_EACH(span, asked)
        if (wrt_json_count(spans) == 1 && share_node(span, wrt_json_first(spans)) &&
            !has_name(r->mentions, wrt_json_text(name)))
            add_synonym(r, wrt_json_text(name), span);
        wrt_json_free(spans);
    }
    wrt_json_free(asked);
    return status;
}

/* ---- reading */

static wrt_status read_question(reading *r, wrt_filling *f, const wrt_json *names, wrt_err *err) {
    wrt_json *all = wrt_names_find(f->question, names);
    *r = (reading){.mentions = all, .given = wrt_json_new_array()};
    r->n = wrt_words_split(r->words, f->question);
    size_t from = conditioned_from(f, r);
    wrt_json *kept = wrt_json_new_array();
    WRT_JSON_EACH(mention, all) {
        bool is_given = (size_t)wrt_json_get_int(mention, "start", 0) > from;
        wrt_json *list = is_given ? r->given : kept;
        if (!has_name(list, wrt_json_get_text(mention, "name", "")))
            wrt_json_push(list, wrt_json_copy(mention));
    }
    r->mentions = kept;
    wrt_json_free(all);
    wrt_status status = wrt_json_count(kept) < 2 ? add_synonyms(f, r, names, err) : WRT_OK;
    read_form(f, r);
    return status;
}

static void free_reading(reading *r) {
    wrt_json_free(r->mentions);
    wrt_json_free(r->given);
}

/* ---- one role */

static const char *name_of_role(const wrt_filling *f, const char *role) {
    return wrt_json_get_text(wrt_json_get(f->frame, role), "name", NULL);
}

static bool is_taken(const wrt_filling *f, const char *name) {
    const char *treatment = name_of_role(f, "treatment"), *outcome = name_of_role(f, "outcome");
    WRT_JSON_EACH(variable, f->acting)
    if (strcmp(wrt_json_text(variable), name) == 0)
        return true;
    return (treatment != NULL && strcmp(treatment, name) == 0) ||
           (outcome != NULL && strcmp(outcome, name) == 0) ||
           wrt_json_get(wrt_json_get(f->frame, "do"), name) != NULL;
}

static void set_role(wrt_filling *f, const char *role, const char *name, const char *by) {
    wrt_json *entity = wrt_json_new_object();
    wrt_json_set_text(entity, "name", name);
    wrt_json_set_text(entity, "by", by);
    wrt_json_set(f->frame, role, entity);
}

static void set_mention(wrt_filling *f, const char *role, const wrt_json *mention) {
    static const char *const kept[] = {"start", "end", "match"};
    size_t start = (size_t)wrt_json_get_int(mention, "start", 0);
    size_t end = (size_t)wrt_json_get_int(mention, "end", 0);
    set_role(f, role, wrt_json_get_text(mention, "name", ""), "question");
    wrt_json *entity = wrt_json_get_mut(f->frame, role);
    wrt_json_set(entity, "text",
                 wrt_json_new_text((wrt_str){f->question.ptr + start, end - start}));
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        wrt_json_set(entity, kept[i], wrt_json_copy(wrt_json_get(mention, kept[i])));
}

/* A given name must be there, exactly, or else as one name in another spelling. */
static wrt_status set_given(wrt_filling *f, const char *role, const char *given,
                            const wrt_json *names, wrt_err *err) {
    WRT_JSON_EACH(name, names)
    if (strcmp(wrt_json_text(name), given) == 0) {
        set_role(f, role, given, "option");
        return WRT_OK;
    }
    wrt_json *like = wrt_names_find(wrt_str_of(given), names);
    const wrt_json *first = wrt_json_first(like);
    bool is_one = wrt_json_count(like) == 1 &&
                  (size_t)wrt_json_get_int(first, "end", 0) == strlen(given) &&
                  wrt_json_get_int(first, "start", 1) == 0;
    if (is_one)
        set_role(f, role, wrt_json_get_text(first, "name", ""), "option");
    wrt_json_free(like);
    if (is_one)
        return WRT_OK;
    wrt_buf all = wrt_buf_make(WRT_KIB(4));
    size_t n = 0;
    WRT_JSON_EACH(name, names)
    if (n++ < 12)
        wrt_buf_printf(&all, "%s%s", n > 1 ? ", " : "", wrt_json_text(name));
    wrt_fail(err, WRT_E_INPUT, "the %s \"%s\" is not there: there are %s%s", role, given,
             wrt_buf_str(&all).ptr, n > 12 ? ", ..." : "");
    wrt_buf_free(&all);
    return WRT_E_INPUT;
}

static size_t count_free(const wrt_filling *f, const reading *r) {
    size_t n = 0;
    WRT_JSON_EACH(mention, r->mentions)
    n += !is_taken(f, wrt_json_get_text(mention, "name", ""));
    return n;
}

/* The mentions that may play the role: on its side of the verb; all of them where nothing parts
 * them, or where the other role is filled and one name is left. */
static wrt_json *mentions_of(const wrt_filling *f, const reading *r, const char *role) {
    wrt_json *list = wrt_json_new_array();
    bool is_treatment = strcmp(role, "treatment") == 0, wants_before = is_treatment != r->passive;
    bool is_last = wrt_json_get(f->frame, is_treatment ? "outcome" : "treatment") != NULL;
    size_t split = is_last && count_free(f, r) == 1 ? SIZE_MAX : r->split;
    WRT_JSON_EACH(mention, r->mentions) {
        bool is_before = (size_t)wrt_json_get_int(mention, "start", 0) < split;
        if (!is_taken(f, wrt_json_get_text(mention, "name", "")) &&
            (split == SIZE_MAX || is_before == wants_before))
            wrt_json_push(list, wrt_json_copy(mention));
    }
    return list;
}

static wrt_json *names_of(const wrt_json *mentions) {
    wrt_json *names = wrt_json_new_array();
    WRT_JSON_EACH(mention, mentions)
    wrt_json_push_text(names, wrt_json_get_text(mention, "name", ""));
    return names;
}

static wrt_json *names_left(const wrt_filling *f, const wrt_json *names) {
    wrt_json *left = wrt_json_new_array();
    WRT_JSON_EACH(name, names)
    if (!is_taken(f, wrt_json_text(name)))
        wrt_json_push(left, wrt_json_copy(name));
    return left;
}

/* Neither given nor told by the question: the model, or nobody. Consumes options. */
static wrt_status choose_role(wrt_filling *f, const wrt_json *need, wrt_json *options,
                              bool is_ambiguous, wrt_err *err) {
    const char *role = wrt_json_key(need);
    size_t index = SIZE_MAX;
    char why[160];
    wrt_status status = wrt_filling_choose(&index, f, role, options, err);
    if (status == WRT_OK && index != SIZE_MAX)
        set_role(f, role, wrt_json_text(wrt_json_at(options, index)), "model");
    if (status == WRT_OK && index == SIZE_MAX && !wrt_need_is_optional(need)) {
        snprintf(why, sizeof why,
                 is_ambiguous ? "the question leaves open which of these is the %.40s (--%.40s)"
                              : "the question does not name the %.40s (--%.40s), one of these",
                 role, role);
        wrt_filling_ask(f, role, why, options);
        options = NULL;
    }
    wrt_json_free(options);
    return status;
}

/* A name of the previous question that is one of these and is not taken. */
static bool is_known(const wrt_filling *f, const wrt_json *names, const char *before) {
    WRT_JSON_EACH(name, before != NULL ? names : NULL)
    if (strcmp(wrt_json_text(name), before) == 0)
        return !is_taken(f, before);
    return false;
}

static wrt_status fill_role(wrt_filling *f, const reading *r, const wrt_json *need, wrt_err *err) {
    const char *role = wrt_json_key(need);
    const wrt_json *source = wrt_filling_source(f, need), *names = wrt_json_get(source, "names");
    const char *stated = wrt_json_get_text(source, role, NULL);
    const wrt_json *previous = wrt_json_path(f->turn->start, "context.previous");
    const char *before = wrt_json_get_text(wrt_json_get(previous, role), "name", NULL);
    if (wrt_json_get(f->frame, role) != NULL)
        return WRT_OK;
    wrt_json *mentions = mentions_of(f, r, role);
    size_t n = wrt_json_count(mentions);
    wrt_status status = WRT_OK;
    if (n == 1)
        set_mention(f, role, wrt_json_first(mentions));
    else if (n == 0 && is_known(f, names, before))
        set_role(f, role, before, "previous question");
    else if (n == 0 && stated != NULL && !is_taken(f, stated))
        set_role(f, role, stated, "model file");
    else
        status =
            choose_role(f, need, n > 0 ? names_of(mentions) : names_left(f, names), n > 0, err);
    wrt_json_free(mentions);
    return status;
}

/* "X and Y?" without a verb: the treatment is named first. */
static void fill_in_order(wrt_filling *f, const reading *r) {
    bool both =
        wrt_json_get(f->needs, "treatment") != NULL && wrt_json_get(f->needs, "outcome") != NULL;
    if (!both || r->split != SIZE_MAX || wrt_json_count(r->mentions) != 2 ||
        wrt_json_get(f->frame, "treatment") != NULL || wrt_json_get(f->frame, "outcome") != NULL)
        return;
    set_mention(f, "treatment", wrt_json_first(r->mentions));
    set_mention(f, "outcome", wrt_json_at(r->mentions, 1));
}

/* ---- all */

static bool is_role(const wrt_json *need) {
    return wrt_need_is(need, "column") || wrt_need_is(need, "variable") ||
           wrt_need_is(need, "name");
}

static bool is_list(const wrt_json *need) {
    return wrt_need_is(need, "columns") || wrt_need_is(need, "names");
}

/* "A,B" or an array of names. */
static wrt_status fill_list(wrt_filling *f, const reading *r, const wrt_json *need, wrt_err *err) {
    const char *key = wrt_json_key(need);
    const wrt_json *given = wrt_json_get(f->inputs, key);
    if (given != NULL) {
        if (!wrt_json_is(given, WRT_JSON_ARRAY))
            return wrt_fail(err, WRT_E_INPUT, "the input \"%s\" must be an array of names", key);
        wrt_json_set(f->frame, key, wrt_json_copy(given));
        return WRT_OK;
    }
    if (wrt_json_count(r->given) > 0)
        wrt_json_set(f->frame, key, names_of(r->given));
    return WRT_OK;
}

static wrt_status fill_given(wrt_filling *f, wrt_err *err) {
    wrt_status status = WRT_OK;
    WRT_JSON_EACH(need, f->needs) {
        const wrt_json *source = wrt_filling_source(f, need);
        const char *given = wrt_json_get_text(f->inputs, wrt_json_key(need), NULL);
        if (status == WRT_OK && is_role(need) && source != NULL && given != NULL)
            status = set_given(f, wrt_json_key(need), given, wrt_json_get(source, "names"), err);
    }
    return status;
}

/* The first source that a role is about: all roles of a type are about one. */
static const wrt_json *source_of_roles(const wrt_filling *f) {
    WRT_JSON_EACH(need, f->needs)
    if (wrt_filling_source(f, need) != NULL)
        return wrt_filling_source(f, need);
    return NULL;
}

wrt_status wrt_filling_roles(wrt_filling *f, wrt_err *err) {
    static const char *const roles[] = {"treatment", "outcome"}; /* in this order */
    const wrt_json *source = source_of_roles(f);
    reading r;
    if (source == NULL)
        return WRT_OK;
    wrt_status status = read_question(&r, f, wrt_json_get(source, "names"), err);
    if (status == WRT_OK)
        status = fill_given(f, err);
    if (status == WRT_OK)
        fill_in_order(f, &r);
    for (size_t i = 0; i < sizeof roles / sizeof *roles && status == WRT_OK; i++) {
        const wrt_json *need = wrt_json_get(f->needs, roles[i]);
        if (need != NULL && is_role(need))
            status = fill_role(f, &r, need, err);
    }
    WRT_JSON_EACH(need, f->needs)
    if (status == WRT_OK && is_list(need))
        status = fill_list(f, &r, need, err);
    free_reading(&r);
    return status;
}
