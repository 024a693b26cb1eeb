/* request.h: what is asked of a model, as the commands and the tools both state it.
 *
 * One object of arguments (CONTRACTS.md, "scm"), read strictly: an unknown member, a value out of
 * its range or two members that contradict each other are errors that name them. Names of variables
 * and values are checked later, against the model. */
#ifndef WRT_SCM_ASK_REQUEST_H
#define WRT_SCM_ASK_REQUEST_H

#include "scm/infer/coupling.h"
#include "scm/infer/query.h"

enum {
    WRT_SCM_ASK_UNITS_MAX = 10000000,
    WRT_SCM_ASK_SHARDS_MAX = 100000,
    WRT_SCM_ASK_FAMILY_MAX = 1000
};

/* Texts and values are borrowed from the arguments. */
typedef struct {
    const char *outcome, *treatment; /* NULL: those that the model's file names */
    const char *reference, *value;   /* of the treatment, "contrast":[reference, value]; or NULL */
    const char *variable;            /* of describe: whose prompt is shown; NULL: none */
    const char *placebo;             /* of audit: a variable that should not matter; NULL: none */
    const wrt_json *do_values, *given, *phrasing; /* NULL: nothing */
    wrt_scm_coupling coupling;
    wrt_scm_method method;
    size_t n; /* units; 0: chosen by cost (source.h) */
    uint64_t seed;
    size_t shard, shards; /* from 1; shards 0: all */
    size_t family;        /* draws of phrasings; 0: the one phrasing */
    size_t seeds;         /* of a family: populations of each phrasing; at least 1 */
    bool with_hidden;     /* tables have the hidden variables too */
    bool has_rule, has_temperature;
    wrt_scm_scoring scoring; /* members that were given, in place of the model's own */
} wrt_scm_request;

/* WRT_E_INPUT as said above. Members: outcome, treatment, contrast, variable, placebo, do, given or
 * evidence, phrasing, coupling, method ("auto", "exact", "sample"), n, seed, shard ("I/K"), family,
 * seeds, hidden, rule, temperature; "scm" and "format" are the
 * caller's. */
wrt_status wrt_scm_request_read(wrt_scm_request *out, const wrt_json *args, wrt_err *err);

#endif
