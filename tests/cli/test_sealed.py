"""ask --seal beside everything else: a run whose values are stored apart is killed and goes on, is replayed,
passes all levels from store and bundle; without the values levels 1 and 2 pass, and what is not checked is said."""
import json
import os
import signal
import subprocess
import sys

from harness import BIN, QUESTION, ROOT, Checks, Home

FAULTS = os.environ["WARRANT_FAULTS"]
SEALED = "question,args,text,answer"
KILLS = (3, 9, -20, 31, -45, 60)  # syncs of each process, before or after which it dies

sys.path.insert(0, f"{ROOT}/examples/verify")
import verify  # noqa: E402


def killed(home, at, *command):
    env = {**os.environ, "LD_PRELOAD": f"{FAULTS}/kill_at_sync.so", "WARRANT_TEST_KILL_AT": str(at),
           "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}
    return subprocess.run([BIN, "-C", home.dir, *command], env=env, capture_output=True, check=False,
                          timeout=300).returncode


def runs(home):
    return home.run("run", "list", "--json").json()["data"]


def audit(home, what, *options):
    done = home.run("audit", "verify", what, "--json", *options)
    data = done.json()["data"]
    return done, data, [entry["level"] for entry in data["levels"] if entry["ok"]]


def go_on(c, home):
    """(the run that was not stopped, the one that was killed and resumed), as audits see them."""
    c.equal("asked", home.ask(QUESTION, "--seal", SEALED).code, 0)
    whole = audit(home, "last")[1]
    code = killed(home, KILLS[0], "ask", "--model", "none", "--seal", SEALED, QUESTION)
    times = 0
    while code == -signal.SIGKILL and not runs(home)[0]["sealed"] and times < 20:
        times += 1
        at = KILLS[times] if times < len(KILLS) else 10 ** 6
        code = killed(home, at, "run", "resume", "last", "--model", "none")
    c.check(f"killed {times} times, and done", times >= 4 and runs(home)[0]["sealed"], (times, code))
    return whole, audit(home, "last")


def redacted(c, home):
    less = home.path("less")
    c.equal("export --redact", home.run("run", "export", "last", "--redact", SEALED, "-o", less).code, 0)
    done, data, levels = audit(home, less)
    c.equal("without the values: exit", done.code, 0)
    c.equal("without the values: levels", levels, [1, 2])
    c.check("without the values: counted", data["redacted"] > 3, data["redacted"])
    c.check("without the values: what is not checked is said",
            any("above 2 are not checked" in text for text in done.json()["warnings"]), done.out)
    c.check("in the table, too", "above 2 are not checked" in home.run("audit", "verify", less).err)
    c.equal("without the values: verify.py", [row[2] for row in verify.verify(less)], [True, True])
    c.check("without the values: replay refuses", home.run("run", "replay", less).code not in (0, 101))
    text = b"".join(open(os.path.join(at, name), "rb").read() for at, _, names in os.walk(less) for name in names)
    c.check("without the values: nothing of the question", QUESTION.encode() not in text)


def one_value(c, home, bundle):
    """A sealed value is held by its commitment, whoever changes it."""
    path = os.path.join(bundle, "sealed.jsonl")
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    at = next(i for i, line in enumerate(lines) if QUESTION in line)
    entry = json.loads(lines[at])
    lines[at] = lines[at].replace("metformin", "placebo")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    failure = audit(home, bundle)[1]["first_failure"]
    c.equal("another value: level and event", (failure["level"], failure["seq"]), (1, entry["seq"]))
    bad = next(row for row in verify.verify(bundle) if not row[2])
    c.equal("another value: verify.py", (bad[0], bad[3]), (1, entry["seq"]))


def main():
    c = Checks()
    with Home() as home:
        whole, (done, data, levels) = go_on(c, home)
        c.equal("resumed: all levels from the store", (levels, done.code), ([1, 2, 3, 4, 5, 6], 0))
        c.equal("resumed: the same content", data["content"], whole["content"])
        c.check("resumed: salts of its own", data["root"] != whole["root"])
        c.equal("resumed: replayed", home.run("run", "replay", "last").code, 0)
        bundle = home.path("whole")
        c.equal("export", home.run("run", "export", "last", "-o", bundle).code, 0)
        with Home(with_graph=False) as away:
            c.equal("all levels from the bundle", audit(away, bundle)[2], [1, 2, 3, 4, 5, 6])
            c.equal("verify.py on the bundle", [row[2] for row in verify.verify(bundle)], [True, True])
            redacted(c, home)
            one_value(c, away, bundle)
    c.finish()


if __name__ == "__main__":
    main()
