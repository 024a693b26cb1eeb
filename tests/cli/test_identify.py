"""warrant identify: formula, hedge, exit codes, graph from a file, names that need care."""
from harness import Checks, Home

FRONT_DOOR = "dag { X -> M -> Y; X <-> Y }"


def test_identifiable(c, home):
    done = home.run("identify", "--graph", FRONT_DOOR, "--treatment", "X", "--outcome", "Y")
    c.equal("front door: exit", done.code, 0)
    c.equal("front door: formula", done.out.splitlines()[0],
            "P(Y | do(X)) = Σ_{M} P(M | X) Σ_{X'} P(X') P(Y | M, X')")
    c.check("front door: steps are numbered", "\n  1. " in done.out and "\n  2. " in done.out, done.out)
    data = home.run("identify", "--json", "--graph", FRONT_DOOR, "--treatment", "X",
                    "--outcome", "Y").json()
    c.equal("front door: schema", data["schema"], "warrant/identify/1")
    c.equal("front door: method", data["data"]["method"], "frontdoor")
    c.equal("front door: hedge", data["data"]["hedge"], None)


def test_sets_and_files(c, home):
    path = home.path("graph.txt")
    with open(path, "w", encoding="utf-8") as file:
        file.write('{"edges":[["IL-6","CRP"],["age","IL-6"],["age","CRP"],["sex","CRP"]]}')
    done = home.run("identify", "--graph", "@" + path, "--treatment", "IL-6", "--outcome", "CRP",
                    "--given", "sex")
    c.equal("file: formula", done.out.splitlines()[0],
            "P(CRP | do(IL-6), sex) = Σ_{age} P(CRP | IL-6, age, sex) P(age | sex)")
    done = home.run("identify", "--graph", "A -> Y; B -> Y; A -> B; C -> B; C -> Y",
                    "--treatment", "A,B", "--outcome", '["Y"]')
    c.equal("sets: formula", done.out.splitlines()[0],
            "P(Y | do(A, B)) = Σ_{C} P(Y | A, B, C) P(C)")


def test_not_identifiable(c, home):
    bow = ("identify", "--graph", "X -> Y; X <-> Y", "--treatment", "X", "--outcome", "Y")
    done = home.run(*bow)
    c.equal("bow: exit", done.code, 3)
    c.check("bow: says so", done.out.startswith("P(Y | do(X)) is not identifiable\n"), done.out)
    c.check("bow: shows the hedge", "{X, Y} and, inside it, {Y} form a hedge" in done.out, done.out)
    done = home.run(*bow, "--json")
    c.equal("bow: exit with --json", done.code, 3)
    c.equal("bow: hedge in data", done.json()["data"]["hedge"]["roots"], ["Y"])


def test_instrument(c, home):
    graph = ("identify", "--treatment", "X", "--outcome", "Y", "--graph")
    done = home.run(*graph, "Z -> X -> Y; X <-> Y; W -> Z; W -> Y")
    c.equal("instrument: exit", done.code, 3)
    c.equal("instrument: one line", [line for line in done.out.splitlines() if "instrument" in line],
            ["under parametric assumptions only: Z is an instrument given {W} (linear relations with "
             "constant coefficients, or monotonicity for an effect among compliers)"])
    done = home.run(*graph, "A -> X; B -> X; X -> Y; X <-> Y")
    c.check("two instruments: the first and their number",
            "only: A is an instrument, one of 2 (linear" in done.out, done.out)
    many = "; ".join("Z%d -> X" % i for i in range(101))
    done = home.run(*graph, many + "; X -> Y; X <-> Y")
    c.check("more than are listed", ", one of 100 or more (linear" in done.out, done.out)
    done = home.run(*graph, "A -> X; B -> X; X -> Y; X <-> Y", "--json")
    c.equal("two instruments: data", done.json()["data"]["parametric"]["instruments"],
            [{"instrument": "A", "given": []}, {"instrument": "B", "given": []}])
    done = home.run(*graph, "X -> Y; X <-> Y")
    c.check("bow: no instrument", "instrument" not in done.out, done.out)


def test_bad_input(c, home):
    cases = [
        (("--treatment", "X", "--outcome", "Y"), "--graph"),
        (("--graph", "X -> Y", "--treatment", "Z", "--outcome", "Y"), "no node 'Z'"),
        (("--graph", "X -> Y", "--outcome", "Y"), "treatment is empty"),
        (("--graph", "X -> Y", "--treatment", "X", "--outcome", "X"), "'X' is in both"),
        (("--graph", "X -> Y -> X", "--treatment", "X", "--outcome", "Y"), "X -> Y -> X"),
        (("--graph", "@/nowhere", "--treatment", "X", "--outcome", "Y"), "nowhere"),
        (("--graph", "X -> Y", "--treatment", "[1]", "--outcome", "Y"), "treatment"),
        (("--graph", "X -> Y", "--treatment", "X,,", "--outcome", "Y"), "treatment"),
    ]
    for args, says in cases:
        done = home.run("identify", *args)
        c.equal(f"{args}: exit", done.code, 2)
        c.check(f"{args}: names it", says in done.err, done.err)
        c.equal(f"{args}: nothing on stdout", done.out, "")


if __name__ == "__main__":
    checks = Checks()
    with Home(with_graph=False) as data_directory:
        test_identifiable(checks, data_directory)
        test_sets_and_files(checks, data_directory)
        test_not_identifiable(checks, data_directory)
        test_instrument(checks, data_directory)
        test_bad_input(checks, data_directory)
    checks.finish()
