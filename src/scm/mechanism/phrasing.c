/* phrasing.c: choices of phrasings. */
#include "scm/mechanism/phrasing.h"

#include "base/rng.h"

#include <string.h>

enum { STREAM = 0x70687261 }; /* "phra" */

static wrt_status set(size_t *out, const wrt_scm *scm, size_t variable, const wrt_json *index,
                      wrt_err *err) {
    const wrt_scm_variable *v = wrt_scm_variable_at(scm, variable);
    double number = wrt_json_number(index, -1.0);
    double last = v->n_phrasings > 0 ? (double)v->n_phrasings - 1.0 : 0.0;
    if (!wrt_json_is_integer(index) || number < 0.0 || number > last)
        return wrt_fail(err, WRT_E_INPUT,
                        "variable \"%s\": the phrasing must be an index from 0 to %.0f", v->name,
                        last);
    out[variable] = (size_t)number;
    return WRT_OK;
}

static wrt_status set_one_for_all(size_t *out, const wrt_scm *scm, const wrt_json *index,
                                  wrt_err *err) {
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < wrt_scm_count(scm) && status == WRT_OK; i++)
        if (wrt_scm_variable_at(scm, i)->n_phrasings > 1)
            status = set(out, scm, i, index, err);
    return status;
}

static wrt_status set_each(size_t *out, const wrt_scm *scm, const wrt_json *list, wrt_err *err) {
    wrt_status status = WRT_OK;
    size_t i = 0;
    if (wrt_json_count(list) != wrt_scm_count(scm))
        return wrt_fail(err, WRT_E_INPUT,
                        "%zu phrasings are listed; the model has %zu variables (the order is that "
                        "of the description)",
                        wrt_json_count(list), wrt_scm_count(scm));
    WRT_JSON_EACH(index, list)
    if (status == WRT_OK)
        status = set(out, scm, i++, index, err);
    return status;
}

static wrt_status set_by_name(size_t *out, const wrt_scm *scm, const wrt_json *object,
                              wrt_err *err) {
    wrt_status status = WRT_OK;
    WRT_JSON_EACH(index, object) {
        size_t variable = 0;
        if (status == WRT_OK)
            status = wrt_scm_find(&variable, scm, wrt_json_key(index), err);
        if (status == WRT_OK)
            status = set(out, scm, variable, index, err);
    }
    return status;
}

static void draw(size_t *out, const wrt_scm *scm, uint64_t seed, uint32_t member) {
    for (size_t i = 0; i < wrt_scm_count(scm); i++) {
        size_t n = wrt_scm_variable_at(scm, i)->n_phrasings;
        wrt_rng rng = wrt_rng_make(seed, STREAM, ((uint64_t)member << 32) | i);
        out[i] = n > 1 ? (size_t)wrt_rng_below(&rng, n) : 0;
    }
}

wrt_status wrt_scm_phrasing_choose(size_t *out, const wrt_scm *scm, const wrt_json *given,
                                   uint64_t seed, uint32_t member, wrt_err *err) {
    memset(out, 0, wrt_scm_count(scm) * sizeof *out);
    if (given == NULL)
        return WRT_OK;
    if (wrt_json_is(given, WRT_JSON_NUMBER))
        return set_one_for_all(out, scm, given, err);
    if (wrt_json_is(given, WRT_JSON_ARRAY))
        return set_each(out, scm, given, err);
    if (wrt_json_is(given, WRT_JSON_OBJECT))
        return set_by_name(out, scm, given, err);
    if (wrt_json_text(given) == NULL || strcmp(wrt_json_text(given), "seed") != 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "\"phrasing\" is an index, a list of indices, {variable: index} or "
                        "\"seed\"");
    draw(out, scm, seed, member);
    return WRT_OK;
}

wrt_json *wrt_scm_phrasing_json(const size_t *phrasings, const wrt_scm *scm) {
    wrt_json *out = wrt_json_new_object();
    for (size_t i = 0; i < wrt_scm_count(scm); i++)
        if (wrt_scm_variable_at(scm, i)->n_phrasings > 0)
            wrt_json_set_int(out, wrt_scm_variable_at(scm, i)->name, (int64_t)phrasings[i]);
    return out;
}
