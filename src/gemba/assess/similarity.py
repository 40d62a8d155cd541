"""Which template a document came from: the share of word 5-grams both have (Jaccard), without comparing all pairs.

Each set of 5-gram hashes is sketched by its smallest hashes. Two texts that share most of their 5-grams share most of
their smallest hashes too, so candidates come from an inverted index over the sketches, and only the few best are
compared exactly.
"""

from array import array
from collections import Counter
from collections.abc import Iterable
from heapq import nsmallest

from gemba.assess.model import Document, TemplateMatch

NAMED = 0.85
"""From here on a document is called a copy of its template (adaptation below 0.15)."""
WORD_FOR_WORD = 0.99
SHOWN = 0.2
"""Below this a likeness says nothing and no template is shown."""
SKETCH = 48
POSTINGS = 64
"""At most so many templates are kept per hash: a sentence all templates share does not make the search quadratic."""
COMPARED = 6


class TemplateIndex:
    """Templates to compare with. Picklable; about 12 kB for each template of 1,500 words."""

    def __init__(self, templates: Iterable[tuple[str, frozenset[int]]]) -> None:
        """`templates`: the path and the 5-gram hashes of each. Same texts count once, under the first path."""
        self._paths: list[str] = []
        self._hashes: list[array[int]] = []
        self._postings: dict[int, list[int]] = {}
        seen: set[bytes] = set()
        for path, shingles in templates:
            hashes = array("Q", sorted(h & 0xFFFF_FFFF_FFFF_FFFF for h in shingles))
            key = hashes.tobytes()
            if not hashes or key in seen:
                continue
            seen.add(key)
            self._paths.append(path)
            self._hashes.append(hashes)
            self._post(hashes[:SKETCH])

    def _post(self, sketch: Iterable[int]) -> None:
        ordinal = len(self._paths) - 1
        for value in sketch:
            postings = self._postings.setdefault(value, [])
            if len(postings) < POSTINGS:
                postings.append(ordinal)

    def __len__(self) -> int:
        return len(self._paths)

    def nearest(self, shingles: frozenset[int]) -> TemplateMatch | None:
        """The template most like these 5-grams, or None where none shares a fifth of them."""
        own = {h & 0xFFFF_FFFF_FFFF_FFFF for h in shingles}
        votes: Counter[int] = Counter()
        for value in nsmallest(SKETCH, own):
            postings = self._postings.get(value, ())
            for ordinal in postings:
                # A sequence many templates share says little about which of them it was.
                votes[ordinal] += POSTINGS // len(postings)
        likely = sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))[:COMPARED]
        best, best_at = 0.0, -1
        for ordinal, _ in likely:
            theirs = self._hashes[ordinal]
            shared = len(own.intersection(theirs))
            similarity = shared / (len(own) + len(theirs) - shared)
            if similarity > best:
                best, best_at = similarity, ordinal
        return None if best < SHOWN else TemplateMatch(self._paths[best_at], round(best, 4))


def index_templates(templates: Iterable[Document]) -> TemplateIndex:
    return TemplateIndex((template.path, template.shingles) for template in templates)
