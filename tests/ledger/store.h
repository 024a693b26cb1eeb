/* store.h: a throw-away store of runs for the tests of the ledger. */
#ifndef TESTS_LEDGER_STORE_H
#define TESTS_LEDGER_STORE_H

#include "base/db.h"
#include "ledger/audit.h"
#include "tests/support/tree.h"

typedef struct {
    char folder[40]; /* made by mkdtemp */
    wrt_ledger *ledger;
    wrt_db *raw; /* a second connection, to tamper with; fast and not durable */
    char run[WRT_RUN_ID_MAX];
} test_store;

enum { TEST_RUN_EVENTS = 8 };

int test_store_setup(void **state); /* an empty store */
int test_store_teardown(void **state);

/* The same, with one sealed run of TEST_RUN_EVENTS events: run.start (names a policy blob), frame,
 * policy.decision, tool.call, tool.result (a blob), claim c1, answer, run.end. */
int test_store_setup_run(void **state);

/* Writes such a run; sealed or left open. */
void test_store_write_run(char id[WRT_RUN_ID_MAX], wrt_ledger *ledger, bool seal);

wrt_json *test_json(const char *text);
void test_raw(const test_store *store, const char *sql);

/* A bundle file as text; the caller frees it. */
char *test_read_file(size_t *len, const char *folder, const char *name);
void test_write_file(const char *folder, const char *name, const char *bytes, size_t len);

#endif
