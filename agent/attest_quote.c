/* attest_quote.c: evidence that is a quotation. */
#include "agent/attest_internal.h"

bool wrt_attest_quote(wrt_attest *a, const wrt_json *evidence) {
    (void)evidence;
    a->quotes++;
    return true;
}
