"""One question, asked of a script, of the embedded model and of the same weights behind llama-server: the
transcript has the same shape, every choice is recorded, and the claims are those of no model at all.

What is absent is skipped, saying so; where CI is "true" that is a failure."""
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

from harness import QUESTION, Checks, Home, embedded_model, skipped

SERVER = os.environ.get("WARRANT_LLAMA_SERVER") or (sys.argv[1] if len(sys.argv) > 1 else "")


class LlamaServer:
    def __init__(self, model):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen([SERVER, "-m", model, "--host", "127.0.0.1", "--port", str(port), "-np", "1",
                                         "-c", "4096", "-t", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        for _ in range(600):
            try:
                with urllib.request.urlopen(self.url + "/health", timeout=2):
                    return self
            except OSError:
                time.sleep(0.2)
        raise SystemExit("llama-server did not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=20)


def claims(data):
    """What is claimed, in an order of its own: a model may order hypotheses, and numbers follow order."""
    evidence = {item["id"]: item.get("locator") for item in data["evidence"]}
    return sorted(json.dumps([claim["subject"], claim["relation"], claim["object"], claim["rung"], claim["certainty"],
                              claim["warrant"]["kind"], [evidence[g["evidence"]] for g in claim["grounds"]]],
                             sort_keys=True) for claim in data["claims"])


def check_transcript(c, home, label, plain):
    """Every request of the model has its response, and what was chosen stands in the menu."""
    events = home.run("run", "show", "last", "--json").json()["data"]["events"]
    kinds = [event["type"] for event in events]
    c.equal(f"{label}: from start to end", (kinds[0], kinds[-1]), ("run.start", "run.end"))
    asked, told = kinds.count("model.request"), kinds.count("model.response")
    c.check(f"{label}: the model was asked, and each answer is recorded", asked == told > 0, kinds)
    c.equal(f"{label}: the calls of the plan without a model are all there",
            [tool for tool in plain if tool not in [e["body"]["tool"] for e in events if e["type"] == "tool.call"]], [])
    for level in ("2", "6"):
        done = home.run("audit", "verify", "last", "--level", level)
        c.equal(f"{label}: level {level}", done.code, 0)


def ask(c, home, label, spec):
    done = home.run("ask", "-q", "--model", spec, "--json", "--seed", "7", QUESTION)
    c.equal(f"{label}: exit", done.code, 0)
    c.check(f"{label}: the model did not fail", not any(
        "not asked" in w or ("model failed" in w and not (label == "script" and "(wording)" in w))
        for w in done.json()["warnings"]), done.json()["warnings"])  # a script of choices holds no words
    return claims(done.json()["data"])


def main():
    c, model = Checks(), embedded_model()
    with Home() as home:
        plain = claims(home.ask(QUESTION, "--seed", "7", "--json").json()["data"])
        c.check("there are claims", len(plain) > 5, plain)
        tools = [event["body"]["tool"] for event in home.run("run", "show", "last", "--json").json()["data"]["events"]
                 if event["type"] == "tool.call"]
        script = home.path("script.jsonl")
        with open(script, "w", encoding="utf-8") as file:
            file.write(json.dumps({"kind": "default", "choose": "first"}) + "\n")
        specs = [("script", "script:" + script)] + ([("embedded", "llama:" + model)] if model else [])
        for label, spec in specs:
            c.equal(f"{label}: the claims are those without a model", ask(c, home, label, spec), plain)
            check_transcript(c, home, label, tools)
        if not model:
            skipped("embedded model")
        elif not os.path.exists(SERVER):
            skipped("llama-server")
        else:
            with LlamaServer(model) as server:
                c.equal("server: the claims are those without a model", ask(c, home, "server", server.url), plain)
                check_transcript(c, home, "server", tools)
    c.finish()


main()
