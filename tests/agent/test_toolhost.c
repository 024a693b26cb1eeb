/* Tests of agent/host/toolhost.c and the worker behind it: a plugin can be wrong in any way, and
 * the host says so and goes on. */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/host/sandbox.h"
#include "agent/host/toolhost.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"

static wrt_toolhost *open_host(const char *folder, const char *kg, int64_t timeout_ms) {
    char *path = wrt_path_join(TEST_PLUGINS, folder);
    const char *const folders[] = {path, "/nonexistent-folder", NULL};
    wrt_toolhost_options options = {
        .worker_exe = TEST_WORKER, .plugin_dirs = folders, .kg_path = kg, .timeout_ms = timeout_ms};
    wrt_toolhost *host = NULL;
    wrt_err err = {0};
    if (wrt_toolhost_new(&host, &options, &err) != WRT_OK)
        fail_msg("%s", err.message);
    free(path);
    return host;
}

static int open_good(void **state) {
    *state = open_host("good", NULL, 20000);
    return 0;
}

static int close_good(void **state) {
    wrt_toolhost_free(*state);
    return 0;
}

static wrt_json *call(wrt_toolhost *host, const char *tool, const char *args_text) {
    wrt_json *args = NULL, *result = NULL;
    wrt_err err = {0};
    assert_int_equal(wrt_json_parse(&args, wrt_str_of(args_text), NULL), WRT_OK);
    if (wrt_toolhost_call(&result, host, tool, args, &err) != WRT_OK)
        fail_msg("%s: %s", tool, err.message);
    wrt_json_free(args);
    return result;
}

static char *compact(const wrt_json *value) {
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    wrt_json_write(&text, value);
    return wrt_buf_take(&text);
}

/* The call fails with the code, and the same worker slot serves the next call. */
static void assert_fails(wrt_toolhost *host, const char *tool, const char *code, const char *part) {
    wrt_json *result = call(host, tool, "{}");
    const char *message = wrt_json_text(wrt_json_path(result, "error.message"));
    assert_string_equal(wrt_json_get_text(result, "status", ""), "error");
    assert_string_equal(wrt_json_text(wrt_json_path(result, "error.code")), code);
    if (strstr(message, part) == NULL)
        fail_msg("%s: \"%s\" lacks \"%s\"", tool, message, part);
    assert_true(wrt_json_is(wrt_json_get(result, "data"), WRT_JSON_NULL));
    wrt_json_free(result);
    result = call(host, "unruly_print", "{}");
    assert_string_equal(wrt_json_get_text(result, "status", ""), "ok");
    wrt_json_free(result);
}

static int errno_of(wrt_toolhost *host, const char *tool, const char *path) {
    wrt_buf args = wrt_buf_make(WRT_KIB(8));
    wrt_buf_printf(&args, "{\"path\":\"%s\"}", path);
    wrt_json *result = call(host, tool, args.ptr);
    assert_string_equal(wrt_json_get_text(result, "status", ""), "ok");
    int number = (int)wrt_json_number(wrt_json_path(result, "data.errno"), -1);
    wrt_json_free(result);
    wrt_buf_free(&args);
    return number;
}

/* ---- what is loaded */

static void toolhost_lists_tools_by_name_when_loaded(void **state) {
    wrt_json *list = wrt_toolhost_list(*state);
    const char *before = "";
    WRT_JSON_EACH(tool, list) {
        assert_true(strcmp(before, wrt_json_get_text(tool, "name", "")) < 0);
        before = wrt_json_get_text(tool, "name", "");
    }
    assert_int_equal(wrt_json_count(list), 32);
    char *text = compact(wrt_json_at(list, 1));
    assert_string_equal(text, "{\"name\":\"test_sum\",\"summary\":\"Adds two numbers.\",\"plugin\":"
                              "\"good\",\"version\":\"1.2.3\",\"license\":\"Apache-2.0\","
                              "\"deterministic\":true,\"reads\":[],\"network\":[],\"files\":[],"
                              "\"model\":false,\"writes\":false,\"trusted\":false}");
    free(text);
    text = compact(wrt_json_get(wrt_json_at(list, 0), "reads"));
    assert_string_equal(text, "[\"kg\"]");
    free(text);
    wrt_json_free(list);
    assert_int_equal(wrt_json_count(wrt_toolhost_refusals(*state)), 0);
}

static void toolhost_describes_schemas_and_names_nearest_when_unknown(void **state) {
    wrt_json *about = NULL;
    wrt_err err = {0};
    assert_int_equal(wrt_toolhost_describe(&about, *state, "test_sum", &err), WRT_OK);
    assert_true(wrt_json_number(wrt_json_path(about, "args_schema.properties.b.maximum"), 0) ==
                1000);
    assert_non_null(wrt_json_path(about, "data_schema.properties.sum"));
    wrt_json_free(about);
    assert_int_equal(wrt_toolhost_describe(&about, *state, "test_sun", &err), WRT_E_NOT_FOUND);
    assert_string_equal(err.message, "no tool test_sun; nearest: test_sum");
    assert_null(about);
}

static void toolhost_manifest_holds_hash_of_each_file(void **state) {
    wrt_json *manifest = wrt_toolhost_manifest(*state);
    const wrt_json *first = wrt_json_first(manifest);
    wrt_sha256 hash;
    char hex[WRT_SHA256_HEX + 1];
    assert_int_equal(wrt_json_count(manifest), 2);
    assert_string_equal(wrt_json_get_text(first, "file", ""), "good.so");
    assert_string_equal(wrt_json_get_text(first, "version", ""), "1.2.3");
    assert_int_equal(wrt_sha256_of_file(&hash, TEST_PLUGINS "/good/good.so", NULL), WRT_OK);
    wrt_sha256_hex(hex, &hash);
    assert_string_equal(wrt_json_get_text(first, "sha256", ""), hex);
    wrt_json_free(manifest);
}

static bool is_refused(const wrt_toolhost *host, const char *message) {
    WRT_JSON_EACH(line, wrt_toolhost_refusals(host)) {
        if (strncmp(wrt_json_text(line), message, strlen(message)) == 0)
            return true;
    }
    return false;
}

static void toolhost_refuses_each_bad_plugin_and_goes_on(void **state) {
    wrt_toolhost *host = open_host("bad", NULL, 5000);
    (void)state;
    assert_int_equal(wrt_json_count(wrt_toolhost_refusals(host)), 13);
    assert_true(is_refused(host, "bad_magic.so: wanted magic 0x57525450, found 0x12345678"));
    assert_true(is_refused(host, "bad_major.so: wanted ABI 1.x, found 2.2"));
    assert_true(is_refused(host, "bad_minor.so: wanted ABI 1.2 or an older 1.x, found 1.7"));
    assert_true(is_refused(host, "bad_size.so: wanted a description of at least"));
    assert_true(is_refused(host, "bad_no_entry.so: wanted the symbol wrt_plugin_entry"));
    assert_true(is_refused(host, "bad_constructor.so: wanted a description, found a worker that "
                                 "ended by SIGSEGV"));
    assert_true(is_refused(host, "bad_asks.so: wanted a description, found a worker that asked for "
                                 "the network outside a call"));
    wrt_json *list = wrt_toolhost_list(host);
    assert_int_equal(wrt_json_count(list), 0);
    wrt_json_free(list);
    wrt_toolhost_free(host);
}

static void toolhost_refuses_second_plugin_when_tool_name_is_taken(void **state) {
    const char *const folders[] = {TEST_PLUGINS "/good", TEST_PLUGINS "/twin", NULL};
    wrt_toolhost_options options = {.worker_exe = TEST_WORKER, .plugin_dirs = folders};
    wrt_toolhost *host = NULL;
    (void)state;
    assert_int_equal(wrt_toolhost_new(&host, &options, NULL), WRT_OK);
    assert_int_equal(wrt_json_count(wrt_toolhost_refusals(host)), 1);
    assert_true(is_refused(host, "twin.so: wanted tool names that no other plugin has, found "
                                 "test_sum of good.so"));
    wrt_json *result = call(host, "test_sum", "{\"a\":1,\"b\":2}");
    assert_true(wrt_json_number(wrt_json_path(result, "data.sum"), 0) == 3);
    wrt_json_free(result);
    wrt_toolhost_free(host);
}

static void toolhost_refuses_plugins_when_worker_program_is_missing(void **state) {
    const char *const folders[] = {TEST_PLUGINS "/twin", NULL};
    wrt_toolhost_options options = {.worker_exe = "/nonexistent/warrant", .plugin_dirs = folders};
    wrt_toolhost *host = NULL;
    (void)state;
    assert_int_equal(wrt_toolhost_new(&host, &options, NULL), WRT_OK);
    assert_true(is_refused(host, "twin.so: wanted a description, found a worker that ended with "
                                 "exit code 127"));
    wrt_toolhost_free(host);
}

/* ---- good calls */

static void toolhost_completes_the_result_when_tool_gives_data_only(void **state) {
    wrt_json *result = call(*state, "test_sum", "{\"a\":1.5,\"b\":2}");
    char *text = compact(result);
    assert_string_equal(text, "{\"status\":\"ok\",\"data\":{\"sum\":3.5},\"coverage\":{\"seen\":1,"
                              "\"total\":null},\"source\":[{\"id\":\"good\",\"version\":\"1.2.3\","
                              "\"license\":\"Apache-2.0\"}],\"echo\":{\"a\":1.5,\"b\":2},"
                              "\"warnings\":[]}");
    free(text);
    wrt_json_free(result);
}

static void toolhost_names_the_field_when_arguments_are_bad(void **state) {
    wrt_json *result = call(*state, "test_sum", "{\"a\":1}");
    assert_string_equal(wrt_json_text(wrt_json_path(result, "error.code")), "bad_args");
    assert_string_equal(wrt_json_text(wrt_json_path(result, "error.message")),
                        "args.b: required field, found nothing");
    wrt_json_free(result);
    result = call(*state, "test_sum", "[1,2]");
    assert_string_equal(wrt_json_text(wrt_json_path(result, "error.message")),
                        "args: wanted an object, found an array of 2");
    wrt_json_free(result);
    result = call(*state, "test_product", "{}");
    assert_string_equal(wrt_json_text(wrt_json_path(result, "error.code")), "unknown_tool");
    wrt_json_free(result);
    wrt_json *args = wrt_json_new_object();
    assert_int_equal(wrt_toolhost_check(*state, "test_sum", args, NULL), WRT_E_INPUT);
    assert_int_equal(wrt_toolhost_check(*state, "nothing", args, NULL), WRT_E_NOT_FOUND);
    wrt_json_free(args);
}

static void toolhost_passes_a_tools_own_error_through(void **state) {
    wrt_json *result = call(*state, "unruly_own_error", "{}");
    assert_string_equal(wrt_json_get_text(result, "status", ""), "error");
    assert_string_equal(wrt_json_text(wrt_json_path(result, "error.code")), "mine");
    assert_string_equal(wrt_json_text(wrt_json_path(result, "error.message")), "no");
    wrt_json_free(result);
}

static void toolhost_calls_a_tool_of_an_older_minor_version(void **state) {
    wrt_toolhost *host = open_host("old", NULL, 20000);
    (void)state;
    assert_int_equal(wrt_json_count(wrt_toolhost_refusals(host)), 0);
    wrt_json *result = call(host, "old_twice", "{\"a\":1.5}");
    assert_true(wrt_json_number(wrt_json_path(result, "data.twice"), 0) == 3);
    wrt_json_free(result);
    result = call(host, "old_twice_1_1", "{\"a\":2.5}");
    assert_true(wrt_json_number(wrt_json_path(result, "data.twice"), 0) == 5);
    wrt_json_free(result);
    wrt_toolhost_free(host);
}

static void toolhost_gives_graph_to_workers_of_plugins_that_read_it(void **state) {
    char folder[] = "/tmp/warrant-toolhost-XXXXXX";
    (void)state;
    assert_non_null(mkdtemp(folder));
    char *kg = wrt_path_join(folder, "kg.db");
    assert_int_equal(wrt_file_write(kg, WRT_STR("graph"), 0600, NULL), WRT_OK);
    wrt_toolhost *host = open_host("good", kg, 20000);
    wrt_json *result = call(host, "test_file", "{}");
    assert_string_equal(wrt_json_text(wrt_json_path(result, "data.kg")), "given");
    wrt_json_free(result);
    wrt_toolhost_free(host);
    host = open_host("good", NULL, 20000);
    result = call(host, "test_file", "{}");
    assert_string_equal(wrt_json_get_text(result, "status", ""), "empty");
    wrt_json_free(result);
    wrt_toolhost_free(host);
    assert_int_equal(unlink(kg), 0);
    assert_int_equal(rmdir(folder), 0);
    free(kg);
}

/* ---- bad calls */

static void toolhost_reports_crash_when_tool_dies(void **state) {
    assert_fails(*state, "unruly_crash", "tool_crashed", "ended by SIGSEGV");
    assert_fails(*state, "unruly_exit", "tool_crashed", "ended with exit code 3");
}

static void toolhost_reports_bad_result_when_answer_is_garbage(void **state) {
    assert_fails(*state, "unruly_garbage", "bad_result", "bad JSON");
    assert_fails(*state, "unruly_cut", "bad_result", "bad JSON");
    assert_fails(*state, "unruly_nan", "bad_result", "bad JSON");
    assert_fails(*state, "unruly_injected", "bad_result", "out of step");
    assert_fails(*state, "unruly_huge", "bad_result", "at most 16 MiB");
}

static void toolhost_names_the_member_when_result_breaks_a_schema(void **state) {
    assert_fails(*state, "unruly_status", "bad_result", "result.status: wanted one of \"ok\"");
    assert_fails(*state, "unruly_data", "bad_result",
                 "result.data: wanted an object, found an array of 1");
    assert_fails(*state, "unruly_no_data", "bad_result", "result.data: required field");
    assert_fails(*state, "unruly_member", "bad_result", "result.verdict: unknown field");
}

static void toolhost_reports_failure_when_run_says_so(void **state) {
    assert_fails(*state, "unruly_null", "tool_failed", "gave no result");
    assert_fails(*state, "unruly_nonzero", "tool_failed", "returned 7");
}

static void toolhost_kills_worker_when_deadline_passes(void **state) {
    wrt_toolhost *host = open_host("good", NULL, 700);
    int64_t start = wrt_clock_monotonic_ms();
    (void)state;
    assert_fails(host, "unruly_hang", "tool_timeout", "gave no answer within 700 ms");
    assert_fails(host, "unruly_endless_flood", "tool_timeout", "gave no answer within 700 ms");
    assert_true(wrt_clock_monotonic_ms() - start >= 1400);
    assert_true(wrt_clock_monotonic_ms() - start < 30000);
    wrt_toolhost_free(host);
}

/* Calls the tools together; their results as compact text, in order. */
static int64_t call_together(char *texts[], const char *const tools[], size_t n, int64_t limit_ms,
                             int threads) {
    wrt_toolhost *host = open_host("good", NULL, 20000);
    wrt_toolhost_job jobs[4];
    wrt_json *args = wrt_json_new_object();
    wrt_json_free(call(host, "unruly_print", "{}")); /* its worker is there */
    for (size_t i = 0; i < n; i++)
        jobs[i] = (wrt_toolhost_job){.tool = tools[i], .args = args, .limit_ms = limit_ms};
    int64_t start_ms = wrt_clock_monotonic_ms();
    assert_int_equal(wrt_toolhost_call_together(jobs, n, host, threads, NULL), WRT_OK);
    int64_t took_ms = wrt_clock_monotonic_ms() - start_ms;
    for (size_t i = 0; i < n; i++) {
        texts[i] = compact(jobs[i].result);
        wrt_json_free(jobs[i].result);
    }
    wrt_json_free(args);
    wrt_toolhost_free(host);
    return took_ms;
}

/* The same results in the same order; a failing call is its own affair. Ratio of two timings. */
static void toolhost_overlaps_calls_of_one_plugin_with_equal_results(void **state) {
    static const char *const tools[] = {"unruly_slow", "unruly_crash", "unruly_slow", "no_such"};
    char *one[4], *two[4];
    (void)state;
    int64_t alone_ms = call_together(one, tools, 4, 0, 1);
    int64_t overlapped_ms = call_together(two, tools, 4, 0, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(one[i], two[i]);
        free(one[i]);
        free(two[i]);
    }
    if (overlapped_ms * 10 >= alone_ms * 9)
        fail_msg("%lld ms one after the other, %lld ms together", (long long)alone_ms,
                 (long long)overlapped_ms);
}

static void toolhost_ends_a_call_when_its_share_of_time_is_spent(void **state) {
    static const char *const tools[] = {"unruly_hang", "unruly_print"};
    char *texts[2];
    (void)state;
    assert_true(call_together(texts, tools, 2, 700, 2) < 15000);
    assert_non_null(strstr(texts[0], "tool_timeout"));
    assert_non_null(strstr(texts[0], "gave no answer within its share of the time budget"));
    assert_non_null(strstr(texts[1], "\"ok\""));
    free(texts[0]);
    free(texts[1]);
}

static void toolhost_lets_tool_answer_in_part_when_time_runs_out(void **state) {
    wrt_toolhost *host = open_host("good", NULL, 3000);
    wrt_json *result = call(host, "unruly_patient", "{}");
    (void)state;
    assert_string_equal(wrt_json_get_text(result, "status", ""), "partial");
    wrt_json_free(result);
    wrt_toolhost_free(host);
}

static void toolhost_survives_tool_that_allocates_without_end(void **state) {
    wrt_toolhost *host = open_host("good", NULL, 3000);
    wrt_json *result = call(host, "unruly_bomb", "{}");
    (void)state;
    /* Under a sanitizer there is no limit on address space, and the deadline or the sanitizer
     * itself ends the worker. */
    assert_string_equal(wrt_json_get_text(result, "status", ""), "error");
    if (!WRT_SANDBOX_SANITIZED)
        assert_non_null(strstr(wrt_json_text(wrt_json_path(result, "error.message")), "SIGABRT"));
    wrt_json_free(result);
    wrt_toolhost_free(host);
}

static void toolhost_limits_memory_of_one_call(void **state) {
    assert_int_equal(errno_of(*state, "unruly_greedy", ""), 0); /* exactly 256 MiB */
    assert_int_equal(errno_of(*state, "unruly_greedy", ""), 0); /* and again for the next call */
}

static void toolhost_answers_when_tool_prints_more_than_a_pipe_holds(void **state) {
    assert_int_equal(errno_of(*state, "unruly_flood", ""), 0);
}

/* The plugin answers call 1 over the channel itself, so that its real answer, errno 1, is still
 * under way when call 2 is made. That answer must not be taken for another one's. */
static void toolhost_never_takes_an_old_answer_for_a_new_one(void **state) {
    assert_int_equal(errno_of(*state, "unruly_forge", ""), 99);
    wrt_json *result = call(*state, "unruly_print", "{}");
    const char *code = wrt_json_text(wrt_json_path(result, "error.code"));
    if (code != NULL)
        assert_string_equal(code, "bad_result");
    else
        assert_true(wrt_json_number(wrt_json_path(result, "data.errno"), -1) == 0);
    wrt_json_free(result);
    assert_int_equal(errno_of(*state, "unruly_print", ""), 0);
}

/* ---- the sandbox */

static bool has_landlock(void) {
    return syscall(SYS_landlock_create_ruleset, NULL, 0, 1) >= 1;
}

static void sandbox_denies_files_when_not_declared(void **state) {
    char folder[] = "/tmp/warrant-sandbox-XXXXXX";
    if (!has_landlock()) {
        print_message("skipped: this kernel has no Landlock\n");
        skip();
    }
    assert_non_null(mkdtemp(folder));
    char *secret = wrt_path_join(folder, "secret"), *fresh = wrt_path_join(folder, "fresh");
    assert_int_equal(wrt_file_write(secret, WRT_STR("key"), 0600, NULL), WRT_OK);
    assert_int_equal(errno_of(*state, "unruly_read", secret), EACCES);
    assert_int_equal(errno_of(*state, "unruly_read", "/etc/passwd"), EACCES);
    assert_int_equal(errno_of(*state, "unruly_read", TEST_SOURCE_DIR "/CMakeLists.txt"), EACCES);
    assert_int_equal(errno_of(*state, "unruly_read", TEST_PLUGINS "/CTestTestfile.cmake"), EACCES);
    assert_int_equal(errno_of(*state, "unruly_read", "/proc/self/maps"), 0);
    assert_int_equal(errno_of(*state, "unruly_write", secret), EACCES);
    assert_int_equal(errno_of(*state, "unruly_write", fresh), EACCES);
    assert_false(wrt_file_exists(fresh));
    assert_int_equal(unlink(secret), 0);
    assert_int_equal(rmdir(folder), 0);
    free(secret);
    free(fresh);
}

static void sandbox_denies_processes_programs_and_sockets(void **state) {
#if defined(__x86_64__) || defined(__aarch64__)
    assert_int_equal(errno_of(*state, "unruly_fork", ""), EPERM);
    assert_int_equal(errno_of(*state, "unruly_exec", ""), EPERM);
    assert_int_equal(errno_of(*state, "unruly_socket", ""), EPERM);
#else
    (void)state;
    print_message("skipped: no system call filter for this processor\n");
    skip();
#endif
}

static void worker_gets_no_keys_and_no_descriptors_from_its_host(void **state) {
    assert_int_equal(setenv("OPENAI_API_KEY", "not-a-real-key", 1), 0);
    int copy = dup(2); /* inheritable, unlike what the host opens itself */
    wrt_toolhost *host = open_host("good", NULL, 20000);
    (void)state;
    assert_int_equal(errno_of(host, "unruly_environment", "OPENAI_API_KEY"), ENOENT);
    assert_int_equal(errno_of(host, "unruly_environment", "OPENBLAS_NUM_THREADS"), 0);
    assert_int_equal(errno_of(host, "unruly_descriptors", ""), 0);
    wrt_toolhost_free(host);
    close(copy);
    assert_int_equal(unsetenv("OPENAI_API_KEY"), 0);
}

/* ---- what is left behind */

static int count_descriptors(void) {
    DIR *dir = opendir("/proc/self/fd");
    int n = 0;
    assert_non_null(dir);
    while (readdir(dir) != NULL)
        n++;
    closedir(dir);
    return n;
}

static void toolhost_leaves_no_process_and_no_descriptor_behind(void **state) {
    int before = count_descriptors();
    wrt_toolhost *host = open_host("good", NULL, 500);
    (void)state;
    wrt_json_free(call(host, "test_sum", "{\"a\":1,\"b\":2}"));
    wrt_json_free(call(host, "unruly_hang", "{}"));
    wrt_json_free(call(host, "unruly_print", "{}"));
    wrt_toolhost_free(host);
    assert_int_equal(count_descriptors(), before);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void toolhost_refuses_to_restart_when_plugin_file_changed(void **state) {
    char folder[] = "/tmp/warrant-changed-XXXXXX";
    wrt_buf bytes = wrt_buf_make(WRT_MIB(16));
    (void)state;
    assert_non_null(mkdtemp(folder));
    char *path = wrt_path_join(folder, "good.so");
    assert_int_equal(wrt_file_read(&bytes, TEST_PLUGINS "/good/good.so", WRT_MIB(16), NULL),
                     WRT_OK);
    assert_int_equal(wrt_file_write(path, wrt_buf_str(&bytes), 0700, NULL), WRT_OK);
    const char *const folders[] = {folder, NULL};
    wrt_toolhost_options options = {.worker_exe = TEST_WORKER, .plugin_dirs = folders};
    wrt_toolhost *host = NULL;
    assert_int_equal(wrt_toolhost_new(&host, &options, NULL), WRT_OK);
    wrt_buf_add_char(&bytes, '\n');
    assert_int_equal(wrt_file_write(path, wrt_buf_str(&bytes), 0700, NULL), WRT_OK);
    wrt_json *result = call(host, "test_sum", "{\"a\":1,\"b\":2}");
    assert_string_equal(wrt_json_text(wrt_json_path(result, "error.code")), "plugin_changed");
    wrt_json_free(result);
    wrt_toolhost_free(host);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
    wrt_buf_free(&bytes);
    free(path);
}

#define WITH_HOST(test) cmocka_unit_test_setup_teardown(test, open_good, close_good)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_HOST(toolhost_lists_tools_by_name_when_loaded),
        WITH_HOST(toolhost_describes_schemas_and_names_nearest_when_unknown),
        WITH_HOST(toolhost_manifest_holds_hash_of_each_file),
        cmocka_unit_test(toolhost_refuses_each_bad_plugin_and_goes_on),
        cmocka_unit_test(toolhost_refuses_second_plugin_when_tool_name_is_taken),
        cmocka_unit_test(toolhost_refuses_plugins_when_worker_program_is_missing),
        WITH_HOST(toolhost_completes_the_result_when_tool_gives_data_only),
        WITH_HOST(toolhost_names_the_field_when_arguments_are_bad),
        WITH_HOST(toolhost_passes_a_tools_own_error_through),
        cmocka_unit_test(toolhost_calls_a_tool_of_an_older_minor_version),
        cmocka_unit_test(toolhost_gives_graph_to_workers_of_plugins_that_read_it),
        WITH_HOST(toolhost_reports_crash_when_tool_dies),
        WITH_HOST(toolhost_reports_bad_result_when_answer_is_garbage),
        WITH_HOST(toolhost_names_the_member_when_result_breaks_a_schema),
        WITH_HOST(toolhost_reports_failure_when_run_says_so),
        cmocka_unit_test(toolhost_kills_worker_when_deadline_passes),
        cmocka_unit_test(toolhost_overlaps_calls_of_one_plugin_with_equal_results),
        cmocka_unit_test(toolhost_ends_a_call_when_its_share_of_time_is_spent),
        cmocka_unit_test(toolhost_lets_tool_answer_in_part_when_time_runs_out),
        cmocka_unit_test(toolhost_survives_tool_that_allocates_without_end),
        WITH_HOST(toolhost_limits_memory_of_one_call),
        WITH_HOST(toolhost_answers_when_tool_prints_more_than_a_pipe_holds),
        WITH_HOST(toolhost_never_takes_an_old_answer_for_a_new_one),
        WITH_HOST(sandbox_denies_files_when_not_declared),
        WITH_HOST(sandbox_denies_processes_programs_and_sockets),
        cmocka_unit_test(worker_gets_no_keys_and_no_descriptors_from_its_host),
        cmocka_unit_test(toolhost_leaves_no_process_and_no_descriptor_behind),
        cmocka_unit_test(toolhost_refuses_to_restart_when_plugin_file_changed),
    };
    wrt_crypto_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
