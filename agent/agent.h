/* agent.h: one question, from words to a sealed, warranted answer.
 *
 * The loop of ARCHITECTURE.md: open, frame, plan, act, observe, claim, answer, seal. Every stage is
 * a file of this folder; wrt_agent_ask only calls them in order. What a model may decide (the
 * question type when no cue decides it, which of several entities is meant, optional steps, the
 * order and the wording of hypotheses) goes through steer.h and is always a choice among options
 * the program made; without a model the protocol decides and the answer says so. */
#ifndef WRT_AGENT_AGENT_H
#define WRT_AGENT_AGENT_H

#include "agent/act/approval.h"
#include "agent/host/toolhost.h"
#include "kg/kg.h"
#include "ledger/ledger.h"
#include "llm/llm.h"
#include "policies/policy.h"
#include "pubmed/store.h"

typedef struct {
    wrt_ledger *ledger; /* all borrowed for the length of the call */
    wrt_policy *policy;
    wrt_toolhost *tools;
    wrt_kg *kg;
    wrt_pubmed_store
        *pubmed;  /* the local copy that cited publications are checked against, or NULL */
    wrt_llm *llm; /* NULL: the protocol alone drives the loop */
    const char *protocol_dir; /* holds <type>.json for every question type that can be answered */
    /* What the user handed over beside the question, by name: {"data","graph","scm","patient","do",
     * "treatment","outcome",...}: $frame.inputs of protocols. NULL: nothing. Files are paths. */
    const wrt_json *inputs;
    const wrt_json *plan;   /* a plan of the user's to take instead of the protocol's; NULL: none */
    const wrt_json *sealed; /* names of values that are stored apart (ledger.h); or NULL */
    /* Where the question stands, recorded with it; NULL: alone. {"item": key of a batch's line} or
     * {"previous":{"content","question","treatment"?,"outcome"?,...}}, the run that it goes on
     * from: what it does not name itself is taken from there. */
    const wrt_json *context;
    uint64_t seed;
    bool offline;
    bool recheck;             /* ask PubMed over the network about cited publications, too */
    bool no_latent;           /* the user asserts that no common cause is unmeasured */
    int threads;              /* calls of tools at a time; 0: as many as processors, at most 4 */
    int hypotheses;           /* mechanism paths turned into claims, 1..10; 0 means 3 */
    int64_t timeout_ms;       /* whole run; 0 means no limit */
    const wrt_cancel *cancel; /* looked at between steps; may be NULL */
    /* Called once with the frozen plan, before its first step. May be NULL. */
    void (*on_plan)(const wrt_json *plan, void *ctx);
    void (*on_step)(const char *step, void *ctx); /* before each step; may be NULL */
    void *callback_ctx;
    wrt_approval_ask *approve; /* asked when a rule holds something; NULL: a hold is a denial */
    void *approve_ctx;
} wrt_agent_config;

/* Answers a question and seals its run. *answer is the caller's and set whenever a run was started:
 * {"status":"answered|abstained|clarify|escalated|denied|failed|open","run","question","type",
 *  "frame","reason"|null,
 *  "hypotheses":[...],"routes":n,"claims":[...],"evidence":[...],"identification":{...}|null,"model","seed",
 *  "recheck":{...} (standing.h),
 *  "warnings":[...],"caveats":[...],"gate":{"sentences","reworded","dropped"} (utter.h),
 *  "escalation":text,"text","usage":{..} (usage.h; not recorded)}. Members that hold nothing yet
 * are absent. Where the question leaves something open, status is `clarify` and "clarify" says what
 * is to be given (question/needs.h). A question in which policy reads an emergency is `escalated`:
 * its rule's message is the whole answer, no tool is called and WRT_E_DENIED returned. A run that
 * was stopped is `open`: it is not sealed and can be resumed. Returns WRT_OK when answered,
 * WRT_E_NOT_FOUND when it abstained, WRT_E_DENIED when policy stopped it, WRT_E_TIMEOUT when the
 * budget ran out, WRT_E_INTERRUPTED when cancel was requested, WRT_E_FAILED when a tool that the
 * answer needs failed or lied about the graph, or another failure; err holds the reason in one
 * line. */
wrt_status wrt_agent_ask(wrt_json **answer, const wrt_agent_config *config, const char *question,
                         wrt_err *err);

/* Goes on with a run that was cut off or stopped: it is made again from its journal up to the last
 * event there, where nothing is asked of anybody, and then as ever. config is as for wrt_agent_ask,
 * with the settings of run.start (wrt_open_read_settings); WRT_E_INPUT names what the run was
 * started with that is another now, and for a sealed run. An event that comes out otherwise than it
 * is recorded is WRT_E_INTEGRITY, and the run stays as it is. *answer and failures as of
 * wrt_agent_ask. */
wrt_status wrt_agent_resume(wrt_json **answer, const wrt_agent_config *config, const char *run,
                            wrt_err *err);

/* Makes a whole run again from its events (borrowed) and blobs alone: no graph, no tool, no model,
 * no policy file. WRT_OK when every event comes out as it is recorded, whatever the answer was;
 * WRT_E_INTEGRITY names the first that does not. *answer as of wrt_agent_ask. */
wrt_status wrt_agent_rehearse(wrt_json **answer, const wrt_json *events, wrt_blob_source source,
                              wrt_err *err);

/* Frames and plans only: no tool is called, no run is written. *plan is {"frame","steps"...}. */
wrt_status wrt_agent_plan(wrt_json **plan, const wrt_agent_config *config, const char *question,
                          wrt_err *err);

enum { WRT_QUESTION_MAX = 2000 }; /* bytes */

#endif
