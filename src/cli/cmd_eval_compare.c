/* cmd_eval_compare.c: warrant eval compare. */
#include "agent/eval/compare.h"
#include "base/file.h"
#include "cli/commands.h"

#include <string.h>

enum { RESULTS_MAX_BYTES = 256 << 20 };

static wrt_status read_results(wrt_json **out, const char *path, wrt_err *err) {
    wrt_buf text = wrt_buf_make(RESULTS_MAX_BYTES);
    wrt_status status = wrt_file_read(&text, path, RESULTS_MAX_BYTES, err);
    if (status == WRT_OK)
        status = wrt_json_parse(out, wrt_buf_str(&text), err);
    if (status != WRT_OK)
        wrt_err_prefix(err, "%s", wrt_path_base(path));
    wrt_buf_free(&text);
    return status;
}

static wrt_status write_page(const char *path, const wrt_json *comparison, wrt_err *err) {
    wrt_buf page = wrt_buf_make(WRT_COMPARE_PAGE_MAX);
    wrt_status status = wrt_compare_write_page(&page, comparison, err);
    if (status == WRT_OK)
        status = wrt_file_write(path, wrt_buf_str(&page), 0644, err);
    wrt_buf_free(&page);
    return status;
}

static void print_text(const wrt_cli_call *call, const wrt_json *comparison) {
    wrt_buf text = wrt_buf_make(WRT_MIB(8));
    wrt_compare_write_text(&text, comparison);
    wrt_str rest = wrt_buf_str(&text), line;
    while (wrt_str_cut(&line, &rest, '\n')) { /* names in it come from files */
        char copy[4096];
        size_t len = line.len < sizeof copy - 1 ? line.len : sizeof copy - 1;
        memcpy(copy, line.ptr, len);
        copy[len] = '\0';
        wrt_cli_print_text(call->out, copy);
        if (rest.ptr != NULL)
            fputc('\n', call->out);
    }
    wrt_buf_free(&text);
}

static wrt_status run_compare(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_json *files[WRT_COMPARE_MAX] = {NULL};
    const wrt_json *results[WRT_COMPARE_MAX] = {NULL};
    const char *names[WRT_COMPARE_MAX], *output = call->globals->output;
    size_t n = (size_t)call->n_operands;
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < n && status == WRT_OK; i++) {
        names[i] = wrt_path_base(call->operands[i]);
        status = read_results(&files[i], call->operands[i], err);
        results[i] = files[i];
    }
    if (status == WRT_OK)
        status = wrt_compare(&result->data, results, names, n, err);
    if (status == WRT_OK && output != NULL && strcmp(output, "-") != 0)
        status = write_page(output, result->data, err);
    if (status == WRT_OK && !call->globals->json)
        print_text(call, result->data);
    for (size_t i = 0; i < n; i++)
        wrt_json_free(files[i]);
    return status;
}

const wrt_cli_command wrt_cmd_eval_compare = {
    .path = "eval compare",
    .operands = "RESULTS RESULTS...",
    .summary = "results of one suite side by side; -o FILE writes a page",
    .details =
        "Every file is written by `warrant eval run -o`. Differences to the first are tested "
        "item\nby item (McNemar, exact).\n",
    .examples = "  warrant eval compare none.json small.json -o comparison.html\n",
    .min_operands = 2,
    .max_operands = WRT_COMPARE_MAX,
    .writes_output = true,
    .run = run_compare,
};
