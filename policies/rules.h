/* rules.h: the compiled form of rule files; private to policies/.
 *
 * A rule file becomes a unit: its parsed JSON, which every rule borrows names and operands from,
 * and an arena with the compiled conditions. A policy is a list of units plus one array of their
 * rules sorted by id, so that walking it gives every list of the decision record in its final
 * order. Nothing here changes once wrt_policy_add_text has returned. */
#ifndef WRT_POLICIES_RULES_H
#define WRT_POLICIES_RULES_H

#include "base/arena.h"
#include "base/regex.h"
#include "policies/policy.h"

#include <stdint.h>

enum {
    WRT_POLICY_FILE_MAX = 1 << 20,    /* bytes of one rule file */
    WRT_POLICY_RULES_MAX = 4096,      /* rules of one policy */
    WRT_POLICY_LIST_MAX = 256,        /* members of any list inside a rule */
    WRT_POLICY_NODES_MAX = 1024,      /* condition nodes of one rule */
    WRT_POLICY_DEPTH_MAX = 16,        /* nesting of conditions */
    WRT_POLICY_NAME_MAX = 128,        /* bytes of an id, a glob, a counter, a field, a label */
    WRT_POLICY_KEYS_MAX = 8,          /* parts of a dotted field */
    WRT_POLICY_SUBJECT_MAX = 1 << 20, /* bytes of text a regular expression is run on */
    WRT_POLICY_GLOBBED_MAX = 1 << 16, /* bytes of text a glob is run on */
    WRT_POLICY_SCANNED_MAX = 1 << 14  /* elements of a request array that has_* looks through */
};

typedef enum {
    WRT_EFFECT_PERMIT,
    WRT_EFFECT_FORBID,
    WRT_EFFECT_REQUIRE_APPROVAL,
    WRT_EFFECT_LIMIT,
    WRT_EFFECT_REDACT,
    WRT_EFFECT_LABEL,
    WRT_EFFECT_DOWNGRADE
} wrt_effect;

typedef enum {
    WRT_PHASE_INPUT,
    WRT_PHASE_PLAN,
    WRT_PHASE_TOOL_CALL,
    WRT_PHASE_TOOL_RESULT,
    WRT_PHASE_LLM_REQUEST,
    WRT_PHASE_LLM_RESPONSE,
    WRT_PHASE_CLAIM,
    WRT_PHASE_OUTPUT,
    WRT_PHASE_EXPORT,
    WRT_PHASE_COUNT
} wrt_phase;

typedef enum {
    WRT_OP_ALL,
    WRT_OP_ANY,
    WRT_OP_NOT,
    WRT_OP_EQ,
    WRT_OP_NE,
    WRT_OP_LT,
    WRT_OP_LE,
    WRT_OP_GT,
    WRT_OP_GE,
    WRT_OP_IN,
    WRT_OP_HAS_ANY,
    WRT_OP_HAS_ALL,
    WRT_OP_HAS_NONE,
    WRT_OP_PREFIX,
    WRT_OP_GLOB,
    WRT_OP_PCRE2,
    WRT_OP_EXISTS,
    WRT_OP_COUNT,
    WRT_OP_SEQ
} wrt_op;

typedef struct {
    wrt_op op; /* WRT_OP_EQ to WRT_OP_GE */
    double number;
} wrt_bound;

/* Patterns that need no search for where their stars end. */
typedef enum {
    WRT_GLOB_ANY, /* any other pattern */
    WRT_GLOB_EXACT,
    WRT_GLOB_PREFIX, /* text* */
    WRT_GLOB_SUFFIX, /* *text */
    WRT_GLOB_INSIDE  /* *text* */
} wrt_glob_form;

/* One node of a condition. Inner nodes (ALL, ANY, NOT) use children, leaves the rest. */
typedef struct wrt_condition {
    /* what a decision reads, first and small: a policy's conditions should stay in the cache */
    wrt_op op;
    uint32_t memo; /* number among the conditions that stand in several places, or WRT_NO_MEMO */
    uint32_t slot; /* leaves: number of the field among the policy's slots */
    uint32_t n_children;
    uint32_t n_words;
    uint32_t n_bounds;
    struct wrt_condition *children;
    const uint32_t *words; /* eq, ne, in, has_*: numbers of the texts in the operand; NULL when it
                              holds anything but texts */
    wrt_bound *bounds;     /* comparisons: one; COUNT: one or more */
    wrt_regex *regex;      /* PCRE2; owned through wrt_unit.regexes */
    wrt_str glob_text;     /* the pattern without its stars, unless the form is WRT_GLOB_ANY */
    wrt_glob_form glob_form;
    /* what is said about it */
    const char *field; /* as written in the rule */
    const char **keys; /* the same, cut at the dots */
    size_t n_keys;
    const wrt_json *operand; /* borrowed from the unit's document */
    const char *text;        /* operand when it is a string */
    const wrt_json *source;  /* the whole, as written */
    const char *canonical;   /* RFC 8785 bytes of source: equal text is the same condition */
} wrt_condition;

/* The order of the enumerators is the order in which obligations are applied. */
typedef enum {
    WRT_OBLIGATION_REDACT,
    WRT_OBLIGATION_DOWNGRADE,
    WRT_OBLIGATION_LABEL,
    WRT_OBLIGATION_NOTIFY
} wrt_obligation_type;

typedef struct {
    wrt_obligation_type type;
    const wrt_json *json;
    const char *canonical; /* RFC 8785 bytes: equal text is the same obligation */
    size_t rank;           /* place in wrt_policy.obligations */
} wrt_obligation;

typedef struct wrt_unit wrt_unit;

typedef struct {
    const wrt_unit *unit;
    const wrt_json *json;
    wrt_str canonical; /* RFC 8785 bytes of json */
    const char *id;
    const char *message; /* NULL when the rule has none */
    wrt_effect effect;
    unsigned phases; /* bit 1 << wrt_phase */
    const char **tools;
    size_t n_tools; /* 0: every tool and requests without one */
    wrt_condition *when;
    wrt_condition *unless;
    wrt_obligation *obligations;
    size_t n_obligations;
    const char *counter;          /* limit rules */
    const char *windowed_counter; /* "COUNTER@60s" when the limit has window_s */
    double max;
    uint32_t toolset;       /* number of its list of globs among the distinct ones; none: 0 */
    uint32_t counter_slot;  /* limit rules */
    uint32_t windowed_slot; /* WRT_NO_SLOT when the limit has no window_s */
} wrt_rule;

#define WRT_NO_SLOT UINT32_MAX
#define WRT_NO_MEMO UINT32_MAX

typedef struct wrt_regex_link {
    wrt_regex *regex;
    struct wrt_regex_link *next;
} wrt_regex_link;

struct wrt_unit {
    char *name; /* last path component, for messages */
    wrt_json *document;
    wrt_arena *arena; /* what decisions read, close together */
    wrt_arena *texts; /* canonical bytes and the parts of fields */
    wrt_regex_link *regexes;
    wrt_rule *rules;
    size_t n_rules;
};

struct wrt_policy {
    wrt_unit **units;
    size_t n_units;
    wrt_rule **rules; /* sorted by id */
    size_t n_rules;
    const wrt_obligation **obligations; /* distinct, in order of application */
    size_t n_obligations;
    struct wrt_program *program; /* program.h */
    char hash[WRT_SHA256_HEX + 1];
};

/* ---- parse.c, condition.c: text to structs */

wrt_status wrt_unit_parse(wrt_unit **out, const char *name, wrt_str text, wrt_err *err);
void wrt_unit_free(wrt_unit *unit); /* accepts NULL */

/* Fails when `object` is not an object or has a key that is not among the NULL-terminated names. */
wrt_status wrt_policy_check_keys(const wrt_json *object, const char *what, const char *const *names,
                                 wrt_err *err);
/* Fails unless `list` is an array of 1 to WRT_POLICY_LIST_MAX names (each of 1 to
 * WRT_POLICY_NAME_MAX bytes); *names points into the document. */
wrt_status wrt_policy_read_names(const char ***names, size_t *count, wrt_unit *unit,
                                 const wrt_json *list, const char *what, wrt_err *err);
/* Text of a hostile string fit for a one-line message: cut, control characters replaced. */
typedef struct {
    char text[64];
} wrt_shown;
wrt_shown wrt_policy_show(const char *text);

/* Compiles one condition into the unit's arena; *nodes counts against WRT_POLICY_NODES_MAX. */
wrt_status wrt_condition_compile(wrt_condition **out, wrt_unit *unit, const wrt_json *source,
                                 wrt_err *err);
/* RFC 8785 bytes of a part of the unit's document, among the unit's texts. */
wrt_status wrt_policy_write_canonical(wrt_str *out, wrt_unit *unit, const wrt_json *json,
                                      wrt_err *err);

/* ---- names.c: the fixed vocabularies; -1 for an unknown name */

int wrt_effect_parse(const char *name);
const char *wrt_effect_name(wrt_effect effect);
int wrt_phase_parse(const char *name);
const char *wrt_phase_name(wrt_phase phase);
int wrt_op_parse(const char *name);
const char *wrt_op_name(wrt_op op);
int wrt_obligation_parse(const char *name);
/* Level of an integrity: llm 0 < tool_untrusted, plugin < tool_trusted < policy < user 4. */
int wrt_integrity_parse(const char *name);
enum { WRT_INTEGRITY_LEVELS = 5 };

/* '*' matches any run of bytes, '?' one character; everything else itself. O(pattern * text). */
bool wrt_glob_match(const char *pattern, const char *text);
/* The form of a pattern and the text in it. */
wrt_glob_form wrt_glob_classify(wrt_str *text, const char *pattern);

/* ---- evaluate.c: one rule against one request */

typedef enum { WRT_TRI_FALSE, WRT_TRI_TRUE, WRT_TRI_ERROR } wrt_tri;

typedef enum {
    WRT_REASON_NONE,
    WRT_REASON_MISSING,
    WRT_REASON_NO_ARRAY,
    WRT_REASON_NO_STRING,
    WRT_REASON_NO_NUMBER,
    WRT_REASON_TOO_MANY,
    WRT_REASON_NO_ENTRY,
    WRT_REASON_LONG_FOR_REGEX,
    WRT_REASON_LONG_FOR_GLOB,
    WRT_REASON_REGEX_LIMIT,
    WRT_REASON_REGEX_FAILED
} wrt_reason;

/* What a condition came to and the leaf that settled it; `reason` is set for errors only. Sixteen
 * bytes, so that it is handed on in registers. */
typedef struct {
    const wrt_condition *leaf;
    wrt_tri value;
    wrt_reason reason;
} wrt_verdict;

/* A request after its shape was checked. */
typedef struct {
    const wrt_json *root;
    wrt_phase phase;
    const char *tool;         /* NULL when absent */
    const wrt_json *tools;    /* plan phase: names of the plan's tools, else NULL */
    const wrt_json *counters; /* NULL when absent */
    const wrt_json *approvals;
} wrt_request;

/* False for a malformed request; *problem then says why (static text). */
bool wrt_request_read(wrt_request *out, const wrt_json *json, const char **problem);

typedef enum {
    WRT_OUTCOME_NOT_APPLICABLE,
    WRT_OUTCOME_NOT_SATISFIED,
    WRT_OUTCOME_SATISFIED,
    WRT_OUTCOME_ERROR
} wrt_outcome;

typedef enum {
    WRT_CLAUSE_PHASE,
    WRT_CLAUSE_TOOL,
    WRT_CLAUSE_WHEN,
    WRT_CLAUSE_UNLESS,
    WRT_CLAUSE_LIMIT
} wrt_clause;

typedef struct {
    wrt_outcome outcome;
    wrt_clause clause; /* the part of the rule that settled it */
    const wrt_condition *leaf;
    const char *subject; /* field or counter that erred */
    const char *reason;
} wrt_result;

/* Fail closed: does the result count as satisfied under the rule's effect? */
bool wrt_result_counts(const wrt_rule *rule, wrt_outcome outcome);
bool wrt_rule_is_approved(const wrt_rule *rule, const wrt_request *request);

#endif
