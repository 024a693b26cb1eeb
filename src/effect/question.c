/* question.c: arguments to a question, by one table of members. */
#include "effect/question.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 1024, TEXT_MAX = 1024 };

typedef enum { TEXT, NAMES, NUMBER, COUNT, SEED, FLAG, ELSEWHERE } kind;

typedef struct {
    const char *name;
    kind kind;
    size_t offset;
    double low, high; /* of NUMBER and COUNT, both included */
} member;

#define AT(field)     offsetof(wrt_effect_question, field)
#define OPTION(field) offsetof(wrt_effect_question, options.field)

static const member members[] = {
    {"treatment", TEXT, AT(roles.treatment), 0, 0},
    {"outcome", TEXT, AT(roles.outcome), 0, 0},
    {"treated", TEXT, AT(roles.treated), 0, 0},
    {"untreated", TEXT, AT(roles.untreated), 0, 0},
    {"outcome_level", TEXT, AT(roles.outcome_level), 0, 0},
    {"event", TEXT, AT(roles.event), 0, 0},
    {"propensity", TEXT, AT(roles.propensity), 0, 0},
    {"running", TEXT, AT(roles.running), 0, 0},
    {"period", TEXT, AT(roles.period), 0, 0},
    {"cluster", TEXT, AT(roles.cluster), 0, 0},
    {"by", TEXT, AT(roles.modifier), 0, 0},
    {"estimator", TEXT, AT(estimator), 0, 0},
    {"negative_control", TEXT, AT(negative_control), 0, 0},
    {"instruments", NAMES, AT(roles.instruments), 0, 0},
    {"mediators", NAMES, AT(roles.mediators), 0, 0},
    {"categorical", NAMES, AT(roles.categorical), 0, 0},
    {"na", NAMES, AT(missing_texts), 0, 0},
    {"refute", FLAG, AT(refute), 0, 0},
    {"conflicts", FLAG, AT(conflicts), 0, 0},
    {"stream", FLAG, AT(stream), 0, 0},
    {"normalised", FLAG, OPTION(is_normalised), 0, 0},
    {"level", NUMBER, OPTION(level), 0.5, 0.9999},
    {"trim", NUMBER, OPTION(trim), 0, 0.49},
    {"ridge", NUMBER, OPTION(ridge), 0, 1e12},
    {"bandwidth", NUMBER, OPTION(bandwidth), 0, 1e300},
    {"cutoff", NUMBER, OPTION(cutoff), -1e300, 1e300},
    {"horizon", NUMBER, OPTION(horizon), 0, 1e300},
    {"bootstrap", COUNT, OPTION(draws), 0, 1e6},
    {"folds", COUNT, OPTION(folds), 0, 100},
    {"strata", COUNT, OPTION(strata), 2, 1000},
    {"matches", COUNT, OPTION(matches), 1, 64},
    {"seed", SEED, OPTION(seed), 0, 0},
    {"data", ELSEWHERE, 0, 0, 0}, /* the host's and the caller's */
    {"adjust", ELSEWHERE, 0, 0, 0},
    {"graph", ELSEWHERE, 0, 0, 0},
    {"estimand", ELSEWHERE, 0, 0, 0},
    {"se", ELSEWHERE, 0, 0, 0},
    {"hc", ELSEWHERE, 0, 0, 0},
    {"ties", ELSEWHERE, 0, 0, 0},
    {"distance", ELSEWHERE, 0, 0, 0},
    {"missing", ELSEWHERE, 0, 0, 0},
    {"shard", ELSEWHERE, 0, 0, 0},
    {"profile", ELSEWHERE, 0, 0, 0},
};

/* ---- values by kind */

static wrt_status read_text(const char **out, wrt_effect_question *q, const wrt_json *value,
                            wrt_err *err) {
    const char *text = wrt_json_text(value);
    if (text == NULL || *text == '\0' || strlen(text) > TEXT_MAX)
        return wrt_fail(err, WRT_E_INPUT, "\"%s\" takes a text of 1 to %d bytes",
                        wrt_json_key(value) ? wrt_json_key(value) : "a name", TEXT_MAX);
    *out = wrt_arena_strdup(q->arena, text, strlen(text));
    return WRT_OK;
}

static wrt_status read_names(wrt_names *out, wrt_effect_question *q, const wrt_json *value,
                             wrt_err *err) {
    size_t n = wrt_json_count(value);
    if (!wrt_json_is(value, WRT_JSON_ARRAY) || n > NAMES_MAX)
        return wrt_fail(err, WRT_E_INPUT, "\"%s\" takes an array of at most %d names",
                        wrt_json_key(value), NAMES_MAX);
    const char **names = wrt_arena_calloc(q->arena, n + 1, sizeof *names);
    size_t i = 0;
    WRT_JSON_EACH(name, value) {
        const char *text = wrt_json_text(name);
        if (text == NULL || strlen(text) > TEXT_MAX)
            return wrt_fail(err, WRT_E_INPUT, "\"%s\": every name is a text of at most %d bytes",
                            wrt_json_key(value), TEXT_MAX);
        names[i++] = wrt_arena_strdup(q->arena, text, strlen(text));
    }
    *out = (wrt_names){names, n};
    return WRT_OK;
}

static wrt_status read_number(double *out, const member *m, const wrt_json *value, wrt_err *err) {
    double number = wrt_json_number(value, (double)NAN);
    bool fits = number >= m->low && number <= m->high;
    if (!fits || (m->kind == COUNT && !wrt_json_is_integer(value)))
        return wrt_fail(err, WRT_E_INPUT, "\"%s\" takes a %snumber from %g to %g", m->name,
                        m->kind == COUNT ? "whole " : "", m->low, m->high);
    *out = number;
    return WRT_OK;
}

static wrt_status read_seed(uint64_t *out, const member *m, const wrt_json *value, wrt_err *err) {
    if (!wrt_json_is_integer(value) || wrt_json_number(value, -1) < 0)
        return wrt_fail(err, WRT_E_INPUT, "\"%s\" takes a whole number from 0 to 2^53 - 1",
                        m->name);
    *out = (uint64_t)wrt_json_number(value, 0);
    return WRT_OK;
}

static wrt_status read_member(wrt_effect_question *q, const member *m, const wrt_json *value,
                              wrt_err *err) {
    char *field = (char *)q + m->offset;
    double number = 0;
    wrt_status status = WRT_OK;
    switch (m->kind) {
    case TEXT:
        return read_text((const char **)(void *)field, q, value, err);
    case NAMES:
        return read_names((wrt_names *)(void *)field, q, value, err);
    case SEED:
        return read_seed((uint64_t *)(void *)field, m, value, err);
    case NUMBER:
    case COUNT:
        status = read_number(&number, m, value, err);
        if (status == WRT_OK && m->kind == NUMBER)
            *(double *)(void *)field = number;
        else if (status == WRT_OK)
            *(size_t *)(void *)field = (size_t)number;
        return status;
    case FLAG:
        if (!wrt_json_is(value, WRT_JSON_BOOL))
            return wrt_fail(err, WRT_E_INPUT, "\"%s\" takes true or false", m->name);
        *(bool *)(void *)field = wrt_json_bool(value, false);
        return WRT_OK;
    case ELSEWHERE:
        break;
    }
    return WRT_OK;
}

/* ---- members that are words, and those that need more than one of them */

static wrt_status read_word(int *out, const wrt_json *args, const char *name,
                            const char *const *words, wrt_err *err) {
    const wrt_json *value = wrt_json_get(args, name);
    if (value == NULL)
        return WRT_OK;
    wrt_buf accepted = wrt_buf_make(256);
    for (int i = 0; words[i] != NULL; i++) {
        wrt_buf_printf(&accepted, "%s%s", i > 0 ? ", " : "", words[i]);
        if (wrt_json_text(value) == NULL || strcmp(wrt_json_text(value), words[i]) != 0)
            continue;
        *out = i;
        wrt_buf_free(&accepted);
        return WRT_OK;
    }
    wrt_fail(err, WRT_E_INPUT, "\"%s\" takes one of %s", name, wrt_buf_str(&accepted).ptr);
    wrt_buf_free(&accepted);
    return WRT_E_INPUT;
}

static wrt_status read_words(wrt_effect_question *q, const wrt_json *args, wrt_err *err) {
    static const char *const estimands[] = {"ate", "att", "atc", NULL};
    static const char *const errors[] = {"robust", "classical", "bootstrap", NULL};
    static const char *const hcs[] = {"hc0", "hc1", "hc2", "hc3", NULL};
    static const char *const ties[] = {"efron", "breslow", NULL};
    static const char *const distances[] = {"mahalanobis", "propensity", NULL};
    static const char *const policies[] = {"drop", "refuse", NULL};
    int estimand = 0, se = 0, hc = WRT_HC1, tie = 0, distance = 0, missing = 0;
    struct {
        int *out;
        const char *name;
        const char *const *words;
    } const reads[] = {{&estimand, "estimand", estimands},
                       {&se, "se", errors},
                       {&hc, "hc", hcs},
                       {&tie, "ties", ties},
                       {&distance, "distance", distances},
                       {&missing, "missing", policies}};
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < sizeof reads / sizeof reads[0] && status == WRT_OK; i++)
        status = read_word(reads[i].out, args, reads[i].name, reads[i].words, err);
    q->options.estimand = (wrt_estimand)estimand;
    q->has_estimand = wrt_json_get(args, "estimand") != NULL;
    q->options.se = (wrt_se_kind)se;
    q->options.hc = (wrt_hc)hc;
    q->options.efron = tie == 0;
    q->options.by_propensity = distance == 1;
    q->roles.missing = missing == 1 ? WRT_MISSING_REFUSE : WRT_MISSING_DROP;
    return status;
}

static wrt_status read_adjust(wrt_effect_question *q, const wrt_json *args, wrt_err *err) {
    const wrt_json *adjust = wrt_json_get(args, "adjust");
    const char *word = wrt_json_text(adjust);
    q->adjust_auto = word != NULL && strcmp(word, "auto") == 0;
    if (adjust == NULL || q->adjust_auto)
        return WRT_OK;
    if (word != NULL)
        return wrt_fail(err, WRT_E_INPUT, "\"adjust\" takes \"auto\" or an array of columns");
    return read_names(&q->roles.adjust, q, adjust, err);
}

static wrt_status read_graph(wrt_effect_question *q, const wrt_json *args, wrt_err *err) {
    const wrt_json *graph = wrt_json_get(args, "graph");
    wrt_status status = graph != NULL ? wrt_graph_parse(&q->graph, graph, err) : WRT_OK;
    if (status != WRT_OK)
        (void)wrt_err_prefix(err, "graph");
    return status;
}

/* "I/K": the I-th of K parts of the bootstrap's draws. */
static wrt_status read_shard(wrt_effect_question *q, const wrt_json *args, wrt_err *err) {
    const wrt_json *value = wrt_json_get(args, "shard");
    const char *text = wrt_json_text(value);
    char *end = NULL;
    if (value == NULL)
        return WRT_OK;
    unsigned long shard = text != NULL ? strtoul(text, &end, 10) : 0, shards = 0;
    if (shard > 0 && *end == '/')
        shards = strtoul(end + 1, &end, 10);
    if (shard < 1 || shard > shards || shards > 1000 || *end != '\0')
        return wrt_fail(err, WRT_E_INPUT, "\"shard\" takes I/K with 1 <= I <= K <= 1000");
    q->shard = shard;
    q->shards = shards;
    q->options.shard = shard - 1;
    q->options.shards = shards;
    return WRT_OK;
}

static wrt_status read_profile(wrt_effect_question *q, const wrt_json *args, wrt_err *err) {
    const wrt_json *profile = wrt_json_get(args, "profile");
    if (profile == NULL)
        return WRT_OK;
    if (!wrt_json_is(profile, WRT_JSON_OBJECT) || wrt_json_count(profile) == 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "\"profile\" takes an object with a cell for each covariate");
    q->profile = wrt_json_copy(profile);
    return WRT_OK;
}

/* ---- the whole */

static const member *find_member(const char *name) {
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (strcmp(members[i].name, name) == 0)
            return &members[i];
    return NULL;
}

static wrt_status read_members(wrt_effect_question *q, const wrt_json *args, wrt_err *err) {
    if (!wrt_json_is(args, WRT_JSON_OBJECT))
        return wrt_fail(err, WRT_E_INPUT, "the arguments are not an object");
    WRT_JSON_EACH(value, args) {
        const member *m = find_member(wrt_json_key(value));
        if (m == NULL)
            return wrt_fail(err, WRT_E_INPUT, "there is no argument \"%s\"", wrt_json_key(value));
        wrt_status status = read_member(q, m, value, err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

/* A penalty that was given is not chosen. */
static void settle_ridge(wrt_effect_question *q, const wrt_json *args) {
    q->options.choose_ridge = wrt_json_get(args, "ridge") == NULL;
}

static void keep_identity(wrt_effect_question *q, const wrt_json *args) {
    wrt_json *rest = wrt_json_copy(args);
    wrt_json_free(wrt_json_take(rest, "data"));
    wrt_json_free(wrt_json_take(rest, "shard"));
    wrt_buf text = wrt_buf_make(WRT_MIB(64));
    wrt_json_write_canonical(&text, rest);
    q->identity = wrt_arena_strdup(q->arena, wrt_buf_str(&text).ptr, wrt_buf_str(&text).len);
    wrt_buf_free(&text);
    wrt_json_free(rest);
}

static wrt_status check_whole(wrt_effect_question *q, const wrt_json *args, wrt_err *err) {
    if (q->roles.treatment == NULL || q->roles.outcome == NULL)
        return wrt_fail(err, WRT_E_INPUT, "name the columns \"treatment\" and \"outcome\"");
    if (strcmp(q->roles.treatment, q->roles.outcome) == 0)
        return wrt_fail(err, WRT_E_INPUT, "treatment and outcome are both \"%s\"",
                        q->roles.outcome);
    if (q->adjust_auto && q->graph == NULL)
        return wrt_fail(err, WRT_E_INPUT, "\"adjust\":\"auto\" needs a \"graph\" to choose from");
    if (q->roles.running != NULL && wrt_json_get(args, "cutoff") == NULL)
        return wrt_fail(err, WRT_E_INPUT, "\"running\" needs the \"cutoff\" of that column");
    if (q->conflicts && q->graph == NULL)
        return wrt_fail(err, WRT_E_INPUT, "\"conflicts\" needs a \"graph\" to test");
    if (q->options.se == WRT_SE_BOOTSTRAP && q->options.draws < 100)
        return wrt_fail(err, WRT_E_INPUT, "\"bootstrap\" needs at least 100 draws");
    if (q->shards > 0 && q->options.se != WRT_SE_BOOTSTRAP)
        return wrt_fail(err, WRT_E_INPUT, "\"shard\" is about the draws of \"se\":\"bootstrap\"");
    if (q->estimator == NULL)
        q->estimator = q->roles.adjust.n > 0 || q->adjust_auto ? "aipw" : "naive";
    return WRT_OK;
}

wrt_status wrt_effect_question_parse(wrt_effect_question **out, const wrt_json *args,
                                     wrt_err *err) {
    wrt_arena *arena = wrt_arena_new();
    wrt_effect_question *q = wrt_arena_calloc(arena, 1, sizeof *q);
    q->arena = arena;
    q->options = WRT_ESTIMATOR_OPTIONS_DEFAULT;
    *out = NULL;
    wrt_status status = read_members(q, args, err);
    if (status == WRT_OK)
        status = read_words(q, args, err);
    if (status == WRT_OK)
        status = read_adjust(q, args, err);
    if (status == WRT_OK)
        status = read_graph(q, args, err);
    if (status == WRT_OK)
        status = read_shard(q, args, err);
    if (status == WRT_OK)
        status = read_profile(q, args, err);
    if (status == WRT_OK) {
        settle_ridge(q, args);
        keep_identity(q, args);
    }
    if (status == WRT_OK)
        status = check_whole(q, args, err);
    if (status == WRT_OK)
        *out = q;
    else
        wrt_effect_question_free(q);
    return status;
}

void wrt_effect_question_free(wrt_effect_question *question) {
    if (question == NULL)
        return;
    wrt_graph_free(question->graph);
    wrt_json_free(question->profile);
    wrt_arena_free(question->arena);
}
