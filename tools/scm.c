/* scm.c: the plugin of structural causal models: scm_describe, scm_query, scm_effect, scm_whatif,
 * scm_simulate. */
#include "scm/ask/population.h"
#include "scm/ask/reply.h"
#include "scm/load.h"
#include "tools/adapter.h"
#include "tools/scm_schemas.h"
#include "tools/scm_scores.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A model made ready for one call. */
typedef struct {
    wrt_scm *scm;
    wrt_scm_request request;
    scm_scores scores;
    wrt_scm_source source;
} opened;

static wrt_status load(opened *out, wrt_adapter_call *call, wrt_err *err) {
    wrt_host_file file = {.fd = -1};
    wrt_json *notes = NULL;
    wrt_status status = wrt_scm_request_read(&out->request, call->args, err);
    if (status == WRT_OK)
        status = wrt_adapter_open_file(&file, call, "scm", err);
    if (status == WRT_OK)
        status = wrt_scm_load_fd(&out->scm, &notes, file.fd, file.name, err);
    WRT_JSON_EACH(note, notes)
    wrt_json_push_text(call->warnings, wrt_json_text(note));
    if (status == WRT_OK && wrt_scm_is_model_implied(out->scm))
        wrt_json_push_text(call->warnings, WRT_SCM_LABEL);
    if (file.fd >= 0)
        close(file.fd);
    wrt_json_free(notes);
    return status;
}

static wrt_status open_source(opened *out, wrt_adapter_call *call, wrt_err *err) {
    *out = (opened){.scores = {.call = call}};
    wrt_scm_scorer scorer = scm_scorer_of_host(&out->scores);
    wrt_status status = load(out, call, err);
    return status != WRT_OK
               ? status
               : wrt_scm_source_open(&out->source, out->scm, &out->request, &scorer, 0, err);
}

static void close_source(opened *o) {
    wrt_scm_source_close(&o->source);
    wrt_scm_free(o->scm);
}

typedef wrt_status reply(wrt_json **data, const wrt_scm_source *source, wrt_err *err);

static wrt_status answer(wrt_json **data, wrt_adapter_call *call, reply *ask, wrt_err *err) {
    opened o;
    wrt_status status = open_source(&o, call, err);
    if (status == WRT_OK)
        status = ask(data, &o.source, err);
    close_source(&o);
    return status;
}

static wrt_status describe_body(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    return answer(data, call, wrt_scm_reply_describe, err);
}
WRT_ADAPTER_RUN(run_describe, describe_body)

static wrt_status query_body(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    return answer(data, call, wrt_scm_reply_query, err);
}
WRT_ADAPTER_RUN(run_query, query_body)

static wrt_status effect_body(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    return answer(data, call, wrt_scm_reply_effect, err);
}
WRT_ADAPTER_RUN(run_effect, effect_body)

static wrt_status whatif_body(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    return answer(data, call, wrt_scm_reply_whatif, err);
}
WRT_ADAPTER_RUN(run_whatif, whatif_body)

/* ---- simulate */

static wrt_status write_piece(void *ctx, wrt_str piece, wrt_err *err) {
    const int *fd = ctx;
    while (piece.len > 0) {
        ssize_t n = write(*fd, piece.ptr, piece.len);
        if (n < 0 && errno != EINTR)
            return wrt_fail(err, errno == EFBIG ? WRT_E_LIMIT : WRT_E_FAILED, "the table: %s",
                            strerror(errno));
        if (n > 0)
            piece = (wrt_str){piece.ptr + n, piece.len - (size_t)n};
    }
    return WRT_OK;
}

static wrt_status simulate_body(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    bool is_csv = strcmp(wrt_json_get_text(call->args, "format", "csv"), "csv") == 0;
    const char *name = is_csv ? "units.csv" : "units.jsonl";
    int fd = -1;
    wrt_scm_sink sink = {
        .form = is_csv ? WRT_SCM_CSV : WRT_SCM_JSONL, .write = write_piece, .ctx = &fd};
    opened o;
    wrt_status status = open_source(&o, call, err);
    if (status == WRT_OK)
        status = wrt_adapter_create_output(&fd, call, name, err);
    if (status == WRT_OK)
        status = wrt_scm_reply_simulate(data, &o.source, &sink, err);
    if (status == WRT_OK)
        wrt_json_set_text(*data, "table", name);
    if (fd >= 0 && close(fd) != 0 && status == WRT_OK)
        status = wrt_fail(err, WRT_E_FAILED, "the table: %s", strerror(errno));
    close_source(&o);
    return status;
}
WRT_ADAPTER_RUN(run_simulate, simulate_body)

/* ---- */

static const wrt_tool describe_tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = WRT_TOOL_SCORES | WRT_TOOL_DETERMINISTIC,
    .name = "scm_describe",
    .summary = "Lists a structural causal model's variables, and shows what a language model is "
               "asked about one.",
    .args_schema = SCM_DESCRIBE_ARGS,
    .data_schema = SCM_DATA(",\"variables\""),
    .run = run_describe};

static const wrt_tool query_tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = WRT_TOOL_SCORES | WRT_TOOL_DETERMINISTIC,
    .name = "scm_query",
    .summary = "The distribution of a variable of a structural causal model under observation and "
               "intervention.",
    .args_schema = SCM_QUERY_ARGS,
    .data_schema = SCM_DATA(",\"distribution\"" SCM_BASIS),
    .run = run_query};

static const wrt_tool effect_tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = WRT_TOOL_SCORES | WRT_TOOL_DETERMINISTIC,
    .name = "scm_effect",
    .summary = "The effect of a treatment in a structural causal model, seen, done, and their gap.",
    .args_schema = SCM_EFFECT_ARGS,
    .data_schema = SCM_DATA(",\"observational\",\"interventional\",\"gap\",\"support\"" SCM_BASIS),
    .run = run_effect};

static const wrt_tool whatif_tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = WRT_TOOL_SCORES | WRT_TOOL_DETERMINISTIC,
    .name = "scm_whatif",
    .summary = "What would have been for one unit of a structural causal model, with bounds over "
               "every coupling.",
    .args_schema = SCM_WHATIF_ARGS,
    .data_schema = SCM_DATA(
        ",\"posterior\",\"factual\",\"counterfactual\",\"bounds\",\"extrapolation\"" SCM_BASIS),
    .run = run_whatif};

static const wrt_tool simulate_tool = {
    .struct_size = sizeof(wrt_tool),
    .flags = WRT_TOOL_SCORES | WRT_TOOL_WRITES | WRT_TOOL_DETERMINISTIC,
    .name = "scm_simulate",
    .summary = "Writes a table of units of a structural causal model with potential outcomes and "
               "true propensities.",
    .args_schema = SCM_SIMULATE_ARGS,
    .data_schema = SCM_DATA(",\"table\",\"units\",\"effects\"" SCM_BASIS),
    .run = run_simulate};

const wrt_plugin *wrt_plugin_entry(void) {
    static const wrt_tool *const tools[] = {&describe_tool, &query_tool, &effect_tool, &whatif_tool,
                                            &simulate_tool};
    static const wrt_plugin plugin = {.magic = WRT_PLUGIN_MAGIC,
                                      .struct_size = sizeof plugin,
                                      .abi_major = WRT_PLUGIN_ABI_MAJOR,
                                      .abi_minor = WRT_PLUGIN_ABI_MINOR,
                                      .name = "scm",
                                      .version = "0.1.0",
                                      .license = "Apache-2.0",
                                      .n_tools = sizeof tools / sizeof tools[0],
                                      .tools = tools};
    return &plugin;
}
