/* cmd_model_ask.c: warrant model score | generate: the two questions that can be put to a model,
 * for a person or a script. */
#include "base/file.h"
#include "cli/commands.h"
#include "cli/open.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- shared ---------------------------------------------------------------------------------- */

/* A copy of the text that an option gives; NULL when it is absent. */
static wrt_status read_text(char **out, const wrt_cli_call *call, const char *option,
                            wrt_err *err) {
    enum { TEXT_MAX = 1 << 20 };
    const char *argument = wrt_cli_value(call, option);
    wrt_buf text = wrt_buf_make(TEXT_MAX);
    *out = NULL;
    if (argument == NULL)
        return WRT_OK;
    wrt_status status = wrt_cli_read_text(&text, argument, err);
    if (status == WRT_OK)
        *out = wrt_buf_take(&text);
    wrt_buf_free(&text);
    return status;
}

typedef struct {
    char *text, *system, *user;
} texts;

static void texts_free(texts *t) {
    free(t->text);
    free(t->system);
    free(t->user);
}

static wrt_status read_prompt(wrt_llm_prompt *out, texts *t, const wrt_cli_call *call,
                              wrt_err *err) {
    wrt_status status = read_text(&t->text, call, "text", err);
    if (status == WRT_OK)
        status = read_text(&t->system, call, "system", err);
    if (status == WRT_OK)
        status = read_text(&t->user, call, "user", err);
    *out = (wrt_llm_prompt){
        .text = wrt_str_of(t->text), .system = wrt_str_of(t->system), .user = wrt_str_of(t->user)};
    return status;
}

static wrt_status read_quality(wrt_llm_quality *out, const char *name, wrt_err *err) {
    if (name == NULL)
        return WRT_OK;
    for (wrt_llm_quality q = WRT_LLM_EXACT; q <= WRT_LLM_MISSING; q++) {
        *out = q;
        if (strcmp(wrt_llm_quality_name(q), name) == 0)
            return WRT_OK;
    }
    return wrt_fail(err, WRT_E_INPUT, "--accept takes exact, bound, sampled or missing, not \"%s\"",
                    name);
}

static wrt_status open_model(wrt_llm **out, const wrt_cli_call *call, wrt_llm_options *options,
                             wrt_err *err) {
    wrt_status status = wrt_cli_open_model_with(out, call, options, err);
    if (status == WRT_OK && *out == NULL)
        status = wrt_fail(err, WRT_E_INPUT, "no language model: name one with --model");
    return status;
}

static wrt_json *usage_json(const wrt_llm *llm) {
    const wrt_llm_usage usage = wrt_llm_usage_of(llm);
    wrt_json *json = wrt_json_new_object();
    wrt_json_set_int(json, "calls", usage.calls);
    wrt_json_set_int(json, "prompt_tokens", usage.prompt_tokens);
    wrt_json_set_int(json, "cached_tokens", usage.cached_tokens);
    wrt_json_set_int(json, "reply_tokens", usage.reply_tokens);
    wrt_json_set_int(json, "decoded", usage.decoded);
    wrt_json_set_int(json, "decoded_least", usage.decoded_least);
    wrt_json_set_int(json, "cache_hits", usage.cache_hits);
    wrt_json_set_int(json, "retries", usage.retries);
    wrt_json_set_number(json, "cost", usage.cost);
    return json;
}

/* ---- score ----------------------------------------------------------------------------------- */

static void set_finite(wrt_json *object, const char *key, double value) {
    wrt_json_set(object, key, isfinite(value) ? wrt_json_new_number(value) : wrt_json_new_null());
}

static wrt_json *score_json(wrt_str candidate, const wrt_llm_score *score) {
    wrt_json *json = wrt_json_new_object();
    wrt_json_set(json, "candidate", wrt_json_new_text(candidate));
    set_finite(json, "log_p", score->log_p);
    set_finite(json, "low", score->low);
    set_finite(json, "high", score->high);
    wrt_json_set_int(json, "tokens", score->tokens);
    wrt_json_set_text(json, "quality", wrt_llm_quality_name(score->quality));
    return json;
}

static void print_scores(const wrt_cli_call *call, const wrt_json *scores) {
    if (call->globals->json)
        return;
    fprintf(call->out, "%10s %7s  %-8s candidate\n", "log P", "tokens", "quality");
    WRT_JSON_EACH(score, scores) {
        const wrt_json *log_p = wrt_json_get(score, "log_p");
        if (wrt_json_is(log_p, WRT_JSON_NUMBER))
            fprintf(call->out, "%10.4f", wrt_json_number(log_p, 0));
        else
            fprintf(call->out, "%10s", "-");
        fprintf(call->out, " %7lld  %-8s ", (long long)wrt_json_get_int(score, "tokens", 0),
                wrt_json_get_text(score, "quality", "?"));
        wrt_cli_print_text(call->out, wrt_json_get_text(score, "candidate", ""));
        fputc('\n', call->out);
    }
}

static wrt_status score_options(wrt_llm_options *options, char **cache, const wrt_cli_call *call,
                                wrt_err *err) {
    const char *kv = wrt_cli_value(call, "kv");
    char *home = wrt_cli_home(call->globals);
    wrt_status made = wrt_cli_flag(call, "no-cache") ? WRT_OK : wrt_dir_make(home, 0700, err);
    free(home);
    if (made != WRT_OK)
        return made;
    *options = wrt_cli_model_options(call->globals);
    *cache = wrt_cli_flag(call, "no-cache") ? NULL : wrt_cli_scores_path(call->globals);
    options->cache_path = *cache;
    options->kv_f32 = kv != NULL && strcmp(kv, "f32") == 0;
    if (kv != NULL && strcmp(kv, "f16") != 0 && strcmp(kv, "f32") != 0)
        return wrt_fail(err, WRT_E_INPUT, "--kv takes f16 or f32, not \"%s\"", kv);
    return read_quality(&options->accept, wrt_cli_value(call, "accept"), err);
}

static wrt_json *score_data(const wrt_llm *llm, const wrt_llm_question *question,
                            const wrt_llm_score *scores) {
    wrt_json *data = wrt_json_new_object();
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < question->n; i++)
        wrt_json_push(list, score_json(question->candidates[i], &scores[i]));
    wrt_json_set(data, "scores", list);
    wrt_json_set(data, "model", wrt_llm_describe(llm));
    wrt_json_set(data, "usage", usage_json(llm));
    return data;
}

static wrt_status run_score(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_llm_options options;
    wrt_llm_score scores[WRT_CLI_OPERANDS_MAX];
    wrt_str candidates[WRT_CLI_OPERANDS_MAX];
    wrt_llm_question question = {.candidates = candidates, .n = (size_t)call->n_operands};
    texts t = {0};
    char *cache = NULL;
    wrt_llm *llm = NULL;
    for (int i = 0; i < call->n_operands; i++)
        candidates[i] = wrt_str_of(call->operands[i]);
    question.terminator = wrt_str_of(wrt_cli_value(call, "end"));
    wrt_status status = score_options(&options, &cache, call, err);
    if (status == WRT_OK)
        status = read_prompt(&question.prompt, &t, call, err);
    if (status == WRT_OK)
        status = open_model(&llm, call, &options, err);
    if (status == WRT_OK)
        status = wrt_cli_check_prompt(call, llm, &question.prompt, err);
    if (status == WRT_OK)
        status = wrt_llm_score_all(scores, llm, &question, 1, err);
    if (status == WRT_OK) {
        result->data = score_data(llm, &question, scores);
        print_scores(call, wrt_json_get(result->data, "scores"));
    }
    wrt_llm_close(llm);
    texts_free(&t);
    free(cache);
    return status;
}

/* ---- generate -------------------------------------------------------------------------------- */

/* --max-tokens, --temperature, --grammar, --schema and --tools; *grammar and *constraint are the
 * caller's to free. */
static wrt_status read_request(wrt_llm_request *out, char **grammar, wrt_json **constraint,
                               const wrt_cli_call *call, wrt_err *err) {
    const char *temperature = wrt_cli_value(call, "temperature");
    const char *schema = wrt_cli_value(call, "schema");
    const char *tools = wrt_cli_value(call, "tools");
    int64_t max_tokens = 0;
    wrt_status status = wrt_cli_int(&max_tokens, call, "max-tokens", 1, 100000, 256, err);
    out->max_tokens = (int)max_tokens;
    out->seed = call->globals->seed;
    if (status == WRT_OK && temperature != NULL &&
        !wrt_str_to_double(&out->temperature, wrt_str_of(temperature)))
        status =
            wrt_fail(err, WRT_E_INPUT, "--temperature takes a number, not \"%s\"", temperature);
    if (status == WRT_OK && schema != NULL && tools != NULL)
        status = wrt_fail(err, WRT_E_INPUT, "give one of --schema and --tools");
    if (status == WRT_OK)
        status = read_text(grammar, call, "grammar", err);
    if (status == WRT_OK && (schema != NULL || tools != NULL))
        status = wrt_cli_read_json(constraint, schema != NULL ? schema : tools, err);
    out->gbnf = *grammar;
    out->schema = schema != NULL ? *constraint : NULL;
    out->tools = tools != NULL ? *constraint : NULL;
    return status;
}

static wrt_json *reply_data(const wrt_llm *llm, const wrt_llm_reply *reply) {
    wrt_json *data = wrt_json_new_object();
    wrt_json_set(data, "text", wrt_json_new_text(wrt_buf_str(&reply->text)));
    if (reply->tool_calls != NULL)
        wrt_json_set(data, "tool_calls", wrt_json_copy(reply->tool_calls));
    wrt_json_set_text(data, "stop", reply->stop == WRT_LLM_STOP_END ? "end" : "limit");
    if (reply->replica[0] != '\0')
        wrt_json_set_text(data, "replica", reply->replica);
    wrt_json_set(data, "model", wrt_llm_describe(llm));
    wrt_json_set(data, "usage", usage_json(llm));
    return data;
}

/* Line by line: what a model writes may hold codes that a terminal obeys. */
static void print_lines(FILE *out, wrt_str text) {
    wrt_str rest = text;
    wrt_str line;
    while (wrt_str_cut(&line, &rest, '\n')) {
        wrt_buf copy = wrt_buf_make(line.len);
        wrt_buf_add_str(&copy, line);
        wrt_cli_print_text(out, wrt_buf_str(&copy).ptr);
        fputc('\n', out);
        wrt_buf_free(&copy);
    }
}

static void print_reply(const wrt_cli_call *call, const wrt_llm_reply *reply) {
    wrt_buf calls = wrt_buf_make(WRT_MIB(8));
    if (reply->tool_calls != NULL)
        wrt_json_write(&calls, reply->tool_calls);
    if (!call->globals->json)
        print_lines(call->out,
                    reply->tool_calls != NULL ? wrt_buf_str(&calls) : wrt_buf_str(&reply->text));
    wrt_buf_free(&calls);
}

/* A text with U+0000 has no place in JSON; no model of ours writes one under a constraint. */
static wrt_status check_printable(const wrt_llm_reply *reply, wrt_err *err) {
    wrt_str text = wrt_buf_str(&reply->text);
    return memchr(text.ptr, '\0', text.len) == NULL
               ? WRT_OK
               : wrt_fail(err, WRT_E_FAILED, "the model wrote a NUL byte");
}

static wrt_status run_generate(wrt_cli_result *result, const wrt_cli_call *call, wrt_err *err) {
    wrt_llm_options options = wrt_cli_model_options(call->globals);
    wrt_llm_request request = {0};
    wrt_llm_reply reply = {0};
    wrt_json *constraint = NULL;
    char *grammar = NULL;
    texts t = {0};
    wrt_llm *llm = NULL;
    wrt_status status = read_request(&request, &grammar, &constraint, call, err);
    if (status == WRT_OK)
        status = read_prompt(&request.prompt, &t, call, err);
    if (status == WRT_OK)
        status = open_model(&llm, call, &options, err);
    if (status == WRT_OK)
        status = wrt_cli_check_prompt(call, llm, &request.prompt, err);
    if (status == WRT_OK)
        status = wrt_llm_generate(&reply, llm, &request, err);
    if (status == WRT_OK)
        status = check_printable(&reply, err);
    if (status == WRT_OK) {
        result->data = reply_data(llm, &reply);
        print_reply(call, &reply);
    }
    wrt_llm_reply_free(&reply);
    wrt_llm_close(llm);
    texts_free(&t);
    free(grammar);
    wrt_json_free(constraint);
    return status;
}

/* ---- the table ------------------------------------------------------------------------------- */

static const wrt_cli_option score_options_table[] = {
    {"text", 0, "TEXT|@FILE", "plain text that the candidates continue"},
    {"system", 0, "TEXT|@FILE", "instruction of a chat turn"},
    {"user", 0, "TEXT|@FILE", "the chat turn"},
    {"end", 0, "TEXT", "text behind every candidate, such as a full stop"},
    {"accept", 0, "QUALITY", "worst quality: exact (default), bound, sampled, missing"},
    {"kv", 0, "TYPE", "keys and values in process: f16 (default) or f32"},
    {"no-cache", 0, NULL, "neither read nor write scores.db"},
    {0},
};

const wrt_cli_command wrt_cmd_model_score = {
    .path = "model score",
    .operands = "CANDIDATE...",
    .summary = "log P of each candidate behind a prompt",
    .details =
        "Natural logarithms, raw: not normalised over the candidates. Exact scores are kept\n"
        "in scores.db of the data directory, so that asking again costs nothing.\n",
    .examples = "  warrant model score --text \"The capital of France is\" \" Paris\" \" Lyon\"\n"
                "  warrant model score --user \"Does it help?\" yes no --json\n",
    .options = score_options_table,
    .min_operands = 1,
    .max_operands = WRT_CLI_OPERANDS_MAX,
    .run = run_score,
};

static const wrt_cli_option generate_options[] = {
    {"text", 0, "TEXT|@FILE", "plain text to continue"},
    {"system", 0, "TEXT|@FILE", "instruction of a chat turn"},
    {"user", 0, "TEXT|@FILE", "the chat turn"},
    {"grammar", 0, "GBNF|@FILE", "the reply is a sentence of this grammar"},
    {"schema", 0, "JSON|@FILE", "the reply is JSON of this schema"},
    {"tools", 0, "JSON|@FILE", "the reply calls one of [{name,description,parameters}]"},
    {"max-tokens", 0, "N", "longest reply (default 256)"},
    {"temperature", 0, "T", "0 (default, the likeliest) to 2; draws follow --seed"},
    {0},
};

const wrt_cli_command wrt_cmd_model_generate = {
    .path = "model generate",
    .operands = "",
    .summary = "let the model write, freely or under a grammar, a schema or tools",
    .examples =
        "  warrant model generate --user \"Name a colour.\" --grammar 'root ::= \"red\" | "
        "\"blue\"'\n"
        "  warrant model generate --user \"Is 7 prime?\" --schema '{\"enum\":[\"yes\",\"no\"]}'\n",
    .options = generate_options,
    .run = run_generate,
};
