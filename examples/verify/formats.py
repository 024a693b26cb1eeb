"""What a bundle is written in, without the program that wrote it: Ed25519 (RFC 8032), canonical JSON
(RFC 8785), Merkle trees (RFC 6962) and the texts of c2sp.org."""
import base64
import hashlib
import json

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


class Failure(Exception):
    def __init__(self, seq, message):
        super().__init__(message)
        self.seq = seq


def need(holds, seq, message):
    if not holds:
        raise Failure(seq, message)


def sha(data):
    return hashlib.sha256(data).digest()


# ---- Ed25519 (RFC 8032 section 5.1): points are (x, y, z, xy/z)
def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(k, p):
    q = (0, 1, 1, 0)
    while k:
        q, p, k = (add(q, p) if k & 1 else q), add(p, p), k >> 1
    return q


def same_point(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def decode_point(data):
    sign, y = int.from_bytes(data, "little") >> 255, int.from_bytes(data, "little") & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    if len(data) != 32 or y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P


BASE = decode_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(public, message, signature):
    a, r, s = decode_point(public), decode_point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or len(signature) != 64:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    small = same_point(multiply(8, a), (0, 1, 1, 0))  # such a key would sign anything
    return not small and same_point(multiply(s, BASE), add(r, multiply(h, a)))


# ---- canonical JSON (RFC 8785)
def number(value):
    if isinstance(value, int) and abs(value) < 2**53:
        return str(value)
    text = repr(float(value))
    sign, (mantissa, _, exponent) = text[:text[0] == "-"], text.lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - len(whole + fraction) + len(digits)
    digits = digits.rstrip("0")
    if not digits:
        return "0"
    if 0 < point <= 21:
        left, right = digits[:point].ljust(point, "0"), digits[point:]
        return sign + left + ("." + right if right else "")
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    return f"{sign}{digits[0]}{'.' if digits[1:] else ''}{digits[1:]}e{point - 1:+d}"


def canonical(value, depth=0):
    if depth > 64 or (isinstance(value, str) and "\0" in value):
        raise ValueError("nested too deep, or U+0000")
    if isinstance(value, dict):
        return "{" + ",".join(canonical(key) + ":" + canonical(value[key], depth + 1) for key in
                              sorted(value, key=lambda text: text.encode("utf-16-be"))) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(item, depth + 1) for item in value) + "]"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(value)
    return json.dumps(value, ensure_ascii=False)


def parse(data):
    value = json.loads(data.decode("utf-8"))
    if canonical(value).encode("utf-8") != data:
        raise ValueError("not canonical JSON")
    return value


def same(a, b):  # as JSON values; one that was taken away is not compared
    closed = any(isinstance(v, dict) and list(v) == ["commit"] for v in (a, b))
    return closed or canonical(a) == canonical(b)


# ---- the log (RFC 6962; c2sp.org/signed-note, tlog-checkpoint, tlog-tiles, tlog-proof)
def root_of(hashes):
    while len(hashes) > 1:
        pairs = [sha(b"\1" + hashes[i] + hashes[i + 1]) for i in range(0, len(hashes) - 1, 2)]
        hashes = pairs + hashes[len(hashes) & ~1:]
    return hashes[0] if hashes else sha(b"")


def prove(leaves, index, old=None, whole=True):
    """The path of leaf `index`, or with old that of the growth from the first `old` leaves."""
    if len(leaves) == (1 if old is None else old):
        return [] if whole else [root_of(leaves)]
    k, at = 1 << (len(leaves) - 1).bit_length() - 1, index if old is None else old - 1
    if at < k:
        return prove(leaves[:k], index, old, whole) + [root_of(leaves[k:])]
    rest = (index - k, None, True) if old is None else (0, old - k, False)
    return prove(leaves[k:], *rest) + [root_of(leaves[:k])]


def path_text(hashes):
    return b"".join(base64.b64encode(h) + b"\n" for h in hashes)


def tiles(level, items):
    for at in range(0, len(items), 256):
        index, width = at // 256, min(256, len(items) - at)
        parts = [f"{index % 1000:03d}"]
        while (index := index // 1000):
            parts.insert(0, f"x{index % 1000:03d}")
        yield f"tile/{level}/{'/'.join(parts)}" + (f".p/{width}" if width < 256 else ""), items[at:at + 256]


def parse_vkey(text):
    name, key_id, data = text.strip().split("+", 2)
    typed = base64.b64decode(data, validate=True)
    if len(typed) != 33 or typed[0] != 1 or sha(name.encode() + b"\n" + typed)[:4].hex() != key_id:
        raise ValueError("not an Ed25519 verifier key")
    return typed[1:]


def head_of(note, b, seq=None):
    """Size and root of a checkpoint of the run, signed by the key."""
    text, _, signatures = (note or b"").partition(b"\n\n")
    text, good, ours = text + b"\n", False, sha(b"warrant-ledger\n\1" + b.key)[:4]
    try:
        for line in signatures.split(b"\n")[:-1]:
            dash, name, data = line.split(b" ", 2)
            data = base64.b64decode(data, validate=True) if name == b"warrant-ledger" else b""
            good |= dash == "\u2014".encode() and data[:4] == ours and is_signed(b.key, text, data[4:])
        size, root = int(text.split(b"\n")[1]), base64.b64decode(text.split(b"\n")[2], validate=True)
        again = f"warrant/{b.run}\n{size}\n{base64.b64encode(root).decode()}\n".encode()
        need(good and again == text, seq, "checkpoint: not the head of this run signed by this key")
        return size, root
    except (ValueError, IndexError) as error:
        raise Failure(seq, f"checkpoint: {error}") from error
