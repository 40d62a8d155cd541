"""Choices of columns that are looked up when they are offered."""

from collections.abc import Sequence

from gemba.evidence.catalogue.load import catalogue


def evidence_choices() -> Sequence[tuple[str, str]]:
    """Every evidence type there is: what a paper record may be registered as."""
    return sorted(((each.id, each.label) for each in catalogue().evidence_types.values()), key=lambda pair: pair[1])
