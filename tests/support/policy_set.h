/* policy_set.h: 200 rules that all apply to one tool call, and requests, for measuring.
 *
 * Made so that another policy language can say the same: equality, order, membership, sets, globs
 * and presence over about twenty fields, all operands different from rule to rule. */
#ifndef WRT_TESTS_SUPPORT_POLICY_SET_H
#define WRT_TESTS_SUPPORT_POLICY_SET_H

#include "base/buf.h"

enum { POLICY_SET_RULES = 200, POLICY_SET_REQUESTS = 64 };

/* Appends the rule file; with_patterns adds a pcre2 rule after every twentieth. */
void policy_set_write(wrt_buf *out, bool with_patterns);
/* Appends request number 0 .. POLICY_SET_REQUESTS - 1 as JSON. */
void policy_set_write_request(wrt_buf *out, int number);

#endif
