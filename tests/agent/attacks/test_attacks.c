/* test_attacks.c: runs the attack suite (cases.h): every attack is stopped, the host lives, what it
 * guards is as it was, and right afterwards the benign twin does its work in the same place. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/host/sandbox.h"
#include "agent/host/toolhost.h"
#include "base/file.h"
#include "base/hash.h"
#include "cases.h"
#include "tests/support/loopback.h"
#include "tests/support/tree.h"

enum { PATIENCE_MS = 60000, HASTE_MS = 1500 };

typedef struct {
    char root[40], mirror[64];
    loopback *server;
    wrt_toolhost *patient, *hasty;
    bool has_landlock;
    char before[WRT_SHA256_HEX + 1]; /* of the folders that nothing may change */
} bench;

/* ---- the place */

static char *below(const bench *b, const char *name) {
    return wrt_path_join(b->root, name);
}

static void put(const bench *b, const char *name, const char *text) {
    char *path = below(b, name);
    assert_int_equal(wrt_file_write(path, wrt_str_of(text), 0600, NULL), WRT_OK);
    free(path);
}

static void make_place(bench *b) {
    static const char *const folders[] = {"work", "home", "home/keys", "outside", "outside/empty"};
    char *from = NULL, *to = NULL;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char *path = below(b, folders[i]);
        assert_int_equal(mkdir(path, 0700), 0);
        free(path);
    }
    put(b, "work/data.csv", "abc");
    put(b, "home/kg.db", "graph");
    put(b, "home/runs.db", "journal");
    put(b, "home/keys/ledger.key", "key");
    put(b, "outside/secret", "secret");
    static const char *const links[][2] = {{"outside/secret", "work/link"},
                                           {"outside", "work/folder"},
                                           {"home/keys/ledger.key", "work/key.csv"}};
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        from = below(b, links[i][0]);
        to = below(b, links[i][1]);
        assert_int_equal(symlink(from, to), 0);
        free(from);
        free(to);
    }
    to = below(b, "work/pipe");
    assert_int_equal(mkfifo(to, 0600), 0);
    free(to);
}

/* Everything below a folder but home/outputs: names, kinds, modes, owners, sizes, times, bytes. */
typedef struct {
    wrt_buf text;
    char *folder;
} picture;

static wrt_status draw_entry(const char *name, void *ctx);

static void draw(picture *p, const char *path) {
    struct stat info;
    if (lstat(path, &info) != 0 || strstr(path, "/home/outputs") != NULL)
        return;
    bool is_folder = S_ISDIR(info.st_mode);
    wrt_buf_printf(&p->text, "%s %o %d:%d %lld %lld.%ld %d\n", path, (unsigned)info.st_mode,
                   (int)info.st_uid, (int)info.st_gid, (long long)(is_folder ? 0 : info.st_size),
                   (long long)(is_folder ? 0 : info.st_mtim.tv_sec),
                   is_folder ? 0L : info.st_mtim.tv_nsec, is_folder ? 0 : (int)info.st_nlink);
    if (S_ISREG(info.st_mode))
        wrt_file_read(&p->text, path, WRT_KIB(1), NULL);
    char *outer = p->folder;
    p->folder = (char *)path;
    if (is_folder)
        wrt_dir_each(path, draw_entry, p, NULL);
    p->folder = outer;
}

/* A few folders deep. NOLINTNEXTLINE(misc-no-recursion) */
static wrt_status draw_entry(const char *name, void *ctx) {
    picture *p = ctx;
    char *path = wrt_path_join(p->folder, name);
    draw(p, path);
    free(path);
    return WRT_OK;
}

static void picture_of(char out[WRT_SHA256_HEX + 1], const bench *b) {
    picture p = {.text = wrt_buf_make(WRT_MIB(1))};
    draw(&p, b->root);
    wrt_sha256 hash = wrt_sha256_of(wrt_buf_str(&p.text));
    wrt_sha256_hex(out, &hash);
    wrt_buf_free(&p.text);
}

/* ---- the host */

static void serve(loopback_conn *conn, const loopback_request *request, void *ctx) {
    (void)ctx;
    loopback_respond(conn, 200, NULL, "text/plain", request->target);
}

static wrt_status permit(wrt_json *request, const wrt_exchange *exchange, void *ctx, wrt_err *err) {
    (void)exchange, (void)ctx, (void)err;
    wrt_json_free(request);
    return WRT_OK;
}

static wrt_toolhost *open_host(const bench *b, int64_t timeout_ms) {
    wrt_egress_site site = {.prefix = "https://data.example.org/api/", .mirror = b->mirror};
    const char *const folders[] = {TEST_PLUGINS "/attacks", NULL};
    char *work = below(b, "work"), *home = below(b, "home"), *outputs = below(b, "home/outputs");
    char *kg = below(b, "home/kg.db");
    wrt_toolhost_options options = {.worker_exe = TEST_WORKER,
                                    .plugin_dirs = folders,
                                    .kg_path = kg,
                                    .timeout_ms = timeout_ms,
                                    .egress = {.sites = &site, .n_sites = 1},
                                    .files = {.work = work, .home = home},
                                    .output_dir = outputs};
    wrt_toolhost *host = NULL;
    wrt_egress_guard guard = {.decide = permit};
    wrt_err err = {0};
    if (wrt_toolhost_new(&host, &options, &err) != WRT_OK)
        fail_msg("%s", err.message);
    if (wrt_json_count(wrt_toolhost_refusals(host)) != 0)
        fail_msg("%s", wrt_json_text(wrt_json_first(wrt_toolhost_refusals(host))));
    wrt_toolhost_guard(host, &guard);
    free(work);
    free(home);
    free(outputs);
    free(kg);
    return host;
}

static int open_bench(void **state) {
    bench *b = calloc(1, sizeof *b);
    snprintf(b->root, sizeof b->root, "/tmp/warrant-attacks-XXXXXX");
    assert_non_null(mkdtemp(b->root));
    make_place(b);
    b->server = loopback_start(serve, NULL);
    snprintf(b->mirror, sizeof b->mirror, "http://127.0.0.1:%u/", loopback_port(b->server));
    b->patient = open_host(b, PATIENCE_MS);
    b->hasty = open_host(b, HASTE_MS);
    b->has_landlock = wrt_sandbox_abi() >= 1;
    picture_of(b->before, b);
    *state = b;
    return 0;
}

static int close_bench(void **state) {
    bench *b = *state;
    wrt_toolhost_free(b->patient);
    wrt_toolhost_free(b->hasty);
    loopback_stop(b->server);
    test_remove_tree(b->root);
    free(b);
    return 0;
}

/* ---- one case */

static wrt_json *call(const bench *b, wrt_toolhost *host, const char *tool, const char *data) {
    wrt_json *args = wrt_json_new_object(), *result = NULL;
    wrt_err err = {0};
    wrt_json_set_text(args, "root", b->root);
    wrt_json_set_int(args, "pid", getpid());
    wrt_json_set_text(args, "data", data);
    if (wrt_toolhost_call(&result, host, tool, args, &err) != WRT_OK)
        fail_msg("%s: the run would have ended: %s", tool, err.message);
    wrt_json_free(args);
    return result;
}

static const char *text_at(const wrt_json *value, const char *dotted) {
    const char *text = wrt_json_text(wrt_json_path(value, dotted));
    return text != NULL ? text : "";
}

static int errno_of(const wrt_json *result) {
    return (int)wrt_json_number(wrt_json_path(result, "data.errno"), -1);
}

/* True when `word` is one of "a|b|c". */
static bool is_one_of(const char *word, const char *list) {
    wrt_str part, rest = wrt_str_of(list);
    while (wrt_str_cut(&part, &rest, '|')) {
        if (wrt_str_equal_c(part, word))
            return true;
    }
    return false;
}

/* What a refusal may say; a row without a list means that the sandbox itself refused. An attack
 * that fails for want of something (no such file, a bad address) has shown nothing. */
static const struct {
    const char *name;
    int number;
} reasons[] = {{"EPERM", EPERM},
               {"EACCES", EACCES},
               {"ENOSYS", ENOSYS},
               {"EBADF", EBADF},
               {"EINVAL", EINVAL},
               {"ENOTDIR", ENOTDIR},
               {"ENOMEM", ENOMEM},
               {"EFBIG", EFBIG},
               {"ENOENT", ENOENT},
               {"ENXIO", ENXIO},
               {"bad_request", WRT_HOST_HTTP_BAD_REQUEST},
               {"undeclared", WRT_HOST_HTTP_UNDECLARED}};

static bool is_refusal(int number, const char *expected) {
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].number == number &&
            is_one_of(reasons[i].name, expected != NULL ? expected : "EPERM|EACCES"))
            return true;
    }
    return false;
}

static bool is_stopped(const attack_case *attack, const wrt_json *result) {
    switch (attack->outcome) {
    case ATTACK_REFUSED:
        return strcmp(text_at(result, "status"), "ok") == 0 &&
               is_refusal(errno_of(result), attack->expected);
    case ATTACK_ENDED:
        return is_one_of(text_at(result, "error.code"), attack->expected);
    case ATTACK_ARGUMENT:
        return strcmp(text_at(result, "error.code"), "bad_args") == 0 &&
               strstr(text_at(result, "error.message"), attack->expected) != NULL;
    default:
        return true;
    }
}

static wrt_json *attempt(const bench *b, const attack_case *attack) {
    bool is_hasty = (attack->needs & ATTACK_NEEDS_HASTE) != 0;
    wrt_toolhost *host = is_hasty ? b->hasty : b->patient;
    if (attack->outcome != ATTACK_ARGUMENT)
        return call(b, host, attack->id, "data.csv");
    char path[200];
    const char *mark = strstr(attack->id, "%s");
    snprintf(path, sizeof path, "%s%s", mark != NULL ? b->root : "",
             mark != NULL ? mark + 2 : attack->id);
    return call(b, host, attack->twin, path);
}

static bool can_run(const bench *b, const attack_case *attack) {
    if ((attack->needs & ATTACK_NEEDS_LANDLOCK) != 0 && !b->has_landlock)
        return false;
    return (attack->needs & ATTACK_NEEDS_NO_SANITIZER) == 0 || !WRT_SANDBOX_SANITIZED;
}

static void each_attack_is_stopped_and_its_twin_works(void **state) {
    bench *b = *state;
    size_t successes = 0, skipped = 0;
    assert_true(attack_cases_load(TEST_SOURCE_DIR "/tests/attacks/attacks.tsv"));
    assert_true(n_attack_cases >= 140);
    for (size_t i = 0; i < n_attack_cases; i++) {
        const attack_case *attack = &attack_cases[i];
        char after[WRT_SHA256_HEX + 1];
        if (!can_run(b, attack)) {
            print_message("skipped here: %s (%s)\n", attack->id, attack->attack);
            skipped++;
            continue;
        }
        wrt_json *result = attempt(b, attack);
        picture_of(after, b);
        if (!is_stopped(attack, result) || strcmp(after, b->before) != 0) {
            print_error("%s (%s): status %s, errno %d, %s %s%s\n", attack->id, attack->attack,
                        text_at(result, "status"), errno_of(result), text_at(result, "error.code"),
                        text_at(result, "error.message"),
                        strcmp(after, b->before) != 0 ? "; what it may not touch has changed" : "");
            successes++;
        }
        wrt_json_free(result);
        result = call(b, b->patient, attack->twin, "data.csv");
        if (strcmp(text_at(result, "status"), "ok") != 0 || errno_of(result) != 0) {
            print_error("%s, the twin of %s: status %s, %d, %s\n", attack->twin, attack->id,
                        text_at(result, "status"), errno_of(result),
                        text_at(result, "error.message"));
            successes++;
        }
        wrt_json_free(result);
    }
    print_message("%zu attacks, %zu succeeded, %zu skipped\n", n_attack_cases, successes, skipped);
    attack_cases_free();
    assert_int_equal(successes, 0);
}

static void no_process_of_an_attack_is_left(void **state) {
    bench *b = *state;
    wrt_toolhost_free(b->patient);
    wrt_toolhost_free(b->hasty);
    b->patient = b->hasty = NULL;
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* ---- what one call cannot show */

/* A thread that goes on writing when run() has returned does not change what was hashed. */
static void an_output_is_what_was_hashed_whatever_writes_on(void **state) {
    bench *b = *state;
    for (int i = 0; i < 3; i++) {
        wrt_json *result = call(b, b->patient, "twin_write_on", "data.csv");
        const wrt_json *kept = wrt_json_first(wrt_json_path(result, "echo.outputs"));
        char *home = below(b, "home"), *path = wrt_path_join(home, text_at(kept, "path"));
        wrt_sha256 hash;
        char hex[WRT_SHA256_HEX + 1];
        usleep(100000);
        assert_int_equal(wrt_sha256_of_file(&hash, path, NULL), WRT_OK);
        wrt_sha256_hex(hex, &hash);
        assert_string_equal(hex, text_at(kept, "sha256"));
        free(path);
        free(home);
        wrt_json_free(result);
    }
}

/* A descriptor that is kept from an earlier call shows nothing that came later. */
static void a_kept_descriptor_shows_nothing_new(void **state) {
    bench *b = *state;
    wrt_json *result = call(b, b->patient, "twin_keep", "data.csv");
    assert_int_equal(errno_of(result), 3);
    wrt_json_free(result);
    put(b, "work/data.csv", "abc and what came later");
    result = call(b, b->patient, "twin_keep", "data.csv");
    assert_int_equal(errno_of(result), 3);
    wrt_json_free(result);
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, open_bench, close_bench)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_BENCH(each_attack_is_stopped_and_its_twin_works),
        WITH_BENCH(no_process_of_an_attack_is_left),
        WITH_BENCH(an_output_is_what_was_hashed_whatever_writes_on),
        WITH_BENCH(a_kept_descriptor_shows_nothing_new),
    };
    wrt_crypto_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
