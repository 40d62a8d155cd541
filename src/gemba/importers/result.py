"""What an import gives, and the refusal of one."""

from dataclasses import dataclass


class ImportRefusedError(Exception):
    """The file is not taken; the message is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A document's text, cleaned."""

    html: str
    warnings: tuple[str, ...] = ()
    """Sentences on what was left out or needs a look."""
