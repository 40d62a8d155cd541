"""Chooses the framework a clause is looked up in, and gathers what there is to say of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from gemba.evidence.catalogue.clauses import duties_for_class, duties_under, former, nearest, resolve, subclauses
from gemba.evidence.catalogue.crosswalk import Match
from gemba.evidence.catalogue.errors import shown
from gemba.evidence.catalogue.load import Catalogue
from gemba.evidence.catalogue.model import Duty, Framework, PracticeCheck


@dataclass(frozen=True, slots=True)
class ClauseView:
    """All there is to say of one clause of one framework, its sub-clauses included."""

    framework: Framework
    clause: str
    duties: tuple[Duty, ...]
    checks: tuple[PracticeCheck, ...]
    matches: tuple[Match, ...]
    safety_class: str | None = None
    """The only class whose duties are in it, where one was asked for."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`shown` hold the clause and are printed, `others` have one of the same number, `counterparts` may be named."""

    shown: tuple[Framework, ...]
    others: tuple[Framework, ...]
    counterparts: tuple[Framework, ...]


def choose(known: Catalogue, cited: str, named: Sequence[str], *, everything: bool) -> Choice:
    """Where to look a clause up.

    Named frameworks come first. Where none of them has the clause, the clause is taken from another one and the named
    ones are its counterparts: so `8.5.2` with `mdsap` shows the audit tasks for ISO 13485 8.5.2.
    """
    usual = tuple(known.frameworks.values()) if everything else known.on_by_default
    chosen = tuple(known.frameworks[identity] for identity in dict.fromkeys(named))
    holders = holding(chosen, cited)
    if holders:
        return Choice(holders, (), chosen if len(chosen) > 1 else usual)
    holders = holding(usual, cited)
    most = len(holders) if everything and not chosen else 1
    return Choice(holders[:most], holders[most:], chosen or usual)


def holding(frameworks: Sequence[Framework], cited: str) -> tuple[Framework, ...]:
    return tuple(framework for framework in frameworks if resolve(framework, cited))


def view(known: Catalogue, framework: Framework, cited: str, choice: Choice, safety_class: str | None) -> ClauseView:
    """The clause of a framework that `choose` has shown to hold it."""
    clause = resolve(framework, cited) or cited
    wanted = set(subclauses(framework, clause))
    fitting = {duty.id for duty in (duties_for_class(framework, safety_class) if safety_class else framework.duties)}
    allowed = {other.id for other in choice.counterparts}
    return ClauseView(
        framework=framework,
        clause=clause,
        duties=tuple(duty for duty in duties_under(framework, clause) if duty.id in fitting),
        checks=tuple(check for check in framework.practice_checks if check.clause in wanted),
        matches=tuple(m for m in known.crosswalk.matches(framework.id, clause) if m.framework in allowed),
        safety_class=safety_class,
    )


def not_found(known: Catalogue, cited: str, choice: Choice) -> str:
    """A sentence for a clause that no framework has: where a former one went, else the nearest there are."""
    for framework in choice.counterparts:
        gone = former(framework, cited)
        if gone:
            now = [f"{framework.designation}: {gone.now}"] if gone.now else []
            now += [f"{known.frameworks[c.framework].designation} {c.clause}" for c in gone.counterparts]
            return f"{gone.number} is no clause of {framework.designation} any more. See {'; '.join(now)}."
    near = [f"{n.clause} ({known.frameworks[n.framework].designation})" for n in nearest(choice.counterparts, cited)]
    hint = f" Nearest: {', '.join(near)}." if near else ""
    return f"no framework shown here has a clause '{shown(cited)}'.{hint}"
