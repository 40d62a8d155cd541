"""Link records, end a link, and look again at one whose far end changed. One event each, on its source's chain."""

from dataclasses import dataclass
from typing import Any, Generic

from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.actions.base import RecordWork
from gemba.kernel.lifecycle.machine import VOID, R
from gemba.kernel.links.models import Link
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.rights import may_change, may_read
from gemba.kernel.rows import stored_row
from gemba.kernel.types import RecordType, registry


def not_found() -> str:
    """The same sentence whether the record does not exist or may not be seen."""
    return _("There is no such record that you may see.")


@dataclass(kw_only=True)
class MakeLink(RecordWork[R, Link], Generic[R]):
    """`record` names `to` in a role its declaration allows. What the far end says now counts as seen."""

    role: str
    to: Record
    of_new_record: bool = False
    """Made together with the record, whoever owns it."""

    def prepare(self) -> None:
        super().prepare()
        self.to = stored_row(Record, self.to.pk) or self.to

    def check(self) -> Refused | None:
        if not self.of_new_record and not may_change(self.access, self.record):
            return NotAllowed(_("You may not link this record."))
        if not self.record.open:
            return Refused(_("A finished record gets no new links; link from the other record."))
        if not may_read(self.access, self.to):
            return Invalid({"to": [not_found()]})
        return self._unfitting() or self._already()

    def _unfitting(self) -> Refused | None:
        role = self.declared.link_role(self.role)
        if role is None:
            return Invalid({"role": [_("A %s has no link of that kind.") % self.declared.label]})
        if role.to and self.to.kind not in role.to:
            kinds = ", ".join(str(registry.named(kind).label) for kind in role.to if kind in registry)
            return Invalid({"to": [_("“%(role)s” leads to: %(kinds)s.") % {"role": role.label, "kinds": kinds}]})
        if self.to.pk == self.record.pk:
            return Invalid({"to": [_("A record cannot be linked to itself.")]})
        if self.to.state == VOID:
            return Invalid({"to": [_("%s is void.") % self.to.number]})
        if self.to.exercise and not (self.record.exercise or role.to_exercise):
            return Invalid({"to": [_("%s is an exercise, and this record is real.") % self.to.number]})
        return None

    def _already(self) -> Refused | None:
        same = Link.objects.standing().filter(source_id=self.record.pk, role=self.role, target_id=self.to.pk)
        return Conflict(_("This link is already there.")) if same.exists() else None

    def perform(self) -> Link:
        self.save_event_only("link", [_change(self.role, None, self.to)], links=[_named(self.role, self.to)])
        return Link.objects.create(
            source_id=self.record.pk, target_id=self.to.pk, role=self.role, seen=self.to.digest,
            made_by=self.actor.person,
        )  # fmt: skip


@dataclass(kw_only=True)
class _LinkWork(RecordWork[R, Link], Generic[R]):
    """Work on a standing link of `record`."""

    link: Link

    def prepare(self) -> None:
        super().prepare()
        self.link = Link.objects.select_for_update(of=("self",)).select_related("target").get(pk=self.link.pk)
        if self.link.source_id != self.record.pk:
            raise Invalid({"link": [not_found()]})

    def check(self) -> Refused | None:
        if not may_change(self.access, self.record):
            return NotAllowed(_("You may not change the links of this record."))
        if self.link.ended is not None:
            return Conflict(_("This link has already been ended."))
        return None


@dataclass(kw_only=True)
class EndLink(_LinkWork[R], Generic[R]):
    """The link no longer stands. It stays readable as history, with the reason."""

    def check(self) -> Refused | None:
        if refusal := super().check():
            return refusal
        if not self.record.open:
            return Refused(_("A finished record keeps its links."))
        if not self.reason.strip():
            return Invalid({"reason": [_("Say why the link no longer holds.")]})
        return None

    def perform(self) -> Link:
        link, target = self.link, self.link.target
        self.save_event_only("unlink", [_change(link.role, target, None)], links=[_named(link.role, target)])
        link.ended = clock.now()
        link.save(update_fields=["ended"])
        return link


@dataclass(kw_only=True)
class LookAgain(_LinkWork[R], Generic[R]):
    """Somebody looked at what the far end says now; the link is no longer suspect.

    `seen` is the digest that stood on the screen. If the far end moved on in the meantime, it has not been looked at.
    """

    seen: str = ""

    def check(self) -> Refused | None:
        if refusal := super().check():
            return refusal
        if not may_read(self.access, self.link.target):
            return NotAllowed(_("Only somebody who may see the other record can look at it."))
        if self.seen and self.seen != self.link.target.digest:
            return Conflict(_("%s changed again while you were looking.") % self.link.target.number)
        if not self.link.suspect:
            return Conflict(_("Nothing has changed since somebody last looked."))
        return None

    def perform(self) -> Link:
        link, target = self.link, self.link.target
        self.save_event_only("look", [(link.role, link.seen, target.digest)], links=[_named(link.role, target)])
        link.seen, link.looked_at = target.digest, clock.now()
        link.save(update_fields=["seen", "looked_at"])
        return link


def _named(role: str, target: Record) -> list[str]:
    return [role, target.subject, target.digest]


def _change(role: str, old: Record | None, new: Record | None) -> tuple[str, Any, Any]:
    return (role, old and old.subject, new and new.subject)


def roles_between(source: RecordType[Any], kind: str) -> list[str]:
    """The link roles by which a record of `source` may name one of `kind`: what a picker offers."""
    return [role.name for role in source.links if not role.to or kind in role.to]
