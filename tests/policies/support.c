/* support.c: see support.h. */
#include "tests/policies/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

wrt_json *quoted(const char *text) {
    wrt_err err = {0};
    wrt_json *value = NULL;
    char *copy = strdup(text);
    for (char *at = copy; *at != '\0'; at++) {
        if (*at == '\'')
            *at = '"';
    }
    if (wrt_json_parse(&value, wrt_str_of(copy), &err) != WRT_OK)
        fail_msg("%s in %s", err.message, text);
    free(copy);
    return value;
}

wrt_policy *policy_of(const char *rules) {
    wrt_err err = {0};
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    wrt_policy *policy = wrt_policy_new();
    wrt_buf_printf(&text, "{'schema':'warrant/policy/1','name':'t','rules':[%s]}", rules);
    wrt_json *document = quoted(wrt_buf_str(&text).ptr);
    wrt_buf_clear(&text);
    wrt_json_write(&text, document);
    if (wrt_policy_add_text(policy, "t.policy.json", wrt_buf_str(&text), &err) != WRT_OK)
        fail_msg("%s", err.message);
    wrt_json_free(document);
    wrt_buf_free(&text);
    return policy;
}

void assert_decision(const wrt_policy *policy, const char *request, const char *expected) {
    wrt_json *json = quoted(request);
    wrt_decision decision = wrt_policy_decide(policy, json);
    if (strcmp(wrt_decision_name(decision.kind), expected) != 0)
        fail_msg("%s: got %s, expected %s", request, wrt_decision_name(decision.kind), expected);
    assert_string_equal(wrt_json_get_text(decision.record, "decision", ""), expected);
    wrt_json_free(decision.record);
    wrt_json_free(json);
}

const char *outcome_of(wrt_json **owner, const wrt_policy *policy, const wrt_json *request,
                       const char *rule) {
    *owner = wrt_policy_explain(policy, request);
    WRT_JSON_EACH(line, wrt_json_get(*owner, "rules")) {
        if (strcmp(wrt_json_get_text(line, "id", ""), rule) == 0)
            return wrt_json_get_text(line, "outcome", "");
    }
    return "no such rule";
}

char *canonical(const wrt_json *value) {
    wrt_buf out = wrt_buf_make(WRT_MIB(16));
    wrt_json_write_canonical(&out, value);
    return wrt_buf_take(&out);
}
