/* proof.h: that an edge belongs to a snapshot, checkable by a stranger without the graph.
 *
 * A proof is {"schema":"warrant/kg-proof/1","snapshot":hex,"size":number of edges,"index":rank of
 * the edge,"path":[hex, bottom first],"edge":{..},"leaf":hex}. The leaf is SHA-256(0x00 || RFC 8785
 * bytes of "edge"); path and index lead from it to the root (RFC 6962 section 2.1.1). "edge" is
 * wrt_kg_edge without "sha256" and marks of retraction. */
#ifndef WRT_KG_PROOF_H
#define WRT_KG_PROOF_H

#include "kg/kg.h"

/* WRT_E_NOT_FOUND when there is no such edge; WRT_E_INPUT when the graph file was altered, so that
 * its rows do not lead to its snapshot id. One subtree of edges is hashed and O(E / 256) roots are
 * read: about a millisecond at two million edges. Caller frees *out. */
wrt_status wrt_kg_edge_proof(wrt_json **out, wrt_kg *kg, const char *id, wrt_err *err);

/* WRT_OK when the proof holds for the edge it carries; WRT_E_INTEGRITY saying what does not fit.
 * Needs no graph. */
wrt_status wrt_kg_proof_check(const wrt_json *proof, wrt_err *err);

#endif
