"""Random alterations of a bundle: of bytes of a file, of the spelling of JSON, of events as values, of the
archive; with a key also of what is signed anew. Each takes a random.Random and gives a new bundle, as files
{name: bytes} or as the bytes of an archive.

    base.files, base.lines (of events), base.archive      what a way of altering starts from
    WAYS                                                  {name: way(random, base, signer) -> files}
    wrapped(random, base)                                 (what was done, a function that makes the archive)"""
import io
import json
import re
import warnings
import zipfile

import formats
import resign
import verify

PAGES = verify.PAGES | {"VERIFY.md"}


# ---- alterations of bytes

def altered_bytes(random, data):
    at = random.randrange(len(data) + 1) if data else 0
    to = min(len(data), at + random.choice((1, 1, 2, 40)))
    some = bytes(random.choice(b'\0\n "\\{}[]0129aZ\x80\xc3\xff') for _ in range(random.choice((1, 1, 2, 9))))
    how = random.randrange(7)
    if how == 0 and at < len(data):
        return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1:]
    if how == 1:
        return data[:at] + some + data[at:]
    if how == 2:
        return data[:at] + data[to:]
    if how == 3:
        return data[:at]
    if how == 4:
        return data + some
    if how == 5:
        return data[:at] + data[at:to] + data[at:]
    return data[:at] + some + data[at + len(some):]


# ---- alterations of JSON text that a lenient reader would not see

def spelt(random, text):
    """The same value in another spelling, or nearly the same value."""
    value = json.loads(text)
    how = random.randrange(12)
    if how == 0:
        return json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    if how == 1:
        return json.dumps(value, ensure_ascii=False)
    if how == 2:
        return json.dumps(dict(reversed(value.items())), ensure_ascii=False, separators=(",", ":"))
    if how == 3:
        return text.replace('":', random.choice(('" :', '":\t', '":\n')), 1)
    if how == 4:
        return text[:-1] + ',"zzz":1}'
    if how == 5:
        name = random.choice(sorted(value))
        return text[:-1] + f",{json.dumps(name)}:{json.dumps(value[name])}}}"
    if how == 6:
        letter = random.choice([c for c in text if c.isalpha()])
        return text.replace(letter, f"\\u{ord(letter):04x}" if random.random() < 0.5 else f"\\{letter}", 1)
    if how == 7:
        return text + random.choice((" ", "\r", "{}", ",", "\0"))
    if how == 8:
        return random.choice(("\ufeff", " ", "[", "\t")) + text
    if how == 9:
        return text.replace("/", "\\/", 1)
    numbers = [c for c in re.finditer(r"(?<=[:,\[])-?[0-9][0-9.e+-]*(?=[,}\]])", text)]
    if not numbers:
        return text + " "
    number = random.choice(numbers)
    old = number.group()
    new = random.choice((old + ".0", old + "e0", "0" + old, "-" + old, "+" + old, old + "0", "NaN", "Infinity",
                         "-0", "1e400", "1" * 400, "9007199254740993", "1E3", "true", "null", f'"{old}"',
                         "9007199254740992", "1e+21", "5e-324", "0.1", "18446744073709551616"))
    return text[:number.start()] + new + text[number.end():]


# ---- alterations of events as values

ODD = (None, True, False, 0, 1, -1, 2, 1.5, 2**53, 1e21, "", "x", "allow", "deny", "hold", "tool_call", "n1", [], {},
       [[]], ["r"], {"commit": "0" * 64}, {"commit": "x"}, {"sha256": "0" * 64, "size": 1},
       {"sha256": "0" * 64, "size": 10**18}, "\ud7ff\U0001f600", "~/", "a" * 70000)


def places(value, at=()):
    """Every place in a value, as a list of names."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        yield at + (name,)
        yield from places(item, at + (name,))


def get(value, place):
    for name in place:
        value = value[name]
    return value


def nested(depth):
    value = 1
    for i in range(depth):
        value = [value] if i % 2 else {"a": value}
    return value


def altered_value(random, event, others):
    """One place of an event set, taken away or given what stands at that place of another event."""
    place = random.choice([at for at in places(event) if at[0] == "body"] or [("body",)])
    holder, name = get(event, place[:-1]), place[-1]
    how = random.randrange(8)
    if how == 0 and isinstance(holder, dict):
        del holder[name]
    elif how == 1 and isinstance(holder, dict):
        holder[str(name) + "x"] = holder.pop(name)
    elif how == 2:
        like = [other for other in others if other["type"] == event["type"]]
        try:
            holder[name] = get(random.choice(like), place)
        except (KeyError, IndexError, TypeError):
            holder[name] = "other"
    elif how == 3 and isinstance(holder, dict):
        holder[random.choice(("dest", "approvals", "step", "tool", "blob", "result", "commit", "sealed"))] = \
            random.choice(ODD)
    elif how == 4:
        holder[name] = nested(random.choice((10, 55, 58, 59, 60, 61, 62, 63, 64, 65, 70, 3000)))
    else:
        holder[name] = random.choice(ODD)


def text_of(value):
    try:
        return formats.canonical(value, room=100000).encode(errors="surrogatepass")
    except RecursionError:
        return b'{"body":{"deep":' + b"[" * 5000 + b"]" * 5000 + b'},"meta":{},"prev":null,"run":"r"}'


def altered_events(random, lines):
    """Lines with one to three alterations, some of bytes that no event can have."""
    lines = list(lines)
    kinds = ("policy.", "tool.", "approval.", "http.", "llm.", "run.")
    acts = [i for i, line in enumerate(lines) if json.loads(line)["type"].startswith(kinds)]
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        i = random.choice(acts) if acts and random.random() < 0.8 else random.randrange(len(lines))
        i = min(i, len(lines) - 1)
        how = random.randrange(12)
        if how < 6:
            try:
                events = [json.loads(line) for line in lines]
            except (ValueError, RecursionError):  # altered before, and no JSON any more
                continue
            altered_value(random, events[i], events)
            lines[i] = text_of(events[i])
        elif how == 6:
            lines[i] = spelt_line(random, lines[i])
        elif how == 7:
            lines[i] = altered_bytes(random, lines[i]).replace(b"\n", b"")
        elif how == 8:
            del lines[i]
        elif how == 9:
            lines.insert(random.randrange(len(lines) + 1), lines[i])
        elif how == 10:
            other = random.randrange(len(lines))
            lines[i], lines[other] = lines[other], lines[i]
        else:
            del lines[i:]
        if not lines:
            break
    return [numbered(line, i) for i, line in enumerate(lines)] if random.random() < 0.9 else lines


def numbered(line, i):
    return re.sub(rb'"seq":[0-9]+,"type":("[a-z.]*"),"v":1\}$', rb'"seq":%d,"type":\1,"v":1}' % i, line)


def spelt_line(random, line):
    try:
        return spelt(random, line.decode()).encode(errors="surrogatepass").replace(b"\n", b"\t")
    except (ValueError, IndexError, AttributeError, RecursionError):
        return line + b" "


# ---- alterations that are signed anew

def signed_anew(random, base, signer):
    lines = altered_events(random, base.lines)
    if random.random() < 0.95:
        lines = resign.linked(lines)
    return resign.bundle(base.files, lines, signer)


def sealed_anew(random, base, signer):
    """Sealed values altered, the manifest made for them."""
    lines = base.files["sealed.jsonl"].split(b"\n")[:-1]
    i = random.randrange(len(lines))
    how = random.randrange(6)
    if how == 0:
        lines[i] = spelt_line(random, lines[i])
    elif how == 1:
        lines[i] = altered_bytes(random, lines[i])
    elif how == 2:
        del lines[i]
    elif how == 3:
        lines.insert(i, lines[random.randrange(len(lines))])
    else:
        entry = json.loads(lines[i])
        entry[random.choice(("pointer", "salt", "seq", "value", "other"))] = random.choice(
            ODD + ("/question", "question", "/", "//", "/question/", "/0", "/~2", "AB" * 32, " " + "a" * 63, -1, 10**6))
        lines[i] = formats.canonical(entry).encode()
    return resign.bundle(base.files, list(base.lines), signer, b"".join(line + b"\n" for line in lines))


def noted_anew(random, base, signer):
    """The signed head in another form, in every file that ends with it."""
    text, _, line = base.files["checkpoint"].partition(b"\n\n")
    text, line = text + b"\n", line.rstrip(b"\n")
    body, data = text.split(b"\n"), formats.base64.b64decode(line.split(b" ")[2])
    big = (int.from_bytes(data[36:], "little") + formats.L).to_bytes(32, "little")
    dash, other = b"\xe2\x80\x94 ", b"\xe2\x80\x94 witness.example "
    note = random.choice((
        lambda: text + b"\n" + line + b"\n" + random.choice((b"\n", b"x\n", other + b"AAAA\n", other + b"\n", other,
                                                             dash + b"\xff AAAA\n", dash + b"a\x01b AAAA\n",
                                                             other + b"\xff\xfe\n", line + b"\n", b"- a b\n")),
        lambda: text + b"\n" + (other + b"AAAA\n") * random.choice((1, 14, 15, 16, 17)) + line + b"\n",
        lambda: text + b"\n" + line.replace(b"warrant-ledger", b"warrant-ledgers") + b"\n",
        lambda: text + b"\n" + line[:-1] + b"\n" + line + b"\n",
        lambda: text + b"\n" + line[:-2] + bytes([line[-2] + 1]) + line[-1:] + b"\n",
        lambda: text + b"\n" + dash + b"warrant-ledger " + formats.base64.b64encode(data[:36] + big) + b"\n",
        lambda: text + b"\n" + dash + b"warrant-ledger " + formats.base64.b64encode(bytes(4) + data[4:]) + b"\n",
        lambda: signer.signed(text, signer.sign(text, nonce=0)),  # its point is the neutral one
        lambda: signer.signed(text + b"more\n", signer.sign(text + b"more\n")),
        lambda: resigned(signer, [body[0], b"0" + body[1], body[2]]),
        lambda: resigned(signer, [body[0], b"-" + body[1], body[2]]),
        lambda: resigned(signer, [body[0], b"99999999999999999999", body[2]]),
        lambda: resigned(signer, [body[0], body[1], body[2][:-2] + bytes([body[2][-2] + 1]) + b"="]),
        lambda: resigned(signer, [body[0], body[1], body[2][:40]]),
        lambda: resigned(signer, [body[0] + b"x", body[1], body[2]]),
        lambda: text.replace(b"\n", b"\r\n") + b"\n" + line + b"\n",
        lambda: text + b"\n" + line + b"\n" + (other + b"A" * random.choice((1000, 5000)) + b"\n")))()
    files = {name: data.replace(base.files["checkpoint"], note) for name, data in base.files.items()
             if name not in PAGES | {"manifest.json"}}
    return relisted({**files, "VERIFY.md": base.files["VERIFY.md"]}, base)


def resigned(signer, lines):
    text = b"".join(line + b"\n" for line in lines)
    return signer.signed(text, signer.sign(text))


def relisted(files, base, change=None):
    """The manifest names the files as they are now, and no pages."""
    manifest = json.loads(base.files["manifest.json"])
    manifest.pop("derived_by", None)
    manifest["files"] = [{"path": name, "sha256": formats.sha(files[name]).hex()} for name in sorted(files)]
    if change:
        change(manifest)
    return {**files, "manifest.json": formats.canonical(manifest).encode()}


def listed_anew(random, base, _):
    """A file altered and listed with its hash, or the manifest altered by itself."""
    files = {name: data for name, data in base.files.items() if name not in verify.PAGES | {"manifest.json"}}

    def change(manifest):
        place = random.choice([at for at in places(manifest) if at[0] != "files" or random.random() < 0.02])
        holder, name = get(manifest, place[:-1]), place[-1]
        how = random.random()
        if how < 0.2:
            del holder[name]
        elif how < 0.3:
            manifest["derived_by"] = random.choice(("warrant 9.9", 5, None, "x" * 81))
        else:
            holder[name] = random.choice(ODD + (10**7, base.files["manifest.json"][:20].decode(), [16, 16], [1, 16],
                                                "warrant/bundle/3", manifest["key"] + "\n", "x+" + manifest["key"]))
    if random.random() < 0.5:
        return relisted(files, base, change)
    name = random.choice([name for name in sorted(files) if name != "VERIFY.md"])
    if random.random() < 0.2:
        del files[name]
    elif random.random() < 0.2:
        files[random.choice((name + "x", "tile/9/000", "extra", "report.html"))] = b"more"
    else:
        files[name] = altered_bytes(random, files[name])
    return relisted(files, base)


def pages_anew(random, base, _):
    """A page altered and listed with its hash, as made by this program or by another one."""
    files = {name: data for name, data in base.files.items() if name != "manifest.json"}
    name = random.choice(sorted(PAGES))
    files[name] = altered_bytes(random, files[name])
    manifest = json.loads(base.files["manifest.json"])
    for entry in manifest["files"]:
        if entry["path"] == name:
            entry["sha256"] = formats.sha(files[name]).hex()
    if random.random() < 0.5:
        manifest["derived_by"] = "warrant 9.9"
    return {**files, "manifest.json": formats.canonical(manifest).encode()}


def unsigned(random, base, _):
    """One file altered, whatever it is; each kind of file as often as another."""
    kinds = {}
    for name in sorted(base.files):
        kinds.setdefault(name.split("/")[0], []).append(name)
    name = random.choice(kinds[random.choice(sorted(kinds))])
    files = dict(base.files)
    how = random.random()
    if how < 0.1:
        del files[name]
    elif how < 0.2:
        other = random.choice(sorted(files))
        files[name], files[other] = files[other], files[name]
    elif how < 0.5 and name in ("events.jsonl", "sealed.jsonl", "claims.jsonl"):
        lines = files[name].split(b"\n")
        i = random.randrange(len(lines) - 1)
        lines[i] = spelt_line(random, lines[i])
        files[name] = b"\n".join(lines)
    elif how < 0.5 and name == "manifest.json":
        files[name] = spelt_line(random, files[name])
    else:
        files[name] = altered_bytes(random, files[name])
    return files


# ---- alterations of the archive

def zipped(entries, method=zipfile.ZIP_DEFLATED, comment=b""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that stands twice
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name), data, method)
        archive.comment = comment
    return out.getvalue()


def wrapped(random, base):
    """(what was done, the archive)."""
    entries, whole = sorted(base.files.items()), base.archive
    name, data = random.choice(entries)
    at = random.randrange(len(whole) - 200)
    odd = random.choice(("../x", "/x", "a//b", "./x", "x/../y", "a\\b", "c:x", "a\x01b", "x" * 300, "events.jsonl/x",
                         "..", "tile", "x/."))
    shuffled = random.sample(entries, len(entries))
    mark = whole.index(name.encode()) - 30
    wrong_sum = whole[:mark + 14] + bytes([whole[mark + 14] ^ 1]) + whole[mark + 15:]
    central = whole.rindex(name.encode()) - 46
    wrong_both = wrong_sum[:central + 16] + bytes([wrong_sum[central + 16] ^ 1]) + wrong_sum[central + 17:]
    return random.choice((
        ("stored", lambda: zipped(entries, zipfile.ZIP_STORED)),
        ("deflated", lambda: zipped(entries)),
        ("in another order", lambda: zipped(shuffled)),
        ("with a comment", lambda: zipped(entries, comment=b"PK\5\6 is no end")),
        ("by bzip2", lambda: zipped(entries, zipfile.ZIP_BZIP2)),
        ("a folder too", lambda: zipped([("blobs/", b"")] + entries)),
        ("a file more", lambda: zipped(entries + [("note.txt", b"hello")])),
        ("a page more", lambda: zipped([e for e in entries if e[0] != "manifest.json"] + [
            ("manifest.json", data.replace(b"x", b"y"))])),
        ("twice", lambda: zipped(entries + [(name, data)])),
        ("twice, once altered", lambda: zipped([(name, data + b"x")] + entries)),
        ("an odd name", lambda: zipped(entries + [(odd, b"x")])),
        ("a wrong check sum", lambda: wrong_both),
        ("check sums that differ", lambda: wrong_sum),
        ("bytes after", lambda: whole + bytes([random.randrange(256)]) * random.choice((1, 22, 100))),
        ("bytes before", lambda: b"#!" + whole),
        ("two archives", lambda: whole + whole),
        ("cut", lambda: whole[:random.randrange(len(whole))]),
        ("any byte", lambda: whole[:at] + bytes([whole[at] ^ 1 << random.randrange(8)]) + whole[at + 1:]),
        ("a header", lambda: flipped_header(random, whole))))


def flipped_header(random, whole):
    """One bit of the fixed part of a local header, of the directory or of the end record."""
    starts = [i for mark, size in ((b"PK\3\4", 30), (b"PK\1\2", 46), (b"PK\5\6", 22))
              for found in re.finditer(re.escape(mark), whole)
              for i in (found.start() + random.randrange(size),)]
    at = random.choice(starts)
    return whole[:at] + bytes([whole[at] ^ 1 << random.randrange(8)]) + whole[at + 1:]


WAYS = {"bytes": unsigned, "listed anew": listed_anew, "signed anew": signed_anew, "a head anew": noted_anew,
        "pages anew": pages_anew, "sealed values anew": sealed_anew}
