/* graph_bif.c: see graph_bif.h. Tokens are read one at a time; blocks are skipped by counting
 * braces, so nothing recurses. */
#include "causal/graph_bif.h"

#include "causal/graph_internal.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    wrt_str text;
    size_t at;
    int line;
    wrt_str token;         /* empty at the end; else a name without quotes, or one sign */
    bool is_name, is_open; /* is_open: a quote or a comment that does not end */
    wrt_graph *graph;
    unsigned char *has_table; /* per node */
    size_t room;
    wrt_err *err;
} reader;

/* ---- tokens */

static bool starts(const reader *r, const char *two) {
    return r->at + 1 < r->text.len && r->text.ptr[r->at] == two[0] &&
           r->text.ptr[r->at + 1] == two[1];
}

static void pass(reader *r) {
    r->line += r->text.ptr[r->at] == '\n' ? 1 : 0;
    r->at++;
}

static void skip_comment(reader *r) {
    bool is_long = starts(r, "/*");
    r->at += 2;
    while (r->at < r->text.len && !(is_long ? starts(r, "*/") : r->text.ptr[r->at] == '\n'))
        pass(r);
    r->is_open = r->is_open || (is_long && r->at >= r->text.len);
    if (is_long && r->at < r->text.len)
        r->at += 2;
}

static void skip_space(reader *r) {
    while (r->at < r->text.len) {
        if (starts(r, "//") || starts(r, "/*"))
            skip_comment(r);
        else if (strchr(" \t\r\n\f\v", r->text.ptr[r->at]) != NULL && r->text.ptr[r->at] != '\0')
            pass(r);
        else
            return;
    }
}

static bool is_sign(char byte) {
    return byte != '\0' && strchr("{}()[],;|", byte) != NULL;
}

static void read_quoted(reader *r) {
    size_t begin = ++r->at;
    while (r->at < r->text.len && r->text.ptr[r->at] != '"')
        pass(r);
    r->token = (wrt_str){r->text.ptr + begin, r->at - begin};
    r->is_open = r->is_open || r->at >= r->text.len;
    r->is_name = true;
    r->at += r->at < r->text.len ? 1 : 0;
}

static void next(reader *r) {
    skip_space(r);
    size_t begin = r->at;
    r->is_name = false;
    r->token = (wrt_str){0};
    if (begin >= r->text.len)
        return;
    if (r->text.ptr[begin] == '"') {
        read_quoted(r);
        return;
    }
    r->is_name = !is_sign(r->text.ptr[begin]);
    r->at++;
    while (r->is_name && r->at < r->text.len && !is_sign(r->text.ptr[r->at]) &&
           r->text.ptr[r->at] != '"' && (unsigned char)r->text.ptr[r->at] > ' ' &&
           !starts(r, "//") && !starts(r, "/*"))
        r->at++;
    r->token = (wrt_str){r->text.ptr + begin, r->at - begin};
}

static bool is(const reader *r, const char *text) {
    return wrt_str_equal_c(r->token, text);
}

static wrt_status unexpected(const reader *r, const char *accepted) {
    char label[GRAPH_LABEL_MAX];
    if (r->is_open || (r->token.len == 0 && !r->is_name))
        return wrt_fail(r->err, WRT_E_INPUT, "line %d: the BIF text ends where %s is expected",
                        r->line, accepted);
    return wrt_fail(r->err, WRT_E_INPUT, "line %d: found '%s' where %s is expected", r->line,
                    wrt_graph_label(label, r->token), accepted);
}

/* The current token opens the block; the token after it becomes current. */
static wrt_status skip_block(reader *r) {
    int line = r->line;
    size_t depth = 0;
    if (!is(r, "{") || r->is_name)
        return unexpected(r, "'{'");
    do {
        depth += !r->is_name && is(r, "{") ? 1 : 0;
        depth -= !r->is_name && is(r, "}") ? 1 : 0;
        next(r);
    } while (depth > 0 && (r->token.len > 0 || r->is_name));
    if (depth > 0)
        return wrt_fail(r->err, WRT_E_INPUT, "line %d: this block of BIF text does not end", line);
    return WRT_OK;
}

/* ---- blocks */

static wrt_status read_variable(reader *r) {
    char label[GRAPH_LABEL_MAX];
    int node;
    next(r);
    if (!r->is_name)
        return unexpected(r, "the name of a variable");
    if (wrt_graph_lookup(r->graph, r->token) >= 0)
        return wrt_fail(r->err, WRT_E_INPUT, "line %d: variable '%s' is declared twice", r->line,
                        wrt_graph_label(label, r->token));
    wrt_status status = wrt_graph_add_node(&node, r->graph, r->token, r->err);
    if (status != WRT_OK) {
        wrt_err_prefix(r->err, "line %d", r->line);
        return status;
    }
    next(r);
    return skip_block(r);
}

/* A declared variable; the token after it becomes current. */
static wrt_status read_known(int *out, reader *r) {
    char label[GRAPH_LABEL_MAX];
    if (!r->is_name)
        return unexpected(r, "the name of a variable");
    *out = wrt_graph_lookup(r->graph, r->token);
    if (*out < 0)
        return wrt_fail(r->err, WRT_E_INPUT,
                        "line %d: '%s' is no variable declared before; add 'variable %s { }'",
                        r->line, wrt_graph_label(label, r->token), label);
    next(r);
    return WRT_OK;
}

static wrt_status take_table(reader *r, int child) {
    char label[GRAPH_LABEL_MAX];
    size_t n = wrt_graph_count(r->graph);
    if (r->room < n) {
        r->has_table = wrt_realloc(r->has_table, 2 * n);
        memset(r->has_table + r->room, 0, 2 * n - r->room);
        r->room = 2 * n;
    }
    if (r->has_table[child] != 0)
        return wrt_fail(r->err, WRT_E_INPUT, "line %d: a second probability block for '%s'",
                        r->line,
                        wrt_graph_label(label, wrt_str_of(wrt_graph_name(r->graph, child))));
    r->has_table[child] = 1;
    return WRT_OK;
}

/* After '(': CHILD ["|" PARENT {"," PARENT}] ")" */
static wrt_status read_family(reader *r) {
    int child = 0, parent = 0;
    wrt_status status = read_known(&child, r);
    if (status == WRT_OK)
        status = take_table(r, child);
    bool more = status == WRT_OK && is(r, "|") && !r->is_name;
    while (more && status == WRT_OK) {
        next(r);
        status = read_known(&parent, r);
        if (status == WRT_OK)
            status = wrt_graph_add_edge(r->graph, parent, child, r->err);
        more = is(r, ",") && !r->is_name;
    }
    if (status == WRT_OK && (!is(r, ")") || r->is_name))
        status = unexpected(r, "',' or ')'");
    return status;
}

static wrt_status read_probability(reader *r) {
    next(r);
    if (!is(r, "(") || r->is_name)
        return unexpected(r, "'(' after probability");
    next(r);
    wrt_status status = read_family(r);
    if (status == WRT_OK) {
        next(r);
        if (is(r, ";") && !r->is_name)
            next(r);
        else
            status = skip_block(r);
    }
    return status;
}

static wrt_status read_network(reader *r) {
    next(r);
    if (r->is_name)
        next(r);
    return skip_block(r);
}

wrt_status wrt_graph_read_bif(wrt_graph *graph, wrt_str text, wrt_err *err) {
    reader r = {.text = text, .line = 1, .graph = graph, .err = err};
    wrt_status status = WRT_OK;
    next(&r);
    while (status == WRT_OK && (r.token.len > 0 || r.is_name)) {
        if (is(&r, "network"))
            status = read_network(&r);
        else if (is(&r, "variable"))
            status = read_variable(&r);
        else if (is(&r, "probability"))
            status = read_probability(&r);
        else
            status = unexpected(&r, "network, variable or probability");
    }
    if (status == WRT_OK && r.is_open)
        status = unexpected(&r, "the end of a comment or quote");
    free(r.has_table);
    return status;
}

bool wrt_graph_is_bif(wrt_str text) {
    reader r = {.text = text, .line = 1};
    next(&r);
    if (!is(&r, "network"))
        return false;
    next(&r);
    if (r.is_name)
        next(&r);
    return is(&r, "{") && !r.is_name;
}

/* ---- writing */

static void add_name(wrt_buf *out, const char *name) {
    bool is_plain = name[0] != '\0' && strstr(name, "//") == NULL && strstr(name, "/*") == NULL;
    for (const char *p = name; *p != '\0'; p++)
        is_plain = is_plain && !is_sign(*p) && (unsigned char)*p > ' ';
    wrt_buf_printf(out, is_plain ? "%s" : "\"%s\"", name);
}

static void add_family(wrt_buf *out, const wrt_graph *graph, int v) {
    size_t n;
    const int *parents = wrt_graph_parents(graph, v, &n);
    wrt_buf_add_c(out, "probability ( ");
    add_name(out, graph->names[v]);
    for (size_t i = 0; i < n; i++) {
        wrt_buf_add_c(out, i == 0 ? " | " : ", ");
        add_name(out, graph->names[parents[i]]);
    }
    wrt_buf_add_c(out, " ) {\n}\n");
}

/* BIF has no word for what a Bayesian network lacks, and no escape for a quote. */
static wrt_status check_writable(const wrt_graph *graph, wrt_err *err) {
    char label[GRAPH_LABEL_MAX];
    for (int v = 0; v < (int)graph->n; v++) {
        size_t spouses;
        wrt_graph_spouses(graph, v, &spouses);
        const char *problem = graph->latent[v]                       ? "is latent"
                              : graph->selected[v]                   ? "is selected"
                              : spouses > 0                          ? "has a '<->' edge"
                              : strchr(graph->names[v], '"') != NULL ? "has a quote in its name"
                                                                     : NULL;
        if (problem != NULL)
            return wrt_fail(err, WRT_E_UNSUPPORTED, "BIF cannot say that '%s' %s; write dagitty",
                            wrt_graph_label(label, wrt_str_of(graph->names[v])), problem);
    }
    if (graph->klass != NULL)
        return wrt_fail(err, WRT_E_UNSUPPORTED, "BIF holds directed graphs only; write dagitty");
    return WRT_OK;
}

wrt_status wrt_graph_to_bif(wrt_buf *out, const wrt_graph *graph, wrt_err *err) {
    wrt_status status = check_writable(graph, err);
    if (status != WRT_OK)
        return status;
    wrt_buf_add_c(out, "network unnamed {\n}\n");
    for (int v = 0; v < (int)graph->n; v++) {
        wrt_buf_add_c(out, "variable ");
        add_name(out, graph->names[v]);
        wrt_buf_add_c(out, " {\n  type discrete [ 2 ] { 0, 1 };\n}\n");
    }
    for (int v = 0; v < (int)graph->n; v++)
        add_family(out, graph, v);
    return WRT_OK;
}
