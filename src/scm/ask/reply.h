/* reply.h: answers as JSON, each with its rung, method, rule, coupling, n, seed, uncertainty, cache
 * hits and language model (source.h), for commands and tools alike.
 *
 * Each takes an open source and gives *data, the caller's; errors are those of the question put
 * (infer/), named in full. */
#ifndef WRT_SCM_ASK_REPLY_H
#define WRT_SCM_ASK_REPLY_H

#include "scm/ask/source.h"

/* wrt_scm_describe and the stamp; with request->variable "prompt":{"variable","parents",
 * "text","candidates"}: byte for byte what is asked for the first row that agrees with the
 * request's given (values that are not given: the first). */
wrt_status wrt_scm_reply_describe(wrt_json **data, const wrt_scm_source *source, wrt_err *err);

/* {"outcome","distribution":{value: p},"se":{value: x},"effective","weak",...} */
wrt_status wrt_scm_reply_query(wrt_json **data, const wrt_scm_source *source, wrt_err *err);

/* {"treatment","outcome","contrast","observational","interventional","gap","se":{"observational",
 * "interventional"},"support",...} */
wrt_status wrt_scm_reply_effect(wrt_json **data, const wrt_scm_source *source, wrt_err *err);

/* {"outcome","evidence","do","posterior","factual","counterfactual","bounds","bounds_kind",
 * "effect":{value:{"effect","low","high"}},"se","support","extrapolation",...}. Bounds are over all
 * couplings; the interval of an effect is theirs, widened by 1.96 standard errors when sampled. */
wrt_status wrt_scm_reply_whatif(wrt_json **data, const wrt_scm_source *source, wrt_err *err);

/* {"cost",...,"document"} of tables of every mechanism; *compiled (the caller's) is the model. */
wrt_status wrt_scm_reply_compile(wrt_json **data, wrt_scm **compiled, const wrt_scm_source *source,
                                 wrt_err *err);

#endif
