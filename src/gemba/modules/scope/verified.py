"""What `gemba verify` asks about applicability: every figure is measured by rows that no event tells of one by one.

They follow from the scope that top management signed, so that scope is what they are held against. Only what it says
itself is asked, never what today's catalogue would propose: a new edition of the catalogue alters nothing that stands.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from gemba.evidence.claims.catalogued import known_catalogue, known_duty
from gemba.evidence.scope.models import Applicability, Applied
from gemba.kernel.trail.finding import Finding
from gemba.kernel.verify import others
from gemba.modules.scope.models import Scope
from gemba.modules.scope.reading import answers_of, decisions_of
from gemba.modules.scope.workflow import IN_FORCE, REPLACED

MOST = 100
"""Rows of one scope that are named."""


def applicability_problems() -> Iterator[Finding]:
    """Whether exactly those duties are left out that a signed scope leaves out, for its reason and for its time."""
    scopes = {each.pk: each for each in Scope._base_manager.filter(state__in=(IN_FORCE.name, REPLACED.name))}
    frameworks, decided = _rows_of(Applied), _rows_of(Applicability)
    for key, scope in scopes.items():
        found = [
            *_of_frameworks(scope, frameworks[key], decided[key]), *_outside(scope, [*frameworks[key], *decided[key]]),
            *_of_duties(scope, decided[key]),
        ]  # fmt: skip
        yield from (_finding(scope, sentence) for sentence in found[:MOST])
    for key in sorted((frameworks.keys() | decided.keys()) - scopes.keys()):
        sentence = _("Duties are decided by something that is no scope in force: record %d.") % key
        yield Finding(code="applicability-altered", subject=f"scope/{key}", sentence=sentence)


def _rows_of(model: type[Applied] | type[Applicability]) -> Mapping[int, list[Applied | Applicability]]:
    found: dict[int, list[Applied | Applicability]] = defaultdict(list)
    for row in model._base_manager.order_by("pk"):
        found[row.scope_id].append(row)
    return found


def _of_frameworks(
    scope: Scope, applied: Sequence[Applied | Applicability], decided: Sequence[Applied | Applicability]
) -> Iterator[str]:  # fmt: skip
    """A framework without decisions, or decisions without their framework: one of both was taken away or put in."""
    on, of = {row.framework for row in applied}, {row.framework for row in decided}
    of |= {framework for framework, _duty in decisions_of(scope)}
    for name in sorted(on ^ of):
        yield _("%s stands in only one of the two tables of what applies.") % name


def _outside(scope: Scope, rows: Sequence[Applied | Applicability]) -> Iterator[str]:
    """Rows that stand for another time than their scope."""
    for row in rows:
        if (row.valid_from, row.valid_to) != (scope.valid_from, scope.valid_to):
            words = {"row": row, "since": row.valid_from, "until": row.valid_to or _("today")}
            yield _("%(row)s stands from %(since)s to %(until)s, its scope for another time.") % words


def _of_duties(scope: Scope, rows: Sequence[Applied | Applicability]) -> Iterator[str]:
    made, answers = decisions_of(scope), answers_of(scope)
    there = set()
    for row in rows:
        assert isinstance(row, Applicability)  # noqa: S101  of that table
        there.add((row.framework, row.duty))
        said = made.get((row.framework, row.duty))
        if said is not None and (said.applies, said.reason) != (row.applies, row.reason):
            yield _("%s is not as the scope decides it.") % row
        elif said is None and not row.applies and not _answered_no(row, answers):
            yield _("%s is left out, and the scope does not say so.") % row
    for framework, duty in sorted(made.keys() - there):
        yield _("%s is decided by the scope, and the decision is gone.") % f"{framework} {duty}"


def _answered_no(row: Applicability, answers: Mapping[str, bool]) -> bool:
    """Whether an answer left it out. Of a duty that the catalogue no longer has nothing can be said."""
    duty = known_duty(known_catalogue(), row.framework, row.duty)
    return duty is None or (duty.condition is not None and answers.get(duty.condition) is False)


def _finding(scope: Scope, sentence: str) -> Finding:
    named = f"{scope.number} ({scope.subject}): {sentence}"
    return Finding(code="applicability-altered", subject=scope.subject, sentence=named)


others.QUESTIONS.append(applicability_problems)
