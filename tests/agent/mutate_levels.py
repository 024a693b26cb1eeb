#!/usr/bin/env python3
"""Would CI notice a build in which a check of an audit's levels is missing? For each check a program
without it is built from the objects of a build folder: one file is compiled again and linked before
the libraries. Then one of the small programs of tests/ledger, or test_requests, must fail, or the program must misjudge
one of the lies of tests/support/lies.py, which tests/cli/test_lies.py would report.

Usage: mutate_levels.py ROOT BUILD [NAME...]   (NAME: only these; BUILD: a Ninja folder, built)
A crash counts as noticed; what does not compile, or whose text is not there once, as failed here.
"""
import collections
import concurrent.futures
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

# by: the small program that notices; None: the lies of the level that the name begins with, of which
# `lie` is tried first.
Mutation = collections.namedtuple("Mutation", "name file old new by lie", defaults=(None, None))
SECONDS_MAX = 120
PROGRAMS = ("test_levels", "test_audit", "test_seal", "test_tile_log", "test_requests")
BY_LEVELS, BY_AUDIT, BY_SEAL, BY_LOG, BY_REQUESTS = PROGRAMS
LEDGER, AUDIT, CHAIN = "src/ledger/complete.c", "src/ledger/audit.c", "src/ledger/chain.c"
REQUESTS, ROWS, REACH = "agent/audit/requests.c", "agent/audit/attest_rows.c", "agent/act/reach.c"
EDGE, QUOTE, RECOMPUTE = "agent/audit/attest_edge.c", "agent/audit/attest_quote.c", "agent/audit/recompute.c"


def without(name, file, call, by=None, follows=" &&", lie=None):
    """One call of a chain of checks is taken to have passed."""
    return Mutation(name, file, call + follows, "true" + follows, by, lie)


def unless(name, file, condition, by=None, lie=None):
    """One fault is never seen."""
    return Mutation(name, file, f"if ({condition})", "if (false)", by, lie)


MUTATIONS = [
    # 1: integrity
    Mutation("1_leaf", CHAIN, "if (!event->is_claimed || !wrt_sha256_equal(&event->claimed, &event->leaf))",
             "if (!event->is_claimed)", BY_AUDIT),
    Mutation("1_form", CHAIN, "if (wrt_event_view_of(&event->view, bytes, chain->run, seq))",
             "if (wrt_event_view_of(&event->view, bytes, chain->run, seq) || seq >= 0)", BY_LEVELS),
    Mutation("1_prev", CHAIN, "if (!check_links(out, chain, good))", "if (false)", BY_AUDIT),
    Mutation("1_start_time", CHAIN, "if (!check_start_time(out, chain))", "if (false)", BY_AUDIT),
    Mutation("1_root", CHAIN, "if (!wrt_sha256_equal(&root, &head.root))", "if (false)", BY_AUDIT),
    Mutation("1_signature", "src/ledger/note.c", "wrt_signature_valid(signature + KEY_ID_SIZE, public_key, text))", "true)", BY_AUDIT),
    without("1_heads", AUDIT, "wrt_chain_check_prefixes(&finding, &a->chain, a->public_key)", BY_LOG),
    without("1_sealed", AUDIT, "wrt_chain_check_openings(&finding, &a->chain)", BY_SEAL),
    without("1_against", AUDIT, "check_against(&finding, a)", BY_LOG),
    without("1_witnesses", AUDIT, "check_witnesses(&finding, a)", BY_LOG),
    without("1_blobs", AUDIT, "wrt_chain_check_blobs(&finding, &a->chain)"),
    Mutation("1_files", AUDIT, "(a->folder == NULL || wrt_bundle_check_files", "(true || wrt_bundle_check_files"),
    # 2: completeness
    Mutation("2_all", AUDIT, "wrt_chain_check_complete(&finding, &a->chain);", "wrt_finding_pass(&finding, \"-\");"),
    Mutation("2_ends", LEDGER, "if (!check_place(out, chain, i))", "if (false)", BY_LEVELS),
    Mutation("2_approvals", LEDGER, "if (!has_approvals(body))", "if (true)"),
    Mutation("2_allowed", LEDGER, "if (!check_allowed(out, state, body, seq))", "if (false)"),
    Mutation("2_once", LEDGER, "    if (made->is_used)\n", "    if (false)\n", BY_LEVELS),
    Mutation("2_answered", LEDGER, "if (state->n_open > 0)", "if (false)", BY_LEVELS),
    # 3: policy
    Mutation("3_all", "src/cli/audit_levels.c", "out->hooks[0] = wrt_recheck_policy;", ""),
    Mutation("3_rules", "agent/audit/recheck.c", "if (strcmp(hash, wrt_json_get_text(stated, \"sha256\", \"\")) != 0)", "if (false)"),
    Mutation("3_outcome", "agent/audit/recheck.c", "compared[] = {\"decision\", ", "compared[] = {"),
    Mutation("3_rule", "agent/audit/recheck.c", "\"determining\", \"obligations\"};\n    wrt_decision", "\"obligations\"};\n    wrt_decision"),
    Mutation("3_obligations", "agent/audit/recheck.c", ", \"obligations\"};\n    wrt_decision", "};\n    wrt_decision"),
    Mutation("3_plan", "agent/audit/recheck.c", "if (unplanned != NULL)", "if (false)"),
    unless("3_requests", "agent/audit/recheck.c", "!wrt_requests_check(out, &seen, events, source)",
           lie="a text that policy was not shown"),
    Mutation("3_text", REQUESTS, "return is_text_sent(w, body, request) ||", "return true ||",
             lie="a text that policy was not shown"),
    unless("3_place", REQUESTS, '!is_declared(tool, wrt_json_get_text(body, "url", ""))',
           lie="a place that no tool declared"),
    unless("3_effects", REQUESTS, '!was_told(w, body, "network")', lie="a call said to stay here"),
    unless("3_questions", REQUESTS, "!is_asked_so(request, questions, text)", BY_REQUESTS),
    unless("3_places", REQUESTS, "wrt_json_count(ids) != wrt_json_count(places)", BY_REQUESTS),
    unless("3_identifiers", REQUESTS, "hides_identifiers(request, result)", BY_REQUESTS),
    Mutation("3_status", REQUESTS, "if (!redacts(decision) &&", "if (false &&", BY_REQUESTS),
    unless("3_approved", REQUESTS, "!is_of_decision(w, event)", BY_REQUESTS),
    unless("3_approver", REQUESTS, "!wrt_approval_is_signed(meta)", BY_REQUESTS),
    unless("3_approval_time", REQUESTS, "!is_in_time(meta)", BY_REQUESTS),
    unless("3_approval_once", REQUESTS, "wrt_json_get(w->nonces, nonce) != NULL", BY_REQUESTS),
    # 4: evidence
    Mutation("4_all", "src/cli/audit_levels.c", "out->hooks[1] = wrt_attest_against(&out->with);", ""),
    without("4_graph", EDGE, "check_snapshot(a, evidence, proof)"),
    without("4_row", EDGE, "check_row(a, evidence, row)"),
    without("4_withdrawn", EDGE, "check_standing(a, evidence, row)"),
    Mutation("4_proof", EDGE, "if (wrt_kg_proof_check(proof, &err) != WRT_OK)", "if (false)"),
    without("4_bytes", QUOTE, "check_bytes(a, evidence, record)"),
    without("4_record", QUOTE, "check_record(a, evidence, record)"),
    without("4_retraction", QUOTE, "check_standing(a, record)"),
    without("4_reading", QUOTE, "check_reading(a, evidence, record)", follows=";"),
    Mutation("4_claim", "agent/audit/attest.c", "return wrt_attest_claim(a, body);", "return true;"),
    Mutation("4_answer", "agent/audit/attest.c", "|| wrt_attest_answer(a, body);", "|| true;"),
    unless("4_row_read", ROWS, 'strcmp(hex, wrt_json_get_text(row, "sha256", "")) != 0', lie="a row as it was read"),
    unless("4_row_twice", ROWS, "!wrt_json_equal(last->row, rows->item[i].row)", lie="a row read twice"),
    unless("4_row_told", ROWS, "(told != NULL || row != NULL) && !wrt_json_equal(told, row)",
           lie="a row marked by a tool"),
    without("4_opposed", "agent/audit/attest_claim.c", "wrt_attest_opposed(a, claim, row)",
            lie="what speaks against a claim"),
    unless("4_opposed_told", ROWS, "!stands_beside(a, claim, wrt_json_text(id))", lie="what a tool told against it"),
    # 5: recomputation
    Mutation("5_all", "src/cli/audit_levels.c", "out->hooks[2] = wrt_recompute_hook(&out->recompute);", ""),
    Mutation("5_result", RECOMPUTE, "bool same = compare_result(a, event, recorded, again);", "bool same = true;"),
    Mutation("5_exact", RECOMPUTE, "strncmp(tool, \"scm_\", 4) == 0 ? 0 : TOLERANCE", "1e9"),
    Mutation("5_evidence", RECOMPUTE, "? compare_evidence(a, event, again)", "? true"),
    Mutation("5_hash", RECOMPUTE, "return check_digest(a, event) &&", "return true &&"),
    Mutation("5_verdict", RECOMPUTE, "(is_verdict ? check_verdict(a, event)", "(is_verdict ? true"),
    without("5_claim", RECOMPUTE, "compare_claim(a, event, ours)"),
    without("5_words", RECOMPUTE, "check_words(a, event, ours)", follows=";"),
    Mutation("5_choice", RECOMPUTE, "return wrong == NULL ||", "return true ||", lie="a choice of the lowest score"),
    Mutation("5_scored", "agent/audit/recompute_choice.c", "return is_highest(detail, n, choice) ? NULL",
             "return true ? NULL", BY_REQUESTS),
    Mutation("5_called", "agent/audit/recompute_choice.c", "return choice == wrt_steer_called(", "return true || choice == wrt_steer_called(",
             BY_REQUESTS),
    Mutation("5_network", "agent/audit/recompute_call.c", 'return wrt_json_get_bool(about, "trusted", false) &&',
             "return false &&", lie="an answer of the network"),
    Mutation("5_exchange", "agent/audit/recompute_exchange.c", "bool same = strcmp(", "bool same = true || strcmp(",
             lie="a question to the network"),
    Mutation("5_withheld", RECOMPUTE, "if (was_withheld(a, body))",
             'if (strcmp(wrt_json_get_text(body, "status", ""), "gated") == 0)', lie="a result withheld by nobody"),
    # 6: replay
    Mutation("6_all", "src/cli/audit_levels.c", "out->hooks[3] = wrt_replay_hook;", ""),
    Mutation("6_verdict", "agent/audit/replay.c", "out->ok = status == WRT_OK;", "out->ok = true;"),
    Mutation("6_compare", "src/ledger/resume.c", "        !wrt_json_equal(wrt_json_get(recorded, \"body\"), body))",
             "        body == NULL)"),
    unless("6_start", "agent/open.c", "i == sizeof known / sizeof *known", lie="a member of run.start"),
    Mutation("6_tools", "agent/open.c", "status = check_tools(turn, err);", "status = WRT_OK;",
             lie="a plugin of run.start"),
    unless("6_form", REACH, "check_form(forms[i].members, event, err) != WRT_OK", lie="a member of a request"),
    Mutation("6_taint", REACH, 'wrt_json_set(request, "taint", taint_again(', 'wrt_json_free(taint_again(',
             lie="the taint of a request"),
]


class Bench:
    def __init__(self, root, build, folder):
        self.root, self.build, self.folder = root, build, folder
        targets = ["warrant", "forge", *PROGRAMS]
        listed = subprocess.run(["ninja", "-C", build, "-t", "commands", *targets], check=True,
                                stdout=subprocess.PIPE, text=True).stdout.splitlines()
        self.compiles = {m[1]: line for line in listed if (m := re.search(r" -c (\S+)$", line))}
        self.links = {os.path.basename(m[1]): line for line in listed
                      if "ar qc" not in line and (m := re.search(r" -o (\S+)  ?\S", line)) and " -c " not in line}
        os.environ.update(WARRANT_ROOT=root, WARRANT_BIN=os.path.join(build, "bin", "warrant"),
                          WARRANT_FORGE=os.path.join(build, "tests", "support", "forge"))
        sys.path[:0] = [os.path.join(root, "tests", part) for part in ("support", "cli")]
        import lies  # pylint: disable=import-outside-toplevel
        self.lies = lies.make(folder)

    def shell(self, command):
        done = subprocess.run(["sh", "-c", command], cwd=self.build, check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise RuntimeError("does not build:\n" + done.stdout[-2000:])

    def compile(self, mutation, place):
        source = os.path.join(self.root, mutation.file)
        with open(source, encoding="utf-8") as file:
            plain = file.read()
        if plain.count(mutation.old) != 1:
            raise RuntimeError(f"its text is {plain.count(mutation.old)} times in {mutation.file}, not once")
        changed, out = os.path.join(place, "changed.c"), os.path.join(place, "changed.o")
        with open(changed, "w", encoding="utf-8") as file:
            file.write(plain.replace(mutation.old, mutation.new))
        words = shlex.split(self.compiles[source])
        words[words.index("-o") + 1], words[-1] = out, changed
        words[words.index("-MF") + 1] = os.path.join(place, "changed.d")
        self.shell(shlex.join(words + ["-w"]))
        return out

    def link(self, target, mutation, thing, place):
        """The changed object in place of its own, or before the libraries: its twin there is not taken."""
        own = re.search(r" -o (\S+)", self.compiles[os.path.join(self.root, mutation.file)])[1]
        out = os.path.join(place, "bin", target)
        os.makedirs(os.path.dirname(out), exist_ok=True)
        command = re.sub(r" -o \S+ ", f" {thing} -o {out} ", self.links[target], count=1)
        self.shell(command.replace(f" {own} ", " "))
        return out

    def failing(self, mutation, thing, place):
        """The small program that should fail, when it does."""
        return None if self.passes(self.link(mutation.by, mutation, thing, place)) else mutation.by

    @staticmethod
    def passes(program):
        return subprocess.run([program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
                              timeout=SECONDS_MAX).returncode == 0

    def misjudged(self, mutation, thing, place):
        """The lie of its level that the changed program takes for something else, or None."""
        program = self.link("warrant", mutation, thing, place)
        for part in ("lib", "share"):
            os.symlink(os.path.join(self.build, part), os.path.join(place, part))
        level = int(mutation.name[0])
        for lie in sorted(self.lies, key=lambda lie: lie.name != mutation.lie):
            if lie.level == level and self.judges(program, lie, place) != (lie.level, lie.seq):
                return lie.name
        return None

    @staticmethod
    def judges(program, lie, place):
        done = subprocess.run([program, "-C", os.path.join(place, "empty"), "audit", "verify", lie.bundle, "--level",
                               str(lie.level), "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              check=False, timeout=SECONDS_MAX)
        failure = json.loads(done.stdout)["data"]["first_failure"] if done.stdout else None
        return (failure["level"], failure["seq"]) if failure else None

    def notice(self, mutation):
        with tempfile.TemporaryDirectory(prefix="warrant-mutant-") as place:
            thing = self.compile(mutation, place)
            return (self.failing if mutation.by else self.misjudged)(mutation, thing, place)


def check(bench, mutation):
    try:
        found = bench.notice(mutation)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        print(f"FAILED  {mutation.name}: {error}")
        return False
    print(f"{mutation.name}: {found}" if found else f"FAILED  {mutation.name}: nothing notices")
    return found is not None


def main():
    sys.stdout.reconfigure(line_buffering=True)
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    chosen = [m for m in MUTATIONS if len(sys.argv) < 4 or m.name in sys.argv[3:]]
    with tempfile.TemporaryDirectory(prefix="warrant-mutate-") as folder:
        bench = Bench(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), folder)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            passed = sum(pool.map(lambda mutation: check(bench, mutation), chosen))
    print(f"{passed} passed, {len(chosen) - passed} failed")
    sys.exit(0 if chosen and passed == len(chosen) else 1)


if __name__ == "__main__":
    main()
