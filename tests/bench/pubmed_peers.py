#!/usr/bin/env python3
"""pubmed_peers.py: the PubMed reader beside pubmed_parser and EDirect's xtract, in one run.

    pubmed_peers.py BENCH_PUBMED [--citations N] [--runs N] [--work FOLDER] [--no-peers]

BENCH_PUBMED is the program of that name (build with -DWARRANT_BENCH=ON). A file of N citations
(30,000, as NLM's have) is made in FOLDER (~/.cache/warrant/pubmed-peers) from the real records of
$WARRANT_SHARED/data/pubmed/baseline, repeated with new PMIDs; the records are no part of this tree.
pubmed_parser is installed there from PyPI; xtract comes from the Debian package
ncbi-entrez-direct (sh examples/setup/packages.sh bench).

Each figure is CPU seconds (user and system) of one process, the median of the runs. bench_pubmed
inflates the .gz and reads every field; pubmed_parser inflates and reads its own fields; xtract gets
the XML from a pipe, not counting who fills it, and prints PMID, title, abstract, date, authors,
MeSH and publication types. Repeating records flatters caches a little, all three alike. Exit status
1 when a bar is missed.
"""
import argparse
import gzip
import itertools
import json
import os
import pathlib
import re
import resource
import shutil
import statistics
import subprocess
import sys

FIRST_PMID = 90_000_000
PARSE_BAR_MB, RSS_BAR_MIB, PARSER_BAR, XTRACT_BAR = 150, 32, 5, 1
XTRACT = (
    "xtract -strict -pattern PubmedArticle -element MedlineCitation/PMID Article/ArticleTitle "
    "-element Abstract/AbstractText PubDate/Year PubDate/MedlineDate "
    "-block Author -element LastName,Initials -block MeshHeading -element DescriptorName "
    "-block PublicationType -element PublicationType"
).split()
PARSER = """
import sys, pubmed_parser
articles = [a for a in pubmed_parser.parse_medline_xml(sys.argv[1]) if not a["delete"]]
print(len(articles))
"""


def real_citations():
    """The PubmedArticle elements of the baseline files, as bytes."""
    root = pathlib.Path(os.environ.get("WARRANT_SHARED", pathlib.Path(__file__).parents[3] / "shared"))
    folder = root / "data" / "pubmed" / "baseline"
    found = []
    for path in sorted(folder.glob("pubmed21n*.xml.gz")) + sorted(folder.glob("tipplerow*.xml.gz")):
        with gzip.open(path) as file:
            found += re.findall(rb"<PubmedArticle>.*?</PubmedArticle>", file.read(), re.S)
    if not found:
        sys.exit(f"pubmed_peers.py: no baseline files in {folder}: set WARRANT_SHARED")
    return found


def make_file(path, count):
    """Writes path.gz and path; nothing when both are there."""
    packed = path.with_name(path.name + ".gz")
    if path.exists() and packed.exists():
        return packed
    pmid = re.compile(rb"(<MedlineCitation\b[^>]*>\s*<PMID[^>]*>)\d+")
    part = path.with_name(path.name + ".part")
    with open(part, "wb") as file:
        file.write(b'<?xml version="1.0" encoding="utf-8"?>\n<PubmedArticleSet>\n')
        repeated = itertools.islice(itertools.cycle(real_citations()), count)
        for number, citation in enumerate(repeated, FIRST_PMID):
            file.write(pmid.sub(lambda m: m.group(1) + b"%d" % number, citation, count=1) + b"\n")
        file.write(b"</PubmedArticleSet>\n")
    with open(part, "rb") as source, gzip.open(packed, "wb", 6) as target:
        shutil.copyfileobj(source, target)
    part.rename(path)
    return packed


def cpu_of(command, feed=None):
    """CPU seconds of one child and what it printed; feed is a file that a pipe brings to it."""
    reader = feed and subprocess.Popen(["cat", feed], stdout=subprocess.PIPE)
    child = subprocess.Popen(command, stdin=reader and reader.stdout, stdout=subprocess.PIPE)
    if reader:
        reader.stdout.close()
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if reader:
        reader.wait()
    if child.returncode != 0:
        sys.exit(f"pubmed_peers.py: {command[0]} ended with {child.returncode}")
    return usage.ru_utime + usage.ru_stime, output


def parser_command(work, packed):
    """Installs pubmed_parser; gives its command."""
    python = work / "venv" / "bin" / "python"
    if not (work / "venv" / "done").exists():
        subprocess.run([sys.executable, "-m", "venv", work / "venv"], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "pubmed_parser"], check=True)
        (work / "venv" / "done").touch()
    return [python, "-c", PARSER, packed]


def line(name, seconds, size, count, note=""):
    print(f"{name:34} {seconds:7.2f} CPU s {size / seconds / 1e6:7.1f} MB/s {count / seconds:8.0f} articles/s  {note}")


def own_figures(bench, packed, runs):
    results = []
    for _ in range(runs):
        seconds, output = cpu_of([bench, "parse", packed])
        results.append((seconds, json.loads(output)))
    results.sort(key=lambda result: result[0])
    return results[len(results) // 2]


def compare(name, seconds, own, bar, size, count):
    line(name, seconds, size, count, f"{seconds / own:.1f} times ours, bar {bar}")
    return seconds / own >= bar


def run(args):
    work = args.work
    work.mkdir(parents=True, exist_ok=True)
    plain = work / f"citations-{args.citations}.xml"
    packed = make_file(plain, args.citations)
    size, count = plain.stat().st_size, args.citations
    own, result = own_figures(args.bench, packed, args.runs)
    if result["articles"] != count or result["xml_bytes"] != size:
        sys.exit(f"pubmed_peers.py: {result['articles']} articles were read, wanted {count}")
    rss = result["rss_kib"] / 1024
    line("warrant, .gz, every field", own, size, count, f"{rss:.1f} MiB resident")
    is_met = [size / own / 1e6 >= PARSE_BAR_MB, rss <= RSS_BAR_MIB]
    if not args.no_peers:
        seconds, output = cpu_of(parser_command(work, packed))
        if int(output) != count:
            print(f"pubmed_parser read {int(output)} articles, not {count}")
        is_met.append(compare("pubmed_parser, .gz, its fields", seconds, own, PARSER_BAR, size, count))
        if shutil.which("xtract"):
            times = [cpu_of(XTRACT, plain)[0] for _ in range(args.runs)]
            is_met.append(compare("xtract -strict, plain, 7 fields", statistics.median(times), own,
                                  XTRACT_BAR, size, count))
        else:
            print("xtract is not installed: sh examples/setup/packages.sh bench")
    print("every bar is met" if all(is_met) else "a bar is missed")
    return 0 if all(is_met) else 1


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("bench")
    options.add_argument("--citations", type=int, default=30_000)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--work", type=pathlib.Path,
                         default=pathlib.Path.home() / ".cache" / "warrant" / "pubmed-peers")
    options.add_argument("--no-peers", action="store_true")
    args = options.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return run(args)


if __name__ == "__main__":
    sys.exit(main())
