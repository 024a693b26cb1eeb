/* script.c: a model that says what a file tells it to, one JSON line a question, in order.
 *
 * {"kind":"choose","option":"text"}   score: 0 for that candidate, -10 for the others
 * {"kind":"score","log_p":[...]}      score: these values, one a candidate, each <= 0
 * {"kind":"generate","text":"..."}    generate: this text, checked as any model's would be
 * {"kind":"call","name":"tool","arguments":{...}}   generate: this tool call; a script with such a
 *                                     line is a model with tool calls of its own
 * {"kind":"error","status":"timeout","message":"..."}   either: fails with that status
 * {"kind":"rule",...}                 either: answers whatever fits it, ever again (script_rule.h)
 * The first line may be {"kind":"default","choose":"first"}: when the lines run out, score prefers
 * the first candidate. Without it, a call beyond the last line is an error. All lines are parsed
 * when the script is opened, so a malformed script fails before anything is asked of it. */
#include "base/arena.h"
#include "base/file.h"
#include "base/hash.h"
#include "llm/backend.h"
#include "llm/script_rule.h"

#include <stdlib.h>
#include <string.h>

enum { REPLIES_MAX = 65536 };
static const size_t script_bytes_max = WRT_MIB(16);
static const double other_log_p = -10.0;

typedef struct {
    wrt_json *value;
    const char *kind; /* borrowed from value */
    size_t line;      /* in the file, from 1 */
} reply;

typedef struct {
    char *name; /* of the file, without folders */
    char sha256[WRT_SHA256_HEX + 1];
    reply *replies;
    size_t n_replies;
    wrt_json *rules; /* array of n_rules */
    size_t n_rules;
    size_t next;
    size_t calls;
    bool default_first;
    bool has_tool_calls;
} script;

/* ---- reading the file ------------------------------------------------------------------------ */

/* What is wrong with a reply of this kind, or NULL. */
static const char *find_fault(const wrt_json *value, const char *kind) {
    wrt_status named;
    if (strcmp(kind, "choose") == 0)
        return wrt_json_get_text(value, "option", NULL) == NULL ? "\"option\" must be a string"
                                                                : NULL;
    if (strcmp(kind, "generate") == 0)
        return wrt_json_get_text(value, "text", NULL) == NULL ? "\"text\" must be a string" : NULL;
    if (strcmp(kind, "call") == 0)
        return wrt_json_get_text(value, "name", NULL) == NULL ||
                       !wrt_json_is(wrt_json_get(value, "arguments"), WRT_JSON_OBJECT)
                   ? "\"name\" must be a string and \"arguments\" an object"
                   : NULL;
    if (strcmp(kind, "error") == 0)
        return wrt_status_of_name(&named, wrt_json_get_text(value, "status", "")) && named != WRT_OK
                   ? NULL
                   : "\"status\" must name a failure, such as \"timeout\"";
    if (strcmp(kind, "rule") == 0)
        return wrt_script_rule_fault(value);
    if (strcmp(kind, "score") != 0)
        return "\"kind\" must be choose, score, generate, call, error or rule (default on line 1)";
    const wrt_json *list = wrt_json_get(value, "log_p");
    if (wrt_json_count(list) == 0 || !wrt_json_is(list, WRT_JSON_ARRAY))
        return "\"log_p\" must be a list of numbers";
    WRT_JSON_EACH(item, list) {
        if (!wrt_json_is(item, WRT_JSON_NUMBER) || wrt_json_number(item, 1) > 0)
            return "\"log_p\" must hold numbers that are not above 0";
    }
    return NULL;
}

static wrt_status add_line(script *self, wrt_str line, size_t number, wrt_err *err) {
    wrt_json *value = NULL;
    wrt_status status = wrt_json_parse(&value, line, err);
    if (status != WRT_OK) {
        wrt_err_prefix(err, "%s line %zu", self->name, number);
        return status;
    }
    const char *kind = wrt_json_get_text(value, "kind", "");
    if (number == 1 && strcmp(kind, "default") == 0 &&
        strcmp(wrt_json_get_text(value, "choose", ""), "first") == 0) {
        self->default_first = true;
        wrt_json_free(value);
        return WRT_OK;
    }
    const char *fault = find_fault(value, kind);
    if (fault != NULL) {
        wrt_json_free(value);
        return wrt_fail(err, WRT_E_INPUT, "%s line %zu: %s", self->name, number, fault);
    }
    self->has_tool_calls = self->has_tool_calls || strcmp(kind, "call") == 0;
    if (strcmp(kind, "rule") == 0) {
        wrt_json_push(self->rules, value);
        self->n_rules++;
    } else {
        self->replies[self->n_replies++] = (reply){value, kind, number};
    }
    return WRT_OK;
}

static wrt_status parse_lines(script *self, wrt_str text, wrt_err *err) {
    wrt_str rest = text;
    wrt_str line;
    size_t room = 0;
    wrt_status status = WRT_OK;
    for (size_t number = 1; status == WRT_OK && wrt_str_cut(&line, &rest, '\n'); number++) {
        line = wrt_str_trim(line);
        if (line.len == 0)
            continue;
        if (self->n_replies + self->n_rules == REPLIES_MAX)
            return wrt_fail(err, WRT_E_LIMIT, "%s: more than %d replies", self->name, REPLIES_MAX);
        if (self->n_replies == room) {
            room = room == 0 ? 16 : room * 2;
            self->replies = wrt_realloc(self->replies, room * sizeof *self->replies);
        }
        status = add_line(self, line, number, err);
    }
    return status;
}

static void script_close(void *object) {
    script *self = object;
    if (self == NULL)
        return;
    for (size_t i = 0; i < self->n_replies; i++)
        wrt_json_free(self->replies[i].value);
    wrt_json_free(self->rules);
    free(self->replies);
    free(self->name);
    free(self);
}

static wrt_status script_open(void **out, const char *path, const wrt_llm_options *options,
                              wrt_err *err) {
    (void)options;
    wrt_buf text = wrt_buf_make(script_bytes_max);
    script *self = wrt_calloc(1, sizeof *self);
    self->name = wrt_strdup(wrt_path_base(path));
    self->rules = wrt_json_new_array();
    wrt_status status = wrt_file_read(&text, path, script_bytes_max, err);
    if (status == WRT_E_NOT_FOUND)
        status = wrt_fail(err, WRT_E_INPUT, "%s: no such script", self->name);
    if (status == WRT_OK)
        status = parse_lines(self, wrt_buf_str(&text), err);
    if (status == WRT_OK) {
        wrt_crypto_init();
        wrt_sha256 digest = wrt_sha256_of(wrt_buf_str(&text));
        wrt_sha256_hex(self->sha256, &digest);
        *out = self;
    } else {
        script_close(self);
    }
    wrt_buf_free(&text);
    return status;
}

static wrt_json *script_describe(const void *object) {
    const script *self = object;
    wrt_json *facts = wrt_json_new_object();
    wrt_json_set_text(facts, "kind", "script");
    wrt_json_set_text(facts, "model", self->name);
    wrt_json_set_text(facts, "sha256", self->sha256);
    wrt_json_set_int(facts, "replies", (int64_t)self->n_replies);
    if (self->n_rules > 0)
        wrt_json_set_int(facts, "rules", (int64_t)self->n_rules);
    if (self->has_tool_calls) {
        wrt_json *list = wrt_json_new_object();
        wrt_json_set_bool(list, "tool_calls", true);
        wrt_json_set(facts, "capabilities", list);
    }
    return facts;
}

/* ---- replying -------------------------------------------------------------------------------- */

/* The reply for this call, NULL when the lines have run out, or a scripted failure. */
static wrt_status take_reply(script *self, const reply **out, wrt_err *err) {
    wrt_status scripted = WRT_E_FAILED;
    *out = NULL;
    self->calls++;
    if (self->next == self->n_replies)
        return WRT_OK;
    *out = &self->replies[self->next++];
    if (strcmp((*out)->kind, "error") != 0)
        return WRT_OK;
    wrt_status_of_name(&scripted, wrt_json_get_text((*out)->value, "status", ""));
    return wrt_fail(err, scripted, "%s",
                    wrt_json_get_text((*out)->value, "message", "scripted failure"));
}

static wrt_status ran_out(const script *self, const char *wanted, wrt_err *err) {
    return wrt_fail(err, WRT_E_INPUT, "%s: no reply left for call %zu, which asks to %s",
                    self->name, self->calls, wanted);
}

/* "a" | "b" | ... of what was offered, cut where an error message would be. */
static void list_options(wrt_buf *out, const wrt_str *options, size_t n) {
    for (size_t i = 0; i < n; i++) {
        wrt_buf_add_c(out, i == 0 ? "" : " | ");
        wrt_buf_add_char(out, '"');
        wrt_buf_add_str(out, options[i]);
        wrt_buf_add_char(out, '"');
    }
}

static wrt_status refuse_score(const script *self, const reply *given, const wrt_str *options,
                               size_t n, wrt_err *err) {
    wrt_buf offered = wrt_buf_make(WRT_ERR_MESSAGE_MAX);
    list_options(&offered, options, n);
    const char *text = wrt_json_get_text(given->value, "option", NULL);
    wrt_str list = wrt_buf_str(&offered);
    if (text != NULL)
        wrt_fail(err, WRT_E_INPUT, "%s line %zu: \"%.100s\" was not offered; offered: %.*s",
                 self->name, given->line, text, (int)list.len, list.ptr);
    else
        wrt_fail(err, WRT_E_INPUT,
                 "%s line %zu: a \"%s\" reply does not fit a choice among %zu options: %.*s",
                 self->name, given->line, given->kind, n, (int)list.len, list.ptr);
    wrt_buf_free(&offered);
    return WRT_E_INPUT;
}

static wrt_llm_score exact(double log_p) {
    return (wrt_llm_score){
        .log_p = log_p, .low = log_p, .high = log_p, .tokens = 1, .quality = WRT_LLM_EXACT};
}

static void prefer(wrt_llm_score *out, size_t n, size_t index) {
    for (size_t i = 0; i < n; i++)
        out[i] = exact(i == index ? 0.0 : other_log_p);
}

static wrt_status copy_scores(wrt_llm_score *out, const wrt_json *list) {
    size_t i = 0;
    WRT_JSON_EACH(item, list)
    out[i++] = exact(wrt_json_number(item, other_log_p));
    return WRT_OK;
}

static wrt_status answer_question(script *self, wrt_llm_score *out,
                                  const wrt_llm_question *question, wrt_err *err) {
    const reply *given = NULL;
    size_t index = 0;
    WRT_JSON_EACH(rule, self->rules) {
        if (!wrt_script_rule_choose(&index, rule, question))
            continue;
        prefer(out, question->n, index);
        return WRT_OK;
    }
    wrt_status status = take_reply(self, &given, err);
    if (status != WRT_OK)
        return status;
    if (given == NULL) {
        if (!self->default_first)
            return ran_out(self, "choose an option", err);
        prefer(out, question->n, 0);
        return WRT_OK;
    }
    const wrt_json *list = wrt_json_get(given->value, "log_p");
    if (strcmp(given->kind, "score") == 0 && wrt_json_count(list) == question->n)
        return copy_scores(out, list);
    const char *wanted = wrt_json_get_text(given->value, "option", NULL);
    for (size_t i = 0; strcmp(given->kind, "choose") == 0 && i < question->n; i++) {
        if (wrt_str_equal_c(question->candidates[i], wanted)) {
            prefer(out, question->n, i);
            return WRT_OK;
        }
    }
    return refuse_score(self, given, question->candidates, question->n, err);
}

static wrt_status script_score_all(void *object, wrt_llm_score *out, const wrt_llm_score_job *job,
                                   wrt_llm_usage *usage, wrt_err *err) {
    wrt_status status = WRT_OK;
    (void)usage;
    for (size_t i = 0; i < job->n && status == WRT_OK; out += job->questions[i++].n)
        status = answer_question(object, out, &job->questions[i], err);
    return status;
}

static void add_call(wrt_llm_reply *out, const wrt_json *given) {
    wrt_json *call = wrt_json_new_object();
    wrt_json_set(call, "name", wrt_json_copy(wrt_json_get(given, "name")));
    wrt_json_set(call, "arguments", wrt_json_copy(wrt_json_get(given, "arguments")));
    out->tool_calls = wrt_json_new_array();
    wrt_json_push(out->tool_calls, call);
}

static wrt_status script_generate(void *object, wrt_llm_reply *out, const wrt_llm_request *request,
                                  wrt_llm_usage *usage, wrt_err *err) {
    script *self = object;
    const reply *given = NULL;
    wrt_str text = {0};
    (void)usage;
    WRT_JSON_EACH(rule, self->rules) {
        if (!wrt_script_rule_write(&text, rule, &request->prompt))
            continue;
        wrt_buf_add_str(&out->text, text);
        return out->text.overflow
                   ? wrt_fail(err, WRT_E_LIMIT, "%s: the text is too long", self->name)
                   : WRT_OK;
    }
    wrt_status status = take_reply(self, &given, err);
    if (status != WRT_OK)
        return status;
    if (given == NULL)
        return ran_out(self, "generate text", err);
    if (strcmp(given->kind, "call") == 0 && request->tools != NULL) {
        add_call(out, given->value);
        return WRT_OK;
    }
    if (strcmp(given->kind, "generate") != 0)
        return wrt_fail(err, WRT_E_INPUT,
                        "%s line %zu: a \"%s\" reply does not fit a call that generates text",
                        self->name, given->line, given->kind);
    wrt_buf_add_c(&out->text, wrt_json_get_text(given->value, "text", ""));
    return out->text.overflow ? wrt_fail(err, WRT_E_LIMIT, "%s line %zu: the text is too long",
                                         self->name, given->line)
                              : WRT_OK;
}

static bool script_native_tools(const void *object, bool own_calls) {
    const script *self = object;
    (void)own_calls;
    return self->has_tool_calls;
}

const wrt_llm_backend wrt_llm_backend_script = {
    .kind = "script",
    .is_sequential = true,
    .open = script_open,
    .close = script_close,
    .describe = script_describe,
    .score_all = script_score_all,
    .generate = script_generate,
    .native_tools = script_native_tools,
};
