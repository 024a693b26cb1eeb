/* bench_ledger.c: what the journal costs: appending events one by one, each durable before the
 * call returns, and checking a run of that many at level 1 and 2, from the store and as a bundle.
 *
 *   bench_ledger [EVENTS [FOLDER]]      100,000 events in a new folder below /tmp
 *
 * Prints wall and CPU time (user and system) and the largest memory of the process. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "ledger/audit.h"

typedef struct {
    double wall, cpu;
} stamp;

static double seconds(struct timeval t) {
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static stamp now(void) {
    struct timespec t;
    struct rusage use;
    clock_gettime(CLOCK_MONOTONIC, &t);
    getrusage(RUSAGE_SELF, &use);
    return (stamp){(double)t.tv_sec + (double)t.tv_nsec / 1e9,
                   seconds(use.ru_utime) + seconds(use.ru_stime)};
}

static void report(const char *what, stamp start, size_t n) {
    struct rusage use;
    stamp end = now();
    double wall = end.wall - start.wall, cpu = end.cpu - start.cpu;
    getrusage(RUSAGE_SELF, &use);
    printf("%-28s %8zu events  wall %7.2f s  cpu %7.2f s  %8.4f ms/event wall  %8.4f cpu  "
           "%9.0f events/s wall  %9.0f cpu  %ld MiB\n",
           what, n, wall, cpu, wall * 1e3 / (double)n, cpu * 1e3 / (double)n, (double)n / wall,
           (double)n / cpu, use.ru_maxrss / 1024);
    fflush(stdout);
}

static void fail(const wrt_err *err) {
    fprintf(stderr, "%s\n", err->message);
    exit(1);
}

static wrt_json *parsed(const char *text) {
    wrt_json *value = NULL;
    wrt_err err = {0};
    if (wrt_json_parse(&value, wrt_str_of(text), &err) != WRT_OK)
        fail(&err);
    return value;
}

/* A decision, a call and its result in turn, of the size that those of a real run have. */
static const char *const TYPES[] = {"policy.decision", "tool.call", "tool.result"};
static const char *const BODIES[] = {
    "{\"id\":\"d%zu\",\"phase\":\"tool_call\",\"step\":\"s%zu\",\"decision\":\"allow\","
    "\"determining\":[\"tools.observe\"],\"request\":{\"tool\":\"kg_edge\",\"args\":{\"id\":"
    "\"edge-%zu\"},\"taint\":[\"kg\",\"user\"],\"tool_class\":\"observe\"}}",
    "{\"step\":\"s%zu\",\"tool\":\"kg_edge\",\"decision\":\"d%zu\",\"args\":{\"id\":\"edge-%zu\"}}",
    "{\"step\":\"s%zu\",\"tool\":\"kg_edge\",\"status\":\"ok\",\"ms\":%zu,\"result\":{\"status\":"
    "\"ok\",\"data\":{\"id\":\"edge-%zu\",\"score\":0.125,\"publications\":[],\"direction\":"
    "\"both\"},\"warnings\":[]}}"};

static void append(wrt_run *run, size_t i, wrt_err *err) {
    char text[600];
    size_t k = i / 3;
    const char *form = BODIES[i % 3];
    wrt_buf body = wrt_buf_make(sizeof text);
    for (const char *at = form; *at != '\0'; at++) {
        if (at[0] == '%') { /* "%zu" */
            wrt_buf_printf(&body, "%zu", k);
            at += 2;
        } else {
            wrt_buf_add_char(&body, *at);
        }
    }
    wrt_json *value = parsed(body.ptr);
    if (wrt_run_append(NULL, run, TYPES[i % 3], value, NULL, err) != WRT_OK)
        fail(err);
    wrt_json_free(value);
    wrt_buf_free(&body);
}

static void write_run(char id[WRT_RUN_ID_MAX], wrt_ledger *ledger, size_t events) {
    wrt_err err = {0};
    wrt_run *run = NULL;
    wrt_json *body = parsed("{\"question\":\"bench\"}");
    if (wrt_run_start(&run, ledger, body, &err) != WRT_OK)
        fail(&err);
    snprintf(id, WRT_RUN_ID_MAX, "%s", wrt_run_id(run));
    stamp start = now();
    for (size_t i = 0; i < events; i++)
        append(run, i, &err);
    report("append (fsync each)", start, events);
    if (wrt_run_seal(run, body, &err) != WRT_OK)
        fail(&err);
    wrt_run_free(run);
    wrt_json_free(body);
}

static void verify(const char *what, wrt_ledger *ledger, const char *name, int level) {
    wrt_err err = {0};
    wrt_json *found = NULL;
    stamp start = now();
    wrt_status status = ledger != NULL ? wrt_audit_run(&found, ledger, name, NULL, level, &err)
                                       : wrt_audit_bundle(&found, name, NULL, level, &err);
    if (status != WRT_OK)
        fail(&err);
    report(what, start, (size_t)wrt_json_get_int(found, "events", 0));
    wrt_json_free(found);
}

int main(int argc, char **argv) {
    char made[] = "/tmp/bench-ledger-XXXXXX";
    char id[WRT_RUN_ID_MAX];
    int64_t events = 100000;
    wrt_err err = {0};
    wrt_ledger *ledger = NULL;
    if (argc > 1 && (!wrt_str_to_int64(&events, wrt_str_of(argv[1])) || events < 3))
        return 2;
    const char *folder = argc > 2 ? argv[2] : mkdtemp(made);
    wrt_log_set_level(WRT_LOG_ERROR);
    if (folder == NULL || wrt_ledger_open(&ledger, folder, true, &err) != WRT_OK)
        fail(&err);
    write_run(id, ledger, (size_t)(events - events % 3));
    char *bundle = wrt_path_join(folder, "bundle");
    verify("verify 1, store", ledger, id, 1);
    stamp start = now();
    if (wrt_audit_export(ledger, id, bundle, &err) != WRT_OK)
        fail(&err);
    report("export", start, (size_t)events);
    verify("verify 1, bundle", NULL, bundle, 1);
    verify("verify 2, store", ledger, id, 2);
    printf("kept in %s\n", folder);
    free(bundle);
    wrt_ledger_close(ledger);
    return 0;
}
