/* schema_gbnf.h: from a JSON Schema to a grammar of JSON texts that fit it.
 *
 * The law is soundness: every sentence of the grammar is read by wrt_json_parse and passes
 * wrt_schema_validate. (The one exception is named by the validator itself: WRT_E_LIMIT when
 * checking takes more steps than it grants.) The other direction holds up to the following
 * choices, which also see to it that a text written under the grammar ends:
 *
 * - JSON without white space; members in the order of the schema: `properties` of the schema
 *   itself, then those of $ref, allOf and the chosen alternatives, then names that only `required`
 *   knows. Members that are not required may be left out. Members that the schema does not name
 *   are not written, even where they are allowed; an object of which no member is named gets
 *   members whose names begin with letters in ascending order, one per letter at most.
 * - Strings without control characters, which stand as themselves except for \" and \\; at most
 *   WRT_SCHEMA_GBNF_TEXT_MAX characters, also where maxLength allows more.
 * - Arrays of at most WRT_SCHEMA_GBNF_ITEMS_MAX items, or WRT_SCHEMA_GBNF_ITEMS_USUAL where no
 *   maxItems is given.
 * - Integers in digits, within +-(2^53 - 1). Numbers in digits with at most
 *   WRT_SCHEMA_GBNF_PLACES behind the point and no exponent; a range without such a number gives
 *   its own bounds.
 * - enum and const members in canonical form (RFC 8785).
 * - Arrays and objects nested in one another at most WRT_SCHEMA_GBNF_LEVELS_MAX deep, less where
 *   the schema goes through long chains of $ref; recursive schemas are unrolled to that depth.
 *   Values of which a schema says nothing nest WRT_SCHEMA_GBNF_FREE_LEVELS deep.
 * - pattern: literals, `.`, classes, \d \w \s, groups, `|`, * + ? {n} {n,} {n,m}, `^` and `$` at
 *   the ends of the pattern or of one of its outermost alternatives. The whole string is what the
 *   pattern matches, also where an anchor is missing; \d, \w and \s stand for their ASCII members;
 *   repetitions are cut, and lengthened all alike, to what maxLength and minLength want.
 *
 * An alternative of oneOf is written only if no other alternative can fit the same value; a schema
 * for which that cannot be shown is refused. */
#ifndef WRT_LLM_SCHEMA_GBNF_H
#define WRT_LLM_SCHEMA_GBNF_H

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

enum {
    WRT_SCHEMA_GBNF_TEXT_MAX = 2000, /* also what llama.cpp repeats exactly */
    WRT_SCHEMA_GBNF_ITEMS_MAX = 1000,
    WRT_SCHEMA_GBNF_ITEMS_USUAL = 100,
    WRT_SCHEMA_GBNF_PLACES = 15,
    WRT_SCHEMA_GBNF_LEVELS_MAX = 32,
    WRT_SCHEMA_GBNF_FREE_LEVELS = 3
};

/* Appends the grammar. WRT_E_INPUT: not a schema (see base/schema.h), one that leads back to itself
 * without a value in between, or no value fits it. WRT_E_UNSUPPORTED names the keyword and its
 * path: a sound subset could not be found. WRT_E_LIMIT: the grammar would be larger than
 * WRT_GBNF_BYTES_MAX, `out` or the caps on rules and members. On failure `out` is as before. Time
 * and size are linear in the schema for schemas that do not multiply alternatives. */
wrt_status wrt_schema_to_gbnf(wrt_buf *out, const wrt_json *schema, wrt_err *err);

#endif
