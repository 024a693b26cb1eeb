/* compare.h: several results of one suite side by side. */
#ifndef WRT_EVAL_COMPARE_H
#define WRT_EVAL_COMPARE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

enum { WRT_COMPARE_MAX = 16, WRT_COMPARE_PAGE_MAX = 8 << 20 };

/* results: n objects of eval.h, or envelopes that hold one as `data`; names: what to call them.
 * {"suite","suite_version","same_data","warnings":[text],"runs":[{"name","model","mode","n",
 *  "accuracy","low","high","unanswered","main","seconds"?,"content_sha256"}],"groups":[{"group","value","shares":[SHARE
 * or null]}], "measures":[{"measure","means":[MEAN or
 * null]}],"against_first":[{"name","items","same_answers", "only_first","only_this","p"}]}; p is
 * the exact two-sided McNemar test over the items both ran. WRT_E_INPUT: not results, of different
 * suites, or fewer than two. The caller frees. */
wrt_status wrt_compare(wrt_json **out, const wrt_json *const *results, const char *const *names,
                       size_t n, wrt_err *err);

/* The comparison as lines for a terminal, and as a self-contained page (no script, no request).
 * WRT_E_LIMIT: beyond the cap of out. */
void wrt_compare_write_text(wrt_buf *out, const wrt_json *comparison);
wrt_status wrt_compare_write_page(wrt_buf *out, const wrt_json *comparison, wrt_err *err);

#endif
