"""Would the tests of a room notice a fault? Seeded faults, one at a time, in a copy of the room:
each must make a test program fail, and without any of them all programs must pass.

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

ALWAYS = ("CMakeLists.txt", "src/base", "src/include", "tests/CMakeLists.txt", "tests/oracle")
JOBS = "2"
SECONDS_MAX = 300  # for one program
BYTES_MAX = 8 << 30

Mutation = collections.namedtuple("Mutation", "name file old new")  # file: within src/ROOM
# copied: what the room needs beside ALWAYS, src/NAME and tests/NAME.
Room = collections.namedtuple("Room", "name copied mutations")


def copy(root, tree, room):
    for path in ALWAYS + ("src/" + room.name, "tests/" + room.name) + room.copied:
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

    def __init__(self, room, folder, root, compiler):
        self.room = room
        self.tree = os.path.join(folder, "tree")
        self.build = os.path.join(folder, "build")
        copy(root, self.tree, room)
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
        return [name for name in names if name.startswith("test_" + self.room.name)]

    def make(self, targets):
        return run(["cmake", "--build", self.build, "-j", JOBS, "--target"] + targets)

    def test(self, program):
        return run([os.path.join(self.build, "tests", self.room.name, program)], SECONDS_MAX, limit)

    def source(self, mutation):
        return os.path.join(self.tree, "src", self.room.name, mutation.file)


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


def main(room, usage):
    """Arguments: ROOT [C_COMPILER] [NAME...]"""
    sys.stdout.reconfigure(line_buffering=True)
    if len(sys.argv) < 2:
        sys.exit(usage)
    root = os.path.abspath(sys.argv[1])
    compiler = sys.argv[2] if len(sys.argv) > 2 else None
    chosen = [m for m in room.mutations if len(sys.argv) < 4 or m.name in sys.argv[3:]]
    with tempfile.TemporaryDirectory(prefix="warrant_mutate_") as folder:
        bench = Bench(room, folder, root, compiler)
        plain = check_plain(bench)
        passed = sum(check_mutation(bench, mutation) for mutation in chosen) if plain else 0
    print("%d passed, %d failed" % (passed, len(chosen) - passed))
    sys.exit(0 if chosen and passed == len(chosen) else 1)
