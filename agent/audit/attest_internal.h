/* attest_internal.h: shared by the files of level 4. */
#ifndef WRT_AGENT_AUDIT_ATTEST_INTERNAL_H
#define WRT_AGENT_AUDIT_ATTEST_INTERNAL_H

#include "agent/audit/attest.h"

/* Events of one type, in order: the k-th has number k + 1. */
typedef struct {
    struct {
        const wrt_json *event;
    } * item;
    size_t n;
} wrt_attest_list;

typedef struct {
    const wrt_json *events;
    wrt_attest_list lookups;  /* body.n is 1, 2, ... */
    wrt_attest_list evidence; /* body.id is e1, e2, ... */
    const wrt_audit_source *source;
    const wrt_attest_with *with; /* may be NULL */
    const wrt_json *start;       /* body of run.start */
    wrt_json *standings;         /* {"pmid": status}: the gravest that the journal's reads say */
    wrt_audit_finding *out;
    int64_t seq; /* of the event under check */
    size_t rows, quotes, claims;
} wrt_attest;

/* Says what is wrong with the event under check; returns false. */
bool wrt_attest_fail(wrt_attest *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The evidence recorded before the event under check; NULL. */
const wrt_json *wrt_attest_find_evidence(const wrt_attest *a, const char *id);

/* What the look-up n, of this kind and before the event under check, found; the caller's. NULL when
 * there is none, or it failed, or its blob is not there. */
wrt_json *wrt_attest_lookup(const wrt_attest *a, int64_t n, const char *what);

/* The result of a step, before the event under check; the caller's. NULL: none. */
wrt_json *wrt_attest_result(const wrt_attest *a, const char *step);

/* The row that an edge's evidence is about, from its proof; the caller's. NULL: none. */
wrt_json *wrt_attest_row(const wrt_attest *a, const wrt_json *evidence);

/* Hex SHA-256 of the canonical bytes. */
void wrt_attest_hash(char out[WRT_SHA256_HEX + 1], const wrt_json *value);

/* The gravest standing of a PMID in any spelling that the journal, or the auditor's own copy, says;
 * WRT_PUBMED_UNKNOWN. */
wrt_pubmed_status wrt_attest_standing(const wrt_attest *a, const char *publication);
/* Collects what the journal's own reads say of papers. */
void wrt_attest_read_standings(wrt_attest *a);

bool wrt_attest_edge(wrt_attest *a, const wrt_json *evidence);
bool wrt_attest_quote(wrt_attest *a, const wrt_json *evidence);
bool wrt_attest_claim(wrt_attest *a, const wrt_json *claim);

/* The claim's certainty and its reasons are those that the rule gives for its evidence; `row` is
 * that of `evidence`, turned to the claim's direction. */
bool wrt_attest_certainty_of_link(wrt_attest *a, const wrt_json *claim, const wrt_json *evidence,
                                  const wrt_json *row);
bool wrt_attest_certainty_of_route(wrt_attest *a, const wrt_json *claim);
bool wrt_attest_certainty_of_literature(wrt_attest *a, const wrt_json *claim);

bool wrt_attest_answer(wrt_attest *a, const wrt_json *answer);

#endif
