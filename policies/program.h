/* program.h: what all rules of a policy share, found out once when files are joined; private.
 *
 *   slots      every distinct dotted field is one path in a tree of keys, so that a decision looks
 *              up each key once: "taint.labels" and "taint.integrity" share the slot "taint"
 *   memos      equal conditions that stand in several places have one number and are evaluated once
 * a decision words      every distinct text that some leaf compares with; a decision finds the
 * number of a field's text once and compares numbers toolsets   the same as memos for lists of tool
 * globs index      phase and tool to the rules that may speak: rules that name up to
 *              WRT_PROGRAM_LITERALS_MAX tools without a wildcard are found by name, the others are
 *              listed by phase
 *
 * Two roots are not read from the request: `facts.*` (facts.h) and `taint.integrity_level`, the
 * level of taint.integrity from 0 (llm) to 4 (user). */
#ifndef WRT_POLICIES_PROGRAM_H
#define WRT_POLICIES_PROGRAM_H

#include "policies/intern.h"
#include "policies/rules.h"

#include <stdint.h>

enum { WRT_PROGRAM_LITERALS_MAX = 8 };

typedef enum { WRT_SLOT_MEMBER, WRT_SLOT_FACTS, WRT_SLOT_LEVEL } wrt_slot_source;

typedef struct {
    wrt_slot_source source;
    uint32_t parent; /* WRT_NO_SLOT: the request itself */
    const char *key;
} wrt_slot;

/* Rule numbers (places in wrt_policy.rules) from..to in a shared array. */
typedef struct {
    const uint32_t *rules;
    size_t count;
} wrt_rule_list;

/* What a decision reads of every rule, packed. */
typedef struct {
    const wrt_condition *when;
    uint32_t toolset;
    wrt_effect effect;
} wrt_hot_rule;

typedef struct wrt_program {
    wrt_arena *arena;
    wrt_hot_rule *rules; /* parallel to wrt_policy.rules */
    wrt_slot *slots;
    size_t n_slots;
    size_t n_memos;
    size_t n_toolsets;       /* toolset 0 is "no globs: every tool" */
    uint32_t integrity_slot; /* of taint.integrity */
    wrt_interner words;
    size_t longest_word; /* bytes */
    wrt_interner tools;  /* names of tools in rules without wildcard */
    uint32_t *listed;    /* the numbers of all lists */
    size_t *starts;      /* [phase * (n_names + 2) + list]: 0 all rules, 1 general, 2.. names */
    wrt_json *levels[WRT_INTEGRITY_LEVELS];
} wrt_program;

/* Numbers fields, conditions and toolsets of all rules and builds the index. O(text of the rules).
 */
wrt_program *wrt_program_new(const wrt_policy *policy);
void wrt_program_free(wrt_program *program); /* accepts NULL */

/* Rules of the phase: all of them, those with wildcards or without tools, those that name `tool`.
 * Each in rising order. */
wrt_rule_list wrt_program_all(const wrt_program *program, wrt_phase phase);
wrt_rule_list wrt_program_general(const wrt_program *program, wrt_phase phase);
wrt_rule_list wrt_program_named(const wrt_program *program, wrt_phase phase, const char *tool);

#endif
