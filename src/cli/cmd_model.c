/* cmd_model.c: warrant model list | test. */
#include "base/file.h"
#include "cli/commands.h"
#include "cli/open.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const wrt_cli_call *call;
    wrt_json *list;
} listing;

static wrt_status list_file(const char *name, void *ctx) {
    listing *l = ctx;
    size_t len = strlen(name);
    if (len < 6 || name[0] == '.' || strcmp(name + len - 5, ".gguf") != 0)
        return WRT_OK;
    wrt_json *model = wrt_json_new_object();
    wrt_json_set_text(model, "kind", "llama");
    wrt_json_set_text(model, "model", name);
    wrt_json_set_bool(model, "default", wrt_json_count(l->list) == 0);
    wrt_json_push(l->list, model);
    if (!l->call->globals->json)
        fprintf(l->call->out, "llama:%s%s\n", name,
                wrt_json_count(l->list) == 1 ? "  (default)" : "");
    return WRT_OK;
}

static wrt_status run_list(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    listing l = {call, wrt_json_new_array()};
    char *dir = wrt_cli_models_dir(call->globals);
    wrt_status status = wrt_file_exists(dir) ? wrt_dir_each(dir, list_file, &l, err) : WRT_OK;
    result->data = l.list;
    if (status == WRT_OK && !call->globals->json)
        fputs("none\n", call->out);
    free(dir);
    return status;
}

/* One round trip: a choice, which needs both tokenising and scoring. */
static wrt_status run_test(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_llm *llm = NULL;
    const wrt_str options[] = {WRT_STR("yes"), WRT_STR("no")};
    const wrt_llm_question question = {
        .prompt = {.system = WRT_STR("Answer yes or no."), .user = WRT_STR("Is water wet?")},
        .candidates = options,
        .n = 2};
    wrt_llm_choice choice;
    wrt_status status = wrt_cli_open_model(&llm, call, err);
    if (status == WRT_OK && llm == NULL)
        return wrt_fail(err, WRT_E_NOT_FOUND, "no model: `--model none` answers without one");
    if (status == WRT_OK)
        status = wrt_llm_choose(&choice, llm, &question, err);
    if (status == WRT_OK) {
        result->data = wrt_llm_describe(llm);
        wrt_json_set(result->data, "choice", wrt_json_new_text(options[choice.index]));
        wrt_json_set_text(result->data, "quality", wrt_llm_quality_name(choice.quality));
        if (!call->globals->json)
            fprintf(call->out, "%s %s answered \"%s\" (%s)\n",
                    wrt_json_get_text(result->data, "kind", "?"),
                    wrt_json_get_text(result->data, "model", "?"), options[choice.index].ptr,
                    choice.by_text ? "written, not scored" : wrt_llm_quality_name(choice.quality));
    }
    wrt_llm_close(llm);
    return status;
}

const wrt_cli_command wrt_cmd_model_list = {
    .path = "model list",
    .operands = "",
    .summary = "list the models in the data directory",
    .details = "The first *.gguf in the folder models of the data directory is the model of a "
               "command that\n"
               "names none with --model. Put a file or a link to one there. From a clone,\n"
               "`sh examples/setup/model.sh` fetches a small one and says where it lies, and the "
               "quickstart\n"
               "links it into the data directory that it makes.\n",
    .run = run_list,
};

const wrt_cli_command wrt_cmd_model_test = {
    .path = "model test",
    .operands = "",
    .summary = "make one tiny round trip with the model",
    .run = run_test,
};
