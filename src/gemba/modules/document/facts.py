"""What documents tell the signals: the texts in force with their steps and measures, and who has read them."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q

from gemba.kernel.facts import Bypass, Facts, Taught, Written, WrittenStep
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.richtext.reading import placeholders, words
from gemba.modules.document.asked import FitCheck, Reading
from gemba.modules.document.family import Revision
from gemba.modules.document.states import ANSWERED, LAPSED, READ, SEALED_STATES


def in_force_on(day: dt.date) -> Q:
    """Revisions that people worked to on that day."""
    states = [state.name for state in SEALED_STATES]
    return Q(state__in=states, valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def written(day: dt.date) -> Iterator[Written]:
    """Two statements. Texts that are only registered here (paper, external ones) have none."""
    rows = list(Revision._base_manager.filter(in_force_on(day)).select_related("document").order_by("pk"))
    asked = _fit_checks()
    for row in rows:
        checks = asked.get(row.pk, [])
        yield Written(
            document=row.document_id, revision=row.pk, number=row.document.number, title=row.document.title,
            since=row.valid_from or day, kinds=tuple(dict.fromkeys(row.document.governed.split())),
            steps=tuple(_step(line) for line in row.steps),
            words=len(words(row.body)), gaps=len(placeholders(row.body)) if "<mark" in row.body else 0,
            own=None if row.own_percent is None else row.own_percent / 100,
            asked=not row.document.needs_fit_check or bool(checks),
            fitted=not row.document.needs_fit_check or ANSWERED.name in checks,
        )  # fmt: skip


def _step(line: Mapping[str, Any]) -> WrittenStep:
    return WrittenStep(line.get("role") or "", line.get("action") or "", line.get("kind") or "")


def _fit_checks() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for revision, state in FitCheck._base_manager.exclude(state=VOID).values_list("revision", "state"):
        found.setdefault(revision, []).append(state)
    return found


def taught(day: dt.date) -> Mapping[int, Taught]:
    """Readings of the texts in force on that day. One statement."""
    rows = Reading._base_manager.filter(
        revision__in=Revision._base_manager.filter(in_force_on(day)).order_by().values("pk")
    ).exclude(state__in=(LAPSED.name, VOID))
    asked: Counter[int] = Counter()
    trained: Counter[int] = Counter()
    for document, state, read_on in rows.order_by().values_list("revision__document", "state", "read_on"):
        asked[document] += 1
        trained[document] += state == READ.name and read_on is not None and read_on <= day
    return {document: Taught(document, number, trained[document]) for document, number in asked.items()}


def bypasses(since: dt.date, until: dt.date) -> Iterator[Bypass]:
    """Texts approved though nobody who does the work was asked. One statement."""
    rows = Revision._base_manager.filter(bypassed_fit_check=True, valid_from__gte=since, valid_from__lte=until)
    for document, day in rows.order_by("pk").values_list("document", "valid_from"):
        yield Bypass(document, day or until, "approved without asking")


OF_REVISIONS = Facts(written=written, taught=taught, bypasses=bypasses)
