/* probe_write.c: proofs of constraints and of tool calls.
 *
 * A constraint is proved by a text that no model writes unasked: only when exactly that text came
 * back did the server follow. The ways are tried best first, up to the first that works for
 * everything; texts that are sent are fixed. */
#include "llm/http/internal.h"

#include <string.h>

#define WORD "xq7zk"

static const char word_gbnf[] = "root ::= \"" WORD "\"";
enum { TOKENS_MAX = 64 };

/* {"type":"object","properties":{"w":{"type":"string","enum":[WORD]}},"required":["w"],
 * "additionalProperties":false} */
static wrt_json *word_schema(void) {
    wrt_json *schema = wrt_json_new_object();
    wrt_json *properties = wrt_json_new_object();
    wrt_json *word = wrt_json_new_object();
    wrt_json *list = wrt_json_new_array();
    wrt_json *required = wrt_json_new_array();
    wrt_json_push_text(list, WORD);
    wrt_json_set_text(word, "type", "string");
    wrt_json_set(word, "enum", list);
    wrt_json_set(properties, "w", word);
    wrt_json_push_text(required, "w");
    wrt_json_set_text(schema, "type", "object");
    wrt_json_set(schema, "properties", properties);
    wrt_json_set(schema, "required", required);
    wrt_json_set_bool(schema, "additionalProperties", false);
    return schema;
}

static bool is_word_object(const wrt_json *value) {
    return wrt_json_is(value, WRT_JSON_OBJECT) && wrt_json_count(value) == 1 &&
           strcmp(wrt_json_get_text(value, "w", ""), WORD) == 0;
}

static bool is_kept(wrt_form form, wrt_str text) {
    wrt_json *value = NULL;
    if (form == WRT_FORM_GRAMMAR || form == WRT_FORM_STRUCTURED_GRAMMAR)
        return wrt_str_equal_c(text, WORD);
    bool is_word = wrt_json_parse(&value, text, NULL) == WRT_OK && is_word_object(value);
    wrt_json_free(value);
    return is_word;
}

/* ---- constraints ----------------------------------------------------------------------------- */

static wrt_openai_sampling sampling(void) {
    wrt_openai_sampling out = WRT_OPENAI_SAMPLING_INIT;
    out.max_tokens = TOKENS_MAX;
    out.temperature = 0;
    return out;
}

static wrt_status write_chat(wrt_openai_reply *out, wrt_attempt *attempt, wrt_form form,
                             const wrt_json *schema, wrt_err *err) {
    const wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    wrt_openai_chat chat = WRT_OPENAI_CHAT_INIT;
    chat.model = attempt->endpoint->model;
    chat.user = WRT_STR("Say yes.");
    chat.sampling = sampling();
    chat.sampling.max_tokens = wrt_ask_room(attempt->endpoint, TOKENS_MAX);
    wrt_form_set(&chat.constraint, form, word_gbnf, schema);
    return wrt_ask_chat(out, attempt, &chat, &expect, err);
}

static wrt_status write_text(wrt_openai_reply *out, wrt_attempt *attempt, wrt_form form,
                             const wrt_json *schema, wrt_err *err) {
    const wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    wrt_openai_completion request = WRT_OPENAI_COMPLETION_INIT;
    request.model = attempt->endpoint->model;
    request.prompt = WRT_STR("The answer is");
    request.sampling = sampling();
    wrt_form_set(&request.constraint, form, word_gbnf, schema);
    return wrt_ask_text(out, attempt, &request, &expect, err);
}

/* Proves one way and sets its bit. */
static wrt_status prove_form(wrt_endpoint *endpoint, wrt_attempt *attempt, unsigned base,
                             wrt_form form, wrt_err *err) {
    wrt_openai_reply reply;
    wrt_json *schema = word_schema();
    wrt_status status = base == WRT_CAN_CHAT_FORM ? write_chat(&reply, attempt, form, schema, err)
                                                  : write_text(&reply, attempt, form, schema, err);
    if (status == WRT_OK && !is_kept(form, reply.text))
        status = wrt_fail(err, WRT_E_UNSUPPORTED, "%s: the text does not keep to %s",
                          endpoint->name, wrt_form_name(form));
    endpoint->can |= status == WRT_OK ? base << form : 0;
    wrt_openai_reply_free(&reply);
    wrt_json_free(schema);
    return status;
}

#define PROOF(name, base, form)                                                                    \
    static wrt_status name(wrt_endpoint *endpoint, wrt_attempt *attempt, wrt_err *err) {           \
        return prove_form(endpoint, attempt, base, form, err);                                     \
    }
PROOF(chat_grammar, WRT_CAN_CHAT_FORM, WRT_FORM_GRAMMAR)
PROOF(chat_structured_grammar, WRT_CAN_CHAT_FORM, WRT_FORM_STRUCTURED_GRAMMAR)
PROOF(chat_structured_json, WRT_CAN_CHAT_FORM, WRT_FORM_STRUCTURED_JSON)
PROOF(chat_response_format, WRT_CAN_CHAT_FORM, WRT_FORM_RESPONSE_FORMAT)
PROOF(text_grammar, WRT_CAN_TEXT_FORM, WRT_FORM_GRAMMAR)
PROOF(text_structured_grammar, WRT_CAN_TEXT_FORM, WRT_FORM_STRUCTURED_GRAMMAR)
PROOF(text_structured_json, WRT_CAN_TEXT_FORM, WRT_FORM_STRUCTURED_JSON)
PROOF(text_response_format, WRT_CAN_TEXT_FORM, WRT_FORM_RESPONSE_FORMAT)

/* Tries the ways in order until one is proved: each later one can do no more. */
static wrt_status prove_first(wrt_proof *const *proofs, unsigned base, wrt_endpoint *endpoint,
                              wrt_attempt *attempt, wrt_err *err) {
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < WRT_FORMS && status == WRT_OK; i++) {
        if ((endpoint->can & base * WRT_FORMS_ALL) != 0)
            return WRT_OK;
        status = wrt_probe_option(proofs[i], endpoint, attempt, err);
    }
    return status;
}

/* ---- tool calls ------------------------------------------------------------------------------ */

static wrt_status prove_calls(wrt_endpoint *endpoint, wrt_attempt *attempt, wrt_err *err) {
    static const char *const names[] = {"record"};
    wrt_openai_expect expect = WRT_OPENAI_EXPECT_INIT;
    wrt_openai_chat chat = WRT_OPENAI_CHAT_INIT;
    wrt_openai_reply reply;
    wrt_json *schema = word_schema();
    const wrt_openai_tool tool = {
        .name = names[0], .description = "Records a word.", .parameters = schema};
    expect.tools = names;
    expect.n_tools = 1;
    chat.model = endpoint->model;
    chat.user = WRT_STR("Record the word " WORD ".");
    chat.sampling = sampling();
    chat.sampling.max_tokens = wrt_ask_room(endpoint, 4 * TOKENS_MAX);
    chat.tools = &tool;
    chat.n_tools = 1;
    chat.tool_choice = names[0];
    wrt_status status = wrt_ask_chat(&reply, attempt, &chat, &expect, err);
    if (status == WRT_OK && (reply.n_calls != 1 || !is_word_object(reply.calls[0].arguments)))
        status =
            wrt_fail(err, WRT_E_UNSUPPORTED, "%s: a forced tool call did not come", endpoint->name);
    endpoint->can |= status == WRT_OK ? WRT_CAN_CALLS : 0;
    wrt_openai_reply_free(&reply);
    wrt_json_free(schema);
    return status;
}

/* ---- both ------------------------------------------------------------------------------------ */

wrt_status wrt_probe_constraints(wrt_endpoint *endpoint, wrt_attempt *attempt, wrt_err *err) {
    static wrt_proof *const chat[] = {chat_grammar, chat_structured_grammar, chat_structured_json,
                                      chat_response_format};
    static wrt_proof *const text[] = {text_grammar, text_structured_grammar, text_structured_json,
                                      text_response_format};
    wrt_status status = WRT_OK;
    if ((endpoint->can & WRT_CAN_CHAT) != 0)
        status = prove_first(chat, WRT_CAN_CHAT_FORM, endpoint, attempt, err);
    if (status == WRT_OK && (endpoint->can & WRT_CAN_TEXT) != 0)
        status = prove_first(text, WRT_CAN_TEXT_FORM, endpoint, attempt, err);
    if (status == WRT_OK && (endpoint->can & WRT_CAN_CHAT) != 0)
        status = wrt_probe_option(prove_calls, endpoint, attempt, err);
    return status;
}
