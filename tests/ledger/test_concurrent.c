/* Tests of many writers on one store that none of them has made yet: folders, tables, the signing
 * key and blobs of equal content are made by whoever comes first, and no event is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "ledger/ledger.h"
#include "store.h"

enum { WRITERS = 200 };

/* Waits for the common start, writes one run, says what went wrong. */
static int write_one(const char *folder, int gate) {
    char byte, id[WRT_RUN_ID_MAX];
    wrt_ledger *ledger = NULL;
    wrt_err err = {0};
    wrt_log_set_level(WRT_LOG_ERROR);
    if (read(gate, &byte, 1) != 0) /* the end of the pipe is the signal */
        return 2;
    if (wrt_ledger_open(&ledger, folder, true, &err) != WRT_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    test_store_write_run(id, ledger, true);
    wrt_ledger_close(ledger);
    return 0;
}

static void runs_of_many_processes_are_whole(void **state) {
    (void)state;
    char folder[] = "/tmp/warrant-many-XXXXXX";
    int gate[2], failed = 0, status = 0;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(pipe(gate), 0);
    for (int i = 0; i < WRITERS; i++) {
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            close(gate[1]);
            _exit(write_one(folder, gate[0]));
        }
    }
    close(gate[0]);
    close(gate[1]);
    for (int i = 0; i < WRITERS; i++)
        failed += wait(&status) > 0 && status != 0;
    assert_int_equal(failed, 0);

    wrt_ledger *ledger = NULL;
    wrt_run_info *runs = NULL;
    size_t n = 0;
    assert_int_equal(wrt_ledger_open(&ledger, folder, false, NULL), WRT_OK);
    assert_int_equal(wrt_ledger_list(&runs, &n, ledger, NULL), WRT_OK);
    assert_int_equal(n, WRITERS);
    for (size_t i = 0; i < n; i++) {
        wrt_json *report = NULL;
        wrt_err err = {0};
        assert_int_equal(runs[i].events, TEST_RUN_EVENTS);
        if (wrt_audit_run(&report, ledger, runs[i].id, NULL, 2, &err) != WRT_OK)
            fail_msg("%s: %s", runs[i].id, err.message);
        wrt_json_free(report);
    }
    wrt_run_info_free(runs, n);
    wrt_ledger_close(ledger);
    test_remove_tree(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(runs_of_many_processes_are_whole)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
