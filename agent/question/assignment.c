/* assignment.c: what is done in a what-if: {variable: value} of a model. */
#include "agent/question/filling.h"
#include "agent/question/names.h"
#include "agent/question/needs.h"

#include <stdio.h>
#include <string.h>

/* How well a variable fits as what is acted upon: named in the question, or the treatment of the
 * file. */
static int weight_of(const wrt_filling *f, const wrt_json *mentions, const char *variable) {
    int weight = 0;
    WRT_JSON_EACH(mention, mentions)
    if (strcmp(wrt_json_get_text(mention, "name", ""), variable) == 0)
        weight = 2;
    return weight +
           (strcmp(wrt_json_get_text(f->variables, "treatment", ""), variable) == 0 ? 1 : 0);
}

/* What the patient has already is not what is asked about. */
static bool is_seen(const wrt_filling *f, const char *variable, const char *value) {
    const char *seen = wrt_json_get_text(wrt_json_get(f->frame, "patient"), variable, NULL);
    return seen != NULL && strcmp(seen, value) == 0;
}

static wrt_json *pair(const char *variable, const char *value) {
    wrt_json *item = wrt_json_new_object();
    wrt_json_set_text(item, "variable", variable);
    wrt_json_set_text(item, "value", value);
    return item;
}

/* Values that stand in the question, of the variables that fit best. */
static wrt_json *values_named(const wrt_filling *f, const wrt_json *mentions) {
    wrt_json *best = wrt_json_new_array();
    int best_weight = 0;
    WRT_JSON_EACH(values, wrt_json_get(f->variables, "values")) {
        const char *variable = wrt_json_key(values);
        int weight = weight_of(f, mentions, variable);
        wrt_json *found = wrt_names_find(f->question, values);
        if (wrt_json_count(found) > 0 && weight > best_weight) {
            wrt_json_free(best);
            best = wrt_json_new_array();
            best_weight = weight;
        }
        WRT_JSON_EACH(value, weight == best_weight ? found : NULL)
        if (!is_seen(f, variable, wrt_json_get_text(value, "name", "")))
            wrt_json_push(best, pair(variable, wrt_json_get_text(value, "name", "")));
        wrt_json_free(found);
    }
    return best;
}

/* Without a value in the question: every other value of the variables that are named in it, or of
 * the file's treatment. */
static wrt_json *values_left(const wrt_filling *f, const wrt_json *mentions) {
    wrt_json *list = wrt_json_new_array();
    const char *outcome = wrt_json_get_text(f->variables, "outcome", "");
    int best = 0;
    WRT_JSON_EACH(values, wrt_json_get(f->variables, "values"))
    if (strcmp(wrt_json_key(values), outcome) != 0 &&
        weight_of(f, mentions, wrt_json_key(values)) > best)
        best = weight_of(f, mentions, wrt_json_key(values));
    WRT_JSON_EACH(values, wrt_json_get(f->variables, "values")) {
        const char *variable = wrt_json_key(values);
        if (strcmp(variable, outcome) == 0 || weight_of(f, mentions, variable) != best)
            continue;
        WRT_JSON_EACH(value, values)
        if (wrt_json_text(value) != NULL && !is_seen(f, variable, wrt_json_text(value)))
            wrt_json_push(list, pair(variable, wrt_json_text(value)));
    }
    return list;
}

static void set_pair(wrt_filling *f, const char *need, const wrt_json *chosen, const char *by) {
    wrt_json *object = wrt_json_new_object();
    char member[80];
    wrt_json_set_text(object, wrt_json_get_text(chosen, "variable", ""),
                      wrt_json_get_text(chosen, "value", ""));
    wrt_json_set(f->frame, need, object);
    snprintf(member, sizeof member, "%.60s_by", need);
    wrt_json_set_text(f->frame, member, by);
}

static wrt_json *texts_of(const wrt_json *pairs) {
    wrt_json *texts = wrt_json_new_array();
    WRT_JSON_EACH(item, pairs) {
        wrt_buf text = wrt_buf_make(WRT_KIB(256));
        wrt_buf_printf(&text, "%s=%s", wrt_json_get_text(item, "variable", ""),
                       wrt_json_get_text(item, "value", ""));
        wrt_json_push(texts, wrt_json_new_text(wrt_buf_str(&text)));
        wrt_buf_free(&text);
    }
    return texts;
}

static wrt_json *variables_of(const wrt_json *pairs) {
    wrt_json *names = wrt_json_new_array();
    WRT_JSON_EACH(item, pairs)
    wrt_json_push_text(names, wrt_json_get_text(item, "variable", ""));
    return names;
}

static wrt_status choose_pair(wrt_filling *f, const wrt_json *need, const wrt_json *pairs,
                              wrt_err *err) {
    wrt_json *texts = texts_of(pairs);
    size_t index = SIZE_MAX;
    wrt_status status = wrt_filling_choose(&index, f, "action", texts, err);
    if (status == WRT_OK && index != SIZE_MAX) {
        set_pair(f, wrt_json_key(need), wrt_json_at(pairs, index), "model");
    } else if (status == WRT_OK && !wrt_need_is_optional(need)) {
        f->acting = variables_of(pairs);
        wrt_filling_ask(f, wrt_json_key(need),
                        "the question leaves open what is done (--do VAR=VALUE)", texts);
        texts = NULL;
    }
    wrt_json_free(texts);
    return status;
}

wrt_status wrt_filling_assignment(wrt_filling *f, const wrt_json *need, wrt_err *err) {
    const char *name = wrt_json_key(need);
    const wrt_json *given = wrt_json_get(f->inputs, name);
    if (given != NULL) {
        if (!wrt_json_is(given, WRT_JSON_OBJECT) || wrt_json_count(given) == 0)
            return wrt_fail(err, WRT_E_INPUT, "the input \"%s\" must be {variable: value}", name);
        wrt_json_set(f->frame, name, wrt_json_copy(given));
        return WRT_OK;
    }
    if (f->variables == NULL) /* the model's file is asked for already */
        return WRT_OK;
    wrt_json *mentions = wrt_names_find(f->question, wrt_json_get(f->variables, "names"));
    wrt_json *named = values_named(f, mentions);
    bool is_named = wrt_json_count(named) > 0;
    wrt_json *pairs = is_named ? named : values_left(f, mentions);
    wrt_status status = WRT_OK;
    if (wrt_json_count(pairs) == 1)
        set_pair(f, name, wrt_json_first(pairs), is_named ? "question" : "only alternative");
    else
        status = choose_pair(f, need, pairs, err);
    if (!is_named)
        wrt_json_free(pairs);
    wrt_json_free(named);
    wrt_json_free(mentions);
    return status;
}
