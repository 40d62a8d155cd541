"""What is wrong with a catalogue file, in sentences that name the file and the row."""

from collections.abc import Sequence

MOST_SHOWN = 50
LONGEST_SHOWN = 60


def shown(word: str) -> str:
    """A value as it may stand in a message: short, and nothing in it that could steer a terminal."""
    word = "".join(c if c.isprintable() else "?" for c in " ".join(word[: LONGEST_SHOWN * 4].split()))
    return word if len(word) <= LONGEST_SHOWN else f"{word[: LONGEST_SHOWN - 3]}..."


class CatalogueError(Exception):
    """A framework or standards file that cannot be used. `problems` holds one sentence for each thing found wrong."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        shown = self.problems[:MOST_SHOWN]
        more = len(self.problems) - len(shown)
        return "\n".join([*shown, f"... and {more} more."] if more else shown)


class Problems:
    """Collects what is wrong with one file, so that all of it can be said at once."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._found: list[tuple[int, str]] = []

    def __len__(self) -> int:
        return len(self._found)

    def add(self, line: int, sentence: str) -> None:
        """Note a problem of a row; line 0 means the file as a whole."""
        self._found.append((line, sentence))

    def error(self) -> CatalogueError:
        rows = sorted(dict.fromkeys(self._found), key=lambda found: found[0])
        return CatalogueError([f"{self._place(line)}: {sentence}" for line, sentence in rows])

    def stop_if_any(self) -> None:
        if self._found:
            raise self.error()

    def _place(self, line: int) -> str:
        return f"{self.source}, line {line}" if line else self.source
