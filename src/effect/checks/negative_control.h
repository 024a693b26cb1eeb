/* negative_control.h: the same estimator on an outcome that the treatment cannot change.
 *
 * Lipsitch, Tchetgen Tchetgen, Cohen, Epidemiology 2010, doi:10.1097/EDE.0b013e3181d61eeb. A
 * negative-control outcome shares the confounders of the real one and is not caused by the
 * treatment; an effect on it beyond chance shows confounding that adjustment leaves. Silence proves
 * little: the control may miss the confounder, or the sample may be small. */
#ifndef WRT_EFFECT_NEGATIVE_CONTROL_H
#define WRT_EFFECT_NEGATIVE_CONTROL_H

#include "effect/estimators/estimator.h"

typedef struct {
    const char *name; /* of the control outcome, for the words */
    double estimate, se, low, high;
    double p_value; /* of no effect, normal; NAN without an error */
    double scaled;  /* estimate in standard deviations of the control outcome */
    bool holds;     /* the interval holds 0 */
    const char *text;
} wrt_negative_control;

typedef struct {
    const wrt_study *study;
    wrt_estimator_run *run;
    const wrt_estimator_options *options;
    const char *name;
    const double *outcome; /* study->n finite numbers: the control */
} wrt_negative_control_question;

/* Errors of the estimator, and WRT_E_INPUT: a control that is not finite or does not vary, or an
 * estimator of times to event. */
wrt_status wrt_negative_control_of(wrt_negative_control *out,
                                   const wrt_negative_control_question *question, wrt_arena *arena,
                                   wrt_err *err);

wrt_json *wrt_negative_control_json(const wrt_negative_control *control);

#endif
