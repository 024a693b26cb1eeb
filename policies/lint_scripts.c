/* lint_scripts.c: characters that a reader takes for others.
 *
 * Three sorts: characters that reorder a line on screen (CVE-2021-42574), characters that show as
 * nothing, and words that mix scripts with letters of the same look (Unicode Technical Standard
 * 39). Greek letters at either end of a Latin word are the habit of biomedicine ("TNFα", "μg") and
 * pass; a Greek letter between Latin ones does not. */
#include "policies/lint.h"

#include <string.h>

typedef enum { SCRIPT_NONE, SCRIPT_LATIN, SCRIPT_GREEK, SCRIPT_LOOKALIKE, SCRIPT_OTHER } script;

/* Letters only; what is not listed is no letter of a script with look-alikes. */
static const struct {
    uint32_t first;
    uint32_t last;
    script script;
} ranges[] = {
    {0x41, 0x5a, SCRIPT_LATIN},           {0x61, 0x7a, SCRIPT_LATIN},
    {0xc0, 0x24f, SCRIPT_LATIN},          {0x250, 0x2af, SCRIPT_LATIN},
    {0x370, 0x3ff, SCRIPT_GREEK},         {0x400, 0x52f, SCRIPT_LOOKALIKE},   /* Cyrillic */
    {0x531, 0x58f, SCRIPT_LOOKALIKE},                                         /* Armenian */
    {0x590, 0x10ff, SCRIPT_OTHER},        {0x13a0, 0x13ff, SCRIPT_LOOKALIKE}, /* Cherokee */
    {0x1e00, 0x1eff, SCRIPT_LATIN},       {0x1f00, 0x1fff, SCRIPT_GREEK},
    {0x2c80, 0x2cff, SCRIPT_LOOKALIKE}, /* Coptic */
    {0xa640, 0xa69f, SCRIPT_LOOKALIKE}, /* Cyrillic, extended */
    {0xff21, 0xff3a, SCRIPT_LOOKALIKE},   {0xff41, 0xff5a, SCRIPT_LOOKALIKE}, /* full width */
    {0x1d400, 0x1d7ff, SCRIPT_LOOKALIKE}, /* mathematical letters */
};

static script script_of(uint32_t point) {
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        if (point >= ranges[i].first && point <= ranges[i].last)
            return ranges[i].script;
    }
    return SCRIPT_NONE;
}

/* One character of valid UTF-8; moves *text behind it. */
static uint32_t next_point(const char **text) {
    const unsigned char *at = (const unsigned char *)*text;
    size_t more = at[0] < 0x80 ? 0 : at[0] < 0xe0 ? 1 : at[0] < 0xf0 ? 2 : 3;
    uint32_t point = more == 0 ? at[0] : at[0] & (0x3fu >> more);
    for (size_t i = 1; i <= more; i++)
        point = point << 6 | (at[i] & 0x3fu);
    *text += 1 + more;
    return point;
}

static bool reorders(uint32_t point) {
    return point == 0x61c || point == 0x200e || point == 0x200f ||
           (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

static bool shows_nothing(uint32_t point) {
    return point == 0xad || (point >= 0x200b && point <= 0x200d) || point == 0x2060 ||
           point == 0xfeff || (point >= 0xfe00 && point <= 0xfe0f) ||
           (point >= 0xe0000 && point <= 0xe01ef);
}

typedef struct {
    bool latin;
    bool greek_after_latin;
    bool lookalike;
    bool mixed;
} word;

static void read_letter(word *state, script kind) {
    if (kind == SCRIPT_NONE) {
        *state = (word){.mixed = state->mixed};
        return;
    }
    if (kind == SCRIPT_LATIN && state->greek_after_latin)
        state->mixed = true;
    state->latin = state->latin || kind == SCRIPT_LATIN;
    state->greek_after_latin = state->latin && kind == SCRIPT_GREEK;
    state->lookalike = state->lookalike || kind == SCRIPT_LOOKALIKE;
    state->mixed = state->mixed || (state->latin && state->lookalike);
}

static void check_text(wrt_linter *ctx, const char *text, const char *what) {
    bool reordered = false, hidden = false;
    word state = {false};
    while (*text != '\0') {
        uint32_t point = next_point(&text);
        reordered = reordered || reorders(point);
        hidden = hidden || shows_nothing(point);
        read_letter(&state, script_of(point));
    }
    if (reordered)
        wrt_lint_warn(ctx, "'%s' holds characters that reorder text on screen", what);
    if (hidden)
        wrt_lint_warn(ctx, "'%s' holds characters that show as nothing", what);
    if (state.mixed)
        wrt_lint_warn(ctx, "'%s' has a word that mixes scripts whose letters look alike", what);
}

/* Depth is bounded by the JSON reader. */
static void check_value(wrt_linter *ctx, const wrt_json *value, const char *what) {
    if (wrt_json_text(value) != NULL)
        check_text(ctx, wrt_json_text(value), what);
    WRT_JSON_EACH(item, value) {
        if (wrt_json_key(item) != NULL)
            check_text(ctx, wrt_json_key(item), what);
        check_value(ctx, item, what);
    }
}

void wrt_lint_scripts(wrt_linter *ctx) {
    static const char *const parts[] = {"message", "tools", "when",        "unless",
                                        "limit",   "cites", "obligations", NULL};
    for (const char *const *part = parts; *part != NULL; part++)
        check_value(ctx, wrt_json_get(ctx->rule->json, *part), *part);
}
