/* declassify.h: the only way up. A value whose form the program itself has checked carries no
 * instruction, whoever chose it: one of the program's own options, a number within the range of its
 * schema, a member of its enum, an identifier that the graph or the store of publications holds.
 *
 * Such an extraction (schema-typed, as in CaMeL, arXiv:2503.18813) lifts integrity to tool_trusted
 * and takes the labels `model` and `plugin` away. Where the value's content came from (user, kg,
 * pubmed, file, patient, phi, labels of policy) stays: an identifier of a patient is one still.
 * Every use is a decision of phase tool_result or llm_response whose request has `declassify`
 * {"kind","field","from","to"}, and an event "declassify" {"kind","field","from","to","decision",
 * "step"|"call"}; denied, the value stays what it was. */
#ifndef WRT_AGENT_ACT_DECLASSIFY_H
#define WRT_AGENT_ACT_DECLASSIFY_H

#include "agent/turn.h"

/* What the taint of such a value is afterwards. The caller's. */
wrt_json *wrt_declassified(const wrt_json *taint);

/* {"kind","field","from","to"}: for a request, and for the event. The caller's. */
wrt_json *wrt_declassify_describe(const char *kind, const char *field, const wrt_json *taint);

typedef struct {
    const char *kind;  /* option, number, enum, curie, pmid, edge */
    const char *field; /* argument or member */
    const char *step, *tool;
} wrt_extraction;

/* Asks the policy, records, and changes *taint. WRT_OK also when policy denies; fails only when the
 * ledger does. Nothing is asked where nothing would change. */
wrt_status wrt_declassify(wrt_json *taint, wrt_turn *turn, const wrt_extraction *extraction,
                          wrt_err *err);

/* *kind: "number", "enum", "curie" or "pmid" when the value is of that form, else NULL. schema is
 * that of the argument; NULL: none. A number needs a minimum and a maximum there. Identifiers are
 * looked up (look-ups "is_node", "are_held"). Fails only when the ledger does. */
wrt_status wrt_declassify_kind(const char **kind, wrt_turn *turn, const wrt_json *value,
                               const wrt_json *schema, wrt_err *err);

/* Lifts every argument of a call that is less than tool_trusted and of one of these forms. tool is
 * wrt_toolhost_describe's, NULL: unknown. */
wrt_status wrt_declassify_args(wrt_json *args_taint, wrt_turn *turn, const wrt_json *args,
                               const wrt_json *tool, const char *step, wrt_err *err);

#endif
