"""The tree as it is stored: leaves, and of the upper levels every eighth. What lies between is made when asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gemba.kernel.log.merkle import Subtrees, complete_root, edge_of, leaf_hash
from gemba.kernel.log.models import Leaf, TreeNode

STRIDE = 8
WIDTH = 1 << STRIDE
"""Hashes of one level that are read at once."""
DIGITS = 64


class TreeDamagedError(RuntimeError):
    """Stored leaves or nodes are missing; the message names them."""


@dataclass(slots=True)
class StoredTree:
    """Reads what is stored, each stretch once. Good for one question or one batch of proofs."""

    _tiles: dict[tuple[int, int], list[bytes]] = field(default_factory=dict)

    def part(self, level: int, place: int) -> bytes:
        """The hash of a complete subtree. Raises `TreeDamagedError` where it cannot be told."""
        stored = level // STRIDE * STRIDE
        above = level - stored
        begin = place << above
        tile, first = divmod(begin, WIDTH)
        hashes = self.tile(stored, tile)[first : first + (1 << above)]
        if len(hashes) != 1 << above:
            raise TreeDamagedError(f"A part of the tree is missing at level {stored} from {begin} on.")
        return complete_root(hashes)

    def tile(self, level: int, number: int) -> list[bytes]:
        """Up to 256 neighbouring hashes of a stored level, as many as there are without a gap."""
        key = (level, number)
        if key not in self._tiles:
            self._tiles[key] = self._leaves(number) if level == 0 else self._nodes(level, number)
        return self._tiles[key]

    @staticmethod
    def _leaves(number: int) -> list[bytes]:
        begin = number * WIDTH
        rows = Leaf.objects.filter(index__gte=begin, index__lt=begin + WIDTH).order_by("index")
        return [leaf_hash(datum) for datum in _unbroken(begin, list(rows.values_list("index", "hash")))]

    @staticmethod
    def _nodes(level: int, number: int) -> list[bytes]:
        begin = number * WIDTH
        rows = TreeNode.objects.filter(level=level, place__gte=begin, place__lt=begin + WIDTH).order_by("place")
        return _unbroken(begin, list(rows.values_list("place", "hash")))

    def edge(self, size: int) -> Subtrees:
        return edge_of(size, self.part)

    def grown(self, size: int, new: Sequence[bytes]) -> list[TreeNode]:
        """The nodes to be stored when leaves with these hashes are appended to `size` of them."""
        made, level, done, added = [], 0, size, list(new)
        while added:
            tile = done // WIDTH
            waiting = self.tile(level, tile)[: done % WIDTH] if done % WIDTH else []
            hashes = [*waiting, *added]
            whole = [complete_root(hashes[n : n + WIDTH]) for n in range(0, len(hashes) - WIDTH + 1, WIDTH)]
            level += STRIDE
            made += [TreeNode(level=level, place=tile + n, hash=found.hex()) for n, found in enumerate(whole)]
            done, added = tile, whole
        return made


def _unbroken(begin: int, rows: Sequence[tuple[int, str]]) -> list[bytes]:
    """The hashes from `begin` on, up to the first gap or the first text that is no hash."""
    found: list[bytes] = []
    for place, text in rows:
        if place != begin + len(found) or len(text) != DIGITS:
            break
        try:
            found.append(bytes.fromhex(text))
        except ValueError:
            break
    return found
