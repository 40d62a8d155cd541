"""Why an action was not done, as sentences for the reader. Nothing has been written when one of these is raised."""

from collections.abc import Mapping, Sequence


class Refused(Exception):  # noqa: N818  a refusal is an answer, not an error
    """The action is not possible now. `sentences` say why and what would make it possible."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences: Sequence[str] = sentences


class Invalid(Refused):
    """Some values cannot be accepted. `fields` maps a field name (or "" for the whole) to its sentences."""

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        super().__init__(*(f"{name}: {text}" if name else text for name, texts in fields.items() for text in texts))
        self.fields = fields


class NotAllowed(Refused):
    """This person may not do this; recorded as a security event."""


class NotProven(Refused):
    """The person signing did not prove who they are; recorded as a security event."""


class Conflict(Refused):
    """Somebody else was faster. `current` is the version that stands, `given` the one this action was built on."""

    def __init__(self, *sentences: str, current: object = None, given: object = None) -> None:
        super().__init__(*sentences)
        self.current = current
        self.given = given
