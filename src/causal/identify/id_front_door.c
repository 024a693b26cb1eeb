/* id_front_door.c: front-door sets of sets of treatments and outcomes (Pearl 1995; Jeong, Tian,
 * Bareinboim 2022).
 *
 * M is one when (1) every directed path from treatment to outcome meets it, (2) no back-door path
 * from the treatment to it is open, (3) every back-door path from it to the outcome is closed by
 * the treatment. (2) holds node by node. A node that breaks (3) in a set breaks it in every part of
 * that set, because taking a member out brings its edges back; so taking out the nodes that break
 * it until none does leaves the largest set that fulfils (2) and (3), and (1) is easiest for that
 * one. The same with fewer candidates tells whether a part of the set will do. The work is limited:
 * in a graph of very many nodes a set may be missed, or not be minimal. */
#include "causal/identify/id.h"
#include "causal/reach.h"

#include <stdlib.h>
#include <string.h>

enum { STEPS_MAX = 100000000 };
enum { MEDIATOR = WRT_MARK_INCLUDED, EVERY_NODE = WRT_MARK_ANCESTOR };

typedef struct {
    const wrt_identify_query *query;
    wrt_reach reach;
    size_t n;
    size_t steps; /* beyond STEPS_MAX nothing more is found or taken out */
} finder;

static bool is_mediator(const finder *f, size_t v) {
    return (f->reach.marks[v] & MEDIATOR) != 0;
}

/* Takes away the mark MEDIATOR from the nodes that the last run visited. */
static bool drop_visited(finder *f) {
    bool changed = false;
    for (size_t i = 0; i < f->reach.visited; i++) {
        unsigned short *marks = &f->reach.marks[f->reach.queue[i] / 2];
        changed = changed || (*marks & MEDIATOR) != 0;
        *marks &= (unsigned short)~MEDIATOR;
    }
    return changed;
}

/* Marks the observed nodes that fulfil (2). */
static void mark_candidates(finder *f) {
    const wrt_node_set nothing = {0};
    wrt_reach_rules rules = WRT_REACH_CONNECTED;
    rules.cut_from = WRT_MARK_TREATMENT;
    rules.cut_into = EVERY_NODE;
    wrt_reach_mark_set(&f->reach, f->query->treatment, WRT_MARK_TREATMENT);
    wrt_reach_mark_set(&f->reach, f->query->outcome, WRT_MARK_OUTCOME);
    for (size_t v = 0; v < f->n; v++) {
        bool ends = (f->reach.marks[v] & (WRT_MARK_TREATMENT | WRT_MARK_OUTCOME)) != 0;
        f->reach.marks[v] |= EVERY_NODE;
        if (!ends && !wrt_graph_is_latent(f->query->graph, (int)v))
            f->reach.marks[v] |= MEDIATOR;
    }
    wrt_reach_condition(&f->reach, &rules, &nothing);
    wrt_reach_run(&f->reach, &rules, WRT_MARK_TREATMENT, 0);
    drop_visited(f);
}

/* Does a directed path from treatment to outcome miss the mediators? */
static bool leads_past(finder *f) {
    wrt_reach_rules rules = WRT_REACH_DESCENDANTS;
    rules.enter.ban = MEDIATOR;
    return wrt_reach_run(&f->reach, &rules, WRT_MARK_TREATMENT, WRT_MARK_OUTCOME) >= 0;
}

/* Leaves the largest part of the marked nodes that fulfils (3); true when (1) holds for it. */
static bool settle(finder *f) {
    wrt_reach_rules rules = WRT_REACH_CONNECTED;
    rules.cut_from = MEDIATOR;
    rules.cut_into = EVERY_NODE;
    do {
        f->steps += f->n;
        if (f->steps > STEPS_MAX)
            return false;
        wrt_reach_condition(&f->reach, &rules, f->query->treatment);
        wrt_reach_run(&f->reach, &rules, WRT_MARK_OUTCOME, 0);
    } while (drop_visited(f));
    return !leads_past(f);
}

/* ---- a minimal one */

typedef struct {
    const char *name;
    int node;
} named;

static int compare_named(const void *a, const void *b) {
    return strcmp(((const named *)a)->name, ((const named *)b)->name);
}

static void mark_members(finder *f, const named *members, size_t n, size_t skip, size_t skipped) {
    wrt_reach_clear_mark(&f->reach, MEDIATOR);
    for (size_t i = 0; i < n; i++)
        if (i < skip || i >= skip + skipped)
            f->reach.marks[members[i].node] |= MEDIATOR;
}

/* Keeps the members that are still marked; returns their number. */
static size_t keep_marked(const finder *f, named *members, size_t n) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (is_mediator(f, (size_t)members[i].node))
            members[kept++] = members[i];
    return kept;
}

/* Does without half of the members, then a quarter and so on down to each one alone. */
static size_t reduce(finder *f, named *members, size_t n) {
    for (size_t chunk = n / 2 > 0 ? n / 2 : 1;; chunk /= 2) {
        for (size_t at = 0; at < n;) {
            mark_members(f, members, n, at, chunk);
            if (settle(f))
                n = keep_marked(f, members, n);
            else
                at += chunk;
        }
        if (chunk == 1)
            return n;
    }
}

static void find_minimal(wrt_node_set *out, finder *f) {
    named *members = wrt_calloc(f->n + 1, sizeof *members);
    size_t n = 0;
    for (size_t v = 0; v < f->n; v++)
        if (is_mediator(f, v))
            members[n++] = (named){wrt_graph_name(f->query->graph, (int)v), (int)v};
    if (n > 0)
        qsort(members, n, sizeof *members, compare_named);
    n = reduce(f, members, n);
    *out = (wrt_node_set){wrt_calloc(n + 1, sizeof(int)), n};
    for (size_t i = 0; i < n; i++)
        out->items[i] = members[i].node;
    if (n > 0)
        qsort(out->items, n, sizeof *out->items, wrt_ints_compare);
    free(members);
}

bool wrt_id_front_door(wrt_node_set *out, const wrt_identify_query *query) {
    finder f = {.query = query, .n = wrt_graph_count(query->graph)};
    wrt_reach_init(&f.reach, query->graph);
    *out = (wrt_node_set){0};
    wrt_reach_mark_set(&f.reach, query->treatment, WRT_MARK_TREATMENT);
    wrt_reach_mark_set(&f.reach, query->outcome, WRT_MARK_OUTCOME);
    bool found = leads_past(&f); /* there is a directed path at all */
    if (found) {
        mark_candidates(&f);
        found = settle(&f);
    }
    if (found)
        find_minimal(out, &f);
    wrt_reach_free(&f.reach);
    return found;
}
