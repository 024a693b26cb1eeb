/* eval.h: a benchmark suite run over a model, an engine or the whole program, so that it can be
 * repeated.
 *
 * A suite (suite.h) has items, each with what is expected of it; running one gives a row. The
 * result holds what it takes to run it again: suite and version, sum of the data, the model as it
 * describes itself, the program's sum, mode, limit, seed, and every row:
 * {"schema":"warrant/eval-results/1","suite","suite_version","mode","data":{"name","sha256",
 *  "items"},"model","program":{"version","sha256"},"setting","seed","limit","sampling","n",
 *  "correct","accuracy","low","high","unanswered","failed","main":SHARE,"apart":{name:SHARE},
 *  "by_GROUP":{value:SHARE},"measures":{name:{"n","mean","low","high"}},"items":[ROW],
 *  "content_sha256","meta":{"started","seconds","usage"}}
 * `unanswered` rows have no answer to what is expected, `failed` ones could not be run and tell why
 * in members "why" and "failed"; both count as wrong. `setting` is the request's.
 * SHARE is {"n","correct","accuracy","low","high"} with Wilson's 95 % interval; `main` leaves out
 * what a suite sets apart. ROW is {"id","answer","expected","correct","apart"?,"groups":{},
 * "measures":{},"why","meta":{"ms","prompt_tokens","reply_tokens"}}. content_sha256 is over
 * everything but `meta` members: equal for runs that came out alike. */
#ifndef WRT_EVAL_EVAL_H
#define WRT_EVAL_EVAL_H

#include "base/cancel.h"
#include "kg/kg.h"
#include "llm/llm.h"

enum { WRT_EVAL_ITEMS_MAX = 100000, WRT_EVAL_DATA_MAX = 64 << 20 };

/* A question to the whole program, as `warrant ask` puts it, in a data directory of its own. */
typedef struct {
    const char *text;
    const char *home;       /* the data directory */
    const wrt_json *inputs; /* as in wrt_agent_config; NULL: none */
    wrt_llm *llm;           /* asked in place of the request's; NULL: that */
    bool no_audit;          /* the report goes without one */
} wrt_eval_question;

/* *report: {"status","exit","message"|null,"answer" (wrt_agent_ask)|null,"events","audit_passes"?,
 * "audit"?}; the caller frees. That the program abstains, denies or fails is a report, not a
 * failure.
 */
typedef wrt_status wrt_eval_ask(wrt_json **report, void *ctx, const wrt_eval_question *question,
                                wrt_err *err);

/* Everything is borrowed for the length of the call. */
typedef struct {
    const char *suite;
    const char *mode;       /* NULL: the suite's first */
    const char *data;       /* path; NULL: the suite's own data, where it has any */
    const char *suites_dir; /* where suites' own data lie */
    const char *scratch;    /* an empty folder that a suite may write to */
    size_t limit;           /* items; 0: all */
    uint64_t seed;
    /* What else the rows depend on (policy, graph, tools, protocols), for the results; NULL: not
     * told. */
    const wrt_json *setting;
    wrt_llm *llm; /* NULL: none */
    wrt_kg *kg;   /* NULL: none */
    const wrt_cancel *cancel;
    void (*on_item)(size_t done, size_t total, void *ctx); /* may be NULL */
    /* Asked before a prompt leaves; may be NULL. */
    wrt_status (*may_ask)(const wrt_llm_prompt *prompt, void *ctx, wrt_err *err);
    wrt_eval_ask *ask; /* NULL: suites over the whole program are WRT_E_UNSUPPORTED */
    void *ctx;
} wrt_eval_request;

/* WRT_E_INPUT: an unknown suite or mode, data of another shape; WRT_E_UNSUPPORTED: a mode that
 * needs a model, or a suite that needs a graph, without one. An item that fails is a row, not a
 * failure of the run; only interruption and what the policy denies end it. The caller frees. */
wrt_status wrt_eval_run(wrt_json **out, const wrt_eval_request *request, wrt_err *err);

/* [{"name","version","title","modes":[{"name","about","needs_model"}],"needs"}] and one suite with
 * its card. The caller frees. */
wrt_json *wrt_eval_list(void);
wrt_status wrt_eval_describe(wrt_json **out, const char *suite, wrt_err *err);

typedef struct {
    bool graph, agent;
    bool model;    /* must be there */
    bool no_model; /* the data answer in its place: none is opened */
} wrt_eval_need;

/* What a mode (NULL: the first) of a suite needs; WRT_E_INPUT for an unknown one. */
wrt_status wrt_eval_needs(wrt_eval_need *out, const char *suite, const char *mode, wrt_err *err);

#endif
