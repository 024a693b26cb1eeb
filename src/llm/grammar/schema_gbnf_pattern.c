/* schema_gbnf_pattern.c: the regular expressions of `pattern` as grammars.
 *
 * A pattern without assertions, back references and the like describes the same words as the
 * grammar that is built from it piece by piece. Every piece stands positively (there is no
 * "anything but this word"), so each may be replaced by a part of itself: classes lose what a JSON
 * string here does not hold, repetitions are cut. min/maxLength are met by two numbers that hold
 * for all repetitions alike: `more` is added to the least counts until the shortest word is long
 * enough, `span` limits how far a count may go above its least.
 *
 * The syntax read is a subset of PCRE2's, with the same meaning; what is outside is refused. */
#include "llm/grammar/code_set.h"
#include "llm/grammar/gbnf.h"
#include "llm/grammar/schema_gbnf_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT_MAX = WRT_SCHEMA_GBNF_TEXT_MAX, LENGTH_MAX = 1 << 20, DEPTH_MAX = 100 };

typedef enum { NODE_SET, NODE_SEQUENCE, NODE_CHOICE, NODE_REPEAT } node_kind;

typedef struct node {
    node_kind kind;
    wrt_code_set set;   /* SET: what is left of it; the ranges are the arena's */
    struct node *first; /* of the list inside the others */
    struct node *next;  /* in the list around it */
    long min, max;      /* REPEAT; max is COUNT_MAX where there is no bound */
} node;

typedef struct {
    wrt_str text;
    size_t at;
    int depth;
    wrt_arena *arena;
    const char *reason; /* why the pattern is refused, or NULL */
} reader;

/* ---- reading --------------------------------------------------------------------------------- */

static node *refuse(reader *in, const char *reason) {
    if (in->reason == NULL)
        in->reason = reason;
    return NULL;
}

static int peek(const reader *in) {
    return in->at < in->text.len ? (unsigned char)in->text.ptr[in->at] : -1;
}

static bool take(reader *in, const char *word) {
    wrt_str rest = {in->text.ptr + in->at, in->text.len - in->at};
    if (!wrt_str_starts_with(rest, wrt_str_of(word)))
        return false;
    in->at += strlen(word);
    return true;
}

static node *new_node(reader *in, node_kind kind) {
    node *made = wrt_arena_alloc(in->arena, sizeof *made);
    made->kind = kind;
    return made;
}

/* Takes from the set what a JSON string does not hold here: control characters. */
static node *finish_set(reader *in, wrt_code_set *set) {
    wrt_code_set_negate(set);
    wrt_code_set_add(set, 0, 0x1F);
    wrt_code_set_add(set, 0x7F, 0x9F);
    wrt_code_set_negate(set);
    node *made = new_node(in, NODE_SET);
    made->set.n = made->set.room = set->n;
    if (set->n > 0) {
        made->set.ranges = wrt_arena_calloc(in->arena, set->n, sizeof *set->ranges);
        memcpy(made->set.ranges, set->ranges, set->n * sizeof *set->ranges);
    }
    wrt_code_set_free(set);
    return made->set.n > 0 ? made
                           : refuse(in, "a character or class that only control characters fit");
}

/* One character of the (valid) text. */
static uint32_t take_code(reader *in) {
    unsigned char first = (unsigned char)in->text.ptr[in->at++];
    int more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    uint32_t code = more == 0 ? first : first & (0x3FU >> more);
    for (; more > 0; more--)
        code = code << 6 | ((unsigned char)in->text.ptr[in->at++] & 0x3FU);
    return code;
}

/* The ASCII members of \d, \w or \s; false for any other letter. */
static bool add_shorthand(wrt_code_set *set, int letter) {
    if (letter == 'd' || letter == 'w')
        wrt_code_set_add(set, '0', '9');
    if (letter == 'w') {
        wrt_code_set_add(set, 'A', 'Z');
        wrt_code_set_add(set, 'a', 'z');
        wrt_code_set_add(set, '_', '_');
    }
    if (letter == 's')
        wrt_code_set_add(set, ' ', ' ');
    return letter == 'd' || letter == 'w' || letter == 's';
}

/* ASCII characters that the class of \D, \W or \S holds; false for any other letter. */
static bool add_negated_shorthand(wrt_code_set *set, int letter) {
    wrt_code_set taken = {0};
    if ((letter != 'D' && letter != 'W' && letter != 'S') || !add_shorthand(&taken, letter | 0x20))
        return false;
    wrt_code_set_add(&taken, 0x80, WRT_CODE_MAX);
    wrt_code_set_negate(&taken);
    for (size_t i = 0; i < taken.n; i++)
        wrt_code_set_add(set, taken.ranges[i].low, taken.ranges[i].high);
    wrt_code_set_free(&taken);
    return true;
}

static bool is_alphanumeric(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* After a backslash: adds what it stands for. *code is its character, or -1 for a shorthand. */
static bool read_escape(reader *in, wrt_code_set *set, int64_t *code) {
    int letter = peek(in);
    *code = -1;
    if (letter < 0 || letter >= 0x80)
        return refuse(in, "a backslash before a character beyond ASCII") != NULL;
    in->at++;
    if (add_shorthand(set, letter) || add_negated_shorthand(set, letter))
        return true;
    if (letter == 't' || letter == 'n' || letter == 'r' || letter == 'f')
        letter = letter == 't' ? '\t' : '\n'; /* control characters, all dropped later */
    else if (is_alphanumeric(letter))
        return refuse(in, "an escape other than \\d \\w \\s \\D \\W \\S \\t \\n \\r \\f or of a "
                          "punctuation mark") != NULL;
    *code = letter;
    wrt_code_set_add(set, (uint32_t)letter, (uint32_t)letter);
    return true;
}

/* One member of a class: a character, a shorthand or a range. */
static bool read_member(reader *in, wrt_code_set *set, bool is_negated) {
    int64_t low = -1;
    int64_t high = -1;
    if (take(in, "\\")) {
        if (!read_escape(in, set, &low))
            return false;
        if (low < 0 && is_negated) /* \d here would be a part of what PCRE2 leaves out */
            return refuse(in, "\\d, \\w or \\s in a negated class") != NULL;
    } else if (peek(in) == '[') {
        return refuse(in, "a bracket inside a class; write \\[") != NULL;
    } else {
        low = take_code(in);
        wrt_code_set_add(set, (uint32_t)low, (uint32_t)low);
    }
    if (peek(in) != '-' || in->at + 1 >= in->text.len || in->text.ptr[in->at + 1] == ']')
        return true;
    in->at++;
    if (low < 0)
        return refuse(in, "a range that begins with a shorthand") != NULL;
    if (take(in, "\\")) {
        if (!read_escape(in, set, &high))
            return false;
    } else {
        high = take_code(in);
    }
    if (high < low) /* -1 for a shorthand; PCRE2 refuses real ones itself */
        return refuse(in, "a range that ends with a shorthand") != NULL;
    wrt_code_set_add(set, (uint32_t)low, (uint32_t)high);
    return true;
}

static node *read_class(reader *in) {
    wrt_code_set set = {0};
    bool is_negated = take(in, "^");
    bool is_good = peek(in) != ']' || refuse(in, "a class that begins with ]; write \\]") != NULL;
    while (is_good && peek(in) != ']' && peek(in) >= 0)
        is_good = read_member(in, &set, is_negated);
    if (!is_good || !take(in, "]")) {
        wrt_code_set_free(&set);
        return refuse(in, "a class that is not closed");
    }
    if (is_negated)
        wrt_code_set_negate(&set);
    return finish_set(in, &set);
}

static node *read_choice(reader *in, bool is_outermost);

static node *read_group(reader *in) {
    if (++in->depth > DEPTH_MAX)
        return refuse(in, "groups nested deeper than 100");
    if (peek(in) == '*' || (!take(in, "?:") && peek(in) == '?'))
        return refuse(in, "a group other than (...) and (?:...)");
    node *inside = read_choice(in, false);
    in->depth--;
    if (inside != NULL && !take(in, ")"))
        return refuse(in, "a group that is not closed");
    return inside;
}

static node *read_atom(reader *in) {
    wrt_code_set set = {0};
    int64_t code = 0;
    if (take(in, "("))
        return read_group(in);
    if (take(in, "["))
        return read_class(in);
    if (peek(in) == '^' || peek(in) == '$')
        return refuse(in, "an anchor inside the pattern");
    if (strchr("*+?{", peek(in)) != NULL)
        return refuse(in, "a quantifier without a number, or without anything before it");
    if (take(in, ".")) {
        wrt_code_set_add(&set, 0x2028, 0x2029); /* line ends in some builds of PCRE2 */
        wrt_code_set_negate(&set);
    } else if (take(in, "\\")) {
        if (!read_escape(in, &set, &code)) {
            wrt_code_set_free(&set);
            return NULL;
        }
    } else {
        uint32_t plain = take_code(in);
        wrt_code_set_add(&set, plain, plain);
    }
    return finish_set(in, &set);
}

/* Digits at the reader, cut at COUNT_MAX + 1; -1 when there are none. */
static long take_count(reader *in) {
    long count = -1;
    for (; peek(in) >= '0' && peek(in) <= '9'; in->at++) {
        count = (count < 0 ? 0 : count * 10) + (peek(in) - '0');
        count = count > COUNT_MAX ? COUNT_MAX + 1 : count;
    }
    return count;
}

/* {n}, {n,} or {n,m} at the reader. */
static bool take_bounds(reader *in, long *min, long *max) {
    size_t start = in->at++;
    *min = *max = take_count(in);
    if (*min >= 0 && take(in, ",")) {
        *max = take_count(in);
        *max = *max < 0 ? COUNT_MAX : *max;
    }
    if (*min >= 0 && take(in, "}"))
        return true;
    in->at = start;
    return refuse(in, "a brace that is not {n}, {n,} or {n,m}; write \\{") != NULL;
}

static node *read_piece(reader *in) {
    node *atom = read_atom(in);
    while (atom != NULL && peek(in) > 0 && strchr("*+?{", peek(in)) != NULL) {
        long min = peek(in) == '+' ? 1 : 0;
        long max = peek(in) == '?' ? 1 : COUNT_MAX;
        if (peek(in) != '{')
            in->at++;
        else if (!take_bounds(in, &min, &max))
            return NULL;
        if (min > COUNT_MAX)
            return refuse(in, "a repetition of more than 2000");
        if (peek(in) == '+')
            return refuse(in, "a possessive quantifier");
        take(in, "?"); /* lazy: the same words */
        node *repeat = new_node(in, NODE_REPEAT);
        repeat->first = atom;
        repeat->min = min;
        repeat->max = max < COUNT_MAX ? max : COUNT_MAX;
        atom = repeat;
        if (peek(in) > 0 && strchr("*+?{", peek(in)) != NULL)
            return refuse(in, "a quantifier behind another");
    }
    return atom;
}

/* A sequence up to "|", ")" or the end; anchors may stand at the ends of an outermost one. */
static node *read_sequence(reader *in, bool is_outermost) {
    node *sequence = new_node(in, NODE_SEQUENCE);
    node **end = &sequence->first;
    if (is_outermost)
        take(in, "^");
    while (peek(in) >= 0 && peek(in) != '|' && peek(in) != ')') {
        bool is_last = in->at + 1 == in->text.len || in->text.ptr[in->at + 1] == '|';
        if (is_outermost && is_last && take(in, "$"))
            return sequence;
        *end = read_piece(in);
        if (*end == NULL)
            return NULL;
        end = &(*end)->next;
    }
    return sequence;
}

static node *read_choice(reader *in, bool is_outermost) {
    node *choice = new_node(in, NODE_CHOICE);
    node **end = &choice->first;
    do {
        *end = read_sequence(in, is_outermost);
        if (*end == NULL)
            return NULL;
        end = &(*end)->next;
    } while (take(in, "|"));
    return choice;
}

/* ---- lengths --------------------------------------------------------------------------------- */

typedef struct {
    long more, span; /* see the top of the file */
} limits;

static long least_count(const node *repeat, const limits *l) {
    long least = repeat->min + l->more;
    return least < repeat->max ? least : repeat->max;
}

static long greatest_count(const node *repeat, const limits *l) {
    long greatest = least_count(repeat, l) + l->span;
    return greatest < repeat->max ? greatest : repeat->max;
}

static long capped(long length) {
    return length < LENGTH_MAX ? length : LENGTH_MAX;
}

/* Characters of the shortest or the longest word. */
static long length_of(const node *one, const limits *l, bool is_longest) {
    long length = 0;
    if (one->kind == NODE_SET)
        return 1;
    if (one->kind == NODE_REPEAT)
        return capped(length_of(one->first, l, is_longest) *
                      (is_longest ? greatest_count(one, l) : least_count(one, l)));
    for (const node *item = one->first; item != NULL; item = item->next) {
        long inside = length_of(item, l, is_longest);
        if (one->kind == NODE_SEQUENCE)
            length = capped(length + inside);
        else if (item == one->first || (inside > length) == is_longest)
            length = inside;
    }
    return length;
}

/* The smallest `more` and then the largest `span` that fit; false when there are none. */
static bool choose_limits(limits *l, const node *root, const wrt_sg_facts *facts) {
    double longest = fmin(facts->max_length, WRT_SCHEMA_GBNF_TEXT_MAX);
    *l = (limits){0, 0};
    while (l->more < COUNT_MAX && (double)length_of(root, l, false) < facts->min_length)
        l->more++;
    if ((double)length_of(root, l, false) < facts->min_length ||
        (double)length_of(root, l, true) > longest)
        return false;
    long low = 0;
    long high = COUNT_MAX;
    while (low < high) {
        l->span = (low + high + 1) / 2;
        if ((double)length_of(root, l, true) <= longest)
            low = l->span;
        else
            high = l->span - 1;
    }
    l->span = low;
    return true;
}

/* ---- writing --------------------------------------------------------------------------------- */

static bool take_code_out(wrt_code_set *set, uint32_t code) {
    if (!wrt_code_set_holds(set, code))
        return false;
    wrt_code_set_negate(set);
    wrt_code_set_add(set, code, code);
    wrt_code_set_negate(set);
    return true;
}

/* As it stands in JSON: quotation mark and backslash are escaped. */
static void write_set(wrt_buf *out, const wrt_code_set *set) {
    wrt_code_set rest = {0};
    for (size_t i = 0; i < set->n; i++)
        wrt_code_set_add(&rest, set->ranges[i].low, set->ranges[i].high);
    bool has_quote = take_code_out(&rest, '"');
    bool has_backslash = take_code_out(&rest, '\\');
    if (has_quote || has_backslash)
        wrt_buf_add_char(out, '(');
    if (has_quote)
        wrt_buf_add_c(out, "\"\\\\\\\"\"");
    if (has_backslash)
        wrt_buf_add_c(out, has_quote ? " | \"\\\\\\\\\"" : "\"\\\\\\\\\"");
    if (rest.n > 0 && (has_quote || has_backslash))
        wrt_buf_add_c(out, " | ");
    bool is_one = rest.n == 1 && rest.ranges[0].low == rest.ranges[0].high;
    if (is_one && rest.ranges[0].low < 0x80) /* neither a quotation mark nor a backslash */
        wrt_buf_printf(out, "\"%c\"", (char)rest.ranges[0].low);
    else if (rest.n > 0)
        wrt_code_set_write(out, &rest);
    if (has_quote || has_backslash)
        wrt_buf_add_char(out, ')');
    wrt_code_set_free(&rest);
}

static wrt_status write_node(wrt_buf *out, wrt_sg *sg, const node *one, const limits *l);

/* The node as a rule of its own, by its name; a class stands for itself. */
static wrt_status write_unit(wrt_buf *out, wrt_sg *sg, const node *one, const limits *l) {
    if (one->kind == NODE_SET) {
        write_set(out, &one->set);
        return WRT_OK;
    }
    wrt_buf body = wrt_buf_make(WRT_GBNF_BYTES_MAX);
    size_t rule = WRT_SG_NONE;
    wrt_status status = write_node(&body, sg, one, l);
    if (status == WRT_OK)
        status = wrt_sg_add_rule(&rule, sg, "part", &body);
    wrt_buf_free(&body);
    if (status == WRT_OK)
        wrt_buf_add_c(out, wrt_sg_rule_name(sg, rule));
    return status;
}

static wrt_status write_repeat(wrt_buf *out, wrt_sg *sg, const node *repeat, const limits *l) {
    long min = least_count(repeat, l);
    long max = greatest_count(repeat, l);
    if (max == 0) {
        wrt_buf_add_c(out, "\"\"");
        return WRT_OK;
    }
    wrt_status status = write_unit(out, sg, repeat->first, l);
    if (min != 1 || max != 1)
        wrt_buf_printf(out, min == max ? "{%ld}" : "{%ld,%ld}", min, max);
    return status;
}

static wrt_status write_node(wrt_buf *out, wrt_sg *sg, const node *one, const limits *l) {
    wrt_status status = WRT_OK;
    if (one->kind == NODE_SET) {
        write_set(out, &one->set);
        return WRT_OK;
    }
    if (one->kind == NODE_REPEAT)
        return write_repeat(out, sg, one, l);
    if (one->first == NULL)
        wrt_buf_add_c(out, "\"\"");
    for (const node *item = one->first; status == WRT_OK && item != NULL; item = item->next) {
        if (item != one->first)
            wrt_buf_add_c(out, one->kind == NODE_CHOICE ? " | " : " ");
        bool is_choice = item->kind == NODE_CHOICE && item->first->next != NULL;
        status = is_choice ? write_unit(out, sg, item, l) : write_node(out, sg, item, l);
    }
    return status;
}

/* The outermost alternatives that can be given the wanted lengths, each with limits of its own.
 * *n is their number. */
static wrt_status write_root(wrt_buf *out, size_t *n, wrt_sg *sg, const node *root,
                             const wrt_sg_facts *facts) {
    wrt_status status = WRT_OK;
    *n = 0;
    for (const node *branch = root->first; status == WRT_OK && branch != NULL;
         branch = branch->next) {
        limits l;
        if (!choose_limits(&l, branch, facts))
            continue;
        if ((*n)++ > 0)
            wrt_buf_add_c(out, " | ");
        status = write_node(out, sg, branch, &l);
    }
    return status;
}

wrt_status wrt_sg_write_pattern(wrt_buf *out, wrt_sg *sg, const wrt_sg_facts *facts) {
    const char *text = wrt_json_get_text(facts->pattern, "pattern", "");
    reader in = {.text = wrt_str_of(text), .arena = wrt_sg_arena(sg)};
    size_t n = 0;
    size_t rule = WRT_SG_NONE;
    node *root = read_choice(&in, true);
    if (root != NULL && in.at < in.text.len)
        root = refuse(&in, "a parenthesis too many");
    if (root == NULL)
        return wrt_sg_refuse(sg, WRT_E_UNSUPPORTED, facts->pattern, "pattern", in.reason);
    wrt_buf body = wrt_buf_make(WRT_GBNF_BYTES_MAX);
    wrt_status status = write_root(&body, &n, sg, root, facts);
    if (status == WRT_OK && n == 0)
        status = wrt_sg_refuse(sg, WRT_E_UNSUPPORTED, facts->pattern, "pattern",
                               "minLength and maxLength cannot be met by cutting its repetitions");
    if (status == WRT_OK)
        status = wrt_sg_add_rule(&rule, sg, "pattern", &body);
    wrt_buf_free(&body);
    if (status == WRT_OK)
        wrt_buf_add_c(out, wrt_sg_rule_name(sg, rule));
    return status;
}
