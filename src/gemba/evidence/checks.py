"""What record types say they are evidence of must be in the vocabulary that duties are written in."""

from collections.abc import Container, Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register

from gemba.evidence.catalogue.load import catalogue
from gemba.evidence.signals.thresholds import ThresholdError, limits
from gemba.kernel.types import RecordType, registry


def unknown_evidence(types: Iterable[RecordType[Any]], vocabulary: Container[str]) -> list[str]:
    """A sentence for each evidence type that a declaration yields and no duty could ask for."""
    return [
        f"{declared.kind}: it yields {each.evidence!r}, which is no evidence type of the catalogue."
        for declared in types
        for each in declared.yields
        if each.evidence not in vocabulary
    ]


@register(Tags.models)
def evidence_is_known(*, app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    return [Error(sentence, id="gemba.E011") for sentence in unknown_evidence(registry, catalogue().evidence_types)]


@register(Tags.models)
def thresholds_can_be_used(*, app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """A company's own thresholds stop the start with a sentence, not a page with a fault."""
    try:
        limits()
    except ThresholdError as error:
        return [Error(sentence, id="gemba.E012") for sentence in error.problems]
    return []
