/* test_llama_server.c: a real llama-server starts on the tiny model, answers and goes away. */
#include "base/file.h"
#include "base/json.h"
#include "tests/support/llama_server.h"
#include "tiny_gguf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/warrant-model-XXXXXX";
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

static test_llama_server start(const char *const *extra) {
    test_llama_server server;
    wrt_err err = {0};
    if (test_llama_server_start(&server, model_path, extra, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return server;
}

static wrt_json *ask(const test_llama_server *server, const char *path, const char *json) {
    wrt_buf body = wrt_buf_make(WRT_MIB(1));
    wrt_json *answer = NULL;
    wrt_err err = {0};
    int http = test_llama_server_ask(&body, server, path, json);
    if (http != 200 || wrt_json_parse(&answer, wrt_buf_str(&body), &err) != WRT_OK)
        fail_msg("%s: HTTP %d, %s: %s", path, http, err.message, wrt_buf_str(&body).ptr);
    wrt_buf_free(&body);
    return answer;
}

static void check_health(const test_llama_server *server) {
    wrt_json *answer = ask(server, "/health", NULL);
    assert_string_equal(wrt_json_get_text(answer, "status", ""), "ok");
    wrt_json_free(answer);
}

static void check_models(const test_llama_server *server) {
    wrt_json *answer = ask(server, "/v1/models", NULL);
    const wrt_json *model = wrt_json_at(wrt_json_get(answer, "data"), 0);
    const wrt_json *meta = wrt_json_get(model, "meta");
    assert_int_equal(wrt_json_get_int(meta, "n_vocab", 0), TINY_VOCAB);
    assert_int_equal(wrt_json_get_int(meta, "n_ctx_train", 0), TINY_CONTEXT);
    assert_int_equal(wrt_json_get_int(meta, "n_embd", 0), 64);
    wrt_json_free(answer);
}

/* Token 1 is <|im_start|>; tokens 3 to 258 are the bytes, in the order of their values. */
static void check_tokenize(const test_llama_server *server) {
    wrt_json *answer = ask(server, "/tokenize", "{\"content\": \"<|im_start|>AB\"}");
    const wrt_json *tokens = wrt_json_get(answer, "tokens");
    assert_int_equal(wrt_json_count(tokens), 3);
    assert_true(wrt_json_number(wrt_json_at(tokens, 0), -1) == 1);
    assert_true(wrt_json_number(wrt_json_at(tokens, 1), -1) == 3 + 'A');
    assert_true(wrt_json_number(wrt_json_at(tokens, 2), -1) == 3 + 'B');
    wrt_json_free(answer);
}

static void server_answers_and_leaves_nothing_when_stopped(void **state) {
    (void)state;
    test_llama_server_need();
    test_llama_server server = start(NULL);
    check_health(&server);
    check_models(&server);
    check_tokenize(&server);
    const test_llama_server before = server;
    int verdict = test_llama_server_stop(&server);
    assert_true(WIFEXITED(verdict) && WEXITSTATUS(verdict) == 0);
    assert_int_equal(kill(before.pid, 0), -1);
    assert_int_equal(errno, ESRCH);
    assert_int_equal(access(before.folder, F_OK), -1);
    assert_int_equal(test_llama_server_ask(NULL, &before, "/health", NULL), 0);
    assert_int_equal(server.pid, 0);
    assert_int_equal(test_llama_server_stop(&server), 0);
}

static void servers_have_ports_of_their_own_when_two_run(void **state) {
    (void)state;
    static const char *const named[] = {"--alias", "the-second", NULL};
    test_llama_server_need();
    test_llama_server first = start(NULL);
    test_llama_server second = start(named);
    assert_int_not_equal(first.port, second.port);
    wrt_json *answer = ask(&second, "/v1/models", NULL);
    const wrt_json *model = wrt_json_at(wrt_json_get(answer, "data"), 0);
    assert_string_equal(wrt_json_get_text(model, "id", ""), "the-second");
    wrt_json_free(answer);
    answer = ask(&first, "/v1/models", NULL);
    model = wrt_json_at(wrt_json_get(answer, "data"), 0);
    assert_string_not_equal(wrt_json_get_text(model, "id", ""), "the-second");
    wrt_json_free(answer);
    (void)test_llama_server_stop(&first);
    (void)test_llama_server_stop(&second);
}

static void start_says_why_when_server_ends_early(void **state) {
    (void)state;
    test_llama_server_need();
    test_llama_server server;
    wrt_err err = {0};
    const char *const wrong[] = {"--no-such-argument", NULL};
    assert_int_equal(test_llama_server_start(&server, model_path, wrong, &err), WRT_E_FAILED);
    assert_non_null(strstr(err.message, "llama-server ended early"));
    assert_non_null(strstr(err.message, "--no-such-argument"));
    assert_int_equal(server.pid, 0);
}

/* A test that crashes: the process that started the server is killed, and the server with it. It
 * becomes a child of this process then. */
static void server_goes_away_when_its_test_is_killed(void **state) {
    (void)state;
    test_llama_server_need();
    int report[2];
    int verdict = 0;
    test_llama_server server;
    assert_int_equal(pipe(report), 0);
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
    pid_t test = fork();
    if (test == 0) {
        wrt_status status = test_llama_server_start(&server, model_path, NULL, NULL);
        if (status == WRT_OK && write(report[1], &server, sizeof server) == sizeof server)
            raise(SIGKILL);
        _exit(1);
    }
    close(report[1]);
    assert_int_equal(read(report[0], &server, sizeof server), sizeof server);
    close(report[0]);
    assert_int_equal(waitpid(test, &verdict, 0), test);
    assert_true(WIFSIGNALED(verdict) && WTERMSIG(verdict) == SIGKILL);
    assert_int_equal(waitpid(server.pid, &verdict, 0), server.pid);
    assert_true(WIFSIGNALED(verdict) && WTERMSIG(verdict) == SIGKILL);
    server.pid = 0; /* waited for; only its folder is left */
    server.reservation = -1;
    assert_int_equal(test_llama_server_stop(&server), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(server_answers_and_leaves_nothing_when_stopped),
        cmocka_unit_test(servers_have_ports_of_their_own_when_two_run),
        cmocka_unit_test(start_says_why_when_server_ends_early),
        cmocka_unit_test(server_goes_away_when_its_test_is_killed),
    };
    return cmocka_run_group_tests(tests, make_model, remove_model);
}
