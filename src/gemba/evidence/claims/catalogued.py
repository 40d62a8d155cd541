"""The catalogue as claims need it: loaded once, duties by id, and a whole clause as the duties below it."""

from functools import cache

from gemba.evidence.catalogue.clauses import duties_under
from gemba.evidence.catalogue.load import Catalogue, catalogue
from gemba.evidence.catalogue.model import Duty


@cache
def known_catalogue() -> Catalogue:
    """The frameworks that come with Gemba."""
    return catalogue()


def known_duty(known: Catalogue, framework: str, duty: str) -> Duty | None:
    """The duty of that name, or None."""
    return _by_id(known, framework).get(duty)


def duties_of_clause(known: Catalogue, framework: str, clause: str) -> tuple[Duty, ...]:
    """The duties of a clause and of all below it; none for a clause or framework that is not there."""
    found = known.frameworks.get(framework)
    return duties_under(found, clause) if found else ()


def _by_id(known: Catalogue, framework: str) -> dict[str, Duty]:
    if known is known_catalogue():
        return _shipped(framework)
    return _read(known, framework)


@cache
def _shipped(framework: str) -> dict[str, Duty]:
    return _read(known_catalogue(), framework)


def _read(known: Catalogue, framework: str) -> dict[str, Duty]:
    found = known.frameworks.get(framework)
    return {duty.id: duty for duty in found.duties} if found else {}
