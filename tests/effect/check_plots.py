#!/usr/bin/env python3
"""Pictures written by test_draw: well-formed, self-contained, with texts that stay within the
picture and do not run into each other. Usage: check_plots.py FOLDER

Texts are measured with the advance widths of DejaVu Sans (a wide font, the fallback of many
systems): digits 0.636, lower case 0.6 on average, capitals 0.68, wide scripts 1.
"""
import os
import re
import sys
import unicodedata
import xml.etree.ElementTree as tree

SVG = "{http://www.w3.org/2000/svg}"
NARROW = dict.fromkeys("ijl.,:;|!'()[]/-I ", 0.36)
WIDE = dict.fromkeys("mwMWOQGD@%", 0.9)


def width(text, size):
    def one(c):
        if unicodedata.east_asian_width(c) in "WF":
            return 1.0
        return NARROW.get(c) or WIDE.get(c) or (0.68 if c.isupper() else 0.62)
    return size * sum(map(one, text))


def boxes(svg):
    for text in svg.iter(SVG + "text"):
        classes = text.get("class").split()
        size = 11 if "wp-small" in classes else 13
        x, y, wide = float(text.get("x")), float(text.get("y")), width(text.text or "", size)
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[text.get("text-anchor")]
        yield text.text, left, left + wide, y - 0.75 * size, y + 0.2 * size


def faults(name, page):
    found = []
    svg = page.find(SVG + "svg")
    if svg is None or svg.get("role") != "img":
        return ["no picture"]
    ids = [e.get("id") for e in svg.iter() if e.get("id")]
    if svg.get("aria-labelledby").split() != ids or len(svg.findall(SVG + "desc")) != 1:
        found.append("title and description: %r" % ids)
    for element in svg.iter():
        if element.tag in (SVG + "script", SVG + "image", SVG + "use", SVG + "foreignObject"):
            found.append("element %s" % element.tag)
        for key, value in element.attrib.items():
            if key.startswith("on") or "href" in key or "url(" in value or "nan" in value.lower():
                found.append("%s=%r" % (key, value))
    if "prefers-color-scheme:dark" not in svg.find(SVG + "style").text:
        found.append("no dark colours")
    _, _, right, bottom = map(float, svg.get("viewBox").split())
    texts = list(boxes(svg))
    for i, (text, a, b, top, low) in enumerate(texts):
        if a < 0 or b > right or top < 0 or low > bottom:
            found.append("leaves the picture: %r" % text)
        for other, c, d, up, down in texts[:i]:
            if a < d and c < b and top < down and up < low:
                found.append("%r on %r" % (text, other))
    numbers = re.findall(r"-?\d+(?:\.\d+)?", " ".join(p.get("d") for p in svg.iter(SVG + "path")))
    if any(abs(float(n)) > 5000 for n in numbers):
        found.append("a coordinate far outside")
    table = page.find("table")
    if table is None or table.find("caption") is None or not table.findall("tbody/tr"):
        found.append("no table")
    else:
        columns = len(table.findall("thead/tr/th"))
        if any(len(row) != columns for row in table.findall("tbody/tr")):
            found.append("rows of the table differ in length")
    return found


def main():
    failed, names = 0, sorted(n for n in os.listdir(sys.argv[1]) if n.endswith(".html"))
    for name in names:
        found = faults(name, tree.parse(os.path.join(sys.argv[1], name)).getroot())
        failed += bool(found)
        print("%s %s" % ("FAILED" if found else "ok", name))
        for fault in found[:20]:
            print("    " + fault)
    print("%d passed, %d failed" % (len(names) - failed, failed))
    return 1 if failed or len(names) < 6 else 0


if __name__ == "__main__":
    sys.exit(main())
