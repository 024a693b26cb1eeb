#!/usr/bin/env python3
"""Faults put into a copy of src/scm, each of which its tests must notice (tests/support/mutation.py).
Usage: mutate.py ROOT [C_COMPILER] [NAME...]   (NAME: only these faults)
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from mutation import Mutation, Room, main  # noqa: E402

MUTATIONS = [
    Mutation("gumbel_integral_from_the_wrong_end", "infer/coupling.c",
             "for (size_t s = n; s-- > 0;) {", "for (size_t s = 0; s < n; s++) {"),
    Mutation("gumbel_slope_of_the_last_rival_alone", "infer/coupling.c",
             "slope += rivals[s].q;", "slope = rivals[s].q;"),
    Mutation("gumbel_with_rivals_beyond_the_winner", "infer/coupling.c",
             "if (j == i || !(r < top))", "if (j == i || isinf(r))"),
    Mutation("winner_arrives_late", "infer/coupling.c",
             "(j == i ? 0.0 : exponential(u[j]))", "exponential(u[j])"),
    Mutation("upper_bound_filled_from_below", "infer/coupling.c",
             "order[from_top ? n - 1 - s : s]", "order[from_top ? s : s]"),
    Mutation("outer_bound_without_the_evidence", "infer/bounds.c",
             "fmin(1.0, q[j] / r)", "fmin(1.0, q[j])"),
    Mutation("sampled_bound_without_its_error", "infer/whatif.c",
             "double spread = 1.96 * wrt_scm_tally_error(profile, cell);",
             "double spread = 0.0 * wrt_scm_tally_error(profile, cell);"),
    Mutation("bound_that_any_coupling_keeps", "infer/coupling.c",
             "high[j] = fill(p, price, order, n, q[j], true);", "high[j] = 1.0;"),
    Mutation("bound_where_the_context_stays", "infer/bounds.c",
             "m->was[c] == m->is[c]);", "false);"),
    Mutation("evidence_clamped_in_place_of_conditioned_on", "infer/exact.c",
             "if (!needed[i] || world->act[i] == WRT_SCM_SET)",
             "if (!needed[i] || wrt_scm_world_is_pinned(world, i))"),
    Mutation("evidence_taken_for_barren", "infer/exact.c",
             "memcpy(needed, world->seen, sizeof needed);", "memset(needed, 0, sizeof needed);"),
    Mutation("order_that_forgets_fill_in", "infer/order.c",
             "            row[w] |= own[w];\n", "            row[w] |= 0 * own[w];\n"),
    Mutation("evidence_underflows", "infer/network.c",
             "        rescale_all(&s);\n", "        (void)rescale_all;\n"),
    Mutation("work_without_end", "infer/network.c",
             "if (s->work + order.cells > WRT_SCM_WORK_MAX)", "if (s->work < 0.0)"),
    Mutation("same_context_another_value", "infer/twin.c",
             "c->was[i] == c->is[i] ? p : q, k);", "q - 0 * (p - q), k);"),
    Mutation("weights_without_the_importance_ratio", "infer/weigh.c",
             "w->log_w[i] += log(row[column[i]] / q[column[i]]);", "w->log_w[i] += 0.0;"),
    Mutation("units_move_in_their_own_context", "infer/predict.c",
             "        if (m->was[i] == m->is[i])\n            continue;\n", ""),
    Mutation("propensity_of_the_first_value", "infer/simulate.c",
             "rows.p[rows.slot[i] * k + t];", "rows.p[rows.slot[i] * k];"),
    Mutation("arms_share_their_draws", "infer/effect.c",
             "UINT64_C(0x9e3779b97f4a7c15)", "UINT64_C(0)"),
    Mutation("profile_with_effects_of_the_treatment", "infer/support.c",
             "out->seen[i] = out->seen[i] && !below[i];",
             "out->seen[i] = out->seen[i] && (!below[i] || i > 0);"),
    Mutation("search_for_support_without_a_budget", "infer/support.c",
             "    rest.rows_max -= (size_t)s->n_rows;\n", "    s->n_rows = 0.0;\n"),
    Mutation("detectable_without_ties", "infer/audit.c",
             "sizes[first - 1] >= sizes[end - 1] * SAME", "sizes[first - 1] > 2.0 * sizes[end - 1]"),
    Mutation("tables_without_end", "model/table.c",
             "WRT_SCM_TABLES_MAX - scm->cells)", "WRT_SCM_TABLES_MAX)"),
    Mutation("mean_that_is_a_sum", "mechanism/rules.c",
             "score->log_p / score->tokens", "score->log_p / 1"),
    Mutation("parents_in_the_file_s_order", "mechanism/prompt.c",
             "size_t at = next_parent(v, last);", "size_t at = last == WRT_SCM_NONE ? next_parent(v, last) : i;"),
]


COPIED = ("examples/scm", "src/llm", "tests/llm/naive.c", "tests/llm/naive.h", "tests/llm/support.c",
          "tests/llm/support.h", "tests/llm/tiny_gguf.c", "tests/llm/tiny_gguf.h",
          "tests/peers/scm_exact.tsv")

if __name__ == "__main__":
    main(Room("scm", COPIED, MUTATIONS), __doc__)
