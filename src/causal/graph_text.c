/* graph_text.c: dagitty and DOT graph text to a graph, one statement at a time.
 *
 *   text      = [type [NAME] "{"] statement* ["}"]
 *   type      = ["strict"] "dag" | "digraph" | "admg", and where classes are read
 *               "pdag" | "cpdag" | "mag" | "pag" with edges of their own
 *   statement = endpoint (EDGE endpoint)* marks* | NAME "=" value | ("node"|"edge"|"graph") marks
 *   endpoint  = NAME | "{" NAME* "}"
 *   marks     = "[" key ["=" value] ... "]"
 *
 * White space alone may end a statement, as in dagitty: "Z -> X Z -> Y" is two edges. Two unquoted
 * names side by side are refused where one of them would be a node without edge or mark: "blood
 * pressure -> CRP" would otherwise become the nodes "blood" and "pressure". Marks of layout and of
 * a query (pos, exposure, ...) are read and dropped; a mark that would change the answer and is not
 * known is refused. The parser keeps no stack: groups do not nest. */
#include "causal/classes/class_internal.h"
#include "causal/graph_bif.h"
#include "causal/graph_internal.h"
#include "causal/graph_lex.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct {
    int *items;
    size_t n, room;
} node_list;

typedef struct {
    int from, to;
    graph_token_kind kind;
} edge_draft;

typedef struct {
    graph_lexer lexer;
    graph_token token; /* the next token, not consumed yet */
    wrt_graph *graph;
    wrt_err *err;
    bool any;              /* classes are read, too */
    node_list left, right; /* endpoints on both sides of an edge mark */
    edge_draft *edges;     /* of the current statement: its marks come last */
    size_t n_edges, edges_room;
} parser;

/* What the marks of one statement ask for. */
typedef struct {
    bool latent, selected;
    bool reversed, both; /* DOT: dir=back, dir=both */
} marks;

static wrt_status advance(parser *p) {
    return wrt_graph_lex(&p->token, &p->lexer, p->err);
}

static wrt_status unexpected(parser *p, const char *accepted) {
    char label[GRAPH_LABEL_MAX];
    return wrt_fail(p->err, WRT_E_INPUT, "line %d: found '%s' where %s is expected", p->token.line,
                    wrt_graph_label(label, p->token.text), accepted);
}

static bool is_word(const graph_token *token, const char *word) {
    return token->kind == GRAPH_TOKEN_NAME && !token->quoted && token->text.len == strlen(word) &&
           strncasecmp(token->text.ptr, word, token->text.len) == 0;
}

static bool is_one_of(const graph_token *token, const char *const *words, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (is_word(token, words[i]))
            return true;
    return false;
}

#define IS_ONE_OF(token, words) is_one_of((token), (words), sizeof(words) / sizeof((words)[0]))

static bool is_edge(graph_token_kind kind) {
    return kind >= GRAPH_TOKEN_ARROW && kind <= GRAPH_TOKEN_CIRCLES;
}

/* The kind of the token after the current one, GRAPH_TOKEN_END also when there is none that can be
 * read; consumes nothing. */
static graph_token_kind next_kind(const parser *p) {
    graph_lexer ahead = p->lexer;
    graph_token token;
    return wrt_graph_lex(&token, &ahead, NULL) == WRT_OK ? token.kind : GRAPH_TOKEN_END;
}

static bool is_followed_by(const parser *p, graph_token_kind kind) {
    return next_kind(p) == kind;
}

/* ---- endpoints */

static wrt_status add_name(parser *p, node_list *list) {
    if (list->n == list->room) {
        list->room = list->room == 0 ? 8 : list->room * 2;
        list->items = wrt_realloc(list->items, list->room * sizeof *list->items);
    }
    int node;
    wrt_status status = wrt_graph_add_node(&node, p->graph, p->token.text, p->err);
    if (status != WRT_OK) {
        wrt_err_prefix(p->err, "line %d", p->token.line);
        return status;
    }
    list->items[list->n++] = node;
    return advance(p);
}

static wrt_status read_group(parser *p, node_list *list) {
    wrt_status status = advance(p);
    while (status == WRT_OK && p->token.kind != GRAPH_TOKEN_CLOSE_BRACE) {
        if (list->n > WRT_GRAPH_NODES_MAX)
            return wrt_fail(p->err, WRT_E_LIMIT, "line %d: a group names more than %d nodes",
                            p->token.line, WRT_GRAPH_NODES_MAX);
        if (p->token.kind == GRAPH_TOKEN_SEPARATOR)
            status = advance(p);
        else if (p->token.kind == GRAPH_TOKEN_NAME)
            status = add_name(p, list);
        else
            return unexpected(p, "a name or '}' of a group {A B}");
    }
    return status == WRT_OK ? advance(p) : status;
}

static wrt_status refuse_neighbour(parser *p, const graph_token *first) {
    char left[GRAPH_LABEL_MAX], right[GRAPH_LABEL_MAX];
    return wrt_fail(p->err, WRT_E_INPUT,
                    "line %d: '%s %s' could be one name or two; put \"%s %s\" in double quotes, or "
                    "';' between them",
                    p->token.line, wrt_graph_label(left, first->text),
                    wrt_graph_label(right, p->token.text), left, right);
}

/* True when the current name begins a statement with an edge or a mark of its own. */
static bool begins_statement(const parser *p) {
    graph_token_kind next = next_kind(p);
    return is_edge(next) || next == GRAPH_TOKEN_OPEN_BRACKET;
}

static wrt_status read_single(parser *p, node_list *list) {
    graph_token name = p->token;
    wrt_status status = add_name(p, list);
    bool side_by_side = status == WRT_OK && p->token.kind == GRAPH_TOKEN_NAME &&
                        !p->token.after_newline && !p->token.quoted && !name.quoted;
    bool ends_chain = list == &p->right;
    if (side_by_side && !(ends_chain && begins_statement(p)))
        return refuse_neighbour(p, &name);
    return status;
}

static wrt_status read_endpoint(parser *p, node_list *list) {
    list->n = 0;
    if (p->token.kind == GRAPH_TOKEN_NAME)
        return read_single(p, list);
    if (p->token.kind == GRAPH_TOKEN_OPEN_BRACE)
        return read_group(p, list);
    return unexpected(p, "a node name or a group {A B}");
}

/* ---- marks */

static wrt_status refuse_mark(parser *p, const graph_token *key) {
    char label[GRAPH_LABEL_MAX];
    return wrt_fail(p->err, WRT_E_INPUT,
                    "line %d: unknown mark '%s'; accepted: latent, exposure, outcome, adjusted "
                    "and key=value",
                    key->line, wrt_graph_label(label, key->text));
}

static bool is_no(wrt_str value) {
    return wrt_str_equal_c(value, "no") || wrt_str_equal_c(value, "false") ||
           wrt_str_equal_c(value, "0");
}

static wrt_status apply_direction(parser *p, marks *out, const graph_token *value) {
    if (wrt_str_equal_c(value->text, "both"))
        out->both = true;
    else if (wrt_str_equal_c(value->text, "back"))
        out->reversed = true;
    else if (!wrt_str_equal_c(value->text, "forward"))
        return wrt_fail(p->err, WRT_E_UNSUPPORTED,
                        "line %d: dir=%.*s is not supported; accepted: forward, back and both",
                        value->line, (int)(value->text.len < 40 ? value->text.len : 40),
                        value->text.ptr);
    return WRT_OK;
}

/* Only where classes are read, too: those who ask for a plain graph do not know selection. */
static wrt_status apply_selected(parser *p, marks *out, const graph_token *key,
                                 const graph_token *value) {
    if (value != NULL && is_no(value->text))
        return WRT_OK;
    if (!p->any || p->lexer.classes)
        return wrt_fail(p->err, WRT_E_UNSUPPORTED,
                        "line %d: selection nodes are not supported %s; remove the mark 'selected'",
                        key->line, p->any ? "in this type of graph" : "here");
    out->selected = true;
    return WRT_OK;
}

/* value is NULL for a mark without '='. */
static wrt_status apply_mark(parser *p, marks *out, const graph_token *key,
                             const graph_token *value) {
    static const char *const hidden[] = {"latent", "unobserved"};
    static const char *const hidden_short[] = {"l", "u"};
    static const char *const query[] = {"exposure", "e", "outcome", "o",
                                        "adjusted", "a", "source",  "target"};
    if (value != NULL && is_word(key, "dir"))
        return apply_direction(p, out, value);
    if (value != NULL && is_word(key, "observed"))
        out->latent = out->latent || is_no(value->text);
    else if (IS_ONE_OF(key, hidden))
        out->latent = out->latent || value == NULL || !is_no(value->text);
    else if (value == NULL && IS_ONE_OF(key, hidden_short))
        out->latent = true;
    else if (is_word(key, "selected") || (value == NULL && is_word(key, "s")))
        return apply_selected(p, out, key, value);
    else if (value == NULL && !IS_ONE_OF(key, query))
        return refuse_mark(p, key);
    return WRT_OK;
}

static wrt_status next_attribute(parser *p) {
    return wrt_graph_lex_attribute(&p->token, &p->lexer, p->err);
}

/* One key with its value, if any; leaves the token after it current. */
static wrt_status read_mark(parser *p, marks *out) {
    graph_token key = p->token;
    wrt_status status = next_attribute(p);
    if (status != WRT_OK || p->token.kind != GRAPH_TOKEN_EQUALS)
        return status == WRT_OK ? apply_mark(p, out, &key, NULL) : status;
    status = next_attribute(p);
    if (status == WRT_OK && p->token.kind != GRAPH_TOKEN_NAME)
        return unexpected(p, "a value after '='");
    if (status == WRT_OK)
        status = apply_mark(p, out, &key, &p->token);
    return status == WRT_OK ? next_attribute(p) : status;
}

static wrt_status read_marks(parser *p, marks *out) {
    while (p->token.kind == GRAPH_TOKEN_OPEN_BRACKET) {
        wrt_status status = next_attribute(p);
        while (status == WRT_OK && p->token.kind != GRAPH_TOKEN_CLOSE_BRACKET) {
            if (p->token.kind == GRAPH_TOKEN_SEPARATOR)
                status = next_attribute(p);
            else if (p->token.kind == GRAPH_TOKEN_NAME)
                status = read_mark(p, out);
            else
                return unexpected(p, "a mark or ']'");
        }
        if (status == WRT_OK)
            status = advance(p);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

/* ---- statements */

static wrt_status draft_edges(parser *p, graph_token_kind kind) {
    size_t count = p->left.n * p->right.n; /* both at most WRT_GRAPH_NODES_MAX + 1 */
    if (count + p->n_edges > WRT_GRAPH_EDGES_MAX)
        return wrt_fail(p->err, WRT_E_LIMIT, "line %d: a graph holds at most %d edges",
                        p->token.line, WRT_GRAPH_EDGES_MAX);
    if (p->n_edges + count > p->edges_room) {
        p->edges_room = (p->n_edges + count) * 2;
        p->edges = wrt_realloc(p->edges, p->edges_room * sizeof *p->edges);
    }
    for (size_t i = 0; i < p->left.n; i++)
        for (size_t j = 0; j < p->right.n; j++)
            p->edges[p->n_edges++] = (edge_draft){p->left.items[i], p->right.items[j], kind};
    return WRT_OK;
}

/* An edge of a CPDAG, MAG or PAG. */
static wrt_status add_class_edge(parser *p, const edge_draft *edge, const marks *asked) {
    static const unsigned char ends[][2] = {
        [GRAPH_TOKEN_ARROW] = {END_TAIL, END_ARROW},
        [GRAPH_TOKEN_BACK_ARROW] = {END_ARROW, END_TAIL},
        [GRAPH_TOKEN_DOUBLE_ARROW] = {END_ARROW, END_ARROW},
        [GRAPH_TOKEN_LINE] = {END_TAIL, END_TAIL},
        [GRAPH_TOKEN_CIRCLE_ARROW] = {END_CIRCLE, END_ARROW},
        [GRAPH_TOKEN_BACK_CIRCLE_ARROW] = {END_ARROW, END_CIRCLE},
        [GRAPH_TOKEN_CIRCLES] = {END_CIRCLE, END_CIRCLE}};
    if (asked->reversed || asked->both)
        return wrt_fail(p->err, WRT_E_UNSUPPORTED,
                        "line %d: 'dir' is not supported in a %s; write the edge mark itself",
                        p->token.line, wrt_graph_type_name(wrt_graph_type_of(p->graph)));
    graph_pair pair = {edge->from, edge->to};
    wrt_status status = wrt_class_add(p->graph, &pair, (graph_end)ends[edge->kind][0],
                                      (graph_end)ends[edge->kind][1], p->err);
    if (status != WRT_OK)
        wrt_err_prefix(p->err, "line %d", p->token.line);
    return status;
}

static wrt_status add_edge(parser *p, const edge_draft *edge, const marks *asked) {
    if (p->lexer.classes)
        return add_class_edge(p, edge, asked);
    bool backwards = (edge->kind == GRAPH_TOKEN_BACK_ARROW) != asked->reversed;
    if (edge->kind == GRAPH_TOKEN_DOUBLE_ARROW || asked->both)
        return wrt_graph_add_bidirected(p->graph, edge->from, edge->to, p->err);
    return wrt_graph_add_edge(p->graph, backwards ? edge->to : edge->from,
                              backwards ? edge->from : edge->to, p->err);
}

static wrt_status read_chain(parser *p) {
    p->n_edges = 0;
    while (is_edge(p->token.kind)) {
        graph_token_kind kind = p->token.kind;
        wrt_status status = advance(p);
        if (status == WRT_OK)
            status = read_endpoint(p, &p->right);
        if (status == WRT_OK)
            status = draft_edges(p, kind);
        if (status != WRT_OK)
            return status;
        node_list passed = p->left;
        p->left = p->right;
        p->right = passed;
    }
    marks asked = {0};
    wrt_status status = read_marks(p, &asked);
    if (status == WRT_OK && (asked.latent || asked.selected))
        return wrt_fail(p->err, WRT_E_INPUT, "line %d: '%s' marks a node, not an edge",
                        p->token.line, asked.latent ? "latent" : "selected");
    for (size_t i = 0; i < p->n_edges && status == WRT_OK; i++)
        status = add_edge(p, &p->edges[i], &asked);
    return status;
}

static wrt_status read_node_marks(parser *p) {
    marks asked = {0};
    wrt_status status = read_marks(p, &asked);
    if (status == WRT_OK && (asked.reversed || asked.both))
        return wrt_fail(p->err, WRT_E_INPUT, "line %d: 'dir' marks an edge, not a node",
                        p->token.line);
    for (size_t i = 0; i < p->left.n && asked.latent; i++)
        wrt_graph_set_latent(p->graph, p->left.items[i]);
    for (size_t i = 0; i < p->left.n && asked.selected; i++)
        wrt_graph_set_selected(p->graph, p->left.items[i]);
    return status;
}

/* NAME "=": asked before every statement, so it looks at bytes rather than tokens. */
static bool is_assignment(const parser *p) {
    size_t at = p->lexer.at;
    while (at < p->lexer.text.len &&
           (p->lexer.text.ptr[at] == ' ' || p->lexer.text.ptr[at] == '\t'))
        at++;
    return at < p->lexer.text.len && p->lexer.text.ptr[at] == '=';
}

/* DOT defaults: "node [shape=box]". Those that would change the graph are refused. */
static wrt_status read_defaults(parser *p) {
    marks asked = {0};
    int line = p->token.line;
    wrt_status status = advance(p);
    if (status == WRT_OK)
        status = read_marks(p, &asked);
    if (status == WRT_OK && (asked.latent || asked.selected || asked.reversed || asked.both))
        return wrt_fail(
            p->err, WRT_E_UNSUPPORTED,
            "line %d: defaults for all nodes or edges may not set 'latent', 'selected' or 'dir'; "
            "mark each one",
            line);
    return status;
}

/* NAME "=" value, a graph attribute of layout such as bb="0,0,1,1". Only known names, so that
 * "Y = X" or "X => Y" is not dropped as if it were layout. */
static wrt_status skip_assignment(parser *p) {
    static const char *const layout[] = {
        "bb",      "rankdir",  "label",       "labelloc",  "labeljust", "splines",
        "bgcolor", "size",     "ratio",       "fontname",  "fontsize",  "fontcolor",
        "nodesep", "ranksep",  "margin",      "pad",       "dpi",       "layout",
        "overlap", "compound", "concentrate", "rank",      "ordering",  "center",
        "charset", "style",    "color",       "fillcolor", "newrank",   "clusterrank"};
    char label[GRAPH_LABEL_MAX];
    if (!IS_ONE_OF(&p->token, layout))
        return wrt_fail(p->err, WRT_E_INPUT,
                        "line %d: unknown graph attribute '%s ='; edges are written '->', '<-' "
                        "or '<->'",
                        p->token.line, wrt_graph_label(label, p->token.text));
    wrt_status status = advance(p);
    if (status == WRT_OK)
        status = next_attribute(p);
    if (status == WRT_OK && p->token.kind != GRAPH_TOKEN_NAME)
        return unexpected(p, "a value after '='");
    return status == WRT_OK ? advance(p) : status;
}

static wrt_status read_edge_or_node(parser *p) {
    wrt_status status = read_endpoint(p, &p->left);
    if (status != WRT_OK)
        return status;
    return is_edge(p->token.kind) ? read_chain(p) : read_node_marks(p);
}

static wrt_status read_statement(parser *p) {
    static const char *const defaults[] = {"node", "edge", "graph"};
    if (p->token.kind == GRAPH_TOKEN_NAME) {
        if (IS_ONE_OF(&p->token, defaults) && is_followed_by(p, GRAPH_TOKEN_OPEN_BRACKET))
            return read_defaults(p);
        if (is_word(&p->token, "subgraph") &&
            (is_followed_by(p, GRAPH_TOKEN_OPEN_BRACE) || is_followed_by(p, GRAPH_TOKEN_NAME)))
            return wrt_fail(p->err, WRT_E_UNSUPPORTED,
                            "line %d: subgraphs are not supported; list nodes and edges directly",
                            p->token.line);
        if (is_assignment(p))
            return skip_assignment(p);
    }
    return read_edge_or_node(p);
}

/* Statements up to '}' or the end. */
static wrt_status read_statements(parser *p) {
    while (p->token.kind != GRAPH_TOKEN_CLOSE_BRACE && p->token.kind != GRAPH_TOKEN_END) {
        wrt_status status = p->token.kind == GRAPH_TOKEN_SEPARATOR ? advance(p) : read_statement(p);
        if (status != WRT_OK)
            return status;
    }
    return WRT_OK;
}

/* ---- the frame around the statements */

/* The type word of a class; WRT_GRAPH_DAG for any other. */
static wrt_graph_type class_of_word(const graph_token *word) {
    static const char *const cpdag[] = {"pdag", "cpdag"};
    return IS_ONE_OF(word, cpdag) ? WRT_GRAPH_CPDAG
           : is_word(word, "mag") ? WRT_GRAPH_MAG
           : is_word(word, "pag") ? WRT_GRAPH_PAG
                                  : WRT_GRAPH_DAG;
}

static wrt_status check_type(parser *p) {
    static const char *const known[] = {"dag", "digraph", "admg"};
    static const char *const other[] = {"pdag", "cpdag", "mag", "pag", "graph"};
    char label[GRAPH_LABEL_MAX];
    if (IS_ONE_OF(&p->token, known))
        return WRT_OK;
    if (p->any && class_of_word(&p->token) != WRT_GRAPH_DAG) {
        wrt_class_begin(p->graph, class_of_word(&p->token));
        p->lexer.classes = true;
        return WRT_OK;
    }
    wrt_graph_label(label, p->token.text);
    if (IS_ONE_OF(&p->token, other))
        return wrt_fail(p->err, WRT_E_UNSUPPORTED,
                        "graph type '%s' is not supported; accepted: dag (with '<->' and latent "
                        "nodes) and digraph",
                        label);
    return wrt_fail(p->err, WRT_E_INPUT, "unknown graph type '%s'; accepted: dag and digraph",
                    label);
}

/* Consumes `type [NAME] {` when the text begins so. */
static wrt_status read_header(parser *p, bool *has_frame) {
    graph_lexer before = p->lexer;
    graph_token first = p->token;
    *has_frame = false;
    wrt_status status = WRT_OK;
    if (is_word(&p->token, "strict") && is_followed_by(p, GRAPH_TOKEN_NAME))
        status = advance(p);
    graph_token type = p->token;
    if (status == WRT_OK && type.kind == GRAPH_TOKEN_NAME && !type.quoted) {
        status = advance(p);
        if (status == WRT_OK && p->token.kind == GRAPH_TOKEN_NAME &&
            is_followed_by(p, GRAPH_TOKEN_OPEN_BRACE))
            status = advance(p);
        *has_frame = status == WRT_OK && p->token.kind == GRAPH_TOKEN_OPEN_BRACE;
    }
    if (status != WRT_OK)
        return status;
    if (!*has_frame) {
        p->lexer = before;
        p->token = first;
        return WRT_OK;
    }
    graph_token brace = p->token;
    p->token = type;
    status = check_type(p);
    p->token = brace;
    return status == WRT_OK ? advance(p) : status;
}

static wrt_status read_graph(parser *p) {
    bool has_frame;
    wrt_status status = advance(p);
    if (status == WRT_OK)
        status = read_header(p, &has_frame);
    if (status == WRT_OK)
        status = read_statements(p);
    if (status == WRT_OK && has_frame) {
        if (p->token.kind != GRAPH_TOKEN_CLOSE_BRACE)
            return unexpected(p, "'}' at the end of the graph");
        status = advance(p);
        while (status == WRT_OK && p->token.kind == GRAPH_TOKEN_SEPARATOR)
            status = advance(p);
    }
    if (status == WRT_OK && p->token.kind != GRAPH_TOKEN_END)
        return unexpected(p, "the end of the text");
    if (status == WRT_OK && !has_frame && wrt_graph_count(p->graph) == 0)
        return wrt_fail(p->err, WRT_E_INPUT,
                        "graph text is empty; expected text such as dag { X -> Y }");
    return status == WRT_OK ? wrt_graph_finish(p->graph, p->err) : status;
}

static wrt_status read_bif(parser *p, wrt_str text) {
    wrt_status status = wrt_graph_read_bif(p->graph, text, p->err);
    return status == WRT_OK ? wrt_graph_finish(p->graph, p->err) : status;
}

enum { TEXT_MAX = 64 << 20 };

static wrt_status parse_text(wrt_graph **out, wrt_str text, bool any, wrt_err *err) {
    *out = NULL;
    if (text.len > TEXT_MAX)
        return wrt_fail(err, WRT_E_LIMIT, "graph text has %zu bytes; at most %d are read", text.len,
                        TEXT_MAX);
    if (!wrt_utf8_valid(text))
        return wrt_fail(err, WRT_E_INPUT, "graph text is not valid UTF-8");
    parser p = {.lexer = {.text = text, .line = 1}, .err = err, .any = any};
    if (wrt_str_starts_with(text, WRT_STR("\xEF\xBB\xBF")))
        p.lexer.at = 3;
    p.lexer.arena = wrt_arena_new();
    p.graph = wrt_graph_new();
    wrt_str body = {text.ptr + p.lexer.at, text.len - p.lexer.at};
    wrt_status status = wrt_graph_is_bif(body) ? read_bif(&p, body) : read_graph(&p);
    if (status == WRT_OK)
        *out = p.graph;
    else
        wrt_graph_free(p.graph);
    wrt_arena_free(p.lexer.arena);
    free(p.left.items);
    free(p.right.items);
    free(p.edges);
    return status;
}

wrt_status wrt_graph_parse_text(wrt_graph **out, wrt_str text, wrt_err *err) {
    return parse_text(out, text, false, err);
}

wrt_status wrt_graph_parse_any_text(wrt_graph **out, wrt_str text, wrt_err *err) {
    return parse_text(out, text, true, err);
}
