/* openai_internal.h: what the files openai_*.c and native.c share. Private to this folder. */
#ifndef WRT_LLM_HTTP_OPENAI_INTERNAL_H
#define WRT_LLM_HTTP_OPENAI_INTERNAL_H

#include "llm/http/openai.h"

/* ---- openai_write.c: checked members of requests. A check that fails is WRT_E_INPUT and names the
 * member. */

wrt_status wrt_openai_check_text(const char *name, wrt_str text, wrt_err *err);
wrt_status wrt_openai_check_int(const char *name, int64_t value, int64_t most, wrt_err *err);
/* Sets a text; it must be valid and not empty. */
wrt_status wrt_openai_set_text(wrt_json *object, const char *key, wrt_str text, wrt_err *err);
/* Sets a whole number from 0 to `most`; -1 leaves it out. */
wrt_status wrt_openai_set_int(wrt_json *object, const char *key, int64_t value, int64_t most,
                              wrt_err *err);
wrt_status wrt_openai_set_texts(wrt_json *object, const char *key, const wrt_str *texts, size_t n,
                                wrt_err *err);
wrt_status wrt_openai_set_ids(wrt_json *object, const char *key, const int32_t *ids, size_t n,
                              wrt_err *err);
/* Everything of wrt_openai_sampling but the token limit. */
wrt_status wrt_openai_set_sampling(wrt_json *object, const wrt_openai_sampling *sampling,
                                   wrt_err *err);
wrt_status wrt_openai_set_messages(wrt_json *object, wrt_str system, wrt_str user, wrt_err *err);
/* Writes the request unless `status` is a failure, and frees it either way. */
wrt_status wrt_openai_write(wrt_buf *out, wrt_json *request, wrt_status status, wrt_err *err);

/* ---- openai_read.c: checked members of replies. A member that is absent or null leaves *out as it
 * was; one of another type is WRT_E_FAILED naming it. */

/* A body as an object that is not an error report. On failure *out is NULL. */
wrt_status wrt_openai_parse(wrt_json **out, wrt_str body, wrt_err *err);
/* True when the object reports an error instead of a result. */
bool wrt_openai_is_error(const wrt_json *object);
wrt_str wrt_openai_keep(wrt_arena *arena, wrt_str text); /* a copy */
wrt_status wrt_openai_read_text(wrt_str *out, wrt_arena *arena, const wrt_json *object,
                                const char *key, wrt_err *err);
wrt_status wrt_openai_read_count(int64_t *out, const wrt_json *object, const char *key,
                                 wrt_err *err);
wrt_status wrt_openai_read_id(int32_t *out, const wrt_json *value, wrt_err *err);
wrt_status wrt_openai_read_ids(wrt_openai_reply *out, const wrt_json *list, wrt_err *err);
wrt_status wrt_openai_read_usage(wrt_openai_usage *out, const wrt_json *root, wrt_err *err);
wrt_status wrt_openai_read_finish(wrt_openai_reply *out, const wrt_json *choice, wrt_err *err);
/* The only element of `choices`; *out is NULL when the list is empty. */
wrt_status wrt_openai_read_choice(const wrt_json **out, const wrt_json *root, wrt_err *err);

/* ---- openai_tokens.c: log probabilities */

/* A list that grows; `items` is freed with free(), what they point to lies in the arena. */
typedef struct {
    wrt_openai_token *items;
    size_t n;
    size_t room;
} wrt_openai_token_list;

/* log P from a number or null, see wrt_openai_token. */
wrt_status wrt_openai_read_log_p(double *out, const wrt_json *value, wrt_err *err);
/* Bytes from `listed` (numbers 0 to 255) when that is a list, else from the string `text`. */
wrt_status wrt_openai_read_bytes(wrt_str *out, wrt_arena *arena, const wrt_json *listed,
                                 const wrt_json *text, wrt_err *err);
/* Appends [{token, logprob, id?, bytes?, top_logprobs?}, ...], the form of chat replies and of
 * llama-server. `top_asked` is the number of alternatives in the request. */
wrt_status wrt_openai_add_tokens(wrt_openai_token_list *list, wrt_arena *arena,
                                 const wrt_json *entries, int top_asked, wrt_err *err);
/* Appends {tokens, token_logprobs, text_offset?, top_logprobs?}, the form of completions. */
wrt_status wrt_openai_add_columns(wrt_openai_token_list *list, wrt_arena *arena,
                                  const wrt_json *logprobs, int top_asked, wrt_err *err);
/* Reads vLLM's [null, {"id": {logprob, rank, decoded_token}}, ...] into out->prompt. */
wrt_status wrt_openai_read_prompt(wrt_openai_reply *out, const wrt_json *entries, int top_asked,
                                  wrt_err *err);

/* ---- openai_reply.c: the checks that whole and streamed replies share */

typedef struct {
    wrt_str id;
    wrt_str name;
    wrt_str arguments; /* JSON text */
} wrt_openai_raw_call;

/* Parses the calls into out->calls. */
wrt_status wrt_openai_close_calls(wrt_openai_reply *out, const wrt_openai_raw_call *raw, size_t n,
                                  const wrt_openai_expect *expect, wrt_err *err);
/* Moves the list into out->tokens; holds the reply to what was asked for. */
wrt_status wrt_openai_close_reply(wrt_openai_reply *out, const wrt_openai_token_list *list,
                                  const wrt_openai_expect *expect, wrt_err *err);
/* An empty reply with an arena. */
wrt_openai_reply wrt_openai_reply_make(void);

/* Whether a message or a delta holds thoughts, which are no text. */
bool wrt_openai_has_reasoning(const wrt_json *message);
/* A chat reply that was not cut must hold a text, which may be empty if nothing else was written, a
 * call or a refusal. */
wrt_status wrt_openai_check_answer(const wrt_openai_reply *reply, bool has_content,
                                   bool has_reasoning, wrt_err *err);

#endif
