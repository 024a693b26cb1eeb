"""model score | generate | test, replay:RUN and http: on the real program. What needs the embedded
model or llama-server is skipped, saying so, where they are absent and CI is not "true"."""
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

from harness import BIN, QUESTION, Checks, Home, embedded_model, skipped

SERVER = sys.argv[1] if len(sys.argv) > 1 else ""
SERVER = os.environ.get("WARRANT_LLAMA_SERVER") or SERVER


CAPITALS = (" Paris", " Lyon", " Rome")


def scores(done):
    return {s["candidate"]: s for s in done.json()["data"]["scores"]}


def test_score(c, home, spec):
    ask = ("--model", spec, "--json", "model", "score", "--text", "The capital of France is")
    first = home.run(*ask, *CAPITALS)
    c.equal("score: exit", first.code, 0)
    by_name = scores(first)
    c.check("score: Paris is likeliest", by_name[" Paris"]["log_p"] > by_name[" Lyon"]["log_p"] and
            by_name[" Paris"]["log_p"] > by_name[" Rome"]["log_p"], by_name)
    c.check("score: exact, below zero", all(s["quality"] == "exact" and s["log_p"] < 0 and
                                            s["tokens"] >= 1 for s in by_name.values()), by_name)
    c.equal("score: one call", first.json()["data"]["usage"]["calls"], 1)
    again = home.run(*ask, *CAPITALS)
    c.equal("score again: no call", again.json()["data"]["usage"]["calls"], 0)
    c.equal("score again: read from the cache", again.json()["data"]["usage"]["cache_hits"], 3)
    c.equal("score again: same bytes", again.json()["data"]["scores"],
            first.json()["data"]["scores"])
    c.check("score: the cache is in the data directory", os.path.exists(home.path("scores.db")))
    other = home.run(*ask, *CAPITALS, "--kv", "f32")
    c.equal("score, other cache type: a call", other.json()["data"]["usage"]["calls"], 1)
    for label, args, words in [
            ("prefixes", ("no", "not"), "is a prefix of candidate"),
            ("an empty candidate", ("", "x"), "candidate 1 is empty"),
            ("two kinds of prompt", ("a", "b", "--user", "x"), "both a chat turn and plain text")]:
        done = home.run(*ask, *args)
        c.equal(f"score, {label}: exit", done.code, 2)
        c.check(f"score, {label}: says so", words in done.out, done.out)
    long = home.run("--model", spec, "model", "score", "--text", "drug " * 9000, "a", "b")
    c.equal("score, prompt too long: exit", long.code, 2)
    c.check("score, prompt too long: needed and held",
            "needs 9" in long.err and "context holds" in long.err, long.err)


def test_generate(c, home, spec):
    run = lambda *args: home.run("--model", spec, "--json", "model", "generate", *args)
    done = run("--user", "Name a colour.", "--grammar", 'root ::= "red" | "blue"')
    c.check("grammar: a sentence of it", done.json()["data"]["text"] in ("red", "blue"), done.out)
    schema = {"type": "object", "properties": {"answer": {"enum": ["yes", "no"]},
                                               "sure": {"type": "boolean"}},
              "required": ["answer", "sure"], "additionalProperties": False}
    done = run("--user", "Is water wet?", "--schema", json.dumps(schema))
    reply = json.loads(done.json()["data"]["text"])
    c.check("schema: an instance of it", set(reply) == {"answer", "sure"} and
            reply["answer"] in ("yes", "no") and isinstance(reply["sure"], bool), reply)
    tools = [{"name": "look_up", "description": "find a drug", "parameters": {
        "type": "object", "properties": {"name": {"enum": ["aspirin", "metformin"]}},
        "required": ["name"], "additionalProperties": False}}]
    done = run("--user", "Look up aspirin.", "--tools", json.dumps(tools))
    call = done.json()["data"]["tool_calls"][0]
    c.check("tools: a call of one", call["name"] == "look_up" and
            call["arguments"]["name"] in ("aspirin", "metformin"), call)
    warm = ("--user", "Tell a short story.", "--max-tokens", "20", "--temperature", "1")
    text = [run(*warm, "--seed", seed).json()["data"]["text"] for seed in ("1", "1", "2")]
    c.check("temperature: the seed decides", text[0] == text[1] and text[0] != text[2], text)
    for label, args, words in [
            ("a bad grammar", ("--grammar", "root ::= missing"), "missing"),
            ("an unsatisfiable schema", ("--schema", '{"type":"object","required":["a"],'
             '"additionalProperties":false,"properties":{"a":{"enum":[]}}}'), "enum"),
            ("a temperature out of range", ("--temperature", "9"), "0 to 2"),
            ("no prompt", (), "the prompt is empty")]:
        done = run(*(("--user", "x") if label != "no prompt" else ()), *args)
        c.equal(f"generate, {label}: exit", done.code, 2)
        c.check(f"generate, {label}: says so", words in done.out, done.out)
    cut = run("--user", "x", "--grammar", "root ::= [a-z]{300}", "--max-tokens", "5")
    c.equal("generate, cut before the sentence ended: exit", cut.code, 2)


def test_interrupt(c, home, spec):
    process = subprocess.Popen(
        [BIN, "-C", home.dir, "--model", spec, "model", "generate", "--user", "Count for ever.",
         "--grammar", 'root ::= [0-9 ]+ "x"', "--max-tokens", "3500"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(6)
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    c.equal("SIGINT: exit", process.returncode, 130)
    c.check("SIGINT: soon", time.monotonic() - start < 5)
    done = home.run("--model", spec, "--timeout", "2", "model", "generate", "--user",
                    "Count for ever.", "--grammar", 'root ::= [0-9 ]+ "x"', "--max-tokens", "3500")
    c.equal("deadline: exit", done.code, 8)


def claims(done):
    data = done.json()["data"]
    return [data["claims"], data["evidence"], data.get("hypotheses")]


def test_replay(c, home, spec):
    first = home.run("ask", "--model", spec, "--json", QUESTION)
    c.equal("ask with the model: exit", first.code, 0)
    replayed = home.run("ask", "--model", f"replay:{first.json()['run']}", "--json", QUESTION)
    c.equal("ask with replay: exit", replayed.code, 0)
    c.equal("replay: same claims", claims(replayed), claims(first))
    c.check("replay: no question went unanswered",
            not any("the model failed" in w for w in replayed.json()["warnings"]), replayed.out)
    other = home.run("ask", "--model", f"replay:{first.json()['run']}", "--json",
                     "How might lisinopril lower hypertension?")
    c.check("replay of another question: the model failed, the protocol chose",
            other.code == 0 and any("holds no answer" in w for w in other.json()["warnings"]),
            other.out)
    c.equal("replay of no run: exit", home.run("ask", "--model", "replay:nope", QUESTION).code, 3)


def test_bad_specs(c, home):
    key = "sk-do-not-print-this-key"
    bad = home.path("bad.gguf")
    with open(bad, "wb") as file:
        file.write(b"GGUF" + bytes(40))
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{unused.getsockname()[1]}"
        for label, args, code in [
                ("a damaged GGUF", ("--model", f"llama:{bad}"), 2),
                ("an unknown kind", ("--model", "gpt-4"), 2),
                ("a server that is not there", ("--model", dead + "#m", "--timeout", "3"), 7),
                ("a remote server when offline",
                 ("--offline", "--model", "http:https://models.example.org/v1#m"), 5),
                ("a key for a remote server without TLS",
                 ("--model", "http://models.example.org#m"), 4),
                ("a URL with a password", ("--model", "http://u:p@127.0.0.1:1#m"), 2)]:
            done = home.run(*args, "model", "test", env={"WARRANT_API_KEY": key})
            c.equal(f"{label}: exit", done.code, code)
            c.check(f"{label}: one line, no key", done.err.count("\n") == 1 and
                    key not in done.err + done.out and "u:p" not in done.err, done.err)


class LlamaServer:
    def __init__(self, model):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [SERVER, "-m", model, "--host", "127.0.0.1", "--port", str(self.port), "-np", "1", "-c",
             "4096", "-t", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

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


def test_server(c, home, model):
    with LlamaServer(model) as server:
        spec = server.url
        done = home.run("--model", spec, "--json", "model", "test")
        c.equal("server, model test: exit", done.code, 0)
        done = home.run("--model", spec, "--json", "model", "score", "--text",
                        "The capital of France is", *CAPITALS)
        c.equal("server, score: exit", done.code, 0)
        far = scores(done)
        near = scores(home.run("--model", f"llama:{model}", "--json", "model", "score", "--text",
                               "The capital of France is", *CAPITALS))
        c.check("server and process agree within rounding of quantised weights",
                all(far[t]["quality"] == "exact" and abs(far[t]["log_p"] - near[t]["log_p"]) < 0.7
                    for t in CAPITALS), (far, near))
        done = home.run("--model", spec, "--json", "model", "generate", "--user", "Name a colour.",
                        "--grammar", 'root ::= "red" | "blue"')
        c.check("server, grammar", done.code == 0 and
                done.json()["data"]["text"] in ("red", "blue"), done.out)
        c.equal("server, replica named", done.json()["data"].get("replica"),
                f"127.0.0.1:{server.port}")
        asked = home.run("ask", "--model", spec, "--json", QUESTION)
        c.equal("server, ask: exit", asked.code, 0)
        c.check("server, ask: the model was asked", not any(
            "model not asked" in w or "the model failed" in w for w in asked.json()["warnings"]),
            asked.json()["warnings"])
        verified = home.run("audit", "verify", "last")
        c.equal("server, ask: verifies", verified.code, 0)


def main():
    c = Checks()
    model = embedded_model()
    with Home() as home:
        test_bad_specs(c, home)
        if model is None:
            skipped("embedded model")
        else:
            spec = f"llama:{model}"
            test_score(c, home, spec)
            test_generate(c, home, spec)
            test_interrupt(c, home, spec)
            test_replay(c, home, spec)
            if SERVER and os.path.exists(SERVER):
                test_server(c, home, model)
            else:
                skipped("llama-server")
    c.finish()


main()
