/* bench_pubmed_store.h: the parts of bench_pubmed that work on the local store. */
#ifndef WRT_BENCH_PUBMED_STORE_H
#define WRT_BENCH_PUBMED_STORE_H

/* Ingests the files into a fresh store at paths[0] and prints rates, memory and sizes. */
int bench_ingest(int n, char **paths);

/* Asks the store at paths[0] the questions of PubMedQA (paths[1]); adds their records (contexts as
 * abstract, PMID as there) to a copy of the store in memory of the file first when paths[2] is
 * "add". Prints recall and times. */
int bench_query(int n, char **paths);

#endif
