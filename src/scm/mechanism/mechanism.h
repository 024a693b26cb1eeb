/* mechanism.h: a model's rows from a language model: P(value | the parents' phrases).
 *
 * The definition is that of Bynum and Cho ("Language Models as Causal Effect Generators", EMNLP
 * 2025): the probability that the language model gives to the phrase of each value behind the
 * parents' phrases, normalised over the values. A score s of each value becomes
 * p_k = exp(s_k / T) / sum_j exp(s_j / T), T the temperature. The rules, with text and candidate as
 * in prompt.h:
 *
 *   sum        log P(value + after | text): the definition
 *   sum_value  log P(value | text): the same without the text behind the value
 *   mean       sum, divided by the number of tokens of the candidate
 *   bytes      sum, divided by the bytes of value and `after`
 *   pmi        sum less log P(value + after | the text without the parents' phrases) (pointwise
 *              mutual information, Holtzman et al., EMNLP 2021); a root is uniform under it
 *   reference  the authors' code, which reads the candidate's tokens behind the candidate's last
 * one and means them; for comparison only: it is not a probability of the value
 *
 * Tables of the model are read as they are. What comes of a language model is model-implied, not
 * evidence; the description says so and belongs into every output.
 *
 * Rows once known are kept in memory; scores are kept on disk by the language model's cache. With
 * wrt_scm_llm_options a row's bits depend on weights, prompt and rule alone, so that shards, other
 * orders and a second run from the cache give equal bytes. */
#ifndef WRT_SCM_MECHANISM_MECHANISM_H
#define WRT_SCM_MECHANISM_MECHANISM_H

#include "llm/llm.h"
#include "scm/rows.h"

typedef struct wrt_scm_mechanism wrt_scm_mechanism;

/* Who gives the scores, where that is no wrt_llm of this process: a host that a plugin asks. */
typedef struct {
    /* As wrt_llm_score_all; is_reference: as wrt_llm_score_reference. */
    wrt_status (*score)(wrt_llm_score *out, void *ctx, const wrt_llm_question *questions, size_t n,
                        bool is_reference, wrt_err *err);
    /* As wrt_llm_check_fits; NULL: that cannot be told beforehand. */
    wrt_status (*check)(void *ctx, const wrt_llm_question *questions, size_t n, wrt_err *err);
    wrt_json *(*describe)(void *ctx); /* as wrt_llm_describe */
    /* {"calls","cache_hits"} so far, null where not known; NULL: nothing is known. */
    wrt_json *(*usage)(void *ctx);
    void *ctx;
    bool depth_first; /* rows.h */
} wrt_scm_scorer;

/* A language model of this process (may be NULL: all members are). Borrows it. */
wrt_scm_scorer wrt_scm_scorer_of_llm(wrt_llm *llm);

typedef struct {
    wrt_llm *llm;            /* may be NULL: rows of tables only */
    const size_t *phrasings; /* one index for each variable (phrasing.h); NULL: the first of each */
    wrt_scm_scoring scoring; /* as wrt_scm_scoring_of(scm), or another */
} wrt_scm_mechanism_options;

/* The options with which a language model gives the same bits whatever is asked with it. */
wrt_llm_options wrt_scm_llm_options(wrt_llm_options options);

/* Borrows model and language model; copies the phrasings. Checks the longest context of each
 * variable against the language model's. WRT_E_LIMIT: a context does not fit, naming the variable;
 * WRT_E_INPUT: scoring or phrasings are out of range, or values begin one another under the rule.
 */
wrt_status wrt_scm_mechanism_new(wrt_scm_mechanism **out, const wrt_scm *scm,
                                 const wrt_scm_mechanism_options *options, wrt_err *err);
/* The same by any scorer (copied; without `score`: rows of tables only); options->llm is not read.
 * An object file that calls only this needs no code of src/llm. */
wrt_status wrt_scm_mechanism_make(wrt_scm_mechanism **out, const wrt_scm *scm,
                                  const wrt_scm_scorer *scorer,
                                  const wrt_scm_mechanism_options *options, wrt_err *err);
void wrt_scm_mechanism_free(wrt_scm_mechanism *m); /* accepts NULL */

/* The rows; usable as long as the mechanism. ask() fails as wrt_llm_score_all does, naming the
 * variable; WRT_E_UNSUPPORTED also when there is no language model, or the rule needs what it
 * cannot tell. */
wrt_scm_rows wrt_scm_mechanism_rows(wrt_scm_mechanism *m);

typedef struct {
    uint64_t rows;     /* asked for, repetitions counted */
    uint64_t contexts; /* distinct ones that the language model's scores were taken of */
    double mass; /* mean over these contexts of the probability that the language model gives to
                    all values together: how far it was in the domain at all; NAN for the rule
                    reference and when there are none */
} wrt_scm_mechanism_usage;

wrt_scm_mechanism_usage wrt_scm_mechanism_usage_of(const wrt_scm_mechanism *m);

/* {"rule","temperature","phrasing":{variable: index},"model":{...}|{"kind":"none"},"model_implied",
 * "label","origin"}: what every output records. The label is there when the model is model-implied
 * (model.h), the origin when its tables came from a language model. Caller frees. */
wrt_json *wrt_scm_mechanism_describe(const wrt_scm_mechanism *m);

#endif
