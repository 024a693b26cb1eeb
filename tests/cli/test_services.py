"""Files, scores and outputs of tools as a user meets them, through a plugin of this test."""
import hashlib
import json
import os
import tempfile

from harness import Checks, Home

POLICY = {"schema": "warrant/policy/1", "name": "t", "rules": [
    {"id": "all", "effect": "permit", "phases": ["tool_call", "llm_request"], "message": "m"},
    {"id": "no-home", "effect": "forbid", "phases": ["tool_call"], "message": "m", "when": {"all": [
        {"field": "files", "exists": True}, {"field": "files.places", "has_any": ["home"]}]}},
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


def main():
    checks = Checks()
    with Home(with_graph=False) as home, tempfile.TemporaryDirectory() as folder:
        check(checks, home, folder)
    checks.finish()


main()
