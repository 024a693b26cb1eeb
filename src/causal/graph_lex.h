/* graph_lex.h: tokens of dagitty and DOT graph text. Internal to src/causal. */
#ifndef WRT_CAUSAL_GRAPH_LEX_H
#define WRT_CAUSAL_GRAPH_LEX_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

typedef enum {
    GRAPH_TOKEN_END,
    GRAPH_TOKEN_NAME,
    GRAPH_TOKEN_ARROW,             /* -> */
    GRAPH_TOKEN_BACK_ARROW,        /* <- */
    GRAPH_TOKEN_DOUBLE_ARROW,      /* <-> */
    GRAPH_TOKEN_LINE,              /* --, and the next three: only where the lexer reads classes */
    GRAPH_TOKEN_CIRCLE_ARROW,      /* @-> */
    GRAPH_TOKEN_BACK_CIRCLE_ARROW, /* <-@ */
    GRAPH_TOKEN_CIRCLES,           /* @-@ */
    GRAPH_TOKEN_OPEN_BRACE,
    GRAPH_TOKEN_CLOSE_BRACE,
    GRAPH_TOKEN_OPEN_BRACKET,
    GRAPH_TOKEN_CLOSE_BRACKET,
    GRAPH_TOKEN_EQUALS,
    GRAPH_TOKEN_SEPARATOR /* ; or , */
} graph_token_kind;

typedef struct {
    graph_token_kind kind;
    wrt_str text;       /* a name without its quotes; else the token's bytes */
    bool quoted;        /* a name in double quotes */
    bool after_newline; /* a line break stands between this token and the one before */
    int line;
} graph_token;

typedef struct {
    wrt_str text;
    size_t at;
    int line;
    bool classes;     /* edges of CPDAG, MAG and PAG are tokens, not errors */
    wrt_arena *arena; /* holds names whose quotes had escapes */
} graph_lexer;

wrt_status wrt_graph_lex(graph_token *out, graph_lexer *lexer, wrt_err *err);

/* Inside [ ]: a key or value, which unlike a name may hold signs and points: everything up to
 * white space or one of = , ; ] when it is not in quotes. The other tokens are as above. */
wrt_status wrt_graph_lex_attribute(graph_token *out, graph_lexer *lexer, wrt_err *err);

#endif
