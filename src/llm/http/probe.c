/* probe.c: what a server is and what it can do, found by asking it once when the model is opened.
 *
 * Nothing is believed: a capability is there when an answer showed it, by counts and by values, and
 * a feature whose proof fails is simply "no". A server that is overloaded or fails for the moment
 * has said nothing: it is asked again until the time for opening is over, so that what a pool can
 * do does not depend on its load. What must be there is a server that takes work, the model that
 * was asked for, and one of the two ways to write a text. Only fixed texts are sent. */
#include "llm/http/internal.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/rng.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PAUSE_MS = 200, PAUSE_MAX_MS = 5000, LOADING_MS = 250, REFUSED_MAX = 4, LISTED_MAX = 5 };

/* ---- waiting and repeating ------------------------------------------------------------------- */

/* Sleeps; ends early, with a failure, when the call is over. */
static wrt_status pause_ms(const wrt_attempt *attempt, int64_t ms, wrt_err *err) {
    const struct timespec tick = {.tv_nsec = WRT_POOL_TICK_MS * 500000L};
    int64_t until = wrt_clock_monotonic_ms() + ms;
    while (wrt_clock_monotonic_ms() < until) {
        if (wrt_cancel_requested(attempt->cancel))
            return wrt_fail(err, WRT_E_INTERRUPTED, "interrupted");
        if (wrt_clock_monotonic_ms() >= attempt->deadline_ms)
            return wrt_fail(err, WRT_E_TIMEOUT, "%s: the server was not ready in time",
                            attempt->endpoint->name);
        (void)nanosleep(&tick, NULL);
    }
    return WRT_OK;
}

/* How long to leave a server alone after its n-th failure in a row: as long as it asked, and at
 * least a random time that grows. */
static int64_t wait_ms(const wrt_attempt *attempt, unsigned n) {
    int64_t most = PAUSE_MS;
    for (unsigned i = 1; i < n && most < PAUSE_MAX_MS; i++)
        most *= 2;
    most = most < PAUSE_MAX_MS ? most : PAUSE_MAX_MS;
    wrt_rng rng = wrt_rng_make((uint64_t)wrt_clock_unix_ms() ^ (uint64_t)getpid() << 32, 0x5052,
                               (uint64_t)attempt->index << 32 | n);
    int64_t floor = most / 2 + (int64_t)wrt_rng_below(&rng, (uint64_t)(most / 2));
    return attempt->retry_after_ms > floor ? attempt->retry_after_ms : floor;
}

wrt_status wrt_probe_run(wrt_proof *proof, wrt_endpoint *endpoint, wrt_attempt *attempt,
                         wrt_err *err) {
    wrt_err last = {0};
    wrt_status status = WRT_E_UNAVAILABLE;
    for (unsigned n = 1; status == WRT_E_UNAVAILABLE; n++) {
        wrt_err found = {0};
        attempt->retry_after_ms = -1;
        wrt_status now = proof(endpoint, attempt, &found);
        if (now == WRT_E_TIMEOUT && n > 1)
            break; /* what is told is why it took so long */
        status = now;
        last = found;
        int64_t wait = wait_ms(attempt, n);
        if (status != WRT_E_UNAVAILABLE || wait >= attempt->deadline_ms - wrt_clock_monotonic_ms())
            break;
        if (pause_ms(attempt, wait, &found) == WRT_E_INTERRUPTED) {
            status = WRT_E_INTERRUPTED;
            last = found;
        }
    }
    if (status != WRT_OK && err != NULL)
        *err = last;
    return status;
}

wrt_status wrt_probe_option(wrt_proof *proof, wrt_endpoint *endpoint, wrt_attempt *attempt,
                            wrt_err *err) {
    wrt_err why = {0};
    wrt_status status = wrt_probe_run(proof, endpoint, attempt, &why);
    if (status != WRT_E_INTERRUPTED && status != WRT_E_TIMEOUT && status != WRT_E_UNAVAILABLE)
        return WRT_OK;
    if (err != NULL)
        *err = why;
    return status;
}

/* Until it takes work. Loading a model may take as long as the call; a server that is not there is
 * given up after a moment. */
static wrt_status wait_ready(wrt_attempt *attempt, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (int refused = 0; refused < REFUSED_MAX;) {
        bool is_loading = false;
        wrt_err found = {0};
        status = wrt_ask_health(&is_loading, attempt, &found);
        refused += !is_loading;
        if (status != WRT_OK && err != NULL)
            *err = found;
        if (status != WRT_E_UNAVAILABLE)
            return status;
        if (!is_loading && refused == REFUSED_MAX)
            break;
        wrt_status over = pause_ms(attempt, is_loading ? LOADING_MS : PAUSE_MS, err);
        if (over != WRT_OK)
            return over;
    }
    return status;
}

/* ---- the model ------------------------------------------------------------------------------- */

/* An absolute path of the server's machine is shown without its folders. */
static const char *shown(const char *name) {
    const char *slash = strrchr(name, '/');
    return name[0] == '/' && slash[1] != '\0' ? slash + 1 : name;
}

static void set_text(char **out, const char *text) {
    free(*out);
    *out = wrt_strdup(text);
}

/* A text of the server as it may be shown: without the key. */
static void set_shown(char **out, const char *text, const char *key) {
    wrt_err line = {0};
    wrt_fail(&line, WRT_OK, "%s", text);
    wrt_api_key_hide(line.message, key);
    set_text(out, line.message);
}

static const wrt_native_model *find_model(const wrt_native_models *models, const char *wanted) {
    for (size_t i = 0; i < models->n_models; i++) {
        const char *id = models->models[i].id.ptr;
        if (wanted == NULL || strcmp(id, wanted) == 0 || strcmp(shown(id), wanted) == 0)
            return &models->models[i];
    }
    return NULL;
}

static wrt_status no_such_model(const wrt_endpoint *endpoint, const wrt_native_models *models,
                                const char *key, wrt_err *err) {
    wrt_buf list = wrt_buf_make(WRT_ERR_MESSAGE_MAX);
    for (size_t i = 0; i < models->n_models && i < LISTED_MAX; i++)
        wrt_buf_printf(&list, "%s\"%.60s\"", i == 0 ? "" : ", ", shown(models->models[i].id.ptr));
    if (models->n_models > LISTED_MAX)
        wrt_buf_add_c(&list, ", ...");
    wrt_str names = wrt_buf_str(&list);
    wrt_fail(err, WRT_E_INPUT, "%s: there is no model \"%.100s\"; the server lists %.*s",
             endpoint->name, endpoint->model, (int)names.len, names.ptr);
    wrt_buf_free(&list);
    wrt_ask_hide(err, key);
    return WRT_E_INPUT;
}

/* llama-server: numbers that tell one set of weights from another. */
static void read_weights(wrt_endpoint *endpoint, wrt_str body, size_t index) {
    wrt_json *root = NULL;
    wrt_buf text = wrt_buf_make(256);
    if (wrt_json_parse(&root, body, NULL) == WRT_OK) {
        const wrt_json *meta = wrt_json_get(wrt_json_at(wrt_json_get(root, "data"), index), "meta");
        wrt_buf_printf(&text, "n_params %lld, size %lld, n_vocab %lld",
                       (long long)wrt_json_get_int(meta, "n_params", -1),
                       (long long)wrt_json_get_int(meta, "size", -1),
                       (long long)wrt_json_get_int(meta, "n_vocab", -1));
        if (wrt_json_get_int(meta, "size", -1) > 0)
            set_text(&endpoint->weights, text.ptr);
    }
    wrt_json_free(root);
    wrt_buf_free(&text);
}

static wrt_status take_model(wrt_endpoint *endpoint, const wrt_native_models *models, wrt_str body,
                             const char *key, wrt_err *err) {
    const wrt_native_model *model = find_model(models, endpoint->model);
    if (models->n_models == 0)
        return WRT_OK;
    if (model == NULL)
        return no_such_model(endpoint, models, key, err);
    set_text(&endpoint->model, model->id.ptr);
    endpoint->n_context = model->n_context;
    endpoint->n_vocab = model->n_vocab;
    read_weights(endpoint, body, (size_t)(model - models->models));
    return WRT_OK;
}

/* Whether a server that answers so has no list of models, rather than a fault. */
static bool lacks_list(wrt_status status) {
    return status == WRT_E_INPUT || status == WRT_E_UNSUPPORTED;
}

/* The one that endpoint->model names, or, if that is NULL, the first. */
static wrt_status choose_model(wrt_endpoint *endpoint, wrt_attempt *attempt, wrt_err *err) {
    wrt_http_response response;
    wrt_native_models models;
    const wrt_question question = {.path = "/v1/models"};
    wrt_status status = wrt_ask(&response, attempt, &question, err);
    if (status != WRT_OK)
        return lacks_list(status) ? WRT_OK : status;
    status = wrt_native_read_models(&models, wrt_buf_str(&response.body), err);
    if (status == WRT_OK) {
        status = take_model(endpoint, &models, wrt_buf_str(&response.body), attempt->key, err);
        wrt_native_models_free(&models);
    } else {
        status = wrt_ask_blame(attempt, status == WRT_E_LIMIT ? WRT_E_FAILED : status, err);
    }
    wrt_http_response_free(&response);
    return status;
}

/* ---- llama-server ---------------------------------------------------------------------------- */

static wrt_status prove_llama(wrt_endpoint *endpoint, wrt_attempt *attempt, wrt_err *err) {
    wrt_http_response response;
    wrt_native_props props;
    const wrt_question question = {.path = "/props"};
    wrt_status status = wrt_ask(&response, attempt, &question, err);
    if (status != WRT_OK)
        return status;
    status = wrt_native_read_props(&props, wrt_buf_str(&response.body), err);
    wrt_http_response_free(&response);
    if (status != WRT_OK)
        return wrt_ask_blame(attempt, status, err);
    if (props.build.len > 0) {
        set_shown(&endpoint->build, props.build.ptr, attempt->key);
        set_shown(&endpoint->file, shown(props.model_path.ptr), attempt->key);
        set_text(&endpoint->template, props.chat_template.ptr);
    }
    if (props.n_context > 0)
        endpoint->n_context = props.n_context;
    wrt_native_props_free(&props);
    return WRT_OK;
}

/* ---- plain writing --------------------------------------------------------------------------- */

static void note_reply(wrt_endpoint *endpoint, const wrt_openai_reply *reply) {
    bool counts = reply->usage.prompt >= 0 && reply->usage.completion >= 0;
    endpoint->can |= counts ? WRT_CAN_USAGE : 0;
    if (reply->model.len > 0 && endpoint->model_replied == NULL)
        set_text(&endpoint->model_replied, reply->model.ptr);
}

static wrt_status ask_a_word(wrt_endpoint *endpoint, wrt_attempt *attempt, wrt_err *err) {
    const wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    wrt_openai_chat chat = WRT_OPENAI_CHAT_INIT;
    wrt_openai_reply reply;
    chat.model = endpoint->model;
    chat.user = WRT_STR("Say yes.");
    chat.sampling.max_tokens = wrt_ask_room(endpoint, 1);
    chat.sampling.temperature = 0;
    wrt_status status = wrt_ask_chat(&reply, attempt, &chat, &expect, err);
    if (status != WRT_OK)
        return status;
    endpoint->can |= WRT_CAN_CHAT;
    note_reply(endpoint, &reply);
    wrt_openai_reply_free(&reply);
    return WRT_OK;
}

/* What the refusal of a chat says the server wants otherwise; 0: nothing that can be done. */
static unsigned read_wish(const wrt_err *err, unsigned can) {
    unsigned wish = 0;
    if (strstr(err->message, "max_completion_tokens") != NULL)
        wish |= WRT_CAN_NEW_LIMIT;
    if (strstr(err->message, "temperature") != NULL)
        wish |= WRT_CAN_NO_TEMPERATURE;
    return wish & ~can;
}

/* Asked again in the way that a refusal names, as models that think before they write want it. */
static wrt_status prove_chat(wrt_endpoint *endpoint, wrt_attempt *attempt, wrt_err *err) {
    const unsigned wishes = WRT_CAN_NEW_LIMIT | WRT_CAN_NO_TEMPERATURE;
    wrt_err found = {0};
    unsigned wish = 0;
    endpoint->can &= ~wishes;
    wrt_status status = ask_a_word(endpoint, attempt, &found);
    while (status == WRT_E_INPUT && (wish = read_wish(&found, endpoint->can)) != 0) {
        endpoint->can |= wish;
        found = (wrt_err){0};
        status = ask_a_word(endpoint, attempt, &found);
    }
    if (status != WRT_OK)
        endpoint->can &= ~wishes;
    if (status != WRT_OK && err != NULL)
        *err = found;
    return status;
}

static wrt_status prove_text(wrt_endpoint *endpoint, wrt_attempt *attempt, wrt_err *err) {
    const wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    wrt_openai_completion request = WRT_OPENAI_COMPLETION_INIT;
    wrt_openai_reply reply;
    request.model = endpoint->model;
    request.prompt = WRT_STR("The answer is");
    request.sampling.max_tokens = 1;
    request.sampling.temperature = 0;
    wrt_status status = wrt_ask_text(&reply, attempt, &request, &expect, err);
    if (status != WRT_OK)
        return status;
    endpoint->can |= WRT_CAN_TEXT;
    note_reply(endpoint, &reply);
    wrt_openai_reply_free(&reply);
    return WRT_OK;
}

/* Whether a failure of one way to write says nothing about the other. */
static bool may_go_on(wrt_status status) {
    return status != WRT_E_CREDENTIAL && status != WRT_E_INTERRUPTED && status != WRT_E_TIMEOUT &&
           status != WRT_E_UNAVAILABLE;
}

/* Both ways to write; the failure of the first when neither is there. */
static wrt_status prove_writing(wrt_endpoint *endpoint, wrt_attempt *attempt, wrt_err *err) {
    wrt_err text_err = {0};
    wrt_status chat = wrt_probe_run(prove_chat, endpoint, attempt, err);
    if (chat != WRT_OK && !may_go_on(chat))
        return chat;
    wrt_status text = wrt_probe_run(prove_text, endpoint, attempt, &text_err);
    if (text != WRT_OK && !may_go_on(text)) {
        if (err != NULL)
            *err = text_err;
        return text;
    }
    return chat == WRT_OK || text == WRT_OK ? WRT_OK : chat;
}

/* ---- all of it ------------------------------------------------------------------------------- */

/* The ways to score, but for those that a better one makes superfluous. */
static wrt_status prove_scores(wrt_endpoint *endpoint, wrt_attempt *attempt, wrt_err *err) {
    wrt_status status = WRT_OK;
    bool has_chat = (endpoint->can & WRT_CAN_CHAT) != 0;
    bool has_text = (endpoint->can & WRT_CAN_TEXT) != 0;
    if (endpoint->build != NULL)
        status = wrt_probe_option(wrt_prove_forced, endpoint, attempt, err);
    if (status == WRT_OK && has_text)
        status = wrt_probe_option(wrt_prove_prompt_logprobs, endpoint, attempt, err);
    if (status == WRT_OK && has_text)
        status = wrt_probe_option(wrt_prove_echo, endpoint, attempt, err);
    const unsigned exact = WRT_CAN_FORCE;
    if (status == WRT_OK && has_chat && (endpoint->can & exact) == 0)
        status = wrt_probe_option(wrt_prove_chat_top, endpoint, attempt, err);
    const unsigned exact_text = exact | WRT_CAN_PROMPT_LOGPROBS | WRT_CAN_ECHO;
    if (status == WRT_OK && has_text && (endpoint->can & exact_text) == 0)
        status = wrt_probe_option(wrt_prove_text_top, endpoint, attempt, err);
    return status;
}

wrt_status wrt_probe(wrt_endpoint *endpoint, wrt_attempt *attempt, const char *model,
                     wrt_err *err) {
    wrt_status status = wait_ready(attempt, err);
    if (model != NULL)
        set_text(&endpoint->model, model);
    if (status == WRT_OK)
        status = wrt_probe_run(choose_model, endpoint, attempt, err);
    if (status == WRT_OK)
        status = wrt_probe_option(prove_llama, endpoint, attempt, err);
    if (status == WRT_OK)
        status = prove_writing(endpoint, attempt, err);
    if (status == WRT_OK)
        status = prove_scores(endpoint, attempt, err);
    if (status == WRT_OK)
        status = wrt_probe_constraints(endpoint, attempt, err);
    const char *name = endpoint->model_replied != NULL ? endpoint->model_replied : endpoint->model;
    if (status == WRT_OK && name != NULL)
        set_shown(&endpoint->model_shown, shown(name), attempt->key);
    return status;
}
