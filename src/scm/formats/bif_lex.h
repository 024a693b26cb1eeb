/* bif_lex.h: the words of a BIF file. Private to src/scm/formats. */
#ifndef WRT_SCM_FORMATS_BIF_LEX_H
#define WRT_SCM_FORMATS_BIF_LEX_H

#include "base/err.h"
#include "base/str.h"

typedef struct {
    wrt_str text;
    size_t at;
    int line;
    wrt_str token; /* without its quotes; empty at the end */
    bool is_word;  /* a name or number; false: one sign of {}()[],;| or the end */
    bool is_open;  /* a quote or a comment that does not end was met */
} wrt_bif_lex;

/* At the first token. */
wrt_bif_lex wrt_bif_lex_make(wrt_str text);
void wrt_bif_next(wrt_bif_lex *lex);
bool wrt_bif_is_sign(const wrt_bif_lex *lex, char sign);
bool wrt_bif_is_word(const wrt_bif_lex *lex, const char *word);
bool wrt_bif_at_end(const wrt_bif_lex *lex);
/* WRT_E_INPUT: "line 3: found 'x' where WHAT is expected". */
wrt_status wrt_bif_unexpected(const wrt_bif_lex *lex, const char *what, wrt_err *err);
/* Passes a sign, or fails. */
wrt_status wrt_bif_pass(wrt_bif_lex *lex, char sign, wrt_err *err);

#endif
