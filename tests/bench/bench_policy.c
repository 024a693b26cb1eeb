/* bench_policy.c: time and allocations of a decision; figures for people, no test.
 *
 *   bench_policy                        200 rules that all apply, 64 requests
 *   bench_policy write RULES REQUESTS   the same rules and requests, into files
 *   bench_policy decide                 the decisions, one word a line
 *
 * Times are CPU seconds. "Decision" is the decision alone; "record" adds the JSON record, "text"
 * also the reading of the request and the writing of the record. */
#include "base/file.h"
#include "policies/decider.h"
#include "tests/support/allocations.h"
#include "tests/support/policy_set.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

enum { ROUNDS = 400 };

static double cpu_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

typedef struct {
    wrt_policy *policy;
    wrt_decider *decider;
    wrt_buf texts[POLICY_SET_REQUESTS];
    wrt_json *requests[POLICY_SET_REQUESTS];
} bench;

static void fill(bench *b, bool with_patterns) {
    wrt_buf rules = wrt_buf_make(WRT_MIB(1));
    wrt_err err = {0};
    policy_set_write(&rules, with_patterns);
    b->policy = wrt_policy_new();
    if (wrt_policy_add_text(b->policy, "measured", wrt_buf_str(&rules), &err) != WRT_OK)
        fprintf(stderr, "%s\n", err.message);
    for (int i = 0; i < POLICY_SET_REQUESTS; i++) {
        b->texts[i] = wrt_buf_make(WRT_KIB(4));
        policy_set_write_request(&b->texts[i], i);
        if (wrt_json_parse(&b->requests[i], wrt_buf_str(&b->texts[i]), &err) != WRT_OK)
            fprintf(stderr, "%s\n", err.message);
    }
    b->decider = wrt_decider_new(b->policy);
    wrt_buf_free(&rules);
}

static void empty(bench *b) {
    for (int i = 0; i < POLICY_SET_REQUESTS; i++) {
        wrt_json_free(b->requests[i]);
        wrt_buf_free(&b->texts[i]);
    }
    wrt_decider_free(b->decider);
    wrt_policy_free(b->policy);
}

static void decide_only(bench *b, int i) {
    (void)wrt_decider_decide(b->decider, b->requests[i]);
}

static void decide_with_record(bench *b, int i) {
    (void)wrt_decider_decide(b->decider, b->requests[i]);
    wrt_json_free(wrt_decider_record(b->decider));
}

static void decide_text(bench *b, int i) {
    wrt_json *request = NULL;
    wrt_buf out = wrt_buf_make(WRT_MIB(1));
    if (wrt_json_parse(&request, wrt_buf_str(&b->texts[i]), NULL) == WRT_OK) {
        (void)wrt_decider_decide(b->decider, request);
        wrt_json *record = wrt_decider_record(b->decider);
        wrt_json_write(&out, record);
        wrt_json_free(record);
    }
    wrt_json_free(request);
    wrt_buf_free(&out);
}

static void measure(bench *b, const char *name, void (*act)(bench *b, int i)) {
    for (int i = 0; i < POLICY_SET_REQUESTS; i++)
        act(b, i); /* first searches make their memory */
    size_t before = allocations_so_far();
    double start = cpu_seconds();
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < POLICY_SET_REQUESTS; i++)
            act(b, i);
    }
    double seconds = cpu_seconds() - start;
    int n = ROUNDS * POLICY_SET_REQUESTS;
    printf("%-24s %8.2f us, %6.2f allocations\n", name, 1e6 * seconds / n,
           (double)(allocations_so_far() - before) / n);
}

static int run(void) {
    bench b;
    fill(&b, false);
    printf("%zu rules, all of them apply to each request\n", wrt_policy_count(b.policy));
    measure(&b, "decision", decide_only);
    measure(&b, "record", decide_with_record);
    measure(&b, "text", decide_text);
    empty(&b);
    fill(&b, true);
    printf("%zu rules, 10 of them regular expressions over 60 bytes\n", wrt_policy_count(b.policy));
    measure(&b, "decision", decide_only);
    empty(&b);
    return 0;
}

static int decide(void) {
    bench b;
    fill(&b, false);
    for (int i = 0; i < POLICY_SET_REQUESTS; i++)
        puts(wrt_decision_name(wrt_decider_decide(b.decider, b.requests[i])->kind));
    empty(&b);
    return 0;
}

static int write_files(const char *rules_path, const char *requests_path) {
    wrt_buf rules = wrt_buf_make(WRT_MIB(1)), requests = wrt_buf_make(WRT_MIB(1));
    wrt_err err = {0};
    policy_set_write(&rules, false);
    for (int i = 0; i < POLICY_SET_REQUESTS; i++) {
        policy_set_write_request(&requests, i);
        wrt_buf_add_char(&requests, '\n');
    }
    wrt_status status = wrt_file_write(rules_path, wrt_buf_str(&rules), 0644, &err);
    if (status == WRT_OK)
        status = wrt_file_write(requests_path, wrt_buf_str(&requests), 0644, &err);
    if (status != WRT_OK)
        fprintf(stderr, "%s\n", err.message);
    wrt_buf_free(&rules);
    wrt_buf_free(&requests);
    return status == WRT_OK ? 0 : 1;
}

int main(int argc, char **argv) {
    wrt_crypto_init();
    allocations_start();
    if (argc == 4 && strcmp(argv[1], "write") == 0)
        return write_files(argv[2], argv[3]);
    return argc == 2 && strcmp(argv[1], "decide") == 0 ? decide() : run();
}
