"""A bundle made again from lines of events, signed with a key that the test holds.

Unlike tests/support/forge it writes what the program would not: any bytes as an event, any manifest,
any note. The files follow from the lines as CONTRACTS.md says; derived pages are left out. It builds on
examples/verify, so that what it makes and what the program expects are two opinions."""
import base64
import hashlib
import re
from types import SimpleNamespace

import formats
import verify

PREV = re.compile(rb'"prev":(?:null|"[0-9a-f]{64}"),"run":')


def encoded(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


class Signer:
    """RFC 8032 section 5.1.6."""

    def __init__(self, seed):
        self.seed, h = seed, hashlib.sha512(seed).digest()
        self.scalar = int.from_bytes(h[:32], "little") & (2**254 - 8) | 2**254
        self.prefix, self.public = h[32:], encoded(formats.multiply(self.scalar, formats.BASE))

    def sign(self, message, nonce=None):
        def digest(data):
            return int.from_bytes(hashlib.sha512(data).digest(), "little") % formats.L
        r = digest(self.prefix + message) if nonce is None else nonce
        point = encoded(formats.multiply(r, formats.BASE))
        s = (r + digest(point + self.public + message) * self.scalar) % formats.L
        return point + s.to_bytes(32, "little")

    def key_id(self):
        return formats.sha(b"warrant-ledger\n\1" + self.public)[:4]

    def vkey(self):
        typed = base64.b64encode(b"\1" + self.public).decode()
        return f"warrant-ledger+{self.key_id().hex()}+{typed}\n"

    def note(self, run, leaves, nonce=None):
        root = base64.b64encode(formats.root_of(leaves)).decode()
        text = f"warrant/{run}\n{len(leaves)}\n{root}\n".encode()
        return self.signed(text, self.sign(text, nonce)).decode()

    def signed(self, text, signature):
        line = base64.b64encode(self.key_id() + signature)
        return text + b"\n\xe2\x80\x94 warrant-ledger " + line + b"\n"


def leaf_of(line, i):
    kind = (verify.ENTRY.search(line) or [b"", b""])[1]
    return formats.sha(b'\0{"digest":"%s","seq":%d,"type":"%s"}' % (
        formats.sha(line).hex().encode(), i, kind))


def linked(lines):
    """Each line with the leaf of the one before it, where it has a place for that."""
    out, prev = [], b"null"
    for i, line in enumerate(lines):
        out.append(PREV.sub(b'"prev":%s,"run":' % prev, line))
        prev = b'"%s"' % leaf_of(out[-1], i).hex().encode()
    return out


def heads_of(lines):
    return [i + 1 for i, line in enumerate(lines)
            if line.endswith(b'"type":"plan.frozen","v":1}')]


def read(line, kind):
    """The event; for a line that is none, and no verifier takes for one, something in its place."""
    try:
        event = formats.parse(line)
        return event if kind and isinstance(event["body"], dict) else {"type": kind, "body": {}}
    except Exception:
        return {"type": kind, "body": {}}


def blobs_of(files, b, sealed):
    """Those that the events name, as far as there are any."""
    names = [f"blobs/{name[:2]}/{name}" for text in [*b.bodies, sealed]
             for name, _ in verify.BLOB.findall(text)]
    made = {name: files[name] for name in names if name in files}
    policy = verify.BLOB.fullmatch(verify.text_of((b.events or [{}])[0], "body.policy.document")[1:-1])
    if policy and f"blobs/{policy[1][:2]}/{policy[1]}" in made:
        made["policy/policy.json"] = made[f"blobs/{policy[1][:2]}/{policy[1]}"]
    return made


def bundle(files, lines, signer, sealed=None):
    """All files of a bundle of these lines; files: those of a bundle of the same run, for its blobs."""
    text = files.get("sealed.jsonl", b"") if sealed is None else sealed
    kinds = [(verify.ENTRY.search(line) or [b"", b""])[1] for line in lines]
    b = SimpleNamespace(lines=lines, heads=heads_of(lines), at=None, sealed=[])
    b.run = formats.parse(files["manifest.json"])["run"]
    b.entries = [b'{"digest":"%s","seq":%d,"type":"%s"}' % (formats.sha(line).hex().encode(), i, kinds[i])
                 for i, line in enumerate(lines)]
    b.leaves = [formats.sha(b"\0" + entry) for entry in b.entries]
    b.note = signer.note(b.run, b.leaves).encode()
    b.files = {f"heads/{n}.checkpoint": signer.note(b.run, b.leaves[:n]).encode() for n in b.heads}
    b.events = [read(line, kinds[i].decode()) for i, line in enumerate(lines)]
    b.bodies = [formats.canonical(e["body"]) for e in b.events]
    b.made = blobs_of(files, b, text.decode(errors="replace"))
    verify.make_log(b)
    b.made.update({"checkpoint": b.note, "events.jsonl": b"".join(line + b"\n" for line in lines)})
    b.made["VERIFY.md"] = re.sub(rb"`, \d+ events", b"`, %d events" % len(lines), files["VERIFY.md"])
    if text:
        b.made["sealed.jsonl"] = text
    b.made["manifest.json"] = manifest(b, signer.vkey().strip(), text)
    return b.made


def manifest(b, key, sealed):
    try:
        b.sealed = [formats.parse(line) for line in verify.lines_of(sealed)]
        verify.open_sealed(b)
        return formats.canonical(verify.make_manifest(b, key, (), {})).encode()
    except Exception:  # events or values that do not fit: both verifiers end there
        b.opened = [{"type": e["type"], "body": e["body"], "seq": i, "v": 1} for i, e in enumerate(b.events)]
        b.is_sealed = True
        return formats.canonical(verify.make_manifest(b, key, (), {})).encode()
