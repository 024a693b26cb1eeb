"""What a bundle is written in: Ed25519 (RFC 8032), canonical JSON (RFC 8785), Merkle trees
(RFC 6962), signed notes and tiles (c2sp.org). Whatever is not so ends in an exception."""
import base64
import hashlib
import json
import re
from decimal import Decimal

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
NAME = b"warrant-ledger"  # of whoever signs the heads of a run
SIGNATURE = re.compile(rb"\xe2\x80\x94 ([^\0- ]+) (.*)", re.DOTALL)

def need(holds, message):
    if not holds:
        raise ValueError(message)

def sha(data):
    return hashlib.sha256(data).digest()

def unbase64(text, size):
    data = base64.b64decode(text)
    need(len(data) == size and base64.b64encode(data) == text, f"not {size} bytes in base64")
    return data

# ---- Ed25519: RFC 8032 section 5.1; points are (x, y)
def add(p, q):
    k = D * p[0] * q[0] * p[1] * q[1]
    x, y = p[0] * q[1] + q[0] * p[1], p[1] * q[1] + p[0] * q[0]
    return x * pow(1 + k, -1, P) % P, y * pow(1 - k, -1, P) % P

def multiply(k, p):
    q = (0, 1)
    while k:
        q = add(q, p) if k & 1 else q
        p, k = add(p, p), k >> 1
    return q

def decode_point(data):
    y, sign = int.from_bytes(data, "little") % 2**255, data[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    is_point = y < P and x * x % P == square and (x > 0 or sign == 0)
    return (x if x & 1 == sign else P - x, y) if is_point else None

BASE = decode_point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))

def is_signed(public, message, signature):
    a, r = decode_point(public), decode_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    if a is None or r is None or s >= L:
        return False
    is_small = (0, 1) in (multiply(8, a), multiply(8, r))  # such a point fits many messages
    return not is_small and multiply(s, BASE) == add(r, multiply(h, a))

# ---- canonical JSON: RFC 8785
def number(value):
    """As ECMAScript prints a double."""
    exact = Decimal(repr(float(value))).normalize()
    need(exact.is_finite(), "not a number of JSON")
    text = f"{exact:f}" if 1e-6 <= abs(exact) < 1e21 else f"{exact:e}"
    return text if exact else "0"

def canonical(value, room=200):
    need(room > 0 or not isinstance(value, (dict, list)), "nested too deep")
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        members = [canonical(name) + ":" + canonical(value[name], room - 1) for name in names]
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join([canonical(item, room - 1) for item in value]) + "]"
    if type(value) in (int, float):
        return number(value)
    need("\0" not in str(value), "U+0000 in a text")
    return json.dumps(value, ensure_ascii=False)

def parse(data):
    """Strict: doubled names and all other liberties are gone when the value is written again."""
    value = json.loads(data.decode())
    need(canonical(value, room=64).encode() == data, "not canonical JSON")
    return value

# ---- Merkle trees: RFC 6962 section 2.1, kept level by level
def tree_of(leaves):
    """The last hash of a level goes up as it is when it has no neighbour."""
    levels = [leaves]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = zip(below[::2], below[1::2])
        levels.append([sha(b"\1" + a + b) for a, b in pairs] + below[len(below) & ~1:])
    return levels

def root_of(leaves):
    return tree_of(leaves)[-1][0] if leaves else sha(b"")

def inclusion(tree, m, level=0):
    """The neighbours of hash m of a level on its way up."""
    return [h for up in range(len(tree) - level) for h in tree[level + up][m >> up ^ 1:][:1]]

def growth(tree, size):
    """What the tree of the first `size` leaves needs to become the whole one."""
    level = (size & -size).bit_length() - 1  # of its last complete part
    m, is_smaller = (size >> level) - 1, size < len(tree[0])
    return (tree[level][m:m + 1] if m else []) + inclusion(tree, m, level) if is_smaller else []

# ---- the log: c2sp.org/tlog-tiles, signed-note, tlog-checkpoint
def tiles(level, items):
    """(path, items) of each tile, 256 wide."""
    for at in range(0, len(items), 256):
        piece, name, high = items[at:at + 256], f"{at // 256 % 1000:03d}", at // 256000
        while high:
            name, high = f"x{high % 1000:03d}/{name}", high // 1000
        yield f"tile/{level}/{name}" + (f".p/{len(piece)}" if len(piece) < 256 else ""), piece

def parse_vkey(text):
    name, key_id, data = text.split("+", 2)
    typed = unbase64(data.encode(), 33)  # 1 is Ed25519
    need(typed[0] == 1 and sha(name.encode() + b"\n" + typed)[:4].hex() == key_id, "not a key")
    return typed[1:]

def open_head(note, run, public):
    """(size, root) of a head of the run that the key signed."""
    text, _, signatures = note.partition(b"\n\n")
    text, lines, is_ours = text + b"\n", signatures.split(b"\n"), False
    need(len(note) <= 4096 and lines.pop() == b"" and 0 < len(lines) <= 16, "not a signed note")
    for name, data in [SIGNATURE.fullmatch(line).groups() for line in lines]:
        if name.decode().encode() == NAME:
            data = unbase64(data, 68)
            is_known = data[:4] == sha(NAME + b"\n\1" + public)[:4]
            is_ours = is_ours or (is_known and is_signed(public, text, data[4:]))
    need(is_ours, "the head is not signed by this key")
    size, root = int(text.split(b"\n")[1]), unbase64(text.split(b"\n")[2], 32)
    again = f"warrant/{run}\n{size}\n{base64.b64encode(root).decode()}\n".encode()
    need(again == text and 0 <= size < 2**63, "the head is not one of this run")
    return size, root
