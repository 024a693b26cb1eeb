"""Files, scores and outputs of tools as a user meets them, through a plugin of this test."""
import hashlib
import json
import os
import pty
import re
import tempfile

from harness import BIN, Checks, Home

POLICY = {"schema": "warrant/policy/1", "name": "t", "rules": [
    {"id": "all", "effect": "permit", "phases": ["tool_call", "llm_request"], "message": "m"},
    {"id": "no-home", "effect": "forbid", "phases": ["tool_call"], "message": "m", "when": {"all": [
        {"field": "files", "exists": True}, {"field": "files.places", "has_any": ["home"]}]}},
    {"id": "person", "effect": "require_approval", "phases": ["tool_call"], "tools": ["svc_write_*"],
     "message": "A person must agree."},
    {"id": "no-secret", "effect": "forbid", "phases": ["llm_request"], "message": "m", "when":
        {"field": "text", "pcre2": "secret word"}}]}
QUESTION = '[{"prompt":{"text":"%s"},"candidates":[" a"," b"]}]'


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def check(checks, home, folder):
    policy = write(folder, "all.policy.json", json.dumps(POLICY))
    script = write(folder, "model.jsonl", '{"kind":"score","log_p":[-0.5,-1]}\n')
    table = write(folder, "table.csv", "abc")
    env = {"WARRANT_PLUGINS": os.environ["WARRANT_TEST_SERVICES"]}

    def call(tool, args, *more):
        done = home.run("tool", "call", tool, "--args", json.dumps(args), "--json", "--policy", policy,
                        *more, env=env)
        return done.code, done.json()["data"]

    code, result = call("svc_read", {"data": table})
    checks.equal("a file that a person names is read, wherever it is", (code, result["data"]["text"]), (0, "abc"))
    checks.equal("its hash is known", result["data"]["sha256"], hashlib.sha256(b"abc").hexdigest())
    code, result = call("svc_read", {"data": table + ".missing"})
    checks.equal("a missing file is a bad argument", (code, result["error"]["code"]), (2, "bad_args"))
    code, result = call("svc_write", {"name": "out.csv", "text": "abc"})
    kept = result["echo"]["outputs"][0]
    path = home.path(kept["path"])
    with open(path, encoding="utf-8") as file:
        checks.equal("an output lies in the data folder", (code, file.read()), (0, "abc"))
    code, result = call("svc_read", {"data": path})
    checks.equal("a rule decides by the place of a file", (code, result["status"]), (5, "gated"))
    code, result = call("svc_score", {"questions": QUESTION % "x"}, "--model", "script:" + script)
    checks.equal("scores come from the model that was given",
                 (code, result["data"]["answers"][0]["log_p"]), (0, [-0.5, -1]))
    code, result = call("svc_score", {"questions": QUESTION % "the secret word"}, "--model",
                        "script:" + script)
    checks.equal("the policy reads what a model would be asked", (code, result["data"]["code"]), (0, 3))
    code, result = call("svc_score", {"questions": QUESTION % "x"}, "--model", "none")
    checks.equal("without a model the tool is told so", (code, result["data"]["code"]), (0, 9))
    done = home.run("tool", "describe", "svc_read", "--json", env=env)
    about = done.json()["data"]
    checks.equal("a tool says what it wants", (done.code, about["files"], about["model"], about["writes"]),
                 (0, ["data"], False, False))


def at_terminal(home, env, answer, *args):
    """Runs the program with a terminal before it; gives exit code and what it showed."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(BIN, [BIN, "-C", home.dir, *args], {**os.environ, **env})
    shown = b""
    while b"[y/N]" not in shown:
        part = os.read(terminal, 4096)
        if not part:
            break
        shown += part
    os.write(terminal, answer)
    try:
        while part := os.read(terminal, 4096):
            shown += part
    except OSError:  # the other end is closed
        pass
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), shown.decode(errors="replace")


def check_approvals(checks, home, folder):
    policy = write(folder, "all.policy.json", json.dumps(POLICY))
    env = {"WARRANT_PLUGINS": os.environ["WARRANT_TEST_SERVICES"]}

    def command(args):
        return ("tool", "call", "svc_write_undeclared", "--args", json.dumps(args), "--json", "--policy", policy)

    def call(args):
        return home.run(*command(args), env=env)

    def approve(*args):
        return home.run("policy", "approve", *args, "--json")

    mine, other = {"name": "a", "text": "one"}, {"name": "a", "text": "two"}
    held = call(mine)
    checks.equal("what a rule holds is denied when nobody is there", held.code, 5)
    digest = re.search(r"policy approve ([0-9a-f]{64})", held.err).group(1)
    checks.check("the question shows what it is about", '"text":"one"' in held.err and digest in held.err,
                 held.err)
    checks.equal("a digest of another form is refused", approve("abc").code, 2)
    done = approve(digest)
    checks.equal("an approval is signed", (done.code, done.json()["data"]["digest"]), (0, digest))
    checks.equal("who signs sees what waits", done.json()["data"]["request"]["args"], mine)
    done = approve("0" * 64)
    checks.check("who signs for nothing is told so", done.code == 0 and "nothing waits" in done.out, done.out)
    grant = home.path("approvals", digest + ".json")
    with open(grant, encoding="utf-8") as file:
        text = file.read()
    checks.equal("it counts for no other arguments", call(other).code, 5)
    checks.equal("it counts for these", call(mine).code, 0)
    checks.equal("it counts once", call(mine).code, 5)
    with open(grant, "w", encoding="utf-8") as file:
        file.write(text)
    again = call(mine)
    checks.check("the same file again is a replay", again.code == 5 and "used before" in again.out, again.out)
    os.remove(grant)
    with tempfile.TemporaryDirectory() as elsewhere:
        stranger = write(elsewhere, "key", "11" * 32 + "\n")
        os.chmod(stranger, 0o600)
        checks.equal("anybody can sign", approve(digest, "--key", stranger).code, 0)
        refused = call(mine)
        checks.check("not anybody counts", refused.code == 5 and "approvers" in refused.out, refused.out)
    os.remove(grant)
    with open(home.path("approvals", "waiting", digest + ".json"), "r+", encoding="utf-8") as file:
        altered = file.read().replace('"one"', '"two"')
        file.seek(0)
        file.write(altered)
    checks.equal("what was altered while it waited is not signed for", approve(digest).code, 6)
    code, shown = at_terminal(home, env, b"y\n", *command(mine))
    checks.check("a person at the terminal may agree", code == 0 and digest in shown, shown)
    code, shown = at_terminal(home, env, b"\n", *command(mine))
    checks.check("silence is no", code == 5 and "said no" in shown, shown)
    code, shown = at_terminal(home, env, b"n\n", *command({"name": "\u202ea\u001b[2J", "text": "b"}))
    checks.check("nothing shown can disguise itself",
                 code == 5 and "\\xe2\\x80\\xae" in shown.split("[y/N]")[0] and "\u202e" not in shown.split("[y/N]")[0]
                 and "\x1b" not in shown.split("[y/N]")[0], shown)
    checks.equal("--yes does not answer for a person", home.run(*command(mine), "--yes", env=env).code, 5)


def main():
    checks = Checks()
    with Home(with_graph=False) as home, tempfile.TemporaryDirectory() as folder:
        check(checks, home, folder)
        check_approvals(checks, home, folder)
    checks.finish()


main()
