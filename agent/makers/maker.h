/* maker.h: claim makers: how observations become claims and a section of the answer.
 *
 * A protocol names its makers in the order in which they are made ("claims") and the sections of
 * the answer in the order in which they are read ("sections"; a maker without one may make claims
 * only). A maker reads finished steps from scope, never prose; makes claims through claims/claim.h,
 * so each passes the gate; adds evidence before the claim that cites it; and leaves in the answer
 * what its section prints. It reaches nothing outside: what it must look up in the graph or the
 * literature goes through wrt_lookup, so that a run can be replayed from its journal alone.
 *
 * To add one: a file of this folder, a line in makers.c. A new question type needs none when the
 * makers that are there suffice. */
#ifndef WRT_AGENT_MAKERS_MAKER_H
#define WRT_AGENT_MAKERS_MAKER_H

#include "agent/claims/claim.h"

typedef struct {
    wrt_turn *turn;
    wrt_claims *claims;
    const wrt_json *scope; /* "frame" and one result per finished step */
    wrt_json *answer;      /* gains members that the maker's section prints */
    /* evidence id of the identification check, once made; borrowed; NULL: none */
    const char *identification;
} wrt_conclusion;

typedef struct {
    const char *name;
    /* spec: the maker's entry in "claims", {"make":NAME, ...}. WRT_E_NOT_FOUND: no supported
     * answer, and why; WRT_E_DENIED: policy withheld it. */
    wrt_status (*make)(wrt_conclusion *conclusion, const wrt_json *spec, wrt_err *err);
    void (*render)(wrt_buf *out, const wrt_json *answer); /* its section; may be NULL */
} wrt_maker;

/* NULL when there is none of this name. */
const wrt_maker *wrt_maker_find(const char *name);

/* Runs the makers of a protocol and sets answer.sections. Stops at the first failure. */
wrt_status wrt_conclude(wrt_conclusion *conclusion, const wrt_json *protocol, wrt_err *err);

/* Appends the sections that the answer names. */
void wrt_conclusion_render(wrt_buf *out, const wrt_json *answer);

#endif
