"""Cheap looks at a text before dear ones: most texts of a document hold nothing of what a rule asks for.

Looking for one sign is far cheaper than looking for a pattern, so each pattern is only tried on texts, and where it
pays on documents, that hold a sign it cannot do without.
"""

from collections.abc import Iterable


def has_digit(text: str) -> bool:
    """Without a digit there is no clause number, no date and no standard."""
    # Ten looks for one sign each are several times faster than one look for any of ten.
    return (
        "1" in text or "2" in text or "3" in text or "4" in text or "5" in text
        or "6" in text or "7" in text or "8" in text or "9" in text or "0" in text
    )  # fmt: skip


def present(signs: Iterable[str], text: str) -> tuple[str, ...]:
    """Those of the signs that the text holds."""
    return tuple([sign for sign in signs if sign in text])


def holds(text: str, signs: tuple[str, ...]) -> bool:
    # A plain loop: this is asked of every text of every document.
    for sign in signs:  # noqa: SIM110
        if sign in text:
            return True
    return False
