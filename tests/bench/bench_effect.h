/* bench_effect.h: the parts of bench_effect; argv[0] is the name of the part. Each returns an exit
 * status. */
#ifndef WRT_TESTS_BENCH_EFFECT_H
#define WRT_TESTS_BENCH_EFFECT_H

int bench_effect_speed(int argc, char **argv);
int bench_effect_coverage(int argc, char **argv);

#endif
