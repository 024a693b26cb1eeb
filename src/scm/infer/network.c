/* network.c: building factors from mechanisms, and eliminating nodes. */
#include "scm/infer/network.h"

#include "base/arena.h"
#include "scm/infer/order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void wrt_scm_network_init(wrt_scm_network *out, const wrt_scm *scm) {
    *out = (wrt_scm_network){.scm = scm};
}

void wrt_scm_network_free(wrt_scm_network *network) {
    for (size_t i = 0; i < network->n_factors; i++)
        free(network->factors[i].p);
    free(network->factors);
    network->factors = NULL;
    network->n_factors = network->capacity = 0;
}

static const char *name_of(const wrt_scm_network *network, uint16_t node) {
    size_t n = wrt_scm_count(network->scm);
    return wrt_scm_variable_at(network->scm, node < n ? node : node - n)->name;
}

static wrt_status too_large(wrt_err *err, const wrt_scm_network *network, uint16_t node,
                            double cells) {
    return wrt_fail(err, WRT_E_LIMIT,
                    "exact inference needs a table of %.3g cells at \"%s\" (limit %d): give more "
                    "evidence, or sample",
                    cells, name_of(network, node), WRT_SCM_CELLS_MAX);
}

/* ---- factors */

wrt_status wrt_scm_network_add(wrt_scm_factor **out, wrt_scm_network *network,
                               const uint16_t *nodes, size_t n, wrt_err *err) {
    double cells = 1.0;
    for (size_t i = 0; i < n; i++)
        cells *= network->card[nodes[i]];
    if (cells > WRT_SCM_CELLS_MAX || n > WRT_SCM_SCOPE_MAX)
        return too_large(err, network, nodes[n - 1], cells);
    if (network->n_factors == network->capacity) {
        network->capacity = network->capacity * 2 + 16;
        network->factors =
            wrt_realloc(network->factors, network->capacity * sizeof *network->factors);
    }
    wrt_scm_factor *f = &network->factors[network->n_factors++];
    *f = (wrt_scm_factor){.n = n, .cells = (size_t)cells};
    if (n > 0)
        memcpy(f->nodes, nodes, n * sizeof *nodes);
    f->p = wrt_calloc(network->is_rehearsal ? 1 : f->cells, sizeof *f->p);
    *out = f;
    return WRT_OK;
}

/* The numbers of the rows that agree with what is pinned, the last free parent varying fastest. */
static uint64_t *list_rows(const wrt_scm *scm, const wrt_scm_variable *v, const wrt_scm_slot *slots,
                           size_t n) {
    uint64_t *numbers = wrt_calloc(n, sizeof *numbers);
    uint64_t stride = 1;
    size_t repeat = 1;
    for (size_t j = v->n_parents; j-- > 0;) {
        size_t k = wrt_scm_variable_at(scm, v->parents[j])->n_values;
        const wrt_scm_slot *slot = &slots[v->parents[j]];
        for (size_t i = 0; i < n; i++)
            numbers[i] += stride * (slot->is_pinned ? slot->value : i / repeat % k);
        repeat *= slot->is_pinned ? 1 : k;
        stride *= k;
    }
    return numbers;
}

static void fill_rows(wrt_scm_factor *f, const double *rows, size_t n, size_t k,
                      const wrt_scm_slot *child) {
    if (!child->is_pinned)
        memcpy(f->p, rows, n * k * sizeof *rows);
    else
        for (size_t i = 0; i < n; i++)
            f->p[i] = rows[i * k + child->value];
}

static wrt_status ask_rows(wrt_scm_factor *f, const wrt_scm_world *world, size_t variable,
                           const wrt_scm_slot *slots, wrt_err *err) {
    const wrt_scm_variable *v = wrt_scm_variable_at(world->scm, variable);
    const wrt_scm_slot *child = &slots[variable];
    size_t k = v->n_values, n = child->is_pinned ? f->cells : f->cells / k;
    uint64_t *numbers = list_rows(world->scm, v, slots, n);
    double *rows = wrt_calloc(n * k, sizeof *rows);
    wrt_status status = world->rows.ask(rows, world->rows.ctx, variable, numbers, n, err);
    if (status == WRT_OK)
        fill_rows(f, rows, n, k, child);
    free(rows);
    free(numbers);
    return status;
}

wrt_status wrt_scm_network_count_rows(wrt_scm_network *network, const wrt_scm_world *world,
                                      size_t variable, double rows, wrt_err *err) {
    const wrt_scm_variable *v = wrt_scm_variable_at(world->scm, variable);
    if (v->table != NULL)
        return WRT_OK;
    network->n_rows += rows;
    if (network->n_rows > (double)world->rows_max)
        return wrt_fail(err, WRT_E_LIMIT,
                        "an exact answer would ask for %.3g rows or more, most of them at \"%s\" "
                        "(limit %zu): give more evidence, sample, or raise the limit",
                        network->n_rows, v->name, world->rows_max);
    return WRT_OK;
}

wrt_status wrt_scm_network_add_mechanism(wrt_scm_network *network, const wrt_scm_world *world,
                                         size_t variable, const wrt_scm_slot *slots, wrt_err *err) {
    const wrt_scm_variable *v = wrt_scm_variable_at(world->scm, variable);
    uint16_t nodes[WRT_SCM_VARIABLES_MAX + 1];
    size_t n = 0;
    uint64_t rows = 0;
    wrt_scm_factor *f = NULL;
    for (size_t j = 0; j <= v->n_parents; j++) {
        size_t u = j < v->n_parents ? v->parents[j] : variable;
        if (slots[u].is_pinned)
            continue;
        network->card[slots[u].node] = (uint8_t)wrt_scm_variable_at(world->scm, u)->n_values;
        nodes[n++] = slots[u].node;
    }
    wrt_status status = wrt_scm_row_count(&rows, world->scm, variable, err);
    if (status == WRT_OK)
        status = wrt_scm_network_add(&f, network, nodes, n, err);
    if (status == WRT_OK && f != NULL)
        status = wrt_scm_network_count_rows(
            network, world, variable,
            (double)f->cells / (slots[variable].is_pinned ? 1.0 : (double)v->n_values), err);
    if (status != WRT_OK || f == NULL || network->is_rehearsal)
        return status;
    return ask_rows(f, world, variable, slots, err);
}

wrt_status wrt_scm_network_add_drawn(wrt_scm_network *network, const wrt_scm_world *world,
                                     size_t variable, wrt_scm_slot slot, wrt_err *err) {
    size_t k = wrt_scm_variable_at(world->scm, variable)->n_values;
    wrt_scm_factor *f = NULL;
    if (!slot.is_pinned)
        network->card[slot.node] = (uint8_t)k;
    wrt_status status = wrt_scm_network_add(&f, network, &slot.node, slot.is_pinned ? 0 : 1, err);
    if (status == WRT_OK && f != NULL && !network->is_rehearsal)
        fill_rows(f, world->drawn[variable], 1, k, &slot);
    return status;
}

/* ---- one elimination */

typedef struct {
    const double *p;
    size_t stride[WRT_SCM_SCOPE_MAX]; /* by position in the scope of the product */
    size_t own;                       /* stride of the node that is summed out */
    size_t at;
} operand;

static size_t stride_of(const wrt_scm_factor *f, const uint8_t *card, uint16_t node) {
    size_t stride = 1;
    for (size_t i = f->n; i-- > 0; stride *= card[f->nodes[i]])
        if (f->nodes[i] == node)
            return stride;
    return 0;
}

static bool holds(const wrt_scm_factor *f, uint16_t node) {
    for (size_t i = 0; i < f->n; i++)
        if (f->nodes[i] == node)
            return true;
    return false;
}

static void step(operand *operands, size_t n, uint8_t *digit, const wrt_scm_factor *out,
                 const uint8_t *card) {
    for (size_t d = out->n; d-- > 0;) {
        size_t last = (size_t)card[out->nodes[d]] - 1;
        if (digit[d] < last) {
            digit[d]++;
            for (size_t i = 0; i < n; i++)
                operands[i].at += operands[i].stride[d];
            return;
        }
        digit[d] = 0;
        for (size_t i = 0; i < n; i++)
            operands[i].at -= operands[i].stride[d] * last;
    }
}

/* out = sum over k values of the product of the operands. */
static void sum_products(wrt_scm_factor *out, operand *operands, size_t n, size_t k,
                         const uint8_t *card) {
    uint8_t digit[WRT_SCM_SCOPE_MAX] = {0};
    for (size_t cell = 0; cell < out->cells; cell++) {
        double sum = 0.0;
        for (size_t x = 0; x < k; x++) {
            double product = 1.0;
            for (size_t i = 0; i < n; i++)
                product *= operands[i].p[operands[i].at + x * operands[i].own];
            sum += product;
        }
        out->p[cell] = sum;
        step(operands, n, digit, out, card);
    }
}

/* Divides by the power of two below the largest cell and returns its exponent. */
static int rescale(wrt_scm_factor *f) {
    double most = 0.0;
    int exponent = 0;
    for (size_t i = 0; i < f->cells; i++)
        most = f->p[i] > most ? f->p[i] : most;
    if (most <= 0.0 || most > 0x1p-200)
        return 0;
    (void)frexp(most, &exponent);
    for (size_t i = 0; i < f->cells; i++)
        f->p[i] = ldexp(f->p[i], -exponent);
    return exponent;
}

typedef struct {
    wrt_scm_network *network;
    double exponent; /* of two, taken out of the tables */
    double widest, work;
} solver;

/* Multiplies the factors listed and sums out `node` (when is_summed) into a new factor. */
static wrt_status combine(solver *s, const size_t *list, size_t n, const uint16_t *scope,
                          size_t n_scope, const uint16_t *node, wrt_err *err) {
    wrt_scm_network *network = s->network;
    wrt_scm_factor *out = NULL;
    wrt_status status = wrt_scm_network_add(&out, network, scope, n_scope, err);
    if (status != WRT_OK || out == NULL)
        return status;
    operand *operands = wrt_calloc(n, sizeof *operands);
    for (size_t i = 0; i < n; i++) {
        const wrt_scm_factor *f = &network->factors[list[i]];
        operands[i].p = f->p;
        operands[i].own = node != NULL ? stride_of(f, network->card, *node) : 0;
        for (size_t j = 0; j < n_scope; j++)
            operands[i].stride[j] = stride_of(f, network->card, scope[j]);
    }
    sum_products(out, operands, n, node != NULL ? network->card[*node] : 1, network->card);
    s->exponent += rescale(out);
    s->widest = fmax(s->widest, (double)out->cells);
    for (size_t i = 0; i < n; i++) {
        free(network->factors[list[i]].p);
        network->factors[list[i]].p = NULL;
    }
    free(operands);
    return WRT_OK;
}

/* The nodes of the factors listed, in order of first mention, without `node` when it is not NULL.
 */
static size_t join_scopes(uint16_t *scope, const wrt_scm_network *network, const size_t *list,
                          size_t n, const uint16_t *node) {
    bool in_scope[WRT_SCM_NODES_MAX] = {false};
    size_t n_scope = 0;
    if (node != NULL)
        in_scope[*node] = true;
    for (size_t i = 0; i < n; i++) {
        const wrt_scm_factor *f = &network->factors[list[i]];
        for (size_t j = 0; j < f->n; j++) {
            if (in_scope[f->nodes[j]])
                continue;
            in_scope[f->nodes[j]] = true;
            scope[n_scope++] = f->nodes[j];
        }
    }
    return n_scope;
}

/* Factors lie above 2^-200 at their largest cells, so that products of a few cannot underflow
 * there. */
enum { TOGETHER = 4 };

/* Multiplies the factors listed, a few at a time, and sums out `node` in the last product. */
static wrt_status multiply(solver *s, size_t *list, size_t n, const uint16_t *node, wrt_err *err) {
    uint16_t scope[WRT_SCM_NODES_MAX];
    wrt_status status = WRT_OK;
    while (n > TOGETHER && status == WRT_OK) {
        n -= TOGETHER;
        size_t n_scope = join_scopes(scope, s->network, list + n, TOGETHER, NULL);
        status = combine(s, list + n, TOGETHER, scope, n_scope, NULL, err);
        list[n++] = s->network->n_factors - 1;
    }
    if (status != WRT_OK)
        return status;
    return combine(s, list, n, scope, join_scopes(scope, s->network, list, n, node), node, err);
}

static wrt_status sum_out(solver *s, uint16_t node, wrt_err *err) {
    const wrt_scm_network *network = s->network;
    size_t n = 0, *list = wrt_calloc(network->n_factors, sizeof *list);
    for (size_t i = 0; i < network->n_factors; i++)
        if (network->factors[i].p != NULL && holds(&network->factors[i], node))
            list[n++] = i;
    wrt_status status = n > 0 ? multiply(s, list, n, &node, err) : WRT_OK;
    free(list);
    return status;
}

/* ---- solving */

/* Marks the nodes joined to the kept ones by factors. */
static void mark_attached(bool *attached, const wrt_scm_network *network) {
    for (bool grew = true; grew;) {
        grew = false;
        for (size_t i = 0; i < network->n_factors; i++) {
            const wrt_scm_factor *f = &network->factors[i];
            size_t n = 0;
            for (size_t j = 0; f->p != NULL && j < f->n; j++)
                n += attached[f->nodes[j]];
            if (n == 0 || n == f->n)
                continue;
            for (size_t j = 0; j < f->n; j++)
                attached[f->nodes[j]] = true;
            grew = true;
        }
    }
}

static wrt_status eliminate_all(solver *s, const bool *chosen, wrt_err *err) {
    wrt_scm_order order;
    wrt_scm_order_find(&order, s->network, chosen);
    if (order.widest > WRT_SCM_CELLS_MAX)
        return too_large(err, s->network, order.at, order.widest);
    if (s->work + order.cells > WRT_SCM_WORK_MAX)
        return wrt_fail(err, WRT_E_LIMIT,
                        "exact inference needs tables of %.3g cells in all (limit %d): give more "
                        "evidence, or sample",
                        s->work + order.cells, WRT_SCM_WORK_MAX);
    s->work += order.cells;
    wrt_status status = WRT_OK;
    for (size_t i = 0; i < order.n && status == WRT_OK && !s->network->is_rehearsal; i++)
        status = sum_out(s, order.nodes[i], err);
    return status;
}

/* Evidence slices tables down to cells that may be as small as any; see TOGETHER. */
static void rescale_all(solver *s) {
    for (size_t i = 0; i < s->network->n_factors; i++)
        s->exponent += rescale(&s->network->factors[i]);
}

/* Drops the factors over detached nodes; what they sum to stays unknown. */
static void drop_detached(wrt_scm_network *network, const bool *detached) {
    for (size_t i = 0; i < network->n_factors; i++) {
        wrt_scm_factor *f = &network->factors[i];
        if (f->p == NULL || f->n == 0 || !detached[f->nodes[0]])
            continue;
        free(f->p);
        f->p = NULL;
    }
}

static wrt_status normalise(wrt_scm_solution *out, const solver *s, wrt_err *err) {
    double sum = 0.0;
    for (size_t i = 0; i < out->cells; i++)
        sum += out->p[i];
    if (!(sum > 0.0))
        return wrt_fail(err, WRT_E_NOT_FOUND, "what is given has probability 0 in this model");
    for (size_t i = 0; i < out->cells; i++)
        out->p[i] /= sum;
    out->log_total += log(sum) + s->exponent * log(2.0);
    return WRT_OK;
}

/* Multiplies what is left into one table over the kept nodes. */
static wrt_status finish(wrt_scm_solution *out, solver *s, const uint16_t *keep, size_t n_keep,
                         wrt_err *err) {
    wrt_scm_network *network = s->network;
    size_t n = 0, *list = wrt_calloc(network->n_factors + 1, sizeof *list);
    for (size_t i = 0; i < network->n_factors; i++)
        if (network->factors[i].p != NULL)
            list[n++] = i;
    wrt_status status = n > TOGETHER ? multiply(s, list, n, NULL, err) : WRT_OK;
    if (n > TOGETHER) {
        list[0] = network->n_factors - 1;
        n = 1;
    }
    if (status == WRT_OK)
        status = combine(s, list, n, keep, n_keep, NULL, err);
    free(list);
    if (status != WRT_OK)
        return status;
    wrt_scm_factor *last = &network->factors[network->n_factors - 1];
    out->p = last->p;
    out->cells = last->cells;
    out->widest = s->widest;
    out->work = s->work;
    last->p = NULL;
    status = normalise(out, s, err);
    if (status != WRT_OK) {
        free(out->p);
        out->p = NULL;
    }
    return status;
}

wrt_status wrt_scm_network_solve(wrt_scm_solution *out, wrt_scm_network *network,
                                 const uint16_t *keep, size_t n_keep, wrt_err *err) {
    bool attached[WRT_SCM_NODES_MAX] = {false}, detached[WRT_SCM_NODES_MAX] = {false};
    bool kept[WRT_SCM_NODES_MAX] = {false};
    solver s = {.network = network};
    *out = (wrt_scm_solution){0};
    for (size_t i = 0; i < n_keep; i++)
        attached[keep[i]] = kept[keep[i]] = true;
    mark_attached(attached, network);
    for (size_t i = 0; i < network->n_factors; i++)
        for (size_t j = 0; j < network->factors[i].n; j++)
            detached[network->factors[i].nodes[j]] = !attached[network->factors[i].nodes[j]];
    for (size_t i = 0; i < WRT_SCM_NODES_MAX; i++)
        attached[i] = attached[i] && !kept[i];
    if (!network->is_rehearsal)
        rescale_all(&s);
    wrt_status status = eliminate_all(&s, attached, err);
    if (status != WRT_OK || network->is_rehearsal)
        return status;
    if (eliminate_all(&s, detached, NULL) == WRT_E_LIMIT) {
        drop_detached(network, detached);
        out->log_total = (double)NAN;
    }
    return finish(out, &s, keep, n_keep, err);
}
