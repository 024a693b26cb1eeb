/* call.h: one call of a tool for a step, from the decision to the recorded result.
 *
 * Its events come in this order: what of its arguments is declassified, the decision, tool.call,
 * what the tool reaches meanwhile (reach.h), the decision whether its result may be read,
 * tool.result. What the journal holds of the call is taken from there. */
#ifndef WRT_AGENT_ACT_CALL_H
#define WRT_AGENT_ACT_CALL_H

#include "agent/host/files.h"
#include "agent/turn.h"

enum { WRT_CALL_KEPT_FILE_MAX = 16 << 20 }; /* larger files are recorded by their hash alone */

typedef struct {
    wrt_turn *turn;
    const char *step, *tool;
    const wrt_json *args, *template_args; /* the latter with references */
    double share;                         /* of the run's time that is left; 0: no limit */
    wrt_files *files;         /* that args name; NULL when the call is taken from the record */
    const wrt_json *about;    /* of the tool; NULL: nobody knows it */
    bool from_record;         /* it was made before, or nothing but the record is there */
    const wrt_json *recorded; /* body of its tool.result; NULL: it has none yet */
    wrt_json *args_taint;     /* taint.h: {argument: taint} */
    wrt_json *result_taint;   /* of what it answers */
} wrt_call;

/* step and args (bound) are borrowed until wrt_call_close, which notes what was read. */
void wrt_call_open(wrt_call *out, wrt_turn *turn, const wrt_json *step, const wrt_json *args);
void wrt_call_close(wrt_call *call);

/* Asks the policy and records tool.call. A denied call is not made: *gated is its result (the
 * caller's), else NULL. */
wrt_status wrt_call_begin(wrt_json **gated, wrt_call *call, wrt_err *err);

/* False: wrt_call_take finds the result in the journal, or fails for want of it. */
bool wrt_call_needs_making(const wrt_call *call);

/* Calls the tool; what it asks of the network and of the model meanwhile is decided and recorded.
 */
wrt_status wrt_call_make(wrt_json **result, const wrt_call *call, wrt_err *err);

/* How long it may take, in ms: its share of what is left of the run's time; 0: no limit. */
int64_t wrt_call_limit(const wrt_call *call);

/* *result is what the tool answered where the call was made, else NULL: then it is the journal's. A
 * failure that comes of stopping the run is not a result: WRT_E_TIMEOUT, WRT_E_INTERRUPTED. */
wrt_status wrt_call_take(wrt_json **result, const wrt_call *call, wrt_err *err);

/* The run's counters and history gain the call. */
void wrt_call_count(const wrt_call *call);

/* Asks the policy whether *result may be read, and records it; a denial turns it into a gated one.
 */
wrt_status wrt_call_end(wrt_json **result, const wrt_call *call, wrt_err *err);

/* A complete result for a call that was not made. Caller frees. */
wrt_json *wrt_call_gated(const char *code, const char *message);

/* Replaces what the decision's redact obligations name by a mark that says what stood there. */
void wrt_call_redact(wrt_json *result, const wrt_json *decision);

#endif
