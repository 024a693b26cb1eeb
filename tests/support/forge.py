"""Runs altered before they were sealed, and signed with the store's own key.

    events = forge.events(home, "last")          # [{"type","body","meta"}, ...]
    forge.find(events, "evidence")[0]["body"]["verdict"]["valid"] = True
    forge.replace(events, -0.25, -0.5)           # a value, wherever it stands
    run = forge.seal(home, events)               # a new run; what it says was never otherwise

A value that stands in a blob is changed by put_blob(home, bytes) and a replacement of the old
reference by the new one. WARRANT_FORGE is the program of forge.c."""
import hashlib
import json
import os
import subprocess


def events(home, run="last"):
    """Every event of a run without what sealing adds."""
    shown = home.run("run", "show", run, "--json").json()
    listed = shown["data"]["events"]
    for event in listed:
        event.get("meta", {}).pop("ts", None)
    return [{key: event[key] for key in ("type", "body", "meta") if key in event}
            for event in listed]


def find(all_events, of_type, **members):
    """Events of a type whose body has these members."""
    return [event for event in all_events if event["type"] == of_type and
            all(event["body"].get(key) == value for key, value in members.items())]


def is_same(value, old):
    return type(value) is type(old) and value == old


def replaced(value, old, new):
    if is_same(value, old):
        return new
    if isinstance(value, dict):
        return {key: replaced(item, old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [replaced(item, old, new) for item in value]
    if isinstance(value, str) and isinstance(old, str):
        return value.replace(old, new)
    return value


def replace(all_events, old, new):
    """One value for another wherever it stands, in texts also as a part."""
    for event in all_events:
        event["body"] = replaced(event["body"], old, new)


def number(value):
    """As ECMAScript prints a double (RFC 8785, 3.2.2.3)."""
    if isinstance(value, int):
        return str(value)
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    text = repr(value)
    mantissa, _, exponent = text.partition("e")
    if not exponent:
        return text
    power = int(exponent)
    if -7 < power < 0:
        digits = mantissa.replace(".", "").lstrip("-")
        return ("-" if value < 0 else "") + "0." + "0" * (-power - 1) + digits
    return f"{mantissa}e{'+' if power > 0 else '-'}{abs(power)}"


def canonical(value):
    """RFC 8785, for values whose keys are of the Basic Multilingual Plane."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{canonical(value[key])}"
                              for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(value)
    return json.dumps(value, ensure_ascii=False)


def canonical_sha256(value):
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def put_blob(home, data):
    digest = hashlib.sha256(data).hexdigest()
    folder = home.path("blobs", digest[:2])
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, digest), "wb") as file:
        file.write(data)
    return {"sha256": digest, "size": len(data)}


def read_blob(home, reference):
    with open(home.path("blobs", reference["sha256"][:2], reference["sha256"]), "rb") as file:
        return file.read()


def seal(home, all_events):
    """The id of a new run of these events."""
    lines = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in all_events)
    done = subprocess.run([os.environ["WARRANT_FORGE"], home.dir], input=lines,
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def first_failure(home, run, level=6, *options):
    """(level, seq) of the first failure of an audit; None when there is none."""
    done = home.run("audit", "verify", run, "--level", str(level), "--json", *options)
    failure = (done.json().get("data") or {}).get("first_failure")
    return (failure["level"], failure["seq"]) if failure else None
