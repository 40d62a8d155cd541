"""What a report becomes: a record of another module, raised through the registry by its kind."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gemba.kernel.access.scope import Access
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.write import Raise
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.lifecycle.machine import Text
from gemba.kernel.notices.models import Notice
from gemba.kernel.notices.tell import tell
from gemba.kernel.people.models import Person
from gemba.kernel.records.fields import LinesField, RichTextField
from gemba.kernel.records.models import Record
from gemba.kernel.rights import grant_to_create
from gemba.kernel.roles import Role
from gemba.kernel.types import RecordType, Section, Verb, registry
from gemba.modules.report.models import Report
from gemba.modules.report.workflow import NEW
from gemba.web.forms import PlainForm, RecordForm, record_form

BECAME: Final = "became"
KINDS: Final[Mapping[str, Text]] = {
    "nonconformity": _("It is a nonconformity"), "complaint": _("It is a complaint"), "feedback": _("It is feedback"),
    "improvement": _("It is an improvement"),
}  # fmt: skip
"""What reports become, as far as this installation has those kinds."""
CARRIED: Final = ("title", "event_date", "site", "product")


def verbs() -> tuple[Verb[Any], ...]:
    return tuple(
        Verb(
            name=f"to_{kind}", label=label, run=_turn(kind), by=(Role.QUALITY,), states=(NEW,), form=_form(kind),
            objections=(_possible(kind),),
            help=_("What was reported is taken over. Complete what the new record needs; both stay linked."),
        )
        for kind, label in KINDS.items()
    )  # fmt: skip


def _possible(kind: str) -> Any:
    def guard(_report: Report, _person: Person) -> str | None:
        return None if kind in registry else _now("This installation keeps no such records.")

    return guard


def asked(declared: RecordType[Any]) -> list[str]:
    """What the new record cannot be without, and what the report already tells."""
    start = declared.editable_fields(declared.lifecycle.start.name)
    names = [name for section in declared.sections for name in section.fields if name in start]
    return [name for name in names if name in CARRIED or _must(declared.field(name))]


def _must(column: "models.Field[Any, Any]") -> bool:
    return not column.blank and not isinstance(column, LinesField) and not isinstance(column, models.BooleanField)


def taken_over(report: Report, declared: RecordType[Any], names: Sequence[str]) -> dict[str, Any]:
    """The report's own words in the columns of the new record: same name, and the text in the first that wants one."""
    given = {name: getattr(report, declared.field(name).attname) for name in names if name in CARRIED}
    texts = [n for n in names if isinstance(declared.field(n), models.TextField) and not isinstance(
        declared.field(n), RichTextField)]  # fmt: skip
    named = [name for name in texts if name == "description"] or texts
    if named:
        words = [report.description, report.where]
        given[named[0]] = "\n\n".join(text for text in words if text)
    return given


def _form(kind: str) -> Any:
    def make(data: Any, _files: Any, *, record: Report, access: Access) -> PlainForm:
        declared = registry.named(kind)
        names = asked(declared)
        section = Section(declared.label, tuple(names), (declared.lifecycle.start,))
        initial = {"owner": access.person.pk, **taken_over(record, declared, names)}
        return record_form(declared, [section], access=access, data=data, initial=initial, base=RecordForm)

    return make


def _turn(kind: str) -> Any:
    def run(report: Report, doing: Doing) -> Record:
        """The new record with its link and the end of the report, all or nothing; the reporter is told."""
        declared = registry.named(kind)
        values = {**doing.values, "confidential": report.confidential, "exercise": report.exercise}
        made: Record = Raise(model=declared.model, values=values, **doing.own).execute()
        MakeLink(record=report, role=BECAME, to=made, of_new_record=True, **doing.own).execute()
        why = _now("It became %s.") % made.number
        Advance(record=report, name="sort", **doing.following(why)).execute()
        if report.raised_by_id != doing.actor.person.pk:
            said = _now("What you reported is taken up as %s. Thank you.") % made
            tell([report.raised_by], report, Notice.Reason.CHANGE, said)
        return made

    return run


def may_sort(access: Access, kind: str) -> bool:
    return kind in registry and grant_to_create(access, registry.named(kind))
