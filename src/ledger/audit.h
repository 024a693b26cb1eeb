/* audit.h: what a stranger runs. Re-checks a stored or exported run without network or model. */
#ifndef WRT_LEDGER_AUDIT_H
#define WRT_LEDGER_AUDIT_H

#include "ledger/ledger.h"
#include "ledger/witness.h"

/* ---- levels above this folder
 *
 * Levels 1 and 2 are built in. A caller that knows more (the policy engine, the graph, the
 * estimators) adds levels from 3 on as hooks. They run in the order given, after both built-in
 * levels passed, up to max_level; each gets the parsed events and may read the run's blobs. */

typedef struct {
    bool ok;
    int64_t seq;                      /* of the event that failed, or -1 when it is no single one */
    char detail[WRT_ERR_MESSAGE_MAX]; /* one line: what was checked, or what is wrong */
} wrt_audit_finding;

/* Where the blobs of the audited run lie; valid during the audit only. */
typedef struct wrt_audit_source wrt_audit_source;

/* Appends a blob to *out after checking its hash; statuses as wrt_ledger_get_blob. */
wrt_status wrt_audit_get_blob(wrt_buf *out, const wrt_audit_source *source, const char *sha256_hex,
                              wrt_err *err);

typedef struct {
    int level;        /* 3 or more */
    const char *name; /* "policy" */
    /* Fills *out, which comes in as a failure without text. events is the array of event objects in
     * order. */
    void (*check)(wrt_audit_finding *out, const wrt_json *events, const wrt_audit_source *source,
                  void *ctx);
    void *ctx;
} wrt_audit_hook;

/* ---- files of a bundle that other rooms derive from a run
 *
 * A page, a PROV document, a crate: functions of the events and of nothing else. The caller brings
 * the makers; the manifest lists what they made, and level 1 finds a byte that was changed. */

typedef struct {
    const wrt_json *events; /* array, in order */
    const wrt_json *audit;  /* report of levels 1 and 2 with the key of the bundle */
    const wrt_json *files;  /* [{"path","sha256","size"}]: the bundle so far; not manifest.json */
    const wrt_audit_source *source;
} wrt_derive_input;

typedef struct {
    const char *path; /* a plain file name: "report.html" */
    /* Appends the content. WRT_E_LIMIT (the run is too large for this file) and WRT_E_NOT_FOUND (it
     * has no such thing): the file is left out; any other failure is that of the export. Equal
     * input must give equal bytes. */
    wrt_status (*make)(wrt_buf *out, const wrt_derive_input *in, wrt_err *err);
} wrt_derived_file;

typedef struct {
    const char *by; /* program and version; an auditor of another one compares hashes only */
    const wrt_derived_file *item;
    size_t n;
    wrt_json *left_out; /* array that gets the paths of the files that were left out, or NULL */
} wrt_derived_files;

typedef struct {
    const unsigned char *public_key; /* 32 bytes, or NULL for the key stored beside the run */
    int max_level;                   /* 1 or more */
    const wrt_audit_hook *hooks;
    size_t n_hooks;
    const char
        *against; /* text of another checkpoint of the run, which must be consistent; or NULL */
    const wrt_tlog_policy *witnesses; /* who must have cosigned the head, or `against`; or NULL */
    const wrt_derived_files *derived; /* of bundles; NULL: their hashes are compared */
} wrt_audit_options;

/* ---- audits */

/* Level 1, integrity: every event is canonical JSON, matches its leaf hash and follows its
 * predecessor; every blob an event names is there with its hash; the signed head covers exactly
 * these events. Level 2, completeness: run.start comes first, run.end last, and both once; every
 * tool.call names an earlier policy.decision of phase "tool_call" that allowed this tool with these
 * arguments, and no other call, and is answered by exactly one tool.result of its step; every
 * http.request stands inside such a call, names a decision of its own about that tool, number and
 * URL with a destination, and is answered by one http.response. Finds any
 * edit, deletion, insertion, reordering and truncation of a sealed run. A run that is not sealed
 * does not pass level 1; the detail says whether it is still open.
 *
 * *report is {"run","levels":[{"level","name","ok","detail"}],"events":n,"root":HEX,
 * "content":HEX,"redacted":n,"key":VKEY,"key_source":"given"|"stored","first_failure":{"level","seq"|null,
 * "message"}|null}, owned by the caller, and set even on failure ("root", "content" and "key" are
 * null when they could not be computed, "content" also when values were taken away; then hooks are
 * left out). Levels after a failed one are reported as not checked.
 * Returns WRT_OK, WRT_E_INTEGRITY with the first failure, or WRT_E_NOT_FOUND for an unknown run or
 * a missing folder. With the stored key an attacker who can write the store can also sign it anew:
 * give the key that you know. */
wrt_status wrt_audit_run_with(wrt_json **report, wrt_ledger *ledger, const char *run,
                              const wrt_audit_options *options, wrt_err *err);

/* The same over an exported bundle, a folder or a .zip archive of one (any regular file; it is
 * unpacked into a folder for temporary files, which is removed). Level 1 also derives
 * manifest.json, claims.jsonl, proofs/ and policy/ again and compares them; files that the manifest
 * does not list are ignored, and VERIFY.md must be what this version writes. Derived files are made
 * again where the manifest says that the program of options->derived made them; else their hashes
 * are compared, and the detail says so. */
wrt_status wrt_audit_bundle_with(wrt_json **report, const char *folder,
                                 const wrt_audit_options *options, wrt_err *err);

/* A claim by itself, without the run that it comes from: the text of a proof as a bundle holds it
 * under proofs/. Checks that the event in it is canonical and stands at its index under the head,
 * that the head is signed by the key, which must be given, and what options->against and witnesses
 * ask for; with claim_text, that the event holds this very claim (JSON, compared as a value). The
 * report is that of a run with one level, "inclusion", and has "claim" (or null), "index". A text
 * that is no proof is WRT_E_INTEGRITY, no key WRT_E_INPUT. */
wrt_status wrt_audit_proof(wrt_json **report, wrt_str proof, const wrt_str *claim_text,
                           const wrt_audit_options *options, wrt_err *err);

/* Both without hooks. */
wrt_status wrt_audit_run(wrt_json **report, wrt_ledger *ledger, const char *run,
                         const unsigned char *public_key, int max_level, wrt_err *err);
wrt_status wrt_audit_bundle(wrt_json **report, const char *folder, const unsigned char *public_key,
                            int max_level, wrt_err *err);

/* Writes the bundle of a run into a new folder, or a new archive when its name ends in ".zip":
 * manifest.json, events.jsonl, blobs/, checkpoint,
 * claims.jsonl, policy/, proofs/, VERIFY.md. The folder must not exist or be empty (WRT_E_INPUT).
 * A run that does not pass level 1 is not exported: WRT_E_INPUT while it is open, else
 * WRT_E_INTEGRITY. */
wrt_status wrt_audit_export(wrt_ledger *ledger, const char *run, const char *path, wrt_err *err);

/* The same with derived files, which may be NULL. A run of more than 10,000 events has none. */
wrt_status wrt_audit_export_with(wrt_ledger *ledger, const char *run, const char *path,
                                 const wrt_derived_files *derived, wrt_err *err);

typedef struct {
    const wrt_derived_files *derived; /* or NULL */
    const wrt_json *redact; /* names whose values stay behind, an array of texts; or NULL */
} wrt_export_options;

/* The same, without the values of some names, which the run must have sealed (WRT_E_INPUT else).
 * Such a bundle passes levels 1 and 2; it has no content hash. */
wrt_status wrt_audit_export_as(wrt_ledger *ledger, const char *run, const char *path,
                               const wrt_export_options *options, wrt_err *err);

/* Parses a C2SP verifier key "name+hash+base64", or the path of a file that holds one. */
wrt_status wrt_audit_parse_key(unsigned char public_key[32], const char *text_or_path,
                               wrt_err *err);

#endif
