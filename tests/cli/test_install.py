"""An installed program works from another prefix, without the build tree; the table's exports do too, and
the commands of examples/plugin/README.md build a plugin against what was installed. What was installed is
taken away again by the manifest."""
import os
import re
import shlex
import shutil
import subprocess
import tempfile

from harness import BIN, QUESTION, ROOT, Checks

BUILD = os.path.dirname(os.path.dirname(BIN))


def check_plugin(c, folder, prefix, home):
    """The README's commands as they stand, in a folder beside a copy of the example."""
    place = os.path.join(folder, "plugin")
    shutil.copytree(f"{ROOT}/examples/plugin", os.path.join(place, "examples", "plugin"))
    with open(f"{ROOT}/examples/plugin/README.md", encoding="utf-8") as file:
        text = file.read()
    env = {**os.environ, "PATH": f"{prefix}/bin:{os.environ['PATH']}", "WARRANT_HOME": home,
           "PKG_CONFIG_PATH": f"{prefix}/lib/pkgconfig"}

    def sh(commands, cwd=place):
        return subprocess.run(["sh", "-e"], input=commands, cwd=cwd, env=env, text=True, capture_output=True)

    done = sh(re.search(r"^```sh\n(.*?)^```", text, re.M | re.S).group(1))
    c.check("the README's plugin is built, called and installed",
            done.returncode == 0 and '"status": "ok"' in done.stdout, done.stdout + done.stderr)
    done = sh("warrant tool list")
    c.check("the installed program lists it", "lab_convert" in done.stdout, done.stdout + done.stderr)
    done = sh(re.search(r"`(cc -shared [^`]*)`", text).group(1), os.path.join(place, "examples", "plugin"))
    c.equal(f"without CMake: {done.stderr}", done.returncode, 0)
    os.remove(os.path.join(prefix, "lib/warrant/plugins/lab.so"))


def check_completion(c, script, folder):
    """What bash offers behind these words."""
    def offered(*words):
        typed = " ".join(shlex.quote(word) for word in words)
        done = subprocess.run(["bash"], text=True, capture_output=True, cwd=folder, input=script + (
            f"COMP_WORDS=(warrant {typed})\nCOMP_CWORD={len(words)}\n_warrant\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n"))
        return done.stdout.split() if done.returncode == 0 and not done.stderr else done.stderr

    c.check("completion: a first word, each once", {"ask", "kg", "audit"} <= set(offered("")) and
            len(set(offered(""))) == len(offered("")), offered(""))
    for words, want in [(("a",), ["adjust", "ask", "audit"]), (("kg", "im"), ["import"]), (("help", "run", "di"), ["diff"]),
                        (("-C", "x", "--policy", "kg", "kg", "import", "--fo"), ["--format"]), (("im",), []),
                        (("ask", "--hy"), ["--hypotheses"]), (("kg", "import", "ho"), ["home"]), (("kg", "--see"), ["--seed"])]:
        c.equal(f"completion: {words}", offered(*words), want)


def check_removal(c, prefix):
    with open(os.path.join(BUILD, "install_manifest.txt"), encoding="utf-8") as file:
        done = subprocess.run(["xargs", "rm"], stdin=file, capture_output=True, text=True)
    left = [os.path.join(d, f) for d, _, fs in os.walk(prefix) for f in fs]
    c.check("the manifest takes away what was installed", done.returncode == 0 and not left,
            done.stderr + str(left[:5]))


def main():
    c = Checks()
    with tempfile.TemporaryDirectory(prefix="warrant-install-") as folder:
        prefix, home = os.path.join(folder, "prefix"), os.path.join(folder, "home")
        done = subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], capture_output=True, text=True)
        c.equal("installs", done.returncode, 0)
        for path in ("bin/warrant", "lib/warrant/plugins/kg.so", "lib/warrant/plugins/causal.so",
                     "include/warrant/plugin.h", "share/warrant/policies/default.policy.json",
                     "share/warrant/protocols/mechanism.json", "share/man/man1/warrant.1",
                     "share/bash-completion/completions/warrant"):
            c.check(f"holds {path}", os.path.exists(os.path.join(prefix, path)))
        program = os.path.join(prefix, "bin/warrant")

        def run(*args):
            return subprocess.run([program, "-C", home, *args], capture_output=True, text=True, cwd="/")

        c.equal("imports", run("kg", "import", "--source", "warrant-example", "--version", "1",
                               f"{ROOT}/examples/kg/nodes.tsv", f"{ROOT}/examples/kg/edges.tsv").returncode, 0)
        c.equal("answers", run("ask", "--model", "none", QUESTION).returncode, 0)
        c.equal("verifies", run("audit", "verify", "last").returncode, 0)
        pc = [os.path.join(d, f) for d, _, fs in os.walk(prefix) for f in fs if f == "warrant.pc"]
        c.equal("one warrant.pc", len(pc), 1)
        where = subprocess.run(["pkg-config", "--variable=plugindir", "warrant"], capture_output=True, text=True,
                               env={**os.environ, "PKG_CONFIG_PATH": os.path.dirname(pc[0])}).stdout.strip()
        c.check("pkg-config names the plugin folder", where.endswith("lib/warrant/plugins"), where)
        check_completion(c, run("completion", "bash").stdout, folder)
        c.check("the manual names every command", all(f".Ss {name}" in run("man").stdout for name in
                                                      ("ask", "kg import", "audit verify", "tool call")))
        c.check("the manual has examples and every exit code", "warrant kg import --source" in run("man").stdout and
                all(f"{code} {what}" in run("man").stdout for code, what in
                    ((0, "ok"), (2, "bad input"), (130, "interrupted"))))
        c.equal("a command without dry run refuses it", run("kg", "stats", "--dry-run").returncode, 2)
        c.equal("a dry run plans and records nothing", (run("ask", "-n", "--model", "none", QUESTION).returncode,
                                                        run("run", "list").stdout.count("\n")), (0, 1))
        check_plugin(c, folder, prefix, home)
        check_removal(c, prefix)
    c.finish()


main()
