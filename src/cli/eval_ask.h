/* eval_ask.h: one question put to the whole program for an evaluation, in a data directory of its
 * own. */
#ifndef WRT_CLI_EVAL_ASK_H
#define WRT_CLI_EVAL_ASK_H

#include "agent/eval/eval.h"
#include "cli/cli.h"

/* What all questions of one evaluation share; borrowed. */
typedef struct {
    const wrt_cli_call *call;
    wrt_llm *llm; /* NULL: none */
} wrt_cli_evaluator;

/* A wrt_eval_ask over an evaluator: opens graph, copy of PubMed, policy, tools and ledger of
 * `home`, asks without network, and audits the sealed run at every level there is. */
wrt_status wrt_cli_eval_ask(wrt_json **report, const wrt_cli_evaluator *evaluator,
                            const wrt_eval_question *question, wrt_err *err);

#endif
