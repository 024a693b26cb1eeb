#!/usr/bin/env python3
"""The shell scripts: they parse, packages.sh says the right thing when it cannot go on, and
quickstart.sh keeps its promises about streams, exit codes and a missing model.
Usage: scripts.py [ROOT]

Both run with a PATH of stand-ins (dpkg-query, apt-get, id, uname, cmake), so that nothing is
installed or built and the machine at hand does not matter.
"""
import os
import shutil
import subprocess
import sys
import tempfile

from lint import Score, files, findings_in, root_of_arguments

REAL = ("sh", "sed", "tr", "grep", "find", "ls", "cat", "dirname", "mkdir", "ln", "chmod")


def parse_error(path):
    done = subprocess.run(["sh", "-n", path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          universal_newlines=True, check=False)
    return None if done.returncode == 0 else done.stderr.strip()


def findings(root):
    errors = [(path, parse_error(os.path.join(root, path))) for path in files(root, ".sh")]
    return ["%s: %s" % (path, error) for path, error in errors if error]


class Machine:
    """A pretended machine: the stand-in commands by name, and the distribution."""

    def __init__(self, folder, stubs, os_release='ID=debian\nVERSION_ID="12"\n'):
        self.bin = os.path.join(folder, "bin")
        self.log = os.path.join(folder, "log")
        os.mkdir(self.bin)
        for name in REAL:
            for place in ("/bin", "/usr/bin"):
                if os.path.exists(os.path.join(place, name)):
                    os.symlink(os.path.join(place, name), os.path.join(self.bin, name))
                    break
        for name, body in stubs.items():
            self._write(os.path.join(self.bin, name), "#!/bin/sh\n" + body + "\n", 0o755)
        self.release = os.path.join(folder, "os-release")
        self._write(self.release, os_release, 0o644)
        self.cache = os.path.join(folder, "cache")

    @staticmethod
    def _write(path, text, mode):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)

    def run(self, root, *words, script="setup/packages.sh", cwd=None):
        env = {"PATH": self.bin, "OS_RELEASE": self.release, "LOG": self.log,
               "WARRANT_CACHE": self.cache, "HOME": self.cache}
        done = subprocess.run(
            ["/bin/sh", os.path.join(root, "examples", script), *words], env=env, cwd=cwd,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def calls(self):
        if not os.path.exists(self.log):
            return ""
        with open(self.log, encoding="utf-8") as file:
            return file.read()


APT = 'echo "apt-get $*" >>"$LOG"; case "$*" in *install*) exit %d ;; esac; exit 0'
X86 = 'echo x86_64'


def with_machine(stubs, test, **options):
    with tempfile.TemporaryDirectory(prefix="warrant-lint-") as folder:
        test(Machine(folder, stubs, **options))


def check_packages(score, root):
    none = {"dpkg-query": "exit 1", "uname": X86}

    def not_root(machine):
        code, _, said = machine.run(root, "run")
        score.check(code == 1 and "su -c 'sh examples/setup/packages.sh run'" in said and "sudo sh" not in said
                    and "apt-get install --no-install-recommends gcc cmake" in said, said)
        score.check("libcjson-dev" in said and machine.calls() == "", "not root: " + said)

    def with_sudo(machine):
        code, _, said = machine.run(root, "run")
        score.check(code == 1 and "sudo sh examples/setup/packages.sh run" in said, said)
        score.check("libcjson-dev" in said and machine.calls() == "", "not root: " + said)

    def no_network(machine):
        code, _, said = machine.run(root, "run")
        score.check(code == 1 and "is the network reachable" in said, "no network: " + said)

    def installs(machine):
        code, out, said = machine.run(root, "test")
        calls = machine.calls().splitlines()
        score.check(code == 0 and out == "" and len(calls) == 2, "installs: %s %s" % (said, calls))
        score.check("update" in calls[0] and "install -y --no-install-recommends" in calls[1]
                    and "libcmocka-dev" in calls[1] and "untested" not in said, str(calls))

    def idempotent(machine):
        for role in ("run", "model", "test"):
            code, out, said = machine.run(root, role)
            score.check(code == 0 and out == "" and machine.calls() == "", role + ": " + said)

    def half_removed(machine):
        code, out, _ = machine.run(root, "--check", "run")
        score.check(code == 1 and "libcjson-dev" in out.split(), "config-files: " + out)

    def untested(machine):
        _, _, said = machine.run(root, "run")
        score.check("mint 21 on x86_64 is untested" in said, "untested: " + said)

    def foreign(machine):
        code, _, said = machine.run(root, "run")
        score.check(code == 1 and "neither Debian nor Ubuntu" in said and "cmake" in said, said)

    def usage(machine):
        for words in ((), ("all",), ("--list",), ("--list", "x"), ("run", "test")):
            code, out, _ = machine.run(root, *words)
            score.check(code == 2 and out == "", "usage: %s" % (words,))

    installed = {"dpkg-query": "echo installed", "uname": X86, "id": "echo 0"}
    clang = {"clang": "echo /nowhere"}
    with_machine({**none, "id": "echo 1000", "apt-get": APT % 0}, not_root)
    with_machine({**none, "id": "echo 1000", "apt-get": APT % 0, "sudo": "exit 1"}, with_sudo)
    with_machine({**none, "id": "echo 0", "apt-get": APT % 100}, no_network)
    with_machine({**none, "id": "echo 0", "apt-get": APT % 0}, installs)
    with_machine({**installed, **clang, "apt-get": APT % 100}, idempotent)
    with_machine({**installed, "dpkg-query": "echo config-files", "apt-get": APT % 0}, half_removed)
    with_machine({**none, "id": "echo 0", "apt-get": APT % 0}, untested,
                 os_release="ID=mint\nVERSION_ID=21\n")
    with_machine({"uname": X86, "id": "echo 0"}, foreign, os_release="ID=fedora\nVERSION_ID=42\n")
    with_machine(installed, usage)


# A build that leaves a program which notes its arguments, speaks on both streams and exits with 3
# when it is asked something.
CMAKE = r"""echo "cmake $*" >>"$LOG"
echo cmake speaks
mkdir -p build/release/bin
cat >build/release/bin/warrant <<'END'
#!/bin/sh
echo "warrant $*" >>"$LOG"
case "$*" in
*' ask '*) echo ANSWER; echo plan >&2; exit 3 ;;
esac
echo imported
END
chmod +x build/release/bin/warrant"""


def copy_of_repository(root, folder, model_sh):
    """A repository with the two scripts and a stand-in for model.sh."""
    clone = os.path.join(folder, "clone")
    os.makedirs(os.path.join(clone, "examples", "setup"))
    for name in ("quickstart.sh", "setup/packages.sh"):
        shutil.copy(os.path.join(root, "examples", name), os.path.join(clone, "examples", name))
    with open(os.path.join(clone, "examples", "setup", "model.sh"), "w", encoding="utf-8") as file:
        file.write(model_sh)
    return clone


def quickstart(root, model_sh, words, test, **stubs):
    present = {"dpkg-query": "echo installed", "apt-get": APT % 0, "uname": X86, "id": "echo 0",
               "cmake": CMAKE, "clang": "echo /nowhere", **stubs}
    with tempfile.TemporaryDirectory(prefix="warrant-lint-") as folder:
        machine = Machine(folder, present)
        clone = copy_of_repository(root, folder, model_sh)
        test(machine, clone, *machine.run(clone, *words, script="quickstart.sh", cwd=folder))


def check_quickstart(score, root):
    fetched = 'mkdir -p "$WARRANT_CACHE/models"; echo x >"$WARRANT_CACHE/models/m.gguf"; echo said'
    ask = ' ask How might metformin lower blood glucose in type 2 diabetes? --seed 7'

    def plain(machine, clone, code, out, said):
        home = os.path.join(clone, "build", "quickstart")
        calls = machine.calls()
        score.check(code == 3 and out == "ANSWER\n", "plain: %d %r" % (code, out))
        score.check("-C %s%s\n" % (home, ask) in calls, "plain: " + calls)
        score.check("kg import --format kgx --source warrant-example --version 1 examples/kg/"
                    "nodes.tsv examples/kg/edges.tsv" in calls, "plain: " + calls)
        score.check(os.path.exists(os.path.join(home, "models", "m.gguf")), "plain: no link")
        score.check("audit verify last" in said and "run show last" in said, "plain: " + said)

    def no_model(machine, _, code, out, said):
        score.check(code == 3 and out == "ANSWER\n", "no model: %d %r" % (code, out))
        score.check(ask + " --model none\n" in machine.calls(), "no model: " + machine.calls())
        score.check("going on with --model none" in said and "offline!" in said, said)

    def passed_on(machine, clone, _, out, said):
        home = os.path.join(os.path.dirname(clone), "here")
        score.check("-C %s%s --model none --json\n" % (home, ask) in machine.calls(), said)
        score.check("offline!" not in said and os.path.isdir(home), "passed on: " + said)
        score.check(out == "ANSWER\n", "passed on: " + out)

    def own_model(machine, _, __, ___, said):
        score.check(ask + " --model=llama:x.gguf\n" in machine.calls(), said)

    def broken_build(machine, _, code, out, said):
        score.check(code == 1 and out == "" and "no compiler" in said, "broken build: " + said)
        score.check("warrant" not in machine.calls(), "broken build: " + machine.calls())

    def usage(machine, _, code, out, __):
        score.check(code == 2 and out == "" and machine.calls() == "", "usage")

    failing = "echo offline! >&2; exit 1"
    quickstart(root, fetched, (), plain)
    quickstart(root, failing, (), no_model)
    quickstart(root, failing, ("-C", "here", "--", "--model", "none", "--json"), passed_on)
    quickstart(root, failing, ("--", "--model=llama:x.gguf"), own_model)
    quickstart(root, fetched, (), broken_build, cmake="echo no compiler; exit 1")
    quickstart(root, fetched, ("--model", "none"), usage)
    quickstart(root, fetched, ("-C",), usage)


def main():
    root = root_of_arguments()
    score = Score()
    score.check(findings_in({"examples/a.sh": "if true; then\n"}, findings), "self-test: half an if")
    score.check(not findings_in({"examples/a.sh": "if true; then :; fi\n"}, findings),
                "self-test: a whole if")
    for finding in findings(root):
        score.check(False, finding)
    score.check(len(files(root, ".sh")) > 0, "no script found")
    check_packages(score, root)
    check_quickstart(score, root)
    return score.finish()


if __name__ == "__main__":
    sys.exit(main())
