"""Each sentence of an answer maps to claims, for every question type: the claims are there, the sentence is
theirs, and its rung is theirs, in JSON and in the text; what states an effect is one of these sentences."""
import re

from harness import QUESTION, ROOT, Checks, Home

STATES = re.compile(r"\b(causes|prevents|treats|increases|decreases|lowers|raises)\b")
EXAMPLES = f"{ROOT}/examples"
ASKED = (
    ("mechanism", QUESTION, ()),
    ("effect", "How large is the effect of drug on pressure?",
     ("--data", f"{EXAMPLES}/estimate/cohort.csv", "--graph", f"{EXAMPLES}/estimate/cohort.dag")),
    ("identify", "Is the effect of X on Y identifiable?", ("--graph", "dag { Z -> X; Z -> Y; X -> Y }")),
    ("whatif", "Would the same patient have bled, had the dose been halved?",
     ("--scm", f"{EXAMPLES}/ask/bleeding.scm.json", "--patient", f"{EXAMPLES}/ask/patient.json", "--do", "dose=halved")),
    ("evidence", "What is the evidence that alphadrug lowers deltadisease?", ()),
)


def standing(text, claim):
    """The rung that the text states beneath the claim."""
    found = re.search(rf"^[ \d.]{{5}}{claim} +.*\n +rung (\d):", text, re.M)
    return int(found.group(1)) if found else None


def without(text, sentences):
    for sentence in sorted((s["text"] for s in sentences), key=len, reverse=True):
        text = text.replace(sentence, "")
    return text


def check(c, home, kind, question, args):
    done = home.ask(question, "-q", "--json", *args)
    data = done.json()["data"]
    claims = {k["id"]: k for k in data.get("claims", [])}
    c.equal(f"{kind}: answered as such", (data["status"], data["type"]), ("answered", kind))
    c.check(f"{kind}: it has sentences", data["sentences"])
    said = set()
    for s in data["sentences"]:
        c.check(f"{kind}: {s['text'][:60]}: names claims that are there", s["claims"] and set(s["claims"]) <= set(claims), s)
        said.update(s["claims"])
        of = [claims[i] for i in s["claims"] if i in claims]
        c.check(f"{kind}: the sentence is its claims'", all(k["text"] == s["text"] for k in of), (s, of))
        c.equal(f"{kind}: so is its rung", {k["rung"] for k in of}, {s["rung"]})
        c.equal(f"{kind}: and that of the text", {standing(data["text"], i) for i in s["claims"]}, {s["rung"]})
    c.equal(f"{kind}: no claim is unsaid", said, {i for i, k in claims.items() if not k.get("withheld")})
    others = without(data["text"].replace(question, ""), data["sentences"]).splitlines()
    loose = [line for line in others if STATES.search(line) and '"' not in line]
    c.check(f"{kind}: nothing else states an effect", not loose, loose)


def main():
    c = Checks()
    with Home() as home:
        for kind, question, args in ASKED[:-1]:
            check(c, home, kind, question, args)
    with Home(with_graph=False) as home:
        folder = f"{EXAMPLES}/evidence"
        home.run("kg", "import", "--source", "made-up", "--version", "1", f"{folder}/nodes.tsv", f"{folder}/edges.tsv")
        home.run("pubmed", "import", f"{folder}/papers.xml")
        check(c, home, *ASKED[-1])
    c.finish()


main()
