/* check.c: what every variable must fulfil, whatever file it came from. */
#include "scm/model/internal.h"

#include <string.h>

static const char *const rule_names[WRT_SCM_RULES] = {"sum",   "sum_value", "mean",
                                                      "bytes", "pmi",       "reference"};

const char *wrt_scm_rule_name(wrt_scm_rule rule) {
    return rule_names[rule];
}

wrt_status wrt_scm_rule_of(wrt_scm_rule *out, const char *name, wrt_err *err) {
    for (int i = 0; i < WRT_SCM_RULES; i++)
        if (strcmp(name, rule_names[i]) == 0) {
            *out = (wrt_scm_rule)i;
            return WRT_OK;
        }
    return wrt_fail(err, WRT_E_INPUT,
                    "scoring rule \"%.60s\" is not there; there are: sum, sum_value, mean, bytes, "
                    "pmi, reference",
                    name);
}

wrt_status wrt_scm_scoring_check(const wrt_scm_scoring *scoring, wrt_err *err) {
    if (scoring->temperature > 0.0 && scoring->temperature <= 100.0)
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT, "\"temperature\" is %g; accepted: above 0, at most 100",
                    scoring->temperature);
}

static bool is_blank(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool has_outer_blank(const char *text) {
    size_t len = strlen(text);
    return len > 0 && (is_blank(text[0]) || is_blank(text[len - 1]));
}

wrt_status wrt_scm_check_values(const wrt_scm_variable *v, wrt_err *err) {
    if (v->n_values < 2 || v->n_values > WRT_SCM_VALUES_MAX)
        return wrt_fail(err, v->n_values < 2 ? WRT_E_INPUT : WRT_E_LIMIT,
                        "variable \"%s\": \"values\" must list 2 to %d texts", v->name,
                        WRT_SCM_VALUES_MAX);
    for (size_t i = 0; i < v->n_values; i++) {
        if (v->values[i][0] == '\0' || has_outer_blank(v->values[i]))
            return wrt_fail(err, WRT_E_INPUT,
                            "variable \"%s\": the value \"%s\" is empty or has a blank at an end",
                            v->name, v->values[i]);
        for (size_t k = 0; k < i; k++)
            if (strcmp(v->values[i], v->values[k]) == 0)
                return wrt_fail(err, WRT_E_INPUT, "variable \"%s\": the value \"%s\" is repeated",
                                v->name, v->values[i]);
    }
    return WRT_OK;
}

static wrt_status check_parents(const wrt_scm *scm, const wrt_scm_variable *v, wrt_err *err) {
    for (size_t j = 0; j < v->n_parents && v->table != NULL; j++)
        if (strcmp(scm->variables[v->parents[j]].name, "p") == 0)
            return wrt_fail(err, WRT_E_INPUT,
                            "variable \"%s\": its table has a parent called \"p\", which is what a "
                            "row calls its probabilities: rename the parent",
                            v->name);
    for (size_t j = 0; j < v->n_parents; j++)
        for (size_t k = 0; k < j; k++)
            if (v->parents[j] == v->parents[k])
                return wrt_fail(err, WRT_E_INPUT, "variable \"%s\": the parent \"%s\" is repeated",
                                v->name, scm->variables[v->parents[j]].name);
    return WRT_OK;
}

/* The language model must have something to continue: text of the phrase, of a parent or the intro.
 */
static wrt_status check_phrasing(const wrt_scm *scm, const wrt_scm_variable *v, size_t i,
                                 wrt_err *err) {
    const wrt_scm_phrasing *p = &v->phrasings[i];
    size_t after = strlen(p->after);
    if (is_blank(p->before[0]) || (after > 0 && is_blank(p->after[after - 1])))
        return wrt_fail(err, WRT_E_INPUT,
                        "variable \"%s\": phrasing %zu begins or ends with a blank; phrases are "
                        "joined by one space, so leave it out",
                        v->name, i);
    if (v->table != NULL)
        return WRT_OK;
    if (p->before[0] == '\0' && v->n_parents == 0 && scm->intro[0] == '\0')
        return wrt_fail(err, WRT_E_INPUT,
                        "variable \"%s\": phrasing %zu has no text before the value, and neither "
                        "parents nor an \"intro\" give any: the model has nothing to continue",
                        v->name, i);
    return wrt_scm_check_values_apart(v, i, scm->scoring.rule, err);
}

static wrt_status check_role(const wrt_scm_variable *v, wrt_err *err) {
    if (strcmp(v->role, "exogenous") == 0 || strcmp(v->role, "endogenous") == 0 ||
        strcmp(v->role, "hidden") == 0)
        return WRT_OK;
    return wrt_fail(err, WRT_E_INPUT,
                    "variable \"%s\": \"role\" is exogenous, endogenous or hidden", v->name);
}

wrt_status wrt_scm_check_variable(const wrt_scm *scm, const wrt_scm_variable *v, wrt_err *err) {
    wrt_status status = check_role(v, err);
    if (status == WRT_OK)
        status = wrt_scm_check_values(v, err);
    if (status == WRT_OK)
        status = check_parents(scm, v, err);
    if (status == WRT_OK && v->table == NULL && v->n_phrasings == 0)
        status = wrt_fail(err, WRT_E_INPUT, "variable \"%s\" needs either \"cpt\" or \"phrases\"",
                          v->name);
    for (size_t i = 0; i < v->n_phrasings && status == WRT_OK; i++)
        status = check_phrasing(scm, v, i, err);
    return status;
}
