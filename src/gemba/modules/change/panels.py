"""Planned beside changed, on the page of the change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gemba.kernel.access.scope import Access
from gemba.kernel.records.models import Record
from gemba.kernel.types import registry
from gemba.modules.change.models import Change, ChangeTask
from gemba.modules.change.reading import Around


@dataclass(frozen=True, slots=True)
class Line:
    """One thing: what was planned, what became of it."""

    record: Record
    planned: str
    became: str
    state: str
    tone: str
    differs: bool = False


def planned_and_changed(change: Change, access: Access) -> Mapping[str, Any] | None:
    """The tasks and the records of a change, each with the plan and with what became of it (M99)."""
    around = Around(change)
    lines = [_task(around, task) for task in around.tasks]
    named = {record.pk for record in around.waiting}
    lines += [_record(record, planned=True) for record in around.planned if record.pk not in named]
    lines += [_under(record, around) for record in around.waiting]
    lines += [_training(record) for record in around.trainings]
    readable = Record._base_manager.filter(access.visible(), pk__in=[line.record.pk for line in lines])
    visible = set(readable.values_list("pk", flat=True)) if lines else set()
    shown = [line for line in lines if line.record.pk in visible]
    if not lines:
        return None
    return {
        "lines": shown, "hidden": len(lines) - len(shown), "differing": sum(line.differs for line in shown),
    }  # fmt: skip


def _label(record: Record) -> tuple[str, str]:
    state = registry.of(record).lifecycle.state(record.state)
    return str(state.label), state.tone


def _task(around: Around, task: ChangeTask) -> Line:
    state, tone = _label(task)
    differs = task in around.surprises
    planned = _("not planned") if around.added_later(task) else task.detail or task.title
    became = task.made or (_("dropped") if task.state == "dropped" else "")
    return Line(task, planned, became, state, tone, differs)


def _record(record: Record, *, planned: bool) -> Line:
    """Something that was to be changed and to which no new version under this change leads directly."""
    state, tone = _label(record)
    return Line(record, _("to be changed") if planned else "", "", state, tone)


def _under(record: Record, around: Around) -> Line:
    state, tone = _label(record)
    waits = around.change.valid_from is None
    became = _("waits until the change is in effect") if waits else _("no longer held by the change")
    return Line(record, _("made under this change"), became, state, tone)


def _training(record: Record) -> Line:
    state, tone = _label(record)
    return Line(record, _("training for %s") % record.owner, "", state, tone)
