/* audit.c: the levels of an audit and the report on them.
 *
 * A stored run and a bundle are loaded into the same chain and go through the same levels; a bundle
 * has one more part of level 1, its files. The report is complete whatever happens: a level that
 * could not run says so, and the first failure is what the caller gets as an error. */
#include "ledger/audit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/zip.h"
#include "ledger/bundle.h"
#include "ledger/internal.h"

wrt_status wrt_audit_get_blob(wrt_buf *out, const wrt_audit_source *source, const char *sha256_hex,
                              wrt_err *err) {
    return wrt_blob_read(out, source->blobs, sha256_hex, err);
}

typedef struct {
    const wrt_audit_options *options;
    wrt_chain chain;
    const char *folder; /* of a bundle, or NULL */
    unsigned char public_key[WRT_ED25519_PUBLIC];
    bool has_key;
    wrt_json *levels;
    bool by_hash;       /* the bundle has derived files that only its manifest vouches for */
    int failed_level;   /* 0: none so far */
    wrt_status refused; /* by the checkpoint to compare with, which is no fault of the run */
    wrt_err refusal;
    wrt_audit_finding first;
} audit;

static void note_level(audit *a, int level, const char *name, const wrt_audit_finding *finding) {
    wrt_json *entry = wrt_json_new_object();
    wrt_json_set_int(entry, "level", level);
    wrt_json_set_text(entry, "name", name);
    wrt_json_set_bool(entry, "ok", finding->ok);
    wrt_json_set_text(entry, "detail", finding->detail);
    wrt_json_push(a->levels, entry);
    if (!finding->ok && a->failed_level == 0) {
        a->failed_level = level;
        a->first = *finding;
    }
}

/* ---- levels */

/* The quorum may be on the head of the run or on the head that it is compared with. */
static bool check_witnesses(wrt_audit_finding *out, const audit *a) {
    const wrt_audit_options *options = a->options;
    size_t n = 0, others = 0;
    if (options->witnesses == NULL)
        return true;
    if (!wrt_tlog_policy_trusts(options->witnesses, a->public_key))
        return wrt_finding_fail(out, -1,
                                "the policy of witnesses does not name the key of this log");
    if (wrt_tlog_policy_met(&n, options->witnesses, wrt_str_of(a->chain.checkpoint)) ||
        (options->against != NULL &&
         wrt_tlog_policy_met(&others, options->witnesses, wrt_str_of(options->against))))
        return true;
    return wrt_finding_fail(out, -1, "no quorum: %zu of the witnesses asked for have cosigned",
                            n > others ? n : others);
}

/* Sets a->refused when the other head is none to compare with. */
static bool check_against(wrt_audit_finding *out, audit *a) {
    if (a->options->against == NULL)
        return true;
    a->refused = wrt_chain_check_against(out, &a->chain, wrt_str_of(a->options->against),
                                         a->public_key, &a->refusal);
    if (a->refused != WRT_OK)
        wrt_finding_fail(out, -1, "%s", a->refusal.message);
    return out->ok;
}

static void note_integrity(audit *a) {
    wrt_audit_finding finding = {0};
    wrt_finding_pass(&finding, "%zu events, %zu blobs, signed head; the key was %s%s", a->chain.n,
                     a->chain.blobs_seen,
                     a->options->public_key != NULL ? "given" : "the one stored with the run",
                     a->by_hash ? "; derived files of another version: hashes compared only" : "");
    note_level(a, 1, "integrity", &finding);
}

static void run_integrity(audit *a) {
    wrt_audit_finding finding = {0};
    wrt_bundle_place place = {a->folder, a->public_key, a->options->derived};
    bool is_good =
        wrt_chain_check_events(&finding, &a->chain) &&
        wrt_chain_check_openings(&finding, &a->chain) &&
        wrt_chain_check_head(&finding, &a->chain, a->public_key) &&
        wrt_chain_check_prefixes(&finding, &a->chain, a->public_key) &&
        check_against(&finding, a) && check_witnesses(&finding, a) &&
        wrt_chain_check_blobs(&finding, &a->chain) &&
        (a->folder == NULL || wrt_bundle_check_files(&finding, &a->by_hash, &a->chain, &place));
    if (is_good)
        note_integrity(a);
    else
        note_level(a, 1, "integrity", &finding);
}

static void run_completeness(audit *a) {
    wrt_audit_finding finding = {0};
    if (a->options->max_level < 2)
        return;
    if (a->failed_level != 0)
        wrt_finding_fail(&finding, -1, "not checked: level 1 failed");
    else
        wrt_chain_check_complete(&finding, &a->chain);
    note_level(a, 2, "completeness", &finding);
}

static void run_hooks(audit *a) {
    const wrt_audit_source source = {a->chain.blobs};
    wrt_json *events = NULL;
    for (size_t i = 0; i < a->options->n_hooks; i++) {
        const wrt_audit_hook *hook = &a->options->hooks[i];
        wrt_audit_finding finding = {.seq = -1};
        if (hook->level > a->options->max_level)
            continue;
        if (a->chain.redacted > 0) /* what was decided about cannot be looked at again */
            continue;
        if (a->failed_level != 0) {
            wrt_finding_fail(&finding, -1, "not checked: level %d failed", a->failed_level);
        } else {
            if (events == NULL)
                events = wrt_chain_take_events(&a->chain);
            hook->check(&finding, events, &source, hook->ctx);
        }
        note_level(a, hook->level, hook->name, &finding);
    }
    wrt_json_free(events);
}

/* ---- report */

static void set_hash(wrt_json *report, const char *key, const wrt_sha256 *digest) {
    char hex[WRT_SHA256_HEX + 1];
    wrt_sha256_hex(hex, digest);
    wrt_json_set_text(report, key, hex);
}

/* Digests of what was found. */
static void report_run(wrt_json *report, const audit *a) {
    char vkey[WRT_NOTE_VKEY_MAX];
    wrt_json_set_text(report, "run", a->chain.run);
    wrt_json_set_int(report, "events", (int64_t)a->chain.n);
    wrt_json_set(report, "root", wrt_json_new_null());
    wrt_json_set(report, "content", wrt_json_new_null());
    if (a->chain.is_viewed) {
        wrt_sha256 root = wrt_chain_root(&a->chain);
        wrt_sha256 content;
        set_hash(report, "root", &root);
        if (a->chain.is_opened && wrt_chain_content(&content, &a->chain))
            set_hash(report, "content", &content);
    }
    wrt_json_set_int(report, "redacted", (int64_t)a->chain.redacted);
    if (a->by_hash)
        wrt_json_set_bool(report, "derived_by_hash", true);
    wrt_json_set(report, "key", wrt_json_new_null());
    if (a->has_key) {
        wrt_note_write_vkey(vkey, a->public_key);
        wrt_json_set_text(report, "key", vkey);
    }
    wrt_json_set_text(report, "key_source", a->options->public_key != NULL ? "given" : "stored");
}

static void report_failure(wrt_json *report, const audit *a) {
    if (a->failed_level == 0) {
        wrt_json_set(report, "first_failure", wrt_json_new_null());
        return;
    }
    wrt_json *failure = wrt_json_new_object();
    wrt_json_set_int(failure, "level", a->failed_level);
    wrt_json_set(failure, "seq",
                 a->first.seq >= 0 ? wrt_json_new_int(a->first.seq) : wrt_json_new_null());
    wrt_json_set_text(failure, "message", a->first.detail);
    wrt_json_set(report, "first_failure", failure);
}

wrt_json *wrt_audit_describe(const wrt_chain *chain, const unsigned char public_key[32]) {
    const wrt_audit_options options = {.max_level = 2};
    audit a = {.options = &options, .chain = *chain, .has_key = true};
    wrt_json *report = wrt_json_new_object();
    memcpy(a.public_key, public_key, sizeof a.public_key);
    a.levels = wrt_json_new_array();
    note_integrity(&a);
    run_completeness(&a);
    report_run(report, &a);
    wrt_json_set(report, "levels", a.levels);
    report_failure(report, &a);
    return report;
}

/* Runs the levels over what was loaded; loaded is the status of loading, with its message. */
static wrt_status conclude(wrt_json **report, audit *a, wrt_status loaded, const wrt_err *trouble,
                           wrt_err *err) {
    wrt_audit_finding finding = {0};
    *report = wrt_json_new_object();
    a->levels = wrt_json_new_array();
    if (loaded == WRT_OK) {
        run_integrity(a);
    } else {
        wrt_finding_fail(&finding, -1, "%s", trouble->message);
        note_level(a, 1, "integrity", &finding);
    }
    run_completeness(a);
    report_run(*report, a);
    run_hooks(a);
    wrt_json_set(*report, "levels", a->levels);
    report_failure(*report, a);
    wrt_status status = WRT_OK;
    if (loaded != WRT_OK && loaded != WRT_E_INTEGRITY)
        status = wrt_fail(err, loaded, "%s", trouble->message);
    else if (a->refused != WRT_OK)
        status = wrt_fail(err, a->refused, "%s", a->refusal.message);
    else if (a->failed_level != 0)
        status = wrt_fail(err, WRT_E_INTEGRITY, "level %d: %s", a->failed_level, a->first.detail);
    wrt_chain_clear(&a->chain);
    return status;
}

/* ---- entry points */

static void use_given_key(audit *a) {
    if (a->options->public_key == NULL)
        return;
    memcpy(a->public_key, a->options->public_key, sizeof a->public_key);
    a->has_key = true;
}

static wrt_status use_stored_key(audit *a, const wrt_ledger *ledger, wrt_err *err) {
    if (a->has_key)
        return WRT_OK;
    wrt_status status = wrt_ledger_stored_key(a->public_key, ledger, err);
    if (status == WRT_E_NOT_FOUND)
        status = wrt_fail(err, WRT_E_INTEGRITY, "ledger.pub: the verifier key is missing");
    a->has_key = status == WRT_OK;
    return status;
}

wrt_status wrt_audit_run_with(wrt_json **report, wrt_ledger *ledger, const char *run,
                              const wrt_audit_options *options, wrt_err *err) {
    audit a = {.options = options};
    wrt_err trouble = {0};
    use_given_key(&a);
    wrt_status status = wrt_ledger_load_chain(&a.chain, ledger, run, &trouble);
    if (status == WRT_OK)
        status = use_stored_key(&a, ledger, &trouble);
    return conclude(report, &a, status, &trouble, err);
}

static wrt_status audit_folder(wrt_json **report, const char *folder,
                               const wrt_audit_options *options, wrt_err *err) {
    audit a = {.options = options, .folder = folder};
    wrt_err trouble = {0};
    wrt_status status = wrt_bundle_load(&a.chain, a.public_key, folder, &trouble);
    a.has_key = status == WRT_OK;
    use_given_key(&a);
    return conclude(report, &a, status, &trouble, err);
}

/* What cannot be unpacked is reported as a bundle that cannot be taken apart. */
static wrt_status audit_archive(wrt_json **report, const char *path,
                                const wrt_audit_options *options, wrt_err *err) {
    enum { ARCHIVE_MAX = 1 << 30, UNPACKED_MAX = INT32_MAX };
    wrt_zip *zip = NULL;
    char *folder = NULL;
    wrt_err trouble = {0};
    wrt_status status = wrt_zip_open(&zip, path, ARCHIVE_MAX, UNPACKED_MAX, &trouble);
    if (status == WRT_OK)
        status = wrt_zip_unpack(&folder, zip, &trouble);
    if (status == WRT_OK) {
        status = audit_folder(report, folder, options, err);
    } else {
        audit a = {.options = options};
        bool is_damage = status == WRT_E_INPUT || status == WRT_E_LIMIT;
        use_given_key(&a);
        status = conclude(report, &a, is_damage ? WRT_E_INTEGRITY : status, &trouble, err);
    }
    if (folder != NULL)
        wrt_zip_remove(folder, zip);
    wrt_zip_free(zip);
    return status;
}

wrt_status wrt_audit_bundle_with(wrt_json **report, const char *path,
                                 const wrt_audit_options *options, wrt_err *err) {
    struct stat info;
    bool is_file = stat(path, &info) == 0 && S_ISREG(info.st_mode);
    return is_file ? audit_archive(report, path, options, err)
                   : audit_folder(report, path, options, err);
}

wrt_status wrt_audit_run(wrt_json **report, wrt_ledger *ledger, const char *run,
                         const unsigned char *public_key, int max_level, wrt_err *err) {
    const wrt_audit_options options = {.public_key = public_key, .max_level = max_level};
    return wrt_audit_run_with(report, ledger, run, &options, err);
}

wrt_status wrt_audit_bundle(wrt_json **report, const char *folder, const unsigned char *public_key,
                            int max_level, wrt_err *err) {
    const wrt_audit_options options = {.public_key = public_key, .max_level = max_level};
    return wrt_audit_bundle_with(report, folder, &options, err);
}

wrt_status wrt_audit_parse_key(unsigned char public_key[32], const char *text_or_path,
                               wrt_err *err) {
    wrt_buf text = wrt_buf_make(WRT_KIB(4));
    wrt_err trouble = {0};
    wrt_status status = WRT_OK;
    wrt_crypto_init();
    if (!wrt_note_parse_vkey(public_key, wrt_str_of(text_or_path)) &&
        (wrt_file_read(&text, text_or_path, WRT_KIB(4), &trouble) != WRT_OK ||
         !wrt_note_parse_vkey(public_key, wrt_str_trim(wrt_buf_str(&text)))))
        status = wrt_fail(err, WRT_E_INPUT,
                          "%.80s: neither a verifier key (name+keyid+base64) nor a file with one",
                          wrt_path_base(text_or_path));
    wrt_buf_free(&text);
    return status;
}
