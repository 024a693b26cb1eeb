/* policy.c: a policy is the union of its files.
 *
 * Files are parsed apart and joined whole or not at all. The joined view holds what every decision
 * needs and no decision may compute: rules sorted by id, distinct obligations in their order of
 * application, and the hash that names the rule set in each record. */
#include "policies/program.h"

#include "base/file.h"

#include <stdlib.h>
#include <string.h>

wrt_policy *wrt_policy_new(void) {
    wrt_policy *policy = wrt_calloc(1, sizeof *policy);
    wrt_sha256 digest = wrt_sha256_of(WRT_STR("[]"));
    wrt_sha256_hex(policy->hash, &digest);
    policy->program = wrt_program_new(policy);
    return policy;
}

void wrt_policy_free(wrt_policy *policy) {
    if (policy == NULL)
        return;
    for (size_t i = 0; i < policy->n_units; i++)
        wrt_unit_free(policy->units[i]);
    free(policy->units);
    free(policy->rules);
    free(policy->obligations);
    wrt_program_free(policy->program);
    free(policy);
}

static int compare_rules(const void *a, const void *b) {
    const wrt_rule *const *left = a;
    const wrt_rule *const *right = b;
    return strcmp((*left)->id, (*right)->id);
}

static int compare_obligations(const void *a, const void *b) {
    const wrt_obligation *const *left = a;
    const wrt_obligation *const *right = b;
    if ((*left)->type != (*right)->type)
        return (*left)->type < (*right)->type ? -1 : 1;
    return strcmp((*left)->canonical, (*right)->canonical);
}

/* The rules of the policy and of one more unit, sorted. The caller frees *out. */
static wrt_status join_rules(wrt_rule ***out, size_t *count, const wrt_policy *policy,
                             wrt_unit *unit, wrt_err *err) {
    size_t total = policy->n_rules + unit->n_rules;
    wrt_rule **rules = wrt_calloc(total + 1, sizeof(wrt_rule *));
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < policy->n_rules; i++)
        rules[i] = policy->rules[i];
    for (size_t i = 0; i < unit->n_rules; i++)
        rules[policy->n_rules + i] = &unit->rules[i];
    qsort(rules, total, sizeof(wrt_rule *), compare_rules);
    if (total > WRT_POLICY_RULES_MAX)
        status = wrt_fail(err, WRT_E_LIMIT, "%s: %zu rules in all; at most %d", unit->name, total,
                          WRT_POLICY_RULES_MAX);
    for (size_t i = 1; i < total && status == WRT_OK; i++) {
        if (strcmp(rules[i - 1]->id, rules[i]->id) != 0)
            continue;
        const wrt_unit *other = rules[i - 1]->unit == unit ? rules[i]->unit : rules[i - 1]->unit;
        status = wrt_fail(err, WRT_E_INPUT,
                          "%s: rule %s: 'id' is already used in %s; ids are "
                          "unique over all files",
                          unit->name, rules[i]->id, other->name);
    }
    if (status != WRT_OK) {
        free(rules);
        rules = NULL;
    }
    *out = rules;
    *count = total;
    return status;
}

/* Ranks every obligation among the distinct ones; O(n log n) in their number. */
static void rank_obligations(wrt_policy *policy) {
    size_t total = 0;
    for (size_t i = 0; i < policy->n_rules; i++)
        total += policy->rules[i]->n_obligations;
    wrt_obligation **all = wrt_calloc(total + 1, sizeof(wrt_obligation *));
    size_t n = 0;
    for (size_t i = 0; i < policy->n_rules; i++) {
        for (size_t j = 0; j < policy->rules[i]->n_obligations; j++)
            all[n++] = &policy->rules[i]->obligations[j];
    }
    qsort(all, total, sizeof(wrt_obligation *), compare_obligations);
    free(policy->obligations);
    policy->obligations = wrt_calloc(total + 1, sizeof(wrt_obligation *));
    policy->n_obligations = 0;
    for (size_t i = 0; i < total; i++) {
        if (i == 0 || compare_obligations(&all[i - 1], &all[i]) != 0)
            policy->obligations[policy->n_obligations++] = all[i];
        all[i]->rank = policy->n_obligations - 1;
    }
    free(all);
}

static void compute_hash(wrt_policy *policy) {
    wrt_str *parts = wrt_calloc(2 * policy->n_rules + 2, sizeof *parts);
    size_t n = 0;
    parts[n++] = WRT_STR("[");
    for (size_t i = 0; i < policy->n_rules; i++) {
        if (i > 0)
            parts[n++] = WRT_STR(",");
        parts[n++] = policy->rules[i]->canonical;
    }
    parts[n++] = WRT_STR("]");
    wrt_sha256 digest = wrt_sha256_of_parts(parts, n);
    wrt_sha256_hex(policy->hash, &digest);
    free(parts);
}

wrt_status wrt_policy_add_text(wrt_policy *policy, const char *name, wrt_str text, wrt_err *err) {
    wrt_unit *unit = NULL;
    wrt_rule **rules = NULL;
    size_t n_rules = 0;
    wrt_status status = wrt_unit_parse(&unit, name, text, err);
    if (status == WRT_OK)
        status = join_rules(&rules, &n_rules, policy, unit, err);
    if (status != WRT_OK) {
        wrt_unit_free(unit);
        return status;
    }
    policy->units = wrt_realloc(policy->units, (policy->n_units + 1) * sizeof(wrt_unit *));
    policy->units[policy->n_units++] = unit;
    free(policy->rules);
    policy->rules = rules;
    policy->n_rules = n_rules;
    rank_obligations(policy);
    compute_hash(policy);
    wrt_program_free(policy->program);
    policy->program = wrt_program_new(policy);
    return WRT_OK;
}

wrt_status wrt_policy_add_file(wrt_policy *policy, const char *path, wrt_err *err) {
    wrt_buf text = wrt_buf_make(WRT_POLICY_FILE_MAX);
    wrt_status status = wrt_file_read(&text, path, WRT_POLICY_FILE_MAX, err);
    if (status == WRT_OK)
        status = wrt_policy_add_text(policy, wrt_path_base(path), wrt_buf_str(&text), err);
    wrt_buf_free(&text);
    return status;
}

void wrt_policy_hash(char out[WRT_SHA256_HEX + 1], const wrt_policy *policy) {
    memcpy(out, policy->hash, sizeof policy->hash);
}

size_t wrt_policy_count(const wrt_policy *policy) {
    return policy->n_rules;
}

static int compare_texts(const void *a, const void *b) {
    const char *const *left = a;
    const char *const *right = b;
    return strcmp(*left, *right);
}

/* "name + name", sorted, so that the document does not depend on the order of loading. */
static void set_name(wrt_json *document, const wrt_policy *policy) {
    const char **names = wrt_calloc(policy->n_units + 1, sizeof(char *));
    wrt_buf joined = wrt_buf_make(WRT_POLICY_FILE_MAX);
    for (size_t i = 0; i < policy->n_units; i++)
        names[i] = wrt_json_get_text(policy->units[i]->document, "name", "unnamed");
    qsort(names, policy->n_units, sizeof(char *), compare_texts);
    for (size_t i = 0; i < policy->n_units; i++) {
        wrt_buf_add_c(&joined, i > 0 ? " + " : "");
        wrt_buf_add_c(&joined, names[i]);
    }
    wrt_json_set(document, "name", wrt_json_new_text(wrt_buf_str(&joined)));
    wrt_buf_free(&joined);
    free(names);
}

wrt_json *wrt_policy_document(const wrt_policy *policy) {
    wrt_json *document = wrt_json_new_object();
    wrt_json *rules = wrt_json_new_array();
    wrt_json_set_text(document, "schema", "warrant/policy/1");
    set_name(document, policy);
    for (size_t i = 0; i < policy->n_rules; i++)
        wrt_json_push(rules, wrt_json_copy(policy->rules[i]->json));
    wrt_json_set(document, "rules", rules);
    return document;
}
