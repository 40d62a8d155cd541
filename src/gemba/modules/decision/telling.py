"""Who an announcement is for, their receipts, and what closes them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Invalid
from gemba.kernel.rows import load
from gemba.modules.decision.deciding import named
from gemba.modules.decision.models import Announcement, Receipt
from gemba.modules.decision.states import ASKED
from gemba.web.forms import PlainForm

How = Receipt.How
HERE = (Person.Kind.EMPLOYEE, Person.Kind.CONSULTANT)


def audience(announcement: Announcement) -> "QuerySet[Person]":
    """The people chosen; everybody who works here where nothing narrower is. A site narrows whatever was chosen."""
    today = clock.today()
    here = Person.objects.filter(Q(ended=None) | Q(ended__gt=today), kind__in=HERE)
    chosen = Q(pk__in=[])
    uids = named(announcement.people or [])
    if uids:
        chosen |= Q(uid__in=uids)
    if announcement.department_id:
        chosen |= Q(department=announcement.department_id)
    if announcement.job_role is not None:
        holders = announcement.job_role.assignments.filter(
            Q(valid_to=None) | Q(valid_to__gte=today), valid_from__lte=today
        )
        chosen |= Q(pk__in=holders.values("person"))
    narrowed = uids or announcement.department_id or announcement.job_role_id
    found = here.filter(chosen) if narrowed else here
    if announcement.site_id is not None:
        found = found.filter(site=announcement.site_id)
    return found.order_by("name", "pk")


def somebody_to_tell(announcement: Announcement) -> str | None:
    return None if audience(announcement).exists() else _("Nobody would be told: choose people, or none for everybody.")


def tell_everybody(announcement: Announcement, doing: Doing) -> None:
    """A receipt for each person it is for, in their work list until acknowledged."""
    following = doing.following(_("%s was published.") % announcement.number)
    for person in audience(announcement):
        values = {
            "title": announcement.title, "owner": person, "announcement": announcement, "due": announcement.due,
            "site": person.site, "exercise": announcement.exercise,
        }  # fmt: skip
        Raise(model=Receipt, values=values, **following).execute()


def note(receipt: Receipt, how: str, by: Mapping[str, Any]) -> Receipt:
    return Edit(
        record=receipt, fixed={"how": how, "noted_on": clock.today()}, verb="acknowledge", **by
    ).execute()  # fmt: skip


def acknowledge(receipt: Receipt, doing: Doing) -> Receipt:
    """The simple way: one click by the person, who is the actor of the event."""
    noted = note(receipt, How.READ, doing.own)
    Advance(record=noted, name="seen", **doing.following(_("Acknowledged by the reader."))).execute()
    return load(Receipt, receipt.pk)


def noted_when_signed(receipt: Receipt, doing: Doing) -> None:
    note(receipt, How.READ, doing.following(_("Signed by the reader.")))


def reader_alone(receipt: Record, person: Person) -> str | None:
    return None if receipt.owner_id == person.pk else _("Only the person it was told to can acknowledge it.")


def only_the_reader(record: Record, step: str, person: Person) -> str | None:
    """A deputy acknowledges nothing for the absent person."""
    acknowledging = record.kind == "receipt" and step in ("sign", "acknowledge")
    return reader_alone(record, person) if acknowledging else None


def is_signed(receipt: Receipt) -> str | None:
    return None if wants_signature(receipt) else _("This one is acknowledged without a signature.")


def wants_signature(receipt: Receipt) -> bool:
    return receipt.announcement_id is not None and receipt.announcement.signed


def is_simple(receipt: Receipt, _person: Person) -> str | None:
    return _("This one is acknowledged by a signature.") if receipt.announcement.signed else None


def close_receipts(announcement: Announcement, doing: Doing) -> None:
    """Who has not acknowledged it by now did not; that stays to be seen."""
    for receipt in _open_receipts(announcement):
        Advance(record=receipt, name="lapse", **doing.following(_("The announcement was closed."))).execute()


def _open_receipts(announcement: Announcement) -> Sequence[Receipt]:
    rows = Receipt._base_manager.filter(announcement=announcement, state=ASKED.name)
    return list(rows.select_related("owner").order_by("owner__name", "pk"))


class AttendanceForm(PlainForm):
    """Who was there, of those it is for and have not acknowledged it yet."""

    there = forms.MultipleChoiceField(
        label=gettext_lazy("Who was there"), widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Whoever was not there reads the message and acknowledges it."),
    )  # fmt: skip

    def __init__(self, data: Any, files: Any, *, record: Announcement, access: Access) -> None:
        super().__init__(data, files)
        there: Any = self.fields["there"]
        there.choices = [(receipt.owner.uid, receipt.owner.name) for receipt in _open_receipts(record)]


def note_attendance(announcement: Announcement, doing: Doing) -> Announcement:
    """Kept by who held it; the event names them."""
    wanted = set(doing.values["there"])
    receipts = [receipt for receipt in _open_receipts(announcement) if receipt.owner.uid in wanted]
    if not receipts:
        raise Invalid({"there": [_("Nobody of these is waited for.")]})
    for receipt in receipts:
        noted = note(receipt, How.ATTENDED, doing.own)
        Advance(record=noted, name="seen", **doing.following(_("Was there."))).execute()
    return announcement
