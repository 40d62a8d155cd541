"""Raising a record from another one: what it comes from, and what of that carries over."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from gemba.kernel.access.scope import Access
from gemba.kernel.records.models import Record
from gemba.kernel.types import LinkRole, RecordType
from gemba.web.choosing import PersonField
from gemba.web.forms import RaiseForm, record_form
from gemba.web.middleware import SignedInRequest

CARRIED = ("site", "product", "confidential")
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Origin:
    """The record that the new one is raised from, and the role in which it will be linked to it."""

    role: LinkRole
    far: Record

    def initial(self) -> dict[str, Any]:
        """What the form begins with."""
        far = self.far
        return {
            "site": far.site_id, "product": far.product_id, "confidential": far.confidential, "exercise": far.exercise,
        }  # fmt: skip

    def carried(self, given: dict[str, Any]) -> dict[str, Any]:
        """The same of what the form does not ask: an exercise leads to exercises, whatever was sent."""
        kept = {name: getattr(self.far, name) for name in CARRIED if name not in given}
        return {**given, **kept, "exercise": given["exercise"] or self.far.exercise}


def origin_of(request: SignedInRequest, declared: RecordType[Any]) -> Origin | None:
    """Named in the address by role and number; what the reader may not see is not there."""
    number = request.GET.get("from", "")
    if not number:
        return None
    role = declared.link_role(request.GET.get("role", ""))
    far = None if "\0" in number else Record.objects.filter(number=number[:LONGEST]).first()
    if role is None or far is None or (role.to and far.kind not in role.to):
        raise Http404
    return Origin(role, far)


def raise_form(declared: RecordType[Any], access: Access, data: Any, origin: Origin | None) -> RaiseForm:
    """What may be filled in at the start, and always who is answerable for it."""
    start = declared.lifecycle.start.name
    sections = [s for s in declared.sections if start in {state.name for state in s.editable_in}]
    initial = {"owner": access.person.pk, **(origin.initial() if origin else {})}
    form = record_form(declared, sections, access=access, data=data, initial=initial, base=RaiseForm)
    if "owner" not in form.fields:
        form.fields["owner"] = PersonField(label=_("Owner"), help_text=_("Who is answerable for it from now on."))
    if origin and origin.far.exercise:
        form.fields["exercise"].disabled = True
    return form
