#!/usr/bin/env python3
"""Reports of six runs in headless Chromium, offline: see browser/check.mjs. Then their PDFs.

Needs node, npm, chromium-headless-shell and pdftotext (examples/setup/packages.sh test); installs
the pinned packages of browser/package-lock.json into the cache. Skips loudly where the browser
cannot be had, but for CI=true. WARRANT_REPORT_KEEP=FOLDER keeps pages, pictures and PDFs there.
"""
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

import runs

HERE = os.path.dirname(os.path.abspath(__file__))
PAGE_MAX = 200_000  # bytes of the page of an example
passed = failed = 0


def check(what, condition, detail=""):
    global passed, failed
    if condition:
        passed += 1
    else:
        failed += 1
        print(f"FAILED {what}: {str(detail)[:1500]}")


def give_up(why):
    if os.environ.get("CI") == "true":
        sys.exit(f"{why}, and CI must have it")
    print(f"SKIPPED: {why}\n0 passed, 0 failed")
    sys.exit(77)


def browser_path():
    for name in ("chromium-headless-shell", "chromium", "google-chrome"):
        if shutil.which(name):
            return shutil.which(name)
    return give_up("no chromium-headless-shell")


def modules():
    """The folder with the pinned packages; installed once for each lock file."""
    with open(f"{HERE}/browser/package-lock.json", "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()[:16]
    cache = os.environ.get("WARRANT_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "warrant")
    folder = os.path.join(cache, f"report-browser-{digest}")
    if os.path.exists(f"{folder}/complete"):
        return folder
    os.makedirs(folder, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(f"{HERE}/browser/{name}", folder)
    done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder,
                          capture_output=True, text=True, timeout=600, check=False)
    if done.returncode != 0:
        give_up(f"npm could not install the browser's driver: {done.stderr[-400:]}")
    with open(f"{folder}/complete", "w", encoding="utf-8"):
        return folder


def make_pages(home, folder):
    for name, make in runs.MAKERS.items():
        run = make(home)
        store, path = os.path.join(home, runs.STORES.get(name, "")), f"{folder}/{name}.html"
        done = runs.warrant(store, "report", run, "-o", path)
        check(f"{name}: the report is written and the record passes", done.returncode == 0, done.stderr)
        again = runs.warrant(store, "report", run).stdout
        with open(path, encoding="utf-8") as file:
            check(f"{name}: equal bytes again", file.read() == again)
        check(f"{name}: size", 5000 < os.path.getsize(path) < PAGE_MAX, os.path.getsize(path))


# Words that stand in closed <details> of each page.
HIDDEN_WORDS = {"mechanism": ["The routes as a table", "dmdb:", "Arguments"],
                "estimate": ["variance ratio before", "severity=severe", "Arguments"],
                "whatif": ["change, by any coupling", "Arguments"],
                "identify": ["causes, as drawn"], "evidence": ["abstract[0]", "Arguments"],
                "hostile": ["alert(1)"]}


def check_pdf(folder, name, words):
    done = subprocess.run(["pdftotext", "-raw", f"{folder}/{name}.pdf", "-"], capture_output=True, text=True,
                          check=False)
    pages = done.stdout.count("\f")
    check(f"{name}: the PDF has pages", done.returncode == 0 and pages >= 2, (pages, done.stderr))
    for word in words:
        check(f"{name}: the PDF holds {word!r}", word in " ".join(done.stdout.split()))
    check(f"{name}: each printed page names the run", done.stdout.count("Warrant run ") >= pages, pages)


def main():
    chromium = browser_path()
    for name in ("node", "npm", "pdftotext"):
        if not shutil.which(name):
            give_up(f"no {name}")
    installed = modules()
    with tempfile.TemporaryDirectory(prefix="warrant-report-") as home:
        folder = os.environ.get("WARRANT_REPORT_KEEP") or os.path.join(home, "pages")
        os.makedirs(folder, exist_ok=True)
        make_pages(home, folder)
        done = subprocess.run(["node", f"{HERE}/browser/check.mjs", folder, installed, chromium], timeout=900,
                              capture_output=True, text=True, check=False)
        print("in the browser: " + done.stdout.strip() + done.stderr[-2000:])
        check("the browser's checks", done.returncode == 0, done.returncode)
        for name, words in HIDDEN_WORDS.items():
            check_pdf(folder, name, words)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
