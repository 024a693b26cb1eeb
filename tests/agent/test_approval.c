/* Tests of agent/act/approval.c: a grant counts for one thing, once, in its time, by a key that
 * may. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/act/approval.h"
#include "base/file.h"
#include "tests/support/tree.h"

enum { ISSUED_MS = 1000000, EXPIRES_MS = 2000000, NOW_MS = 1500000 };

static const char digest[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char other[] = "0000000000000000000000000000000000000000000000000000000000000000";

typedef struct {
    char home[40];
    wrt_signing_key *key, *stranger;
} bench;

static char *below(const bench *b, const char *name) {
    return wrt_path_join(b->home, name);
}

static void put(const bench *b, const char *name, wrt_str text) {
    char *path = below(b, name);
    assert_int_equal(wrt_file_write(path, text, 0600, NULL), WRT_OK);
    free(path);
}

static int open_bench(void **state) {
    static const char *const folders[] = {"keys", "keys/approvers", "approvals"};
    bench *b = calloc(1, sizeof *b);
    char hex[2 * WRT_ED25519_PUBLIC + 1];
    snprintf(b->home, sizeof b->home, "/tmp/warrant-approval-XXXXXX");
    assert_non_null(mkdtemp(b->home));
    for (size_t i = 0; i < 3; i++) {
        char *path = below(b, folders[i]);
        assert_int_equal(mkdir(path, 0700), 0);
        free(path);
    }
    char *path = below(b, "keys/mine"), *strange = below(b, "keys/strange");
    assert_int_equal(wrt_signing_key_create(&b->key, path, NULL), WRT_OK);
    assert_int_equal(wrt_signing_key_create(&b->stranger, strange, NULL), WRT_OK);
    wrt_hex_encode(hex, wrt_signing_key_public(b->key), WRT_ED25519_PUBLIC);
    put(b, "keys/approvers/me.pub", wrt_str_of(hex));
    put(b, "keys/approvers/notes.txt", WRT_STR("no key"));
    free(path);
    free(strange);
    *state = b;
    return 0;
}

static int close_bench(void **state) {
    bench *b = *state;
    wrt_signing_key_free(b->key);
    wrt_signing_key_free(b->stranger);
    test_remove_tree(b->home);
    free(b);
    return 0;
}

/* ---- digests */

static wrt_json *parse(const char *text) {
    wrt_json *value = NULL;
    char copy[1000];
    snprintf(copy, sizeof copy, "%s", text);
    for (char *at = copy; *at != '\0'; at++)
        *at = *at == '\'' ? '"' : *at;
    assert_int_equal(wrt_json_parse(&value, wrt_str_of(copy), NULL), WRT_OK);
    return value;
}

static char *digest_of(const char *request, const char *policy, const char *run, int64_t seq) {
    wrt_json *whole = parse(request), *shown = wrt_approval_request(whole);
    char out[WRT_SHA256_HEX + 1];
    wrt_approval_subject subject = {.request = shown, .policy = policy, .run = run, .seq = seq};
    wrt_approval_digest(out, &subject);
    wrt_json_free(whole);
    wrt_json_free(shown);
    return strdup(out);
}

static void approval_digest_binds_all_that_was_shown(void **state) {
    static const char request[] = "{'phase':'tool_call','tool':'t','args':{'a':1,'b':2}}";
    static const char *const others[] = {
        "{'phase':'tool_call','tool':'u','args':{'a':1,'b':2}}",
        "{'phase':'export','tool':'t','args':{'a':1,'b':2}}",
        "{'phase':'tool_call','tool':'t','args':{'a':1,'b':3}}",
        "{'phase':'tool_call','tool':'t','args':{'a':1,'b':2},'dest':{'host':'h'}}"};
    char *base = digest_of(request, "p", "r", 7);
    (void)state;
    /* SHA-256 of {"policy":"p","request":{"args":{"a":1,"b":2},"phase":"tool_call","tool":"t"},
     * "run":"r","schema":"warrant/approval/1","seq":7} on one line, by sha256sum. */
    assert_string_equal(base, "e6c452c642ab31921fb77fca10dcc6f588c53698082a3e4c75ed29be2960d911");
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        char *differs = digest_of(others[i], "p", "r", 7);
        assert_string_not_equal(differs, base);
        free(differs);
    }
    char *list[] = {digest_of(request, "q", "r", 7), digest_of(request, "p", "s", 7),
                    digest_of(request, "p", "r", 8)};
    char *same =
        digest_of("{'args':{'b':2,'a':1},'tool':'t','phase':'tool_call','counters':{'x':1},"
                  "'history':[],'approvals':['r']}",
                  "p", "r", 7);
    assert_string_equal(same, base);
    for (size_t i = 0; i < 3; i++) {
        assert_string_not_equal(list[i], base);
        free(list[i]);
    }
    free(same);
    free(base);
}

/* What is cut off would have the digest of everything that begins alike. */
static void approval_of_what_is_too_large_has_no_digest(void **state) {
    size_t len = (size_t)65 << 20;
    char *text = malloc(len + 1), found[WRT_SHA256_HEX + 1] = "x";
    wrt_json *request = wrt_json_new_object();
    (void)state;
    memset(text, 'a', len);
    text[len] = '\0';
    wrt_json_set(request, "text", wrt_json_new_text((wrt_str){text, len}));
    wrt_approval_subject subject = {.request = request, .policy = "p", .run = "r", .seq = 1};
    wrt_approval_digest(found, &subject);
    assert_string_equal(found, "");
    wrt_json_free(request);
    free(text);
}

/* ---- grants */

static wrt_buf grant_of(const wrt_signing_key *key, const char *what) {
    wrt_buf text = wrt_buf_make(WRT_KIB(8));
    assert_int_equal(wrt_approval_write(&text, what, key, ISSUED_MS, EXPIRES_MS, NULL), WRT_OK);
    return text;
}

static void put_grant(const bench *b, const char *name, wrt_str text) {
    char path[120];
    snprintf(path, sizeof path, "approvals/%s.json", name);
    put(b, path, text);
}

static void assert_taken(const bench *b, int64_t now_ms, wrt_status wanted, const char *part) {
    wrt_approval_grant grant;
    wrt_err err = {0};
    assert_int_equal(wrt_approval_take(&grant, b->home, digest, now_ms, &err), wanted);
    if (strstr(err.message, part) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", err.message, part);
}

static void approval_counts_once(void **state) {
    bench *b = *state;
    wrt_buf text = grant_of(b->key, digest), again = grant_of(b->key, digest);
    wrt_approval_grant grant;
    assert_taken(b, NOW_MS, WRT_E_NOT_FOUND, "no approval");
    put_grant(b, digest, wrt_buf_str(&text));
    assert_int_equal(wrt_approval_take(&grant, b->home, digest, NOW_MS, NULL), WRT_OK);
    assert_string_equal(grant.by, "key");
    assert_int_equal(grant.expires_ms, EXPIRES_MS);
    assert_int_equal(strlen(grant.nonce), 32);
    assert_taken(b, NOW_MS, WRT_E_NOT_FOUND, "no approval");
    put_grant(b, digest, wrt_buf_str(&text)); /* the same file again */
    assert_taken(b, NOW_MS, WRT_E_DENIED, "used before");
    put_grant(b, digest, wrt_buf_str(&again)); /* another grant */
    assert_taken(b, NOW_MS, WRT_OK, "");
    wrt_buf_free(&text);
    wrt_buf_free(&again);
}

static void approval_counts_in_its_time_only(void **state) {
    bench *b = *state;
    wrt_buf text = grant_of(b->key, digest);
    put_grant(b, digest, wrt_buf_str(&text));
    assert_taken(b, EXPIRES_MS, WRT_E_DENIED, "expired");
    assert_taken(b, ISSUED_MS - 1, WRT_E_DENIED, "has not begun");
    assert_taken(b, EXPIRES_MS - 1, WRT_OK, ""); /* a refusal did not use it up */
    wrt_buf_free(&text);
}

static void approval_counts_for_its_digest_only(void **state) {
    bench *b = *state;
    wrt_buf text = grant_of(b->key, other);
    put_grant(b, digest, wrt_buf_str(&text));
    assert_taken(b, NOW_MS, WRT_E_DENIED, "for something else");
    wrt_buf_free(&text);
}

/* Replaces the first place where `from` stands; both are of one length. */
static void edit(wrt_buf *text, const char *from, const char *to) {
    char *at = strstr(text->ptr, from);
    assert_non_null(at);
    assert_int_equal(strlen(from), strlen(to));
    for (size_t i = 0; to[i] != '\0'; i++)
        at[i] = to[i];
}

static void approval_that_was_edited_or_forged_is_refused(void **state) {
    bench *b = *state;
    wrt_buf moved = grant_of(b->key, other), longer = grant_of(b->key, digest);
    edit(&moved, other, digest);
    put_grant(b, digest, wrt_buf_str(&moved));
    assert_taken(b, NOW_MS, WRT_E_DENIED, "signature");
    edit(&longer, "2000000", "9000000");
    put_grant(b, digest, wrt_buf_str(&longer));
    assert_taken(b, NOW_MS, WRT_E_DENIED, "signature");
    wrt_buf strange = grant_of(b->stranger, digest);
    put_grant(b, digest, wrt_buf_str(&strange));
    assert_taken(b, NOW_MS, WRT_E_DENIED, "not in keys/approvers");
    /* Says that it is by a key that may. */
    char mine[2 * WRT_ED25519_PUBLIC + 1], theirs[2 * WRT_ED25519_PUBLIC + 1];
    wrt_hex_encode(mine, wrt_signing_key_public(b->key), WRT_ED25519_PUBLIC);
    wrt_hex_encode(theirs, wrt_signing_key_public(b->stranger), WRT_ED25519_PUBLIC);
    edit(&strange, theirs, mine);
    put_grant(b, digest, wrt_buf_str(&strange));
    assert_taken(b, NOW_MS, WRT_E_DENIED, "signature");
    wrt_buf_free(&moved);
    wrt_buf_free(&longer);
    wrt_buf_free(&strange);
}

static void approval_of_another_form_is_refused(void **state) {
    bench *b = *state;
    static const char climbing[] =
        "{'approval':{'schema':'warrant/approval/1','digest':'','issued_ms':1,'expires_ms':2,"
        "'nonce':'../../../../tmp/x','key':''},'signature':''}";
    static const char *const texts[] = {
        "", "{}", "[]", "null", "{'approval':{},'signature':''}", climbing};
    char *large = calloc(1, 10000);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char copy[400];
        snprintf(copy, sizeof copy, "%s", texts[i]);
        for (char *at = copy; *at != '\0'; at++)
            *at = *at == '\'' ? '"' : *at;
        put_grant(b, digest, wrt_str_of(copy));
        assert_taken(b, NOW_MS, WRT_E_DENIED, "the approval");
    }
    memset(large, ' ', 9999);
    put_grant(b, digest, wrt_str_of(large));
    assert_taken(b, NOW_MS, WRT_E_DENIED, "cannot be read");
    free(large);
    wrt_buf text = wrt_buf_make(WRT_KIB(8));
    wrt_err err = {0};
    assert_int_equal(wrt_approval_write(&text, "../x", b->key, 1, 2, &err), WRT_E_INPUT);
    assert_int_equal(wrt_approval_write(&text, digest, b->key, 2, 2, &err), WRT_E_INPUT);
    wrt_approval_grant grant;
    assert_int_equal(wrt_approval_take(&grant, b->home, "../keys/mine", NOW_MS, &err),
                     WRT_E_NOT_FOUND);
    wrt_buf_free(&text);
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, open_bench, close_bench)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(approval_digest_binds_all_that_was_shown),
        cmocka_unit_test(approval_of_what_is_too_large_has_no_digest),
        WITH_BENCH(approval_counts_once),
        WITH_BENCH(approval_counts_in_its_time_only),
        WITH_BENCH(approval_counts_for_its_digest_only),
        WITH_BENCH(approval_that_was_edited_or_forged_is_refused),
        WITH_BENCH(approval_of_another_form_is_refused),
    };
    wrt_crypto_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
