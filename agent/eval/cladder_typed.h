/* cladder_typed.h: a question in words as a typed query that a model fills in under a schema. */
#ifndef WRT_EVAL_CLADDER_TYPED_H
#define WRT_EVAL_CLADDER_TYPED_H

#include "agent/eval/typed.h"

/* What the model writes: {"type","edges":[[A,B]],"mediators","collider","more","numbers":[{"of":
 * ["Y=1"],"given":["X=0"],"percent"}],"methods":[[A],[B]],"evidence":["Y=1"],"set":["X=0"]} over X
 * (the cause asked about), Y (its effect) and V1, V2, V3. The caller frees. */
wrt_json *wrt_cladder_schema(void);
extern const char wrt_cladder_instruction[]; /* how to fill it in */

/* What it wrote as a query of typed.h; the caller frees. WRT_E_INPUT: not such an object. */
wrt_status wrt_cladder_read_reply(wrt_json **out, wrt_str reply, wrt_err *err);

typedef struct {
    bool type, graph, numbers;
} wrt_cladder_parse;

/* How a reading agrees with the right one, whatever it calls the nodes other than the ends: the
 * type; the edges under some renaming; the numbers, to half a percent, under a renaming that makes
 * the edges agree or, where none does, under any. O(renamings * facts^2), 720 renamings at most. */
wrt_cladder_parse wrt_cladder_compare(const wrt_typed_query *reading, const wrt_typed_query *right);

#endif
