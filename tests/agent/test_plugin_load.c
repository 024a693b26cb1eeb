/* Tests of agent/host/plugin_load.c and plugin_call.c: what is refused, and calls in this process.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/host/plugin_load.h"
#include "base/file.h"

static wrt_loaded_plugin *load(const char *file) {
    wrt_loaded_plugin *plugin = NULL;
    wrt_err err = {0};
    char *path = wrt_path_join(TEST_PLUGINS, file);
    if (wrt_plugin_load(&plugin, path, &err) != WRT_OK)
        fail_msg("%s", err.message);
    free(path);
    return plugin;
}

static wrt_json *args_of(const char *text) {
    wrt_json *args = NULL;
    assert_int_equal(wrt_json_parse(&args, wrt_str_of(text), NULL), WRT_OK);
    return args;
}

static wrt_status call_in_process(wrt_json **result, const wrt_loaded_plugin *plugin,
                                  const char *tool, const wrt_json *args, wrt_err *err) {
    wrt_call_options options = {.args = args};
    return wrt_plugin_call(result, wrt_plugin_info(plugin), tool, &options, err);
}

static void assert_refused(const char *file, const char *message) {
    wrt_loaded_plugin *plugin = NULL;
    wrt_err err = {0};
    char *path = wrt_path_join(TEST_PLUGINS, file);
    assert_int_equal(wrt_plugin_load(&plugin, path, &err), WRT_E_INPUT);
    assert_null(plugin);
    if (strncmp(err.message, message, strlen(message)) != 0)
        fail_msg("wanted \"%s\", found \"%s\"", message, err.message);
    assert_null(strstr(err.message, TEST_PLUGINS)); /* no folder of the machine's owner */
    free(path);
}

static void plugin_load_describes_tools_when_plugin_is_good(void **state) {
    wrt_loaded_plugin *plugin = load("good/good.so");
    (void)state;
    assert_string_equal(wrt_plugin_info(plugin)->name, "good");
    assert_string_equal(wrt_plugin_info(plugin)->version, "1.2.3");
    assert_int_equal(wrt_plugin_info(plugin)->n_tools, 2);
    wrt_plugin_unload(plugin);
}

static void plugin_load_says_wanted_and_found_when_abi_differs(void **state) {
    (void)state;
    assert_refused("bad/bad_magic.so", "bad_magic.so: wanted magic 0x57525450, found 0x12345678");
    assert_refused("bad/bad_major.so", "bad_major.so: wanted ABI 1.x, found 2.2");
    assert_refused("bad/bad_minor.so", "bad_minor.so: wanted ABI 1.2 or an older 1.x, found 1.7");
    assert_refused("bad/bad_size.so", "bad_size.so: wanted a description of at least ");
}

static void plugin_load_refuses_when_description_breaks_a_rule(void **state) {
    (void)state;
    assert_refused("bad/bad_no_entry.so",
                   "bad_no_entry.so: wanted the symbol wrt_plugin_entry, found none");
    assert_refused("bad/bad_null.so", "bad_null.so: wanted a plugin description, found NULL");
    assert_refused("bad/bad_name.so",
                   "bad_name.so: wanted a tool name of 1 to 64 of [a-z0-9_], found Bad-Name");
    assert_refused("bad/bad_schema.so",
                   "bad_schema.so: tool test_bad: args_schema: schema.if: unknown keyword");
    assert_refused("bad/bad_file.so",
                   "bad_file.so: tool test_bad: args_schema: schema.properties.a.items.format: "
                   "wanted the format \"file\" on properties of the root only");
    assert_refused("bad/bad_network.so", "bad_network.so: tool test_bad: wanted 1 to 16 "
                                         "destinations with WRT_TOOL_NETWORK, found 0");
    assert_refused("bad/bad_destination.so", "bad_destination.so: tool test_bad: wanted a "
                                             "destination of https, found http to "
                                             "data.example.org");
}

static void takes_old(const char *file, const char *tool, int minor) {
    wrt_loaded_plugin *plugin = load(file);
    wrt_json *args = args_of("{\"a\":21}"), *result = NULL;
    assert_int_equal(wrt_plugin_info(plugin)->abi_minor, minor);
    assert_int_equal(call_in_process(&result, plugin, tool, args, NULL), WRT_OK);
    assert_true(wrt_json_number(wrt_json_path(result, "data.twice"), 0) == 42);
    assert_true(wrt_json_number(wrt_json_path(result, "data.minor"), 0) == 2);
    wrt_json_free(result);
    wrt_json_free(args);
    wrt_plugin_unload(plugin);
}

static void plugin_load_takes_plugins_of_an_older_minor_version(void **state) {
    (void)state;
    takes_old("old/old.so", "old_twice", 0);
    takes_old("old/old_1_1.so", "old_twice_1_1", 1);
}

static void plugin_load_refuses_when_file_is_no_shared_object(void **state) {
    static const char text[] = "this is a line of text, longer than the header of an ELF file "
                               "would be, and no ELF file at all";
    char folder[] = "/tmp/warrant-plugin-XXXXXX";
    wrt_loaded_plugin *plugin = NULL;
    wrt_err err = {0};
    (void)state;
    assert_non_null(mkdtemp(folder));
    char *path = wrt_path_join(folder, "text.so");
    assert_int_equal(wrt_file_write(path, wrt_str_of(text), 0600, NULL), WRT_OK);
    assert_int_equal(wrt_plugin_load(&plugin, path, &err), WRT_E_INPUT);
    assert_string_equal(err.message,
                        "text.so: wanted a loadable shared object, found invalid ELF header");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(wrt_plugin_load(&plugin, path, &err), WRT_E_INPUT);
    assert_string_equal(err.message, "text.so: wanted a readable file, found none");
    assert_int_equal(rmdir(folder), 0);
    free(path);
}

static void plugin_call_gives_raw_result_when_tool_answers(void **state) {
    wrt_loaded_plugin *plugin = load("good/good.so");
    wrt_json *args = args_of("{\"a\":2,\"b\":40.5}"), *result = NULL;
    (void)state;
    assert_int_equal(call_in_process(&result, plugin, "test_sum", args, NULL), WRT_OK);
    assert_string_equal(wrt_json_get_text(result, "status", ""), "ok");
    assert_true(wrt_json_number(wrt_json_path(result, "data.sum"), 0) == 42.5);
    wrt_json_free(result);
    wrt_json_free(args);
    wrt_plugin_unload(plugin);
}

static void plugin_call_checks_arguments_before_the_tool_sees_them(void **state) {
    wrt_loaded_plugin *plugin = load("good/good.so");
    wrt_json *args = args_of("{\"a\":2,\"b\":1001}"), *result = NULL;
    wrt_err err = {0};
    (void)state;
    assert_int_equal(call_in_process(&result, plugin, "test_sum", args, &err), WRT_E_INPUT);
    assert_string_equal(err.message, "args.b: wanted a number from 0 to 1000, found 1001");
    assert_int_equal(call_in_process(&result, plugin, "test_product", args, &err), WRT_E_NOT_FOUND);
    wrt_json_free(args);
    wrt_plugin_unload(plugin);
}

static void plugin_call_lends_graph_only_to_tools_that_read_it(void **state) {
    wrt_loaded_plugin *plugin = load("good/good.so");
    wrt_json *args = args_of("{}"), *result = NULL;
    (void)state;
    wrt_call_options options = {.args = args, .files = {.kg = "/nowhere/kg.db"}};
    assert_int_equal(wrt_plugin_call(&result, wrt_plugin_info(plugin), "test_file", &options, NULL),
                     WRT_OK);
    assert_string_equal(wrt_json_text(wrt_json_path(result, "data.kg")), "given");
    wrt_json_free(result);
    wrt_json_free(args);
    wrt_plugin_unload(plugin);
}

static void assert_call_fails(const wrt_loaded_plugin *plugin, const char *tool,
                              wrt_status wanted) {
    wrt_json *args = args_of("{}"), *result = NULL;
    wrt_err err = {0};
    assert_int_equal(call_in_process(&result, plugin, tool, args, &err), wanted);
    assert_null(result);
    assert_true(strlen(err.message) > 0);
    wrt_json_free(args);
}

static void plugin_call_fails_when_tool_gives_none_or_garbage(void **state) {
    wrt_loaded_plugin *plugin = load("good/unruly.so");
    (void)state;
    assert_call_fails(plugin, "unruly_null", WRT_E_FAILED);
    assert_call_fails(plugin, "unruly_nonzero", WRT_E_FAILED);
    assert_call_fails(plugin, "unruly_garbage", WRT_E_FAILED);
    assert_call_fails(plugin, "unruly_cut", WRT_E_FAILED);
    assert_call_fails(plugin, "unruly_nan", WRT_E_FAILED);
    assert_call_fails(plugin, "unruly_huge", WRT_E_LIMIT);
    wrt_plugin_unload(plugin);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plugin_load_describes_tools_when_plugin_is_good),
        cmocka_unit_test(plugin_load_says_wanted_and_found_when_abi_differs),
        cmocka_unit_test(plugin_load_refuses_when_description_breaks_a_rule),
        cmocka_unit_test(plugin_load_takes_plugins_of_an_older_minor_version),
        cmocka_unit_test(plugin_load_refuses_when_file_is_no_shared_object),
        cmocka_unit_test(plugin_call_gives_raw_result_when_tool_answers),
        cmocka_unit_test(plugin_call_checks_arguments_before_the_tool_sees_them),
        cmocka_unit_test(plugin_call_lends_graph_only_to_tools_that_read_it),
        cmocka_unit_test(plugin_call_fails_when_tool_gives_none_or_garbage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
