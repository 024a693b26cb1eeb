/* suites.c: the table of suites, sorted by name. */
#include "agent/eval/abstention.h"
#include "agent/eval/answers.h"
#include "agent/eval/cladder.h"
#include "agent/eval/curation.h"
#include "agent/eval/injection.h"
#include "agent/eval/mechanism.h"
#include "agent/eval/provenance.h"
#include "agent/eval/replay.h"
#include "agent/eval/retrieval.h"
#include "agent/eval/suite.h"
#include "agent/eval/traps.h"

#include <string.h>

const wrt_eval_suite *const wrt_eval_suites[] = {
    &wrt_eval_abstention,
    &wrt_eval_answers,
    &wrt_eval_cladder,
    &wrt_eval_curation,
    &wrt_eval_injection,
    &wrt_eval_mechanism,
    &wrt_eval_provenance,
    &wrt_eval_replay,
    &wrt_eval_retrieval,
    &wrt_eval_traps,
    NULL,
};

wrt_status wrt_eval_suite_of(const wrt_eval_suite **out, const char *name, wrt_err *err) {
    wrt_buf known = wrt_buf_make(WRT_KIB(1));
    *out = NULL;
    for (size_t i = 0; wrt_eval_suites[i] != NULL && *out == NULL; i++) {
        if (strcmp(wrt_eval_suites[i]->name, name) == 0)
            *out = wrt_eval_suites[i];
        wrt_buf_printf(&known, "%s%s", i > 0 ? ", " : "", wrt_eval_suites[i]->name);
    }
    if (*out == NULL)
        wrt_fail(err, WRT_E_INPUT, "there is no suite \"%.40s\"; there are %s", name,
                 wrt_buf_str(&known).ptr);
    wrt_buf_free(&known);
    return *out != NULL ? WRT_OK : WRT_E_INPUT;
}

static wrt_json *modes_json(const wrt_eval_suite *suite) {
    wrt_json *modes = wrt_json_new_array();
    for (const wrt_eval_mode *mode = suite->modes; mode->name != NULL; mode++) {
        wrt_json *json = wrt_json_new_object();
        wrt_json_set_text(json, "name", mode->name);
        wrt_json_set_text(json, "about", mode->about);
        wrt_json_set_bool(json, "needs_model", mode->needs_model);
        wrt_json_push(modes, json);
    }
    return modes;
}

static wrt_json *suite_json(const wrt_eval_suite *suite) {
    static const char *const needs[] = {"data", "graph", "agent"};
    wrt_json *json = wrt_json_new_object(), *list = wrt_json_new_array();
    for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++)
        if ((suite->needs >> i & 1U) != 0)
            wrt_json_push_text(list, needs[i]);
    wrt_json_set_text(json, "name", suite->name);
    wrt_json_set_int(json, "version", suite->version);
    wrt_json_set_text(json, "title", suite->title);
    wrt_json_set(json, "modes", modes_json(suite));
    wrt_json_set(json, "needs", list);
    return json;
}

bool wrt_eval_mode_is_oracle(const wrt_eval_suite *suite, const wrt_eval_mode *mode) {
    return suite->oracle_mode != NULL && strcmp(suite->oracle_mode, mode->name) == 0;
}

wrt_json *wrt_eval_list(void) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; wrt_eval_suites[i] != NULL; i++)
        wrt_json_push(list, suite_json(wrt_eval_suites[i]));
    return list;
}

wrt_status wrt_eval_describe(wrt_json **out, const char *name, wrt_err *err) {
    const wrt_eval_suite *suite = NULL;
    wrt_status status = wrt_eval_suite_of(&suite, name, err);
    if (status != WRT_OK)
        return status;
    *out = suite_json(suite);
    wrt_json_set_text(*out, "card", suite->card);
    return WRT_OK;
}

wrt_status wrt_eval_mode_of(const wrt_eval_mode **out, const wrt_eval_suite *suite,
                            const char *name, wrt_err *err) {
    wrt_buf known = wrt_buf_make(WRT_KIB(1));
    *out = NULL;
    for (const wrt_eval_mode *mode = suite->modes; mode->name != NULL; mode++) {
        if (*out == NULL && (name == NULL || strcmp(name, mode->name) == 0))
            *out = mode;
        wrt_buf_printf(&known, "%s%s", mode == suite->modes ? "" : ", ", mode->name);
    }
    if (*out == NULL)
        wrt_fail(err, WRT_E_INPUT, "%s has no mode \"%.40s\"; it has %s", suite->name, name,
                 wrt_buf_str(&known).ptr);
    wrt_buf_free(&known);
    return *out != NULL ? WRT_OK : WRT_E_INPUT;
}

wrt_status wrt_eval_needs(wrt_eval_need *out, const char *name, const char *mode_name,
                          wrt_err *err) {
    const wrt_eval_suite *suite = NULL;
    const wrt_eval_mode *mode = NULL;
    wrt_status status = wrt_eval_suite_of(&suite, name, err);
    if (status == WRT_OK)
        status = wrt_eval_mode_of(&mode, suite, mode_name, err);
    if (status == WRT_OK)
        *out = (wrt_eval_need){.graph = (suite->needs & WRT_EVAL_NEEDS_GRAPH) != 0,
                               .agent = (suite->needs & WRT_EVAL_NEEDS_AGENT) != 0,
                               .model = mode->needs_model,
                               .no_model = wrt_eval_mode_is_oracle(suite, mode)};
    return status;
}
