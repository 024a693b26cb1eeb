/* graph_lex.c: the reader of tokens for graph text.
 *
 * Biomedical names hold hyphens (IL-6, HLA-B27, TNF-alpha), and readers of this syntax are known to
 * split them silently. Here a hyphen between two name characters belongs to the name; "->", "<-"
 * and "--" always are edges; and any other character that would cut an unquoted name is an error
 * that shows the whole word and asks for quotes. UTF-8 letters need no quotes; the arrows U+2190,
 * U+2192 and U+2194 are edges; spaces other than ASCII are refused. */
#include "causal/graph_lex.h"
#include "causal/graph_internal.h"

#include <string.h>

static int peek(const graph_lexer *lexer, size_t ahead) {
    size_t at = lexer->at + ahead;
    return at < lexer->text.len ? (unsigned char)lexer->text.ptr[at] : -1;
}

static bool is_space(int byte) {
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool is_word_byte(int byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_' || byte == '.';
}

/* The character that starts at `ahead` (the text is valid UTF-8), or -1 at the end. */
static int32_t character(const graph_lexer *lexer, size_t ahead, size_t *width) {
    int first = peek(lexer, ahead);
    *width = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (first < 0x80)
        return first;
    int32_t code = first & (0x7F >> *width);
    for (size_t i = 1; i < *width; i++)
        code = (code << 6) | (peek(lexer, ahead + i) & 0x3F);
    return code;
}

static bool is_arrow_character(int32_t code) {
    return code >= 0x2190 && code <= 0x21FF;
}

/* Spaces, invisible marks and line ends outside ASCII: they look like nothing and would make two
 * names of one, or one of two. */
static bool is_odd_space(int32_t code) {
    return code == 0x85 || code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200F) ||
           (code >= 0x2028 && code <= 0x202F) || (code >= 0x205F && code <= 0x2064) ||
           code == 0x3000 || code == 0xFEFF;
}

static bool is_name_character(int32_t code) {
    return code < 0x80 ? is_word_byte(code) : !is_arrow_character(code) && !is_odd_space(code);
}

/* The word around a character that cannot stand there, for the message. */
static wrt_str word_at(const graph_lexer *lexer, size_t start) {
    size_t end = start;
    while (end < lexer->text.len && !is_space((unsigned char)lexer->text.ptr[end]) &&
           strchr(";,{}[]=\"", lexer->text.ptr[end]) == NULL)
        end++;
    if (end == start && end < lexer->text.len)
        end++;
    return (wrt_str){lexer->text.ptr + start, end - start};
}

static wrt_status refuse_word(const graph_lexer *lexer, size_t start, wrt_err *err) {
    char label[GRAPH_LABEL_MAX];
    return wrt_fail(err, WRT_E_INPUT,
                    "line %d: cannot read '%s'; put a name with other characters than letters, "
                    "digits, '_', '.' and inner '-' in double quotes",
                    lexer->line, wrt_graph_label(label, word_at(lexer, start)));
}

static wrt_status skip_block_comment(graph_lexer *lexer, wrt_err *err) {
    int first_line = lexer->line;
    for (lexer->at += 2; lexer->at < lexer->text.len; lexer->at++) {
        if (peek(lexer, 0) == '*' && peek(lexer, 1) == '/') {
            lexer->at += 2;
            return WRT_OK;
        }
        if (peek(lexer, 0) == '\n')
            lexer->line++;
    }
    return wrt_fail(err, WRT_E_INPUT, "line %d: a comment '/*' is not closed", first_line);
}

static void skip_line(graph_lexer *lexer) {
    while (lexer->at < lexer->text.len && peek(lexer, 0) != '\n')
        lexer->at++;
}

/* A comment to the end of the line: '//', or a line that begins with '#' as DOT allows. */
static bool at_line_comment(const graph_lexer *lexer) {
    if (peek(lexer, 0) == '/')
        return peek(lexer, 1) == '/';
    return peek(lexer, 0) == '#' && (lexer->at == 0 || lexer->text.ptr[lexer->at - 1] == '\n');
}

/* Skips white space and comments. */
static wrt_status skip_blank(graph_lexer *lexer, wrt_err *err) {
    for (;;) {
        int byte = peek(lexer, 0);
        if (byte == '\n')
            lexer->line++;
        if (is_space(byte)) {
            lexer->at++;
        } else if (at_line_comment(lexer)) {
            skip_line(lexer);
        } else if (byte == '/' && peek(lexer, 1) == '*') {
            wrt_status status = skip_block_comment(lexer, err);
            if (status != WRT_OK)
                return status;
        } else {
            return WRT_OK;
        }
    }
}

/* Removes the backslash of \" and \\ ; any other backslash stands for itself. */
static wrt_str unescape(graph_lexer *lexer, wrt_str raw) {
    char *text = wrt_arena_alloc(lexer->arena, raw.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < raw.len; i++) {
        if (raw.ptr[i] == '\\' && i + 1 < raw.len &&
            (raw.ptr[i + 1] == '"' || raw.ptr[i + 1] == '\\'))
            i++;
        text[n++] = raw.ptr[i];
    }
    return (wrt_str){text, n};
}

static wrt_status lex_quoted(graph_token *out, graph_lexer *lexer, wrt_err *err) {
    size_t start = ++lexer->at;
    bool has_escape = false;
    for (; peek(lexer, 0) != '"'; lexer->at++) {
        if (peek(lexer, 0) == '\\') {
            has_escape = true;
            lexer->at++;
        }
        if (peek(lexer, 0) < 0)
            return wrt_fail(err, WRT_E_INPUT, "line %d: a double quote is not closed", out->line);
        if (peek(lexer, 0) == '\n')
            lexer->line++;
    }
    wrt_str raw = {lexer->text.ptr + start, lexer->at - start};
    lexer->at++;
    out->kind = GRAPH_TOKEN_NAME;
    out->quoted = true;
    out->text = has_escape ? unescape(lexer, raw) : raw;
    return WRT_OK;
}

/* True where an unquoted name may end: before white space, punctuation, an edge or a comment. */
static bool is_name_end(const graph_lexer *lexer) {
    int byte = peek(lexer, 0), next = peek(lexer, 1);
    size_t width;
    if (byte < 0 || is_space(byte) || (byte < 0x80 && strchr(";,{}[]=<@", byte) != NULL))
        return true;
    if (byte == '-')
        return next == '>' || next == '-' || next == '@';
    if (byte == '/')
        return next == '/' || next == '*';
    return is_arrow_character(character(lexer, 0, &width));
}

static wrt_status lex_name(graph_token *out, graph_lexer *lexer, wrt_err *err) {
    size_t start = lexer->at, width, after;
    for (;;) {
        while (is_word_byte(peek(lexer, 0)))
            lexer->at++;
        int32_t code = character(lexer, 0, &width);
        if (code >= 0 && is_name_character(code)) {
            lexer->at += width;
            continue;
        }
        int32_t next = code == '-' ? character(lexer, 1, &after) : -1;
        if (next < 0 || !is_name_character(next))
            break;
        lexer->at += width + after;
    }
    if (!is_name_end(lexer))
        return refuse_word(lexer, start, err);
    out->kind = GRAPH_TOKEN_NAME;
    out->text = (wrt_str){lexer->text.ptr + start, lexer->at - start};
    return WRT_OK;
}

/* The edges that only classes have; GRAPH_TOKEN_END when it is none of them. */
static graph_token_kind class_edge(wrt_str text) {
    return wrt_str_equal_c(text, "--")    ? GRAPH_TOKEN_LINE
           : wrt_str_equal_c(text, "@->") ? GRAPH_TOKEN_CIRCLE_ARROW
           : wrt_str_equal_c(text, "<-@") ? GRAPH_TOKEN_BACK_CIRCLE_ARROW
           : wrt_str_equal_c(text, "@-@") ? GRAPH_TOKEN_CIRCLES
                                          : GRAPH_TOKEN_END;
}

/* An edge mark that is not one of this graph. */
static wrt_status refuse_edge(const graph_lexer *lexer, wrt_str text, wrt_err *err) {
    char label[GRAPH_LABEL_MAX];
    wrt_graph_label(label, text);
    bool is_selection = wrt_str_equal_c(text, "@--") || wrt_str_equal_c(text, "--@");
    if (lexer->classes && is_selection)
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "line %d: edge '%s' speaks of selection variables, which are not supported",
                        lexer->line, label);
    if (lexer->classes)
        return wrt_fail(err, WRT_E_INPUT,
                        "line %d: unknown edge mark '%s'; accepted: '->', '<-', '<->', '--', "
                        "'@->', '<-@' and '@-@'",
                        lexer->line, label);
    if (memchr(text.ptr, '@', text.len) != NULL || wrt_str_equal_c(text, "--"))
        return wrt_fail(err, WRT_E_UNSUPPORTED,
                        "line %d: edge '%s' is not supported: only graphs with '->', '<-' and "
                        "'<->' edges are read",
                        lexer->line, label);
    return wrt_fail(err, WRT_E_INPUT,
                    "line %d: unknown edge mark '%s'; accepted: '->', '<-' and '<->'", lexer->line,
                    label);
}

static wrt_status lex_edge(graph_token *out, graph_lexer *lexer, wrt_err *err) {
    size_t start = lexer->at;
    while (peek(lexer, 0) > 0 && strchr("<->@", peek(lexer, 0)) != NULL)
        lexer->at++;
    out->text = (wrt_str){lexer->text.ptr + start, lexer->at - start};
    out->kind = wrt_str_equal_c(out->text, "->")    ? GRAPH_TOKEN_ARROW
                : wrt_str_equal_c(out->text, "<-")  ? GRAPH_TOKEN_BACK_ARROW
                : wrt_str_equal_c(out->text, "<->") ? GRAPH_TOKEN_DOUBLE_ARROW
                : lexer->classes                    ? class_edge(out->text)
                                                    : GRAPH_TOKEN_END;
    if (out->kind != GRAPH_TOKEN_END)
        return WRT_OK;
    bool is_mark = memchr(out->text.ptr, '@', out->text.len) != NULL;
    return out->text.len == 1 && !is_mark ? refuse_word(lexer, start, err)
                                          : refuse_edge(lexer, out->text, err);
}

static wrt_status lex_wide(graph_token *out, graph_lexer *lexer, wrt_err *err) {
    size_t width;
    int32_t code = character(lexer, 0, &width);
    if (!is_arrow_character(code))
        return is_odd_space(code)
                   ? wrt_fail(err, WRT_E_INPUT,
                              "line %d: the invisible character U+%04X stands between names; use "
                              "a plain space",
                              lexer->line, (unsigned)code)
                   : lex_name(out, lexer, err);
    out->kind = code == 0x2192   ? GRAPH_TOKEN_ARROW
                : code == 0x2190 ? GRAPH_TOKEN_BACK_ARROW
                                 : GRAPH_TOKEN_DOUBLE_ARROW;
    if (code != 0x2190 && code != 0x2192 && code != 0x2194)
        return wrt_fail(err, WRT_E_INPUT,
                        "line %d: unknown edge mark U+%04X; accepted: '->', '<-' and '<->'",
                        lexer->line, (unsigned)code);
    out->text = (wrt_str){lexer->text.ptr + lexer->at, width};
    lexer->at += width;
    return WRT_OK;
}

static bool lex_punctuation(graph_token *out, graph_lexer *lexer) {
    static const char marks[] = "{}[]=;,";
    static const graph_token_kind kinds[] = {GRAPH_TOKEN_OPEN_BRACE,   GRAPH_TOKEN_CLOSE_BRACE,
                                             GRAPH_TOKEN_OPEN_BRACKET, GRAPH_TOKEN_CLOSE_BRACKET,
                                             GRAPH_TOKEN_EQUALS,       GRAPH_TOKEN_SEPARATOR,
                                             GRAPH_TOKEN_SEPARATOR};
    const char *mark = peek(lexer, 0) > 0 ? strchr(marks, peek(lexer, 0)) : NULL;
    if (mark == NULL)
        return false;
    out->kind = kinds[mark - marks];
    out->text = (wrt_str){lexer->text.ptr + lexer->at, 1};
    lexer->at++;
    return true;
}

/* Skips blanks and starts the token; true in *done when it is the end or punctuation. */
static wrt_status begin_token(graph_token *out, graph_lexer *lexer, bool *done, wrt_err *err) {
    int line = lexer->line;
    *out = (graph_token){.kind = GRAPH_TOKEN_END, .text = WRT_STR("the end of the text")};
    wrt_status status = skip_blank(lexer, err);
    out->line = lexer->line;
    out->after_newline = lexer->line != line;
    *done = status == WRT_OK && (peek(lexer, 0) < 0 || lex_punctuation(out, lexer));
    return status;
}

wrt_status wrt_graph_lex(graph_token *out, graph_lexer *lexer, wrt_err *err) {
    bool done;
    wrt_status status = begin_token(out, lexer, &done, err);
    if (status != WRT_OK || done)
        return status;
    int byte = peek(lexer, 0);
    if (byte == '"')
        return lex_quoted(out, lexer, err);
    if (byte >= 0x80)
        return lex_wide(out, lexer, err);
    if (is_word_byte(byte))
        return lex_name(out, lexer, err);
    if (byte == '<' || byte == '-' || byte == '@')
        return lex_edge(out, lexer, err);
    return refuse_word(lexer, lexer->at, err);
}

wrt_status wrt_graph_lex_attribute(graph_token *out, graph_lexer *lexer, wrt_err *err) {
    bool done;
    wrt_status status = begin_token(out, lexer, &done, err);
    if (status != WRT_OK || done)
        return status;
    if (peek(lexer, 0) == '"')
        return lex_quoted(out, lexer, err);
    size_t start = lexer->at;
    while (peek(lexer, 0) >= 0 && !is_space(peek(lexer, 0)) &&
           (peek(lexer, 0) == 0 || strchr("=;,]\"", peek(lexer, 0)) == NULL))
        lexer->at++;
    out->kind = GRAPH_TOKEN_NAME;
    out->text = (wrt_str){lexer->text.ptr + start, lexer->at - start};
    return WRT_OK;
}
