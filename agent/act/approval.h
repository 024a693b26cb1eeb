/* approval.h: what a rule of effect require_approval waits for: a person's word about one thing.
 *
 * A decision "hold" is about one request. Its digest binds all that was shown: SHA-256 over the RFC
 * 8785 bytes of {"schema","policy","run","seq","request"}, the request without what only counts
 * (counters, history, approvals). Other arguments, another tool, another policy, another run or
 * another place in the run have another digest, so a grant cannot be carried over.
 *
 * A grant is given at the terminal, or by a file that `warrant policy approve DIGEST` writes:
 *   DIR/approvals/<digest>.json: {"approval":{"schema","digest","issued_ms","expires_ms","nonce",
 *   "key"},"signature"}
 * "signature" is Ed25519 over "warrant/approval/1\n" and the canonical bytes of "approval". The
 * public half of the key must stand in DIR/keys/approvers/NAME.pub, as 64 hexadecimal digits; the
 * secret half may lie on another machine. A grant is used once: its nonce is put down in
 * DIR/approvals/used before it counts, and the file is removed. */
#ifndef WRT_AGENT_ACT_APPROVAL_H
#define WRT_AGENT_ACT_APPROVAL_H

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/sign.h"

enum { WRT_APPROVAL_NONCE = 32 /* hexadecimal digits */ };

typedef struct {
    const wrt_json *request; /* without counters, history and approvals */
    const char *policy;      /* hash, hexadecimal */
    const char *run;         /* id; "" outside a run */
    int64_t seq;             /* number of the decision in the run; 0 outside */
} wrt_approval_subject;

typedef struct {
    char digest[WRT_SHA256_HEX + 1];
    wrt_approval_subject subject;
    const wrt_json *rules;    /* ids of the rules that wait */
    const wrt_json *messages; /* text of each */
} wrt_approval_question;

typedef struct {
    char by[8];                                    /* "person" at the terminal, or "key" */
    char key[WRT_SHA256_HEX + 1];                  /* public half, hexadecimal; "" for a person */
    char nonce[WRT_APPROVAL_NONCE + 1];            /* "" for a person */
    int64_t issued_ms, expires_ms;                 /* 0 for a person */
    char signature[2 * WRT_ED25519_SIGNATURE + 1]; /* hexadecimal; "" for a person */
} wrt_approval_grant;

/* Asks whoever may grant. WRT_OK: granted; WRT_E_DENIED: not, with the reason. */
typedef wrt_status wrt_approval_ask(wrt_approval_grant *out, const wrt_approval_question *question,
                                    void *ctx, wrt_err *err);

/* A copy of the request without what only counts. Caller frees. */
wrt_json *wrt_approval_request(const wrt_json *request);

/* Appends the bytes that the digest is of. */
void wrt_approval_write_subject(wrt_buf *out, const wrt_approval_subject *subject);
/* "", under which nothing can be approved, when the subject is larger than 64 MiB. */
void wrt_approval_digest(char out[WRT_SHA256_HEX + 1], const wrt_approval_subject *subject);

/* Puts the subject down as DIR/approvals/waiting/<digest>.json, for who is to sign; what is asked
 * again replaces itself. Gives it back when its bytes have the digest: WRT_E_NOT_FOUND when nothing
 * waits under it, WRT_E_INTEGRITY when the bytes are others. Caller frees *out. */
wrt_status wrt_approval_put_waiting(const char *home, const wrt_approval_question *question,
                                    wrt_err *err);
wrt_status wrt_approval_get_waiting(wrt_json **out, const char *home, const char *digest,
                                    wrt_err *err);

/* Appends the file of a grant for this digest, signed with the key, with a fresh nonce.
 * WRT_E_INPUT when the digest is not 64 hexadecimal digits or ends before it begins. */
wrt_status wrt_approval_write(wrt_buf *out, const char *digest, const wrt_signing_key *key,
                              int64_t issued_ms, int64_t expires_ms, wrt_err *err);

/* Uses up the grant for this digest in the data folder `home`, at the time now_ms. WRT_E_NOT_FOUND:
 * there is none; WRT_E_DENIED: there is one that does not count (malformed, for something else,
 * signed by a key that may not grant, forged, expired, used before), with the reason. */
wrt_status wrt_approval_take(wrt_approval_grant *out, const char *home, const char *digest,
                             int64_t now_ms, wrt_err *err);

/* Writes what a grant by key was into the meta of its event, beside "digest": "key", "nonce",
 * "issued_ms", "expires_ms", "signature". */
void wrt_approval_note(wrt_json *meta, const wrt_approval_grant *grant);
/* Is the signature that stands there the key's, over just that? */
bool wrt_approval_is_signed(const wrt_json *meta);

#endif
