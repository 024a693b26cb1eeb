/* oracle.h: a model that knows the gold (gold.h) of one question. */
#ifndef WRT_EVAL_ORACLE_H
#define WRT_EVAL_ORACLE_H

#include "agent/eval/suite.h"

/* It makes every choice for which gold has an answer as gold says and any other as the program
 * would without a model, and says each hypothesis in the program's own first wording. Its script
 * (llm/script_rule.h) is the file ID.jsonl below request->scratch. The caller closes. */
wrt_status wrt_oracle_open(wrt_llm **out, const wrt_json *gold, const char *id,
                           const wrt_eval_request *request, wrt_err *err);

#endif
