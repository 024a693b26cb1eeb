/* proof.c: one claim handed over alone.
 *
 * A proof file holds the event of the claim as its extra data, which by itself proves nothing: its
 * entry is made from its bytes, hashed to a leaf, and carried by the inclusion proof to the root
 * that the checkpoint states and the key signs. c2sp.org/tlog-proof@v1. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "ledger/chain.h"

typedef struct {
    char run[WRT_RUN_ID_MAX];
    char *event; /* the extra data, decoded */
    size_t len;
    int64_t index;
    wrt_sha256 hash[WRT_MERKLE_PROOF_MAX];
    size_t n;
    wrt_str note;
} proof_file;

static wrt_status bad_proof(wrt_err *err, const char *what) {
    return wrt_fail(err, WRT_E_INTEGRITY, "proof: %s", what);
}

/* Takes "WORD value" off the text. */
static bool take_field(wrt_str *value, wrt_str *text, const char *word) {
    wrt_str line, name;
    if (!wrt_str_cut(&line, text, '\n') || !wrt_str_cut(&name, &line, ' ') ||
        !wrt_str_equal_c(name, word) || line.ptr == NULL)
        return false;
    *value = line;
    return true;
}

/* Base64 of unknown length: the padding tells it. */
static bool decode_extra(proof_file *out, wrt_str text) {
    size_t padding = 0;
    while (padding < 2 && padding < text.len && text.ptr[text.len - 1 - padding] == '=')
        padding++;
    if (text.len % 4 != 0 || text.len / 4 * 3 > WRT_EVENT_BYTES_MAX + 3 || text.len == 0)
        return false;
    out->len = text.len / 4 * 3 - padding;
    out->event = wrt_calloc(out->len + 1, 1);
    return wrt_base64_decode((unsigned char *)out->event, out->len, text);
}

static wrt_status read_hashes(proof_file *out, wrt_str *text, wrt_err *err) {
    wrt_str line;
    while (wrt_str_cut(&line, text, '\n')) {
        if (line.len == 0)
            return WRT_OK;
        if (out->n == WRT_MERKLE_PROOF_MAX ||
            !wrt_base64_decode(out->hash[out->n++].bytes, WRT_SHA256_SIZE, line))
            return bad_proof(err, "a line of its path is not the base64 of a hash");
    }
    return bad_proof(err, "it ends before its checkpoint");
}

static wrt_status read_proof(proof_file *out, wrt_str text, wrt_err *err) {
    wrt_str line, value;
    char again[24];
    if (!wrt_str_cut(&line, &text, '\n') || !wrt_str_equal_c(line, "c2sp.org/tlog-proof@v1"))
        return bad_proof(err, "its first line is not \"c2sp.org/tlog-proof@v1\"");
    if (!take_field(&value, &text, "extra") || !decode_extra(out, value))
        return bad_proof(err, "it carries no event (\"extra BASE64\")");
    if (!take_field(&value, &text, "index") || !wrt_str_to_int64(&out->index, value) ||
        out->index < 0)
        return bad_proof(err, "it states no index");
    snprintf(again, sizeof again, "%lld", (long long)out->index);
    if (!wrt_str_equal_c(value, again))
        return bad_proof(err, "its index is not written as a plain number");
    wrt_status status = read_hashes(out, &text, err);
    if (status == WRT_OK &&
        (text.ptr == NULL || !wrt_checkpoint_run(out->run, sizeof out->run, text)))
        status = bad_proof(err, "its checkpoint is not that of a run (origin \"warrant/RUN\")");
    out->note = text;
    return status;
}

/* ---- checks */

static bool check_inclusion(wrt_audit_finding *out, const proof_file *proof, wrt_head *head,
                            const unsigned char public_key[32]) {
    wrt_event_view view;
    wrt_err err = {0};
    wrt_str bytes = {proof->event, proof->len};
    if (wrt_checkpoint_open(head, proof->note, proof->run, public_key, &err) != WRT_OK)
        return wrt_finding_fail(out, -1, "%s", err.message);
    if (!wrt_event_view_of(&view, bytes, proof->run, proof->index))
        return wrt_finding_fail(out, proof->index, "what it carries is not event %lld of the run",
                                (long long)proof->index);
    wrt_sha256 leaf = wrt_event_leaf(bytes, proof->index);
    if (!wrt_merkle_verify(&leaf, (size_t)proof->index, (size_t)head->size, proof->hash, proof->n,
                           &head->root))
        return wrt_finding_fail(out, proof->index, "event %lld is not under the signed head",
                                (long long)proof->index);
    return wrt_finding_pass(out, "event %lld is under the signed head over %lld events",
                            (long long)proof->index, (long long)head->size);
}

/* Two heads of one size must be one; of other sizes the proof of one claim cannot tell. */
static wrt_status check_other(wrt_audit_finding *out, const proof_file *proof, const wrt_head *head,
                              const wrt_audit_options *options, wrt_err *err) {
    wrt_head other;
    size_t n = 0, others = 0;
    if (options->against != NULL) {
        wrt_err inner = {0};
        if (wrt_checkpoint_open(&other, wrt_str_of(options->against), proof->run,
                                options->public_key, &inner) != WRT_OK)
            return wrt_fail(err, WRT_E_INPUT, "the checkpoint to compare with: %s", inner.message);
        if (other.size != head->size)
            return wrt_fail(err, WRT_E_INPUT,
                            "the checkpoint to compare with is over %lld events, that of the proof "
                            "over %lld: compare the whole bundle",
                            (long long)other.size, (long long)head->size);
        if (!wrt_sha256_equal(&other.root, &head->root))
            wrt_finding_fail(out, proof->index, "fork: the same run was signed with other events");
    }
    if (out->ok && options->witnesses != NULL &&
        !wrt_tlog_policy_trusts(options->witnesses, options->public_key))
        wrt_finding_fail(out, -1, "the policy of witnesses does not name the key of this log");
    if (out->ok && options->witnesses != NULL &&
        !wrt_tlog_policy_met(&n, options->witnesses, proof->note) &&
        (options->against == NULL ||
         !wrt_tlog_policy_met(&others, options->witnesses, wrt_str_of(options->against))))
        wrt_finding_fail(out, -1, "no quorum: %zu of the witnesses asked for have cosigned",
                         n > others ? n : others);
    return WRT_OK;
}

static wrt_status check_claim(wrt_audit_finding *out, wrt_json *report, const proof_file *proof,
                              const wrt_str *claim_text, wrt_err *err) {
    wrt_json *event = NULL, *claim = NULL;
    wrt_status status = wrt_json_parse(&event, (wrt_str){proof->event, proof->len}, NULL);
    if (status == WRT_OK && claim_text != NULL)
        status = wrt_json_parse(&claim, *claim_text, err);
    const wrt_json *body = wrt_json_get(event, "body");
    if (status == WRT_OK && claim != NULL && !wrt_json_equal(claim, body) &&
        !wrt_json_equal(claim, event))
        wrt_finding_fail(out, proof->index, "the claim given is not the one in the proof");
    if (strcmp(wrt_json_get_text(event, "type", ""), "claim") == 0)
        wrt_json_set(report, "claim", wrt_json_copy(body));
    wrt_json_free(event);
    wrt_json_free(claim);
    return status;
}

/* ---- report */

static wrt_json *new_report(const proof_file *proof, const unsigned char public_key[32]) {
    char vkey[WRT_NOTE_VKEY_MAX];
    wrt_json *report = wrt_json_new_object();
    wrt_note_write_vkey(vkey, public_key);
    wrt_json_set_text(report, "run", proof->run);
    wrt_json_set(report, "events", wrt_json_new_null());
    wrt_json_set(report, "root", wrt_json_new_null());
    wrt_json_set(report, "content", wrt_json_new_null());
    wrt_json_set_text(report, "key", vkey);
    wrt_json_set_text(report, "key_source", "given");
    wrt_json_set_int(report, "index", proof->index);
    wrt_json_set(report, "claim", wrt_json_new_null());
    return report;
}

static void report_head(wrt_json *report, const wrt_head *head) {
    char hex[WRT_SHA256_HEX + 1];
    wrt_sha256_hex(hex, &head->root);
    wrt_json_set_int(report, "events", head->size);
    wrt_json_set_text(report, "root", hex);
}

static void report_finding(wrt_json *report, const wrt_audit_finding *finding) {
    wrt_json *levels = wrt_json_new_array(), *level = wrt_json_new_object();
    wrt_json *failure = finding->ok ? wrt_json_new_null() : wrt_json_new_object();
    wrt_json_set_int(level, "level", 1);
    wrt_json_set_text(level, "name", "inclusion");
    wrt_json_set_bool(level, "ok", finding->ok);
    wrt_json_set_text(level, "detail", finding->detail);
    wrt_json_push(levels, level);
    wrt_json_set(report, "levels", levels);
    if (!finding->ok) {
        wrt_json_set_int(failure, "level", 1);
        wrt_json_set(failure, "seq",
                     finding->seq >= 0 ? wrt_json_new_int(finding->seq) : wrt_json_new_null());
        wrt_json_set_text(failure, "message", finding->detail);
    }
    wrt_json_set(report, "first_failure", failure);
}

wrt_status wrt_audit_proof(wrt_json **report, wrt_str text, const wrt_str *claim_text,
                           const wrt_audit_options *options, wrt_err *err) {
    proof_file proof = {.index = -1};
    wrt_audit_finding finding = {.seq = -1};
    wrt_head head;
    wrt_err trouble = {0};
    *report = NULL;
    if (options->public_key == NULL)
        return wrt_fail(err, WRT_E_INPUT,
                        "a proof alone holds no key: give the one that you trust");
    wrt_status status = WRT_OK;
    bool is_read = read_proof(&proof, text, &trouble) == WRT_OK;
    *report = new_report(&proof, options->public_key);
    if (!is_read) {
        wrt_finding_fail(&finding, -1, "%s", trouble.message);
    } else if (check_inclusion(&finding, &proof, &head, options->public_key)) {
        report_head(*report, &head);
        status = check_other(&finding, &proof, &head, options, err);
        if (status == WRT_OK && finding.ok)
            status = check_claim(&finding, *report, &proof, claim_text, err);
    }
    report_finding(*report, &finding);
    if (status == WRT_OK && !finding.ok)
        status = wrt_fail(err, WRT_E_INTEGRITY, "level 1: %s", finding.detail);
    free(proof.event);
    return status;
}
