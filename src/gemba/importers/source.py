"""A file on its way to a reader that may fail on it."""

from collections.abc import Callable
from dataclasses import dataclass

from gemba.assess.pool import Failure, map_files
from gemba.importers.result import Imported, ImportRefusedError
from gemba.kernel.richtext.parsing import RichTextError


@dataclass(frozen=True, slots=True)
class Source:
    data: bytes
    risky: bool
    """Whether the reader runs in a process of its own, with bounds on memory and time."""

    @property
    def size(self) -> int:
        return len(self.data)


def imported(work: Callable[[Source], Imported | str], source: Source, max_seconds: float) -> Imported:
    """What the work gives. Raises `ImportRefusedError` where it gives a sentence, crashes or takes too long."""
    result = next(iter(map_files(work, [source], processes=1, max_seconds=max_seconds)))
    if isinstance(result, Failure):
        raise ImportRefusedError(result.problem)
    if isinstance(result, str):
        raise ImportRefusedError(result)
    return result


def guarded(read: Callable[[bytes], Imported], source: Source) -> Imported | str:
    """The import, or the sentence of its refusal."""
    try:
        return read(source.data)
    except (ImportRefusedError, RichTextError) as error:
        return str(error)
    except RecursionError:
        return "The file is built in a way no document is: its parts lie too deep within one another. It was not read."
