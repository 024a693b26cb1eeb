/* registry.c: one row an estimator; adding one is its pair of files and a line here. */
#include "effect/estimators/registry.h"

#include "base/buf.h"
#include "effect/estimators/aipw.h"
#include "effect/estimators/cox.h"
#include "effect/estimators/did.h"
#include "effect/estimators/frontdoor.h"
#include "effect/estimators/gcomp.h"
#include "effect/estimators/ipw.h"
#include "effect/estimators/iv.h"
#include "effect/estimators/match.h"
#include "effect/estimators/naive.h"
#include "effect/estimators/ols.h"
#include "effect/estimators/rdd.h"
#include "effect/estimators/rmst.h"
#include "effect/estimators/strata.h"

#include <string.h>

const wrt_estimator *const wrt_estimators[] = {
    &wrt_estimator_naive, &wrt_estimator_ols,  &wrt_estimator_gcomp, &wrt_estimator_tlearner,
    &wrt_estimator_ipw,   &wrt_estimator_aipw, &wrt_estimator_match, &wrt_estimator_strata,
    &wrt_estimator_iv,    &wrt_estimator_did,  &wrt_estimator_rdd,   &wrt_estimator_frontdoor,
    &wrt_estimator_km,    &wrt_estimator_rmst, &wrt_estimator_cox,   NULL,
};

wrt_status wrt_estimator_find(const wrt_estimator **out, const char *name, wrt_err *err) {
    wrt_buf names = wrt_buf_make(512);
    for (size_t i = 0; wrt_estimators[i] != NULL; i++) {
        wrt_buf_printf(&names, "%s%s", i > 0 ? ", " : "", wrt_estimators[i]->name);
        if (strcmp(wrt_estimators[i]->name, name) != 0)
            continue;
        *out = wrt_estimators[i];
        wrt_buf_free(&names);
        return WRT_OK;
    }
    wrt_fail(err, WRT_E_INPUT, "there is no estimator \"%s\"; there are %s", name,
             wrt_buf_str(&names).ptr);
    wrt_buf_free(&names);
    return WRT_E_INPUT;
}

wrt_status wrt_estimator_check_study(const wrt_estimator *estimator, const wrt_study *study,
                                     wrt_err *err) {
    const struct {
        bool wants, has;
        const char *what;
    } needs[] = {
        {estimator->wants_survival, study->event != NULL,
         "an \"event\" column (1 event, 0 censored)"},
        {estimator->wants_instruments, study->instruments.columns > 0, "\"instruments\""},
        {estimator->wants_mediators, study->mediators.columns > 0, "\"mediators\""},
        {estimator->wants_period, study->period != NULL, "a \"period\" column (0 before, 1 after)"},
        {estimator->wants_running, study->running != NULL, "a \"running\" column and a \"cutoff\""},
    };
    if (study->event != NULL && !estimator->wants_survival)
        return wrt_fail(err, WRT_E_INPUT,
                        "with an \"event\" the outcome is a time: use km, rmst or cox, not %s",
                        estimator->name);
    for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++)
        if (needs[i].wants != needs[i].has)
            return wrt_fail(err, WRT_E_INPUT, "the estimator %s %s %s%s", estimator->name,
                            needs[i].wants ? "needs" : "does not read", needs[i].what,
                            needs[i].wants ? "" : ": leave out what it does not read");
    if (!estimator->adjusts && study->covariates.columns > 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "the estimator %s adjusts for nothing: leave \"adjust\" out, or take one "
                        "that adjusts, such as ols, gcomp or aipw",
                        estimator->name);
    return WRT_OK;
}
