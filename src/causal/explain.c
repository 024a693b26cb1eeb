/* explain.c: names the bias of a wrong adjustment set.
 *
 * The verdict of the criterion is either a forbidden node or an open path. A forbidden node is
 * named by where it stands; an open path by its first collider: none is confounding, else the
 * collider's place (caused by the treatment, a confounder too, opened by a descendant) decides.
 * The repair is in explain_repair.c. */
#include "causal/explain.h"

#include "base/arena.h"
#include "causal/backdoor.h"
#include "causal/explain_repair.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    int *states; /* first node first */
    size_t n;
} walk;

typedef struct {
    const wrt_effect_query *query;
    const wrt_node_set *set;
    wrt_backdoor backdoor;
    walk path;
    wrt_buf text;
    int culprit; /* a member to drop, or -1 */
} explainer;

static const char *name_of(const explainer *e, int node) {
    return wrt_graph_name(e->query->graph, node);
}

static bool has_mark(const explainer *e, int node, unsigned mark) {
    return (e->backdoor.reach.marks[node] & mark) != 0;
}

/* ---- the open path, node by node */

static walk walk_to(const wrt_reach *reach, int state) {
    walk path = {NULL, 1};
    for (int s = state; reach->from[s] >= 0; s = reach->from[s] / 2)
        path.n++;
    path.states = wrt_calloc(path.n, sizeof *path.states);
    size_t at = path.n;
    for (int s = state; at > 0; s = reach->from[s] / 2)
        path.states[--at] = s;
    return path;
}

static bool is_bidirected(const explainer *e, size_t i) { /* the step from i - 1 to i */
    return e->backdoor.reach.from[e->path.states[i]] % 2 != 0;
}

static bool points_right(const explainer *e, size_t i) { /* the step from i - 1 to i has a head */
    return e->path.states[i] % 2 == WRT_ARRIVE_HEAD;
}

static bool is_collider(const explainer *e, size_t i) {
    return i > 0 && i + 1 < e->path.n && points_right(e, i) &&
           (!points_right(e, i + 1) || is_bidirected(e, i + 1));
}

static int node_at(const explainer *e, size_t i) {
    return e->path.states[i] / 2;
}

/* ---- paths without colliders */

static void explain_common_cause(explainer *e, const char *path) {
    const char *x = name_of(e, node_at(e, 0)), *y = name_of(e, node_at(e, e->path.n - 1));
    size_t turn = 0;
    while (turn + 1 < e->path.n && !points_right(e, turn + 1))
        turn++;
    bool is_hidden_arc = turn + 1 < e->path.n && is_bidirected(e, turn + 1);
    wrt_buf_add_c(&e->text, "Confounding is left open. ");
    if (is_hidden_arc)
        wrt_buf_printf(&e->text, "An unobserved common cause of %s and %s",
                       name_of(e, node_at(e, turn)), name_of(e, node_at(e, turn + 1)));
    else if (turn + 1 == e->path.n)
        wrt_buf_printf(&e->text, "The outcome %s itself", y);
    else
        wrt_buf_printf(&e->text, "%s%s", name_of(e, node_at(e, turn)),
                       wrt_graph_is_latent(e->query->graph, node_at(e, turn))
                           ? ", which is not observed,"
                           : "");
    if (turn + 1 == e->path.n)
        wrt_buf_printf(&e->text, " stands before %s (%s)", x, path);
    else
        wrt_buf_printf(&e->text, " makes %s and %s vary together (%s)", x, y, path);
    wrt_buf_printf(&e->text, ": part of their association is not the effect of %s.", x);
}

static wrt_bias_kind explain_open(explainer *e, const char *path) {
    size_t rights = 0;
    for (size_t i = 1; i < e->path.n; i++)
        rights += points_right(e, i) && !is_bidirected(e, i);
    if (rights + 1 < e->path.n) {
        explain_common_cause(e, path);
        return WRT_BIAS_CONFOUNDING;
    }
    wrt_buf_printf(&e->text,
                   "The path %s carries an indirect effect; while it is open the direct effect is "
                   "mixed with it.",
                   path);
    return WRT_BIAS_INDIRECT_PATH;
}

/* ---- paths with a collider */

static bool path_passes(const wrt_reach *reach, int state, int node) {
    for (int s = state; s >= 0; s = reach->from[s] < 0 ? -1 : reach->from[s] / 2)
        if (s / 2 == node)
            return true;
    return false;
}

/* Without the collider in the set, is a path through it open? Then it is a confounder too. */
static bool is_needed(explainer *e, int collider) {
    wrt_node_set rest = wrt_repair_without(e->set, collider);
    int state = wrt_backdoor_open_path(&e->backdoor, &rest);
    bool is_on_path = state >= 0 && path_passes(&e->backdoor.reach, state, collider);
    wrt_node_set_free(&rest);
    return is_on_path;
}

static int opener_of(explainer *e, int collider) {
    int state =
        wrt_reach_run_from(&e->backdoor.reach, &WRT_REACH_DESCENDANTS, collider, WRT_MARK_GIVEN);
    return state < 0 ? collider : state / 2;
}

/* What leads to the collider over one step of the path: a node, or a hidden cause shared with it.
 */
static char *side_of(const explainer *e, size_t step, size_t other) {
    wrt_buf text = wrt_buf_make(WRT_KIB(2));
    if (is_bidirected(e, step))
        wrt_buf_add_c(&text, "an unobserved cause shared with ");
    wrt_buf_add_c(&text, name_of(e, node_at(e, other)));
    return wrt_buf_take(&text);
}

typedef struct {
    int node;
    char *left, *right;
    const char *path;
} meeting;

static wrt_bias_kind name_meeting(explainer *e, const meeting *m) {
    const char *name = name_of(e, m->node);
    if (e->culprit != m->node) {
        wrt_buf_printf(&e->text,
                       "A collider is opened by its descendant. %s and %s meet in %s (%s), and "
                       "%s, a descendant of %s, is in the set: given it they become associated.",
                       m->left, m->right, name, m->path, name_of(e, e->culprit), name);
        return WRT_BIAS_COLLIDER_DESCENDANT;
    }
    if (has_mark(e, m->node, WRT_MARK_REACHED)) {
        wrt_buf_printf(&e->text,
                       "Selection bias. %s descends from the treatment, and %s acts on it too "
                       "(%s): among those with the same %s they become associated.",
                       name, m->right, m->path, name);
        return WRT_BIAS_SELECTION;
    }
    if (is_needed(e, m->node)) {
        wrt_buf_printf(&e->text,
                       "Butterfly bias. %s is a confounder and a collider at once: leaving it out "
                       "leaves confounding open, adjusting for it alone opens %s.",
                       name, m->path);
        return WRT_BIAS_BUTTERFLY;
    }
    wrt_buf_printf(&e->text,
                   "M-bias. %s is a collider, to which %s and %s lead: adjusting for it opens a "
                   "path that was closed (%s).",
                   name, m->left, m->right, m->path);
    return WRT_BIAS_M;
}

/* Reads the path before any further walk, which would overwrite it. */
static wrt_bias_kind explain_collider(explainer *e, size_t at, const char *path) {
    meeting m = {node_at(e, at), side_of(e, at, at - 1), side_of(e, at + 1, at + 1), path};
    e->culprit = wrt_node_set_has(e->set, m.node) ? m.node : opener_of(e, m.node);
    wrt_bias_kind kind = name_meeting(e, &m);
    free(m.left);
    free(m.right);
    return kind;
}

static wrt_bias_kind explain_path(explainer *e, int state) {
    char *path = wrt_reach_path(&e->backdoor.reach, state);
    size_t at = 0;
    e->path = walk_to(&e->backdoor.reach, state);
    while (at < e->path.n && !is_collider(e, at))
        at++;
    wrt_bias_kind kind = at < e->path.n ? explain_collider(e, at, path) : explain_open(e, path);
    free(path);
    return kind;
}

/* ---- forbidden nodes */

static bool descends_from(explainer *e, int node, unsigned mark) {
    return has_mark(e, node, mark) ||
           wrt_reach_run_from(&e->backdoor.reach, &WRT_REACH_ANCESTORS, node, mark) >= 0;
}

/* The treatment causes the node by a path around the outcome. */
static bool is_caused_apart(explainer *e, int node) {
    wrt_reach_rules up = WRT_REACH_ANCESTORS;
    up.enter.ban = WRT_MARK_OUTCOME;
    return wrt_reach_run_from(&e->backdoor.reach, &up, node, WRT_MARK_TREATMENT) >= 0;
}

static wrt_bias_kind explain_forbidden(explainer *e, int node) {
    const char *name = name_of(e, node);
    e->culprit = node;
    if (descends_from(e, node, WRT_MARK_OUTCOME)) {
        bool is_shared = is_caused_apart(e, node);
        wrt_buf_printf(&e->text,
                       is_shared
                           ? "Selection bias. %s descends from the treatment and from the outcome: "
                             "among those with the same %s, treatment and outcome are associated "
                             "even without an effect."
                           : "%s descends from the outcome: comparing people with the same %s "
                             "removes part of what the treatment did.",
                       name, name);
        return is_shared ? WRT_BIAS_SELECTION : WRT_BIAS_DESCENDANT_OF_OUTCOME;
    }
    if (has_mark(e, node, WRT_MARK_CAUSAL)) {
        wrt_buf_printf(&e->text,
                       "%s is a mediator: the treatment works through it, and adjusting for it "
                       "blocks that part of the effect.",
                       name);
        return WRT_BIAS_MEDIATOR;
    }
    wrt_buf_printf(&e->text,
                   "%s descends from a mediator: adjusting for it shuts off part of the effect and "
                   "can open paths into the mediator.",
                   name);
    return WRT_BIAS_DESCENDANT_OF_MEDIATOR;
}

/* ---- the whole */

static void explain_set(wrt_explanation *out, explainer *e) {
    int forbidden = wrt_backdoor_forbidden_member(&e->backdoor, e->set);
    int open = forbidden >= 0 ? -1 : wrt_backdoor_open_path(&e->backdoor, e->set);
    if (forbidden >= 0)
        out->kind = explain_forbidden(e, forbidden);
    else if (open >= 0)
        out->kind = explain_path(e, open);
    else if (!e->backdoor.has_causal_path)
        wrt_buf_add_c(&e->text,
                      "The set is valid. There is no causal path, so the effect is zero.");
    else
        wrt_buf_add_c(&e->text, "The set is valid: it closes every path that is not part of the "
                                "effect and touches none that is.");
}

wrt_status wrt_explain_adjustment(wrt_explanation *out, const wrt_effect_query *query,
                                  const wrt_node_set *set, wrt_err *err) {
    *out = (wrt_explanation){0};
    explainer e = {.query = query, .set = set, .culprit = -1, .text = wrt_buf_make(WRT_MIB(1))};
    wrt_buf repair = wrt_buf_make(WRT_MIB(1));
    wrt_status status = wrt_backdoor_init(&e.backdoor, query, err);
    if (status == WRT_OK)
        status = wrt_backdoor_check_members(&e.backdoor, set, "set", err);
    if (status == WRT_OK && e.backdoor.selection_path != NULL) {
        out->kind = WRT_BIAS_SELECTION;
        wrt_buf_printf(
            &e.text,
            "Selection bias: the data hold selected units only, and %s ties selection to "
            "the outcome, so what is seen in them is not what holds for all.",
            e.backdoor.selection_path);
        wrt_buf_add_c(&repair, "No set of covariates repairs this; data on the units that were not "
                               "selected, or the probability of selection, are needed.");
        out->text = wrt_buf_take(&e.text);
        out->repair = wrt_buf_take(&repair);
    } else if (status == WRT_OK) {
        explain_set(out, &e);
        if (out->kind != WRT_BIAS_NONE)
            wrt_repair_suggest(&repair, query, set, e.culprit);
        out->text = wrt_buf_take(&e.text);
        out->repair = wrt_buf_take(&repair);
    }
    free(e.path.states);
    wrt_buf_free(&e.text);
    wrt_buf_free(&repair);
    wrt_backdoor_free(&e.backdoor);
    return status;
}

void wrt_explanation_free(wrt_explanation *explanation) {
    if (explanation == NULL)
        return;
    free(explanation->text);
    free(explanation->repair);
    *explanation = (wrt_explanation){0};
}

const char *wrt_bias_name(wrt_bias_kind kind) {
    static const char *const names[] = {
        [WRT_BIAS_NONE] = "none",
        [WRT_BIAS_CONFOUNDING] = "confounding",
        [WRT_BIAS_INDIRECT_PATH] = "indirect_path",
        [WRT_BIAS_M] = "m_bias",
        [WRT_BIAS_BUTTERFLY] = "butterfly",
        [WRT_BIAS_COLLIDER_DESCENDANT] = "collider_descendant",
        [WRT_BIAS_SELECTION] = "selection",
        [WRT_BIAS_MEDIATOR] = "mediator",
        [WRT_BIAS_DESCENDANT_OF_MEDIATOR] = "descendant_of_mediator",
        [WRT_BIAS_DESCENDANT_OF_OUTCOME] = "descendant_of_outcome",
    };
    return names[kind];
}
