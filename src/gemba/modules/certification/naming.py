"""The milestones of a certification plan by name: what each counts, and on which of the two tracks it stands."""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.evidence.catalogue.load import SHIPPED
from gemba.evidence.catalogue.model import Clause, Framework
from gemba.evidence.claims.catalogued import known_catalogue

PAPER, PRACTICE = "paper", "practice"
ON_PAPER: dict[str, str | Promise] = {
    "scope": gettext_lazy("the scope is in force"),
    "decided": gettext_lazy("what applies is decided, duty by duty"),
}
IN_PRACTICE: dict[str, str | Promise] = {
    "review": gettext_lazy("a management review was held within a year"),
    "audit": gettext_lazy("an audit was held within a year"),
    "capa": gettext_lazy("a corrective action was found effective within a year"),
    "training": gettext_lazy("people have learned what documents say"),
    "months": gettext_lazy("records of each of the last months"),
    "ledger": gettext_lazy("what fell due within a year was done"),
}
PROVEN_BY = {"review": "mgmt_review", "audit": "audit_report", "capa": "capa_effectiveness"}
"""Milestones that one piece of valid evidence reaches."""


def chapters(framework: Framework) -> list[Clause]:
    """The groups of clauses: those that stand below no other."""
    return [clause for clause in framework.clauses.values() if clause.parent is None]


def named(track: str, clause: Clause) -> str:
    return f"{track}.{clause.number}"


def milestones() -> list[tuple[str, str]]:
    """Every milestone of every framework, for the plan's table of days and people."""
    found = {name: str(label) for name, label in (*ON_PAPER.items(), *IN_PRACTICE.items())}
    for framework in known_catalogue().frameworks.values():
        if framework.id in SHIPPED:
            found |= dict(_of_clauses(framework))
    return list(found.items())


def _of_clauses(framework: Framework) -> Iterator[tuple[str, str]]:
    for clause in chapters(framework):
        yield named(PAPER, clause), _("on paper: %s") % clause.number
        yield named(PRACTICE, clause), _("in practice: %s") % clause.number
