/* claim.h: from observations to claims, through the causal gate.
 *
 * A mechanism path becomes a hypothesis claim and each of its edges an edge claim. Rung, warrant
 * and certainty are computed (rung.h). Every claim then passes the policy's `claim` phase: a
 * downgrade obligation lowers its rung and its relation, a denial withholds it. Then its
 * sentence passes the phase `output` (utter.h). Claims are recorded in the ledger after the gate,
 * in the form in which they are shown. */
#ifndef WRT_AGENT_CLAIMS_CLAIM_H
#define WRT_AGENT_CLAIMS_CLAIM_H

#include "agent/claims/evidence.h"
#include "agent/claims/utter.h"
#include "agent/literature/paper.h"
#include "agent/turn.h"

typedef struct {
    wrt_evidence evidence; /* what the claims stand on */
    wrt_json *list;        /* array of claims (CONTRACTS.md, "Claim"); ids are c1, c2, ... */
    wrt_json *by_edge;     /* edge id -> claim id */
    int made;              /* ids given out, withheld ones included */
    wrt_library library;   /* papers and names looked up so far */
    wrt_utterances said;   /* what became of the claims' sentences */
} wrt_claims;

wrt_claims wrt_claims_make(void);
void wrt_claims_free(wrt_claims *claims);

/* ---- claims of any maker: begun, filled in, admitted */

/* A claim with an id, subject and object ({"id"?,"name"} of from and to) and empty grounds and
 * limits. The maker's, until it is admitted. */
wrt_json *wrt_claim_new(wrt_claims *claims, const char *kind, const wrt_json *from,
                        const wrt_json *to);
void wrt_claim_add_ground(wrt_json *claim, const char *evidence, const char *role);

/* Takes a finished claim (consumed) through the policy's `claim` phase, its sentence through
 * `output`, and records it. *id is borrowed, or NULL when policy withheld it. */
wrt_status wrt_claims_admit(const char **id, wrt_claims *claims, wrt_turn *turn, wrt_json *claim,
                            wrt_err *err);

/* Evidence that speaks against the claim: a ground of role contradicts, placed before all others,
 * and a member of "rebuttals". Once per evidence. */
void wrt_claim_add_rebuttal(wrt_json *claim, const char *evidence);
bool wrt_claim_is_rebuttal(const wrt_json *claim, const char *evidence);

/* ---- claims about the graph's edges and paths */

/* What hypothesis claims of one run share. */
typedef struct {
    wrt_turn *turn;
    const char *snapshot;       /* KG snapshot id */
    const char *identification; /* evidence id of the check, or NULL when it was not made */
    const char *identified;     /* "not identified by ...": what the check says of the effect */
    int want_sign;              /* direction asked about: -1, 0, +1 */
} wrt_claim_context;

/* Claims about the edges of `path` (each edge once per run), then about the path itself. *id is the
 * hypothesis claim's id, borrowed, or NULL when policy withheld it. */
wrt_status wrt_claims_add_path(const char **id, wrt_claims *claims, const wrt_json *path,
                               const wrt_claim_context *context, wrt_err *err);

const wrt_json *wrt_claims_find(const wrt_claims *claims, const char *id);

#endif
