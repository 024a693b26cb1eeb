/* test_http_open.c: what opening finds out, and what the spec and the environment may say. */
#include "base/clock.h"
#include "base/file.h"
#include "fake_calls.h"
#include "llm/http/internal.h"
#include "llm/internal.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- opening --------------------------------------------------------------------------------- */

static void open_waits_when_the_model_is_loading(void **state) {
    (void)state;
    fake f = {.mode = FAKE_LOADING};
    fake_start(&f);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
    assert_int_equal(atomic_load(&f.healths), 4);
    wrt_llm_close(llm);
    fake_stop(&f);
}

/* A server may refuse a path that it does not know. */
static bool is_able(const wrt_llm *llm, const char *name) {
    wrt_json *facts = wrt_llm_describe(llm);
    bool is_able = wrt_json_get_bool(wrt_json_get(facts, "capabilities"), name, false);
    wrt_json_free(facts);
    return is_able;
}

/* Three refusals for each question, then the truth; and what never comes is no "no". */
static void open_finds_the_same_when_the_server_is_busy(void **state) {
    (void)state;
    fake f = {.flags = FAKE_USAGE | FAKE_PROMPT_LOGPROBS, .busy_scores = 3};
    fake llama = {.flags = FAKE_USAGE | FAKE_LLAMA, .busy_props = 3};
    fake busy = {.flags = FAKE_USAGE | FAKE_ECHO, .busy_scores = 1000000};
    fake busy_llama = {.flags = FAKE_USAGE | FAKE_LLAMA, .busy_props = 1000000};
    const fake *const never[] = {&busy, &busy_llama};
    wrt_err err;
    fake_start(&f);
    fake_start(&llama);
    fake_start(&busy);
    fake_start(&busy_llama);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
    assert_true(is_able(llm, "prompt_logprobs"));
    wrt_llm_close(llm);
    llm = open_spec(llama.base, (wrt_llm_options){0});
    assert_true(is_able(llm, "forced_tokens"));
    wrt_llm_close(llm);
    for (size_t i = 0; i < 2; i++) {
        int64_t start = wrt_clock_monotonic_ms();
        assert_int_equal(
            try_open(&llm, never[i]->base, (wrt_llm_options){.timeout_ms = 1200}, &err),
            WRT_E_UNAVAILABLE);
        assert_non_null(strstr(err.message, "HTTP 503: too busy"));
        assert_true(wrt_clock_monotonic_ms() - start < 2000);
    }
    fake_stop(&f);
    fake_stop(&llama);
    fake_stop(&busy);
    fake_stop(&busy_llama);
}

/* What is told of a server goes into a hash, so it holds nothing that comes and goes. */
static void description_leaves_out_what_one_reply_happened_to_tell(void **state) {
    (void)state;
    fake f = {.flags = FAKE_USAGE | FAKE_TOP};
    fake_start(&f);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
    wrt_json *facts = wrt_llm_describe(llm);
    assert_int_equal(wrt_json_get_int(wrt_json_get(facts, "capabilities"), "chat_top", -1), 20);
    assert_int_equal(wrt_json_get_int(wrt_json_get(facts, "capabilities"), "text_top", -1), 20);
    assert_null(wrt_json_path(facts, "capabilities.cached_tokens"));
    assert_true(wrt_json_get_bool(wrt_json_get(facts, "capabilities"), "usage", false));
    wrt_json_free(facts);
    wrt_llm_close(llm);
    fake_stop(&f);
}

static void open_takes_a_server_that_refuses_only_health(void **state) {
    (void)state;
    fake f = {.mode = FAKE_401_HEALTH};
    fake_start(&f);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
    must_write(llm, f.base + 7);
    wrt_llm_close(llm);
    fake_stop(&f);
}

static void open_takes_a_server_without_health_and_list(void **state) {
    (void)state;
    fake f = {.flags = FAKE_NO_LIST | FAKE_NO_TEXT};
    char spec[100];
    fake_start(&f);
    (void)snprintf(spec, sizeof spec, "http:%s/v1/#mine", f.base);
    wrt_llm *llm = open_spec(spec, (wrt_llm_options){0});
    must_write(llm, f.base + 7);
    char *body = loopback_body(f.server, loopback_requests(f.server) - 1);
    assert_non_null(strstr(body, "\"model\":\"mine\""));
    free(body);
    wrt_llm_close(llm);
    fake_stop(&f);
}

static void open_fails_when_the_server_is_none_of_ours(void **state) {
    (void)state;
    static const struct {
        unsigned flags;
        fake_mode mode;
        wrt_status status;
        const char *words;
    } cases[] = {{0, FAKE_401_ALL, WRT_E_CREDENTIAL, "refused the key"},
                 {0, FAKE_401, WRT_E_CREDENTIAL, "refused the key"},
                 {0, FAKE_HTML, WRT_E_FAILED, "HTML page"},
                 {0, FAKE_404, WRT_E_INPUT, "the model gpt-9 does not exist"},
                 {0, FAKE_500_ALL, WRT_E_UNAVAILABLE, "HTTP 500"},
                 {0, FAKE_STALL_HEAD, WRT_E_UNAVAILABLE, "silent for"},
                 {FAKE_NO_CHAT | FAKE_NO_TEXT, FAKE_GOOD, WRT_E_INPUT, "HTTP 404"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fake f = {.flags = cases[i].flags, .mode = cases[i].mode};
        wrt_llm *llm = NULL;
        wrt_err err;
        fake_start(&f);
        int64_t start = wrt_clock_monotonic_ms();
        wrt_status status = try_open(&llm, f.base, (wrt_llm_options){.timeout_ms = 1500}, &err);
        bool is_timeout = status == WRT_E_TIMEOUT && cases[i].mode == FAKE_STALL_HEAD;
        if (status != cases[i].status && !is_timeout)
            fail_msg("case %zu: %s: %s", i, wrt_status_name(status), err.message);
        if (strstr(err.message, cases[i].words) == NULL && !is_timeout)
            fail_msg("case %zu: %s", i, err.message);
        assert_null(llm);
        assert_true(wrt_clock_monotonic_ms() - start < 2500);
        fake_stop(&f);
    }
}

static void open_fails_soon_when_nobody_listens(void **state) {
    (void)state;
    fake f = {0};
    wrt_llm *llm = NULL;
    wrt_err err;
    fake_start(&f);
    char base[48];
    memcpy(base, f.base, sizeof base);
    fake_stop(&f);
    int64_t start = wrt_clock_monotonic_ms();
    assert_int_equal(try_open(&llm, base, (wrt_llm_options){0}, &err), WRT_E_UNAVAILABLE);
    assert_non_null(strstr(err.message, "the connection was refused"));
    assert_true(wrt_clock_monotonic_ms() - start < 3000);
}

static void open_refuses_a_pool_of_two_models(void **state) {
    (void)state;
    fake a = {0};
    fake b = {.model = "other"};
    wrt_llm *llm = NULL;
    wrt_err err;
    char spec[120];
    fake_start(&a);
    fake_start(&b);
    (void)snprintf(spec, sizeof spec, "http:%s,%s", a.base, b.base);
    assert_int_equal(try_open(&llm, spec, (wrt_llm_options){0}, &err), WRT_E_INPUT);
    assert_non_null(strstr(err.message, "serves \"fake\""));
    assert_non_null(strstr(err.message, "serves \"other\""));
    fake_stop(&a);
    fake_stop(&b);
}

static void open_refuses_what_is_no_list_of_servers(void **state) {
    (void)state;
    static const struct {
        const char *spec;
        wrt_status status;
        const char *words;
    } cases[] = {
        {"http:", WRT_E_INPUT, "says nothing after the colon"},
        {"http:,", WRT_E_INPUT, "server 1"},
        {"http:ftp://h", WRT_E_INPUT, "server 1"},
        {"http:HTTP://127.0.0.1:1", WRT_E_INPUT, "small letters"},
        {"HTTP://127.0.0.1:1", WRT_E_INPUT, "unknown model"},
        {"http://user:secret@127.0.0.1:1", WRT_E_INPUT, "server 1"},
        {"http://127.0.0.1:1?key=secret", WRT_E_INPUT, "query"},
        {"http://127.0.0.1:1#", WRT_E_INPUT, "behind '#'"},
        {"http:http://127.0.0.1:1,http://127.0.0.1:1/v1/", WRT_E_INPUT, "the same as server 1"},
        {"http:http://127.0.0.1:1,http://LOCALHOST:1,http://localhost:1", WRT_E_INPUT,
         "server 3 (localhost:1) is the same as server 2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wrt_llm *llm = NULL;
        wrt_err err;
        wrt_status status = try_open(&llm, cases[i].spec, (wrt_llm_options){0}, &err);
        if (status != cases[i].status || strstr(err.message, cases[i].words) == NULL)
            fail_msg("%s: %s: %s", cases[i].spec, wrt_status_name(status), err.message);
        assert_null(strstr(err.message, "secret"));
    }
    wrt_buf many = wrt_buf_make(WRT_KIB(8));
    wrt_llm *llm = NULL;
    wrt_err err;
    for (int i = 0; i < 65; i++)
        wrt_buf_printf(&many, "%shttp://127.0.0.1:%d", i == 0 ? "http:" : ",", i + 1);
    assert_int_equal(try_open(&llm, many.ptr, (wrt_llm_options){0}, &err), WRT_E_LIMIT);
    assert_non_null(strstr(err.message, "more than 64 servers"));
    wrt_buf_free(&many);
}

static void open_sends_nothing_when_it_is_to_stay_offline(void **state) {
    (void)state;
    fake f = {0};
    wrt_llm *llm = NULL;
    wrt_err err;
    char spec[120];
    fake_start(&f);
    (void)snprintf(spec, sizeof spec, "http:%s,https://198.51.100.7", f.base);
    assert_int_equal(try_open(&llm, spec, (wrt_llm_options){.offline = true}, &err), WRT_E_DENIED);
    assert_non_null(strstr(err.message, "198.51.100.7:443 is not on this host"));
    assert_int_equal(loopback_connections(f.server), 0);
    llm = open_spec(f.base, (wrt_llm_options){.offline = true});
    wrt_json *places = wrt_llm_destinations(llm);
    const wrt_json *place = wrt_json_at(places, 0);
    assert_string_equal(wrt_json_get_text(place, "host", ""), "127.0.0.1");
    assert_int_equal(wrt_json_get_int(place, "port", 0), loopback_port(f.server));
    assert_true(wrt_json_get_bool(place, "loopback", false));
    wrt_json_free(places);
    wrt_llm_close(llm);
    fake_stop(&f);
}

/* ---- the key --------------------------------------------------------------------------------- */

static const char key[] = "sk-veryverysecret0123456789";

static void assert_hidden(const char *words) {
    if (strstr(words, "veryverysecret") != NULL || strstr(words, "sk-very") != NULL)
        fail_msg("the key is in: %s", words);
}

static void key_is_sent_and_never_shown(void **state) {
    (void)state;
    static const fake_mode modes[] = {FAKE_QUOTES_KEY, FAKE_401, FAKE_400, FAKE_500, FAKE_HTML};
    fake f = {.flags = FAKE_LLAMA | FAKE_USAGE, .model = "sk-veryverysecret0123456789"};
    wrt_err err;
    wrt_llm_reply reply;
    wrt_llm_score scores[2];
    fake_start(&f);
    setenv("OPENAI_API_KEY", "sk-another", 1);
    setenv("WARRANT_API_KEY", key, 1);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){.timeout_ms = 400});
    assert_true(fake_saw_header(&f, "Authorization", "Bearer sk-veryverysecret0123456789"));
    assert_false(fake_saw_header(&f, "Authorization", "Bearer sk-another"));
    wrt_json *facts = wrt_llm_describe(llm);
    wrt_json *places = wrt_llm_destinations(llm);
    wrt_buf shown = wrt_buf_make(WRT_KIB(64));
    wrt_json_write(&shown, facts);
    wrt_json_write(&shown, places);
    assert_hidden(shown.ptr);
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        const wrt_llm_question question = {.prompt = fake_text, .candidates = fake_yes_no, .n = 2};
        atomic_store(&f.mode, modes[i]);
        assert_int_not_equal(write_word(&reply, llm, &err), WRT_OK);
        assert_hidden(err.message);
        assert_int_not_equal(wrt_llm_score_all(scores, llm, &question, 1, &err), WRT_OK);
        assert_hidden(err.message);
    }
    wrt_llm_close(llm);
    atomic_store(&f.mode, FAKE_QUOTES_KEY);
    assert_int_not_equal(try_open(&llm, f.base, (wrt_llm_options){0}, &err), WRT_OK);
    assert_hidden(err.message);
    unsetenv("WARRANT_API_KEY");
    unsetenv("OPENAI_API_KEY");
    wrt_json_free(facts);
    wrt_json_free(places);
    wrt_buf_free(&shown);
    fake_stop(&f);
}

static void collect(wrt_str piece, void *ctx) {
    wrt_buf_add_str(ctx, piece);
}

/* In one piece or in several, of a fake_chat or of a text. */
static void reply_fails_when_it_repeats_the_key(void **state) {
    (void)state;
    static const fake_mode modes[] = {FAKE_GOOD, FAKE_PIECES};
    fake f = {.flags = FAKE_USAGE, .text = "It is sk-veryverysecret0123456789, I think."};
    fake_start(&f);
    setenv("WARRANT_API_KEY", key, 1);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
    for (size_t i = 0; i < 4; i++) {
        wrt_err err = {0};
        wrt_llm_reply reply;
        wrt_buf shown = wrt_buf_make(WRT_KIB(1));
        const wrt_llm_request request = {.prompt = i < 2 ? fake_chat : fake_text,
                                         .max_tokens = 99,
                                         .on_text = collect,
                                         .ctx = &shown};
        atomic_store(&f.mode, modes[i % 2]);
        assert_int_equal(wrt_llm_generate(&reply, llm, &request, &err), WRT_E_FAILED);
        assert_non_null(strstr(err.message, "repeated the API key"));
        assert_string_equal(shown.len > 0 ? shown.ptr : "", i == 1 ? "It is " : "");
        wrt_buf_free(&shown);
    }
    wrt_llm_close(llm);
    unsetenv("WARRANT_API_KEY");
    fake_stop(&f);
}

/* "sk-very" begins the key, but what follows does not: it is only held back for a while. */
static void text_is_whole_when_it_only_resembles_the_key(void **state) {
    (void)state;
    fake f = {.flags = FAKE_USAGE, .text = "Not sk-veryveryold, but sk-very"};
    wrt_err err = {0};
    wrt_llm_reply reply;
    wrt_buf shown = wrt_buf_make(WRT_KIB(1));
    const wrt_llm_request request = {
        .prompt = fake_chat, .max_tokens = 99, .on_text = collect, .ctx = &shown};
    fake_start(&f);
    setenv("WARRANT_API_KEY", key, 1);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
    atomic_store(&f.mode, FAKE_PIECES);
    if (wrt_llm_generate(&reply, llm, &request, &err) != WRT_OK)
        fail_msg("%s", err.message);
    assert_string_equal(reply.text.ptr, f.text);
    assert_string_equal(shown.ptr, f.text);
    wrt_llm_reply_free(&reply);
    wrt_buf_free(&shown);
    wrt_llm_close(llm);
    unsetenv("WARRANT_API_KEY");
    fake_stop(&f);
}

static void key_is_refused_when_it_is_short(void **state) {
    (void)state;
    static const char *const variables[] = {"WARRANT_API_KEY", "OPENAI_API_KEY"};
    for (size_t i = 0; i < 2; i++) {
        wrt_llm *llm = NULL;
        wrt_err err;
        setenv(variables[i], "prompt_", 1);
        assert_int_equal(try_open(&llm, "http://127.0.0.1:1", (wrt_llm_options){0}, &err),
                         WRT_E_CREDENTIAL);
        assert_non_null(strstr(err.message, variables[i]));
        assert_non_null(strstr(err.message, "7 bytes; accepted: 8 or more"));
        unsetenv(variables[i]);
    }
}

/* A key that is a word of ours hides neither our messages nor the names of capabilities. */
static void own_words_are_shown_when_the_key_is_one_of_them(void **state) {
    (void)state;
    fake f = {.flags = FAKE_USAGE | FAKE_ECHO};
    wrt_err err;
    wrt_llm_score scores[2];
    fake_start(&f);
    setenv("WARRANT_API_KEY", "prompt_logprobs", 1);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
    wrt_json *facts = wrt_llm_describe(llm);
    assert_non_null(wrt_json_path(facts, "capabilities.prompt_logprobs"));
    wrt_json_free(facts);
    wrt_llm_close(llm);
    setenv("WARRANT_API_KEY", "question", 1);
    llm = open_spec(f.base, (wrt_llm_options){0});
    const wrt_llm_question asked = {
        .prompt = {.text = {"fail\n", 5}}, .candidates = fake_yes_no, .n = 2};
    err = (wrt_err){0};
    assert_int_equal(wrt_llm_score_all(scores, llm, &asked, 1, &err), WRT_E_INPUT);
    assert_int_equal(strncmp(err.message, "question 1: ", 12), 0);
    wrt_llm_close(llm);
    setenv("WARRANT_API_KEY", "reasoning", 1);
    llm = open_spec(f.base, (wrt_llm_options){0});
    atomic_store(&f.mode, FAKE_REASONING);
    wrt_llm_reply reply;
    assert_int_equal(write_word(&reply, llm, &err), WRT_E_FAILED);
    assert_non_null(strstr(err.message, "wrote only reasoning, no text"));
    wrt_llm_close(llm);
    unsetenv("WARRANT_API_KEY");
    fake_stop(&f);
}

/* What such a model refuses is learnt from its refusals and not sent again. */
static void open_learns_what_a_thinking_model_refuses(void **state) {
    (void)state;
    fake f = {.flags = FAKE_USAGE | FAKE_FORMAT | FAKE_TOP | FAKE_NO_TEXT | FAKE_THINKER};
    fake_start(&f);
    wrt_llm *llm = open_spec(f.base, (wrt_llm_options){0});
    wrt_json *facts = wrt_llm_describe(llm);
    const wrt_json *can = wrt_json_get(facts, "capabilities");
    assert_true(wrt_json_get_bool(can, "max_completion_tokens", false));
    assert_true(wrt_json_get_bool(can, "no_temperature", false));
    assert_string_equal(wrt_json_get_text(can, "chat_constraint", ""), "response_format");
    assert_int_equal(wrt_json_get_int(can, "chat_top", -1), 0); /* it lists none in one token */
    assert_int_equal(wrt_json_get_int(can, "text_top", -1), 0);
    wrt_json_free(facts);
    wrt_llm_reply reply;
    const wrt_llm_request request = {.prompt = fake_chat, .max_tokens = 99, .temperature = 0.5};
    assert_int_equal(wrt_llm_generate(&reply, llm, &request, NULL), WRT_OK);
    assert_string_equal(reply.text.ptr, "Yes, it does.");
    wrt_llm_reply_free(&reply);
    char *body = loopback_body(f.server, loopback_requests(f.server) - 1);
    assert_non_null(strstr(body, "\"max_completion_tokens\":99"));
    assert_null(strstr(body, "temperature"));
    free(body);
    wrt_llm_close(llm);
    fake_stop(&f);
}

static void key_does_not_go_unencrypted_to_another_host(void **state) {
    (void)state;
    wrt_llm *llm = NULL;
    wrt_err err;
    setenv("WARRANT_API_KEY", key, 1);
    assert_int_equal(try_open(&llm, "http://198.51.100.7:1", (wrt_llm_options){0}, &err),
                     WRT_E_CREDENTIAL);
    assert_hidden(err.message);
    unsetenv("WARRANT_API_KEY");
}

static void key_file_is_read_only_when_nobody_else_can(void **state) {
    (void)state;
    fake f = {0};
    wrt_llm *llm = NULL;
    wrt_err err;
    char path[] = "/tmp/warrant-key-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    fake_start(&f);
    setenv("WARRANT_API_KEY_FILE", path, 1);
    assert_int_equal(wrt_file_write(path, WRT_STR("  sk-fromafile \r\nsecond line\n"), 0600, NULL),
                     WRT_OK);
    llm = open_spec(f.base, (wrt_llm_options){0});
    assert_true(fake_saw_header(&f, "Authorization", "Bearer sk-fromafile"));
    wrt_llm_close(llm);
    chmod(path, 0640);
    unsigned before = loopback_connections(f.server);
    assert_int_equal(try_open(&llm, f.base, (wrt_llm_options){0}, &err), WRT_E_CREDENTIAL);
    assert_non_null(strstr(err.message, "may be read by others (mode 640)"));
    assert_int_equal(wrt_file_write(path, WRT_STR("\nkey\n"), 0600, NULL), WRT_OK);
    assert_int_equal(try_open(&llm, f.base, (wrt_llm_options){0}, &err), WRT_E_CREDENTIAL);
    unlink(path);
    assert_int_equal(try_open(&llm, f.base, (wrt_llm_options){0}, &err), WRT_E_CREDENTIAL);
    setenv("WARRANT_API_KEY_FILE", "/dev/null", 1);
    assert_int_equal(try_open(&llm, f.base, (wrt_llm_options){0}, &err), WRT_E_CREDENTIAL);
    assert_non_null(strstr(err.message, "regular file"));
    assert_int_equal(loopback_connections(f.server), before);
    unsetenv("WARRANT_API_KEY_FILE");
    fake_stop(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_waits_when_the_model_is_loading),
        cmocka_unit_test(open_finds_the_same_when_the_server_is_busy),
        cmocka_unit_test(description_leaves_out_what_one_reply_happened_to_tell),
        cmocka_unit_test(open_takes_a_server_that_refuses_only_health),
        cmocka_unit_test(open_takes_a_server_without_health_and_list),
        cmocka_unit_test(open_fails_when_the_server_is_none_of_ours),
        cmocka_unit_test(open_fails_soon_when_nobody_listens),
        cmocka_unit_test(open_refuses_a_pool_of_two_models),
        cmocka_unit_test(open_refuses_what_is_no_list_of_servers),
        cmocka_unit_test(open_sends_nothing_when_it_is_to_stay_offline),
        cmocka_unit_test(key_is_sent_and_never_shown),
        cmocka_unit_test(reply_fails_when_it_repeats_the_key),
        cmocka_unit_test(text_is_whole_when_it_only_resembles_the_key),
        cmocka_unit_test(key_is_refused_when_it_is_short),
        cmocka_unit_test(own_words_are_shown_when_the_key_is_one_of_them),
        cmocka_unit_test(open_learns_what_a_thinking_model_refuses),
        cmocka_unit_test(key_does_not_go_unencrypted_to_another_host),
        cmocka_unit_test(key_file_is_read_only_when_nobody_else_can),
    };
    return cmocka_run_group_tests(tests, no_keys, no_keys);
}
