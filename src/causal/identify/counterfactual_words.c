/* counterfactual_words.c: counterfactual questions and their witnesses for people and as data. */
#include "causal/identify/counterfactual_words.h"

#include "causal/identify/estimand_internal.h"

#include <stdlib.h>

enum { WORDS_BYTES = 4000, PATH_NODES_MAX = 40, FORMULA_BYTES = 1 << 20 };

static const char *name_of(const wrt_two_values *t, int v) {
    return wrt_graph_name(t->query->graph, t->g.node[v]);
}

static const char *text_of(const wrt_buf *text) {
    return text->overflow || text->ptr == NULL ? "names too long to print" : text->ptr;
}

static char *take_words(wrt_buf *text) {
    char *words = wrt_strdup(text_of(text));
    wrt_buf_free(text);
    return words;
}

/* ---- paths */

/* A shortest way from `from` to a node of `to` along the rows, inside `within`; `way` gets its
 * nodes. Returns their number, 0 when there is none. */
static int find_way(int *way, const wrt_admg *g, const wrt_admg_rows *rows, int from,
                    const wrt_part *within, const unsigned char *to) {
    int *before = wrt_calloc((size_t)g->n + 1, sizeof *before);
    int *queue = wrt_calloc((size_t)g->n + 1, sizeof *queue), tail = 0, n = 0, end = -1;
    for (int v = 0; v < g->n; v++)
        before[v] = -1;
    before[from] = from;
    queue[tail++] = from;
    for (int head = 0; head < tail && end < 0; head++) {
        int v = queue[head];
        end = to[v] ? v : -1;
        for (int i = rows->offset[v]; i < rows->offset[v + 1] && end < 0; i++) {
            int next = rows->items[i];
            if (before[next] >= 0 || !within->has[next])
                continue;
            before[next] = v;
            queue[tail++] = next;
        }
    }
    for (int v = end; v >= 0; v = v == from ? -1 : before[v])
        way[n++] = v;
    for (int i = 0; i < n / 2; i++) {
        int swap = way[i];
        way[i] = way[n - 1 - i];
        way[n - 1 - i] = swap;
    }
    free(before);
    free(queue);
    return n;
}

/* "A -> B -> C"; of a long way the middle is left out. */
static void add_way(wrt_buf *out, const wrt_two_values *t, const int *way, int n,
                    const char *edge) {
    for (int i = 0; i < n; i++) {
        bool is_cut = n > PATH_NODES_MAX && i >= PATH_NODES_MAX / 2 && i < n - PATH_NODES_MAX / 2;
        if (i > 0 && (!is_cut || i == PATH_NODES_MAX / 2))
            wrt_buf_add_c(out, edge);
        if (!is_cut)
            wrt_buf_add_c(out, name_of(t, way[i]));
        else if (i == PATH_NODES_MAX / 2)
            wrt_buf_printf(out, "(%d more)", n - PATH_NODES_MAX);
    }
}

static void add_way_to(wrt_buf *out, const wrt_two_values *t, int from, int to,
                       const wrt_part *within, const char *edge) {
    const wrt_admg_rows *rows = edge[1] == '<' ? &t->g.spouses : &t->g.children;
    unsigned char *ends = wrt_calloc((size_t)t->g.n + 1, sizeof *ends);
    int *way = wrt_calloc((size_t)t->g.n + 1, sizeof *way);
    ends[to] = 1;
    add_way(out, t, way, find_way(way, &t->g, rows, from, within, ends), edge);
    free(ends);
    free(way);
}

/* ---- the question */

void wrt_counterfactual_write_query(wrt_buf *out, const wrt_counterfactual *answer,
                                    const wrt_counterfactual_query *query) {
    const char *x = wrt_graph_name(query->graph, query->treatment->items[0]);
    const char *y = wrt_graph_name(query->graph, query->outcome->items[0]);
    const char *own = query->question == WRT_QUESTION_NIE ? "*" : "";
    const char *theirs = query->question == WRT_QUESTION_NIE ? "" : "*";
    if (query->question == WRT_QUESTION_ETT) {
        wrt_buf_printf(out, "P(%s(%s) | %s = %s*)", y, x, x, x);
        return;
    }
    wrt_buf_printf(out, "P(%s(%s%s", y, x, own);
    wrt_json *names = wrt_node_set_to_json(query->graph, &answer->mediators);
    const char *gap = answer->mediators.n > 1 ? ", {" : ", ";
    WRT_JSON_EACH(name, names) {
        wrt_buf_printf(out, "%s%s", gap, wrt_json_text(name));
        gap = ", ";
    }
    if (answer->mediators.n > 0)
        wrt_buf_printf(out, "%s(%s%s)", answer->mediators.n > 1 ? "}" : "", x, theirs);
    wrt_buf_add_c(out, "))");
    wrt_json_free(names);
}

/* ---- steps */

void wrt_words_treated(wrt_two_values *t, const wrt_part *own_district) {
    wrt_buf names = wrt_buf_make(WORDS_BYTES);
    const char *words, *x = name_of(t, t->x);
    (void)wrt_question_rung(&words, t->query->question);
    wrt_steps_add(&t->steps, "This is a question of %s.", words);
    wrt_id_write_names(&names, &t->g, own_district->items, own_district->n);
    wrt_steps_add(&t->steps,
                  "Two values of %s are at work: its children are given the value that is set, its "
                  "district (nodes tied to it by bidirected edges), %s, goes with the value that "
                  "was had, %s*. The answer is the sum of the product of Q over districts, over "
                  "P(%s*).",
                  x, text_of(&names), x, x);
    wrt_buf_free(&names);
}

void wrt_words_natural(wrt_two_values *t, const wrt_part *mediators) {
    wrt_buf names = wrt_buf_make(WORDS_BYTES);
    const char *words, *x = name_of(t, t->x);
    bool is_direct = t->query->question == WRT_QUESTION_NDE;
    (void)wrt_question_rung(&words, t->query->question);
    wrt_steps_add(&t->steps, "This is a question of %s.", words);
    wrt_id_write_names(&names, &t->g, mediators->items, mediators->n);
    if (mediators->n == 0)
        wrt_steps_add(&t->steps,
                      "No observed node lies between %s and %s: the whole effect is "
                      "direct.",
                      x, name_of(t, t->y));
    else
        wrt_steps_add(
            &t->steps,
            "Mediators are %s. A child of %s that leads to %s through them is given %s%s, "
            "a child that leads past them %s%s; the answer is the sum of the product of "
            "Q over districts, each at the value its children of %s are given.",
            text_of(&names), x, name_of(t, t->y), x, is_direct ? "*" : "", x, is_direct ? "" : "*",
            x);
    wrt_buf_free(&names);
}

void wrt_words_contrast(wrt_two_values *t, int n_mediators) {
    const char *x = name_of(t, t->x), *y = name_of(t, t->y);
    bool is_direct = t->query->question == WRT_QUESTION_NDE;
    if (n_mediators == 0 && !is_direct)
        wrt_steps_add(&t->steps, "Without a mediator the natural indirect effect is zero.");
    else
        wrt_steps_add(
            &t->steps,
            "The natural %s effect of %s against %s* is the mean of %s under this formula "
            "minus its mean under P(%s | do(%s*)), which is the same formula with %s at "
            "the value %s*.",
            is_direct ? "direct" : "indirect", x, x, y, y, x, x, x);
}

/* ---- witnesses */

char *wrt_words_own_child(const wrt_two_values *t, int child) {
    wrt_buf text = wrt_buf_make(WORDS_BYTES);
    wrt_part all = wrt_part_all(&t->g);
    const char *x = name_of(t, t->x), *c = name_of(t, child);
    wrt_buf_printf(&text, "%s is a child of %s and tied to it by hidden common causes (", c, x);
    add_way_to(&text, t, t->x, child, &all, " <-> ");
    wrt_buf_printf(&text,
                   "): what those who had %s* would show at %s cannot be told from what is "
                   "observed.",
                   x, x);
    return take_words(&text);
}

char *wrt_words_recanting_node(const wrt_two_values *t, const wrt_part *d,
                               const wrt_part *mediators, int node) {
    wrt_buf text = wrt_buf_make(WORDS_BYTES);
    wrt_part outside = wrt_part_minus(&t->g, d, mediators);
    int *way = wrt_calloc((size_t)t->g.n + 1, sizeof *way);
    const char *x = name_of(t, t->x), *c = name_of(t, node);
    wrt_buf_printf(&text,
                   "%s is a recanting witness: %s acts on it, and it leads to %s past the "
                   "mediators (",
                   c, x, name_of(t, t->y));
    add_way_to(&text, t, node, t->y, &outside, " -> ");
    wrt_buf_add_c(&text, ") and through them (");
    int n = find_way(way, &t->g, &t->g.children, node, d, mediators->has);
    add_way(&text, t, way, n, " -> ");
    wrt_buf_printf(&text,
                   " -> ... -> %s), so it would have to respond to both values of %s at once.",
                   name_of(t, t->y), x);
    free(way);
    return take_words(&text);
}

char *wrt_words_recanting_district(const wrt_two_values *t, int past, int through) {
    wrt_buf text = wrt_buf_make(WORDS_BYTES);
    wrt_part all = wrt_part_all(&t->g), x = wrt_part_new(&t->g);
    wrt_part_add(&x, t->x);
    wrt_part rest = wrt_part_minus(&t->g, &all, &x);
    wrt_buf_printf(&text, "A recanting district: %s and %s are tied by hidden common causes (",
                   name_of(t, past), name_of(t, through));
    add_way_to(&text, t, past, through, &rest, " <-> ");
    wrt_buf_printf(&text,
                   "), yet %s is given one value of %s and %s the other; how the two go together "
                   "is never observed.",
                   name_of(t, past), name_of(t, t->x), name_of(t, through));
    return take_words(&text);
}

/* ---- as data */

static wrt_status estimand_to_json(wrt_json **out, const wrt_counterfactual *answer,
                                   const wrt_counterfactual_query *query, wrt_err *err) {
    int ends[] = {query->treatment->items[0], query->outcome->items[0],
                  wrt_counterfactual_other(query->graph)};
    wrt_node_set fixed = {ends, 3};
    wrt_buf text = wrt_buf_make(FORMULA_BYTES), latex = wrt_buf_make(FORMULA_BYTES);
    wrt_status status = wrt_estimand_write_text(&text, answer->estimand, query->graph, &fixed, err);
    if (status == WRT_OK)
        status = wrt_estimand_write_latex(&latex, answer->estimand, query->graph, &fixed, err);
    if (status == WRT_OK) {
        *out = wrt_json_new_object();
        wrt_json_set_text(*out, "text", text.ptr);
        wrt_json_set_text(*out, "latex", latex.ptr);
    }
    wrt_buf_free(&text);
    wrt_buf_free(&latex);
    return status;
}

static wrt_json *witness_to_json(const wrt_counterfactual *answer, const wrt_graph *graph) {
    static const char *const kinds[] = {"", "node", "district", "hedge"};
    if (answer->witness == WRT_WITNESS_NONE)
        return wrt_json_new_null();
    wrt_json *witness = wrt_json_new_object();
    wrt_json_set_text(witness, "kind", kinds[answer->witness]);
    wrt_json_set(witness, "nodes", wrt_node_set_to_json(graph, &answer->nodes));
    wrt_json_set_text(witness, "text", answer->text);
    return witness;
}

wrt_status wrt_counterfactual_to_json(wrt_json **out, const wrt_counterfactual *answer,
                                      const wrt_counterfactual_query *query, wrt_err *err) {
    wrt_json *estimand = NULL, *steps = wrt_json_new_array();
    wrt_buf asked = wrt_buf_make(FORMULA_BYTES);
    wrt_status status = WRT_OK;
    const char *words;
    *out = NULL;
    if (answer->estimand != NULL)
        status = estimand_to_json(&estimand, answer, query, err);
    for (size_t i = 0; i < answer->n_steps; i++)
        wrt_json_push_text(steps, answer->steps[i]);
    if (status != WRT_OK) {
        wrt_json_free(steps);
        return status;
    }
    wrt_counterfactual_write_query(&asked, answer, query);
    *out = wrt_json_new_object();
    wrt_json_set_text(*out, "effect", wrt_question_name(query->question));
    wrt_json_set_int(*out, "rung", wrt_question_rung(&words, query->question));
    wrt_json_set_text(*out, "question", text_of(&asked));
    wrt_json_set_bool(*out, "identifiable", answer->identifiable);
    wrt_json_set_text(*out, "method", answer->identifiable ? "counterfactual" : "none");
    wrt_json_set(*out, "estimand", estimand != NULL ? estimand : wrt_json_new_null());
    wrt_json_set(*out, "steps", steps);
    wrt_json_set(*out, "hedge", wrt_hedge_to_json(answer->hedge, answer->text, query->graph));
    wrt_json_set(*out, "mediators", wrt_node_set_to_json(query->graph, &answer->mediators));
    wrt_json_set(*out, "witness", witness_to_json(answer, query->graph));
    wrt_buf_free(&asked);
    return WRT_OK;
}
