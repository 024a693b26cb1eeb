/* bif_lex.c: see bif_lex.h. */
#include "scm/formats/bif_lex.h"

#include <string.h>

enum { SHOWN = 60 };

static bool starts(const wrt_bif_lex *lex, const char *two) {
    return lex->at + 1 < lex->text.len && lex->text.ptr[lex->at] == two[0] &&
           lex->text.ptr[lex->at + 1] == two[1];
}

static void step(wrt_bif_lex *lex) {
    lex->line += lex->text.ptr[lex->at] == '\n' ? 1 : 0;
    lex->at++;
}

static void skip_comment(wrt_bif_lex *lex) {
    bool is_long = starts(lex, "/*");
    lex->at += 2;
    while (lex->at < lex->text.len &&
           !(is_long ? starts(lex, "*/") : lex->text.ptr[lex->at] == '\n'))
        step(lex);
    lex->is_open = lex->is_open || (is_long && lex->at >= lex->text.len);
    if (is_long && lex->at < lex->text.len)
        lex->at += 2;
}

static bool is_space(char byte) {
    return byte != '\0' && strchr(" \t\r\n\f\v", byte) != NULL;
}

static bool is_sign(char byte) {
    return byte != '\0' && strchr("{}()[],;|", byte) != NULL;
}

static void skip_space(wrt_bif_lex *lex) {
    while (lex->at < lex->text.len) {
        if (starts(lex, "//") || starts(lex, "/*"))
            skip_comment(lex);
        else if (is_space(lex->text.ptr[lex->at]))
            step(lex);
        else
            return;
    }
}

static void read_quoted(wrt_bif_lex *lex) {
    size_t begin = ++lex->at;
    while (lex->at < lex->text.len && lex->text.ptr[lex->at] != '"')
        step(lex);
    lex->token = (wrt_str){lex->text.ptr + begin, lex->at - begin};
    lex->is_open = lex->is_open || lex->at >= lex->text.len;
    lex->is_word = true;
    lex->at += lex->at < lex->text.len ? 1 : 0;
}

void wrt_bif_next(wrt_bif_lex *lex) {
    skip_space(lex);
    size_t begin = lex->at;
    lex->is_word = false;
    lex->token = (wrt_str){0};
    if (begin >= lex->text.len)
        return;
    if (lex->text.ptr[begin] == '"') {
        read_quoted(lex);
        return;
    }
    lex->is_word = !is_sign(lex->text.ptr[begin]);
    lex->at++;
    while (lex->is_word && lex->at < lex->text.len && !is_sign(lex->text.ptr[lex->at]) &&
           lex->text.ptr[lex->at] != '"' && !is_space(lex->text.ptr[lex->at]) &&
           !starts(lex, "//") && !starts(lex, "/*"))
        lex->at++;
    lex->token = (wrt_str){lex->text.ptr + begin, lex->at - begin};
}

wrt_bif_lex wrt_bif_lex_make(wrt_str text) {
    wrt_bif_lex lex = {.text = text, .line = 1};
    wrt_bif_next(&lex);
    return lex;
}

bool wrt_bif_is_sign(const wrt_bif_lex *lex, char sign) {
    return !lex->is_word && lex->token.len == 1 && lex->token.ptr[0] == sign;
}

bool wrt_bif_is_word(const wrt_bif_lex *lex, const char *word) {
    return lex->is_word && wrt_str_equal_c(lex->token, word);
}

bool wrt_bif_at_end(const wrt_bif_lex *lex) {
    return !lex->is_word && lex->token.len == 0;
}

wrt_status wrt_bif_unexpected(const wrt_bif_lex *lex, const char *what, wrt_err *err) {
    if (lex->is_open || wrt_bif_at_end(lex))
        return wrt_fail(err, WRT_E_INPUT, "line %d: the BIF text ends where %s is expected",
                        lex->line, what);
    return wrt_fail(err, WRT_E_INPUT, "line %d: found '%.*s' where %s is expected", lex->line,
                    (int)(lex->token.len < SHOWN ? lex->token.len : SHOWN), lex->token.ptr, what);
}

wrt_status wrt_bif_pass(wrt_bif_lex *lex, char sign, wrt_err *err) {
    const char what[] = {'\'', sign, '\'', '\0'};
    if (!wrt_bif_is_sign(lex, sign))
        return wrt_bif_unexpected(lex, what, err);
    wrt_bif_next(lex);
    return WRT_OK;
}
