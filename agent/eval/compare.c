/* compare.c: see compare.h. */
#include "agent/eval/compare.h"

#include "agent/eval/shares.h"
#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const wrt_json *results[WRT_COMPARE_MAX];
    const char *const *names;
    size_t n;
} comparison;

static const wrt_json *results_in(const wrt_json *value) {
    const wrt_json *data = wrt_json_get(value, "data");
    const char *schema = wrt_json_get_text(data, "schema", "");
    return strcmp(schema, "warrant/eval-results/1") == 0 ? data : value;
}

static wrt_status check(comparison *c, const wrt_json *const *results, wrt_err *err) {
    if (c->n < 2 || c->n > WRT_COMPARE_MAX)
        return wrt_fail(err, WRT_E_INPUT, "compare takes 2 to %d results, not %zu", WRT_COMPARE_MAX,
                        c->n);
    for (size_t i = 0; i < c->n; i++) {
        const wrt_json *r = c->results[i] = results_in(results[i]);
        const char *schema = wrt_json_get_text(r, "schema", "");
        const char *suite = wrt_json_get_text(r, "suite", "");
        if (strcmp(schema, "warrant/eval-results/1") != 0 ||
            !wrt_json_is(wrt_json_get(r, "items"), WRT_JSON_ARRAY))
            return wrt_fail(err, WRT_E_INPUT, "%s is no results file of `warrant eval run`",
                            c->names[i]);
        if (strcmp(suite, wrt_json_get_text(c->results[0], "suite", "")) != 0)
            return wrt_fail(err, WRT_E_INPUT, "%s is of suite %.40s, the first of %.40s",
                            c->names[i], suite, wrt_json_get_text(c->results[0], "suite", ""));
    }
    return WRT_OK;
}

static void copy_member(wrt_json *out, const wrt_json *from, const char *name) {
    const wrt_json *value = wrt_json_get(from, name);
    wrt_json_set(out, name, value != NULL ? wrt_json_copy(value) : wrt_json_new_null());
}

/* "none", or what the model's own description calls it. */
static const char *model_name(const wrt_json *result) {
    const wrt_json *model = wrt_json_get(result, "model");
    const char *name = wrt_json_get_text(model, "model", NULL);
    return name != NULL ? name : wrt_json_get_text(model, "kind", "?");
}

static wrt_json *runs_json(const comparison *c) {
    static const char *const members[] = {"mode",       "n",    "accuracy",       "low", "high",
                                          "unanswered", "main", "content_sha256", NULL};
    wrt_json *runs = wrt_json_new_array();
    for (size_t i = 0; i < c->n; i++) {
        wrt_json *run = wrt_json_new_object();
        wrt_json_set_text(run, "name", c->names[i]);
        wrt_json_set_text(run, "model", model_name(c->results[i]));
        for (size_t m = 0; members[m] != NULL; m++)
            copy_member(run, c->results[i], members[m]);
        const wrt_json *seconds = wrt_json_path(c->results[i], "meta.seconds");
        if (seconds != NULL)
            wrt_json_set(run, "seconds", wrt_json_copy(seconds));
        wrt_json_push(runs, run);
    }
    return runs;
}

/* ---- groups and measures: what any of the results has, in order of first appearance */

static bool is_new(const wrt_json *list, const char *a, const char *group, const char *b,
                   const char *value) {
    WRT_JSON_EACH(item, list)
    if (strcmp(wrt_json_get_text(item, a, ""), group) == 0 &&
        (b == NULL || strcmp(wrt_json_get_text(item, b, ""), value) == 0))
        return false;
    return true;
}

static wrt_json *shares_of(const comparison *c, const char *group, const char *value) {
    wrt_json *shares = wrt_json_new_array();
    for (size_t i = 0; i < c->n; i++) {
        const wrt_json *share = wrt_json_get(wrt_json_get(c->results[i], group), value);
        wrt_json_push(shares, share != NULL ? wrt_json_copy(share) : wrt_json_new_null());
    }
    return shares;
}

static void add_groups(wrt_json *list, const comparison *c, const wrt_json *group) {
    const char *name = wrt_json_key(group);
    bool is_group = strncmp(name, "by_", 3) == 0 || strcmp(name, "apart") == 0;
    if (!is_group)
        return;
    WRT_JSON_EACH(value, group) {
        if (!is_new(list, "group", name, "value", wrt_json_key(value)))
            continue;
        wrt_json *row = wrt_json_new_object();
        wrt_json_set_text(row, "group", name);
        wrt_json_set_text(row, "value", wrt_json_key(value));
        wrt_json_set(row, "shares", shares_of(c, name, wrt_json_key(value)));
        wrt_json_push(list, row);
    }
}

static wrt_json *groups_json(const comparison *c) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < c->n; i++)
        WRT_JSON_EACH(member, c->results[i])
    add_groups(list, c, member);
    return list;
}

static wrt_json *measures_json(const comparison *c) {
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < c->n; i++) {
        WRT_JSON_EACH(measure, wrt_json_get(c->results[i], "measures")) {
            if (!is_new(list, "measure", wrt_json_key(measure), NULL, NULL))
                continue;
            wrt_json *row = wrt_json_new_object();
            wrt_json_set_text(row, "measure", wrt_json_key(measure));
            wrt_json_set(row, "means", shares_of(c, "measures", wrt_json_key(measure)));
            wrt_json_push(list, row);
        }
    }
    return list;
}

/* ---- pairs */

typedef struct {
    const char *id;
    const wrt_json *row;
} entry;

static int by_id(const void *a, const void *b) {
    return strcmp(((const entry *)a)->id, ((const entry *)b)->id);
}

static entry *index_rows(size_t *n, const wrt_json *result) {
    const wrt_json *rows = wrt_json_get(result, "items");
    entry *entries = wrt_calloc(wrt_json_count(rows) + 1, sizeof *entries);
    *n = 0;
    WRT_JSON_EACH(row, rows)
    entries[(*n)++] = (entry){wrt_json_get_text(row, "id", ""), row};
    qsort(entries, *n, sizeof *entries, by_id);
    return entries;
}

/* Rows without an answer are alike when their measures are: with one, measures may tell how it was
 * come by ("choices"). */
static bool is_alike(const wrt_json *a, const wrt_json *b) {
    const char *member = wrt_json_get(a, "answer") != NULL || wrt_json_get(b, "answer") != NULL
                             ? "answer"
                             : "measures";
    return wrt_json_equal(wrt_json_get(a, member), wrt_json_get(b, member));
}

static wrt_json *pair_json(const comparison *c, const entry *first, size_t n_first, size_t i) {
    size_t items = 0, same = 0, only_first = 0, only_this = 0;
    WRT_JSON_EACH(row, wrt_json_get(c->results[i], "items")) {
        entry key = {wrt_json_get_text(row, "id", ""), row};
        const entry *other = bsearch(&key, first, n_first, sizeof *first, by_id);
        if (other == NULL)
            continue;
        bool a = wrt_json_get_bool(other->row, "correct", false);
        bool b = wrt_json_get_bool(row, "correct", false);
        items++;
        same += is_alike(other->row, row);
        only_first += a && !b;
        only_this += b && !a;
    }
    wrt_json *json = wrt_json_new_object();
    wrt_json_set_text(json, "name", c->names[i]);
    wrt_json_set_int(json, "items", (int64_t)items);
    wrt_json_set_int(json, "same_answers", (int64_t)same);
    wrt_json_set_int(json, "only_first", (int64_t)only_first);
    wrt_json_set_int(json, "only_this", (int64_t)only_this);
    wrt_json_set_number(json, "p", wrt_mcnemar(only_first, only_this));
    return json;
}

static wrt_json *pairs_json(const comparison *c) {
    wrt_json *list = wrt_json_new_array();
    size_t n = 0;
    entry *first = index_rows(&n, c->results[0]);
    for (size_t i = 1; i < c->n; i++)
        wrt_json_push(list, pair_json(c, first, n, i));
    free(first);
    return list;
}

/* ---- what makes runs hard to compare */

static bool differ(const comparison *c, const char *path) {
    for (size_t i = 1; i < c->n; i++)
        if (!wrt_json_equal(wrt_json_path(c->results[0], path), wrt_json_path(c->results[i], path)))
            return true;
    return false;
}

static wrt_json *warnings_json(const comparison *c) {
    static const struct {
        const char *path, *text;
    } things[] = {
        {"data.sha256", "the data differ"},
        {"suite_version", "the versions of the suite differ"},
        {"program.sha256", "the programs differ"},
        {"setting.policy.sha256", "the policies differ"},
        {"setting.kg_snapshot", "the graphs differ"},
        {"setting.protocols", "the protocols differ"},
        {"setting.plugins", "the plugins differ"},
        {"seed", "the seeds differ"},
        {"limit", "the limits differ: compared are the items that both ran"},
    };
    wrt_json *list = wrt_json_new_array();
    for (size_t i = 0; i < sizeof things / sizeof things[0]; i++)
        if (differ(c, things[i].path))
            wrt_json_push_text(list, things[i].text);
    return list;
}

wrt_status wrt_compare(wrt_json **out, const wrt_json *const *results, const char *const *names,
                       size_t n, wrt_err *err) {
    comparison c = {.names = names, .n = n};
    *out = NULL;
    wrt_status status = check(&c, results, err);
    if (status != WRT_OK)
        return status;
    *out = wrt_json_new_object();
    copy_member(*out, c.results[0], "suite");
    copy_member(*out, c.results[0], "suite_version");
    wrt_json_set_bool(*out, "same_data", !differ(&c, "data.sha256"));
    wrt_json_set(*out, "warnings", warnings_json(&c));
    wrt_json_set(*out, "runs", runs_json(&c));
    wrt_json_set(*out, "groups", groups_json(&c));
    wrt_json_set(*out, "measures", measures_json(&c));
    wrt_json_set(*out, "against_first", pairs_json(&c));
    return WRT_OK;
}
