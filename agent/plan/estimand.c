/* estimand.c: defaults of an estimate, as data. */
#include "agent/plan/estimand.h"

#include <string.h>

static bool is_one_of(const char *text, const char *const *list) {
    for (; *list != NULL; list++)
        if (strcmp(text, *list) == 0)
            return true;
    return false;
}

/* Arguments of effect_estimate that a user may hand over; data, treatment and outcome apart. */
static void copy_inputs(wrt_json *data, const wrt_json *inputs) {
    static const char *const members[] = {
        "data",    "graph",     "adjust",       "estimator",  "estimand", "treated",
        "missing", "untreated", "categorical",  "propensity", "event",    "instruments",
        "cutoff",  "mediators", "running",      "bandwidth",  "period",   "cluster",
        "by",      "horizon",   "profile",      "bootstrap",  "folds",    "negative_control",
        "trim",    "na",        "outcome_level"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const wrt_json *value = wrt_json_get(inputs, members[i]);
        if (value != NULL)
            wrt_json_set(data, members[i], wrt_json_copy(value));
    }
}

/* Times to event have their own unadjusted comparison. */
static const char *naive_of(const wrt_json *data, const char *estimator) {
    if (wrt_json_get(data, "event") == NULL)
        return "naive";
    return strcmp(estimator, "rmst") == 0 ? "rmst" : strcmp(estimator, "cox") == 0 ? "cox" : "km";
}

/* Another way to the same number under the same set: a regression for what weighs or matches, and
 * weighting for what regresses. */
static const char *second_of(const wrt_json *data, const char *estimator) {
    static const char *const weigh[] = {"aipw", "ipw", "match", "strata", "tlearner", NULL};
    static const char *const regress[] = {"ols", "gcomp", NULL};
    const char *estimand = wrt_json_get_text(data, "estimand", "ate");
    if (wrt_json_get(data, "event") != NULL || strcmp(estimand, "ate") != 0)
        return NULL;
    return is_one_of(estimator, weigh) ? "ols" : is_one_of(estimator, regress) ? "aipw" : NULL;
}

static void complete(wrt_json *data) {
    static const char *const adjusters[] = {"ols",   "gcomp",  "tlearner", "ipw", "aipw",
                                            "match", "strata", "cox",      NULL};
    bool has_graph = wrt_json_get(data, "graph") != NULL;
    bool is_timed = wrt_json_get(data, "event") != NULL;
    bool adjusts = has_graph || wrt_json_get(data, "adjust") != NULL;
    const char *estimator = wrt_json_get_text(data, "estimator", NULL);
    if (estimator == NULL)
        estimator = is_timed ? (adjusts ? "cox" : "km") : adjusts ? "aipw" : "naive";
    if (has_graph && wrt_json_get(data, "adjust") == NULL && is_one_of(estimator, adjusters))
        wrt_json_set_text(data, "adjust", "auto");
    wrt_json_set_text(data, "naive", naive_of(data, estimator));
    if (wrt_json_get(data, "estimator") == NULL)
        wrt_json_set_text(data, "estimator", estimator);
    if (adjusts && second_of(data, estimator) != NULL)
        wrt_json_set_text(data, "second", second_of(data, estimator));
    if (adjusts && !is_timed)
        wrt_json_set_bool(data, "refute", true);
    if (has_graph)
        wrt_json_set_bool(data, "conflicts", true);
}

wrt_json *wrt_estimand_state(const wrt_json *args, uint64_t seed) {
    static const char *const ends[] = {"treatment", "outcome", "adjust", "columns"};
    wrt_json *result = wrt_json_new_object(), *data = wrt_json_new_object();
    copy_inputs(data, wrt_json_get(args, "inputs"));
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (wrt_json_get(args, ends[i]) != NULL)
            wrt_json_set(data, ends[i], wrt_json_copy(wrt_json_get(args, ends[i])));
    complete(data);
    wrt_json_set_int(data, "seed", (int64_t)(seed & ((UINT64_C(1) << 53) - 1)));
    wrt_json_set_text(result, "status", "ok");
    wrt_json_set(result, "data", data);
    return result;
}
