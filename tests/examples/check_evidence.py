"""The example examples/evidence: the answer is what expected.txt says, with a model the claims are the
same, and its bundle is verified at level 6. With --write expected.txt is replaced by what the program
prints now. Everything in it is made up. Prints "N passed, N failed" last."""
import glob
import json
import os
import subprocess
import sys
import tempfile

ROOT, BIN = os.environ["WARRANT_ROOT"], os.environ["WARRANT_BIN"]
FOLDER = "examples/evidence"
EXPECTED = os.path.join(ROOT, FOLDER, "expected.txt")
QUESTION = "What is the evidence that alphadrug lowers deltadisease?"
MECHANISM = "How might alphadrug lower deltadisease?"
passed = failed = 0


def check(what, good, detail=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"FAILED {what}: {str(detail)[:2000]}")


def run(home, *args):
    return subprocess.run([BIN, "-C", home, *args], capture_output=True, text=True, cwd=ROOT, check=False)


def embedded_model():
    cache = os.environ.get("WARRANT_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "warrant")
    return next(iter(sorted(glob.glob(os.path.join(cache, "models", "SmolLM2-135M-Instruct.Q4_1.gguf")))), None)


def claims(done):
    return [(k["direction"], k["rung"], k["certainty"], k["grounds"])
            for k in json.loads(done.stdout)["data"]["claims"]]


def verify(home, what):
    bundle = os.path.join(home, "bundle-" + what)
    done = run(home, "run", "export", "last", "-o", bundle)
    check(f"{what}: export", done.returncode == 0, done.stderr)
    done = run(home, "audit", "verify", bundle, "--level", "6")
    check(f"{what}: the bundle is verified", done.returncode == 0 and "replay         pass" in done.stdout,
          done.stdout)


def main():
    with tempfile.TemporaryDirectory(prefix="warrant-evidence-") as home:
        for args in (("kg", "import", "--source", "made-up", "--version", "1", f"{FOLDER}/nodes.tsv",
                      f"{FOLDER}/edges.tsv"), ("pubmed", "import", f"{FOLDER}/papers.xml")):
            done = run(home, *args)
            check(args[0], done.returncode == 0, done.stderr)
        done = run(home, "ask", "--model", "none", QUESTION)
        if "--write" in sys.argv:
            with open(EXPECTED, "w", encoding="utf-8") as file:
                file.write(done.stdout)
        with open(EXPECTED, encoding="utf-8") as file:
            check("the answer is the one expected", done.returncode == 0 and file.read() == done.stdout,
                  done.stdout)
        verify(home, "evidence")
        plain = run(home, "ask", "--model", "none", "--json", QUESTION)
        model = embedded_model()
        if model:
            done = run(home, "ask", "--model", "llama:" + model, "--json", QUESTION)
            check("with a model: the same claims", done.returncode == 0 and claims(done) == claims(plain),
                  done.stderr)
            verify(home, "model")
        elif os.environ.get("CI") == "true":
            check("the embedded model is there", False)
        else:
            print("SKIPPED: no embedded model")
        done = run(home, "ask", "--model", "none", MECHANISM)
        check("a route's links are quoted, for and against", done.returncode == 0 and
              "1 for it, 1 against" in done.stdout and "would be refuted by" in done.stdout, done.stdout)
        verify(home, "mechanism")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or passed < 10 else 0)


main()
