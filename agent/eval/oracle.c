/* oracle.c: gold as standing answers to what the program asks of a model. */
#include "agent/eval/oracle.h"

#include "base/arena.h"
#include "base/file.h"

#include <stdlib.h>
#include <string.h>

enum { SCRIPT_MAX = 1 << 18 };

/* A part of each question that the program puts (agent/steer.h), by which the oracle knows it. */
static const char asks_type[] = "the type of the question";
static const char asks_entity[] = "the id of the entity that is meant";
static const char asks_treatment[] = "the name that is the treatment of the question";
static const char asks_outcome[] = "the name that is the outcome of the question";
static const char asks_route[] = "the number of the most specific route";
static const char asks_sentence[] = "the number of the sentence that states the finding";
static const char asks_wording[] = "State the hypothesis in one sentence";

static void write_line(wrt_buf *out, wrt_json *line) {
    wrt_json_write_canonical(out, line);
    wrt_buf_add_char(out, '\n');
    wrt_json_free(line);
}

/* A rule about questions that hold `asks`; what it answers by `how`. Nothing without a text. */
static void write_rule(wrt_buf *out, const char *asks, const char *how, const char *text) {
    if (text == NULL)
        return;
    wrt_json *rule = wrt_json_new_object(), *parts = wrt_json_new_array();
    wrt_json_push_text(parts, asks);
    wrt_json_set_text(rule, "kind", "rule");
    wrt_json_set(rule, "asks", parts);
    wrt_json_set_text(rule, how, text);
    write_line(out, rule);
}

static void write_wording(wrt_buf *out) {
    wrt_json *rule = wrt_json_new_object(), *parts = wrt_json_new_array();
    wrt_json_push_text(parts, asks_wording);
    wrt_json_set_text(rule, "kind", "rule");
    wrt_json_set(rule, "asks", parts);
    wrt_json_set_bool(rule, "repeat", true);
    write_line(out, rule);
}

static void write_script(wrt_buf *out, const wrt_json *gold) {
    const char *treatment = wrt_json_get_text(gold, "treatment", NULL);
    const char *outcome = wrt_json_get_text(gold, "outcome", NULL);
    wrt_buf_add_c(out, "{\"kind\":\"default\",\"choose\":\"first\"}\n");
    write_rule(out, asks_type, "option", wrt_json_get_text(gold, "type", NULL));
    write_rule(out, asks_entity, "option", treatment);
    write_rule(out, asks_entity, "option", outcome);
    write_rule(out, asks_treatment, "option", treatment);
    write_rule(out, asks_outcome, "option", outcome);
    write_rule(out, asks_route, "holding", wrt_json_get_text(gold, "first", NULL));
    write_rule(out, asks_sentence, "holding", wrt_json_get_text(gold, "quote", NULL));
    WRT_JSON_EACH(step, wrt_json_get(gold, "takes"))
    write_rule(out, wrt_json_text(step), "option", "yes");
    write_wording(out);
}

/* An id is text from the data; it names a file only when it is a plain word. */
static wrt_status check_id(const char *id, wrt_err *err) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    size_t len = strlen(id);
    return len > 0 && len <= 64 && strspn(id, plain) == len
               ? WRT_OK
               : wrt_fail(err, WRT_E_INPUT,
                          "the id \"%.40s\": with gold an id is 1 to 64 of a-z, 0-9 and \"-\"", id);
}

wrt_status wrt_oracle_open(wrt_llm **out, const wrt_json *gold, const char *id,
                           const wrt_eval_request *request, wrt_err *err) {
    wrt_buf text = wrt_buf_make(SCRIPT_MAX), name = wrt_buf_make(128);
    *out = NULL;
    wrt_status status = check_id(id, err);
    if (status == WRT_OK && request->scratch == NULL)
        status = wrt_fail(err, WRT_E_UNSUPPORTED, "this mode needs a folder to work in");
    if (status == WRT_OK) {
        wrt_buf_printf(&name, "%s.jsonl", id);
        write_script(&text, gold);
        char *path = wrt_path_join(request->scratch, wrt_buf_str(&name).ptr);
        wrt_buf spec = wrt_buf_make(WRT_KIB(8));
        wrt_buf_printf(&spec, "script:%s", path);
        status = text.overflow || spec.overflow
                     ? wrt_fail(err, WRT_E_LIMIT, "the gold of \"%s\" is too long", id)
                     : wrt_file_write(path, wrt_buf_str(&text), 0600, err);
        if (status == WRT_OK)
            status = wrt_llm_open(out, wrt_buf_str(&spec).ptr, NULL, err);
        wrt_buf_free(&spec);
        free(path);
    }
    wrt_buf_free(&text);
    wrt_buf_free(&name);
    return status;
}
