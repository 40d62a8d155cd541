"""The arithmetic of a Merkle tree as RFC 6962, section 2.1, defines it; no database in here.

A leaf's datum is the 32 bytes of an event's hash. `Subtrees` keeps of a tree only the hashes of the complete subtrees
along its right edge, at most one per binary digit of its size: enough to append and to tell the root.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

LEAF, NODE = b"\x00", b"\x01"
EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""

Part = Callable[[int, int], bytes]
"""The hash of the complete subtree at a level (0 for leaves) and a place counted from the left at that level."""


class ProofError(ValueError):
    """A proof was asked for that no tree can give."""


def leaf_hash(datum: bytes) -> bytes:
    return sha256(LEAF + datum).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(NODE + left + right).digest()


def pair_up(hashes: Sequence[bytes]) -> list[bytes]:
    """The next level above an even number of hashes."""
    return [sha256(NODE + left + right).digest() for left, right in zip(hashes[::2], hashes[1::2], strict=True)]


def complete_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes of one level."""
    level = list(hashes)
    while len(level) > 1:
        level = pair_up(level)
    return level[0]


def bits(number: int) -> list[int]:
    """The places of the ones in a number, the highest first: the levels of the subtrees a tree of that size has."""
    return [place for place in range(number.bit_length() - 1, -1, -1) if number >> place & 1]


@dataclass(slots=True)
class Subtrees:
    """The right edge of a tree of `size` leaves. `edge` goes from the largest subtree to the smallest."""

    size: int = 0
    edge: list[bytes] = field(default_factory=list)

    def add(self, hashed: bytes, level: int = 0) -> None:
        """Append a leaf's hash, or that of a complete subtree of 2^level leaves where the size is a multiple of it."""
        if self.size & ((1 << level) - 1):
            raise ProofError(f"A subtree of level {level} does not fit after {self.size} leaves.")
        place = self.size >> level
        while place & 1:
            hashed = node_hash(self.edge.pop(), hashed)
            place >>= 1
        self.edge.append(hashed)
        self.size += 1 << level

    def extend(self, hashes: Iterable[bytes]) -> None:
        for hashed in hashes:
            self.add(hashed)

    def root(self) -> bytes:
        if not self.edge:
            return EMPTY_ROOT
        found = self.edge[-1]
        for left in reversed(self.edge[:-1]):
            found = node_hash(left, found)
        return found


def edge_of(size: int, part: Part) -> Subtrees:
    """The right edge of the first `size` leaves of a tree whose complete subtrees `part` tells."""
    found, begin = Subtrees(size), 0
    for level in bits(size):
        found.edge.append(part(level, begin >> level))
        begin += 1 << level
    return found


def _largest_power_below(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def _span(begin: int, end: int, part: Part) -> bytes:
    """The hash over leaves `begin` to `end`, where `begin` is where a subtree of that length may begin."""
    found = None
    for level in reversed(bits(end - begin)):
        start = (begin + ((end - begin) >> (level + 1) << (level + 1))) >> level
        hashed = part(level, start)
        found = hashed if found is None else node_hash(hashed, found)
    return EMPTY_ROOT if found is None else found


def inclusion_proof(index: int, size: int, part: Part) -> list[bytes]:
    """The audit path of a leaf in the tree of `size` leaves (RFC 6962, 2.1.1), the deepest sibling first."""
    if not 0 <= index < size:
        raise ProofError(f"Leaf {index} is not in a tree of {size} leaves.")
    path, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + _largest_power_below(end - begin)
        if index < middle:
            path.append(_span(middle, end, part))
            end = middle
        else:
            path.append(_span(begin, middle, part))
            begin = middle
    return path[::-1]


def root_from_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    """The root that this path leads to from the hash of a leaf, or None where its length is wrong."""
    if not 0 <= index < size:
        return None
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


def consistency_proof(old: int, size: int, part: Part) -> list[bytes]:
    """That the tree of `size` leaves begins with the one of `old` leaves (RFC 6962, 2.1.2)."""
    if not 0 < old <= size:
        raise ProofError(f"A tree of {size} leaves does not begin with one of {old}.")
    path, begin, end, whole = [], 0, size, True
    while old != end:
        middle = begin + _largest_power_below(end - begin)
        if old <= middle:
            path.append(_span(middle, end, part))
            end = middle
        else:
            path.append(_span(begin, middle, part))
            begin, whole = middle, False
    if not whole:
        path.append(_span(begin, end, part))
    return path[::-1]


def consistent(old: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree with `root` begins with the one with `old_root`."""
    if not 0 < old <= size:
        return False
    if old == size:
        return not path and old_root == root
    rest = list(path) if old & (old - 1) else [old_root, *path]
    if not rest:
        return False
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = rest[0]
    for sibling in rest[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == root
