#!/usr/bin/env python3
"""Would the causal tests notice a fault? Seeded faults, one at a time, in a copy of src/causal:
each must make a test program fail, and without any of them all programs must pass.
Usage: mutate.py ROOT [C_COMPILER] [NAME...]   (NAME: only these faults)

The copy is configured once without sanitizers and built as far as needed. Programs run from the
fastest to the slowest and stop at the first that fails; a crash or a program that does not end
counts as noticed, a fault that does not compile or whose text is not found counts as failed here.
"""
import collections
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

COPIED = ("CMakeLists.txt", "src/base", "src/causal", "src/include", "tests/CMakeLists.txt",
          "tests/causal", "tests/oracle")
JOBS = "2"
SECONDS_MAX = 300  # for one program
BYTES_MAX = 8 << 30

Mutation = collections.namedtuple("Mutation", "name file old new")

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


def copy(root, tree):
    for path in COPIED:
        source, target = os.path.join(root, path), os.path.join(tree, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if os.path.isdir(source):
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)


def limit():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES_MAX, BYTES_MAX))


def run(command, seconds=None, limits=None):
    """Exit status (None: it did not end in time) and output."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                              timeout=seconds, preexec_fn=limits)
    except subprocess.TimeoutExpired as late:
        return None, (late.stdout or b"").decode("utf-8", "replace")
    return done.returncode, done.stdout.decode("utf-8", "replace")


class Bench:
    """The copy, its build folder, and the programs in the order in which they run."""

    def __init__(self, folder, root, compiler):
        self.tree = os.path.join(folder, "tree")
        self.build = os.path.join(folder, "build")
        copy(root, self.tree)
        command = ["cmake", "-S", self.tree, "-B", self.build, "-G", "Ninja",
                   "-DCMAKE_BUILD_TYPE=RelWithDebInfo", "-DWARRANT_SANITIZE="]
        command += ["-DCMAKE_C_COMPILER=" + compiler] if compiler else []
        status, output = run(command)
        if status != 0:
            raise RuntimeError("configuring the copy failed:\n" + output)
        self.programs = self.list_programs()

    def list_programs(self):
        output = subprocess.run(["ctest", "--test-dir", self.build, "--show-only=json-v1"],
                                stdout=subprocess.PIPE, check=True).stdout
        names = [test["name"] for test in json.loads(output)["tests"]]
        return [name for name in names if name.startswith("test_causal")]

    def make(self, targets):
        return run(["cmake", "--build", self.build, "-j", JOBS, "--target"] + targets)

    def test(self, program):
        return run([os.path.join(self.build, "tests", "causal", program)], SECONDS_MAX, limit)

    def source(self, mutation):
        return os.path.join(self.tree, "src", "causal", mutation.file)


def problem_of(status, output):
    if status is None:
        return "did not end"
    failed = re.search(r"\[  FAILED  \] (?!\d+ test)(\w+)", output)
    return failed.group(1) if failed else "status %d" % status


def check_plain(bench):
    """The unmutated copy passes; sorts the programs by the time they take."""
    status, output = bench.make(bench.programs)
    if status != 0 or not bench.programs:
        print("FAILED  the copy does not build:\n" + output)
        return False
    taken = {}
    for program in bench.programs:
        start = time.monotonic()
        status, output = bench.test(program)
        taken[program] = time.monotonic() - start
        if status != 0:
            print("FAILED  without a fault: %s: %s\n%s" % (program, problem_of(status, output), output))
            return False
    bench.programs.sort(key=taken.get)
    print("without a fault: %d programs pass (%.0f s)" % (len(taken), sum(taken.values())))
    return True


def noticed_by(bench):
    """("program: test", None), or (None, why not)."""
    for program in bench.programs:
        status, output = bench.make([program])
        if status != 0:
            return None, "does not compile:\n" + output
        status, output = bench.test(program)
        if status != 0:
            return "%s: %s" % (program, problem_of(status, output)), None
    return None, "no test fails"


def check_mutation(bench, mutation):
    start = time.monotonic()
    with open(bench.source(mutation), encoding="utf-8") as file:
        plain = file.read()
    if plain.count(mutation.old) != 1:
        print("FAILED  %s: its text is %d times in %s, not once"
              % (mutation.name, plain.count(mutation.old), mutation.file))
        return False
    write(bench, mutation, plain.replace(mutation.old, mutation.new))
    found, why_not = noticed_by(bench)
    write(bench, mutation, plain)
    if found is None:
        print("FAILED  %s: %s" % (mutation.name, why_not))
        return False
    print("%s: %s (%.1f s)" % (mutation.name, found, time.monotonic() - start))
    return True


def write(bench, mutation, text):
    with open(bench.source(mutation), "w", encoding="utf-8") as file:
        file.write(text)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    root = os.path.abspath(sys.argv[1])
    compiler = sys.argv[2] if len(sys.argv) > 2 else None
    chosen = [m for m in MUTATIONS if len(sys.argv) < 4 or m.name in sys.argv[3:]]
    with tempfile.TemporaryDirectory(prefix="warrant_mutate_") as folder:
        bench = Bench(folder, root, compiler)
        plain = check_plain(bench)
        passed = sum(check_mutation(bench, mutation) for mutation in chosen) if plain else 0
    print("%d passed, %d failed" % (passed, len(chosen) - passed))
    sys.exit(0 if chosen and passed == len(chosen) else 1)


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    main()
