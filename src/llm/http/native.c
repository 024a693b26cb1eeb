/* native.c: requests to and replies of llama-server's own endpoints.
 *
 * Members are written and read with the helpers of the OpenAI dialect; a reply is the same struct,
 * so that one scoring routine reads both. */
#include "llm/http/native.h"

#include "llm/http/openai_internal.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const int64_t slot_max = 65535;

/* ---- requests -------------------------------------------------------------------------------- */

/* Members that are sent as they are, once the checked ones are in. */
static void set_switches(wrt_json *root, const wrt_native_completion *completion) {
    if (completion->has_no_samplers)
        wrt_json_set(root, "samplers", wrt_json_new_array());
    if (completion->cache_prompt != WRT_NATIVE_UNSET)
        wrt_json_set_bool(root, "cache_prompt", completion->cache_prompt == WRT_NATIVE_ON);
    if (completion->has_tokens)
        wrt_json_set_bool(root, "return_tokens", true);
}

/* 100 lifts a token above every other without touching the log probabilities reported. */
static wrt_status set_forced_id(wrt_json *root, int32_t id, wrt_err *err) {
    if (id == -1)
        return WRT_OK;
    wrt_status status = wrt_openai_check_int("forced_id", id, INT32_MAX, err);
    if (status != WRT_OK)
        return status;
    wrt_json *pair = wrt_json_new_array();
    wrt_json *list = wrt_json_new_array();
    wrt_json_push(pair, wrt_json_new_int(id));
    wrt_json_push(pair, wrt_json_new_int(100));
    wrt_json_push(list, pair);
    wrt_json_set(root, "logit_bias", list);
    return WRT_OK;
}

static wrt_status check_counts(const wrt_native_completion *completion, wrt_err *err) {
    if (completion->n_ids == 0)
        return wrt_fail(err, WRT_E_INPUT, "prompt must hold at least one token");
    if (completion->n_predict == 0 || completion->n_probs == 0)
        return wrt_fail(err, WRT_E_INPUT, "%s must be at least 1",
                        completion->n_predict == 0 ? "n_predict" : "n_probs");
    return WRT_OK;
}

wrt_status wrt_native_write_completion(wrt_buf *out, const wrt_native_completion *completion,
                                       wrt_err *err) {
    wrt_json *root = wrt_json_new_object();
    wrt_status status = check_counts(completion, err);
    if (status == WRT_OK)
        status = wrt_openai_set_ids(root, "prompt", completion->ids, completion->n_ids, err);
    if (status == WRT_OK)
        status = wrt_openai_set_int(root, "n_predict", completion->n_predict, WRT_OPENAI_TOKENS_MAX,
                                    err);
    if (status == WRT_OK && completion->grammar.len > 0)
        status = wrt_openai_set_text(root, "grammar", completion->grammar, err);
    if (status == WRT_OK)
        status = wrt_openai_set_int(root, "n_probs", completion->n_probs, WRT_OPENAI_TOP_MAX, err);
    if (status == WRT_OK)
        status = wrt_openai_set_sampling(root, &completion->sampling, err);
    if (status == WRT_OK)
        status = set_forced_id(root, completion->forced_id, err);
    if (status == WRT_OK)
        status = wrt_openai_set_int(root, "id_slot", completion->id_slot, slot_max, err);
    if (status == WRT_OK)
        set_switches(root, completion);
    return wrt_openai_write(out, root, status, err);
}

wrt_status wrt_native_write_tokenize(wrt_buf *out, wrt_str text, bool has_start_token,
                                     bool is_special, bool has_pieces, wrt_err *err) {
    wrt_json *root = wrt_json_new_object();
    wrt_status status = wrt_openai_set_text(root, "content", text, err);
    wrt_json_set_bool(root, "add_special", has_start_token);
    wrt_json_set_bool(root, "parse_special", is_special);
    wrt_json_set_bool(root, "with_pieces", has_pieces);
    return wrt_openai_write(out, root, status, err);
}

wrt_status wrt_native_write_template(wrt_buf *out, wrt_str system, wrt_str user, wrt_err *err) {
    wrt_json *root = wrt_json_new_object();
    wrt_status status = wrt_openai_set_messages(root, system, user, err);
    return wrt_openai_write(out, root, status, err);
}

void wrt_native_add_forced_grammar(wrt_buf *out, const int32_t *ids, size_t n) {
    assert(n > 0);
    wrt_buf_add_c(out, "root ::=");
    for (size_t i = 0; i < n; i++)
        wrt_buf_printf(out, " <[%d]>", ids[i]);
}

/* ---- a completion ---------------------------------------------------------------------------- */

/* stop_type in the words of finish_reason. */
static wrt_status read_stop(wrt_openai_reply *out, bool *is_word, const wrt_json *root,
                            wrt_err *err) {
    if (!wrt_json_get_bool(root, "stop", false))
        return wrt_fail(err, WRT_E_FAILED, "the reply is not a finished completion (\"stop\")");
    wrt_status status = wrt_openai_read_text(&out->finish_text, out->arena, root, "stop_type", err);
    *is_word = wrt_str_equal_c(out->finish_text, "word");
    if (*is_word || wrt_str_equal_c(out->finish_text, "eos"))
        out->finish = WRT_OPENAI_FINISH_STOP;
    else if (wrt_str_equal_c(out->finish_text, "limit"))
        out->finish = WRT_OPENAI_FINISH_LENGTH;
    return status;
}

static wrt_status read_counts(wrt_openai_reply *out, const wrt_json *root, wrt_err *err) {
    wrt_status status = wrt_openai_read_count(&out->usage.prompt, root, "tokens_evaluated", err);
    if (status == WRT_OK)
        status = wrt_openai_read_count(&out->usage.completion, root, "tokens_predicted", err);
    if (status == WRT_OK)
        status = wrt_openai_read_count(&out->usage.cached, wrt_json_get(root, "timings"), "cache_n",
                                       err);
    return status;
}

/* ids and tokens come from two lists of the server; they must agree as far as the shorter goes. */
static wrt_status check_agreement(const wrt_openai_reply *reply, bool is_word, wrt_err *err) {
    bool is_short = reply->n_tokens < reply->n_ids && is_word;
    bool is_same = is_short || reply->n_tokens == reply->n_ids;
    for (size_t i = 0; is_same && i < reply->n_tokens; i++)
        is_same = reply->tokens[i].id == reply->ids[i];
    return is_same ? WRT_OK
                   : wrt_fail(err, WRT_E_FAILED,
                              "the reply lists %zu tokens, its log probabilities belong to %zu or "
                              "to others",
                              reply->n_ids, reply->n_tokens);
}

static wrt_status read_completion(wrt_openai_reply *out, const wrt_json *root,
                                  const wrt_openai_expect *expect, wrt_err *err) {
    wrt_openai_token_list list = {NULL, 0, 0};
    bool is_word = false;
    const wrt_json *ids = wrt_json_get(root, "tokens");
    const wrt_json *probabilities = wrt_json_get(root, "completion_probabilities");
    wrt_status status = wrt_openai_read_text(&out->text, out->arena, root, "content", err);
    if (status == WRT_OK && !wrt_json_is(wrt_json_get(root, "content"), WRT_JSON_STRING))
        status = wrt_fail(err, WRT_E_FAILED, "the reply has no \"content\"");
    if (status == WRT_OK)
        status = read_stop(out, &is_word, root, err);
    if (status == WRT_OK)
        status = wrt_openai_read_text(&out->model, out->arena, root, "model", err);
    if (status == WRT_OK)
        status = read_counts(out, root, err);
    if (status == WRT_OK && ids != NULL)
        status = wrt_openai_read_ids(out, ids, err);
    if (status == WRT_OK && expect->top_logprobs >= 0 && probabilities != NULL)
        status = wrt_openai_add_tokens(&list, out->arena, probabilities, expect->top_logprobs, err);
    if (status == WRT_OK)
        status = wrt_openai_close_reply(out, &list, expect, err);
    if (status == WRT_OK && out->n_ids > 0 && expect->top_logprobs >= 0)
        status = check_agreement(out, is_word, err);
    out->is_truncated = wrt_json_get_bool(root, "truncated", false);
    free(list.items);
    return status;
}

wrt_status wrt_native_read_completion(wrt_openai_reply *out, wrt_str body,
                                      const wrt_openai_expect *expect, wrt_err *err) {
    wrt_json *root = NULL;
    *out = wrt_openai_reply_make();
    wrt_status status = wrt_openai_parse(&root, body, err);
    if (status == WRT_OK)
        status = read_completion(out, root, expect, err);
    if (status != WRT_OK)
        wrt_openai_reply_free(out);
    wrt_json_free(root);
    return status;
}

wrt_status wrt_native_forced_log_p(double *out, const wrt_openai_reply *reply, const int32_t *ids,
                                   size_t n, wrt_err *err) {
    double sum = 0;
    if (reply->n_tokens < n || reply->n_ids != n)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "the server wrote %zu tokens and scored %zu, the grammar allows %zu: it "
                        "does not follow grammars of tokens",
                        reply->n_ids, reply->n_tokens, n);
    for (size_t i = 0; i < n; i++) {
        if (reply->ids[i] != ids[i] || reply->tokens[i].id != ids[i])
            return wrt_fail(err, WRT_E_UNSUPPORTED,
                            "the server wrote token %d where the grammar allows only %d",
                            reply->ids[i], ids[i]);
        sum += reply->tokens[i].log_p;
    }
    if (isnan(sum))
        return wrt_fail(err, WRT_E_UNSUPPORTED, "the server gave no log probability for a token");
    *out = sum;
    return WRT_OK;
}

/* ---- tokens and template --------------------------------------------------------------------- */

/* [{id, piece}, ...]: the pieces, once the ids have been read. */
static wrt_status read_pieces(wrt_openai_reply *out, const wrt_json *list, wrt_err *err) {
    if (!wrt_json_is(wrt_json_first(list), WRT_JSON_OBJECT))
        return WRT_OK;
    out->tokens = wrt_arena_calloc(out->arena, out->n_ids, sizeof *out->tokens);
    WRT_JSON_EACH(entry, list) {
        wrt_openai_token *token = &out->tokens[out->n_tokens];
        const wrt_json *piece = wrt_json_get(entry, "piece");
        if (wrt_json_typeof(piece) == WRT_JSON_NULL)
            return wrt_fail(err, WRT_E_FAILED, "a token in the reply has no \"piece\"");
        *token = (wrt_openai_token){
            .id = out->ids[out->n_tokens], .text_offset = -1, .log_p = (double)NAN};
        wrt_status status = wrt_openai_read_bytes(&token->bytes, out->arena, piece, piece, err);
        if (status != WRT_OK)
            return status;
        out->n_tokens++;
    }
    return WRT_OK;
}

wrt_status wrt_native_read_tokenize(wrt_openai_reply *out, wrt_str body, wrt_err *err) {
    wrt_json *root = NULL;
    *out = wrt_openai_reply_make();
    wrt_status status = wrt_openai_parse(&root, body, err);
    const wrt_json *list = wrt_json_get(root, "tokens");
    if (status == WRT_OK)
        status = wrt_openai_read_ids(out, list, err);
    if (status == WRT_OK)
        status = read_pieces(out, list, err);
    if (status != WRT_OK)
        wrt_openai_reply_free(out);
    wrt_json_free(root);
    return status;
}

wrt_status wrt_native_read_template(wrt_openai_reply *out, wrt_str body, wrt_err *err) {
    wrt_json *root = NULL;
    *out = wrt_openai_reply_make();
    wrt_status status = wrt_openai_parse(&root, body, err);
    if (status == WRT_OK)
        status = wrt_openai_read_text(&out->text, out->arena, root, "prompt", err);
    if (status == WRT_OK && out->text.len == 0)
        status = wrt_fail(err, WRT_E_FAILED, "the reply has no \"prompt\"");
    if (status != WRT_OK)
        wrt_openai_reply_free(out);
    wrt_json_free(root);
    return status;
}

/* ---- what the server is ---------------------------------------------------------------------- */

void wrt_native_props_free(wrt_native_props *props) {
    if (props == NULL)
        return;
    wrt_arena_free(props->arena);
    *props = (wrt_native_props){0};
}

static wrt_status read_props(wrt_native_props *out, const wrt_json *root, wrt_err *err) {
    const wrt_json *settings = wrt_json_get(root, "default_generation_settings");
    if (!wrt_json_is(settings, WRT_JSON_OBJECT))
        return wrt_fail(err, WRT_E_FAILED, "the reply has no \"default_generation_settings\"");
    wrt_status status = wrt_openai_read_text(&out->build, out->arena, root, "build_info", err);
    if (status == WRT_OK)
        status = wrt_openai_read_text(&out->model_path, out->arena, root, "model_path", err);
    if (status == WRT_OK)
        status = wrt_openai_read_text(&out->chat_template, out->arena, root, "chat_template", err);
    if (status == WRT_OK)
        status = wrt_openai_read_count(&out->n_slots, root, "total_slots", err);
    if (status == WRT_OK)
        status = wrt_openai_read_count(&out->n_context, settings, "n_ctx", err);
    return status;
}

wrt_status wrt_native_read_props(wrt_native_props *out, wrt_str body, wrt_err *err) {
    wrt_json *root = NULL;
    *out = (wrt_native_props){.arena = wrt_arena_new(), .n_slots = -1, .n_context = -1};
    out->build = out->model_path = out->chat_template = WRT_STR("");
    wrt_status status = wrt_openai_parse(&root, body, err);
    if (status == WRT_OK)
        status = read_props(out, root, err);
    if (status != WRT_OK)
        wrt_native_props_free(out);
    wrt_json_free(root);
    return status;
}

void wrt_native_models_free(wrt_native_models *models) {
    if (models == NULL)
        return;
    wrt_arena_free(models->arena);
    *models = (wrt_native_models){0};
}

static wrt_status read_model(wrt_native_model *out, wrt_arena *arena, const wrt_json *entry,
                             wrt_err *err) {
    const wrt_json *meta = wrt_json_get(entry, "meta");
    *out = (wrt_native_model){WRT_STR(""), WRT_STR(""), -1, -1, -1};
    wrt_status status = wrt_openai_read_text(&out->id, arena, entry, "id", err);
    if (status == WRT_OK && out->id.len == 0)
        status = wrt_fail(err, WRT_E_FAILED, "a model in the reply has no \"id\"");
    if (status == WRT_OK)
        status = wrt_openai_read_text(&out->owner, arena, entry, "owned_by", err);
    if (status == WRT_OK)
        status = wrt_openai_read_count(&out->n_context, entry, "max_model_len", err);
    if (status == WRT_OK)
        status = wrt_openai_read_count(&out->n_context, meta, "n_ctx", err);
    if (status == WRT_OK)
        status = wrt_openai_read_count(&out->n_context_train, meta, "n_ctx_train", err);
    if (status == WRT_OK)
        status = wrt_openai_read_count(&out->n_vocab, meta, "n_vocab", err);
    return status;
}

static wrt_status read_models(wrt_native_models *out, const wrt_json *root, wrt_err *err) {
    const wrt_json *data = wrt_json_get(root, "data");
    size_t n = wrt_json_count(data);
    if (!wrt_json_is(data, WRT_JSON_ARRAY))
        return wrt_fail(err, WRT_E_FAILED, "the reply has no list \"data\" of models");
    if (n > WRT_NATIVE_MODELS_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "the server lists %zu models, at most %d are read", n,
                        (int)WRT_NATIVE_MODELS_MAX);
    out->models = wrt_arena_calloc(out->arena, n, sizeof *out->models);
    WRT_JSON_EACH(entry, data) {
        wrt_status status = read_model(&out->models[out->n_models], out->arena, entry, err);
        if (status != WRT_OK)
            return status;
        out->n_models++;
    }
    return WRT_OK;
}

wrt_status wrt_native_read_models(wrt_native_models *out, wrt_str body, wrt_err *err) {
    wrt_json *root = NULL;
    *out = (wrt_native_models){.arena = wrt_arena_new()};
    wrt_status status = wrt_openai_parse(&root, body, err);
    if (status == WRT_OK)
        status = read_models(out, root, err);
    if (status != WRT_OK)
        wrt_native_models_free(out);
    wrt_json_free(root);
    return status;
}

wrt_status wrt_native_read_health(bool *is_ready, int http_status, wrt_str content_type,
                                  wrt_str body, wrt_err *err) {
    wrt_json *root = NULL;
    *is_ready = false;
    if (http_status == 200 && wrt_str_trim(body).len == 0) {
        *is_ready = true;
        return WRT_OK;
    }
    if (http_status != 200 && http_status != 503)
        return wrt_openai_read_error(err, http_status, content_type, body);
    if (http_status == 200) {
        wrt_status status = wrt_openai_parse(&root, body, err);
        *is_ready = strcmp(wrt_json_get_text(root, "status", ""), "ok") == 0;
        wrt_json_free(root);
        return status != WRT_OK || *is_ready
                   ? status
                   : wrt_fail(err, WRT_E_FAILED, "the server's health is not \"ok\"");
    }
    bool is_loading = wrt_json_parse(&root, body, NULL) == WRT_OK &&
                      strcmp(wrt_json_get_text(wrt_json_get(root, "error"), "type", ""),
                             "unavailable_error") == 0;
    wrt_json_free(root);
    return is_loading ? WRT_OK : wrt_openai_read_error(err, 503, content_type, body);
}
