#!/usr/bin/env python3
"""Phrases of the example models say their variable's value and nothing more. Usage: phrases.py [ROOT]

What a phrase asserts beyond its variable reaches every later context as if it were known, and a
language model's answer then rests on it. So the fixed text of a phrase (before and after the value)
is one sentence, gives no reasons, and holds neither a number nor a value of any variable.
"""
import json
import os
import re
import sys

from lint import Score, judge, root_of_arguments, self_test

FOLDER = "examples/scm"
LINKS = ("because since therefore thus so hence due causes caused and but while although who which "
         "whose if when after being").split()


def models(root):
    folder = os.path.join(root, FOLDER)
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    return ["%s/%s" % (FOLDER, name) for name in names if name.endswith(".scm.json")]


def holds(text, words):
    return re.search(r"(?<!\w)" + re.escape(words) + r"(?!\w)", text, re.I) is not None


def wrong_in(phrase, values):
    """What is wrong with the fixed text of one phrase, or None."""
    before, after = phrase.get("before", ""), phrase.get("after", "")
    fixed = before + " " + after
    if re.search(r"[.!?;]\s*\S", before) or re.search(r"[.!?;]\s*\S", after):
        return "is more than one sentence"
    if not after.endswith("."):
        return "does not end with a full stop"
    if re.search(r"(?<![\w-])\d", fixed):
        return "holds a number"
    for word in LINKS:
        if holds(fixed, word) and not before.lower().startswith(word + " "):
            return "joins facts by '%s'" % word
    for value in sorted(values):
        if holds(fixed, value):
            return "holds '%s', a value" % value
    return None


def findings(root):
    found = []
    for path in models(root):
        with open(os.path.join(root, path), encoding="utf-8") as file:
            model = json.load(file)
        values = {value for variable in model["variables"] for value in variable["values"]}
        for variable in model["variables"]:
            for i, phrase in enumerate(variable.get("phrases", [])):
                wrong = wrong_in(phrase, values)
                if wrong is not None:
                    found.append("%s:1: phrasing %d of %s %s"
                                 % (path, i, variable["name"], wrong))
    return found


def tree(before, after):
    model = {"variables": [{"name": "a", "values": ["low", "high"],
                            "phrases": [{"before": before, "after": after}]}]}
    return {FOLDER + "/x.scm.json": json.dumps(model)}


BAD = [
    (tree("The level is ", ". It matters."), "more than one sentence"),
    (tree("Stage 4. The level is ", "."), "more than one sentence"),
    (tree("The level is ", ""), "full stop"),
    (tree("At 60 years the level is ", "."), "a number"),
    (tree("The level is ", " because of the drug."), "'because'"),
    (tree("The patient, who smokes, has a level that is ", "."), "'who'"),
    (tree("Despite a high dose the level is ", "."), "'high'"),
]
GOOD = [tree("The level is ", "."), tree("HER2 level: ", "."), tree("After lunch it is ", "."),
        tree("Highest level: ", " today.")]


def main():
    root = root_of_arguments()
    score = Score()
    self_test(score, findings, BAD, GOOD)
    judge(score, root, models(root), findings)
    return score.finish()


if __name__ == "__main__":
    sys.exit(main())
