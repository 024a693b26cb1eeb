/* taint.c: joins, and the taint of what tools and plans bring. */
#include "agent/act/taint.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

/* ---- the lattice */

/* From the lowest up; what is not in it is as low as can be. */
static int level_of(const char *integrity) {
    static const char *const rising[] = {"llm", "tool_untrusted", "tool_trusted", "policy", "user"};
    for (size_t i = 0; i < sizeof rising / sizeof *rising; i++)
        if (integrity != NULL && strcmp(rising[i], integrity) == 0)
            return (int)i;
    return integrity != NULL && strcmp(integrity, "plugin") == 0 ? 1 : 0;
}

wrt_json *wrt_taint_new(const char *integrity, const char *label) {
    wrt_json *taint = wrt_json_new_object();
    wrt_json_set(taint, "labels", wrt_json_new_array());
    wrt_json_set_text(taint, "integrity", integrity);
    if (label != NULL)
        wrt_taint_add(taint, label);
    return taint;
}

bool wrt_taint_has(const wrt_json *taint, const char *label) {
    WRT_JSON_EACH(item, wrt_json_get(taint, "labels"))
    if (wrt_json_text(item) != NULL && strcmp(wrt_json_text(item), label) == 0)
        return true;
    return false;
}

void wrt_taint_add(wrt_json *taint, const char *label) {
    if (label == NULL || wrt_taint_has(taint, label))
        return;
    wrt_json *sorted = wrt_json_new_array();
    bool is_in = false;
    WRT_JSON_EACH(item, wrt_json_get(taint, "labels")) {
        const char *text = wrt_json_text(item) != NULL ? wrt_json_text(item) : "";
        if (!is_in && strcmp(label, text) < 0) {
            wrt_json_push_text(sorted, label);
            is_in = true;
        }
        wrt_json_push_text(sorted, text);
    }
    if (!is_in)
        wrt_json_push_text(sorted, label);
    wrt_json_set(taint, "labels", sorted);
}

void wrt_taint_join(wrt_json *into, const wrt_json *other) {
    if (other == NULL)
        return;
    const char *theirs = wrt_json_get_text(other, "integrity", "llm");
    WRT_JSON_EACH(label, wrt_json_get(other, "labels"))
    wrt_taint_add(into, wrt_json_text(label));
    if (level_of(theirs) < level_of(wrt_json_get_text(into, "integrity", "llm")))
        wrt_json_set_text(into, "integrity", theirs);
}

bool wrt_taint_reaches(const wrt_json *taint, const char *integrity) {
    return level_of(wrt_json_get_text(taint, "integrity", "llm")) >= level_of(integrity);
}

/* ---- tools */

static bool names_files(const wrt_json *tool, const wrt_json *args) {
    WRT_JSON_EACH(name, wrt_json_get(tool, "files"))
    if (wrt_json_text(name) != NULL && wrt_json_get(args, wrt_json_text(name)) != NULL)
        return true;
    return false;
}

wrt_json *wrt_taint_of_tool(const wrt_json *tool, const wrt_json *args) {
    bool is_trusted = wrt_json_get_bool(tool, "trusted", false);
    wrt_json *taint = wrt_taint_new(is_trusted ? "tool_trusted" : "tool_untrusted", "plugin");
    WRT_JSON_EACH(source, wrt_json_get(tool, "reads"))
    wrt_taint_add(taint, wrt_json_text(source));
    if (wrt_json_count(wrt_json_get(tool, "network")) > 0)
        wrt_taint_add(taint, "network");
    if (wrt_json_get_bool(tool, "model", false))
        wrt_taint_add(taint, "model");
    if (names_files(tool, args)) { /* whose, nobody can tell */
        wrt_taint_add(taint, "file");
        wrt_taint_add(taint, "patient");
    }
    return taint;
}

/* ---- arguments */

static void join_reference(wrt_json *taint, const char *reference, const wrt_json *taints) {
    size_t len = strcspn(reference + 1, ".[?");
    bool is_input = strncmp(reference + 1, "frame.inputs.", 13) == 0;
    char *name = wrt_strdup(is_input ? "frame.inputs" : reference + 1);
    if (!is_input)
        name[len] = '\0';
    const wrt_json *found = wrt_json_get(taints, name);
    free(name);
    if (found != NULL)
        wrt_taint_join(taint, found);
    else
        wrt_json_set_text(taint, "integrity", "llm");
}

/* Bounded by WRT_JSON_DEPTH_MAX: plans come from a parsed document. */
static void join_value(wrt_json *taint, const wrt_json *value, const wrt_json *taints) {
    const char *text = wrt_json_text(value);
    if (text != NULL && text[0] == '$')
        join_reference(taint, text, taints);
    WRT_JSON_EACH(item, value)
    join_value(taint, item, taints);
}

wrt_json *wrt_taint_of_args(const wrt_json *template_args, const wrt_json *taints) {
    wrt_json *all = wrt_json_new_object();
    WRT_JSON_EACH(arg, template_args) {
        wrt_json *taint = wrt_taint_new("policy", NULL);
        join_value(taint, arg, taints);
        wrt_json_set(all, wrt_json_key(arg), taint);
    }
    return all;
}

wrt_json *wrt_taint_of_all(const wrt_json *args_taint) {
    wrt_json *taint = wrt_taint_new("policy", NULL);
    WRT_JSON_EACH(one, args_taint)
    wrt_taint_join(taint, one);
    return taint;
}
