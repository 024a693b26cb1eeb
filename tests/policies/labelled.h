/* labelled.h: files of labelled texts, and figures that must stand in a document. */
#ifndef TESTS_POLICIES_LABELLED_H
#define TESTS_POLICIES_LABELLED_H

#include <stddef.h>

/* Calls `visit` with the fields of every line of tests/policies/NAME (tab-separated, the last field
 * takes the rest; lines that begin with # are left out). Fails on a line with fewer fields. Returns
 * the number of lines. */
size_t each_labelled(const char *name, size_t n_fields,
                     void (*visit)(char *const *fields, void *ctx), void *ctx);

/* Fails, and prints `table`, unless every line of it stands in policies/NAME, in this order. */
void assert_published(const char *name, const char *table);

#endif
