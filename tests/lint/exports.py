#!/usr/bin/env python3
"""Every built plugin exports wrt_plugin_entry and nothing else, so that two plugins, or a plugin
and the host, never share a symbol by accident. Usage: exports.py PLUGIN_FOLDER [NM [CC]]

Symbols of the sanitizers, which a debug build carries, are allowed.
"""
import os
import subprocess
import sys
import tempfile

from lint import Score

ENTRY = "wrt_plugin_entry"
RUNTIME = ("__asan_", "__odr_asan", "__ubsan_", "__sanitizer_", "__tsan_", "__msan_", "__gcov_",
           "__start___sancov", "__stop___sancov")


def exported(nm, library):
    """Names of the dynamic symbols that a library defines, or None when nm cannot read it."""
    done = subprocess.run([nm, "-D", "--defined-only", library], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, universal_newlines=True, check=False)
    if done.returncode != 0:
        return None
    return [line.split()[-1] for line in done.stdout.splitlines() if line.strip()]


def wrong_exports(names):
    """What is wrong with a list of exported names, or None."""
    if names is None:
        return "is not a shared library"
    ours = [name for name in names if not name.startswith(RUNTIME)]
    if ENTRY not in ours:
        return "does not export " + ENTRY
    extra = sorted(name for name in ours if name != ENTRY)
    return "exports %s besides %s" % (", ".join(extra), ENTRY) if extra else None


def compile_plugin(cc, folder, text):
    source, library = os.path.join(folder, "p.c"), os.path.join(folder, "p.so")
    with open(source, "w", encoding="utf-8") as file:
        file.write(text)
    subprocess.run([cc, "-shared", "-fPIC", "-o", library, source], check=True)
    return library


def self_test(score, nm, cc):
    entry = "int wrt_plugin_entry(void) { return 0; }\n"
    cases = [(entry, None), (entry + "static int a(void) { return 1; }\nint (*table)(void);\n",
              "exports table besides"),
             (entry + "int wrt_kg_open(void) { return 1; }\n", "exports wrt_kg_open"),
             ("int entry(void) { return 0; }\n", "does not export")]
    with tempfile.TemporaryDirectory(prefix="warrant-lint-") as folder:
        for text, expected in cases:
            wrong = wrong_exports(exported(nm, compile_plugin(cc, folder, text)))
            ok = wrong is None if expected is None else wrong is not None and expected in wrong
            score.check(ok, "self-test: %r, expected %r" % (wrong, expected))
        score.check(wrong_exports(exported(nm, os.path.join(folder, "p.c"))) is not None,
                    "self-test: a text file passed for a plugin")
    score.check(wrong_exports([ENTRY, "__odr_asan.x", "__asan_y"]) is None, "self-test: sanitizers")


def main():
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    folder, nm, cc = (sys.argv[1:] + ["nm", "cc"][len(sys.argv) - 2:])[:3]
    score = Score()
    self_test(score, nm, cc)
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    plugins = [name for name in names if name.endswith(".so")]
    score.check(bool(plugins), "no plugin was built: %s holds no .so" % folder)
    for name in plugins:
        wrong = wrong_exports(exported(nm, os.path.join(folder, name)))
        score.check(wrong is None, "%s %s" % (name, wrong))
    return score.finish()


if __name__ == "__main__":
    sys.exit(main())
