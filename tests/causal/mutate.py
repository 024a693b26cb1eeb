#!/usr/bin/env python3
"""Faults put into a copy of src/causal, each of which its tests must notice (tests/support/mutation.py).
Usage: mutate.py ROOT [C_COMPILER] [NAME...]   (NAME: only these faults)
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from mutation import Mutation, Room, main  # noqa: E402

MUTATIONS = [
    Mutation("collider_rule_dropped", "reach.c",
             "{IF_OPEN, UNLESS_GIVEN, IF_OPEN}", "{UNLESS_GIVEN, UNLESS_GIVEN, UNLESS_GIVEN}"),
    Mutation("collider_opened_by_itself_alone", "reach.c",
             "    wrt_reach_run_set(reach, &ancestors, given, 0);\n"
             "    wrt_reach_mark_visited(reach, WRT_MARK_OPEN);\n",
             "    wrt_reach_mark_set(reach, given, WRT_MARK_OPEN);\n"),
    Mutation("children_walked_in_place_of_spouses", "reach.c",
             "to == WRT_TO_SPOUSE ? GRAPH_STAR_SPOUSES", "to == WRT_TO_SPOUSE ? GRAPH_STAR_CHILDREN"),
    Mutation("forbidden_without_descendants", "backdoor.c",
             "    wrt_reach_run(reach, &WRT_REACH_DESCENDANTS, WRT_MARK_FORBIDDEN, 0);\n"
             "    wrt_reach_mark_visited(reach, WRT_MARK_FORBIDDEN);\n", ""),
    Mutation("causal_paths_through_another_treatment", "backdoor.c",
             "up.enter.ban = WRT_MARK_TREATMENT;", "up.enter.ban = 0;"),
    Mutation("backdoor_graph_keeps_first_edges", "backdoor.c",
             "is_total ? WRT_MARK_CAUSAL : WRT_MARK_OUTCOME;", "WRT_MARK_OUTCOME;"),
    Mutation("latent_check_skipped", "adjustment_list.c",
             "(marks[v] & unusable) == 0 &&\n"
             "                        !wrt_graph_is_latent(l->query->graph, (int)v);",
             "(marks[v] & unusable) == 0;"),
    Mutation("optimal_set_with_forbidden_nodes", "adjustment_list.c",
             "(marks[v] & (WRT_MARK_FORBIDDEN | WRT_MARK_TREATMENT)) == 0",
             "(marks[v] & WRT_MARK_TREATMENT) == 0"),
    Mutation("flow_of_one_per_source", "vertex_cut.c",
             "add_arc(net, net->source, v, INT_MAX);", "add_arc(net, net->source, v, 1);"),
    Mutation("moral_graph_without_own_district", "moral.c",
             "        join(moral, fill, v, b->hub[node]);\n", ""),
    Mutation("separator_with_a_banned_vertex", "separators.c",
             "        if (s->banned[v] != 0)\n            return false;\n        take_side(s, v);",
             "        take_side(s, v);"),
    Mutation("frontdoor_condition_1_dropped", "frontdoor_find.c",
             "return wrt_reach_run(reach, &rules, WRT_MARK_TREATMENT, WRT_MARK_OUTCOME) < 0;",
             "return true;"),
    Mutation("frontdoor_condition_3_dropped", "frontdoor_find.c",
             "    drop_outcome_side(fd);\n", ""),
    Mutation("instrument_that_the_treatment_affects", "instruments.c",
             "WRT_MARK_TREATMENT | WRT_MARK_OUTCOME | WRT_MARK_FORBIDDEN;",
             "WRT_MARK_TREATMENT | WRT_MARK_OUTCOME;"),
    Mutation("implication_not_minimal", "nearest.c",
             "    keep_met(out, reach, rules, back, is_free);\n", "    (void)back;\n"),
    Mutation("id_without_district_split", "identify/id.c",
             "    label_districts(label, g, d->has, s->scratch);\n", ""),
    Mutation("id_term_sees_later_nodes", "identify/id.c",
             "i < end && g->spouses.items[i] < v;", "i < end;"),
    Mutation("hedge_roots_wrong", "identify/hedge.c",
             "if (g.next[inner->items[i]] < 0)", "if (g.next[inner->items[i]] >= 0)"),
    Mutation("projection_without_latent_causes", "identify/project.c",
             "        join(p, first, first);\n", ""),
    Mutation("class_rule_1_without_arrowhead", "classes/class_orient.c",
             "            orient(o, b, c, END_ARROW);\n", ""),
    Mutation("effect_on_the_treated_at_one_value", "identify/counterfactual.c",
             "    starred[own.items[0]] = 1;\n", ""),
    Mutation("recanting_district_missed", "identify/counterfactual.c",
             "if (needs[at] != 0 && needs[at] != ways[v]) {",
             "if (needs[at] != 0 && needs[at] == (PAST | THROUGH)) {"),
    Mutation("selected_nodes_not_conditioned_on", "backdoor.c",
             "wrt_node_set_join(set, &backdoor->selected);",
             "wrt_node_set_join(set, &(wrt_node_set){0});"),
    Mutation("selection_by_the_outcome_accepted", "backdoor.c",
             "        out->selection_path = wrt_reach_path(&out->reach, state);\n", "        return;\n"),
    Mutation("optimal_set_without_its_condition", "optimal.c",
             "*is_best = !is_in_valid_set(s, v, &given);",
             "*is_best = !is_in_valid_set(s, v, &given) || v >= 0;"),
    Mutation("cheapest_set_by_size", "vertex_cut.c",
             "net->cost == NULL ? 1 : net->cost[moral->node[v]]", "net->cost == NULL ? 1 : 1"),
    Mutation("nearest_set_on_the_far_side", "vertex_cut.c",
             "        stops[v] = stops[v] && met[v];\n", "        stops[v] = stops[v] || met[v] > 1;\n"),
]

if __name__ == "__main__":
    main(Room("causal", ("src/draw",), MUTATIONS), __doc__)
