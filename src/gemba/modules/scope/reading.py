"""What follows from a scope: its frameworks, the proposals for each duty, and what is still undecided."""

from collections.abc import Mapping

from gemba.evidence.catalogue.model import Framework
from gemba.evidence.claims.catalogued import known_catalogue
from gemba.evidence.scope.proposals import Basis, Decision, Proposal, open_first, proposals
from gemba.evidence.scope.roles import OPTIONAL, frameworks_for, roles
from gemba.modules.scope.models import Scope


def frameworks_of(scope: Scope) -> list[Framework]:
    """Those its markets and devices switch on; programmes one may join are left to the company."""
    wanted = frameworks_for(scope.market_ids, software=scope.has_software)
    known = known_catalogue().frameworks
    return [known[name] for name in wanted if name in known and name not in OPTIONAL]


def answers_of(scope: Scope) -> Mapping[str, bool]:
    return {line["condition"]: line["answer"] == "yes" for line in scope.answers}


def decisions_of(scope: Scope) -> Mapping[tuple[str, str], Decision]:
    """What people decided of single duties, by framework and duty."""
    return {
        (line["framework"], line["duty"]): Decision(line["duty"], line["applies"], line["reason"])
        for line in scope.decisions
    }


def proposed(scope: Scope, framework: Framework) -> tuple[Proposal, ...]:
    role = roles().get(scope.role)
    return proposals(framework, role, answers_of(scope)) if role else ()


def waiting(scope: Scope) -> list[Proposal]:
    """Duties nobody has decided: no answer, or only the role's proposal. Design and post-market come first."""
    made = decisions_of(scope)
    found: list[Proposal] = []
    for framework in frameworks_of(scope):
        found += [each for each in open_first(proposed(scope, framework)) if (framework.id, each.duty.id) not in made]
    return found


def decided(scope: Scope) -> dict[str, list[Decision]]:
    """What comes into force with the scope: every duty of its frameworks, with the reason of those left out."""
    made = decisions_of(scope)
    found: dict[str, list[Decision]] = {}
    for framework in frameworks_of(scope):
        found[framework.id] = [
            made.get((framework.id, each.duty.id)) or Decision(each.duty.id, each.applies is not False, _reason(each))
            for each in proposed(scope, framework)
        ]
    return found


def _reason(proposal: Proposal) -> str:
    return proposal.reason if proposal.basis is Basis.ANSWER and not proposal.applies else ""
