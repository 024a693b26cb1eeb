/* json.h: strict JSON values, RFC 8785 canonical bytes.
 *
 * All text that comes from outside (files, models, tools, arguments, the ledger) enters through
 * wrt_json_parse, which is stricter than the library beneath it: UTF-8 is validated, duplicate
 * keys, trailing bytes, nesting beyond WRT_JSON_DEPTH_MAX, U+0000 inside strings, lone surrogates,
 * numbers that are not finite doubles and integers that a double would alter are errors that say
 * where. A value owns its children; everything returned by a getter is borrowed from the root.
 * Object member order is the order of insertion; canonical output sorts. Not thread-safe per
 * value.
 *
 * Integers. Text without fraction and exponent beyond +-(2^53 - 1) is an error, with one exception:
 * the exact text that ECMAScript prints for a double of that size (100000000000000000000 for 1e20)
 * is read back, because RFC 8785 prescribes it and nothing is lost. So every text written by this
 * module is also read by it (within the depth), and 9007199254740993 is still refused. */
#ifndef WRT_BASE_JSON_H
#define WRT_BASE_JSON_H

#include "base/buf.h"
#include "base/err.h"

typedef struct wrt_json wrt_json;

typedef enum {
    WRT_JSON_NULL,
    WRT_JSON_BOOL,
    WRT_JSON_NUMBER,
    WRT_JSON_STRING,
    WRT_JSON_ARRAY,
    WRT_JSON_OBJECT
} wrt_json_type;

/* WRT_JSON_DEPTH_MAX: open arrays and objects at any point of a text. */
enum { WRT_JSON_DEPTH_MAX = 64 };

/* Parses exactly one value. WRT_E_INPUT names byte offset and reason; WRT_E_LIMIT for depth and
 * for texts beyond 1 GiB. *out is the caller's (wrt_json_free) and NULL on failure. O(n log n) for
 * objects of n keys. A parsed value takes up to 50 times the bytes of its text: callers cap what
 * they read. */
wrt_status wrt_json_parse(wrt_json **out, wrt_str text, wrt_err *err);
void wrt_json_free(wrt_json *root); /* accepts NULL */
wrt_json *wrt_json_copy(const wrt_json *value);

/* ---- reading. Every getter accepts NULL and a value of another type. Look-up by key is linear in
 * the members and case-sensitive; loops over many members use WRT_JSON_EACH. */
wrt_json_type wrt_json_typeof(const wrt_json *value);        /* NULL reads as WRT_JSON_NULL */
const char *wrt_json_type_name(wrt_json_type type);          /* "null", "boolean", "number", ... */
bool wrt_json_is(const wrt_json *value, wrt_json_type type); /* false for NULL */
size_t wrt_json_count(const wrt_json *value);                /* members or elements; else 0 */
const wrt_json *wrt_json_get(const wrt_json *object, const char *key); /* NULL when absent */
const wrt_json *wrt_json_at(const wrt_json *array, size_t index);      /* O(index) */
const wrt_json *wrt_json_first(const wrt_json *container);
const wrt_json *wrt_json_next(const wrt_json *element);
const char *wrt_json_key(const wrt_json *member); /* name of an object member, else NULL */
const char *wrt_json_text(const wrt_json *value); /* NULL unless a string; UTF-8, no U+0000 */
double wrt_json_number(const wrt_json *value, double fallback);
bool wrt_json_bool(const wrt_json *value, bool fallback);
bool wrt_json_is_integer(const wrt_json *value); /* a number without fraction, |n| < 2^53 */
bool wrt_json_equal(const wrt_json *a, const wrt_json *b); /* member order does not matter */

const char *wrt_json_get_text(const wrt_json *object, const char *key, const char *fallback);
double wrt_json_get_number(const wrt_json *object, const char *key, double fallback);
int64_t wrt_json_get_int(const wrt_json *object, const char *key, int64_t fallback);
bool wrt_json_get_bool(const wrt_json *object, const char *key, bool fallback);

/* Value at a dotted path of object keys, "a.b.c"; NULL when any part is absent. A key that holds a
 * dot itself cannot be reached this way. */
const wrt_json *wrt_json_path(const wrt_json *root, const char *dotted);

/* for (const wrt_json *item = wrt_json_first(list); item; item = wrt_json_next(item))
 * NOLINTBEGIN(bugprone-macro-parentheses): item is declared, and a declarator takes none. */
#define WRT_JSON_EACH(item, container)                                                             \
    for (const wrt_json *item = wrt_json_first(container); item != NULL; item = wrt_json_next(item))
/* NOLINTEND(bugprone-macro-parentheses) */

/* ---- building. A value handed to set or push belongs to the container from then on. */
wrt_json *wrt_json_new_object(void);
wrt_json *wrt_json_new_array(void);
wrt_json *wrt_json_new_text(wrt_str text);   /* must be valid UTF-8 without U+0000 (asserted) */
wrt_json *wrt_json_new_c(const char *text);  /* NULL becomes JSON null */
wrt_json *wrt_json_new_number(double value); /* must be finite (asserted) */
wrt_json *wrt_json_new_int(int64_t value);   /* |value| < 2^53 (asserted) */
wrt_json *wrt_json_new_bool(bool value);
wrt_json *wrt_json_new_null(void);
/* Sets a member; an existing one is replaced in its place, NULL removes it. Linear in the members:
 * an object of many thousand members is better parsed or kept as an array. */
void wrt_json_set(wrt_json *object, const char *key, wrt_json *value);
void wrt_json_set_text(wrt_json *object, const char *key, const char *text); /* as new_c */
void wrt_json_set_int(wrt_json *object, const char *key, int64_t value);
void wrt_json_set_number(wrt_json *object, const char *key, double value);
void wrt_json_set_bool(wrt_json *object, const char *key, bool value);
void wrt_json_push(wrt_json *array, wrt_json *value);
void wrt_json_push_text(wrt_json *array, const char *text);

/* Mutable access to a member or element that the caller owns through its root; NULL if absent. */
wrt_json *wrt_json_get_mut(wrt_json *object, const char *key);
/* Detaches a member; the caller owns it. NULL when absent. */
wrt_json *wrt_json_take(wrt_json *object, const char *key);

/* ---- writing. Numbers are the shortest text that reads back to the same double, in the form of
 * ECMAScript's Number::toString, in both writers; only white space and member order differ. */
void wrt_json_write(wrt_buf *out, const wrt_json *value);        /* compact, insertion order */
void wrt_json_write_pretty(wrt_buf *out, const wrt_json *value); /* two-space indent */

/* RFC 8785 (JSON Canonicalization Scheme): members sorted by UTF-16 code units, shortest numbers,
 * minimal escapes. Equal values give equal bytes. */
void wrt_json_write_canonical(wrt_buf *out, const wrt_json *value);

/* Replaces *value by what its canonical bytes read back as: the same value, its members sorted.
 * What is used in this form is used as a reader of the bytes would use it. NULL stays NULL. */
void wrt_json_settle(wrt_json **value);

/* One string in the form of all three writers: quoted, with the escapes of RFC 8785
 * section 3.2.2.2. text must be valid UTF-8. */
void wrt_json_write_string(wrt_buf *out, wrt_str text);

/* Shortest round-trip text of a finite double in ECMAScript form; out holds >= 32 bytes. */
void wrt_json_format_number(char out[32], double value);

#endif
