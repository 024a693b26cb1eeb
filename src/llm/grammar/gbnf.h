/* gbnf.h: reading grammars in GBNF, and asking whether a text is a sentence of one.
 *
 * GBNF is the notation of llama.cpp (grammars/README.md there): rules `name ::= ...`, literals,
 * character classes, `.`, groups, `|`, `*` `+` `?` `{n}` `{n,}` `{n,m}`, comments. The recogniser
 * is ours and shares nothing with any back end, so that what a server or a library claims to have
 * constrained can be checked. Both sides are hostile: every size below is a cap, not a hope. */
#ifndef WRT_LLM_GBNF_H
#define WRT_LLM_GBNF_H

#include "base/buf.h"
#include "base/err.h"

enum {
    WRT_GBNF_BYTES_MAX = 1 << 20,     /* of a grammar's text */
    WRT_GBNF_RULES_MAX = 1 << 16,     /* named ones, groups and repetitions together */
    WRT_GBNF_ALTS_MAX = 1 << 18,      /* alternates of all rules together */
    WRT_GBNF_DEPTH_MAX = 128,         /* open parentheses */
    WRT_GBNF_REPEAT_MAX = 1000000,    /* a bound inside {n,m} */
    WRT_GBNF_EXPANSION_MAX = 1 << 20, /* symbols, were every repetition written out */
    WRT_GBNF_CHAIN_MAX = 4096,        /* rules that begin with one another */
    WRT_GBNF_BEGINNINGS_MAX = 1 << 18 /* ways in which those chains run, over all rules */
};

typedef struct wrt_gbnf wrt_gbnf;
typedef struct wrt_gbnf_match wrt_gbnf_match;

/* Reads a grammar whose start is the rule "root". WRT_E_INPUT names line and reason: a malformed
 * text, an undefined or twice defined rule, no "root", left recursion (direct, indirect or through
 * symbols that may be empty), a root that no finite text fits. WRT_E_LIMIT: one of the caps above.
 * WRT_E_UNSUPPORTED: token literals (<text>, <[id]>), which speak of a vocabulary. An empty class
 * [], a range that runs backwards and surrogates are refused too. *out is the caller's
 * (wrt_gbnf_free) and NULL on failure. O(n log n) in the text: {n,m} costs log m, not m. */
wrt_status wrt_gbnf_parse(wrt_gbnf **out, wrt_str text, wrt_err *err);
void wrt_gbnf_free(wrt_gbnf *grammar); /* accepts NULL */

/* ---- recognising. A match reads one text bit by bit and borrows the grammar. Any context-free
 * grammar that wrt_gbnf_parse takes is recognised exactly; at most cubic in the text, linear for
 * grammars as schema_gbnf.h writes them. */
wrt_gbnf_match *wrt_gbnf_match_new(const wrt_gbnf *grammar);
void wrt_gbnf_match_free(wrt_gbnf_match *match); /* accepts NULL */

/* Appends bytes; a piece may end inside a UTF-8 sequence. *is_possible says whether some sentence
 * begins with all that was fed so far; once false it stays false. WRT_E_LIMIT when text and grammar
 * need more than about a second of work or 200 MB: the caller must fail closed, and the match
 * answers so for ever. */
wrt_status wrt_gbnf_match_feed(bool *is_possible, wrt_gbnf_match *match, wrt_str bytes,
                               wrt_err *err);

/* True when what was fed is a whole sentence. False after WRT_E_LIMIT. */
bool wrt_gbnf_match_complete(const wrt_gbnf_match *match);

/* Is text a sentence? Errors as wrt_gbnf_match_feed. */
wrt_status wrt_gbnf_accepts(bool *out, const wrt_gbnf *grammar, wrt_str text, wrt_err *err);

/* ---- writing */

/* Appends text (valid UTF-8) as a quoted GBNF literal. */
void wrt_gbnf_literal(wrt_buf *out, wrt_str text);

/* Appends a grammar whose sentences are exactly the n options (n > 0, valid UTF-8). */
void wrt_gbnf_of_choice(wrt_buf *out, const wrt_str *options, size_t n);

#endif
