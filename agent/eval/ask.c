/* ask.c: what a suite asks of a model (suite.h): a choice, or text under a schema. */
#include "agent/eval/suite.h"

#include <stdlib.h>

static wrt_status may_ask(const wrt_eval_request *request, const wrt_llm_prompt *prompt,
                          wrt_err *err) {
    if (request->llm == NULL)
        return wrt_fail(err, WRT_E_UNSUPPORTED, "this mode asks a model: name one with --model");
    return request->may_ask != NULL ? request->may_ask(prompt, request->ctx, err) : WRT_OK;
}

wrt_status wrt_eval_choose_yes(bool *yes, const wrt_eval_request *request,
                               const wrt_llm_prompt *prompt, wrt_err *err) {
    const wrt_str candidates[] = {WRT_STR("yes"), WRT_STR("no")};
    wrt_llm_question question = {.prompt = *prompt, .candidates = candidates, .n = 2};
    wrt_llm_choice choice;
    wrt_status status = may_ask(request, prompt, err);
    if (status == WRT_OK)
        status = wrt_llm_choose(&choice, request->llm, &question, err);
    if (status == WRT_OK)
        *yes = choice.index == 0;
    return status;
}

wrt_status wrt_eval_write(char **text, const wrt_eval_request *request,
                          const wrt_llm_prompt *prompt, const wrt_json *schema, int max_tokens,
                          wrt_err *err) {
    wrt_llm_request ask = {.prompt = *prompt, .schema = schema, .max_tokens = max_tokens};
    wrt_llm_reply reply = {0};
    *text = NULL;
    wrt_status status = may_ask(request, prompt, err);
    if (status == WRT_OK)
        status = wrt_llm_generate(&reply, request->llm, &ask, err);
    if (status == WRT_OK)
        *text = wrt_buf_take(&reply.text);
    wrt_llm_reply_free(&reply);
    return status;
}
