/* cmd_scm.c: warrant scm describe | query | effect | audit: questions to a structural causal
 * model. */
#include "cli/commands.h"
#include "cli/scm_args.h"
#include "scm/ask/audit.h"
#include "scm/ask/reply.h"

typedef wrt_status reply(wrt_json **data, const wrt_scm_source *source, wrt_err *err);

static wrt_status answer(wrt_cli_result *result, const wrt_cli_call *call, reply *ask,
                         wrt_err *err) {
    wrt_cli_scm scm;
    wrt_status status = wrt_cli_scm_load(&scm, call, err);
    if (status == WRT_OK)
        status = wrt_cli_scm_open(&scm, call, err);
    if (status == WRT_OK)
        status = ask(&result->data, &scm.source, err);
    if (status == WRT_OK)
        wrt_cli_scm_print(call->out, call, result->data);
    wrt_cli_scm_close(&scm);
    return status;
}

/* Nothing is computed: no language model is opened. */
static wrt_status run_describe(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_cli_scm scm;
    wrt_status status = wrt_cli_scm_load(&scm, call, err);
    scm.source.scm = scm.scm;
    scm.source.request = &scm.request;
    if (status == WRT_OK)
        status = wrt_scm_reply_describe(&result->data, &scm.source, err);
    if (status == WRT_OK)
        wrt_cli_scm_print(call->out, call, result->data);
    wrt_cli_scm_close(&scm);
    return status;
}

static wrt_status run_query(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    return answer(result, call, wrt_scm_reply_query, err);
}

static wrt_status run_effect(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    return answer(result, call, wrt_scm_reply_effect, err);
}

static wrt_status run_audit(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    return answer(result, call, wrt_scm_reply_audit, err);
}

static const wrt_cli_option describe_options[] = {
    WRT_CLI_SCM_FILE,
    {"prompt", 0, "NAME", "show, byte for byte, what a language model is asked about a variable"},
    WRT_CLI_SCM_DO,
    WRT_CLI_SCM_GIVEN,
    WRT_CLI_SCM_WORDING,
    {0},
};

const wrt_cli_command wrt_cmd_scm_describe = {
    .path = "scm describe",
    .operands = "[FILE]",
    .summary = "check a structural causal model and list its variables in causal order",
    .examples = "  warrant scm describe --scm m.scm.json --prompt dose --given age=60\n",
    .options = describe_options,
    .max_operands = 1,
    .run = run_describe,
};

static const wrt_cli_option query_options[] = {
    WRT_CLI_SCM_FILE,
    {"outcome", 0, "NAME", "the variable asked about"},
    WRT_CLI_SCM_DO,
    WRT_CLI_SCM_GIVEN,
    WRT_CLI_SCM_SAMPLING,
    WRT_CLI_SCM_WORDING,
    {0},
};

const wrt_cli_command wrt_cmd_scm_query = {
    .path = "scm query",
    .operands = "[FILE]",
    .summary = "the distribution of a variable under observation and intervention",
    .details = "Exact where tables allow, else by sampling with standard errors. What a language "
               "model gave any part of is model-implied, not evidence, and every line says so.\n",
    .examples = "  warrant scm query --scm m.scm.json --outcome recovery --do dose=halved\n",
    .options = query_options,
    .max_operands = 1,
    .run = run_query,
};

static const wrt_cli_option effect_options[] = {
    WRT_CLI_SCM_FILE,
    {"treatment", 0, "NAME", "the treatment; by default the one that the model names"},
    {"outcome", 0, "NAME", "the outcome; by default the one that the model names"},
    {"contrast", 0, "A,B",
     "the effect of value B against A; by default the last against the first"},
    WRT_CLI_SCM_DO,
    WRT_CLI_SCM_GIVEN,
    WRT_CLI_SCM_SAMPLING,
    WRT_CLI_SCM_WORDING,
    {0},
};

const wrt_cli_command wrt_cmd_scm_effect = {
    .path = "scm effect",
    .operands = "[FILE]",
    .summary = "the effect of a treatment in a model, seen, done, and the gap between them",
    .examples = "  warrant scm effect --scm m.scm.json --treatment dose --outcome relapse\n",
    .options = effect_options,
    .max_operands = 1,
    .run = run_effect,
};

static const wrt_cli_option audit_options[] = {
    WRT_CLI_SCM_FILE,
    {"treatment", 0, "NAME", "X; by default the treatment that the model names"},
    {"outcome", 0, "NAME", "Y; by default the outcome that the model names"},
    {"contrast", 0, "A,B", "value B of X against A; by default the last against the first"},
    {"placebo", 0, "NAME", "a variable that should not matter, judged in the same way"},
    {"family", 0, "N", "how many ways of phrasing the model to ask (default 8)"},
    WRT_CLI_SCM_DO,
    WRT_CLI_SCM_GIVEN,
    WRT_CLI_SCM_SAMPLING,
    WRT_CLI_SCM_WORDING,
    {0},
};

const wrt_cli_command wrt_cmd_scm_audit = {
    .path = "scm audit",
    .operands = "[FILE]",
    .summary = "does a language model encode an effect of X on Y, however it is phrased",
    .details = "The mean effect over phrasings with its interval, against a null of shuffled "
               "labels; the smallest effect that could be told from it; and the same for a "
               "placebo. What is found is about the language model, not about the world.\n",
    .examples = "  warrant scm audit --scm m.scm.json --treatment sex --outcome therapy\n",
    .options = audit_options,
    .max_operands = 1,
    .run = run_audit,
};
