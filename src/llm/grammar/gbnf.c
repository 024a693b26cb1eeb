/* gbnf.c: from GBNF text to the compact form of gbnf_form.h.
 *
 * Recursive descent after the grammar of llama.cpp's own reader, stricter where that one is silent
 * (a rule defined twice, [], [z-a]). Depth is capped; rules and repetitions are put together by
 * gbnf_build.c. Invariant: in->at never passes the end, and the text was found to be UTF-8. */
#include "base/arena.h"
#include "llm/grammar/gbnf_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REASON_MAX = 160 };

typedef struct {
    const char *text;
    size_t len, at;
    wrt_gbnf *g;
    wrt_gbnf_builder b;
    uint32_t *table; /* rule + 1 by name, open addressing; size is table_mask + 1 */
    size_t table_mask;
    uint32_t any;     /* the class of `.`, plus one; 0 before its first use */
    wrt_code_set set; /* of the class that is being read */
    size_t depth;
    uint32_t line; /* at `counted` */
    size_t counted;
    wrt_err *err;
    wrt_status status;
} reader;

static uint32_t line_here(reader *in) {
    for (; in->counted < in->at; in->counted++)
        in->line += in->text[in->counted] == '\n';
    return in->line;
}

static bool fail(reader *in, wrt_status code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool fail(reader *in, wrt_status code, const char *format, ...) {
    char reason[REASON_MAX];
    va_list list;
    va_start(list, format);
    (void)vsnprintf(reason, sizeof reason, format, list);
    va_end(list);
    in->status = wrt_fail(in->err, code, "grammar, line %u: %s", line_here(in), reason);
    return false;
}

static char peek(const reader *in) {
    return in->at < in->len ? in->text[in->at] : '\0';
}

static void skip_space(reader *in, bool newline_ok) {
    for (; in->at < in->len; in->at++) {
        char c = peek(in);
        if (c == '#') {
            while (in->at + 1 < in->len && in->text[in->at + 1] != '\n' &&
                   in->text[in->at + 1] != '\r')
                in->at++;
        } else if (c != ' ' && c != '\t' && (!newline_ok || (c != '\n' && c != '\r'))) {
            return;
        }
    }
}

/* ---- rules and alternates -------------------------------------------------------------------- */

/* Passes on what a builder's function said; a cap that was reached becomes the error. */
static bool built(reader *in, bool is_good) {
    return is_good || fail(in, WRT_E_LIMIT, "%s", in->b.full);
}

static bool push(reader *in, uint32_t symbol) {
    wrt_gbnf_push(&in->b, symbol);
    return true;
}

static bool new_rule(reader *in, uint32_t *rule) {
    in->b.line = line_here(in);
    return built(in, wrt_gbnf_new_rule(&in->b, rule));
}

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

static wrt_str read_name(reader *in) {
    size_t start = in->at;
    while (in->at < in->len && is_word(in->text[in->at]))
        in->at++;
    return (wrt_str){in->text + start, in->at - start};
}

static uint64_t hash_name(wrt_str name) {
    uint64_t hash = 14695981039346656037U; /* FNV-1a */
    for (size_t i = 0; i < name.len; i++)
        hash = (hash ^ (unsigned char)name.ptr[i]) * 1099511628211U;
    return hash ^ hash >> 32;
}

/* The rule of that name, made (undefined as yet) when it is new. */
static bool find_rule(reader *in, wrt_str name, uint32_t *rule) {
    wrt_gbnf *g = in->g;
    size_t slot = (size_t)hash_name(name) & in->table_mask;
    for (; in->table[slot] != 0; slot = (slot + 1) & in->table_mask) {
        *rule = in->table[slot] - 1;
        if (wrt_str_equal(g->names[g->rules[*rule].name], name))
            return true;
    }
    if (!new_rule(in, rule))
        return false;
    WRT_GBNF_GROW(g->names, g->n_names, g->names_room);
    g->names[g->n_names] = name;
    g->rules[*rule].name = (uint32_t)g->n_names++;
    g->rules[*rule].is_defined = false;
    in->table[slot] = *rule + 1;
    return true;
}

/* ---- characters ------------------------------------------------------------------------------ */

static bool read_hex(reader *in, size_t digits, uint32_t *code) {
    *code = 0;
    for (size_t i = 0; i < digits; i++, in->at++) {
        char c = peek(in);
        char lower = (char)(c | 0x20);
        if (!(c >= '0' && c <= '9') && !(lower >= 'a' && lower <= 'f'))
            return fail(in, WRT_E_INPUT, "an escape needs %zu hexadecimal digits", digits);
        *code = *code << 4 | (uint32_t)(c <= '9' ? c - '0' : lower - 'a' + 10);
    }
    if (!wrt_code_is_scalar(*code))
        return fail(in, WRT_E_INPUT,
                    "an escape names no character (U+0000 to U+10FFFF without "
                    "surrogates)");
    return true;
}

/* At a backslash. */
static bool read_escape(reader *in, uint32_t *code) {
    char c = in->at + 1 < in->len ? in->text[in->at + 1] : '\0';
    in->at += 2;
    switch (c) {
    case 'x':
        return read_hex(in, 2, code);
    case 'u':
        return read_hex(in, 4, code);
    case 'U':
        return read_hex(in, 8, code);
    case 'n':
        *code = '\n';
        return true;
    case 't':
        *code = '\t';
        return true;
    case 'r':
        *code = '\r';
        return true;
    case '\\':
    case '"':
    case '[':
    case ']':
    case '-':
        *code = (unsigned char)c;
        return true;
    default:
        in->at = in->at > in->len ? in->len : in->at;
        return fail(in, WRT_E_INPUT,
                    "unknown escape; accepted: \\n \\r \\t \\\\ \\\" \\[ \\] \\- \\xNN \\uNNNN "
                    "\\UNNNNNNNN");
    }
}

/* One character of a literal or a class. The text is known to be UTF-8. */
static bool read_char(reader *in, uint32_t *code) {
    if (peek(in) == '\\')
        return read_escape(in, code);
    unsigned char first = (unsigned char)in->text[in->at++];
    int more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    *code = more == 0 ? first : first & (0x3FU >> more);
    for (; more > 0; more--)
        *code = *code << 6 | ((unsigned char)in->text[in->at++] & 0x3FU);
    return true;
}

static bool read_literal(reader *in) {
    size_t start = in->at++;
    uint32_t code = 0;
    while (in->at < in->len && peek(in) != '"') {
        if (!read_char(in, &code) || !push(in, WRT_GBNF_SYMBOL(WRT_GBNF_CHAR, code)))
            return false;
    }
    if (in->at >= in->len) {
        in->at = start;
        return fail(in, WRT_E_INPUT, "a literal is not closed");
    }
    in->at++;
    return true;
}

/* ---- classes --------------------------------------------------------------------------------- */

/* The set that was read, as one symbol on the stack. */
static bool push_class(reader *in) {
    wrt_gbnf *g = in->g;
    const wrt_code_set *set = &in->set;
    if (set->n == 0)
        return fail(in, WRT_E_INPUT, "a character class that no character fits");
    if (set->n == 1 && set->ranges[0].low == set->ranges[0].high)
        return push(in, WRT_GBNF_SYMBOL(WRT_GBNF_CHAR, set->ranges[0].low));
    WRT_GBNF_GROW(g->classes, g->n_classes, g->classes_room);
    g->classes[g->n_classes] = (wrt_gbnf_class){(uint32_t)g->n_ranges, (uint32_t)set->n};
    for (size_t i = 0; i < set->n; i++) {
        WRT_GBNF_GROW(g->ranges, g->n_ranges, g->ranges_room);
        g->ranges[g->n_ranges++] = set->ranges[i];
    }
    return push(in, WRT_GBNF_SYMBOL(WRT_GBNF_CLASS, g->n_classes++));
}

static bool read_range(reader *in) {
    uint32_t low = 0;
    if (!read_char(in, &low))
        return false;
    uint32_t high = low;
    if (peek(in) == '-' && in->at + 1 < in->len && in->text[in->at + 1] != ']') {
        in->at++;
        if (!read_char(in, &high))
            return false;
        if (high < low)
            return fail(in, WRT_E_INPUT, "a character range runs backwards (U+%04X to U+%04X)",
                        (unsigned)low, (unsigned)high);
    }
    wrt_code_set_add(&in->set, low, high);
    return true;
}

static bool read_class(reader *in) {
    in->set.n = 0;
    in->at++;
    bool is_negated = peek(in) == '^';
    in->at += is_negated;
    while (in->at < in->len && peek(in) != ']') {
        if (!read_range(in))
            return false;
    }
    if (in->at >= in->len)
        return fail(in, WRT_E_INPUT, "a character class is not closed");
    if (in->set.n == 0)
        return fail(in, WRT_E_INPUT, "an empty character class");
    in->at++;
    if (is_negated)
        wrt_code_set_negate(&in->set);
    else
        wrt_code_set_join(&in->set);
    return push_class(in);
}

static bool read_any(reader *in) {
    in->at++;
    if (in->any > 0)
        return push(in, WRT_GBNF_SYMBOL(WRT_GBNF_CLASS, in->any - 1));
    in->set.n = 0;
    wrt_code_set_negate(&in->set);
    in->any = (uint32_t)in->g->n_classes + 1;
    return push_class(in);
}

/* ---- repetition ------------------------------------------------------------------------------ */

static bool read_count(reader *in, uint32_t *out) {
    uint32_t count = 0;
    if (!(peek(in) >= '0' && peek(in) <= '9'))
        return fail(in, WRT_E_INPUT, "a repetition needs a number: {n}, {n,} or {n,m}");
    for (; peek(in) >= '0' && peek(in) <= '9'; in->at++) {
        count = count * 10 + (uint32_t)(peek(in) - '0');
        if (count > WRT_GBNF_REPEAT_MAX)
            return fail(in, WRT_E_LIMIT, "a repetition beyond %d", WRT_GBNF_REPEAT_MAX);
    }
    *out = count;
    return true;
}

/* After the brace. */
static bool read_bounds(reader *in, bool is_nested, uint32_t *min, uint32_t *max) {
    skip_space(in, is_nested);
    if (!read_count(in, min))
        return false;
    *max = *min;
    skip_space(in, is_nested);
    if (peek(in) == ',') {
        in->at++;
        skip_space(in, is_nested);
        *max = WRT_GBNF_UNBOUNDED;
        if (peek(in) != '}' && !read_count(in, max))
            return false;
        skip_space(in, is_nested);
    }
    if (peek(in) != '}')
        return fail(in, WRT_E_INPUT, "a repetition is not closed; accepted: {n}, {n,} or {n,m}");
    in->at++;
    if (*max < *min)
        return fail(in, WRT_E_INPUT, "a repetition from %u to %u", (unsigned)*min, (unsigned)*max);
    return true;
}

static bool read_repetition(reader *in, bool is_nested, size_t base) {
    char c = peek(in);
    uint32_t min = c == '+' ? 1 : 0;
    uint32_t max = c == '?' ? 1 : WRT_GBNF_UNBOUNDED;
    in->at++;
    if (c == '{' && !read_bounds(in, is_nested, &min, &max))
        return false;
    in->b.line = line_here(in);
    return built(in, wrt_gbnf_repeat(&in->b, base, min, max));
}

/* ---- sequences and rules --------------------------------------------------------------------- */

static bool read_alternates(reader *in, uint32_t rule, bool is_nested);

static bool read_group(reader *in) {
    uint32_t rule = 0;
    if (in->depth == WRT_GBNF_DEPTH_MAX)
        return fail(in, WRT_E_LIMIT, "nested deeper than %d parentheses", WRT_GBNF_DEPTH_MAX);
    in->depth++;
    in->at++;
    skip_space(in, true);
    if (!new_rule(in, &rule) || !read_alternates(in, rule, true))
        return false;
    if (peek(in) != ')')
        return fail(in, WRT_E_INPUT, "a parenthesis is not closed");
    in->depth--;
    in->at++;
    return push(in, WRT_GBNF_SYMBOL(WRT_GBNF_REF, rule));
}

static bool read_reference(reader *in) {
    uint32_t rule = 0;
    return find_rule(in, read_name(in), &rule) && push(in, WRT_GBNF_SYMBOL(WRT_GBNF_REF, rule));
}

/* One symbol or group; *is_item is false when none begins here. */
static bool read_item(reader *in, bool *is_item) {
    char c = peek(in);
    *is_item = true;
    if (c == '"')
        return read_literal(in);
    if (c == '[')
        return read_class(in);
    if (c == '(')
        return read_group(in);
    if (c == '.')
        return read_any(in);
    if (is_word(c))
        return read_reference(in);
    if (c == '<' || c == '!')
        return fail(in, WRT_E_UNSUPPORTED,
                    "a token literal (<text>, <[id]>); write the text as a literal");
    *is_item = false;
    return true;
}

static bool read_sequence(reader *in, bool is_nested) {
    size_t base = in->b.n; /* where the last item begins */
    bool has_item = false;
    bool is_item = true;
    for (;;) {
        char c = peek(in);
        if (c == '*' || c == '+' || c == '?' || c == '{') {
            if (!has_item)
                return fail(in, WRT_E_INPUT, "\"%c\" has nothing before it to repeat", c);
            if (!read_repetition(in, is_nested, base))
                return false;
        } else {
            base = in->b.n;
            if (!read_item(in, &is_item) || !is_item)
                return in->status == WRT_OK;
            has_item = true;
        }
        skip_space(in, is_nested);
    }
}

static bool read_alternates(reader *in, uint32_t rule, bool is_nested) {
    size_t base = in->b.n;
    for (;;) {
        if (!read_sequence(in, is_nested) || !built(in, wrt_gbnf_end_alternate(&in->b, rule, base)))
            return false;
        if (peek(in) != '|')
            return true;
        in->at++;
        skip_space(in, true);
    }
}

static bool read_rule(reader *in) {
    uint32_t rule = 0;
    wrt_str name = read_name(in);
    if (name.len == 0)
        return fail(in, WRT_E_INPUT, "a rule begins with its name (letters, digits, dashes)");
    if (!find_rule(in, name, &rule))
        return false;
    if (in->g->rules[rule].is_defined)
        return fail(in, WRT_E_INPUT, "rule \"%.*s\" is defined twice",
                    (int)(name.len < 40 ? name.len : 40), name.ptr);
    in->b.name = in->g->rules[rule].name;
    in->g->rules[rule].is_defined = true;
    in->g->rules[rule].line = line_here(in);
    skip_space(in, false);
    if (!wrt_str_starts_with((wrt_str){in->text + in->at, in->len - in->at}, WRT_STR("::=")))
        return fail(in, WRT_E_INPUT, "\"::=\" is missing after the name of a rule");
    in->at += 3;
    skip_space(in, true);
    if (!read_alternates(in, rule, false))
        return false;
    if (in->at < in->len && peek(in) != '\n' && peek(in) != '\r')
        return fail(in, WRT_E_INPUT,
                    "a rule ends before \"%c\"; wanted a symbol, \"|\" or the end "
                    "of the line",
                    (unsigned char)peek(in) < 0x80 ? peek(in) : '?');
    skip_space(in, true);
    return true;
}

static bool check_names(reader *in) {
    wrt_gbnf *g = in->g;
    for (size_t i = 0; i < g->n_rules; i++) {
        wrt_str name = g->names[g->rules[i].name];
        if (!g->rules[i].is_defined) {
            in->status = wrt_fail(in->err, WRT_E_INPUT, "grammar, line %u: no rule \"%.*s\"",
                                  (unsigned)g->rules[i].line, (int)(name.len < 40 ? name.len : 40),
                                  name.ptr);
            return false;
        }
    }
    size_t before = g->n_rules;
    if (!find_rule(in, WRT_STR("root"), &g->root))
        return false;
    return g->n_rules == before || fail(in, WRT_E_INPUT, "no rule \"root\"");
}

static bool read_grammar(reader *in) {
    skip_space(in, true);
    while (in->at < in->len) {
        if (!read_rule(in))
            return false;
    }
    return check_names(in);
}

/* ---- the public calls ------------------------------------------------------------------------ */

static wrt_status check_text(wrt_str text, wrt_err *err) {
    if (text.len > WRT_GBNF_BYTES_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "the grammar has %zu bytes; accepted: at most %d",
                        text.len, WRT_GBNF_BYTES_MAX);
    size_t valid = wrt_utf8_valid_prefix(text);
    if (valid < text.len)
        return wrt_fail(err, WRT_E_INPUT, "the grammar is not UTF-8 at byte %zu", valid);
    if (text.len > 0 && memchr(text.ptr, '\0', text.len) != NULL)
        return wrt_fail(err, WRT_E_INPUT, "the grammar holds U+0000; write \\x00");
    return WRT_OK;
}

wrt_status wrt_gbnf_parse(wrt_gbnf **out, wrt_str text, wrt_err *err) {
    *out = NULL;
    wrt_status status = check_text(text, err);
    if (status != WRT_OK)
        return status;
    reader in = {.text = text.len == 0 ? "" : text.ptr,
                 .len = text.len,
                 .line = 1,
                 .err = err,
                 .table_mask = 15};
    while (in.table_mask < text.len && in.table_mask < 2 * WRT_GBNF_RULES_MAX - 1)
        in.table_mask = 2 * in.table_mask + 1; /* a name takes two bytes of text at least */
    in.table = wrt_calloc(in.table_mask + 1, sizeof *in.table);
    in.g = in.b.g = wrt_calloc(1, sizeof *in.g);
    if (read_grammar(&in))
        in.status = wrt_gbnf_check(in.g, err);
    free(in.g->names); /* they point into text */
    in.g->names = NULL;
    free(in.table);
    free(in.b.stack);
    wrt_code_set_free(&in.set);
    if (in.status == WRT_OK)
        *out = in.g;
    else
        wrt_gbnf_free(in.g);
    return in.status;
}

void wrt_gbnf_free(wrt_gbnf *grammar) {
    if (grammar == NULL)
        return;
    free(grammar->symbols);
    free(grammar->alts);
    free(grammar->rules);
    free(grammar->classes);
    free(grammar->ranges);
    free(grammar->names);
    free(grammar);
}
