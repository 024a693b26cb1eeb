/* test_resume.c: imports that are killed, interrupted, out of space or run twice at once. */
#include "tests/kg/records.h"

#include "base/db.h"
#include "base/file.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FILES = 4, EDGES_A_FILE = 1500 };

/* ---- a job of four files, made by arithmetic */

typedef struct {
    int number;
    const wrt_cancel *stop_at_row; /* requested in the middle of this file */
} made_file;

static wrt_status feed(const wrt_kg_sink *sink, wrt_input *input, const void *ctx, wrt_err *err) {
    const made_file *file = ctx;
    const wrt_kg_relation relation = {
        .predicate = WRT_STR("biolink:affects"), .sign = 1, .is_causal = true};
    uint32_t number = 0;
    (void)input;
    wrt_status status = sink->relation(&number, sink->ctx, &relation, err);
    for (int i = 0; i < EDGES_A_FILE && status == WRT_OK; i++) {
        char subject[32], object[32], record[64];
        snprintf(subject, sizeof subject, "S:%d", i % 97);
        snprintf(object, sizeof object, "O:%d", (i * 31 + file->number) % 211);
        snprintf(record, sizeof record, "record %d of file %d", i, file->number);
        const wrt_kg_edge_record edge = {.subject = wrt_str_of(subject),
                                         .object = wrt_str_of(object),
                                         .relation = number,
                                         .record = wrt_str_of(record)};
        status = sink->edge(sink->ctx, &edge, err);
        if (file->stop_at_row != NULL && i == EDGES_A_FILE / 2)
            wrt_cancel_request((wrt_cancel *)(uintptr_t)file->stop_at_row);
    }
    return status;
}

typedef struct {
    scratch s;
    made_file made[FILES];
    wrt_kg_import_file files[FILES];
    char paths[FILES][400];
    wrt_kg_import_job job;
} job_fixture;

static job_fixture *make_job(void) {
    job_fixture *f = calloc(1, sizeof *f);
    f->s = scratch_make();
    for (int i = 0; i < FILES; i++) {
        char name[16];
        snprintf(name, sizeof name, "f%d.txt", i);
        f->made[i].number = i;
        snprintf(f->paths[i], sizeof f->paths[i], "%s", scratch_write(&f->s, name, name));
        f->files[i] = (wrt_kg_import_file){f->paths[i], "made", feed, &f->made[i]};
    }
    f->job =
        (wrt_kg_import_job){.files = f->files, .n_files = FILES, .source = "made", .version = "1"};
    return f;
}

static void free_job(job_fixture *f) {
    scratch_remove(&f->s);
    free(f);
}

/* Everything a reader can see: the snapshot, the digest of nodes, the counts of the report. */
static void describe(wrt_buf *out, const scratch *s, const wrt_json *report) {
    wrt_kg *kg = open_ok(s);
    wrt_json *check = NULL, *stats = NULL;
    if (wrt_kg_check(&check, kg, NULL) != WRT_OK)
        fail_msg("the graph does not check");
    assert_int_equal(wrt_kg_stats(&stats, kg, NULL), WRT_OK);
    wrt_json_write_canonical(out, check);
    wrt_json_write_canonical(out, stats);
    static const char *const counts[] = {"nodes", "edges", "merged", "equal", "unknown_nodes"};
    for (size_t i = 0; i < 5; i++)
        wrt_buf_printf(out, " %lld", (long long)wrt_json_get_int(report, counts[i], -1));
    wrt_json_free(check);
    wrt_json_free(stats);
    wrt_kg_close(kg);
}

static wrt_buf reference; /* what an undisturbed run gives */

static int setup(void **state) {
    (void)state;
    job_fixture *f = make_job();
    wrt_json *report = NULL;
    reference = wrt_buf_make(WRT_MIB(1));
    assert_int_equal(wrt_kg_import(&report, f->s.db, &f->job, NULL), WRT_OK);
    assert_int_equal(wrt_json_get_int(report, "resumed", -1), 0);
    describe(&reference, &f->s, report);
    wrt_json_free(report);
    free_job(f);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    wrt_buf_free(&reference);
    return 0;
}

static void finish_and_compare(job_fixture *f, int64_t *resumed) {
    wrt_json *report = NULL;
    wrt_err err = {.code = WRT_OK};
    wrt_buf got = wrt_buf_make(WRT_MIB(1));
    if (wrt_kg_import(&report, f->s.db, &f->job, &err) != WRT_OK)
        fail_msg("%s", err.message);
    *resumed = wrt_json_get_int(report, "resumed", -1);
    if (!wrt_json_get_bool(report, "already", false)) {
        describe(&got, &f->s, report);
        assert_string_equal(got.ptr, reference.ptr);
    }
    assert_false(wrt_file_exists(scratch_path(&f->s, "kg.db.import")));
    wrt_json_free(report);
    wrt_buf_free(&got);
}

/* ---- killed */

static long elapsed_us(const struct timespec *from) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - from->tv_sec) * 1000000L + (now.tv_nsec - from->tv_nsec) / 1000;
}

static pid_t start_import(const job_fixture *f) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        wrt_json *report = NULL;
        _exit(wrt_kg_import(&report, f->s.db, &f->job, NULL) == WRT_OK ? 0 : 1);
    }
    return child;
}

/* How long an undisturbed run takes, so that the blows fall all over it. */
static long measure_us(void) {
    job_fixture *f = make_job();
    struct timespec start;
    int wait_status = 0;
    clock_gettime(CLOCK_MONOTONIC, &start);
    assert_true(waitpid(start_import(f), &wait_status, 0) > 0);
    assert_int_equal(wait_status, 0);
    long us = elapsed_us(&start);
    free_job(f);
    return us;
}

static void nothing_is_lost_when_killed_at_any_moment(void **state) {
    (void)state;
    enum { BLOWS = 16 };
    long whole = measure_us();
    int killed = 0, n_resumed = 0;
    for (int blow = 0; blow < BLOWS; blow++) {
        job_fixture *f = make_job();
        const edge_record old[] = {EDGE("OLD", "p", "EDGE"), END};
        int64_t resumed = 0;
        if (blow % 2 == 1) /* into a graph that is there */
            records_ok(&f->s, "old", &(record_file){"old", .edges = old}, 1);
        pid_t child = start_import(f);
        usleep((useconds_t)(whole * (blow + 1) / (BLOWS + 1)));
        kill(child, SIGKILL);
        int wait_status = 0;
        assert_true(waitpid(child, &wait_status, 0) > 0);
        killed += WIFSIGNALED(wait_status);
        if (blow % 2 == 1) { /* readers have the old graph, or the new one: never a part */
            wrt_kg *kg = open_ok(&f->s);
            wrt_json *check = NULL;
            assert_int_equal(wrt_kg_check(&check, kg, NULL), WRT_OK);
            int64_t edges = wrt_json_get_int(check, "edges", 0);
            assert_true(edges == 1 || edges > EDGES_A_FILE);
            wrt_json_free(check);
            wrt_kg_close(kg);
            wrt_json *report = NULL;
            assert_int_equal(wrt_kg_import(&report, f->s.db, &f->job, NULL), WRT_OK);
            resumed = wrt_json_get_int(report, "resumed", 0);
            wrt_json_free(report);
        } else {
            finish_and_compare(f, &resumed);
        }
        n_resumed += resumed > 0;
        free_job(f);
    }
    assert_true(killed > BLOWS / 3);
    printf("%d of %d runs were killed, %d went on from a whole file\n", killed, BLOWS, n_resumed);
}

/* ---- interrupted */

static void an_interrupt_keeps_the_old_graph_and_whole_files(void **state) {
    (void)state;
    job_fixture *f = make_job();
    wrt_cancel cancel = {0};
    wrt_json *report = NULL;
    wrt_err err = {.code = WRT_OK};
    int64_t resumed = 0;
    f->job.cancel = &cancel;
    f->made[2].stop_at_row = &cancel;
    assert_int_equal(wrt_kg_import(&report, f->s.db, &f->job, &err), WRT_E_INTERRUPTED);
    assert_int_equal(wrt_status_exit_code(err.code), 130);
    assert_null(report);
    assert_false(wrt_file_exists(f->s.db));
    wrt_kg *kg = NULL;
    assert_int_equal(wrt_kg_open(&kg, f->s.db, &err), WRT_E_NOT_FOUND);
    assert_non_null(strstr(err.message, "interrupted"));
    f->job.cancel = NULL;
    f->made[2].stop_at_row = NULL;
    finish_and_compare(f, &resumed);
    assert_int_equal(resumed, 2);
    free_job(f);
}

static void an_interrupt_in_the_first_file_leaves_nothing(void **state) {
    (void)state;
    job_fixture *f = make_job();
    wrt_cancel cancel = {0};
    wrt_json *report = NULL;
    wrt_cancel_request(&cancel);
    f->job.cancel = &cancel;
    assert_int_equal(wrt_kg_import(&report, f->s.db, &f->job, NULL), WRT_E_INTERRUPTED);
    assert_false(wrt_file_exists(f->s.db));
    assert_false(wrt_file_exists(scratch_path(&f->s, "kg.db.import")));
    free_job(f);
}

static void another_job_discards_what_was_left(void **state) {
    (void)state;
    job_fixture *f = make_job();
    wrt_cancel cancel = {0};
    wrt_json *report = NULL;
    f->job.cancel = &cancel;
    f->made[2].stop_at_row = &cancel;
    assert_int_equal(wrt_kg_import(&report, f->s.db, &f->job, NULL), WRT_E_INTERRUPTED);
    assert_true(wrt_file_exists(scratch_path(&f->s, "kg.db.import")));
    const edge_record other[] = {EDGE("A", "p", "B"), END};
    assert_int_equal(
        records_import(&report, &f->s, "other", &(record_file){"other", .edges = other}, 1, NULL),
        WRT_OK);
    assert_string_equal(wrt_json_text(wrt_json_first(wrt_json_get(report, "warnings"))),
                        "an interrupted import of other files was discarded");
    assert_int_equal(wrt_json_get_int(report, "resumed", -1), 0);
    wrt_json_free(report);
    wrt_kg *kg = open_ok(&f->s);
    wrt_json *stats = NULL;
    assert_int_equal(wrt_kg_stats(&stats, kg, NULL), WRT_OK);
    assert_int_equal(wrt_json_get_int(stats, "edges", -1), 1);
    wrt_json_free(stats);
    wrt_kg_close(kg);
    free_job(f);
}

/* ---- out of space */

/* A limit on the size of files stands for a full disk. */
static void a_full_disk_keeps_the_old_graph(void **state) {
    (void)state;
    job_fixture *f = make_job();
    const edge_record old[] = {EDGE("OLD", "p", "EDGE"), END};
    records_ok(&f->s, "old", &(record_file){"old", .edges = old}, 1);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit small = {200000, 200000};
        wrt_json *report = NULL;
        wrt_err err = {.code = WRT_OK};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &small);
        wrt_status status = wrt_kg_import(&report, f->s.db, &f->job, &err);
        _exit(status == WRT_E_FAILED && err.message[0] != '\0' && report == NULL ? 0 : 1);
    }
    int wait_status = 0;
    assert_true(waitpid(child, &wait_status, 0) > 0);
    assert_int_equal(wait_status, 0);
    wrt_kg *kg = open_ok(&f->s);
    wrt_json *check = NULL, *report = NULL;
    assert_int_equal(wrt_kg_check(&check, kg, NULL), WRT_OK);
    assert_int_equal(wrt_json_get_int(check, "edges", 0), 1);
    wrt_json_free(check);
    wrt_kg_close(kg);
    assert_int_equal(wrt_kg_import(&report, f->s.db, &f->job, NULL), WRT_OK);
    wrt_json_free(report);
    free_job(f);
}

/* ---- at once */

static wrt_status import_inside(const wrt_kg_sink *sink, wrt_input *input, const void *ctx,
                                wrt_err *err) {
    const scratch *s = ctx;
    wrt_err inner = {.code = WRT_OK};
    const edge_record edges[] = {EDGE("A", "p", "B"), END};
    (void)sink;
    (void)input;
    (void)err;
    assert_int_equal(
        records_import(NULL, s, "inner", &(record_file){"inner", .edges = edges}, 1, &inner),
        WRT_E_UNAVAILABLE);
    assert_string_equal(inner.message,
                        "another import into kg.db is running: wait until it has ended");
    return WRT_OK;
}

static void a_second_import_is_refused_while_one_runs(void **state) {
    (void)state;
    scratch s = scratch_make();
    wrt_json *report = NULL;
    const wrt_kg_import_file file = {scratch_write(&s, "f", "f"), "made", import_inside, &s};
    const wrt_kg_import_job job = {.files = &file, .n_files = 1, .source = "outer", .version = "1"};
    assert_int_equal(wrt_kg_import(&report, s.db, &job, NULL), WRT_OK);
    wrt_json_free(report);
    scratch_remove(&s);
}

static void readers_keep_the_graph_they_opened(void **state) {
    (void)state;
    scratch s = scratch_make();
    const edge_record a[] = {EDGE("A", "p", "B", .id = "a"), END};
    const edge_record b[] = {EDGE("A", "p", "C", .id = "b"), END};
    records_ok(&s, "one", &(record_file){"a", .edges = a}, 1);
    wrt_kg *kg = open_ok(&s);
    records_ok(&s, "two", &(record_file){"b", .edges = b}, 1);
    wrt_json *edge = NULL, *check = NULL;
    assert_int_equal(wrt_kg_edge(&edge, kg, "b", NULL), WRT_E_NOT_FOUND);
    assert_int_equal(wrt_kg_check(&check, kg, NULL), WRT_OK);
    wrt_json_free(check);
    wrt_kg_close(kg);
    kg = open_ok(&s);
    assert_int_equal(wrt_kg_edge(&edge, kg, "b", NULL), WRT_OK);
    wrt_json_free(edge);
    wrt_kg_close(kg);
    scratch_remove(&s);
}

static void a_file_is_taken_once_per_role(void **state) {
    (void)state;
    job_fixture *f = make_job();
    wrt_json *report = NULL;
    f->job.n_files = 2;
    assert_int_equal(wrt_kg_import(&report, f->s.db, &f->job, NULL), WRT_OK);
    wrt_json_free(report);
    f->job.n_files = 3;
    assert_int_equal(wrt_kg_import(&report, f->s.db, &f->job, NULL), WRT_OK);
    assert_false(wrt_json_get_bool(report, "already", true));
    const wrt_json *files = wrt_json_get(report, "files");
    assert_true(wrt_json_get_bool(wrt_json_at(files, 0), "already", false));
    assert_false(wrt_json_get_bool(wrt_json_at(files, 2), "already", true));
    wrt_json_free(report);
    f->files[2] = f->files[1];
    f->files[1] = f->files[0] = (wrt_kg_import_file){f->paths[3], "made", feed, &f->made[3]};
    assert_int_equal(wrt_kg_import(&report, f->s.db, &f->job, NULL), WRT_OK);
    files = wrt_json_get(report, "files");
    assert_false(wrt_json_get_bool(wrt_json_at(files, 0), "already", true));
    assert_true(wrt_json_get_bool(wrt_json_at(files, 1), "already", false));
    assert_int_equal(wrt_json_get_int(report, "resumed", -1), 0);
    wrt_json_free(report);
    f->files[0].role = "made otherwise";
    assert_int_equal(wrt_kg_import(&report, f->s.db, &f->job, NULL), WRT_OK);
    assert_int_equal(wrt_json_get_int(report, "equal", -1), EDGES_A_FILE);
    wrt_json_free(report);
    free_job(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_lost_when_killed_at_any_moment),
        cmocka_unit_test(an_interrupt_keeps_the_old_graph_and_whole_files),
        cmocka_unit_test(an_interrupt_in_the_first_file_leaves_nothing),
        cmocka_unit_test(another_job_discards_what_was_left),
        cmocka_unit_test(a_full_disk_keeps_the_old_graph),
        cmocka_unit_test(a_second_import_is_refused_while_one_runs),
        cmocka_unit_test(readers_keep_the_graph_they_opened),
        cmocka_unit_test(a_file_is_taken_once_per_role),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
