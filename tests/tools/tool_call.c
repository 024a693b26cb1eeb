/* tool_call.c: see tool_call.h. */
#include "tool_call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agent/host/plugin_call.h"
#include "agent/host/result.h"

static void swap_quotes(char *text, char from, char to) {
    for (; *text != '\0'; text++)
        *text = *text == from ? to : *text;
}

static wrt_json *parse(const char *text) {
    wrt_json *value = NULL;
    wrt_err err = {0};
    wrt_buf copy = wrt_buf_make(WRT_MIB(1));
    wrt_buf_add_c(&copy, text);
    swap_quotes(copy.ptr, '\'', '"');
    if (wrt_json_parse(&value, wrt_buf_str(&copy), &err) != WRT_OK)
        fail_msg("%s: %s", text, err.message);
    wrt_buf_free(&copy);
    return value;
}

tool_bench tool_bench_open(const char *path, const char *kg_path) {
    tool_bench bench = {.kg_path = kg_path};
    wrt_err err = {0};
    if (wrt_plugin_load(&bench.plugin, path, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return bench;
}

void tool_bench_close(tool_bench *bench) {
    wrt_plugin_unload(bench->plugin);
    bench->plugin = NULL;
}

wrt_json *tool_call(const tool_bench *bench, const char *tool, const char *args_text) {
    const wrt_plugin *plugin = wrt_plugin_info(bench->plugin);
    wrt_json *args = parse(args_text), *raw = NULL, *result = NULL;
    wrt_err err = {0};
    wrt_call_options options = {.args = args,
                                .files = {.kg = bench->kg_path, .pubmed = bench->pubmed_path}};
    if (wrt_plugin_call(&raw, plugin, tool, &options, &err) != WRT_OK)
        fail_msg("%s: %s", tool, err.message);
    wrt_json *schema = parse(wrt_plugin_find_tool(plugin, tool)->data_schema);
    wrt_result_defaults defaults = {.data_schema = schema, .args = args};
    if (wrt_result_complete(&result, raw, &defaults, &err) != WRT_OK)
        fail_msg("%s: %s", tool, err.message);
    wrt_json_free(schema);
    wrt_json_free(args);
    wrt_json_free(raw);
    return result;
}

char *tool_show(const wrt_json *result, const char *dotted) {
    const wrt_json *part = wrt_json_path(result, dotted);
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    if (part != NULL)
        wrt_json_write(&text, part);
    else
        wrt_buf_add_c(&text, "absent");
    swap_quotes(text.ptr, '"', '\'');
    return wrt_buf_take(&text);
}

void assert_tool_gives(const tool_bench *bench, const char *tool, const char *args,
                       const char *dotted, const char *wanted) {
    wrt_json *result = tool_call(bench, tool, args);
    char *text = tool_show(result, dotted);
    if (strcmp(text, wanted) != 0) {
        char *whole = tool_show(result, "error");
        fail_msg("%s %s: %s: wanted %s, found %s (error: %s)", tool, args, dotted, wanted, text,
                 whole);
    }
    free(text);
    wrt_json_free(result);
}
