/* effect.c: the plugin effect_estimate: a table and a question in, an estimate with its doubts
 * out. */
#include "effect/answer.h"
#include "tools/adapter.h"
#include "tools/effect_schemas.h"

#include <unistd.h>

static void pass_warnings(wrt_adapter_call *call, const wrt_effect_answer *answer) {
    WRT_JSON_EACH(warning, answer->warnings)
    wrt_json_push_text(call->warnings, wrt_json_text(warning));
}

static wrt_status estimate_body(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    wrt_effect_question *question = NULL;
    wrt_effect_answer answer = {0};
    wrt_host_file file = {.fd = -1};
    wrt_status status = wrt_effect_question_parse(&question, call->args, err);
    if (status == WRT_OK)
        status = wrt_adapter_open_file(&file, call, "data", err);
    if (status == WRT_OK) {
        wrt_effect_source source = {.path = file.name, .fd = file.fd};
        status = wrt_effect_answer_question(&answer, question, &source, err);
    }
    if (status == WRT_OK) {
        *data = wrt_json_copy(answer.data);
        call->seen = (int64_t)answer.estimate.n_used;
        call->total = (int64_t)answer.rows;
        pass_warnings(call, &answer);
    }
    if (file.fd >= 0)
        close(file.fd);
    wrt_effect_answer_free(&answer);
    wrt_effect_question_free(question);
    return status;
}
WRT_ADAPTER_RUN(run_estimate, estimate_body)

static const wrt_tool estimate_tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = WRT_TOOL_DETERMINISTIC,
    .name = "effect_estimate",
    .summary = "Estimates the effect of a treatment on an outcome from a table, beside the "
               "unadjusted difference, with balance, overlap and sensitivity.",
    .args_schema = EFFECT_ESTIMATE_ARGS,
    .data_schema = EFFECT_ESTIMATE_DATA,
    .run = run_estimate};

const wrt_plugin *wrt_plugin_entry(void) {
    static const wrt_tool *const tools[] = {&estimate_tool};
    static const wrt_plugin plugin = {.magic = WRT_PLUGIN_MAGIC,
                                      .struct_size = sizeof plugin,
                                      .abi_major = WRT_PLUGIN_ABI_MAJOR,
                                      .abi_minor = WRT_PLUGIN_ABI_MINOR,
                                      .name = "effect",
                                      .version = "0.1.0",
                                      .license = "Apache-2.0",
                                      .n_tools = sizeof tools / sizeof tools[0],
                                      .tools = tools};
    return &plugin;
}
