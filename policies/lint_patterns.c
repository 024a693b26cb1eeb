/* lint_patterns.c: regular expressions whose work may grow exponentially with the text.
 *
 * Two shapes are looked for under an unbounded quantifier (`*`, `+`, `{n,}` of a group): another
 * unbounded quantifier, as in (a+)*, and alternatives that can start alike, as in (a|ab)*, since
 * each round may then be taken in several ways. Possessive and atomic forms cannot backtrack and
 * pass. The reader knows PCRE2's syntax well enough to find groups, quantifiers and first
 * characters; what it does not know starts with anything. The engine's limits hold in any case:
 * such a pattern would err, and its rule fail closed, on texts that make it backtrack. */
#include "policies/lint.h"

#include <string.h>

enum { DEPTH_MAX = 64 };

/* First characters: one bit for each ASCII character, the last one for all others. */
typedef struct {
    uint64_t bits[2];
    bool others;
} first_set;

typedef struct {
    const char *at;
    bool nested;      /* an unbounded quantifier under another */
    bool alternating; /* alternatives that start alike under one */
} reader;

/* What the enclosing level needs to know of a part of the pattern. */
typedef struct {
    first_set first;
    bool may_be_empty;
    bool is_unbounded; /* holds an unbounded quantifier that can give back */
    bool overlaps;     /* has alternatives that start alike */
} part;

static part read_alternatives(reader *in, int depth);

static const first_set anything = {{UINT64_MAX, UINT64_MAX}, true};

static void add_char(first_set *set, unsigned char byte) {
    if (byte >= 0x80)
        set->others = true;
    else
        set->bits[byte / 64] |= UINT64_C(1) << (byte % 64);
}

static void add_range(first_set *set, unsigned low, unsigned high) {
    for (unsigned byte = low; byte <= high; byte++)
        add_char(set, (unsigned char)byte);
}

static void add_set(first_set *set, const first_set *more) {
    set->bits[0] |= more->bits[0];
    set->bits[1] |= more->bits[1];
    set->others = set->others || more->others;
}

static bool meet(const first_set *a, const first_set *b) {
    return (a->bits[0] & b->bits[0]) != 0 || (a->bits[1] & b->bits[1]) != 0 ||
           (a->others && b->others);
}

static first_set negate(first_set set) {
    return (first_set){{~set.bits[0], ~set.bits[1]}, true};
}

/* \d \w \s and their negations, or the character itself; *is_empty for assertions such as \b. */
static first_set set_of_escape(char letter, bool *is_empty) {
    first_set set = {{0, 0}, false};
    *is_empty = strchr("bBAzZG", letter) != NULL;
    switch (letter) {
    case 'd':
    case 'D':
        add_range(&set, '0', '9');
        break;
    case 'w':
    case 'W':
        add_range(&set, '0', '9');
        add_range(&set, 'A', 'Z');
        add_range(&set, 'a', 'z');
        add_char(&set, '_');
        set.others = true;
        break;
    case 's':
    case 'S':
        add_range(&set, '\t', '\r');
        add_char(&set, ' ');
        set.others = true;
        break;
    case 'n':
        add_char(&set, '\n');
        break;
    case 't':
        add_char(&set, '\t');
        break;
    default:
        if ((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
            (letter >= '0' && letter <= '9'))
            return anything; /* \p{..}, \R, references */
        add_char(&set, (unsigned char)letter);
    }
    return letter == 'D' || letter == 'W' || letter == 'S' ? negate(set) : set;
}

/* Letters match either case: whether (?i) is on is not followed. */
static void add_folded(first_set *set, unsigned char byte) {
    add_char(set, byte);
    if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z'))
        add_char(set, byte ^ 0x20);
}

static first_set read_class(reader *in) {
    first_set set = {{0, 0}, false};
    bool is_negated = *++in->at == '^', unused;
    in->at += is_negated;
    for (bool is_first = true; *in->at != '\0' && (*in->at != ']' || is_first); is_first = false) {
        unsigned char low = (unsigned char)*in->at++;
        if (low == '\\' && *in->at != '\0') {
            first_set escaped = set_of_escape(*in->at++, &unused);
            add_set(&set, &escaped);
        } else if (low == '[' && *in->at == ':') {
            const char *end = strstr(in->at, ":]");
            in->at = end != NULL ? end + 2 : in->at + strlen(in->at);
            set = anything;
        } else if (in->at[0] == '-' && in->at[1] != ']' && in->at[1] != '\0') {
            unsigned char high = (unsigned char)in->at[1];
            in->at += 2;
            for (unsigned byte = low; byte <= high && low < 0x80; byte++)
                add_folded(&set, (unsigned char)byte);
            set.others = set.others || low >= 0x80 || high >= 0x80;
        } else {
            add_folded(&set, low);
        }
    }
    in->at += *in->at == ']';
    return is_negated ? negate(set) : set;
}

static bool starts_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

/* Behind "(": past what says the kind of group. Assertions are empty, atomic groups give nothing
 * back. */
static void read_group_head(reader *in, bool *is_assertion, bool *is_atomic) {
    const char *at = in->at;
    *is_atomic = starts_with(at, "?>");
    *is_assertion = starts_with(at, "?=") || starts_with(at, "?!") || starts_with(at, "?<=") ||
                    starts_with(at, "?<!");
    if (*at == '*') /* a verb */
        in->at += strcspn(at, ")");
    else if (*is_atomic || starts_with(at, "?=") || starts_with(at, "?!") || starts_with(at, "?|"))
        in->at += 2;
    else if (*is_assertion)
        in->at += 3;
    else if (starts_with(at, "?<") || starts_with(at, "?P<"))
        in->at += strcspn(at, ">") + (at[strcspn(at, ">")] == '>');
    else if (*at == '?') /* options, a plain group, a call */
        in->at += strcspn(at, ":)") + (at[strcspn(at, ":)")] == ':');
}

static part read_group(reader *in, int depth) {
    bool is_assertion = false, is_atomic = false;
    part inner = {.first = anything, .may_be_empty = true};
    in->at++;
    read_group_head(in, &is_assertion, &is_atomic);
    if (depth < DEPTH_MAX)
        inner = read_alternatives(in, depth + 1);
    in->at += *in->at == ')';
    if (is_assertion)
        inner = (part){.may_be_empty = true};
    if (is_atomic)
        inner.is_unbounded = inner.overlaps = false;
    return inner;
}

static part read_atom(reader *in, int depth) {
    part atom = {.may_be_empty = false};
    if (*in->at == '(')
        return read_group(in, depth);
    if (*in->at == '[') {
        atom.first = read_class(in);
    } else if (*in->at == '\\' && in->at[1] != '\0') {
        atom.first = set_of_escape(in->at[1], &atom.may_be_empty);
        if (atom.may_be_empty)
            atom.first = (first_set){{0, 0}, false};
        in->at += 2;
    } else if (*in->at == '^' || *in->at == '$') {
        atom.may_be_empty = true;
        in->at++;
    } else if (*in->at == '.') {
        atom.first = anything;
        in->at++;
    } else {
        add_folded(&atom.first, (unsigned char)*in->at++);
        while (((unsigned char)*in->at & 0xc0u) == 0x80u)
            in->at++;
    }
    return atom;
}

/* "{n,}" or "{n,m}" with m far above what a text should need counts as unbounded only without m. */
static bool read_braces(reader *in, bool *may_be_empty) {
    size_t digits = strspn(in->at + 1, "0123456789");
    const char *behind = in->at + 1 + digits;
    bool has_comma = *behind == ',';
    size_t upper = has_comma ? strspn(behind + 1, "0123456789") : 0;
    const char *end = behind + (has_comma ? 1 + upper : 0);
    if (*end != '}' || digits == 0)
        return false;
    *may_be_empty = *may_be_empty || in->at[1] == '0';
    in->at = end + 1;
    return has_comma && upper == 0;
}

static void apply_quantifier(reader *in, part *atom) {
    bool is_unbounded = *in->at == '*' || *in->at == '+';
    atom->may_be_empty = atom->may_be_empty || *in->at == '*' || *in->at == '?';
    if (*in->at == '{')
        is_unbounded = read_braces(in, &atom->may_be_empty);
    else if (*in->at == '*' || *in->at == '+' || *in->at == '?')
        in->at++;
    bool is_possessive = *in->at == '+' && in->at[-1] != '\0' && strchr("*+?}", in->at[-1]) != NULL;
    bool is_lazy = *in->at == '?' && strchr("*+?}", in->at[-1]) != NULL;
    in->at += is_possessive || is_lazy;
    if (is_unbounded && !is_possessive) {
        in->nested = in->nested || atom->is_unbounded;
        in->alternating = in->alternating || atom->overlaps;
        atom->is_unbounded = true;
    }
    if (is_possessive)
        atom->is_unbounded = atom->overlaps = false;
}

static part read_sequence(reader *in, int depth) {
    part whole = {.may_be_empty = true};
    while (*in->at != '\0' && *in->at != '|' && *in->at != ')') {
        part atom = read_atom(in, depth);
        if (*in->at != '\0' && strchr("*+?{", *in->at) != NULL)
            apply_quantifier(in, &atom);
        if (whole.may_be_empty)
            add_set(&whole.first, &atom.first);
        whole.may_be_empty = whole.may_be_empty && atom.may_be_empty;
        whole.is_unbounded = whole.is_unbounded || atom.is_unbounded;
        whole.overlaps = whole.overlaps || atom.overlaps;
    }
    return whole;
}

static part read_alternatives(reader *in, int depth) {
    part all = read_sequence(in, depth);
    while (*in->at == '|') {
        in->at++;
        part next = read_sequence(in, depth);
        all.overlaps = all.overlaps || next.overlaps || meet(&all.first, &next.first);
        add_set(&all.first, &next.first);
        all.may_be_empty = all.may_be_empty || next.may_be_empty;
        all.is_unbounded = all.is_unbounded || next.is_unbounded;
    }
    return all;
}

static void check_pattern(wrt_linter *ctx, const wrt_condition *leaf) {
    reader in = {.at = leaf->text};
    while (*in.at != '\0') {
        (void)read_alternatives(&in, 0);
        in.at += *in.at != '\0'; /* a ")" too many: the compiler would have refused it */
    }
    if (in.nested)
        wrt_lint_warn(ctx, "the pattern on '%s' nests unbounded quantifiers and may backtrack",
                      wrt_policy_show(leaf->field).text);
    if (in.alternating)
        wrt_lint_warn(ctx,
                      "the pattern on '%s' repeats alternatives that start alike and may backtrack",
                      wrt_policy_show(leaf->field).text);
}

static void check_condition(wrt_linter *ctx, const wrt_condition *node) {
    if (node == NULL)
        return;
    if (node->op == WRT_OP_PCRE2)
        check_pattern(ctx, node);
    for (size_t i = 0; i < node->n_children; i++)
        check_condition(ctx, &node->children[i]);
}

void wrt_lint_patterns(wrt_linter *ctx) {
    check_condition(ctx, ctx->rule->when);
    check_condition(ctx, ctx->rule->unless);
}
