/* estimand_write.c: estimands as text and as LaTeX.
 *
 * The term is walked with a stack of things still to be written; scope[v] counts the values that
 * a variable has at this point, and each one after the first adds a prime. */
#include "causal/identify/estimand_internal.h"

#include <stdlib.h>
#include <string.h>

typedef enum { WRITE_TERM, WRITE_TEXT, WRITE_UNBIND } write_kind;

typedef struct {
    write_kind kind;
    int term;         /* TERM, UNBIND */
    bool is_factor;   /* TERM: something stands after it or before it */
    const char *text; /* TEXT */
} write_item;

typedef struct {
    wrt_buf *out;
    const wrt_estimand *e;
    const wrt_graph *graph;
    bool latex;
    int *scope;
    write_item *stack;
    size_t n, room;
} writer;

static void push(writer *w, write_item item) {
    if (w->n == w->room) {
        w->room = w->room == 0 ? 64 : 2 * w->room;
        w->stack = wrt_realloc(w->stack, w->room * sizeof *w->stack);
    }
    w->stack[w->n++] = item;
}

static void push_text(writer *w, const char *text) {
    push(w, (write_item){.kind = WRITE_TEXT, .text = text});
}

/* ---- names */

static bool is_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* X and X12, which mathematics sets as X and X_{12}. */
static bool is_symbol(const char *name) {
    return is_letter(name[0]) && name[1 + strspn(name + 1, "0123456789")] == '\0';
}

static void write_escaped(wrt_buf *out, const char *name) {
    for (; *name != '\0'; name++) {
        if (*name == '\\')
            wrt_buf_add_c(out, "\\textbackslash{}");
        else if (*name == '~')
            wrt_buf_add_c(out, "\\textasciitilde{}");
        else if (*name == '^')
            wrt_buf_add_c(out, "\\textasciicircum{}");
        else if (strchr("#$%&_{}", *name) != NULL)
            wrt_buf_printf(out, "\\%c", *name);
        else
            wrt_buf_add_char(out, *name);
    }
}

static void write_latex_name(wrt_buf *out, const char *name) {
    if (is_symbol(name)) {
        wrt_buf_add_char(out, name[0]);
        if (name[1] != '\0')
            wrt_buf_printf(out, "_{%s}", name + 1);
    } else {
        wrt_buf_add_c(out, "\\text{");
        write_escaped(out, name);
        wrt_buf_add_c(out, "}");
    }
}

static const char *name_of(const writer *w, int variable) {
    return wrt_graph_name(w->graph, wrt_estimand_node(w->e, variable));
}

static void write_name(writer *w, int variable) {
    const char *name = name_of(w, variable);
    if (w->latex)
        write_latex_name(w->out, name);
    else
        wrt_buf_add_c(w->out, name);
    if (wrt_estimand_node(w->e, variable) != variable)
        wrt_buf_add_c(w->out, w->latex ? "^{*}" : "*");
    for (int i = 1; i < w->scope[variable]; i++)
        wrt_buf_add_char(w->out, '\'');
}

typedef struct {
    const char *name;
    int variable;
} named;

static int compare_named(const void *a, const void *b) {
    return strcmp(((const named *)a)->name, ((const named *)b)->name);
}

static void write_names(writer *w, wrt_ints set) {
    named *names = wrt_calloc(set.n + 1, sizeof *names);
    for (size_t i = 0; i < set.n; i++)
        names[i] = (named){name_of(w, set.items[i]), set.items[i]};
    qsort(names, set.n, sizeof *names, compare_named);
    for (size_t i = 0; i < set.n; i++) {
        if (i > 0)
            wrt_buf_add_c(w->out, ", ");
        write_name(w, names[i].variable);
    }
    free(names);
}

/* ---- terms */

static void write_p(writer *w, const wrt_term *term) {
    wrt_buf_add_c(w->out, "P(");
    write_names(w, term->head);
    if (term->given.n > 0)
        wrt_buf_add_c(w->out, w->latex ? " \\mid " : " | ");
    write_names(w, term->given);
    wrt_buf_add_c(w->out, ")");
}

/* Sums go last, and of several all but the last in brackets, so that no reader wonders where one
 * ends. Pushed from the back. */
static void push_product(writer *w, const wrt_term *term) {
    bool is_last = true;
    for (int sums = 1; sums >= 0; sums--) {
        for (size_t i = term->children.n; i-- > 0;) {
            int child = term->children.items[i];
            bool is_sum = w->e->terms[child].kind == WRT_TERM_SUM;
            if (is_sum != (sums == 1))
                continue;
            if (!is_last)
                push_text(w, " ");
            push(w, (write_item){WRITE_TERM, child, !(is_last && is_sum), NULL});
            is_last = false;
        }
    }
}

static void start_sum(writer *w, const write_item *item, const wrt_term *term) {
    if (item->is_factor)
        push_text(w, w->latex ? "\\right]" : "]");
    push(w, (write_item){WRITE_UNBIND, item->term, false, NULL});
    push(w, (write_item){WRITE_TERM, term->children.items[0], false, NULL});
    if (item->is_factor)
        wrt_buf_add_c(w->out, w->latex ? "\\left[" : "[");
    for (size_t i = 0; i < term->head.n; i++)
        w->scope[term->head.items[i]]++;
    wrt_buf_add_c(w->out, w->latex ? "\\sum_{" : "\xCE\xA3_{");
    write_names(w, term->head);
    wrt_buf_add_c(w->out, "} ");
}

static void push_fraction(writer *w, const write_item *item, const wrt_term *term) {
    bool brackets = item->is_factor && !w->latex;
    push_text(w, w->latex ? "}" : brackets ? "])" : "]");
    push(w, (write_item){WRITE_TERM, term->children.items[1], false, NULL});
    push_text(w, w->latex ? "}{" : "] / [");
    push(w, (write_item){WRITE_TERM, term->children.items[0], false, NULL});
    push_text(w, w->latex ? "\\frac{" : brackets ? "([" : "[");
}

static void write_term(writer *w, const write_item *item) {
    const wrt_term *term = &w->e->terms[item->term];
    switch (term->kind) {
    case WRT_TERM_UNIT:
        wrt_buf_add_c(w->out, "1");
        break;
    case WRT_TERM_P:
        write_p(w, term);
        break;
    case WRT_TERM_PRODUCT:
        push_product(w, term);
        break;
    case WRT_TERM_SUM:
        start_sum(w, item, term);
        break;
    case WRT_TERM_FRACTION:
        push_fraction(w, item, term);
        break;
    }
}

static void write_item_of(writer *w, const write_item *item) {
    if (item->kind == WRITE_TERM) {
        write_term(w, item);
    } else if (item->kind == WRITE_TEXT) {
        wrt_buf_add_c(w->out, item->text);
    } else {
        wrt_ints bound = w->e->terms[item->term].head;
        for (size_t i = 0; i < bound.n; i++)
            w->scope[bound.items[i]]--;
    }
}

static wrt_status write_root(writer *w, const wrt_node_set *fixed, wrt_err *err) {
    wrt_ints outside = w->e->terms[w->e->root].free;
    w->scope = wrt_calloc(w->e->n_variables + 1, sizeof *w->scope);
    for (size_t i = 0; i < outside.n; i++)
        w->scope[outside.items[i]] = 1;
    for (size_t i = 0; fixed != NULL && i < fixed->n; i++)
        w->scope[fixed->items[i]] = 1;
    push(w, (write_item){WRITE_TERM, w->e->root, false, NULL});
    while (w->n > 0 && !w->out->overflow) {
        write_item item = w->stack[--w->n];
        write_item_of(w, &item);
    }
    free(w->scope);
    free(w->stack);
    if (w->out->overflow)
        return wrt_fail(err, WRT_E_LIMIT, "the formula of the effect is longer than %zu bytes",
                        w->out->cap);
    return WRT_OK;
}

wrt_status wrt_estimand_write_text(wrt_buf *out, const wrt_estimand *estimand,
                                   const wrt_graph *graph, const wrt_node_set *fixed,
                                   wrt_err *err) {
    writer w = {.out = out, .e = estimand, .graph = graph};
    return write_root(&w, fixed, err);
}

wrt_status wrt_estimand_write_latex(wrt_buf *out, const wrt_estimand *estimand,
                                    const wrt_graph *graph, const wrt_node_set *fixed,
                                    wrt_err *err) {
    writer w = {.out = out, .e = estimand, .graph = graph, .latex = true};
    return write_root(&w, fixed, err);
}
