/* verdict.h: what a stated graph says of an effect, by the program's own engine.
 *
 * A tool is a plugin and may be anybody's: what a claim rests on is decided here again, when the
 * claim is made and once more by whoever audits it (level 5). Pure: a verdict depends on the
 * question alone. */
#ifndef WRT_AGENT_CLAIMS_VERDICT_H
#define WRT_AGENT_CLAIMS_VERDICT_H

#include "base/err.h"
#include "base/json.h"

typedef struct {
    const wrt_json *graph; /* the graph argument of CONTRACTS.md */
    const wrt_json *treatment, *outcome;
    const char *design;          /* "adjustment", "frontdoor", "instrument"; NULL: none is judged */
    const wrt_json *used;        /* covariates, mediators or instruments that were used */
    const wrt_json *conditioned; /* instrument: covariates conditioned on; may be NULL */
    const wrt_json *unmeasured;  /* nodes without a column; may be NULL */
} wrt_verdict_question;

enum { WRT_VERDICT_SETS = 20 };

/* {"identifiable","method","estimand":text|null,"steps":[text],"sets":{"verdict","sets",
 * "complete"},"used":{"design","set","valid","text"}|null,"text"}: nonparametric identification,
 * at most WRT_VERDICT_SETS minimal adjustment sets of what is measured, and whether what was used
 * carries the estimate. Errors are those of the graph and of its engine. Caller frees. */
wrt_status wrt_verdict_find(wrt_json **out, const wrt_verdict_question *question, wrt_err *err);

/* Nodes of the graph that are neither latent nor a column of the table, as an array; NULL when the
 * columns are not known, or the graph cannot be read. Caller frees. */
wrt_json *wrt_verdict_unmeasured(const wrt_json *graph, const wrt_json *columns);

/* The nodes of a graph as an array of {"name"}; empty when it cannot be read. Caller frees. */
wrt_json *wrt_verdict_nodes(const wrt_json *graph);

/* The verdict as evidence of kind "identification", without an id: the question in its locator, so
 * that it can be found again. Caller frees. */
wrt_json *wrt_verdict_evidence(const wrt_verdict_question *question, const wrt_json *verdict);

/* Reads the question back from such evidence (borrowed); graph is looked up by the caller, who
 * knows where it stands. */
void wrt_verdict_question_of(wrt_verdict_question *out, const wrt_json *evidence);

/* The content of a claim of identifiability, as wrt_measured_effect (measured.h) gives it: about
 * the graph (rung 0), no claim about the world. Caller frees. */
wrt_json *wrt_verdict_claim(const wrt_json *evidence);

/* Does it say that what was used carries the estimate? */
bool wrt_verdict_carries(const wrt_json *evidence);

/* SHA-256, in hexadecimal, over the canonical bytes of a value. */
void wrt_verdict_hash(char out[65], const wrt_json *value);

#endif
