"""Names of graphs, tables and models that are causal sentences, or markup: no format of an answer says
them. Each is put where an attacker could write: a column of a table and the name of its file, a node of a
stated graph, a variable of a structural model, a node of the knowledge graph."""
import csv
import json
import os
import random
import re

from harness import ROOT, Checks, Home

SENTENCE = "coffee causes cancer"
MARKUP = "<img src=x onerror=alert(1)>[a](http://a.example)"
RAW = re.compile(r'<section id="record".*?</section>', re.S)


def shown(home, data):
    """Every format of the last answer; of the page all but the raw record, which says that it is raw."""
    page = home.path("page.html")
    assert home.run("report", "last", "-o", page).code == 0
    with open(page, encoding="utf-8") as file:
        html = file.read()
    body = {k: v for k, v in data.items() if k not in ("question", "text")}
    inputs = body.get("frame", {}).pop("inputs", None)  # the user's own words, but for graphs
    return {"text": data["text"].replace(data["question"], ""), "json": json.dumps(body) + str(inputs and inputs.get("graph")),
            "page": RAW.sub("", html).replace(data["question"], "")}


def check(c, home, what, question, *args, status="answered"):
    done = home.ask(question, "-q", "--json", *args)
    data = done.json()["data"]
    c.equal(f"{what}: status", data["status"], status)
    for name, text in shown(home, data).items():
        for part in ("coffee causes", "causes cancer"):
            at = text.find(part)
            c.check(f"{what}: not in {name}", at < 0, text[max(at - 200, 0):at + 100])
    markdown = home.ask(question, "-q", "--format", "markdown", *args).out.replace(question, "")
    c.check(f"{what}: not in markdown", "coffee causes" not in markdown, markdown)
    if done.code == 0:
        audit = home.run("audit", "verify", "last", "--level", "6")
        c.check(f"{what}: audited", audit.code == 0, audit.out + audit.err)
    return data


def table(home, name, extra):
    draw, path = random.Random(7), home.path(name)
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["age", extra, "drug", "pressure"])
        for _ in range(200):
            age, other = draw.randint(40, 79), draw.random()
            drug = int(draw.random() < 0.2 + (age - 40) / 100 + other / 10)
            out.writerow([age, f"{other:.3f}", drug, f"{100 + age / 2 + 4 * other - 5 * drug + draw.gauss(0, 4):.3f}"])
    return path


def test_table(c, home):
    graph = (f'dag {{ age -> drug -> pressure; age -> pressure; "{SENTENCE}" -> drug; '
             f'"{SENTENCE}" -> pressure }}')
    question = "How large is the effect of drug on pressure?"
    data = check(c, home, "column", question, "--data", table(home, "t.csv", SENTENCE), "--graph", graph)
    c.check("column: the gate tells", data["gate"]["dropped"] > 0, data["gate"])
    check(c, home, "file", question, "--data", table(home, f"{SENTENCE}.csv", "other"), "--treatment", "drug",
          "--outcome", "pressure")
    treated = table(home, "u.csv", "other")
    with open(treated, encoding="utf-8") as file:
        text = file.read()
    with open(treated, "w", encoding="utf-8") as file:
        file.write(text.replace("drug", SENTENCE, 1))
    data = check(c, home, "treatment", "How large is the effect?", "--data", treated, "--treatment", SENTENCE,
                 "--outcome", "pressure")
    c.check("treatment: its claims are withheld", all(k.get("withheld") for k in data["claims"]), data["claims"])


def test_graph(c, home):
    graph = f'dag {{ U -> X; U -> Y; X -> Y; "{SENTENCE}" -> X; "{SENTENCE}" -> Y; U [latent] }}'
    check(c, home, "node", "Is the effect of X on Y identifiable?", "--graph", graph)


def test_model(c, home):
    with open(f"{ROOT}/examples/ask/bleeding.scm.json", encoding="utf-8") as file:
        text = file.read()
    path, patient = home.path("m.scm.json"), f"{ROOT}/examples/ask/patient.json"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace('"inr"', f'"{SENTENCE}"').replace("bleeding under a blood thinner", SENTENCE))
    check(c, home, "variable", "Would the same patient have bled, had the dose been halved?", "--scm", path,
          "--patient", patient, "--do", "dose=halved")


def test_knowledge(c, home):
    folder = home.path("kg")
    os.makedirs(folder)
    with open(f"{ROOT}/examples/kg/nodes.tsv", encoding="utf-8") as file:
        text = file.read()
    with open(f"{folder}/nodes.tsv", "w", encoding="utf-8") as file:
        file.write(text.replace("\tHyperglycemia\t", f"\t{SENTENCE}\t"))
    done = home.run("kg", "import", "--source", "warrant-example", "--version", "2", f"{folder}/nodes.tsv",
                    f"{ROOT}/examples/kg/edges.tsv")
    c.equal("graph: imported", done.code, 0)
    check(c, home, "graph", "How might metformin lower blood glucose in type 2 diabetes?")


def test_markup(c, home):
    graph = f'dag {{ X -> Y; "{MARKUP}" -> X; "{MARKUP}" -> Y }}'
    args = ("-q", "--graph", graph)
    question = "Is the effect of X on Y identifiable?"
    home.ask(question, *args)
    page = home.path("page.html")
    home.run("report", "last", "-o", page)
    with open(page, encoding="utf-8") as file:
        html = file.read()
    c.check("markup: escaped in the page", "<img" not in html and "&lt;img" in html, html[:500])
    markdown = home.ask(question, *args, "--format", "markdown").out
    c.check("markup: escaped in markdown", "\\<img" in markdown and not re.search(r"(?<!\\)<img|(?<!\\)\[a\]", markdown),
            markdown)


def main():
    c = Checks()
    for test in (test_table, test_graph, test_model, test_knowledge, test_markup):
        with Home(with_graph=test is not test_knowledge) as home:
            test(c, home)
    c.finish()


main()
