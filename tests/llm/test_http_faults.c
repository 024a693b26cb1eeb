/* test_http_faults.c: what a server does wrong ends as one typed line in bounded time, never as a
 * crash and never as an answer. */
#include "base/clock.h"
#include "fake_server.h"
#include "llm/http/internal.h"
#include "llm/internal.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const wrt_llm_prompt chat = {.system = {"Answer in one word.", 19}, .user = {"Well?", 5}};
static const wrt_llm_prompt text = {.text = {"The answer is\n", 14}};

static wrt_llm *open_fake(const fake *f, wrt_llm_options options) {
    wrt_err err = {0};
    wrt_llm *llm = NULL;
    if (wrt_llm_open(&llm, f->base, &options, &err) != WRT_OK)
        fail_msg("%s", err.message);
    return llm;
}

static void ignore(wrt_str piece, void *ctx) {
    (void)piece;
    (void)ctx;
}

/* A call that must fail, within `ms`; *err keeps its message, which is one line. */
static wrt_status fail_to_write(wrt_err *err, wrt_llm *llm, const wrt_llm_request *request,
                                int64_t ms) {
    wrt_llm_reply reply;
    int64_t start = wrt_clock_monotonic_ms();
    *err = (wrt_err){0};
    wrt_status status = wrt_llm_generate(&reply, llm, request, err);
    int64_t took = wrt_clock_monotonic_ms() - start;
    if (status == WRT_OK)
        fail_msg("the fault was taken for an answer: \"%s\"", reply.text.ptr);
    if (took > ms)
        fail_msg("%lld ms: %s", (long long)took, err->message);
    assert_int_equal(err->code, status);
    assert_null(strchr(err->message, '\n'));
    return status;
}

/* ---- texts ----------------------------------------------------------------------------------- */

typedef struct {
    fake_mode mode;
    wrt_status status;
    const char *words; /* in the message */
} fault;

static const fault final_faults[] = {
    {FAKE_HTML, WRT_E_FAILED, "an HTML page instead of a JSON reply"},
    {FAKE_BAD_UTF8, WRT_E_FAILED, "is not JSON"},
    {FAKE_ERROR_200, WRT_E_INPUT, "no such engine"},
    {FAKE_WRONG_JSON, WRT_E_FAILED, "not an object"},
    {FAKE_NOT_JSON, WRT_E_FAILED, "is not JSON"},
    {FAKE_NO_CHOICES, WRT_E_FAILED, "\"choices\""},
    {FAKE_FILTERED, WRT_E_FAILED, "content filter"},
    {FAKE_401, WRT_E_CREDENTIAL, "refused the key"},
    {FAKE_404, WRT_E_INPUT, "the model gpt-9 does not exist"},
    {FAKE_400, WRT_E_INPUT, "seed must be prime"},
    {FAKE_OVERFLOW, WRT_E_LIMIT, "needs 6019 tokens, the server's context holds 2048"},
    {FAKE_REDIRECT, WRT_E_FAILED, "198.51.100.7:81"},
    {FAKE_ENDLESS, WRT_E_FAILED, "er than"},
    {FAKE_429_LONG, WRT_E_TIMEOUT, "HTTP 429: slow down"},
};

/* One attempt each, and the server's name in the message. */
static void try_final_faults(const wrt_llm_prompt *prompt) {
    fake f = {.flags = FAKE_USAGE};
    fake_start(&f);
    wrt_llm *llm = open_fake(&f, (wrt_llm_options){.timeout_ms = 20000});
    for (size_t i = 0; i < sizeof final_faults / sizeof final_faults[0]; i++) {
        const fault *wanted = &final_faults[i];
        wrt_err err;
        wrt_llm_request request = {.prompt = *prompt, .max_tokens = 9};
        unsigned before = atomic_load(&f.answered);
        atomic_store(&f.mode, wanted->mode);
        wrt_status status = fail_to_write(&err, llm, &request, 5000);
        if (status != wanted->status || strstr(err.message, wanted->words) == NULL ||
            strstr(err.message, f.base + 7) == NULL)
            fail_msg("mode %d: %s: %s", (int)wanted->mode, wrt_status_name(status), err.message);
        assert_int_equal(atomic_load(&f.answered) - before, 1);
    }
    wrt_llm_close(llm);
    fake_stop(&f);
}

static void chat_fails_once_and_for_all_when_a_repetition_would_not_help(void **state) {
    (void)state;
    try_final_faults(&chat);
}

static void text_fails_once_and_for_all_when_a_repetition_would_not_help(void **state) {
    (void)state;
    try_final_faults(&text);
}

/* Text was handed on already, so there is one attempt. */
static void stream_fails_when_it_breaks_after_its_first_text(void **state) {
    (void)state;
    static const fault faults[] = {
        {FAKE_STALL_STREAM, WRT_E_TIMEOUT, "no complete answer within"},
        {FAKE_NO_DONE, WRT_E_UNAVAILABLE, "[DONE]"},
        {FAKE_CUT_EVENT, WRT_E_UNAVAILABLE, "[DONE]"},
        {FAKE_ERROR_EVENT, WRT_E_UNAVAILABLE, "slot lost"},
        {FAKE_DRIP, WRT_E_TIMEOUT, "no complete answer within"},
        {FAKE_ENDLESS_EVENTS, WRT_E_FAILED, "longer than"},
    };
    fake f = {.flags = FAKE_USAGE};
    fake_start(&f);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        bool is_long = faults[i].mode == FAKE_ENDLESS_EVENTS;
        wrt_llm *llm = open_fake(&f, (wrt_llm_options){.timeout_ms = is_long ? 30000 : 800});
        wrt_err err;
        const wrt_llm_request request = {.prompt = chat, .max_tokens = 9, .on_text = ignore};
        unsigned before = atomic_load(&f.answered);
        atomic_store(&f.mode, faults[i].mode);
        wrt_status status = fail_to_write(&err, llm, &request, is_long ? 60000 : 2500);
        if (status != faults[i].status || strstr(err.message, faults[i].words) == NULL)
            fail_msg("mode %d: %s: %s", (int)faults[i].mode, wrt_status_name(status), err.message);
        assert_int_equal(atomic_load(&f.answered) - before, 1);
        wrt_llm_close(llm);
        atomic_store(&f.mode, FAKE_GOOD);
    }
    fake_stop(&f);
}

/* Nothing was handed on: tried again until the time is over. */
static void write_ends_in_time_when_a_server_hangs_or_breaks_off(void **state) {
    (void)state;
    static const fake_mode modes[] = {FAKE_STALL_HEAD, FAKE_STALL_BODY, FAKE_SHORT,  FAKE_RESET,
                                      FAKE_500,        FAKE_NO_DONE,    FAKE_500_ALL};
    fake f = {.flags = FAKE_USAGE};
    fake_start(&f);
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        wrt_llm *llm = open_fake(&f, (wrt_llm_options){.timeout_ms = 700});
        for (int is_text = 0; is_text < 2; is_text++) {
            wrt_err err;
            const wrt_llm_request request = {.prompt = is_text ? text : chat, .max_tokens = 9};
            if (is_text && modes[i] == FAKE_NO_DONE)
                continue; /* texts are not streamed */
            atomic_store(&f.mode, modes[i]);
            wrt_status status = fail_to_write(&err, llm, &request, 2500);
            if (status != WRT_E_TIMEOUT && status != WRT_E_UNAVAILABLE)
                fail_msg("mode %d: %s: %s", (int)modes[i], wrt_status_name(status), err.message);
        }
        wrt_llm_close(llm);
        atomic_store(&f.mode, FAKE_GOOD);
    }
    fake_stop(&f);
}

static void write_fails_when_a_reply_is_no_reply(void **state) {
    (void)state;
    static const fault faults[] = {{FAKE_REFUSED, WRT_E_FAILED, "I would rather not."},
                                   {FAKE_EMPTY, WRT_E_FAILED, "finish_reason"},
                                   {FAKE_REASONING, WRT_E_FAILED, "wrote only reasoning, no text"}};
    fake f = {0};
    fake_start(&f);
    wrt_llm *llm = open_fake(&f, (wrt_llm_options){0});
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        wrt_err err;
        const wrt_llm_request request = {.prompt = chat, .max_tokens = 9};
        atomic_store(&f.mode, faults[i].mode);
        assert_int_equal(fail_to_write(&err, llm, &request, 2000), faults[i].status);
        assert_non_null(strstr(err.message, faults[i].words));
    }
    wrt_llm_close(llm);
    fake_stop(&f);
}

/* ---- constraints and calls ------------------------------------------------------------------- */

static void write_fails_when_a_proved_constraint_is_dropped_later(void **state) {
    (void)state;
    fake f = {.flags = FAKE_GRAMMAR, .held_text = "yes"};
    wrt_llm_reply reply;
    wrt_err err;
    fake_start(&f);
    wrt_llm *llm = open_fake(&f, (wrt_llm_options){0});
    const wrt_llm_request request = {
        .prompt = chat, .gbnf = "root ::= \"yes\" | \"no\"", .max_tokens = 9};
    assert_int_equal(wrt_llm_generate(&reply, llm, &request, NULL), WRT_OK);
    assert_string_equal(reply.text.ptr, "yes");
    wrt_llm_reply_free(&reply);
    atomic_store(&f.mode, FAKE_IGNORES_GRAMMAR);
    assert_int_equal(fail_to_write(&err, llm, &request, 2000), WRT_E_FAILED);
    assert_non_null(strstr(err.message, "not a sentence of the grammar"));
    atomic_store(&f.mode, FAKE_LENGTH);
    assert_int_equal(fail_to_write(&err, llm, &request, 2000), WRT_E_LIMIT);
    assert_non_null(strstr(err.message, "before its constraint was met"));
    wrt_llm_close(llm);
    fake_stop(&f);
}

static void write_is_unsupported_when_no_constraint_was_proved(void **state) {
    (void)state;
    fake f = {.flags = FAKE_USAGE}; /* takes "grammar" and ignores it */
    wrt_err err;
    fake_start(&f);
    wrt_llm *llm = open_fake(&f, (wrt_llm_options){0});
    unsigned before = atomic_load(&f.answered);
    const wrt_llm_request request = {.prompt = chat, .gbnf = "root ::= \"yes\"", .max_tokens = 9};
    assert_int_equal(fail_to_write(&err, llm, &request, 1000), WRT_E_UNSUPPORTED);
    assert_non_null(strstr(err.message, f.base + 7));
    assert_non_null(strstr(err.message, "a chat reply with a grammar was proved"));
    assert_int_equal(atomic_load(&f.answered), before); /* nothing was sent */
    wrt_llm_close(llm);
    fake_stop(&f);
}

static wrt_json *record_tool(void) {
    wrt_json *tools = NULL;
    assert_int_equal(
        wrt_json_parse(&tools,
                       WRT_STR("[{\"name\":\"record\",\"description\":\"\",\"parameters\":{"
                               "\"type\":\"object\",\"properties\":{\"w\":{\"type\":\"string\"}},"
                               "\"required\":[\"w\"],\"additionalProperties\":false}}]"),
                       NULL),
        WRT_OK);
    return tools;
}

static void calls_are_checked_when_the_server_makes_them_itself(void **state) {
    (void)state;
    static const fault faults[] = {
        {FAKE_UNKNOWN_TOOL, WRT_E_FAILED, "rm_rf"},
        {FAKE_BAD_ARGUMENTS, WRT_E_FAILED, "\"record\" must be the text of a JSON object"},
        {FAKE_WRONG_ARGUMENTS, WRT_E_FAILED, "arguments.w"}};
    fake f = {.flags = FAKE_CALLS};
    wrt_llm_reply reply;
    wrt_json *tools = record_tool();
    fake_start(&f);
    wrt_llm *llm = open_fake(&f, (wrt_llm_options){0});
    const wrt_llm_request request = {.prompt = chat, .tools = tools, .max_tokens = 99};
    assert_int_equal(wrt_llm_generate(&reply, llm, &request, NULL), WRT_OK);
    assert_string_equal(
        wrt_json_get_text(wrt_json_get(wrt_json_at(reply.tool_calls, 0), "arguments"), "w", ""),
        "xq7zk");
    wrt_llm_reply_free(&reply);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        wrt_err err;
        atomic_store(&f.mode, faults[i].mode);
        assert_int_equal(fail_to_write(&err, llm, &request, 2000), faults[i].status);
        if (strstr(err.message, faults[i].words) == NULL)
            fail_msg("%s", err.message);
    }
    wrt_llm_close(llm);
    wrt_json_free(tools);
    fake_stop(&f);
}

/* A server that can do both is asked as the request wishes; the answer is checked either way. */
static void own_calls_are_used_where_they_are_wished_for(void **state) {
    (void)state;
    fake f = {.flags = FAKE_CALLS | FAKE_FORMAT,
              .held_text = "{\"name\":\"record\",\"arguments\":{\"w\":\"held\"}}"};
    static const char *const want[] = {"held", "xq7zk"};
    wrt_json *tools = record_tool();
    wrt_err err;
    fake_start(&f);
    wrt_llm *llm = open_fake(&f, (wrt_llm_options){0});
    wrt_llm_request request = {.prompt = chat, .tools = tools, .max_tokens = 99};
    for (int i = 0; i < 2; i++) {
        wrt_llm_reply reply;
        request.own_calls = i == 1;
        assert_int_equal(wrt_llm_generate(&reply, llm, &request, NULL), WRT_OK);
        assert_string_equal(
            wrt_json_get_text(wrt_json_get(wrt_json_at(reply.tool_calls, 0), "arguments"), "w", ""),
            want[i]);
        wrt_llm_reply_free(&reply);
    }
    atomic_store(&f.mode, FAKE_UNKNOWN_TOOL);
    assert_int_equal(fail_to_write(&err, llm, &request, 2000), WRT_E_FAILED);
    assert_non_null(strstr(err.message, "rm_rf"));
    wrt_llm_close(llm);
    wrt_json_free(tools);
    fake_stop(&f);
}

/* ---- scores ---------------------------------------------------------------------------------- */

static const wrt_str yes_no[] = {{"yes", 3}, {"no", 2}};

static wrt_status score_two(wrt_llm_score out[2], wrt_llm *llm, const wrt_llm_prompt *prompt,
                            wrt_err *err) {
    const wrt_llm_question question = {.prompt = *prompt, .candidates = yes_no, .n = 2};
    *err = (wrt_err){0};
    return wrt_llm_score_all(out, llm, &question, 1, err);
}

/* y, e, s: -6.1 -6.1 -6.5; n, o: -6.0 -6.1. */
static void assert_toy_scores(const wrt_llm_score scores[2]) {
    assert_int_equal(scores[0].quality, WRT_LLM_EXACT);
    assert_int_equal(scores[1].quality, WRT_LLM_EXACT);
    assert_int_equal(scores[0].tokens, 3);
    assert_int_equal(scores[1].tokens, 2);
    assert_true(fabs(scores[0].log_p + 18.7) < 1e-9);
    assert_true(fabs(scores[1].log_p + 12.1) < 1e-9);
}

static void score_is_unsupported_when_a_parameter_was_silently_ignored(void **state) {
    (void)state;
    static const unsigned flags[] = {FAKE_USAGE, FAKE_USAGE | FAKE_ECHO,
                                     FAKE_USAGE | FAKE_PROMPT_LOGPROBS, FAKE_LLAMA | FAKE_USAGE};
    static const fake_mode modes[] = {FAKE_GOOD, FAKE_FEW_LOGPROBS, FAKE_ZERO,
                                      FAKE_NULL, FAKE_POSITIVE,     FAKE_IGNORES_GRAMMAR};
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        for (size_t m = i == 0 ? 0 : 1; m < (i == 0 ? 1 : sizeof modes / sizeof modes[0]); m++) {
            wrt_llm_score scores[2];
            wrt_err err;
            fake f = {.flags = flags[i], .mode = modes[m]};
            if (modes[m] == FAKE_IGNORES_GRAMMAR && (flags[i] & FAKE_LLAMA) == 0)
                continue; /* no grammar is used there */
            fake_start(&f);
            wrt_llm *llm = open_fake(&f, (wrt_llm_options){0});
            wrt_status status = score_two(scores, llm, &text, &err);
            if (status != WRT_E_UNSUPPORTED)
                fail_msg("flags %x, mode %d: %s: %s", flags[i], (int)modes[m],
                         wrt_status_name(status), err.message);
            wrt_llm_close(llm);
            fake_stop(&f);
        }
    }
}

/* Every value is right somewhere, but not where it stands. */
static void score_is_unsupported_when_log_probabilities_are_out_of_place(void **state) {
    (void)state;
    static const unsigned ways[] = {FAKE_ECHO, FAKE_PROMPT_LOGPROBS};
    static const fake_mode modes[] = {FAKE_SHIFT_BACK, FAKE_SHIFT_ON, FAKE_FIRST_LOG_P,
                                      FAKE_WRONG_ECHO};
    for (size_t i = 0; i < 2; i++) {
        for (size_t m = 0; m < sizeof modes / sizeof modes[0]; m++) {
            wrt_llm_score scores[2];
            wrt_err err;
            fake f = {.flags = FAKE_USAGE | ways[i], .mode = modes[m]};
            if (modes[m] == FAKE_WRONG_ECHO && ways[i] != FAKE_ECHO)
                continue;
            fake_start(&f);
            wrt_llm *llm = open_fake(&f, (wrt_llm_options){0});
            if (score_two(scores, llm, &text, &err) != WRT_E_UNSUPPORTED)
                fail_msg("way %zu, mode %d: %s", i, (int)modes[m], err.message);
            wrt_llm_close(llm);
            fake_stop(&f);
        }
    }
}

static void score_fails_when_the_server_changes_its_ways_later(void **state) {
    (void)state;
    static const fake_mode modes[] = {FAKE_IGNORES_GRAMMAR,
                                      FAKE_FEW_LOGPROBS,
                                      FAKE_POSITIVE,
                                      FAKE_NAN,
                                      FAKE_NULL,
                                      FAKE_ZERO,
                                      FAKE_HTML,
                                      FAKE_BAD_UTF8};
    fake f = {.flags = FAKE_LLAMA | FAKE_USAGE};
    wrt_llm_score scores[2];
    wrt_err err;
    fake_start(&f);
    wrt_llm *llm = open_fake(&f, (wrt_llm_options){0});
    assert_int_equal(score_two(scores, llm, &text, &err), WRT_OK);
    assert_toy_scores(scores);
    assert_int_equal(score_two(scores, llm, &chat, &err), WRT_OK);
    assert_toy_scores(scores);
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        atomic_store(&f.mode, modes[i]);
        wrt_status status = score_two(scores, llm, &text, &err);
        if (status != WRT_E_FAILED || strchr(err.message, '\n') != NULL || err.message[0] == '\0')
            fail_msg("mode %d: %s: %s", (int)modes[i], wrt_status_name(status), err.message);
    }
    wrt_llm_close(llm);
    fake_stop(&f);
}

/* "é" is bytes 195 and 169: -6.5 and -6.9. The first ends inside a character. */
static void score_finds_tokens_that_no_grammar_can_force(void **state) {
    (void)state;
    const wrt_str candidates[] = {WRT_STR("h\xc3\xa9"), WRT_STR("no")};
    const wrt_llm_question question = {.prompt = chat, .candidates = candidates, .n = 2};
    fake f = {.flags = FAKE_LLAMA};
    wrt_llm_score scores[2];
    fake_start(&f);
    wrt_llm *llm = open_fake(&f, (wrt_llm_options){0});
    assert_int_equal(wrt_llm_score_all(scores, llm, &question, 1, NULL), WRT_OK);
    assert_int_equal(scores[0].tokens, 3);
    assert_true(fabs(scores[0].log_p - (-6.4 - 6.5 - 6.9)) < 1e-9);
    wrt_llm_close(llm);
    fake_stop(&f);
}

static void score_ends_in_time_when_a_server_hangs(void **state) {
    (void)state;
    fake f = {.flags = FAKE_LLAMA};
    wrt_llm_score scores[2];
    wrt_err err;
    fake_start(&f);
    wrt_llm *llm = open_fake(&f, (wrt_llm_options){.timeout_ms = 600});
    atomic_store(&f.mode, FAKE_STALL_HEAD);
    int64_t start = wrt_clock_monotonic_ms();
    wrt_status status = score_two(scores, llm, &text, &err);
    assert_true(status == WRT_E_TIMEOUT || status == WRT_E_UNAVAILABLE);
    assert_true(wrt_clock_monotonic_ms() - start < 2500);
    wrt_llm_close(llm);
    fake_stop(&f);
}

/* ---- cancelling ------------------------------------------------------------------------------ */

typedef struct {
    wrt_cancel *cancel;
    int64_t at_ms;
} canceller;

static void *cancel_soon(void *ctx) {
    canceller *c = ctx;
    const struct timespec wait = {.tv_nsec = 200000000};
    (void)nanosleep(&wait, NULL);
    c->at_ms = wrt_clock_monotonic_ms();
    wrt_cancel_request(c->cancel);
    return NULL;
}

/* Runs a call while another thread cancels it after 200 ms; returns how long it took to notice. */
static int64_t cancel_call(fake_mode mode, bool is_score) {
    fake f = {.flags = FAKE_LLAMA | FAKE_USAGE};
    wrt_cancel cancel = {0};
    canceller c = {.cancel = &cancel};
    pthread_t thread;
    wrt_err err;
    wrt_llm_score scores[2];
    fake_start(&f);
    wrt_llm *llm = open_fake(&f, (wrt_llm_options){.cancel = &cancel});
    const wrt_llm_request request = {.prompt = chat, .max_tokens = 9, .on_text = ignore};
    atomic_store(&f.mode, mode);
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, &c), 0);
    wrt_status status =
        is_score ? score_two(scores, llm, &text, &err) : fail_to_write(&err, llm, &request, 5000);
    int64_t end = wrt_clock_monotonic_ms();
    pthread_join(thread, NULL);
    if (status != WRT_E_INTERRUPTED)
        fail_msg("%s: %s", wrt_status_name(status), err.message);
    wrt_llm_close(llm);
    fake_stop(&f);
    return end - c.at_ms;
}

static void call_ends_at_once_when_another_thread_cancels(void **state) {
    (void)state;
    static const fake_mode modes[] = {FAKE_STALL_HEAD, FAKE_STALL_STREAM, FAKE_DRIP};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
        assert_true(cancel_call(modes[i], false) < 500);
    assert_true(cancel_call(FAKE_STALL_HEAD, true) < 500);
    /* Asleep between two attempts. */
    assert_true(cancel_call(FAKE_500_ALL, false) < 300);
    assert_true(cancel_call(FAKE_500_ALL, true) < 300);
}

static bool stop_at_once(size_t done, size_t total, void *ctx) {
    bool *is_armed = ctx;
    (void)done;
    (void)total;
    return !*is_armed;
}

static void call_ends_when_progress_says_so(void **state) {
    (void)state;
    bool is_armed = false;
    fake f = {.flags = FAKE_LLAMA | FAKE_USAGE};
    wrt_llm_score scores[2];
    wrt_err err;
    fake_start(&f);
    wrt_llm *llm = open_fake(&f, (wrt_llm_options){.progress = stop_at_once, .ctx = &is_armed});
    is_armed = true;
    const wrt_llm_request request = {.prompt = chat, .max_tokens = 9};
    assert_int_equal(fail_to_write(&err, llm, &request, 1000), WRT_E_INTERRUPTED);
    assert_int_equal(score_two(scores, llm, &text, &err), WRT_E_INTERRUPTED);
    wrt_llm_close(llm);
    fake_stop(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chat_fails_once_and_for_all_when_a_repetition_would_not_help),
        cmocka_unit_test(text_fails_once_and_for_all_when_a_repetition_would_not_help),
        cmocka_unit_test(stream_fails_when_it_breaks_after_its_first_text),
        cmocka_unit_test(write_ends_in_time_when_a_server_hangs_or_breaks_off),
        cmocka_unit_test(write_fails_when_a_reply_is_no_reply),
        cmocka_unit_test(write_fails_when_a_proved_constraint_is_dropped_later),
        cmocka_unit_test(write_is_unsupported_when_no_constraint_was_proved),
        cmocka_unit_test(calls_are_checked_when_the_server_makes_them_itself),
        cmocka_unit_test(own_calls_are_used_where_they_are_wished_for),
        cmocka_unit_test(score_is_unsupported_when_a_parameter_was_silently_ignored),
        cmocka_unit_test(score_is_unsupported_when_log_probabilities_are_out_of_place),
        cmocka_unit_test(score_fails_when_the_server_changes_its_ways_later),
        cmocka_unit_test(score_finds_tokens_that_no_grammar_can_force),
        cmocka_unit_test(score_ends_in_time_when_a_server_hangs),
        cmocka_unit_test(call_ends_at_once_when_another_thread_cancels),
        cmocka_unit_test(call_ends_when_progress_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
