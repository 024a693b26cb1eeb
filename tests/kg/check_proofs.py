#!/usr/bin/env python3
"""Verifies what kg_proofs prints with another implementation: canonical JSON by json.dumps, the
Merkle tree by the recursive definition of RFC 6962 section 2.1, proofs by walking down from the
root. Usage: check_proofs.py KG_PROOFS
"""
import hashlib
import json
import subprocess
import sys


def sha(data):
    return hashlib.sha256(data).digest()


def leaf(edge):
    # Members are ASCII, so that sorting code points is sorting UTF-16 units.
    text = json.dumps(edge, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha(b"\0" + text.encode())


def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha(b"\1" + root(leaves[:k]) + root(leaves[k:]))


def climb(hash_, index, n, path):
    """The root that a proof leads to; path is consumed from its top (its end)."""
    if n == 1:
        return hash_ if not path else None
    if not path:
        return None
    k = split(n)
    if index < k:
        left = climb(hash_, index, k, path[:-1])
        return left and sha(b"\1" + left + path[-1])
    right = climb(hash_, index - k, n - k, path[:-1])
    return right and sha(b"\1" + path[-1] + right)


def check(graph):
    edges = graph["edges"]
    ids = [edge["id"].encode() for edge in edges]
    assert ids == sorted(ids), "edges do not stand in bytewise order of id"
    leaves = [leaf(edge) for edge in edges]
    assert root(leaves).hex() == graph["snapshot"], "another root"
    for proof in graph["proofs"]:
        index = proof["index"]
        path = [bytes.fromhex(text) for text in proof["path"]]
        assert proof["edge"] == edges[index] and proof["size"] == len(edges)
        assert proof["leaf"] == leaves[index].hex()
        found = climb(leaves[index], index, len(edges), path)
        assert found and found.hex() == graph["snapshot"], "a proof that leads elsewhere"
    return len(graph["proofs"])


def main():
    out = subprocess.run([sys.argv[1]], check=True, capture_output=True, text=True).stdout
    graphs = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    proofs = sum(check(graph) for graph in graphs)
    assert len(graphs) == 9 and proofs > 100
    print("%d graphs, %d proofs" % (len(graphs), proofs))


if __name__ == "__main__":
    main()
