/* names.c: the words a rule file may use, and globs.
 *
 * Each vocabulary is one table indexed by its enum, so a word is added in one place. */
#include "policies/rules.h"

#include <string.h>

static const char *const effect_names[] = {
    [WRT_EFFECT_PERMIT] = "permit",
    [WRT_EFFECT_FORBID] = "forbid",
    [WRT_EFFECT_REQUIRE_APPROVAL] = "require_approval",
    [WRT_EFFECT_LIMIT] = "limit",
    [WRT_EFFECT_REDACT] = "redact",
    [WRT_EFFECT_LABEL] = "label",
    [WRT_EFFECT_DOWNGRADE] = "downgrade",
};

static const char *const phase_names[] = {
    [WRT_PHASE_INPUT] = "input",
    [WRT_PHASE_PLAN] = "plan",
    [WRT_PHASE_TOOL_CALL] = "tool_call",
    [WRT_PHASE_TOOL_RESULT] = "tool_result",
    [WRT_PHASE_LLM_REQUEST] = "llm_request",
    [WRT_PHASE_LLM_RESPONSE] = "llm_response",
    [WRT_PHASE_CLAIM] = "claim",
    [WRT_PHASE_OUTPUT] = "output",
    [WRT_PHASE_EXPORT] = "export",
};

static const char *const op_names[] = {
    [WRT_OP_ALL] = "all",
    [WRT_OP_ANY] = "any",
    [WRT_OP_NOT] = "not",
    [WRT_OP_EQ] = "eq",
    [WRT_OP_NE] = "ne",
    [WRT_OP_LT] = "lt",
    [WRT_OP_LE] = "le",
    [WRT_OP_GT] = "gt",
    [WRT_OP_GE] = "ge",
    [WRT_OP_IN] = "in",
    [WRT_OP_HAS_ANY] = "has_any",
    [WRT_OP_HAS_ALL] = "has_all",
    [WRT_OP_HAS_NONE] = "has_none",
    [WRT_OP_PREFIX] = "prefix",
    [WRT_OP_GLOB] = "glob",
    [WRT_OP_PCRE2] = "pcre2",
    [WRT_OP_EXISTS] = "exists",
    [WRT_OP_COUNT] = "count",
    [WRT_OP_SEQ] = "seq",
};

static const char *const obligation_names[] = {
    [WRT_OBLIGATION_REDACT] = "redact",
    [WRT_OBLIGATION_DOWNGRADE] = "downgrade",
    [WRT_OBLIGATION_LABEL] = "label",
    [WRT_OBLIGATION_NOTIFY] = "notify",
};

/* In rising order of trust: the index is the level. */
static const char *const integrity_names[] = {"llm", "tool_untrusted", "tool_trusted", "policy",
                                              "user"};

#define LENGTH(table) (sizeof(table) / sizeof((table)[0]))

static int find(const char *const *names, size_t count, const char *name) {
    for (size_t i = 0; name != NULL && i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return (int)i;
    }
    return -1;
}

int wrt_effect_parse(const char *name) {
    return find(effect_names, LENGTH(effect_names), name);
}

const char *wrt_effect_name(wrt_effect effect) {
    return effect_names[effect];
}

int wrt_phase_parse(const char *name) {
    return find(phase_names, LENGTH(phase_names), name);
}

const char *wrt_phase_name(wrt_phase phase) {
    return phase_names[phase];
}

int wrt_op_parse(const char *name) {
    return find(op_names, LENGTH(op_names), name);
}

const char *wrt_op_name(wrt_op op) {
    return op_names[op];
}

int wrt_obligation_parse(const char *name) {
    return find(obligation_names, LENGTH(obligation_names), name);
}

/* What a plugin sends is text of a tool that nobody vouches for. */
int wrt_integrity_parse(const char *name) {
    if (name != NULL && strcmp(name, "plugin") == 0)
        return wrt_integrity_parse("tool_untrusted");
    return find(integrity_names, LENGTH(integrity_names), name);
}

const char *wrt_decision_name(wrt_decision_kind kind) {
    static const char *const names[] = {
        [WRT_DECISION_DENY] = "deny", [WRT_DECISION_HOLD] = "hold", [WRT_DECISION_ALLOW] = "allow"};
    return names[kind];
}

/* Past one UTF-8 character; texts were validated at the edge. */
static const char *next_character(const char *text) {
    do {
        text++;
    } while (((unsigned char)*text & 0xC0u) == 0x80u);
    return text;
}

/* Only the last '*' is ever retried: an earlier one that matched more could not help, because the
 * text between two stars was already found at its first place. */
bool wrt_glob_match(const char *pattern, const char *text) {
    const char *star = NULL;
    const char *retry = NULL;
    while (*text != '\0') {
        if (*pattern == '*') {
            star = ++pattern;
            retry = text;
        } else if (*pattern == '?') {
            pattern++;
            text = next_character(text);
        } else if (*pattern == *text) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star;
            retry = next_character(retry);
            text = retry;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

wrt_glob_form wrt_glob_classify(wrt_str *text, const char *pattern) {
    size_t len = strlen(pattern);
    bool starts = len > 0 && pattern[0] == '*';
    bool ends = len > 1 && pattern[len - 1] == '*';
    text->ptr = pattern + (starts ? 1 : 0);
    text->len = len - (starts ? 1 : 0) - (ends ? 1 : 0);
    if (memchr(text->ptr, '*', text->len) != NULL || memchr(text->ptr, '?', text->len) != NULL)
        return WRT_GLOB_ANY;
    if (starts && ends)
        return WRT_GLOB_INSIDE;
    if (starts)
        return WRT_GLOB_SUFFIX;
    return ends ? WRT_GLOB_PREFIX : WRT_GLOB_EXACT;
}
