/* type.c: narrowing the protocols down to one. See type.h for the rule. */
#include "agent/question/type.h"

#include "agent/plan/protocol.h"
#include "agent/question/needs.h"
#include "agent/steer.h"

#include <string.h>

enum { TYPES_MAX = 64 };

typedef struct {
    const wrt_json *about; /* of wrt_protocol_types */
    size_t uses;           /* given inputs that are files or graphs which it needs */
    size_t missing;        /* required files and graphs that are not given */
    size_t cue;            /* bytes of its longest cue in the question; 0: none */
} candidate;

typedef struct {
    candidate list[TYPES_MAX];
    size_t n;
} candidates;

static candidate read_candidate(const wrt_json *about, const wrt_json *inputs) {
    candidate c = {.about = about, .cue = (size_t)wrt_json_get_int(about, "cue", 0)};
    WRT_JSON_EACH(need, wrt_json_get(about, "needs")) {
        if (!wrt_need_is_document(need))
            continue;
        bool given = wrt_json_get(inputs, wrt_json_key(need)) != NULL;
        c.uses += given;
        c.missing += !given && !wrt_need_is_optional(need);
    }
    return c;
}

static const char *name_of(const candidate *c) {
    return wrt_json_get_text(c->about, "name", "");
}

/* Keeps those whose figure is the best one. */
typedef size_t figure(const candidate *c);

static size_t used(const candidate *c) {
    return c->uses;
}

static size_t supplied(const candidate *c) {
    return SIZE_MAX - c->missing;
}

static size_t supplied_or_not(const candidate *c) {
    return c->missing == 0;
}

static size_t cued(const candidate *c) {
    return c->cue > 0;
}

static void keep_best(candidates *all, figure *of) {
    size_t best = 0, kept = 0;
    for (size_t i = 0; i < all->n; i++)
        if (of(&all->list[i]) > best)
            best = of(&all->list[i]);
    for (size_t i = 0; i < all->n; i++)
        if (of(&all->list[i]) == best)
            all->list[kept++] = all->list[i];
    all->n = kept;
}

/* "input", "cue" or "default": what narrowed the list down. */
static const char *narrow(candidates *all) {
    size_t before = all->n;
    keep_best(all, used);
    if (all->n < before || (all->n > 0 && all->list[0].uses > 0)) {
        keep_best(all, supplied);
        keep_best(all, cued);
        return "input";
    }
    keep_best(all, cued);
    keep_best(all, supplied_or_not);
    return all->n > 0 && all->list[0].cue > 0 ? "cue" : "default";
}

/* The protocol's own choice comes first: steer.h takes it where no model chooses. */
static void put_default_first(candidates *all) {
    size_t best = 0;
    for (size_t i = 1; i < all->n; i++) {
        const candidate *a = &all->list[i], *b = &all->list[best];
        bool a_default = wrt_json_get_bool(a->about, "default", false);
        bool b_default = wrt_json_get_bool(b->about, "default", false);
        if (a->cue > b->cue || (a->cue == b->cue && a_default && !b_default))
            best = i;
    }
    candidate chosen = all->list[best];
    all->list[best] = all->list[0];
    all->list[0] = chosen;
}

static wrt_status choose(size_t *index, bool *by_model, wrt_turn *turn, const candidates *all,
                         wrt_str question, wrt_err *err) {
    wrt_str options[TYPES_MAX];
    for (size_t i = 0; i < all->n; i++)
        options[i] = wrt_str_of(name_of(&all->list[i]));
    wrt_steer_question ask = {"type", WRT_STR("Answer with the type of the question."), question,
                              options, all->n};
    return wrt_steer_choose(index, by_model, turn, &ask, err);
}

static wrt_status unknown_type(const char *type, const candidates *all, wrt_err *err) {
    wrt_buf names = wrt_buf_make(WRT_KIB(8));
    for (size_t i = 0; i < all->n; i++)
        wrt_buf_printf(&names, "%s%s", i > 0 ? ", " : "", name_of(&all->list[i]));
    wrt_fail(err, WRT_E_INPUT, "there is no question type \"%s\": it is one of %s", type,
             wrt_buf_str(&names).ptr);
    wrt_buf_free(&names);
    return WRT_E_INPUT;
}

static wrt_status decide(candidate *out, const char **by, wrt_turn *turn, candidates *all,
                         wrt_str question, wrt_err *err) {
    const char *type = wrt_json_get_text(wrt_json_get(turn->start, "plan"), "type", NULL);
    type = wrt_json_get_text(wrt_json_get(turn->start, "inputs"), "type", type);
    size_t index = 0;
    bool by_model = false;
    if (all->n == 0)
        return wrt_fail(err, WRT_E_UNSUPPORTED, "no protocol is installed: reinstall warrant");
    for (size_t i = 0; type != NULL && i < all->n; i++)
        if (strcmp(name_of(&all->list[i]), type) == 0) {
            *out = all->list[i];
            *by = "option";
            return WRT_OK;
        }
    if (type != NULL)
        return unknown_type(type, all, err);
    *by = narrow(all);
    put_default_first(all);
    bool is_open = all->n > 1;
    wrt_status status = is_open ? choose(&index, &by_model, turn, all, question, err) : WRT_OK;
    *out = all->list[index];
    if (is_open)
        *by = by_model ? "model" : "default";
    return status;
}

wrt_status wrt_question_type(wrt_json **needs, wrt_json *frame, wrt_turn *turn, wrt_str question,
                             wrt_err *err) {
    wrt_json *types = wrt_protocol_types(turn->protocols, question);
    candidates all = {.n = 0};
    candidate chosen = {0};
    const char *by = "default";
    *needs = NULL;
    WRT_JSON_EACH(type, types)
    if (all.n < TYPES_MAX)
        all.list[all.n++] = read_candidate(type, wrt_json_get(turn->start, "inputs"));
    wrt_status status = decide(&chosen, &by, turn, &all, question, err);
    if (status == WRT_OK) {
        wrt_json_set_text(frame, "type", name_of(&chosen));
        wrt_json_set_text(frame, "type_by", by);
        *needs = wrt_json_copy(wrt_json_get(chosen.about, "needs"));
    }
    wrt_json_free(types);
    return status;
}
