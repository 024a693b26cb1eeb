/* tamper.h: ways to look at a stored run and to falsify it, for the tests of the audit. */
#ifndef TESTS_LEDGER_TAMPER_H
#define TESTS_LEDGER_TAMPER_H

#include "store.h"

enum { NO_EVENT = -1 }; /* the failure must name no event */

/* ---- auditing to level 2 */
void test_assert_failure(const wrt_json *report, wrt_status status, int level, int64_t seq);
void test_expect_bad(const test_store *store, int level, int64_t seq);
void test_expect_good(const test_store *store);

/* ---- rows */
wrt_stmt *test_prepared(const test_store *store, const char *sql);

/* A value of one event; the caller frees it. */
char *test_read_column(size_t *len, const test_store *store, const char *sql, int seq);
char *test_read_bytes(size_t *len, const test_store *store, int seq);
char *test_read_checkpoint(size_t *len, const test_store *store);

void test_write_column(const test_store *store, const char *sql, int seq, wrt_str value);
void test_write_bytes(const test_store *store, int seq, const char *bytes, size_t len);
void test_write_event(const test_store *store, int seq, const char *bytes, size_t len);
void test_write_checkpoint(const test_store *store, wrt_str note);
void test_forge(const test_store *store, int seq, const char *from, const char *to);

/* ---- what a writer who holds the key could have signed */
void test_reseal(const test_store *store, const char *origin);
void test_rewrite(const test_store *store, int seq, const char *from, const char *to);

/* ---- blobs: the one of tool.result and the policy of run.start */
extern const char TEST_RESULT_SHA[65];
extern const char TEST_POLICY_SHA[65];
void test_blob_name(char out[96], const char *hex);

#endif
