"""Questions to the literature over real PubMed records, read in place from WARRANT_SHARED.

Whatever they say, every quotation is at its bytes, every run is made again from its record, and
nothing is claimed that level 4 does not carry. Skipped where the records are absent."""
import glob
import os

from harness import ROOT, Checks, Home

SHARED = os.environ.get("WARRANT_SHARED") or os.path.join(ROOT, "..", "shared")
PAIRS = [("warfarin", "atrial fibrillation"), ("clopidogrel", "myocardial infarction"),
         ("tamoxifen", "breast neoplasms")]


def check_quotes(c, home, answer):
    for item in answer.get("evidence", []):
        if item["kind"] != "publication_quote":
            continue
        locator = item["locator"]
        record = home.run("pubmed", "show", locator["pmid"], "--json").json()["data"][0]
        field = locator["field"]
        stored = record["title"] if field == "title" else record["abstract"][int(field[9:-1])]["text"]
        c.equal(f"PMID {locator['pmid']}: the bytes are the quotation",
                stored.encode()[locator["start"]:locator["end"]].decode(), item["text"])
        c.check(f"PMID {locator['pmid']} stands", record["standing"]["status"] in ("ok", "corrected"),
                record["standing"])


def main():
    c = Checks()
    folder = os.path.join(SHARED, "data", "pubmed")
    files = sorted(glob.glob(os.path.join(folder, "baseline", "pubmed21*.gz")) +
                   glob.glob(os.path.join(folder, "efetch", "**", "*.xml"), recursive=True))
    if not files:
        print("SKIPPED: no PubMed records in WARRANT_SHARED")
        return
    answered = 0
    with Home() as home:
        done = home.run("pubmed", "import", *files)
        c.equal("import", done.code, 0)
        for drug, disease in PAIRS:
            done = home.ask(f"What is the evidence that {drug} lowers {disease}?", "--json")
            answer = done.json()["data"]
            c.check(f"{drug}: answered or abstained with its query", done.code == 0 or (
                done.code == 3 and "looked for" in done.json()["error"]["message"]), done.out)
            answered += done.code == 0
            check_quotes(c, home, answer)
            for claim in answer.get("claims", []):
                c.check(f"{drug}: rung 2 only by a trial's own finding", claim["rung"] == 1 or any(
                    e["interventional"] for e in answer["evidence"]), claim)
            done = home.run("audit", "verify", "last", "--level", "6")
            c.check(f"{drug}: verified at level 6", done.code == 0, done.out)
    c.check("some are answered", answered > 0)
    c.finish()


if __name__ == "__main__":
    main()
