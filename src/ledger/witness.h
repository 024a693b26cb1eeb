/* witness.h: who must have cosigned a head (c2sp.org/tlog-policy, c2sp.org/tlog-cosignature).
 *
 * A policy names logs by their keys, witnesses by name and key, groups of them with a threshold,
 * and the group, witness or "none" that makes a quorum. A cosignature is a line of the signed note
 * of type 0x04: a witness says at what time it saw this head as the newest of a log that only grew.
 */
#ifndef WRT_LEDGER_WITNESS_H
#define WRT_LEDGER_WITNESS_H

#include "base/err.h"
#include "base/str.h"

enum { WRT_TLOG_POLICY_BYTES_MAX = 1 << 16 };

typedef struct wrt_tlog_policy wrt_tlog_policy;

/* Reads a policy file. WRT_E_INPUT names the line and what is wrong with it; WRT_E_LIMIT beyond 64
 * logs, witnesses or groups. *out is the caller's and NULL on failure. */
wrt_status wrt_tlog_policy_parse(wrt_tlog_policy **out, wrt_str text, wrt_err *err);

/* The policy "this witness must have cosigned". vkey is its verifier key, of type 0x04. */
wrt_status wrt_tlog_policy_of_witness(wrt_tlog_policy **out, wrt_str vkey, wrt_err *err);
void wrt_tlog_policy_free(wrt_tlog_policy *policy); /* accepts NULL */

/* True when the policy names no log, or this key as that of one. */
bool wrt_tlog_policy_trusts(const wrt_tlog_policy *policy, const unsigned char public_key[32]);

/* The key of the first log that the policy names; NULL when it names none. */
const unsigned char *wrt_tlog_policy_key(const wrt_tlog_policy *policy);

/* True when the cosignatures on this signed note make a quorum; *cosigned is how many of the
 * policy's witnesses have cosigned it. Cosignatures of others, or that do not verify, count as
 * absent. The note's own signature is not looked at. */
bool wrt_tlog_policy_met(size_t *cosigned, const wrt_tlog_policy *policy, wrt_str note);

#endif
