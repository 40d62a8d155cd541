"""What is kept of somebody, for that somebody to read: what the file for machines says, on paper (GDPR Art. 12, 15).

It is made from that file, so that neither tells more than the other; data of other people are in neither.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gemba.export.typeset import Fitted, typeset
from gemba.kernel.access.viewer import current_access
from gemba.kernel.actions.rows import MANAGERS
from gemba.kernel.log.standing import seal_mark
from gemba.kernel.people.models import Absence, JobAssignment, Person, RoleGrant
from gemba.kernel.people.organisation import organisation
from gemba.kernel.privacy.finding import told_of
from gemba.kernel.privacy.told import told_about
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import SecurityEvent
from gemba.kernel.types import registry

PDF = "application/pdf"
MOST_ROWS = 10_000
"""Of one table on paper. Of more, the newest; the file for machines has every one."""
BATCH = 400
Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A table of the paper under its own heading. `widths` are the shares of its columns."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]


@dataclass(frozen=True, slots=True)
class Paper:
    title: str
    facts: Sequence[tuple[str, str]]
    sentences: Sequence[str]
    parts: Sequence[Part]


def person_pdf(person: Person, *, by: str, at: dt.datetime) -> bytes:
    """Everything that is kept about a person of the company, as PDF/A."""
    return _pdf(_of_person(told_about(person), person), by=by, at=at)


def found_pdf(told: Told, *, by: str, at: dt.datetime) -> bytes:
    """What was found under a name among personal columns (`told_of`), as PDF/A."""
    return _pdf(_of_name(told), by=by, at=at)


@require_GET
def found_file(request: HttpRequest) -> HttpResponse:
    """What is kept under the name in the address. Asking is noted, as for the file for machines."""
    access = current_access()
    if not access.holds_everywhere(*MANAGERS):
        raise Http404
    wanted = request.GET.get("text", "")[:120].replace("\0", "").strip()
    if not wanted:
        raise Http404
    actor = request.actor  # type: ignore[attr-defined]
    SecurityEvent.objects.create(what="personal.looked_up", person=access.person, address=actor.address)
    made = found_pdf(told_of(wanted, access), by=access.person.name, at=timezone.now())
    return pdf_response(made, "gemba-personal-data.pdf")


def pdf_response(made: bytes, name: str) -> HttpResponse:
    return HttpResponse(made, content_type=PDF, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _of_name(told: Told) -> Paper:
    about = told["about"]
    sentences = [_("What stands or stood under this name in the columns for names and contacts of people.")]
    if not about["complete"]:
        sentences.append(_("There is more than is told here: ask again with more of the name."))
    parts = [
        Part(
            f"{each['what']} ({_kind(each['kind'])})", [_("Column"), _("Value"), _("Since"), _("Now")],
            [
                [one["field"], one["value"], _moment(one["since"]), _yes(one["stands_there_now"])]
                for one in each["values"]
            ],
            (3, 6, 3, 1),
        )
        for each in told["found"]
    ]  # fmt: skip
    facts = [(_("Looked for"), about["looked_for"]), (_("Told"), _moment(about["told_at"]))]
    if not parts:
        sentences.append(_("Nothing is kept under it."))
    return Paper(_("Personal data"), facts, sentences, parts)


def _of_person(told: Told, person: Person) -> Paper:
    about = told["about"]
    facts = [
        (_("Name"), about["name"]), (_("Identity in Gemba"), about["id"]), (_("Told"), _moment(about["told_at"])),
    ]  # fmt: skip
    return Paper(_("What is kept of %s") % about["name"], facts, [told["why"]], _parts(told, person))


def _parts(told: Told, who: Person) -> list[Part]:
    login, what = told["login"], (_("What"), _("Value"))
    return [
        Part(_("Person"), what, _rows_of(Person, told["person"], who), (1, 3)),
        Part(
            _("Names and addresses, earlier ones too"), (_("Column"), _("Value"), _("Since")),
            [[_label(Person, each["field"]), each["value"], _moment(each["since"])] for each in told["held"]],
            (1, 2, 1),
        ),
        Part(_("Sign-in"), what, _login(login) if login else [], (1, 3)),
        _listed(_("Roles in Gemba"), RoleGrant, told["roles"], who),
        _listed(_("Jobs"), JobAssignment, told["jobs"], who),
        _listed(_("Away and standing in"), Absence, told["absences"], who),
        _numbered(_("Records owned"), told["records_owned"]),
        Part(
            _("Signatures"), (_("Record"), _("Meaning"), _("Signed")),
            [[each["record"], each["meaning"], _moment(each["at"])] for each in told["signatures"]], (2, 3, 2),
        ),
        Part(
            _("Entries, one line for each thing"), (_("Of"), _("What was done"), _("First"), _("Last")),
            _entries(told["entries"]), (3, 4, 2, 2),
        ),
        Part(
            _("Comments"), (_("Record"), _("Text"), _("Said")),
            [[each["record"], each["text"], _moment(each["at"])] for each in told["comments"]], (2, 6, 2),
        ),
        Part(
            _("Answers to comments"), (_("Record"), _("Text"), _("Said")),
            [[each["record"], each["text"], _moment(each["at"])] for each in told["answers"]], (2, 6, 2),
        ),
        Part(
            _("Named in records"), (_("Record"), _("As")), [[each["record"], each["as"]] for each in told["named_in"]],
            (2, 3),
        ),
        _numbered(_("Records watched"), told["watched"]),
        Part(
            _("Filters kept"), (_("Name"), _("Filter")),
            [[each["name"], each["query"]] for each in told["saved_filters"]], (2, 3),
        ),
        Part(
            _("Signed in from"), (_("Address"), _("Program"), _("Since"), _("Last")),
            [
                [each["address"], each["program"], _moment(each["since"]), _moment(each["last"])]
                for each in told["sessions"]
            ],
            (2, 4, 2, 2),
        ),
        Part(
            _("Sign-ins and other events of security"), (_("What"), _("About"), _("Address"), _("When")),
            [[each["what"], each["target"], each["address"] or "", _moment(each["at"])] for each in told["security"]],
            (3, 4, 3, 3),
        ),
        Part(
            _("Counted"), what,
            [
                [_("Tasks asked of this person"), str(told["counted"]["tasks"])],
                [_("Notices"), str(told["counted"]["notices"])],
                [_("Mails sent to the address"), str(told["counted"]["mails_sent_to"])],
            ],
            (1, 3),
        ),
    ]  # fmt: skip


def _login(login: Told) -> list[list[str]]:
    return [
        [_("User name"), login["user_name"]],
        [_("Earlier user names"), ", ".join(login["earlier_user_names"]) or "-"],
        [_("May sign in"), _yes(login["may_sign_in"])],
        [_("Made"), _moment(login["made"])],
        [_("Last sign-in"), _moment(login["last_sign_in"])],
        [_("Second factors"), ", ".join(login["second_factors"]) or "-"],
        [_("Tokens"), ", ".join(login["tokens"]) or "-"],
    ]


def _entries(entries: Iterable[Told]) -> list[list[str]]:
    """One row for each record or other thing: what was done there how often, from when to when; newest last."""
    by_subject: dict[str, list[Told]] = {}
    for each in entries:
        by_subject.setdefault(each["subject"], []).append(each)
    numbers = _numbers(by_subject)
    rows = []
    for subject, found in by_subject.items():
        kind, _slash, uid = subject.partition("/")
        counted: dict[str, int] = {}
        for each in found:
            act = str(each["act"]).partition(".")[2].replace("-", " ").replace("_", " ")
            counted[act] = counted.get(act, 0) + 1
        acts = [f"{act} ({n})" if n > 1 else act for act, n in counted.items()]
        name = f"{numbers[uid]} ({_kind(kind)})" if uid in numbers else _kind(kind)
        rows.append([name, ", ".join(acts), _moment(found[0]["at"]), _moment(found[-1]["at"])])
    return rows


def _numbers(subjects: Iterable[str]) -> dict[str, str]:
    """The numbers of records by their identity."""
    uids, found = [subject.rpartition("/")[2] for subject in subjects], dict[str, str]()
    for start in range(0, len(uids), BATCH):
        rows = Record._base_manager.filter(uid__in=uids[start : start + BATCH])
        found |= dict(rows.values_list("uid", "number"))
    return found


def _kind(kind: str) -> str:
    return str(registry.named(kind).label) if kind in registry else kind.replace("-", " ")


def _numbered(title: str, numbers: Sequence[str]) -> Part:
    return Part(title, (_("Record"),), [[", ".join(numbers)]] if numbers else [], (1,))


def _listed(title: str, model: type[models.Model], rows: Sequence[Told], who: Person) -> Part:
    """Each row as lines of column and value."""
    told = ["\n".join(f"{name}: {value}" for name, value in _rows_of(model, row, who)) for row in rows]
    return Part(title, (_("Each with its dates"),), [[text] for text in told], (1,))


def _rows_of(model: type[models.Model], row: Told, who: Person) -> list[list[str]]:
    """Columns that hold something, in words. Other people than `who` stay unnamed, as in the file for machines."""
    columns = {column.attname: column for column in model._meta.concrete_fields}
    shown = []
    for name, value in row.items():
        if value not in (None, ""):
            shown.append([_label(model, name), _value(columns.get(name), value, who)])
    return shown


def _label(model: type[models.Model], name: str) -> str:
    if name in {"uid", "user_name", "may_sign_in"}:
        return {"uid": _("Identity"), "user_name": _("User name"), "may_sign_in": _("May sign in")}[name]
    column = next((each for each in model._meta.concrete_fields if name in (each.attname, each.name)), None)
    text = str(column.verbose_name) if column is not None else name
    return text[:1].upper() + text[1:]


def _value(column: "models.Field[Any, Any] | None", value: Any, who: Person) -> str:
    if isinstance(value, bool):
        return _yes(value)
    if isinstance(column, models.ForeignKey):
        return _named(column.remote_field.model, value, who)
    if isinstance(column, models.DateTimeField):
        return _moment(str(value))
    if isinstance(column, models.DateField):
        return date_format(dt.date.fromisoformat(str(value)), "j M Y")
    if column is not None and column.name == "role":
        return str(Role(value).label)
    return str(dict(column.flatchoices).get(value, value)) if column is not None and column.choices else str(value)


def _named(model: type[models.Model], key: int, who: Person) -> str:
    if model is Person:
        return who.name if key == who.pk else _("another person, number %d") % key
    found = model._base_manager.filter(pk=key).first()
    return str(found if found is not None else key)


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")


def _moment(text: str | None) -> str:
    at = parse_datetime(text) if text else None
    return f"{date_format(at.astimezone(dt.UTC), 'j M Y H:i')} UTC" if at else "-"


def _pdf(paper: Paper, *, by: str, at: dt.datetime) -> bytes:
    return typeset("personal.typ", lambda fitted: _data(paper, by, at, fitted), at=at)


def _data(paper: Paper, by: str, at: dt.datetime, fitted: Fitted) -> dict[str, Any]:
    def plain(text: str) -> str:
        return "\n".join(map(fitted, text.split("\n")))

    made_by = _("%(who)s, %(when)s UTC. For the person it is about.")
    return {
        "title": fitted(paper.title), "company": fitted(organisation().name),
        "facts": [[plain(text) for text in fact] for fact in paper.facts],
        "sentences": [plain(text) for text in paper.sentences],
        "parts": [_part(each, plain) for each in paper.parts],
        "mark": _("DEMONSTRATION") if settings.GEMBA_MODE == "demo" else "",
        "footer": fitted(made_by % {"who": by, "when": f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M}"}),
        "seal": fitted(seal_mark()), "words": {"page": _("Page"), "of": _("of"), "nothing": _("Nothing.")},
        "year": at.year, "month": at.month, "day": at.day,
    }  # fmt: skip


def _part(part: Part, plain: Fitted) -> dict[str, Any]:
    left_out = len(part.rows) - MOST_ROWS
    many = _("The %(n)d earliest lines are left out here; the file for machines (JSON) has them.")
    return {
        "title": plain(part.title), "remark": many % {"n": left_out} if left_out > 0 else "",
        "headings": list(part.headings), "widths": list(part.widths),
        "rows": [[plain(text) for text in row] for row in part.rows[-MOST_ROWS:]],
    }  # fmt: skip
