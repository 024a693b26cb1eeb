/* rundiff.c: lists of keyed values, sorted and merged. */
#include "agent/audit/rundiff.h"

#include "base/arena.h"
#include "base/json_diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_MAX = 512 };

/* ---- keyed lists */

typedef struct {
    char key[KEY_MAX];
    size_t place;    /* in the run */
    size_t nth;      /* among those of its key, from 1 */
    wrt_json *value; /* what is compared */
} entry;

typedef struct {
    entry *item;
    size_t n, room;
} entries;

static void add(entries *list, const char *key, wrt_json *value) {
    if (list->n == list->room) {
        list->room = list->room > 0 ? 2 * list->room : 32;
        list->item = wrt_realloc(list->item, list->room * sizeof *list->item);
    }
    entry *at = &list->item[list->n];
    *at = (entry){.place = list->n, .value = value};
    (void)snprintf(at->key, sizeof at->key, "%s", key);
    list->n++;
}

static void free_entries(entries *list) {
    for (size_t i = 0; i < list->n; i++)
        wrt_json_free(list->item[i].value);
    free(list->item);
}

static int compare_entries(const void *a, const void *b) {
    const entry *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    return order != 0 ? order : (x->place > y->place) - (x->place < y->place);
}

static void settle(entries *list) {
    if (list->n > 0)
        qsort(list->item, list->n, sizeof *list->item, compare_entries);
    for (size_t i = 0; i < list->n; i++) {
        entry *at = &list->item[i];
        at->nth = i > 0 && strcmp(at->key, at[-1].key) == 0 ? at[-1].nth + 1 : 1;
    }
}

static int compare_keys(const entry *a, const entry *b) {
    int order = strcmp(a->key, b->key);
    return order != 0 ? order : (a->nth > b->nth) - (a->nth < b->nth);
}

static wrt_json *name_of(const entry *at) {
    wrt_buf text = wrt_buf_make(WRT_KIB(2));
    size_t len = strlen(at->key);
    while (len > 0 && !wrt_utf8_valid((wrt_str){at->key, len})) /* cut inside a character */
        len--;
    wrt_buf_add(&text, at->key, len);
    if (at->nth > 1)
        wrt_buf_printf(&text, " #%zu", at->nth);
    wrt_json *name = wrt_json_new_text(wrt_buf_str(&text));
    wrt_buf_free(&text);
    return name;
}

static wrt_json *copy_or_null(const wrt_json *value) {
    return value != NULL ? wrt_json_copy(value) : wrt_json_new_null();
}

static void note_change(wrt_json *changed, const entry *a, const entry *b) {
    wrt_buf member = wrt_buf_make(WRT_KIB(16));
    if (wrt_json_differ(&member, a->value, b->value)) {
        wrt_json *change = wrt_json_new_object();
        size_t top = strcspn(wrt_buf_str(&member).ptr, ".[");
        char name[128] = "";
        if (top < sizeof name)
            memcpy(name, wrt_buf_str(&member).ptr, top);
        wrt_json_set(change, "key", name_of(a));
        wrt_json_set_text(change, "member", wrt_buf_str(&member).ptr);
        wrt_json_set(change, "from", copy_or_null(wrt_json_get(a->value, name)));
        wrt_json_set(change, "to", copy_or_null(wrt_json_get(b->value, name)));
        wrt_json_push(changed, change);
    }
    wrt_buf_free(&member);
}

/* Consumes the lists. */
static wrt_json *merge(entries *a, entries *b) {
    wrt_json *out = wrt_json_new_object(), *added = wrt_json_new_array();
    wrt_json *removed = wrt_json_new_array(), *changed = wrt_json_new_array();
    settle(a);
    settle(b);
    for (size_t i = 0, j = 0; i < a->n || j < b->n;) {
        int order = i == a->n ? 1 : j == b->n ? -1 : compare_keys(&a->item[i], &b->item[j]);
        if (order < 0) {
            wrt_json_push(removed, name_of(&a->item[i++]));
        } else if (order > 0) {
            wrt_json_push(added, name_of(&b->item[j++]));
        } else {
            note_change(changed, &a->item[i++], &b->item[j++]);
        }
    }
    wrt_json_set(out, "added", added);
    wrt_json_set(out, "removed", removed);
    wrt_json_set(out, "changed", changed);
    free_entries(a);
    free_entries(b);
    return out;
}

/* ---- what is compared */

static wrt_json *pick(const wrt_json *from, const char *const *members, size_t n) {
    wrt_json *out = wrt_json_new_object();
    for (size_t i = 0; i < n; i++)
        if (wrt_json_get(from, members[i]) != NULL)
            wrt_json_set(out, members[i], wrt_json_copy(wrt_json_get(from, members[i])));
    return out;
}

static const char *id_of(const wrt_json *value) {
    return wrt_json_get_text(value, "id", "");
}

static void add_plan(entries *list, const wrt_json *body) {
    WRT_JSON_EACH(step, wrt_json_get(body, "steps"))
    add(list, id_of(step), wrt_json_copy(step));
}

static void add_observation(entries *list, const wrt_json *body) {
    static const char *const members[] = {"tool", "status", "result", "blob"};
    add(list, wrt_json_get_text(body, "step", "?"), pick(body, members, 4));
}

static void add_decision(entries *list, const wrt_json *body) {
    static const char *const members[] = {"decision", "determining", "obligations"};
    char key[KEY_MAX];
    const char *tool = wrt_json_get_text(wrt_json_get(body, "request"), "tool", "");
    (void)snprintf(key, sizeof key, "%s %s %s", wrt_json_get_text(body, "phase", "?"),
                   wrt_json_get_text(body, "step", ""), tool);
    add(list, key, pick(body, members, 3));
}

static void add_claim(entries *list, const wrt_json *body) {
    static const char *const members[] = {"relation", "rung",     "certainty", "polarity",
                                          "text",     "withheld", "limits"};
    char key[KEY_MAX];
    (void)snprintf(key, sizeof key, "%s %s %s", wrt_json_get_text(body, "kind", "?"),
                   id_of(wrt_json_get(body, "subject")), id_of(wrt_json_get(body, "object")));
    add(list, key, pick(body, members, sizeof members / sizeof *members));
}

static entries collect(const wrt_json *events, const char *type,
                       void (*add_body)(entries *list, const wrt_json *body)) {
    entries list = {0};
    WRT_JSON_EACH(event, events)
    if (strcmp(wrt_json_get_text(event, "type", ""), type) == 0)
        add_body(&list, wrt_json_get(event, "body"));
    return list;
}

static wrt_json *compare_type(const wrt_json *a, const wrt_json *b, const char *type,
                              void (*add_body)(entries *list, const wrt_json *body)) {
    entries left = collect(a, type, add_body), right = collect(b, type, add_body);
    return merge(&left, &right);
}

/* ---- the whole */

static wrt_json *first_difference(const wrt_json *a, const wrt_json *b) {
    const wrt_json *left = wrt_json_first(a), *right = wrt_json_first(b);
    while (left != NULL && right != NULL &&
           wrt_json_equal(wrt_json_get(left, "type"), wrt_json_get(right, "type")) &&
           wrt_json_equal(wrt_json_get(left, "body"), wrt_json_get(right, "body"))) {
        left = wrt_json_next(left);
        right = wrt_json_next(right);
    }
    if (left == NULL && right == NULL)
        return wrt_json_new_null();
    const wrt_json *shown = left != NULL ? left : right;
    wrt_json *first = wrt_json_new_object();
    wrt_buf member = wrt_buf_make(WRT_KIB(16));
    if (left != NULL && right != NULL)
        (void)wrt_json_differ(&member, wrt_json_get(left, "body"), wrt_json_get(right, "body"));
    wrt_json_set_int(first, "seq", wrt_json_get_int(shown, "seq", -1));
    wrt_json_set_text(first, "type", wrt_json_get_text(shown, "type", "?"));
    wrt_json_set_text(first, "member", wrt_buf_str(&member).ptr);
    wrt_buf_free(&member);
    return first;
}

static wrt_json *compare_settings(const wrt_json *a, const wrt_json *b) {
    wrt_json *names = wrt_json_new_array();
    const wrt_json *left = wrt_json_get(wrt_json_first(a), "body");
    const wrt_json *right = wrt_json_get(wrt_json_first(b), "body");
    WRT_JSON_EACH(member, left)
    if (!wrt_json_equal(member, wrt_json_get(right, wrt_json_key(member))))
        wrt_json_push_text(names, wrt_json_key(member));
    WRT_JSON_EACH(member, right)
    if (wrt_json_get(left, wrt_json_key(member)) == NULL)
        wrt_json_push_text(names, wrt_json_key(member));
    return names;
}

static const wrt_json *answer_of(const wrt_json *events) {
    WRT_JSON_EACH(event, events)
    if (strcmp(wrt_json_get_text(event, "type", ""), "answer") == 0)
        return wrt_json_get(event, "body");
    return NULL;
}

static entries lines_of(const wrt_json *answer) {
    entries list = {0};
    wrt_str rest = wrt_str_of(wrt_json_get_text(answer, "text", "")), line;
    while (wrt_str_cut(&line, &rest, '\n')) {
        char key[KEY_MAX];
        (void)snprintf(key, sizeof key, "%.*s", (int)line.len, line.ptr);
        if (line.len > 0)
            add(&list, key, wrt_json_new_null());
    }
    return list;
}

static wrt_json *compare_answers(const wrt_json *a, const wrt_json *b) {
    const wrt_json *left = answer_of(a), *right = answer_of(b);
    entries before = lines_of(left), after = lines_of(right);
    wrt_json *out = merge(&before, &after), *status = wrt_json_new_array();
    wrt_json_push_text(status, wrt_json_get_text(left, "status", "open"));
    wrt_json_push_text(status, wrt_json_get_text(right, "status", "open"));
    wrt_json_set(out, "changed", NULL);
    wrt_json_set(out, "status", status);
    return out;
}

wrt_json *wrt_run_diff(const wrt_json *a, const wrt_json *b) {
    wrt_json *diff = wrt_json_new_object(), *first = first_difference(a, b);
    wrt_json_set_bool(diff, "same", wrt_json_is(first, WRT_JSON_NULL));
    wrt_json_set(diff, "first", first);
    wrt_json_set(diff, "settings", compare_settings(a, b));
    wrt_json_set(diff, "plan", compare_type(a, b, "plan", add_plan));
    wrt_json_set(diff, "observations", compare_type(a, b, "tool.result", add_observation));
    wrt_json_set(diff, "decisions", compare_type(a, b, "policy.decision", add_decision));
    wrt_json_set(diff, "claims", compare_type(a, b, "claim", add_claim));
    wrt_json_set(diff, "answer", compare_answers(a, b));
    return diff;
}
