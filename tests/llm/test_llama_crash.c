/* test_llama_crash.c: the in-process back end on a processor on which its kernels crash.
 *
 * Each test runs this program again as "test_llm_llama_crash open FILE" with illegal_instruction.so
 * preloaded. That process opens the model, scores two options and prints what it saw as one JSON
 * object; the test reads it and how the process ended. */
#include "base/file.h"
#include "llm/llm.h"
#include "tiny_gguf.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <dlfcn.h>
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/warrant-crash-XXXXXX";
static char *model_path;

static int make_model(void **state) {
    (void)state;
    wrt_buf bytes = wrt_buf_make(WRT_MIB(4));
    if (mkdtemp(folder) == NULL)
        return 1;
    model_path = wrt_path_join(folder, "tiny.gguf");
    tiny_gguf_build(&bytes);
    wrt_status status = wrt_file_write(model_path, wrt_buf_str(&bytes), 0600, NULL);
    wrt_buf_free(&bytes);
    return status != WRT_OK;
}

static int remove_model(void **state) {
    (void)state;
    unlink(model_path);
    free(model_path);
    return rmdir(folder);
}

/* ---- the process with the preloaded library -------------------------------------------------- */

static wrt_json *try_score(wrt_llm *llm) {
    static const wrt_str options[] = {{"yes", 3}, {"no", 2}};
    const wrt_llm_question question = {.prompt = {.user = WRT_STR("Does the drug help?")},
                                       .candidates = options,
                                       .n = 2,
                                       .terminator = WRT_STR("\n")};
    wrt_llm_score scores[2] = {0};
    wrt_err err = {0};
    wrt_status status = wrt_llm_score_all(scores, llm, &question, 1, &err);
    wrt_json *seen = wrt_json_new_object();
    wrt_json_set_int(seen, "status", status);
    wrt_json_set_number(seen, "yes", scores[0].log_p);
    wrt_json_set_number(seen, "no", scores[1].log_p);
    return seen;
}

static int open_and_tell(const char *path) {
    wrt_llm *llm = NULL;
    wrt_err err = {0};
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_json *seen = wrt_json_new_object();
    wrt_buf_printf(&text, "llama:%s", path);
    wrt_status status = wrt_llm_open(&llm, text.ptr, NULL, &err);
    wrt_json_set_int(seen, "status", status);
    wrt_json_set_text(seen, "message", err.message);
    if (status == WRT_OK) {
        wrt_json_set(seen, "model", wrt_llm_describe(llm));
        wrt_json_set(seen, "score", try_score(llm));
    }
    wrt_buf_clear(&text);
    wrt_json_write(&text, seen);
    puts(text.ptr);
    wrt_json_free(seen);
    wrt_buf_free(&text);
    wrt_llm_close(llm);
    return 0;
}

/* ---- starting it ----------------------------------------------------------------------------- */

/* The library, behind the run-time library of AddressSanitizer when that is a shared one (gcc):
 * it must come first in the list. */
static char *preload_list(void) {
    wrt_buf list = wrt_buf_make(WRT_KIB(8));
    Dl_info where;
    void *runtime = dlsym(RTLD_DEFAULT, "__asan_init");
    if (runtime != NULL && dladdr(runtime, &where) != 0 && where.dli_fname != NULL &&
        strstr(where.dli_fname, ".so") != NULL)
        wrt_buf_printf(&list, "%s:", where.dli_fname);
    wrt_buf_add_c(&list, TEST_ILLEGAL_INSTRUCTION);
    return wrt_buf_take(&list);
}

static _Noreturn void become_opener(const char *mode, int output) {
    char *preload = preload_list();
    dup2(output, STDOUT_FILENO);
    setenv("LD_PRELOAD", preload, 1);
    setenv("ILLEGAL_INSTRUCTION", mode, 1);
    execl("/proc/self/exe", "test_llm_llama_crash", "open", model_path, (char *)NULL);
    _exit(127);
}

/* What the process printed, parsed; fails when it died. The caller frees. */
static wrt_json *open_under(const char *mode) {
    int output[2];
    assert_int_equal(pipe(output), 0);
    pid_t child = fork();
    if (child == 0)
        become_opener(mode, output[1]);
    close(output[1]);
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    char block[4096];
    ssize_t got;
    while ((got = read(output[0], block, sizeof block)) > 0)
        wrt_buf_add(&text, block, (size_t)got);
    close(output[0]);
    int verdict = 0;
    assert_true(child > 0 && waitpid(child, &verdict, 0) == child);
    if (!WIFEXITED(verdict) || WEXITSTATUS(verdict) != 0)
        fail_msg("the program died: wait status %d, it printed \"%s\"", verdict,
                 text.len == 0 ? "" : text.ptr);
    wrt_json *seen = NULL;
    wrt_err err = {0};
    while (text.len > 0 && text.ptr[text.len - 1] == '\n')
        text.ptr[--text.len] = '\0';
    if (wrt_json_parse(&seen, wrt_buf_str(&text), &err) != WRT_OK)
        fail_msg("%s: \"%s\"", err.message, text.len == 0 ? "" : text.ptr);
    wrt_buf_free(&text);
    return seen;
}

static void check_opened(const wrt_json *seen) {
    const wrt_json *score = wrt_json_get(seen, "score");
    if (wrt_json_get_int(seen, "status", -99) != WRT_OK)
        fail_msg("it did not open: %s", wrt_json_get_text(seen, "message", ""));
    assert_int_equal(wrt_json_get_int(score, "status", -99), WRT_OK);
    assert_true(wrt_json_get_number(score, "yes", 0) < 0);
    assert_true(wrt_json_get_number(score, "no", 0) < 0);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void open_keeps_extra_buffers_when_nothing_crashes(void **state) {
    (void)state;
    wrt_json *seen = open_under("never");
    check_opened(seen);
    assert_true(wrt_json_bool(wrt_json_path(seen, "model.extra_buffers"), false));
    wrt_json_free(seen);
}

static void open_goes_on_without_extra_buffers_when_their_kernels_crash(void **state) {
    (void)state;
    wrt_json *seen = open_under("extra");
    check_opened(seen);
    assert_true(wrt_json_is(wrt_json_path(seen, "model.extra_buffers"), WRT_JSON_BOOL));
    assert_false(wrt_json_bool(wrt_json_path(seen, "model.extra_buffers"), true));
    wrt_json_free(seen);
}

static void open_names_the_illegal_instruction_when_every_decode_crashes(void **state) {
    (void)state;
    wrt_json *seen = open_under("always");
    assert_int_equal(wrt_json_get_int(seen, "status", 0), WRT_E_FAILED);
    const char *message = wrt_json_get_text(seen, "message", "");
    if (strstr(message, "illegal instruction") == NULL || strstr(message, "tiny.gguf") == NULL)
        fail_msg("%s", message);
    assert_null(wrt_json_get(seen, "model"));
    wrt_json_free(seen);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_keeps_extra_buffers_when_nothing_crashes),
        cmocka_unit_test(open_goes_on_without_extra_buffers_when_their_kernels_crash),
        cmocka_unit_test(open_names_the_illegal_instruction_when_every_decode_crashes),
    };
    if (argc == 3 && strcmp(argv[1], "open") == 0)
        return open_and_tell(argv[2]);
    return cmocka_run_group_tests(tests, make_model, remove_model);
}
