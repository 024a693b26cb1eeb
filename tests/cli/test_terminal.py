"""warrant ask at a terminal: what a question leaves open is put to the person, whose answer is part of the run;
the end of the input, an empty line and Ctrl-C end the asking. The terminal is a pseudo-terminal of this test."""
import os
import pty
import select
import signal
import time

from harness import BIN, Checks, Home

ROWS = "treated,age,recovery_days\n" + "".join(f"{i % 2},{40 + i},{3 + i % 5}\n" for i in range(60))
GRAPH = "dag{A -> Y; U -> A; U -> Y}"
PATIENCE_S = 240


class Terminal:
    """A program that believes itself at a terminal; what it prints, standard output and error, is one text."""

    def __init__(self, *arguments):
        self.shown = ""
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            os.execv(BIN, [BIN, *arguments])

    def read(self):
        """More text; False when there will be none."""
        ready, _, _ = select.select([self.file], [], [], 1)
        try:
            part = os.read(self.file, 4096) if ready else b""
        except OSError:  # the other end is closed
            return False
        self.shown += part.decode(errors="replace")
        return bool(part) or not ready

    def await_prompt(self, count):
        """Waits until the program has asked so often; False when it ended before."""
        until = time.monotonic() + PATIENCE_S
        while self.shown.count("\n> ") < count and time.monotonic() < until:
            if not self.read():
                return False
        return self.shown.count("\n> ") >= count

    def type(self, text):
        os.write(self.file, text.encode())

    def end(self):
        """The exit code; None when the program had to be killed."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and self.read():
            pass
        late = time.monotonic() >= until
        if late:
            os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        os.close(self.file)
        return None if late else os.waitstatus_to_exitcode(status)


def ask(home, *arguments, answers=()):
    """(exit code, what was shown, how many of the answers were asked for)"""
    terminal, given = Terminal("-C", home.dir, "ask", "--model", "none", *arguments), 0
    for answer in answers:
        if not terminal.await_prompt(given + 1):
            break
        terminal.type(answer)
        given += 1
    return terminal.end(), terminal.shown, given


def runs(home):
    return home.run("run", "list", "--json").json()["data"]


def events(home):
    return home.run("run", "show", "last", "--json").json()["data"]["events"]


def inputs(home):
    return events(home)[0]["body"].get("inputs")


def test_answer(c, home, data):
    question = ["--data", data, "How much does treated matter?"]
    code, shown, given = ask(home, *question, answers=["2\n"])
    options = [line.strip() for line in shown.splitlines() if line.startswith("  ")]
    c.equal("asked once, answered", (given, code), (1, 0))
    c.check("what there is was listed", "2. recovery_days" in options, shown)
    c.equal("two runs: one that asked back, one that answered", sorted(r["outcome"] for r in runs(home)),
            ["answered", "clarify"])
    c.equal("the choice is what the run began with", inputs(home).get("outcome"), "recovery_days")
    frame = next(e["body"] for e in events(home) if e["type"] == "frame")
    c.equal("and what it is about", (frame["outcome"]["name"], frame["treatment"]["name"]), ("recovery_days", "treated"))
    c.check("the answer is shown", "recovery_days" in shown.split("\n> ")[1], shown)
    home.replay_all(c)
    code, _, given = ask(home, "--graph", GRAPH, "Which of these matters?", answers=["A\n", "Y\n"])
    c.equal("two answers by name", (given, code), (2, 0))
    c.equal("both are in the record", [inputs(home).get(k) for k in ("treatment", "outcome")], ["A", "Y"])
    c.equal("replayed", home.run("audit", "verify", "last", "--level", "6").code, 0)


def test_no_answer(c, home, data):
    question = ["--data", data, "How much does treated matter?"]
    for label, answer, code in (("the end of the input", "\x04", 3), ("an empty line", "\n", 3), ("Ctrl-C", "\x03", 130),
                                ("a column that is not there", "nope\n", 2)):
        before = len(runs(home))
        got, shown, given = ask(home, *question, answers=[answer])
        c.equal(f"{label}: exit", (got, given), (code, 1))
        last = events(home)
        c.check(f"{label}: nothing is answered", last[-1]["type"] == "run.end" and
                last[-1]["body"]["outcome"] != "answered", shown)
        if code != 2:
            c.equal(f"{label}: only the run that asked back", len(runs(home)) - before, 1)
            c.equal(f"{label}: nothing is taken for a choice", (inputs(home) or {}).get("outcome"), None)
        c.equal(f"{label}: replayed", home.run("audit", "verify", "last", "--level", "6").code, 0)
    got, shown, given = ask(home, "--no-input", *question, answers=["2\n"])
    c.equal("--no-input: nobody is asked", (got, given), (3, 0))


def main():
    checks = Checks()
    with Home(with_graph=False) as home:
        data = home.path("..", os.path.basename(home.dir) + "-d.csv")
        with open(data, "w", encoding="utf-8") as file:
            file.write(ROWS)
        try:
            test_answer(checks, home, data)
            test_no_answer(checks, home, data)
        finally:
            os.remove(data)
    checks.finish()


main()
