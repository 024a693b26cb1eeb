/* Tests of the services that plugin ABI 1.2 brought (agent/host/files.c, score.c, outputs.c and the
 * channel between): a tool reads the file that its arguments name and no other, asks the host's
 * model through the guard or not at all, and writes where its host says. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/host/toolhost.h"
#include "base/file.h"
#include "base/hash.h"
#include "tests/support/tree.h"

/* work/ and home/ beneath one folder, and a third that is neither. */
typedef struct {
    char root[40];
    char *work, *home, *outside, *outputs, *script;
    wrt_toolhost *host;
    wrt_llm *llm;
    wrt_status says, record_says; /* what the guard answers */
    const char *grows;            /* a file that the guard appends to, or NULL */
    wrt_json *asked, *answers;    /* what it was shown */
    size_t recorded;              /* bytes of scores */
} bench;

/* ---- the guard */

static wrt_status decide(wrt_json *request, const wrt_json *destinations, const wrt_json *questions,
                         void *ctx, wrt_err *err) {
    bench *b = ctx;
    assert_int_equal(wrt_json_count(destinations), 1);
    assert_true(wrt_json_count(questions) > 0);
    wrt_json_push(b->asked, request);
    FILE *file = b->grows != NULL ? fopen(b->grows, "a") : NULL;
    if (file != NULL) {
        fputs("more", file);
        fclose(file);
    }
    return b->says == WRT_OK ? WRT_OK : wrt_fail(err, b->says, "the test says no");
}

static wrt_status record(wrt_json *answer, wrt_str scores, wrt_json *meta, void *ctx,
                         wrt_err *err) {
    bench *b = ctx;
    wrt_json_push(b->answers, answer);
    wrt_json_free(meta);
    b->recorded += scores.len;
    return b->record_says == WRT_OK ? WRT_OK : wrt_fail(err, b->record_says, "the disk is full");
}

/* ---- the bench */

static char *put_file(const char *folder, const char *name, const char *text) {
    char *path = wrt_path_join(folder, name);
    assert_int_equal(wrt_file_write(path, wrt_str_of(text), 0600, NULL), WRT_OK);
    return path;
}

static void open_host(bench *b, int64_t timeout_ms) {
    const char *const folders[] = {TEST_PLUGINS "/services", NULL};
    wrt_toolhost_options options = {.worker_exe = TEST_WORKER,
                                    .plugin_dirs = folders,
                                    .timeout_ms = timeout_ms,
                                    .files = {.work = b->work, .home = b->home},
                                    .output_dir = b->outputs};
    wrt_score_guard guard = {.decide = decide, .record = record, .ctx = b};
    wrt_err err = {0};
    wrt_toolhost_free(b->host);
    if (wrt_toolhost_new(&b->host, &options, &err) != WRT_OK)
        fail_msg("%s", err.message);
    assert_int_equal(wrt_json_count(wrt_toolhost_refusals(b->host)), 0);
    wrt_toolhost_score_guard(b->host, &guard);
    wrt_toolhost_set_model(b->host, b->llm);
}

static int open_bench(void **state) {
    bench *b = calloc(1, sizeof *b);
    snprintf(b->root, sizeof b->root, "/tmp/warrant-services-XXXXXX");
    assert_non_null(mkdtemp(b->root));
    b->work = wrt_path_join(b->root, "work");
    b->home = wrt_path_join(b->root, "home");
    b->outside = wrt_path_join(b->root, "outside");
    b->outputs = wrt_path_join(b->home, "outputs");
    const char *const folders[] = {b->work, b->home, b->outside};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(mkdir(folders[i], 0700), 0);
    b->asked = wrt_json_new_array();
    b->answers = wrt_json_new_array();
    open_host(b, 20000);
    *state = b;
    return 0;
}

static int close_bench(void **state) {
    bench *b = *state;
    wrt_toolhost_free(b->host);
    wrt_llm_close(b->llm);
    wrt_json_free(b->asked);
    wrt_json_free(b->answers);
    test_remove_tree(b->root);
    free(b->work);
    free(b->home);
    free(b->outside);
    free(b->outputs);
    free(b->script);
    free(b);
    return 0;
}

static void open_model(bench *b, const char *script) {
    char spec[200];
    wrt_err err = {0};
    b->script = put_file(b->root, "model.jsonl", script);
    snprintf(spec, sizeof spec, "script:%s", b->script);
    if (wrt_llm_open(&b->llm, spec, NULL, &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_toolhost_set_model(b->host, b->llm);
}

/* ---- calls; arguments are written with ' for " */

static wrt_json *parse(const char *text) {
    wrt_json *value = NULL;
    char copy[4000];
    snprintf(copy, sizeof copy, "%s", text);
    for (char *at = copy; *at != '\0'; at++)
        *at = *at == '\'' ? '"' : *at;
    assert_int_equal(wrt_json_parse(&value, wrt_str_of(copy), NULL), WRT_OK);
    return value;
}

static wrt_json *call(bench *b, const char *tool, const char *args_text) {
    wrt_json *args = parse(args_text), *result = NULL;
    wrt_err err = {0};
    if (wrt_toolhost_call(&result, b->host, tool, args, &err) != WRT_OK)
        fail_msg("%s: %s", tool, err.message);
    wrt_json_free(args);
    return result;
}

static const char *text_at(const wrt_json *value, const char *dotted) {
    const char *text = wrt_json_text(wrt_json_path(value, dotted));
    return text != NULL ? text : "(absent)";
}

static int number_at(const wrt_json *value, const char *dotted) {
    return (int)wrt_json_number(wrt_json_path(value, dotted), -12345);
}

/* The code that a tool was given, when its own call went well. */
static int code_of(bench *b, const char *tool, const char *args) {
    wrt_json *result = call(b, tool, args);
    if (strcmp(text_at(result, "status"), "ok") != 0)
        fail_msg("%s: %s", tool, text_at(result, "error.message"));
    int code = number_at(result, "data.code");
    wrt_json_free(result);
    return code;
}

static void assert_error(bench *b, const char *tool, const char *args, const char *code,
                         const char *part) {
    wrt_json *result = call(b, tool, args);
    assert_string_equal(text_at(result, "status"), "error");
    if (strcmp(text_at(result, "error.code"), code) != 0 ||
        strstr(text_at(result, "error.message"), part) == NULL)
        fail_msg("%s %s: wanted %s, \"%s\"; found %s, \"%s\"", tool, args, code, part,
                 text_at(result, "error.code"), text_at(result, "error.message"));
    wrt_json_free(result);
    assert_int_equal(code_of(b, "svc_descriptors", "{}"), 0); /* the next call is served */
}

/* ---- files */

/* SHA-256 of "abc": FIPS 180-4, appendix B.1 (as published with FIPS 180-2). */
static const char sha_of_abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

static void files_are_handed_over_when_an_argument_names_one(void **state) {
    bench *b = *state;
    free(put_file(b->work, "abc.csv", "abc"));
    wrt_json *result = call(b, "svc_read", "{'data':'abc.csv'}");
    assert_int_equal(number_at(result, "data.code"), 0);
    assert_int_equal(number_at(result, "data.bytes"), 3);
    assert_string_equal(text_at(result, "data.text"), "abc");
    assert_string_equal(text_at(result, "data.name"), "abc.csv");
    assert_string_equal(text_at(result, "data.sha256"), sha_of_abc);
    wrt_json_free(result);
    assert_int_equal(code_of(b, "svc_read_again", "{'data':'abc.csv'}"), 7);
    assert_int_equal(code_of(b, "svc_descriptors", "{}"), 0);
    assert_int_equal(code_of(b, "svc_read", "{}"), WRT_HOST_HTTP_UNDECLARED);
    /* An argument that is no file is a text and nothing else. */
    assert_int_equal(code_of(b, "svc_read", "{'other':'abc.csv'}"), WRT_HOST_HTTP_UNDECLARED);
}

static void files_left_open_are_taken_back_when_the_call_ends(void **state) {
    bench *b = *state;
    free(put_file(b->work, "abc.csv", "abc"));
    for (int i = 0; i < 3; i++) {
        wrt_json *result = call(b, "svc_read_greedily", "{'data':'abc.csv'}");
        assert_int_equal(number_at(result, "data.code"), WRT_HOST_HTTP_UNAVAILABLE);
        assert_in_range(number_at(result, "data.n"), 50, 64);
        wrt_json_free(result);
    }
    assert_int_equal(code_of(b, "svc_descriptors", "{}"), 0);
}

/* Places of what the arguments name, as the policy is told; the host's record of them. */
static char *places_of(bench *b, const char *path) {
    wrt_json *args = wrt_json_new_object();
    wrt_buf text = wrt_buf_make(1000);
    wrt_json_set_text(args, "data", path);
    wrt_files *files = wrt_toolhost_files(b->host, "svc_read", args);
    wrt_json *places = wrt_files_places(files);
    wrt_json_write(&text, wrt_json_get(places, "places"));
    wrt_json_free(places);
    wrt_json_free(args);
    wrt_files_free(files);
    return wrt_buf_take(&text);
}

static void assert_place(bench *b, const char *path, const char *wanted) {
    char *places = places_of(b, path);
    if (strcmp(places, wanted) != 0)
        fail_msg("%s: wanted %s, found %s", path, wanted, places);
    free(places);
}

static void assert_read(bench *b, const char *path, const char *wanted) {
    char args[300];
    snprintf(args, sizeof args, "{'data':'%s'}", path);
    wrt_json *result = call(b, "svc_read", args);
    if (strcmp(text_at(result, "data.text"), wanted) != 0)
        fail_msg("%s: wanted %s, found %s (%s)", path, wanted, text_at(result, "data.text"),
                 text_at(result, "error.message"));
    wrt_json_free(result);
}

static void assert_unread(bench *b, const char *path, const char *part) {
    char args[300];
    snprintf(args, sizeof args, "{'data':'%s'}", path);
    assert_error(b, "svc_read", args, "bad_args", part);
}

static void files_are_found_in_the_working_folder_then_in_the_data_folder(void **state) {
    bench *b = *state;
    char *here = put_file(b->work, "both", "work"), *there = put_file(b->home, "both", "home");
    free(put_file(b->home, "one", "home"));
    assert_read(b, "both", "work");
    assert_read(b, "./both", "work");
    assert_read(b, "one", "home");
    assert_read(b, there, "home");
    assert_read(b, here, "work");
    assert_place(b, "both", "[\"work\"]");
    assert_place(b, "one", "[\"home\"]");
    assert_place(b, "none of this name", "[\"none\"]");
    assert_unread(b, "none of this name", "args.data: wanted a file, found none");
    assert_unread(b, "", "wanted a path of 1 to 4095 bytes");
    free(here);
    free(there);
}

static void files_outside_are_refused_unless_a_person_typed_the_path(void **state) {
    bench *b = *state;
    char *secret = put_file(b->outside, "secret", "secret");
    char *link = wrt_path_join(b->work, "link"), *folder = wrt_path_join(b->work, "folder");
    assert_int_equal(symlink(secret, link), 0);
    assert_int_equal(symlink(b->outside, folder), 0);
    const char *const paths[] = {secret, "link", "folder/secret", "../outside/secret",
                                 "folder/../outside/secret"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        assert_place(b, paths[i], "[\"outside\"]");
        assert_unread(b, paths[i], "found one outside");
    }
    wrt_toolhost_allow_any_path(b->host);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        assert_place(b, paths[i], "[\"outside\"]");
        assert_read(b, paths[i], "secret");
    }
    free(secret);
    free(link);
    free(folder);
}

/* Not even a person's path leads to a key, a device, a pipe or the host's own environment. */
static void files_that_are_no_data_are_refused_wherever_they_are(void **state) {
    bench *b = *state;
    char *keys = wrt_path_join(b->home, "keys"), *fifo = wrt_path_join(b->work, "fifo");
    assert_int_equal(mkdir(keys, 0700), 0);
    char *key = put_file(keys, "ledger.key", "00"), *link = wrt_path_join(b->work, "innocent.csv");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(symlink(key, link), 0);
    wrt_toolhost_allow_any_path(b->host);
    assert_unread(b, key, "folder of keys");
    assert_unread(b, "keys/ledger.key", "folder of keys");
    assert_unread(b, "innocent.csv", "folder of keys");
    assert_unread(b, "fifo", "regular file");
    assert_unread(b, b->work, "regular file");
    assert_unread(b, "/dev/zero", "regular file");
    assert_unread(b, "/proc/self/environ", "the kernel makes up");
    assert_unread(b, "/proc/self/mem", "the kernel makes up");
    assert_unread(b, "/sys/kernel/uevent_seqnum", "wanted a file");
    char large[] = "large";
    char *path = put_file(b->work, large, "x");
    assert_int_equal(truncate(path, ((off_t)1 << 30) + 1), 0); /* a hole: no bytes on the disk */
    assert_unread(b, large, "at most 1 GiB");
    free(path);
    free(keys);
    free(key);
    free(link);
    free(fifo);
}

/* A small file is read as it was when the call began; a large one is handed over itself. */
static void files_that_change_during_the_call_make_its_result_an_error(void **state) {
    bench *b = *state;
    const off_t sizes[] = {3, ((off_t)64 << 20) + 1};
    open_model(b, "{\"kind\":\"default\",\"choose\":\"first\"}\n");
    for (size_t i = 0; i < 2; i++) {
        char *path = put_file(b->work, "abc.csv", "abc");
        assert_int_equal(truncate(path, sizes[i]), 0); /* a hole: no bytes on the disk */
        assert_int_equal(code_of(b, "svc_read_and_score", "{'data':'abc.csv'}"), sizes[i]);
        b->grows = path;
        wrt_json *result = call(b, "svc_read_and_score", "{'data':'abc.csv'}");
        b->grows = NULL;
        if (i == 0)
            assert_int_equal(number_at(result, "data.code"), 3);
        else
            assert_string_equal(text_at(result, "error.code"), "file_changed");
        wrt_json_free(result);
        free(path);
    }
}

/* ---- scores */

static const char question[] =
    "{'questions':'[{\\'prompt\\':{\\'text\\':\\'Sex:\\'},\\'candidates\\':[\\' male\\',\\' "
    "female\\']},{\\'prompt\\':{\\'system\\':\\'s\\',\\'user\\':\\'u\\'},\\'candidates\\':[\\'a\\']"
    ","
    "\\'terminator\\':\\'.\\'}]'}";

static void scores_come_from_the_host_s_model_through_the_guard(void **state) {
    bench *b = *state;
    open_model(
        b, "{\"kind\":\"score\",\"log_p\":[-0.25,-1.5]}\n{\"kind\":\"score\",\"log_p\":[-3]}\n");
    wrt_json *result = call(b, "svc_score", question);
    assert_int_equal(number_at(result, "data.code"), WRT_HOST_HTTP_ANSWERED);
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_json_write(&text, wrt_json_path(result, "data.answers"));
    assert_string_equal(
        text.ptr, "[{\"log_p\":[-0.25,-1.5],\"tokens\":[1,1],\"quality\":[\"exact\",\"exact\"]},"
                  "{\"log_p\":[-3],\"tokens\":[1],\"quality\":[\"exact\"]}]");
    assert_int_equal(b->recorded, text.len);
    assert_int_equal(wrt_json_count(b->asked), 1);
    const wrt_json *asked = wrt_json_first(b->asked);
    assert_string_equal(text_at(asked, "text"), "Sex:\n male\n female\ns\nu\na\n");
    assert_string_equal(text_at(asked, "tool"), "svc_score");
    assert_string_equal(text_at(asked, "taint.integrity"), "plugin");
    assert_int_equal(number_at(asked, "score.n"), 1);
    assert_int_equal(number_at(asked, "score.questions"), 2);
    assert_int_equal(number_at(asked, "score.candidates"), 3);
    wrt_buf_free(&text);
    wrt_json_free(result);
}

static void scores_are_refused_when_guard_or_model_say_no(void **state) {
    bench *b = *state;
    assert_int_equal(code_of(b, "svc_score", question), WRT_HOST_HTTP_NO_SERVICE); /* no model */
    open_model(b, "{\"kind\":\"error\",\"status\":\"timeout\",\"message\":\"slow\"}\n"
                  "{\"kind\":\"error\",\"status\":\"unavailable\",\"message\":\"gone\"}\n");
    assert_int_equal(code_of(b, "svc_score_undeclared", question), WRT_HOST_HTTP_UNDECLARED);
    b->says = WRT_E_DENIED;
    wrt_json *result = call(b, "svc_score", question);
    assert_int_equal(number_at(result, "data.code"), WRT_HOST_HTTP_DENIED);
    assert_string_equal(text_at(result, "data.message"), "the test says no");
    wrt_json_free(result);
    assert_int_equal(wrt_json_count(b->answers), 0); /* the model was not asked */
    b->says = WRT_OK;
    assert_int_equal(code_of(b, "svc_score", question), WRT_HOST_HTTP_TIMEOUT);
    assert_int_equal(code_of(b, "svc_score", question), WRT_HOST_HTTP_UNAVAILABLE);
    assert_string_equal(text_at(wrt_json_at(b->answers, 1), "refused"), "unavailable");
    wrt_toolhost_score_guard(b->host, NULL);
    assert_int_equal(code_of(b, "svc_score", question), WRT_HOST_HTTP_DENIED);
}

/* What cannot be recorded must not have happened: the call is no result at all. */
static void scores_end_the_call_when_they_cannot_be_recorded(void **state) {
    bench *b = *state;
    wrt_json *args = parse(question), *result = NULL;
    wrt_err err = {0};
    open_model(b, "{\"kind\":\"default\",\"choose\":\"first\"}\n");
    b->record_says = WRT_E_FAILED;
    assert_int_equal(wrt_toolhost_call(&result, b->host, "svc_score", args, &err), WRT_E_FAILED);
    assert_null(result);
    assert_non_null(strstr(err.message, "the disk is full"));
    b->record_says = WRT_OK;
    assert_int_equal(code_of(b, "svc_score", question), WRT_HOST_HTTP_ANSWERED);
    wrt_json_free(args);
}

static void scores_are_bounded_in_one_batch(void **state) {
    bench *b = *state;
    open_model(b, "{\"kind\":\"default\",\"choose\":\"first\"}\n");
    assert_int_equal(code_of(b, "svc_score_forms", "{}"), 18);
    assert_int_equal(code_of(b, "svc_score_much", "{'questions':4096,'candidates':2}"), 0);
    assert_int_equal(code_of(b, "svc_score_much", "{'questions':4097}"), WRT_HOST_HTTP_BAD_REQUEST);
    assert_int_equal(code_of(b, "svc_score_much", "{'candidates':64}"), 0);
    assert_int_equal(code_of(b, "svc_score_much", "{'candidates':65}"), WRT_HOST_HTTP_BAD_REQUEST);
    assert_int_equal(code_of(b, "svc_score_much", "{'bytes':1000000}"), 0);
    assert_int_equal(code_of(b, "svc_score_much", "{'bytes':1048576}"), WRT_HOST_HTTP_BAD_REQUEST);
    assert_int_equal(code_of(b, "svc_score_much", "{'bytes':4000000}"), WRT_HOST_HTTP_BAD_REQUEST);
    assert_int_equal(wrt_json_count(b->asked), 3); /* nothing else reached the guard */
}

static void model_is_described_to_tools_that_ask_it(void **state) {
    bench *b = *state;
    wrt_json *result = call(b, "svc_model", "{}");
    assert_string_equal(text_at(result, "data.kind"), "none");
    wrt_json_free(result);
    open_model(b, "{\"kind\":\"default\",\"choose\":\"first\"}\n");
    result = call(b, "svc_model", "{}");
    assert_string_equal(text_at(result, "data.kind"), "script");
    assert_string_equal(text_at(result, "data.model"), "model.jsonl");
    wrt_json_free(result);
    result = call(b, "svc_model_undeclared", "{}");
    assert_string_equal(text_at(result, "data.kind"), "none");
    wrt_json_free(result);
}

/* ---- outputs */

static size_t count_entries(const char *folder);

static wrt_status count_entry(const char *name, void *ctx) {
    (void)name;
    ++*(size_t *)ctx;
    return WRT_OK;
}

static size_t count_entries(const char *folder) {
    size_t n = 0;
    wrt_dir_each(folder, count_entry, &n, NULL);
    return n;
}

static void outputs_are_kept_under_their_hash(void **state) {
    bench *b = *state;
    char path[200];
    for (int i = 0; i < 2; i++) { /* the same bytes again change nothing */
        wrt_json *result = call(b, "svc_write", "{'name':'table.csv','text':'abc'}");
        const wrt_json *kept = wrt_json_first(wrt_json_path(result, "echo.outputs"));
        assert_string_equal(text_at(result, "status"), "ok");
        assert_int_equal(number_at(result, "data.n"), 3);
        assert_string_equal(text_at(kept, "name"), "table.csv");
        assert_int_equal(number_at(kept, "bytes"), 3);
        assert_string_equal(text_at(kept, "sha256"), sha_of_abc);
        snprintf(path, sizeof path, "outputs/%s/table.csv", sha_of_abc);
        assert_string_equal(text_at(kept, "path"), path);
        char *full = wrt_path_join(b->home, path);
        wrt_buf bytes = wrt_buf_make(100);
        struct stat info;
        assert_int_equal(wrt_file_read(&bytes, full, 100, NULL), WRT_OK);
        assert_string_equal(bytes.ptr, "abc");
        assert_int_equal(stat(full, &info), 0);
        assert_int_equal(info.st_mode & 0777, 0600);
        wrt_buf_free(&bytes);
        free(full);
        wrt_json_free(result);
    }
    assert_int_equal(count_entries(b->outputs), 1);
}

static void outputs_of_a_call_that_failed_are_gone(void **state) {
    bench *b = *state;
    assert_error(b, "svc_write_and_fail", "{}", "mine", "no");
    assert_error(b, "svc_write_and_crash", "{}", "tool_crashed", "exit code 3");
    assert_int_equal(count_entries(b->outputs), 0);
}

static void outputs_are_bounded_in_name_number_and_size(void **state) {
    bench *b = *state;
    assert_int_equal(code_of(b, "svc_write_names", "{}"), 12 + 5 + 7 + 1);
    assert_int_equal(code_of(b, "svc_write_beyond", "{}"), EFBIG);
    assert_int_equal(code_of(b, "svc_write_undeclared", "{'name':'a','text':'b'}"),
                     WRT_HOST_HTTP_UNDECLARED);
    free(b->outputs);
    b->outputs = NULL;
    open_host(b, 20000);
    assert_int_equal(code_of(b, "svc_write", "{'name':'a','text':'b'}"), WRT_HOST_HTTP_NO_SERVICE);
}

/* ---- the protocol */

static void worker_is_killed_when_it_breaks_the_protocol_of_services(void **state) {
    bench *b = *state;
    open_model(b, "{\"kind\":\"default\",\"choose\":\"first\"}\n");
    static const char *const cases[][2] = {{"svc_raw_output_path", "another form"},
                                           {"svc_raw_output_order", ""},
                                           {"svc_raw_output_call", "out of step"},
                                           {"svc_raw_score_form", "another form"},
                                           {"svc_raw_score_order", ""},
                                           {"svc_raw_output_endless", "more than 100 outputs"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        open_host(b, 20000); /* a fresh worker: the numbers in the frames begin at 1 */
        assert_error(b, cases[i][0], "{}", "bad_result", cases[i][1]);
    }
    assert_int_equal(wrt_json_count(b->asked), 0);
    assert_int_equal(count_entries(b->outputs), 0);
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, open_bench, close_bench)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_BENCH(files_are_handed_over_when_an_argument_names_one),
        WITH_BENCH(files_left_open_are_taken_back_when_the_call_ends),
        WITH_BENCH(files_are_found_in_the_working_folder_then_in_the_data_folder),
        WITH_BENCH(files_outside_are_refused_unless_a_person_typed_the_path),
        WITH_BENCH(files_that_are_no_data_are_refused_wherever_they_are),
        WITH_BENCH(files_that_change_during_the_call_make_its_result_an_error),
        WITH_BENCH(scores_come_from_the_host_s_model_through_the_guard),
        WITH_BENCH(scores_are_refused_when_guard_or_model_say_no),
        WITH_BENCH(scores_end_the_call_when_they_cannot_be_recorded),
        WITH_BENCH(scores_are_bounded_in_one_batch),
        WITH_BENCH(model_is_described_to_tools_that_ask_it),
        WITH_BENCH(outputs_are_kept_under_their_hash),
        WITH_BENCH(outputs_of_a_call_that_failed_are_gone),
        WITH_BENCH(outputs_are_bounded_in_name_number_and_size),
        WITH_BENCH(worker_is_killed_when_it_breaks_the_protocol_of_services),
    };
    wrt_crypto_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
