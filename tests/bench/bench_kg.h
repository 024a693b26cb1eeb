/* bench_kg.h: the parts of bench_kg, one a file; each prints its figures and gives the exit code.
 */
#ifndef TESTS_BENCH_BENCH_KG_H
#define TESTS_BENCH_BENCH_KG_H

double bench_cpu_seconds(void);  /* user and system time of this process so far */
double bench_wall_seconds(void); /* of a monotonic clock */
long bench_peak_kib(void);       /* largest resident set so far */

/* bench_kg load [FILE...]: loads the files into a new graph and opens it. */
int bench_kg_load(int n_files, char **files);

#endif
