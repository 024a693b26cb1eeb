/* variance_oracle.h: asymptotic variance of a least-squares effect in a linear Gaussian model.
 *
 * The coefficient of x in the regression of y on x and z has, times the number of observations,
 * the variance Var(y | x, z) / Var(x | z). Hidden common causes are variables of their own. Shares
 * no code with src. */
#ifndef WRT_TESTS_VARIANCE_ORACLE_H
#define WRT_TESTS_VARIANCE_ORACLE_H

#include "adjustment_oracle.h"

#include <stdint.h>

typedef struct {
    int n;
    double covariance[ORACLE_NODES_MAX][ORACLE_NODES_MAX];
} linear_model;

/* Random coefficients of either sign and random noise; edges must lead from lower to higher nodes.
 */
void linear_model_draw(linear_model *out, const oracle_graph *graph, uint64_t *seed);

double linear_model_variance(const linear_model *model, int x, int y, unsigned z);

#endif
