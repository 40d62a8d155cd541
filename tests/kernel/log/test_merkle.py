"""The tree's arithmetic against the definition of RFC 6962, written down word by word, and the vectors of its day."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemba.kernel.log.merkle import (
    EMPTY_ROOT,
    Part,
    ProofError,
    Subtrees,
    complete_root,
    consistency_proof,
    consistent,
    edge_of,
    inclusion_proof,
    leaf_hash,
    root_from_inclusion,
)

VECTORS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
"""The inputs that implementations of Certificate Transparency test with."""
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(data: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, as it is written there."""
    if not data:
        return sha256(b"").digest()
    if len(data) == 1:
        return sha256(b"\x00" + data[0]).digest()
    k = 1
    while k * 2 < len(data):
        k *= 2
    return sha256(b"\x01" + naive_root(data[:k]) + naive_root(data[k:])).digest()


def naive_path(m: int, data: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1."""
    if len(data) == 1:
        return []
    k = 1
    while k * 2 < len(data):
        k *= 2
    if m < k:
        return [*naive_path(m, data[:k]), naive_root(data[k:])]
    return [*naive_path(m - k, data[k:]), naive_root(data[:k])]


def naive_proof(m: int, data: list[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962, 2.1.2."""
    if m == len(data):
        return [] if whole else [naive_root(data)]
    k = 1
    while k * 2 < len(data):
        k *= 2
    if m <= k:
        return [*naive_proof(m, data[:k], whole=whole), naive_root(data[k:])]
    return [*naive_proof(m - k, data[k:], whole=False), naive_root(data[:k])]


def parts(data: list[bytes]) -> Part:
    return lambda level, place: complete_root([leaf_hash(d) for d in data[place << level : (place + 1) << level]])


def made(size: int) -> list[bytes]:
    return [sha256(str(n).encode()).digest() for n in range(size)]


def test_the_known_vectors_give_the_known_roots() -> None:
    """M199: RFC 6962 trees as everybody else computes them."""
    tree = Subtrees()
    assert tree.root() == EMPTY_ROOT == sha256(b"").digest()
    for vector, root in zip(VECTORS, ROOTS, strict=True):
        tree.add(leaf_hash(bytes.fromhex(vector)))
        assert tree.root().hex() == root
        assert root == naive_root([bytes.fromhex(each) for each in VECTORS[: tree.size]]).hex()


def test_every_proof_of_every_small_tree_is_the_one_of_the_definition() -> None:
    """M199: inclusion and consistency, for each leaf and each earlier tree, up to 33 leaves."""
    for size in range(1, 34):
        data = made(size)
        root, part = naive_root(data), parts(data)
        for index in range(size):
            path = inclusion_proof(index, size, part)
            assert path == naive_path(index, data)
            assert root_from_inclusion(index, size, leaf_hash(data[index]), path) == root
            old = index + 1
            proof = consistency_proof(old, size, part)
            assert proof == naive_proof(old, data)
            assert consistent(old, naive_root(data[:old]), size, root, proof)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_altered_proof_is_believed(data: st.DataObject) -> None:
    """M199: another leaf, another root, a path cut or lengthened, another size: none of them fits."""
    size = data.draw(st.integers(2, 70))
    index = data.draw(st.integers(0, size - 1))
    leaves = made(size)
    root, part = naive_root(leaves), parts(leaves)
    path, leaf = inclusion_proof(index, size, part), leaf_hash(leaves[index])
    other = leaf_hash(b"another")
    assert root_from_inclusion(index, size, other, path) != root
    assert root_from_inclusion(index, size, leaf, path[:-1]) != root
    assert root_from_inclusion(index, size, leaf, [*path, leaf]) != root
    place = data.draw(st.integers(0, len(path) - 1))
    assert root_from_inclusion(index, size, leaf, [*path[:place], other, *path[place + 1 :]]) != root
    old = data.draw(st.integers(1, size - 1))
    proof, old_root = consistency_proof(old, size, part), naive_root(leaves[:old])
    assert not consistent(old, old_root, size, old_root, proof)
    assert not consistent(old, root, size, root, proof)
    assert not consistent(old, old_root, size, root, [*proof, root])
    assert not consistent(old, old_root, size, root, proof[:-1])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
def test_appending_in_any_portions_gives_the_same_tree(portions: list[int]) -> None:
    """M199: the edge alone is enough to go on, however the leaves arrive."""
    leaves = made(sum(portions))
    tree, done = Subtrees(), 0
    for portion in portions:
        tree = edge_of(done, parts(leaves))
        tree.extend(map(leaf_hash, leaves[done : done + portion]))
        done += portion
        assert (tree.size, tree.root()) == (done, naive_root(leaves[:done]))


def test_what_no_tree_can_prove_is_refused() -> None:
    """M199: a leaf beyond the tree, an older tree that is larger, a subtree where none may begin."""
    part = parts(made(4))
    for index, size in ((4, 4), (-1, 4), (0, 0)):
        with pytest.raises(ProofError):
            inclusion_proof(index, size, part)
        assert root_from_inclusion(index, size, b"", []) is None
    for old in (0, 5):
        with pytest.raises(ProofError):
            consistency_proof(old, 4, part)
        assert not consistent(old, b"", 4, b"", [])
    assert not consistent(3, b"", 4, b"", [])
    with pytest.raises(ProofError):
        Subtrees(1, [b""]).add(b"", 1)
