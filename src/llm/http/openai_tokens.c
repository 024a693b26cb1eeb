/* openai_tokens.c: log probabilities in their three forms.
 *
 * Chat replies and llama-server list objects; completions have parallel columns; vLLM's prompt has
 * one map of token ids for each place. All become wrt_openai_token. A list is counted before
 * anything is allocated for it. */
#include "llm/http/openai_internal.h"

#include <math.h>
#include <string.h>

static const double missing_log_p = -9999;       /* what servers write for "not computed" */
static const double log_p_tolerance = 1e-6;      /* rounding may lift log 1 above 0 */
enum { BYTES_MAX = 4096, TOP_UNASKED_MAX = 20 }; /* llama-server sends 20 unless told a number */

static const wrt_openai_token no_token = {.id = -1, .text_offset = -1};

wrt_status wrt_openai_read_log_p(double *out, const wrt_json *value, wrt_err *err) {
    *out = NAN;
    if (wrt_json_is(value, WRT_JSON_NULL))
        return WRT_OK;
    if (!wrt_json_is(value, WRT_JSON_NUMBER))
        return wrt_fail(err, WRT_E_FAILED, "a log probability in the reply must be a number");
    double log_p = wrt_json_number(value, 1);
    if (log_p > log_p_tolerance)
        return wrt_fail(err, WRT_E_FAILED, "log probability %g in the reply is above 0", log_p);
    if (log_p > missing_log_p)
        *out = log_p > 0 ? 0 : log_p;
    return WRT_OK;
}

wrt_status wrt_openai_read_bytes(wrt_str *out, wrt_arena *arena, const wrt_json *listed,
                                 const wrt_json *text, wrt_err *err) {
    const char *token = wrt_json_text(text);
    if (!wrt_json_is(listed, WRT_JSON_ARRAY)) {
        if (token == NULL && wrt_json_typeof(text) != WRT_JSON_NULL)
            return wrt_fail(err, WRT_E_FAILED, "a token in the reply must be a string");
        *out = wrt_openai_keep(arena, wrt_str_of(token));
        return WRT_OK;
    }
    size_t n = wrt_json_count(listed);
    if (n > BYTES_MAX)
        return wrt_fail(err, WRT_E_FAILED,
                        "a token in the reply has %zu bytes, at most %d are read", n,
                        (int)BYTES_MAX);
    char *bytes = wrt_arena_alloc(arena, n + 1);
    size_t i = 0;
    WRT_JSON_EACH(item, listed) {
        double byte = wrt_json_number(item, -1);
        if (!wrt_json_is_integer(item) || byte < 0 || byte > 255)
            return wrt_fail(err, WRT_E_FAILED, "bytes of a token in the reply must be 0 to 255");
        bytes[i++] = (char)(unsigned char)byte;
    }
    *out = (wrt_str){bytes, n};
    return WRT_OK;
}

/* The alternatives of a token must not be more than were asked for, and the token itself. */
static wrt_status check_top(size_t n, int asked, wrt_err *err) {
    size_t most = (size_t)(asked > 0 ? asked : TOP_UNASKED_MAX) + 1;
    return n <= most ? WRT_OK
                     : wrt_fail(err, WRT_E_FAILED,
                                "the reply lists %zu alternatives of a token, at most %zu were "
                                "asked for",
                                n, most);
}

/* {token, logprob, id?, bytes?} without the alternatives. */
static wrt_status read_token(wrt_openai_token *out, wrt_arena *arena, const wrt_json *entry,
                             wrt_err *err) {
    *out = no_token;
    const wrt_json *id = wrt_json_get(entry, "id");
    const wrt_json *bytes = wrt_json_get(entry, "bytes");
    const wrt_json *text = wrt_json_get(entry, "token");
    wrt_status status = WRT_OK;
    if (!wrt_json_is(bytes, WRT_JSON_ARRAY) && !wrt_json_is(text, WRT_JSON_STRING))
        return wrt_fail(err, WRT_E_FAILED, "a log probability in the reply belongs to no token");
    if (wrt_json_typeof(id) != WRT_JSON_NULL)
        status = wrt_openai_read_id(&out->id, id, err);
    if (status == WRT_OK)
        status = wrt_openai_read_log_p(&out->log_p, wrt_json_get(entry, "logprob"), err);
    if (status == WRT_OK)
        status = wrt_openai_read_bytes(&out->bytes, arena, bytes, text, err);
    return status;
}

static wrt_status read_top_list(wrt_openai_token *token, wrt_arena *arena, const wrt_json *list,
                                int asked, wrt_err *err) {
    if (wrt_json_typeof(list) == WRT_JSON_NULL)
        return WRT_OK;
    if (!wrt_json_is(list, WRT_JSON_ARRAY))
        return wrt_fail(err, WRT_E_FAILED, "\"top_logprobs\" in the reply must be a list");
    size_t n = wrt_json_count(list);
    wrt_status status = check_top(n, asked, err);
    if (status != WRT_OK)
        return status;
    token->top = wrt_arena_calloc(arena, n, sizeof *token->top);
    WRT_JSON_EACH(entry, list) {
        status = read_token(&token->top[token->n_top], arena, entry, err);
        if (status != WRT_OK)
            return status;
        token->n_top++;
    }
    return WRT_OK;
}

static wrt_status check_room(const wrt_openai_token_list *list, size_t n, wrt_err *err) {
    return n <= WRT_OPENAI_TOKENS_MAX - list->n
               ? WRT_OK
               : wrt_fail(err, WRT_E_FAILED, "the reply lists %zu tokens, at most %d are read",
                          list->n + n, (int)WRT_OPENAI_TOKENS_MAX);
}

/* Makes room for n more tokens, and one. */
static void reserve(wrt_openai_token_list *list, size_t n) {
    size_t need = list->n + n + 1;
    if (need > list->room) {
        size_t room = list->room * 2 > need ? list->room * 2 : need;
        list->items = wrt_realloc(list->items, room * sizeof *list->items);
        list->room = room;
    }
}

wrt_status wrt_openai_add_tokens(wrt_openai_token_list *list, wrt_arena *arena,
                                 const wrt_json *entries, int top_asked, wrt_err *err) {
    if (!wrt_json_is(entries, WRT_JSON_ARRAY))
        return wrt_fail(err, WRT_E_FAILED, "log probabilities in the reply must be a list");
    size_t n = wrt_json_count(entries);
    wrt_status status = check_room(list, n, err);
    if (status != WRT_OK)
        return status;
    reserve(list, n);
    WRT_JSON_EACH(entry, entries) {
        wrt_openai_token *token = &list->items[list->n];
        status = read_token(token, arena, entry, err);
        if (status == WRT_OK)
            status =
                read_top_list(token, arena, wrt_json_get(entry, "top_logprobs"), top_asked, err);
        if (status != WRT_OK)
            return status;
        list->n++;
    }
    return WRT_OK;
}

/* {"token": logprob, ...} of one place in the form of completions. */
static wrt_status read_top_map(wrt_openai_token *token, wrt_arena *arena, const wrt_json *map,
                               int asked, wrt_err *err) {
    if (wrt_json_typeof(map) == WRT_JSON_NULL)
        return WRT_OK;
    if (!wrt_json_is(map, WRT_JSON_OBJECT))
        return wrt_fail(err, WRT_E_FAILED, "\"top_logprobs\" in the reply must list objects");
    size_t n = wrt_json_count(map);
    wrt_status status = check_top(n, asked, err);
    if (status != WRT_OK)
        return status;
    token->top = wrt_arena_calloc(arena, n, sizeof *token->top);
    WRT_JSON_EACH(entry, map) {
        wrt_openai_token *top = &token->top[token->n_top];
        *top = no_token;
        top->bytes = wrt_openai_keep(arena, wrt_str_of(wrt_json_key(entry)));
        status = wrt_openai_read_log_p(&top->log_p, entry, err);
        if (status != WRT_OK)
            return status;
        token->n_top++;
    }
    return WRT_OK;
}

/* The columns must be lists of one length; an optional one may be absent or null. */
static wrt_status check_column(const wrt_json *logprobs, const char *key, size_t n, bool is_needed,
                               wrt_err *err) {
    const wrt_json *column = wrt_json_get(logprobs, key);
    if (!is_needed && wrt_json_typeof(column) == WRT_JSON_NULL)
        return WRT_OK;
    if (!wrt_json_is(column, WRT_JSON_ARRAY) || wrt_json_count(column) != n)
        return wrt_fail(err, WRT_E_FAILED,
                        "\"%s\" in the reply must list one entry for each of "
                        "%zu tokens, not %zu",
                        key, n, wrt_json_count(column));
    return WRT_OK;
}

static wrt_status check_columns(const wrt_json *logprobs, size_t n, wrt_err *err) {
    wrt_status status = check_column(logprobs, "tokens", n, true, err);
    if (status == WRT_OK)
        status = check_column(logprobs, "token_logprobs", n, true, err);
    if (status == WRT_OK)
        status = check_column(logprobs, "text_offset", n, false, err);
    if (status == WRT_OK)
        status = check_column(logprobs, "top_logprobs", n, false, err);
    return status;
}

/* The entries of one token in the columns; NULL in a column that is not there. */
typedef struct {
    const wrt_json *text;
    const wrt_json *log_p;
    const wrt_json *offset;
    const wrt_json *top;
} row;

static wrt_status read_row(wrt_openai_token *out, wrt_arena *arena, const row *entries,
                           int top_asked, wrt_err *err) {
    *out = no_token;
    if (!wrt_json_is(entries->text, WRT_JSON_STRING))
        return wrt_fail(err, WRT_E_FAILED, "\"tokens\" in the reply must list strings");
    double offset = wrt_json_number(entries->offset, -1); /* SGLang writes -1 for "not known" */
    if (entries->offset != NULL &&
        (!wrt_json_is_integer(entries->offset) || offset < -1 || offset > INT32_MAX))
        return wrt_fail(err, WRT_E_FAILED,
                        "\"text_offset\" in the reply must list whole numbers from -1 to %d",
                        INT32_MAX);
    out->text_offset = (int32_t)offset;
    wrt_status status = wrt_openai_read_log_p(&out->log_p, entries->log_p, err);
    if (status == WRT_OK)
        status = wrt_openai_read_bytes(&out->bytes, arena, NULL, entries->text, err);
    if (status == WRT_OK)
        status = read_top_map(out, arena, entries->top, top_asked, err);
    return status;
}

wrt_status wrt_openai_add_columns(wrt_openai_token_list *list, wrt_arena *arena,
                                  const wrt_json *logprobs, int top_asked, wrt_err *err) {
    size_t n = wrt_json_count(wrt_json_get(logprobs, "tokens"));
    wrt_status status = check_columns(logprobs, n, err);
    if (status == WRT_OK)
        status = check_room(list, n, err);
    if (status == WRT_OK)
        reserve(list, n);
    row entries = {wrt_json_first(wrt_json_get(logprobs, "tokens")),
                   wrt_json_first(wrt_json_get(logprobs, "token_logprobs")),
                   wrt_json_first(wrt_json_get(logprobs, "text_offset")),
                   wrt_json_first(wrt_json_get(logprobs, "top_logprobs"))};
    for (size_t i = 0; i < n && status == WRT_OK; i++) {
        status = read_row(&list->items[list->n], arena, &entries, top_asked, err);
        list->n += status == WRT_OK;
        entries = (row){wrt_json_next(entries.text), wrt_json_next(entries.log_p),
                        wrt_json_next(entries.offset), wrt_json_next(entries.top)};
    }
    return status;
}

/* One "id": {logprob, rank, decoded_token} of a vLLM map. */
static wrt_status read_prompt_entry(wrt_openai_token *out, wrt_arena *arena, const wrt_json *entry,
                                    wrt_err *err) {
    int64_t id = -1;
    int64_t rank = 0;
    *out = no_token;
    if (!wrt_str_to_int64(&id, wrt_str_of(wrt_json_key(entry))) || id < 0 || id > INT32_MAX)
        return wrt_fail(err, WRT_E_FAILED,
                        "prompt_logprobs in the reply must map token ids, not "
                        "\"%.40s\"",
                        wrt_json_key(entry));
    out->id = (int32_t)id;
    wrt_status status = wrt_openai_read_log_p(&out->log_p, wrt_json_get(entry, "logprob"), err);
    if (status == WRT_OK)
        status = wrt_openai_read_count(&rank, entry, "rank", err);
    if (status == WRT_OK)
        status = wrt_openai_read_bytes(&out->bytes, arena, NULL,
                                       wrt_json_get(entry, "decoded_token"), err);
    out->rank = (int32_t)rank;
    return status;
}

static wrt_status read_prompt_place(wrt_openai_token *place, wrt_arena *arena, const wrt_json *map,
                                    int asked, wrt_err *err) {
    *place = no_token;
    place->log_p = NAN;
    if (wrt_json_is(map, WRT_JSON_NULL))
        return WRT_OK;
    if (!wrt_json_is(map, WRT_JSON_OBJECT))
        return wrt_fail(err, WRT_E_FAILED, "prompt_logprobs in the reply must list objects");
    size_t n = wrt_json_count(map);
    wrt_status status = check_top(n, asked, err);
    if (status != WRT_OK)
        return status;
    place->top = wrt_arena_calloc(arena, n, sizeof *place->top);
    WRT_JSON_EACH(entry, map) {
        status = read_prompt_entry(&place->top[place->n_top], arena, entry, err);
        if (status != WRT_OK)
            return status;
        place->n_top++;
    }
    return WRT_OK;
}

wrt_status wrt_openai_read_prompt(wrt_openai_reply *out, const wrt_json *entries, int top_asked,
                                  wrt_err *err) {
    if (!wrt_json_is(entries, WRT_JSON_ARRAY))
        return wrt_fail(err, WRT_E_FAILED, "prompt_logprobs in the reply must be a list");
    size_t n = wrt_json_count(entries);
    if (n > WRT_OPENAI_TOKENS_MAX)
        return wrt_fail(err, WRT_E_FAILED, "the reply lists %zu prompt tokens, at most %d are read",
                        n, (int)WRT_OPENAI_TOKENS_MAX);
    out->prompt = wrt_arena_calloc(out->arena, n, sizeof *out->prompt);
    WRT_JSON_EACH(map, entries) {
        wrt_status status =
            read_prompt_place(&out->prompt[out->n_prompt], out->arena, map, top_asked, err);
        if (status != WRT_OK)
            return status;
        out->n_prompt++;
    }
    return WRT_OK;
}

const wrt_openai_token *wrt_openai_find_token(const wrt_openai_token *tokens, size_t n,
                                              int32_t id) {
    for (size_t i = 0; i < n; i++) {
        if (tokens[i].id == id)
            return &tokens[i];
    }
    return NULL;
}
