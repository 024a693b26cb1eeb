/* tool_call.h: calls a tool of a built plugin in the test's own process, where leaks are seen, and
 * checks its result as the host would. JSON is written with ' for ". */
#ifndef WRT_TESTS_TOOL_CALL_H
#define WRT_TESTS_TOOL_CALL_H

#include "agent/host/plugin_load.h"

typedef struct {
    wrt_loaded_plugin *plugin;
    const char *kg_path, *pubmed_path; /* or NULL */
} tool_bench;

/* Loads the plugin file; fails the test when it is refused. */
tool_bench tool_bench_open(const char *path, const char *kg_path);
void tool_bench_close(tool_bench *bench);

/* The complete result. Fails the test when arguments or result do not fit their schemas. */
wrt_json *tool_call(const tool_bench *bench, const char *tool, const char *args);

/* Compact JSON of the value at a dotted path, with ' for "; "absent" when there is none. free(). */
char *tool_show(const wrt_json *result, const char *dotted);

/* Calls and compares one part of the result. */
void assert_tool_gives(const tool_bench *bench, const char *tool, const char *args,
                       const char *dotted, const char *wanted);

#endif
