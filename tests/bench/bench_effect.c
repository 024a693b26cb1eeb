/* bench_effect.c: what estimates cost, and how often they are right; not part of ctest.
 *
 *     bench_effect speed ROWS COLUMNS FOLDS DRAWS THREADS [FILE SHOWN]
 *     bench_effect coverage [SETS [NAME]]
 *
 * effect_peers.py runs `speed` beside numpy and EconML. Errors on data whose effect is known (IHDP,
 * ACIC, job training, NHEFS), beside EconML and DoWhy: effect_truth.py. Large tables: bench_table.
 */
#include "tests/bench/bench_effect.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "speed") == 0)
        return bench_effect_speed(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "coverage") == 0)
        return bench_effect_coverage(argc - 1, argv + 1);
    fputs("usage: bench_effect speed ROWS COLUMNS FOLDS DRAWS THREADS [FILE SHOWN]\n"
          "       bench_effect coverage [SETS [NAME]]\n"
          "errors where the truth is known: python3 tests/bench/effect_truth.py WARRANT\n",
          stderr);
    return 2;
}
