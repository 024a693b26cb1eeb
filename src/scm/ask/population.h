/* population.h: populations as tables for testing estimators, and what is true of them.
 *
 * A row is a unit: its number, the value of every variable that is not hidden, the outcome it would
 * have had under each value of the treatment, and the true probability of each of these:
 *
 *   unit, VARIABLE..., OUTCOME[TREATMENT=value]..., p[TREATMENT=value]... (, phrasing, seed)(,
 * label)
 *
 * phrasing and seed are columns of families only; `label` says "model-implied, not evidence" on
 * every row of a model to which a language model gave any part. A unit depends on its number and
 * seed alone, so shards one after the other are the table, byte for byte: only the first one has
 * the header line (CSV, RFC 4180; JSONL has none). Written in blocks: memory is bounded. */
#ifndef WRT_SCM_ASK_POPULATION_H
#define WRT_SCM_ASK_POPULATION_H

#include "scm/ask/source.h"

typedef enum { WRT_SCM_CSV, WRT_SCM_JSONL } wrt_scm_form;

/* Where the table goes, in pieces. */
typedef struct {
    wrt_scm_form form;
    wrt_status (*write)(void *ctx, wrt_str piece, wrt_err *err);
    void *ctx;
} wrt_scm_sink;

/* Writes the table of the request (its shard of n units; with a family every phrasing times every
 * seed; each member has a seed of its own, counted from the request's) and gives *data:
 * {"treatment","outcome","units","first",
 * "columns","members":[{"phrasing","seed","units","effects":{value: [effect, se]}}],"effects":
 * {value: {"effect","layers":{"sample","phrasing","model"}}},...}. Effects are those of the last
 * value of the treatment against the first, or of the request's contrast: means over units of
 * potential outcomes. Layers are standard deviations: `sample`, of a member's effect by which
 * units it drew (from the units' spread); `phrasing`, between phrasings beyond that (null without
 * a family); `model` is null: one language model was asked, and no number of units or phrasings of
 * it tells how another would answer. Rung 3 (units hold counterfactuals). */
wrt_status wrt_scm_reply_simulate(wrt_json **data, const wrt_scm_source *first,
                                  const wrt_scm_sink *sink, wrt_err *err);

#endif
