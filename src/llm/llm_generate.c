/* llm_generate.c: text under a constraint. The constraint becomes a grammar here, whatever the
 * backend, and what comes back is checked against it here, whatever the backend promised.
 *
 * A backend without tool calls of its own gets a schema whose instances are the calls:
 * {"name":"a","arguments":{...}}, one branch a tool. */
#include "base/schema.h"
#include "llm/grammar/gbnf.h"
#include "llm/grammar/schema_gbnf.h"
#include "llm/internal.h"

#include <string.h>

enum { TEXT_MAX = 1 << 22, GRAMMAR_MAX = 1 << 22, TOOLS_MAX = 128, TOKENS_MAX = 1 << 20 };

/* A request as the backend sees it, and what was made for it. */
typedef struct {
    wrt_llm_request request;
    wrt_json *schema; /* of tool calls; owned */
    wrt_buf text;     /* of the grammar */
    wrt_gbnf *grammar;
} job;

/* ---- checks ---------------------------------------------------------------------------------- */

static wrt_status check_tool(const wrt_json *tool, size_t index, wrt_err *err) {
    const char *name = wrt_json_get_text(tool, "name", "");
    const wrt_json *parameters = wrt_json_get(tool, "parameters");
    if (name[0] == '\0' || strlen(name) > 64)
        return wrt_fail(err, WRT_E_INPUT, "tool %zu has no name of 1 to 64 bytes", index + 1);
    if (!wrt_json_is(parameters, WRT_JSON_OBJECT))
        return wrt_fail(err, WRT_E_INPUT, "tool \"%s\" has no schema in \"parameters\"", name);
    wrt_status status = wrt_schema_check(parameters, err);
    if (status != WRT_OK)
        wrt_err_prefix(err, "tool \"%s\"", name);
    return status;
}

static wrt_status check_tools(const wrt_json *tools, wrt_err *err) {
    size_t n = wrt_json_count(tools);
    size_t index = 0;
    if (tools == NULL)
        return WRT_OK;
    if (!wrt_json_is(tools, WRT_JSON_ARRAY) || n == 0 || n > TOOLS_MAX)
        return wrt_fail(err, WRT_E_INPUT, "tools must be a list of 1 to %d tools", TOOLS_MAX);
    WRT_JSON_EACH(tool, tools) {
        wrt_status status = check_tool(tool, index++, err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

static wrt_status check_request(const wrt_llm_request *request, wrt_err *err) {
    int constraints =
        (request->gbnf != NULL) + (request->schema != NULL) + (request->tools != NULL);
    if (constraints > 1)
        return wrt_fail(err, WRT_E_INPUT, "give one of grammar, schema and tools");
    if (request->max_tokens < 1 || request->max_tokens > TOKENS_MAX)
        return wrt_fail(err, WRT_E_INPUT, "max_tokens is %d; accepted: 1 to %d",
                        request->max_tokens, TOKENS_MAX);
    if (!(request->temperature >= 0 && request->temperature <= 2))
        return wrt_fail(err, WRT_E_INPUT, "temperature is %g; accepted: 0 to 2",
                        request->temperature);
    if (!(request->top_p >= 0 && request->top_p <= 1))
        return wrt_fail(err, WRT_E_INPUT, "top_p is %g; accepted: 0 to 1", request->top_p);
    wrt_status status = wrt_llm_check_prompt(&request->prompt, err);
    if (status == WRT_OK && request->schema != NULL)
        status = wrt_schema_check(request->schema, err);
    return status != WRT_OK ? status : check_tools(request->tools, err);
}

/* ---- tools as a schema ----------------------------------------------------------------------- */

static const char defs_path[] = "#/$defs/";

static bool holds_plain_data(const char *keyword) {
    static const char *const names[] = {"const", "enum", "default", "examples"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(keyword, names[i]) == 0)
            return true;
    }
    return false;
}

static wrt_json *renamed_ref(const char *ref, size_t tool) {
    wrt_buf text = wrt_buf_make(WRT_KIB(64));
    wrt_buf_printf(&text, "%st%zu-%s", defs_path, tool, ref + sizeof defs_path - 1);
    wrt_json *value = wrt_json_new_text(wrt_buf_str(&text));
    wrt_buf_free(&text);
    return value;
}

/* Whether the members of this keyword's object are named by the schema's author, not by JSON
 * Schema. */
static bool holds_named_schemas(const char *keyword) {
    return strcmp(keyword, "properties") == 0 || strcmp(keyword, "$defs") == 0;
}

/* A copy of a schema in which "#/$defs/NAME" reads "#/$defs/tTOOL-NAME", so that the definitions of
 * several tools can stand in one schema. `is_named`: the object's members are schemas, whatever
 * their names. Depth is that of JSON values, at most 64 by check. */
// NOLINTNEXTLINE(misc-no-recursion)
static wrt_json *with_own_names(const wrt_json *value, size_t tool, bool is_named) {
    if (wrt_json_is(value, WRT_JSON_ARRAY)) {
        wrt_json *list = wrt_json_new_array();
        WRT_JSON_EACH(item, value)
        wrt_json_push(list, with_own_names(item, tool, false));
        return list;
    }
    if (!wrt_json_is(value, WRT_JSON_OBJECT))
        return wrt_json_copy(value);
    wrt_json *object = wrt_json_new_object();
    WRT_JSON_EACH(member, value) {
        const char *key = wrt_json_key(member);
        const char *ref = is_named || strcmp(key, "$ref") != 0 ? NULL : wrt_json_text(member);
        wrt_json *copy = NULL;
        if (ref != NULL && strncmp(ref, defs_path, sizeof defs_path - 1) == 0)
            copy = renamed_ref(ref, tool);
        else if (!is_named && holds_plain_data(key))
            copy = wrt_json_copy(member);
        else
            copy = with_own_names(member, tool, !is_named && holds_named_schemas(key));
        wrt_json_set(object, key, copy);
    }
    return object;
}

static void move_definitions(wrt_json *defs, wrt_json *parameters, size_t tool) {
    wrt_json *own = wrt_json_take(parameters, "$defs");
    wrt_buf name = wrt_buf_make(WRT_KIB(64));
    WRT_JSON_EACH(member, own) {
        wrt_buf_clear(&name);
        wrt_buf_printf(&name, "t%zu-%s", tool, wrt_json_key(member));
        wrt_json_set(defs, name.ptr, wrt_json_copy(member));
    }
    wrt_buf_free(&name);
    wrt_json_free(own);
}

/* {"type":"object","properties":{"name":{"const":NAME},"arguments":PARAMETERS},"required":[..]} */
static wrt_json *call_schema(const char *tool, wrt_json *parameters) {
    wrt_json *schema = wrt_json_new_object();
    wrt_json *properties = wrt_json_new_object();
    wrt_json *name = wrt_json_new_object();
    wrt_json *required = wrt_json_new_array();
    wrt_json_set_text(name, "const", tool);
    wrt_json_set(properties, "name", name);
    wrt_json_set(properties, "arguments", parameters);
    wrt_json_push_text(required, "name");
    wrt_json_push_text(required, "arguments");
    wrt_json_set_text(schema, "type", "object");
    wrt_json_set(schema, "properties", properties);
    wrt_json_set(schema, "required", required);
    wrt_json_set_bool(schema, "additionalProperties", false);
    return schema;
}

static wrt_json *schema_of_calls(const wrt_json *tools) {
    wrt_json *schema = wrt_json_new_object();
    wrt_json *branches = wrt_json_new_array();
    wrt_json *defs = wrt_json_new_object();
    size_t index = 0;
    WRT_JSON_EACH(tool, tools) {
        wrt_json *parameters = with_own_names(wrt_json_get(tool, "parameters"), index, false);
        move_definitions(defs, parameters, index++);
        wrt_json_push(branches, call_schema(wrt_json_get_text(tool, "name", ""), parameters));
    }
    wrt_json_set(schema, "anyOf", branches);
    wrt_json_set(schema, "$defs", defs);
    return schema;
}

/* ---- the job --------------------------------------------------------------------------------- */

static wrt_status job_open(job *j, const wrt_llm *llm, const wrt_llm_request *request,
                           wrt_err *err) {
    bool is_native = request->tools != NULL && llm->backend->native_tools != NULL &&
                     llm->backend->native_tools(llm->self, request->own_calls);
    *j = (job){.request = *request, .text = wrt_buf_make(GRAMMAR_MAX)};
    if (request->tools != NULL && !is_native) {
        j->schema = schema_of_calls(request->tools);
        j->request.schema = j->schema;
        j->request.tools = NULL;
    }
    wrt_status status = WRT_OK;
    if (j->request.schema != NULL) {
        status = wrt_schema_to_gbnf(&j->text, j->request.schema, err);
        j->request.gbnf = j->text.ptr;
    }
    if (status == WRT_OK && j->request.gbnf != NULL)
        status = wrt_gbnf_parse(&j->grammar, wrt_str_of(j->request.gbnf), err);
    return status;
}

static void job_close(job *j) {
    wrt_json_free(j->schema);
    wrt_buf_free(&j->text);
    wrt_gbnf_free(j->grammar);
}

/* ---- checking what came back ----------------------------------------------------------------- */

static const wrt_json *find_tool(const wrt_json *tools, const char *name) {
    WRT_JSON_EACH(tool, tools) {
        if (strcmp(wrt_json_get_text(tool, "name", ""), name) == 0)
            return tool;
    }
    return NULL;
}

static wrt_status check_call(const wrt_json *call, const wrt_json *tools, wrt_err *err) {
    const char *name = wrt_json_get_text(call, "name", "");
    const wrt_json *tool = find_tool(tools, name);
    if (tool == NULL)
        return wrt_fail(err, WRT_E_FAILED,
                        "the model called a tool \"%.64s\" that it was not given", name);
    if (wrt_schema_validate(wrt_json_get(tool, "parameters"), wrt_json_get(call, "arguments"),
                            "arguments", err) == WRT_OK)
        return WRT_OK;
    wrt_err_prefix(err, "the model called \"%s\" wrongly", name);
    if (err != NULL)
        err->code = WRT_E_FAILED;
    return WRT_E_FAILED;
}

static wrt_status check_calls(const wrt_json *calls, const wrt_json *tools, wrt_err *err) {
    WRT_JSON_EACH(call, calls) {
        wrt_status status = check_call(call, tools, err);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

/* JSON of the schema, in whatever white space and member order the backend wrote it. */
static wrt_status check_json(wrt_json **out, const job *j, wrt_str text, wrt_err *err) {
    wrt_err why = {0};
    wrt_status status = wrt_json_parse(out, text, &why);
    if (status == WRT_OK)
        status = wrt_schema_validate(j->request.schema, *out, "reply", &why);
    return status == WRT_OK
               ? WRT_OK
               : wrt_fail(err, WRT_E_FAILED, "the model's reply is not JSON of the schema: %s",
                          why.message);
}

static wrt_status check_text(wrt_llm_reply *out, const job *j, wrt_err *err) {
    wrt_str text = wrt_buf_str(&out->text);
    wrt_json *value = NULL;
    bool accepted = true;
    if (!wrt_utf8_valid(text))
        return wrt_fail(err, WRT_E_FAILED, "the model's text is not valid UTF-8");
    if (j->request.schema != NULL) {
        wrt_status status = check_json(&value, j, text, err);
        if (status == WRT_OK && j->schema != NULL) {
            out->tool_calls = wrt_json_new_array();
            wrt_json_push(out->tool_calls, wrt_json_copy(value));
            wrt_buf_clear(&out->text);
        }
        wrt_json_free(value);
        return status;
    }
    if (j->grammar == NULL)
        return WRT_OK;
    wrt_status status = wrt_gbnf_accepts(&accepted, j->grammar, text, err);
    if (status == WRT_OK && !accepted)
        status = wrt_fail(err, WRT_E_FAILED, "the model's text is not a sentence of the grammar");
    return status;
}

static wrt_status check_reply(wrt_llm_reply *out, const job *j, const wrt_json *tools,
                              wrt_err *err) {
    wrt_status status = WRT_OK;
    if (out->tool_calls == NULL)
        status = check_text(out, j, err);
    if (status == WRT_OK && tools != NULL && wrt_json_count(out->tool_calls) == 0 &&
        out->text.len == 0)
        status = wrt_fail(err, WRT_E_FAILED, "the model neither called a tool nor wrote a text");
    return status == WRT_OK ? check_calls(out->tool_calls, tools, err) : status;
}

/* ---- the call -------------------------------------------------------------------------------- */

void wrt_llm_reply_free(wrt_llm_reply *reply) {
    if (reply == NULL)
        return;
    wrt_buf_free(&reply->text);
    wrt_json_free(reply->tool_calls);
    *reply = (wrt_llm_reply){0};
}

wrt_status wrt_llm_generate(wrt_llm_reply *out, wrt_llm *llm, const wrt_llm_request *request,
                            wrt_err *err) {
    job j;
    *out = (wrt_llm_reply){.text = wrt_buf_make(TEXT_MAX)};
    if (llm == NULL)
        return wrt_llm_no_model(err);
    const wrt_llm_usage before = llm->usage;
    wrt_status status = check_request(request, err);
    if (status != WRT_OK)
        return status;
    status = job_open(&j, llm, request, err);
    if (status == WRT_OK) {
        status = llm->backend->generate(llm->self, out, &j.request, &llm->usage, err);
        wrt_llm_count_call(llm, &before);
    }
    if (status == WRT_OK)
        status = check_reply(out, &j, request->tools, err);
    job_close(&j);
    if (status != WRT_OK)
        wrt_llm_reply_free(out);
    return status;
}
