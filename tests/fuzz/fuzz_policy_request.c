/* fuzz_policy_request.c: any bytes as a request to rules that use every operator.
 *
 * Whatever the bytes are: nothing crashes; a decider that has decided before decides as a new one
 * does; an allow names the permits it rests on and needs no change, a refusal of a readable request
 * names what would have to change; a rule set does not differ from itself. */
#include "policies/decider.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char rules[] =
    "{'schema':'warrant/policy/1','rules':["
    "{'id':'p','effect':'permit','unless':{'field':'args.k','in':[1,'a',null,{'x':1}]}},"
    "{'id':'q','effect':'permit','tools':['kg_*','pubmed_fetch'],'when':{'field':'o.a.b','eq':'c'}}"
    ","
    "{'id':'a','effect':'forbid','when':{'all':[{'field':'text','exists':true},"
    "{'field':'text','pcre2':'(?i)\\\\bdose\\\\s+\\\\d+'}]}},"
    "{'id':'b','effect':'forbid','when':{'field':'taint.labels','has_any':['phi','x']}},"
    "{'id':'c','effect':'forbid','when':{'not':{'field':'taint.labels','has_none':['y']}}},"
    "{'id':'d','effect':'forbid','when':{'field':'list','has_all':['a',1]}},"
    "{'id':'e','effect':'forbid','when':{'any':[{'field':'n','lt':0},{'field':'n','gt':9}]}},"
    "{'id':'f','effect':'forbid','when':{'field':'list','count':{'ge':3,'le':5}}},"
    "{'id':'g','effect':'require_approval','when':{'field':'history','seq':['kg_*','pubmed_*']}},"
    "{'id':'h','effect':'forbid','tools':['evil'],'when':{'field':'args.path','prefix':'/'}},"
    "{'id':'i','effect':'forbid','when':{'field':'args.path','glob':'*..*'}},"
    "{'id':'j','effect':'limit','limit':{'counter':'tool.calls','max':3,'window_s':60}},"
    "{'id':'k','effect':'redact','when':{'field':'facts.phi.classes','count':{'gt':0}},"
    "'obligations':[{'type':'redact','fields':['text']}]},"
    "{'id':'l','effect':'label','when':{'field':'taint.integrity_level','le':'tool_untrusted'},"
    "'obligations':[{'type':'label','labels':['l']}]},"
    "{'id':'m','effect':'downgrade','when':{'field':'claim.rung','ne':1},"
    "'obligations':[{'type':'downgrade','to_rung':1}]}]}";

static void check(bool holds) {
    if (!holds)
        abort();
}

/* Made once and used for every input, so that what one request leaves behind meets the next. */
static wrt_policy *policy;
static wrt_decider *decider;

static void prepare(void) {
    char text[sizeof rules];
    memcpy(text, rules, sizeof rules);
    for (char *at = text; *at != '\0'; at++) {
        if (*at == '\'')
            *at = '"';
    }
    wrt_crypto_init();
    policy = wrt_policy_new();
    check(wrt_policy_add_text(policy, "fuzz", wrt_str_of(text), NULL) == WRT_OK);
    decider = wrt_decider_new(policy);
}

static void clean_up(void) {
    wrt_decider_free(decider);
    wrt_policy_free(policy);
}

static void check_explanation(const wrt_json *request, const wrt_json *record) {
    wrt_json *explained = wrt_policy_explain(policy, request);
    size_t remedies = wrt_json_count(wrt_json_get(explained, "would_be_allowed_if"));
    bool allowed = strcmp(wrt_json_get_text(record, "decision", ""), "allow") == 0;
    bool readable = wrt_json_count(wrt_json_get(explained, "rules")) > 0;
    check(wrt_json_equal(wrt_json_get(explained, "decision"), record));
    check((remedies == 0) == (allowed || !readable));
    wrt_json_free(explained);
}

static void exercise(const wrt_json *request) {
    const wrt_ruling *ruling = wrt_decider_decide(decider, request);
    wrt_json *record = wrt_decider_record(decider);
    wrt_decision fresh = wrt_policy_decide(policy, request);
    check(wrt_json_equal(record, fresh.record));
    check(ruling->kind == fresh.kind);
    check(ruling->kind != WRT_DECISION_ALLOW || ruling->n_determining > 0);
    check(ruling->n_errors == wrt_json_count(wrt_json_get(record, "errors")));
    check(strcmp(wrt_policy_change(record, fresh.record), "same") == 0);
    check_explanation(request, record);
    wrt_json_free(fresh.record);
    wrt_json_free(record);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_json *request = NULL;
    if (policy == NULL) {
        prepare();
        (void)atexit(clean_up);
    }
    if (wrt_json_parse(&request, (wrt_str){(const char *)data, size}, NULL) == WRT_OK)
        exercise(request);
    wrt_json_free(request);
    return 0;
}
