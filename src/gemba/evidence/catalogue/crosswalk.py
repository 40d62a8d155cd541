"""Which clauses of different frameworks ask for the same or a close thing, readable from either side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from gemba.evidence.catalogue.clauses import ancestors, subclauses
from gemba.evidence.catalogue.model import Counterpart, Duty, Framework


class Relation(StrEnum):
    """How a clause came to be related."""

    SAME = "same"
    """Both clauses are named in the crosswalk."""
    THROUGH_PARENT = "through parent"
    """A clause above the one asked for, or above the counterpart, is named: it relates to all below it."""
    THROUGH_CHILD = "through child"
    """A clause below the one asked for is named."""


@dataclass(frozen=True, slots=True)
class Match:
    """A counterpart of the clause asked for.

    `named_for` are the clauses on the asking side that the crosswalk names: the clause itself, or those above or below.
    `duties` are the rows behind the match, on whichever side wrote them down.
    """

    framework: str
    clause: str
    relation: Relation
    named_for: tuple[str, ...]
    duties: tuple[Duty, ...]

    def joined(self, other: "Match") -> "Match":
        """The same counterpart, reached from a second clause too."""
        more = tuple(duty for duty in other.duties if duty not in self.duties)
        return replace(self, named_for=(*self.named_for, *other.named_for), duties=(*self.duties, *more))


Links = dict[str, dict[Counterpart, list[Duty]]]


class Crosswalk:
    """Built from the counterparts that the given frameworks name; what one side names, the other side shows too."""

    def __init__(self, frameworks: Sequence[Framework]) -> None:
        self._frameworks: Mapping[str, Framework] = {framework.id: framework for framework in frameworks}
        self._links: dict[str, Links] = {framework.id: {} for framework in frameworks}
        for framework in frameworks:
            self._add(framework)

    def matches(self, framework: str, clause: str) -> tuple[Match, ...]:
        """The counterparts of a clause in all other frameworks, in the order of those frameworks' own clauses.

        Empty for a framework or clause that is not loaded.
        """
        found: dict[Counterpart, Match] = {}
        for match in self._found(framework, clause):
            counterpart = Counterpart(match.framework, match.clause)
            before = found.setdefault(counterpart, match)
            if before is not match and before.relation is match.relation:
                found[counterpart] = before.joined(match)
        order = {identity: place for place, identity in enumerate(self._frameworks)}
        places = {identity: self._places(identity) for identity in {match.framework for match in found.values()}}
        return tuple(sorted(found.values(), key=lambda m: (order[m.framework], places[m.framework][m.clause])))

    def counterparts(self, framework: str, clause: str) -> tuple[Counterpart, ...]:
        """The same as `matches`, without how and why."""
        return tuple(Counterpart(match.framework, match.clause) for match in self.matches(framework, clause))

    def _found(self, framework: str, clause: str) -> Iterator[Match]:
        if framework not in self._frameworks or clause not in self._frameworks[framework].clauses:
            return
        asked = self._frameworks[framework]
        yield from self._matches_of(framework, clause, Relation.SAME)
        for above in ancestors(asked, clause):
            yield from self._matches_of(framework, above, Relation.THROUGH_PARENT)
        for below in subclauses(asked, clause)[1:]:
            yield from self._matches_of(framework, below, Relation.THROUGH_CHILD)

    def _matches_of(self, framework: str, named: str, relation: Relation) -> Iterator[Match]:
        for other, duties in self._links[framework].get(named, {}).items():
            yield Match(other.framework, other.clause, relation, (named,), tuple(duties))

    def _add(self, framework: Framework) -> None:
        for clause in framework.clauses.values():
            for counterpart in clause.counterparts:
                self._link(Counterpart(framework.id, clause.number), counterpart, None)
        for duty in framework.duties:
            for counterpart in duty.counterparts:
                self._link(Counterpart(framework.id, duty.clause), counterpart, duty)

    def _link(self, one: Counterpart, other: Counterpart, duty: Duty | None) -> None:
        if other.framework not in self._frameworks:
            return
        for near, far in ((one, other), (other, one)):
            duties = self._links[near.framework].setdefault(near.clause, {}).setdefault(far, [])
            if duty and duty not in duties:
                duties.append(duty)

    def _places(self, framework: str) -> Mapping[str, int]:
        return {number: place for place, number in enumerate(self._frameworks[framework].clauses)}
