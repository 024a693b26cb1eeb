/* Tests of tools/adapter.c: what a tool's body sees of the host's services, with a host table of
 * this test in the place of the real one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/adapter.h"

typedef struct {
    int code;            /* what each service answers */
    char questions[300]; /* that it was asked last */
    char name[50];       /* of the output it was asked for last */
    char *memory[8];
    size_t n_memory;
} fake;

static void *fake_alloc(void *ctx, size_t size) {
    fake *f = ctx;
    assert_true(f->n_memory < 8);
    return f->memory[f->n_memory++] = calloc(1, size);
}

static int fake_open(void *ctx, const char *arg, wrt_host_file *out) {
    fake *f = ctx;
    if (strcmp(arg, "data") != 0)
        return WRT_HOST_HTTP_UNDECLARED;
    out->fd = 7;
    out->bytes = 3;
    out->sha256 = "made-up-hash";
    out->name = "table.csv";
    return f->code;
}

static int fake_score(void *ctx, const char *questions, size_t len, wrt_host_text *out) {
    fake *f = ctx;
    assert_true(len < sizeof f->questions);
    memcpy(f->questions, questions, len);
    f->questions[len] = '\0';
    out->text = f->code == 0 ? "[{\"log_p\":[-0.5]}]" : "";
    out->len = strlen(out->text);
    out->message = f->code == 0 ? "" : "the test says no";
    return f->code;
}

static const char *fake_model(void *ctx) {
    (void)ctx;
    return "{\"kind\":\"script\",\"model\":\"m\"}";
}

static int fake_output(void *ctx, const char *name, int *fd, const char **message) {
    fake *f = ctx;
    strncpy(f->name, name, sizeof f->name - 1);
    *fd = f->code == 0 ? 9 : -1;
    *message = f->code == 0 ? "" : "the test says no";
    return f->code;
}

static wrt_host table_of(fake *f, uint32_t size) {
    return (wrt_host){.struct_size = size,
                      .ctx = f,
                      .alloc = fake_alloc,
                      .open_file = fake_open,
                      .score = fake_score,
                      .describe_model = fake_model,
                      .create_output = fake_output};
}

/* ---- a body that uses them all */

static wrt_status body(wrt_json **data, wrt_adapter_call *call, wrt_err *err) {
    wrt_host_file file;
    wrt_json *questions = wrt_json_new_array(), *answers = NULL;
    int fd = -1;
    wrt_json_push_text(questions, "q");
    wrt_status status = wrt_adapter_open_file(&file, call, "data", err);
    if (status == WRT_OK)
        status = wrt_adapter_score(&answers, call, questions, err);
    if (status == WRT_OK)
        status = wrt_adapter_create_output(&fd, call, "out.csv", err);
    wrt_json_free(questions);
    if (status != WRT_OK) {
        wrt_json_free(answers);
        return status;
    }
    *data = wrt_json_new_object();
    wrt_json_set(*data, "answers", answers);
    wrt_json_set(*data, "model", wrt_adapter_model(call));
    wrt_json_set_int(*data, "fd", fd + file.fd);
    return WRT_OK;
}

static wrt_json *run(const wrt_host *host) {
    const char *text = NULL;
    wrt_json *result = NULL;
    assert_int_equal(wrt_adapter_run(host, WRT_STR("{\"data\":\"dir/table.csv\"}"), &text, body),
                     0);
    assert_int_equal(wrt_json_parse(&result, wrt_str_of(text), NULL), WRT_OK);
    return result;
}

static const char *text_at(const wrt_json *value, const char *dotted) {
    const char *text = wrt_json_text(wrt_json_path(value, dotted));
    return text != NULL ? text : "(absent)";
}

static void free_memory(fake *f) {
    for (size_t i = 0; i < f->n_memory; i++)
        free(f->memory[i]);
    f->n_memory = 0;
}

static void adapter_gives_files_scores_and_outputs_to_a_body(void **state) {
    fake f = {0};
    wrt_host host = table_of(&f, sizeof host);
    wrt_json *result = run(&host);
    (void)state;
    assert_string_equal(text_at(result, "status"), "ok");
    assert_int_equal((int)wrt_json_number(wrt_json_path(result, "data.fd"), 0), 16);
    assert_string_equal(text_at(result, "data.model.kind"), "script");
    assert_string_equal(f.questions, "[\"q\"]");
    assert_string_equal(f.name, "out.csv");
    /* What the host read stands in the echo: a name without a folder, and the hash. */
    assert_string_equal(text_at(result, "echo.data.name"), "table.csv");
    assert_string_equal(text_at(result, "echo.data.sha256"), "made-up-hash");
    wrt_json_free(result);
    free_memory(&f);
}

static void adapter_turns_refusals_into_errors_of_the_tool(void **state) {
    static const struct {
        int code;
        const char *name;
    } cases[] = {{WRT_HOST_HTTP_BAD_REQUEST, "bad_args"},
                 {WRT_HOST_HTTP_UNDECLARED, "bad_args"}, /* of a file: the argument is missing */
                 {WRT_HOST_HTTP_DENIED, "denied"},
                 {WRT_HOST_HTTP_BUDGET, "limit"},
                 {WRT_HOST_HTTP_TOO_LARGE, "limit"},
                 {WRT_HOST_HTTP_TIMEOUT, "timeout"},
                 {WRT_HOST_HTTP_UNAVAILABLE, "unavailable"},
                 {WRT_HOST_HTTP_NO_SERVICE, "unsupported"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fake f = {.code = cases[i].code};
        wrt_host host = table_of(&f, sizeof host);
        wrt_json *result = run(&host);
        assert_string_equal(text_at(result, "status"), "error");
        assert_string_equal(text_at(result, "error.code"), cases[i].name);
        wrt_json_free(result);
        free_memory(&f);
    }
}

/* A host of 1.1 ends before these services. */
static void adapter_says_so_when_the_host_is_older(void **state) {
    fake f = {0};
    wrt_host host = table_of(&f, (uint32_t)offsetof(wrt_host, open_file));
    wrt_json *result = run(&host);
    (void)state;
    assert_string_equal(text_at(result, "error.code"), "unsupported");
    assert_string_equal(f.questions, "");
    wrt_json_free(result);
    free_memory(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adapter_gives_files_scores_and_outputs_to_a_body),
        cmocka_unit_test(adapter_turns_refusals_into_errors_of_the_tool),
        cmocka_unit_test(adapter_says_so_when_the_host_is_older),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
