"""What was entered after the backup: the witnesses outside the database know of it, though nothing brings it back."""

from collections.abc import Iterable, Iterator
from itertools import islice

from gemba.kernel.log.witness import folders
from gemba.kernel.log.witness_files import NotedLeaf, WitnessFolder
from gemba.kernel.trail.models import Event

BATCH = 500
MOST = 10_000


def lost_events() -> list[str]:
    """Events that a witness holds and the database does not, as `chain#number`, sorted; none without a witness."""
    found: set[str] = set()
    for folder in folders():
        try:
            found.update(unknown_events(folder))
        except OSError:
            continue
    return sorted(found)[:MOST]


def unknown_events(folder: WitnessFolder) -> set[str]:
    """What one witness holds and the database does not. Raises `OSError` where it cannot be read."""
    return {each for noted in (folder.leaves(), folder.early()) for each in _unknown(noted)}


def _unknown(noted: Iterable[NotedLeaf]) -> Iterator[str]:
    rest = iter(noted)
    while batch := list(islice(rest, BATCH)):
        here = set(Event.objects.filter(hash__in=[leaf.hash for leaf in batch]).values_list("hash", flat=True))
        yield from (f"{leaf.subject}#{leaf.seq}" for leaf in batch if leaf.hash not in here)
