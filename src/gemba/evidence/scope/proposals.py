"""Propose for every duty whether it applies, with the reason. People decide; a proposal is never a decision.

What may be left out follows ISO 13485 1 and 4.2.2: duties of clause 6, 7 and 8 that do not fit what the organisation
does are not applicable, with a justification; design control is excluded only where law lets it. All else applies.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from gemba.evidence.catalogue.model import Applicability, Duty, Framework
from gemba.evidence.scope.roles import OrganisationRole

CLAUSES_OF_ROLES = "iso13485"
"""The framework whose clause numbers the organisation roles name as commonly left out, or never."""


class Basis(StrEnum):
    """What a proposal rests on."""

    STANDARD = "standard"
    """The framework leaves no choice."""
    ANSWER = "answer"
    ROLE = "role"
    OPEN = "open"
    """Nothing says; somebody has to decide."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """`applies` None where nothing says. `may_decide`: the framework lets a company leave it out with a reason."""

    duty: Duty
    applies: bool | None
    basis: Basis
    reason: str
    may_decide: bool


Answers = Mapping[str, bool]
"""Condition id to yes or no; questions not answered are absent."""


def within(clause: str, chapter: str) -> bool:
    """Whether a clause is `chapter` or lies below it: 7.5.1 is within 7.5 and within 7."""
    return clause == chapter or clause.startswith(f"{chapter}.")


def proposals(framework: Framework, role: OrganisationRole, answers: Answers) -> tuple[Proposal, ...]:
    """One for every duty, in the order of the framework."""
    return tuple(proposal(framework, duty, role, answers) for duty in framework.duties)


def proposal(framework: Framework, duty: Duty, role: OrganisationRole, answers: Answers) -> Proposal:
    """What follows for one duty. An answer comes before the role, and the standard before both."""
    if duty.applicability is Applicability.ALWAYS:
        return Proposal(duty, True, Basis.STANDARD, _("The framework leaves no choice."), may_decide=False)
    may_decide = not _never_left_out(framework, duty, role)
    if duty.condition is not None and duty.condition in answers:
        return _answered(framework, duty, answers[duty.condition], may_decide=may_decide)
    if not may_decide:
        reason = _("In the role “%s” this always applies.") % role.label
        return Proposal(duty, True, Basis.ROLE, reason, may_decide=False)
    if _numbered_as_roles(framework) and any(within(duty.clause, each) for each in role.commonly_not_applicable):
        reason = _("It often does not apply in the role “%(role)s”: %(why)s.") % {"role": role.label, "why": role.why}
        return Proposal(duty, False, Basis.ROLE, reason, may_decide=True)
    if duty.condition is None:
        return Proposal(
            duty, True, Basis.STANDARD, _("It applies unless it is left out with a reason."), may_decide=True
        )
    question = framework.conditions[duty.condition].question
    return Proposal(duty, None, Basis.OPEN, _("Answer first: %s") % question, may_decide=True)


def _numbered_as_roles(framework: Framework) -> bool:
    """Whether the clauses that roles name are this framework's. Clause 7.3 of a software standard is another matter."""
    return framework.id == CLAUSES_OF_ROLES


def _never_left_out(framework: Framework, duty: Duty, role: OrganisationRole) -> bool:
    """A clause the role always keeps. A chapter it keeps still has duties that wait for a condition, such as rework."""
    if not _numbered_as_roles(framework):
        return False
    if duty.condition is not None:
        return duty.clause in role.never
    return any(within(duty.clause, clause) for clause in role.never)


def _answered(framework: Framework, duty: Duty, yes: bool, *, may_decide: bool) -> Proposal:
    question = framework.conditions[str(duty.condition)].question
    answer = _("yes") if yes else _("no")
    reason = _("%(question)s Answer: %(answer)s.") % {"question": question, "answer": answer}
    return Proposal(duty, yes, Basis.ANSWER, reason, may_decide=may_decide or not yes)


@dataclass(frozen=True, slots=True)
class Decision:
    """What people decided of one duty, with the reason that stands beside it in the manual."""

    duty: str
    applies: bool
    reason: str = ""


def objections(framework: Framework, role: OrganisationRole, decision: Decision) -> list[str]:
    """Why a decision cannot stand, as sentences; none where it can."""
    duty = next((duty for duty in framework.duties if duty.id == decision.duty), None)
    if duty is None:
        return [_("%(framework)s has no duty %(duty)s.") % {"framework": framework.designation, "duty": decision.duty}]
    if decision.applies:
        return []
    found = []
    if duty.applicability is Applicability.ALWAYS:
        found.append(_("%s always applies; the framework lets nobody leave it out.") % duty.id)
    elif _never_left_out(framework, duty, role):
        found.append(_("%(duty)s always applies in the role “%(role)s”.") % {"duty": duty.id, "role": role.label})
    if not decision.reason.strip():
        found.append(_("Say why %s does not apply; the sentence stands in the quality manual.") % duty.id)
    return found


def contradictions(said: Iterable[tuple[str, object]]) -> list[str]:
    """What is said twice and differently: a sentence for each. Saying the same twice is no contradiction."""
    first: dict[str, object] = {}
    twice = [name for name, value in said if first.setdefault(name, value) != value]
    return [_("%s is decided twice, and differently. Keep one of them.") % name for name in dict.fromkeys(twice)]


FIRST = ("7.3", "8.2")
"""What most often goes wrong when applicability is misread: design control, and what comes back from the field."""


def open_first(found: tuple[Proposal, ...]) -> list[Proposal]:
    """Those nobody has decided, design and post-market first, then by their place in the framework."""
    waiting = [each for each in found if each.applies is None or (each.basis is Basis.ROLE and not each.applies)]
    return sorted(waiting, key=lambda each: not any(within(each.duty.clause, clause) for clause in FIRST))
