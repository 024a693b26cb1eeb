/* fake_calls.c: see fake_calls.h. */
#include "fake_calls.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const wrt_llm_prompt fake_chat = {.system = {"Answer in one word.", 19}, .user = {"Well?", 5}};
const wrt_llm_prompt fake_text = {.text = {"The answer is\n", 14}};
const wrt_str fake_yes_no[2] = {{"yes", 3}, {"no", 2}};

wrt_status try_open(wrt_llm **out, const char *spec, wrt_llm_options options, wrt_err *err) {
    *err = (wrt_err){0};
    return wrt_llm_open(out, spec, &options, err);
}

wrt_llm *open_spec(const char *spec, wrt_llm_options options) {
    wrt_err err;
    wrt_llm *llm = NULL;
    if (try_open(&llm, spec, options, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return llm;
}

wrt_llm *open_two(const fake *a, const fake *b, wrt_llm_options options) {
    char spec[120];
    (void)snprintf(spec, sizeof spec, "http:%s,%s/v1", a->base, b->base);
    return open_spec(spec, options);
}

void score_many(wrt_llm_score *out, wrt_llm *llm, const wrt_llm_prompt *prompt, size_t n) {
    wrt_err err = {0};
    wrt_llm_question *questions = calloc(n, sizeof *questions);
    assert_non_null(questions);
    for (size_t i = 0; i < n; i++)
        questions[i] = (wrt_llm_question){.prompt = *prompt, .candidates = fake_yes_no, .n = 2};
    wrt_status status = wrt_llm_score_all(out, llm, questions, n, &err);
    free(questions);
    if (status != WRT_OK)
        fail_msg("%s", err.message);
}

wrt_status write_word(wrt_llm_reply *out, wrt_llm *llm, wrt_err *err) {
    const wrt_llm_request request = {.prompt = fake_chat, .max_tokens = 9};
    *err = (wrt_err){0};
    return wrt_llm_generate(out, llm, &request, err);
}

void must_write(wrt_llm *llm, const char *replica) {
    wrt_llm_reply reply;
    wrt_err err;
    if (write_word(&reply, llm, &err) != WRT_OK)
        fail_msg("%s", err.message);
    assert_string_equal(reply.text.ptr, "Yes, it does.");
    if (replica != NULL)
        assert_string_equal(reply.replica, replica);
    wrt_llm_reply_free(&reply);
}

int no_keys(void **state) {
    (void)state;
    unsetenv("WARRANT_API_KEY");
    unsetenv("OPENAI_API_KEY");
    unsetenv("WARRANT_API_KEY_FILE");
    return 0;
}
