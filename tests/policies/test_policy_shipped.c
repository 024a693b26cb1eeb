/* test_policy_shipped.c: the rule files in policies/.
 *
 * Beyond the tests inside the files: requests in the exact shapes that the program sends, and
 * texts that the two text rules must and must not stop. */
#include "tests/policies/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static wrt_policy *load(const char *const *names) {
    wrt_policy *policy = wrt_policy_new();
    for (; *names != NULL; names++) {
        wrt_err err = {0};
        char path[512];
        (void)snprintf(path, sizeof path, "%s/policies/%s", TEST_SOURCE_DIR, *names);
        if (wrt_policy_add_file(policy, path, &err) != WRT_OK)
            fail_msg("%s", err.message);
    }
    return policy;
}

static const char *const only_default[] = {"default.policy.json", NULL};
static const char *const only_offline[] = {"offline.policy.json", NULL};
static const char *const only_clinical[] = {"clinical.policy.json", NULL};
static const char *const only_dual_use[] = {"dual-use.policy.json", NULL};
static const char *const only_phi[] = {"phi.policy.json", NULL};
static const char *const only_no_sandbox[] = {"no-sandbox.policy.json", NULL};
static const char *const all[] = {"clinical.policy.json", "default.policy.json",
                                  "dual-use.policy.json", "offline.policy.json",
                                  "phi.policy.json",      NULL};
static const char *const both[] = {"default.policy.json", "offline.policy.json", NULL};
static const char *const *const shipped[] = {
    only_default, only_offline, only_clinical, only_dual_use, only_phi, only_no_sandbox, all};

static void shipped_policies_pass_their_own_tests(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof shipped / sizeof *shipped; i++) {
        wrt_err err = {0};
        wrt_json *report = NULL;
        wrt_policy *policy = load(shipped[i]);
        wrt_status status = wrt_policy_test(&report, policy, &err);
        if (status != WRT_OK) {
            char *bytes = canonical(wrt_json_get(report, "failed"));
            fail_msg("%s %s", err.message, bytes);
        }
        assert_int_equal(wrt_json_count(wrt_json_get(report, "untested")), 0);
        wrt_json_free(report);
        wrt_policy_free(policy);
    }
}

static void assert_covered(const wrt_policy *policy, const wrt_json *rule) {
    const char *id = wrt_json_get_text(rule, "id", "");
    int speaks = 0;
    int silent = 0;
    WRT_JSON_EACH(test, wrt_json_get(rule, "tests")) {
        wrt_json *owner;
        const char *outcome = outcome_of(&owner, policy, wrt_json_get(test, "in"), id);
        bool expects_silence = strcmp(wrt_json_get_text(test, "expect", ""), "not_applicable") == 0;
        assert_string_not_equal(outcome, "error");
        if (expects_silence)
            silent++;
        else if (strcmp(outcome, "satisfied") == 0)
            speaks++;
        wrt_json_free(owner);
    }
    if (speaks == 0 || silent == 0)
        fail_msg("rule %s: %d tests of a match, %d of not_applicable", id, speaks, silent);
}

static void shipped_rules_test_a_match_and_a_miss_each(void **state) {
    (void)state;
    wrt_policy *policy = load(all);
    wrt_json *document = wrt_policy_document(policy);
    WRT_JSON_EACH(rule, wrt_json_get(document, "rules")) {
        assert_covered(policy, rule);
        assert_true(strlen(wrt_json_get_text(rule, "message", "")) > 10);
    }
    wrt_json_free(document);
    wrt_policy_free(policy);
}

/* Every rule, every condition both ways, and at least 95 of 100 small changes of a file are noticed
 * by the tests inside it (coverage.c). */
static void shipped_policies_are_held_in_place_by_their_own_tests(void **state) {
    (void)state;
    for (size_t i = 0; i + 1 < sizeof shipped / sizeof *shipped; i++) {
        wrt_policy *policy = load(shipped[i]);
        wrt_json *report = wrt_policy_coverage(policy);
        assert_int_equal(wrt_json_get_int(report, "rules_covered", -1),
                         wrt_json_get_int(report, "rules", -2));
        assert_int_equal(wrt_json_get_int(report, "leaves_covered", -1),
                         wrt_json_get_int(report, "leaves", -2));
        int64_t mutants = wrt_json_get_int(report, "mutants", 0);
        int64_t caught = wrt_json_get_int(report, "mutants_caught", 0);
        if (mutants == 0 || caught * 100 < mutants * 95)
            fail_msg("%s: %lld of %lld changes noticed", shipped[i][0], (long long)caught,
                     (long long)mutants);
        wrt_json_free(report);
        wrt_policy_free(policy);
    }
}

static void shipped_rules_cite_and_explain(void **state) {
    (void)state;
    wrt_policy *policy = load(all);
    wrt_json *document = wrt_policy_document(policy);
    WRT_JSON_EACH(rule, wrt_json_get(document, "rules")) {
        const char *id = wrt_json_get_text(rule, "id", "");
        bool is_overlay = strncmp(id, "clinical.", 9) == 0 || strncmp(id, "phi.", 4) == 0 ||
                          strncmp(id, "dual-use.", 9) == 0;
        if (is_overlay && strcmp(id, "clinical.emergency") != 0 &&
            wrt_json_count(wrt_json_get(rule, "cites")) == 0)
            fail_msg("rule %s cites nothing", id);
    }
    wrt_json_free(document);
    wrt_policy_free(policy);
}

static void shipped_policies_are_free_of_lint(void **state) {
    (void)state;
    wrt_policy *policy = load(all);
    wrt_json *tools =
        quoted("['kg_resolve','kg_node','kg_neighbors','kg_paths','kg_edge','pubmed_search',"
               "'pubmed_fetch','pubmed_quote','causal_dsep','causal_check_adjustment',"
               "'causal_adjustment_sets','causal_identify','causal_frontdoor','causal_instruments',"
               "'causal_implications','effect_estimate','scm_describe','scm_simulate','scm_query',"
               "'scm_whatif','scm_effect']");
    wrt_json *warnings = wrt_policy_lint(policy, tools);
    if (wrt_json_count(warnings) > 0) {
        char *bytes = canonical(warnings);
        fail_msg("%s", bytes);
    }
    wrt_json_free(warnings);
    wrt_json_free(tools);
    wrt_policy_free(policy);
}

/* ---- requests as the program makes them */

#define CALL(tool, args, offline)                                                                  \
    "{'phase':'tool_call','principal':'local','tool':'" tool "','args':" args                      \
    ",'taint':{'labels':[],'integrity':'user'},'counters':{'tool.calls':3,'tool." tool             \
    ".calls':1},'mode':{'offline':" offline                                                        \
    "},'history':[{'tool':'kg_resolve','phase':'tool_call'}]}"

#define CLAIM(relation, rung, kind, grounds)                                                       \
    "{'phase':'claim','claim':{'id':'c3','subject':{'id':'DB00945','name':'aspirin'},"             \
    "'relation':'" relation "','object':{'id':'HGNC:9604','name':'PTGS1'},'rung':" rung            \
    ",'rung_reason':'x','polarity':-1,'population':'adults','certainty':'low',"                    \
    "'grounds':[{'evidence':'e7','role':'supports'}],'warrant':{'kind':'" kind                     \
    "','check':'ev:1','assumptions':[]},'text':'x','grounds_count':" grounds                       \
    "},'mode':{'offline':true}}"

#define LLM(labels, host, loopback)                                                                \
    "{'phase':'llm_request','text':'x','taint':{'labels':" labels                                  \
    ",'integrity':'user'},'dest':{'host':'" host "','port':0,'loopback':" loopback "}}"

static const struct {
    const char *request;
    const char *decision;
    const char *determining; /* the first one, or "" */
} program_requests[] = {
    {"{'phase':'input','text':'Does aspirin prevent colorectal cancer?'}", "allow", "phase.input"},
    {"{'phase':'plan','plan':{'steps':[{'tool':'kg_paths'}]},'tools':['kg_paths']}", "allow",
     "phase.plan"},
    {CALL("kg_paths", "{'from':'a','to':'b'}", "true"), "allow", "tool.kg-read"},
    {CALL("causal_identify", "{}", "true"), "allow", "tool.causal"},
    {CALL("effect_estimate", "{}", "true"), "allow", "tool.effect"},
    {CALL("scm_whatif", "{}", "true"), "allow", "tool.scm"},
    {CALL("pubmed_search", "{'query':'x','source':'local'}", "true"), "allow", "tool.pubmed-local"},
    {CALL("pubmed_search", "{'query':'x','source':'live'}", "true"), "deny", "net.offline-live"},
    {CALL("pubmed_search", "{'query':'x','source':'live'}", "false"), "allow", "tool.pubmed-live"},
    {CALL("shell_run", "{}", "false"), "deny", ""},
    {"{'phase':'tool_result','tool':'kg_paths','taint':{'labels':[],'integrity':'user'}}", "allow",
     "phase.tool-result"},
    {LLM("[]", "", "true"), "allow", "llm.local"},
    {LLM("['phi']", "", "true"), "allow", "llm.local"},
    {LLM("[]", "api.example.org", "false"), "deny", ""},
    {LLM("['phi']", "api.example.org", "false"), "deny", "net.no-phi-egress"},
    {"{'phase':'llm_response','text':'{}'}", "allow", "phase.llm-response"},
    {CLAIM("causes", "2", "curated_mechanism", "1"), "allow", "phase.claim"},
    {CLAIM("causes", "2", "none", "1"), "allow", "phase.claim"},
    {CLAIM("associated_with", "1", "none", "0"), "deny", "claim.no-grounds"},
    {"{'phase':'output','text':'Aspirin inhibits PTGS1.'}", "allow", "phase.output"},
    {"{'phase':'export'}", "allow", "phase.export"},
};

static void default_policy_decides_the_program_s_requests_without_error(void **state) {
    (void)state;
    wrt_policy *policy = load(only_default);
    for (size_t i = 0; i < sizeof program_requests / sizeof *program_requests; i++) {
        wrt_json *request = quoted(program_requests[i].request);
        wrt_decision decision = wrt_policy_decide(policy, request);
        const wrt_json *id = wrt_json_first(wrt_json_get(decision.record, "determining"));
        const char *name = wrt_json_text(id);
        if (strcmp(wrt_decision_name(decision.kind), program_requests[i].decision) != 0)
            fail_msg("%s: got %s", program_requests[i].request, wrt_decision_name(decision.kind));
        assert_string_equal(name != NULL ? name : "", program_requests[i].determining);
        assert_int_equal(wrt_json_count(wrt_json_get(decision.record, "errors")), 0);
        wrt_json_free(decision.record);
        wrt_json_free(request);
    }
    wrt_policy_free(policy);
}

static void default_policy_downgrades_causal_claim_without_warrant(void **state) {
    (void)state;
    wrt_policy *policy = load(only_default);
    wrt_json *request = quoted(CLAIM("causes", "2", "none", "1"));
    wrt_decision decision = wrt_policy_decide(policy, request);
    char *bytes = canonical(wrt_json_get(decision.record, "obligations"));
    assert_string_equal(bytes,
                        "[{\"to_rung\":1,\"type\":\"downgrade\",\"wording\":\"associated_with\"}]");
    free(bytes);
    wrt_json_free(decision.record);
    wrt_json_free(request);
    wrt_policy_free(policy);
}

static void offline_policy_narrows_the_default_and_permits_nothing(void **state) {
    (void)state;
    wrt_policy *alone = load(only_offline);
    wrt_policy *policy = load(both);
    assert_decision(alone, CALL("kg_paths", "{}", "false"), "deny");
    assert_decision(policy, CALL("kg_paths", "{}", "false"), "allow");
    assert_decision(policy, CALL("pubmed_search", "{'source':'local'}", "false"), "allow");
    assert_decision(policy, CALL("pubmed_search", "{'source':'live'}", "false"), "deny");
    assert_decision(policy, CALL("pubmed_search", "{}", "false"), "deny");
    assert_decision(policy, LLM("[]", "", "true"), "allow");
    assert_decision(policy, LLM("[]", "api.example.org", "false"), "deny");
    wrt_policy_free(alone);
    wrt_policy_free(policy);
}

/* ---- texts */

static void assert_texts(const wrt_policy *policy, const char *phase, const char *const *texts,
                         const char *expected) {
    for (; *texts != NULL; texts++) {
        wrt_json *request = wrt_json_new_object();
        wrt_json_set_text(request, "phase", phase);
        wrt_json_set_text(request, "text", *texts);
        wrt_decision decision = wrt_policy_decide(policy, request);
        if (strcmp(wrt_decision_name(decision.kind), expected) != 0)
            fail_msg("'%s': got %s, expected %s", *texts, wrt_decision_name(decision.kind),
                     expected);
        assert_int_equal(wrt_json_count(wrt_json_get(decision.record, "errors")), 0);
        wrt_json_free(decision.record);
        wrt_json_free(request);
    }
}

static void default_policy_stops_emergencies_and_lets_questions_pass(void **state) {
    (void)state;
    static const char *const emergencies[] = {"I am suicidal",
                                              "I'm feeling suicidal",
                                              "suicidal",
                                              "My daughter is suicidal",
                                              "I want to die",
                                              "I want to kill myself",
                                              "how do I end my life",
                                              "I don't want to live any more",
                                              "overdose now",
                                              "My son took an overdose, what do I do?",
                                              "I've just overdosed on paracetamol",
                                              "I think I have overdosed",
                                              "Chest pain now",
                                              "chest pain right now, help",
                                              "I have severe chest pain",
                                              "I'm having a heart attack",
                                              "I can't breathe",
                                              "my friend has stopped breathing",
                                              NULL};
    static const char *const questions[] = {
        "How does naloxone treat opioid overdose?",
        "Do SSRIs increase suicidal ideation in adolescents?",
        "Does isotretinoin cause suicidal behaviour?",
        "Which genes link aspirin to chest pain relief?",
        "Opioid overdose now causes more deaths than car crashes: why?",
        "What causes chest pain in patients with GERD?",
        "Does lithium reduce suicide risk?",
        "I am not suicidal, I study lithium",
        "Which drugs treat heart attack?",
        "Is overdose of acetaminophen hepatotoxic through NAPQI?",
        "Why do patients with panic disorder have chest pain?",
        "What is the treatment of drug overdose nowadays",
        "I have a question about chest pain",
        "I have data on stroke outcomes; is warfarin protective?",
        "I have a graph: stroke <- AF -> death",
        "How does ketamine act on suicidal thoughts?",
        "I have stroke data, is warfarin protective?",
        "I have chest pain data from a registry",
        "I have a stroke cohort",
        NULL};
    wrt_policy *policy = load(only_default);
    assert_texts(policy, "input", emergencies, "deny");
    assert_texts(policy, "input", questions, "allow");
    wrt_policy_free(policy);
}

static void default_policy_stops_dosing_directives_outside_cited_quotes(void **state) {
    (void)state;
    static const char *const directives[] = {"You should take 20 mg of atorvastatin every evening.",
                                             "you should stop warfarin",
                                             "You should start metformin.",
                                             "You should not take ibuprofen.",
                                             "take 5 mg",
                                             "Take 2.5 mg twice daily",
                                             "Take two tablets with water.",
                                             "Please stop taking your statin.",
                                             "Stop taking warfarin.",
                                             "I recommend that you take aspirin.",
                                             "You must immediately discontinue the drug.",
                                             "Your dose should be lowered.",
                                             "Your daily dose is 5 mg.",
                                             "Inject 10 units before breakfast.",
                                             "You need to reduce your insulin dose.",
                                             "Reduce your insulin.",
                                             "You are advised to take 40 mg.",
                                             "\"You should take 5 mg\" said nobody.",
                                             "PMID 1. You should take 5 mg \"x\"",
                                             "“Take 5 mg” is what I say.",
                                             "The answer is: take aspirin 81 mg daily",
                                             NULL};
    static const char *const reports[] = {
        "\"Take 5 mg twice daily\" (PMID 12345678)",
        "“You should take 5 mg” [e7]",
        "PMID 123: \"You should take 5 mg\".",
        "Patients who take 20 mg of atorvastatin had lower LDL.",
        "Participants were randomised to take 20 mg daily.",
        "Patients who stop taking statins have more events.",
        "You should start by adjusting for age.",
        "You should take into account confounding by indication.",
        "In the trial, 20 mg of atorvastatin reduced LDL by 43 %.",
        "We take 5 g of tissue.",
        "Aspirin inhibits PTGS1; no causal path was found.",
        "The dose should be adjusted for age in the model.",
        "Simulations take 5 minutes.",
        "Warfarin 5 mg daily was compared with placebo.",
        "Stopping warfarin increases the risk of stroke.",
        "Researchers should take the estimate with care: 5 studies",
        NULL};
    wrt_policy *policy = load(only_default);
    assert_texts(policy, "output", directives, "deny");
    assert_texts(policy, "output", reports, "allow");
    wrt_policy_free(policy);
}

/* A long answer must not cost the text rules their limits. */
static void default_policy_decides_long_texts_without_error(void **state) {
    (void)state;
    wrt_policy *policy = load(only_default);
    wrt_buf text = wrt_buf_make(WRT_MIB(1));
    for (int i = 0; i < 4000; i++)
        wrt_buf_add_c(&text, "Patients take \"a drug\" and you may read 5 of my 12 notes, I am. ");
    const char *const texts[] = {text.ptr, NULL};
    assert_texts(policy, "output", texts, "allow");
    assert_texts(policy, "input", texts, "allow");
    wrt_buf_free(&text);
    wrt_policy_free(policy);
}

int main(void) {
    wrt_crypto_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_policies_pass_their_own_tests),
        cmocka_unit_test(shipped_rules_test_a_match_and_a_miss_each),
        cmocka_unit_test(shipped_policies_are_held_in_place_by_their_own_tests),
        cmocka_unit_test(shipped_rules_cite_and_explain),
        cmocka_unit_test(shipped_policies_are_free_of_lint),
        cmocka_unit_test(default_policy_decides_the_program_s_requests_without_error),
        cmocka_unit_test(default_policy_downgrades_causal_claim_without_warrant),
        cmocka_unit_test(offline_policy_narrows_the_default_and_permits_nothing),
        cmocka_unit_test(default_policy_stops_emergencies_and_lets_questions_pass),
        cmocka_unit_test(default_policy_stops_dosing_directives_outside_cited_quotes),
        cmocka_unit_test(default_policy_decides_long_texts_without_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
